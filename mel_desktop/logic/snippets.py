"""A line of a message around the words that were found, and how prominent they are.

The index keeps no text, so the words are looked for again in the body: in a copy of the same length
without accents, so that every place in it is a place in the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from mel_desktop.logic.folding import fold
from mel_desktop.logic.search_terms import Node, Term, leaves
from mel_desktop.model.finding import Excerpt, Span

LENGTH: Final = 160
LEAD: Final = 40  # of that, before the first word found
MOST_TEXT: Final = 262_144
MOST_MATCHES: Final = 20
_SPACE: Final = re.compile(r"\s+")
_MARKS: Final = re.compile("[\u0300-\u036f]")
_LIGATURES: Final = {"oe": "œ", "ae": "æ", "ss": "ß"}
_END: Final = r"(?![^\W_])"
PLACES: Final = ("subject", "sender", "recipients")
WEIGHTS: Final = {"subject": 1.0, "sender": 0.9, "recipients": 0.6, "": 0.5}


def pattern(terms: Sequence[Node], column: str = "") -> re.Pattern[str] | None:
    """Finds any of the terms in a text that was made ``plain``; None without terms.

    ``column``: only terms that may stand there ("": all of them).
    """
    return _compiled(
        tuple(
            (one.words, one.is_prefix)
            for one in leaves(terms)
            if not column or one.column in ("", column)
        )
    )


class Patterns:
    """What one query looks for in each column: each pattern is made once, whatever it is asked."""

    def __init__(self, terms: Sequence[Node]) -> None:
        self._terms = terms
        self._known: dict[str, re.Pattern[str] | None] = {}
        self._nodes: list[dict[str, re.Pattern[str] | None]] | None = None

    def of(self, column: str = "") -> re.Pattern[str] | None:
        """``pattern`` for a column."""
        if column not in self._known:
            self._known[column] = pattern(self._terms, column)
        return self._known[column]

    def score(self, subject: str, sender: str, recipients: str) -> float:
        """0.5 (all words in the text only) to 1.0 (all in the subject); 1.0 without words."""
        if not self._terms:
            return 1.0
        if self._nodes is None:
            self._nodes = [
                {name: pattern((node,), name) for name in PLACES} for node in self._terms
            ]
        texts = [plain(composed(text)) for text in (subject, sender, recipients)]
        places = list(zip(PLACES, texts, strict=True))
        total = sum(
            next(
                (
                    WEIGHTS[name]
                    for name, text in places
                    if (found := wanted[name]) is not None and found.search(text)
                ),
                WEIGHTS[""],
            )
            for wanted in self._nodes
        )
        return round(total / len(self._nodes), 3)


@lru_cache(maxsize=256)
def _compiled(terms: tuple[tuple[tuple[str, ...], bool], ...]) -> re.Pattern[str] | None:
    wanted = [Term(words, is_prefix) for words, is_prefix in terms]
    whole = [one.words[0] for one in wanted if len(one.words) == 1 and not one.is_prefix]
    found = [f"(?:{_tree(sorted(set(whole)))}){_END}"] if whole else []
    found += [
        r"[\W_]+".join(_word(word) for word in term.words) + ("" if term.is_prefix else _END)
        for term in wanted
        if len(term.words) > 1 or term.is_prefix
    ]
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(found)})", re.IGNORECASE) if found else None


def snippet(text: str, wanted: re.Pattern[str] | None) -> str:
    """One line of plain text, around the densest place where words were found; "" if nowhere."""
    text = composed(text[:MOST_TEXT])
    starts: list[int] = []
    if wanted is not None:
        for match in wanted.finditer(plain(text)):
            starts.append(match.start())
            if len(starts) == MOST_MATCHES:
                break
    if not starts:
        return ""
    return _line(text, _densest(starts))


def excerpt(text: str, wanted: re.Pattern[str] | None, attachment: str = "") -> Excerpt | None:
    """The same line with the places of the words in it; None where nothing was found."""
    line = snippet(text, wanted)
    return Excerpt(line, marks(line, wanted), attachment) if line else None


def marks(text: str, wanted: re.Pattern[str] | None) -> tuple[Span, ...]:
    """Where words were found in a short text; () where accents stand apart from their letters."""
    if wanted is None or composed(text) != text:
        return ()
    return tuple(one.span() for one in wanted.finditer(plain(text)))


def composed(text: str) -> str:
    """Letters and their accents as one character each."""
    if text.isascii():
        return text
    return _MARKS.sub("", unicodedata.normalize("NFC", text))


def plain(text: str) -> str:
    """Without accents, and as long as it was: a composed text only."""
    return text if text.isascii() else _ACCENTED.sub(_unaccented, text)


def beginning(text: str) -> str:
    """The first line's worth of a text."""
    return _line(text, 0)


def _densest(starts: Sequence[int]) -> int:
    """Where a line holds the most matches; the first such place. ``starts`` ascend."""
    best, most, end = starts[0], 0, 0
    for place, at in enumerate(starts):
        while end < len(starts) and starts[end] < at + LENGTH - LEAD:
            end += 1
        if end - place > most:
            best, most = at, end - place
    return best


def _line(text: str, at: int) -> str:
    start = max(0, at - LEAD)
    if start:  # on to the next whole word
        space = _SPACE.search(text, start, at)
        start = space.end() if space else at
    end = start + LENGTH
    if end < len(text):
        cut = text.rfind(" ", start + LENGTH // 2, end)
        end = cut if cut > 0 else end
    line = _SPACE.sub(" ", text[start:end]).strip()
    return f"{'… ' if start else ''}{line}{' …' if end < len(text) else ''}"


def _tree(words: Sequence[str]) -> str:
    """Sorted words, what they begin with in common written once: forms of a word share much."""
    if len(words) == 1:
        return _word(words[0])
    shared = 0
    while shared < len(words[0]) and words[0][shared] == words[-1][shared : shared + 1]:
        shared += 1
    if shared and any(
        words[0][shared - 1] + one[shared : shared + 1] in _LIGATURES for one in words
    ):
        shared -= 1  # "oe", "ae" and "ss" are read as one
    if not shared:
        groups: dict[str, list[str]] = {}
        for word in words:
            groups.setdefault(word[0], []).append(word)
        if len(groups) == 1:
            return "|".join(map(_word, words))
        return "|".join(_tree(group) for group in groups.values())
    rest = [word[shared:] for word in words if len(word) > shared]
    inner = _tree(rest)
    optional = "?" if len(rest) < len(words) else ""
    return f"{_word(words[0][:shared])}(?:{inner}){optional}"


@lru_cache(maxsize=512)
def _word(word: str) -> str:
    """A pattern for one folded word."""
    found = re.escape(word)
    for pair, ligature in _LIGATURES.items():
        found = found.replace(pair, f"(?:{pair}|{ligature})")
    return found


def _unaccented(found: re.Match[str]) -> str:
    return _PLAIN.get(found[0], found[0])


def _plain_letters() -> dict[str, str]:
    """Letters of Latin that fold to one plain letter."""
    return {
        chr(code): folded
        for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
        if len(folded := fold(chr(code))) == 1
        and folded != chr(code)
        and unicodedata.category(chr(code)).startswith("L")
    }


_PLAIN: Final = _plain_letters()
_ACCENTED: Final = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")  # quicker than translate()
