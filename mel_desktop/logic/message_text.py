"""Text of a message that is attached to another one, and of the files of a message as received.

The latter is one text for many parts: PART, the number, TEXT, the text, and so on. Both signs are
of Unicode's private use and are taken out of what documents say.
"""

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
PART: Final = "\ue000"
TEXT: Final = "\ue001"
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


def files_text(raw: bytes, inner: Inner) -> str:
    """Texts of the files of a message, to be read by ``by_part``; "" without any."""
    found = split_structure(raw)
    chosen = {part.number for part in text_sections([one.part for one in found])}
    told = []
    for one in [one for one in found if one.part.number not in chosen][:MOST_FILES]:
        kind = document_kind(one.part.media_type, one.part.filename)
        if kind is None:
            continue
        try:
            text = inner(kind, one.part.charset, _octets(one.part, raw[one.start : one.end]))
        except ValueError:
            continue
        if text.strip():
            told.append(f" {PART}{one.part.number}{TEXT} {plain(text)}")
    return "".join(told)


def by_part(text: str) -> dict[str, str]:
    """Part number -> text."""
    pairs = (one.partition(TEXT) for one in text.split(PART)[1:])
    return {number: told.strip() for number, _, told in pairs}


def plain(text: str) -> str:
    """Without the signs that set parts apart."""
    return text.replace(PART, " ").replace(TEXT, " ")


def _octets(part: Part, encoded: bytes) -> bytes:
    decoder = PartDecoder(part.encoding)
    return decoder.feed(encoded) + decoder.finish()


def _inner(part: Part, octets: bytes, inner: Inner) -> Iterator[str]:
    kind = document_kind(part.media_type, part.filename)
    if kind is None or kind is DocumentKind.MESSAGE:
        return
    try:
        yield inner(kind, part.charset, _octets(part, octets))
    except ValueError:
        return
