"""ONDE (1st degree) extractions: pupils, guardians and teachers, one source together.

``CSVExtraction-eleves.csv``, ``-responsables.csv``, ``-enseignants.csv``: ``;``, quotes,
ISO-8859-1, CRLF. A guardian's line has a block of four columns a child (nom d'usage, nom de
famille, prénom, classes). ONDE numbers nobody, so a child is looked up among the pupils of the same
import by name and class; where that does not tell one pupil, no tie is made and the line is told.
Two pupils of one name in one class stay two, and get no tie.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from mel_desktop.formats.headings import bad_file, heading
from mel_desktop.formats.people_csv import Families, PeopleFile
from mel_desktop.formats.table import Record
from mel_desktop.formats.table_export import Placed, TableExport
from mel_desktop.formats.table_files import Opened, Source, open_all
from mel_desktop.model.people import (
    DirectoryEntry,
    Item,
    Membership,
    Profile,
    SkippedLine,
)

ONDE_FORMAT: Final = "onde"
_KINDS: Final = (
    (Profile.PUPIL, "eleves", {"nomeleve", "prenomeleve", "niveau"}),
    (Profile.GUARDIAN, "responsables", {"nomresponsable", "prenomresponsable"}),
    (Profile.TEACHER, "enseignants", {"nom", "prenom", "directeur"}),
)
_YES: Final = frozenset({"oui", "o", "x", "vrai", "true", "1", "directeur", "directrice"})


def kind_of(headings: Sequence[str]) -> tuple[Profile, str]:
    """Whose extraction it is, and what ONDE calls it; (OTHER, "") for another table."""
    words = {heading(text) for text in headings}
    for profile, name, needed in _KINDS:
        if needed <= words:
            return profile, name
    return Profile.OTHER, ""


def is_onde(headings: Sequence[str]) -> bool:
    """Whether a heading line is one of ONDE's."""
    return kind_of(headings)[0] is not Profile.OTHER


def open_onde(sources: Sequence[Source]) -> OndeExport:
    """The extractions of one school. BAD_FILE | TOO_LARGE."""
    return OndeExport(open_all(sources))


class OndeExport(TableExport):
    """The three extractions of ONDE."""

    format_name: Final = ONDE_FORMAT

    def __init__(self, tables: Iterable[Opened]) -> None:
        super().__init__(_placed(tables))

    def _items(self, name: str, file: PeopleFile) -> Iterator[Item]:
        return _namesakes_apart(file) if name == "eleves" else iter(file)


def _placed(tables: Iterable[Opened]) -> Iterator[Placed]:
    families = Families()
    groups: set[str] = set()
    for table in tables:
        profile, name = kind_of(table.heading)
        if not name:
            raise bad_file("not an extraction of ONDE", line=1, columns=len(table.heading))
        order = [one[0] for one in _KINDS].index(profile)
        rows = _directors(table) if profile is Profile.TEACHER else table.rows
        heads = (*table.heading, "fonction") if profile is Profile.TEACHER else table.heading
        file = PeopleFile(heads, rows, profile=profile, families=families)
        file.share_groups(groups)
        yield order, name, file


def _directors(table: Opened) -> Iterator[Record | SkippedLine]:
    """ "Directeur" is said by yes or no: as a function, at the end of the line."""
    place = next(i for i, text in enumerate(table.heading) if heading(text) == "directeur")
    width = len(table.heading)
    for row in table.rows:
        if isinstance(row, SkippedLine):
            yield row
            continue
        cells = (*row.cells[:width], *("" for _ in range(width - len(row.cells))))
        is_head = heading(cells[place]) in _YES
        yield replace(row, cells=(*cells, "directeur" if is_head else "enseignant"))


def _namesakes_apart(file: PeopleFile) -> Iterator[Item]:
    """A second pupil of one key is somebody else, not the same again: ONDE has a line a pupil."""
    seen: dict[str, int] = {}
    key, number = "", 1
    for item in file:
        if isinstance(item, DirectoryEntry) and item.profile is Profile.PUPIL:
            key = item.key
            number = seen[key] = seen.get(key, 0) + 1
            if number > 1:
                file.families.namesakes.add(key)
                yield replace(item, key=f"{key}#{number}")
                continue
        elif number > 1 and isinstance(item, Membership) and item.member == key:
            yield replace(item, member=f"{key}#{number}")
            continue
        yield item
