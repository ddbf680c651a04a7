"""What takes room in the database file, summed from our own tables.

``dbstat`` would decrypt every page. Here the tables that hold contents are read for their lengths
(SQLite reads no overflow page for that), an index is measured by the ends of its segments, and what
is left over is rows and structure. 100,000 messages: see tests/benchmarks (store).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import field
from datetime import datetime, timedelta
from heapq import nlargest
from typing import Final, cast

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.mail import FolderId
from mel_desktop.model.storage import FolderRoom, Going, HeavyMessage, Proposal
from mel_desktop.model.values import dataclass
from mel_desktop.store.database import Reader
from mel_desktop.store.mailbox import first_id
from mel_desktop.store.quota import HEAVY, heavy
from mel_desktop.store.retention import LISTED_WITHIN, SAFE, SLOT
from mel_desktop.store.times import to_text

MOST_HEAVY: Final = 50
OLD: Final = timedelta(days=365)
SAMPLE: Final = 500  # entries of the directory that are weighed
ENTRY_OVERHEAD: Final = 60  # octets of an entry beside its texts, and its place in indexes
# A page of a segment of FTS5: id = segment << 37 | page (fts5_index.c, FTS5_SEGMENT_ROWID)
SEGMENT_BITS: Final = 37
LEAVES: Final = (1 << 31) - 1
FTS_PAGE: Final = 4050  # FTS5_DEFAULT_PAGE_SIZE
ROLES: Final = {Going.JUNK: "junk", Going.TRASH: "trash"}


@dataclass(frozen=True, slots=True)
class Pages:
    """The database file as SQLite counts it, in octets."""

    total: int
    free: int


@dataclass(slots=True)
class Contents:
    """Octets as stored, by message and by blob."""

    texts: dict[int, int] = field(default_factory=dict)
    blobs: dict[int, int] = field(default_factory=dict)
    owners: dict[int, list[int]] = field(default_factory=dict)  # blob -> messages, ascending
    writing: set[int] = field(default_factory=set)  # blobs of drafts and outgoing messages

    def files_of(self, chosen: Callable[[int], bool]) -> int:
        """Octets of attachments that nobody but the chosen messages holds."""
        return sum(
            self.blobs.get(blob, 0)
            for blob, messages in self.owners.items()
            if blob not in self.writing and all(map(chosen, messages))
        )


def pages(reader: Reader) -> Pages:
    """From the header of the file: no scan."""
    size = cast("int", reader.value("PRAGMA page_size"))
    total = cast("int", reader.value("PRAGMA page_count"))
    free = cast("int", reader.value("PRAGMA freelist_count"))
    return Pages(total * size, free * size)


def contents(reader: Reader) -> Contents:
    """Lengths of all texts and attachments."""
    found = Contents()
    for message, octets in cast(
        "list[tuple[int, int]]",
        reader.all(
            """SELECT message_id, length(text) + coalesce(length(html), 0) + length(header)
                 FROM body"""
        ),
    ):
        found.texts[message] = octets
    for blob, octets in cast(
        "list[tuple[int, int]]", reader.all("SELECT blob_id, length(z) FROM chunk")
    ):
        found.blobs[blob] = found.blobs.get(blob, 0) + octets
    for blob, message in cast(
        "list[tuple[int, int]]",
        reader.all(
            """SELECT DISTINCT blob_id, message_id FROM part INDEXED BY part_blob
                WHERE blob_id IS NOT NULL ORDER BY blob_id, message_id"""
        ),
    ):
        found.owners.setdefault(blob, []).append(message)
    found.writing = {
        cast("int", blob)
        for (blob,) in reader.all(
            "SELECT blob_id FROM draft_attachment UNION SELECT blob_id FROM outbox"
        )
    }
    return found


def by_folder(reader: Reader, found: Contents) -> tuple[FolderRoom, ...]:
    """Folders, the heaviest first. An attachment of several messages counts once, for the first."""
    folder_of = dict(cast("list[tuple[int, int]]", reader.all("SELECT id, folder_id FROM message")))
    texts: dict[int, int] = {}
    files: dict[int, int] = {}
    for message, octets in found.texts.items():
        folder = folder_of.get(message, 0)
        texts[folder] = texts.get(folder, 0) + octets
    for blob, messages in found.owners.items():
        folder = folder_of.get(messages[0], 0)
        files[folder] = files.get(folder, 0) + found.blobs.get(blob, 0)
    rows = reader.all("SELECT id, account_id, path, total FROM folder")
    rooms = [
        FolderRoom(
            AccountId(cast("int", account)),
            FolderId(cast("int", id_)),
            cast("str", path),
            cast("int", total),
            texts.get(cast("int", id_), 0),
            files.get(cast("int", id_), 0),
        )
        for id_, account, path, total in rows
    ]
    return tuple(sorted(rooms, key=lambda one: (-one.octets, one.account, one.path)))


def heaviest(reader: Reader, found: Contents) -> tuple[HeavyMessage, ...]:
    """Messages that take most room here; a shared attachment counts for each of them."""
    here = dict(found.texts)
    for blob, messages in found.owners.items():
        for message in messages:
            here[message] = here.get(message, 0) + found.blobs.get(blob, 0)
    largest = nlargest(MOST_HEAVY, here.items(), key=lambda one: (one[1], one[0]))
    rows = reader.all(
        f"{HEAVY} WHERE m.id IN (SELECT value FROM json_each(?))",  # noqa: S608 constant
        json.dumps([message for message, _ in largest]),
    )
    listed = [heavy(row, here[cast("int", row[0])]) for row in rows]
    return tuple(sorted(listed, key=lambda one: (-one.here, -one.id)))


def proposals(reader: Reader, found: Contents, now: datetime) -> tuple[Proposal, ...]:
    """What may go because the server has it."""
    old = {message for messages in found.owners.values() for message in messages}
    edge = first_id(now - OLD + SLOT)
    made = []
    for what in Going:
        role = ROLES.get(what)
        if role is None:
            some = json.dumps([message for message in old if message < edge])
            chosen = _safe(reader, _OLD, some, now)
        else:
            chosen = _safe(reader, _ROLE, role, now)
        octets = found.files_of(chosen.__contains__)
        full = chosen & old
        if role is not None:
            octets += sum(found.texts.get(message, 0) for message in chosen)
            full |= chosen & found.texts.keys()
        if full:
            made.append(Proposal(what, len(full), octets))
    return tuple(made)


_OLD: Final = "m.id IN (SELECT value FROM json_each(?3)) AND m.received_at < ?4"
_ROLE: Final = "m.folder_id IN (SELECT id FROM folder WHERE role = ?3) AND ?4 <> ''"


def _safe(reader: Reader, condition: str, value: str, now: datetime) -> set[int]:
    """Ids of messages that fit and that the server has for sure."""
    rows = reader.all(
        f"""SELECT m.id FROM message AS m JOIN location AS l ON l.message_id = m.id
              JOIN folder AS f ON f.id = m.folder_id
             WHERE {condition} AND {SAFE}""",  # noqa: S608 constants
        1,
        to_text(now - LISTED_WITHIN),
        value,
        to_text(now - OLD),
    )
    return {cast("int", id_) for (id_,) in rows}


def duplicates(found: Contents) -> tuple[int, int]:
    """(attachments that several messages hold, octets saved by keeping them once)."""
    several = [blob for blob, messages in found.owners.items() if len(messages) > 1]
    saved = sum(found.blobs.get(blob, 0) * (len(found.owners[blob]) - 1) for blob in several)
    return len(several), saved


def writing(reader: Reader, found: Contents) -> int:
    """Drafts with their revisions and files, outgoing messages."""
    drafts = reader.value("SELECT coalesce(sum(length(content)), 0) FROM draft_revision")
    files = sum(found.blobs.get(blob, 0) for blob in found.writing - found.owners.keys())
    return cast("int", drafts) + files


def index(reader: Reader, table: str) -> int:
    """Octets of a full-text index: pages from the first to the last of each of its segments."""
    octets, segment = 0, 0
    while True:
        value = reader.value(f"SELECT min(segid) FROM {table}_idx WHERE segid > ?", segment)  # noqa: S608 constants of this module's callers
        if value is None:
            return octets
        segment = cast("int", value)
        low = segment << SEGMENT_BITS
        ends = [  # one at a time: min and max together would read the whole range
            reader.value(
                f"SELECT {end}(id) FROM {table}_data WHERE id BETWEEN ? AND ?",  # noqa: S608 as above
                low,
                low + LEAVES,
            )
            for end in ("min", "max")
        ]
        if None not in ends:
            first, last = cast("list[int]", ends)
            octets += (last - first + 1) * FTS_PAGE


def extracted(reader: Reader) -> int:
    """Texts that were taken out of attachments to be searched."""
    value = reader.value("SELECT coalesce(sum(length(text)), 0) FROM attachment_text")
    return cast("int", value)


def directory(reader: Reader) -> int:
    """Entries, weighed by a sample, and their index."""
    row = reader.one(
        """SELECT coalesce(avg(length(key) + length(name) + length(email) + length(role)
                      + length(school) + length(classes) + length(town) + length(phone)), 0)
             FROM (SELECT * FROM entry ORDER BY id DESC LIMIT ?)""",
        SAMPLE,
    )
    count = cast("int", reader.value("SELECT coalesce(sum(count), 0) FROM source"))
    each = float(cast("float", row[0])) if row is not None else 0.0
    weight = each + ENTRY_OVERHEAD if count else 0.0
    return int(count * weight) + index(reader, "entry_fts")


def segments(reader: Reader, table: str) -> int:
    """How many pieces a full-text index lies in."""
    number, segment = 0, 0
    while True:
        value = reader.value(f"SELECT min(segid) FROM {table}_idx WHERE segid > ?", segment)  # noqa: S608 constants of this module's callers
        if value is None:
            return number
        number, segment = number + 1, cast("int", value)
