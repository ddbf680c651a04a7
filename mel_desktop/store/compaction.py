"""Gives free pages back to the disk, and puts a full-text index into one piece.

A compact copy is made while reads and writes go on; then, with nobody writing, it takes the file's
place if nothing was committed since the copy began (this program or another: data_version). Else it
is made again, at last with writes waiting. A kill before the rename leaves the old file whole and a
leftover that the next start removes; after it the new file is whole.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, cast

from mel_desktop.model.errors import Cancelled, ErrorCode, StoreTrouble
from mel_desktop.model.storage import Compacted
from mel_desktop.store import connections
from mel_desktop.store.copying import copy_database
from mel_desktop.store.database import Database, Reader, Transaction
from mel_desktop.store.keyfiles import flush_folder
from mel_desktop.store.reserve import files

Progress = Callable[[int, int], None]

TARGET: Final = "store.compact"
TRIES: Final = 3
LEAST_FREE: Final = 16 * 1024 * 1024
LEAST_SHARE: Final = 0.2
LEAST_ORDERED: Final = 64 * 1024 * 1024  # below it the order of the pages is not felt
ROOM: Final = 64 * 1024 * 1024  # that stays free on the disk beside the copy
MERGE_PAGES: Final = 100  # of one transaction: some hundredths of a second
MANY_SEGMENTS: Final = 8
GROWN: Final = 1.2
MERGED: Final = "index.merged"  # meta: messages there were when the index was put in one piece
MERGING: Final = "index.merging"
COPIED: Final = "compacted.messages"  # meta: messages there were when the file was copied last


class _Moved(Exception):
    """Something was committed while the copy was made."""


# -- free pages -----------------------------------------------------------------------------------


def is_worth_it(reader: Reader) -> bool:
    """Whether enough lies free to give it back without being asked; or the index was put in one
    piece, and the mail is twice what it was when the file was copied last. A sync leaves pages half
    full and out of order, which a slow disk feels.
    """
    from mel_desktop.store import storage  # noqa: PLC0415 first needed here

    pages = storage.pages(reader)
    if pages.free > LEAST_FREE and pages.free > pages.total * LEAST_SHARE:
        return True
    merged = int(_meta(reader, MERGED) or 0)
    return pages.total > LEAST_ORDERED and merged > 2 * int(_meta(reader, COPIED) or 0)


def check_room(database: Database) -> None:
    """A second copy must fit. StoreTrouble(DISK_FULL) with ``needed`` and ``free``."""
    from mel_desktop.store import storage  # noqa: PLC0415 first needed here

    with database.read() as reader:
        pages = storage.pages(reader)
    needed = pages.total - pages.free + ROOM
    free = shutil.disk_usage(database.path.parent).free
    if free < needed:
        raise StoreTrouble(ErrorCode.DISK_FULL, needed=needed, free=free)


def compact(
    database: Database,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    insist: bool = True,
) -> Compacted:
    """Replace the file by a compact copy of itself.

    ``insist``: at last with writes waiting for the copy; else PROFILE_BUSY when writes come.
    DISK_FULL | NOT_WRITABLE | PROFILE_BUSY | DAMAGED | Cancelled: the old file stays.
    """
    check_room(database)
    target = database.path.with_name(TARGET)
    before = database.path.stat().st_size

    def copy() -> None:
        if cancelled is not None and cancelled():
            raise Cancelled
        clear_leftover(database.path)
        copy_database(database, target, database.key, progress=progress, cancelled=cancelled)

    def replace(path: Path) -> int:
        with files():
            os.replace(target, path)
            flush_folder(path.parent)
            return path.stat().st_size

    try:
        after = _compact(database, copy, replace, insist=insist)
    finally:
        clear_leftover(database.path)
    with suppress(StoreTrouble):  # else once more some day
        database.write(lambda tx: _set_meta(tx, COPIED, str(_messages(tx))))
    return Compacted(before, after)


def _compact(
    database: Database, copy: Callable[[], None], replace: Callable[[Path], int], *, insist: bool
) -> int:
    for _ in range(TRIES):
        with suppress(_Moved):
            return _exchanged(database, copy, replace)
    if not insist:
        raise StoreTrouble(ErrorCode.PROFILE_BUSY, why="written to")
    return database.exchange(replace, before=copy)


def _exchanged(database: Database, copy: Callable[[], None], replace: Callable[[Path], int]) -> int:
    """One try. _Moved when the copy is not of the last moment."""
    watcher = connections.connect(database.path, database.key, writer=False)
    try:
        version = Reader(watcher).value("PRAGMA data_version")
        copy()

        def unchanged() -> None:
            now = Reader(watcher).value("PRAGMA data_version")
            watcher.close(True)  # nobody else may have the file open
            if now != version:
                raise _Moved

        return database.exchange(replace, before=unchanged)
    finally:
        watcher.close(True)


def clear_leftover(path: Path) -> None:
    """What a kill left of a copy; nothing in the store refers to it."""
    for name in (TARGET, f"{TARGET}-journal"):
        with suppress(OSError):
            path.with_name(name).unlink(missing_ok=True)


# -- the index ------------------------------------------------------------------------------------


def wants_merge(reader: Reader) -> bool:
    """Whether the index of messages lies in many pieces, the mail is all listed, and there is much
    more of it than when it was put together last; or that was begun.
    """
    from mel_desktop.store import storage  # noqa: PLC0415 first needed here

    if _meta(reader, MERGING):
        return True
    if storage.segments(reader, "message_fts") <= MANY_SEGMENTS:
        return False
    waiting = reader.value("SELECT 1 FROM folder WHERE selectable AND on_server AND NOT complete")
    if waiting is not None or _meta(reader, "index.below"):
        return False
    return _messages(reader) > int(_meta(reader, MERGED) or 0) * GROWN


def merge_step(tx: Transaction) -> bool:
    """One small step; True while there is more to do."""
    begun = bool(_meta(tx, MERGING))
    before = cast("int", tx.value("SELECT total_changes()"))
    tx.run(  # a negative number: everything into one piece, from here on
        "INSERT INTO message_fts (message_fts, rank) VALUES ('merge', ?)",
        MERGE_PAGES if begun else -MERGE_PAGES,
    )
    if cast("int", tx.value("SELECT total_changes()")) - before >= 2:  # fts5.html 6.9
        if not begun:
            _set_meta(tx, MERGING, "1")
        return True
    _set_meta(tx, MERGED, str(_messages(tx)))
    tx.run("DELETE FROM meta WHERE name = ?", MERGING)
    return False


def _messages(reader: Reader) -> int:
    return cast("int", reader.value("SELECT coalesce(sum(total), 0) FROM folder"))


def _meta(reader: Reader, name: str) -> str:
    value = reader.value("SELECT value FROM meta WHERE name = ?", name)
    return "" if value is None else str(value)


def _set_meta(tx: Transaction, name: str, value: str) -> None:
    tx.run("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", name, value)
