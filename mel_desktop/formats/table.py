"""Delimited text as schools export it: octets in, records out, whatever the octets are.

Rule 1: one bad line never spoils the lines after it. A quote that is never closed costs its own
line, not the rest of the file (RFC 4180 says nothing about broken files; the csv module eats all).
Rule 2: memory is bounded by one record, whatever the size of the file.
Rule 3: a reason never quotes the file.

Encodings: UTF-16 by its byte order mark (Excel's "Unicode text"); else each line on its own is
UTF-8 if it can be, Windows-1252 (a superset of Latin-1 as exports use it) if not, so that a file
patched together from two programs is still read. UTF-16 without a mark is known by its NUL octets.
Who knows better may say which encoding and delimiter it is.

A cell that begins with ``=``, ``+``, ``-``, ``@`` is text here; who writes a table for a
spreadsheet must pass each cell through ``guarded``.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final

from mel_desktop.formats.headings import bad_file
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.patterns import late
from mel_desktop.model.people import SkippedLine
from mel_desktop.model.values import dataclass

MAX_LINES: Final = 200_000
MAX_LINE_BYTES: Final = 128 * 1024
MAX_RECORD_LINES: Final = 20
MAX_RECORD_CHARACTERS: Final = 128 * 1024 - 1024  # below csv.field_size_limit
MAX_CELLS: Final = 500
MAX_CELL: Final = 1_000
LONG_CELL: Final = 100_000  # where a cell is a list: the members of a group
DELIMITERS: Final = (";", "\t", ",", "|")
UTF16_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
ENCODINGS: Final = ("utf-8", "cp1252", "utf-16", "cp850", "mac-roman")  # that may be said
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would compute
NOT_TEXT: Final = (
    (b"PK\x03\x04", "spreadsheet or archive: save it as CSV first"),
    (b"\xd0\xcf\x11\xe0", "old spreadsheet: save it as CSV first"),
    (b"%PDF", "PDF, not CSV"),
)
_BLANKS: Final = late(r"[\s\x00-\x1f\x7f\u200b\ufeff]+")


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one record, and the line on which it starts (the heading is line 1)."""

    line: int
    cells: tuple[str, ...]


def records(
    chunks: Iterable[bytes],
    *,
    delimiter: str = "",
    encoding: str = "",
    most_cell: int = MAX_CELL,
) -> Iterator[Record | SkippedLine]:
    """Records of a delimited text, blank lines left out, cells cleaned and bounded.

    ``delimiter``, ``encoding``: one of DELIMITERS, ENCODINGS; "" finds it out.
    BAD_FILE for what is no text at all, TOO_LARGE beyond MAX_LINES.
    """
    feed = _Feed(_lines(chunks, encoding))
    delimiter = feed.sniff(delimiter)
    reader = _reader(feed, delimiter)
    while True:
        feed.begin()
        problem = ""
        cells: list[str] = []
        try:
            cells = next(reader)
        except StopIteration:
            yield from feed.take_skipped()
            return
        except _NeverClosedError:
            problem = "a quote is never closed"
        except csv.Error:
            problem = "not delimited text"
        yield from feed.take_skipped()
        if problem:
            yield SkippedLine(feed.retreat(), problem)
            reader = _reader(feed, delimiter)
        elif len(cells) > MAX_CELLS:
            yield SkippedLine(feed.first, f"more than {MAX_CELLS} cells")
        elif _are_tidy(cells, most_cell):
            if any(cells):
                yield Record(feed.first, tuple(cells))
        elif any(clean := tuple(tidy(one, most_cell) for one in cells)):
            yield Record(feed.first, clean)


def _are_tidy(cells: list[str], most: int) -> bool:
    """Whether ``tidy`` would change none of them: a look at the whole row, 30 times as quick."""
    row = "|".join(cells)
    return (
        row.isprintable()  # no blank but the space
        and "  " not in row
        and " |" not in row
        and "| " not in row
        and row == row.strip()
        and (len(row) <= most or max(map(len, cells)) <= most)
    )


def guarded(cell: str) -> str:
    """A cell as it may be written for a spreadsheet: none becomes a formula (CWE-1236)."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def tidy(cell: str, most: int = MAX_CELL) -> str:
    """Blanks of every kind become one space, no control characters, at most ``most`` letters."""
    return _BLANKS.sub(" ", cell[: 4 * most]).strip()[:most].rstrip()


class _NeverClosedError(Exception):
    """A quoted cell runs on further than any real one."""


class _Feed(Iterator[str]):
    """Lines for the csv module, able to go back to the second line of a record that failed."""

    def __init__(self, lines: Iterator[tuple[int, str | None]]) -> None:
        self._lines = lines
        self._back: deque[tuple[int, str | None]] = deque()
        self._taken: list[tuple[int, str | None]] = []
        self._characters = 0
        self._skipped: list[SkippedLine] = []
        self.first = 0

    def begin(self) -> None:
        """A new record starts."""
        self._taken = []
        self._characters = 0

    def take_skipped(self) -> list[SkippedLine]:
        """Lines left out since the last call."""
        skipped, self._skipped = self._skipped, []
        return skipped

    def retreat(self) -> int:
        """Give back all lines of this record but the first; the number of the first."""
        self._back.extendleft(reversed(self._taken[1:]))
        return self.first

    def sniff(self, known: str = "") -> str:
        """The delimiter that the first line holds most of; ``sep=;`` (Excel) is obeyed."""
        for number, text in self._lines:
            if text is None:  # told by whoever asks for the first record
                self._back.append((number, text))
                break
            if not text.strip():
                continue
            told = re.fullmatch(r"\s*sep=(.)\s*", text, re.IGNORECASE)
            if told and told[1] in DELIMITERS:
                return known or told[1]
            self._back.append((number, text))
            if known:
                return known
            outside = re.sub(r'"[^"]*"', "", text)
            return max(DELIMITERS, key=outside.count)
        return known or DELIMITERS[0]

    def __next__(self) -> str:
        started = bool(self._taken)
        if started and (
            len(self._taken) >= MAX_RECORD_LINES or self._characters > MAX_RECORD_CHARACTERS
        ):
            raise _NeverClosedError
        while True:
            item = self._back.popleft() if self._back else next(self._lines, None)
            if item is None:
                if started:
                    raise _NeverClosedError
                raise StopIteration
            number, text = item
            if text is not None and "\0" not in text:
                break
            if started:
                self._back.appendleft(item)
                raise _NeverClosedError
            reason = "line too long" if text is None else "NUL octets in the line"
            self._skipped.append(SkippedLine(number, reason))
        if not started:
            self.first = number
        self._taken.append(item)
        self._characters += len(text)
        return text + "\n"


def _reader(feed: _Feed, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(feed, delimiter=delimiter, skipinitialspace=True)


def _lines(chunks: Iterable[bytes], encoding: str) -> Iterator[tuple[int, str | None]]:
    """(number, text) of each line; None where it is longer than any real one."""
    known = encoding if encoding in {"cp1252", "cp850", "mac-roman"} else ""
    for number, raw in enumerate(raw_lines(as_utf8(chunks, encoding)), 1):
        if number > MAX_LINES:
            raise LocalRefusal(ErrorCode.TOO_LARGE, why=f"more than {MAX_LINES} lines")
        yield number, None if raw is None else _decoded(raw, known)


def _decoded(raw: bytes, known: str) -> str:
    if known:
        return raw.decode(known, "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def as_utf8(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The octets without their byte order marks, UTF-16 turned into UTF-8."""
    source = iter(chunks)
    head = b""
    for chunk in source:
        head += chunk
        if len(head) >= 16:
            break
    for magic, why in NOT_TEXT:
        if head.startswith(magic):
            raise bad_file(why)
    if wide := _wide(head, encoding):
        decoder = codecs.getincrementaldecoder(wide)("replace")
        yield decoder.decode(head).encode("utf-8", "replace")
        for chunk in source:
            yield decoder.decode(chunk).encode("utf-8", "replace")
        yield decoder.decode(b"", final=True).encode("utf-8", "replace")
        return
    while head.startswith(codecs.BOM_UTF8):  # some exports carry two
        head = head[len(codecs.BOM_UTF8) :]
    yield head
    yield from source


def _wide(head: bytes, encoding: str) -> str:
    """Which UTF-16 it is, or "". Latin letters have a NUL beside them."""
    if head.startswith(UTF16_MARKS):
        return "utf-16"
    start = head[:64]
    half = len(start) // 2
    if half >= 8 and start[1::2].count(0) * 10 >= half * 9 and not start[::2].count(0):
        return "utf-16-le"
    if half >= 8 and start[::2].count(0) * 10 >= half * 9 and not start[1::2].count(0):
        return "utf-16-be"
    return "utf-16-le" if encoding == "utf-16" else ""


def raw_lines(chunks: Iterable[bytes], most: int = MAX_LINE_BYTES) -> Iterator[bytes | None]:
    """Lines ended by LF, CRLF or CR, in bounded memory; None for one of more than ``most``."""
    rest = b""
    too_long = False
    for chunk in chunks:
        data = rest + chunk if rest else chunk
        pieces = data.splitlines(keepends=True)
        rest = b""
        # The last piece may go on in the next chunk; one ended by CR may still get its LF.
        if pieces and not pieces[-1].endswith(b"\n"):
            rest = pieces.pop()
        for piece in pieces:
            yield None if too_long or len(piece) > most else piece.rstrip(b"\r\n")
            too_long = False
        if len(rest) > most:
            rest, too_long = rest[-1:], True
    for piece in rest.splitlines():
        yield None if too_long else piece
        too_long = False
