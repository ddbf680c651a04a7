"""Rows of the directory as values; and lean ones, read further only where they are shown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from json.encoder import encode_basestring as _quoted
from typing import Any, Final, cast

from mel_desktop.logic import directory_query
from mel_desktop.model.people import DirectoryEntry, EntryId, EntryKind, Profile, SourceId
from mel_desktop.model.values import dataclass
from mel_desktop.store.database import Row

ENTRY: Final = """e.id, e.key, e.kind, e.name, e.email, e.role, e.school, e.uai, e.classes, e.town,
                  e.phone, e.more, e.source_id"""
VISIBLE: Final = "e.since <= s.generation AND e.seen >= s.generation"
COLUMNS: Final = 13  # of ENTRY
NOTHING_MORE: Final = "{}"
NO_CLASSES: Final = "[]"
_LISTS: Final = ("more_emails", "more_phones", "subjects", "same_as")
# Ten times as quick as asking the class.
_KINDS: Final = {kind.value: kind for kind in EntryKind}
_PROFILES: Final = {profile.value: profile for profile in Profile}
_PUPIL: Final = f'"profile":"{Profile.PUPIL.value}"'  # cannot stand inside a JSON text
_OF_A_PROFILE: Final = '"profile":"'


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
        key, _KINDS[kind], name, email, role, school, uai,
        () if classes == NO_CLASSES else tuple(json.loads(classes)), town,
        phone, **({} if more == NOTHING_MORE else _more(more)),
    )  # fmt: skip


def values_of(entry: DirectoryEntry) -> tuple[str, ...]:
    """The columns of ENTRY from ``key`` to ``more``."""
    return (
        entry.key, entry.kind._value_, entry.name, entry.email, entry.role, entry.school, entry.uai,
        _listed(entry.classes) if entry.classes else NO_CLASSES, entry.town, entry.phone,
        more_of(entry),
    )  # fmt: skip


class Lean:
    """A row read as far as its rank depends on it: making the whole of it takes four times as long,
    and of a hundred that fit what is typed eight are shown.
    """

    __slots__ = (
        "_row", "_stored", "email", "id", "is_pupil", "key", "kind", "name", "source", "uai",
    )  # fmt: skip

    def __init__(self, row: Row) -> None:
        id_, key, kind, name, email, role, _, uai = cast(
            "tuple[int, str, str, str, str, str, str, str]", row[:8]
        )
        more = cast("str", row[11])
        self._row = row
        self._stored: Stored | None = None
        self.id = EntryId(id_)
        self.key = key
        self.kind = _KINDS[kind]
        self.name = name
        self.email = email
        self.uai = uai
        self.source = cast("str", row[COLUMNS])
        self.is_pupil = _PUPIL in more or (
            bool(role) and _OF_A_PROFILE not in more and directory_query.says_pupil(role)
        )

    @property
    def stored(self) -> Stored:
        """All of it."""
        if self._stored is None:
            self._stored = stored_of(self._row)
            self._row = ()
        return self._stored

    @property
    def entry(self) -> DirectoryEntry:
        """What the source says."""
        return self.stored.entry


def more_of(entry: DirectoryEntry) -> str:
    """What few entries have, as JSON; empty fields are left out.

    Always in this order and as ``to_json`` writes it: rows are compared as they are stored.
    """
    said = []
    if profile := entry.profile._value_:  # ``value`` takes five times as long
        said.append(f'"profile":"{profile}"')
    if entry.family_name:
        said.append(f'"family_name":{_quoted(entry.family_name)}')
    if entry.title:
        said.append(f'"title":{_quoted(entry.title)}')
    if entry.web:
        said.append(f'"web":{_quoted(entry.web)}')
    if entry.about:
        said.append(f'"about":{_quoted(entry.about)}')
    if entry.more_emails:
        said.append(f'"more_emails":{_listed(entry.more_emails)}')
    if entry.more_phones:
        said.append(f'"more_phones":{_listed(entry.more_phones)}')
    if entry.subjects:
        said.append(f'"subjects":{_listed(entry.subjects)}')
    if entry.same_as:
        said.append(f'"same_as":{_listed(entry.same_as)}')
    return f"{{{','.join(said)}}}" if said else NOTHING_MORE


def _listed(texts: tuple[str, ...]) -> str:
    if len(texts) == 1:
        return f"[{_quoted(texts[0])}]"
    return f"[{','.join(map(_quoted, texts))}]"


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
        found["profile"] = _PROFILES[found["profile"]]
    return found
