"""What is wrong, in order, in words a help desk can use: local state, then network and sign-in.

Every check stands on its own; nothing personal is in the output (hosts, ports, codes, figures).
The checks come in groups that wait for nothing of each other: who runs them may do so at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from mel_desktop.model.accounts import Account, AccountId, AccountState, NewAccount, Secret
from mel_desktop.model.changes import Check
from mel_desktop.model.values import dataclass
from mel_desktop.ports import Clock
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.checks_account import AccountChecks, DirectoryChecks
from mel_desktop.services.checks_local import LocalChecks, Stop
from mel_desktop.services.checks_network import NetworkChecks


@dataclass(frozen=True, slots=True)
class Group:
    """Checks that belong together, in their order."""

    name: str
    run: Callable[[], Iterator[Check]]


class Doctor:
    """Checks of one open profile. ``abort`` gives up what waits for a server now; ``close`` that,
    and whatever would wait later.
    """

    def __init__(
        self,
        accounts: Accounts,
        clock: Clock,
        local: LocalChecks,
        network: NetworkChecks,
        account_checks: AccountChecks,
        directories: DirectoryChecks,
        is_offline: Callable[[], bool],
        abort: Callable[[], None],
        close: Callable[[], None],
    ) -> None:
        self._accounts = accounts
        self._clock = clock
        self._local = local
        self._network = network
        self._account_checks = account_checks
        self._directories = directories
        self._is_offline = is_offline
        self.abort = abort
        self.close = close

    def groups(
        self, account: AccountId | None, stop: Stop, versions: Mapping[str, str]
    ) -> tuple[Group, ...]:
        """Local checks, the network, then those of one account or of all, then directories."""
        chosen = self._accounts.all() if account is None else (self._accounts.get(account),)
        offline = self._is_offline()
        return (
            Group("local", lambda: self._timed(self._local.quick(versions))),
            Group("vault", lambda: self._timed(self._local.vault(stop))),
            Group("network", lambda: self._timed(self._network.all(chosen, offline=offline))),
            *(self._of(one) for one in chosen),
            Group("directory", lambda: self._timed(self._directories.all())),
        )

    def account(self, account: AccountId) -> tuple[Check, ...]:
        """The servers of a stored account: the few checks that tell whether it can be used."""
        found = self._accounts.get(account)
        return tuple(self._timed(self._account_checks.all(found, brief=True)))

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
        return tuple(self._timed(self._account_checks.servers(account, password, brief=True)))

    def _of(self, account: Account) -> Group:
        return Group(
            f"account-{account.id}", lambda: self._timed(self._account_checks.all(account))
        )

    def _timed(self, checks: Iterable[Check]) -> Iterator[Check]:
        """Each with the seconds that it took."""
        start = self._clock.monotonic()
        for one in checks:
            now = self._clock.monotonic()
            yield replace(one, seconds=round(now - start, 3))
            start = self._clock.monotonic()
