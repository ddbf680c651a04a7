"""The structure of a message too large to stand in memory: what is kept of it, what was left out.

Lines that begin with "--" may be boundaries and are kept with what follows them at once (headers of
parts, beginnings of texts); the rest of each part is only counted. ``sizes`` puts the counts back.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Final

FIRST: Final = 3 * 1024 * 1024  # of the message: header and texts, kept as they are
AFTER_BOUNDARY: Final = 64 * 1024
MOST: Final = 16 * 1024 * 1024


class Skeleton:
    """Feed lines' octets in pieces of any size; ``data`` is what to read the structure of."""

    def __init__(self) -> None:
        self._kept: list[bytes] = []
        self._size = 0
        self._allowance = FIRST
        self._tail = b""
        self._gaps: list[int] = []  # places in ``data`` after which octets are missing
        self._missing: list[int] = []  # how many, all up to there
        self.total = 0

    def feed(self, piece: bytes) -> None:
        """More of the message."""
        self.total += len(piece)
        data = self._tail + piece
        end = data.rfind(b"\n") + 1
        if not end and len(data) > AFTER_BOUNDARY:
            end = len(data)
        self._tail = data[end:]
        self._take(data[:end])

    def finish(self) -> bytes:
        """The kept octets."""
        self._take(self._tail)
        self._tail = b""
        return b"".join(self._kept)

    def left_out(self, start: int, end: int) -> int:
        """Octets that are missing between two places of ``finish()``."""
        return self._before(end + 2) - self._before(start)  # the line end ahead of a boundary

    def _before(self, place: int) -> int:
        at = bisect_left(self._gaps, place + 1)
        return self._missing[at - 1] if at else 0

    def _take(self, block: bytes) -> None:
        at = 0
        while at < len(block):
            if self._allowance > 0 and self._size < MOST:
                kept = block[at : at + self._allowance]
                self._keep(kept)
                self._allowance -= len(kept)
                at += len(kept)
                continue
            mark = len(block)
            if self._size < MOST:
                is_dashed = block.startswith(b"--", at)
                mark = at if is_dashed else block.find(b"\n--", at) + 1 or mark
            self._drop(mark - at)
            at = mark
            if at < len(block):
                self._allowance = AFTER_BOUNDARY

    def _keep(self, octets: bytes) -> None:
        self._kept.append(octets)
        self._size += len(octets)

    def _drop(self, number: int) -> None:
        if not number:
            return
        if self._kept and not self._kept[-1].endswith(b"\n"):  # what follows begins a line
            self._keep(b"\r\n")
            number -= 2
        before = self._missing[-1] if self._missing else 0
        if self._gaps and self._gaps[-1] == self._size:
            self._missing[-1] += number
            return
        self._gaps.append(self._size)
        self._missing.append(before + number)
