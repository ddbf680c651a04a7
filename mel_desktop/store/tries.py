"""Growing delays after wrong passphrases and recovery codes, across restarts.

``store.tries`` holds how many were wrong and since when. A wrong one is counted before anybody is
told that it was wrong: killing the program gains nothing, and a program that dies while it opens a
vault (a power cut, a full disk) counts for nothing. Between programs tries come one after another
(``turn``): each sees the count of the one before it. It is a brake for people at the keyboard only;
whoever copies the files is slowed by Argon2id. So the file is trusted with
nothing: without it, or with nonsense in it, one may try, and a clock that was turned back makes
nobody wait longer than MOST_S.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.ports import Clock
from mel_desktop.store.filelock import FileLock

FILE: Final = "store.tries"
LOCK: Final = "store.tries.lock"
TURN_S: Final = 15.0  # a program that stands still with its turn shuts nobody out for longer
FREE: Final = 2  # so many wrong ones cost nothing
MOST_S: Final = 300.0
MOST_COUNT: Final = 1000
_MOST_BYTES: Final = 1000


class Tries:
    """The tries at one profile."""

    def __init__(self, profile: Path, clock: Clock) -> None:
        self._path = profile / FILE
        self._lock = FileLock(profile / LOCK)
        self._has_turn = False
        self._clock = clock

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Nobody else tries meanwhile: from ``check`` to ``count`` or ``forget``."""
        with contextlib.ExitStack() as held:
            with contextlib.suppress(StoreTrouble):
                held.enter_context(self._lock.held(wait_s=TURN_S))
            self._has_turn = True
            try:
                yield
            finally:
                self._has_turn = False

    def wait_s(self) -> float:
        """Seconds until the next try is allowed."""
        wrong, since = self._read()
        now = self._clock.now().timestamp()
        if wrong <= FREE:
            return 0.0
        if since <= now:
            return max(0.0, since + delay_s(wrong) - now)
        if not self._has_turn:  # what is written below must not undo another program's count
            with self.turn():
                return self.wait_s()
        self._write(wrong, now)  # the clock was turned back: the delay begins anew, once
        return delay_s(wrong) if self._read() == (wrong, now) else 0.0

    def check(self) -> None:
        """Whether a try may be made now. VAULT_LOCKED."""
        wait = self.wait_s()
        if wait > 0:
            raise StoreTrouble(ErrorCode.VAULT_LOCKED, why="wait", wait_s=math.ceil(wait))

    def count(self) -> None:
        """One more was wrong."""
        wrong, _ = self._read()
        self._write(min(wrong + 1, MOST_COUNT), self._clock.now().timestamp())

    def forget(self) -> None:
        """A right one: all begins anew."""
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _read(self) -> tuple[int, float]:
        try:
            with self._path.open("rb") as file:
                kept = json.loads(file.read(_MOST_BYTES))
            wrong, since = kept["wrong"], float(kept["since"])
        except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
            return 0, 0.0
        if type(wrong) is not int or not 0 <= wrong <= MOST_COUNT or not math.isfinite(since):
            return 0, 0.0
        return wrong, since

    def _write(self, wrong: int, since: float) -> None:
        fresh = self._path.with_name(f"{FILE}.new")
        with contextlib.suppress(OSError):  # where nothing can be written, nothing is slowed
            file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(file, "wb") as stream:
                stream.write(json.dumps({"wrong": wrong, "since": since}).encode("ascii"))
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(fresh, self._path)


def delay_s(wrong: int) -> float:
    """Seconds to wait after so many wrong tries: 0, 0, 1, 2, 4 ... 300."""
    if wrong <= FREE:
        return 0.0
    return min(MOST_S, 2.0 ** min(wrong - FREE - 1, 20))
