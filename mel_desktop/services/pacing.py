"""The pace of one profile: what may leave now under the limits of each account's provider.

Rule 1: what is handed over is noted in the transaction that records the acceptance; a hand-over
whose answer was lost is noted too, for the server may have taken it.
Rule 2: limits are of the account. Those of an address that a school shares cannot be seen from
here: a fifth of each level is left to others (resources/sending-limits.toml).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Protocol

from mel_desktop.logic import pacing
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.sending import Allowance, Portion, SendingLimits, Sent
from mel_desktop.ports import Clock
from mel_desktop.services.accounts import Accounts
from mel_desktop.store import sentlog
from mel_desktop.store.database import Database, Reader, Transaction

KEPT_LONGER: Final = timedelta(minutes=10)


class Pacing(Protocol):
    """What the outbox asks before each hand-over."""

    def portion(self, account: AccountId, now: datetime, left: int) -> Allowance:
        """How many of a message's recipients go now, and when to look again."""
        ...

    def note(self, tx: Transaction, account: AccountId, recipients: int, now: datetime) -> None:
        """So many were handed over."""
        ...


class NoPace:
    """Everything may go at once."""

    def portion(self, account: AccountId, now: datetime, left: int) -> Allowance:
        """All of them."""
        return Allowance(left, None)

    def note(self, tx: Transaction, account: AccountId, recipients: int, now: datetime) -> None:
        """Nothing is kept."""


class Pace:
    """The limits in force, by the sending server of each account."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        clock: Clock,
        load: Callable[[], bytes],
    ) -> None:
        """``load`` gives the file of limits; it is read when it is first needed."""
        self._database = database
        self._accounts = accounts
        self._clock = clock
        self._load = load
        self._known: tuple[tuple[tuple[str, ...], SendingLimits], ...] = ()

    def limits(self, account: AccountId) -> SendingLimits:
        """Those of the account's sending server. LocalRefusal(NOT_FOUND)."""
        from mel_desktop.formats.school_calendar import (  # noqa: PLC0415 first needed here
            limits_for,
            read_limits,
        )

        if not self._known:
            self._known = read_limits(self._load())
        return limits_for(self._known, self._accounts.get(account).smtp.host)

    def forget(self) -> None:
        """The file of limits is another one."""
        self._known = ()

    def history(self, account: AccountId, now: datetime) -> tuple[Sent, ...]:
        """What left within the longest window."""
        with self._database.read() as reader:
            return self._read(reader, account, now)

    def allowance(self, account: AccountId, now: datetime) -> Allowance:
        """How many recipients may be written to now, and when more may."""
        return pacing.allowance(self.history(account, now), self.limits(account), now)

    def portion(self, account: AccountId, now: datetime, left: int) -> Allowance:
        """How many of a message's recipients go now, and when to look again."""
        history = self.history(account, now)
        if any(one.at > now for one in history):
            self._database.write(lambda tx: sentlog.date_back(tx, account, now))
        return pacing.portion(history, self.limits(account), now, left)

    def forecast(
        self, account: AccountId, recipients: int, at: datetime | None = None
    ) -> tuple[Portion, ...]:
        """How a message to so many would leave, from ``at`` (or now) on."""
        start = at or self._clock.now()
        return pacing.portions(
            self.history(account, self._clock.now()), self.limits(account), start, recipients
        )

    def note(self, tx: Transaction, account: AccountId, recipients: int, now: datetime) -> None:
        """So many were handed over; what no window reaches any more is forgotten."""
        if recipients:
            sentlog.note(tx, account, recipients, now)
        sentlog.prune(tx, account, now - self._reach(account))

    def _reach(self, account: AccountId) -> timedelta:
        return pacing.longest(self.limits(account)) + KEPT_LONGER

    def _read(self, reader: Reader, account: AccountId, now: datetime) -> tuple[Sent, ...]:
        return sentlog.since(reader, account, now - self._reach(account))
