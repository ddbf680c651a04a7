"""The engine: threads, supervision, shutdown. The only place that starts threads but the store.

One thread holds the profile's lock and sees to it that each account has a thread of its own, which
makes its rounds: what waits in the outbox leaves first, then the mailbox is brought up to date;
then it sleeps until it is woken or the interval is over. A second lane of two threads serves the
window (opening a message, an attachment, testing an account); one more tells how things stand.
Trouble with one account never stops another; a bug stops one round, never the engine.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from mel_desktop.app import faults
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import AccountStatus, Area, Changes, Link, Status, SyncReport
from mel_desktop.model.errors import Cancelled, ErrorCode, MelError, Retry
from mel_desktop.model.outgoing import OutboxId, SendReport
from mel_desktop.model.sync import Progress, SyncOptions
from mel_desktop.store import summary

if TYPE_CHECKING:
    from mel_desktop.app.wiring import Services

T = TypeVar("T")
logger = logging.getLogger("mel.engine")

INTERVAL_S = 60.0
RETRY_S = 20.0
LOCK_WAIT_S = 5.0
LOCK_STEP_S = 0.5
LOCK_PAUSE_S = 2.0
GATHER_S = 0.3  # several clicks, one round


class Engine:
    """Background work of one open profile."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._links: dict[AccountId, AccountStatus] = {}
        self._listeners: list[Callable[[Status], None]] = []
        self._guard = threading.Lock()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._has_lock = threading.Event()
        self._rounds: dict[AccountId, _Rounds] = {}
        self._pool: ThreadPoolExecutor | None = None
        self._teller: ThreadPoolExecutor | None = None
        self._telling = False
        self._unlisten: Callable[[], None] | None = None

    # -- life --------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin the rounds. A second call does nothing."""
        if self._thread is not None or self._stopping.is_set():
            return
        self._unlisten = self._services.database.listen(self._on_commit)
        self._thread = threading.Thread(target=self._supervise, name="mel-engine", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the rounds: connections are cut, the critical step under way is finished."""
        with self._guard:  # no thread is added from here on
            self._stopping.set()
        self.wake()
        self._services.stop()
        if self._unlisten is not None:
            self._unlisten()
            self._unlisten = None
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        for pool in (self._pool, self._teller):
            if pool is not None:
                pool.shutdown(wait=True, cancel_futures=True)
        self._pool = self._teller = None

    def wake(self) -> None:
        """Start a round of every account now."""
        with self._guard:
            rounds = tuple(self._rounds.values())
        for one in rounds:
            one.wake.set()
        self._wake.set()

    def run(self, work: Callable[[], T]) -> Future[T]:
        """Run ``work`` on the second lane."""
        with self._guard:
            if self._stopping.is_set():
                raise Cancelled
            if self._pool is None:
                self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="mel-lane")
            return self._pool.submit(work)

    def set_offline(self, offline: bool) -> None:
        """No socket from here on, or sockets again and a round at once."""
        self._services.switch.set(offline=offline)
        if offline:
            self._services.submission.abort()
            self.cut(None)
        self.wake()
        self._publish()

    def cut(self, account: AccountId | None) -> None:
        """Nobody uses the connections of an account (None: of all) any more."""
        take_leave = self._services.sessions.cut(account)
        self._services.lines.abort(account)
        self._run_quietly(take_leave)

    # -- what it says ------------------------------------------------------------------------------

    def status(self) -> Status:
        """Counts from the store and the state of each account's line."""
        with self._services.database.read() as reader:
            counts = summary.counts(reader)
        accounts = tuple(
            replace(
                self._links.get(account.id, AccountStatus(account.id, Link.OFFLINE)),
                host=account.imap.host,
                last_sync_at=account.last_sync_at,
            )
            for account in self._services.accounts.all()
        )
        offline = self._services.switch.is_offline()
        if offline:
            accounts = tuple(replace(one, link=Link.OFFLINE, trouble="") for one in accounts)
        return Status(
            accounts=accounts,
            messages=counts.messages,
            bodies=counts.bodies,
            waiting_changes=counts.waiting_changes,
            waiting_outbox=counts.waiting_outbox,
            failed_outbox=counts.failed_outbox,
            oldest_waiting=counts.oldest_waiting,
            offline=offline,
        )

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
        with self._alone():
            return sync_account(self._services, account, options, progress)

    def send_once(self, row: OutboxId | None) -> SendReport:
        """One pass over the outbox in the calling thread."""
        with self._alone():
            return self._services.outbox.send_due(row=row)

    @contextmanager
    def _alone(self) -> Iterator[None]:
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
        try:
            while not self._stopping.is_set():
                self._wake.clear()
                self._man_rounds()
                self._wake.wait(INTERVAL_S)
        finally:
            for one in tuple(self._rounds.values()):
                one.thread.join()
            self._has_lock.clear()
            self._services.lock.release()

    def _take_lock(self) -> bool:
        waited = 0.0
        while not self._stopping.is_set():
            try:
                self._services.lock.acquire(LOCK_STEP_S)
            except MelError as error:
                waited += LOCK_STEP_S
                if waited > LOCK_WAIT_S or error.code is not ErrorCode.PROFILE_BUSY:
                    for account in self._all_accounts():
                        self._set(account, Link.TROUBLE, error.code.text)
                    self._stopping.wait(LOCK_PAUSE_S)
            else:
                return True
        return False

    def _man_rounds(self) -> None:
        """Each account has its thread; those of accounts that went have ended or will."""
        accounts = self._all_accounts()
        with self._guard:
            for account, one in self._rounds.items():
                if account not in accounts:
                    one.wake.set()
            added = [one for one in accounts if one not in self._rounds]
            if self._stopping.is_set():
                return
            for account in added:
                wake = threading.Event()
                thread = threading.Thread(
                    target=self._make_rounds,
                    args=(account, wake),
                    name=f"mel-account-{account}",
                    daemon=True,
                )
                self._rounds[account] = _Rounds(thread, wake)
                thread.start()

    def _make_rounds(self, account: AccountId, wake: threading.Event) -> None:
        while not self._stopping.is_set() and account in self._all_accounts((account,)):
            wake.clear()
            pause = INTERVAL_S
            if not self._services.switch.is_offline():
                pause = self._round(account)
            if wake.wait(pause):
                self._stopping.wait(GATHER_S)
        with self._guard:
            if not self._stopping.is_set():
                self._rounds.pop(account, None)
        self._wake.set()  # an account that came with the same number gets a thread of its own

    def _all_accounts(self, otherwise: tuple[AccountId, ...] = ()) -> tuple[AccountId, ...]:
        """Ids of the accounts; ``otherwise`` when the store cannot say now."""
        try:
            return tuple(one.id for one in self._services.accounts.all())
        except MelError as error:
            logger.warning("accounts: %s", error)
            return otherwise

    def _round(self, account: AccountId) -> float:
        """One account: send, then sync. Returns seconds until the next try."""
        self._set(account, Link.CONNECTING)

        def progress(now: Progress) -> None:
            self._set(account, Link.WORKING, done=now.done, expected=now.expected)

        try:
            report = sync_account(self._services, account, SyncOptions(), progress)
        except Cancelled:
            return INTERVAL_S
        except MelError as error:
            logger.info("account %d: %s", account, error)
            self._set(account, Link.TROUBLE, error.code.text)
            return INTERVAL_S if error.retry is Retry.AFTER_USER else RETRY_S
        except Exception as error:  # noqa: BLE001 a bug ends this round, not the engine
            if account not in self._all_accounts((account,)):
                return INTERVAL_S  # it was removed under our feet
            logger.error("account %d: %s", account, faults.description(error))
            self._set(account, Link.TROUBLE, ErrorCode.BUG.text)
            return INTERVAL_S
        trouble = next((one.code for one in report.failures), "")
        self._set(account, Link.TROUBLE if trouble else Link.UP_TO_DATE, trouble)
        return INTERVAL_S

    def _set(
        self, account: AccountId, link: Link, trouble: str = "", *, done: int = 0, expected: int = 0
    ) -> None:
        with self._guard:
            self._links[account] = AccountStatus(
                account, link, trouble, done=done, expected=expected
            )
        self._publish()

    def _on_commit(self, changes: Changes) -> None:
        if changes.areas & (Area.OUTBOX | Area.JOURNAL | Area.ACCOUNTS | Area.MESSAGES):
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

    def _tell(self) -> None:
        with self._guard:
            self._telling = False
        self._publish()

    def _publish(self) -> None:
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


@dataclass(frozen=True, slots=True)
class _Rounds:
    """The thread of one account."""

    thread: threading.Thread
    wake: threading.Event


def sync_account(
    services: Services,
    account: AccountId,
    options: SyncOptions,
    progress: Callable[[Progress], None] | None = None,
) -> SyncReport:
    """Send what waits in the outbox, then sync. Trouble with sending never hides the sync."""
    meter = services.sessions.meter(account)
    received, sent, flights = meter.received, meter.sent, meter.flights
    before = services.clock.monotonic()
    uploaded = 0
    if not options.dry_run:
        outcome = services.outbox.send_due(account=account)
        uploaded = outcome.filed
    report = services.sync.sync(account, options, progress)
    return replace(
        report,
        uploaded=report.uploaded + uploaded,
        bytes_received=meter.received - received,
        bytes_sent=meter.sent - sent,
        flights=meter.flights - flights,
        seconds=services.clock.monotonic() - before,
    )
