"""Frames inside a seed: a letter, a length, and zstd-compressed JSON or octets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import zstandard

from mel_desktop.formats.sealed import damaged

LEVEL: Final = 3
MOST: Final = 256 * 1024 * 1024  # of one frame, inflated: texts are cut long before

Frame = tuple[str, bytes]


def frame(kind: str, data: bytes) -> bytes:
    """One frame."""
    packed = zstandard.ZstdCompressor(level=LEVEL).compress(data)
    return kind.encode("ascii") + len(packed).to_bytes(4, "big") + packed


def json_frame(kind: str, value: object) -> bytes:
    """A frame of JSON."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return frame(kind, text.encode("utf-8", "surrogatepass"))


def frames(pieces: Iterator[bytes]) -> Iterator[Frame]:
    """Frames of content in pieces of any size. DAMAGED where it breaks off or does not inflate."""
    held = bytearray()
    for piece in pieces:
        held += piece
        at = 0
        while len(held) - at >= 5:
            length = int.from_bytes(held[at + 1 : at + 5], "big")
            if length > MOST:
                raise damaged()
            if len(held) - at < 5 + length:
                break
            packed = bytes(held[at + 5 : at + 5 + length])
            try:
                if zstandard.frame_content_size(packed) > MOST:
                    raise damaged()
                data = zstandard.ZstdDecompressor().decompress(packed, max_output_size=MOST)
            except zstandard.ZstdError as error:
                raise damaged() from error
            yield chr(held[at]), data
            at += 5 + length
        del held[:at]
    if held:
        raise damaged()


def json_of(data: bytes) -> object:
    """What ``json_frame`` was given. DAMAGED."""
    try:
        return json.loads(data.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise damaged() from error
