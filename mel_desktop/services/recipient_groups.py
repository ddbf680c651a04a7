"""Groups of the directory that fit what is typed as a recipient, from the local copy.

Answers a keystroke on the main thread: a few groups, each read up to a limit. A group beyond it is
offered by its own address only (a mailing list), never as thousands of recipients.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mel_desktop.formats.headings import plain
from mel_desktop.logic import directory_query, recipient_groups
from mel_desktop.logic.directory_query import DirectoryQuery
from mel_desktop.logic.folding import fold
from mel_desktop.logic.recipient_groups import asked_audience, hits_of
from mel_desktop.logic.recipients import check, same_key
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.groups import GroupHit
from mel_desktop.model.mail import Address
from mel_desktop.model.merging import Audience
from mel_desktop.model.people import DirectoryEntry, EntryId, EntryKind
from mel_desktop.ports import Clock
from mel_desktop.services.directory_search import NO_ENTRY
from mel_desktop.store import owngroups, people, people_search
from mel_desktop.store.database import Database, Reader
from mel_desktop.store.people_rows import Stored

MOST_CANDIDATES: Final = 60
MOST_GROUPS: Final = 3  # read for one keystroke
MOST_MEMBERS: Final = 500
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
            hits = [
                GroupHit(NO_ENTRY, Audience.ALL, name, "", members, is_own=True)
                for name, members in owngroups.all_groups(reader)
                if recipient_groups.fits(asked, name)
            ]
            tries: list[tuple[DirectoryQuery, Audience | None]] = [(asked, None)]
            if audience is not None:
                tries.append((rest, audience))
            seen: set[tuple[str, str]] = set()
            for query, wanted in tries:
                for key, alike in _groups(reader, query)[: MOST_GROUPS - len(seen)]:
                    if key not in seen:
                        seen.add(key)
                        hits += _hits(reader, alike, wanted)
        return tuple(hits[:limit])

    def of_entry(self, entry: EntryId) -> tuple[GroupHit, ...]:
        """The choices that one group of the directory offers, everybody first. NOT_FOUND."""
        with self._database.read() as reader:
            found = people.entry(reader, entry)
            if found is None:
                raise LocalRefusal(ErrorCode.NOT_FOUND, kind="entry")
            asked = directory_query.parse(found.entry.name)
            alike = dict(_groups(reader, asked)).get(same_group(found.entry), [found])
            return _hits(reader, alike, None)

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


def same_group(entry: DirectoryEntry) -> tuple[str, str]:
    """What one class has in common in two sources: staff and pupils come in files of their own."""
    return plain(entry.name).replace(" ", ""), plain(entry.uai or entry.school)


def _groups(reader: Reader, asked: DirectoryQuery) -> list[tuple[tuple[str, str], list[Stored]]]:
    """Groups that fit, those of one name and school together, the best first."""
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
    alike: dict[tuple[str, str], list[Stored]] = {}
    for one in found:
        alike.setdefault(same_group(one.entry), []).append(one)
    return list(alike.items())


def _is_named(asked: DirectoryQuery, entry: DirectoryEntry) -> bool:
    named = f"{entry.name} {directory_query.class_words(entry.classes)}"
    words = directory_query.parse(named).words
    return any(one.startswith(word) for one in words for word in asked.words)


def _hits(reader: Reader, alike: list[Stored], wanted: Audience | None) -> tuple[GroupHit, ...]:
    members: list[DirectoryEntry] = []
    for one in alike:
        found = people.members(reader, one.id, limit=MOST_MEMBERS + 1)
        if len(found) > MOST_MEMBERS:
            return ()
        members += [member.entry for member in found]
    first = alike[0]
    return hits_of(first.id, first.entry, members, first.source, wanted)
