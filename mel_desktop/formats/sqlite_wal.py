"""A SQLite file and its write-ahead log as one plain file, in memory.

https://www.sqlite.org/walformat.html. A program that runs keeps what it wrote last in the log
beside the file. To read both without touching either (and without a copy in clear on a disk), the
committed frames are laid over the pages, and the result says of itself that it has no log.
"""

from __future__ import annotations

import struct
from typing import Final

MAGIC: Final = b"SQLite format 3\0"
_HEADER: Final = 32
_FRAME: Final = 24
_BIG: Final = 0x377F0683
_LITTLE: Final = 0x377F0682
_MOST_PAGES: Final = 1 << 20


def merged(database: bytes, wal: bytes) -> bytes:
    """The database as a reader would see it. ValueError: it is none."""
    if len(database) < 100 or not database.startswith(MAGIC):
        raise ValueError("no database")
    pages = _committed(wal)
    whole = bytearray(database)
    if pages is not None:
        size, count, frames = pages
        whole = whole[: size * count] + bytes(max(0, size * count - len(whole)))
        for number, page in frames.items():
            if number <= count:
                whole[(number - 1) * size : number * size] = page
    whole[18:20] = b"\x01\x01"  # read and write version: no log
    return bytes(whole)


def _committed(wal: bytes) -> tuple[int, int, dict[int, bytes]] | None:
    """(octets of a page, pages of the whole, pages by number) of the last commit in a log."""
    if len(wal) < _HEADER + _FRAME:
        return None
    magic, _, size, _, *salts, first, second = struct.unpack_from(">8I", wal)
    if magic not in (_BIG, _LITTLE) or size not in {1 << n for n in range(9, 17)}:
        return None
    order = ">" if magic == _BIG else "<"
    sums = _checksum(wal[:24], order, (0, 0))
    if sums != (first, second):
        return None
    pages = 0
    committed: dict[int, bytes] = {}
    frames: dict[int, bytes] = {}
    at = _HEADER
    while at + _FRAME + size <= len(wal):
        number, count, *salt, one, two = struct.unpack_from(">6I", wal, at)
        page = wal[at + _FRAME : at + _FRAME + size]
        sums = _checksum(page, order, _checksum(wal[at : at + 8], order, sums))
        if salt != salts or sums != (one, two) or not 0 < number < _MOST_PAGES:
            break  # of an older round, or not wholly written
        frames[number] = page
        if 0 < count < _MOST_PAGES:
            pages = count
            committed.update(frames)
            frames.clear()
        at += _FRAME + size
    return (size, pages, committed) if pages else None


def _checksum(data: bytes, order: str, sums: tuple[int, int]) -> tuple[int, int]:
    one, two = sums
    words = iter(struct.unpack(f"{order}{len(data) // 4}I", data))
    for first, second in zip(words, words, strict=True):
        one = (one + first + two) & 0xFFFFFFFF
        two = (two + second + one) & 0xFFFFFFFF
    return one, two
