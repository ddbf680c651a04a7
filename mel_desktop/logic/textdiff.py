"""Where two texts differ: word by word to be read, line by line to be merged.

Rule: the pieces' sides joined are the two texts, to the last sign. The time is bounded: words that
occur once on each side hold the texts together; what lies between is compared cell by cell only as
long as there is budget, and is one difference beyond it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from mel_desktop.model.revisions import Piece, Taken

MOST_CELLS: Final = 400_000  # of all tables of one comparison: a fraction of a second
MOST_ROUNDS: Final = 24  # of looking for anchors within anchors

_WORDS: Final = re.compile(r"\n|[^\S\n]+|\w+|[^\w\s]")
_LINES: Final = re.compile(r"[^\n]*\n|[^\n]+")
Pair = tuple[int, int]


def words(mine: str, theirs: str) -> tuple[Piece, ...]:
    """Word by word: lines are matched first, then the words of those that differ."""
    cells = [MOST_CELLS]
    found: list[Piece] = []
    for piece in _pieces(_LINES.findall(mine), _LINES.findall(theirs), cells):
        if piece.is_same or not piece.mine or not piece.theirs:
            found.append(piece)
        else:
            found += _pieces(_WORDS.findall(piece.mine), _WORDS.findall(piece.theirs), cells)
    return _settled(found)


def paragraphs(mine: str, theirs: str) -> tuple[Piece, ...]:
    """Line by line (a paragraph is a line): what is chosen among when two texts are merged."""
    found: list[Piece] = []
    for piece in _pieces(_LINES.findall(mine), _LINES.findall(theirs), [MOST_CELLS]):
        sides = _LINES.findall(piece.mine), _LINES.findall(piece.theirs)
        if piece.is_same or len(sides[0]) != len(sides[1]):
            found.append(piece)
        else:  # as many lines on each side: each is a choice of its own
            found += map(Piece, *sides)
    return tuple(found)


def merge(pieces: Sequence[Piece], taken: Sequence[Taken]) -> str:
    """The text that the choices make; one choice for each piece that differs."""
    choices = iter(taken)
    made: list[str] = []
    for piece in pieces:
        choice = Taken.MINE if piece.is_same else next(choices)
        if choice is Taken.BOTH:
            gap = "" if not piece.mine or piece.mine.endswith("\n") else "\n"
            made.append(f"{piece.mine}{gap}{piece.theirs}")
        else:
            made.append(piece.mine if choice is Taken.MINE else piece.theirs)
    return "".join(made)


def count_words(text: str) -> int:
    """How many words a text has."""
    return len(re.findall(r"\w+", text))


def _pieces(mine: Sequence[str], theirs: Sequence[str], cells: list[int]) -> tuple[Piece, ...]:
    found: list[Piece] = []
    at, their_at = 0, 0
    same: list[str] = []
    for place, their_place in (*_pairs(mine, theirs, cells), (len(mine), len(theirs))):
        if (at, their_at) != (place, their_place):
            if same:
                found.append(Piece("".join(same), "".join(same)))
                same = []
            found.append(Piece("".join(mine[at:place]), "".join(theirs[their_at:their_place])))
        if place < len(mine):
            same.append(mine[place])
        at, their_at = place + 1, their_place + 1
    if same:
        found.append(Piece("".join(same), "".join(same)))
    return tuple(found)


def _pairs(mine: Sequence[str], theirs: Sequence[str], cells: list[int]) -> list[Pair]:
    """Places of tokens that are the same, rising on both sides."""
    found: list[Pair] = []
    waiting = [(0, len(mine), 0, len(theirs), 0)]
    while waiting:
        low, high, their_low, their_high, round_ = waiting.pop()
        while low < high and their_low < their_high and mine[low] == theirs[their_low]:
            found.append((low, their_low))
            low, their_low = low + 1, their_low + 1
        while low < high and their_low < their_high and mine[high - 1] == theirs[their_high - 1]:
            high, their_high = high - 1, their_high - 1
            found.append((high, their_high))
        if low == high or their_low == their_high:
            continue
        first, second = mine[low:high], theirs[their_low:their_high]
        anchors = _anchors(first, second) if round_ < MOST_ROUNDS else []
        if not anchors:
            table = _common(first, second, cells)
            found += [(low + one, their_low + other) for one, other in table]
            continue
        begin, their_begin = low, their_low
        for one, other in (*anchors, (high - low, their_high - their_low)):
            waiting.append((begin, low + one, their_begin, their_low + other, round_ + 1))
            begin, their_begin = low + one + 1, their_low + other + 1
        found += [(low + one, their_low + other) for one, other in anchors]
    return sorted(found)


def _anchors(mine: Sequence[str], theirs: Sequence[str]) -> list[Pair]:
    """Tokens that occur once on each side, in the longest order that both keep."""
    counts, their_counts = Counter(mine), Counter(theirs)
    places = {one: place for place, one in enumerate(theirs) if their_counts[one] == 1}
    shared = [
        (place, places[one])
        for place, one in enumerate(mine)
        if counts[one] == 1 and one in places and not one.isspace()
    ]
    tails: list[int] = []  # the smallest end of a rising row of each length
    ends: list[int] = []
    before: list[int] = []
    for number, (_, other) in enumerate(shared):
        length = bisect_left(tails, other)
        before.append(ends[length - 1] if length else -1)
        tails[length : length + 1] = [other]
        ends[length : length + 1] = [number]
    found: list[Pair] = []
    number = ends[-1] if ends else -1
    while number >= 0:
        found.append(shared[number])
        number = before[number]
    return found[::-1]


def _common(mine: Sequence[str], theirs: Sequence[str], cells: list[int]) -> list[Pair]:
    """The longest common row by the whole table, if the budget has room for it."""
    wide = len(theirs) + 1
    if len(mine) * wide > cells[0]:
        return []
    cells[0] -= len(mine) * wide
    table = [[0] * wide]
    for one in reversed(mine):
        below, row = table[-1], [0] * wide
        for place in range(wide - 2, -1, -1):
            row[place] = (
                below[place + 1] + 1 if one == theirs[place] else max(below[place], row[place + 1])
            )
        table.append(row)
    table.reverse()
    found: list[Pair] = []
    at = their_at = 0
    while at < len(mine) and their_at < len(theirs):
        if mine[at] == theirs[their_at]:
            found.append((at, their_at))
            at, their_at = at + 1, their_at + 1
        elif table[at + 1][their_at] >= table[at][their_at + 1]:
            at += 1
        else:
            their_at += 1
    return found


def _settled(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Neighbours of a kind made one; a blank between two differences belongs to them."""
    found: list[Piece] = []
    for piece in pieces:
        is_gap = len(found) > 1 and found[-1].is_same and not found[-1].mine.strip(" ")
        if not piece.is_same and is_gap and not found[-2].is_same:
            gap, last = found.pop(), found.pop()
            piece = _joined(_joined(last, gap), piece)
        elif found and found[-1].is_same is piece.is_same:
            piece = _joined(found.pop(), piece)
        found.append(piece)
    return tuple(found)


def _joined(first: Piece, second: Piece) -> Piece:
    return Piece(first.mine + second.mine, first.theirs + second.theirs)
