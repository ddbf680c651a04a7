"""A deadline ends a test that has failed; it never makes one fail because the machine is busy.

Whatever a test of the window names, qtbot gives up after a minute at the earliest. Nothing waits
for a thing that does not happen by a short deadline.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from pytestqt.qtbot import QtBot

LEAST_MS = 60_000
_WAITS = ("waitUntil", "waitSignal", "waitSignals", "waitActive", "waitExposed")
_ALIASES = ("wait_until", "wait_signal", "wait_signals", "wait_active", "wait_exposed")


def be_patient() -> None:
    """From here on, in this process."""
    for name, alias in zip(_WAITS, _ALIASES, strict=True):
        patient = _patient(getattr(QtBot, name))
        setattr(QtBot, name, patient)
        setattr(QtBot, alias, patient)


def _patient(wait: Callable[..., object]) -> Callable[..., object]:
    @functools.wraps(wait)
    def waits(self: QtBot, *words: object, timeout: int = 0, **options: object) -> object:
        __tracebackhide__ = True
        return wait(self, *words, timeout=max(timeout, LEAST_MS), **options)

    return waits
