"""What a person may have meant who wrote a word that no dictionary has. French first.

Hunspell's own proposals look one letter around, or for words that look alike; French mistakes sound
alike instead and are two letters off ("colége"). They take up to half a second besides, in which no
other thread runs. So: what is written otherwise but read the same is made, cheapest first, and kept
where the dictionary knows it. Bounded by ``MOST_TRIED``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from typing import Final

MOST_TRIED: Final = 1500  # words asked of the dictionary: some 30 ms
MOST_COST: Final = 2.3
MOST_BEHIND: Final = 1.3  # behind the best word that was found
CHEAPEST: Final = 0.3  # of all changes
ENOUGH: Final = 8
LONGEST: Final = 30  # letters; longer ones are left to the dictionary

# What sounds alike, or is confused often: (written, meant, cost).
_SOUNDS: Final = (
    *((a, b, 0.4) for a in "eéèêë" for b in "eéèêë" if a != b),
    *((a, b, 0.5) for group in ("aàâ", "iîï", "oô", "uùûü", "cç") for a in group for b in group
      if a != b),
    ("s", "ss", 0.6), ("ss", "s", 0.6), ("c", "ss", 0.9), ("ss", "c", 0.8), ("s", "c", 0.8),
    ("c", "s", 0.8), ("s", "ç", 0.8), ("ss", "ç", 0.8), ("ss", "t", 0.8), ("s", "t", 0.8),
    ("c", "t", 0.8), ("s", "sc", 0.9), ("c", "sc", 0.7), ("sc", "c", 0.7), ("z", "s", 0.6),
    ("s", "z", 0.7), ("k", "c", 0.7), ("k", "qu", 0.7), ("c", "qu", 0.8), ("qu", "c", 0.8),
    ("q", "qu", 0.6), ("k", "ch", 0.9), ("c", "ch", 0.9), ("c", "k", 1.0), ("qu", "cqu", 0.8),
    ("f", "ph", 0.6), ("ph", "f", 0.6), ("v", "w", 1.0),
    ("o", "au", 0.7), ("o", "eau", 0.8), ("au", "o", 0.7), ("au", "eau", 0.7), ("eau", "au", 0.7),
    ("ô", "au", 0.8), ("eu", "œu", 0.6), ("oe", "œ", 0.3), ("e", "œ", 0.9), ("eu", "œ", 0.9),
    ("an", "en", 0.6), ("en", "an", 0.6), ("am", "em", 0.6), ("em", "am", 0.6), ("an", "am", 0.7),
    ("en", "em", 0.7), ("on", "om", 0.7), ("in", "im", 0.7), ("in", "ain", 0.7), ("in", "ein", 0.7),
    ("ain", "in", 0.7), ("ein", "ain", 0.7), ("ain", "ein", 0.7), ("in", "ien", 0.9),
    ("in", "un", 0.9), ("un", "in", 0.9), ("é", "er", 0.6), ("er", "é", 0.6), ("é", "ez", 0.8),
    ("er", "ez", 0.8), ("é", "ée", 0.6), ("ée", "é", 0.6), ("é", "ai", 0.8), ("è", "ai", 0.7),
    ("e", "ai", 0.8), ("ê", "ai", 0.8), ("ai", "è", 0.7), ("ai", "é", 0.8), ("ai", "ei", 0.7),
    ("è", "ei", 0.8), ("ei", "ai", 0.7), ("ai", "ê", 0.8), ("i", "y", 0.6), ("y", "i", 0.6),
    ("i", "hi", 0.9), ("j", "g", 0.6), ("g", "j", 0.6), ("j", "ge", 0.7), ("g", "ge", 0.6),
    ("ge", "g", 0.7), ("g", "gu", 0.6), ("gu", "g", 0.6), ("gn", "ni", 0.8), ("ni", "gn", 0.8),
    ("ill", "y", 0.8), ("y", "ill", 0.8), ("il", "ill", 0.7), ("ill", "il", 0.7),
    ("x", "cc", 0.7), ("cc", "x", 0.8), ("ks", "x", 0.6), ("x", "xc", 0.6), ("xc", "x", 0.6),
    ("gz", "x", 0.7), ("h", "", 0.6), ("t", "th", 0.6), ("r", "rh", 0.6), ("ch", "sch", 0.8),
    ("oi", "oî", 0.5), ("oua", "oi", 0.8), ("ment", "mment", 0.5), ("mment", "ment", 0.5),
    ("emm", "amm", 0.6), ("amm", "emm", 0.6), ("ant", "ent", 0.5), ("ent", "ant", 0.5),
    ("sion", "tion", 0.5), ("tion", "sion", 0.6), ("sion", "ssion", 0.5), ("cion", "tion", 0.5),
    ("ssion", "tion", 0.5), ("tion", "ction", 0.8), ("xion", "ction", 0.5), ("ction", "xion", 0.6),
    ("sial", "tial", 0.5), ("cial", "tial", 0.5), ("tial", "cial", 0.5), ("ciel", "tiel", 0.5),
    ("tiel", "ciel", 0.5), ("siel", "tiel", 0.5), ("sieu", "tieu", 0.6), ("oy", "oi", 0.6),
    ("ia", "iat", 1.0), ("euse", "eusse", 1.0), ("uage", "age", 0.8), ("age", "uage", 0.9),
    ("gua", "ga", 0.5), ("ga", "gua", 0.7), ("ea", "a", 0.8), ("eur", "eure", 0.8),
    ("aire", "ère", 0.8), ("ère", "aire", 0.8), ("ette", "ète", 0.6), ("elle", "èle", 0.6),
    ("èle", "elle", 0.6), ("ète", "ette", 0.6), ("ere", "erre", 0.8), ("o", "oo", 1.0),
)  # fmt: skip
_BY_COST: Final = sorted(_SOUNDS, key=lambda one: one[2])
_DOUBLED: Final = frozenset("bcdflmnprstg")
_SILENT: Final = (("s", 0.8), ("e", 0.8), ("t", 0.8), ("x", 0.9), ("d", 0.9), ("p", 1.0),
                  ("es", 1.0), ("nt", 0.9), ("r", 0.9), ("c", 1.0), ("ent", 1.1))  # fmt: skip
_LETTERS: Final = "abcdefghijlmnopqrstuvxyzéè"
_ELIDED: Final = ("qu", "l", "d", "j", "m", "t", "s", "n", "c")
_VOWELS: Final = frozenset("aeiouyéèêàâîôûhœ")
_AHEAD: Final = frozenset(
    {"parce", "en", "bien", "tout", "tous", "toute", "toutes", "a", "à", "au", "de", "des", "par",
     "un", "une", "quelque", "quand", "tant", "pas", "plus", "peut", "afin", "alors", "sur", "sans",
     "c'est", "est", "tandis", "bon", "mal", "ne", "le", "la", "les", "il", "je", "si", "très"}
)  # fmt: skip
_MEANT: Final = {  # what no rule reaches
    "biensur": "bien sûr", "biensûr": "bien sûr", "aujourdui": "aujourd'hui",
    "aujourdhui": "aujourd'hui", "aujourd'ui": "aujourd'hui", "ojourdui": "aujourd'hui",
    "malgrés": "malgré", "parmis": "parmi", "hormi": "hormis", "vola": "voilà",
    "quelquesoit": "quel que soit", "quelque-soit": "quel que soit", "peutetre": "peut-être",
    "peutêtre": "peut-être", "cad": "c'est-à-dire", "davance": "d'avance", "stp": "s'il te plaît",
    "svp": "s'il vous plaît", "rdv": "rendez-vous", "pb": "problème", "bjr": "bonjour",
    "bcp": "beaucoup", "qqn": "quelqu'un", "tjs": "toujours", "tjrs": "toujours", "ns": "nous",
    "vs": "vous", "rendez vous": "rendez-vous", "rendezvous": "rendez-vous", "ya": "il y a",
    "weekend": "week-end", "aprèsmidi": "après-midi", "apresmidi": "après-midi",
}  # fmt: skip


def guesses(word: str, is_right: Callable[[str], bool], *, most: int = ENOUGH) -> tuple[str, ...]:
    """The likeliest first."""
    typed = unicodedata.normalize("NFC", word).replace("’", "'")
    low = typed.lower()
    found: dict[str, float] = {}

    def put(one: str, cost: float) -> None:
        if one != low and cost < found.get(one, 99.0):
            found[one] = cost

    if low in _MEANT:
        put(_MEANT[low], 0.0)
    if len(low) <= LONGEST:
        for one, cost in _by_sound(low, is_right):
            put(one, cost)
    ranked = sorted(found, key=lambda one: found[one])
    apostrophe = "’" if "’" in word else "'"
    shaped = [_shaped(one, word).replace("'", apostrophe) for one in ranked]
    return tuple(dict.fromkeys(one for one in shaped if one != word))[:most]


def _by_sound(low: str, is_right: Callable[[str], bool]) -> Iterator[tuple[str, float]]:
    """Words that are read alike, cheapest first."""
    heap: list[tuple[float, int, str]] = [(0.0, 0, low)]
    seen = {low: 0.0}
    tried = found = 0
    most = MOST_COST
    while heap and tried < MOST_TRIED and found < ENOUGH:
        cost, depth, word = heappop(heap)
        if cost > seen.get(word, 99.0):
            continue
        if depth:
            tried += 1
            if is_right(word):
                found += 1
                most = min(most, cost + MOST_BEHIND)
                yield word, cost
                continue
        left = most - cost - 0.15 * depth
        if depth >= 3 or left < CHEAPEST:
            continue
        for one, more in _neighbours(word, left, first=depth == 0):
            total = cost + more + 0.15 * depth
            if total <= most and total < seen.get(one, 99.0):
                seen[one] = total
                heappush(heap, (total, depth + 1, one))


def _neighbours(word: str, left: float, *, first: bool) -> Iterator[tuple[str, float]]:
    """One change away; sounds that cost more than what is ``left`` are not tried."""
    for written, meant, cost in _BY_COST:
        if cost > left:
            break
        at = word.find(written)
        while at >= 0:
            yield word[:at] + meant + word[at + len(written) :], cost
            at = word.find(written, at + 1)
    for at, letter in enumerate(word):
        if letter in _DOUBLED:
            if word[at + 1 : at + 2] == letter:
                yield word[:at] + word[at + 1 :], 0.5
            elif at and word[at - 1] != letter:
                yield word[:at] + letter + word[at:], 0.5
    for ending, cost in _SILENT:
        yield word + ending, cost
    if len(word) > 3:
        yield word[:-1], 0.8
    yield "h" + word, 0.7
    yield from _apart(word)
    if first:
        yield from _slips(word)


def _apart(word: str) -> Iterator[tuple[str, float]]:
    """An apostrophe, a hyphen or a space that was left out."""
    for elided in _ELIDED:
        rest = word[len(elided) :]
        if word.startswith(elided) and len(rest) > 1 and rest[0] in _VOWELS:
            yield f"{elided}'{rest}", 0.6


def _slips(word: str) -> Iterator[tuple[str, float]]:
    """Of the fingers: letters changed over, one too many, one too few, a wrong one."""
    for at in range(len(word) - 1):
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :], 0.9
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :], 1.1
    for at in range(len(word)):
        for letter in _LETTERS:
            if letter != word[at]:
                yield word[:at] + letter + word[at + 1 :], 1.2
    for at in range(len(word) + 1):
        for letter in _LETTERS:
            yield word[:at] + letter + word[at:], 1.2
    for at in range(1, len(word) - 2):
        if word[:at] in _AHEAD:
            yield f"{word[:at]} {word[at:]}", 1.0


def _shaped(one: str, word: str) -> str:
    """With the capitals of what was typed."""
    if word.isupper() and len(word) > 1:
        return one.upper()
    if word[:1].isupper():
        return one[:1].upper() + one[1:]
    return one
