"""The generated mailbox: a Maildir that every program indexes, and the queries drawn from it."""

from __future__ import annotations

import json
import random
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from mel_desktop.logic.folding import searchable
from mel_desktop.logic.mime import readable
from mel_desktop.logic.mime_structure import split_structure
from tests.benchmarks.sync.letters import Scribe, Wanted
from tests.benchmarks.sync.mailbox import UNTIL

SHARD: Final = 1000  # messages of one folder on the disk
SIZES: Final = (1_300, 4_500)  # octets of a message without attachments
QUERIES: Final = 80  # of each kind
SAMPLE: Final = 10  # words are counted in one of so many messages
APART: Final = timedelta(minutes=16)  # from one message to the next


@dataclass(frozen=True, slots=True)
class Corpus:
    """``queries``: kind -> what a person types."""

    folder: Path
    count: int
    octets: int
    queries: dict[str, list[str]]

    def files(self) -> Iterator[Path]:
        """Newest first, as a first sync comes by."""
        for number in range(self.count - 1, -1, -1):
            yield path_of(self.folder, number)


def path_of(folder: Path, number: int) -> Path:
    """Where a message lies. One Maildir: notmuch and mu look into all of its folders."""
    return _shard(folder, number) / "cur" / f"{number:06}.mel:2,S"


def ensure(folder: Path, count: int, seed: int) -> Corpus:
    """The mailbox, made once; what was broken off goes on at the thousand where it stopped."""
    folder = folder / f"{count}-{seed}"
    told = folder / "corpus.json"
    if not told.is_file():
        _make(folder, count, seed)
        octets, queries = _look_through(folder, count, seed)
        written = told.with_suffix(".new")
        written.write_text(json.dumps({"octets": octets, "queries": queries}, ensure_ascii=False))
        written.replace(told)
    found = json.loads(told.read_text())
    return Corpus(folder, count, found["octets"], found["queries"])


def _shard(folder: Path, number: int) -> Path:
    return folder / "mail" / f"part{number // SHARD:03}"


def _make(folder: Path, count: int, seed: int) -> None:
    """A thousand at a time, each from dice of its own, so that none depends on those before."""
    dice = random.Random(seed)
    scribe = Scribe(dice)
    for first in range(0, count, SHARD):
        shard = _shard(folder, first)
        if shard.is_dir():
            continue
        if first and first % (10 * SHARD) == 0:
            print(f"  {first} messages generated", file=sys.stderr, flush=True)
        dice.seed(f"{seed} {first}")
        making = folder / "making"
        shutil.rmtree(making, ignore_errors=True)
        for name in ("cur", "new", "tmp"):
            (making / name).mkdir(parents=True)
        for number in range(first, min(first + SHARD, count)):
            date = UNTIL - APART * (count - number)
            raw = scribe.letter(Wanted(number, dice.randint(*SIZES), date, attached=False))
            (making / "cur" / path_of(folder, number).name).write_bytes(raw)
        shard.parent.mkdir(exist_ok=True)
        making.replace(shard)


def _look_through(folder: Path, count: int, seed: int) -> tuple[int, dict[str, list[str]]]:
    dice = random.Random(f"{seed} queries")
    octets = 0
    spread: Counter[str] = Counter()
    runs: list[tuple[str, ...]] = []
    for number in range(count):
        path = path_of(folder, number)
        octets += path.stat().st_size
        if number % SAMPLE == 0:
            words = _words(path.read_bytes())
            spread.update(set(words))
            place = dice.randrange(max(1, len(words) - 3))
            runs.append(tuple(words[place : place + 3]))
    return octets, _draw(dice, spread, [one for one in runs if len(one) == 3])


def _words(raw: bytes) -> list[str]:
    data = raw.replace(b"\n", b"\r\n")
    text = readable(
        [(one.part, data[one.start : one.end]) for one in split_structure(data)]
    ).search_text
    return [one for one in searchable(text).lower().split() if one.isalpha()]


def _draw(
    dice: random.Random, spread: Counter[str], runs: list[tuple[str, ...]]
) -> dict[str, list[str]]:
    """Queries by how many messages have their words, as measured before (store.md section 3)."""
    whole = len(runs) or 1

    def words(low: float, high: float) -> list[str]:
        some = sorted(one for one, count in spread.items() if low <= count / whole < high)
        return dice.choices(some or sorted(spread), k=QUERIES)

    rare, mid, common = words(0, 0.002), words(0.002, 0.02), words(0.1, 2)
    sample = dice.choices(runs, k=QUERIES)
    return {
        "one rare word": [f"{one} " for one in rare],
        "one word": [f"{one} " for one in mid],
        "one common word": [f"{one} " for one in common],
        "two words": [f"{one[0]} {one[2]} " for one in sample],
        "prefix of 2": [one[:2] for one in common],
        "prefix of 3": [one[:3] for one in mid],
        "prefix of 5": [one[:5] for one in mid],
        "two words, prefix": [f"{one[0]} {one[1]} {one[2][:3]}" for one in sample],
        "phrase": [f'"{one[0]} {one[1]}" ' for one in sample],
    }
