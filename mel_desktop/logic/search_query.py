"""What people type into the search box, made into a query that cannot be a syntax error.

Grammar (cli.md), operators in French or English, accents ignored, ``-`` before anything negates::

    mot  mot*  "des mots de suite"  -mot
    de:  à: (or a:)  objet:  avant:  après:  dossier:  a:pj  est:lu|non-lu|suivi|répondu

Rule 1: every word reaches FTS5 inside quotes: whatever is typed, nothing of it is syntax.
Rule 2: French elision is undone (l'élève -> élève): the index holds "l" and "eleve" apart.
Rule 3: the last word is a prefix while it is being typed (no space after it yet), except where it
has one letter: the index keeps prefixes of two and three letters.
Rule 4: a date or state that cannot be read is refused, never searched for as a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from mel_desktop.logic.folding import APOSTROPHES, fold, searchable
from mel_desktop.model.errors import ErrorCode, LocalRefusal

MOST_CHARACTERS: Final = 1000
MOST_TERMS: Final = 24  # of a pasted paragraph the first words do
SHORTEST_PREFIX: Final = 2

_CONJUNCTIONS: Final = ("jusqu", "lorsqu", "puisqu", "quoiqu", "presqu", "quelqu")
ELIDED: Final = frozenset(("l", "d", "j", "qu", "n", "s", "c", "m", "t", *_CONJUNCTIONS))
COLUMNS: Final = {
    "de": "sender", "from": "sender",
    "a": "recipients", "to": "recipients",
    "objet": "subject", "sujet": "subject", "subject": "subject",
}  # fmt: skip
BEFORE: Final = frozenset({"avant", "before"})
AFTER: Final = frozenset({"apres", "depuis", "after", "since"})
FOLDER: Final = frozenset({"dossier", "folder", "in"})
HAS: Final = frozenset({"a", "avec", "has"})
IS: Final = frozenset({"est", "is"})
ATTACHMENT: Final = frozenset({"pj", "attachment", "attachments", "piece", "pieces"})
STATES: Final = {
    "lu": ("seen", True), "read": ("seen", True),
    "nonlu": ("seen", False), "unread": ("seen", False),
    "suivi": ("flagged", True), "flagged": ("flagged", True), "important": ("flagged", True),
    "repondu": ("answered", True), "answered": ("answered", True),
}  # fmt: skip
OPERATORS: Final = frozenset(COLUMNS) | BEFORE | AFTER | FOLDER | HAS | IS

_QUOTES: Final = re.compile("[“”„‟«»]")
_CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff]")
_ITEM: Final = re.compile(
    r"""(?P<minus>-)?
        (?:(?P<name>[^\W\d_]+):)?
        (?:"(?P<phrase>[^"]*)(?:"|$)|(?P<word>[^\s"]*))
        (?P<star>(?<=")\*)?""",
    re.VERBOSE,
)
_TOKEN: Final = re.compile(r"[^\W_]+")
_APOSTROPHE: Final = re.compile(f"[{re.escape(APOSTROPHES)}]")


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand one after the other, folded; in one column or ("") in any."""

    words: tuple[str, ...]
    is_prefix: bool = False
    column: str = ""

    @property
    def match(self) -> str:
        """As FTS5 reads it."""
        text = f'"{" ".join(self.words)}"'
        if self.is_prefix:
            text += " *"
        return f"{{{self.column}}} : {text}" if self.column else text


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for. None: it does not matter."""

    terms: tuple[Term, ...] = ()
    without: tuple[Term, ...] = ()
    after: date | None = None  # this day or later
    before: date | None = None  # earlier than this day
    folders: tuple[str, ...] = ()  # folded names, any of them
    not_folders: tuple[str, ...] = ()
    has_attachments: bool | None = None
    seen: bool | None = None
    flagged: bool | None = None
    answered: bool | None = None

    @property
    def match(self) -> str:
        """FTS5 expression of what must be there (and not be there); "" without words."""
        if not self.terms:
            return ""
        wanted = " AND ".join(one.match for one in self.terms)
        return f"({wanted}) NOT ({self.unwanted})" if self.without else wanted

    @property
    def unwanted(self) -> str:
        """FTS5 expression of what must not be there, "" if nothing."""
        return " OR ".join(one.match for one in self.without)

    @property
    def is_empty(self) -> bool:
        """Nothing was asked for."""
        return self == Query()


def parse(typed: str, today: date) -> Query:
    """Read a query. LocalRefusal(USAGE) for a date or a state that cannot be read."""
    text = _CONTROLS.sub(" ", _QUOTES.sub('"', searchable(typed[:MOST_CHARACTERS])))
    query = Query()
    items = list(_items(text))
    if items and not text[-1:].isspace():
        items[-1] = replace(items[-1], is_last=True)
    for item in items:
        query = _operator(query, item, today) if item.name else _words(query, item)
    return replace(query, terms=query.terms[:MOST_TERMS], without=query.without[:MOST_TERMS])


def parse_date(value: str, today: date) -> date | None:
    """2026-11-03, 03/11/2026, 3.11.26, 11/2026, 2026-11, 2026, hier, aujourd'hui; else None."""
    folded = _APOSTROPHE.sub("", fold(value))
    if folded in ("aujourdhui", "today"):
        return today
    if folded in ("hier", "yesterday"):
        return today - timedelta(days=1)
    numbers = [int(one) for one in re.split(r"[-/.]", folded) if one.isdecimal() and len(one) <= 4]
    if not re.fullmatch(r"\d{1,4}([-/.]\d{1,4}){0,2}", folded):
        return None
    if len(numbers) == 1:
        numbers = [numbers[0], 1, 1]
    elif len(numbers) == 2:
        year, month = numbers if numbers[0] > 12 else numbers[::-1]
        numbers = [year, month, 1]
    elif numbers[0] < 32:
        numbers = numbers[::-1]
        if numbers[0] < 100:
            numbers[0] += 2000
    try:
        found = date(*numbers)
    except ValueError:
        return None
    return found if 1900 <= found.year <= 2999 else None


@dataclass(frozen=True, slots=True)
class _Item:
    """One thing typed. ``name``: a known operator, folded, or ""."""

    value: str
    negated: bool = False
    name: str = ""
    is_phrase: bool = False
    has_star: bool = False
    is_last: bool = False


def _items(text: str) -> Iterator[_Item]:
    """Items in order. ``objet: conseil`` is read as ``objet:conseil``."""
    waiting: _Item | None = None
    place = 0
    while place < len(text):
        found = _ITEM.match(text, place)
        if found is None or found.end() == place:
            place += 1
            continue
        place = found.end()
        item = _item(found)
        if waiting is not None and not item.name:
            item = replace(item, name=waiting.name, negated=waiting.negated)
        waiting = None
        if item.name and not item.value and not item.is_phrase:
            waiting = item
        elif item.value:
            yield item


def _item(found: re.Match[str]) -> _Item:
    is_phrase = found["phrase"] is not None
    value = found["phrase"] if is_phrase else found["word"]
    star = bool(found["star"]) or (not is_phrase and value.endswith("*"))
    typed = found["name"] or ""
    name = fold(typed)
    if name and (name not in OPERATORS or value.startswith("//")):
        name, value = "", f"{typed}:{value}"  # "https://..." is words
    elif name in HAS and fold(value) in ATTACHMENT and typed not in ("à", "À"):
        name = "has"
    elif name in HAS and name not in COLUMNS:
        name, value = "", f"{typed}:{value}"  # "avec:plaisir" is words
    return _Item(value, bool(found["minus"]), name, is_phrase, star)


def _operator(query: Query, item: _Item, today: date) -> Query:
    if item.name == "has":
        return replace(query, has_attachments=not item.negated)
    if item.name in COLUMNS:
        return _words(query, item, COLUMNS[item.name])
    if item.name in FOLDER:
        wanted = fold(item.value.strip())
        if item.negated:
            return replace(query, not_folders=(*query.not_folders, wanted))
        return replace(query, folders=(*query.folders, wanted))
    if item.name in IS:
        return _state(query, item)
    day = parse_date(item.value, today)
    if day is None:
        raise LocalRefusal(ErrorCode.USAGE, why="search-date")
    if (item.name in BEFORE) != item.negated:
        return replace(query, before=min(day, query.before or day))
    return replace(query, after=max(day, query.after or day))


def _state(query: Query, item: _Item) -> Query:
    name, wanted = STATES.get(re.sub(r"[-_ ]", "", fold(item.value)), ("", False))
    wanted = wanted != item.negated
    if name == "seen":
        return replace(query, seen=wanted)
    if name == "flagged":
        return replace(query, flagged=wanted)
    if name == "answered":
        return replace(query, answered=wanted)
    raise LocalRefusal(ErrorCode.USAGE, why="search-state")


def _words(query: Query, item: _Item, column: str = "") -> Query:
    text = item.value if item.is_phrase else _without_elision(item.value)
    words = tuple(_TOKEN.findall(fold(text)))
    if not words:
        return query
    is_prefix = item.has_star or (item.is_last and not item.is_phrase and not item.negated)
    term = Term(words, is_prefix and len(words[-1]) >= SHORTEST_PREFIX, column)
    if item.negated:
        return replace(query, without=(*query.without, term))
    return replace(query, terms=(*query.terms, term))


def _without_elision(word: str) -> str:
    parts = _APOSTROPHE.split(word)
    while len(parts) > 1 and fold(parts[0]) in ELIDED and any(map(str.isalnum, parts[1])):
        parts = parts[1:]
    return " ".join(parts)
