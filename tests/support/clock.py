"""A clock that jumps when told to, and randomness that repeats."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta


class JumpingClock:
    """ports.Clock: stands still until ``jump``."""

    def __init__(self, start: datetime | None = None) -> None:
        self._now = start or datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
        self._seconds = 0.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._seconds

    def jump(self, **delta: float) -> None:
        step = timedelta(**delta)
        self._now += step
        self._seconds += step.total_seconds()


class CountingRandomness:
    """ports.Randomness: different at each call, the same in each run."""

    def __init__(self) -> None:
        self._calls = 0

    def token(self, size: int) -> bytes:
        self._calls += 1
        out = b""
        while len(out) < size:
            out += hashlib.sha256(f"{self._calls}:{len(out)}".encode()).digest()
        return out[:size]
