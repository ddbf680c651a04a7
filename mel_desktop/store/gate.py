"""Readers pass; whoever exchanges the file waits until all are out and lets none in meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from mel_desktop.model.errors import ErrorCode, StoreTrouble


class Gate:
    """Open at first. A reader inside a reader always passes: else it would wait for itself."""

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._inside = 0
        self._is_shut = False
        self._local = threading.local()

    @contextmanager
    def passage(self) -> Iterator[None]:
        """Be inside; waits while the gate is shut."""
        depth: int = getattr(self._local, "depth", 0)
        if depth == 0:
            with self._turn:
                self._turn.wait_for(lambda: not self._is_shut)
                self._inside += 1
        self._local.depth = depth + 1
        try:
            yield
        finally:
            self._local.depth = depth
            if depth == 0:
                with self._turn:
                    self._inside -= 1
                    self._turn.notify_all()

    def left(self, wait_s: float) -> bool:
        """Whether all others have gone out by then; it stays open."""
        with self._turn:
            mine = 1 if self.is_inside() else 0
            return self._turn.wait_for(lambda: self._inside <= mine, wait_s)

    def is_inside(self) -> bool:
        """Whether this thread is."""
        return getattr(self._local, "depth", 0) > 0

    @contextmanager
    def shut(self, wait_s: float) -> Iterator[None]:
        """Nobody inside, nobody comes in. PROFILE_BUSY when somebody stays longer than that."""
        with self._turn:
            self._is_shut = True
            if not self._turn.wait_for(lambda: self._inside == 0, wait_s):
                self._open()
                raise StoreTrouble(ErrorCode.PROFILE_BUSY, why="reading")
        try:
            yield
        finally:
            with self._turn:
                self._open()

    def _open(self) -> None:
        self._is_shut = False
        self._turn.notify_all()
