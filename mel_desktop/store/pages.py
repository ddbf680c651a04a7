"""Pages of a database file, authenticated and decrypted one by one, without SQLite.

SQLite gives up at the first page that it cannot read. Here each page is looked at by itself, so
that damage is located to the page, and what stands on sound pages can be taken out whatever became
of the others. The cipher is that of SQLite3 Multiple Ciphers, ``chacha20`` with a raw key: the
last 32 octets of a page hold nonce and tag (RFC 8439, the counter bound to the page number); octets
16-23 of page 1 are clear.

Rule 1: nothing here writes a file.
Rule 2: a page that is not authentic is never given to anyone.
Rule 3: the file is opened through SQLite's own file layer: on POSIX, closing any other descriptor
would drop the locks that this process holds on an open database (sqlite.org/howtocorrupt.html 2.2).
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Final

import apsw
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.poly1305 import Poly1305

from mel_desktop.store import keybytes
from mel_desktop.store.keybytes import Key

PAGE: Final = 8192
RESERVED: Final = 32
USABLE: Final = PAGE - RESERVED
NONCE: Final = 16
_CLEAR: Final = 24  # of page 1: salt, then what the file header says of the pages
_WAL_HEADER: Final = 32
_FRAME_HEADER: Final = 24
EMPTY: Final = bytes(PAGE)
_BLOCK: Final = bytes(64)
_COUNTERS: Final = 2**32
_LAST_COUNTER: Final = _COUNTERS - PAGE // len(_BLOCK)  # from it on, the counter runs out in a page
_FLAGS: Final = apsw.SQLITE_OPEN_MAIN_DB | apsw.SQLITE_OPEN_READONLY


class PageCipher:
    """Pages under one key. Not for two threads at once. Close it."""

    def __init__(self, key: Key) -> None:
        self._key = bytearray(key)  # wiped when closed
        # one context for every page's key block: a new nonce costs a tenth of a new context
        self._blocks = Cipher(algorithms.ChaCha20(self._key, bytes(NONCE)), None).encryptor()

    def close(self) -> None:
        """Forget the key."""
        self._blocks = Cipher(algorithms.ChaCha20(bytes(32), bytes(NONCE)), None).encryptor()
        keybytes.wipe(self._key)

    def is_authentic(self, number: int, page: bytes) -> bool:
        """Whether these octets, as they stand in a file, are the page of that number."""
        return self._proved(number, page) is not None

    def opened(self, number: int, page: bytes) -> bytes | None:
        """The octets of a page without its reserved ones; None when it is not authentic."""
        block = self._proved(number, page)
        if block is None:
            return None
        nonce = page[USABLE : USABLE + NONCE]
        if number == 1:
            return page[:_CLEAR] + _stream(block[32:], nonce, number, page[_CLEAR:USABLE])
        return _stream(block[32:], nonce, number, page[:USABLE])

    def closed(self, number: int, plain: bytes, nonce: bytes) -> bytes:
        """The page as it goes into a file. A nonce is used for one content only, ever."""
        block = self._block(number, nonce)
        if number == 1:
            body = plain[:_CLEAR] + _stream(block[32:], nonce, number, plain[_CLEAR:]) + nonce
        else:
            body = _stream(block[32:], nonce, number, plain) + nonce
        return body + Poly1305.generate_tag(block[:32], body)

    def _proved(self, number: int, page: bytes) -> bytes | None:
        """The key block of an authentic page: for its tag, then for its octets."""
        if len(page) != PAGE:
            return None
        block = self._block(number, page[USABLE : USABLE + NONCE])
        tag = Poly1305.generate_tag(block[:32], page[: USABLE + NONCE])
        return block if bytes_eq(tag, page[USABLE + NONCE :]) else None

    def _block(self, number: int, nonce: bytes) -> bytes:
        counter = int.from_bytes(nonce[12:], "little") ^ number
        self._blocks.reset_nonce(counter.to_bytes(4, "little") + nonce[:12])
        return self._blocks.update(_BLOCK)


def _stream(key: bytes, nonce: bytes, number: int, data: bytes) -> bytes:
    counter = ((int.from_bytes(nonce[12:], "little") ^ number) + 1) % _COUNTERS
    full = counter.to_bytes(4, "little") + nonce[:12]
    cipher = Cipher(algorithms.ChaCha20(key, full), None).encryptor()
    if counter <= _LAST_COUNTER:
        return cipher.update(data)
    # Here SQLite3MC carries into the nonce, and cryptography refuses. The counter of a page is
    # random: this comes to one page in some thirty million
    until = (_COUNTERS - counter) * len(_BLOCK)
    carried = (int.from_bytes(nonce[:4], "little") + 1) % _COUNTERS
    full = bytes(4) + carried.to_bytes(4, "little") + nonce[4:12]
    rest = Cipher(algorithms.ChaCha20(key, full), None).encryptor()
    return cipher.update(data[:until]) + rest.update(data[until:])


class PageFile:
    """The pages of one database, its write-ahead file laid over them. Close it."""

    def __init__(self, path: Path, key: Key) -> None:
        """OSError where the file cannot be read."""
        self._file = _open(path)
        self._cipher = PageCipher(key)
        self._wal = path.with_name(path.name + "-wal")
        self.octets = self._file.xFileSize()
        self.count = self.octets // PAGE
        self._newer = self._overlay()
        if self._newer:
            self.count = max(self.count, *self._newer)

    def __enter__(self) -> PageFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the file back."""
        self._file.xClose()
        self._cipher.close()

    def read(self, number: int) -> bytes | None:
        """The octets of a page without its reserved ones; None when it is damaged."""
        newer = self._newer.get(number)
        if newer is not None and (plain := self._cipher.opened(number, newer)) is not None:
            return plain
        return self._cipher.opened(number, self._stored(number))

    def damaged(self) -> Iterator[tuple[int, bool]]:
        """Each page in turn, as it stands in the file: (number, whether it is damaged)."""
        for number in range(1, self.count + 1):
            yield number, not self.is_sound(number)

    def is_sound(self, number: int) -> bool:
        """Whether the page in the file, read anew, is authentic."""
        stored = self._stored(number)
        if not stored:
            return number in self._newer  # not in the file yet
        # a page that was set aside and never used is empty
        return stored == EMPTY or self._cipher.is_authentic(number, stored)

    # -- inside ------------------------------------------------------------------------------------

    def _stored(self, number: int) -> bytes:
        start = (number - 1) * PAGE
        most = min(PAGE, self._file.xFileSize() - start)
        return self._file.xRead(most, start) if most > 0 else b""

    def _overlay(self) -> dict[int, bytes]:
        """Pages of the write-ahead file as of its last whole transaction.

        What its checksums say is not asked: each page proves itself. The salts tell frames of this
        file from those of one before it.
        """
        try:
            content = self._wal.read_bytes()
        except OSError:
            return {}
        whole: dict[int, bytes] = {}
        begun: dict[int, bytes] = {}
        salts = content[16:24]
        for at in range(_WAL_HEADER, len(content) - PAGE - _FRAME_HEADER + 1, PAGE + _FRAME_HEADER):
            number, size, *_ = struct.unpack_from(">2I", content, at)
            page = content[at + _FRAME_HEADER : at + _FRAME_HEADER + PAGE]
            if content[at + 8 : at + 16] != salts:
                break
            if self._cipher.is_authentic(number, page):
                begun[number] = page
            if size:
                whole.update(begun)
                begun.clear()
        return whole


def stored(path: Path, first: int, many: int) -> tuple[bytes, int]:
    """Pages as they stand in the file, at most so many, and the octets of the whole file.

    What a checkpoint is writing at this moment may be torn. OSError.
    """
    file = _open(path)
    try:
        start, octets = (first - 1) * PAGE, file.xFileSize()
        most = min(many * PAGE, octets - start)
        return (file.xRead(most, start) if most > 0 else b""), octets
    except apsw.Error as error:
        raise OSError(str(error)) from error
    finally:
        file.xClose()


def _open(path: Path) -> apsw.VFSFile:
    """The file as it stands on the disk. OSError."""
    os.stat(path)
    layer = "win32" if sys.platform == "win32" else "unix"
    try:
        return apsw.VFSFile(layer, str(path), [_FLAGS, 0])
    except apsw.Error as error:
        raise OSError(str(error)) from error
