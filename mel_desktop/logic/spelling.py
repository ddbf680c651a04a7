"""Which words of a letter are looked up in a dictionary, and which of them are mistakes.

Pure: whether a word is right is asked of a function. What nobody wants underlined is left out
before it is asked: what was quoted, addresses, links, names of files, numbers, abbreviations.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import Final

from mel_desktop.logic.folding import fold
from mel_desktop.model.spelling import Mistake
from mel_desktop.model.values import dataclass

IsRight = Callable[[str], bool]

LONGEST: Final = 48  # letters; more is no word
SHORT_CAPITALS: Final = 6  # VVS, PRONOTE is longer: capitals up to here are abbreviations
MOST_LINE: Final = 20_000  # letters of one line that are looked at

_WORD: Final = re.compile(r"\w+(?:['’ʼ\-‐‑]\w+)*['’]?")
_NOT_WORDS: Final = re.compile(
    r"""\b[a-z][a-z0-9+.-]{1,15}://\S+      # links
      | \bwww\.\S+
      | \bmailto:\S+
      | [\w.+%'’-]+@[\w-]+(?:\.[\w-]+)*       # addresses
      | (?<!\w)[@\#]\w+                       # @names, #words
      | (?<!\w)(?:[A-Za-z]:)?[\\/](?:[\w.$-]+[\\/]?)+  # paths
      | \b[\w-]+(?:\.[\w-]+)*\.[a-z][a-z0-9]{1,4}\b(?:/\S*)?  # names of hosts and of files
      | \{[^{}\n]{1,40}\}                     # fields of a template
    """,
    re.VERBOSE | re.IGNORECASE,
)
_QUOTED: Final = re.compile(r"\s{0,3}>")
_ATTRIBUTION: Final = re.compile(r"(?:a écrit|wrote)\s*:\s*$", re.IGNORECASE)
_SIGNATURE: Final = re.compile(r"-- ?$")
_FORWARDED: Final = re.compile(r"-{3,}.*-{3,}\s*$")
_ELISION: Final = re.compile(
    r"(?:l|d|j|m|t|s|n|c|qu|jusqu|lorsqu|puisqu|quoiqu|presqu|quelqu)['’ʼ](?=\w)", re.IGNORECASE
)
_POSSESSIVE: Final = re.compile(r"['’]s?$", re.IGNORECASE)
_PRONOUNS: Final = frozenset(
    {"je", "tu", "il", "elle", "on", "nous", "vous", "ils", "elles", "ce", "t", "y", "en", "moi",
     "toi", "le", "la", "les", "lui", "leur", "ci", "là"}
)  # fmt: skip


class Standing(Enum):
    """Where a line stands in a letter; the next one needs to know."""

    OWN = 0
    SIGNATURE = 1  # and all after it, up to what is quoted


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a line, from ``start``."""

    start: int
    text: str

    @property
    def end(self) -> int:
        """Behind its last letter."""
        return self.start + len(self.text)


def standing(line: str, before: Standing) -> Standing:
    """Where this line stands, the one before it known; a quotation ends a signature above it."""
    if is_quoted(line):
        return Standing.OWN
    if before is Standing.SIGNATURE or _SIGNATURE.match(line):
        return Standing.SIGNATURE
    return Standing.OWN


def is_quoted(line: str) -> bool:
    """What others wrote, and the line that says so."""
    return bool(_QUOTED.match(line) or _ATTRIBUTION.search(line) or _FORWARDED.match(line))


def words(line: str) -> Iterator[Word]:
    """The words of a line that are worth looking up, in order."""
    line = line[:MOST_LINE]
    if is_quoted(line):
        return
    left_out = [found.span() for found in _NOT_WORDS.finditer(line)]
    for found in _WORD.finditer(line):
        start, end = found.span()
        if any(a < end and start < b for a, b in left_out):
            continue
        text = found.group().rstrip("'’")
        if is_worth_it(text):
            yield Word(start, text)


def is_worth_it(word: str) -> bool:
    """Whether a dictionary can say anything of it."""
    if not 1 < len(word) <= LONGEST or any(one.isdigit() or one == "_" for one in word):
        return False
    if not all(_is_latin(one) for one in word if one.isalpha()):
        return False
    bare = _ELISION.sub("", word)
    if bare.isupper() and len(bare) <= SHORT_CAPITALS:
        return False
    return not any(_has_inner_capital(part) for part in re.split(r"['’ʼ\-‐‑]", bare))


def mistakes(line: str, is_right: IsRight) -> Iterator[Mistake]:
    """Words of a line that nobody knows: of a compound only the part that is wrong."""
    for word in words(line):
        yield from (Mistake(one.start, one.text) for one in wrong_parts(word, is_right))


def wrong_parts(word: Word, is_right: IsRight) -> Iterator[Word]:
    """None if the whole word is right; else the parts that are not."""
    if is_right(word.text):
        return
    start, text = word.start, word.text
    elided = _ELISION.match(text)
    if elided is not None:
        start, text = start + elided.end(), text[elided.end() :]
    text = _POSSESSIVE.sub("", text) if not elided else text
    if len(text) < 2 or (text != word.text and (is_right(text) or not is_worth_it(text))):
        return
    parts = re.split(r"[\-‐‑]", text)
    if len(parts) == 1:
        yield Word(start, text)
        return
    for at, part in enumerate(parts):
        is_known = (at and part.casefold() in _PRONOUNS) or len(part) < 2
        if not is_known and is_worth_it(part) and not is_right(part):
            yield Word(start, part)
        start += len(part) + 1


def own_forms(word: str) -> frozenset[str]:
    """How a word of one's own may stand in a text: as written; a common noun also ahead, in
    capitals, with an s.
    """
    forms = {word}
    if word == word.lower():
        forms |= {word + "s", word.capitalize(), word.upper()}
    else:
        forms.add(word.upper())
    return frozenset(forms | {one.replace("'", "’") for one in forms})


def tidy_word(typed: str) -> str:
    """A word that may be kept as one's own, or "" if it is none."""
    word = typed.strip().strip('«»"“”.,;:!?()[]').strip()
    is_word = bool(_WORD.fullmatch(word)) and 1 < len(word) <= LONGEST
    return word if is_word and any(one.isalpha() for one in word) else ""


def words_of_list(text: str) -> Iterator[str]:
    """Words of a list, one a line; lines that are no word, and those with #, are left out.

    What other programs write is taken: counts ahead, marks behind a slash or a tab.
    """
    for line in text.lstrip("\ufeff").splitlines():
        if not line.startswith("#"):
            word = tidy_word(re.split(r"[/\t]", line, maxsplit=1)[0])
            if word:
                yield word


def names_of(texts: Iterable[str]) -> frozenset[str]:
    """Words of names, folded."""
    return frozenset(
        fold(word) for text in texts for word in re.findall(r"[^\W\d_]+", text) if len(word) > 1
    )


def _is_latin(letter: str) -> bool:
    return letter < "\u0250" or "\u1e00" <= letter < "\u1f00"


def _has_inner_capital(part: str) -> bool:
    return not part.isupper() and any(one.isupper() for one in part[1:])
