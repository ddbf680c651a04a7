"""Another data key for the whole database, by a rewrite that a kill at any moment cannot spoil.

::

    1  store.db.rekey: a copy under the new key, verified and flushed; no write comes meanwhile
    2  the header holds both keys, the new one pending
    3  store.db -> store.db.old, store.db.rekey -> store.db
    4  the header holds the new key only
    5  store.db.old is overwritten and removed

Killed before 2, the copy has no key: it is thrown away. After 2, the header opens both files: the
one called store.db decides (and if the kill came between the two renames, the copy takes the name).
Nothing is thrown away before a key has been seen to open store.db.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Sequence
from logging import getLogger
from pathlib import Path
from typing import Final

from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.store import connections, keyfiles
from mel_desktop.store.copying import copy_database
from mel_desktop.store.database import Database
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


def rewrite(
    database: Database,
    new_key: Key,
    announce: Callable[[], None],
    *,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> None:
    """Steps 1 to 3; ``announce`` is step 2."""
    profile = database.path.parent
    fresh, old = profile / FRESH, profile / OLD
    clean_up(profile)

    def before() -> None:
        copy_database(database, fresh, new_key, progress=progress, cancelled=cancelled)
        try:
            announce()
        except BaseException:
            _drop(fresh)
            raise

    def work(path: Path) -> None:
        try:
            with files():
                _rename(path, old)
                try:
                    _rename(fresh, path)
                except OSError:
                    os.replace(old, path)
                    raise
                keyfiles.flush_folder(profile)
        except BaseException:
            _drop(fresh)
            raise

    try:
        database.exchange(work, new_key, before=before)
    except BaseException:
        if not old.exists():  # refused before the first rename
            _drop(fresh)
        raise


def nothing_happened(profile: Path) -> bool:
    """Whether store.db is still the old file after a rewrite that raised."""
    return not (profile / OLD).exists() and not (profile / FRESH).exists()


def is_unsettled(profile: Path, header: Header) -> bool:
    """Whether something is left of a change that was broken off."""
    return len(header.keys) > 1 or (profile / FRESH).exists() or (profile / OLD).exists()


def settle(profile: Path, keys: Sequence[Key]) -> int | None:
    """Which of the keys opens store.db, after the names were put right; None when none does.

    ``keys``: the one in force and, if there is one, the pending one.
    """
    path, fresh, old = profile / DATABASE, profile / FRESH, profile / OLD
    if not path.exists():
        left = fresh if len(keys) > 1 and fresh.exists() else old
        if not left.exists():
            return None
        with files():
            os.replace(left, path)
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


def clean_up(profile: Path) -> None:
    """Remove what a change leaves, when store.db is known to open. Never raises StoreTrouble."""
    with contextlib.suppress(StoreTrouble):
        _drop(profile / FRESH)
        keyfiles.shred(profile / OLD)


def _drop(path: Path) -> None:
    """A copy that no header has a key for."""
    for name in (path.name, f"{path.name}-journal", f"{path.name}-wal", f"{path.name}-shm"):
        with contextlib.suppress(OSError):
            path.with_name(name).unlink(missing_ok=True)


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
