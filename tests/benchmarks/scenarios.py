"""What goes wrong in one scenario of a benchmark is told, and does not take the others along.

On stderr, one line each that tests.benchmarks.parts understands: ``NAME broke off: WHY`` and
``left out: WHAT: WHY``.
"""

from __future__ import annotations

import signal
import sys
import traceback
from collections.abc import Callable
from types import FrameType
from typing import Final

BROKE_OFF: Final = " broke off: "
LEFT_OUT: Final = "left out: "
_TERMINATED: Final = 128 + signal.SIGTERM


def end_well() -> None:
    """Whoever ends us by SIGTERM gets the figures that are there, and nothing stays behind."""
    signal.signal(signal.SIGTERM, _leave)


def _leave(_number: int, _frame: FrameType | None) -> None:
    sys.exit(_TERMINATED)


def attempt(name: str, work: Callable[[], object]) -> str:
    """Run it; why it broke off, or ""."""
    try:
        work()
    except Exception as error:  # noqa: BLE001 whatever it is: the figures of the others count
        traceback.print_exc()
        return broke_off(name, error)
    return ""


def broke_off(name: str, error: Exception) -> str:
    """Tell it; why, in one line."""
    why = f"{type(error).__name__}: {error}".splitlines()[0]
    print(f"{name}{BROKE_OFF}{why}", file=sys.stderr, flush=True)
    return why


def left_out(what: str, why: str) -> None:
    """A peer, or a scenario, that could not take part."""
    print(f"{LEFT_OUT}{what}: {why}", file=sys.stderr, flush=True)
