"""What people type into the search box, made into a query that cannot be a syntax error.

Grammar (cli.md), operators in French or English, accents ignored, ``-`` before anything negates::

    mot  mot*  "des mots de suite"  -mot  un OU autre  (des mots)  -(des mots)
    de:  à: (or a:)  objet:  pj: (names and text of attachments)  avant:  après:  dossier:  compte:
    a:pj  pièce:oui  taille:>1Mo  mot-clé:  est:lu|non-lu|suivi|répondu|transféré|brouillon

Rule 1: whatever is typed is no syntax error; what cannot be meant is refused in plain words.
Rule 2: French elision is undone (l'élève -> élève): the index holds "l" and "eleve" apart.
Rule 3: the last word is a prefix while it is being typed (no space after it yet), except where it
has one letter: the index keeps prefixes of two and three letters.
Rule 4: a date, size or state that cannot be read is refused, never searched for as a word.
Rule 5: OU (or OR, |) joins its two neighbours only: ``a b OU c`` is a and (b or c). It joins words,
never what SQL decides (dates, folders, states): mixed, they are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import field, replace
from datetime import date, timedelta
from typing import Final

from mel_desktop.logic.folding import APOSTROPHES, fold, searchable
from mel_desktop.logic.search_terms import Group, Node, Term
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.values import dataclass

MOST_CHARACTERS: Final = 1000
MOST_TERMS: Final = 24  # of a pasted paragraph the first words do
SHORTEST_PREFIX: Final = 2
DEEPEST: Final = 8  # brackets within brackets; deeper ones are not read

_CONJUNCTIONS: Final = ("jusqu", "lorsqu", "puisqu", "quoiqu", "presqu", "quelqu")
ELIDED: Final = frozenset(("l", "d", "j", "qu", "n", "s", "c", "m", "t", *_CONJUNCTIONS))
COLUMNS: Final = {
    "de": "sender", "from": "sender", "expediteur": "sender",
    "a": "recipients", "to": "recipients", "cc": "recipients", "cci": "recipients",
    "bcc": "recipients", "destinataire": "recipients",
    "objet": "subject", "sujet": "subject", "subject": "subject",
    "pj": "files", "fichier": "files", "file": "files", "filename": "files",
    "attachment": "files", "piecejointe": "files",
    "texte": "body", "text": "body", "body": "body", "corps": "body",
}  # fmt: skip
BEFORE: Final = frozenset({"avant", "before"})
AFTER: Final = frozenset({"apres", "depuis", "after", "since"})
FOLDER: Final = frozenset({"dossier", "folder", "in"})
ACCOUNT: Final = frozenset({"compte", "account"})
KEYWORD: Final = frozenset({"motcle", "keyword", "tag", "etiquette", "label"})
SIZE: Final = frozenset({"taille", "size"})
LARGER: Final = frozenset({"plusgrand", "larger"})
SMALLER: Final = frozenset({"pluspetit", "smaller"})
HAS: Final = frozenset({"a", "avec", "has"})
PIECE: Final = frozenset({"piece", "pieces"})  # pièce:oui
YES_NO: Final = {"oui": False, "yes": False, "non": True, "no": True}  # whether it negates
IS: Final = frozenset({"est", "is"})
ATTACHMENT: Final = frozenset({"pj", "attachment", "attachments", "piece", "pieces"})
STATES: Final = {
    "lu": ("seen", True), "read": ("seen", True),
    "nonlu": ("seen", False), "unread": ("seen", False),
    "suivi": ("flagged", True), "flagged": ("flagged", True), "important": ("flagged", True),
    "repondu": ("answered", True), "answered": ("answered", True),
    "transfere": ("forwarded", True), "forwarded": ("forwarded", True),
    "brouillon": ("draft", True), "draft": ("draft", True),
}  # fmt: skip
OR_WORDS: Final = frozenset({"OU", "OR", "|"})
NAMED: Final = FOLDER | ACCOUNT | KEYWORD
SIZES: Final = SIZE | LARGER | SMALLER
OPERATORS: Final = frozenset(COLUMNS) | BEFORE | AFTER | NAMED | SIZES | HAS | PIECE | IS
UNITS: Final = {"": 0, "o": 0, "b": 0, "k": 1, "ko": 1, "kb": 1, "m": 2, "mo": 2, "mb": 2,
                "g": 3, "go": 3, "gb": 3}  # fmt: skip
UNIT: Final = 1000  # as figures on the screen count

QUOTES: Final = re.compile("[“”„‟«»]")
CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff]")
ITEM: Final = re.compile(
    r"""(?P<minus>-)?
        (?:(?P<name>[^\W\d_]+(?:-[^\W\d_]+)*):)?
        (?:(?P<open>\()
          |"(?P<phrase>[^"]*)(?:"|$)
          |(?P<word>[^\s"()]*(?:(?<=\w)\([^\s"()]*\)[^\s"()]*)*))
        (?P<star>(?<=")\*)?""",
    re.VERBOSE,
)
_SIZE: Final = re.compile(
    r"(?P<how>[<>]?)=?(?P<number>\d{1,9}(?:[.,]\d{1,3})?)(?P<unit>[a-z]{0,2})"
)
_TOKEN: Final = re.compile(r"[^\W_]+")
_APOSTROPHE: Final = re.compile(f"[{re.escape(APOSTROPHES)}]")


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for. None: it does not matter."""

    terms: tuple[Node, ...] = ()
    without: tuple[Node, ...] = ()
    after: date | None = None  # this day or later
    before: date | None = None  # earlier than this day
    folders: tuple[str, ...] = ()  # folded names, any of them
    not_folders: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()  # folded addresses or names, any of them
    not_accounts: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()  # lower case, all of them
    not_keywords: tuple[str, ...] = ()
    larger: int | None = None  # octets: this or more
    smaller: int | None = None  # less than this
    has_attachments: bool | None = None
    seen: bool | None = None
    flagged: bool | None = None
    answered: bool | None = None
    forwarded: bool | None = None
    draft: bool | None = None

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
    """Read a query. LocalRefusal(USAGE) for a date, size or state that cannot be read."""
    text = CONTROLS.sub(" ", QUOTES.sub('"', searchable(typed[:MOST_CHARACTERS])))
    items = list(_items(text))
    if items and items[-1].kind == "word" and not text[-1:].isspace() and text[-1:] != ")":
        items[-1] = replace(items[-1], is_last=True)
    reader = _Reader(items, today)
    row = reader.row(0, "")
    return replace(reader.query, terms=tuple(row.parts), without=tuple(row.without))


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


def parse_size(value: str) -> tuple[str, int] | None:
    """``>1Mo`` -> (">", 1000000); "" where no sign was typed; None if it cannot be read."""
    found = _SIZE.fullmatch(fold(value).replace(" ", ""))
    if found is None or found["unit"] not in UNITS:
        return None
    number = float(found["number"].replace(",", "."))
    return found["how"], min(round(number * UNIT ** UNITS[found["unit"]]), 1 << 50)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing typed. ``name``: a known operator, folded, or ""."""

    value: str = ""
    negated: bool = False
    name: str = ""
    is_phrase: bool = False
    has_star: bool = False
    is_last: bool = False
    kind: str = "word"  # or "open", "close", "or"


@dataclass(slots=True)
class _Row:
    """What stands side by side between two brackets."""

    parts: list[Node] = field(default_factory=list)
    without: list[Node] = field(default_factory=list)
    decided: bool = False  # something in it is decided by SQL
    last: str = ""  # "word", or what cannot be joined: "other"
    joins: bool = False  # OU was read

    def take(self, node: Node | None, negated: bool) -> None:
        """A word or a group."""
        if node is None:
            self.joins = False
            return
        if negated:
            _refuse_if(self.joins)
            self.without.append(node)
        elif self.joins:
            before = self.parts.pop()
            known = before.parts if isinstance(before, Group) and before.any_of else (before,)
            self.parts.append(Group((*known, node), any_of=True))
        else:
            self.parts.append(node)
        self.last, self.joins = "other" if negated else "word", False

    def decide(self) -> None:
        """Something that SQL decides."""
        _refuse_if(self.joins)
        self.decided, self.last = True, "other"


class _Reader:
    """Items -> query."""

    def __init__(self, items: list[Item], today: date) -> None:
        self._items = items
        self._today = today
        self._place = 0
        self._left = MOST_TERMS
        self.query = Query()

    def row(self, depth: int, column: str) -> _Row:
        """Up to the bracket that closes; ``column``: of words that name none."""
        row = _Row()
        while self._place < len(self._items):
            item = self._items[self._place]
            self._place += 1
            if item.kind == "close":
                if depth:
                    break
            elif item.kind == "or":
                _refuse_if(row.last == "other")
                row.joins = bool(row.parts)
            elif item.kind == "open":
                if depth < DEEPEST:
                    self._bracket(row, item, depth, COLUMNS.get(item.name, column))
            elif item.name and item.name not in COLUMNS:
                row.decide()
                self.query = _operator(self.query, item, self._today)
            else:
                self._word(row, item, COLUMNS.get(item.name, column))
        return row

    def _bracket(self, row: _Row, item: Item, depth: int, column: str) -> None:
        inner = self.row(depth + 1, column)
        if inner.decided:
            _refuse_if(item.negated)
            row.decide()
        parts, without = tuple(inner.parts), tuple(inner.without)
        if not parts:  # nothing but what must not be there
            _refuse_if(bool(without) and (item.negated or row.joins))
            row.without += without
            row.last = "other" if without or inner.decided else row.last
            return
        node = parts[0] if len(parts) == 1 and not without else Group(parts, without=without)
        row.take(node, item.negated)
        if inner.decided:
            row.last = "other"

    def _word(self, row: _Row, item: Item, column: str) -> None:
        term = _term(item, column)
        if term is not None and not self._left:
            return
        if term is not None:
            self._left -= 1
            row.take(term, item.negated)


def _refuse_if(mixed: bool) -> None:
    if mixed:
        raise LocalRefusal(ErrorCode.USAGE, why="search-mixed")


def _items(text: str) -> Iterator[Item]:
    """Items in order. ``objet: conseil`` is read as ``objet:conseil``."""
    waiting: Item | None = None
    place = 0
    while place < len(text):
        if text[place] == ")":
            waiting = None
            place += 1
            yield Item(kind="close")
            continue
        found = ITEM.match(text, place)
        if found is None or found.end() == place:
            place += 1
            continue
        place = found.end()
        item = read_item(found)
        if waiting is not None and not item.name:
            negated = waiting.negated or (item.kind == "open" and item.negated)
            item = replace(item, name=waiting.name, negated=negated)
            if item.kind == "or":
                item = replace(item, kind="word")
        waiting = None
        if item.kind == "word" and item.name and not item.value and not item.is_phrase:
            waiting = item
        elif item.value or item.kind != "word":
            yield item


def read_item(found: re.Match[str]) -> Item:
    """What a match of ``ITEM`` is."""
    is_phrase = found["phrase"] is not None
    value = (found["phrase"] if is_phrase else found["word"]) or ""
    star = bool(found["star"]) or (not is_phrase and value.endswith("*"))
    typed = found["name"] or ""
    name = re.sub("-", "", fold(typed))
    negated = bool(found["minus"])
    if found["open"]:
        return Item("", negated, name if name in COLUMNS else "", kind="open")
    if name and (name not in OPERATORS or value.startswith("//")):
        name, value = "", f"{typed}:{value}"  # "https://..." is words
    elif name in HAS and fold(value) in ATTACHMENT and typed not in ("à", "À"):
        name = "has"
    elif name in PIECE and fold(value) in YES_NO:
        name, negated = "has", negated != YES_NO[fold(value)]
    elif name in PIECE or (name in HAS and name not in COLUMNS):
        name, value = "", f"{typed}:{value}"  # "avec:plaisir" is words
    elif not name and not is_phrase and not negated and value in OR_WORDS:
        return Item(value, kind="or")
    return Item(value, negated, name, is_phrase, star)


def _operator(query: Query, item: Item, today: date) -> Query:
    if item.name == "has":
        return replace(query, has_attachments=not item.negated)
    if item.name in NAMED:
        return _named(query, item)
    if item.name in SIZES:
        return _size(query, item)
    if item.name in IS:
        return _state(query, item)
    day = parse_date(item.value, today)
    if day is None:
        raise LocalRefusal(ErrorCode.USAGE, why="search-date")
    if (item.name in BEFORE) != item.negated:
        return replace(query, before=min(day, query.before or day))
    return replace(query, after=max(day, query.after or day))


def _named(query: Query, item: Item) -> Query:
    wanted = fold(item.value.strip())
    if item.name in FOLDER:
        if item.negated:
            return replace(query, not_folders=(*query.not_folders, wanted))
        return replace(query, folders=(*query.folders, wanted))
    if item.name in ACCOUNT:
        if item.negated:
            return replace(query, not_accounts=(*query.not_accounts, wanted))
        return replace(query, accounts=(*query.accounts, wanted))
    keyword = item.value.strip().lower()
    if item.negated:
        return replace(query, not_keywords=(*query.not_keywords, keyword))
    return replace(query, keywords=(*query.keywords, keyword))


def _size(query: Query, item: Item) -> Query:
    read = parse_size(item.value)
    if read is None:
        raise LocalRefusal(ErrorCode.USAGE, why="search-size")
    how, octets = read
    smaller = item.name in SMALLER or (item.name in SIZE and how == "<")
    if smaller != item.negated:
        return replace(query, smaller=min(octets, query.smaller or octets))
    return replace(query, larger=max(octets, query.larger or 0))


def _state(query: Query, item: Item) -> Query:
    name, wanted = STATES.get(re.sub(r"[-_ ]", "", fold(item.value)), ("", False))
    wanted = wanted != item.negated
    if name == "seen":
        return replace(query, seen=wanted)
    if name == "flagged":
        return replace(query, flagged=wanted)
    if name == "answered":
        return replace(query, answered=wanted)
    if name == "forwarded":
        return replace(query, forwarded=wanted)
    if name == "draft":
        return replace(query, draft=wanted)
    raise LocalRefusal(ErrorCode.USAGE, why="search-state")


def _term(item: Item, column: str) -> Term | None:
    text = item.value if item.is_phrase else _without_elision(item.value)
    words = tuple(_TOKEN.findall(fold(text)))
    if not words:
        return None
    is_prefix = item.has_star or (item.is_last and not item.is_phrase and not item.negated)
    is_exact = item.is_phrase or item.has_star
    is_prefix = is_prefix and len(words[-1]) >= SHORTEST_PREFIX
    return Term(words, is_prefix, column, is_exact, text)


def _without_elision(word: str) -> str:
    parts = _APOSTROPHE.split(word)
    while len(parts) > 1 and fold(parts[0]) in ELIDED and any(map(str.isalnum, parts[1])):
        parts = parts[1:]
    return " ".join(parts)
