"""Rows of the directory as values."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from mel_desktop.model.people import DirectoryEntry, EntryId, EntryKind
from mel_desktop.store.database import Row

ENTRY: Final = """e.id, e.key, e.kind, e.name, e.email, e.role, e.school, e.uai, e.classes, e.town,
                  e.phone"""
VISIBLE: Final = "e.since <= s.generation AND e.seen >= s.generation"


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry with its id and the name of its source."""

    id: EntryId
    entry: DirectoryEntry
    source: str


def entry_of(row: Sequence[object]) -> DirectoryEntry:
    """The value of a row that begins with ENTRY."""
    _, key, kind, name, email, role, school, uai, classes, town, phone = cast(
        "tuple[object, str, str, str, str, str, str, str, str, str, str]", row[:11]
    )
    return DirectoryEntry(
        key, EntryKind(kind), name, email, role, school, uai, tuple(json.loads(classes)), town,
        phone,
    )  # fmt: skip


def stored_of(row: Row) -> Stored:
    """The same of a row that goes on with the name of the source."""
    return Stored(EntryId(cast("int", row[0])), entry_of(row), cast("str", row[11]))
