"""A line of a message around the words that were found, and how prominent they are.

The index keeps no text, so the words are looked for again in the body: by a pattern that ignores
case and accents and leaves the text as it stands (no folded copy, no map of positions).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from mel_desktop.logic.folding import fold
from mel_desktop.logic.search_query import Term

LENGTH: Final = 160
LEAD: Final = 40  # of that, before the first word found
MOST_TEXT: Final = 262_144
MOST_MATCHES: Final = 20
_SPACE: Final = re.compile(r"\s+")
_MARK: Final = "[\u0300-\u036f]*"
WEIGHTS: Final = {"subject": 1.0, "sender": 0.9, "recipients": 0.6, "": 0.5}


def pattern(terms: Sequence[Term]) -> re.Pattern[str] | None:
    """Finds any of the terms in a text as it stands; None without terms."""
    if not terms:
        return None
    found = "|".join(
        r"[\W_]+".join(_word(word) for word in term.words)
        + ("" if term.is_prefix else r"(?![^\W_])")
        for term in terms
    )
    return re.compile(rf"(?<![^\W_])(?:{found})", re.IGNORECASE)


def snippet(text: str, wanted: re.Pattern[str] | None) -> str:
    """One line of plain text, around the densest place where words were found; "" if nowhere."""
    text = text[:MOST_TEXT]
    starts: list[int] = []
    if wanted is not None:
        for match in wanted.finditer(text):
            starts.append(match.start())
            if len(starts) == MOST_MATCHES:
                break
    if not starts:
        return ""
    return _line(text, _densest(starts))


def beginning(text: str) -> str:
    """The first line's worth of a text."""
    return _line(text, 0)


def score(terms: Sequence[Term], subject: str, sender: str, recipients: str) -> float:
    """0.5 (all words in the text only) to 1.0 (all in the subject); 1.0 without words."""
    if not terms:
        return 1.0
    total = 0.0
    for term in terms:
        found = pattern((term,))
        assert found is not None
        places = (("subject", subject), ("sender", sender), ("recipients", recipients))
        total += next(
            (
                WEIGHTS[name]
                for name, text in places
                if term.column in ("", name) and found.search(text)
            ),
            WEIGHTS[""],
        )
    return round(total / len(terms), 3)


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


@lru_cache(maxsize=256)
def _word(word: str) -> str:
    """A pattern for one folded word."""
    out = []
    place = 0
    while place < len(word):
        pair = word[place : place + 2]
        if pair in ("oe", "ae"):
            ligature = "œ" if pair == "oe" else "æ"
            out.append(f"(?:{_letter(pair[0])}{_letter(pair[1])}|{ligature})")
            place += 2
        else:
            out.append(_letter(word[place]))
            place += 1
    return "".join(out)


def _letter(letter: str) -> str:
    same = _VARIANTS.get(letter)
    return (f"[{letter}{same}]" if same else re.escape(letter)) + _MARK


def _variants() -> dict[str, str]:
    """Plain letter -> the letters that fold to it (Latin, precomposed)."""
    found: dict[str, str] = {}
    for code in range(0xC0, 0x250):
        letter = chr(code)
        plain = fold(letter)
        if len(plain) == 1 and plain != letter and unicodedata.category(letter).startswith("L"):
            found[plain] = found.get(plain, "") + letter
    return found


_VARIANTS: Final = _variants()
