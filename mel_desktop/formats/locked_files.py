"""Whether a file is locked with a password, and what an archive holds that can run.

ZIP: APPNOTE.TXT 4.4.4 (general purpose flag, bits 0, 6 and 13), 4.5.2 and WinZip's AES extra field
(0x9901), in the central directory and in local headers. PDF: ISO 32000-1 7.5.5 and 7.5.8.2
(``/Encrypt`` in the trailer, or in the dictionary of the cross-reference stream). 7z: 7zFormat.txt
(the codec AES-256 + SHA-256, 06 F1 07 01, in the header or in what encodes it). RAR: the technical
notes of versions 4 and 5. Office: MS-OFFCRYPTO 2.1.1 (the stream EncryptedPackage of a compound
file). OpenDocument 1.2 part 3, 3.4 (``manifest:encryption-data``).

Nothing is unpacked but the 7z header and the manifest, both bounded; broken files are not locked.
"""

from __future__ import annotations

import lzma
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Final

from mel_desktop.formats import zip_size

Read = Callable[[int, int], bytes]  # (offset, length): fewer octets at the end of the file

MOST_HEADER: Final = 1024 * 1024
MOST_MEMBERS: Final = 5_000
MOST_DICTIONARY: Final = 16 * 1024 * 1024
EDGE: Final = 64 * 1024
_CENTRAL: Final = b"PK\x01\x02"
_LOCAL: Final = b"PK\x03\x04"
_AES_7Z: Final = b"\x06\xf1\x07\x01"
_PACKAGE: Final = "EncryptedPackage".encode("utf-16-le")
_ENCRYPT: Final = re.compile(rb"/Encrypt(?![A-Za-z])")


def lock(read: Read, size: int) -> str:
    """``zip``, ``pdf``, ``7z``, ``rar``, ``office`` or ``odf`` for a locked file; "" for others."""
    head = read(0, 8)
    try:
        if head[:4] == _LOCAL or head[:4] == b"PK\x05\x06":
            return _zip(read, size)
        if b"%PDF-" in read(0, 1024):
            return "pdf" if _pdf(read, size) else ""
        if head.startswith(b"7z\xbc\xaf\x27\x1c"):
            return "7z" if _seven(read, size) else ""
        if head.startswith(b"Rar!\x1a\x07"):
            return "rar" if _rar(read) else ""
        if head == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
            return "office" if _compound(read) else ""
    except (struct.error, IndexError, ValueError, lzma.LZMAError, zlib.error, EOFError):
        return ""
    return ""


def members(read: Read, size: int) -> Iterator[str]:
    """Names within a ZIP archive, as far as its table of contents can be read."""
    for _, _, name, _ in _central(read, size):
        yield name.decode("utf-8", "replace")


def _zip(read: Read, size: int) -> str:
    manifest = None
    for flags, offset, name, extra in _central(read, size):
        if flags & 0x1 or flags & 0x2000 or 0x9901 in extra:
            return "zip"
        if name == b"META-INF/manifest.xml":
            manifest = offset
    local = read(0, 30)
    if local[:4] == _LOCAL and struct.unpack_from("<H", local, 6)[0] & 0x1:
        return "zip"
    if manifest is not None and b"encryption-data" in _member(read, manifest):
        return "odf"
    return ""


def _central(read: Read, size: int) -> Iterator[tuple[int, int, bytes, frozenset[int]]]:
    """(flags, place of the local header, name, kinds of extra fields) of each member."""
    start = max(0, size - zip_size.TAIL)
    tail = read(start, zip_size.TAIL)
    directory = zip_size.directory(tail)
    if directory is None:
        return
    end = start + tail.rfind(b"PK\x05\x06")
    large = tail.rfind(b"PK\x06\x06")
    if large >= 0:
        end = start + large
    octets = min(directory.octets, MOST_HEADER)
    table = read(max(0, end - directory.octets), octets)
    at = 0
    for _ in range(min(directory.members, MOST_MEMBERS)):
        if table[at : at + 4] != _CENTRAL or len(table) < at + 46:
            return
        flags = struct.unpack_from("<H", table, at + 8)[0]
        name_size, extra_size, comment_size = struct.unpack_from("<HHH", table, at + 28)
        offset = struct.unpack_from("<I", table, at + 42)[0]
        name = table[at + 46 : at + 46 + name_size]
        extra = table[at + 46 + name_size : at + 46 + name_size + extra_size]
        yield flags, offset, name, frozenset(_extra_kinds(extra))
        at += 46 + name_size + extra_size + comment_size


def _extra_kinds(extra: bytes) -> Iterator[int]:
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        yield kind
        at += 4 + size


def _member(read: Read, offset: int) -> bytes:
    """What a small member holds, stored or deflated."""
    header = read(offset, 30)
    if header[:4] != _LOCAL:
        return b""
    method = struct.unpack_from("<H", header, 8)[0]
    name_size, extra_size = struct.unpack_from("<HH", header, 26)
    packed = read(offset + 30 + name_size + extra_size, EDGE)
    if method == 8:
        return zlib.decompressobj(-15).decompress(packed, MOST_HEADER)
    return packed if method == 0 else b""


def _pdf(read: Read, size: int) -> bool:
    """In a trailer at either end, or where ``startxref`` points."""
    tail = read(max(0, size - EDGE), EDGE)
    for piece in (tail, read(0, EDGE)):
        for part in piece.split(b"trailer")[1:]:
            if _ENCRYPT.search(part.partition(b"startxref")[0][:8192]):
                return True
    for found in re.finditer(rb"startxref\s+(\d{1,12})", tail):
        place = read(int(found[1]), 8192)
        dictionary = place.partition(b"stream")[0]
        if b"/XRef" in dictionary and _ENCRYPT.search(dictionary):
            return True
    return False


def _seven(read: Read, size: int) -> bool:
    offset, length = struct.unpack_from("<QQ", read(12, 16))
    if offset + length + 32 > size or length > MOST_HEADER:
        return False
    header = read(32 + offset, length)
    if _AES_7Z in header:
        return True  # names are locked too, or the header is not packed
    return header[:1] == b"\x17" and _AES_7Z in _unpacked(read, header)


def _unpacked(read: Read, header: bytes) -> bytes:
    """The header of a 7z archive out of its LZMA packing; b"" for any other packing."""
    numbers = _Numbers(header, 2)  # behind kEncodedHeader and kPackInfo
    place = numbers.next()
    numbers.next()
    if numbers.byte() != 0x09:
        return b""
    packed_size = numbers.next()
    # the one coder: attributes and id, how many octets of properties, those, kCodersUnpackSize
    found = re.search(rb"(?:\x23\x03\x01\x01\x05(.{5})|\x21\x21\x01(.))\x0c", header, re.DOTALL)
    if found is None:
        return b""
    whole = _Numbers(header, found.end()).next()
    if packed_size > MOST_HEADER or whole > MOST_HEADER:
        return b""
    filters: list[dict[str, int]] = [{"id": lzma.FILTER_LZMA2, "dict_size": MOST_DICTIONARY}]
    if found[1] is not None:
        lc, rest = found[1][0] % 9, found[1][0] // 9
        size = min(max(4096, struct.unpack_from("<I", found[1], 1)[0]), MOST_DICTIONARY)
        filters = [
            {"id": lzma.FILTER_LZMA1, "dict_size": size, "lc": lc, "lp": rest % 5, "pb": rest // 5}
        ]
    packed = read(32 + place, packed_size)
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters).decompress(packed, whole)


class _Numbers:
    """Numbers of a 7z header: the first octet says how many follow."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data = data
        self._at = at

    def byte(self) -> int:
        """One octet."""
        self._at += 1
        return self._data[self._at - 1]

    def next(self) -> int:
        """One number."""
        first, value = self.byte(), 0
        for more in range(8):
            mask = 0x80 >> more
            if not first & mask:
                return value | (first & (mask - 1)) << (8 * more)
            value |= self.byte() << (8 * more)
        return value


def _rar(read: Read) -> bool:
    if read(6, 2) == b"\x01\x00":
        return _rar5(read)
    at = 7
    for _ in range(64):
        block = read(at, 32)
        if len(block) < 7:
            return False
        kind, flags, size = struct.unpack_from("<BHH", block, 2)
        if kind == 0x73 and flags & 0x80:
            return True
        if kind == 0x74:
            return bool(flags & 0x4)
        if flags & 0x8000:
            size += struct.unpack_from("<I", block, 7)[0]
        at += max(size, 7)
    return False


def _rar5(read: Read) -> bool:
    at = 8
    for _ in range(64):
        block = read(at, 4096)
        if len(block) < 7:
            return False
        size, here = _vint(block, 4)
        begin = here
        kind, here = _vint(block, here)
        flags, here = _vint(block, here)
        if kind == 4:
            return True
        extra, data = 0, 0
        if flags & 1:
            extra, here = _vint(block, here)
        if flags & 2:
            data, here = _vint(block, here)
        if kind in (2, 3) and extra:
            return _has_record(block[begin + size - extra : begin + size])
        at += begin + size + data
    return False


def _has_record(extra: bytes) -> bool:
    at = 0
    while at < len(extra):
        size, here = _vint(extra, at)
        kind, _ = _vint(extra, here)
        if kind == 1:
            return True
        at = here + max(size, 1)
    return False


def _vint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        octet = data[at]
        at += 1
        value |= (octet & 0x7F) << shift
        if not octet & 0x80:
            return value, at
    raise ValueError("no number")


def _compound(read: Read) -> bool:
    header = read(0, 512)
    sector = 1 << struct.unpack_from("<H", header, 30)[0]
    first = struct.unpack_from("<I", header, 48)[0]
    if sector > 4096:
        return False
    return _PACKAGE in read((first + 1) * sector, 4096)
