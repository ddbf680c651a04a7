"""A lock between programs, and between openings within one, by an empty file that stays.

The operating system gives it back when a process ends, however it ends. It is taken through
SQLite's own file layer: shared and exclusive, the same on every system, and between the threads of
one process too.

Rule: nothing else opens such a file. On POSIX, closing any other descriptor of it would drop the
lock (sqlite.org/howtocorrupt.html 2.2).
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from logging import getLogger
from pathlib import Path
from typing import Final

import apsw

from mel_desktop.model.errors import ErrorCode, StoreTrouble

log = getLogger("mel.store")

POLL_S: Final = 0.005
DOOR: Final = "store.lock"
DOOR_WAIT_S: Final = 20.0
_FLAGS: Final = apsw.SQLITE_OPEN_MAIN_DB | apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
_SHARED: Final = (apsw.SQLITE_LOCK_SHARED,)
_ALONE: Final = (*_SHARED, apsw.SQLITE_LOCK_RESERVED, apsw.SQLITE_LOCK_EXCLUSIVE)


class FileLock:
    """Made without taking it. May be held by several threads, each for itself; not re-entrant."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def held(self, *, wait_s: float, shared: bool = False) -> Iterator[None]:
        """Hold it, alone or with others who share it. PROFILE_BUSY after ``wait_s``.

        Where the file cannot be made (a folder that is read-only, a full disk) nothing is held: who
        cannot make it can rename nothing there either.
        """
        file = self._opened()
        if file is None:
            yield
            return
        try:
            self._take(file, time.monotonic() + wait_s, shared=shared)
            yield
        finally:
            with contextlib.suppress(apsw.Error):
                file.xUnlock(apsw.SQLITE_LOCK_NONE)
            file.xClose()

    def _opened(self) -> apsw.VFSFile | None:
        try:
            with contextlib.suppress(FileExistsError):  # for this user only
                os.close(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
            layer = "win32" if sys.platform == "win32" else "unix"
            return apsw.VFSFile(layer, str(self._path), [_FLAGS, 0])
        except (OSError, apsw.Error) as error:
            log.info("no lock: %s", type(error).__name__)
            return None

    def _take(self, file: apsw.VFSFile, deadline: float, *, shared: bool) -> None:
        """Who wants it alone goes by RESERVED: one only, and those who come later wait outside."""
        steps = _SHARED if shared else _ALONE
        at = 0
        while at < len(steps):
            try:
                file.xLock(steps[at])
            except apsw.BusyError as error:
                if time.monotonic() >= deadline:
                    raise StoreTrouble(ErrorCode.PROFILE_BUSY, file=self._path.name) from error
                if at == 1:  # somebody else is on the way: out of it
                    file.xUnlock(apsw.SQLITE_LOCK_NONE)
                    at = 0
                time.sleep(POLL_S)
            except apsw.Error as error:
                raise StoreTrouble(ErrorCode.NOT_WRITABLE, file=self._path.name) from error
            else:
                at += 1


def door(database: Path) -> FileLock:
    """Held by whoever opens this database, alone by whoever puts another file in its place."""
    return FileLock(database.with_name(DOOR))
