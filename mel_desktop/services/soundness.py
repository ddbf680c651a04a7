"""Is the store sound, what is missing, and how it is mended."""

from __future__ import annotations

import logging
from collections.abc import Callable

from mel_desktop.model.errors import ErrorCode, MelError, StoreTrouble
from mel_desktop.model.soundness import Alarm, CheckReport, Damage, RepairReport
from mel_desktop.ports import Clock
from mel_desktop.services.indexing import IndexService
from mel_desktop.store import alarms, integrity, repair
from mel_desktop.store.database import Database
from mel_desktop.store.vault import Vault

log = logging.getLogger("mel.store")
Progress = Callable[[int, int], None]
Stop = Callable[[], bool]


class SoundnessService:
    """The soundness of one open profile."""

    def __init__(self, database: Database, vault: Vault, index: IndexService, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._index = index
        self._unkept: tuple[Alarm, ...] = ()  # of this opening, not in the store yet
        found = alarms.of(database.missing, vault.healed, clock.now())
        if found:
            log.warning("noticed at opening: %s", ", ".join(one.kind.value for one in found))
            self._unkept = found
            self._keep()

    def alarms(self) -> tuple[Alarm, ...]:
        """What was noticed and nobody has acknowledged."""
        self._keep()
        try:
            with self._database.read() as reader:
                return (*alarms.every(reader), *self._unkept)
        except StoreTrouble as error:
            if error.code is not ErrorCode.DAMAGED:
                raise
            return self._unkept

    def repaired(self) -> RepairReport | None:
        """What the last repair did, until it is acknowledged."""
        with self._database.read() as reader:
            return alarms.repaired(reader)

    def acknowledge(self) -> None:
        """A person has seen what was noticed."""
        self._keep()
        self._database.write(alarms.acknowledge, durable=True)
        self._unkept = ()

    def check(self, progress: Progress | None = None, cancelled: Stop | None = None) -> CheckReport:
        """Read and authenticate everything. Cancelled."""
        files = tuple(Damage(name, name) for name in self._vault.damaged_files())
        found = integrity.look(self._database, progress=progress, cancelled=cancelled)
        return CheckReport((*files, *found), self.alarms())

    def repair(
        self,
        damages: tuple[Damage, ...],
        progress: Progress | None = None,
        cancelled: Stop | None = None,
    ) -> RepairReport:
        """Mend what a check found; the index of words is then made anew in the background.

        DISK_FULL | PROFILE_BUSY | Cancelled: nothing was changed then.
        """
        report = repair.repair(self._database, damages, progress=progress, cancelled=cancelled)
        self._vault.heal()
        return report

    def finish_index(self, progress: Progress | None = None, cancelled: Stop | None = None) -> None:
        """Index what is not indexed yet, in the calling thread. Cancelled."""
        self._index.finish(cancelled or (lambda: False), progress)

    def trouble(self) -> ErrorCode | None:
        """Why nothing can be written just now (DISK_FULL | NOT_WRITABLE); None when all is well."""
        return self._database.trouble

    def try_writing(self) -> bool:
        """Whether there is room again: an empty durable transaction."""
        try:
            self._database.write(lambda tx: None, durable=True)
        except StoreTrouble:
            return False
        return True

    def kept_aside(self) -> tuple[str, ...]:
        """Names of damaged files that were kept."""
        return tuple(path.name for path in repair.kept_aside(self._database.path))

    def let_go(self) -> None:
        """Delete the damaged files that were kept."""
        repair.let_go(self._database.path)

    def _keep(self) -> None:
        """Into the store, or later: a disk may be full."""
        if not self._unkept:
            return
        found, count = self._unkept, self._database.missing.count
        try:
            self._database.write(lambda tx: alarms.put(tx, found, count), durable=True)
        except MelError as error:
            log.warning("alarms: %s", error)
        else:
            self._unkept = ()
