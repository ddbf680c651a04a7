"""Rows of the directory put together across sources, as logic.same_person decides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from mel_desktop.logic.paris import on_the_wall
from mel_desktop.logic.same_person import keys_of, most_telling, put_together, row_key, together
from mel_desktop.logic.school_year import year_of
from mel_desktop.model.people import (
    DirectoryEntry,
    DirectoryHit,
    DirectorySource,
    EntryId,
    SourceId,
)
from mel_desktop.model.persons import Stamp
from mel_desktop.model.values import dataclass
from mel_desktop.store import people, people_ties
from mel_desktop.store.database import Reader
from mel_desktop.store.people_rows import Stored
from mel_desktop.store.people_ties import Kin

AND: Final = " + "  # between the names of sources


@dataclass(frozen=True, slots=True)
class One:
    """One person, place or group. ``rows``: in each source, the most telling first."""

    rows: tuple[Stored, ...]
    entry: DirectoryEntry

    @property
    def id(self) -> EntryId:
        """Of the most telling row."""
        return self.rows[0].id

    @property
    def ids(self) -> tuple[EntryId, ...]:
        """Of all rows."""
        return tuple(row.id for row in self.rows)

    def hit(self, score: float = 1.0, *, learned: bool = False) -> DirectoryHit:
        """As a hit."""
        return DirectoryHit(
            self.id,
            self.entry,
            AND.join(dict.fromkeys(row.source for row in self.rows)),
            score,
            learned,
            tuple(dict.fromkeys(row.source_id for row in self.rows)),
        )


def school_year(source: DirectorySource) -> int:
    """In which its copy was read; 0 where none is."""
    if source.updated_at is None:
        return 0
    return year_of(on_the_wall(source.updated_at, None).date())


class Merge:
    """Puts rows together within one read of the store; what was found once is kept."""

    def __init__(self, reader: Reader, known: Sequence[DirectorySource] | None = None) -> None:
        self._reader = reader
        self._sources = {one.id: one for one in known or people.sources(reader)}
        self._holders: dict[str, tuple[Stored, ...]] = {}
        self._found: dict[EntryId, One] = {}

    def prepare(self, rows: Iterable[Stored]) -> None:
        """Ask at once for what ``of`` would ask for these one after the other."""
        if len(self._sources) < 2:
            return
        new = {row.id: row for row in rows if row.id not in self._found}
        keys = {key for row in new.values() for key in keys_of(row.entry)}
        if wanted := keys - self._holders.keys():
            self._holders.update(people_ties.holders_of_many(self._reader, wanted, new))

    def of(self, row: Stored) -> One:
        """The one that a row belongs to."""
        if len(self._sources) < 2:  # a source never has one twice
            return One((row,), row.entry)
        if row.id not in self._found:
            one = self.join(together(row, self._having))
            self._found.update(dict.fromkeys(one.ids, one))
        return self._found[row.id]

    def join(self, rows: Iterable[Stored]) -> One:
        """These rows as one, whatever their keys."""
        found = tuple(rows)
        if len(found) == 1:
            return One(found, found[0].entry)
        ordered = tuple(
            sorted(
                found,
                key=lambda row: most_telling(
                    self._sources[row.source_id].kind, row.entry, row.source
                ),
            )
        )
        return One(ordered, put_together([row.entry for row in ordered]))

    def distinct(self, rows: Iterable[Stored]) -> tuple[One, ...]:
        """Each once, where the first of its rows stood."""
        found: dict[EntryId, One] = {}
        for row in rows:
            one = self.of(row)
            found.setdefault(one.id, one)
        return tuple(found.values())

    def hits(self, hits: Iterable[DirectoryHit], most: int) -> tuple[DirectoryHit, ...]:
        """Each once, put together, where the best of its rows stood; at most ``most``.

        Hits of which the directory holds nothing stay as they are.
        """
        found: list[DirectoryHit] = []
        seen: set[EntryId] = set()
        waiting = list(hits)
        rows = people_ties.by_id(self._reader, {hit.id for hit in waiting if hit.id})
        self.prepare([rows[hit.id] for hit in waiting[: 2 * most] if hit.id in rows])
        for hit in waiting:
            if len(found) >= most:
                break
            row = rows.get(hit.id)
            if row is None:
                found.append(hit)
                continue
            one = self.of(row)
            if one.id in seen:
                continue
            seen.add(one.id)
            entry = one.entry
            if hit.learned:  # the address that was written to, of several
                entry = replace(entry, email=hit.entry.email or entry.email)
            found.append(replace(one.hit(hit.score, learned=hit.learned), entry=entry))
        return tuple(found)

    def latest(self, ties: Iterable[Kin], pupils: Iterable[One]) -> tuple[Kin, ...]:
        """Ties of these pupils that are of the latest school year in which a source tells some of
        the pupil: who was a legal guardian last year need not be one.
        """
        whose = {id_: one.id for one in pupils for id_ in one.ids}
        found = [(whose[tie.of], self._year(tie), tie) for tie in ties]
        newest: dict[EntryId, int] = {}
        for pupil, year, _ in found:
            newest[pupil] = max(year, newest.get(pupil, 0))
        return tuple(tie for pupil, year, tie in found if year == newest[pupil])

    def _year(self, tie: Kin) -> int:
        return school_year(self._sources[tie.stored.source_id])

    def stamps(self, ones: Iterable[One]) -> tuple[Stamp, ...]:
        """Sources that these draw on, the most telling of the first ahead."""
        ids = dict.fromkeys(row.source_id for one in ones for row in one.rows)
        return tuple(self.stamp(id_) for id_ in ids)

    def stamp(self, source: SourceId) -> Stamp:
        """As of when, and whether whole."""
        found = self._sources[source]
        return Stamp(found.id, found.name, found.updated_at, found.complete)

    def keys_of(self, one: One) -> tuple[str, ...]:
        """Keys of all rows: what notes and erasures hang on (store.people_digest). Not those that
        somebody else has too: a box of several people is nobody's name.
        """
        found = dict.fromkeys(key for row in one.rows for key in self.keys_of_row(row))
        others = {key: [row for row in self._having(key) if row.id not in one.ids] for key in found}
        return tuple(key for key in found if not others[key])

    def keys_of_row(self, row: Stored) -> tuple[str, ...]:
        """Keys that other sources share, and the row's own within its source."""
        source = self._sources[row.source_id]
        return (*keys_of(row.entry), row_key(source.kind.value, source.name, row.entry.key))

    def _having(self, key: str) -> tuple[Stored, ...]:
        if key not in self._holders:
            self._holders[key] = people_ties.holders(self._reader, key)
        return self._holders[key]
