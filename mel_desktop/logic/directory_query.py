"""What people type to find a person, a class or a school, and how well an entry fits it.

Every word must fit, each as a beginning ("mar dup" finds Marie Dupont); accents, case, hyphens and
apostrophes do not matter. A UAI (7 digits and a letter) fits as a whole only. Words reach FTS5
inside quotes: nothing that is typed is syntax. ``parse`` takes words as they are; ``ask`` also sees
functions, subjects, classes, telephone numbers and particles, and leaves room for one wrong key.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Final, Protocol

from mel_desktop.logic.folding import APOSTROPHES, fold, searchable
from mel_desktop.logic.name_forms import (
    PARTICLES,
    TITLES,
    joined,
)
from mel_desktop.model.patterns import late
from mel_desktop.model.people import DirectoryEntry, EntryKind, Profile
from mel_desktop.model.values import dataclass

MOST_CHARACTERS: Final = 300
MOST_WORDS: Final = 10
# Short forms that people type for what directories write out.
SHORT_FORMS: Final = {
    "st": "saint", "ste": "sainte", "clg": "college", "col": "college", "lyc": "lycee",
    "lp": "professionnel", "ep": "ecole", "circo": "circonscription",
}  # fmt: skip
_TOKEN: Final = late(r"[^\W_]+")
_UAI: Final = late(r"\d{7}[a-z]")
_DOMAIN: Final = late(r"@(\S*)")
_WORD: Final = late(r"\w+")
_PARTS: Final = frozenset({*PARTICLES, "à"})
_ELISION: Final = late(rf"\b(?:[ldjnscmt]|qu)[{re.escape(APOSTROPHES)}](?=\w)", re.IGNORECASE)


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


def parse(typed: str, *, most: int = MOST_WORDS) -> DirectoryQuery:
    """Read what was typed; never fails."""
    text = _ELISION.sub(" ", searchable(typed[:MOST_CHARACTERS]))
    # The domain of an address is one word in the index: else every colleague fits "rennes".
    text = _DOMAIN.sub(lambda found: " " + "".join(_TOKEN.findall(found[1])), text)
    words = dict.fromkeys(fold(word) for word in _TOKEN.findall(text))
    found = list(words)[:most]
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
    return f"{local} {_together(domain)}"


@functools.lru_cache(maxsize=1024)  # few domains and classes, many entries
def _together(text: str) -> str:
    return "".join(_TOKEN.findall(text))


@functools.lru_cache(maxsize=1024)
def _class_facet(label: str) -> str:
    from mel_desktop.logic import directory_words  # noqa: PLC0415 first needed here

    key = directory_words.class_key(fold(label))
    return f"{CLASS}{key}" if key else ""


def class_words(classes: Iterable[str]) -> str:
    """Classes for the index, each also without its blanks: "6e A" is found by "6eA"."""
    words = []
    for label in classes:
        words.append(label)
        together = _together(label)
        if together != label:
            words.append(together)
    return " ".join(words)


def name_words(name: str) -> str:
    """A name for the index, also with its parts written as one: "Le Goff" is found by "legoff"."""
    # Most: half of the time of indexing an entry would go here.
    if "-" not in name and _PARTS.isdisjoint(_WORD.findall(name.casefold())):
        return name
    folded = fold(name)
    return " ".join((name, *joined(_TOKEN.findall(folded), folded)))


def role_words(entry: DirectoryEntry) -> str:
    """Function, subjects and what a service is asked, for the index."""
    return " ".join((entry.role, *entry.subjects, entry.about))


def mail_words(entry: DirectoryEntry) -> str:
    """All addresses of an entry for the index."""
    if not entry.more_emails:  # most
        return address_words(entry.email)
    return " ".join(map(address_words, (entry.email, *entry.more_emails)))


_MARK: Final = "\u01c2"
CLASS: Final = f"{_MARK}cl"
_PHONE: Final = f"{_MARK}tel"
_ENOHP: Final = f"{_MARK}let"


def facets(entry: DirectoryEntry) -> str:
    """Conditions that the index answers by itself.

    Telephone numbers stand there forwards and backwards, for their last digits are typed too. Most
    begin with a letter that nobody types: else all pupils would lie among what "pr" begins.
    """
    from mel_desktop.logic import directory_words  # noqa: PLC0415 first needed here

    found = [f"kind{entry.kind._value_}"]  # ``value`` takes five times as long
    if entry.email:
        found.append("withmail")
    if entry.profile is not Profile.OTHER:
        found.append(profile_facet(entry.profile))
    elif entry.kind is EntryKind.PERSON and is_pupil(entry):
        found.append(profile_facet(Profile.PUPIL))
    found += filter(None, map(_class_facet, entry.classes))
    for phone in (entry.phone, *entry.more_phones):
        if digits := directory_words.phone_key(phone):
            found += phone_facets(digits)
    return " ".join(found)


def profile_facet(profile: Profile) -> str:
    """The facet of a profile."""
    return f"{_MARK}profile{profile._value_}"


def phone_facets(digits: str) -> tuple[str, str]:
    """The facets of a telephone number or the beginnings of them."""
    return f"{_PHONE}{digits}", f"{_ENOHP}{digits[::-1]}"


def is_pupil(entry: DirectoryEntry) -> bool:
    """Whether an entry is a pupil's, by its profile, else by the words of its role."""
    if entry.profile is not Profile.OTHER:
        return entry.profile is Profile.PUPIL
    return says_pupil(entry.role) if entry.role else False


@lru_cache(maxsize=512)  # few functions, asked for with each row
def says_pupil(role: str) -> bool:
    """Whether the words of a function are a pupil's."""
    from mel_desktop.logic import directory_words  # noqa: PLC0415 first needed here

    return not directory_words.PUPILS.isdisjoint(_folded(role))


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


# -- What is asked, understood ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that must fit: a word, or what it stands for.

    ``others``: whole words and phrases that say the same. ``facets``: beginnings of facets that do.
    ``near``, ``begun``: words, and beginnings of words, one wrong key or a sound away.
    """

    word: str
    others: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()
    near: frozenset[str] = frozenset()
    begun: tuple[str, ...] = ()

    def match(self, columns: str, *, exact: bool) -> str:
        """FTS5 expression."""
        star = "" if exact else " *"
        begins = self.begun if exact else (self.word, *self.begun)
        near = sorted(one for one in self.near if not one.startswith(begins))  # else twice
        texts = [f'"{self.word}"{star}', *(f'"{one}"' for one in (*self.others, *near))]
        texts += [f'"{one}" *' for one in self.begun]
        found = f"{{{columns}}} : ({' OR '.join(texts)})"
        if columns == "name" or not self.facets:
            return found
        ends = "" if exact and not self.facets[0].startswith((_PHONE, _ENOHP)) else " *"
        there = " OR ".join(f'"{one}"{ends}' for one in self.facets)
        return f"({found} OR facets : ({there}))"


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, as units. ``pupils``, ``family``: these are asked for."""

    units: tuple[Unit, ...] = ()
    uais: tuple[str, ...] = ()
    kind: EntryKind | None = None  # rather this
    pupils: bool = False
    family: bool = False

    @property
    def is_empty(self) -> bool:
        """Nothing to look for."""
        return not self.units and not self.uais

    def match(
        self, columns: str = "", *, exact: bool = False, facets: Iterable[str] = (),
        but: str = "",
    ) -> str:  # fmt: skip
        """FTS5 expression: all units (in ``columns`` only, if given), all facets, not ``but``."""
        parts = [f'facets : "{facet}"' for facet in facets]
        parts += [f'uai : "{uai}"' for uai in self.uais]
        parts += [unit.match(columns or ALL_COLUMNS, exact=exact) for unit in self.units]
        found = " AND ".join(parts)
        return f'({found}) NOT facets : "{but}"' if but else found


def ask(typed: str) -> Asked:
    """Read what was typed as a person means it; never fails."""
    from mel_desktop.logic import directory_words  # noqa: PLC0415 first needed here

    text = searchable(typed[:MOST_CHARACTERS])
    units: list[Unit] = []
    for start, end, digits in reversed(directory_words.phones_typed(text)):
        units.append(Unit(digits, facets=phone_facets(digits)))
        text = f"{text[:start]} {text[end:]}"
    units.reverse()
    text = _ELISION.sub(" ", text)
    text = _DOMAIN.sub(lambda found: " " + "".join(_TOKEN.findall(found[1])), text)
    words = [fold(word) for word in _TOKEN.findall(text)][: 2 * MOST_WORDS]
    uais = tuple(dict.fromkeys(word for word in words if _UAI.fullmatch(word)))
    words = [word for word in words if word not in uais]
    kind = None
    if len(words) > 1 and words[0] == "ce" and words[1] in directory_words.SCHOOLS:
        words, kind = words[1:], EntryKind.SCHOOL  # the box of the head: ce.<UAI>@
    beside = len(words) + len(units) + len(uais) > 1
    at = 0
    while at < len(words):
        label, taken = directory_words.class_typed(words, at)
        if taken:
            word = "".join(words[at : at + taken])
            units.append(Unit(word, facets=(f"{CLASS}{label}",)))
            at += taken
            continue
        before = words[max(0, at - 1)] if at else ""
        units.append(_unit(words[at], before, beside=beside))
        at += 1
    useful = [unit for unit in units if unit.word not in PARTICLES | TITLES]
    if not useful or (len(words) == 1 and words[0] in PARTICLES):
        useful = units
    found = tuple({unit.word: unit for unit in useful}.values())[:MOST_WORDS]
    typed_words = {unit.word for unit in found}
    return Asked(
        found, uais, kind,
        pupils=not typed_words.isdisjoint(directory_words.PUPILS),
        family=len(found) > 1 and found[0].word in directory_words.FAMILY,
    )  # fmt: skip


def _unit(word: str, before: str, *, beside: bool) -> Unit:
    from mel_desktop.logic import directory_words  # noqa: PLC0415 first needed here

    others = list(directory_words.other_words(word))
    facets: tuple[str, ...] = ()
    if before in PARTICLES:
        others.append(before + word)  # "le goff" for Legoff
    profile = directory_words.function_of(word)
    if beside and profile is not None:
        facets = (profile_facet(profile),)
    return Unit(word, tuple(one for one in dict.fromkeys(others) if one != word), facets)


def loosened(asked: Asked, near: Iterable[tuple[tuple[str, ...], tuple[str, ...]]]) -> Asked:
    """The same with words near to each unit: (whole ones, beginnings)."""
    return replace(
        asked,
        units=tuple(
            replace(unit, near=frozenset(whole), begun=begun)
            for unit, (whole, begun) in zip(asked.units, near, strict=True)
        ),
    )


@dataclass(frozen=True, slots=True)
class Fit:
    """How an entry fits; the lowest ``tier`` first, within it the most points.

    0: whole words of the name, 1: beginnings in the name, 2: also elsewhere, 3: by a wrong key.
    """

    tier: int
    points: float


_POINTS: Final = (1.0, 0.75, 0.5, 0.25, 0.2, 0.1)
_TIERS: Final = (0, 1, 2, 2, 3, 3)


class Named(Protocol):
    """An entry by what most comparisons look at."""

    @property
    def kind(self) -> EntryKind:
        """What it is."""
        ...

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def email(self) -> str:
        """Its address."""
        ...

    @property
    def uai(self) -> str:
        """Its school."""
        ...

    @property
    def is_pupil(self) -> bool:
        """``is_pupil`` of a person."""
        ...

    @property
    def entry(self) -> DirectoryEntry:
        """The whole of it; may take its time."""
        ...


@dataclass(frozen=True, slots=True)
class Whole:
    """An entry that is there as a whole."""

    entry: DirectoryEntry

    @property
    def kind(self) -> EntryKind:
        """What it is."""
        return self.entry.kind

    @property
    def name(self) -> str:
        """Its name."""
        return self.entry.name

    @property
    def email(self) -> str:
        """Its address."""
        return self.entry.email

    @property
    def uai(self) -> str:
        """Its school."""
        return self.entry.uai

    @property
    def is_pupil(self) -> bool:
        """Whether a pupil's."""
        return is_pupil(self.entry)


class Known:
    """An entry made ready to be compared, key after key. ``names``: between blanks."""

    __slots__ = (
        "_marks", "_one", "_rest", "count", "email", "folded", "is_pupil", "kind", "names", "uai",
    )  # fmt: skip

    def __init__(self, one: Named) -> None:
        self._one = one
        self.kind = one.kind
        self.folded = fold(one.name)
        words = _TOKEN.findall(self.folded)
        self.count = len(words)
        self.names = f" {' '.join((*words, *joined(words, self.folded)))} "
        self.email = fold(one.email)
        self.uai = fold(one.uai)
        self.is_pupil = one.kind is EntryKind.PERSON and one.is_pupil
        self._rest = ""
        self._marks: frozenset[str] | None = None

    @property
    def rest(self) -> str:
        """Words of all fields but the name, each between blanks."""
        if not self._rest:
            one = self._one.entry
            text = (f"{mail_words(one)} {role_words(one)} {one.school} {one.town} {one.uai} "
                    f"{class_words(one.classes)}")  # fmt: skip
            self._rest = f" {' '.join(_folded(text))} "
        return self._rest

    @property
    def marks(self) -> frozenset[str]:
        """Facets."""
        if self._marks is None:
            self._marks = frozenset(facets(self._one.entry).split())
        return self._marks


def fit(asked: Asked, known: Known, more: str = "") -> Fit:
    """How well an entry fits what is asked; ``more``: what else is known of it."""
    points, tier = 0.0, 0
    for unit in asked.units:
        level = _level(unit, known, more)
        points += _POINTS[level]
        tier = max(tier, _TIERS[level])
    for uai in asked.uais:
        # The school itself before its people, who carry its UAI too.
        own = known.kind in (EntryKind.SCHOOL, EntryKind.SERVICE) and known.uai == uai
        points += 1.0 if own else 0.5
    count = max(len(asked.units) + len(asked.uais), 1)
    # A name of more words than were typed is the less meant.
    whole = 0.95 if known.count > count else 1.0
    return Fit(tier, round(points / count * whole, 4))


def is_fitting(asked: Asked, known: Known, more: str = "") -> bool:
    """Whether every unit fits as it was typed."""
    return fit(asked, known, more).tier < _TIERS[-1]


def _level(unit: Unit, known: Known, more: str) -> int:
    begins = f" {unit.word}" in known.names
    if begins and f" {unit.word} " in known.names:
        return 0
    if unit.others and any(f" {one} " in known.names for one in unit.others):
        return 0
    if begins:
        return 1
    rest = f"{known.rest}{' '.join(_folded(more))} " if more else known.rest
    if any(f" {one} " in rest for one in (unit.word, *unit.others)):
        return 2
    if unit.facets:
        if not known.marks.isdisjoint(unit.facets):
            return 2
        if any(mark.startswith(unit.facets) for mark in known.marks):
            return 3
    if f" {unit.word}" in rest:
        return 3
    if unit.near and not (
        unit.near.isdisjoint(known.names.split()) and unit.near.isdisjoint(rest.split())
    ):
        return 4
    return 5


def _folded(text: str) -> list[str]:
    return _TOKEN.findall(fold(text))
