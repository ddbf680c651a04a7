"""Open data "Annuaire de l'éducation" (fr-en-annuaire-education, data.education.gouv.fr).

CSV, UTF-8 with BOM, ``;``, a heading line. Columns are renamed and moved from year to year (69 in
2023, 71 in 2026): they are found by name, with aliases (the portal's labels included), never by
position. Licence Ouverte (Etalab): the source and the date of the last update must be shown.

Administrative services (rectorat, DSDEN, circonscriptions of inspectors) and the information and
guidance centres (CIO) are entries of kind service; everything with pupils is a school, medical
and agricultural establishments included.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from mel_desktop.formats.headings import bad_file, heading, plain
from mel_desktop.formats.table import Record
from mel_desktop.model.people import DirectoryEntry, EntryKind, SkippedLine

ALIASES: Final[dict[str, str]] = {
    # official name of the column: its other names, normalised
    "Identifiant_de_l_etablissement": "identifiantdeletablissement codeuai numerouai uai",
    "Nom_etablissement": "nometablissement nomdeletablissement appellationofficielle",
    "Type_etablissement": "typeetablissement typedetablissement",
    "Nom_commune": "nomcommune nomdelacommune libellecommune commune",
    "Mail": "mail email courriel adressemail adressemel",
    "Telephone": "telephone numerodetelephone",
    "libelle_nature": "libellenature libelledenature nature",
    "code_nature": "codenature codedenature",
    "etat": "etat etatdeletablissement",
    "date_maj_ligne": "datemajligne datedemiseajourdelaligne datemiseajourligne",
}
REQUIRED: Final = (
    "Identifiant_de_l_etablissement", "Nom_etablissement", "Type_etablissement", "Nom_commune",
    "Mail",
)  # fmt: skip
# Columns that no list of people has: how an annuaire is told from one, even a crippled one.
TELLING: Final = frozenset({
    "identifiantdeletablissement", "nometablissement", "typeetablissement", "typedetablissement",
    "nomdeletablissement", "libellenature", "codenature", "datemajligne", "codeacademie",
    "statutpublicprive", "libelleacademie", "codecommune",
})  # fmt: skip
SERVICE_TYPES: Final = frozenset({"service administratif", "information et orientation"})
_UAI: Final = re.compile(r"\d{7}[A-Z]")
_ADDRESS: Final = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]+")
_DATE: Final = re.compile(r"(\d{4}-\d{2}-\d{2})|(\d{2})/(\d{2})/(\d{4})")


def is_annuaire(headings: Sequence[str]) -> bool:
    """Whether the heading line is one of an annuaire, complete or not."""
    found = {heading(text) for text in headings}
    return len(found & TELLING) >= 3 and not any(word.startswith("prenom") for word in found)


class AnnuaireFile:
    """An annuaire whose heading line was understood. Iterate once."""

    format_name: Final = "annuaire"

    def __init__(self, headings: Sequence[str], rows: Iterable[Record | SkippedLine]) -> None:
        """BAD_FILE that names the columns missing."""
        names = {heading(text): index for index, text in reversed(list(enumerate(headings)))}
        self._places = {
            official: names[alias]
            for official, aliases in ALIASES.items()
            for alias in reversed(aliases.split())
            if alias in names
        }
        self._rows = rows
        self._newest = ""
        self._uais: set[str] = set()
        if missing := [name for name in REQUIRED if name not in self._places]:
            raise bad_file(
                "columns missing",
                line=1,
                missing=", ".join(missing),
                found=", ".join(name for name in ALIASES if name in self._places) or "none",
                columns=len(headings),
            )

    @property
    def attribution(self) -> str:
        """What the Licence Ouverte asks to be shown; complete once all rows were read."""
        source = "Source : Annuaire de l'éducation, ministère de l'Éducation nationale, "
        if not self._newest:
            return source + "date de mise à jour inconnue"
        return source + f"mise à jour du {self._newest}"

    def __iter__(self) -> Iterator[DirectoryEntry | SkippedLine]:
        for row in self._rows:
            yield row if isinstance(row, SkippedLine) else self._school(row)

    def _school(self, row: Record) -> DirectoryEntry | SkippedLine:
        uai = self._cell(row, "Identifiant_de_l_etablissement").upper()
        name = self._cell(row, "Nom_etablissement")
        if len(row.cells) <= max(self._places[column] for column in REQUIRED):
            return SkippedLine(row.line, "fewer cells than headings")
        if not _UAI.fullmatch(uai):
            return SkippedLine(row.line, "no valid UAI (7 digits and a letter)")
        if not name:
            return SkippedLine(row.line, "no name")
        if plain(self._cell(row, "etat")) in {"ferme", "fermee"}:
            return SkippedLine(row.line, "closed establishment")
        if date := _DATE.match(self._cell(row, "date_maj_ligne")):
            iso = date[1] or f"{date[4]}-{date[3]}-{date[2]}"
            self._newest = max(self._newest, iso)
        mail_cell = self._cell(row, "Mail")
        mail = _ADDRESS.search(mail_cell) if "@" in mail_cell else None
        role = self._cell(row, "Type_etablissement")
        nature = self._cell(row, "libelle_nature")
        is_service = plain(role) in SERVICE_TYPES or self._cell(row, "code_nature").startswith("8")
        key = uai if uai not in self._uais else f"{uai}#{plain(name)}"  # an annexe shares its UAI
        self._uais.add(uai)
        return DirectoryEntry(
            key=key,
            kind=EntryKind.SERVICE if is_service else EntryKind.SCHOOL,
            name=name,
            email=mail.group() if mail else "",
            role=role or nature.capitalize(),
            uai=uai,
            town=self._cell(row, "Nom_commune"),
            phone=self._cell(row, "Telephone"),
        )

    def _cell(self, row: Record, column: str) -> str:
        place = self._places.get(column, -1)
        return row.cells[place] if 0 <= place < len(row.cells) else ""
