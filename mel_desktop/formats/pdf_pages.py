"""Pages of PDF files drawn by PDFium (ISO 32000). Only ever called in a process of its own.

PDFium is built without JavaScript and XFA; forms are not even set up, nothing is fetched.
Raises ValueError for what PDFium cannot open, encrypted files included.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pypdfium2
from pypdfium2 import PdfiumError

from mel_desktop.model.values import dataclass

MOST_PIXELS: Final = 6_000_000  # of a page drawn: 24 MB
MOST_TEXT: Final = 200_000  # letters of a page
MOST_PAGES: Final = 2000  # that are searched
MOST_MARKS: Final = 500

Mark = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page as pixels: BGRX, ``width`` x ``height``; its text, and where words were found."""

    pages: int
    width: int
    height: int
    pixels: bytes
    text: str
    marks: tuple[Mark, ...]


@contextmanager
def _opened(data: bytes) -> Iterator[pypdfium2.PdfDocument]:
    try:
        document = pypdfium2.PdfDocument(data)
    except PdfiumError as error:
        raise ValueError("no readable PDF file") from error
    try:
        yield document
    except PdfiumError as error:
        raise ValueError("a broken page") from error
    finally:
        document.close()


def draw(data: bytes, number: int, width: int, words: str = "") -> Drawn:
    """Page ``number`` (from 0, the nearest there is), ``width`` pixels wide. ValueError."""
    with _opened(data) as document:
        pages = len(document)
        if not pages:
            raise ValueError("no page")
        page = document[max(0, min(number, pages - 1))]
        try:
            across, down = page.get_size()
            if not (across > 0 and down > 0):
                raise ValueError("a page without area")
            scale = max(16, width) / across
            scale = min(scale, (MOST_PIXELS / (across * down)) ** 0.5)
            bitmap = page.render(scale=scale, may_draw_forms=False, prefer_bgrx=True)
            try:
                pixels, size = _packed(bitmap), (bitmap.width, bitmap.height)
            finally:
                bitmap.close()
            text = page.get_textpage()
            try:
                told = text.get_text_bounded()[:MOST_TEXT]
                marks = tuple(_marks(text, words, across, down)) if words.strip() else ()
            finally:
                text.close()
            return Drawn(pages, *size, pixels, told, marks)
        finally:
            page.close()


def find(data: bytes, words: str) -> tuple[int, ...]:
    """Numbers (from 0) of the pages that hold these words, of the first MOST_PAGES. ValueError."""
    found: list[int] = []
    with _opened(data) as document:
        for number in range(min(len(document), MOST_PAGES)):
            try:
                page = document[number]
            except PdfiumError:  # one broken page hides no other
                continue
            text = page.get_textpage()
            search = text.search(words)
            if search.get_next() is not None:
                found.append(number)
            search.close()
            text.close()
            page.close()
    return tuple(found)


def _marks(text: pypdfium2.PdfTextPage, words: str, across: float, down: float) -> Iterator[Mark]:
    search = text.search(words)
    told = 0
    try:
        while told < MOST_MARKS and (hit := search.get_next()) is not None:
            for place in range(text.count_rects(*hit)):
                left, bottom, right, top = text.get_rect(place)
                told += 1
                yield (
                    left / across,
                    1 - top / down,
                    (right - left) / across,
                    (top - bottom) / down,
                )
    finally:
        search.close()


def _packed(bitmap: pypdfium2.PdfBitmap) -> bytes:
    """Rows without what lies between them."""
    row = bitmap.width * 4
    octets = bytes(bitmap.buffer)
    if bitmap.n_channels != 4:
        raise ValueError("another form of pixels")
    if bitmap.stride == row:
        return octets[: row * bitmap.height]
    return b"".join(
        octets[start : start + row]
        for start in range(0, bitmap.stride * bitmap.height, bitmap.stride)
    )
