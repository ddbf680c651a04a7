"""Ids of a long list in eight octets each: a hundred thousand in a tuple take 4 MB, here 0.8."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, cast, overload

if TYPE_CHECKING:
    from mel_desktop.model.mail import MessageId
    from mel_desktop.model.organising import ListEdit


class IdList(Sequence["MessageId"]):
    """Equal to any sequence of the same ids. A slice is an ``IdList`` of its own."""

    __slots__ = ("_held",)
    _held: array[int]
    __hash__ = None  # type: ignore[assignment]  # ``replace`` changes it

    def __init__(self, ids: Iterable[MessageId] = ()) -> None:
        self._held = ids._held[:] if isinstance(ids, IdList) else array("q", ids)

    def __len__(self) -> int:
        return len(self._held)

    def __iter__(self) -> Iterator[MessageId]:
        return cast("Iterator[MessageId]", iter(self._held))

    def __contains__(self, one: object) -> bool:
        return one in self._held

    @overload
    def __getitem__(self, place: int) -> MessageId: ...

    @overload
    def __getitem__(self, place: slice) -> IdList: ...

    def __getitem__(self, place: int | slice) -> MessageId | IdList:
        """IndexError outside."""
        if isinstance(place, slice):
            part = IdList()
            part._held = self._held[place]
            return part
        return cast("MessageId", self._held[place])

    def __eq__(self, other: object) -> bool:
        if isinstance(other, IdList):
            return self._held == other._held
        if not isinstance(other, Sequence) or isinstance(other, (str, bytes)):
            return NotImplemented
        return len(self) == len(other) and all(map(int.__eq__, self._held, other))

    def __repr__(self) -> str:
        return f"IdList({self._held.tolist()})"

    def index(self, one: object, start: int = 0, stop: int | None = None) -> int:
        """The first place of an id. ValueError: it is not there."""
        if start == 0 and stop is None and isinstance(one, int):
            return self._held.index(one)
        return super().index(one, start, len(self) if stop is None else stop)

    def replace(self, first: int, gone: int, new: Iterable[MessageId]) -> None:
        """Put ``new`` where ``gone`` ids stood from the place ``first`` on."""
        self._held[first : first + gone] = array("q", new)

    def edited(self, edits: Iterable[ListEdit]) -> IdList:
        """Another, after edits that go from the last place to the first."""
        after = IdList(self)
        for one in edits:
            after.replace(one.place, one.gone, cast("tuple[MessageId, ...]", one.new))
        return after


def same_head(one: IdList, other: IdList) -> int:
    """How many stand at the beginning of both; lists are compared by the slice, which is quick."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def runs(places: Sequence[int]) -> list[tuple[int, int]]:
    """Ascending places as (first, last) of consecutive ones."""
    found: list[tuple[int, int]] = []
    for place in places:
        if found and found[-1][1] == place - 1:
            found[-1] = (found[-1][0], place)
        else:
            found.append((place, place))
    return found
