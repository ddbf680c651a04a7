"""A cabinet of MSZIP made smaller: [MS-CAB] for the file, [MS-MCI] for its blocks.

Each block holds 32 kB, "CK" and a deflate stream that ends with it. Whoever reads it keeps the
32 kB before, across the files of the folder; gcab, which wixl packs with, begins each block as if
nothing were there before it, and at zlib's usual level. Here the same octets are packed once more,
each block with the one before as its dictionary. Every reader of MSZIP must know that: Windows'
own packer does so.

Rule 1: names, sizes, times and order of the files are not touched: File.Sequence of the installer
counts on the order.
Rule 2: the same cabinet makes the same octets.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from operator import xor
from typing import Final

HEADER: Final = struct.Struct("<4sIIIIIBBHHHHH")
FOLDER: Final = struct.Struct("<IHH")
FILE: Final = struct.Struct("<IIHHHH")
DATA: Final = struct.Struct("<IHH")
SIZES: Final = struct.Struct("<HH")  # of a block, as they enter its checksum
SIGNATURE: Final = b"MSCF"
MSZIP: Final = 1
KIND: Final = 0x000F  # the other bits of a folder's method belong to other methods
BLOCK: Final = 32768  # octets of a block, and of the window that goes over to the next
MARK: Final = b"CK"
MOST_PACKED: Final = BLOCK + 6144  # more than that no reader takes
MEMORY: Final = 8  # of zlib: 7 and 9 make it larger by 0.1 %, the better of two smaller by 0.2 %


class Damaged(Exception):
    """What should be a cabinet is none, or not of the kind that is understood here."""


@dataclass(frozen=True, slots=True)
class Folder:
    """What its files hold, one after another."""

    octets: bytes


@dataclass(frozen=True, slots=True)
class Cabinet:
    """``files``: its table, as it stands there."""

    folders: tuple[Folder, ...]
    files: bytes
    count: int
    set_id: int
    number: int


def smaller(cabinet: bytes, *, workers: int = 2) -> bytes:
    """The same files in fewer octets. Damaged."""
    return packed(unpacked(cabinet), workers=workers)


# -- Reading -----------------------------------------------------------------------------------


def unpacked(octets: bytes) -> Cabinet:
    """All of it, with every checksum and every size looked at. Damaged."""
    try:
        return _unpacked(octets)
    except (struct.error, ValueError) as error:
        raise Damaged("the cabinet is cut off") from error


def _unpacked(octets: bytes) -> Cabinet:
    (
        signature, _, size, _, files_at, _, minor, major, folders, count, flags, set_id, number
    ) = HEADER.unpack_from(octets)  # fmt: skip
    if signature != SIGNATURE or (major, minor) != (1, 3):
        raise Damaged("no cabinet of version 1.3")
    if size != len(octets):
        raise Damaged(f"the cabinet says {size} octets and has {len(octets)}")
    if flags:
        raise Damaged("a part of a set, or with octets reserved for a signature")
    found = tuple(
        _folder(octets, HEADER.size + one * FOLDER.size, name=f"folder {one}")
        for one in range(folders)
    )
    ends = [0] * folders
    at = files_at
    for _ in range(count):
        length, start, folder, *_ = FILE.unpack_from(octets, at)
        if folder >= folders:
            raise Damaged(f"a file of folder {folder}, of {folders}")
        ends[folder] = max(ends[folder], start + length)
        at = octets.index(b"\0", at + FILE.size) + 1
    if any(end > len(one.octets) for end, one in zip(ends, found, strict=True)):
        raise Damaged("a file is larger than its folder")
    return Cabinet(found, octets[files_at:at], count, set_id, number)


def _folder(octets: bytes, at: int, *, name: str) -> Folder:
    start, blocks, method = FOLDER.unpack_from(octets, at)
    if method & KIND != MSZIP:
        raise Damaged(f"{name} is not MSZIP")
    parts: list[bytes] = []
    before = b""
    for number in range(blocks):
        checksum, packed_size, size = DATA.unpack_from(octets, start)
        start += DATA.size
        block = octets[start : start + packed_size]
        start += packed_size
        if len(block) != packed_size or (checksum and checksum != _checksum(block, size)):
            raise Damaged(f"{name}, block {number}: its checksum is another one")
        before = _inflated(block, before, size, name=f"{name}, block {number}")
        parts.append(before)
    return Folder(b"".join(parts))


def _inflated(block: bytes, before: bytes, size: int, *, name: str) -> bytes:
    reader = zlib.decompressobj(-zlib.MAX_WBITS, zdict=before)
    try:
        if not block.startswith(MARK):
            raise Damaged(f"{name}: not MSZIP")
        made = reader.decompress(block[len(MARK) :], size + 1)
    except zlib.error as error:
        raise Damaged(f"{name}: {error}") from error
    if len(made) != size or not reader.eof:
        raise Damaged(f"{name}: not the {size} octets that it says")
    return made


# -- Writing -----------------------------------------------------------------------------------


def packed(cabinet: Cabinet, *, workers: int = 2) -> bytes:
    """The cabinet's octets: header, folders, files, blocks."""
    blocks = [list(_packed_blocks(one.octets, workers)) for one in cabinet.folders]
    files_at = HEADER.size + len(blocks) * FOLDER.size
    at = files_at + len(cabinet.files)
    table = b""
    for one in blocks:
        table += FOLDER.pack(at, len(one), MSZIP)
        at += sum(map(len, one))
    header = HEADER.pack(
        SIGNATURE, 0, at, 0, files_at, 0, 3, 1, len(blocks), cabinet.count, 0,
        cabinet.set_id, cabinet.number,
    )  # fmt: skip
    return b"".join((header, table, cabinet.files, *(block for one in blocks for block in one)))


def _packed_blocks(octets: bytes, workers: int) -> Iterator[bytes]:
    """CFDATA of each: all octets are known, so that blocks need not wait for each other."""
    cuts = [*range(0, len(octets), BLOCK), len(octets)]
    with ThreadPoolExecutor(workers) as pool:  # zlib lets other threads run
        yield from pool.map(lambda cut: _data(octets, *cut), pairwise(cuts))


def _data(octets: bytes, start: int, end: int) -> bytes:
    before = octets[max(0, start - BLOCK) : start]
    writer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, MEMORY, zdict=before)
    block = MARK + writer.compress(octets[start:end]) + writer.flush()
    if len(block) > MOST_PACKED:
        raise Damaged("a block grew beyond what readers take")
    return DATA.pack(_checksum(block, end - start), len(block), end - start) + block


def _checksum(block: bytes, size: int) -> int:
    """As [MS-CAB] 2.3: of the block, then of its two sizes."""
    return _words(SIZES.pack(len(block), size)) ^ _words(block)


def _words(octets: bytes) -> int:
    """Little-endian words, all by exclusive or; the odd octets at the end stand the other way."""
    even = len(octets) & ~3
    rest = int.from_bytes(octets[even:], "big")
    return reduce(xor, struct.unpack_from(f"<{even // 4}I", octets), rest)
