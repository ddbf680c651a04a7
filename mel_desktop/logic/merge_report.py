"""The report of a merge as a table that a spreadsheet opens.

A cell that a spreadsheet would compute (it begins with = + - @ or a tabulator) is made text by an
apostrophe: names and server replies are words of strangers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from mel_desktop.formats.table import guarded


def to_csv(rows: Iterable[Iterable[str]]) -> bytes:
    """UTF-8 with its mark and semicolons, as French spreadsheets read it without asking."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in rows:
        writer.writerow([_as_text(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig", "replace")


def _as_text(cell: str) -> str:
    one_line = " ".join(cell.split(" ")).replace("\r\n", " ").replace("\n", " ").replace("\r", " ")
    return guarded(one_line)
