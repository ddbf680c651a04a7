"""Who is in a class or group: all sources that have it, and the guardians of its pupils.

Guardians come by the ties of the pupils: those who are legal ones or in contact. Where no tie of a
pupil says either, its source says nothing of that, and all of them count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from mel_desktop.formats.headings import plain
from mel_desktop.logic.merging import Member
from mel_desktop.model.people import EntryId, EntryKind, Part
from mel_desktop.services.people_merge import Merge, One
from mel_desktop.store import people, people_ties
from mel_desktop.store.database import Reader
from mel_desktop.store.people_rows import Stored

MOST_MEMBERS: Final = 500


def as_one(groups: Iterable[Stored]) -> tuple[tuple[Stored, ...], ...]:
    """Groups that are one and the same in several sources, where the first of each stood: staff and
    pupils come in files of their own.

    Never by the name alone: every school has a "CP". Nor two of one source, which tells them apart
    itself: whichever is meant, the people of the other one are not.
    """
    found: dict[object, list[Stored]] = {}
    for one in groups:
        school = plain(one.entry.uai or one.entry.school)
        found.setdefault((name_of_group(one.entry.name), school) if school else one.id, []).append(
            one
        )
    made: list[tuple[Stored, ...]] = []
    for rows in found.values():
        is_one = len({row.source_id for row in rows}) == len(rows)
        made += [tuple(rows)] if is_one else [(row,) for row in rows]
    return tuple(made)


def name_of_group(name: str) -> str:
    """What is the same in all ways to write the name of a class."""
    return plain(name).replace(" ", "")


def members_of(
    reader: Reader, merge: Merge, alike: Iterable[Stored], *, most: int = MOST_MEMBERS
) -> tuple[Member, ...] | None:
    """Everybody of a group once, with all parts there, by the order of the sources' lists; then
    guardians by ties. None where a source lists more than ``most``.
    """
    parts: dict[EntryId, set[Part]] = {}
    ones: dict[EntryId, One] = {}
    rows: list[people.Member] = []
    for group in alike:
        found = people.parts(reader, group.id, limit=most + 1)
        if len(found) > most:
            return None
        rows += found
    merge.prepare([row.stored for row in rows])
    for row in rows:
        one = merge.of(row.stored)
        ones.setdefault(one.id, one)
        parts.setdefault(one.id, set()).add(row.part)
    members = {
        id_: Member(one.entry, frozenset(parts[id_] - {Part.MEMBER})) for id_, one in ones.items()
    }
    listed = [
        ones[id_]
        for id_, one in members.items()
        if one.entry.kind is EntryKind.PERSON and one.is_pupil
    ]
    for one, pupils in _guardians(reader, merge, listed):
        known = members.get(one.id)
        had = frozenset[Part]() if known is None else known.parts or {Part.MEMBER}
        members[one.id] = Member(one.entry, had | {Part.GUARDIAN}, pupils)
    return tuple(members.values())


def _guardians(
    reader: Reader, merge: Merge, pupils: Sequence[One]
) -> list[tuple[One, tuple[str, ...]]]:
    whose = {id_: one for one in pupils for id_ in one.ids}
    ties = people_ties.guardians(reader, whose)
    told = {whose[tie.of].id for tie in ties if tie.is_legal or tie.is_contact}
    merge.prepare([tie.stored for tie in ties])
    found: dict[EntryId, tuple[One, dict[str, None]]] = {}
    for tie in ties:
        pupil = whose[tie.of]
        if tie.is_legal or tie.is_contact or pupil.id not in told:
            one = merge.of(tie.stored)
            found.setdefault(one.id, (one, {}))[1][pupil.entry.name] = None
    return [(one, tuple(names)) for one, names in found.values()]


def alike_of(reader: Reader, group: Stored) -> tuple[Stored, ...]:
    """The same class or group in every source, this row first."""
    for rows in as_one(people.group_rows(reader)):
        if any(row.id == group.id for row in rows):
            return (group, *(row for row in rows if row.id != group.id))
    return (group,)
