"""Accounts and their passwords; both live inside the vault.

One refused password puts the account on hold: no background work signs in again until a person has
acted (accounts lock after three tries).
"""

from __future__ import annotations

from dataclasses import replace

from mel_desktop.logic.recipients import check
from mel_desktop.model.accounts import (
    Account,
    AccountId,
    AccountState,
    AuthKind,
    NewAccount,
    Secret,
)
from mel_desktop.model.changes import Area
from mel_desktop.model.errors import ErrorCode, LocalRefusal, ServerSaid
from mel_desktop.model.mail import Address
from mel_desktop.model.oauth import Signed
from mel_desktop.ports import Clock, Hints
from mel_desktop.store import accounts as rows
from mel_desktop.store import grants
from mel_desktop.store.database import Database


class Accounts:
    """The accounts of one profile."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(
        self, new: NewAccount, password: Secret | None, signed: Signed | None = None
    ) -> Account:
        """Store an account, with its password or its grant.

        LocalRefusal(BAD_ADDRESS | USAGE) for what cannot be right.
        """
        from mel_desktop.logic.proxy_text import (  # noqa: PLC0415 first needed here
            read_setting,
            write_setting,
        )

        check((Address("", new.email),))
        typed = new.email + new.login + new.name
        if any(one < " " or "\x7f" <= one <= "\x9f" for one in typed):  # it would end a command
            raise LocalRefusal(ErrorCode.USAGE, why="control-character")
        if any(account.email.lower() == new.email.lower() for account in self.all()):
            raise LocalRefusal(ErrorCode.USAGE, why="account-exists")

        setting = read_setting(new.proxy)
        new = replace(new, proxy=write_setting(setting))
        word = setting.server.password if setting.server is not None else None

        def work(tx: rows.Transaction) -> AccountId:
            state = AccountState.READY if password or signed else AccountState.NO_PASSWORD
            account = rows.insert_account(tx, new, state, self._clock.now())
            if password:
                rows.put_secret(tx, f"account:{account}", "password", password)
            if word is not None:
                rows.put_secret(tx, f"account:{account}", rows.PROXY, word)
            if signed:
                self.put_grant(tx, account, signed)
            tx.changed(Area.ACCOUNTS)
            return account

        return self.get(self._database.write(work, durable=True))

    def all(self) -> tuple[Account, ...]:
        """Every account, oldest first."""
        with self._database.read() as reader:
            return rows.accounts(reader)

    def get(self, account: AccountId) -> Account:
        """One account. LocalRefusal(NOT_FOUND)."""
        with self._database.read() as reader:
            found = rows.account(reader, account)
        if found is None:
            raise LocalRefusal(ErrorCode.NOT_FOUND, kind="account")
        return found

    def password(self, account: AccountId) -> Secret:
        """The password for a sign-in. ServerSaid(NO_PASSWORD | SIGN_IN_ON_HOLD)."""
        self.check_ready(account)
        with self._database.read() as reader:
            secret = rows.secret(reader, f"account:{account}", "password")
        if secret is None:
            raise ServerSaid(ErrorCode.NO_PASSWORD, account=account)
        return secret

    def check_ready(self, account: AccountId) -> Account:
        """The account, unless it is on hold: ServerSaid(SIGN_IN_ON_HOLD)."""
        found = self.get(account)
        if found.state is AccountState.ON_HOLD:
            raise ServerSaid(ErrorCode.SIGN_IN_ON_HOLD, account=account)
        return found

    @staticmethod
    def put_grant(tx: rows.Transaction, account: AccountId, signed: Signed) -> None:
        """A person was at the provider's page: from here on the account signs in by its grant."""
        grants.put(tx, account, signed.provider, signed.grant)
        rows.set_auth(tx, account, AuthKind.OAUTH2)
        rows.set_state(tx, account, AccountState.READY)

    def set_password(self, account: AccountId, password: Secret) -> None:
        """A person gave a password: store it and lift the hold.

        LocalRefusal(USAGE) for an account that signs in on a provider's page.
        """
        if self.get(account).auth is AuthKind.OAUTH2:
            raise LocalRefusal(ErrorCode.USAGE, why="signs-in-by-page")

        def work(tx: rows.Transaction) -> None:
            rows.put_secret(tx, f"account:{account}", "password", password)
            rows.set_state(tx, account, AccountState.READY)
            tx.changed(Area.ACCOUNTS)

        self._database.write(work, durable=True)

    def hold(self, account: AccountId, refused: Secret | None = None) -> None:
        """The server refused the password or the token: nobody signs in again until a person acts.

        Nothing happens when the person has given another one since.
        """

        def work(tx: rows.Transaction) -> None:
            owner = f"account:{account}"
            now = rows.secret(tx, owner, "password") or rows.secret(tx, owner, grants.ACCESS)
            if refused is not None and now != refused:
                return
            rows.set_state(tx, account, AccountState.ON_HOLD)
            tx.changed(Area.ACCOUNTS)

        self._database.write(work, durable=True)

    def hints(self, account: AccountId) -> Hints | None:
        """What the last sign-in learnt of the server; None before."""
        with self._database.read() as reader:
            return rows.hints(reader, account)

    def learn(self, account: AccountId, hints: Hints) -> None:
        """Remember it for the next sign-in."""
        if hints != self.hints(account):
            self._database.write(lambda tx: rows.set_hints(tx, account, hints))

    def remove(self, account: AccountId) -> None:
        """Forget the account, its messages, drafts, outbox and password."""
        self.get(account)

        def work(tx: rows.Transaction) -> None:
            rows.remove_account(tx, account)
            tx.changed(Area.ACCOUNTS | Area.FOLDERS | Area.MESSAGES | Area.OUTBOX | Area.DRAFTS)

        self._database.write(work, durable=True)
