"""Once a week everything in the store is read and verified, in the background.

Only while nobody is at work and the PC has little to do; a fifth of the time at most. It pauses
when somebody comes back, and goes on where it stood, also at another start of the program. Where
it was put off for a second week (mail that comes all day long), free processors are enough.

What it finds is told as if a person had asked: ``soundness.last_check`` holds it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from mel_desktop.model.errors import Cancelled
from mel_desktop.model.soundness import LastCheck
from mel_desktop.ports import Clock
from mel_desktop.services import quiet
from mel_desktop.services.quiet import Quiet
from mel_desktop.services.soundness import SoundnessService
from mel_desktop.store import patrol
from mel_desktop.store.database import Database
from mel_desktop.store.patrol import Place

log = logging.getLogger("mel.store")

EVERY: Final = timedelta(days=7)
AT_LATEST: Final = timedelta(days=14)
REST: Final = 4.0  # times as long as a step took
LONGEST_REST_S: Final = 2.0
SAVE_STEPS: Final = 50


class WeeklyCheck:
    """Of one open profile. Its chore runs on one thread only."""

    def __init__(
        self,
        database: Database,
        soundness: SoundnessService,
        clock: Clock,
        *,
        rest: Callable[[float], None] = time.sleep,
        is_loaded: Callable[[], bool] = quiet.is_loaded,
    ) -> None:
        self._database = database
        self._soundness = soundness
        self._clock = clock
        self._rest = rest
        self._is_loaded = is_loaded
        self._quiet = Quiet(database, clock, is_loaded=is_loaded)
        self._place: Place | None = None

    def share(self) -> int | None:
        """How much of a hundred is done of the check under way; None: none is."""
        place = self._place
        return None if place is None else place.share

    def chore(self, stopping: Callable[[], bool]) -> None:
        """As app.keeper calls it, once a minute: go on as long as it may. Cancelled."""
        if not self._is_due() or not self._may(stopping):
            return
        with self._database.read() as reader:
            place = patrol.place(reader) or Place()
        try:
            self._go_on(place, stopping)
        finally:
            self._place = None

    def _go_on(self, place: Place, stopping: Callable[[], bool]) -> None:
        steps = 0
        while True:
            self._place = place
            began = time.monotonic()
            done = patrol.step(self._database, place)
            if not done.is_sound:
                log.warning("the weekly check found damage in %s", place.stage)
                self._look_closer(stopping)
                return
            if done.next is None:
                self._soundness.note_check(LastCheck(self._clock.now(), self._soundness.keys()))
                log.info("the weekly check is done")
                return
            place = done.next
            steps += 1
            if not self._may(stopping):
                self._save(place)
                return
            if steps % SAVE_STEPS == 0:
                self._save(place)
            self._rest(min(LONGEST_REST_S, REST * (time.monotonic() - began)))

    def _look_closer(self, stopping: Callable[[], bool]) -> None:
        """What it is, where, and what it touches: the check that a person would ask for."""
        try:
            self._soundness.check(cancelled=stopping)
        except Cancelled:  # the next start comes here again
            return

    def _save(self, place: Place) -> None:
        self._database.write(lambda tx: patrol.put_place(tx, place))

    def _is_due(self) -> bool:
        return self._age() >= EVERY

    def _age(self) -> timedelta:
        """Of the last check; a date that is to come is that of a clock that went wrong."""
        last = self._soundness.last_check()
        if last is None:
            return EVERY
        age = self._clock.now() - last.at
        return age if age >= timedelta(0) else EVERY

    def _may(self, stopping: Callable[[], bool]) -> bool:
        if stopping():
            return False
        if self._age() >= AT_LATEST:
            return not self._is_loaded()
        return self._quiet.is_quiet()
