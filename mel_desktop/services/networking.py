"""The way out and the own authority of an account: what a person chose, kept in the profile.

A proxy's password lives with the other secrets, never in the account's text.
"""

from __future__ import annotations

from mel_desktop.logic.proxy_text import read_setting, write_setting
from mel_desktop.model.accounts import AccountId, Secret
from mel_desktop.model.changes import Area
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.services.accounts import Accounts
from mel_desktop.store import accounts as rows
from mel_desktop.store.database import Database, Transaction


class Networking:
    """Settings of connections. ``fixed``: the policy's proxy, "" where it leaves it open."""

    def __init__(self, database: Database, accounts: Accounts, fixed: str = "") -> None:
        self._database = database
        self._accounts = accounts
        self.fixed = fixed

    def password(self, account: int) -> Secret | None:
        """The proxy's, None where none is kept."""
        with self._database.read() as reader:
            return rows.secret(reader, f"account:{account}", rows.PROXY)

    def change(
        self,
        account: AccountId,
        *,
        proxy: str | None = None,
        password: Secret | None = None,
        ca_pem: str | None = None,
    ) -> None:
        """None leaves a thing as it is; another proxy forgets the password of the last.

        LocalRefusal(NOT_FOUND | USAGE), POLICY where the policy fixed the proxy.
        """
        before = self._accounts.get(account)
        setting = read_setting(before.proxy if proxy is None else proxy)
        if setting.server is not None and setting.server.password is not None:
            password = password or setting.server.password
        text = write_setting(setting)
        is_other = text != before.proxy
        if self.fixed and (is_other or password is not None):
            raise LocalRefusal(ErrorCode.POLICY, why="proxy-fixed")
        if password is not None and (setting.server is None or not setting.server.user):
            raise LocalRefusal(ErrorCode.USAGE, why="proxy-without-login")

        def work(tx: Transaction) -> None:
            rows.set_network(tx, account, text, before.ca_pem if ca_pem is None else ca_pem)
            if is_other or password is not None:
                rows.remove_secret(tx, f"account:{account}", rows.PROXY)
            if password is not None:
                rows.put_secret(tx, f"account:{account}", rows.PROXY, password)
            tx.changed(Area.ACCOUNTS)

        self._database.write(work, durable=True)
