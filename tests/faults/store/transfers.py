"""The disk fills up while a backup is restored, mail is imported, a seed made or opened.

At each point: a clear error that says what to do, nothing of it half there, all that was there
before untouched; and once there is room, the same again brings what a run with room brings, once.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.app.wording import action, sentence
from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, MelError
from mel_desktop.model.transfer import ExportKind
from mel_desktop.services import backups, importing
from mel_desktop.store.database import Database, Reader
from mel_desktop.store.vault import Vault
from mel_desktop.system.clock import SystemRandomness
from tests.faults.store.fills import DISK, Disk
from tests.faults.store.load import faults
from tests.faults.store.tally import Tally, in_children, work_folder
from tests.support import full_profile, thunderbird_book
from tests.support.clock import JumpingClock
from tests.support.transfer_world import as_mbox, letter

BATCH: Final = 30
SMALL: Final = 20  # messages of a batch, so that a disk may fill between two
GREAT: Final = 60_000  # octets above which a message passes through in pieces
LETTERS: Final = 60
IMPORTS: Final = ("mbox", "maildir", "eml", "thunderbird", "archive")
DEEDS: Final = (
    "restore", "import archive", "seed open", "restore over", "import mbox", "seed create",
    "import thunderbird", "import maildir", "import eml", "backup", "export archive", "export mbox",
)  # fmt: skip


def run(count: int, seed: int, jobs: int) -> Tally:
    """``count`` full disks, each deed as often as the others."""
    dice = random.Random(seed)
    if os.name != "posix" or os.geteuid() != 0 or not shutil.which("mount"):
        return Tally(failures=["mounting a small tmpfs needs root"])
    with work_folder() as folder:
        base = _prepare(folder / "base", random.Random(seed))
        work = []
        batch = min(BATCH, -(-count // jobs))
        for start in range(0, count, batch):
            disk = folder / f"disk{len(work)}"
            disk.mkdir()
            work.append({
                "base": str(folder / "base"), "disk": str(disk), "start": start,
                "count": min(batch, count - start), "seed": dice.getrandbits(32), **base,
            })  # fmt: skip
        return in_children("tests.faults.store.transfers", work, jobs)


# -- what there is before --------------------------------------------------------------------------


def _prepare(base: Path, dice: random.Random) -> dict[str, object]:
    """A profile, an empty one, a backup, a seed, sources; what each deed brings where there is
    room.
    """
    made = full_profile.make(base / "profile", messages=40)
    bare = _bare(base / "bare")
    sources = base / "sources"
    sources.mkdir()
    letters = [
        letter(n, attached=dice.randbytes(dice.choice((0, 2_000, 30_000, 70_000))))
        for n in range(LETTERS)
    ]
    _write_sources(sources, letters)
    facade = _opened(base / "bare", bare)
    code = facade.transfer.seed_code()
    facade.close()
    facade = _opened(base / "profile", made.recovery)
    facade.transfer.back_up(base / "s.mel")
    facade.transfer.create_seed(base / "seed", code, everything=True)
    before = _held(facade)
    facade.close()
    shutil.copytree(base / "profile", base / "scratch")
    facade = _opened(base / "scratch", made.recovery)
    account = facade.accounts()[0].id
    facade.transfer.import_mail(sources / "mbox", account)
    chosen = [one.id for one in facade.folders() if one.path.endswith("Importés/mbox")]
    facade.transfer.export_mail(ExportKind.ARCHIVE, sources / "archive.zip", chosen)
    facade.close()
    shutil.rmtree(base / "scratch")
    return {"recovery": made.recovery.reveal(), "bare": bare.reveal(), "code": code,
            "before": _as_list(before)}  # fmt: skip


def _bare(folder: Path) -> Secret:
    vault = Vault.create(
        folder, passphrase=full_profile.PASSPHRASE, secrets=None, randomness=SystemRandomness(),
        clock=JumpingClock(),
    )  # fmt: skip
    code = vault.new_recovery_code()
    vault.open_database().close()
    return code


def _write_sources(sources: Path, letters: list[bytes]) -> None:
    (sources / "mbox").write_bytes(as_mbox(letters))
    for part in ("cur", "new", "tmp"):
        (sources / "maildir" / part).mkdir(parents=True)
    (sources / "eml").mkdir()
    profile = sources / "thunderbird"
    (profile / "Mail" / "Local Folders").mkdir(parents=True)
    (profile / "Mail" / "Local Folders" / "Archives").write_bytes(as_mbox(letters))
    for number, one in enumerate(letters):
        (sources / "maildir" / "cur" / f"{number:03}.host:2,S").write_bytes(one)
        (sources / "eml" / f"{number:03}.eml").write_bytes(one)
    thunderbird_book.write(
        profile / "abook.sqlite",
        {
            f"{n}": {"DisplayName": f"Parent {n}", "PrimaryEmail": f"parent{n}@ac-exemple.fr"}
            for n in range(1200)
        },
    )


# -- one full disk ---------------------------------------------------------------------------------


@dataclass(slots=True)
class _Room:
    """A small disk, and what to do on it."""

    base: Path
    disk: Disk
    recovery: Secret
    bare: Secret
    code: str
    before: Counter[str]

    @property
    def profile(self) -> Path:
        return self.disk.place / "profile"

    def one(self, deed: str, dice: random.Random) -> tuple[str, list[str]]:
        """(how it ended, what is wrong)."""
        if deed.startswith("restore"):
            return self._restore(over=deed.endswith("over"), dice=dice)
        seeds = deed == "seed open"
        recovery = self.bare if seeds else self.recovery
        shutil.copytree(self.base / ("bare" if seeds else "profile"), self.profile)
        facade = _opened(self.profile, recovery)
        try:
            return self._in_profile(deed, facade, dice)
        finally:
            self.disk.clear()
            facade.close()

    def _restore(self, *, over: bool, dice: random.Random) -> tuple[str, list[str]]:
        target = self.profile
        if over:
            shutil.copytree(self.base / "bare", target)
        old = _files(target)

        def deed() -> None:
            wiring.restore_profile(
                self.base / "s.mel", target, recovery=self.recovery, use_keyring=False, replace=over
            )

        need = (self.base / "s.mel").stat().st_size
        self.disk.stuff(dice.randrange(need * 5 // 4))
        how, found = _tried(deed)
        beside = [one.name for one in self.disk.place.iterdir()]
        if how == "full":
            if _files(target) != old or target.exists() != over:
                found.append("what was there is not as it was")
            if sorted(beside) != sorted({"films.bin", *(["profile"] if over else [])}):
                found.append(f"left beside: {beside}")
            self.disk.clear()
            found += [f"later: {one}" for one in _again(deed)]
        self.disk.clear()
        facade = _opened(target, self.recovery)
        if _held(facade) != self.before:
            found.append("the restored vault holds something else")
        found += faults(_database(facade), [], whole=False)
        facade.close()
        if over:
            (aside,) = self.disk.place.glob("profile.before-restore-*")
            if _files(aside) != old:
                found.append("the old vault is not as it was")
        return how, found

    def _in_profile(self, name: str, facade: Facade, dice: random.Random) -> tuple[str, list[str]]:
        target = self.disk.place / "out"
        account = facade.accounts()[0].id if facade.accounts() else None
        kind = name.rpartition(" ")[2]
        source = self.base / "sources" / (f"{kind}.zip" if kind == "archive" else kind)
        told: list[tuple[int, int]] = []

        def deed() -> None:
            if name == "seed create":
                facade.transfer.create_seed(target, self.code, everything=True)
            elif name == "seed open":
                facade.transfer.open_seed(self.base / "seed")
            elif name == "backup":
                facade.transfer.back_up(target)
            elif name.startswith("export"):
                facade.transfer.export_mail(ExportKind(kind), target)
            else:
                assert account is not None
                done = facade.transfer.import_mail(source, account)
                told.append((done.imported, len(done.problems)))

        writes = name in ("seed create", "backup") or name.startswith("export")
        need = 3_000_000 if name.startswith("import") else (self.base / "seed").stat().st_size * 2
        before = _held(facade)
        self.disk.stuff(dice.randrange(need))
        how, found = _tried(deed)
        database = _database(facade)
        if how == "full":
            if writes and (target.exists() or list(self.disk.place.glob(".mel-*"))):
                found.append("half a file is left")
            if not before <= _held(facade):
                found.append("something that was there is gone")
            found += faults(database, [], whole=False)
            self.disk.clear()
            found += [f"later: {one}" for one in _again(deed)]
        after = _held(facade)
        found += [f"at the end: {one}" for one in faults(database, [], whole=False)]
        if writes:
            if after != before or not target.exists():
                found.append("it was to be written, and nothing else")
        elif name == "seed open":
            if sum(after.values()) < 40:
                found.append("messages of the seed are missing")
        else:
            found += _missing(before, after, told, has_book=kind == "thunderbird")
        return how, found


def _missing(
    before: Counter[str], after: Counter[str], told: list[tuple[int, int]], *, has_book: bool
) -> list[str]:
    new = after - before
    letters = [one for one in new if one.startswith("m ")]
    found = []
    if len(letters) != LETTERS or any(new[one] != 1 for one in letters):
        found.append(f"{len(letters)} letters, of {LETTERS}, or some of them twice")
    if told[-1] != (LETTERS, 0):
        found.append(f"it tells {told[-1]}")
    if sum(one.startswith("e ") for one in new) != (1200 if has_book else 0):
        found.append("the address book is not there as it should be")
    return found


def _tried(deed: Callable[[], None]) -> tuple[str, list[str]]:
    try:
        deed()
    except MelError as error:
        if error.code is not ErrorCode.DISK_FULL:
            return "full", [f"the disk is full, and it says {error.code.text} {error.facts}"]
        said = [
            words(error.code, language, error.facts)
            for words in (sentence, action) for language in ("fr", "en")
        ]  # fmt: skip
        return "full", [] if all(said) else ["it does not say what to do"]
    return "had room enough", []


def _again(deed: Callable[[], None]) -> list[str]:
    try:
        deed()
    except MelError as error:
        return [f"there is room, and it says {error.code.text} {error.facts}"]
    return []


# -- looking ---------------------------------------------------------------------------------------


def _opened(profile: Path, recovery: Secret) -> Facade:
    return wiring.open_profile(profile, recovery=recovery, use_keyring=False, offline=True)


def _database(facade: Facade) -> Database:
    return facade._services.database


def _files(folder: Path) -> dict[str, bytes]:
    """Those of the vault."""
    return {one.name: one.read_bytes() for one in folder.glob("store.*") if one.is_file()}


def _held(facade: Facade) -> Counter[str]:
    """Messages with all that is here of them, drafts and people, each as a line."""
    with _database(facade).fresh() as reader:
        return Counter(_lines(reader))


def _lines(reader: Reader) -> list[str]:
    rows = reader.all(
        """SELECT 'm ' || m.message_id || '|' || m.subject || '|' || m.size || '|' || m.marks
                  || '|' || m.body || '|' || f.path || '|' ||
                  (SELECT count(*) FROM part AS p JOIN blob AS b ON b.id = p.blob_id
                    WHERE p.message_id = m.id AND b.complete = 1)
             FROM message AS m JOIN folder AS f ON f.id = m.folder_id
            UNION ALL SELECT 'd ' || draft_id || '|' || revision FROM draft_revision
            UNION ALL SELECT 'e ' || e.name || '|' || e.email FROM entry AS e
                        JOIN source AS s ON s.id = e.source_id
                       WHERE e.since <= s.generation AND e.seen >= s.generation"""
    )
    return [str(row[0]) for row in rows]


def _as_list(held: Counter[str]) -> list[tuple[str, int]]:
    return sorted(held.items())


def main() -> None:
    """One batch on one disk."""
    job = json.load(sys.stdin)
    dice = random.Random(job["seed"])
    importing.BATCH = SMALL  # type: ignore[misc]
    importing.GREAT = GREAT  # type: ignore[misc]
    backups.PIECE = 64 * 1024  # type: ignore[misc]
    place = Path(job["disk"])
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(place)]
    subprocess.run(mount, check=True)
    counts: Counter[str] = Counter()
    failures: list[str] = []
    try:
        room = _Room(
            Path(job["base"]), Disk(place), Secret(job["recovery"]), Secret(job["bare"]),
            job["code"], Counter(dict(job["before"])),
        )  # fmt: skip
        for number in range(job["start"], job["start"] + job["count"]):
            deed = DEEDS[number % len(DEEDS)]
            for one in place.iterdir():
                shutil.rmtree(one) if one.is_dir() else one.unlink()
            how, found = room.one(deed, dice)
            counts[f"{deed}: {how}"] += 1
            failures += [f"{number} {deed}: {one}" for one in found]
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)
    print(json.dumps({"counts": counts, "failures": failures}))


if __name__ == "__main__":
    main()
