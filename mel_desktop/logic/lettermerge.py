"""Two versions of a letter made one, with its layout: what is bold, listed, drawn, stays so.

A letter falls into units (a line, an item of a list, a table) that know which lines of the plain
text they are. A passage is taken with its units. Where lines and units do not fit together (one
item half from each side), the passage becomes plain lines, and that is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final

from mel_desktop.logic.html_reading import read_html
from mel_desktop.logic.html_writing import from_text, is_formatted, to_html, to_text
from mel_desktop.model.letter import (
    BLANK,
    Block,
    Letter,
    Listing,
    Quote,
    Signature,
)
from mel_desktop.model.revisions import Piece, Taken
from mel_desktop.model.values import dataclass

_SIGNS: Final = re.compile(r"\W+|_+")


@dataclass(frozen=True, slots=True)
class _Step:
    """A container around a unit. ``ident``: which one of a side, so that neighbours find back."""

    kind: type[Listing] | type[Quote] | type[Signature]
    ident: tuple[int, ...]
    is_ordered: bool = False


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is taken whole. ``keys``: its lines of text; ``number``: of an item."""

    path: tuple[_Step, ...]
    blocks: tuple[Block, ...]
    keys: tuple[str, ...]
    number: int = 1


@dataclass(frozen=True, slots=True)
class Merged:
    """The HTML, "" where plain text is enough; whether layout of what was taken is not in it."""

    html: str
    is_lost: bool = False


def merge_layout(
    pieces: Sequence[Piece], taken: Sequence[Taken], mine_html: str, their_html: str
) -> Merged:
    """The HTML of what the choices make; ``pieces`` are those of the two plain texts."""
    from mel_desktop.logic.textdiff import merge  # noqa: PLC0415 seldom

    if not mine_html and not their_html:
        return Merged("")
    all_theirs = bool(taken) and all(one is Taken.THEIRS for one in taken)
    if all_theirs and their_html:
        return Merged(to_html(read_html(their_html)))
    if all(one is Taken.MINE for one in taken):
        return Merged(mine_html)
    sides = (
        _units(mine_html, "".join(one.mine for one in pieces), 0),
        _units(their_html, "".join(one.theirs for one in pieces), 1),
    )
    if sides[0] is None or sides[1] is None:
        return Merged("", is_lost=True)
    choice = iter(taken)
    chosen = [None if one.is_same else next(choice) for one in pieces]
    prefers_theirs = all_theirs or not mine_html
    made: list[_Unit] = []
    is_lost = False
    for group in _groups(pieces, sides[0], sides[1]):
        wanted = {chosen[at] for at in group.pieces} - {None}
        of_sides = sides[0][slice(*group.mine)], sides[1][slice(*group.theirs)]
        if len(wanted) > 1 or (wanted == {Taken.BOTH} and len(group.pieces) > 1):
            some = [pieces[at] for at in group.pieces]
            answers = [one for at in group.pieces if (one := chosen[at]) is not None]
            made += _split(from_text(merge(some, answers)).blocks, (2, group.pieces[0]))
            both = (*of_sides[0], *of_sides[1])
            is_lost = is_lost or is_formatted(Letter(tuple(_joined(both))))
            continue
        take = next(iter(wanted), None) or (Taken.THEIRS if prefers_theirs else Taken.MINE)
        if take is not Taken.THEIRS:
            made += of_sides[0]
        if take is not Taken.MINE:
            made += of_sides[1]
    letter = Letter(tuple(_joined(made)))
    keeps = bool(mine_html) or is_formatted(letter)
    return Merged(to_html(letter) if keeps else "", is_lost=is_lost)


# -- units -----------------------------------------------------------------------------------------


def _units(html: str, text: str, side: int) -> list[_Unit] | None:
    """Of one version; None where its layout does not say what its text says."""
    letter = read_html(html) if html else from_text(text)
    units = list(_split(letter.blocks, (side,)))
    told = [key for line in text.split("\n") if (key := _key(line))]
    return units if [key for one in units for key in one.keys] == told else None


def _split(
    blocks: Sequence[Block], ident: tuple[int, ...], path: tuple[_Step, ...] = ()
) -> Iterator[_Unit]:
    """Blank lines go with the unit before them."""
    held: _Unit | None = None
    for unit in _split_all(blocks, ident, path):
        if held is not None and not unit.keys and unit.path == held.path and _is_blank(unit):
            held = replace(held, blocks=(*held.blocks, *unit.blocks))
            continue
        if held is not None:
            yield held
        held = unit
    if held is not None:
        yield held


def _split_all(
    blocks: Sequence[Block], ident: tuple[int, ...], path: tuple[_Step, ...]
) -> Iterator[_Unit]:
    for place, block in enumerate(blocks):
        inner = (*ident, place)
        if isinstance(block, Listing):
            step = _Step(Listing, inner, block.is_ordered)
            for number, item in enumerate(block.items, start=block.start):
                alone = Listing((item,), is_ordered=block.is_ordered, start=number)
                yield _Unit((*path, step), item, _keys((alone,)), number)
        elif isinstance(block, Quote | Signature):
            yield from _split(block.blocks, inner, (*path, _Step(type(block), inner)))
        else:
            yield _Unit(path, (block,), _keys((block,)))


def _is_blank(unit: _Unit) -> bool:
    return all(one == BLANK for one in unit.blocks)


def _keys(blocks: tuple[Block, ...]) -> tuple[str, ...]:
    lines = to_text(Letter(blocks)).split("\n")
    return tuple(key for line in lines if (key := _key(line)))


def _key(line: str) -> str:
    """A line without what writers of plain text do differently: blanks, bullets, quoting."""
    return _SIGNS.sub("", line).casefold() or "".join(line.split()).strip(">")


def _joined(units: Iterable[_Unit], depth: int = 0) -> Iterator[Block]:
    """Neighbours within one container are in one again."""
    for step, some in groupby(units, lambda one: one.path[depth] if one.path[depth:] else None):
        within = list(some)
        if step is None:
            for one in within:
                yield from one.blocks
        elif step.kind is Listing:
            items = tuple(one.blocks for one in within)
            yield Listing(items, is_ordered=step.is_ordered, start=within[0].number)
        else:
            yield step.kind(tuple(_joined(within, depth + 1)))


# -- passages --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Group:
    """Passages that share units, and which units of each side (from, to)."""

    pieces: tuple[int, ...]
    mine: tuple[int, int]
    theirs: tuple[int, int]


def _groups(
    pieces: Sequence[Piece], mine: Sequence[_Unit], theirs: Sequence[_Unit]
) -> Iterator[_Group]:
    ends, their_ends = _ends(mine), _ends(theirs)
    at = their_at = 0  # lines passed
    begun = (0, 0)
    held: list[int] = []
    for place, piece in enumerate(pieces):
        at += _lines(piece.mine)
        their_at += _lines(piece.theirs)
        held.append(place)
        if at in ends and their_at in their_ends:  # no unit goes on in the next passage
            is_last = place == len(pieces) - 1
            upto = (
                len(mine) if is_last else ends[at],
                len(theirs) if is_last else their_ends[their_at],
            )
            yield _Group(tuple(held), (begun[0], upto[0]), (begun[1], upto[1]))
            begun, held = upto, []


def _ends(units: Sequence[_Unit]) -> dict[int, int]:
    """How many lines are passed -> how many units."""
    found, lines = {0: 0}, 0
    for place, one in enumerate(units, start=1):
        lines += len(one.keys)
        found[lines] = place
    return found


def _lines(text: str) -> int:
    return sum(bool(_key(line)) for line in text.split("\n"))
