"""Inflected forms of French words, from a static table that is never held whole in memory.

The octets come from outside (resources/lexicon, made by packaging/lexicon.py, which describes the
form of the file). A look-up inflates one block of some ten kilobytes; the last few are kept.
Words are folded (logic.folding). A word that is not in the table stands for itself.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from functools import lru_cache
from typing import Final

import zstandard

MAGIC: Final = b"MELEX1\n"
BLOCK_LINES: Final = 1024
MOST_FORMS: Final = 12  # of a family: more cost the query time and find too much
KEPT_WORDS: Final = 512


class Lexicon:
    """Built from the octets of the file; ValueError where they are none. Safe in any thread."""

    def __init__(self, octets: bytes) -> None:
        if not octets.startswith(MAGIC):
            raise ValueError("not a lexicon")
        try:
            self._read(octets)
        except (KeyError, TypeError, zstandard.ZstdError) as error:
            raise ValueError("the lexicon is damaged") from error
        self._block = lru_cache(maxsize=8)(self._inflate)
        self.expand = lru_cache(maxsize=KEPT_WORDS)(self._expand)

    def _read(self, octets: bytes) -> None:
        end = octets.index(b"\n", len(MAGIC))
        head = json.loads(octets[len(MAGIC) : end])
        self._octets = octets
        self._firsts: list[str] = [first for first, _ in head["blocks"]]
        self._places: list[tuple[int, int]] = []
        place = end + 1 + head["rules"]
        rules = zstandard.ZstdDecompressor().decompress(octets[end + 1 : place])
        self._rules = rules.decode("utf-8").split("\n")
        for _, length in head["blocks"]:
            self._places.append((place, length))
            place += length
        if place != len(octets):
            raise ValueError("the lexicon is cut short")

    def _expand(self, word: str) -> tuple[str, ...]:
        """The word first, then the other forms of its family; itself alone when unknown."""
        place = bisect_right(self._firsts, word) - 1
        if place < 0 or not word.isalpha():
            return (word,)
        block = self._block(place)
        at = block.find(f"\n{word}\t")
        if at < 0:
            return (word,)
        start = at + len(word) + 2
        gone, *ends = self._rules[int(block[start : block.index("\n", start)])].split(" ")
        stem = word[: len(word) - int(gone)]
        forms = (stem + ("" if end == "-" else end) for end in ends)
        return (word, *(form for form in forms if form != word))

    def _inflate(self, place: int) -> str:
        start, length = self._places[place]
        packed = self._octets[start : start + length]
        return zstandard.ZstdDecompressor().decompress(packed).decode("utf-8")


class NoLexicon:
    """Where the table is missing: every word stands for itself."""

    def expand(self, word: str) -> tuple[str, ...]:
        """The word alone."""
        return (word,)
