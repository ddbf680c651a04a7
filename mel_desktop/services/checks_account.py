"""Checks of one account: hold, password, then its servers; and of the directories.

Nothing signs in while an account is on hold, and a refusal puts it on hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final, Protocol

from mel_desktop.model.accounts import Account, AccountState, AuthKind, Secret
from mel_desktop.model.changes import Check, CheckState
from mel_desktop.model.doctor import Remedy
from mel_desktop.model.errors import HOLDING, ErrorCode, MelError
from mel_desktop.model.people import DirectorySource, LdapSettings, SourceId, SourceKind
from mel_desktop.ports import Clock
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.checks_local import check
from mel_desktop.services.directory import Directory
from mel_desktop.services.grants import Grants
from mel_desktop.store import people, quota, submission
from mel_desktop.store.database import Database

OLD_DAYS: Final = 60
REFUSED: Final = tuple(code.text for code in HOLDING)


class Prober(Protocol):
    """Looks at servers. Raises Cancelled only."""

    def checks(self, account: Account, password: Secret | None) -> Iterable[Check]:
        """The few that tell whether an account can be used."""
        ...

    def thorough(self, account: Account, password: Secret | None) -> Iterable[Check]:
        """All of them."""
        ...

    def directory(self, identity: str, url: str, ca_pem: str) -> Check:
        """Whether a directory is reached in private."""
        ...


class AccountChecks:
    """Of the accounts of one profile."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        grants: Grants,
        probe: Prober,
        is_offline: Callable[[], bool],
    ) -> None:
        self._grants = grants
        self._database = database
        self._accounts = accounts
        self._probe = probe
        self._is_offline = is_offline

    def all(self, account: Account, *, brief: bool = False) -> Iterator[Check]:
        """Everything of one account."""
        quota_told = False
        for one in self._checks(account, brief=brief):
            quota_told = quota_told or (one.id == "quota" and one.state is not CheckState.SKIPPED)
            yield replace(self._with_place(one, account), account=account.id or None)
        if not brief:
            yield from (replace(one, account=account.id) for one in self._way(account))
            if not quota_told:
                yield from (replace(one, account=account.id) for one in self._kept_quota(account))

    def _checks(self, account: Account, *, brief: bool) -> Iterator[Check]:
        if account.state is AccountState.ON_HOLD:
            yield check(
                f"account-{account.id}-hold",
                CheckState.FAIL,
                ErrorCode.SIGN_IN_ON_HOLD.text,
                detail=ErrorCode.SIGN_IN_ON_HOLD.text,
                remedy=Remedy.PASSWORD,
            )
        if self._is_offline():
            yield check(f"account-{account.id}-network", CheckState.SKIPPED, "offline")
            return
        password = None
        try:
            if account.auth is AuthKind.OAUTH2:
                password = self._grants.token(account.id)
            else:
                password = self._accounts.password(account.id)
        except MelError as error:
            if account.state is not AccountState.ON_HOLD:
                yield check(
                    f"account-{account.id}-password",
                    CheckState.FAIL,
                    error.code.text,
                    detail=error.code.text,
                    remedy=Remedy.PASSWORD,
                )
        yield from self.servers(account, password, brief=brief)

    def servers(self, account: Account, password: Secret | None, *, brief: bool) -> Iterator[Check]:
        """Its servers; a refusal holds back every other sign-in."""
        if self._is_offline():
            yield check("network", CheckState.SKIPPED, "offline")
            return
        looked = self._probe.checks if brief else self._probe.thorough
        for one in looked(account, password):
            if account.id and one.id.endswith("sign-in") and one.detail.startswith(REFUSED):
                self._accounts.hold(account.id, password)
            yield one

    def _with_place(self, check: Check, account: Account) -> Check:
        """A mailbox that is nearly full: which folder takes most, by its role alone."""
        if check.id != "quota" or check.state not in (CheckState.WARN, CheckState.FAIL):
            return check
        with self._database.read() as reader:
            role, octets = quota.heaviest_folder(reader, account.id)
        facts = {**dict(check.facts), "place": role or "own", "heavy": octets // 1_000_000}
        return replace(check, facts=tuple(sorted(facts.items())))

    def _way(self, account: Account) -> Iterator[Check]:
        """The port that mail goes out by, where it is not the account's."""
        with self._database.read() as reader:
            way = submission.way(reader, account)
        if way is not None and way != account.smtp:
            yield check(
                "smtp-way", CheckState.OK, "smtp-way", {"port": way.port, "own": account.smtp.port}
            )

    def _kept_quota(self, account: Account) -> Iterator[Check]:
        """What the server said last, where it was not asked now."""
        with self._database.read() as reader:
            states = quota.states(reader)
        for one in states:
            if one.account == account.id and one.resource == "STORAGE" and one.limit > 0:
                percent = one.used * 100 // one.limit
                day = f"{one.as_of:%Y-%m-%d}" if one.as_of else "?"
                yield check(
                    "quota-kept", CheckState.OK, "quota-kept", {"percent": percent, "day": day}
                )
                return


class DirectoryChecks:
    """Age of each directory, and whether its server is reached."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        probe: Prober,
        clock: Clock,
        is_offline: Callable[[], bool],
    ) -> None:
        self._database = database
        self._directory = directory
        self._probe = probe
        self._clock = clock
        self._is_offline = is_offline

    def all(self) -> Iterator[Check]:
        """One or two checks for each source."""
        sources = self._directory.sources()
        if not sources:
            yield check("directory", CheckState.SKIPPED, "directory-none")
        for source in sources:
            yield self._age(source)
            if source.kind is not SourceKind.LDAP:
                continue
            identity = f"directory-{source.id}-reach"
            if self._is_offline():
                yield check(identity, CheckState.SKIPPED, "offline")
            else:
                settings, is_held = self._settings(source.id)
                if is_held:
                    code = ErrorCode.SIGN_IN_ON_HOLD.text
                    yield check(f"directory-{source.id}-hold", CheckState.FAIL, code, detail=code)
                yield self._probe.directory(identity, source.url, settings.ca_pem)

    def _age(self, source: DirectorySource) -> Check:
        identity = f"directory-{source.id}"
        if source.updated_at is None:
            return check(identity, CheckState.WARN, "directory-never")
        age = self._clock.now() - source.updated_at
        if not source.complete:
            return check(
                identity,
                CheckState.WARN,
                "directory-partly",
                {"days": age.days, "count": source.count},
            )
        old = age > timedelta(days=OLD_DAYS)
        return check(
            identity,
            CheckState.WARN if old else CheckState.OK,
            "directory-old" if old else "directory-good",
            {"days": age.days, "count": source.count},
        )

    def _settings(self, source: SourceId) -> tuple[LdapSettings, bool]:
        with self._database.read() as reader:
            return people.ldap_settings(reader, source)
