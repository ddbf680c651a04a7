"""Forms of one name: particles, joined parts, one wrong key, the same sound in French.

All words here are folded (logic.folding). One wrong key is one letter inserted, dropped, replaced,
or two neighbours swapped (optimal string alignment distance 1). A ``Vocabulary`` finds the words of
a directory that are one wrong key or a French sound away from what has been typed so far.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Final

from mel_desktop.model.patterns import late

PARTICLES: Final = frozenset(
    {"de", "du", "des", "d", "l", "la", "le", "les", "et", "a", "au", "aux", "en", "von", "van",
     "der", "den", "di", "da", "dos", "el", "al", "ben"}
)  # fmt: skip
TITLES: Final = frozenset({"mme", "mlle", "mr", "monsieur", "madame", "mademoiselle"})
SHORTEST_TYPO: Final = 4  # letters; shorter words are one wrong key away from everything
MOST_WHOLE: Final = 40
MOST_BEGUN: Final = 32
LONG: Final = 6
MOST_ALIKE: Final = 24
_TOKEN: Final = late(r"[^\W_]+")
_AFTER_LAST: Final = "\U0010ffff"

# In this order; what stands before the > is gone afterwards.
_SPOKEN: Final = (
    "chr>kr sch>$ sh>$ ch>$ ph>f qu>k q>k ce>se ci>si cy>si c>k gue>Ge gui>Gi ge>je gi>ji gy>ji "
    "G>g eau>o ault>o aud>o aux>o au>o aill>ai ill>i y>i ain>in ein>in aim>in im>in em>an en>an "
    "am>an ai>e ei>e oe>e bv>v w>v z>s x>s h>"
)
_SOUNDS: Final = tuple((one.partition(">")[0], one.partition(">")[2]) for one in _SPOKEN.split())
_DOUBLE: Final = late(r"(.)\1+")
_MUTE: Final = late(r"(?<=..)[estdxz]+$")


def sound(word: str) -> str:
    """A rough key of how a French word sounds: equal for ``philippe`` and ``filip``."""
    key = word
    for written, spoken in _SOUNDS:
        if written in key:
            key = key.replace(written, spoken)
    return _MUTE.sub("", _DOUBLE.sub(r"\1", key))


def joined(words: Sequence[str], text: str) -> tuple[str, ...]:
    """Parts of a name written as one: ``le goff`` -> ``legoff``, ``jean-pierre`` -> ``jeanpierre``.

    ``words`` are the tokens of ``text``, both folded.
    """
    is_parted = "-" in text
    if not is_parted and PARTICLES.isdisjoint(words):  # most
        return ()
    found: list[str] = []
    start = 0
    while start < len(words):  # particles before a word
        end = start
        while end < len(words) - 1 and words[end] in PARTICLES:
            end += 1
        if end > start:
            found.append("".join(words[start : end + 1]))
        start = end + 1
    if is_parted:
        found += ["".join(_TOKEN.findall(part)) for part in text.split() if "-" in part]
    return tuple(one for one in dict.fromkeys(found) if one not in words)


def is_one_key_off(typed: str, word: str) -> bool:
    """Whether one wrong key makes the one of the other."""
    longer, shorter = (typed, word) if len(typed) >= len(word) else (word, typed)
    if len(longer) - len(shorter) > 1 or typed == word:
        return False
    at = 0
    while at < len(shorter) and longer[at] == shorter[at]:
        at += 1
    if len(longer) > len(shorter):
        return longer[at + 1 :] == shorter[at:]
    return longer[at + 1 :] == shorter[at + 1 :] or (
        longer[at + 2 :] == shorter[at + 2 :] and longer[at : at + 2] == shorter[at : at + 2][::-1]
    )


def begins_one_key_off(typed: str, word: str) -> bool:
    """Whether ``typed`` is one wrong key away from some beginning of ``word``."""
    return any(
        is_one_key_off(typed, word[:length])
        for length in (len(typed), len(typed) - 1, len(typed) + 1)
        if 0 < length <= len(word)
    )


class Vocabulary:
    """The words of a directory's names, in order; asked on each key, so kept small and flat."""

    __slots__ = ("_sounds", "_spoken", "_words")

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted(words)
        pairs = sorted((sound(word), word) for word in self._words)
        self._sounds = [key for key, _ in pairs]
        self._spoken = [word for _, word in pairs]

    def __len__(self) -> int:
        return len(self._words)

    def has(self, typed: str) -> bool:
        """Whether a word begins so."""
        at = bisect_left(self._words, typed)
        return at < len(self._words) and self._words[at].startswith(typed)

    def near(self, typed: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Words one wrong key away; and beginnings, one wrong key away, of words."""
        words = self._words
        whole: dict[str, None] = {}
        begun: dict[str, None] = {}

        def look(edited: str, low: int, high: int) -> None:
            at = bisect_left(words, edited, low, high)
            if at < high and words[at].startswith(edited):
                if words[at] == edited:
                    whole[edited] = None
                begun[edited] = None

        low, high = 0, len(words)
        for at in range(len(typed)):
            head, tail = typed[:at], typed[at:]
            low = bisect_left(words, head, low, high)
            high = bisect_left(words, head + _AFTER_LAST, low, high)
            if low == high:
                break  # nothing begins like this: the wrong key was before
            look(head + tail[1:], low, high)
            if len(tail) > 1 and tail[0] != tail[1]:
                look(head + tail[1] + tail[0] + tail[2:], low, high)
            start = low
            while start < high:
                if len(words[start]) == at:  # the head itself
                    start += 1
                    continue
                letter = words[start][at]
                end = bisect_left(words, head + letter + _AFTER_LAST, start, high)
                look(head + letter + tail, start, end)
                if letter != tail[0]:
                    look(head + letter + tail[1:], start, end)
                start = end
        at = bisect_left(words, typed)
        while at < len(words) and words[at].startswith(typed) and len(whole) < MOST_WHOLE:
            if len(words[at]) == len(typed) + 1:
                whole[words[at]] = None
            at += 1
        # What begins with all that was typed is found without any of this.
        # Short beginnings begin thousands of words: a wrong key in them shows one letter later.
        least = max(SHORTEST_TYPO, min(len(typed), LONG))
        longest = sorted(
            (one for one in begun if len(one) >= least and not one.startswith(typed)),
            key=len,
            reverse=True,
        )
        return tuple(whole)[:MOST_WHOLE], tuple(longest[:MOST_BEGUN])

    def alike(self, typed: str) -> tuple[str, ...]:
        """Words that sound like what was typed, those that sound so as a whole first."""
        key = sound(typed)
        if len(key) < SHORTEST_TYPO - 1:
            return ()
        at = bisect_left(self._sounds, key)
        found: list[str] = []
        while len(found) < MOST_ALIKE and at < len(self._sounds):
            if not self._sounds[at].startswith(key):
                break
            if not self._spoken[at].startswith(typed):
                found.append(self._spoken[at])
            at += 1
        return tuple(found)
