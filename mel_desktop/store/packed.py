"""Unpacks zstd frames of the store, bounded whatever a frame promises."""

from __future__ import annotations

import zstandard

from mel_desktop.model.errors import ErrorCode, StoreTrouble


def inflate(packed: object, most: int) -> bytes:
    """The octets of one frame without a dictionary. DAMAGED: no such frame, or more than ``most``.

    A size that a frame states is believed by zstandard before the limit is looked at.
    """
    if not isinstance(packed, bytes):
        raise StoreTrouble(ErrorCode.DAMAGED)
    try:
        if zstandard.frame_content_size(packed) > most:
            raise StoreTrouble(ErrorCode.DAMAGED)
        return zstandard.ZstdDecompressor().decompress(packed, max_output_size=most)
    except zstandard.ZstdError as error:
        raise StoreTrouble(ErrorCode.DAMAGED) from error
