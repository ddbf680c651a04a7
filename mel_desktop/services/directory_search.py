"""Search and completion in the school directory, answered from the local copy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from mel_desktop.logic import directory_query
from mel_desktop.logic.directory_query import DirectoryQuery
from mel_desktop.logic.folding import fold
from mel_desktop.model.people import (
    DirectoryEntry,
    DirectoryHit,
    DirectoryResult,
    DirectorySource,
    EntryId,
    EntryKind,
)
from mel_desktop.store import people, people_search
from mel_desktop.store.database import Database, Reader, Row
from mel_desktop.store.people_rows import Stored

CANDIDATES: Final = 200  # looked at more closely, each way of matching
CORRESPONDENTS: Final = 3_000
NO_ENTRY: Final = EntryId(0)  # a correspondent who is in no directory


class DirectorySearch:
    """What the directory of one profile answers to what is typed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._recent: tuple[Row | None, list[tuple[str, str, str]]] = (None, [])

    def search(
        self, query: str, *, kind: EntryKind | None = None, limit: int = 20
    ) -> DirectoryResult:
        """By name, address, function, school, class, town or UAI; accents ignored, best first."""
        asked = directory_query.parse(query)
        wanted = [directory_query.kind_facet(kind)] if kind else []
        with self._database.read() as reader:
            known = people.sources(reader)
            if asked.is_empty or limit < 1:
                return _result((), 0, known)
            found = _candidates(reader, asked, wanted, max(limit, CANDIDATES))
            total = people_search.count_matching(reader, asked.match(facets=wanted))
        return _result(_best(asked, found, limit), total, known)

    def complete(self, typed: str, *, limit: int = 8) -> DirectoryResult:
        """Recipients that fit: those written to lately first, then the rest of the directory."""
        asked = directory_query.parse(typed)
        with self._database.read() as reader:
            known = people.sources(reader)
            if asked.is_empty or limit < 1:
                return _result((), 0, known)
            recent = self._recent_hits(reader, asked, limit)
            found = _candidates(reader, asked, ["withmail"], max(limit, 50), enough=limit)
        seen = {(fold(hit.entry.email), fold(hit.entry.name)) for hit in recent}
        addresses = {address for address, _ in seen}
        hits = list(recent)
        for hit in _best(asked, found, len(found)):
            mark = (fold(hit.entry.email), fold(hit.entry.name))
            if mark[0] in addresses or mark in seen:
                continue
            seen.add(mark)
            hits.append(hit)
        return _result(tuple(hits[:limit]), len(hits), known)

    def _recent_hits(
        self, reader: Reader, asked: DirectoryQuery, limit: int
    ) -> tuple[DirectoryHit, ...]:
        """Correspondents that fit, the latest first, with what the directory knows of them."""
        mark = people_search.correspondents_mark(reader)
        if mark != self._recent[0]:
            rows = people_search.correspondents(reader, CORRESPONDENTS)
            self._recent = (
                mark,
                [(address, name, _words(address, name)) for address, name in rows],
            )
        hits = []
        for address, name, words in self._recent[1]:
            if asked.uais or not all(f" {word}" in words for word in asked.words):
                continue
            stored = people.with_address(reader, address)
            if stored is not None:
                hits.append(DirectoryHit(stored.id, stored.entry, stored.source, 1.0, learned=True))
            else:
                person = DirectoryEntry(address, EntryKind.PERSON, name or address, address)
                hits.append(DirectoryHit(NO_ENTRY, person, "", 1.0, learned=True))
            if len(hits) == limit:
                break
        return tuple(hits)


def _candidates(
    reader: Reader,
    asked: DirectoryQuery,
    wanted: Sequence[str],
    limit: int,
    *,
    enough: int | None = None,
) -> list[Stored]:
    """Entries worth a closer look: whole words in the name first, anything anywhere last.

    Each step stops at ``limit``: the index gives its rows in no useful order, and a single letter
    fits half of them. ``enough`` ends the search after the step that has brought so many.
    """
    steps = (
        asked.match(columns="name", exact=True, facets=wanted),
        asked.match(columns="name", facets=wanted),
        asked.match(exact=True, facets=wanted),
        asked.match(facets=wanted),
    )
    found: dict[EntryId, Stored] = {}
    for match in dict.fromkeys(steps):
        for one in people_search.matching(reader, match, limit):
            found.setdefault(one.id, one)
        if enough is not None and len(found) >= enough:
            break
    return list(found.values())


def _best(asked: DirectoryQuery, found: Iterable[Stored], limit: int) -> tuple[DirectoryHit, ...]:
    scored = [
        DirectoryHit(one.id, one.entry, one.source, directory_query.score(asked, one.entry))
        for one in found
    ]
    scored.sort(
        key=lambda hit: (
            -hit.score,
            directory_query.KIND_ORDER[hit.entry.kind],
            fold(hit.entry.name),
            hit.id,
        )
    )
    return tuple(scored[:limit])


def _words(address: str, name: str) -> str:
    """A correspondent's words, folded, each behind a blank."""
    return "".join(f" {word}" for word in directory_query.parse(f"{name} {address}").words)


def _result(
    hits: tuple[DirectoryHit, ...], total: int, known: Sequence[DirectorySource]
) -> DirectoryResult:
    """Hits with the date of the oldest copy that was searched, and whether all are complete."""
    dates = [one.updated_at for one in known if one.updated_at is not None]
    return DirectoryResult(
        hits=hits,
        total=max(total, len(hits)),
        as_of=min(dates, default=None),
        complete=bool(known) and all(one.complete for one in known),
    )
