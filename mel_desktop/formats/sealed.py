"""Files that are encrypted and authenticated as a whole: backups and seeds.

::

    magic (16 octets) | length of the header (4, big-endian) | header | chunk | chunk | ... | last

Each chunk is 1 MiB (the last one less, perhaps nothing) and 16 octets of tag, ChaCha20-Poly1305
under a key of this file alone. Its nonce is its number and whether it is the last one (the STREAM
construction, Hoang, Reyhanitabar, Rogaway and Vizár 2015): no chunk can be changed, left out,
exchanged, added or cut off without being noticed. The header is bound to each chunk.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from mel_desktop.model.errors import ErrorCode, LocalRefusal, StoreTrouble

MAGIC_BYTES: Final = 16
CHUNK: Final = 1024 * 1024
TAG: Final = 16
MOST_HEADER: Final = 1024 * 1024
SALT_BYTES: Final = 32

Read = Callable[[int], bytes]


def derive(secret: bytes, salt: bytes, purpose: str) -> bytes:
    """The key of one file (HKDF-SHA256, RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=purpose.encode()).derive(secret)


def seal(key: bytes, magic: bytes, header: bytes, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The file's octets. ``key`` must never have been used for another file."""
    head = magic + len(header).to_bytes(4, "big") + header
    yield head
    cipher, bound = ChaCha20Poly1305(key), hashlib.sha256(head).digest()
    number = 0
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) > CHUNK:  # the last one is known when nothing follows
            yield cipher.encrypt(_nonce(number, last=False), bytes(held[:CHUNK]), bound)
            number += 1
            del held[:CHUNK]
    yield cipher.encrypt(_nonce(number, last=True), bytes(held), bound)


def read_header(read: Read, magic: bytes, *, why: str) -> bytes:
    """The header, not proved yet. BAD_FILE (another kind of file: ``why``) | DAMAGED."""
    if _exactly(read, MAGIC_BYTES) != magic:
        raise LocalRefusal(ErrorCode.BAD_FILE, why=why)
    length = int.from_bytes(_exactly(read, 4), "big")
    if not 0 < length <= MOST_HEADER:
        raise damaged()
    header = _exactly(read, length)
    if len(header) != length:
        raise damaged()
    return header


def unseal(key: bytes, magic: bytes, header: bytes, read: Read) -> Iterator[bytes]:
    """The content, each chunk proved before it is given. DAMAGED at the first that is not right.

    What was given before an error must not be trusted to be all.
    """
    head = magic + len(header).to_bytes(4, "big") + header
    cipher, bound = ChaCha20Poly1305(key), hashlib.sha256(head).digest()
    number = 0
    chunk = _exactly(read, CHUNK + TAG)
    while True:
        following = _exactly(read, CHUNK + TAG) if len(chunk) == CHUNK + TAG else b""
        last = not following
        try:
            yield cipher.decrypt(_nonce(number, last=last), chunk, bound)
        except InvalidTag as error:
            raise damaged() from error
        if last:
            return
        chunk = following
        number += 1


def damaged() -> StoreTrouble:
    """The file is not as it was written."""
    return StoreTrouble(ErrorCode.DAMAGED, why="sealed-file")


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\1" if last else b"\0")


def _exactly(read: Read, size: int) -> bytes:
    """So many octets; fewer only at the end."""
    data = read(size)
    while data and len(data) < size:
        more = read(size - len(data))
        if not more:
            break
        data += more
    return data
