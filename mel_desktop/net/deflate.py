"""COMPRESS=DEFLATE (RFC 4978): a raw deflate stream each way, unpacked in bounded steps.

Rule: a few octets may stand for gigabytes. One step gives at most a chunk; whoever reads has limits
of its own for what a line or a literal may hold.
"""

from __future__ import annotations

import zlib

STEP_OCTETS = 65_536


class NotDeflate(ValueError):
    """What came is no deflate stream, or its end, which no server may send (RFC 4978 section 3)."""


class Deflate:
    """Both directions of one connection."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        self._compress = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        self._waiting = b""  # received, and not yet unpacked
        self._has_more = False  # the last step gave all that one step may
        self._packed = self._unpacked = 0

    @property
    def ratio(self) -> float:
        """Octets of content for each octet received, so far."""
        return self._unpacked / self._packed if self._packed else 1.0

    def packed(self, data: bytes | bytearray | memoryview) -> bytes:
        """What goes out for this, up to its last octet."""
        return self._compress.compress(data) + self._compress.flush(zlib.Z_SYNC_FLUSH)

    def feed(self, data: bytes) -> None:
        """Octets as they were received."""
        self._waiting = self._waiting + data if self._waiting else data

    def step(self) -> bytes:
        """Some content; b"" when more must be received first."""
        if not self._waiting and not self._has_more:
            return b""
        try:
            data = self._inflate.decompress(self._waiting, STEP_OCTETS)
        except zlib.error as error:
            raise NotDeflate from error
        left = self._inflate.unconsumed_tail
        self._packed += len(self._waiting) - len(left)
        self._unpacked += len(data)
        self._waiting = left
        self._has_more = len(data) == STEP_OCTETS
        if self._inflate.eof and not data:
            raise NotDeflate
        return data
