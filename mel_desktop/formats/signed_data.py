"""The container of signed data: one file, readable, small enough for any stick.

::

    Mel Desktop signed data 1
    <base64 of the Ed25519 signature (RFC 8032)>
    kind: providers
    version: 2026112701
                                     (an empty line)
    <the content, to the end of the file>

What is signed is everything but the second line, so that kind and version cannot be exchanged. Line
ends are LF; a container is copied as octets. Whether a signature is good is decided elsewhere.
"""

from __future__ import annotations

import base64
import binascii
from typing import Final

from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.patterns import late
from mel_desktop.model.values import dataclass

MAGIC: Final = b"Mel Desktop signed data 1\n"
MOST_BYTES: Final = 1024 * 1024
SIGNATURE_OCTETS: Final = 64
HEADER: Final = late(rb"kind: ([a-z][a-z-]{0,30})\nversion: ([0-9]{10})\n\n")


@dataclass(frozen=True, slots=True)
class Container:
    """Taken apart, not verified."""

    kind: str
    version: int
    content: bytes
    signed: bytes
    signature: bytes


def read_container(octets: bytes) -> Container:
    """LocalRefusal(BAD_FILE, why=no-signed-data)."""
    if len(octets) > MOST_BYTES or not octets.startswith(MAGIC):
        raise _bad("form")
    line, end, rest = octets[len(MAGIC) :].partition(b"\n")
    try:
        signature = base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _bad("signature") from error
    found = HEADER.match(rest)
    if not end or len(signature) != SIGNATURE_OCTETS or found is None:
        raise _bad("header")
    return Container(
        kind=found[1].decode("ascii"),
        version=int(found[2]),
        content=rest[found.end() :],
        signed=MAGIC + rest,
        signature=signature,
    )


def to_sign(kind: str, version: int, content: bytes) -> bytes:
    """What is to be signed."""
    return b"%skind: %s\nversion: %010d\n\n%s" % (MAGIC, kind.encode("ascii"), version, content)


def write_container(kind: str, version: int, content: bytes, signature: bytes) -> bytes:
    """The file. The signature is that of ``to_sign``."""
    rest = to_sign(kind, version, content)[len(MAGIC) :]
    return MAGIC + base64.b64encode(signature) + b"\n" + rest


def _bad(part: str) -> LocalRefusal:
    return LocalRefusal(ErrorCode.BAD_FILE, why="no-signed-data", part=part)
