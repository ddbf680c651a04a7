"""What the directory holds of people: counted, purged by school year, shown and erased by person.

Rule 1: a purge takes pupils, guardians, classes and groups of the sources named, and the classes
that their staff had; staff and schools stay. Rows that say no profile count as what their function
says (logic.merging.audience_of); who is neither pupil nor guardian is staff.
Rule 2: an erased person is remembered by digests of their keys only, so that no list brings them
back. Mail is not directory: messages stay.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from mel_desktop.logic.paris import on_the_wall
from mel_desktop.logic.school_year import begin_of, year_of
from mel_desktop.model.changes import Area
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import MessageId
from mel_desktop.model.people import (
    DirectoryEntry,
    DirectorySource,
    EntryId,
    EntryKind,
    Profile,
    SourceId,
    SourceKind,
)
from mel_desktop.ports import Clock
from mel_desktop.store import erased, mailbox, people, people_intake
from mel_desktop.store.database import Database, Reader, Transaction
from mel_desktop.store.people_rows import Stored

if TYPE_CHECKING:
    from mel_desktop.model.merging import Audience
    from mel_desktop.model.records import (
        Erased,
        HeldMessage,
        HeldPerson,
        HeldRow,
        Holding,
        Holdings,
        Purged,
    )
    from mel_desktop.services.persons import Persons
    from mel_desktop.store.people_records import Tally

log = logging.getLogger("mel.directory")

MOST_MESSAGES: Final = 10_000
PAGE: Final = 500
PAUSE_S: Final = 6 * 3600.0  # between two looks whether a year is over
LASTING: Final = frozenset({SourceKind.OWN, SourceKind.ANNUAIRE, SourceKind.SERVICES})


class Records:
    """Holdings of one profile. ``families_days``: policy, see model.policy.RetentionPolicy."""

    def __init__(
        self, database: Database, clock: Clock, persons: Persons, families_days: int = 0
    ) -> None:
        self._database = database
        self._clock = clock
        self._persons = persons
        self._families_days = families_days
        self._next = 0.0

    # -- counting ----------------------------------------------------------------------------------

    def holdings(self) -> Holdings:
        """All sources counted."""
        from mel_desktop.model.records import Holdings  # noqa: PLC0415 first needed here
        from mel_desktop.store import people_records  # noqa: PLC0415 first needed here

        now = self._clock.now()
        with self._database.read() as reader:
            tallies: dict[SourceId, list[Tally]] = {}
            for one in people_records.tallies(reader):
                tallies.setdefault(one.source, []).append(one)
            photos, ties = people_records.photo_counts(reader), people_records.tie_counts(reader)
            noted, groups, learned, gone = people_records.count_kept(reader)
            sources = tuple(
                _holding(
                    source, tallies.get(source.id, ()), photos.get(source.id, 0),
                    ties.get(source.id, 0),
                )
                for source in people.sources(reader)
            )  # fmt: skip
        return Holdings(
            made_at=now,
            school_year=_year(now),
            ends=begin_of(_year(now) + 1),
            sources=sources,
            notes=noted,
            own_groups=groups,
            learned=learned,
            erased=gone,
            families_days=self._families_days,
        )

    # -- the end of a school year ------------------------------------------------------------------

    def purge(self, sources: Sequence[SourceId], *, notes_too: bool, learned: bool) -> Purged:
        """Remove pupils, guardians, classes and groups. NOT_FOUND for a source that is not."""

        from mel_desktop.model.records import Purged  # noqa: PLC0415 first needed here
        from mel_desktop.store import people_records  # noqa: PLC0415 first needed here

        def work(tx: Transaction) -> Purged:
            total = Purged()
            with people_records.without_trace(tx):
                for source in dict.fromkeys(sources):
                    if people.source(tx, source) is None:
                        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="source")
                    gone = _purge(tx, source, noted_too=notes_too, learned=learned)
                    total = Purged(
                        total.people + gone.people,
                        total.groups + gone.groups,
                        total.notes + gone.notes,
                        total.learned + gone.learned,
                    )
            tx.changed(Area.DIRECTORY)
            return total

        try:
            return self._database.write(work, durable=True)
        finally:
            self._database.write(people_intake.rest)

    def chore(self, is_told_to_stop: Callable[[], bool]) -> None:
        """Where a policy says so, remove what is of an earlier school year, once it is due."""
        steady = self._clock.monotonic()
        if not self._families_days or steady < self._next or is_told_to_stop():
            return
        self._next = steady + PAUSE_S
        held = self.holdings()
        today = on_the_wall(self._clock.now(), None).date()
        if today < begin_of(held.school_year) + timedelta(days=self._families_days):
            return
        due = [one.source.id for one in held.outdated]
        if due:
            gone = self.purge(due, notes_too=True, learned=True)
            log.info("a school year ended: %d people, %d groups", gone.people, gone.groups)

    # -- one person --------------------------------------------------------------------------------

    def held(self, entry: EntryId) -> HeldPerson:
        """All that is held about the person of an entry. NOT_FOUND; USAGE for a school or class."""
        from mel_desktop.model.records import HeldPerson  # noqa: PLC0415 first needed here
        from mel_desktop.store import people_records, people_ties  # noqa: PLC0415 first needed here

        card = self._persons.card(entry)
        if card.entry.kind is not EntryKind.PERSON:
            raise LocalRefusal(ErrorCode.USAGE, kind="person")
        with self._database.read() as reader:
            rows = tuple(people_ties.by_id(reader, card.ids).values())
            addresses = _addresses(one.entry for one in rows)
            known = {one.id: one for one in people.sources(reader)}
            return HeldPerson(
                rows=tuple(_held_row(reader, one, known) for one in rows),
                note=card.note,
                own_groups=people_records.own_groups(reader, addresses),
                learned=people_records.learned(reader, addresses),
                messages=self._messages(card.ids),
            )

    def erase(self, entry: EntryId) -> Erased:
        """Erase the person of an entry without trace. NOT_FOUND; USAGE for a school or class."""
        from mel_desktop.model.records import Erased  # noqa: PLC0415 first needed here
        from mel_desktop.services.people_merge import Merge  # noqa: PLC0415 first needed here
        from mel_desktop.store import notes, people_records  # noqa: PLC0415 first needed here

        mail = len(self.held(entry).messages)
        now = self._clock.now()

        def work(tx: Transaction) -> Erased:
            found = people.entry(tx, entry)  # once more: an import may have come in between
            if found is None:
                raise LocalRefusal(ErrorCode.NOT_FOUND, kind="entry")
            merge = Merge(tx)
            one = merge.of(found)
            keys, addresses = merge.keys_of(one), _addresses(row.entry for row in one.rows)
            with people_records.without_trace(tx):
                erased.remember(tx, keys, now)
                noted = [id_ for id_, _, _ in notes.find(tx, keys)]
                notes.delete(tx, noted)
                people_records.delete(tx, one.ids)
                erased.leave_copies(tx, one.rows)
                for source in dict.fromkeys(row.source_id for row in one.rows):
                    people_records.recount(tx, source, is_base=True)
                learned = people_records.forget_addresses(tx, addresses)
                names = {row.entry.name for row in one.rows}
                groups = people_records.leave_own_groups(tx, addresses, names)
            tx.changed(Area.DIRECTORY)
            return Erased(len(one.ids), len(noted), groups, learned, mail)

        try:
            return self._database.write(work, durable=True)
        finally:
            self._database.write(people_intake.rest)

    def allow_again(self) -> int:
        """Imports may bring erased people back; how many had been erased."""
        return self._database.write(erased.forget, durable=True)

    def _messages(self, ids: Sequence[EntryId]) -> tuple[HeldMessage, ...]:
        from mel_desktop.model.records import HeldMessage  # noqa: PLC0415 first needed here

        with self._database.read() as reader:
            folders = {one.id: one.name for one in mailbox.folders(reader)}
        found: list[HeldMessage] = []
        before: MessageId | None = None
        while len(found) < MOST_MESSAGES:
            page = self._persons.mail_with(ids[:1], limit=PAGE, before=before)
            found += [
                HeldMessage(
                    one.sent_at or one.received_at, folders.get(one.folder, ""), one.subject
                )
                for one in page.messages
            ]
            if not page.more:
                break
            before = page.messages[-1].id
        return tuple(found)


def _purge(tx: Transaction, source: SourceId, *, noted_too: bool, learned: bool) -> Purged:
    from mel_desktop.model.merging import Audience  # noqa: PLC0415 first needed here
    from mel_desktop.model.records import Purged  # noqa: PLC0415 first needed here
    from mel_desktop.store import notes, people_records  # noqa: PLC0415 first needed here

    people_intake.part_copies(tx, source)  # next year's list may wait for a person
    gone: list[Stored] = []
    groups = 0
    for one in people_records.rows_of(tx, source):
        if one.entry.kind is EntryKind.GROUP:
            groups += 1
        elif _nature(one.entry.profile.value, one.entry.role) is Audience.TEAM:
            continue
        gone.append(one)
    forgotten = 0
    if noted_too:
        noted = _notes_of(tx, gone)
        notes.delete(tx, noted)
        forgotten = len(noted)
    people_records.delete(tx, [one.id for one in gone])
    people_records.clear_classes(tx, source)
    people_records.recount(tx, source, is_base=False)
    addresses = 0
    if learned:
        addresses = people_records.forget_addresses(tx, _addresses(one.entry for one in gone))
    return Purged(len(gone) - groups, groups, forgotten, addresses)


def _notes_of(tx: Transaction, gone: Sequence[Stored]) -> set[int]:
    """Notes of people and groups of whom nothing is left."""
    from mel_desktop.services.people_merge import Merge  # noqa: PLC0415 first needed here
    from mel_desktop.store import notes  # noqa: PLC0415 first needed here

    merge = Merge(tx)
    ids = {one.id for one in gone}
    noted: set[int] = set()
    for row in gone:
        if notes.find(tx, merge.keys_of_row(row)):
            one = merge.of(row)
            if ids.issuperset(one.ids):
                noted.update(id_ for id_, _, _ in notes.find(tx, merge.keys_of(one)))
    return noted


def _holding(source: DirectorySource, tallies: Iterable[Tally], photos: int, ties: int) -> Holding:
    from mel_desktop.model.merging import Audience  # noqa: PLC0415 first needed here
    from mel_desktop.model.records import Holding  # noqa: PLC0415 first needed here

    counts = dict.fromkeys(("pupils", "guardians", "staff", "groups", "schools", "services"), 0)
    with_address = with_phone = 0
    names = {
        EntryKind.GROUP: "groups", EntryKind.SCHOOL: "schools", EntryKind.SERVICE: "services",
    }  # fmt: skip
    natures = {Audience.PUPILS: "pupils", Audience.PARENTS: "guardians"}
    for one in tallies:
        if one.kind is EntryKind.PERSON:
            counts[natures.get(_nature(one.profile, one.role), "staff")] += one.rows
        else:
            counts[names[one.kind]] += one.rows
        with_address += one.with_address
        with_phone += one.with_phone
    when = None if source.updated_at is None else _year(source.updated_at)
    return Holding(
        source=source,
        school_year=None if source.kind in LASTING else when,
        with_address=with_address,
        with_phone=with_phone,
        photos=photos,
        ties=ties,
        **counts,
    )


@lru_cache(maxsize=4096)
def _nature(profile: str, role: str) -> Audience:
    """Pupil, guardian or of the team."""
    from mel_desktop.logic.merging import audience_of  # noqa: PLC0415 first needed here
    from mel_desktop.model.merging import Audience  # noqa: PLC0415 first needed here

    said = {Profile.PUPIL.value: Audience.PUPILS, Profile.GUARDIAN.value: Audience.PARENTS}
    if profile:
        return said.get(profile, Audience.TEAM)
    return audience_of(DirectoryEntry("", EntryKind.PERSON, "", role=role))


def _held_row(reader: Reader, one: Stored, known: dict[SourceId, DirectorySource]) -> HeldRow:
    from mel_desktop.model.records import HeldRow, HeldTie  # noqa: PLC0415 first needed here
    from mel_desktop.store import people_ties  # noqa: PLC0415 first needed here

    ties = (*people_ties.guardians(reader, [one.id]), *people_ties.pupils(reader, [one.id]))
    return HeldRow(
        source=known[one.source_id],
        entry=one.entry,
        classes=tuple(
            (place.group.entry.name, place.part, place.role)
            for place in people_ties.places(reader, [one.id])
        ),
        ties=tuple(
            HeldTie(kin.stored.entry.name, kin.relation, kin.is_legal, kin.is_contact)
            for kin in ties
        ),
        photo=people_ties.photo(reader, [one.id]),
    )


def _addresses(entries: Iterable[DirectoryEntry]) -> tuple[str, ...]:
    found = {
        address for one in entries for address in (one.email, *one.more_emails) if "@" in address
    }
    return tuple(sorted(found))


def _year(when: datetime) -> int:
    return year_of(on_the_wall(when, None).date())
