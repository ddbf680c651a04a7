"""A directory of several sources for tests, on a real store."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mel_desktop.model.people import (
    DirectoryEntry,
    DirectoryHit,
    EntryId,
    EntryKind,
    ImportReport,
    Item,
    Membership,
    Part,
    Profile,
    Relation,
    SourceId,
    Tie,
)
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.directory import Directory
from mel_desktop.services.followups import Followups
from mel_desktop.services.persons import Persons
from mel_desktop.services.recipient_groups import RecipientGroups
from mel_desktop.store.database import Database
from tests.support.clock import JumpingClock
from tests.support.store import open_store

UAI = "0350896J"
SCHOOL = "Collège Jean Charcot"


@dataclass(slots=True)
class Listed:
    """A reader of what a test says."""

    items: Sequence[Item | BaseException]
    format_name: str = "aaf"
    is_delta: bool = False
    complete: bool = True
    attribution: str = ""
    state: Mapping[str, Any] | None = None
    unchanged: bool = False
    cuts: tuple[str, ...] = ()
    before: Mapping[str, Any] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Item]:
        for item in self.items:
            if isinstance(item, BaseException):
                raise item
            yield item


class World:
    """The services of the directory of one profile."""

    def __init__(self, folder: Path, key: bytes | None = None) -> None:
        self.folder, self.key = folder, key or os.urandom(32)
        self.clock = JumpingClock()
        self.open()

    def open(self) -> None:
        """Once more, after ``close``."""
        self.database: Database = open_store(self.folder, self.key)
        self.directory = Directory(self.database, None, self.clock, lambda: False)  # type: ignore[arg-type]
        followups = Followups(self.database, Accounts(self.database, self.clock), self.clock)
        self.persons = Persons(self.database, followups, self.clock)
        self.groups = RecipientGroups(self.database, self.clock)

    def read(self, name: str, *items: Item | BaseException, **more: Any) -> ImportReport:
        """Import these as the source of this name."""
        accept = more.pop("accept", False)
        reader = Listed(items, **more)
        return self.directory.import_reader(
            reader, name=name, url=f"{name}.xml", accept_removals=accept
        )

    def source(self, name: str) -> SourceId:
        return next(one.id for one in self.directory.sources() if one.name == name)

    def id_of(self, key: str, source: str | None = None) -> EntryId:
        """The shown row with this key."""
        with self.database.read() as reader:
            rows = reader.all(
                """SELECT e.id, s.name FROM entry e JOIN source s ON s.id = e.source_id
                    WHERE e.key = ? AND e.since <= s.generation AND e.seen >= s.generation""",
                key,
            )
        (found,) = [row[0] for row in rows if source in (None, row[1])]
        return EntryId(int(str(found)))

    def hit(self, query: str, kind: EntryKind | None = None) -> DirectoryHit:
        (found,) = self.directory.search(query, kind=kind).hits
        return found

    def names(self, query: str) -> list[str]:
        return [hit.entry.name for hit in self.directory.search(query).hits]

    def rows(self, table: str) -> int:
        with self.database.read() as reader:
            return int(str(reader.value(f"SELECT count(*) FROM {table}")))

    def close(self) -> None:
        self.database.close()


def person(key: str, name: str, email: str = "", **fields: Any) -> DirectoryEntry:
    return DirectoryEntry(key, EntryKind.PERSON, name, email, **fields)


def pupil(key: str, name: str, email: str = "", **fields: Any) -> DirectoryEntry:
    return person(key, name, email, profile=Profile.PUPIL, uai=UAI, school=SCHOOL, **fields)


def guardian(key: str, name: str, email: str = "", **fields: Any) -> DirectoryEntry:
    return person(key, name, email, profile=Profile.GUARDIAN, **fields)


def teacher(key: str, name: str, email: str = "", **fields: Any) -> DirectoryEntry:
    return person(key, name, email, profile=Profile.TEACHER, uai=UAI, school=SCHOOL, **fields)


def class_of(label: str, **fields: Any) -> DirectoryEntry:
    return DirectoryEntry(
        f"classe:{label}", EntryKind.GROUP, label, role="classe", school=SCHOOL, uai=UAI,
        classes=(label,), **fields,
    )  # fmt: skip


def in_class(label: str, key: str, part: Part = Part.PUPIL, role: str = "") -> Membership:
    return Membership(f"classe:{label}", key, role, part)


def legal(child: str, adult: str, relation: Relation = Relation.MOTHER) -> Tie:
    return Tie(child, adult, relation, is_legal=True)


def school_items() -> tuple[Item, ...]:
    """Two families, a class, its team; memberships and ties before what they name."""
    return (
        in_class("6eB", "e1"),
        in_class("6eB", "e2"),
        in_class("6eB", "e2", Part.DELEGATE),
        in_class("6eB", "t1", Part.TEACHER, "Mathématiques"),
        in_class("6eB", "t1", Part.HEAD_TEACHER),
        in_class("6eB", "t2", Part.TEACHER, "SVT"),
        legal("e1", "r1"),
        legal("e1", "r2", Relation.FATHER),
        legal("e3", "r2", Relation.FATHER),
        Tie("e1", "r4", Relation.FAMILY),
        legal("e2", "r3"),
        class_of("6eB"),
        class_of("5eA"),
        in_class("5eA", "e3"),
        pupil("e1", "Léa Martin", classes=("6eB",)),
        pupil("e2", "Tom Petit", classes=("6eB",)),
        pupil("e3", "Zoé Martin", classes=("5eA",)),
        guardian("r1", "Anne Roux", "anne.roux@free.invalid"),
        guardian("r2", "Luc Martin", "luc@free.invalid"),
        guardian("r3", "Inès Petit"),
        guardian("r4", "Odette Martin", "odette@free.invalid"),
        teacher("t1", "Marie Dupont", "marie.dupont@ac-rennes.fr", subjects=("Mathématiques",)),
        teacher("t2", "Paul Bœuf", "paul.boeuf@ac-rennes.fr", subjects=("SVT",)),
        DirectoryEntry("etab", EntryKind.SCHOOL, SCHOOL, "ce.0350896j@ac-rennes.fr", uai=UAI),
    )
