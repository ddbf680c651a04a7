"""Persons, families, classes and schools as a teacher sees them: put together from all sources.

Everything is answered from the local copy, in a few reads by index; nothing here asks a server.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from mel_desktop.formats.headings import class_label, plain
from mel_desktop.logic.recipients import same_key
from mel_desktop.model.changes import Area
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import MessageId
from mel_desktop.model.people import DirectoryHit, EntryId, EntryKind, Relation
from mel_desktop.model.persons import (
    ClassPart,
    Exchange,
    FamilyCard,
    Note,
    PersonCard,
    Relative,
)
from mel_desktop.ports import Clock
from mel_desktop.services.followups import Followups
from mel_desktop.services.people_merge import Merge, One
from mel_desktop.store import exchanged, mailbox, notes, people, people_ties
from mel_desktop.store.database import Database, Reader, Transaction
from mel_desktop.store.people_ties import Kin

MOST_MESSAGES: Final = 500
MOST_NOTE: Final = 20_000  # letters


class Persons:
    """Cards, notes, and mail with people, of one profile."""

    def __init__(self, database: Database, followups: Followups, clock: Clock) -> None:
        self._database = database
        self._followups = followups
        self._clock = clock

    # -- cards -------------------------------------------------------------------------------------

    def card(self, entry: EntryId) -> PersonCard:
        """All that is known of one entry, whichever of its rows is named. NOT_FOUND."""
        with self._database.read() as reader:
            merge = Merge(reader)
            one = _one(reader, merge, entry)
            relatives = _relatives(reader, merge, one)
            return PersonCard(
                ids=one.ids,
                entry=one.entry,
                stamps=merge.stamps([one]),
                classes=_classes(reader, merge, one),
                family=relatives,
                note=_note_text(reader, merge, one),
                photo=people_ties.photo(reader, one.ids),
            )

    def family(self, entry: EntryId) -> FamilyCard:
        """The family of a pupil (with the brothers and sisters who share a guardian) or of a
        guardian (with their pupils and those whom they share them with); no further: the father of
        a half-brother is not written to. NOT_FOUND where no source knows of any.
        """
        with self._database.read() as reader:
            merge = Merge(reader)
            one = _one(reader, merge, entry)
            own = merge.latest(people_ties.guardians(reader, one.ids), [one])
            adults = merge.distinct(kin.stored for kin in own) or (one,)
            found = people_ties.pupils(reader, _ids(adults))
            pupils = merge.distinct([*(one.rows if own else ()), *(kin.stored for kin in found)])
            if not pupils:
                raise LocalRefusal(ErrorCode.NOT_FOUND, kind="family")
            ties = own or merge.latest(people_ties.guardians(reader, _ids(pupils)), pupils)
            guardians = _as_relatives(merge, ties)
            everyone = [*pupils, *merge.distinct(kin.stored for kin in ties)]
            return FamilyCard(
                pupils=tuple(
                    sorted(
                        (pupil.hit() for pupil in pupils),
                        key=lambda hit: (hit.id != one.id, *_place(hit)),
                    )
                ),
                guardians=guardians,
                unreachable=tuple(
                    dict.fromkeys(
                        one.hit.entry.name for one in guardians if "@" not in one.hit.entry.email
                    )
                ),
                stamps=merge.stamps(everyone),
            )

    # -- notes -------------------------------------------------------------------------------------

    def set_note(self, entry: EntryId, text: str) -> str:
        """Write what is noted of somebody, "" to delete it; what was there before.

        NOT_FOUND | TOO_LARGE.
        """
        if len(text) > MOST_NOTE:
            raise LocalRefusal(ErrorCode.TOO_LARGE, limit=MOST_NOTE)

        def work(tx: Transaction) -> str:
            merge = Merge(tx)
            one = _one(tx, merge, entry)
            before = _note_text(tx, merge, one)
            notes.save(tx, merge.keys_of(one), text.strip(), self._clock.now())
            tx.changed(Area.DIRECTORY)
            return before

        return self._database.write(work, durable=True)

    def orphan_notes(self) -> tuple[Note, ...]:
        """Notes of people whom no source has any more, the latest first: they are found again
        where a source brings them back, and can be deleted here.
        """
        with self._database.read() as reader:
            if not (all_notes := notes.everything(reader)):
                return ()
            digests = notes.keyed(reader)
            merge = Merge(reader)
            alive = {
                digests[digest]
                for row in people.everybody(reader)
                for digest in notes.digests(reader, merge.keys_of_row(row))
                if digest in digests
            }
            return tuple(
                Note(id_, text, saved) for id_, text, saved in all_notes if id_ not in alive
            )

    def delete_notes(self, ids: Iterable[int]) -> None:
        """Forget notes by their ids."""
        wanted = list(ids)

        def work(tx: Transaction) -> None:
            notes.delete(tx, wanted)
            tx.changed(Area.DIRECTORY)

        self._database.write(work, durable=True)

    # -- mail --------------------------------------------------------------------------------------

    def mail_with(
        self, ids: Sequence[EntryId], *, limit: int = 50, before: MessageId | None = None
    ) -> Exchange:
        """Messages from and to any address of these people, newest first, and which of all their
        mail waits for an answer. NOT_FOUND.
        """
        with self._database.read() as reader:
            merge = Merge(reader)
            entries = [_one(reader, merge, id_).entry for id_ in ids]
            addresses = dict.fromkeys(
                same_key(address)
                for entry in entries
                for address in (entry.email, *entry.more_emails)
                if "@" in address
            )
            wanted = max(1, min(limit, MOST_MESSAGES))
            found = exchanged.with_addresses(reader, addresses, wanted + 1, before)
            rows = mailbox.rows(reader, found[:wanted])
        waiting = self._followups.with_people(addresses)
        return Exchange(rows, waiting, more=len(found) > wanted)


def _one(reader: Reader, merge: Merge, entry: EntryId) -> One:
    found = people.entry(reader, entry)
    if found is None:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="entry")
    return merge.of(found)


def _ids(ones: Iterable[One]) -> list[EntryId]:
    return [id_ for one in ones for id_ in one.ids]


def _relatives(reader: Reader, merge: Merge, one: One) -> tuple[Relative, ...]:
    """Guardians of a pupil, else pupils of a guardian."""
    if one.entry.kind is not EntryKind.PERSON:
        return ()
    own = merge.latest(people_ties.guardians(reader, one.ids), [one])
    ties = own or people_ties.pupils(reader, one.ids)
    return _as_relatives(merge, ties)


def _as_relatives(merge: Merge, ties: Sequence[Kin]) -> tuple[Relative, ...]:
    """Each once: legal ones first, then those in contact; by name. A tie that one source calls
    legal is legal, for none takes that away by saying nothing.
    """
    found: dict[EntryId, Relative] = {}
    for kin in ties:
        one = merge.of(kin.stored)
        known = found.get(one.id)
        relation = kin.relation
        if known is not None and known.relation is not Relation.OTHER:
            relation = known.relation
        found[one.id] = Relative(
            one.hit(),
            relation,
            kin.is_legal or (known is not None and known.is_legal),
            kin.is_contact or (known is not None and known.is_contact),
        )
    return tuple(
        sorted(
            found.values(),
            key=lambda one: (not one.is_legal, not one.is_contact, *_place(one.hit)),
        )
    )


def _place(hit: DirectoryHit) -> tuple[str, ...]:
    """By name; namesakes by what is the same in whatever order sources came."""
    return plain(hit.entry.name), hit.entry.name, hit.source, hit.entry.key


def _classes(reader: Reader, merge: Merge, one: One) -> tuple[ClassPart, ...]:
    """Classes and groups, one and the same of two sources once, each part once."""
    found: dict[tuple[str, str, object], ClassPart] = {}
    places = sorted(
        people_ties.places(reader, one.ids),
        key=lambda place: (
            plain(place.group.entry.name),
            one.ids.index(place.member),
            place.group.source,
            place.group.entry.key,
            place.part.value,
        ),
    )
    for place in places:
        group = place.group.entry
        key = (class_label(group.name), group.uai or plain(group.school), place.part)
        known = found.get(key)
        found[key] = ClassPart(
            known.group if known else place.group.id,
            known.name if known else group.name,
            (known.school if known else "") or group.school,
            place.part,
            (known.subject if known else "") or place.role,
        )
    return tuple(found.values())


def _note_text(reader: Reader, merge: Merge, one: One) -> str:
    return "\n\n".join(text for _, text, _ in notes.find(reader, merge.keys_of(one)))
