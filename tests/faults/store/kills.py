"""A writer under load is killed (-9) at any moment; what it acknowledged is there."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Final

from tests.faults.store.load import Load, faults, opened
from tests.faults.store.tally import Tally, in_children, work_folder
from tests.support import full_profile

BATCH: Final = 50  # kills of one profile, one after another
WHOLE: Final = 10  # every so many, the whole store is looked at
LONGEST_S: Final = 0.25


def run(count: int, seed: int, jobs: int) -> Tally:
    """``count`` kills."""
    dice = random.Random(seed)
    with work_folder() as folder:
        made = full_profile.make(folder / "base", messages=60)
        work = []
        while count > 0:
            batch = min(count, BATCH)
            work.append({
                "folder": str(made.folder), "recovery": made.recovery.reveal(),
                "work": str(folder), "count": batch, "seed": dice.getrandbits(32),
            })  # fmt: skip
            count -= batch
        return in_children("tests.faults.store.kills", work, jobs)


def _write(folder: Path, recovery: str, seed: int, pipe: int) -> None:
    """In the process that dies. A line is told only once the deed is acknowledged."""
    load = Load(
        opened(folder, recovery), seed, lambda line: os.write(pipe, f"{line}\n".encode()) and None
    )
    while True:
        load.step()


def _kill_one(folder: Path, recovery: str, dice: random.Random) -> tuple[list[str], bool]:
    """What was acknowledged, and whether a journal was left behind."""
    reading, writing = os.pipe()
    child = os.fork()  # no thread here: the store is open in children only
    if child == 0:
        try:
            os.close(reading)
            _write(folder, recovery, dice.getrandbits(32), writing)
        except BaseException as error:  # noqa: BLE001 told to the one who judges
            os.write(writing, f"died {type(error).__name__} {error}\n".encode())
        os._exit(3)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        first = told.readline()
        time.sleep(dice.random() * LONGEST_S)
        os.kill(child, signal.SIGKILL)
        rest = told.read()
    os.waitpid(child, 0)
    lines = (first + rest).decode().split("\n")[:-1]
    return lines, (folder / "store.db-wal").exists()


def _judge(folder: Path, recovery: str, told: list[str], *, whole: bool) -> list[str]:
    """In a process of its own, for it starts threads."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        found = ["the judge crashed"]
        try:
            database = opened(folder, recovery)
            found = faults(database, told, whole=whole)
            database.close()
        except BaseException as error:  # noqa: BLE001 told
            found = [f"{type(error).__name__} {error}"]
        os.write(writing, json.dumps(found).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        found = json.loads(answer.read() or b'["the judge died"]')
    os.waitpid(child, 0)
    return [str(one) for one in found]


def main() -> None:
    """One batch."""
    job = json.load(sys.stdin)
    dice = random.Random(job["seed"])
    folder = Path(job["work"]) / f"kill-{job['seed']}"
    shutil.copytree(job["folder"], folder)
    counts: Counter[str] = Counter()
    failures: list[str] = []
    for number in range(job["count"]):
        told, left = _kill_one(folder, job["recovery"], dice)
        counts["kills"] += 1
        counts["acknowledged deeds"] += len(told)
        counts["kills that left a journal"] += left
        failures += [one for one in told if one.startswith("died")]
        last = number == job["count"] - 1
        whole = number % WHOLE == 0 or last
        failures += _judge(folder, job["recovery"], told, whole=whole)
    shutil.rmtree(folder)
    print(json.dumps({"counts": counts, "failures": failures}))


if __name__ == "__main__":
    main()
