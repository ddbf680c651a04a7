"""The rounds of one account: send what waits, bring the mailbox up to date, sleep until called.

Called by a person, by the server (a lane of its own waits for news where the line allows it), by
the network that is back, or when the interval of the profile in force is over. After trouble with
the line the pauses grow, with jitter; a person, a success or another network end that. A refused
password is never tried again here: the account is on hold (services.sessions).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING, Final

from mel_desktop.app import faults
from mel_desktop.logic import linkprofile
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import Failure, Link, SyncReport
from mel_desktop.model.errors import Cancelled, ErrorCode, Fact, MelError, Retry
from mel_desktop.model.links import InForce, LinkProfile, LinkReason
from mel_desktop.model.sync import Bodies, Progress, SyncOptions
from mel_desktop.model.values import dataclass
from mel_desktop.ports import MailServer
from mel_desktop.services.sessions import Lane
from mel_desktop.store import summary

if TYPE_CHECKING:
    from mel_desktop.app.board import Board
    from mel_desktop.app.profile_services import Services

logger = logging.getLogger("mel.engine")

HOLD_S: Final = 60.0  # a person must act: only what this program knows is looked at
GATHER_S: Final = 0.3  # several clicks, one round
FIRST_WATCH_S: Final = 1.0
SHARE_S: Final = 0.1
WATCH_S: Final = 1500.0  # RFC 2177: a server may hang up after 29 minutes
LONG_ROUND_S: Final = 60.0  # meanwhile news may have come into folders already looked at
LONG_PAUSE_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What rounds are made for: the window's, or ``sync --watch``."""

    options: SyncOptions = field(default_factory=SyncOptions)
    only: frozenset[AccountId] | None = None  # None: every account
    by_hand: bool = False
    on_report: Callable[[SyncReport], None] | None = None


@dataclass(slots=True)
class _Call:
    """Why the next round is made before its time."""

    event: threading.Event
    by_hand: bool = False


class Rounds:
    """The threads of one account."""

    def __init__(
        self,
        services: Services,
        board: Board,
        account: AccountId,
        stopping: threading.Event,
        is_known: Callable[[AccountId], bool],
        wanted: Wanted,
    ) -> None:
        self._services = services
        self._board = board
        self._account = account
        self._stopping = stopping
        self._is_known = is_known
        self._wanted = wanted
        self._call = _Call(threading.Event())
        self._failures = 0
        self._is_well = threading.Event()  # the last round went through: it is worth to watch
        self._ended = threading.Event()
        self._watches = (False, False)  # news of any folder, of the inbox
        self._watched: MailServer | None = None
        self._threads = (
            threading.Thread(target=self._go_round, name=f"mel-account-{account}", daemon=True),
            threading.Thread(target=self._watch, name=f"mel-watch-{account}", daemon=True),
        )

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        """Wait for the end, after ``stopping`` was set and ``wake`` called."""
        for thread in self._threads:
            thread.join()

    def is_over(self) -> bool:
        """Whether the account went, and its threads ended."""
        return self._ended.is_set()

    def wake(self, *, by_hand: bool) -> None:
        """Make a round now. ``by_hand``: whatever the hours say, and as if nothing had failed."""
        self._failures = 0
        self._call.by_hand = self._call.by_hand or by_hand
        self._call.event.set()

    # -- inside ------------------------------------------------------------------------------------

    def _goes_on(self) -> bool:
        return not self._stopping.is_set() and self._is_known(self._account)

    def _go_round(self) -> None:
        while True:
            self._call.event.clear()  # before the look: a call to end that came earlier is seen
            if not self._goes_on():
                break
            by_hand, self._call.by_hand = self._call.by_hand, False
            pause = HOLD_S
            if not self._services.switch.is_offline():
                pause = self._round(by_hand=by_hand)
            if self._rest(min(pause, self._services.leaving.seconds_to_due(self._account))):
                self._stopping.wait(GATHER_S)
        self._ended.set()
        self._is_well.set()  # the other thread looks, and ends too

    def _rest(self, pause: float) -> bool:
        """Until called, or for ``pause`` seconds; True: called.

        Where the line allows no connection that only watches, the sync's own one does meanwhile.
        """
        if not self._shares():
            return self._call.event.wait(pause)
        sessions, clock = self._services.sessions, self._services.clock
        end = clock.monotonic() + pause
        while (left := end - clock.monotonic()) > 0 and not self._call.event.is_set():
            try:
                with sessions.mail(self._account) as server:
                    if server.watch(left, self._is_called):
                        return True
            except MelError as error:  # the next round finds out what it is worth
                logger.info("account %d: watching: %s", self._account, error)
                return self._call.event.wait(left)
            self._call.event.wait(SHARE_S)  # who waited for the connection takes it
        return self._call.event.is_set()

    def _shares(self) -> bool:
        services, account = self._services, self._account
        return (
            self._is_well.is_set()
            and not services.switch.is_offline()
            and services.links.in_force(account).profile is LinkProfile.THRIFTY
        )

    def _is_called(self) -> bool:
        return (
            self._call.event.is_set()
            or self._stopping.is_set()
            or self._services.sessions.is_wanted(self._account)
        )

    def _round(self, *, by_hand: bool) -> float:
        """Send, then sync. Returns seconds until the next try."""
        account, clock = self._account, self._services.clock
        self._board.set(account, Link.CONNECTING)

        def progress(so_far: Progress) -> None:
            self._board.tell(account, so_far)

        began = clock.monotonic()
        try:
            report = sync_account(
                self._services,
                account,
                self._wanted.options,
                progress,
                by_hand or self._wanted.by_hand,
            )
        except Cancelled:
            return HOLD_S
        except MelError as error:
            logger.info("account %d: %s", account, error)
            return self._failed(error.code, error.facts)
        except Exception as error:  # noqa: BLE001 a bug ends this round, not the engine
            if not self._is_known(account):
                return HOLD_S  # it was removed under our feet
            logger.error("account %d: %s", account, faults.description(error))
            return self._failed(ErrorCode.BUG)
        self._failures = 0
        if self._wanted.on_report is not None:
            self._wanted.on_report(report)
        codes = [one.code for one in report.failures]
        trouble = next((one for one in codes if one != ErrorCode.BUDGET_USED.text), "")
        self._board.set(account, Link.TROUBLE if trouble else Link.UP_TO_DATE, trouble)
        self._is_well.set()
        if clock.monotonic() - began > LONG_ROUND_S and report.complete:
            return LONG_PAUSE_S
        watches_all, watches_inbox = self._watches
        force = self._services.links.in_force(
            account, self._wanted.options.link, by_hand=self._wanted.by_hand
        )
        return linkprofile.interval_s(
            force.profile,
            watches_all=watches_all,
            watches_inbox=watches_inbox,
        )

    def _failed(self, code: ErrorCode, facts: Mapping[str, Fact] | None = None) -> float:
        self._is_well.clear()
        self._board.set(self._account, Link.TROUBLE, code.text, facts)
        if self._wanted.on_report is not None:
            failure = Failure(code.text, code.scope.name.lower())
            self._wanted.on_report(SyncReport(self._account, complete=False, failures=(failure,)))
        if code is ErrorCode.OFFLINE or code.retry in (Retry.AFTER_USER, Retry.NEVER):
            return HOLD_S
        self._failures += 1
        return self._pause(self._failures)

    def _pause(self, failures: int) -> float:
        roll = int.from_bytes(self._services.randomness.token(4), "big") / 2**32
        return linkprofile.retry_s(failures, roll)

    def _watch(self) -> None:
        """Wait for the server's news on a lane of its own, and call for a round."""
        failures = 0
        while self._goes_on() and not self._ended.is_set():
            if not self._is_well.wait(HOLD_S):
                continue
            try:
                is_news = self._watch_once()
                failures = 0
            except Cancelled:  # not allowed on this line, or the network changed
                is_news = False
                self._stopping.wait(LONG_PAUSE_S)
            except MelError as error:
                logger.info("account %d: watching: %s", self._account, error)
                is_news = False
                failures += 1
                self._stopping.wait(self._pause(failures))
            except Exception as error:  # noqa: BLE001 a bug ends the watching, not the rounds
                logger.error("account %d: %s", self._account, faults.description(error))
                self._watches = (False, False)
                return
            if is_news:
                self._call.event.set()

    def _watch_once(self) -> bool:
        services, account = self._services, self._account
        if services.switch.is_offline() or not services.sessions.can_watch(account):
            raise Cancelled
        try:
            with services.sessions.mail(account, Lane.WATCH) as server:
                self._watches = ("NOTIFY" in server.caps.names, server.caps.idle)
                if server is self._watched:
                    return server.watch(WATCH_S)
                server.watch(FIRST_WATCH_S)
                self._watched = server
                return True  # what came between the last round and this connection is news too
        except BaseException:
            self._watches = (False, False)
            raise


def sync_account(
    services: Services,
    account: AccountId,
    options: SyncOptions,
    progress: Callable[[Progress], None] | None = None,
    by_hand: bool = False,
) -> SyncReport:
    """Send what waits in the outbox, then sync. Trouble with sending never hides the sync."""
    meter = services.sessions.meter(account)
    received, sent, flights = meter.received, meter.sent, meter.flights
    before = services.clock.monotonic()
    uploaded = 0
    is_read_only = services.accounts.get(account).read_only
    if is_read_only:  # the old side of a move: listed, never brought a second time
        options = replace(options, bodies=Bodies.NONE)
    try:
        if not options.dry_run and not is_read_only:
            uploaded = services.letters.merging.send_due(account=account).filed
        resolved, force = services.links.options(account, options, by_hand=by_hand)
        if is_paused(force):
            report = _wishes_only(services, account, options, force, progress)
        else:
            report = services.sync.sync(account, resolved, progress)
            if not options.dry_run:
                services.leaving.after_sync(account)
                services.agenda.look(account)
                services.receipts.look(account)
                _follow_rules(services, account, replace(resolved, bodies=Bodies.NONE))
                services.account_migration.tidy(account)
    finally:
        services.links.book(account)
    return replace(
        report,
        uploaded=report.uploaded + uploaded,
        bytes_received=meter.received - received,
        bytes_sent=meter.sent - sent,
        flights=meter.flights - flights,
        seconds=services.clock.monotonic() - before,
    )


def _follow_rules(services: Services, account: AccountId, options: SyncOptions) -> None:
    """Rules on what came; what they want leaves at once. Trouble waits for the next round."""
    if services.rules.after_sync(account):
        try:
            services.sync.sync(account, options)
        except MelError as error:
            logger.info("account %d, after its rules: %s", account, error)


def is_paused(force: InForce) -> bool:
    """Whether rounds rest, but what a person wants still leaves (logic.linkprofile, Rule 2)."""
    return force.profile is LinkProfile.OFFLINE and force.reason in (
        LinkReason.BUDGET,
        LinkReason.HOURS,
    )


def _wishes_only(
    services: Services,
    account: AccountId,
    options: SyncOptions,
    force: InForce,
    progress: Callable[[Progress], None] | None,
) -> SyncReport:
    with services.database.read() as reader:
        is_wanted = summary.waits_for(reader, account)
    report = SyncReport(account)
    if is_wanted and not options.dry_run:
        wishes = SyncOptions(bodies=Bodies.NONE, link=LinkProfile.FRUGAL)
        report = services.sync.sync(account, wishes, progress)
    if force.reason is LinkReason.BUDGET:
        used = Failure(ErrorCode.BUDGET_USED.text, "account")
        report = replace(report, failures=(*report.failures, used))
    return replace(report, complete=False)
