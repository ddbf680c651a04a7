"""Text of a message that is attached to another one: people, subject, text, names of its files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from mel_desktop.logic.document_kinds import document_kind
from mel_desktop.logic.mime import PartDecoder, parse_header
from mel_desktop.logic.mime_structure import split_structure
from mel_desktop.logic.mime_text import readable, text_sections
from mel_desktop.model.documents import DocumentKind
from mel_desktop.model.mail import Part

MOST_FILES: Final = 50
Inner = Callable[[DocumentKind, str, bytes], str]  # kind, charset, octets -> text; ValueError


def message_text(raw: bytes, inner: Inner) -> str:
    """What a search may find of it. ``inner`` reads the documents in it, not messages again."""
    found = split_structure(raw)
    header = parse_header(raw)
    chosen = {part.number for part in text_sections([one.part for one in found])}
    shown = readable(
        [(one.part, raw[one.start : one.end]) for one in found if one.part.number in chosen]
    )
    people = (header.sender, *header.to, *header.cc)
    words = [header.subject, *(f"{one.name} {one.address}" for one in people), shown.text]
    files = [one for one in found if one.part.number not in chosen][:MOST_FILES]
    for one in files:
        words.append(one.part.filename)
        words += _inner(one.part, raw[one.start : one.end], inner)
    return "\n".join(words)


def _inner(part: Part, octets: bytes, inner: Inner) -> Iterator[str]:
    kind = document_kind(part.media_type, part.filename)
    if kind is None or kind is DocumentKind.MESSAGE:
        return
    decoder = PartDecoder(part.encoding)
    content = decoder.feed(octets) + decoder.finish()
    try:
        yield inner(kind, part.charset, content)
    except ValueError:
        return
