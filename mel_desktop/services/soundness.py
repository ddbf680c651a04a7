"""Is the store sound, what is missing, and how it is mended."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from mel_desktop.model.errors import ErrorCode, MelError, StoreTrouble
from mel_desktop.model.soundness import Alarm, CheckReport, Damage, LastCheck, RepairReport
from mel_desktop.ports import Clock
from mel_desktop.store import alarms, patrol
from mel_desktop.store.database import Database
from mel_desktop.store.vault import Vault
from mel_desktop.store.witness import Witness

if TYPE_CHECKING:
    from mel_desktop.services.indexing import IndexService

log = logging.getLogger("mel.store")
Progress = Callable[[int, int], None]
Stop = Callable[[], bool]

WITNESS_S: Final = 300.0  # so long it may know of less than the store


class SoundnessService:
    """The soundness of one open profile."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        index: IndexService,
        clock: Clock,
        witness: Witness | None = None,
    ) -> None:
        """``witness``: None for a vault that is used once."""
        self._database = database
        self._vault = vault
        self._index = index
        self._clock = clock
        self._witness = witness
        self._witness_after = clock.monotonic() + WITNESS_S
        self._last = self._stored_check()
        self._unkept: tuple[Alarm, ...] = ()  # of this opening, not in the store yet
        self._count = database.missing.count  # from which durable work is to be counted
        older = self._missing_here()
        found = alarms.of(database.missing, vault.healed, clock.now(), older)
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
        from mel_desktop.store import integrity  # noqa: PLC0415 first needed here

        files = self.keys()
        found = integrity.look(self._database, progress=progress, cancelled=cancelled)
        self.note_check(LastCheck(self._clock.now(), (*files, *found)))
        return CheckReport((*files, *found), self.alarms())

    def last_check(self) -> LastCheck | None:
        """The last check of everything; None: none since the store was made or mended."""
        return self._last

    def note_check(self, done: LastCheck) -> None:
        """Everything was read and verified."""
        self._last = done
        try:
            self._database.write(lambda tx: patrol.put_last(tx, done))
        except MelError as error:  # it may be the very thing that is damaged
            log.warning("the check is not noted: %s", error)

    def keys(self) -> tuple[Damage, ...]:
        """Key files that are not as they should be."""
        return tuple(Damage(name, name) for name in self._vault.damaged_files())

    def repair(
        self,
        damages: tuple[Damage, ...],
        progress: Progress | None = None,
        cancelled: Stop | None = None,
    ) -> RepairReport:
        """Mend what a check found; the index of words is then made anew in the background.

        DISK_FULL | PROFILE_BUSY | Cancelled: nothing was changed then.
        """
        from mel_desktop.store import repair  # noqa: PLC0415 seldom

        report = repair.repair(self._database, damages, progress=progress, cancelled=cancelled)
        self._vault.heal()
        self._database.write(patrol.forget)
        self._last = None
        if self._witness is not None:  # what a repair saved is less than what there was, and told
            self._witness.put(self._counted() or 0)
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
        from mel_desktop.store import repair  # noqa: PLC0415 seldom

        return tuple(path.name for path in repair.kept_aside(self._database.path))

    def let_go(self) -> None:
        """Delete the damaged files that were kept."""
        from mel_desktop.store import repair  # noqa: PLC0415 seldom

        repair.let_go(self._database.path)

    # -- the witness -------------------------------------------------------------------------------

    def tend(self, _: Stop) -> None:
        """As app.keeper calls it: the witness hears of what was stored, every few minutes."""
        if self._clock.monotonic() >= self._witness_after:
            self.tell_witness()

    def tell_witness(self) -> None:
        """It knows of all that is stored now."""
        self._witness_after = self._clock.monotonic() + WITNESS_S
        if self._witness is None:
            return
        count = self._counted()
        if count is not None:
            self._witness.keep(count)

    def _missing_here(self) -> int:
        """Durable changes that this PC remembers and the store does not hold, beyond those that its
        own seal misses.
        """
        count = self._counted() if self._witness is not None else None
        if self._witness is None or count is None:
            return 0
        known = self._witness.count()
        if known <= max(count, self._count):
            return 0
        self._count = known
        return known - count

    def _counted(self) -> int | None:
        """None where the store cannot say."""
        try:
            with self._database.read() as reader:
                return alarms.counted(reader)
        except MelError as error:
            log.info("not counted: %s", error)
            return None

    # -- inside ------------------------------------------------------------------------------------

    def _stored_check(self) -> LastCheck | None:
        try:
            with self._database.read() as reader:
                return patrol.last(reader)
        except MelError as error:
            log.info("no last check: %s", error)
            return None

    def _keep(self) -> None:
        """Into the store, or later: a disk may be full."""
        if not self._unkept:
            return
        found, count = self._unkept, self._count
        try:
            self._database.write(lambda tx: alarms.put(tx, found, count), durable=True)
        except MelError as error:
            log.warning("alarms: %s", error)
        else:
            self._unkept = ()
