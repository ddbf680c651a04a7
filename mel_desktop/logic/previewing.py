"""Texts and tables of attachments, cut to what a window shows. Pure, and bounded whatever comes."""

from __future__ import annotations

import csv
import re
from contextlib import suppress
from itertools import islice
from typing import Final

MOST_LETTERS: Final = 1_000_000
MOST_LINE: Final = 20_000  # letters of one line: the layout of a longer one takes seconds
MOST_ROWS: Final = 2000
MOST_COLUMNS: Final = 100
MOST_CELL: Final = 500
_DELIMITERS: Final = ";\t,|"
_LOOKED_AT: Final = 20  # lines that tell the delimiter
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def shown_text(text: str) -> tuple[str, int]:
    """What is shown of a text, and how many letters are not. Control characters are marked."""
    cut = text[:MOST_LETTERS]
    lines = cut.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if any(len(one) > MOST_LINE for one in lines):
        lines = [
            one[start : start + MOST_LINE]
            for one in lines
            for start in range(0, max(1, len(one)), MOST_LINE)
        ]
    return _CONTROLS.sub("\ufffd", "\n".join(lines)), max(0, len(text) - MOST_LETTERS)


def table(text: str, *, tabs: bool = False) -> tuple[tuple[tuple[str, ...], ...], int]:
    """Rows of a CSV file, and about how many more it has. The delimiter is guessed."""
    lines = text[:MOST_LETTERS].replace("\0", "\ufffd").splitlines()
    rows: list[tuple[str, ...]] = []
    reader = csv.reader(lines, delimiter="\t" if tabs else delimiter(lines))
    with suppress(csv.Error):  # a field beyond csv's limit: what was read so far is shown
        rows.extend(
            tuple(one[:MOST_CELL] for one in row[:MOST_COLUMNS])
            for row in islice(reader, MOST_ROWS)
        )
    more = len(lines) - reader.line_num
    if len(text) > MOST_LETTERS:
        more += text.count("\n", MOST_LETTERS) + 1
    return tuple(rows), max(0, more)


def delimiter(lines: list[str]) -> str:
    """The sign that parts most lines alike; what French spreadsheets write where none does."""
    some = [one for one in lines[:_LOOKED_AT] if one.strip()]
    best, most = ";", 0
    for sign in _DELIMITERS:
        least = min((one.count(sign) for one in some), default=0)
        if least > most:
            best, most = sign, least
    return best
