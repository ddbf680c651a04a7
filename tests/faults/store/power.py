"""The power fails at any moment of a vault's life: of what the disk had not confirmed, anything may
be gone, torn or out of order. What was acknowledged as durable is there all the same, nothing is
missing in the midst, nothing is called damaged, and every key is readable.

The disk is a model (``disk``), the record comes of the real store at work (``recorder``): a vault
is made, filled, written to, given a name, compacted, given another data key, closed and opened.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, MelError, StoreTrouble
from mel_desktop.store import compaction, seal
from mel_desktop.store.database import Database, Transaction
from mel_desktop.store.vault import Vault
from mel_desktop.system.clock import SystemRandomness
from tests.faults.store.disk import Disk, Event, Image, Kind
from tests.faults.store.load import Load, faults
from tests.faults.store.reading_load import KINDS
from tests.faults.store.recorder import recording
from tests.faults.store.tally import Tally, in_children, work_folder
from tests.support import full_profile
from tests.support.clock import JumpingClock

BATCH: Final = 100  # images of one life
NUMBER: Final = "power."  # meta: each deed is followed by a commit that is numbered
_OPTIONAL: Final = frozenset({ErrorCode.NO_VAULT})


def run(
    count: int,
    seed: int,
    jobs: int,
    *,
    batch: int = BATCH,
    deeds: int = 40,
    is_deaf: bool = False,
) -> Tally:
    """``count`` images, as many lives as it takes. ``is_deaf``: a disk that says it has synced and
    has not, to show that loss is seen.
    """
    dice = random.Random(seed)
    with work_folder() as folder:
        work = []
        while count > 0:
            some = min(count, batch)
            work.append({
                "work": str(folder), "count": some, "deeds": deeds, "seed": dice.getrandbits(32),
                "deaf": is_deaf,
            })  # fmt: skip
            count -= some
        return in_children("tests.faults.store.power", work, jobs)


class Ring:
    """A keyring in memory (ports.SecretStore): the quickest way in."""

    def __init__(self) -> None:
        self._kept: dict[str, Secret] = {}

    def get(self, name: str) -> Secret | None:
        return self._kept.get(name)

    def put(self, name: str, secret: Secret) -> None:
        self._kept[name] = secret

    def remove(self, name: str) -> None:
        self._kept.pop(name, None)


# -- a life ---------------------------------------------------------------------------------------


class _Life:
    """What a vault goes through, told as it is acknowledged."""

    def __init__(self, folder: Path, ring: Ring, seed: int, tell: object) -> None:
        self._folder = folder
        self._ring = ring
        self._dice = random.Random(seed)
        assert callable(tell)
        self._tell = tell
        self._numbered = 0
        self._database: Database | None = None

    def live(self, deeds: int) -> None:
        """From its creation to its end."""
        clock = JumpingClock()
        vault = Vault.create(
            self._folder, passphrase=None, secrets=self._ring, randomness=SystemRandomness(),
            clock=clock, label="0",
        )  # fmt: skip
        self._tell("vault")
        database = vault.open_database()
        full_profile.fill(database, clock, 6, self._dice)
        self._tell("filled")
        great = [self._renamed, self._compacted, self._rekeyed, self._reopened]
        self._dice.shuffle(great)
        for number in range(deeds):
            load = Load(database, self._dice.getrandbits(32), self._tell)
            load.step()
            self._number(database, durable=False)
            if self._dice.random() < 0.3:
                self._number(database, durable=True)
            if self._dice.random() < 0.2:
                database._checkpoint_idle()
            if number % max(1, deeds // len(great)) == 0 and great:
                database = great.pop()(vault, database)
        database.close()
        self._tell("closed")

    def _number(self, database: Database, *, durable: bool) -> None:
        self._numbered += 1
        number = self._numbered

        def work(tx: Transaction) -> None:
            tx.run("INSERT INTO meta (name, value) VALUES (?, '')", f"{NUMBER}{number}")

        database.write(work, durable=durable)
        self._tell(f"number {number} {int(durable)}")

    def _renamed(self, vault: Vault, database: Database) -> Database:
        for name in ("1", "2", "3"):
            vault.set_label(name)
            self._tell(f"label {name}")
        return database

    def _compacted(self, _: Vault, database: Database) -> Database:
        compaction.compact(database)
        self._tell("compacted")
        return database

    def _rekeyed(self, vault: Vault, database: Database) -> Database:
        vault.rekey(database)
        self._tell("rekeyed")
        return database

    def _reopened(self, vault: Vault, database: Database) -> Database:
        database.close()
        self._tell("closed")
        return vault.open_database()


# -- what is left of it ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Said:
    """What was acknowledged before the cut, and what was about to be."""

    told: tuple[str, ...]
    next: str

    @property
    def durable(self) -> int:
        """So many of them must be there: all to the last durable one."""
        places = [place for place, line in enumerate(self.told, 1) if _is_durable(line)]
        return places[-1] if places else 0


def _is_durable(line: str) -> bool:
    """Whether the database was on the disk, to this very deed, when the line was told."""
    kind, *rest = line.split()
    return kind not in ("mail", "label", "seen") and not (kind == "number" and rest[1] == "0")


def _judge(folder: Path, ring: Ring, said: _Said) -> tuple[list[str], int]:
    """What is wrong with an image; how many commits that were not durable are missing."""
    try:
        vault = Vault.open(
            folder, secrets=ring, randomness=SystemRandomness(), clock=JumpingClock()
        )
        database = vault.open_database()
    except StoreTrouble as error:
        if "vault" not in said.told and error.code in _OPTIONAL:
            return [], 0
        return [f"{error.code.text} {error.facts}"], 0
    try:
        found = [f"a key file is called damaged: {name}" for name in vault.healed]
        numbers, missing = _numbers(database, said)
        found += numbers
        must = _kept(said, database)
        looked_for = ("mail", "draft", "flag", "outbox", *KINDS)
        lines = [one for one in must if one.split()[0] in looked_for]
        if said.next.startswith("flag "):  # it may have gone through untold
            lines = [one for one in lines if not one.startswith(said.next[:-1])]
        found += faults(database, lines, whole=True)
        labels = [one.split()[1] for one in said.told if one.startswith("label ")] or ["0"]
        if vault.facts().label < labels[-1]:
            found.append(f"acknowledged and lost: label {labels[-1]}")
    finally:
        database.close()
    return found, missing


def _numbers(database: Database, said: _Said) -> tuple[list[str], int]:
    """The numbered commits are there without a gap, to the last durable one at least."""
    here = _numbers_here(database)
    told = [int(one.split()[1]) for one in said.told if one.startswith("number ")]
    must = [int(one.split()[1]) for one in said.told[: said.durable] if one.startswith("number ")]
    found = []
    if here != list(range(1, len(here) + 1)):
        found.append(f"a gap: {here}")
    if must and (not here or here[-1] < must[-1]):
        found.append(f"acknowledged and lost: number {must[-1]}, {here[-1:]} is the last")
    return found, max(0, len(told) - len(here))


def _numbers_here(database: Database) -> list[int]:
    with database.fresh() as reader:
        rows = reader.all("SELECT name FROM meta WHERE name GLOB 'power.*'")
    return sorted(int(str(name).removeprefix(NUMBER)) for (name,) in rows)


def _kept(said: _Said, database: Database) -> Sequence[str]:
    """What must be there: all before the last durable one, and before the last number that is."""
    here = _numbers_here(database)
    last = said.durable
    if here:
        for place, line in enumerate(said.told, 1):
            if line.startswith(f"number {here[-1]} "):
                last = max(last, place)
    return said.told[:last]


def _points(events: Sequence[Event], count: int, dice: random.Random) -> list[int]:
    """Where the power fails: anywhere, and more often where names change."""
    moves = [
        place
        for place, one in enumerate(events)
        if one.kind in (Kind.LINK, Kind.UNLINK, Kind.RENAME, Kind.SYNC_FOLDER)
    ]
    near = [
        min(len(events), max(0, dice.choice(moves) + dice.randint(-2, 3)))
        for _ in range(count // 3)
    ]
    return sorted([*near, *(dice.randint(0, len(events)) for _ in range(count - len(near)))])


def _write(folder: Path, image: Image, dice: random.Random) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    for name, octets in image.files.items():
        (folder / name).write_bytes(octets)
    if dice.random() < 0.3:  # of the readers' shared memory anything may be left
        (folder / "store.db-shm").write_bytes(dice.randbytes(32768))


def _said(events: Sequence[Event], point: int) -> _Said:
    told = tuple(one.name for one in events[:point] if one.kind is Kind.ACK)
    coming = next((one.name for one in events[point:] if one.kind is Kind.ACK), "")
    return _Said(told, coming)


def _in_clear(events: Sequence[Event]) -> list[str]:
    """The layer lies below the cipher: what it sees means nothing."""
    told = b"\0".join(one.data for one in events if one.kind is Kind.WRITE)
    return [f"in clear: {word!r}" for word in (b"SQLite format", b"Brouillon", b"CREATE TABLE")
            if word in told]  # fmt: skip


def main() -> None:
    """One life, and so many images of it."""
    job = json.load(sys.stdin)
    dice = random.Random(job["seed"])
    folder = Path(job["work"]).resolve() / f"power-{job['seed']}"
    live, image = folder / "live", folder / "image"
    live.mkdir(parents=True)
    ring = Ring()
    with recording(live) as record:
        _Life(live, ring, dice.getrandbits(32), record.told).live(job["deeds"])
    seal._boot_text = lambda: "another start of the computer"
    disk, done = Disk(record.before), 0
    counts: Counter[str] = Counter()
    failures = _in_clear(record.events)
    for point in _points(record.events, job["count"], dice):
        for event in record.events[done:point]:
            if not (job["deaf"] and event.kind is Kind.SYNC and dice.random() < 0.9):
                disk.follow(event)
        done = point
        made = disk.cut(dice)
        _write(image, made, dice)
        said = _said(record.events, point)
        try:
            found, missing = _judge(image, ring, said)
        except MelError as error:
            found, missing = [f"{error.code.text} {error.facts}"], 0
        if found and (keep := os.environ.get("MEL_KEEP_IMAGES")):
            shutil.copytree(image, Path(keep) / f"{job['seed']}-{point}", dirs_exist_ok=True)
        failures += [f"power {job['seed']} at {point}, before {said.next!r}: {one}"
                     for one in found]  # fmt: skip
        counts["images"] += 1
        counts["images with a file that is torn"] += made.torn > 0
        counts["images that lack something not synced"] += made.lost > 0
        counts["durable acknowledgements expected"] += said.durable
        counts["commits lost that were not durable"] += missing
    counts["writes and syncs recorded"] += sum(
        one.kind in (Kind.WRITE, Kind.SYNC, Kind.SYNC_FOLDER) for one in record.events
    )
    counts["acknowledged as durable and lost"] += sum("and lost" in one for one in failures)
    shutil.rmtree(folder)
    print(json.dumps({"counts": counts, "failures": failures}))


if __name__ == "__main__":
    main()
