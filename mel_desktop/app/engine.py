"""The engine: threads, supervision, shutdown. The only place that starts threads but the store.

One thread a profile makes the rounds of the accounts: what waits in the outbox leaves first, then
the mailbox is brought up to date; then it sleeps until it is woken or the interval is over. A
second lane of two threads serves the window (opening a message, an attachment, testing an account).
Trouble with one account never stops another; a bug stops one round, never the engine.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from mel_desktop.app import faults
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import AccountStatus, Area, Changes, Link, Status, SyncReport
from mel_desktop.model.errors import Cancelled, ErrorCode, MelError, Retry
from mel_desktop.model.outgoing import OutboxId, SendReport
from mel_desktop.model.sync import SyncOptions
from mel_desktop.store import summary

if TYPE_CHECKING:
    from mel_desktop.app.wiring import Services

T = TypeVar("T")
logger = logging.getLogger("mel.engine")

INTERVAL_S = 60.0
RETRY_S = 20.0
LOCK_WAIT_S = 5.0
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
        self._pool: ThreadPoolExecutor | None = None
        self._unlisten: Callable[[], None] | None = None

    # -- life --------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin the rounds. A second call does nothing."""
        if self._thread is not None or self._stopping.is_set():
            return
        self._unlisten = self._services.database.listen(self._on_commit)
        self._thread = threading.Thread(target=self._rounds, name="mel-engine", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the rounds: connections are cut, the critical step under way is finished."""
        self._stopping.set()
        self._wake.set()
        self._services.sessions.stop()
        if self._unlisten is not None:
            self._unlisten()
            self._unlisten = None
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def wake(self) -> None:
        """Start a round now."""
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
            self.run(self._services.sessions.drop)
        self._wake.set()
        self._publish()

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

    def sync_once(self, account: AccountId, options: SyncOptions) -> SyncReport:
        """One round in the calling thread. PROFILE_BUSY while another program makes rounds."""
        with self._alone():
            return sync_account(self._services, account, options)

    def send_once(self, row: OutboxId | None) -> SendReport:
        """One pass over the outbox in the calling thread."""
        with self._alone():
            return self._services.outbox.send_due(row=row)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Only one program at a time talks to servers for a profile: nothing is sent twice."""
        if self._thread is not None:  # the rounds of this very program hold the lock
            yield
            return
        self._services.lock.acquire(LOCK_WAIT_S)
        try:
            yield
        finally:
            self._services.lock.release()

    # -- rounds ------------------------------------------------------------------------------------

    def _rounds(self) -> None:
        try:
            self._services.lock.acquire(LOCK_WAIT_S)
        except MelError as error:
            for account in self._services.accounts.all():
                self._set(account.id, Link.TROUBLE, error.code.text)
            return
        try:
            while not self._stopping.is_set():
                self._wake.clear()
                pause = INTERVAL_S
                if not self._services.switch.is_offline():
                    pause = min(
                        [self._round(one.id) for one in self._services.accounts.all()]
                        or [INTERVAL_S]
                    )
                if self._wake.wait(pause):
                    self._stopping.wait(GATHER_S)
        finally:
            self._services.lock.release()

    def _round(self, account: AccountId) -> float:
        """One account: send, then sync. Returns seconds until the next try."""
        self._set(account, Link.CONNECTING)

        def progress(done: int, expected: int) -> None:
            self._set(account, Link.WORKING, done=done, expected=expected)

        try:
            report = sync_account(self._services, account, SyncOptions(), progress)
        except Cancelled:
            return INTERVAL_S
        except MelError as error:
            logger.info("account %d: %s", account, error)
            self._set(account, Link.TROUBLE, error.code.text)
            return INTERVAL_S if error.retry is Retry.AFTER_USER else RETRY_S
        except Exception as error:  # noqa: BLE001 a bug ends this round, not the engine
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
            self.run_quietly(self._publish)  # not on the writer's thread: it would read

    def run_quietly(self, work: Callable[[], None]) -> None:
        """Run on the second lane unless the program is closing."""
        try:
            self.run(work)
        except Cancelled:
            return

    def _publish(self) -> None:
        if self._stopping.is_set():
            return
        status = self.status()
        for listener in tuple(self._listeners):
            listener(status)


def sync_account(
    services: Services,
    account: AccountId,
    options: SyncOptions,
    progress: Callable[[int, int], None] | None = None,
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
