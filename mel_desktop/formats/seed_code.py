"""The code that a PC shows to be given a seed: its X25519 public key and a checksum, in letters."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Final

from mel_desktop.model.errors import ErrorCode, LocalRefusal

KEY_BYTES: Final = 32
CHECK_BYTES: Final = 3  # 35 octets are 56 letters: no padding
GROUP: Final = 4
PRINT_GROUPS: Final = 4  # of a short print: 80 bits


def to_code(public: bytes) -> str:
    """``ABCD-EFGH-...``: 14 groups of four letters and digits."""
    letters = base64.b32encode(public + _check(public)).decode("ascii")
    return "-".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))


def from_code(code: str) -> bytes:
    """The public key. LocalRefusal(USAGE) for what was mistyped."""
    letters = "".join(one for one in code.upper() if one.isalnum())
    letters = letters.translate(str.maketrans("018", "OIB"))  # digits that base32 does not use
    try:
        data = base64.b32decode(letters.encode("ascii"))
    except (binascii.Error, UnicodeEncodeError):
        data = b""
    public, check = data[:KEY_BYTES], data[KEY_BYTES:]
    if len(data) != KEY_BYTES + CHECK_BYTES or check != _check(public):
        raise LocalRefusal(ErrorCode.USAGE, why="seed-code-wrong")
    return public


def short_print(public: bytes) -> str:
    """The first groups of the code: for people to compare."""
    return "-".join(to_code(public).split("-")[:PRINT_GROUPS])


def _check(public: bytes) -> bytes:
    return hashlib.sha256(b"mel-desktop seed code" + public).digest()[:CHECK_BYTES]
