"""One octet of one file of a profile is changed; nobody may be given anything wrong for it."""

from __future__ import annotations

import contextlib
import json
import random
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QSettings

from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.services.indexing import IndexService
from mel_desktop.services.soundness import SoundnessService
from mel_desktop.store import integrity, reindexing, repair
from mel_desktop.store.database import Database
from mel_desktop.store.keyfiles import DATABASE
from mel_desktop.store.pages import PAGE
from tests.faults.store.tally import Tally, in_children, work_folder
from tests.support import full_profile
from tests.support.clock import JumpingClock
from tests.support.full_profile import contents, unlock

BATCH: Final = 100
MENDED: Final = 10  # one detected damage in so many is also repaired
# Of the flips of a profile, how many parts each file gets; others get one.
_SHARES: Final = {"store.db": 40, "store.db-wal": 25, "store.reserve": 1}
_HARMLESS: Final = frozenset({"store.db-shm", "store.reserve", "window.ini", "engine.lock"})
_QUESTIONS: Final = ("musee", "conseil classe", "sort*", '"objet 7"')


def run(count: int, seed: int, jobs: int) -> Tally:
    """``count`` flips, half of them in a profile that was killed and left its journal."""
    dice = random.Random(seed)
    with work_folder() as folder:
        made = _profiles(folder)
        work = []
        while count > 0:
            closed = len(work) % 2 == 0
            batch = min(count, BATCH)
            work.append({**made[0 if closed else 1], "count": batch, "seed": dice.getrandbits(32)})
            count -= batch
        return in_children("tests.faults.store.flips", work, jobs)


def _profiles(folder: Path) -> list[dict[str, str]]:
    """A closed profile, and one as a kill leaves it."""
    made = full_profile.make(folder / "closed", messages=60)
    settings = QSettings(str(made.folder / "window.ini"), QSettings.Format.IniFormat)
    settings.setValue("language", "fr")
    settings.setValue("geometry", QByteArray(bytes(range(60))))
    settings.sync()
    (made.folder / "engine.lock").touch()
    live = Path(shutil.copytree(made.folder, folder / "live"))
    database = unlock(live, made.recovery).open_database()
    for number in range(12):
        database.write(
            lambda tx, number=number: tx.run(
                "INSERT INTO correspondent (address, last_at) VALUES (?, 'x')", f"k{number}@x"
            ),
            durable=number % 2 == 0,
        )
    shutil.copytree(live, folder / "killed")
    database.close()
    code = made.recovery.reveal()
    return [
        {"folder": str(folder / name), "recovery": code, "work": str(folder)}
        for name in ("closed", "killed")
    ]


# -- in the child ----------------------------------------------------------------------------------


class _Trials:
    def __init__(self, folder: Path, recovery: Secret, work: Path, seed: int) -> None:
        self._base = folder
        self._recovery = recovery
        self._dice = random.Random(seed)
        self._copy = work / f"flip-{seed}"
        self._page: int | None = None  # that the flip is in
        self.counts: Counter[str] = Counter()
        self.failures: list[str] = []
        shutil.copytree(folder, self._copy)
        with self._opened() as database:
            self._expected = contents(database)
            self._answers = _answers(database)
            assert integrity.look(database) == ()

    def one(self) -> None:
        """Flip, open, check, read, and judge."""
        for path in self._copy.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != "store.reserve" or not (self._base / path.name).exists():
                path.unlink()
        for path in self._base.iterdir():
            if not (self._copy / path.name).exists():
                shutil.copy(path, self._copy / path.name)
        names = sorted(path.name for path in self._base.iterdir() if path.stat().st_size)
        name = self._dice.choices(names, [_SHARES.get(one, 3) for one in names])[0]
        octets = bytearray((self._copy / name).read_bytes())
        at, bit = self._dice.randrange(len(octets)), 1 << self._dice.randrange(8)
        octets[at] ^= bit
        (self._copy / name).write_bytes(octets)
        self._page = at // PAGE + 1 if name == DATABASE else None
        where = f"{self._base.name}/{name}"
        try:
            verdict = self._judge(name)
        except Exception as error:  # noqa: BLE001 judged: nothing but a StoreTrouble is right
            verdict = f"WRONG {type(error).__name__} {error}"[:200]
        self.counts[f"{where}: {verdict}"] += 1
        if verdict.startswith("WRONG"):
            self.failures.append(f"{where} octet {at} bit {bit}: {verdict}")
        if name == "store.reserve":
            octets[at] ^= bit
            (self._copy / name).write_bytes(octets)

    def _judge(self, name: str) -> str:
        if name == "window.ini":
            settings = QSettings(str(self._copy / name), QSettings.Format.IniFormat)
            for key in settings.allKeys():
                settings.value(key)
        try:
            with self._opened() as database:
                return self._look(database, name)
        except StoreTrouble as trouble:
            if trouble.code is not ErrorCode.DAMAGED:
                raise
        return self._mend_closed()

    def _look(self, database: Database, name: str) -> str:
        found = contents(database)
        whole = all(found[table] == rows for table, rows in self._expected.items()
                    if table not in ("meta", "sqlite_sequence"))  # fmt: skip
        index = IndexService(database)
        report = SoundnessService(database, self._vault, index, JumpingClock()).check()
        lost = any(one.is_loss for one in report.alarms)
        for table, rows in found.items():
            told = lost or table in ("meta", "sqlite_sequence")
            if rows is not None and not told and rows != self._expected[table]:
                return f"WRONG rows of {table}"
        if report.sound:
            if not whole or _answers(database) != self._answers:
                return "WRONG silent"
            if name in _HARMLESS:
                return "harmless"
            return (
                "harmless, written over" if self._is_written_over(database) else "WRONG not noticed"
            )
        if report.damages and self._dice.randrange(MENDED) == 0:
            done = repair.repair(database, report.damages)
            if done.reindexed:
                reindexing.reindex(database)
            left = integrity.look(database)
            if left:
                return f"WRONG after repair: {left[0].name}"
            return "detected, located, repaired"
        if report.damages:
            named = all(one.name and one.file for one in report.damages)
            return "detected, located" if named else "WRONG not located"
        return "detected, " + ("work is missing" if lost else "healed")

    def _is_written_over(self, database: Database) -> bool:
        """The journal held the page of the flip as it is to be, and the check brought it in."""
        if self._page is None:
            return False
        with database.page_file() as pages:
            return pages.is_sound(self._page)

    def _mend_closed(self) -> str:
        """It cannot be opened: then it can be mended."""
        vault = unlock(self._copy, self._recovery)
        repair.repair_file(vault.database_path, vault.key)
        with self._opened() as database:
            left = integrity.look(database)
        return "detected, not opened, repaired" if not left else f"WRONG after repair {left[0]}"

    @contextlib.contextmanager
    def _opened(self) -> Iterator[Database]:
        self._vault = unlock(self._copy, self._recovery)
        database = self._vault.open_database()
        try:
            yield database
        finally:
            database.close()


def _answers(database: Database) -> list[object]:
    """What a few searches find."""
    found: list[object] = []
    for question in _QUESTIONS:
        with database.fresh() as reader:
            found.append(
                reader.all(
                    "SELECT rowid FROM message_fts WHERE message_fts MATCH ? ORDER BY 1", question
                )
            )
    return found


def main() -> None:
    """One batch."""
    job = json.load(sys.stdin)
    integrity.RETRY_S = 0  # nobody else writes here
    trials = _Trials(
        Path(job["folder"]), Secret(job["recovery"]), Path(job["work"]), int(job["seed"])
    )
    for _ in range(int(job["count"])):
        trials.one()
    shutil.rmtree(trials._copy)
    print(json.dumps({"counts": trials.counts, "failures": trials.failures}))


if __name__ == "__main__":
    main()
