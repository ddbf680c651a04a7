"""Files of a message that is attached to another one, numbered after it: "2!1" (inner_parts).

Rule: bounded as ``whole`` is; a message in it is a file of it again ("2!1!3" is one of that).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from mel_desktop.logic.envelopes import CONTAINER_CAP, files_in
from mel_desktop.logic.inner_parts import (
    MARK,
    Inner,
    container_of,
    without_read_containers,
)
from mel_desktop.logic.mime import decode_octets, listed_files, safe_filename
from mel_desktop.logic.mime_structure import RawPart, split_structure
from mel_desktop.logic.whole import Whole, read_whole
from mel_desktop.model.mail import Part
from mel_desktop.model.previews import PreviewKind, preview_kind

DEPTH: Final = 8  # messages in messages


def is_message(part: Part) -> bool:
    """Whether a leaf is a message; senders say ``application/octet-stream`` of an .eml too."""
    return preview_kind(part.media_type, part.filename) is PreviewKind.MAIL


def numbered(container: str, whole: Whole) -> tuple[Part, ...]:
    """What a person would look for in it as files, in their order. Sizes are those encoded, where
    a file is a leaf.
    """
    parts = without_read_containers([*whole.parts, *whole.text.inner])
    return tuple(
        _numbered(container, place, one, one.size)
        for place, one in enumerate(listed_files(parts, whole.text.html), 1)
    )


def files_of(container: Part, raw: bytes) -> tuple[Inner, ...]:
    """These files with their octets."""
    whole = read_whole(raw)
    leaves = {one.part.number: one for one in split_structure(raw)}
    parts = without_read_containers([*whole.parts, *whole.text.inner])
    found: list[Inner] = []
    for place, one in enumerate(listed_files(parts, whole.text.html), 1):
        octets = _octets(raw, leaves, one.number)
        found.append((_numbered(container.number, place, one, len(octets)), octets))
    return tuple(found)


def _octets(raw: bytes, leaves: dict[str, RawPart], number: str) -> bytes:
    """Of a leaf, or of a file inside of one."""
    container = container_of(number)
    leaf = leaves[container or number]
    octets = decode_octets(raw[leaf.start : leaf.end][: 2 * CONTAINER_CAP], leaf.part.encoding)
    if not container:
        return octets
    inside = files_in(leaf.part, octets[:CONTAINER_CAP])
    return next((some for part, some in inside if part.number == number), b"")


def _numbered(container: str, place: int, one: Part, size: int) -> Part:
    return replace(
        one,
        number=f"{container}{MARK}{place}",
        filename=safe_filename(one.filename, one.media_type),
        encoding="",
        disposition="attachment",
        content_id="",
        size=size,
        local=True,
    )
