"""Who is in a class or group: all sources that have it, and the guardians of its pupils.

Guardians come by the ties of the pupils: those who are legal ones or in contact. Where no tie of a
pupil says either, its source says nothing of that, and all of them count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from mel_desktop.formats.headings import class_label, plain
from mel_desktop.logic.merging import Member
from mel_desktop.model.people import EntryId, EntryKind, Part
from mel_desktop.services.people_merge import Merge, One, school_year
from mel_desktop.store import people, people_ties
from mel_desktop.store.database import Reader
from mel_desktop.store.people_rows import Stored

MOST_MEMBERS: Final = 500


def as_one(
    reader: Reader, groups: Iterable[Stored], *, newest: bool = False
) -> tuple[tuple[Stored, ...], ...]:
    """Groups that are one and the same in several sources, where the first of each stood: staff and
    pupils come in files of their own. ``newest``: none of an earlier school year beside a later.

    Never by the name alone: every school has a "CP". Nor two of one source, which tells them apart
    itself, nor of two school years, which have other pupils: whichever is meant, the people of the
    other one are not.
    """
    years = {one.id: school_year(one) for one in people.sources(reader)}
    found: dict[object, dict[int, list[Stored]]] = {}
    for one in groups:
        school = plain(one.entry.uai or one.entry.school)
        key = (class_label(one.entry.name), school) if school else one.id
        found.setdefault(key, {}).setdefault(years.get(one.source_id, 0), []).append(one)
    made: list[tuple[Stored, ...]] = []
    for by_year in found.values():
        for year in sorted(by_year, reverse=True)[: 1 if newest else None]:
            rows = by_year[year]
            is_one = len({row.source_id for row in rows}) == len(rows)
            made += [tuple(rows)] if is_one else [(row,) for row in rows]
    return tuple(made)


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
        had = () if known is None else known.parts or (Part.MEMBER,)
        members[one.id] = Member(one.entry, frozenset({*had, Part.GUARDIAN}), pupils)
    return tuple(members.values())


def _guardians(
    reader: Reader, merge: Merge, pupils: Sequence[One]
) -> list[tuple[One, tuple[str, ...]]]:
    whose = {id_: one for one in pupils for id_ in one.ids}
    ties = merge.latest(people_ties.guardians(reader, whose), pupils)
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
    for rows in as_one(reader, people.group_rows(reader)):
        if any(row.id == group.id for row in rows):
            return (group, *(row for row in rows if row.id != group.id))
    return (group,)
