"""Finding a command, a folder or a setting by a few letters: accents and case are set aside. Pure.

Every word that was typed must be found. A word counts most where it begins the text, then where it
begins a word of it, then within, and least where its letters only stand in that order ("nvm" in
"nouveau message").
"""

from __future__ import annotations

import re
from typing import Final

from mel_desktop.logic.folding import fold

MOST_TYPED: Final = 100  # characters of a query that are looked at
FIRST, BEGINS, WITHIN, SCATTERED = 1000, 600, 300, 100
LEAST_SCATTERED: Final = 3  # letters; two of them stand in that order anywhere
_WORD: Final = re.compile(r"[^\W_]+(?:[.@+-][^\W_]+)*")


def score(typed: str, text: str) -> int:
    """How well ``text`` answers what was typed; 0: not at all. Everything answers nothing typed."""
    wanted = fold(typed[:MOST_TYPED]).split()
    folded = fold(text)
    total = 1
    for word in wanted:
        found = _score(word, folded)
        if not found:
            return 0
        total += found
    # of two that answer as well the shorter one is nearer
    return total * 1000 - min(len(folded), 500)


def matches(typed: str, text: str) -> bool:
    """Whether every word typed begins a word of ``text``, or stands within one of its own size."""
    wanted = fold(typed[:MOST_TYPED]).split()
    folded = fold(text)
    return all(_score(word, folded) >= (BEGINS if len(word) < 3 else WITHIN) for word in wanted)


def _score(word: str, text: str) -> int:
    at = text.find(word)
    if at == 0:
        return FIRST
    if at > 0:
        begins = (
            any(text.startswith(word, one.start()) for one in _WORD.finditer(text))
            or not text[at - 1].isalnum()
        )
        return BEGINS if begins else WITHIN
    if len(word) < LEAST_SCATTERED:
        return 0
    return _scattered(word, text)


def _scattered(word: str, text: str) -> int:
    """Its letters in that order, the first of them at the beginning of a word."""
    best = 0
    for start in (one.start() for one in _WORD.finditer(text)):
        at, last = start, start
        if text[start] != word[0]:
            continue
        for letter in word[1:]:
            last = text.find(letter, at + 1)
            if last < 0:
                break
            at = last
        else:
            best = max(best, SCATTERED - min(SCATTERED - 1, at - start))
    return best
