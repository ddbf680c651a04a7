"""How a connection to the encrypted file is opened: cipher, key, pragmas; the schema's migrations.

The key is proved before anything else is read or written (SQLite3MC opens any file). It reaches
SQLite as the text of a pragma, there is no other way: that text is kept in no statement cache, and
it is wiped together with the octets that it was made of (store.keybytes).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final, cast

import apsw

from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.store import keybytes
from mel_desktop.store.keybytes import Key
from mel_desktop.store.reserve import NO_ROOM

BUSY_MS: Final = 10_000
PAGE_SIZE: Final = 8192
CHECKPOINT_PAGES: Final = 1000
CACHE_KIB: Final = 16_000  # of the writer
READING_CACHE_KIB: Final = 4_000  # every thread that reads has one, and they are many
COPYING_CACHE_KIB: Final = 2_000  # each page is read once


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


def connect(
    path: Path, key: Key, *, writer: bool, alone: bool = False, copying: bool = False
) -> apsw.Connection:
    """An open connection. StoreTrouble: WRONG_PASSPHRASE to a writer, DAMAGED to a reader.

    ``alone``: the only connection, without -shm. ``copying``: may write a copy of the file
    elsewhere, and is used for nothing else.
    """
    flags = apsw.SQLITE_OPEN_READWRITE | (apsw.SQLITE_OPEN_CREATE if writer else 0)
    if copying:
        flags |= apsw.SQLITE_OPEN_URI
    with errors():
        connection = apsw.Connection(str(path), flags=flags)
    try:
        with errors(connection):
            cache_kib = CACHE_KIB if writer else READING_CACHE_KIB
            cache_kib = COPYING_CACHE_KIB if copying else cache_kib
            _prepare(connection, key, writer=writer, alone=alone, cache_kib=cache_kib)
            if not writer and not copying:
                connection.execute("PRAGMA query_only=ON")
    except BaseException:
        connection.close(True)
        raise
    return connection


def give_key(connection: apsw.Connection, key: Key) -> None:
    """Tell a fresh connection its cipher and key."""
    connection.execute("PRAGMA cipher='chacha20'")
    with keybytes.text("PRAGMA key='raw:", key, "'") as pragma:
        connection.execute(pragma, can_cache=False)


def _prepare(
    connection: apsw.Connection, key: Key, *, writer: bool, alone: bool, cache_kib: int
) -> None:
    connection.set_busy_timeout(BUSY_MS)
    give_key(connection, key)
    connection.execute("PRAGMA temp_store=MEMORY")
    connection.execute("PRAGMA mmap_size=0")
    if alone:
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
    connection.execute(f"PRAGMA cache_size=-{cache_kib}")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA trusted_schema=OFF")


def make_private(path: Path) -> None:
    """The file for this user only; SQLite gives -wal and -shm the same mode. OSError."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600))


@cache
def migrations() -> tuple[tuple[int, str], ...]:
    """(version, SQL) of every migration that ships, ascending."""
    folder = Path(__file__).parent / "migrations"  # importlib.resources: 22 modules more
    found = [
        (int(match.group(1)), entry.read_text(encoding="utf-8"))
        for entry in folder.iterdir()
        if (match := re.fullmatch(r"(\d{4})_\w+\.sql", entry.name))
    ]
    return tuple(sorted(found))


def migrate(writer: apsw.Connection) -> None:
    """Bring the schema up to date. StoreTrouble(STORE_TOO_NEW)."""
    known = migrations()
    newest = known[-1][0]
    version = next(cast("tuple[int]", row)[0] for row in writer.execute("PRAGMA user_version"))
    if version > newest:
        raise StoreTrouble(ErrorCode.STORE_TOO_NEW, found=version, known=newest)
    for number, sql in known:
        if number <= version:
            continue
        with writer:  # one savepoint: all of a migration or nothing
            writer.execute(sql)
            writer.execute(f"PRAGMA user_version={number}")


def sqlite_version() -> str:
    """Of the library that is used."""
    return str(apsw.sqlite_lib_version())
