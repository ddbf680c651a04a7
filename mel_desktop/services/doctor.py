"""What is wrong, in order, in words a help desk can use: local state, then network and sign-in.

Every check stands on its own; nothing personal is in the output (hosts, ports, codes, figures).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable

from mel_desktop.model.accounts import (
    Account,
    AccountId,
    AccountState,
    AuthKind,
    NewAccount,
    Secret,
)
from mel_desktop.model.changes import Check, CheckState
from mel_desktop.model.errors import HOLDING, MelError
from mel_desktop.ports import Clock, Probe
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.grants import Grants
from mel_desktop.store.database import Database
from mel_desktop.store.vault import Vault

LITTLE_DISK = 200 * 1024 * 1024
REFUSED = tuple(code.text for code in HOLDING)


class Doctor:
    """Checks of one open profile."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        accounts: Accounts,
        probe: Probe,
        clock: Clock,
        is_offline: Callable[[], bool],
        grants: Grants,
    ) -> None:
        self._grants = grants
        self._database = database
        self._vault = vault
        self._accounts = accounts
        self._probe = probe
        self._clock = clock
        self._is_offline = is_offline

    def all(self, account: AccountId | None) -> tuple[Check, ...]:
        """Local checks, then those of one account or of all."""
        chosen = self._accounts.all() if account is None else (self._accounts.get(account),)
        found = [*self._local()]
        for one in chosen:
            found.extend(self._account(one))
        return tuple(found)

    def account(self, account: AccountId) -> tuple[Check, ...]:
        """The servers of a stored account."""
        return tuple(self._account(self._accounts.get(account)))

    def candidate(self, new: NewAccount, password: Secret) -> tuple[Check, ...]:
        """Servers of an account that is not stored yet."""
        account = Account(
            id=AccountId(0),
            email=new.email,
            name=new.name,
            login=new.login,
            imap=new.imap,
            smtp=new.smtp,
            auth=new.auth,
            provider=new.provider,
            ca_pem=new.ca_pem,
            proxy=new.proxy,
            state=AccountState.READY,
            last_sync_at=None,
        )
        return tuple(self._network(account, password))

    def _local(self) -> Iterable[Check]:
        free = shutil.disk_usage(self._database.path.parent).free
        yield Check(
            "disk",
            "Free disk space",
            CheckState.OK if free > LITTLE_DISK else CheckState.WARN,
            f"{free // (1024 * 1024)} MB free",
            "" if free > LITTLE_DISK else "Make room on the disk that holds the profile.",
        )
        damaged = self._vault.check(self._database)
        yield Check(
            "vault",
            "Vault reads and authenticates",
            CheckState.FAIL if damaged else CheckState.OK,
            ", ".join(damaged) or "every page is sound",
            "Restore a backup or sync anew." if damaged else "",
        )
        year = self._clock.now().year
        sane = year >= 2026
        yield Check(
            "clock",
            "Clock of this PC",
            CheckState.OK if sane else CheckState.FAIL,
            self._clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "" if sane else "Set the date: certificates cannot be checked with a wrong clock.",
        )

    def _account(self, account: Account) -> Iterable[Check]:
        if account.state is AccountState.ON_HOLD:
            yield Check(
                f"account-{account.id}-hold",
                "Sign-in on hold",
                CheckState.FAIL,
                "the server refused the sign-in; nothing signs in until a person acts",
                _again(account),
            )
        if self._is_offline():
            yield Check(
                f"account-{account.id}-network", "Network", CheckState.SKIPPED, "working offline"
            )
            return
        try:
            if account.auth is AuthKind.OAUTH2:
                password = self._grants.token(account.id)
            else:
                password = self._accounts.password(account.id)
        except MelError as error:
            yield Check(
                f"account-{account.id}-password",
                "Password",
                CheckState.FAIL,
                error.code.text,
                _again(account),
            )
            yield from self._network(account, None)
            return
        yield from self._network(account, password)

    def _network(self, account: Account, password: Secret | None) -> Iterable[Check]:
        if self._is_offline():
            yield Check("network", "Network", CheckState.SKIPPED, "working offline")
            return
        for check in self._probe.checks(account, password):
            yield check
            if account.id and check.id.endswith("sign-in") and check.detail.startswith(REFUSED):
                self._accounts.hold(account.id, password)


def _again(account: Account) -> str:
    if account.auth is AuthKind.OAUTH2:
        return "Sign in again on the provider's page."
    return "Give the password again."
