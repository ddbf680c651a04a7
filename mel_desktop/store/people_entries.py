"""Entries on their way in, some hundred of them at a time.

Rule 1: what is held under the keys of a batch is read by one statement, what becomes of them is
decided here, and then written by few statements: the result is that of one entry after the other.
Rule 2: what can be made of an entry without the store is made before the transaction (``ready``):
the writer also saves drafts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

from mel_desktop.logic.same_person import PLACES, UAI
from mel_desktop.model.people import DirectoryEntry
from mel_desktop.model.values import dataclass
from mel_desktop.store import people_index
from mel_desktop.store.database import Row, Transaction, to_json
from mel_desktop.store.people_rows import COLUMNS, ENTRY, entry_of, values_of

if TYPE_CHECKING:
    from mel_desktop.store.people_intake import Import

MOST_ROLE: Final = 200
MOST_LISTED: Final = 20  # further addresses, telephones, keys of one entry
MOST_KEY: Final = 300
NEW: Final = 0  # id of a row that is not stored yet


@dataclass(frozen=True, slots=True)
class Ready:
    """An entry within its bounds, as it is stored and, if need be, as it is indexed."""

    entry: DirectoryEntry
    values: tuple[str, ...]
    words: tuple[str, ...] = ()


def ready(entry: DirectoryEntry, *, is_new: bool = False) -> Ready:
    """``is_new``: it is probably not held yet, and will be indexed."""
    entry = bounded(entry)
    return Ready(entry, values_of(entry), people_index.words_of(entry) if is_new else ())


@dataclass(slots=True)
class Held:
    """What is held under a key. ``id``: NEW before it is stored."""

    id: int
    since: int
    row: Row = ()
    value: DirectoryEntry | None = None

    @property
    def entry(self) -> DirectoryEntry:
        """As a value; few rows are asked for it."""
        if self.value is None:
            self.value = entry_of(self.row)
        return self.value

    def is_same(self, one: Ready) -> bool:
        """Whether this is what is held already."""
        return one.values == self.row[1 : COLUMNS - 1] or self.entry == one.entry


class Batch:
    """Entries of these keys; ``write`` at the end, in the same transaction."""

    def __init__(self, tx: Transaction, load: Import, keys: Iterable[str]) -> None:
        self._tx = tx
        self._load = load
        self._fresh: dict[str, Held] = {}
        self._old: dict[str, Held] = {}
        self._new: dict[str, Ready] = {}
        self._doomed: list[int] = []
        self._seen: dict[int, int] = {}
        for row in tx.all(
            f"""SELECT {ENTRY}, since, seen FROM json_each(?) j
                  CROSS JOIN entry e ON e.source_id = ? AND e.key = j.value""",  # noqa: S608 constant
            to_json(list(dict.fromkeys(keys))),
            load.source,
        ):
            since, seen = cast("tuple[int, int]", row[COLUMNS:])
            held = Held(cast("int", row[0]), since, row[:COLUMNS])
            if seen == load.number:
                self._fresh[cast("str", row[1])] = held
            elif since <= load.shown <= seen:
                self._old[cast("str", row[1])] = held

    def known(self, key: str) -> tuple[Held | None, Held | None]:
        """(what the new copy holds, what the copy that is shown holds) under a key."""
        fresh = self._fresh.get(key)
        return fresh, (None if fresh is not None else self._old.get(key))

    def put(self, one: Ready) -> None:
        """Take an entry in; several with one key are one, but in a delta, where the last counts."""
        key = one.entry.key
        fresh, old = self.known(key)
        if fresh is None:
            if old is not None and old.is_same(one):
                self._seen[old.id] = self._load.number
                self._fresh[key] = old
            else:
                self._renew(one)
            return
        together = one.entry if self._load.is_delta else merged(fresh.entry, one.entry)
        if together == fresh.entry:
            return
        if fresh.id != NEW and fresh.since == self._load.number:
            self._doomed.append(fresh.id)
        elif fresh.id != NEW:  # shown by the old copy, and now no longer the same
            self._seen[fresh.id] = self._load.shown
        self._renew(ready(together))

    def forget(self, key: str) -> None:
        """What the copy that is shown holds under a key counts as gone."""
        self._old.pop(key, None)

    def write(self) -> None:
        """Store what became of all."""
        delete(self._tx, self._doomed)
        for number in set(self._seen.values()):
            self._tx.run(
                "UPDATE entry SET seen = ? WHERE id IN (SELECT value FROM json_each(?))",
                number, to_json([id_ for id_, seen in self._seen.items() if seen == number]),
            )  # fmt: skip
        insert(self._tx, self._load, list(self._new.values()))

    def _renew(self, one: Ready) -> None:
        self._new[one.entry.key] = one
        self._fresh[one.entry.key] = Held(NEW, self._load.number, value=one.entry)


def insert(tx: Transaction, load: Import, entries: Sequence[Ready]) -> None:
    """Rows of the new copy, with their index rows and what other sources call them."""
    if not entries:
        return
    last = tx.value(  # ids are never given twice
        """SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'entry'), 0),
                      coalesce((SELECT max(id) FROM entry), 0))"""
    )
    rows = list(enumerate(entries, cast("int", last) + 1))
    tx.many(
        """INSERT INTO entry (id, source_id, key, kind, name, email, role, school, uai, classes,
                              town, phone, more, since, seen)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [(id_, load.source, *one.values, load.number, load.number) for id_, one in rows],
    )
    people_index.add_words(
        tx, [(id_, *(one.words or people_index.words_of(one.entry))) for id_, one in rows]
    )
    put_same(tx, ((id_, one.entry) for id_, one in rows))


def put_same(tx: Transaction, entries: Iterable[tuple[int, DirectoryEntry]]) -> None:
    """What other sources call entries, under their ids.

    A place is found by its own UAI in its row (store.people_ties.holders): 70,000 need no second.
    """
    tx.many(
        "INSERT OR IGNORE INTO entry_same (key, entry_id) VALUES (?, ?)",
        (
            (key, id_)
            for id_, one in entries
            for key in one.same_as
            if one.kind not in PLACES or key != UAI + one.uai
        ),
    )


def delete(tx: Transaction, ids: Sequence[int]) -> None:
    """Rows with their index rows."""
    if ids:
        people_index.remove(tx, ids)
        tx.run("DELETE FROM entry WHERE id IN (SELECT value FROM json_each(?))", to_json(list(ids)))


def bounded(entry: DirectoryEntry) -> DirectoryEntry:
    """Lists and keys are cut where no real ones go."""
    if not (entry.same_as or entry.more_emails or entry.more_phones):
        return entry
    if max(len(entry.more_emails), len(entry.more_phones), len(entry.same_as)) <= MOST_LISTED and (
        not entry.same_as or max(map(len, entry.same_as)) <= MOST_KEY
    ):
        return entry
    return replace(
        entry,
        more_emails=entry.more_emails[:MOST_LISTED],
        more_phones=entry.more_phones[:MOST_LISTED],
        same_as=tuple(key for key in entry.same_as if len(key) <= MOST_KEY)[:MOST_LISTED],
    )


def merged(known: DirectoryEntry, more: DirectoryEntry) -> DirectoryEntry:
    """Two entries of one key as one: classes, roles, addresses put together."""
    role = known.role
    if more.role and more.role not in role:
        role = f"{role}, {more.role}" if role else more.role
    emails = dict.fromkeys((*known.more_emails, more.email, *more.more_emails))
    phones = dict.fromkeys((*known.more_phones, more.phone, *more.more_phones))
    email, phone = known.email or more.email, known.phone or more.phone
    return bounded(
        replace(
            known,
            email=email,
            role=role if len(role) <= MOST_ROLE else known.role,
            school=known.school or more.school,
            uai=known.uai or more.uai,
            classes=tuple(dict.fromkeys((*known.classes, *more.classes))),
            town=known.town or more.town,
            phone=phone,
            profile=known.profile if known.profile.value else more.profile,
            family_name=known.family_name or more.family_name,
            title=known.title or more.title,
            more_emails=tuple(one for one in emails if one not in ("", email)),
            more_phones=tuple(one for one in phones if one not in ("", phone)),
            subjects=tuple(dict.fromkeys((*known.subjects, *more.subjects))),
            web=known.web or more.web,
            about=known.about or more.about,
            same_as=tuple(dict.fromkeys((*known.same_as, *more.same_as))),
        )
    )
