"""The engine: threads, supervision, shutdown. The only place that starts threads but the store.

One thread holds the profile's lock and sees to it that each account has its rounds (app.rounds); it
notices sleep and changes of the network (app.pulse). A second lane of two threads serves the window
(opening a message, an attachment, testing an account); one more tells how things stand, and another
tends idle connections and counts octets. Trouble with one account never stops another; a bug stops
one round, never the engine.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from mel_desktop.app import faults
from mel_desktop.app.board import Board
from mel_desktop.app.keeper import Keeper
from mel_desktop.app.pulse import BEAT_S, Pulse
from mel_desktop.app.rounds import Rounds, Wanted, sync_account
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import Area, Changes, Link, Status, SyncReport
from mel_desktop.model.errors import Cancelled, ErrorCode, MelError
from mel_desktop.model.outgoing import OutboxId, SendReport
from mel_desktop.model.sync import Progress, SyncOptions

if TYPE_CHECKING:
    from mel_desktop.app.profile_services import Services

T = TypeVar("T")
logger = logging.getLogger("mel.engine")

LOCK_WAIT_S = 5.0
LOCK_STEP_S = 0.5
LOCK_PAUSE_S = 2.0
LOOK_BEATS = 12  # a look at the accounts at least once a minute
TEND_BEATS = 6
STATUS_S = 0.25  # a sync commits ten times a second; a person reads numbers, if any, slower
HURRIED = Area.OUTBOX | Area.JOURNAL | Area.ACCOUNTS  # somebody did that, and looks


class Engine:
    """Background work of one open profile."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._board = Board(services, self._publish)
        self._wanted = Wanted()
        self._listeners: list[Callable[[Status], None]] = []
        self._guard = threading.Lock()
        self._wake = threading.Event()
        self._nudge = threading.Event()  # look at once, whether or not a round is wanted
        self._due: datetime | None = None  # when a message is due that was queued for later
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._has_lock = threading.Event()
        self._rounds: dict[AccountId, Rounds] = {}
        self._pool: ThreadPoolExecutor | None = None
        self._aside: ThreadPoolExecutor | None = None
        self._patient: ThreadPoolExecutor | None = None
        self._teller: ThreadPoolExecutor | None = None
        self._tender: ThreadPoolExecutor | None = None
        self._is_tending = False
        self._telling = False
        self._told_at = float("-inf")
        self._hurry = threading.Event()  # tell at once
        self._publishing = threading.RLock()
        self._unlisten: Callable[[], None] | None = None
        self._keeper = Keeper(
            (
                lambda stop: services.index.finish(stop),  # by name: each is built by its first
                lambda stop: services.old_subjects.chore(stop),
                lambda stop: services.storage.tend(stop),
                lambda stop: services.attachment_texts.chore(stop),
                lambda stop: services.soundness.tend(stop),
                lambda stop: services.weekly.chore(stop),
                lambda stop: services.records.chore(stop),
                lambda stop: services.server_data.release.chore(stop),
            ),
            self._stopping,
        )

    # -- life --------------------------------------------------------------------------------------

    def start(self, wanted: Wanted | None = None) -> None:
        """Begin the rounds. A second call does nothing."""
        if self._thread is not None or self._stopping.is_set():
            return
        self._wanted = wanted or Wanted()
        self._services.links.ask(self._wanted.options.link)
        self._unlisten = self._services.database.listen(self._on_commit)
        self._ready_soon()
        self._thread = threading.Thread(target=self._supervise, name="mel-engine", daemon=True)
        self._thread.start()
        self._keeper.start()

    def stop(self) -> None:
        """End the rounds: connections are cut, the critical step under way is finished."""
        with self._guard:  # no thread is added from here on
            self._stopping.set()
        self._hurry.set()
        self.wake()
        self._services.stop()
        if self._unlisten is not None:
            self._unlisten()
            self._unlisten = None
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._keeper.join()
        for pool in (self._pool, self._aside, self._patient, self._teller, self._tender):
            if pool is not None:
                pool.shutdown(wait=True, cancel_futures=True)
        self._pool = self._aside = self._patient = self._teller = self._tender = None
        self._book()

    def wake(self, *, by_hand: bool = False) -> None:
        """Start a round of every account now. ``by_hand``: outside the hours of sync too."""
        with self._guard:
            rounds = tuple(self._rounds.values())
        for one in rounds:
            one.wake(by_hand=by_hand)
        self._wake.set()
        self._nudge.set()

    def wake_at(self, hour: datetime | None) -> None:
        """Start a round then (None: now): a message was queued for that hour, or no hour at all."""
        if hour is None or hour <= self._services.clock.now():
            self.wake()
            return
        with self._guard:
            self._due = hour if self._due is None else min(self._due, hour)
        self._nudge.set()

    def mend_index(self) -> None:
        """An index was emptied: it is made anew in the background, if that runs."""
        self._keeper.wake()

    def is_stopping(self) -> bool:
        """Whether long work had better end: the program is closing."""
        return self._stopping.is_set()

    def run(self, work: Callable[[], T]) -> Future[T]:
        """Run ``work`` on the second lane."""
        with self._guard:
            if self._stopping.is_set():
                raise Cancelled
            if self._pool is None:
                self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="mel-lane")
            return self._pool.submit(work)

    def tend_soon(self) -> None:
        """Do what keeps the store in order now, if the rounds run."""
        self._keeper.wake()

    def run_aside(self, work: Callable[[], T]) -> Future[T]:
        """Run ``work`` that waits for no network: never behind something that does."""
        with self._guard:
            if self._stopping.is_set():
                raise Cancelled
            if self._aside is None:
                self._aside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mel-aside")
            return self._aside.submit(work)

    def run_patiently(self, work: Callable[[], T]) -> Future[T]:
        """Run ``work`` that waits for a person: no sync and no message waits behind it."""
        with self._guard:
            if self._stopping.is_set():
                raise Cancelled
            if self._patient is None:
                self._patient = ThreadPoolExecutor(max_workers=2, thread_name_prefix="mel-person")
            return self._patient.submit(work)

    def set_offline(self, offline: bool) -> None:
        """No socket from here on, or sockets again and a round at once."""
        self._services.switch.set(offline=offline)
        if offline:
            self._services.submission.abort()
            self._services.abort_doctor()
            self.cut(None)
        self.wake()
        self._publish()

    def cut(self, account: AccountId | None) -> None:
        """Nobody uses the connections of an account (None: of all) any more."""
        take_leave = self._services.sessions.cut(account)
        self._services.abort_lines(account)
        self._run_quietly(take_leave)

    # -- what it says ------------------------------------------------------------------------------

    def status(self) -> Status:
        """Counts from the store and the state of each account's line."""
        return self._board.status()

    def listen_status(self, listener: Callable[[Status], None]) -> Callable[[], None]:
        """Call ``listener`` whenever the state of accounts moves."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    # -- once, for the command line ----------------------------------------------------------------

    def sync_once(
        self,
        account: AccountId,
        options: SyncOptions,
        progress: Callable[[Progress], None] | None = None,
    ) -> SyncReport:
        """One round in the calling thread. PROFILE_BUSY while another program makes rounds."""
        with self.alone():
            return sync_account(self._services, account, options, progress, by_hand=True)

    def send_once(self, row: OutboxId | None) -> SendReport:
        """One pass over the outbox in the calling thread."""
        with self.alone():
            return self._services.letters.merging.send_due(row=row)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Only one program at a time talks to servers for a profile: nothing is sent twice."""
        if self._has_lock.is_set():  # the rounds of this very program hold it
            yield
            return
        self._services.lock.acquire(LOCK_WAIT_S)
        try:
            yield
        finally:
            self._services.lock.release()

    # -- rounds ------------------------------------------------------------------------------------

    def _supervise(self) -> None:
        """Take the lock, however long another program has it; then a thread for each account."""
        if not self._take_lock():
            return
        self._has_lock.set()
        pulse = Pulse(self._services.clock, self._services.network)
        beats = 0
        try:
            while not self._stopping.is_set():
                if self._wake.is_set() or beats % LOOK_BEATS == 0:
                    self._wake.clear()
                    if self._stopping.is_set():
                        break
                    self._man_rounds()
                if beats % TEND_BEATS == 0:
                    self._tend()
                beats += 1
                self._nudge.clear()
                if not self._wake.is_set():
                    self._nudge.wait(self._until_due(BEAT_S))
                if pulse.beat(BEAT_S) and not self._stopping.is_set():
                    self._begin_anew()
        finally:
            for one in tuple(self._rounds.values()):
                one.wake(by_hand=False)
                one.join()
            self._has_lock.clear()
            self._services.lock.release()

    def _until_due(self, most_s: float) -> float:
        """Seconds to the hour of the next message queued for later, at most ``most_s``."""
        with self._guard:
            due = self._due
        if due is None:
            return most_s
        left = (due - self._services.clock.now()).total_seconds()
        if left > 0:
            return min(left + 0.05, most_s)
        with self._guard:
            self._due = None
        self.wake()
        return 0.0

    def _begin_anew(self) -> None:
        """Another network, or the computer slept: no connection that was kept leads anywhere."""
        logger.info("the network changed")
        self._services.sessions.abandon()
        self._services.meters.forget_line()
        self._services.abort_lines(None)
        self._services.forget_ways()
        self._tend()
        self.wake()

    def _tend(self) -> None:
        """Idle connections, octets, the paid line: on a thread of its own, for it may wait."""
        with self._guard:
            if self._stopping.is_set() or self._is_tending:
                return
            self._is_tending = True
            if self._tender is None:
                self._tender = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mel-tender")
            self._tender.submit(self._tend_now)

    def _tend_now(self) -> None:
        try:
            self._services.links.look()
            self._services.sessions.tend()
            self._book()
        except MelError as error:
            logger.info("tending: %s", error)
        except Exception as error:  # noqa: BLE001 a bug here must not end the tending
            logger.error("tending: %s", faults.description(error))
        finally:
            with self._guard:
                self._is_tending = False

    def _book(self) -> None:
        try:
            self._services.links.book()
        except MelError as error:  # the next time counts them too
            logger.warning("traffic: %s", error)

    def _take_lock(self) -> bool:
        waited = 0.0
        while not self._stopping.is_set():
            try:
                self._services.lock.acquire(LOCK_STEP_S)
            except MelError as error:
                waited += LOCK_STEP_S
                if waited > LOCK_WAIT_S or error.code is not ErrorCode.PROFILE_BUSY:
                    for account in self._all_accounts():
                        self._board.set(account, Link.TROUBLE, error.code.text, error.facts)
                    self._stopping.wait(LOCK_PAUSE_S)
            else:
                return True
        return False

    def _man_rounds(self) -> None:
        """Each account has its rounds; those of accounts that went have ended or will."""
        accounts = self._all_accounts()
        if self._wanted.only is not None:
            accounts = tuple(one for one in accounts if one in self._wanted.only)
        with self._guard:
            if self._stopping.is_set():
                return
            for account, one in tuple(self._rounds.items()):
                if one.is_over():
                    del self._rounds[account]
                elif account not in accounts:
                    one.wake(by_hand=False)
            for account in accounts:
                if account not in self._rounds:
                    made = Rounds(
                        self._services,
                        self._board,
                        account,
                        self._stopping,
                        self._is_known,
                        self._wanted,
                    )
                    self._rounds[account] = made
                    made.start()

    def _is_known(self, account: AccountId) -> bool:
        """Whether the account is there, as far as the store can say now."""
        return account in self._all_accounts((account,))

    def _all_accounts(self, otherwise: tuple[AccountId, ...] = ()) -> tuple[AccountId, ...]:
        """Ids of the accounts; ``otherwise`` when the store cannot say now."""
        try:
            return tuple(one.id for one in self._services.accounts.all())
        except MelError as error:
            logger.warning("accounts: %s", error)
            return otherwise

    def _on_commit(self, changes: Changes) -> None:
        if changes.areas & (Area.DIRECTORY | Area.ACCOUNTS):
            self._ready_soon()
        if changes.areas & HURRIED:
            self._hurry.set()
        if changes.areas & (HURRIED | Area.MESSAGES):
            with self._guard:
                if self._telling:  # many commits, one look
                    return
                self._telling = True
            self._run_quietly(self._tell)  # not on the writer's thread: it would read

    def _run_quietly(self, work: Callable[[], None]) -> None:
        """Run soon, however busy the second lane is; not at all when the program is closing."""
        with self._guard:
            if self._stopping.is_set():
                return
            if self._teller is None:
                self._teller = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mel-teller")
            self._teller.submit(work)

    def _ready_soon(self) -> None:
        with contextlib.suppress(Cancelled):  # closing
            self.run_aside(self._ready_directory)

    def _ready_directory(self) -> None:
        """What completion needs for wrong keys is made here rather than at a key."""
        if self._stopping.is_set():
            return
        try:
            self._services.directory.warm()
        except MelError as error:
            logger.warning("directory: %s", error.code.text)

    def _tell(self) -> None:
        clock = self._services.clock
        self._hurry.wait(max(0.0, min(STATUS_S, self._told_at + STATUS_S - clock.monotonic())))
        self._hurry.clear()
        with self._guard:
            self._telling = False
        self._told_at = clock.monotonic()
        self._publish()

    def _publish(self) -> None:
        """Several threads ask for it: what was looked at first is never told last."""
        with self._publishing:
            self._look_and_publish()

    def _look_and_publish(self) -> None:
        if self._stopping.is_set():
            return
        try:
            status = self.status()
        except MelError as error:  # the store says no: what was said last stands
            logger.warning("status: %s", error)
            return
        for listener in tuple(self._listeners):
            try:
                listener(status)
            except Exception as error:  # noqa: BLE001 a screen's fault must not stop the rounds
                logger.error("a listener failed: %s", faults.description(error))
