"""What people type to find a person, a class or a school, and how well an entry fits it.

Every word must fit, each as a beginning ("mar dup" finds Marie Dupont); accents, case, hyphens and
apostrophes do not matter. A UAI (7 digits and a letter) fits as a whole only. Words reach FTS5
inside quotes: nothing that is typed is syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from mel_desktop.logic.folding import APOSTROPHES, fold, searchable
from mel_desktop.model.people import DirectoryEntry, EntryKind

MOST_CHARACTERS: Final = 300
MOST_WORDS: Final = 10
# Short forms that people type for what directories write out.
SHORT_FORMS: Final = {
    "st": "saint", "ste": "sainte", "clg": "college", "col": "college", "lyc": "lycee",
    "lp": "professionnel", "ep": "ecole", "circo": "circonscription",
}  # fmt: skip
_TOKEN: Final = re.compile(r"[^\W_]+")
_UAI: Final = re.compile(r"\d{7}[a-z]")
_DOMAIN: Final = re.compile(r"@(\S*)")
_ELISION: Final = re.compile(rf"\b(?:[ldjnscmt]|qu)[{re.escape(APOSTROPHES)}](?=\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DirectoryQuery:
    """Words as the index holds them, each once; UAIs apart."""

    words: tuple[str, ...]
    uais: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Nothing to look for."""
        return not self.words and not self.uais

    def match(self, *, columns: str = "", exact: bool = False, facets: Iterable[str] = ()) -> str:
        """FTS5 expression: all words (in ``columns`` only, if given), all facets."""
        inner = " AND ".join(_term(word, exact=exact) for word in self.words)
        parts = [f'facets : "{facet}"' for facet in facets]
        parts += [f'uai : "{uai}"' for uai in self.uais]
        if inner:
            parts.append(f"{{{columns or ALL_COLUMNS}}} : ({inner})")
        return " AND ".join(parts)


ALL_COLUMNS: Final = "name email role school classes town uai"


def parse(typed: str) -> DirectoryQuery:
    """Read what was typed; never fails."""
    text = _ELISION.sub(" ", searchable(typed[:MOST_CHARACTERS]))
    # The domain of an address is one word in the index: else every colleague fits "rennes".
    text = _DOMAIN.sub(lambda found: " " + "".join(_TOKEN.findall(found[1])), text)
    words = dict.fromkeys(fold(word) for word in _TOKEN.findall(text))
    found = list(words)[:MOST_WORDS]
    uais = tuple(word for word in found if _UAI.fullmatch(word))
    return DirectoryQuery(tuple(word for word in found if word not in uais), uais)


def _term(word: str, *, exact: bool) -> str:
    written = SHORT_FORMS.get(word)
    if exact:
        return f'("{word}" OR "{written}")' if written else f'"{word}"'
    return f'("{word}" * OR "{written}")' if written else f'"{word}" *'


def address_words(address: str) -> str:
    """An address for the index: its local part in words, its domain as one word."""
    local, _, domain = address.partition("@")
    return f"{local} {''.join(_TOKEN.findall(domain))}"


def class_words(classes: Iterable[str]) -> str:
    """Classes for the index, each also without its blanks: "6e A" is found by "6eA"."""
    words = []
    for label in classes:
        words.append(label)
        together = "".join(_TOKEN.findall(label))
        if together != label:
            words.append(together)
    return " ".join(words)


def facets(entry: DirectoryEntry) -> str:
    """Conditions that the index answers by itself."""
    return f"kind{entry.kind.value}{' withmail' if entry.email else ''}"


def kind_facet(kind: EntryKind) -> str:
    """The facet of a kind."""
    return f"kind{kind.value}"


KIND_ORDER: Final = {
    EntryKind.PERSON: 0,
    EntryKind.GROUP: 1,
    EntryKind.SCHOOL: 2,
    EntryKind.SERVICE: 3,
}


def score(query: DirectoryQuery, entry: DirectoryEntry) -> float:
    """How well an entry fits, 0 to 1: whole words before beginnings, the name before the rest."""
    name = _folded(entry.name)
    rest: frozenset[str] | None = None  # rarely needed: most words fit the name
    points = 0.0
    for word in query.words:
        forms = {word, SHORT_FORMS.get(word, word)}
        if not forms.isdisjoint(name):
            points += 1.0
        elif any(part.startswith(word) for part in name):
            points += 0.75
        else:
            if rest is None:
                text = f"{address_words(entry.email)} {entry.role} {entry.school} {entry.town}"
                rest = frozenset(_folded(f"{text} {class_words(entry.classes)}"))
            points += 0.25 if forms.isdisjoint(rest) else 0.5
    for uai in query.uais:
        # The school itself before its people, who carry its UAI too.
        own = entry.kind in (EntryKind.SCHOOL, EntryKind.SERVICE) and fold(entry.uai) == uai
        points += 1.0 if own else 0.5
    asked = len(query.words) + len(query.uais)
    whole = 0.95 if len(name) > asked else 1.0
    return round(points / max(asked, 1) * whole, 4)


def _folded(text: str) -> list[str]:
    return _TOKEN.findall(fold(text))
