"""Rows out of the b-trees of a database file, however many pages of it are damaged.

Follows the SQLite file format (sqlite.org/fileformat2.html, sections 1.6 and 2). Every number that
is read from a page is checked before it is used: the pages are authentic, and still a fault here
must not loop or run out of a page.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import field
from typing import Final

from mel_desktop.model.values import dataclass
from mel_desktop.store.database import Value
from mel_desktop.store.pages import USABLE, PageFile

INDEX_INNER: Final = 2
TABLE_INNER: Final = 5
INDEX_LEAF: Final = 10
TABLE_LEAF: Final = 13
_INNER: Final = frozenset({INDEX_INNER, TABLE_INNER})
KINDS: Final = frozenset({*_INNER, INDEX_LEAF, TABLE_LEAF})
MOST_DEPTH: Final = 20
LOWEST: Final = -(1 << 63)
HIGHEST: Final = (1 << 63) - 1
_INTEGER_SIZES: Final = (0, 1, 2, 3, 4, 6, 8)


class _Torn(Exception):
    """A row whose octets do not fit together. ``page``: the one that is to blame, or 0."""

    def __init__(self, page: int = 0) -> None:
        super().__init__()
        self.page = page


@dataclass(frozen=True, slots=True)
class Stored:
    """A row as it lies there: its rowid (0 in a tree of keys) and its values."""

    rowid: int
    values: tuple[Value, ...]


@dataclass(slots=True)
class Holes:
    """What was not readable of one tree."""

    pages: set[int] = field(default_factory=set)
    ranges: list[tuple[int, int]] = field(default_factory=list)  # rowids that lay on them
    rows: list[int] = field(default_factory=list)  # rows that run over damaged pages
    keys: int = 0  # the same in a tree of keys

    @property
    def is_empty(self) -> bool:
        """Whether all of it was readable."""
        return not (self.pages or self.rows or self.keys)

    def note(self, error: Exception, rowid: int | None = None) -> None:
        """A row that cannot be read; without ``rowid`` it lies in a tree of keys."""
        if isinstance(error, _Torn) and error.page:
            self.pages.add(error.page)
        if rowid is None:
            self.keys += 1
        else:
            self.rows.append(rowid)

    def touches(self, rowid: int) -> bool:
        """Whether this row was, or may have been, on a damaged page."""
        return rowid in self.rows or any(low <= rowid <= high for low, high in self.ranges)


def walk(
    pages: PageFile, root: int, holes: Holes, seen: set[int] | None = None
) -> Iterator[Stored]:
    """All rows of a tree that can be read, in order; what cannot is noted in ``holes``."""
    yield from _page(pages, root, holes, set() if seen is None else seen, (LOWEST, HIGHEST), 0)


def mark(pages: PageFile, root: int, seen: set[int]) -> None:
    """Note the pages of a tree, without its rows."""
    left = [root]
    while left:
        number = left.pop()
        if number in seen or not 0 < number <= pages.count:
            continue
        seen.add(number)
        content = pages.read(number)
        start = 100 if number == 1 else 0
        if content is None or content[start] not in _INNER:
            continue
        left += [
            int.from_bytes(content[at : at + 4], "big")
            for at in (*_cells(content, start, inner=True), start + 8)
        ]


def children(content: bytes) -> tuple[int, ...]:
    """Pages that a page (not the first one) leads to."""
    if content[0] not in _INNER:
        return ()
    return tuple(
        int.from_bytes(content[at : at + 4], "big") for at in (*_cells(content, 0, inner=True), 8)
    )


def leaf(pages: PageFile, number: int, holes: Holes) -> Iterator[Stored]:
    """The rows of a page that is a leaf; nothing when it is none."""
    content = pages.read(number)
    if content is not None and number > 1 and content[0] in (INDEX_LEAF, TABLE_LEAF):
        yield from _leaf_at(pages, content, 0, holes)


def free_pages(pages: PageFile) -> frozenset[int] | None:
    """Pages that hold nothing; None when their list cannot be read."""
    first = pages.read(1)
    if first is None:
        return None
    found: set[int] = set()
    number = int.from_bytes(first[32:36], "big")
    while number:
        trunk = pages.read(number)
        if trunk is None or number in found:
            return None
        found.add(number)
        number, count = struct.unpack_from(">2I", trunk)
        if count > USABLE // 4 - 2:
            return None
        found.update(struct.unpack_from(f">{count}I", trunk, 8))
    return frozenset(found)


# -- inside ----------------------------------------------------------------------------------------


def _page(
    pages: PageFile,
    number: int,
    holes: Holes,
    seen: set[int],
    between: tuple[int, int],
    depth: int,
) -> Iterator[Stored]:
    content = None
    if 0 < number <= pages.count and number not in seen and depth <= MOST_DEPTH:
        content = pages.read(number)
    seen.add(number)
    start = 100 if number == 1 else 0
    kind = content[start] if content is not None else 0
    if content is None or kind not in KINDS:
        holes.pages.add(number)
        holes.ranges.append(between)
        return
    if kind not in _INNER:
        yield from _leaf_at(pages, content, start, holes)
        return
    low, high = between
    for at in _cells(content, start, inner=True):
        child = int.from_bytes(content[at : at + 4], "big")
        if kind == TABLE_INNER:
            key, _ = _varint(content, at + 4)
            key = _signed(key)
            yield from _page(pages, child, holes, seen, (low, key), depth + 1)
            low = key + 1
        else:
            yield from _page(pages, child, holes, seen, between, depth + 1)
            try:
                length, after = _varint(content, at + 4)
                values = _record(_payload(pages, content, after, length, is_table=False))
                yield Stored(0, values)
            except (_Torn, IndexError, struct.error) as error:
                holes.note(error)
    right = int.from_bytes(content[start + 8 : start + 12], "big")
    yield from _page(pages, right, holes, seen, (low, high), depth + 1)


def _leaf_at(pages: PageFile, content: bytes, start: int, holes: Holes) -> Iterator[Stored]:
    is_table = content[start] == TABLE_LEAF
    for at in _cells(content, start):
        rowid = 0
        try:
            length, at = _varint(content, at)
            if is_table:
                rowid, at = _varint(content, at)
                rowid = _signed(rowid)
            yield Stored(rowid, _record(_payload(pages, content, at, length, is_table=is_table)))
        except (_Torn, IndexError, struct.error) as error:
            holes.note(error, rowid if is_table else None)


def _cells(content: bytes, start: int, *, inner: bool = False) -> tuple[int, ...]:
    """Where the cells of a page begin, in order."""
    count = int.from_bytes(content[start + 3 : start + 5], "big")
    first = start + (12 if inner else 8)
    if first + 2 * count > USABLE:
        return ()
    found = struct.unpack_from(f">{count}H", content, first)
    return tuple(at for at in found if at < USABLE)


def _payload(pages: PageFile, content: bytes, at: int, length: int, *, is_table: bool) -> bytes:
    """All octets of a row, those on other pages too."""
    if length > pages.count * USABLE + USABLE:
        raise _Torn
    most = USABLE - 35 if is_table else (USABLE - 12) * 64 // 255 - 23
    if length <= most:
        found = content[at : at + length]
        if len(found) != length:
            raise _Torn
        return found
    least = (USABLE - 12) * 32 // 255 - 23
    local = least + (length - least) % (USABLE - 4)
    if local > most:
        local = least
    pieces = [content[at : at + local]]
    number = int.from_bytes(content[at + local : at + local + 4], "big")
    left = length - local
    while left > 0:
        page = pages.read(number) if 0 < number <= pages.count else None
        if page is None:
            raise _Torn(number)
        pieces.append(page[4 : 4 + min(left, USABLE - 4)])
        left -= USABLE - 4
        number = int.from_bytes(page[:4], "big")
    return b"".join(pieces)


def _record(payload: bytes) -> tuple[Value, ...]:
    end, at = _varint(payload, 0)
    if end > len(payload):
        raise _Torn
    kinds = []
    while at < end:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    values: list[Value] = []
    for kind in kinds:
        value, at = _value(payload, at, kind)
        values.append(value)
    return tuple(values)


def _value(payload: bytes, at: int, kind: int) -> tuple[Value, int]:
    if kind == 0:
        return None, at
    if kind <= 6:
        size = _INTEGER_SIZES[kind]
        return int.from_bytes(payload[at : at + size], "big", signed=True), at + size
    if kind == 7:
        return struct.unpack_from(">d", payload, at)[0], at + 8
    if kind in (8, 9):
        return kind - 8, at
    if kind < 12:
        raise _Torn
    size = (kind - 12) // 2
    octets = payload[at : at + size]
    if len(octets) != size:
        raise _Torn
    return (octets.decode("utf-8", "replace") if kind % 2 else octets), at + size


def _varint(content: bytes, at: int) -> tuple[int, int]:
    """A number of one to nine octets, and what comes after it."""
    value = 0
    for step in range(8):
        octet = content[at + step]
        value = value << 7 | octet & 0x7F
        if octet < 0x80:
            return value, at + step + 1
    return value << 8 | content[at + 8], at + 9


def _signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value
