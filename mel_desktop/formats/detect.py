"""Which format a delimited file has, by its heading line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from mel_desktop.formats.annuaire import AnnuaireFile, is_annuaire
from mel_desktop.formats.headings import bad_file
from mel_desktop.formats.people_csv import PeopleFile
from mel_desktop.formats.table import Record, records

AUTO: Final = "auto"
FORMATS: Final = (AUTO, AnnuaireFile.format_name, PeopleFile.format_name)


def open_table(chunks: Iterable[bytes], format_name: str = AUTO) -> AnnuaireFile | PeopleFile:
    """Read the heading line and return the reader of the rest. BAD_FILE, TOO_LARGE."""
    rows = records(chunks)
    first = next(rows, None)
    if first is None:
        raise bad_file("empty file")
    if not isinstance(first, Record):
        raise bad_file("heading line cannot be read", line=first.line)
    if format_name == AnnuaireFile.format_name or (
        format_name == AUTO and is_annuaire(first.cells)
    ):
        return AnnuaireFile(first.cells, rows)
    return PeopleFile(first.cells, rows)
