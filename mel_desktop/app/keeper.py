"""Keeps the store in order while the window is open: one quiet thread, one chore after another.

A chore is called again and again, does what is due, and gives up soon when told to stop. Trouble
in one is logged and never stops another.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Final

from mel_desktop.app import faults
from mel_desktop.model.errors import Cancelled, MelError

logger = logging.getLogger("mel.engine")
Chore = Callable[[Callable[[], bool]], None]  # given: whether it is to stop

LOOK_S: Final = 60.0


class Keeper:
    """The thread of one open profile."""

    def __init__(self, chores: Sequence[Chore], stopping: threading.Event) -> None:
        self._chores = tuple(chores)
        self._stopping = stopping
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; once."""
        self._thread = threading.Thread(target=self._keep, name="mel-keeper", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Look at every chore now."""
        self._wake.set()

    def join(self) -> None:
        """Wait for the end of the chore under way; ``stopping`` is set already."""
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _keep(self) -> None:
        while not self._stopping.is_set():
            for chore in self._chores:
                if self._stopping.is_set():
                    return
                try:
                    chore(self._stopping.is_set)
                except Cancelled:
                    return
                except MelError as error:
                    logger.warning("a chore: %s", error)
                except Exception as error:  # noqa: BLE001 a bug here must not end the others
                    logger.error("a chore: %s", faults.description(error))
            self._wake.wait(LOOK_S)
            self._wake.clear()
