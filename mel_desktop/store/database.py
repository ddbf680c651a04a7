"""The encrypted database: one writer thread, read-only readers, migrations, error conversion.

Rule 1: the key is proved before anything else is read or written (SQLite3MC opens any file).
Rule 2: one write connection, owned by one thread; a write is one transaction, all or nothing.
Rule 3: readers are query_only and short, or the WAL grows.
Rule 4: nothing in clear beside the file: temp_store is memory, the WAL is encrypted page by page.
Rule 5: a full disk loses nothing: what was committed stays, ``store.reserve`` is given up for
durable writes, and where not even the -shm fits the store opens on one connection alone.

Cipher, pragmas and figures: shared/measured store.md sections 0 and 9 (chacha20, raw key, 8 KiB
pages, WAL; synchronous FULL for what cannot be fetched again).
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from logging import getLogger
from pathlib import Path
from typing import Final, TypeVar, cast

import apsw

from mel_desktop.model.changes import Changes
from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.model.values import dataclass
from mel_desktop.store import connections, keybytes, patience, reserve, rootmap, seal
from mel_desktop.store.connections import errors as errors
from mel_desktop.store.filelock import DOOR_WAIT_S, door
from mel_desktop.store.gate import Gate
from mel_desktop.store.keybytes import Key
from mel_desktop.store.pages import PageFile
from mel_desktop.store.seal import Missing, Seal
from mel_desktop.store.transactions import Reader as Reader
from mel_desktop.store.transactions import Row as Row
from mel_desktop.store.transactions import Transaction as Transaction
from mel_desktop.store.transactions import Value as Value
from mel_desktop.store.transactions import snapshot
from mel_desktop.store.transactions import to_json as to_json

log = getLogger("mel.store")
T = TypeVar("T")

GROUP_S: Final = 0.1  # so long may one transaction take in what waits
LEAVE_S: Final = 30.0  # so long an exchange waits for readers
EXCHANGE_WAIT_MS: Final = 2000  # and for other programs
IDLE_S: Final = 3.0  # then the WAL goes back into the file: a damaged WAL loses its tail silently


@dataclass(frozen=True, slots=True)
class _Write:
    """What somebody wants stored."""

    work: Callable[[Transaction], object]
    durable: bool
    future: Future[object]
    apart: bool = False  # an exchange: no transaction


class Database:
    """An open, unlocked profile database. Close it, or its WAL stays behind."""

    def __init__(self, path: Path, key: Key, *, sealed: bool = False) -> None:
        """Open and prove the key; StoreTrouble(WRONG_PASSPHRASE | DAMAGED | STORE_TOO_NEW ...).

        ``sealed``: keep ``store.seal`` beside the file, and tell in ``missing`` what it misses.
        """
        if len(key) != 32:
            raise ValueError("the data key has 32 octets")
        self._path = path
        self._key = bytearray(key)  # our own, wiped at the end
        self._listeners: list[Callable[[Changes], None]] = []
        self._queue: queue.SimpleQueue[_Write | None] = queue.SimpleQueue()
        self._local = threading.local()
        self._readers: list[tuple[threading.Thread, apsw.Connection]] = []
        self._readers_lock = threading.Lock()
        self._closing = (
            threading.Lock()
        )  # held while a write is queued, so that none comes too late
        self._closed = False
        self._is_broken = False  # nothing could be opened after an exchange
        self._alone = False  # one connection for all: the disk is full
        self._keeps_reserve = False
        self.trouble: ErrorCode | None = None  # why the last write did not go through
        self._turn = threading.RLock()  # of that one connection
        self._gate = Gate()  # of readers, while the file is exchanged
        self._door = door(path)  # of programs that open it, meanwhile
        self._seal = Seal(path, key) if sealed else None
        self.missing = Missing()
        with self._door.held(shared=True, wait_s=DOOR_WAIT_S):
            self._begin()
        self._thread = threading.Thread(target=self._write_loop, name="mel-writer", daemon=True)
        self._thread.start()

    @property
    def path(self) -> Path:
        """The database file."""
        return self._path

    @property
    def key(self) -> bytearray:
        """The data key where it lives, for a repair and copies under the same one."""
        return self._key

    def listen(self, listener: Callable[[Changes], None]) -> Callable[[], None]:
        """Call ``listener`` on the writer thread after each commit; returns how to stop that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def write(self, work: Callable[[Transaction], T], *, durable: bool = False) -> T:
        """Run ``work`` in one transaction on the writer thread and wait for its result.

        ``durable`` waits for the disk (synchronous FULL): drafts, outbox, wishes, settings. On a
        full disk a durable write gets the reserve: its ``work`` is then run a second time.
        """
        if threading.current_thread() is self._thread:
            raise RuntimeError("a write inside a write")
        return self.write_later(work, durable=durable).result()

    def write_later(self, work: Callable[[Transaction], T], *, durable: bool = False) -> Future[T]:
        """Queue ``work`` as ``write`` does, and do not wait: it holds its result or its error.

        Works run in the order in which they were given, waiting ones before the database closes.
        The caller bounds how many wait (each holds what it will store), and looks at every answer.
        One that did not begin may be cancelled.
        """
        future: Future[object] = Future()
        with self._closing:
            if self._closed:
                raise StoreTrouble(ErrorCode.VAULT_LOCKED)
            self._queue.put(_Write(work, durable, future))
        return cast("Future[T]", future)

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """A read transaction on this thread's own connection. Keep it short."""
        with self._gate.passage():
            if self._closed:
                raise StoreTrouble(ErrorCode.VAULT_LOCKED)
            if self._alone:
                with self._turn, errors(self._writer):
                    yield from snapshot(self._writer)
                return
            with errors():
                connection = self._reader()
            with errors(connection):
                yield from snapshot(connection)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Be among the readers: no other file takes this one's place before they have left."""
        with self._gate.passage():
            if self._closed:
                raise StoreTrouble(ErrorCode.VAULT_LOCKED)
            yield

    @contextmanager
    def fresh(self) -> Iterator[Reader]:
        """A reader with nothing in its cache, closed afterwards: what it reads is on the disk."""
        with self.inside():
            if self._alone:
                with self._turn, errors(self._writer):
                    self._writer.release_memory()
                    yield from snapshot(self._writer)
                return
            connection = self._open(writer=False)
            try:
                with errors(connection):
                    yield from snapshot(connection)
            finally:
                connection.close(True)

    @contextmanager
    def apart(self) -> Iterator[apsw.Connection]:
        """A connection for store.copying only: no transaction, may write the copy's file."""
        with self.inside():
            if self._alone:
                raise StoreTrouble(ErrorCode.DISK_FULL)
            connection = self._open(writer=False, copying=True)
            try:
                with errors(connection):
                    yield connection
            finally:
                connection.close(True)

    def exchange(
        self,
        work: Callable[[Path], T],
        new_key: Key | None = None,
        *,
        before: Callable[[], None] | None = None,
    ) -> T:
        """Let ``work`` put another file in this one's place while nobody has it open.

        ``before`` runs first, with reads going on and no write coming (a copy taken there misses
        nothing). Then reads end, every connection closes, ``work(path)`` runs, and the file is
        opened anew, under ``new_key`` if given; queued writes go on. What either raises is raised,
        with the old file open again. PROFILE_BUSY while another program has the file open; one that
        comes to open it meanwhile waits. When
        nothing can be opened afterwards, that error is raised and this database is closed.
        """
        if threading.current_thread() is self._thread or self._gate.is_inside():
            raise RuntimeError("an exchange inside a write or a read")

        def exchanging(_: object) -> T:
            return self._exchange(work, new_key, before)

        future: Future[object] = Future()
        with self._closing:
            if self._closed:
                raise StoreTrouble(ErrorCode.VAULT_LOCKED)
            self._queue.put(_Write(exchanging, True, future, apart=True))
        return cast("Future[T]", future).result()

    def settle(self) -> None:
        """Bring what waits beside the file into it. A checkpoint that the power cut short may have
        left torn pages there; their whole form is beside it, and is written over them.
        """

        def settling(_: object) -> None:
            self._checkpoint_idle()

        future: Future[object] = Future()
        with self._closing:
            if self._closed:
                raise StoreTrouble(ErrorCode.VAULT_LOCKED)
            self._queue.put(_Write(settling, True, future, apart=True))
        future.result()

    def page_file(self) -> PageFile:
        """The pages of the file as they lie on the disk, for a check. Close it."""
        if self._closed:
            raise StoreTrouble(ErrorCode.VAULT_LOCKED)
        try:
            return PageFile(self._path, self._key)
        except OSError as error:
            raise StoreTrouble(ErrorCode.NOT_WRITABLE, errno=error.errno or 0) from error

    def keep_reserve(self) -> None:
        """Set aside room for what cannot be fetched again, if the disk has plenty."""
        reserve.keep(self._path)
        self._keeps_reserve = True

    def close(self) -> None:
        """Stop the writer, wait for reads under way, checkpoint, close. May be called twice."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
            self._queue.put(None)
        self._thread.join()
        if not self._gate.left(LEAVE_S):
            log.error("closing while somebody reads")
        self._close_readers()
        try:
            self._checkpoint()
        except apsw.Error as error:
            log.error("closing without a checkpoint: %s", type(error).__name__)
        finally:
            self._writer.close(True)
            if self._seal is not None:
                self._seal.close()
        keybytes.wipe(self._key)

    # -- inside ------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """Open the file for the first time, and see whether it is all that it should be."""
        with reserve.files():
            connections.make_private(self._path)
        before = self._seal.read() if self._seal else None
        self._writer = self._open_writer()
        try:
            with errors(self._writer):
                if self._seal is not None and before is not None:
                    self.missing = self._seal.judge(before, self._writer)
                connections.migrate(self._writer)
                if self._seal is not None:
                    spoilt = rootmap.keep(self._path, self._key, rootmap.of(self._writer))
                    self.missing = replace(self.missing, map=spoilt)
        except BaseException:
            self._writer.close(True)
            raise

    def _open_writer(self) -> apsw.Connection:
        """The write connection; on a full disk with the reserve given up, then alone."""
        try:
            return self._open(writer=True)
        except StoreTrouble as error:
            if not reserve.is_full(error, self._path):
                raise
        reserve.give_up(self._path)
        try:
            return self._open(writer=True)
        except StoreTrouble as error:
            if not reserve.is_full(error, self._path):
                raise
        log.warning("the disk is full: the store is opened on one connection")
        self._alone = True
        return self._open(writer=True)

    def _open(self, *, writer: bool, copying: bool = False) -> apsw.Connection:
        return connections.connect(
            self._path, self._key, writer=writer, alone=self._alone, copying=copying
        )

    def _reader(self) -> apsw.Connection:
        """This thread's connection; those of threads that have ended are closed on the way."""
        connection: apsw.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._open(writer=False)
            self._local.connection = connection
            with self._readers_lock:
                ended = [one for one in self._readers if not one[0].is_alive()]
                for one in ended:
                    self._readers.remove(one)
                    one[1].close(True)
                self._readers.append((threading.current_thread(), connection))
        return connection

    def _write_loop(self) -> None:
        dirty = False
        held: _Write | None = None  # taken from the queue, and not for the transaction before it
        while True:
            try:
                waits = dirty or self._alone
                first = held or self._queue.get(timeout=IDLE_S if waits else None)
            except queue.Empty:
                dirty = False
                self._leave_alone()
                self._checkpoint_idle()
                continue
            if first is None:
                return
            held = None
            if not first.future.set_running_or_notify_cancel():
                continue
            if first.apart:
                if not self._exchange_files(first):
                    return
                dirty = True
                continue
            if first.durable:
                dirty = self._store_one(first) or dirty
                continue
            held, ended = self._store_some(first)
            dirty = True
            if ended:
                return

    def _leave_alone(self) -> None:
        """There is room again: from here on as if the disk had never been full."""
        if not self._alone or not reserve.has_room(self._path):
            return
        with self._turn, self._door.held(shared=True, wait_s=DOOR_WAIT_S):
            self._writer.close(True)
            self._alone = False
            self._writer = self._open_writer()
        if not self._alone:
            log.info("there is room again")

    def _exchange_files(self, one: _Write) -> bool:
        """Whether the database is open again, whatever came of the exchange."""
        try:
            one.future.set_result(one.work(Transaction(self._writer)))
        except BaseException as error:  # noqa: BLE001 handed to the thread that waits for it
            if not self._is_broken:
                one.future.set_exception(error)
                return True
            with self._closing:
                self._closed = True
            keybytes.wipe(self._key)
            one.future.set_exception(error)
            while not self._queue.empty():
                left = self._queue.get()
                if left is not None and left.future.set_running_or_notify_cancel():
                    left.future.set_exception(StoreTrouble(ErrorCode.VAULT_LOCKED))
            return False
        return True

    def _exchange(
        self, work: Callable[[Path], T], new_key: Key | None, before: Callable[[], None] | None
    ) -> T:
        with errors(self._writer):
            self._writer.execute("BEGIN IMMEDIATE")  # other programs write nothing either
        version = Reader(self._writer).value("PRAGMA data_version")
        try:
            if before is not None:
                before()
        finally:
            self._writer.execute("ROLLBACK")
        with self._gate.shut(LEAVE_S), self._door.held(wait_s=EXCHANGE_WAIT_MS / 1000):
            self._close_readers()
            self._stand_alone(version)
            self._writer.close(True)
            if self._seal is not None:  # what it says is of the file that goes
                self._seal.close()
                seal.forget(self._path)
                if new_key is not None:  # nor could it read the map
                    rootmap.forget(self._path)
            try:
                result = work(self._path)
            except BaseException:
                self._open_again()
                raise
            if new_key is not None:
                keybytes.wipe(self._key)
                self._key[:] = new_key
            self._open_again()
        return result

    def _stand_alone(self, version: Value) -> None:
        """The WAL back in the file, and nobody else has it open. PROFILE_BUSY otherwise."""
        with errors(self._writer):
            self._checkpoint()
            # NORMAL syncs a rollback journal once: it may be torn, and with a cipher unreadable
            self._writer.execute("PRAGMA synchronous=FULL")
            self._writer.set_busy_timeout(EXCHANGE_WAIT_MS)
            try:
                if Reader(self._writer).value("PRAGMA data_version") != version:
                    raise StoreTrouble(ErrorCode.PROFILE_BUSY, why="written elsewhere")
                # only the one who has the file alone may leave WAL
                if Reader(self._writer).value("PRAGMA journal_mode=DELETE") != "delete":
                    raise StoreTrouble(ErrorCode.PROFILE_BUSY, why="open elsewhere")
            except BaseException:
                self._writer.execute("PRAGMA journal_mode=WAL")
                raise
            finally:
                self._writer.set_busy_timeout(connections.BUSY_MS)

    def _open_again(self) -> None:
        self._is_broken = True
        self._writer = self._open_writer()
        self._is_broken = False
        if self._seal is not None:
            self._seal = Seal(self._path, self._key)
            self._seal.note(self._writer, seal.counted(self._writer))
            rootmap.keep(self._path, self._key, rootmap.of(self._writer))

    def _close_readers(self) -> None:
        with self._readers_lock:
            for _, connection in self._readers:
                connection.close(True)
            self._readers.clear()
            self._local = threading.local()

    def _store_one(self, one: _Write) -> bool:
        """A transaction of its own; whether it went through."""
        try:
            result, changes = self._transact_or_make_room(one.work, one.durable)
        except BaseException as error:  # noqa: BLE001 handed to the thread that waits for it
            one.future.set_exception(error)
            return False
        if changes.areas:
            self._publish(changes)
        one.future.set_result(result)
        return True

    def _store_some(self, first: _Write) -> tuple[_Write | None, bool]:
        """One transaction for this and what waits behind it, while that takes little time: each
        commit makes the full-text index write what it holds. A work that fails takes only itself
        back. What was taken and belongs to the next one, and whether the queue has ended.
        """
        taken = [first]  # each of them is answered, whatever happens
        done: list[tuple[_Write, object]] = []
        following: _Write | None = None
        ended = False

        def work(tx: Transaction) -> None:
            nonlocal following, ended
            begun = time.monotonic()
            done.clear()
            for again in tuple(taken):  # more than the first: all are tried again
                if not again.future.done():
                    self._try(tx, again, done)
            while following is None and not ended and time.monotonic() - begun <= GROUP_S:
                try:
                    one = self._queue.get_nowait()
                except queue.Empty:
                    return
                if one is None or one.durable:
                    following, ended = one, one is None
                    return
                if one.future.set_running_or_notify_cancel():
                    taken.append(one)
                    self._try(tx, one, done)

        try:
            _, changes = self._transact_or_make_room(work, durable=False)
        except BaseException as error:  # noqa: BLE001 handed to the threads that wait for it
            for one in taken:
                if not one.future.done():
                    one.future.set_exception(error)
            return following, ended
        if changes.areas:
            self._publish(changes)
        for one, result in done:
            one.future.set_result(result)
        return following, ended

    def _try(self, tx: Transaction, one: _Write, done: list[tuple[_Write, object]]) -> None:
        """One work of several in a transaction; its trouble is its own, unless all is undone."""
        before = tx.changes
        self._writer.execute("SAVEPOINT work")
        try:
            with errors(self._writer):
                result = one.work(tx)
        except BaseException as error:
            if not self._writer.in_transaction:  # a full disk has rolled back everything
                raise
            self._writer.execute("ROLLBACK TO work")
            self._writer.execute("RELEASE work")
            tx.changes = before
            one.future.set_exception(error)
            return
        self._writer.execute("RELEASE work")
        done.append((one, result))

    def _publish(self, changes: Changes) -> None:
        for listener in tuple(self._listeners):
            try:
                listener(changes)
            except Exception as error:  # noqa: BLE001 a screen's fault must not stop the writer
                log.error("a listener failed: %s", type(error).__name__)

    def _transact_or_make_room(
        self, work: Callable[[Transaction], object], durable: bool
    ) -> tuple[object, Changes]:
        self._leave_alone()
        pauses = iter(patience.PAUSES_S)
        while True:
            try:
                with self._turn, errors(self._writer):
                    done = self._transact(work, durable)
            except StoreTrouble as error:
                if error.code is ErrorCode.DISK_FULL and durable and reserve.give_up(self._path):
                    continue  # with the room of the reserve
                if patience.is_passing(error) and (pause := next(pauses, None)) is not None:
                    time.sleep(pause)  # another program has a hand on the file
                    continue
                if error.code in (ErrorCode.DISK_FULL, ErrorCode.NOT_WRITABLE):
                    self.trouble = error.code
                raise
            self.trouble = None
            return done

    def _transact(
        self, work: Callable[[Transaction], object], durable: bool
    ) -> tuple[object, Changes]:
        connection = self._writer
        connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        connection.execute("BEGIN IMMEDIATE")
        transaction = Transaction(connection)
        count: int | None = None
        try:
            result = work(transaction)
            if durable and self._seal is not None:
                count = seal.count_one(connection)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:  # a full disk has rolled back already
                with contextlib.suppress(apsw.Error):  # the first error is the one that tells
                    connection.execute("ROLLBACK")
            raise
        if self._seal is not None:
            self._seal.note(connection, count)
        return result, transaction.changes

    def _checkpoint_idle(self) -> None:
        with self._turn:
            self._writer.set_busy_timeout(0)  # a reader is at it: next time
            try:
                self._checkpoint()
            except apsw.Error as error:
                log.info("no checkpoint: %s", type(error).__name__)
            finally:
                self._writer.set_busy_timeout(connections.BUSY_MS)
        if self._keeps_reserve:  # given up on a full disk, and now there may be room again
            reserve.keep(self._path)

    def _checkpoint(self) -> None:
        """Bring the WAL back into the file and cut it; else it stays, and is sound."""
        how = "TRUNCATE"
        if self._seal is not None and not self._seal.release():
            how = "PASSIVE"  # the seal still speaks of the WAL
        with contextlib.suppress(apsw.BusyError, apsw.LockedError, apsw.FullError, apsw.IOError):
            list(self._writer.execute(f"PRAGMA wal_checkpoint({how})"))
        if self._seal is not None:
            self._seal.release()  # what another program's commit wrote there meanwhile
