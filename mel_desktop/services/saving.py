"""Writes octets to a file that a person chose: whole or not at all."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import BinaryIO, Final

from mel_desktop.model.errors import ErrorCode, LocalRefusal, StoreTrouble

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def write_file(target: Path, octets: Iterable[bytes]) -> int:
    """Write beside the target, then take its place; the size. DISK_FULL | NOT_WRITABLE.

    An existing file is replaced: asking first is the caller's part. Nothing of an unfinished file
    stays behind after a failure.
    """
    size = 0
    with replacing(target) as file:
        for chunk in octets:
            with file_errors():
                file.write(chunk)
            size += len(chunk)
    if sys.platform == "win32":
        mark_of_the_web(target)
    return size


@contextmanager
def replacing(target: Path) -> Iterator[BinaryIO]:
    """A new file beside the target that takes its place at the end, flushed to the disk."""
    with file_errors():
        if target.is_dir():
            raise StoreTrouble(ErrorCode.NOT_WRITABLE, why="is-folder")
        if target.exists() and not target.is_file():  # a device would be replaced by a file
            raise StoreTrouble(ErrorCode.NOT_WRITABLE, why="not-a-file")
        unfinished, file = _beside(target)
    try:
        with file_errors():
            with file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(target)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink()
        raise


def _beside(target: Path) -> tuple[Path, BinaryIO]:
    """A new file in the target's folder, under a short name (the target's may be a long one)."""
    for number in count():
        path = target.with_name(f".mel-{os.getpid()}-{number}.part")
        with suppress(FileExistsError):
            return path, path.open("xb")
    raise AssertionError("count() does not end")


def mark_of_the_web(target: Path) -> None:
    """Tell Windows that the file came from outside (alternate stream Zone.Identifier).

    File systems without streams refuse; the file is saved all the same. The path is made absolute:
    of a file called "a", ``a:Zone.Identifier`` alone would be read as a drive.
    """
    with suppress(OSError):
        stream = target.absolute().with_name(f"{target.name}:Zone.Identifier")
        stream.write_bytes(b"[ZoneTransfer]\r\nZoneId=3\r\n")


@contextmanager
def file_errors() -> Iterator[None]:
    """OSError of a file outside the profile -> StoreTrouble."""
    try:
        yield
    except OSError as error:
        full = error.errno in FULL
        code = ErrorCode.DISK_FULL if full else ErrorCode.NOT_WRITABLE
        raise StoreTrouble(code, errno=error.errno or 0) from error


@contextmanager
def reading_errors() -> Iterator[None]:
    """OSError of a file that a person chose to read -> LocalRefusal(BAD_FILE)."""
    try:
        yield
    except OSError as error:
        raise LocalRefusal(ErrorCode.BAD_FILE, errno=error.errno or 0) from error
