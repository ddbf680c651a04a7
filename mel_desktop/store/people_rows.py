"""Rows of the directory as values."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from mel_desktop.model.people import DirectoryEntry, EntryId, EntryKind, Profile, SourceId
from mel_desktop.store.database import Row, to_json

ENTRY: Final = """e.id, e.key, e.kind, e.name, e.email, e.role, e.school, e.uai, e.classes, e.town,
                  e.phone, e.more, e.source_id"""
VISIBLE: Final = "e.since <= s.generation AND e.seen >= s.generation"
COLUMNS: Final = 13  # of ENTRY
NOTHING_MORE: Final = "{}"
NO_CLASSES: Final = "[]"
_TEXTS: Final = ("family_name", "title", "web", "about")
_LISTS: Final = ("more_emails", "more_phones", "subjects", "same_as")


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry with its id and its source."""

    id: EntryId
    entry: DirectoryEntry
    source: str
    source_id: SourceId


def entry_of(row: Sequence[object]) -> DirectoryEntry:
    """The value of a row that begins with ENTRY."""
    _, key, kind, name, email, role, school, uai, classes, town, phone, more = cast(
        "tuple[object, str, str, str, str, str, str, str, str, str, str, str]", row[:12]
    )
    return DirectoryEntry(
        key, EntryKind(kind), name, email, role, school, uai,
        () if classes == NO_CLASSES else tuple(json.loads(classes)), town,
        phone, **({} if more == NOTHING_MORE else _more(more)),
    )  # fmt: skip


def values_of(entry: DirectoryEntry) -> tuple[str, ...]:
    """The columns of ENTRY from ``key`` to ``more``."""
    return (
        entry.key, entry.kind.value, entry.name, entry.email, entry.role, entry.school, entry.uai,
        to_json(entry.classes) if entry.classes else NO_CLASSES, entry.town, entry.phone,
        more_of(entry),
    )  # fmt: skip


def more_of(entry: DirectoryEntry) -> str:
    """What few entries have, as JSON; empty fields are left out."""
    stored: dict[str, Any] = {}
    if entry.profile is not Profile.OTHER:
        stored["profile"] = entry.profile.value
    for name in (*_TEXTS, *_LISTS):
        value = getattr(entry, name)
        if value:
            stored[name] = value
    return to_json(stored) if stored else NOTHING_MORE


def stored_of(row: Row) -> Stored:
    """The same of a row that goes on with the name of the source."""
    return Stored(
        EntryId(cast("int", row[0])),
        entry_of(row),
        cast("str", row[COLUMNS]),
        SourceId(cast("int", row[12])),
    )


def _more(stored: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(stored)
    for name in _LISTS:
        if name in found:
            found[name] = tuple(found[name])
    if "profile" in found:
        found["profile"] = Profile(found["profile"])
    return found
