"""Which format a file of people has, by how it begins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final

from mel_desktop.formats.annuaire import AnnuaireFile, is_annuaire
from mel_desktop.formats.contact_files import (
    LDIF_FORMAT,
    VCARD_FORMAT,
    kind_of,
    open_contacts,
)
from mel_desktop.formats.headings import bad_file
from mel_desktop.formats.people_csv import PeopleFile
from mel_desktop.formats.table import Record, records
from mel_desktop.formats.thunderbird_book import BookFile

AUTO: Final = "auto"
FORMATS: Final = (
    AUTO, AnnuaireFile.format_name, PeopleFile.format_name, VCARD_FORMAT, LDIF_FORMAT,
)  # fmt: skip


def open_table(
    chunks: Iterable[bytes], format_name: str = AUTO
) -> AnnuaireFile | PeopleFile | BookFile:
    """Read the heading line and return the reader of the rest. BAD_FILE, TOO_LARGE."""
    pieces = iter(chunks)
    start = next(pieces, b"")
    kind = kind_of(start) if format_name == AUTO else format_name
    chunks = chain((start,), pieces)
    if kind in (VCARD_FORMAT, LDIF_FORMAT):
        return open_contacts(chunks, kind)
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


def open_annuaire(chunks: Iterable[bytes], *, only: Sequence[str] = ()) -> AnnuaireFile:
    """An annuaire and nothing else, of these départements or académies only. BAD_FILE."""
    rows = records(chunks)
    first = next(rows, None)
    if not isinstance(first, Record):
        raise bad_file("empty file" if first is None else "heading line cannot be read", line=1)
    return AnnuaireFile(first.cells, rows, only=only)
