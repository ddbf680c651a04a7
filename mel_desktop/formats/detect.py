"""Which format a file of people has, by how it begins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final

from mel_desktop.formats.annuaire import AnnuaireFile, is_annuaire
from mel_desktop.formats.contact_files import (
    LDIF_FORMAT,
    VCARD_FORMAT,
    ContactFile,
    kind_of,
    open_contacts,
)
from mel_desktop.formats.ent_csv import ENT_FORMAT, EntExport, is_ent
from mel_desktop.formats.onde import ONDE_FORMAT, OndeExport, is_onde
from mel_desktop.formats.people_csv import PeopleFile
from mel_desktop.formats.table import LONG_CELL, MAX_CELL, records
from mel_desktop.formats.table_files import open_one
from mel_desktop.formats.zimbra import ZIMBRA_FORMAT, ZimbraTable, is_zimbra

AUTO: Final = "auto"
FORMATS: Final = (
    AUTO, AnnuaireFile.format_name, PeopleFile.format_name, VCARD_FORMAT, LDIF_FORMAT, ONDE_FORMAT,
    ENT_FORMAT, ZIMBRA_FORMAT,
)  # fmt: skip
Table = AnnuaireFile | PeopleFile | ContactFile | OndeExport | EntExport | ZimbraTable


def open_table(chunks: Iterable[bytes], format_name: str = AUTO, name: str = "") -> Table:
    """Read the heading line and return the reader of the rest; ``name``: the file's.

    BAD_FILE, TOO_LARGE.
    """
    pieces = iter(chunks)
    start = next(pieces, b"")
    kind = kind_of(start) if format_name == AUTO else format_name
    chunks = chain((start,), pieces)
    if kind in (VCARD_FORMAT, LDIF_FORMAT):
        return open_contacts(chunks, kind)
    most_cell = LONG_CELL if b"dlist" in start[:16_384] else MAX_CELL  # Zimbra's groups
    table = open_one(name, records(chunks, most_cell=most_cell))
    chosen = format_name if format_name != AUTO else _format_of(table.heading)
    if chosen == AnnuaireFile.format_name:
        return AnnuaireFile(table.heading, table.rows)
    if chosen == ONDE_FORMAT:
        return OndeExport([table])
    if chosen == ENT_FORMAT:
        return EntExport([table])
    if chosen == ZIMBRA_FORMAT:
        return ZimbraTable(table)
    return PeopleFile(table.heading, table.rows)


def _format_of(heading: Sequence[str]) -> str:
    """Which table it is, by its heading line."""
    if is_annuaire(heading):
        return AnnuaireFile.format_name
    if is_onde(heading):
        return ONDE_FORMAT
    if is_zimbra(heading):
        return ZIMBRA_FORMAT
    return ENT_FORMAT if is_ent(heading) else PeopleFile.format_name
