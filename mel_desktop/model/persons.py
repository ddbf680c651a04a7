"""Persons of the directory as a teacher sees them: cards put together from all sources."""

from __future__ import annotations

from datetime import datetime

from mel_desktop.model.followups import Followup
from mel_desktop.model.mail import MessageRow
from mel_desktop.model.people import (
    DirectoryEntry,
    DirectoryHit,
    DirectorySource,
    EntryId,
    Part,
    Relation,
    SourceId,
)
from mel_desktop.model.values import dataclass


@dataclass(frozen=True, slots=True)
class Stamp:
    """A source that a card draws on: as of when, and whether the copy is whole."""

    source: SourceId
    name: str
    as_of: datetime | None
    complete: bool


@dataclass(frozen=True, slots=True)
class ClassPart:
    """A class or group that somebody is in, and as what; ``subject`` for teachers."""

    group: EntryId
    name: str
    school: str
    part: Part
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Relative:
    """Somebody of a pupil's family, or a pupil of a guardian's."""

    hit: DirectoryHit
    relation: Relation
    is_legal: bool
    is_contact: bool


@dataclass(frozen=True, slots=True)
class PersonCard:
    """All that is known of one entry: ``entry`` is put together from ``stamps``' copies.

    ``ids``: its rows in each source, the first one the most telling.
    """

    ids: tuple[EntryId, ...]
    entry: DirectoryEntry
    stamps: tuple[Stamp, ...]
    classes: tuple[ClassPart, ...] = ()
    family: tuple[Relative, ...] = ()
    note: str = ""
    photo: bytes = b""


@dataclass(frozen=True, slots=True)
class FamilyCard:
    """A family: a pupil, brothers and sisters who share a guardian, and the guardians of that
    pupil; or a guardian, their pupils, and all guardians of these.

    ``unreachable``: names of guardians without an address.
    """

    pupils: tuple[DirectoryHit, ...]
    guardians: tuple[Relative, ...]
    unreachable: tuple[str, ...]
    stamps: tuple[Stamp, ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """Mail with a person or a family: newest first, and what waits for an answer.

    ``more``: there are older ones; ask again with the last message's id as ``before``.
    """

    messages: tuple[MessageRow, ...]
    waiting: tuple[Followup, ...] = ()
    more: bool = False


@dataclass(frozen=True, slots=True)
class PendingRefresh:
    """A new copy of a source that would take so much away that a person is asked.

    ``shown``: entries of the copy that is shown meanwhile. ``samples``: some names that would go.
    """

    source: DirectorySource
    read_at: datetime
    shown: int
    would_remove: int
    would_hold: int
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """What the person at this PC wrote of somebody; ``names``: "" where no source has them."""

    id: int
    text: str
    saved_at: datetime
    name: str = ""
