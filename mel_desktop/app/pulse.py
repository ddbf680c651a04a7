"""Looks every few seconds whether the computer slept or changed its network.

Then what connections there are lead nowhere: they are dropped at once, and rounds begin anew.
"""

from __future__ import annotations

from typing import Final

from mel_desktop.logic import linkprofile
from mel_desktop.ports import Clock, Network

BEAT_S: Final = 5.0
SLEPT_S: Final = 30.0


class Pulse:
    """One for the engine; used by its supervising thread only."""

    def __init__(self, clock: Clock, network: Network) -> None:
        self._clock = clock
        self._network = network
        # Taken now: a change before the first beat is one too.
        self._identity = network.identity()
        self._wall = clock.now()
        self._steady = clock.monotonic()

    def beat(self, expected_s: float) -> bool:
        """Whether the line is another one since the last beat, at most ``expected_s`` ago."""
        wall, steady = self._clock.now(), self._clock.monotonic()
        slept = linkprofile.has_slept(
            (wall - self._wall).total_seconds(), steady - self._steady, expected_s, SLEPT_S
        )
        self._wall, self._steady = wall, steady
        before, self._identity = self._identity, self._network.identity()
        return slept or before != self._identity
