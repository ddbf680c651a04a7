"""Identities of accounts in the database. What is always there (the own one) may have no row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from mel_desktop.logic import identities as rules
from mel_desktop.logic.recipients import same_key
from mel_desktop.model.accounts import Account, AccountId
from mel_desktop.model.changes import Area
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.store import accounts
from mel_desktop.store.database import Reader, Row, Transaction

if TYPE_CHECKING:
    from mel_desktop.model.identities import Identity, IdentityId

_COLUMNS: Final = """id, account_id, kind, name, address, reply_to, organisation, envelope,
    signature_text, signature_html, is_default, sent_folder"""


def of_account(reader: Reader, account: Account) -> tuple[Identity, ...]:
    """Its own ahead, always there; exactly one is the default."""
    rows = reader.all(
        f"SELECT {_COLUMNS} FROM identity WHERE account_id = ? ORDER BY id",  # noqa: S608 constant
        account.id,
    )
    return rules.with_own(account, [_identity(row) for row in rows])


def everyone(reader: Reader) -> tuple[tuple[Account, tuple[Identity, ...]], ...]:
    """Every account that writes with its identities, oldest account first."""
    return tuple(
        (one, of_account(reader, one)) for one in accounts.accounts(reader) if not one.read_only
    )


def own_addresses(reader: Reader) -> frozenset[str]:
    """Addresses of every account and identity, as ``same_key`` has them."""
    ours = (of_account(reader, one) for one in accounts.accounts(reader))
    return frozenset(same_key(one.address) for identities in ours for one in identities)


def sent_folders(reader: Reader, account: AccountId) -> dict[str, str]:
    """Boxes with a Sent folder of their own: ``same_key`` of the address, path on the server."""
    rows = reader.all(
        """SELECT address, sent_folder FROM identity
            WHERE account_id = ? AND kind = 'box' AND sent_folder <> ''""",
        account,
    )
    return {same_key(str(address)): str(path) for address, path in rows}


def save(tx: Transaction, identity: Identity) -> IdentityId:
    """Store or change one. USAGE(identity-exists) | NOT_FOUND."""
    from mel_desktop.model.identities import (  # noqa: PLC0415 first needed here
        UNSTORED,
        IdentityId,
        IdentityKind,
    )

    is_own = identity.kind is IdentityKind.OWN
    address = "" if is_own else identity.address
    known = tx.value(
        "SELECT id FROM identity WHERE account_id = ? AND address = ?", identity.account, address
    )
    saved = identity.id
    if saved == UNSTORED:
        saved = IdentityId(cast("int", known)) if is_own and known is not None else saved
    if known is not None and known != saved:
        raise LocalRefusal(ErrorCode.USAGE, why="identity-exists")
    if saved == UNSTORED:
        saved = IdentityId(
            tx.insert(
                "INSERT INTO identity (account_id, kind, address) VALUES (?, ?, ?)",
                identity.account,
                identity.kind.value,
                address,
            )
        )
    changed = tx.run(
        """UPDATE identity
              SET kind = ?, name = ?, address = ?, reply_to = ?, organisation = ?, envelope = ?,
                  signature_text = ?, signature_html = ?, is_default = ?, sent_folder = ?
            WHERE id = ? AND account_id = ?""",
        identity.kind.value,
        identity.name,
        address,
        identity.reply_to,
        identity.organisation,
        identity.envelope.value,
        identity.signature.text,
        identity.signature.html,
        int(identity.is_default),
        identity.sent_folder,
        saved,
        identity.account,
    )
    if not changed:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="identity")
    if identity.is_default:
        tx.run(
            "UPDATE identity SET is_default = 0 WHERE account_id = ? AND id <> ?",
            identity.account,
            saved,
        )
    tx.changed(Area.ACCOUNTS)
    return saved


def delete(tx: Transaction, wanted: IdentityId) -> None:
    """Forget one; the own one goes back to what the account says."""
    tx.run("DELETE FROM identity WHERE id = ?", wanted)
    tx.changed(Area.ACCOUNTS)


def _identity(row: Row) -> Identity:
    from mel_desktop.model.identities import (  # noqa: PLC0415 first needed here
        EnvelopeSender,
        Identity,
        IdentityId,
        IdentityKind,
        Signature,
    )

    (id_, account, kind, name, address, reply_to, organisation, envelope, text, html,
     is_default, sent_folder) = row  # fmt: skip
    return Identity(
        id=IdentityId(cast("int", id_)),
        account=AccountId(cast("int", account)),
        kind=IdentityKind(kind),
        name=str(name),
        address=str(address),
        reply_to=str(reply_to),
        organisation=str(organisation),
        envelope=EnvelopeSender(envelope),
        signature=Signature(str(text), str(html)),
        is_default=bool(is_default),
        sent_folder=str(sent_folder),
    )
