"""Another data key for the whole database, by a rewrite that may be broken off at any moment.

::

    1  the header holds both keys, the new one pending
    2  store.db.rekey: page by page under the new key, while reads and writes go on
    3  no write comes: what has changed since, once more; flushed, opened, counted
    4  nobody has store.db open: what leaving the write-ahead file changed, flushed
    5  store.db -> store.db.old, store.db.rekey -> store.db
    6  the header holds the new key only
    7  store.db.old is overwritten and removed

A kill before 5 leaves the old file in force, a part of the copy and its key: the next change goes
on with both (store.recrypting: the copy tells by itself which of its pages are up to date). Until
then everything works under the old key; ``Vault.abandon_rekey`` forgets the new one. store.db.old
is there from 5 to 7 only, and no change begins while it is: so the copy beside it is whole. After
5, the header opens both files: the one called store.db decides (and if the kill came between the
two renames, the copy takes the name). Nothing is thrown away before a key has been seen to open
store.db.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Callable, Sequence
from logging import getLogger
from pathlib import Path
from typing import Final

import apsw

from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.store import connections, keyfiles
from mel_desktop.store.copying import count_rows
from mel_desktop.store.database import LEAVE_S, Database, Reader
from mel_desktop.store.keybytes import Key
from mel_desktop.store.keyfiles import DATABASE
from mel_desktop.store.keyslots import Header
from mel_desktop.store.pages import PageFile
from mel_desktop.store.reserve import files

log = getLogger("mel.vault")

FRESH: Final = f"{DATABASE}.rekey"
OLD: Final = f"{DATABASE}.old"
RENAME_TRIES: Final = 20  # an antivirus may look at a file that was just closed
RENAME_PAUSE_S: Final = 0.1
ROOM: Final = 32 * 1024 * 1024  # that stays free on the disk beside the copy
PAUSE_S: Final = 0.01


def rewrite(
    database: Database,
    new_key: Key,
    confirm: Callable[[], None],
    *,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> None:
    """Steps 2 to 6; ``confirm`` is step 6 and does not raise. ``new_key`` is in the header.

    DISK_FULL (``needed``, ``free``) | DAMAGED | PROFILE_BUSY | NOT_WRITABLE | Cancelled: the old
    file is in force, and the copy stays as far as it came.
    """
    from mel_desktop.store.recrypting import Recrypting  # noqa: PLC0415 seldom

    profile = database.path.parent
    fresh, old = profile / FRESH, profile / OLD
    keyfiles.shred(old)  # of a change before this one
    _check_room(database.path, fresh)
    with contextlib.closing(Recrypting(database.path, fresh, database.key, new_key)) as copy:
        copy.go_over(database.inside, progress=progress, cancelled=cancelled)
        copy.flush()  # most of it: the flushes below are short

        def before() -> None:
            _bring_in(database)
            copy.go_over(database.inside, is_last=True, cancelled=cancelled)
            copy.flush()
            _verify(database, fresh, new_key)

        def work(path: Path) -> None:
            written = copy.go_over(is_last=True)
            copy.flush()
            copy.close_file()
            log.info("%d pages were written last", written)
            if not _opens(fresh, new_key):
                raise StoreTrouble(ErrorCode.DAMAGED, file=FRESH, why="copy")
            with files():
                _rename(path, old)
                try:
                    _rename(fresh, path)
                except OSError:
                    os.replace(old, path)
                    raise
                keyfiles.flush_folder(profile)
            confirm()

        database.exchange(work, new_key, before=before)


def is_unsettled(profile: Path, header: Header) -> bool:
    """Whether something is left that no header speaks of, or the renames were broken off."""
    return (profile / OLD).exists() or (len(header.keys) == 1 and (profile / FRESH).exists())


def settle(profile: Path, keys: Sequence[Key]) -> int | None:
    """Which of the keys opens store.db, after the names were put right; None when none does.

    ``keys``: the one in force and, if there is one, the pending one.
    """
    path, fresh, old = profile / DATABASE, profile / FRESH, profile / OLD
    if not path.exists():
        if not old.exists():  # a copy alone need not be whole
            return None
        comes = len(keys) > 1 and fresh.exists() and _opens(fresh, keys[1])
        with files():
            os.replace(fresh if comes else old, path)
            keyfiles.flush_folder(profile)
    for number, key in enumerate(keys):
        if _opens(path, key):
            log.info("a change of the data key was settled")
            return number
    return None


def authentic_pages(path: Path, key: Key) -> int:
    """How many pages of a file are sound under a key."""
    with files(), PageFile(path, key) as pages:
        return sum(not bad for _, bad in pages.damaged())


def share_done(profile: Path) -> float:
    """How much of the copy there is, 0 to 1."""
    try:
        there = (profile / FRESH).stat().st_size
        return min(1.0, there / max(1, (profile / DATABASE).stat().st_size))
    except OSError:
        return 0.0


def has_moved(profile: Path) -> bool:
    """Whether the renames have begun."""
    return (profile / OLD).exists() or not (profile / DATABASE).exists()


def clean_up(profile: Path, *, keep_copy: bool = False) -> None:
    """Remove what a change leaves, when store.db is known to open. Never raises StoreTrouble."""
    if not keep_copy:
        drop_copy(profile)
    with contextlib.suppress(StoreTrouble):
        keyfiles.shred(profile / OLD)


def drop_copy(profile: Path) -> None:
    """A copy that no header has a key for."""
    for rest in ("", "-journal", "-wal", "-shm"):
        with contextlib.suppress(OSError):
            (profile / f"{FRESH}{rest}").unlink(missing_ok=True)


# -- inside ----------------------------------------------------------------------------------------


def _check_room(path: Path, fresh: Path) -> None:
    with files():
        there = fresh.stat().st_size if fresh.exists() else 0
        needed = max(0, path.stat().st_size - there) + ROOM
        free = shutil.disk_usage(path.parent).free
    if free < needed:
        raise StoreTrouble(ErrorCode.DISK_FULL, needed=needed, free=free)


def _bring_in(database: Database) -> None:
    """All of the write-ahead file into the database, as nobody writes now. PROFILE_BUSY."""
    deadline = time.monotonic() + LEAVE_S
    with database.apart() as connection:
        while True:
            with contextlib.suppress(apsw.BusyError, apsw.LockedError):
                frames, done = connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
                if frames == done:
                    return
            if time.monotonic() > deadline:  # somebody reads what was there long ago
                raise StoreTrouble(ErrorCode.PROFILE_BUSY, why="reading")
            time.sleep(PAUSE_S)


def _verify(database: Database, fresh: Path, key: Key) -> None:
    """SQLite opens the copy with the key and finds as many rows. DAMAGED.

    Not in the largest tables: writes wait meanwhile, and each page of the copy was made of one that
    proved itself.
    """
    connection = connections.connect(fresh, key, writer=False)
    try:
        with connections.errors(connection):
            found = count_rows(Reader(connection), large=False)
    finally:
        connection.close(True)
    with database.fresh() as reader:
        if found != count_rows(reader, large=False):
            raise StoreTrouble(ErrorCode.DAMAGED, file=FRESH, why="copy")


def _opens(path: Path, key: Key) -> bool:
    try:
        connections.connect(path, key, writer=False).close(True)
    except StoreTrouble as error:
        if error.code is not ErrorCode.DAMAGED:
            raise
        return False
    return True


def _rename(source: Path, target: Path) -> None:
    for attempt in range(RENAME_TRIES):
        try:
            os.replace(source, target)
        except PermissionError:
            if os.name == "posix" or attempt == RENAME_TRIES - 1:
                raise
            time.sleep(RENAME_PAUSE_S)
        else:
            return
