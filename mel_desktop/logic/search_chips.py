"""What stands in the search box, apart: operators that are complete, and the words beside them.

The box shows the first as chips. Put together again (operators, then words) they ask for the same:
an operator stays among the words where its place says something (in brackets, beside OU) and while
it cannot be read yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from mel_desktop.logic import search_query
from mel_desktop.logic.folding import fold
from mel_desktop.logic.search_query import CONTROLS, ITEM, QUOTES
from mel_desktop.model.errors import LocalRefusal
from mel_desktop.model.finding import Operator, OperatorKind, TypedQuery
from mel_desktop.model.values import dataclass

K = OperatorKind
# In the order in which they are offered; the first spelling of each language is the usual one.
OPERATORS: Final = (
    Operator(K.SENDER, ("de:", "expéditeur:"), ("from:",)),
    Operator(K.RECIPIENT, ("à:", "destinataire:"), ("to:", "cc:")),
    Operator(K.SUBJECT, ("objet:", "sujet:"), ("subject:",)),
    Operator(K.HAS, ("a:pj", "pièce:oui"), ("has:attachment",)),
    Operator(K.FILES, ("pj:", "fichier:"), ("file:", "attachment:")),
    Operator(K.AFTER, ("après:", "depuis:"), ("after:", "since:")),
    Operator(K.BEFORE, ("avant:",), ("before:",)),
    Operator(K.FOLDER, ("dossier:",), ("folder:", "in:")),
    Operator(K.UNREAD, ("est:non-lu",), ("is:unread",)),
    Operator(K.FLAGGED, ("est:suivi",), ("is:flagged",)),
    Operator(K.STATE, ("est:",), ("is:",)),
    Operator(K.SIZE, ("taille:",), ("size:",)),
    Operator(K.KEYWORD, ("mot-clé:", "étiquette:"), ("tag:", "keyword:")),
    Operator(K.TEXT, ("texte:",), ("text:", "body:")),
    Operator(K.ACCOUNT, ("compte:",), ("account:",)),
)
_SPACED: Final = re.compile(r":\s+")


@dataclass(frozen=True, slots=True)
class _Piece:
    """An item with its place; ``depth``: brackets around it."""

    start: int
    end: int
    depth: int
    kind: str
    has_name: bool


def split(typed: str, today: date) -> TypedQuery:
    """Operators that are whole (a space stands behind them) and can be read, and the rest."""
    text = QUOTES.sub('"', CONTROLS.sub(" ", typed))
    pieces = list(_pieces(text))
    taken = [
        one
        for place, one in enumerate(pieces)
        if one.kind == "word"
        and one.has_name
        and not one.depth
        and text[one.end : one.end + 1].isspace()
        and not any(other.kind == "or" for other in pieces[max(0, place - 1) : place + 2])
        and _is_read(text[one.start : one.end], today)
    ]
    operators = tuple(_SPACED.sub(":", text[one.start : one.end], count=1) for one in taken)
    rest, place = "", 0
    for one in taken:
        rest += typed[place : one.start]
        place = one.end
        if not rest or rest[-1].isspace():
            place += len(text[place:]) - len(text[place:].lstrip())
    return TypedQuery(operators, rest + typed[place:])


def offered(word: str) -> tuple[tuple[Operator, str], ...]:
    """Operators that a word may be the beginning of, each with the spelling to put in its place.

    French and English; accents do not matter. Of one letter only what is then complete ("à").
    """
    sign, word = ("-", word[1:]) if word.startswith("-") else ("", word)
    begun = fold(word)
    if not begun or ":" in begun:
        return ()
    found = []
    for one in OPERATORS:
        spelling = next((s for s in (*one.french, *one.english) if _begins(s, begun)), "")
        if spelling:
            found.append((one, sign + spelling))
    return tuple(found)


def _begins(spelling: str, begun: str) -> bool:
    folded = fold(spelling)
    return folded.startswith(begun) and (len(begun) > 1 or folded.startswith(f"{begun}:"))


def _is_read(operator: str, today: date) -> bool:
    try:
        return not search_query.parse(f"{operator} ", today).is_empty
    except LocalRefusal:
        return False


def _pieces(text: str) -> Iterator[_Piece]:
    """As logic.search_query reads them; ``objet: conseil`` is one."""
    place = depth = 0
    waiting: int | None = None
    while place < len(text):
        if text[place] == ")":
            depth = max(0, depth - 1)
            waiting = None
            place += 1
            continue
        found = ITEM.match(text, place)
        if found is None or found.end() == place:
            place += 1
            continue
        place = found.end()
        item = search_query.read_item(found)
        start = found.start()
        named = bool(item.name)
        if waiting is not None and not named:
            start, named = waiting, True
        waiting = None
        if item.kind == "open":
            depth += 1
            yield _Piece(start, place, depth, "open", named)
        elif item.kind == "word" and item.name and not item.value and not item.is_phrase:
            waiting = start
        elif item.kind != "word" or item.value:
            yield _Piece(start, place, depth, item.kind, named)
