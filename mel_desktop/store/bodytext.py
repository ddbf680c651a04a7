"""Texts, HTML and headers of messages, packed: zstd with a dictionary of what school mail says.

A short mail alone hardly compresses; beside a dictionary that knows greetings, header lines and the
heads that Outlook, Gmail or Zimbra write, it shrinks to half of that (shared/measured store.md 5).

Rule 1: every frame says which dictionary it needs; one of none (before schema 3) stays readable.
Rule 2: a dictionary, once shipped, ships for ever and never changes; each one that a store needs is
kept in the store too.
Rule 3: what is unpacked is bounded whatever a frame promises.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final, cast

import zstandard

from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.store.database import Reader, Transaction, Value

LEVEL: Final = 3
MOST: Final = 32 * 1024 * 1024  # octets of one text once unpacked
CURRENT: Final = 1_201_119_001  # what is written; packaging/dictionary.py makes a new one
FOLDER: Final = "dictionaries"


def pack(tx: Transaction, contents: Sequence[bytes]) -> list[bytes]:
    """All of them in one call: Python's lock is given up and asked for once, not for each."""
    _keep(tx)
    compressor = zstandard.ZstdCompressor(level=LEVEL, dict_data=_to_write())
    empty = compressor.compress(b"")
    full: list[bytes | bytearray | memoryview] = [one for one in contents if one]
    packed = iter(compressor.multi_compress_to_buffer(full) if full else ())
    return [next(packed).tobytes() if one else empty for one in contents]


def unpack(reader: Reader, packed: Value, most: int = MOST) -> bytes:
    """The octets, b"" for None. DAMAGED: no such frame, or more than ``most`` octets."""
    if packed is None:
        return b""
    frame = cast("bytes", packed)
    try:
        # A stated size is believed by zstandard before the limit is looked at.
        if zstandard.frame_content_size(frame) > most:
            raise StoreTrouble(ErrorCode.DAMAGED)
        return _inflater(reader, frame).decompress(frame, max_output_size=most)
    except zstandard.ZstdError as error:
        raise StoreTrouble(ErrorCode.DAMAGED) from error


def beginning(reader: Reader, packed: Value, most: int) -> bytes:
    """``unpack``, but of a longer text only its first ``most`` octets."""
    if not isinstance(packed, bytes):
        return b""
    try:
        if 0 <= zstandard.frame_content_size(packed) <= most:
            return _inflater(reader, packed).decompress(packed, max_output_size=most)
        with _inflater(reader, packed).stream_reader(packed) as stream:
            return stream.read(most)
    except zstandard.ZstdError as error:
        raise StoreTrouble(ErrorCode.DAMAGED) from error


def shipped(number: int) -> bytes | None:
    """A dictionary that comes with the program."""
    file = Path(__file__).parent / FOLDER / f"{number}.zdict"
    return file.read_bytes() if file.is_file() else None


def _keep(tx: Transaction) -> None:
    """The store has what its texts need, whichever program opens it."""
    if tx.value("SELECT 1 FROM dictionary WHERE id = ?", CURRENT) is None:
        tx.run("INSERT INTO dictionary (id, octets) VALUES (?, ?)", CURRENT, shipped(CURRENT))


def _inflater(reader: Reader, packed: bytes) -> zstandard.ZstdDecompressor:
    number = zstandard.get_frame_parameters(packed).dict_id
    if not number:
        return zstandard.ZstdDecompressor()
    known = _to_read(number)
    if known is None:  # of a program that is newer
        octets = reader.value("SELECT octets FROM dictionary WHERE id = ?", number)
        if not isinstance(octets, bytes):
            raise StoreTrouble(ErrorCode.DAMAGED)
        known = zstandard.ZstdCompressionDict(octets)
    return zstandard.ZstdDecompressor(dict_data=known)


@cache
def _to_read(number: int) -> zstandard.ZstdCompressionDict | None:
    octets = shipped(number)
    return None if octets is None else zstandard.ZstdCompressionDict(octets)


@cache
def _to_write() -> zstandard.ZstdCompressionDict:
    octets = shipped(CURRENT)
    assert octets is not None
    made = zstandard.ZstdCompressionDict(octets, dict_type=zstandard.DICT_TYPE_FULLDICT)
    made.precompute_compress(level=LEVEL)
    return made
