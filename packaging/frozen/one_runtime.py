"""One C++ runtime for the whole Windows bundle.

A wheel that delvewheel packed brings its own MSVCP140.dll under a name with a digest, so that it
stands beside any other. In the bundle Qt's is there, and newer, and Microsoft lets a newer one
serve what was built for an older one: the importing library is told that name, and the copy stays
out (contents.LEFT_OUT). A signed library would lose its signature: that stops the build.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Final

Row = tuple[str, str, str]  # PyInstaller's: name in the bundle, source, kind
PLAIN: Final = b"MSVCP140.dll"
_RENAMED: Final = re.compile(rb"(?i)\bmsvcp140-[0-9a-f]{16,64}\.dll(?=\0)")
_SIGNATURE: Final = 4  # of the table of directories of a PE file


class Unfit(Exception):
    """Why there cannot be one runtime."""


def share(rows: Iterable[Row], folder: Path) -> list[Row]:
    """``rows``, with those that import a renamed copy changed, below ``folder``. Unfit."""
    found = list(rows)
    for number, (name, source, kind) in enumerate(found):
        if not name.lower().endswith((".dll", ".pyd")):
            continue
        octets = Path(source).read_bytes()
        changed = _RENAMED.sub(lambda hit: PLAIN.ljust(len(hit[0]), b"\0"), octets)
        if changed == octets:
            continue
        if is_signed(octets):
            raise Unfit(f"{name} imports a C++ runtime of its own and is signed")
        if PLAIN.decode().lower() not in {Path(row[0]).name.lower() for row in found}:
            raise Unfit(f"{name} imports a C++ runtime of its own, and no other one is there")
        place = folder / Path(name).name
        folder.mkdir(parents=True, exist_ok=True)
        place.write_bytes(changed)
        found[number] = (name, str(place), kind)
    return found


def is_signed(octets: bytes) -> bool:
    """Whether a PE file has a table of certificates. Unfit for another kind of file."""
    try:
        (at,) = struct.unpack_from("<I", octets, 0x3C)
        signature, magic = struct.unpack_from("<4s20xH", octets, at)
        directories = at + 24 + {0x10B: 96, 0x20B: 112}[magic]
        _, length = struct.unpack_from("<II", octets, directories + 8 * _SIGNATURE)
    except (struct.error, KeyError) as error:
        raise Unfit("not a PE file") from error
    if octets[:2] != b"MZ" or signature != b"PE\0\0":
        raise Unfit("not a PE file")
    return bool(length)
