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
import errno
import json
import os
import queue
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from itertools import chain, islice
from logging import getLogger
from pathlib import Path
from typing import Final, TypeVar, cast

import apsw

from mel_desktop.model.changes import Area, Changes
from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.store import seal
from mel_desktop.store.pages import PageFile
from mel_desktop.store.seal import Missing, Seal

log = getLogger("mel.store")
T = TypeVar("T")
Value = None | int | float | str | bytes
Row = tuple[Value, ...]

BUSY_MS: Final = 10_000
PAGE_SIZE: Final = 8192
CHECKPOINT_PAGES: Final = 1000
MOST_VALUES: Final = 1000  # of one statement; SQLite would take 32,766
GROUP_S: Final = 0.1  # so long may one transaction take in what waits
IDLE_S: Final = 3.0  # then the WAL goes back into the file: a damaged WAL loses its tail silently
RESERVE: Final = "store.reserve"
RESERVE_BYTES: Final = 4 * 1024 * 1024
NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
LITTLE_ROOM: Final = 256 * 1024
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def migrations() -> tuple[tuple[int, str], ...]:
    """(version, SQL) of every migration that ships, ascending."""
    folder = resources.files("mel_desktop.store") / "migrations"
    found = [
        (int(match.group(1)), entry.read_text(encoding="utf-8"))
        for entry in folder.iterdir()
        if (match := re.fullmatch(r"(\d{4})_\w+\.sql", entry.name))
    ]
    return tuple(sorted(found))


@contextmanager
def errors(connection: apsw.Connection | None = None) -> Iterator[None]:
    """Convert the database library's exceptions to model.errors, once."""
    try:
        yield
    except (apsw.NotADBError, apsw.CorruptError) as error:
        raise StoreTrouble(ErrorCode.DAMAGED) from error
    except apsw.FullError as error:
        raise StoreTrouble(ErrorCode.DISK_FULL) from error
    except (apsw.BusyError, apsw.LockedError) as error:
        raise StoreTrouble(ErrorCode.PROFILE_BUSY) from error
    except (apsw.ReadOnlyError, apsw.CantOpenError, apsw.PermissionsError, apsw.IOError) as error:
        # A quota or a file size limit is an IOError to SQLite; only the errno tells.
        number = connection.system_errno if connection is not None else 0
        code = ErrorCode.DISK_FULL if number in NO_ROOM else ErrorCode.NOT_WRITABLE
        raise StoreTrouble(code, errno=number) from error


class Reader:
    """Bounded reads on one connection, within one consistent snapshot when used as given."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def all(self, sql: str, *params: Value) -> list[Row]:
        """All rows."""
        return cast("list[Row]", list(self._connection.execute(sql, params)))

    def one(self, sql: str, *params: Value) -> Row | None:
        """The first row, or None."""
        for row in self._connection.execute(sql, params):
            return cast("Row", row)
        return None

    def value(self, sql: str, *params: Value) -> Value:
        """The first column of the first row, or None."""
        row = self.one(sql, *params)
        return None if row is None else row[0]

    def stream(self, sql: str, *params: Value) -> Iterator[Row]:
        """Rows one by one, for what does not fit into memory."""
        return cast("Iterator[Row]", self._connection.execute(sql, params))


_INSERT = re.compile(r"(\s*INSERT\b.*\bVALUES\s*)(\((?:\?,\s*)*\?\))(.*)", re.DOTALL)


class Transaction(Reader):
    """One write transaction. Says what it changed; that is published after the commit."""

    def __init__(self, connection: apsw.Connection) -> None:
        super().__init__(connection)
        self.changes = Changes(Area.NONE)

    def run(self, sql: str, *params: Value) -> int:
        """Execute one statement; the number of rows changed."""
        self._connection.execute(sql, params)
        return self._connection.changes()

    def many(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        """Execute one statement for each row; an INSERT takes many rows at a time.

        SQLite gives up Python's lock once a statement. With a statement for each row the writer
        would wait for the lock at each one, as long as another thread computes.
        """
        told = _INSERT.fullmatch(sql)
        if told is None:
            self._connection.executemany(sql, rows)
            return
        head, values, tail = told.groups()
        most = max(1, MOST_VALUES // values.count("?"))
        source = iter(rows)
        while some := tuple(islice(source, most)):
            statement = head + ", ".join([values] * len(some)) + tail
            self._connection.execute(statement, tuple(chain.from_iterable(some)))

    def insert(self, sql: str, *params: Value) -> int:
        """Execute an INSERT; the new row id."""
        self._connection.execute(sql, params)
        return self._connection.last_insert_rowid()

    def changed(
        self, area: Area, folders: Iterable[int] = (), messages: Iterable[int] = ()
    ) -> None:
        """Note what screens must look at again."""
        self.changes = self.changes.merged(Changes(area, frozenset(folders), frozenset(messages)))


@dataclass(frozen=True, slots=True)
class _Write:
    """What somebody wants stored."""

    work: Callable[[Transaction], object]
    durable: bool
    future: Future[object]


class Database:
    """An open, unlocked profile database. Close it, or its WAL stays behind."""

    def __init__(self, path: Path, key: bytes, *, sealed: bool = False) -> None:
        """Open and prove the key; StoreTrouble(WRONG_PASSPHRASE | DAMAGED | STORE_TOO_NEW ...).

        ``sealed``: keep ``store.seal`` beside the file, and tell in ``missing`` what it misses.
        """
        if len(key) != 32:
            raise ValueError("the data key has 32 octets")
        self._path = path
        self._key = key
        self._listeners: list[Callable[[Changes], None]] = []
        self._queue: queue.SimpleQueue[_Write | None] = queue.SimpleQueue()
        self._local = threading.local()
        self._readers: list[tuple[threading.Thread, apsw.Connection]] = []
        self._readers_lock = threading.Lock()
        self._closing = (
            threading.Lock()
        )  # held while a write is queued, so that none comes too late
        self._closed = False
        self._alone = False  # one connection for all: the disk is full
        self._turn = threading.RLock()  # of that one connection
        _make_private(path)
        self._seal = Seal(path, key) if sealed else None
        before = self._seal.read() if self._seal else None
        self._writer = self._open_writer()
        self.missing = Missing()
        try:
            with errors(self._writer):
                if self._seal is not None and before is not None:
                    self.missing = self._seal.judge(before, self._writer)
                _migrate(self._writer)
        except BaseException:
            self._writer.close(True)
            raise
        self._thread = threading.Thread(target=self._write_loop, name="mel-writer", daemon=True)
        self._thread.start()

    @property
    def path(self) -> Path:
        """The database file."""
        return self._path

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
        if self._closed:
            raise StoreTrouble(ErrorCode.VAULT_LOCKED)
        if self._alone:
            with self._turn, errors(self._writer):
                yield from _snapshot(self._writer)
            return
        with errors():
            connection = self._reader()
        with errors(connection):
            yield from _snapshot(connection)

    @contextmanager
    def fresh(self) -> Iterator[Reader]:
        """A reader with nothing in its cache, closed afterwards: what it reads is on the disk."""
        if self._closed:
            raise StoreTrouble(ErrorCode.VAULT_LOCKED)
        if self._alone:
            with self._turn, errors(self._writer):
                self._writer.release_memory()
                yield from _snapshot(self._writer)
            return
        connection = self._open(writer=False)
        try:
            with errors(connection):
                yield from _snapshot(connection)
        finally:
            connection.close(True)

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
        reserve = self._path.with_name(RESERVE)
        with contextlib.suppress(OSError):
            if reserve.exists() and reserve.stat().st_size == RESERVE_BYTES:
                return
            if shutil.disk_usage(self._path.parent).free < 16 * RESERVE_BYTES:
                return
            file = os.open(reserve, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                if hasattr(os, "posix_fallocate"):
                    os.posix_fallocate(file, 0, RESERVE_BYTES)
                else:
                    os.write(file, bytes(RESERVE_BYTES))
            finally:
                os.close(file)

    def close(self) -> None:
        """Stop the writer, checkpoint, close every connection. May be called twice.

        No other thread may be reading any more.
        """
        with self._closing:
            if self._closed:
                return
            self._closed = True
            self._queue.put(None)
        self._thread.join()
        with self._readers_lock:
            for _, connection in self._readers:
                connection.close(True)
            self._readers.clear()
        try:
            self._checkpoint()
        except apsw.Error as error:
            log.error("closing without a checkpoint: %s", type(error).__name__)
        finally:
            self._writer.close(True)
            if self._seal is not None:
                self._seal.close()
        self._key = b""

    # -- inside ------------------------------------------------------------------------------------

    def _open_writer(self) -> apsw.Connection:
        """The write connection; on a full disk with the reserve given up, then alone."""
        try:
            return self._open(writer=True)
        except StoreTrouble as error:
            if not _is_full(error, self._path):
                raise
        self._give_up_reserve()
        try:
            return self._open(writer=True)
        except StoreTrouble as error:
            if not _is_full(error, self._path):
                raise
        log.warning("the disk is full: the store is opened on one connection")
        self._alone = True
        return self._open(writer=True)

    def _open(self, *, writer: bool) -> apsw.Connection:
        flags = apsw.SQLITE_OPEN_READWRITE | (apsw.SQLITE_OPEN_CREATE if writer else 0)
        with errors():
            connection = apsw.Connection(str(self._path), flags=flags)
        try:
            with errors(connection):
                self._prepare(connection, writer=writer)
        except BaseException:
            connection.close(True)
            raise
        return connection

    def _prepare(self, connection: apsw.Connection, *, writer: bool) -> None:
        connection.set_busy_timeout(BUSY_MS)
        connection.execute("PRAGMA cipher='chacha20'")
        connection.execute(f"PRAGMA key='raw:{self._key.hex()}'")
        connection.execute("PRAGMA temp_store=MEMORY")
        connection.execute("PRAGMA mmap_size=0")
        if self._alone:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")  # no -shm is made
        if writer:
            connection.execute(f"PRAGMA page_size={PAGE_SIZE}")
        try:
            list(connection.execute("SELECT count(*) FROM sqlite_schema"))  # proves the key
        except apsw.NotADBError as error:
            code = ErrorCode.WRONG_PASSPHRASE if writer else ErrorCode.DAMAGED
            raise StoreTrouble(code) from error
        if writer:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA cache_size=-16000")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA trusted_schema=OFF")
        if not writer:
            connection.execute("PRAGMA query_only=ON")

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
                first = held or self._queue.get(timeout=IDLE_S if dirty else None)
            except queue.Empty:
                dirty = False
                self._checkpoint_idle()
                continue
            if first is None:
                return
            held = None
            if not first.future.set_running_or_notify_cancel():
                continue
            if first.durable:
                dirty = self._store_one(first) or dirty
                continue
            held, ended = self._store_some(first)
            dirty = True
            if ended:
                return

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
            self._try(tx, first, done)
            while time.monotonic() - begun <= GROUP_S:
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
        try:
            with self._turn, errors(self._writer):
                return self._transact(work, durable)
        except StoreTrouble as error:
            if error.code is not ErrorCode.DISK_FULL or not durable:
                raise
            if not self._give_up_reserve():
                raise
        with self._turn, errors(self._writer):
            return self._transact(work, durable)

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

    def _give_up_reserve(self) -> bool:
        try:
            self._path.with_name(RESERVE).unlink()
        except OSError:
            return False
        log.warning("the disk is full: the reserve is given up")
        return True

    def _checkpoint_idle(self) -> None:
        with self._turn:
            self._writer.set_busy_timeout(0)  # a reader is at it: next time
            try:
                self._checkpoint()
            except apsw.Error as error:
                log.info("no checkpoint: %s", type(error).__name__)
            finally:
                self._writer.set_busy_timeout(BUSY_MS)

    def _checkpoint(self) -> None:
        """Bring the WAL back into the file and cut it; else it stays, and is sound."""
        how = "TRUNCATE"
        if self._seal is not None and not self._seal.release():
            how = "PASSIVE"  # the seal still speaks of the WAL
        with contextlib.suppress(apsw.BusyError, apsw.LockedError, apsw.FullError, apsw.IOError):
            list(self._writer.execute(f"PRAGMA wal_checkpoint({how})"))
        if self._seal is not None:
            self._seal.release()  # what another program's commit wrote there meanwhile


def _snapshot(connection: apsw.Connection) -> Iterator[Reader]:
    nested = connection.in_transaction  # a nested read shares the outer snapshot
    if not nested:
        connection.execute("BEGIN")
    try:
        yield Reader(connection)
    finally:
        if not nested and connection.in_transaction:
            connection.execute("ROLLBACK")


def _make_private(path: Path) -> None:
    """The file for this user only; SQLite gives -wal and -shm the same mode."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600))
    except OSError as error:
        full = error.errno in NO_ROOM
        code = ErrorCode.DISK_FULL if full else ErrorCode.NOT_WRITABLE
        raise StoreTrouble(code, errno=error.errno or 0) from error


def _is_full(error: StoreTrouble, path: Path) -> bool:
    if error.code is ErrorCode.DISK_FULL:
        return True
    if error.code is not ErrorCode.NOT_WRITABLE:
        return False
    try:
        return shutil.disk_usage(path.parent).free < LITTLE_ROOM
    except OSError:
        return False


def _migrate(writer: apsw.Connection) -> None:
    known = migrations()
    newest = known[-1][0]
    version = cast("int", Reader(writer).value("PRAGMA user_version"))
    if version > newest:
        raise StoreTrouble(ErrorCode.STORE_TOO_NEW, found=version, known=newest)
    for number, sql in known:
        if number <= version:
            continue
        with writer:  # one savepoint: all of a migration or nothing
            writer.execute(sql)
            writer.execute(f"PRAGMA user_version={number}")


def to_json(value: object) -> str:
    """Compact JSON, the one form in which lists are stored."""
    return _encode(value)
