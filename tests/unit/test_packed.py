"""Frames of the store are bounded, whatever size they state."""

from __future__ import annotations

import pytest
import zstandard

from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.store.packed import inflate


def test_a_frame_within_its_bound() -> None:
    assert inflate(zstandard.compress(b"x" * 1000), 1000) == b"x" * 1000


@pytest.mark.parametrize(
    "packed", [None, "text", b"", b"no frame", zstandard.compress(b"x" * 1001)]
)
def test_what_is_no_frame_or_too_large_is_damage(packed: object) -> None:
    with pytest.raises(StoreTrouble) as caught:
        inflate(packed, 1000)
    assert caught.value.code is ErrorCode.DAMAGED
