"""The table of contents of a ZIP file (APPNOTE.TXT 4.3.12). Nothing in it is ever inflated."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import Final

from mel_desktop.formats.zip_size import TAIL, directory

MOST_MEMBERS: Final = 5000  # told
MOST_ANNOUNCED: Final = 200_000  # members; beyond, it is believed to be made to harm
MOST_NAME: Final = 500
_LOCKED: Final = 0x1


def listing(data: bytes) -> tuple[list[tuple[str, int, int, bool]], int]:
    """(name, octets, packed octets, has a password) of files, and how many more. ValueError."""
    announced = directory(data[-TAIL:])
    if announced is None or announced.members > MOST_ANNOUNCED:
        raise ValueError("no readable ZIP file")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = [one for one in archive.infolist() if not one.is_dir()]
    except (
        zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, UnicodeError,
        IndexError, OverflowError, struct.error,
    ) as error:  # fmt: skip
        raise ValueError("no readable ZIP file") from error
    told = [
        (_shown(one.filename), one.file_size, one.compress_size, bool(one.flag_bits & _LOCKED))
        for one in files[:MOST_MEMBERS]
    ]
    return told, max(0, len(files) - MOST_MEMBERS)


def _shown(name: str) -> str:
    """A name that moves no other and has no line of its own."""
    return "".join(one if one.isprintable() else "\ufffd" for one in name[:MOST_NAME])
