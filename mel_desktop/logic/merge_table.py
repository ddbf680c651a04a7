"""Lines of a table as people to write to: which column is the address, which field is each.

Every column is a field under the name that it is given here; its heading, or what headings of
schools mean ("Mel", "Nom d'usage"). A column of addresses makes one person of each line; two such
columns ("Courriel responsable 1", "... 2") make two, of one family.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from mel_desktop.formats.headings import bad_file, plain
from mel_desktop.formats.people_csv import address_in
from mel_desktop.formats.people_fields import Field, meaning
from mel_desktop.formats.table import Record
from mel_desktop.logic import templates
from mel_desktop.logic.merging import split_name
from mel_desktop.model.merging import MergeSource, Person, Table
from mel_desktop.model.people import SkippedLine

ADDRESS: Final = "@"  # in the place of a field: this column holds addresses
UNUSED: Final = ""
MOST_PEOPLE: Final = 2000
MOST_FIELDS: Final = 60
_FIELDS: Final = {
    Field.SURNAME: "nom", Field.USAGE: "nom", Field.GIVEN: "prénom", Field.FULL: "nom complet",
    Field.CIVILITY: "civilité", Field.ROLE: "fonction", Field.SUBJECT: "matière",
    Field.CLASSES: "classe", Field.GROUPS: "groupe", Field.SCHOOL: "établissement",
    Field.TOWN: "ville",
}  # fmt: skip
_PUPIL: Final = "élève"
_PUPIL_GIVEN: Final = "prénom élève"
_PUPIL_SURNAME: Final = "nom élève"


def read(records: Iterable[Record | SkippedLine]) -> Table:
    """A heading line, then people. BAD_FILE where there is none."""
    columns: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = []
    skipped = 0
    for one in records:
        if isinstance(one, SkippedLine):
            skipped += 1
        elif not columns:
            columns = one.cells[:MOST_FIELDS]
        elif len(rows) >= MOST_PEOPLE:
            raise bad_file("too-many-people", limit=MOST_PEOPLE)
        else:
            rows.append(one.cells)
    if not columns or any("@" in cell for cell in columns):
        raise bad_file("no heading line")
    return Table(columns, tuple(rows), skipped)


def suggested(table: Table, wanted: Sequence[str] = ()) -> tuple[str, ...]:
    """For each column the field it is, ADDRESS or UNUSED; ``wanted``: the fields of the letter."""
    asked = {templates.key(name): name for name in wanted}
    chosen: list[str] = []
    for place, column in enumerate(table.columns):
        name = asked.get(templates.key(column), "")
        if not name:
            name = _meant(column)
        if name == UNUSED and column.strip():
            name = column.strip()
        if name != ADDRESS and _holds_addresses(table, place):
            name = ADDRESS
        taken = {templates.key(one) for one in chosen if one not in (ADDRESS, UNUSED)}
        if name not in (ADDRESS, UNUSED) and templates.key(name) in taken:
            name = column.strip() if templates.key(column) not in taken else UNUSED
        chosen.append(name)
    return tuple(chosen)


def fields_known() -> tuple[str, ...]:
    """Fields that headings of schools mean."""
    return tuple(dict.fromkeys((*_FIELDS.values(), _PUPIL, _PUPIL_GIVEN, _PUPIL_SURNAME)))


def people(table: Table, mapping: Sequence[str]) -> MergeSource:
    """The people of a table. BAD_FILE(no-address-column) where no column holds addresses."""
    if ADDRESS not in mapping:
        raise bad_file("no-address-column")
    found: list[Person] = []
    for number, row in enumerate(table.rows):
        found += _of_row(row, mapping, number)
    return MergeSource(tuple(found), table.columns, table.skipped)


def _of_row(row: Sequence[str], mapping: Sequence[str], number: int) -> list[Person]:
    fields: dict[str, str] = {}
    addresses: list[str] = []
    for name, cell in zip(mapping, row, strict=False):
        if name == ADDRESS:
            addresses.append(address_in(cell) or cell.strip())
        elif name != UNUSED and cell.strip():
            fields[name] = cell.strip()
    by_key = {templates.key(name): value for name, value in fields.items()}
    _complete(fields, by_key)
    pupil = by_key.get("eleve", "")
    name = by_key.get("nom complet", "") or " ".join(
        part for part in (by_key.get("prenom", ""), by_key.get("nom", "")) if part
    )
    family = plain(f"{pupil} {by_key.get('classe', '')}") if pupil else f"#{number}"
    given = [one for one in addresses if one] or [""]
    return [Person(name or pupil or one, one, fields, family) for one in given]


def _complete(fields: dict[str, str], by_key: dict[str, str]) -> None:
    """Fields that follow from others: the pupil's name from its parts, parts of a full name."""

    def put(name: str, value: str) -> None:
        if value and not by_key.get(templates.key(name)):
            fields[name] = by_key[templates.key(name)] = value

    parts = (by_key.get(templates.key(_PUPIL_GIVEN)), by_key.get(templates.key(_PUPIL_SURNAME)))
    put(_PUPIL, " ".join(part for part in parts if part))
    if full := by_key.get("nom complet", ""):
        civility, given, surname = split_name(full)
        for name, value in (("civilité", civility), ("prénom", given), ("nom", surname)):
            put(name, value)


def _meant(column: str) -> str:
    field, whose = meaning(column)
    if field is Field.EMAIL:
        return ADDRESS
    if whose == _PUPIL:
        return {
            Field.FULL: _PUPIL,
            Field.GIVEN: _PUPIL_GIVEN,
            Field.SURNAME: _PUPIL_SURNAME,
            Field.USAGE: _PUPIL_SURNAME,
        }.get(field, UNUSED) if field else UNUSED  # fmt: skip
    return _FIELDS.get(field, UNUSED) if field else UNUSED


def _holds_addresses(table: Table, place: int) -> bool:
    """Whether most of what stands in a column is an address, whatever its heading."""
    cells = [row[place] for row in table.rows[:50] if place < len(row) and row[place].strip()]
    return bool(cells) and sum(bool(address_in(cell)) for cell in cells) * 2 > len(cells)
