"""The disk fills up under load, and is given room again: nothing acknowledged is lost meanwhile,
what is here can be read, and work goes on in the same process.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Final

from mel_desktop.model.errors import ErrorCode, MelError
from tests.faults.store.load import Load, faults, opened
from tests.faults.store.tally import Tally, in_children, work_folder
from tests.support import full_profile

BATCH: Final = 25
DISK: Final = "32m"
MOST_STEPS: Final = 3000
_MOST_FREE: Final = 1_500_000


def run(count: int, seed: int, jobs: int) -> Tally:
    """``count`` full disks, each on a small tmpfs."""
    dice = random.Random(seed)
    if os.name != "posix" or os.geteuid() != 0 or not shutil.which("mount"):
        return Tally(failures=["mounting a small tmpfs needs root"])
    with work_folder() as folder:
        made = full_profile.make(folder / "base", messages=60)
        work = []
        while count > 0:
            batch = min(count, BATCH)
            disk = folder / f"disk{len(work)}"
            disk.mkdir()
            work.append({
                "folder": str(made.folder), "recovery": made.recovery.reveal(),
                "disk": str(disk), "count": batch, "seed": dice.getrandbits(32),
            })  # fmt: skip
            count -= batch
        return in_children("tests.faults.store.fills", work, jobs)


class Disk:
    """A small disk that can be stuffed, and given room again."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._ballast = place / "films.bin"

    def stuff(self, left: int) -> None:
        """Fill it but for ``left`` octets."""
        free = shutil.disk_usage(self.place).free
        with self._ballast.open("ab", buffering=0) as file:
            while free > left:
                size = min(1 << 20, free - left)
                try:
                    file.write(bytes(size))
                except OSError:
                    return
                free -= size

    def clear(self) -> None:
        """Room again."""
        self._ballast.unlink(missing_ok=True)


def _one(disk: Disk, profile: Path, recovery: str, dice: random.Random) -> tuple[str, list[str]]:
    told: list[str] = []
    database = opened(profile, recovery)
    try:
        load = Load(database, dice.getrandbits(32), told.append)
        for _ in range(dice.randint(0, 10)):
            load.step()
        if dice.random() < 0.5:  # sometimes even durable work finds no reserve
            (profile / "store.reserve").unlink(missing_ok=True)
        disk.stuff(dice.randrange(_MOST_FREE))
        full = _until_full(load)
        found = faults(database, told, whole=False)
        if full is not ErrorCode.DISK_FULL:
            found.append(f"the disk is full, and the store says {full}")
        again = dice.random() < 0.5
        if again:  # opened while there is no room at all
            database.close()
            disk.stuff(0)
            database = opened(profile, recovery)
            found += [f"opened full: {one}" for one in faults(database, told, whole=False)]
            load = Load(database, dice.getrandbits(32), told.append)
        disk.clear()
        try:
            for _ in range(10):
                load.step()
        except MelError as error:
            found.append(f"there is room, and the store says {error.code.text}")
        found += [f"later: {one}" for one in faults(database, told, whole=True)]
        if database._alone:
            found.append("still on one connection")
    finally:
        database.close()
    return "opened anew while full" if again else "went on in the same process", found


def _until_full(load: Load) -> ErrorCode | None:
    for _ in range(MOST_STEPS):
        try:
            load.step()
        except MelError as error:
            return error.code
    return None


def main() -> None:
    """One batch on one disk."""
    job = json.load(sys.stdin)
    dice = random.Random(job["seed"])
    place = Path(job["disk"])
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(place)]
    subprocess.run(mount, check=True)
    counts: Counter[str] = Counter()
    failures: list[str] = []
    try:
        disk, profile = Disk(place), place / "profile"
        for _ in range(job["count"]):
            shutil.rmtree(profile, ignore_errors=True)
            shutil.copytree(job["folder"], profile)
            how, found = _one(disk, profile, job["recovery"], dice)
            counts[how] += 1
            failures += found
            disk.clear()
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)
    print(json.dumps({"counts": counts, "failures": failures}))


if __name__ == "__main__":
    main()
