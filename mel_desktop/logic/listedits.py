"""What differs in an ordered list after some of its members changed: no reading of the whole.

A list is what stands on top (pinned), then the rest in one strict order. Of the members that
changed only the new place is looked for, by halving; all others keep theirs.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import accumulate, groupby

from mel_desktop.model.organising import ListEdit

Pairs = Sequence[tuple[int, int]]
Precedes = Callable[
    [Pairs], Mapping[int, bool]
]  # pair's number -> the first stands before the second


def places_by_id(
    listed: Sequence[int], wanted: Collection[int], *, on_top: int, ascending: bool
) -> list[int]:
    """Where these stand in a list in the order of its ids, ascending; what is not there is left
    out. ``on_top``: at most so many stand first, in another order.
    """
    near = min(len(listed), 2 * on_top + 2)  # halving comes upon those on its way to here alone
    found = places(listed[:near], wanted)
    sign = 1 if ascending else -1
    for one in wanted:
        place = bisect_left(listed, sign * one, near, key=lambda other: sign * other)
        if place < len(listed) and listed[place] == one:
            found.append(place)
    return sorted(found)


def places(listed: Sequence[int], wanted: Collection[int]) -> list[int]:
    """The same in a list of any order: it is gone through."""
    return [place for place, one in enumerate(listed) if one in wanted]


def by_id(*, ascending: bool) -> Precedes:
    """The order of ids."""
    return lambda pairs: {
        number: (one < other) is ascending for number, (one, other) in enumerate(pairs)
    }


def edits(
    listed: Sequence[int],
    out: Sequence[int],
    top: Sequence[int],
    rest: Sequence[int],
    precedes: Precedes,
) -> tuple[ListEdit, ...] | None:
    """From the list as it was to the list as it is: from the last place to the first.

    ``out``: places, ascending, of all that may stand elsewhere now; of these ``top`` stand on top
    and ``rest`` below, both in order; the others left. None: the order cannot be told.
    """
    slots = [place - number for number, place in enumerate(out)]  # how many stay before each

    def member(at: int) -> int:
        return listed[at + bisect_right(slots, at)]

    seats = _seats(len(listed) - len(out), member, rest, precedes)
    if seats is None:
        return None
    old = {slot: list(each) for slot, each in groupby(range(len(out)), key=slots.__getitem__)}
    new: dict[int, list[int]] = {0: list(top)} if top else {}
    for slot, one in zip(seats, rest, strict=True):
        new.setdefault(slot, []).append(one)
    found: list[ListEdit] = []
    for slot in sorted({*old, *new}):
        numbers = old.get(slot, [])
        start = slot + (numbers[0] if numbers else bisect_left(slots, slot))
        found += _edits_at(start, [listed[out[at]] for at in numbers], new.get(slot, []))
    return tuple(reversed(found))


def _seats(
    length: int, member: Callable[[int], int], wanted: Sequence[int], precedes: Precedes
) -> list[int] | None:
    """How many of the list stand before each; all are halved together, a question a step."""
    low, high = [0] * len(wanted), [length] * len(wanted)
    while halved := [at for at in range(len(wanted)) if low[at] < high[at]]:
        middles = [(low[at] + high[at]) // 2 for at in halved]
        pairs = [(member(place), wanted[at]) for at, place in zip(halved, middles, strict=True)]
        told = precedes(pairs)
        if len(told) < len(pairs):
            return None
        for number, (at, place) in enumerate(zip(halved, middles, strict=True)):
            if told[number]:
                low[at] = place + 1
            else:
                high[at] = place
    # of a list that is out of order for a moment: what comes later never stands before
    return list(accumulate(low, max))


def _edits_at(start: int, old: Sequence[int], new: Sequence[int]) -> list[ListEdit]:
    """What was between two that stay, and what is; ascending."""
    kept, known = set(new), set(old)
    if [one for one in old if one in kept] != [one for one in new if one in known]:
        return [ListEdit(start, len(old), tuple(new))]
    found: list[ListEdit] = []
    at = began = 0
    come: list[int] = []
    coming = iter(new)
    for one in [*old, None]:
        if one is not None and one not in kept:
            at += 1
            continue
        for other in coming:  # up to this one
            if other == one:
                break
            come.append(other)
        if come or at > began:
            found.append(ListEdit(start + began, at - began, tuple(come)))
        come, at = [], at + 1
        began = at
    return found
