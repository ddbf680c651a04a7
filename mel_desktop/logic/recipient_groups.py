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
from mel_desktop.logic.merging import audience_of
from mel_desktop.logic.recipients import same_key
from mel_desktop.model.groups import GroupHit
from mel_desktop.model.mail import Address
from mel_desktop.model.merging import Audience
from mel_desktop.model.people import DirectoryEntry, EntryId, EntryKind

SHORTEST: Final = 3  # letters of a word for people
_WORDS: Final = {
    Audience.PARENTS: ("parents", "familles", "responsables"),
    Audience.TEAM: ("equipe", "professeurs", "enseignants", "personnels"),
    Audience.PUPILS: ("eleves",),
}
# As a person thinks of a class: its parents and its teachers are written to, then the rest.
_ORDER: Final = (Audience.ALL, Audience.PARENTS, Audience.TEAM, Audience.PUPILS)


def asked_audience(asked: DirectoryQuery) -> tuple[Audience | None, DirectoryQuery]:
    """Who is meant, and the words without it. (None, the same) where no word says so."""
    for audience, known in _WORDS.items():
        for word in asked.words:
            rest = tuple(one for one in asked.words if one != word)
            if rest and len(word) >= SHORTEST and any(one.startswith(word) for one in known):
                return audience, replace(asked, words=rest)
    return None, asked


def fits(asked: DirectoryQuery, name: str) -> bool:
    """Whether every word typed begins a word of a name."""
    words = parse(name).words
    return bool(asked.words) and all(
        any(word.startswith(typed) for word in words) for typed in asked.words
    )


def hits_of(
    id_: EntryId,
    group: DirectoryEntry,
    members: Iterable[DirectoryEntry],
    source: str,
    wanted: Audience | None,
) -> tuple[GroupHit, ...]:
    """The choices that a group offers: each kind of its people, and everybody where kinds mix.

    What holds nobody with an address is no choice.
    """
    people = [one for one in members if one.kind is EntryKind.PERSON]
    of_kind = {
        audience: [one for one in people if audience_of(one) is audience]
        for audience in _ORDER
        if audience is not Audience.ALL
    }
    kinds = [audience for audience, found in of_kind.items() if found]
    is_class = bool(group.classes)
    chosen: list[tuple[Audience, Sequence[DirectoryEntry]]] = []
    for audience in _ORDER:
        if audience is Audience.ALL:
            if len(kinds) != 1 or not is_class:
                chosen.append((audience, people))
        elif audience in kinds and (is_class or len(kinds) > 1):
            chosen.append((audience, of_kind[audience]))
    hits = []
    for audience, found in chosen:
        if wanted is not None and audience is not wanted:
            continue
        addresses, unreachable = _reachable(found)
        if addresses:
            hits.append(
                GroupHit(id_, audience, group.name, group.school, addresses, unreachable, source)
            )
    return tuple(hits)


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
