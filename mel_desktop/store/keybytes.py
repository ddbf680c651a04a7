"""Key octets in memory: where they are ours, they are overwritten as soon as nobody needs them.

Python cannot promise it: an immutable ``bytes`` may be copied by whoever takes it. What can be done
is done here. Keys live in bytearrays; the one text that SQLite wants is made, used and overwritten
in place. That last step reaches below the language (CPython only; elsewhere it does nothing).
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, TypeAlias

Key: TypeAlias = bytes | bytearray
_DIGITS: Final = b"0123456789abcdef"
_IS_CPYTHON: Final = sys.implementation.name == "cpython"


def wipe(key: bytearray) -> None:
    """Overwrite with zeros, in place."""
    key[:] = bytes(len(key))


@contextmanager
def text(before: str, key: Key, after: str) -> Iterator[str]:
    """``before`` + the key in hexadecimal + ``after``; overwritten at the end. Keep no reference.

    Built from a bytearray in one decoding, so that no other text holds a part of the key.
    """
    octets = bytearray(before, "ascii")
    for one in key:
        octets += _DIGITS[one >> 4 : (one >> 4) + 1] + _DIGITS[one & 15 : (one & 15) + 1]
    octets += after.encode("ascii")
    made = octets.decode("ascii")
    try:
        yield made
    finally:
        wipe(octets)
        _wipe_text(made)


def wipe_octets(made: bytes) -> None:
    """Overwrite octets that a library returned and that nobody else holds. Never use them again."""
    if _IS_CPYTHON and len(made) > 1:  # single octets are shared by the interpreter
        ctypes.memset(id(made) + sys.getsizeof(made) - len(made) - 1, 0, len(made))


def _wipe_text(made: str) -> None:
    """The characters of an ASCII text of our own making (compact form: one octet each, at the end
    of the object, then a zero)."""
    if _IS_CPYTHON and made.isascii() and len(made) > 1:
        ctypes.memset(id(made) + sys.getsizeof(made) - len(made) - 1, 0, len(made))
