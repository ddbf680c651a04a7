"""Several delimited files that are one source: opened together, headings read, rows to come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from mel_desktop.formats.headings import bad_file
from mel_desktop.formats.table import Record, records
from mel_desktop.model.people import SkippedLine
from mel_desktop.model.values import dataclass

MOST_FILES: Final = 50
Source = tuple[str, Callable[[], Iterable[bytes]]]  # a file's name, and what opens its octets


@dataclass(frozen=True, slots=True)
class Opened:
    """A table whose heading line was read."""

    name: str
    heading: tuple[str, ...]
    rows: Iterator[Record | SkippedLine]


def open_one(name: str, rows: Iterator[Record | SkippedLine]) -> Opened:
    """Read the heading line. BAD_FILE with its line."""
    first = next(rows, None)
    if first is None:
        raise bad_file("empty file")
    if not isinstance(first, Record):
        raise bad_file("heading line cannot be read", line=first.line)
    return Opened(name, first.cells, rows)


def open_all(sources: Sequence[Source]) -> list[Opened]:
    """All of them: nothing is read further before each heading line is understood. BAD_FILE."""
    if len(sources) > MOST_FILES:
        raise bad_file("too many files", limit=MOST_FILES)
    return [open_one(name, records(chunks())) for name, chunks in sources]
