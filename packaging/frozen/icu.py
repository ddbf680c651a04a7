"""Cuts ICU's data, 32 MB of all languages, down to what Qt can ask of it in French and English.

Qt's wheel for Linux carries all of it as one symbol of libicudata. Qt6Core alone calls ICU, for
converters, the order of words and the names of time zones; ``in_bundle`` refuses where it finds
other calls. What is missing ICU takes from its root locale. The table of contents is that of ICU's
ucmndata.h; the library keeps its name, its symbol and all other octets, what lies behind the data
moves up by whole pages. No tool is needed, and the same octets come out. Standard library only.
"""

from __future__ import annotations

import hashlib
import os
import re
import struct
from pathlib import Path
from typing import Final

# Names as in ICU's table, without the package. The first that fits decides.
_LOCALES: Final = r"(root|pool|res_index|(en|fr)(_\w+)?)\.res"
RULES: Final = (
    (True, r"[^/]*\.(cnv|nrm)|cnvalias\.icu", "converters, normalization"),
    (True, rf"((coll|zone|curr|lang|region|unit)/)?{_LOCALES}", "root, French, English"),
    (True, r"coll/ucadata\.icu", "the order of all letters, which French only bends"),
    (True, r"u(emoji|layout)\.icu", "properties of characters"),
    (True, rf"brkitr/({_LOCALES}|[a-z]+(_POSIX|_loose|_normal)?\.brk)", "words, lines"),
    (True, r"[A-Za-z0-9]{5,}\.res", "time zones, plurals, calendars: no locale has such a name"),
    (False, r".*\.dict", "words of Thai, Lao, Khmer, Burmese, Chinese and Japanese"),
    (False, r"(translit|rbnf)/.*", "transliteration, numbers in words: Qt calls neither"),
    (False, r".*\.(spp|cfu)|unames\.icu", "stringprep, look-alikes, names of letters: the same"),
    (False, r".*\.(res|brk)", "other languages"),
)
CALLED: Final = frozenset({"ucal", "ucnv", "ucol"})
_CALL: Final = re.compile(rb"\x00(u[a-z]+)_[A-Za-z0-9]+_\d+(?=\x00)")
_ALLOCATED, _DYNAMIC, _NOTE, _SYMBOLS = 2, 6, 7, (2, 11)  # of ELF


class CannotCut(Exception):
    """Why the library stays as it is: one sentence."""


def keep(name: str) -> bool:
    """Whether an item of ICU's data stays; what no rule names does."""
    return next((stays for stays, rule, _ in RULES if re.fullmatch(rule, name)), True)


def items(data: bytes) -> list[tuple[str, bytes]]:
    """Names (icudt73l/coll/fr.res) and octets of a package of ICU's data. CannotCut."""
    head, magic = struct.unpack_from("<H", data)[0], data[2:4]
    if magic != b"\xda\x27" or data[12:16] != b"CmnD" or data[8]:  # little-endian alone
        raise CannotCut("this is no package of ICU's data, or one of another byte order")
    count = struct.unpack_from("<I", data, head)[0]
    rows = [struct.unpack_from("<II", data, head + 4 + 8 * row) for row in range(count)]
    ends = [*(at for _, at in rows[1:]), len(data) - head]
    found = []
    for (name, start), end in zip(rows, ends, strict=True):
        text = data[head + name : data.index(b"\0", head + name)]
        found.append((text.decode("ascii"), data[head + start : head + end]))
    return found


def cut_data(data: bytes) -> bytes:
    """The package with ``keep``'s items alone, in their order (it is searched by halves)."""
    head: int = struct.unpack_from("<H", data)[0]
    kept = [(name, body) for name, body in items(data) if keep(name.partition("/")[2])]
    names = b"".join(name.encode("ascii") + b"\0" for name, _ in kept)
    first = 4 + 8 * len(kept)
    names += b"\0" * (-(head + first + len(names)) % 16)
    table, bodies = struct.pack("<I", len(kept)), bytearray()
    name_at, body_at = first, first + len(names)
    for name, body in kept:
        table += struct.pack("<II", name_at, body_at + len(bodies))
        name_at += len(name) + 1
        bodies += body + b"\0" * (-len(body) % 16)
    return data[:head] + table + names + bytes(bodies)


def cut_library(octets: bytes) -> bytes:
    """A libicudata.so with its data cut. CannotCut for one that is laid out in another way."""
    if octets[:6] != b"\x7fELF\x02\x01":
        raise CannotCut("this is no library of 64 bits, little-endian")
    new = bytearray(octets)
    programs, sections = struct.unpack_from("<QQ", new, 32)
    segments = [programs + 56 * row for row in range(_half(new, 56))]
    parts = [sections + 64 * row for row in range(_half(new, 60))]
    symbol, holder = _symbol(new, parts)
    address, start, room = (_long(new, holder + at) for at in (16, 24, 32))
    data = cut_data(octets[start : start + _long(new, symbol + 16)])
    page = max(_long(new, one + 48) for one in segments)
    gone = (room - len(data)) // page * page
    end, behind = start + room, address + room

    def less(at: int, above: int = 0) -> None:
        value = _long(new, at)
        struct.pack_into("<Q", new, at, value - gone if value >= above else value)

    for one in segments:
        if _long(new, one + 8) <= start and end <= _long(new, one + 8) + _long(new, one + 32):
            less(one + 32)
            less(one + 40)
        for at, above in ((8, end), (16, behind), (24, behind)):
            less(one + at, above)
    for one in parts:
        kind, flags, _, first, size = struct.unpack_from("<IQQQQ", new, one + 4)
        if flags & _ALLOCATED and first >= end and size and kind != _DYNAMIC:
            raise CannotCut("more than the dynamic section lies behind ICU's data")
        for at in range(first, first + size, 24) if kind in _SYMBOLS else ():
            less(at + 8, behind)
            if _long(new, at + 8) == address and new[at + 4] & 15 == 1:
                struct.pack_into("<Q", new, at + 16, len(data))
        if kind == _NOTE:  # the build id: a head, then a hash that must follow the content
            new[first + 16 : first + size] = hashlib.sha256(data).digest()[: size - 16]
        less(one + 24, end)
        less(one + 16, behind)
    less(holder + 32)
    less(40, end)
    new[start:end] = data + bytes(room - gone - len(data))
    return bytes(new)


def _half(octets: bytearray, at: int) -> int:
    return int.from_bytes(octets[at : at + 2], "little")


def _long(octets: bytearray, at: int) -> int:
    return int.from_bytes(octets[at : at + 8], "little")


def _symbol(octets: bytearray, parts: list[int]) -> tuple[int, int]:
    """Where the one exported symbol is described, and the section that holds it. CannotCut."""
    for one in parts:
        kind, _, _, first, size, link = struct.unpack_from("<IQQQQI", octets, one + 4)
        if kind != _SYMBOLS[1] or size != 48:  # the empty one and icudtNN_dat
            continue
        name = _long(octets, parts[link] + 24) + int.from_bytes(
            octets[first + 24 : first + 28], "little"
        )
        holder = parts[_half(octets, first + 30)]
        if re.match(rb"icudt\d+_dat\0", octets[name : name + 16]) and _long(
            octets, first + 32
        ) == _long(octets, holder + 16):
            return first + 24, holder
    raise CannotCut("the library does not hold ICU's data as its one symbol")


def in_bundle(inside: Path) -> int:
    """Cuts the libicudata below a folder; how many octets that saves. CannotCut."""
    found = sorted(one for one in inside.rglob("libicudata.so.*") if not one.is_symlink())
    if len(found) != 1:
        raise CannotCut(f"{len(found)} libraries with ICU's data, not one")
    if more := calls(inside) - CALLED:
        raise CannotCut(f"ICU is also asked for {', '.join(sorted(more))}: see RULES")
    before = found[0].read_bytes()
    try:
        after = cut_library(before)
    except (struct.error, ValueError, LookupError) as error:  # offsets that lead out of it
        raise CannotCut("the library is torn, or laid out in another way") from error
    fresh = found[0].with_name(found[0].name + ".cut")
    fresh.write_bytes(after)
    fresh.chmod(found[0].stat().st_mode)
    os.replace(fresh, found[0])
    return len(before) - len(after)


def calls(inside: Path) -> set[str]:
    """Which families of ICU's functions (ucol of ucol_open) the libraries below a folder name."""
    names: set[str] = set()
    for file in sorted(inside.rglob("*.so*")):
        if file.is_file() and not file.is_symlink() and not file.name.startswith("libicu"):
            octets = file.read_bytes()
            if b"\0libicu" in octets:
                names.update(one.decode() for one in _CALL.findall(octets))
    return names


def main() -> None:
    """The rules with their reasons."""
    for stays, rule, why in RULES:
        print(f"{'stays' if stays else 'goes '}  {rule:<90} {why}")


if __name__ == "__main__":
    main()
