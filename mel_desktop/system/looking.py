"""What the process of its own shows of a document: a drawn page, pages that hold words, a table of
contents, or the words with their lines. Runs in ``extraction_worker`` and nowhere else.

Answer of a page: u32 length of a JSON head {"pages", "width", "height", "text", "marks"}, the
head, the pixels. Of everything else: JSON.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from typing import Any, Final

from mel_desktop.model.documents import DocumentKind

LENGTH: Final = struct.Struct(">I")
MOST_LETTERS: Final = 1_000_000

TextOf = Callable[[DocumentKind, str, bytes], str]


def look(asked: dict[str, Any], data: bytes, text_of: TextOf) -> bytes:
    """ValueError and RecursionError for what a document causes."""
    what = asked["look"]
    if what == "page":
        return _page(data, asked["page"], asked["width"], asked["words"])
    if what == "find":
        from mel_desktop.formats.pdf_pages import find  # noqa: PLC0415 loaded when needed

        return json.dumps(find(data, asked["words"])).encode()
    if what == "listing":
        from mel_desktop.formats.zip_listing import listing  # noqa: PLC0415

        return json.dumps(listing(data)).encode()
    text = text_of(DocumentKind(asked["kind"]), asked["charset"], data)
    rest = max(0, len(text) - MOST_LETTERS)
    return json.dumps([text[:MOST_LETTERS], rest]).encode("utf-8", "replace")


def _page(data: bytes, number: int, width: int, words: str) -> bytes:
    from mel_desktop.formats.pdf_pages import draw  # noqa: PLC0415

    drawn = draw(data, number, width, words)
    head = json.dumps({
        "pages": drawn.pages, "width": drawn.width, "height": drawn.height,
        "text": drawn.text, "marks": drawn.marks,
    }).encode()  # fmt: skip
    return LENGTH.pack(len(head)) + head + drawn.pixels
