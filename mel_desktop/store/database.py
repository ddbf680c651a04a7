"""The encrypted database: one writer thread, read-only readers, migrations, error conversion.

Rule 1: the key is proved before anything else is read or written (SQLite3MC opens any file).
Rule 2: one write connection, owned by one thread; a write is one transaction, all or nothing.
Rule 3: readers are query_only and short, or the WAL grows.
Rule 4: nothing in clear beside the file: temp_store is memory, the WAL is encrypted page by page.

Cipher, pragmas and figures: shared/measured store.md sections 0 and 9 (chacha20, raw key, 8 KiB
pages, WAL; synchronous FULL for what cannot be fetched again).
"""

from __future__ import annotations

import json
import queue
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Final, TypeVar, cast

import apsw

from mel_desktop.model.changes import Area, Changes
from mel_desktop.model.errors import ErrorCode, StoreTrouble

T = TypeVar("T")
Value = None | int | float | str | bytes
Row = tuple[Value, ...]

BUSY_MS: Final = 10_000
PAGE_SIZE: Final = 8192
CHECKPOINT_PAGES: Final = 1000


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
def errors() -> Iterator[None]:
    """Convert the database library's exceptions to model.errors, once."""
    try:
        yield
    except apsw.NotADBError as error:
        raise StoreTrouble(ErrorCode.WRONG_PASSPHRASE) from error
    except apsw.CorruptError as error:
        raise StoreTrouble(ErrorCode.DAMAGED) from error
    except apsw.FullError as error:
        raise StoreTrouble(ErrorCode.DISK_FULL) from error
    except (apsw.BusyError, apsw.LockedError) as error:
        raise StoreTrouble(ErrorCode.PROFILE_BUSY) from error
    except (apsw.ReadOnlyError, apsw.CantOpenError, apsw.PermissionsError) as error:
        raise StoreTrouble(ErrorCode.NOT_WRITABLE) from error
    except apsw.IOError as error:
        raise StoreTrouble(ErrorCode.NOT_WRITABLE) from error


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
        """Execute one statement for each row."""
        self._connection.executemany(sql, rows)

    def insert(self, sql: str, *params: Value) -> int:
        """Execute an INSERT; the new row id."""
        self._connection.execute(sql, params)
        return self._connection.last_insert_rowid()

    def changed(
        self, area: Area, folders: Iterable[int] = (), messages: Iterable[int] = ()
    ) -> None:
        """Note what screens must look at again."""
        self.changes = self.changes.merged(Changes(area, frozenset(folders), frozenset(messages)))


class Database:
    """An open, unlocked profile database. Close it, or its WAL stays behind."""

    def __init__(self, path: Path, key: bytes) -> None:
        """Open and prove the key; StoreTrouble(WRONG_PASSPHRASE | DAMAGED | STORE_TOO_NEW ...)."""
        if len(key) != 32:
            raise ValueError("the data key has 32 octets")
        self._path = path
        self._key = key
        self._listeners: list[Callable[[Changes], None]] = []
        self._queue: queue.SimpleQueue[
            tuple[Callable[[Transaction], object], bool, Future[object]] | None
        ] = queue.SimpleQueue()
        self._local = threading.local()
        self._readers: list[apsw.Connection] = []
        self._readers_lock = threading.Lock()
        self._closed = False
        with errors():
            writer = self._open(writer=True)
            try:
                _migrate(writer)
            except BaseException:
                writer.close(True)
                raise
        self._writer = writer
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

        ``durable`` waits for the disk (synchronous FULL): drafts, outbox, wishes, settings.
        """
        if threading.current_thread() is self._thread:
            raise RuntimeError("a write inside a write")
        if self._closed:
            raise StoreTrouble(ErrorCode.VAULT_LOCKED)
        future: Future[object] = Future()
        self._queue.put((work, durable, future))
        return cast("T", future.result())

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """A read transaction on this thread's own connection. Keep it short."""
        if self._closed:
            raise StoreTrouble(ErrorCode.VAULT_LOCKED)
        with errors():
            connection: apsw.Connection | None = getattr(self._local, "connection", None)
            if connection is None:
                connection = self._open(writer=False)
                self._local.connection = connection
                with self._readers_lock:
                    self._readers.append(connection)
            nested = connection.in_transaction  # a nested read shares the outer snapshot
            if not nested:
                connection.execute("BEGIN")
            try:
                yield Reader(connection)
            finally:
                if not nested and connection.in_transaction:
                    connection.execute("ROLLBACK")

    def close(self) -> None:
        """Stop the writer, checkpoint, close every connection. May be called twice."""
        if self._closed:
            return
        self._closed = True
        self._queue.put(None)
        self._thread.join()
        with self._readers_lock:
            for connection in self._readers:
                connection.close(True)
            self._readers.clear()
        with errors():
            try:
                self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except (apsw.BusyError, apsw.FullError):
                pass  # another process reads, or the disk is full: the WAL stays and is sound
            finally:
                self._writer.close(True)
        self._key = b""

    # -- inside ------------------------------------------------------------------------------------

    def _open(self, *, writer: bool) -> apsw.Connection:
        flags = apsw.SQLITE_OPEN_READWRITE | (apsw.SQLITE_OPEN_CREATE if writer else 0)
        connection = apsw.Connection(str(self._path), flags=flags)
        try:
            connection.set_busy_timeout(BUSY_MS)
            connection.execute("PRAGMA cipher='chacha20'")
            connection.execute(f"PRAGMA key='raw:{self._key.hex()}'")
            connection.execute("PRAGMA temp_store=MEMORY")
            connection.execute("PRAGMA mmap_size=0")
            if writer:
                connection.execute(f"PRAGMA page_size={PAGE_SIZE}")
            list(connection.execute("SELECT count(*) FROM sqlite_schema"))  # proves the key
            if writer:
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute("PRAGMA cache_size=-16000")
            connection.execute("PRAGMA foreign_keys=ON")
            connection.execute("PRAGMA trusted_schema=OFF")
            if not writer:
                connection.execute("PRAGMA query_only=ON")
        except BaseException:
            connection.close(True)
            raise
        return connection

    def _write_loop(self) -> None:
        while (item := self._queue.get()) is not None:
            work, durable, future = item
            try:
                with errors():
                    result, changes = self._transact(work, durable)
            except BaseException as error:  # noqa: BLE001 handed to the thread that waits for it
                future.set_exception(error)
                continue
            if changes.areas:
                for listener in tuple(self._listeners):
                    listener(changes)
            future.set_result(result)

    def _transact(
        self, work: Callable[[Transaction], object], durable: bool
    ) -> tuple[object, Changes]:
        connection = self._writer
        connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        connection.execute("BEGIN IMMEDIATE")
        transaction = Transaction(connection)
        try:
            result = work(transaction)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:  # a full disk has rolled back already
                connection.execute("ROLLBACK")
            raise
        return result, transaction.changes


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
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
