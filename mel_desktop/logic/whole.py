"""What a whole message, byte for byte, gives to read. Never raises (see ``logic.mime``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mel_desktop.logic.html_text import html_to_text
from mel_desktop.logic.mime import Readable, decode_octets, readable, text_sections
from mel_desktop.logic.mime_structure import RawPart, split_structure
from mel_desktop.logic.mime_text import TEXT_CAP, preview
from mel_desktop.logic.winmail import KINDS, read_winmail
from mel_desktop.model.mail import Part

MOST_TEXT: Final = 2 * 1024 * 1024


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
    if not text.text.strip() and not text.html.strip():
        text = _of_winmail(raw, found) or text
    return Whole(tuple(one.part for one in found), text, raw[: found[0].start][:MOST_TEXT])


def _of_winmail(raw: bytes, found: Sequence[RawPart]) -> Readable | None:
    """The text of a message that Outlook wrapped whole into winmail.dat, and its files by name."""
    for one in found:
        if one.part.media_type not in KINDS:
            continue
        inside = read_winmail(decode_octets(raw[one.start : one.end], one.part.encoding))
        names = "\n".join(f"[{file.name}]" for file in inside.files)
        written = inside.text or (html_to_text(inside.html) if inside.html else "")
        text = "\n\n".join(piece for piece in (written, names) if piece)[:TEXT_CAP]
        if text:
            return Readable(text, inside.html[:TEXT_CAP], preview(text), text)
    return None


def same_structure(ours: Sequence[Part], theirs: Sequence[Part]) -> bool:
    """Whether the server numbered and named the parts as we do."""

    def shape(parts: Sequence[Part]) -> list[tuple[str, str, str, str]]:
        return [(one.number, one.media_type, one.encoding, one.filename) for one in parts]

    return shape(ours) == shape(theirs)
