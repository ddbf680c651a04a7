"""People written to from here, by the words of their names and addresses, in memory."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from mel_desktop.logic import directory_query
from mel_desktop.logic.directory_query import Asked, Unit
from mel_desktop.logic.folding import fold
from mel_desktop.logic.name_forms import Vocabulary


class Recent:
    """Some thousand of them, the latest first; made anew when one is written to."""

    def __init__(self, rows: Sequence[tuple[str, str]]) -> None:
        self._rows = rows
        self.addresses = frozenset(fold(address) for address, _ in rows)
        places: dict[str, set[int]] = {}
        for number, (address, name) in enumerate(rows):
            text = f"{directory_query.name_words(name)} {address}"
            for word in directory_query.parse(text, most=24).words:
                places.setdefault(word, set()).add(number)
        self._places = places
        self._words = sorted(places)
        self._vocabulary: Vocabulary | None = None

    @property
    def vocabulary(self) -> Vocabulary:
        """Their words, for what is typed with a wrong key."""
        if self._vocabulary is None:
            self._vocabulary = Vocabulary(self._words)
        return self._vocabulary

    def matching(self, asked: Asked) -> Iterator[tuple[str, str]]:
        """(address, name) of those whom all units fit, the latest first. UAIs fit nobody."""
        if asked.uais or not asked.units:
            return
        found: set[int] | None = None
        for unit in asked.units:
            fits = self._fitting(unit)
            found = fits if found is None else found & fits
            if not found:
                return
        for number in sorted(found or ()):
            yield self._rows[number]

    def _fitting(self, unit: Unit) -> set[int]:
        found: set[int] = set()
        for beginning in (unit.word, *unit.begun):
            at = bisect_left(self._words, beginning)
            while at < len(self._words) and self._words[at].startswith(beginning):
                found |= self._places[self._words[at]]
                at += 1
        return found.union(*self._known((*unit.others, *unit.near)))

    def _known(self, words: Iterable[str]) -> Iterator[set[int]]:
        return (self._places[word] for word in words if word in self._places)
