"""Whether the profile is sound: checks, what was noticed, repair."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mel_desktop.model.errors import ErrorCode
from mel_desktop.model.soundness import Alarm, CheckReport, Damage, LastCheck, RepairReport

if TYPE_CHECKING:
    from mel_desktop.app.engine import Engine
    from mel_desktop.app.profile_services import Services

Progress = Callable[[int, int], None]
Stop = Callable[[], bool]


class SoundnessDoor:
    """``facade.soundness``. Long work runs in the calling thread: see ``Facade.in_background``."""

    def __init__(self, services: Services, engine: Engine) -> None:
        self._services = services
        self._engine = engine

    def alarms(self) -> tuple[Alarm, ...]:
        """What was noticed at opening and nobody has acknowledged, oldest first."""
        return self._services.soundness.alarms()

    def repaired(self) -> RepairReport | None:
        """What the last repair did, until it is acknowledged."""
        return self._services.soundness.repaired()

    def acknowledge(self) -> None:
        """A person has seen what was noticed."""
        self._services.soundness.acknowledge()

    def check(self, progress: Progress | None = None, cancelled: Stop | None = None) -> CheckReport:
        """Read and authenticate everything. ``progress``: (done, all). Cancelled."""
        return self._services.soundness.check(progress, cancelled)

    def last_check(self) -> LastCheck | None:
        """The last check of everything, by hand or in the background. Held in memory."""
        return self._services.soundness.last_check()

    def share_checked(self) -> int | None:
        """How much of a hundred the check in the background has done; None: none is under way."""
        return self._services.weekly.share()

    def repair(
        self,
        damages: tuple[Damage, ...],
        progress: Progress | None = None,
        cancelled: Stop | None = None,
    ) -> RepairReport:
        """Mend what a check found. DISK_FULL | PROFILE_BUSY | Cancelled change nothing."""
        report = self._services.soundness.repair(damages, progress, cancelled)
        self._engine.mend_index()
        self._engine.wake()  # what is lost here and still on the server is fetched again
        return report

    def finish_index(self, progress: Progress | None = None, cancelled: Stop | None = None) -> None:
        """Make the index of words whole, in the calling thread."""
        self._services.soundness.finish_index(progress, cancelled)

    def trouble(self) -> ErrorCode | None:
        """Why nothing can be written just now (DISK_FULL | NOT_WRITABLE); None when all is well."""
        return self._services.soundness.trouble()

    def try_writing(self) -> bool:
        """Whether writing works again; then what waited goes on at once."""
        works = self._services.soundness.try_writing()
        if works:
            self._engine.wake()
        return works

    def kept_aside(self) -> tuple[str, ...]:
        """Names of damaged files that a repair kept, still encrypted."""
        return self._services.soundness.kept_aside()

    def let_go(self) -> None:
        """Delete them."""
        self._services.soundness.let_go()
