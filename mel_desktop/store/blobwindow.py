"""Pieces from within stored content, without reading all of it.

Chunks have no fixed size (store.blobs): they are counted from the nearer end, and their sizes kept.
"""

from __future__ import annotations

from typing import Final, cast

from mel_desktop.store import blobs
from mel_desktop.store.database import Reader
from mel_desktop.store.packed import inflate

KEPT: Final = 4  # chunks in memory


class BlobWindow:
    """For one reader, within one transaction."""

    def __init__(self, reader: Reader, blob: int) -> None:
        self._reader = reader
        self._blob = blob
        self.size = blobs.size(reader, blob)
        self._count = cast(
            "int", reader.value("SELECT count(*) FROM chunk WHERE blob_id = ?", blob)
        )
        self._held: dict[int, bytes] = {}
        self._begins = {0: 0}  # of chunks counted from the front
        self._ends = {self._count - 1: self.size}  # and from the back

    def read(self, offset: int, length: int) -> bytes:
        """Octets from ``offset`` on; fewer at the end."""
        end = min(offset + length, self.size)
        if offset >= end or offset < 0:
            return b""
        sequence, begin = self._find(offset)
        pieces, at = list[bytes](), offset
        while at < end and sequence < self._count:
            chunk = self._chunk(sequence)
            pieces.append(chunk[at - begin : end - begin])
            at = begin = begin + len(chunk)
            sequence += 1
        return b"".join(pieces)

    def _find(self, offset: int) -> tuple[int, int]:
        """The chunk that holds an offset, and where it begins."""
        if offset < self.size // 2:
            sequence = 0
            while True:
                begin = self._begins[sequence]
                end = self._begins.get(sequence + 1)
                if end is None:
                    end = self._begins[sequence + 1] = begin + len(self._chunk(sequence))
                if offset < end or sequence == self._count - 1:
                    return sequence, begin
                sequence += 1
        sequence = self._count - 1
        while True:
            end = self._ends[sequence]
            begin = self._ends.get(sequence - 1, -1)
            if begin < 0:
                begin = self._ends[sequence - 1] = end - len(self._chunk(sequence))
            if offset >= begin or sequence == 0:
                return sequence, begin
            sequence -= 1

    def _chunk(self, sequence: int) -> bytes:
        found = self._held.get(sequence)
        if found is None:
            packed = self._reader.value(
                "SELECT z FROM chunk WHERE blob_id = ? AND seq = ?", self._blob, sequence
            )
            found = inflate(packed, blobs.MOST)
            while len(self._held) >= KEPT:
                del self._held[next(iter(self._held))]
            self._held[sequence] = found
        return found
