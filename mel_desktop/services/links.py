"""Lines of accounts: what was set, what went over the wire, which profile is in force, the price.

Octets are counted by ``Meters`` and stored by day in batches (``book``); what is not
stored yet counts as well. Days are those of the PC's local time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from mel_desktop.logic import linkprofile
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import Area
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.links import (
    Brake,
    InForce,
    Line,
    LinkProfile,
    LinkSettings,
    Price,
    Traffic,
)
from mel_desktop.model.mail import FolderId, MessageId
from mel_desktop.model.sync import SyncOptions
from mel_desktop.ports import Clock, Network
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.meters import Meters
from mel_desktop.store import accounts as account_rows
from mel_desktop.store import brakes, remains
from mel_desktop.store.database import Database, Transaction

MOST_BYTES: Final = 1 << 50
WINDOW: Final = timedelta(days=SyncOptions().window_days)


class Links:
    """The line of each account."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        meters: Meters,
        clock: Clock,
        is_offline: Callable[[], bool],
        *,
        network: Network | None = None,
        policy: LinkSettings | None = None,
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._meters = meters
        self._clock = clock
        self._is_offline = is_offline
        self._network = network
        self._policy = policy
        self._metered: bool | None = None
        self._asked = LinkProfile.AUTO

    # -- settings ------------------------------------------------------------------------------

    def settings(self, account: AccountId) -> LinkSettings:
        """What was set. LocalRefusal(NOT_FOUND)."""
        self._accounts.get(account)
        with self._database.read() as reader:
            return account_rows.link(reader, account)

    def set_settings(self, account: AccountId, settings: LinkSettings) -> None:
        """Replace what was set. LocalRefusal(USAGE) for what cannot be meant."""
        self._accounts.get(account)
        for most in (settings.day_bytes, settings.month_bytes):
            if most is not None and not 0 < most <= MOST_BYTES:
                raise LocalRefusal(ErrorCode.USAGE, why="budget")
        if (settings.from_hour is None) != (settings.until_hour is None):
            raise LocalRefusal(ErrorCode.USAGE, why="one hour without the other")

        def work(tx: Transaction) -> None:
            account_rows.set_link(tx, account, settings)
            tx.changed(Area.ACCOUNTS)

        self._database.write(work, durable=True)

    # -- traffic -------------------------------------------------------------------------------

    def book(self, account: AccountId | None = None) -> None:
        """Store what the meters counted since the last time (of every account without one)."""
        today = self._local().date()
        for one in self._meters.accounts() if account is None else (account,):
            received, sent = self._meters.take(one)
            if not received and not sent:
                continue
            try:
                self._database.write(
                    partial(_count, account=one, day=today, octets=(received, sent))
                )
            except BaseException:
                self._meters.give_back(one, received, sent)
                raise

    def traffic(self, account: AccountId) -> Traffic:
        """Octets on the wire: since the program started, today, this month."""
        from mel_desktop.store import traffic  # noqa: PLC0415 first needed here

        with self._database.read() as reader:
            stored = traffic.sums(reader, account, self._local().date())
        received, sent = self._meters.unbooked(account)
        meter = self._meters.of(account)
        return Traffic(
            meter.received,
            meter.sent,
            stored.day_received + received,
            stored.day_sent + sent,
            stored.month_received + received,
            stored.month_sent + sent,
        )

    # -- the line ------------------------------------------------------------------------------

    def look(self) -> None:
        """Ask the system whether the line is paid by the octet; takes up to a second."""
        self._metered = None if self._network is None else self._network.is_metered()

    def ask(self, profile: LinkProfile) -> None:
        """From here on this profile stands for those that were set (``sync --watch --link``)."""
        self._asked = profile

    def line(self, account: AccountId) -> Line:
        """What was last measured, and what the system said when it was last asked."""
        meter = self._meters.of(account)
        return Line(meter.rtt_s, meter.down_bps, self._metered, meter.up_bps)

    def in_force(
        self,
        account: AccountId,
        asked: LinkProfile = LinkProfile.AUTO,
        *,
        by_hand: bool = False,
    ) -> InForce:
        """The profile in force now and why."""
        with self._database.read() as reader:
            settings = account_rows.link(reader, account)
        return linkprofile.in_force(
            settings,
            self.line(account),
            self.traffic(account),
            self._local().time(),
            policy=self._policy,
            asked=self._asked if asked is LinkProfile.AUTO else asked,
            by_hand=by_hand,
            offline=self._is_offline(),
        )

    def options(
        self, account: AccountId, options: SyncOptions, *, by_hand: bool = False
    ) -> tuple[SyncOptions, InForce]:
        """The options with the profile in force and what is left of the budget."""
        force = self.in_force(account, options.link, by_hand=by_hand)
        limits = [one for one in (options.max_bytes, force.left_bytes) if one is not None]
        return replace(options, link=force.profile, max_bytes=min(limits, default=None)), force

    def is_closed(self, account: AccountId) -> bool:
        """Whether a person or a policy wants no connection of this account at all."""
        return linkprofile.forbids_sockets(self.in_force(account))

    def connections(self, account: AccountId) -> int:
        """How many the account may have at once."""
        return linkprofile.connections(self.in_force(account).profile)

    def idle_limit_s(self, account: AccountId) -> float:
        """How long a connection may idle before it is closed."""
        return linkprofile.idle_limit_s(self.in_force(account).profile)

    # -- prices --------------------------------------------------------------------------------

    def price(self, message: MessageId, part: str) -> Price:
        """What fetching the rest of a part costs; "": what opening the message would fetch."""
        from mel_desktop.store import reading  # noqa: PLC0415 first needed here

        with self._database.read() as reader:
            stored = reading.message(reader, message)
            octets = (
                remains.of_part(reader, message, part) if part else remains.of_text(reader, message)
            )
        if stored is None or octets is None:
            raise LocalRefusal(ErrorCode.NOT_FOUND, kind="part" if stored else "message")
        return self._price(stored.account, octets)

    def price_of_rest(self, account: AccountId) -> Price:
        """What texts and attachments still on the server cost, within the window of a sync."""
        self._accounts.get(account)
        with self._database.read() as reader:
            octets = remains.of_account(reader, account, self._clock.now() - WINDOW)
        return self._price(account, octets)

    def price_up(self, account: AccountId, octets: int) -> Price:
        """What sending so many octets costs. LocalRefusal(NOT_FOUND)."""
        self._accounts.get(account)
        return linkprofile.price_up(octets, self.line(account), self.in_force(account))

    def price_down(self, account: AccountId, octets: int) -> Price:
        """What fetching so many octets costs. LocalRefusal(NOT_FOUND)."""
        self._accounts.get(account)
        return self._price(account, octets)

    def _price(self, account: AccountId, octets: int) -> Price:
        return linkprofile.price(octets, self.line(account), self.in_force(account))

    # -- brakes --------------------------------------------------------------------------------

    def brakes(self) -> tuple[Brake, ...]:
        """Folders of which too much is gone to be believed."""
        with self._database.read() as reader:
            return brakes.brakes(reader)

    def accept_brake(self, folder: FolderId) -> None:
        """A person says that it is meant: the next sync forgets what is gone, once."""
        if self._database.write(lambda tx: brakes.accept(tx, folder), durable=True) is None:
            raise LocalRefusal(ErrorCode.NOT_FOUND, kind="folder")

    # -- inside --------------------------------------------------------------------------------

    def _local(self) -> datetime:
        return self._clock.now().astimezone()


def _count(tx: Transaction, *, account: AccountId, day: date, octets: tuple[int, int]) -> None:
    from mel_desktop.store import traffic  # noqa: PLC0415 first needed here

    traffic.add(tx, account, day, *octets)
