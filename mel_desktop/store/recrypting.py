"""Pages of one database file, written into another under a new key; broken off and gone on with.

The copy tells by itself how far it is: the nonce of a page in it is derived from the page that it
was made of, under two keys that are derived (HKDF) from the new one::

    digest = AES-GMAC(first, all 8192 octets of the source page)
    nonce  = BLAKE2b-128(second, personal = page number, digest + nonce and tag of the source page)

So a page of the copy that has the nonce which the source page gives now, and is authentic, needs
nothing; any other one is written again. There is no journal that could be wrong.

Why a nonce never serves two contents. The outer function is pseudo-random under a key that only
this change knows, and all that decides the content goes into it: the number, and the source page
through the digest. The same question gives the same page, octet for octet, which tells nobody
anything. Two questions with one answer are a collision of 128 bits: as likely as two of the random
nonces that SQLite3 Multiple Ciphers draws. Or their digests are the same. Nobody ever sees a
digest, so that GMAC need only be a universal hash under a secret key, as in AES-GCM-SIV: for two
different pages that is less likely than 2^-118, whoever chose them (and source nonce and tag had to
be the same besides). Nonce and tag of the source alone would not do: Poly1305 binds nobody who has
the old key, which is why keys are changed, and he could make two pages with one tag.

Rule 1: a source page that is not authentic is not copied: a checkpoint is writing it now, or it is
damaged. In the last pass, when nobody writes, it is damaged.
Rule 2: what was seen is compared by eight octets of the tag, in memory: 0.1 % of the file's size.
All else is flat: half a mebibyte is read, looked at and written at a time.
Rule 3: the copy's header says that it has no write-ahead file, whatever the source's says: it can
be opened by itself, and leaves nothing beside it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from mel_desktop.model.errors import Cancelled, ErrorCode, StoreTrouble
from mel_desktop.store import keybytes, pages
from mel_desktop.store.keybytes import Key
from mel_desktop.store.pages import EMPTY, NONCE, PAGE, USABLE, PageCipher
from mel_desktop.store.reserve import files

BATCH: Final = 64  # pages at a time: what the processor's own memory holds
MARK: Final = 8
_UNSEEN: Final = bytes(MARK)
_OF_EMPTY: Final = b"\xff" * MARK
_ABOUT: Final = b"mel-desktop page nonces 1"
_ALWAYS: Final = bytes(12)  # GMAC as a hash that nobody sees: it needs no nonce of its own
_VERSIONS: Final = slice(18, 20)  # of page 1: how the file is written and read, 2 with a WAL
_NO_WAL: Final = b"\x01\x01"

Progress = Callable[[int, int], None]
Stop = Callable[[], bool]


class Recrypting:
    """One file on its way into another. For one thread at a time. Close it."""

    def __init__(self, source: Path, target: Path, old: Key, new: Key) -> None:
        """``target`` may hold what an earlier try made. NOT_WRITABLE | DISK_FULL."""
        self._source = source
        with files():
            flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
            self._file: int | None = os.open(target, flags, 0o600)
            self.kept = os.fstat(self._file).st_size  # octets that were there
        self._old, self._new = PageCipher(old), PageCipher(new)
        derived = HKDF(SHA256(), 64, None, _ABOUT).derive(new)
        self._digest, self._nonces = AESGCM(derived[:32]), bytearray(derived[32:])
        keybytes.wipe_octets(derived)
        self._marks = bytearray()

    def close(self) -> None:
        """Give the file back, forget the keys. May be called twice."""
        self.close_file()
        self._old.close()
        self._new.close()
        keybytes.wipe(self._nonces)

    def close_file(self) -> None:
        """The copy is to be opened or renamed by others."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def flush(self) -> None:
        """What was written is on the disk."""
        with files():
            os.fsync(self._number())

    def go_over(
        self,
        inside: Callable[[], AbstractContextManager[object]] = nullcontext,
        *,
        is_last: bool = False,
        progress: Progress | None = None,
        cancelled: Stop | None = None,
    ) -> int:
        """Bring the copy up to date with what the file holds now; how many pages were written.

        Each batch is read within ``inside``. ``is_last``: nobody writes to the source any more;
        what is not authentic is DAMAGED, and the copy gets the source's length.
        NOT_WRITABLE | DISK_FULL | Cancelled.
        """
        at, written = 1, 0
        while True:
            if cancelled is not None and cancelled():
                raise Cancelled
            with inside(), files():
                octets, total = pages.stored(self._source, at, BATCH)
            count = len(octets) // PAGE
            if not count:
                break
            with files():
                written += self._bring(at, octets, count, is_last=is_last)
            at += count
            if progress is not None:
                done = (at - 1) * PAGE
                progress(min(max(done, self.kept), total), total)
        if is_last:
            with files():
                os.ftruncate(self._number(), (at - 1) * PAGE)
        return written

    # -- inside ------------------------------------------------------------------------------------

    def _number(self) -> int:
        assert self._file is not None
        return self._file

    def _bring(self, first: int, octets: bytes, count: int, *, is_last: bool) -> int:
        """The pages of one reading that are not up to date; how many were written."""
        lacking = (first - 1 + count) * MARK - len(self._marks)
        if lacking > 0:
            self._marks += bytes(lacking)
        kept = b""
        begin, run = first, list[bytes]()  # pages one after another that go to the disk together
        written = 0
        for index in range(count):
            number = first + index
            page = octets[index * PAGE : (index + 1) * PAGE]
            mark = _OF_EMPTY if page == EMPTY else page[-MARK:]
            known = self._marks[(number - 1) * MARK : number * MARK]
            if known == mark:
                continue
            there = b""
            if known == _UNSEEN and self.kept > (number - 1) * PAGE:
                kept = kept or self._kept(first, count)
                there = kept[index * PAGE : (index + 1) * PAGE]
            made = self._made(number, page, there)
            if made is None:
                if is_last:
                    name = self._source.name
                    raise StoreTrouble(ErrorCode.DAMAGED, file=name, why="page", page=number)
                continue
            self._marks[(number - 1) * MARK : number * MARK] = mark
            if made == there:
                continue
            if run and begin + len(run) != number:
                self._write(begin, run)
                run = []
            if not run:
                begin = number
            run.append(made)
            written += 1
        if run:
            self._write(begin, run)
        return written

    def _made(self, number: int, page: bytes, there: bytes) -> bytes | None:
        """The page as it is to be in the copy: ``there`` where that is it. None: not authentic."""
        if page == EMPTY:
            return EMPTY
        nonce = self._nonce(number, page)
        if there[USABLE : USABLE + NONCE] == nonce and self._new.is_authentic(number, there):
            return there
        plain = self._old.opened(number, page)
        if plain is None:
            return None
        if number == 1:
            plain = plain[: _VERSIONS.start] + _NO_WAL + plain[_VERSIONS.stop :]
        return self._new.closed(number, plain, nonce)

    def _nonce(self, number: int, page: bytes) -> bytes:
        told = self._digest.encrypt(_ALWAYS, b"", page) + page[USABLE:]
        personal = number.to_bytes(16, "little")
        made = hashlib.blake2b(told, digest_size=NONCE, key=self._nonces, person=personal)
        return made.digest()

    def _kept(self, first: int, count: int) -> bytes:
        """What an earlier try left of these pages; short where it ended."""
        file = self._number()
        os.lseek(file, (first - 1) * PAGE, os.SEEK_SET)
        found = b""
        while len(found) < count * PAGE:
            more = os.read(file, count * PAGE - len(found))
            if not more:
                break
            found += more
        return found

    def _write(self, first: int, run: list[bytes]) -> None:
        file = self._number()
        left = memoryview(b"".join(run))
        os.lseek(file, (first - 1) * PAGE, os.SEEK_SET)
        while left:
            left = left[os.write(file, left) :]
