"""Groups of the directory that fit what is typed as a recipient, from the local copy.

Answers a keystroke on the main thread: a few groups, each read up to a limit. A group beyond it is
offered by its own address only (a mailing list), never as thousands of recipients.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from mel_desktop.formats.headings import plain
from mel_desktop.logic import directory_query, recipient_groups
from mel_desktop.logic.directory_query import DirectoryQuery
from mel_desktop.logic.folding import fold
from mel_desktop.logic.merging import is_meant
from mel_desktop.logic.recipient_groups import (
    asked_audience,
    fits,
    hits_of,
    one_hit,
    without_filling,
)
from mel_desktop.logic.recipients import check, same_key
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.groups import GroupHit
from mel_desktop.model.mail import Address
from mel_desktop.model.merging import Audience
from mel_desktop.model.people import DirectoryEntry, EntryId, EntryKind, Part
from mel_desktop.ports import Clock
from mel_desktop.services.directory_search import NO_ENTRY
from mel_desktop.services.people_merge import AND, Merge, One
from mel_desktop.store import owngroups, people, people_search, people_ties
from mel_desktop.store.database import Database, Reader
from mel_desktop.store.people_rows import Stored

MOST_CANDIDATES: Final = 60
MOST_GROUPS: Final = 3  # read for one keystroke
MOST_MEMBERS: Final = 500
MOST_OF_SCHOOLS: Final = 400  # people looked at for one keystroke, where no class is named
MOST_OF_A_SCHOOL: Final = 6_000
SHORTEST_SUBJECT: Final = 3
MOST_NAME: Final = 120


class RecipientGroups:
    """Groups as recipients, and what was learnt of recipients, of one profile."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def complete(self, typed: str, *, limit: int = 4) -> tuple[GroupHit, ...]:
        """Groups whose name, class, school or UAI fits, the best first; all of their sources."""
        asked = directory_query.parse(typed)
        if asked.is_empty or limit < 1:
            return ()
        audience, rest = asked_audience(asked)
        with self._database.read() as reader:
            merge = Merge(reader)
            hits = [
                GroupHit(NO_ENTRY, Audience.ALL, name, "", members, is_own=True)
                for name, members in owngroups.all_groups(reader)
                if recipient_groups.fits(asked, name)
            ]
            tries: list[tuple[DirectoryQuery, Audience | None]] = [(asked, None)]
            if audience is not None:
                tries.append((rest, audience))
            seen: set[EntryId] = set()
            for query, wanted in tries:
                for alike in _groups(reader, query)[: MOST_GROUPS - len(seen)]:
                    if alike[0].id not in seen and len(hits) < limit:
                        seen.add(alike[0].id)
                        hits += _hits(reader, merge, alike, wanted)
            if (of_all := recipient_groups.alone(asked)) is not None:
                hits += _of_schools(reader, merge, of_all, limit)
            elif audience is Audience.TEAM and not seen:
                hits += _of_subject(reader, merge, rest, limit)
        return tuple(hits[:limit])

    def of_entry(self, entry: EntryId) -> tuple[GroupHit, ...]:
        """The choices that one group or school of the directory offers, everybody first; none for
        a person. NOT_FOUND.
        """
        from mel_desktop.services.class_members import alike_of  # noqa: PLC0415 seldom

        with self._database.read() as reader:
            found = people.entry(reader, entry)
            if found is None:
                raise LocalRefusal(ErrorCode.NOT_FOUND, kind="entry")
            merge = Merge(reader)
            if found.entry.kind is EntryKind.SCHOOL and found.entry.uai:
                return _of_school(reader, merge, merge.of(found))
            if found.entry.kind is not EntryKind.GROUP:
                return ()
            return _hits(reader, merge, alike_of(reader, found), None)

    def save(self, name: str, people_of: Sequence[Address]) -> GroupHit:
        """Keep a group of one's own; one of the same name is replaced.

        USAGE(group-name) | NO_RECIPIENT | BAD_ADDRESS | TOO_LARGE.
        """
        title = " ".join(name.split())
        if not title or not title.isprintable() or len(title) > MOST_NAME:
            raise LocalRefusal(ErrorCode.USAGE, why="group-name")
        members = {same_key(one.address): one for one in check(people_of)}
        if not members:
            raise LocalRefusal(ErrorCode.NO_RECIPIENT)
        if len(members) > MOST_MEMBERS:
            raise LocalRefusal(ErrorCode.TOO_LARGE, limit=MOST_MEMBERS)
        kept, now = tuple(members.values()), self._clock.now()
        self._database.write(lambda tx: owngroups.save(tx, title, kept, now), durable=True)
        return GroupHit(NO_ENTRY, Audience.ALL, title, "", kept, is_own=True)

    def delete(self, name: str) -> bool:
        """Forget a group of one's own; whether there was one."""
        return self._database.write(lambda tx: owngroups.delete(tx, name), durable=True)

    def forget(self, address: str) -> bool:
        """Somebody who was written to is proposed no more; whether there was one."""
        return self._database.write(lambda tx: people_search.forget_correspondent(tx, address))


def _groups(reader: Reader, asked: DirectoryQuery) -> tuple[tuple[Stored, ...], ...]:
    """Groups that fit, those of one name and school together, the best first."""
    from mel_desktop.services.class_members import as_one  # noqa: PLC0415 seldom

    wanted = [directory_query.kind_facet(EntryKind.GROUP)]
    found = people_search.matching(
        reader, asked.match(columns="name classes", facets=wanted), MOST_CANDIDATES
    )
    if len(asked.words) > 1:  # "4b barret": the class and its school; not all classes of "barret"
        known = {one.id for one in found}
        found += [
            one
            for one in people_search.matching(reader, asked.match(facets=wanted), MOST_CANDIDATES)
            if one.id not in known and _is_named(asked, one.entry)
        ]
    found.sort(
        key=lambda one: (
            -directory_query.score(asked, one.entry),
            fold(one.entry.name),
            one.entry.school,
            one.id,
        )
    )
    return as_one(reader, found)


def _is_named(asked: DirectoryQuery, entry: DirectoryEntry) -> bool:
    named = f"{entry.name} {directory_query.class_words(entry.classes)}"
    words = directory_query.parse(named).words
    return any(one.startswith(word) for one in words for word in asked.words)


def _hits(
    reader: Reader, merge: Merge, alike: Sequence[Stored], wanted: Audience | None
) -> tuple[GroupHit, ...]:
    from mel_desktop.services.class_members import members_of  # noqa: PLC0415 seldom

    members = members_of(reader, merge, alike, most=MOST_MEMBERS)
    if members is None:
        return ()
    first = alike[0]
    sources = AND.join(dict.fromkeys(one.source for one in alike))
    return hits_of(first.id, first.entry, members, sources, wanted)


def _of_schools(reader: Reader, merge: Merge, audience: Audience, limit: int) -> list[GroupHit]:
    """Head teachers or delegates of each school, the school with most of them first."""
    part = Part.HEAD_TEACHER if audience is Audience.HEAD_TEACHERS else Part.DELEGATE
    schools: dict[str, dict[tuple[str, str], int]] = {}
    for uai, name, count in people_ties.schools_with_part(reader, part):
        schools.setdefault(plain(uai or name), {})[uai, name] = count
    found: list[GroupHit] = []
    for key in sorted(schools, key=lambda key: (-sum(schools[key].values()), key))[:limit]:
        rows = {
            person.id: person
            for uai, name in schools[key]
            for _, person in people_ties.with_part(reader, part, MOST_OF_SCHOOLS, uai, name)
        }
        named = next((name for _, name in schools[key] if name), key.upper())
        found += _one_team(merge, rows.values(), audience, named)
    return found


def _of_subject(reader: Reader, merge: Merge, asked: DirectoryQuery, limit: int) -> list[GroupHit]:
    """Who teaches a subject, by school, the school with most of them first."""
    rest = without_filling(asked)
    short = tuple("math" if word == "maths" else word for word in rest.words)
    if not short or max(map(len, short)) < SHORTEST_SUBJECT:
        return []
    query = replace(rest, words=short)
    rows = _who_teach(reader, query)
    are_all = len(rows) < MOST_OF_SCHOOLS
    teams: dict[tuple[str, str], list[Stored]] = {}
    labels: dict[tuple[str, str], tuple[str, str]] = {}
    for row in rows:
        subject = next((name for name in subjects_of(row.entry) if fits(query, name)), "")
        if subject and is_meant(row.entry, Audience.TEAM):
            key = (plain(row.entry.uai or row.entry.school), plain(subject))
            labels.setdefault(key, (row.entry.school, subject))
            teams.setdefault(key, []).append(row)
    found: list[GroupHit] = []
    for key in sorted(teams, key=lambda key: (-len(teams[key]), key))[:limit]:
        school, subject = labels[key]
        team = teams[key]
        if not are_all:  # some of a whole académie: those of this school once more, or nobody
            uai = team[0].entry.uai
            rows = _who_teach(reader, replace(query, uais=(*query.uais, uai))) if uai else []
            if not 0 < len(rows) < MOST_OF_SCHOOLS:
                continue
            team = [row for row in rows if _teaches(row.entry, subject)]
        found += _one_team(merge, team, Audience.SUBJECT, school or key[0].upper(), subject=subject)
    return found


def _who_teach(reader: Reader, query: DirectoryQuery) -> list[Stored]:
    facets = [directory_query.kind_facet(EntryKind.PERSON)]
    return people_search.matching(
        reader, query.match(columns="role", facets=facets), MOST_OF_SCHOOLS
    )


def _teaches(entry: DirectoryEntry, subject: str) -> bool:
    subjects = {plain(one) for one in subjects_of(entry)}
    return plain(subject) in subjects and is_meant(entry, Audience.TEAM)


def _one_team(
    merge: Merge, rows: Iterable[Stored], audience: Audience, name: str, *, subject: str = ""
) -> tuple[GroupHit, ...]:
    people_of = list(rows)
    if len(people_of) > MOST_MEMBERS:
        return ()
    merge.prepare(people_of)
    ones = merge.distinct(people_of)
    return one_hit(
        NO_ENTRY, audience, name, "", [one.entry for one in ones], _sources(ones), subject=subject
    )


def _of_school(reader: Reader, merge: Merge, school: One) -> tuple[GroupHit, ...]:
    """Team, head teachers, delegates and teams of subjects of one school."""
    entry = school.entry
    rows = people_ties.of_school(reader, entry.uai, EntryKind.PERSON, MOST_OF_A_SCHOOL)
    if len(rows) == MOST_OF_A_SCHOOL:  # some of them are not all
        return ()
    merge.prepare(rows)
    staff = [one for one in merge.distinct(rows) if is_meant(one.entry, Audience.TEAM)]
    subjects: dict[str, list[One]] = {}
    labels: dict[str, str] = {}
    for one in staff:
        for subject in subjects_of(one.entry):
            labels.setdefault(plain(subject), subject)
            subjects.setdefault(plain(subject), []).append(one)
    chosen = [(Audience.TEAM, "", staff)]
    for audience, part in (
        (Audience.HEAD_TEACHERS, Part.HEAD_TEACHER), (Audience.DELEGATES, Part.DELEGATE),
    ):  # fmt: skip
        found = [
            person
            for _, person in people_ties.with_part(reader, part, MOST_OF_SCHOOLS, entry.uai, "")
        ]
        chosen.append((audience, "", list(merge.distinct(found))))
    chosen += [(Audience.SUBJECT, labels[key], subjects[key]) for key in sorted(subjects)]
    return tuple(
        hit
        for audience, subject, ones in chosen
        if len(ones) <= MOST_MEMBERS
        for hit in one_hit(
            school.id, audience, entry.name, "", [one.entry for one in ones], _sources(ones),
            subject=subject,
        )
    )  # fmt: skip


def subjects_of(entry: DirectoryEntry) -> tuple[str, ...]:
    """What somebody teaches: as the source says, else behind the function ("Professeur · SVT")."""
    if entry.subjects:
        return entry.subjects
    told = entry.role.partition(" · ")[2]
    return tuple(filter(None, (" ".join(one.split()) for one in told.split(","))))


def _sources(ones: Iterable[One]) -> str:
    return AND.join(dict.fromkeys(row.source for one in ones for row in one.rows))
