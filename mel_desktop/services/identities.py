"""Names and addresses under which accounts write, and how they sign."""

from __future__ import annotations

from dataclasses import replace

from mel_desktop.logic import identities as rules
from mel_desktop.logic.html_text import visible
from mel_desktop.logic.recipients import same_key
from mel_desktop.logic.sanitize import sanitize
from mel_desktop.model.accounts import Account, AccountId
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.identities import UNSTORED, Identity, IdentityKind
from mel_desktop.model.outgoing import Draft, DraftContent, DraftId, DraftState
from mel_desktop.ports import Clock
from mel_desktop.services.accounts import Accounts
from mel_desktop.store import identities, outgoing
from mel_desktop.store.database import Database, Transaction


class Identities:
    """Identities of every account of one profile."""

    def __init__(self, database: Database, accounts: Accounts, clock: Clock) -> None:
        self._database = database
        self._accounts = accounts
        self._clock = clock

    def everyone(self) -> tuple[tuple[Account, tuple[Identity, ...]], ...]:
        """Every account with its identities; its own one is always there, and the first."""
        with self._database.read() as reader:
            return identities.everyone(reader)

    def of_account(self, account: AccountId) -> tuple[Identity, ...]:
        """Those of one account. NOT_FOUND."""
        known = self._accounts.get(account)
        with self._database.read() as reader:
            return identities.of_account(reader, known)

    def save(self, identity: Identity) -> Identity:
        """Store or change one. BAD_ADDRESS | USAGE | NOT_FOUND | TOO_LARGE."""
        account = self._accounts.get(identity.account)
        checked = rules.checked(identity)
        is_account = same_key(checked.address) == same_key(account.email)
        if checked.kind is IdentityKind.OWN and not is_account:
            checked = replace(checked, kind=IdentityKind.ALIAS)
        if checked.kind is IdentityKind.OWN:
            checked = replace(checked, name="" if checked.name == account.name else checked.name)
        elif is_account:
            raise LocalRefusal(ErrorCode.USAGE, why="identity-exists")
        html = checked.signature.html
        if html:
            signature = replace(checked.signature, html=visible(sanitize(html).html))
            checked = replace(checked, signature=signature)

        def work(tx: Transaction) -> Identity:
            saved = identities.save(tx, checked)
            every = identities.of_account(tx, account)
            return next(one for one in every if one.id == saved)

        return self._database.write(work, durable=True)

    def delete(self, identity: Identity) -> None:
        """Forget one; the own one goes back to what the account says."""
        if identity.id != UNSTORED:
            self._database.write(lambda tx: identities.delete(tx, identity.id), durable=True)

    def move_draft(self, draft: DraftId, account: AccountId, content: DraftContent) -> Draft:
        """The same draft in another account: a new one there with the same files, and the old one
        thrown away (its history stays for a while, and its copy leaves the server by the sync).
        """
        self._accounts.get(account)

        def work(tx: Transaction) -> Draft:
            now = self._clock.now()
            current = outgoing.draft(tx, draft)
            if current.state is not DraftState.EDITING:
                raise LocalRefusal(ErrorCode.USAGE, why=f"draft-{current.state.value}")
            made = outgoing.copy_draft(tx, current, account, content, now)
            outgoing.set_state(tx, draft, DraftState.DELETED, now)
            return made

        return self._database.write(work, durable=True)
