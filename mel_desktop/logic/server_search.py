"""A query as the search keys of IMAP (RFC 3501 6.4.4).

Servers know neither families nor abbreviations, so other forms of a word go along as an OR, as far
as a command may grow; what was quoted goes as it was typed. Most servers look for parts of words
and some for whole ones: forms are chosen so that both find what they should.

Rule 1: what was typed always goes, first; a form that would not fit is left out, never the word.
Rule 2: a short form is no key: as a part of words it would find anything (cours: cour: courrier).
Rule 3: of what must not be there nothing is made wider than it was typed: better a message too many
than one that is hidden.
Rule 4: some servers do not set accents aside: a form takes those of the word that was typed.

What no key can say (attachments) is left to the caller.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from datetime import date
from enum import IntEnum
from typing import Final

from mel_desktop.logic.folding import APOSTROPHES, fold
from mel_desktop.logic.search_query import Query
from mel_desktop.logic.search_terms import Node, Term
from mel_desktop.model.finding import ServerKey
from mel_desktop.model.values import dataclass

COLUMNS: Final = {
    "": ("TEXT",), "sender": ("FROM",), "recipients": ("TO", "CC"), "subject": ("SUBJECT",),
    "body": ("BODY",), "files": ("TEXT",),
}  # fmt: skip
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SHORTEST: Final = 4  # letters of a form
SHORTEST_PART: Final = 5  # of one that is shorter than the word that was typed
PARTICIPLES: Final = frozenset({"", "s", "e", "es"})  # keep the accent of what they are put behind
OVERHEAD: Final = 8  # octets of a key beside its name and value
_APOSTROPHE: Final = re.compile(f"[{APOSTROPHES}]")
_WORD: Final = re.compile(r"[^\W_]+")


class Width(IntEnum):
    """How many other forms go along."""

    TYPED = 0  # none
    NEEDED = 1  # those that do not hold a shorter one: enough where parts of words are found
    WHOLE = 2  # all of them, with and without accents


@dataclass(frozen=True, slots=True)
class Limits:
    """What a command may have. ``literals``: values beyond ASCII; each may cost a turn."""

    keys: int = 60
    octets: int = 4000
    literals: int = 60


FEW_TURNS: Final = Limits(literals=3)  # the server waits for each literal: no LITERAL+ or LITERAL-


def key(
    query: Query,
    wide: Query | None = None,
    spelt: Mapping[tuple[str, ...], str] | None = None,
    limits: Limits | None = None,
) -> ServerKey:
    """Of a query, not an empty one. ``wide``: the same one widened (logic.search_words); ``spelt``:
    long forms of abbreviations with their accents.
    """
    if wide is not None and wide != query:
        room = limits or Limits()
        for width in (Width.WHOLE, Width.NEEDED):
            made = _key(wide, _Writer(width, spelt or {}))
            if _fits(made, room):
                return made
    return _key(query, _Writer(Width.TYPED))


def octets(made: ServerKey) -> int:
    """About what it takes on the line."""
    return sum(OVERHEAD + len(one.name) + len(one.value.encode("utf-8", "replace"))
               for one in _leaves(made))  # fmt: skip


def _fits(made: ServerKey, limits: Limits) -> bool:
    leaves = list(_leaves(made))
    return (
        len(leaves) <= limits.keys
        and octets(made) <= limits.octets
        and sum(not one.value.isascii() for one in leaves) <= limits.literals
    )


def _leaves(made: ServerKey) -> Iterator[ServerKey]:
    if made.parts:
        for part in made.parts:
            yield from _leaves(part)
    else:
        yield made


def _key(query: Query, writer: _Writer) -> ServerKey:
    parts = [writer.node(one) for one in query.terms]
    parts += [_not(writer.node(one, unwanted=True)) for one in query.without]
    if query.after is not None:
        parts.append(ServerKey("SINCE", _date(query.after)))
    if query.before is not None:
        parts.append(ServerKey("BEFORE", _date(query.before)))
    if query.larger is not None:
        parts.append(ServerKey("LARGER", str(max(0, query.larger - 1))))
    if query.smaller is not None:
        parts.append(ServerKey("SMALLER", str(query.smaller)))
    parts += [ServerKey("KEYWORD", one) for one in query.keywords]
    parts += [ServerKey("UNKEYWORD", one) for one in query.not_keywords]
    for name, wanted in (
        ("SEEN", query.seen),
        ("FLAGGED", query.flagged),
        ("ANSWERED", query.answered),
        ("DRAFT", query.draft),
    ):
        if wanted is not None:
            parts.append(ServerKey(name if wanted else f"UN{name}"))
    if query.forwarded is not None:
        name = "KEYWORD" if query.forwarded else "UNKEYWORD"
        parts.append(ServerKey(name, "$Forwarded"))
    return ServerKey("AND", parts=tuple(parts))


@dataclass(frozen=True, slots=True)
class _Writer:
    """Words -> keys."""

    width: Width
    spelt: Mapping[tuple[str, ...], str] = field(default_factory=dict)

    def node(self, node: Node, *, unwanted: bool = False) -> ServerKey:
        """Of one word or group."""
        if isinstance(node, Term):
            return _typed(node)
        if node.any_of:
            wanted = _any(tuple(dict.fromkeys(self._choices(node.parts, unwanted))))
        else:
            wanted = _all(self.node(one, unwanted=unwanted) for one in node.parts)
        if not node.without:
            return wanted
        hidden = tuple(_not(self.node(one, unwanted=not unwanted)) for one in node.without)
        return ServerKey("AND", parts=(wanted, *hidden))

    def _choices(self, parts: Iterable[Node], unwanted: bool) -> Iterator[ServerKey]:
        """What was typed, then the other forms."""
        added: list[Term] = []
        typed: list[str] = []
        for one in parts:
            if isinstance(one, Term) and not one.typed:
                added.append(one)
                continue
            if isinstance(one, Term):
                typed.append(one.typed)
            yield self.node(one, unwanted=unwanted)
        column = next((one.column for one in added), "")
        for words in self._forms(added, typed, unwanted):
            yield _all(_any(_keys(column, word)) for word in words)

    def _forms(self, added: list[Term], typed: list[str], unwanted: bool) -> list[tuple[str, ...]]:
        """Each as the words of which all must be there."""
        known = [(word,) for word in typed]
        least = min((len(word) for word in typed), default=0)
        found: list[tuple[str, ...]] = []
        for one in added:
            form = " ".join(one.words)
            if len(one.words) > 1:
                found.append(self._long(one.words, unwanted))
            elif unwanted and any(form in fold(word) for word in typed):
                continue
            elif len(form) >= (SHORTEST_PART if unwanted or len(form) < least else SHORTEST):
                found.append((_accented(form, typed),))
        needed = [
            one
            for place, one in enumerate(found)
            if not any(_covers(other, one) for other in (*known, *found[:place]))
            and not any(_covers(other, one) and not _covers(one, other) for other in found)
        ]
        if self.width is Width.NEEDED:
            return needed
        bare = [
            (fold(word),)
            for (word,) in [*known, *(one for one in found if len(one) == 1)]
            if not word.isascii() and len(word) >= SHORTEST and " " not in word
        ]
        whole = [one for one in found if len(one) == 1 or one in needed]
        return list(dict.fromkeys([*needed, *whole, *bare]))

    def _long(self, words: tuple[str, ...], unwanted: bool) -> tuple[str, ...]:
        """A long form: its words that say something, as lines may break it; unwanted, itself."""
        spelt = self.spelt.get(words, " ".join(words))
        told = tuple(dict.fromkeys(w for w in _WORD.findall(spelt) if len(w) >= SHORTEST))
        return (spelt,) if unwanted or len(told) < 2 else told


def _covers(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Whether parts of words find ``short`` wherever ``long`` is."""
    lower = [word.lower() for word in long]
    return all(any(word.lower() in one for one in lower) for word in short)


def _accented(form: str, typed: Iterable[str]) -> str:
    """A folded form with the accents of a typed word, as far as both begin alike."""
    best, length = "", 0
    for word in typed:
        plain = fold(word)
        if len(plain) != len(word):  # ligatures: places differ
            continue
        same = next(
            (at for at, (a, b) in enumerate(zip(plain, form, strict=False)) if a != b),
            min(len(plain), len(form)),
        )
        if same > length:
            best, length = word, same
    start = best[:length].lower()
    if start and form[length:] not in PARTICIPLES:
        start = start[:-1] + fold(start[-1])  # convoqué, but convoquer
    return start + form[length:]


def _typed(term: Term) -> ServerKey:
    text = " ".join(term.typed.replace("*", " ").split()) or " ".join(term.words)
    return _any(_keys(term.column, text))


def _keys(column: str, text: str) -> tuple[ServerKey, ...]:
    marks = (text, *(_APOSTROPHE.sub(one, text) for one in "'’"))
    spelt = dict.fromkeys(
        form for one in marks for form in (one, one.replace("oe", "œ").replace("Oe", "Œ"))
    )
    return tuple(ServerKey(name, one) for name in COLUMNS[column] for one in spelt)


def _all(parts: Iterable[ServerKey]) -> ServerKey:
    found = tuple(parts)
    return found[0] if len(found) == 1 else ServerKey("AND", parts=found)


def _any(parts: tuple[ServerKey, ...]) -> ServerKey:
    """OR takes two: more of them nest, no deeper than they must."""
    if len(parts) == 1:
        return parts[0]
    half = (len(parts) + 1) // 2
    return ServerKey("OR", parts=(_any(parts[:half]), _any(parts[half:])))


def _not(one: ServerKey) -> ServerKey:
    return ServerKey("NOT", parts=(one,))


def _date(day: date) -> str:
    """As RFC 3501 has it, in English whatever the language here."""
    return f"{day.day}-{MONTHS[day.month - 1]}-{day.year:04d}"
