"""How large the table of contents of a ZIP file is, before anything reads it into memory.

APPNOTE.TXT 4.3.14-4.3.16 (end of central directory, and its ZIP64 form). A file of some hundred
octets may announce millions of members: a reader that believes it takes all the memory there is.
"""

from __future__ import annotations

import struct
from typing import Final

from mel_desktop.model.values import dataclass

TAIL: Final = 65_535 + 22 + 20 + 56  # the longest comment, and what lies before it
_END: Final = b"PK\x05\x06"
_END64: Final = b"PK\x06\x06"
_FULL: Final = (0xFFFF, 0xFFFFFFFF)


@dataclass(frozen=True, slots=True)
class Directory:
    """What the end of the file announces."""

    members: int
    octets: int


def directory(tail: bytes) -> Directory | None:
    """Of the last ``TAIL`` octets of a file; None: it is no ZIP file, or cut off."""
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:
        return None
    members, octets = struct.unpack_from("<HI", tail, at + 10)
    if members != _FULL[0] and octets != _FULL[1]:
        return Directory(members, octets)
    large = tail.rfind(_END64, 0, at)
    if large < 0 or len(tail) - large < 56:
        return Directory(members, octets)
    return Directory(*struct.unpack_from("<QQ", tail, large + 32))
