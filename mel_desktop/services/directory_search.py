"""Search and completion in the school directory, answered from the local copy on each key.

First what fits as it was typed, by the index, each step at most some dozen rows; where that is
nothing, words one wrong key or a sound away (logic.name_forms). Ranks: whole words of the name,
beginnings, other fields, wrong keys; within each of these people written to and those of one's own
school first, pupils after staff unless they are asked for.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from mel_desktop.logic import directory_query, directory_words
from mel_desktop.logic.directory_query import Asked, Known, loosened
from mel_desktop.logic.folding import fold
from mel_desktop.logic.name_forms import SHORTEST_TYPO, Vocabulary
from mel_desktop.model.people import (
    DirectoryEntry,
    DirectoryHit,
    DirectoryResult,
    DirectorySource,
    EntryId,
    EntryKind,
    Profile,
)
from mel_desktop.services.directory_recent import Recent
from mel_desktop.services.people_merge import Merge, One
from mel_desktop.store import identities, people, people_search, people_ties
from mel_desktop.store.database import Database, Reader, Row
from mel_desktop.store.people_rows import Stored

CANDIDATES: Final = 48  # looked at more closely, each way of matching
CORRESPONDENTS: Final = 3_000
RECENT: Final = 12  # of them in a search
OWN_SCHOOLS: Final = 3
MOST_KNOWN: Final = 3_000  # entries kept ready for the next key: some 5 MB
CLASSES: Final = 40  # classes of one name whose members are looked at
NO_ENTRY: Final = EntryId(0)  # a correspondent who is in no directory
WORDY: Final = "name role school town"  # where words one wrong key away are looked for
Near = tuple[tuple[str, ...], tuple[str, ...]]  # whole words, beginnings
_NOTHING: Final[Near] = ((), ())

Found = dict[int, str]  # id of an entry, and what else is known of it


class Met(NamedTuple):
    """An entry with its row, made ready."""

    stored: Stored
    known: Known


Rank = tuple[int, bool, bool, bool, float, int, str, str, str, str]


class DirectorySearch:
    """What the directory of one profile answers to what is typed. Any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._recent: tuple[Row | None, Recent] = (None, Recent(()))
        self._words: tuple[Row | None, Vocabulary] = (None, Vocabulary(()))
        self._own: tuple[Row | None, tuple[str, ...]] = (None, ())
        self._known: tuple[Row | None, dict[int, Met], dict[int, One]] = (None, {}, {})
        self._making = threading.Lock()

    def warm(self) -> None:
        """Have the words of the directory ready: 0.2 s for 170,000 entries."""
        with self._database.read() as reader:
            self._own = (None, ())  # an account may have come
            self._vocabulary(reader, self._look(reader).mark)

    def search(
        self, query: str, *, kind: EntryKind | None = None, limit: int = 20
    ) -> DirectoryResult:
        """By name, function, subject, class, school, town, UAI, telephone or address, best first.

        Accents, hyphens, particles and order do not matter; one wrong key a word is forgiven.
        """
        asked = directory_query.ask(query)
        facets = [directory_query.kind_facet(kind)] if kind else []
        with self._database.read() as reader:
            known = people.sources(reader)
            if asked.is_empty or limit < 1:
                return _result((), 0, known)
            look = self._look(reader)
            most = max(limit, CANDIDATES)
            found = _candidates(look, asked, facets, most)
            total = len(found)
            if total >= most:
                total = people_search.count_matching(reader, asked.match(facets=facets))
            for address, _ in _first(look.recent.matching(asked), RECENT):
                stored = people.with_address(reader, address)
                if stored is not None and kind in (None, stored.entry.kind):
                    found.setdefault(stored.id, "")
            ranked = self._ranked(look, asked, found, facets, most)
            hits = distinct(look, known, ranked, limit)
            if len(ranked) <= limit:
                total = len(hits)
        return _result(hits, total, known)

    def complete(self, typed: str, *, limit: int = 8) -> DirectoryResult:
        """Recipients that fit: those written to lately first, then the rest of the directory."""
        asked = directory_query.ask(typed)
        facets = ["withmail"]
        with self._database.read() as reader:
            known = people.sources(reader)
            if asked.is_empty or limit < 1:
                return _result((), 0, known)
            look = self._look(reader)
            recent = look.recent
            learned = [self._learned(reader, one) for one in _first(recent.matching(asked), limit)]
            most = max(limit, CANDIDATES)
            found = _candidates(look, asked, facets, most)
            others = self._ranked(look, asked, found, facets, most, learned)
            if not learned and len(others) < limit:
                for loose in _loosened(asked, recent.vocabulary):
                    ones = _first(recent.matching(loose), limit)
                    learned = [self._learned(reader, one) for one in ones]
                    if learned:
                        break
            hits = distinct(look, known, _each_once(look, (*learned, *others)), limit)
        return _result(hits, len(hits), known)

    # -- inside ------------------------------------------------------------------------------------

    def _look(self, reader: Reader) -> _Look:
        mark = people_search.mark(reader)
        if mark != self._known[0]:
            self._known = (mark, {}, {})
        if mark != self._own[0]:
            self._own = (mark, _own_schools(reader))
        written = people_search.correspondents_mark(reader)
        if written != self._recent[0]:
            rows = people_search.correspondents(reader, CORRESPONDENTS)
            self._recent = (written, Recent(rows))
        settled = people_search.is_settled(reader)
        return _Look(reader, mark, settled, self._own[1], self._recent[1], *self._known[1:])

    def _vocabulary(self, reader: Reader, mark: Row | None) -> Vocabulary:
        """Words of the directory; those of the copy before while others are making new ones."""
        if mark != self._words[0] and self._making.acquire(blocking=False):
            try:
                self._words = (mark, Vocabulary(people_search.words(reader)))
            finally:
                self._making.release()
        return self._words[1]

    def _ranked(
        self,
        look: _Look,
        asked: Asked,
        found: Found,
        facets: Sequence[str],
        most: int,
        learned: Sequence[DirectoryHit] = (),
    ) -> tuple[DirectoryHit, ...]:
        """What was found, best first; where it is little, with what a wrong key may have meant."""
        ranked = look.ranked(asked, found)
        if not ranked and not learned:  # what fits as it was typed is what was meant
            vocabulary = self._vocabulary(look.reader, look.mark)
            for loose in _loosened(asked, vocabulary):
                for id_ in look.ids(loose.match(WORDY, facets=facets), most):
                    found.setdefault(id_, "")
                if ranked := look.ranked(loose, found):
                    break
        return tuple(hit for _, hit in ranked)

    def _learned(self, reader: Reader, one: tuple[str, str]) -> DirectoryHit:
        """A correspondent, with what the directory knows of them."""
        address, name = one
        stored = people.with_address(reader, address)
        if stored is not None:
            return DirectoryHit(stored.id, stored.entry, stored.source, 1.0, learned=True)
        person = DirectoryEntry(address, EntryKind.PERSON, name or address, address)
        return DirectoryHit(NO_ENTRY, person, "", 1.0, learned=True)


@dataclass(frozen=True, slots=True)
class _Look:
    """What one search has before it."""

    reader: Reader
    mark: Row | None
    settled: bool
    own: tuple[str, ...]
    recent: Recent
    # Of earlier keys: most are met again at the next one.
    known: dict[int, Met]
    ones: dict[int, One]

    def ranked(self, asked: Asked, found: Found) -> list[tuple[Rank, DirectoryHit]]:
        """Best first, whatever the order of their rows."""
        ranked = []
        for stored, known in self.load(found):
            entry = stored.entry
            fit = directory_query.fit(asked, known, found[stored.id])
            near = known.uai in self.own or known.email in self.recent.addresses
            rank: Rank = (
                fit.tier,
                not near,
                asked.kind is not None and asked.kind is not entry.kind,
                known.is_pupil and not asked.pupils,
                -fit.points,
                directory_query.KIND_ORDER[entry.kind],
                known.folded,
                entry.email,
                entry.key,
                stored.source,
            )
            ranked.append((rank, DirectoryHit(stored.id, entry, stored.source, fit.points)))
        ranked.sort(key=lambda pair: (pair[0], pair[1].id))
        return ranked

    def ids(self, match: str, most: int) -> list[int]:
        """Entries that an expression finds."""
        return people_search.ids_matching(self.reader, match, most, settled=self.settled)

    def load(self, found: Iterable[int]) -> list[Met]:
        """Entries by their ids."""
        wanted = list(found)
        missing = [id_ for id_ in wanted if id_ not in self.known]
        if missing:
            if len(self.known) > MOST_KNOWN:
                self.known.clear()
                self.ones.clear()
                missing = wanted
            for one in people_search.of_ids(self.reader, missing):
                self.known[one.id] = Met(one, Known(one.entry))
        return [met for id_ in wanted if (met := self.known.get(id_)) is not None]

    def rows(self, ids: Iterable[EntryId]) -> list[tuple[EntryId, Stored]]:
        """Their rows."""
        return [(met.stored.id, met.stored) for met in self.load(id_ for id_ in ids if id_)]


def _loosened(asked: Asked, vocabulary: Vocabulary) -> Iterator[Asked]:
    """With words that are one wrong key away: for those that begin nothing, then for all."""
    near: list[Near] = [
        _near(vocabulary, unit.word)
        if len(unit.word) >= SHORTEST_TYPO and unit.word.isalpha()
        else _NOTHING
        for unit in asked.units
    ]
    unknown = [
        _NOTHING if vocabulary.has(unit.word) else one
        for unit, one in zip(asked.units, near, strict=True)
    ]
    for some in (unknown, near) if unknown != near else (near,):
        if any(one != _NOTHING for one in some):
            yield loosened(asked, some)


def distinct(
    look: _Look, known: Sequence[DirectorySource], hits: Iterable[DirectoryHit], most: int
) -> tuple[DirectoryHit, ...]:
    """Each person once, with all that the sources say, where the best of the rows stands."""
    waiting = list(hits)
    rows = dict(look.rows(hit.id for hit in waiting))
    merge = Merge(look.reader, known)
    merge.prepare(
        rows[hit.id] for hit in waiting[:most] if hit.id in rows and hit.id not in look.ones
    )
    found: list[DirectoryHit] = []
    seen: set[EntryId] = set()
    for hit in waiting:
        if len(found) >= most:
            break
        row = rows.get(hit.id)
        if row is None:  # written to, and in no source
            found.append(hit)
            continue
        one = look.ones.get(hit.id)
        if one is None:
            one = look.ones[hit.id] = merge.of(row)
        if one.id in seen:
            continue
        seen.add(one.id)
        merged = one.hit(hit.score, learned=hit.learned)
        if hit.learned and hit.entry.email:  # the address that was written to, of several
            merged = replace(merged, entry=replace(merged.entry, email=hit.entry.email))
        found.append(merged)
    return tuple(found)


def _each_once(look: _Look, hits: Iterable[DirectoryHit]) -> Iterator[DirectoryHit]:
    """Each name of an address once; an address that was written to stands for all who share it."""
    seen: set[tuple[str, str]] = set()
    addresses: set[str] = set()
    for hit in hits:
        met = look.known.get(hit.id)
        if met is None or hit.learned:
            key = (fold(hit.entry.email), fold(hit.entry.name))
        else:
            key = (met.known.email, met.known.folded)
        if key in seen or key[0] in addresses:
            continue
        seen.add(key)
        if hit.learned:
            addresses.add(key[0])
        yield hit


def _near(vocabulary: Vocabulary, word: str) -> Near:
    whole, begun = vocabulary.near(word)
    return tuple(dict.fromkeys((*whole, *vocabulary.alike(word)))), begun


def _candidates(look: _Look, asked: Asked, facets: Sequence[str], most: int) -> Found:
    """Entries worth a closer look: all that fit, or some ``most`` of each way of fitting.

    The index gives its rows in no useful order, and a single letter fits half of them: so those of
    one's own school come by themselves, names before the rest, whole words first, staff first.
    """
    found: Found = {}

    def add(match: str) -> int:
        ids = look.ids(match, most)
        for id_ in ids:
            found.setdefault(id_, "")
        return len(ids)

    if add(asked.match(facets=facets)) >= most:
        pupil = "" if asked.pupils else directory_query.profile_facet(Profile.PUPIL)
        for uai in look.own:
            add(f'uai : "{uai}" AND {asked.match(facets=facets)}')
        named = add(asked.match("name", facets=facets, but=pupil))
        if pupil and named < most:
            named = add(asked.match("name", facets=facets))
        if named >= most:
            add(asked.match("name", exact=True, facets=facets))
        else:
            add(asked.match(exact=True, facets=facets))
    if any(unit.facets and unit.facets[0].startswith("cl") for unit in asked.units):
        _add_members(look, asked, facets, found)
    if asked.family:
        _add_family(look, asked, facets, found, most)
    return found


def _add_members(look: _Look, asked: Asked, facets: Sequence[str], found: Found) -> None:
    """People of the classes that are asked for, where only the class knows it."""
    classes = [unit for unit in asked.units if unit.facets and unit.facets[0].startswith("cl")]
    others = tuple(unit for unit in asked.units if unit not in classes)
    if not others:
        return
    group = directory_query.kind_facet(EntryKind.GROUP)
    match = Asked(tuple(classes)).match(facets=[group])
    groups: list[int] = []
    for uai in (*look.own, ""):
        here = f'uai : "{uai}" AND {match}' if uai else match
        groups += look.ids(here, CLASSES)
    rest, wanted = Asked(others), frozenset(facets)
    typed = " ".join(unit.word for unit in classes)
    for stored, part, said in people_search.class_members(look.reader, groups, CLASSES * 50):
        known = Known(stored.entry)
        role = f"{said} {directory_words.PART_WORDS.get(part, '')} {typed}"
        if wanted <= known.marks and directory_query.is_fitting(rest, known, role):
            found[stored.id] = role


def _add_family(look: _Look, asked: Asked, facets: Sequence[str], found: Found, most: int) -> None:
    """Who is responsible for the pupils of a name."""
    pupil = directory_query.profile_facet(Profile.PUPIL)
    match = Asked(asked.units[1:], asked.uais).match(facets=[pupil])
    pupils = look.ids(match, most)
    names = {one.id: one.entry.name for one, _ in look.load(pupils)}
    for kin in people_ties.guardians(look.reader, tuple(names)):
        if frozenset(facets) <= Known(kin.stored.entry).marks:
            found[kin.stored.id] = f"{asked.units[0].word} {names[kin.of]}"


def _own_schools(reader: Reader) -> tuple[str, ...]:
    """UAIs of the schools where the owner's own addresses are listed, folded."""
    found: dict[str, None] = {}
    for address in sorted(identities.own_addresses(reader)):
        stored = people.with_address(reader, address)
        if stored is not None and stored.entry.uai.isalnum():
            found[fold(stored.entry.uai)] = None
    return tuple(found)[:OWN_SCHOOLS]


def _first(rows: Iterable[tuple[str, str]], most: int) -> list[tuple[str, str]]:
    return [row for row, _ in zip(rows, range(most), strict=False)]


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
