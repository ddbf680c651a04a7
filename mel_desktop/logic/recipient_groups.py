"""Classes and groups of the directory as recipients: which of their people are meant. Pure.

"parents 4b" means those of class 4B who are parents; a word for people counts as such only beside
another word, for a list may be called "Parents".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from mel_desktop.logic.directory_query import DirectoryQuery, parse
from mel_desktop.logic.folding import fold
from mel_desktop.logic.merging import Member, is_meant
from mel_desktop.logic.recipients import same_key
from mel_desktop.model.groups import GroupHit
from mel_desktop.model.mail import Address
from mel_desktop.model.merging import Audience
from mel_desktop.model.people import DirectoryEntry, EntryId, EntryKind, Part

SHORTEST: Final = 3  # letters of a word for people
_WORDS: Final = {
    Audience.HEAD_TEACHERS: ("principaux", "principal", "principale"),
    Audience.DELEGATES: ("delegues", "deleguees", "delegue"),
    Audience.PARENTS: ("parents", "familles", "responsables"),
    Audience.TEAM: ("equipe", "professeurs", "profs", "enseignants", "personnels"),
    Audience.PUPILS: ("eleves",),
}
# As a person thinks of a class: its parents and its teachers are written to, then the rest.
_ORDER: Final = (
    Audience.ALL, Audience.PARENTS, Audience.TEAM, Audience.PUPILS, Audience.HEAD_TEACHERS,
    Audience.DELEGATES,
)  # fmt: skip
_KINDS: Final = (Audience.PARENTS, Audience.TEAM, Audience.PUPILS)
# Beside a word for people, these say nothing more: "professeurs principaux", "profs de maths".
_FILLING: Final = frozenset({"professeurs", "professeur", "profs", "prof", "les", "des", "de"})


def asked_audience(asked: DirectoryQuery) -> tuple[Audience | None, DirectoryQuery]:
    """Who is meant, and the words without it. (None, the same) where no word says so."""
    for audience, known in _WORDS.items():
        for word in asked.words:
            rest = tuple(one for one in asked.words if one != word)
            if audience is Audience.HEAD_TEACHERS:
                rest = tuple(one for one in rest if one not in _FILLING) or rest
            if rest and len(word) >= SHORTEST and any(one.startswith(word) for one in known):
                return audience, replace(asked, words=rest)
    return None, asked


def fits(asked: DirectoryQuery, name: str) -> bool:
    """Whether every word typed begins a word of a name."""
    words = parse(name).words
    return bool(asked.words) and all(
        any(word.startswith(typed) for word in words) for typed in asked.words
    )


def without_filling(asked: DirectoryQuery) -> DirectoryQuery:
    """The words but for those that go with a word for people."""
    return replace(asked, words=tuple(one for one in asked.words if one not in _FILLING))


def alone(asked: DirectoryQuery) -> Audience | None:
    """Head teachers or delegates, of whichever class, where nothing else is asked for."""
    rest = without_filling(asked).words
    if len(rest) != 1 or len(rest[0]) < SHORTEST or asked.uais:
        return None
    return next(
        (
            audience
            for audience in (Audience.HEAD_TEACHERS, Audience.DELEGATES)
            if any(one.startswith(rest[0]) for one in _WORDS[audience])
            and (audience is Audience.DELEGATES or len(asked.words) > 1)
        ),
        None,
    )


def hits_of(
    id_: EntryId,
    group: DirectoryEntry,
    members: Iterable[Member],
    source: str,
    wanted: Audience | None,
) -> tuple[GroupHit, ...]:
    """The choices that a group offers: each kind of its people, everybody where kinds mix, head
    teachers and delegates where there are some.

    What holds nobody with an address is no choice.
    """
    people = [one for one in members if one.entry.kind is EntryKind.PERSON]
    is_class = bool(group.classes)
    # Of a class each choice stands by itself: who else there is need not be known.
    is_alone = wanted is not None and wanted is not Audience.ALL and is_class
    order = [one for one in _ORDER if not is_alone or one is wanted]
    of_kind = {
        audience: [one.entry for one in people if is_meant(one.entry, audience, one.parts)]
        for audience in order
    }
    if Audience.HEAD_TEACHERS in order and (
        heads := [one.entry for one in people if Part.HEAD_TEACHER in one.parts]
    ):
        of_kind[Audience.HEAD_TEACHERS] = heads  # words of a function may mean another class
    kinds = [audience for audience in _KINDS if of_kind.get(audience)]
    chosen: list[tuple[Audience, Sequence[DirectoryEntry]]] = []
    for audience in order:
        found = of_kind[audience]
        if audience is Audience.ALL:
            if len(kinds) != 1 or not is_class:
                chosen.append((audience, found))
        elif audience not in _KINDS:
            if found and (is_class or len(found) < len(people)):
                chosen.append((audience, found))
        elif audience in kinds and (is_class or len(kinds) > 1):
            chosen.append((audience, found))
    return tuple(
        hit
        for audience, found in chosen
        if wanted is None or audience is wanted
        for hit in one_hit(id_, audience, group.name, group.school, found, source)
    )


def one_hit(
    id_: EntryId,
    audience: Audience,
    name: str,
    school: str,
    found: Iterable[DirectoryEntry],
    source: str,
    *,
    subject: str = "",
) -> tuple[GroupHit, ...]:
    """One choice, or none where nobody of it has an address."""
    addresses, unreachable = _reachable(found)
    if not addresses:
        return ()
    return (GroupHit(id_, audience, name, school, addresses, unreachable, source, subject=subject),)


def _reachable(people: Iterable[DirectoryEntry]) -> tuple[tuple[Address, ...], tuple[str, ...]]:
    """Each address once; names of those who have none, each once."""
    addresses: dict[str, Address] = {}
    unreachable: dict[str, str] = {}
    for one in people:
        if "@" in one.email:
            addresses.setdefault(same_key(one.email), Address(one.name, one.email.strip()))
        else:
            unreachable.setdefault(fold(one.name), one.name)
    return tuple(addresses.values()), tuple(unreachable.values())
