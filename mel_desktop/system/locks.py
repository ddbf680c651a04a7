"""One engine for each profile, across processes.

The operating system gives the lock back when the process ends, however it ends: there is no stale
lock file to clean up. The file ``engine.lock`` stays and is empty.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Final

from mel_desktop.model.errors import ErrorCode, StoreTrouble

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

FILE: Final = "engine.lock"
POLL_S: Final = 0.05
TAKEN: Final = frozenset({errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK, errno.EDEADLK})


class EngineLock:
    """Made without taking it. One thread of one process holds it; it is not re-entrant."""

    def __init__(self, profile: Path, *, file: str = FILE) -> None:
        """``file``: another lock than the engine's, of the same kind."""
        self._path = profile / file
        self._file: int | None = None
        self._turn = threading.Lock()  # between threads of this process

    def acquire(self, wait_s: float = 0.0) -> None:
        """Take it within ``wait_s``. StoreTrouble(PROFILE_BUSY | NOT_WRITABLE | DISK_FULL)."""
        deadline = time.monotonic() + wait_s
        if not self._turn.acquire(timeout=max(wait_s, 0.0)):
            raise StoreTrouble(ErrorCode.PROFILE_BUSY, file=self._path.name)
        try:
            self._file = self._take(deadline)
        except BaseException:
            self._turn.release()
            raise

    def release(self) -> None:
        """Give it back; nothing happens when it is not held."""
        if self._file is None:
            return
        file, self._file = self._file, None
        with contextlib.suppress(OSError):
            _unlock(file)
        os.close(file)
        self._turn.release()

    def __enter__(self) -> EngineLock:
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()

    def _take(self, deadline: float) -> int:
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        except OSError as error:
            code = ErrorCode.DISK_FULL if error.errno == errno.ENOSPC else ErrorCode.NOT_WRITABLE
            raise StoreTrouble(code, file=self._path.name) from error
        while True:
            try:
                _lock(file)
            except OSError as error:
                if error.errno in TAKEN and time.monotonic() < deadline:
                    time.sleep(POLL_S)
                    continue
                os.close(file)
                busy = error.errno in TAKEN
                code = ErrorCode.PROFILE_BUSY if busy else ErrorCode.NOT_WRITABLE
                raise StoreTrouble(code, file=self._path.name) from error
            return file


if sys.platform == "win32":

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

    def _unlock(file: int) -> None:
        os.lseek(file, 0, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

else:

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
