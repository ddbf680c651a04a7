"""What it costs to store and index what a sync brings, in seconds of CPU.

Run by itself: ``pytest -s tests/benchmarks/test_storing.py`` prints a table by step; MEL_MESSAGES
sets how many. CPU time only, since other work moves a clock. The bounds are far above what is
measured on one quiet machine: they catch a plan gone wrong, not a slow day.
"""

from __future__ import annotations

import gc
import os
import random
import re
import resource
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from pathlib import Path
from typing import Final

from mel_desktop.logic.mime import parse_header, readable, text_sections
from mel_desktop.logic.mime_structure import RawPart, header_end, split_structure
from mel_desktop.model.mail import Flags, Marks
from mel_desktop.net.imap_fetch import HEADER_FIELDS
from mel_desktop.ports import RemoteMessage
from mel_desktop.store import blobs, mailbox, reading
from mel_desktop.store.database import Database, Transaction
from mel_desktop.store.mailbox import Incoming
from tests.benchmarks.sync.letters import Scribe, Wanted
from tests.benchmarks.sync.mailbox import UNTIL, quantile, served
from tests.support.store import START, plant_account, plant_folder, store

MESSAGES: Final = int(os.environ.get("MEL_MESSAGES", "2000"))
ROWS: Final = 500  # of one answer, as the sync asks
TEXTS: Final = 75
WHOLE_OCTETS: Final = 512 * 1024
TEXT_LIMIT: Final = 64 * 1024
_ASKED: Final = re.compile(
    rb"(?im)^(?:" + b"|".join(HEADER_FIELDS.split()) + rb"):.*\r\n(?:[ \t].*\r\n)*"
)


@dataclass(frozen=True, slots=True)
class Served:
    """A message as the server has it. ``texts``: sections of the text parts."""

    raw: bytes
    remote: RemoteMessage
    texts: dict[str, bytes]


@dataclass(slots=True)
class Meter:
    """Seconds of CPU by step."""

    spent: dict[str, float] = field(default_factory=dict)
    longest: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Add what happens in here, in all threads, to a step."""
        begun = time.process_time()
        try:
            yield
        finally:
            took = time.process_time() - begun
            self.spent[name] = self.spent.get(name, 0.0) + took
            self.longest[name] = max(took, self.longest.get(name, 0.0))

    def tell(self, count: int) -> None:
        """Print the table."""
        print()
        for name, spent in self.spent.items():
            print(
                f"{name:24} {spent:7.3f} s  {1e6 * spent / count:7.0f} us each"
                f"  longest {1e3 * self.longest[name]:6.1f} ms"
            )
        total = sum(self.spent.values())
        print(f"{'in all':24} {total:7.3f} s  {1e6 * total / count:7.0f} us each")


def generated(count: int) -> list[Served]:
    """The mailbox, out of the sight of the garbage collector: a sync does not hold it."""
    every = list(letters(count))
    gc.collect()
    gc.freeze()
    return every


def letters(count: int) -> Iterator[Served]:
    """Messages of the generated school mailbox, oldest first."""
    dice = random.Random(7)
    scribe = Scribe(dice)
    shares = [(number + 0.5) / count for number in range(count)]
    dice.shuffle(shares)
    for number, share in enumerate(shares):
        date = UNTIL - timedelta(minutes=157 * (count - number))
        wanted = Wanted(number, quantile(share), date, attached=share > 0.852)
        raw = served(scribe.letter(wanted))
        found = split_structure(raw)
        yield Served(raw, _remote(number + 1, raw, found, wanted), _texts(raw, found))


def _remote(uid: int, raw: bytes, found: Sequence[RawPart], wanted: Wanted) -> RemoteMessage:
    head, _ = header_end(raw)
    header = b"".join(_ASKED.findall(raw[:head])) + b"\r\n"
    flags = Flags(Marks.SEEN if uid % 7 else Marks.NONE, frozenset())
    date = wanted.date.astimezone(UTC)
    return RemoteMessage(uid, flags, date, len(raw), header, tuple(one.part for one in found))


def _texts(raw: bytes, found: Sequence[RawPart]) -> dict[str, bytes]:
    chosen = {part.number for part in text_sections(tuple(one.part for one in found))}
    return {
        one.part.number: raw[one.start : one.end][:TEXT_LIMIT]
        for one in found
        if one.part.number in chosen
    }


def batches(every: Sequence[Served], size: int) -> Iterator[Sequence[Served]]:
    """Slices of a sequence."""
    for start in range(0, len(every), size):
        yield every[start : start + size]


def store_rows(
    database: Database, meter: Meter, every: Sequence[Served], account: int, folder: int
) -> dict[int, int]:
    """Rows newest first, as a first sync does. UID -> message."""
    ids: dict[int, int] = {}
    for some in batches(every[::-1], ROWS):
        with meter.step("read headers"):
            new = [Incoming(one.remote, parse_header(one.remote.header)) for one in some]
        with meter.step("store rows"):
            added = database.write(
                lambda tx, new=new: mailbox.insert_messages(  # type: ignore[misc]
                    tx, account, folder, 1, new, downwards=True
                )
            )
        ids.update((one.remote.uid, id_) for one, id_ in zip(some, added, strict=True))
    return ids


def test_rows_and_texts(tmp_path: Path) -> None:
    every = generated(MESSAGES)
    meter = Meter()
    with store(tmp_path) as database:
        account = plant_account(database)
        folder = plant_folder(database, account)
        ids = store_rows(database, meter, every, account, folder)
        for some in batches(every[::-1], TEXTS):
            with meter.step("read texts"):
                read = []
                for one in some:
                    chosen = text_sections(one.remote.parts)
                    text = readable([(part, one.texts[part.number]) for part in chosen])
                    read.append((ids[one.remote.uid], text))
                read.sort(key=lambda pair: pair[0])
            with meter.step("store texts"):
                database.write(lambda tx, read=read: _put_bodies(tx, read))  # type: ignore[misc]
        with meter.step("close"):
            database.close()
    octets = sum(len(text) for one in every for text in one.texts.values())
    print(f"\n{octets / MESSAGES:.0f} octets of text each; store {_mb(tmp_path)} MB")
    meter.tell(MESSAGES)
    assert sum(meter.spent.values()) / MESSAGES < 0.02


def test_whole_messages(tmp_path: Path) -> None:
    count = MESSAGES // 2
    every = generated(count)
    meter = Meter()
    with store(tmp_path) as database:
        account = plant_account(database)
        folder = plant_folder(database, account)
        ids = store_rows(database, Meter(), every, account, folder)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for some in _by_octets(every[::-1]):
            with meter.step("read"):
                read = []
                for one in some:
                    found = split_structure(one.raw)
                    chosen = {part.number for part in text_sections(tuple(f.part for f in found))}
                    text = readable(
                        [(f.part, one.raw[f.start : f.end]) for f in found
                         if f.part.number in chosen]
                    )  # fmt: skip
                    header = one.raw[: found[0].start]
                    read.append(reading.Body(ids[one.remote.uid], text, header))
                read.sort(key=lambda body: body.message)
            with meter.step("hash and pack"):
                packed = [(ids[one.remote.uid], blobs.pack(one.raw)) for one in some]
            with meter.step("store"):
                database.write(lambda tx, packed=packed, read=read: _put(tx, packed, read))  # type: ignore[misc]
        with meter.step("close"):
            database.close()
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    octets = sum(len(one.raw) for one in every)
    spent = sum(meter.spent.values())
    print(f"\n{octets / count:.0f} octets each; {octets / spent / 1e6:.0f} MB a second of CPU")
    print(f"store {_mb(tmp_path)} MB of {octets // 1_000_000}; peak memory grown by {grown} MiB")
    meter.tell(count)
    assert octets / spent > 4e6
    assert grown < 96


def _by_octets(every: Sequence[Served]) -> Iterator[Sequence[Served]]:
    some: list[Served] = []
    for one in every:
        some.append(one)
        if sum(len(that.raw) for that in some) >= WHOLE_OCTETS:
            yield some
            some = []
    yield some


def _put(
    tx: Transaction, packed: Sequence[tuple[int, blobs.Packed]], read: Sequence[reading.Body]
) -> None:
    reading.put_wholes(tx, packed, START)
    reading.put_bodies(tx, read, START)


def _put_bodies(tx: Transaction, read: Sequence[tuple[int, reading.Readable]]) -> None:
    reading.put_bodies(tx, [reading.Body(message, text) for message, text in read], START)


def _mb(folder: Path) -> int:
    return sum(one.stat().st_size for one in folder.iterdir()) // 1_000_000
