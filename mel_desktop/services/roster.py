"""Who is in a class or group, each once with all parts there: what its card lists."""

from __future__ import annotations

from mel_desktop.model.contacts import ClassMember
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.people import EntryId, EntryKind, Part
from mel_desktop.services.class_members import MOST_MEMBERS, alike_of
from mel_desktop.services.people_merge import Merge, One
from mel_desktop.store import people
from mel_desktop.store.database import Database


def roster(database: Database, group: EntryId) -> tuple[ClassMember, ...]:
    """By name, of all sources that have the class; () beyond MOST_MEMBERS. NOT_FOUND."""
    with database.read() as reader:
        found = people.entry(reader, group)
        if found is None:
            raise LocalRefusal(ErrorCode.NOT_FOUND, kind="entry")
        merge = Merge(reader)
        rows: list[people.Member] = []
        for same in alike_of(reader, found):
            rows += people.parts(reader, same.id, limit=MOST_MEMBERS + 1)
        if len(rows) > MOST_MEMBERS:
            return ()
        merge.prepare([row.stored for row in rows])
        ones: dict[EntryId, One] = {}
        parts: dict[EntryId, set[Part]] = {}
        subjects: dict[EntryId, dict[str, None]] = {}
        for row in rows:
            one = merge.of(row.stored)
            if one.entry.kind is not EntryKind.PERSON:
                continue
            ones.setdefault(one.id, one)
            parts.setdefault(one.id, set()).add(row.part)
            if row.role:
                subjects.setdefault(one.id, {})[row.role] = None
        return tuple(
            ClassMember(one.hit(), frozenset(parts[id_]), ", ".join(subjects.get(id_, ())))
            for id_, one in ones.items()
        )
