"""An account that moves to another host, or to the national service: same mail, new servers.

Nothing is asked of a server here. Every UID is forgotten and every message kept; the next sync
finds each one again on the new host by Message-ID, date and size, with its text and what waits.
"""

from __future__ import annotations

from dataclasses import replace

from mel_desktop.logic.recipients import check
from mel_desktop.model.accounts import (
    Account,
    AccountId,
    AccountState,
    AuthKind,
    Moved,
    NewHosts,
    Secret,
)
from mel_desktop.model.changes import Area
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Address
from mel_desktop.ports import Hints
from mel_desktop.services.accounts import Accounts
from mel_desktop.store import accounts as rows
from mel_desktop.store import moving, relinkstate, rules
from mel_desktop.store.database import Database, Transaction


class Migration:
    """Moves accounts of one profile."""

    def __init__(self, database: Database, accounts: Accounts) -> None:
        self._database = database
        self._accounts = accounts

    def move(self, account: AccountId, hosts: NewHosts, password: Secret | None = None) -> Moved:
        """Go over to the new hosts. USAGE while a message is on its way, or for a bad value."""
        before, after = self.checked(account, hosts)
        moved = self._database.write(
            lambda tx: move_rows(tx, before, after, password), durable=True
        )
        return replace(moved, account=self._accounts.get(account))

    def checked(self, account: AccountId, hosts: NewHosts) -> tuple[Account, Account]:
        """(the account as it is, as it would be). USAGE for a bad value. Nothing is changed."""
        before = self._accounts.get(account)
        if before.read_only:
            raise LocalRefusal(ErrorCode.USAGE, why="account-read-only")
        email, login = hosts.email or before.email, hosts.login or before.login
        check((Address("", email),))
        if any(one < " " or "\x7f" <= one <= "\x9f" for one in email + login):
            raise LocalRefusal(ErrorCode.USAGE, why="control-character")
        others = [one for one in self._accounts.all() if one.id != account and not one.read_only]
        if any(one.email.lower() == email.lower() for one in others):
            raise LocalRefusal(ErrorCode.USAGE, why="account-exists")
        after = replace(
            before,
            email=email,
            login=login,
            imap=hosts.imap,
            smtp=hosts.smtp,
            ca_pem=before.ca_pem if hosts.ca_pem is None else hosts.ca_pem,
        )
        return before, after


def move_rows(tx: Transaction, before: Account, after: Account, password: Secret | None) -> Moved:
    """The account lives on other hosts from here on. USAGE while a message is on its way."""
    account = before.id
    if moving.is_sending(tx, account):  # only the old host can tell what became of it
        raise LocalRefusal(ErrorCode.USAGE, why="sending-under-way")
    moving.set_hosts(tx, after)
    moving.forget_host(tx, account)
    rows.set_hints(tx, account, Hints())
    if password is not None:
        rows.put_secret(tx, f"account:{account}", "password", password)
        rows.set_auth(tx, account, AuthKind.PASSWORD)  # whatever it was over there
        rows.set_state(tx, account, AccountState.READY)
    if before.imap != after.imap or before.login != after.login:
        relinkstate.unplace_account(tx, account)
        moving.unplace_drafts(tx, account)
        rules.forget_server(tx, account)
    tx.changed(Area.ACCOUNTS | Area.FOLDERS | Area.MESSAGES | Area.JOURNAL)
    messages, bodies, waiting = moving.holdings(tx, account)
    return Moved(after, messages, bodies, waiting)
