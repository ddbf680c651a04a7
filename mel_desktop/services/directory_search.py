"""Search and completion in the school directory, answered from the local copy on each key.

First what fits as it was typed, by the index, each step at most some hundred ids; where that is
nothing, words one wrong key or a sound away (logic.name_forms). The index is asked for words alone:
a condition as wide as "has an address" would make it walk through all that have one, so ids are
looked up in lists of those that fulfil it. Ranks: whole words of the name,
beginnings, other fields, wrong keys; within each of these people written to and those of one's own
school first, pupils after staff unless they are asked for.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field, replace
from itertools import chain, islice
from typing import TYPE_CHECKING, Final, NamedTuple

from mel_desktop.logic import directory_query
from mel_desktop.logic.directory_query import Asked, Known, Whole, loosened
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
from mel_desktop.model.values import dataclass
from mel_desktop.services.directory_recent import Recent
from mel_desktop.store import identities, people, people_search
from mel_desktop.store.database import Database, Reader, Row
from mel_desktop.store.people_rows import Lean, Stored

if TYPE_CHECKING:
    from mel_desktop.services.people_merge import One

CANDIDATES: Final = 48  # looked at more closely, each way of matching
WIDE: Final = 4  # times as many are asked for where a condition is looked up afterwards
MOST_COUNTS: Final = 500
PUPIL: Final = directory_query.profile_facet(Profile.PUPIL)
WITH_MAIL: Final = "withmail"
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

    row: Lean
    known: Known


Rank = tuple[int, bool, bool, bool, float, int, str, str, str, str]


class _Kept:
    """What earlier keys found, of one copy of the directory."""

    def __init__(self, mark: Row | None) -> None:
        self.mark = mark
        self.known: dict[int, Met] = {}  # most are met again at the next key
        self.ones: dict[int, One] = {}
        self.counts: dict[str, int] = {}
        self.flags: dict[tuple[str, ...], bytes] = {}


class Placed(NamedTuple):
    """An entry in its place among what was found."""

    rank: Rank
    met: Met
    points: float

    def hit(self) -> DirectoryHit:
        """As a hit; only now the whole row is made."""
        row = self.met.row
        return DirectoryHit(row.id, row.entry, row.source, self.points)


class DirectorySearch:
    """What the directory of one profile answers to what is typed. Any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._recent: tuple[Row | None, Recent] = (None, Recent(()))
        self._words: tuple[Row | None, Vocabulary] = (None, Vocabulary(()))
        self._own: tuple[Row | None, tuple[str, ...]] = (None, ())
        self._kept = _Kept(None)
        self._making = threading.Lock()

    def warm(self) -> None:
        """Have the words of the directory ready: 0.3 s for 170,000 entries."""
        with self._database.read() as reader:
            self._own = (None, ())  # an account may have come
            look = self._look(reader)
            self._vocabulary(reader, look.mark)
            look.flags((WITH_MAIL,), PUPIL)  # and with them each of the two alone

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
            found, total = _candidates(look, asked, facets, most)
            if total is None:
                total = look.count(asked.match(facets=facets))
            for address, _ in _first(look.recent.matching(asked), RECENT):
                stored = people.with_address(reader, address)
                if stored is not None and kind in (None, stored.entry.kind):
                    found.setdefault(stored.id, "")
            ranked = self._ranked(look, asked, found, facets, most)
            hits = distinct(look, known, (one.hit() for one in ranked), limit)
            if len(ranked) <= limit:
                total = len(hits)
        return _result(hits, total, known)

    def complete(self, typed: str, *, limit: int = 8) -> DirectoryResult:
        """Recipients that fit: those written to lately first, then the rest of the directory."""
        asked = directory_query.ask(typed)
        facets = [WITH_MAIL]
        with self._database.read() as reader:
            known = people.sources(reader)
            if asked.is_empty or limit < 1:
                return _result((), 0, known)
            look = self._look(reader)
            recent = look.recent
            learned = [self._learned(reader, one) for one in _first(recent.matching(asked), limit)]
            most = max(limit, CANDIDATES)
            found, _ = _candidates(look, asked, facets, most)
            others = self._ranked(look, asked, found, facets, most, learned)
            if not learned and len(others) < limit:
                for loose in _loosened(asked, recent.vocabulary):
                    ones = _first(recent.matching(loose), limit)
                    learned = [self._learned(reader, one) for one in ones]
                    if learned:
                        break
            every = chain(learned, (one.hit() for one in others))
            hits = distinct(look, known, _each_once(look, every), limit)
        return _result(hits, len(hits), known)

    # -- inside ------------------------------------------------------------------------------------

    def _look(self, reader: Reader) -> _Look:
        mark = people_search.mark(reader)
        if mark != self._kept.mark:
            self._kept = _Kept(mark)
        if mark != self._own[0]:
            self._own = (mark, _own_schools(reader))
        written = people_search.correspondents_mark(reader)
        if written != self._recent[0]:
            rows = people_search.correspondents(reader, CORRESPONDENTS)
            self._recent = (written, Recent(rows))
        settled = people_search.is_settled(reader)
        return _Look(reader, mark, settled, self._own[1], self._recent[1], self._kept)

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
    ) -> list[Placed]:
        """What was found, best first; where it is little, with what a wrong key may have meant."""
        ranked = look.ranked(asked, found)
        if not ranked and not learned:  # what fits as it was typed is what was meant
            vocabulary = self._vocabulary(look.reader, look.mark)
            for loose in _loosened(asked, vocabulary):
                for id_ in look.having(loose, WORDY, facets, most).ids[:most]:
                    found.setdefault(id_, "")
                if ranked := look.ranked(loose, found):
                    break
        return ranked

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
    kept: _Kept
    asked: dict[tuple[str, int], list[int]] = field(default_factory=dict)

    def ranked(self, asked: Asked, found: Found) -> list[Placed]:
        """Best first, whatever the order of their rows."""
        ranked = []
        for met in self.load(found):
            row, known = met
            fit = directory_query.fit(asked, known, found[row.id])
            near = known.uai in self.own or known.email in self.recent.addresses
            rank: Rank = (
                fit.tier,
                not near,
                asked.kind is not None and asked.kind is not row.kind,
                known.is_pupil and not asked.pupils,
                -fit.points,
                directory_query.KIND_ORDER[row.kind],
                known.folded,
                row.email,
                row.key,
                row.source,
            )
            ranked.append(Placed(rank, met, fit.points))
        ranked.sort(key=lambda one: (one.rank, one.met.row.id))
        return ranked

    def ids(self, match: str, most: int) -> list[int]:
        """Entries that an expression finds; asked once for one key."""
        found = self.asked.get((match, most))
        if found is None:
            found = people_search.ids_matching(self.reader, match, most, settled=self.settled)
            self.asked[match, most] = found
        return found

    def having(
        self, asked: Asked, columns: str, facets: Sequence[str], most: int, *,
        exact: bool = False, but: str = "",
    ) -> _Having:  # fmt: skip
        """Entries with all units in ``columns`` and all facets, not ``but``: all of them, or at
        least ``most``.
        """
        wide = most * WIDE if facets or but else most + 1
        ids = found = self.ids(asked.match(columns, exact=exact), wide)
        if facets or but:
            flags = self.flags(facets, but)
            last = len(flags)
            found = [id_ for id_ in ids if id_ < last and flags[id_]]
        if len(ids) < wide or len(found) >= most:
            return _Having(found, len(ids) < wide)
        found = self.ids(asked.match(columns, exact=exact, facets=facets, but=but), most)
        return _Having(found, len(found) < most)

    def flags(self, facets: Sequence[str], but: str = "") -> bytes:
        """By id: 1 where an entry has all ``facets``, and not ``but``; one of these at least."""
        if len(facets) == 1 and not but:
            return self._flags_of(facets[0])
        key = (*facets, but)
        found = self.kept.flags.get(key)
        if found is None:
            parts = [self._flags_of(one) for one in facets]
            found = all_but(parts, self._flags_of(but) if but else b"")
            self.kept.flags[key] = found
        return found

    def _flags_of(self, facet: str) -> bytes:
        found = self.kept.flags.get((facet,))
        if found is None:
            found = people_search.flags_of_facet(self.reader, facet)
            self.kept.flags[(facet,)] = found
        return found

    def count(self, match: str) -> int:
        """How many an expression finds; of a copy that is settled, counted once."""
        counts = self.kept.counts
        found = counts.get(match) if self.settled else None
        if found is None:
            if len(counts) > MOST_COUNTS:
                counts.clear()
            found = counts[match] = people_search.count_matching(self.reader, match)
        return found

    def load(self, found: Iterable[int]) -> list[Met]:
        """Entries by their ids."""
        kept = self.kept.known
        wanted = list(found)
        missing = [id_ for id_ in wanted if id_ not in kept]
        if missing:
            if len(kept) > MOST_KNOWN:
                kept.clear()
                self.kept.ones.clear()
                missing = wanted
            for one in people_search.of_ids(self.reader, missing):
                kept[one.id] = Met(one, Known(one))
        return [met for id_ in wanted if (met := kept.get(id_)) is not None]

    def rows(self, ids: Iterable[EntryId]) -> dict[EntryId, Stored]:
        """Their rows."""
        return {met.row.id: met.row.stored for met in self.load(id_ for id_ in ids if id_)}


class _Having(NamedTuple):
    """Ids, and whether these are all."""

    ids: list[int]
    is_all: bool


def all_but(parts: Sequence[bytes], but: bytes) -> bytes:
    """1 where all ``parts`` have 1 and ``but`` has none; where there are no parts, everywhere."""
    size = max((*map(len, parts), len(but)))
    found = int.from_bytes(b"\x01" * size, "little")
    for part in parts:
        found &= int.from_bytes(part, "little")
    return (found & ~int.from_bytes(but, "little")).to_bytes(size, "little")


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
    from mel_desktop.services.people_merge import Merge  # noqa: PLC0415 first needed here

    waiting = iter(hits)
    merge = Merge(look.reader, known)
    found: list[DirectoryHit] = []
    seen: set[EntryId] = set()
    while len(found) < most and (some := list(islice(waiting, most - len(found)))):
        rows = look.rows(hit.id for hit in some)
        ones = look.kept.ones
        merge.prepare(row for id_, row in rows.items() if id_ not in ones)
        for hit in some:
            row = rows.get(hit.id)
            if row is None:  # written to, and in no source
                found.append(hit)
                continue
            one = ones.get(hit.id)
            if one is None:
                one = ones[hit.id] = merge.of(row)
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
        met = look.kept.known.get(hit.id)
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


def _candidates(
    look: _Look, asked: Asked, facets: Sequence[str], most: int
) -> tuple[Found, int | None]:
    """Entries worth a closer look: all that fit, or some ``most`` of each way of fitting; and how
    many fit, where that is known.

    The index gives its rows in no useful order, and a single letter fits half of them: so those of
    one's own school come by themselves, names before the rest, whole words first, staff first.
    """
    found: Found = {}

    def add(ids: list[int]) -> int:
        found.update(dict.fromkeys(ids[:most], ""))
        return len(ids)

    fitting, is_all = look.having(asked, "", facets, most)
    if is_all and len(fitting) <= most:
        add(fitting)
    else:
        for uai in look.own:
            add(look.ids(f'uai : "{uai}" AND {asked.match(facets=facets)}', most))
        pupil = "" if asked.pupils else PUPIL
        named = add(look.having(asked, "name", facets, most, but=pupil).ids)
        if pupil and named < most:
            named = add(look.having(asked, "name", facets, most).ids)
        if named < most:
            add(fitting)
        add(look.having(asked, "name" if named >= most else "", facets, most, exact=True).ids)
    if any(
        unit.facets and unit.facets[0].startswith(directory_query.CLASS) for unit in asked.units
    ):
        _add_members(look, asked, facets, found)
    if asked.family:
        _add_family(look, asked, facets, found, most)
    return found, max(len(found), len(fitting)) if is_all else None


def _add_members(look: _Look, asked: Asked, facets: Sequence[str], found: Found) -> None:
    """People of the classes that are asked for, where only the class knows it."""
    from mel_desktop.logic import directory_words  # noqa: PLC0415 first needed here

    classes = [
        unit
        for unit in asked.units
        if unit.facets and unit.facets[0].startswith(directory_query.CLASS)
    ]
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
        known = Known(Whole(stored.entry))
        role = f"{said} {directory_words.PART_WORDS.get(part, '')} {typed}"
        if wanted <= known.marks and directory_query.is_fitting(rest, known, role):
            found[stored.id] = role


def _add_family(look: _Look, asked: Asked, facets: Sequence[str], found: Found, most: int) -> None:
    """Who is responsible for the pupils of a name."""
    from mel_desktop.store import people_ties  # noqa: PLC0415 first needed here

    match = Asked(asked.units[1:], asked.uais).match(facets=[PUPIL])
    pupils = look.ids(match, most)
    names = {row.id: row.name for row, _ in look.load(pupils)}
    for kin in people_ties.guardians(look.reader, tuple(names)):
        if frozenset(facets) <= Known(Whole(kin.stored.entry)).marks:
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
