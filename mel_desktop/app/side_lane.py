"""One thread for work while no vault is open: unlocking (Argon2id), creating, locking, erasing.

Pieces of work run one after another, so that nobody opens a vault that is still being locked.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class SideLane:
    """The thread; it starts with the first piece of work."""

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None

    def run(self, work: Callable[[], T]) -> Future[T]:
        """Do ``work`` after what was asked before."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mel-side")
        return self._pool.submit(work)

    def close(self) -> None:
        """Wait for what runs; what was asked is done too (a lock must never be left half)."""
        if self._pool is not None:
            self._pool.shutdown(wait=True)
            self._pool = None
