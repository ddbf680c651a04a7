"""Who to turn to: the shipped list of services, searched like people and beside them.

The list is data of the program, not of the person: it is not in the vault, it is no source that
could be complete, and its entries have ids from FIRST_ID on that hold while the list is in force.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mel_desktop.formats.services_data import read_services
from mel_desktop.logic import directory_query
from mel_desktop.logic.folding import fold, searchable
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.patterns import late
from mel_desktop.model.people import (
    DirectoryEntry,
    DirectoryHit,
    DirectoryResult,
    EntryId,
    EntryKind,
)

if TYPE_CHECKING:
    from mel_desktop.model.services import ServiceFacts, ServiceList

FIRST_ID: Final = 10**12  # rows of the store never get that far
LEAST_SCORE: Final = 0.3
_TOKEN: Final = late(r"[^\W_]+")
_EMPTY: Final = frozenset({  # of a phrase: "mot de passe", "prof de maths"
    "de", "du", "des", "la", "le", "les", "un", "une", "et", "en", "pour", "l", "d", "a", "au",
    "the", "of",
})  # fmt: skip


class ServiceBook:
    """The list in force, read once. ``content``: its octets."""

    def __init__(self, content: Callable[[], bytes]) -> None:
        self._content = content
        self._list: ServiceList | None = None
        self._places: dict[str, frozenset[int]] = {}
        self._names: tuple[frozenset[str], ...] = ()
        self._short: tuple[frozenset[str], ...] = ()

    def forget(self) -> None:
        """Another list is in force."""
        self._list = None

    def in_force(self) -> ServiceList:
        """The one in force. LocalRefusal(BAD_FILE)."""
        if self._list is None:
            found = read_services(self._content())
            names = tuple(frozenset(_words(one.name)) for one in found.services)
            short = tuple(
                frozenset(_words(" ".join((*one.also, one.where)))) for one in found.services
            )
            self._names, self._short = names, short
            places: dict[str, set[int]] = {}
            for at, one in enumerate(found.services):
                told = _words(" ".join((*one.words, *one.ask.fr, *one.ask.en)))
                for word in (*names[at], *short[at], *told):
                    places.setdefault(word, set()).add(at)
            self._places = {word: frozenset(where) for word, where in places.items()}
            self._list = found
        return self._list

    def facts(self, entry: EntryId) -> ServiceFacts | None:
        """One service; None for an entry of the directory. NOT_FOUND for one that is gone."""
        if entry < FIRST_ID:
            return None
        services = self.in_force().services
        if entry - FIRST_ID >= len(services):
            raise LocalRefusal(ErrorCode.NOT_FOUND, kind="entry")
        return services[entry - FIRST_ID]

    def entry(self, entry: EntryId) -> DirectoryEntry | None:
        """As an entry; None for one of the directory. NOT_FOUND."""
        found = self.facts(entry)
        return None if found is None else _entry(found)

    def find(self, typed: str) -> tuple[DirectoryHit, ...]:
        """Services in whose name or words every word begins that was typed, best first."""
        services = self.in_force().services
        asked = directory_query.parse(typed)
        words = [word for word in asked.words if word not in _EMPTY] or list(asked.words)
        if not words or asked.uais:
            return ()
        fitting: frozenset[int] | None = None
        for word in words:
            here = frozenset[int]().union(
                *(where for known, where in self._places.items() if known.startswith(word))
            )
            fitting = here if fitting is None else fitting & here
        hits = [
            DirectoryHit(
                EntryId(FIRST_ID + at), _entry(services[at]), self.title(), self._score(words, at)
            )
            for at in fitting or ()
        ]
        return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.id)))

    def beside(
        self, result: DirectoryResult, typed: str, *, kind: EntryKind | None, limit: int
    ) -> DirectoryResult:
        """A result of the directory with the services that fit; its date and completeness stay."""
        found = self.find(typed) if kind in (None, EntryKind.SERVICE) and limit > 0 else ()
        if not found:
            return result
        hits: list[DirectoryHit] = []
        waiting = list(found)
        for hit in result.hits:  # in their own order
            while waiting and waiting[0].score > hit.score:
                hits.append(waiting.pop(0))
            hits.append(hit)
        hits += waiting
        return replace(result, hits=tuple(hits[:limit]), total=result.total + len(found))

    def title(self) -> str:
        """What stands where an entry's source is named."""
        return f"services.toml {self.in_force().as_of.isoformat()}"

    def _score(self, words: list[str], at: int) -> float:
        """As that of the directory: whole words before beginnings, the name before the rest."""
        points = 0.0
        for word in words:
            for known, whole, begun in (
                (self._names[at], 1.0, 0.75), (self._short[at], 0.8, 0.55)
            ):  # fmt: skip
                if word in known:
                    points += whole
                    break
                if any(one.startswith(word) for one in known):
                    points += begun
                    break
            else:
                points += LEAST_SCORE
        return round(points / len(words) * 0.95, 4)


def _entry(one: ServiceFacts) -> DirectoryEntry:
    return DirectoryEntry(
        key=f"service:{one.id}",
        kind=EntryKind.SERVICE,
        name=one.name,
        email=one.mail.value if one.mail else "",
        role=one.where,
        phone=one.phone.value if one.phone else "",
        web=one.web.value if one.web else "",
        about=" ".join((*one.what.fr, *one.ask.fr)),
    )


def _words(text: str) -> list[str]:
    return _TOKEN.findall(fold(searchable(text)))
