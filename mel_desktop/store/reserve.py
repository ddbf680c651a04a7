"""Room set aside beside the database, given up for what cannot be fetched again on a full disk."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from logging import getLogger
from pathlib import Path
from typing import Final

from mel_desktop.model.errors import ErrorCode, StoreTrouble

log = getLogger("mel.store")

RESERVE: Final = "store.reserve"
RESERVE_BYTES: Final = 4 * 1024 * 1024
NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
LITTLE_ROOM: Final = 256 * 1024


def keep(database: Path) -> None:
    """Set it aside, if the disk has plenty."""
    reserve = database.with_name(RESERVE)
    with contextlib.suppress(OSError):
        if reserve.exists() and reserve.stat().st_size == RESERVE_BYTES:
            return
        if shutil.disk_usage(database.parent).free < 16 * RESERVE_BYTES:
            return
        file = os.open(reserve, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file, 0, RESERVE_BYTES)
            else:
                os.write(file, bytes(RESERVE_BYTES))
        finally:
            os.close(file)


def give_up(database: Path) -> bool:
    """Give the room back to the disk; whether there was any."""
    try:
        database.with_name(RESERVE).unlink()
    except OSError:
        return False
    log.warning("the disk is full: the reserve is given up")
    return True


def has_room(database: Path) -> bool:
    """Whether the disk has enough for the files that SQLite keeps beside the database."""
    try:
        return shutil.disk_usage(database.parent).free >= LITTLE_ROOM
    except OSError:
        return False


def is_full(error: StoreTrouble, database: Path) -> bool:
    """Whether this trouble comes of a full disk."""
    if error.code is ErrorCode.DISK_FULL:
        return True
    if error.code is not ErrorCode.NOT_WRITABLE:
        return False
    try:
        return shutil.disk_usage(database.parent).free < LITTLE_ROOM
    except OSError:
        return False


@contextlib.contextmanager
def files() -> Iterator[None]:
    """OSError of a profile's file -> StoreTrouble(DISK_FULL | NOT_WRITABLE)."""
    try:
        yield
    except OSError as error:
        full = error.errno in NO_ROOM
        code = ErrorCode.DISK_FULL if full else ErrorCode.NOT_WRITABLE
        raise StoreTrouble(code, errno=error.errno or 0) from error
