"""Which of a person's identities a message belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from mel_desktop.logic.recipients import check, same_key
from mel_desktop.model.accounts import Account
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.identities import UNSTORED, Identity, IdentityKind
from mel_desktop.model.mail import Address

MOST_SIGNATURE = 20_000


def with_own(account: Account, stored: Iterable[Identity]) -> tuple[Identity, ...]:
    """Those of an account: its own ahead, always there; then by name. Exactly one is default."""
    own = Identity(UNSTORED, account.id, IdentityKind.OWN, "", account.email)
    others: list[Identity] = []
    for one in stored:
        if one.kind is IdentityKind.OWN:
            own = one
        elif same_key(one.address) != same_key(account.email):  # the account took this address over
            others.append(one)
    own = replace(own, name=own.name or account.name, address=account.email)
    others.sort(key=lambda one: (one.kind is IdentityKind.BOX, same_key(one.address)))
    chosen = next((one for one in others if one.is_default), own)
    return tuple(replace(one, is_default=one is chosen) for one in (own, *others))


def of_sender(identities: Sequence[Identity], sender: Address | None) -> Identity:
    """The identity of a draft; of one that names an address which went, the own one."""
    own = identities[0]
    if sender is None:
        return own
    wanted = same_key(sender.address)
    return next((one for one in identities if same_key(one.address) == wanted), own)


def sender_of(identity: Identity, account: Account) -> Address | None:
    """What a draft names: nothing where it is the account's own name and address."""
    plain = identity.kind is IdentityKind.OWN and identity.name == account.name
    return None if plain else identity.sender


def default_of(identities: Sequence[Identity]) -> Identity:
    """With which a new message begins."""
    return next((one for one in identities if one.is_default), identities[0])


def addressed(identities: Sequence[Identity], *lists: Iterable[Address]) -> Identity | None:
    """The identity to which a message was addressed: To before Cc, the first in its list."""
    by_address = {same_key(one.address): one for one in reversed(identities)}
    for addresses in lists:
        for one in addresses:
            if found := by_address.get(same_key(one.address)):
                return found
    return None


def checked(identity: Identity) -> Identity:
    """An identity fit to be kept. BAD_ADDRESS | USAGE."""
    texts = (
        identity.name, identity.organisation, identity.reply_to, identity.address,
        identity.sent_folder,
    )  # fmt: skip
    if any(not one.isprintable() for one in texts):
        raise LocalRefusal(ErrorCode.USAGE, why="control-character")
    signature = identity.signature
    if len(signature.text) > MOST_SIGNATURE or len(signature.html) > MOST_SIGNATURE:
        raise LocalRefusal(ErrorCode.TOO_LARGE, limit=MOST_SIGNATURE)
    (address,) = check((identity.sender,))
    reply_to = identity.reply_to.strip()
    if reply_to:
        reply_to = check((Address("", reply_to),))[0].address
    return replace(
        identity,
        name=" ".join(identity.name.split()),
        address=address.address,
        reply_to=reply_to,
        organisation=" ".join(identity.organisation.split()),
        sent_folder=identity.sent_folder if identity.kind is IdentityKind.BOX else "",
    )
