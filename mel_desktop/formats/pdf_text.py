"""Text of PDF files (ISO 32000), by PDFium. Only ever called in a process of its own.

Raises ValueError for what PDFium cannot open, encrypted files included.
"""

from __future__ import annotations

from typing import Final

import pypdfium2
from pypdfium2 import PdfiumError

MOST_PAGES: Final = 2000
MOST_TEXT: Final = 2_000_000


def pdf_text(data: bytes) -> str:
    """The text of the pages in their order, at most MOST_TEXT letters. ValueError."""
    try:
        document = pypdfium2.PdfDocument(data)
    except PdfiumError as error:
        raise ValueError("no readable PDF file") from error
    words: list[str] = []
    letters = 0
    try:
        for number in range(min(len(document), MOST_PAGES)):
            told = _page(document, number)
            words.append(told)
            letters += len(told)
            if letters > MOST_TEXT:
                break
    finally:
        document.close()
    return "\n".join(words)[:MOST_TEXT]


def _page(document: pypdfium2.PdfDocument, number: int) -> str:
    """One page; a broken one is left out."""
    try:
        page = document[number]
    except PdfiumError:
        return ""
    try:
        text = page.get_textpage()
        try:
            told: str = text.get_text_bounded()
            return told
        finally:
            text.close()
    except PdfiumError:
        return ""
    finally:
        page.close()
