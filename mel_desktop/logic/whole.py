"""What a whole message, byte for byte, gives to read. Never raises (see ``logic.mime``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from mel_desktop.logic.envelopes import CONTAINER_CAP, files_in, read_envelope
from mel_desktop.logic.mime import Readable, decode_octets, readable, text_sections
from mel_desktop.logic.mime_structure import RawPart, split_structure
from mel_desktop.logic.winmail import KINDS
from mel_desktop.model.mail import Part
from mel_desktop.model.values import dataclass

MOST_TEXT: Final = 2 * 1024 * 1024
ENVELOPES_CAP: Final = 20


@dataclass(frozen=True, slots=True)
class Whole:
    """Structure, readable text and header block of a message."""

    parts: tuple[Part, ...]
    text: Readable
    header: bytes


def read_whole(raw: bytes) -> Whole:
    """Split a message and read its text."""
    found = split_structure(raw)
    chosen = {part.number for part in text_sections(tuple(one.part for one in found))}
    texts = [
        (one.part, raw[one.start : one.end][:MOST_TEXT])
        for one in found if one.part.number in chosen
    ]  # fmt: skip
    text = readable(texts, truncated=any(part.size > MOST_TEXT for part, _ in texts))
    text = _with_envelopes(raw, found, text)
    return Whole(tuple(one.part for one in found), text, raw[: found[0].start][:MOST_TEXT])


def _with_envelopes(raw: bytes, found: Sequence[RawPart], text: Readable) -> Readable:
    """With the files that Outlook wrapped, and its text where there is no other."""
    inner = list(text.inner)
    for one in [one for one in found if one.part.media_type in KINDS][:ENVELOPES_CAP]:
        octets = decode_octets(raw[one.start : one.end][: 2 * CONTAINER_CAP], one.part.encoding)
        octets = octets[:CONTAINER_CAP]
        inner += [part for part, _ in files_in(one.part, octets)]
        if not text.text.strip() and not text.html.strip():
            text = read_envelope(octets) or text
    return replace(text, inner=tuple(inner)) if inner else text


def same_structure(ours: Sequence[Part], theirs: Sequence[Part]) -> bool:
    """Whether the server numbered and named the parts as we do."""

    def shape(parts: Sequence[Part]) -> list[tuple[str, str, str, str]]:
        return [(one.number, one.media_type, one.encoding, one.filename) for one in parts]

    return shape(ours) == shape(theirs)
