"""Fills a store with messages by the functions that a sync calls, and counts the seconds of CPU."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC
from itertools import islice
from pathlib import Path
from typing import Final

from mel_desktop.logic.mime import parse_header, readable, text_sections
from mel_desktop.logic.mime_structure import split_structure
from mel_desktop.model.mail import Flags, Marks
from mel_desktop.ports import RemoteMessage
from mel_desktop.store import mailbox, reading
from mel_desktop.store.database import Database
from mel_desktop.store.mailbox import Incoming
from tests.benchmarks.store.corpus import APART
from tests.benchmarks.sync.mailbox import UNTIL
from tests.support.store import START

BATCH: Final = 500
SEEN: Final = Flags(Marks.SEEN, frozenset())


@dataclass(slots=True)
class Meter:
    """Seconds of CPU of the whole process, by step."""

    spent: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Add what is spent in here to a step."""
        begun = time.process_time()
        try:
            yield
        finally:
            self.spent[name] = self.spent.get(name, 0.0) + time.process_time() - begun


@dataclass(frozen=True, slots=True)
class Parsed:
    """A message ready to be stored."""

    incoming: Incoming
    text: reading.Readable
    header: bytes


def parse(uid: int, raw: bytes, count: int) -> Parsed:
    """All that is read of a message: header, structure, text."""
    data = raw.replace(b"\n", b"\r\n")
    found = split_structure(data)
    parts = tuple(one.part for one in found)
    header = data[: found[0].start] if found else data
    chosen = {one.number for one in text_sections(parts)}
    text = readable(
        [(one.part, data[one.start : one.end]) for one in found if one.part.number in chosen]
    )
    fields = parse_header(header)
    date = (UNTIL - APART * (count - uid)).astimezone(UTC)
    return Parsed(
        Incoming(RemoteMessage(uid, SEEN, date, len(data), header, parts), fields), text, header
    )


def store_some(
    database: Database, account: int, folder: int, some: Sequence[Parsed], *, downwards: bool = True
) -> None:
    """Rows, then texts, each in one transaction, as a sync of headers and one of texts do."""
    ids = database.write(
        lambda tx: mailbox.insert_messages(
            tx, account, folder, 1, [one.incoming for one in some], downwards=downwards
        )
    )
    bodies = [reading.Body(id_, one.text, one.header) for id_, one in zip(ids, some, strict=True)]
    bodies.sort(key=lambda body: body.message)
    database.write(lambda tx: reading.put_bodies(tx, bodies, START))


def fill(database: Database, account: int, folder: int, files: Iterable[Path], count: int) -> Meter:
    """Everything, newest first."""
    meter = Meter()
    source = iter(files)
    uid = count
    while paths := list(islice(source, BATCH)):
        with meter.step("parse"):
            some = [parse(uid - at, path.read_bytes(), count) for at, path in enumerate(paths)]
        uid -= len(paths)
        with meter.step("store"):
            store_some(database, account, folder, some)
    return meter
