"""Real time and real randomness (ports.Clock, ports.Randomness)."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime


class SystemClock:
    """The clock of the computer."""

    def now(self) -> datetime:
        """Aware UTC time."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds, never going back."""
        return time.monotonic()


class SystemRandomness:
    """The operating system's generator."""

    def token(self, size: int) -> bytes:
        """Unpredictable bytes."""
        return os.urandom(size)
