"""A consistent, compact copy of an open database into a new file, under any key.

SQLite's VACUUM INTO, page by page with flat memory: what lies free is left out, the copy is
encrypted from its first octet and nothing is written in clear. Reads go on meanwhile, and writes
too, unless it is called from ``Database.exchange(before=...)``: the copy is of one moment.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, cast

import apsw

from mel_desktop.model.errors import Cancelled, ErrorCode, StoreTrouble
from mel_desktop.store import connections, keybytes
from mel_desktop.store.database import Database, Reader
from mel_desktop.store.keybytes import Key
from mel_desktop.store.reserve import files

STEPS: Final = 20_000  # of SQLite's machine between two looks: some hundredths of a second
LARGE: Final = ("body", "chunk")
_RAW: Final = b"raw:".hex()


def copy_database(
    database: Database,
    target: Path,
    new_key: Key,
    *,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> None:
    """Copy to ``target`` (must not exist) under ``new_key``; flushed to the disk and verified.

    ``progress(done, total)`` in octets. Whatever goes wrong, no part of the copy is left.
    NOT_WRITABLE | DISK_FULL | DAMAGED | PROFILE_BUSY | Cancelled.
    """
    if len(new_key) != 32:
        raise ValueError("the data key has 32 octets")
    if target.exists():
        raise StoreTrouble(ErrorCode.NOT_WRITABLE, file=target.name, why="exists")
    try:
        with files():
            connections.make_private(target)
        with database.apart() as connection:
            version = _data_version(connection)
            _vacuum_into(connection, target, new_key, progress, cancelled)
            counts: dict[str, int] | None = count_rows(Reader(connection))
            if _data_version(connection) != version:
                counts = None  # written to meanwhile: there is nothing to compare with
        with files():
            _flush(target)
        _verify(target, new_key, counts)
    except BaseException:
        with contextlib.suppress(OSError):
            target.unlink(missing_ok=True)
            target.with_name(f"{target.name}-journal").unlink(missing_ok=True)
        raise


def _vacuum_into(
    connection: apsw.Connection,
    target: Path,
    key: Key,
    progress: Callable[[int, int], None] | None,
    cancelled: Callable[[], bool] | None,
) -> None:
    total = _live_octets(connection)
    stopped = False
    trouble: BaseException | None = None

    def look() -> bool:
        """True stops the copy. May not raise: SQLite is underneath."""
        nonlocal stopped, trouble
        try:
            if cancelled is not None and cancelled():
                stopped = True
            elif progress is not None:
                progress(min(target.stat().st_size, total), total)
        except BaseException as error:  # noqa: BLE001 raised again when SQLite has let go
            trouble = error
        return stopped or trouble is not None

    connection.set_progress_handler(look, STEPS)
    octets = bytearray()
    for one in key:  # "raw:<hex>", in hexadecimal once more: the only spelling that a URI takes
        octets += f"{one:02x}".encode()
    # .as_uri() writes every octet of the name that means something in a URI as %xx
    head = f"{target.absolute().as_uri()}?cipher=chacha20&hexkey={_RAW}"
    try:
        with keybytes.text(head, octets, "") as uri:
            connection.execute("VACUUM INTO ?", (uri,), can_cache=False)
    except apsw.InterruptError as error:
        if trouble is not None:
            raise trouble from error
        raise Cancelled from error
    finally:
        keybytes.wipe(octets)
        connection.set_progress_handler(None)
    if progress is not None:
        progress(total, total)


def _live_octets(connection: apsw.Connection) -> int:
    reader = Reader(connection)
    pages = cast("int", reader.value("PRAGMA page_count"))
    free = cast("int", reader.value("PRAGMA freelist_count"))
    return (pages - free) * cast("int", reader.value("PRAGMA page_size"))


def _data_version(connection: apsw.Connection) -> int:
    return cast("int", Reader(connection).value("PRAGMA data_version"))


def count_rows(reader: Reader, *, large: bool = True) -> dict[str, int]:
    """Rows of each table, those of the indexes for search included; or without those that hold
    most of a store, since to count them is to read them.
    """
    names = reader.all(
        "SELECT name FROM sqlite_schema WHERE type = 'table'"
        " AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
    )
    found = {}
    for (name,) in names:
        if not large and (name in LARGE or str(name).endswith("_fts_data")):
            continue
        quoted = str(name).replace('"', '""')
        sql = f'SELECT count(*) FROM "{quoted}"'  # noqa: S608 a name of the schema, quoted
        found[str(name)] = cast("int", reader.value(sql))
    return found


def _verify(target: Path, key: Key, counts: dict[str, int] | None) -> None:
    """It opens with the key, its schema reads, and it has as many rows. DAMAGED."""
    connection = connections.connect(target, key, writer=False, copying=True)
    try:
        with connections.errors(connection):
            found = count_rows(Reader(connection))
    finally:
        connection.close(True)
    if counts is not None and found != counts:
        raise StoreTrouble(ErrorCode.DAMAGED, file=target.name, why="copy")


def _flush(path: Path) -> None:
    file = os.open(path, os.O_RDWR)
    try:
        os.fsync(file)
    finally:
        os.close(file)
