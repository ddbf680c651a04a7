"""Text of office documents: OOXML (ECMA-376: docx, xlsx, pptx) and OpenDocument (ISO/IEC 26300).

Both are ZIP archives of XML, read as a stream of character data, without a tree. python-docx,
openpyxl, python-pptx and odfpy would be four libraries that build whole documents in memory.

Rule 1: a document type declaration is refused, so that no entity is ever expanded.
Rule 2: what is inflated and what is told is bounded, whatever the archive says.
Raises ValueError for what is no such document.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Final
from xml.parsers import expat

MOST_XML: Final = 64 * 1024 * 1024  # octets inflated of one document
MOST_TEXT: Final = 2_000_000  # letters told
MOST_MEMBERS: Final = 10_000
STEP: Final = 64 * 1024

# Elements whose character data is text; None: all of it.
_WORD: Final = frozenset({"w:t", "w:delText", "m:t"})
_DRAWN: Final = frozenset({"a:t"})
_CELLS: Final = frozenset({"t", "v"})
# After these words do not run on.
_ENDS: Final = frozenset({
    "w:p", "w:tc", "w:tab", "w:br", "a:p", "a:br", "si", "c", "row", "is",
    "text:p", "text:h", "text:tab", "text:s", "text:line-break", "table:table-cell",
    "text:list-item",
})  # fmt: skip
# Which members of each kind, in the order in which they are told.
_MEMBERS: Final = (
    (re.compile(r"word/document\d*\.xml"), _WORD),
    (re.compile(r"word/(?:header|footer|footnotes|endnotes|comments)\d*\.xml"), _WORD),
    (re.compile(r"xl/sharedStrings\.xml"), _CELLS),
    (re.compile(r"xl/worksheets/sheet\d+\.xml"), _CELLS),
    (re.compile(r"(?:ppt/(?:slides|notesSlides)|xl/drawings)/\w+\d+\.xml"), _DRAWN),
    (re.compile(r"(?:Object \d+/)?content\.xml"), None),
)


class _Enough(Exception):
    """As much was read as may be."""


def office_text(data: bytes) -> str:
    """The text of a document, at most MOST_TEXT letters. ValueError."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _text(archive)
    except (
        zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError,
        KeyError, expat.ExpatError, UnicodeError, IndexError, OverflowError,
    ) as error:  # fmt: skip
        raise ValueError("no readable office document") from error


def _text(archive: zipfile.ZipFile) -> str:
    wanted = list(_wanted(archive))
    if not wanted:
        raise ValueError("an archive, but no office document")
    reader = _Reader()
    for member, tags in wanted:
        with archive.open(member) as stream:
            try:
                reader.read(stream, tags)
            except _Enough:
                break
    return reader.text


def _wanted(archive: zipfile.ZipFile) -> Iterator[tuple[zipfile.ZipInfo, frozenset[str] | None]]:
    members = archive.infolist()[:MOST_MEMBERS]
    for pattern, tags in _MEMBERS:
        found = [one for one in members if pattern.fullmatch(one.filename)]
        for one in sorted(found, key=lambda one: (len(one.filename), one.filename)):
            yield one, tags


class _Reader:
    """Takes the text out of one member after another."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._letters = 0
        self._octets = 0
        self._tags: frozenset[str] | None = None
        self._depth = 0  # of elements whose text is wanted
        self._is_index = False  # the cell holds the number of a shared text

    @property
    def text(self) -> str:
        """What was read so far."""
        return "".join(self._words)[:MOST_TEXT]

    def read(self, stream: IO[bytes], tags: frozenset[str] | None) -> None:
        """One XML member. Raises _Enough, ValueError, ExpatError."""
        self._tags, self._depth = tags, 0
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._on_doctype
        parser.StartElementHandler = self._on_start
        parser.EndElementHandler = self._on_end
        parser.CharacterDataHandler = self._on_text
        while octets := stream.read(STEP):
            self._octets += len(octets)
            if self._octets > MOST_XML:
                raise _Enough
            parser.Parse(octets, False)
        parser.Parse(b"", True)
        self._words.append("\n")

    def _on_doctype(self, *_: object) -> None:
        raise ValueError("a document type declaration")

    def _on_start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._is_index = attributes.get("t") == "s"
        if self._is_wanted(name):
            self._depth += 1

    def _on_end(self, name: str) -> None:
        if self._is_wanted(name):
            self._depth -= 1
        if name in _ENDS and self._words and not self._words[-1].endswith("\n"):
            self._words.append("\n")

    def _on_text(self, text: str) -> None:
        if self._tags is not None and not self._depth:
            return
        self._words.append(text)
        self._letters += len(text)
        if self._letters > MOST_TEXT:
            raise _Enough

    def _is_wanted(self, name: str) -> bool:
        if self._tags is None:
            return False
        return name in self._tags and not (name == "v" and self._is_index)
