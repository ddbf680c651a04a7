"""Whether the PC may be used for our own sake: nothing is being stored, and it has little to do."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Final

from mel_desktop.model.changes import Changes
from mel_desktop.ports import Clock
from mel_desktop.store.database import Database

QUIET_S: Final = 300.0  # nothing was stored for so long
BUSY_LOAD: Final = 0.7  # of the processors


def is_loaded() -> bool:
    """Whether the processors have enough to do; False where the system does not say."""
    if not hasattr(os, "getloadavg"):
        return False
    return os.getloadavg()[0] >= BUSY_LOAD * (os.cpu_count() or 1)


class Quiet:
    """Watches one open store."""

    def __init__(
        self, database: Database, clock: Clock, *, is_loaded: Callable[[], bool] = is_loaded
    ) -> None:
        self._clock = clock
        self._is_loaded = is_loaded
        self._last_write = clock.monotonic()
        database.listen(self._on_commit)

    def is_quiet(self) -> bool:
        """Nothing was stored for some minutes, and the processors are free."""
        if self._clock.monotonic() - self._last_write < QUIET_S:
            return False
        return not self._is_loaded()

    def _on_commit(self, _: Changes) -> None:
        self._last_write = self._clock.monotonic()
