"""Open data "Annuaire de l'éducation" (fr-en-annuaire-education, data.education.gouv.fr).

CSV, UTF-8 with BOM, ``;``, a heading line. Columns are renamed and moved from year to year (69 in
2023, 71 in 2026): they are found by name, with aliases (the portal's labels included), never by
position. Licence Ouverte (Etalab): the source and the date of the last update must be shown.

Administrative services (rectorat, DSDEN, circonscriptions of inspectors) and the information and
guidance centres (CIO) are entries of kind service; everything with pupils is a school, medical
and agricultural establishments included.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from mel_desktop.formats.headings import bad_file, heading, plain
from mel_desktop.formats.table import Record, records
from mel_desktop.model.patterns import late
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
    "Web": "web siteweb siteinternet",
    "Code_departement": "codedepartement codedudepartement",
    "Libelle_departement": "libelledepartement departement",
    "Libelle_academie": "libelleacademie academie",
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
_UAI: Final = late(r"\d{7}[A-Z]")
_ADDRESS: Final = late(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]+")
_DATE: Final = late(r"(\d{4}-\d{2}-\d{2})|(\d{2})/(\d{2})/(\d{4})")
_WEB: Final = late(r"https://[a-z0-9][a-z0-9.-]*\.[a-z]{2,}(?:/[!-~]*)?", re.IGNORECASE)
_CLOSED: Final = frozenset({"ferme", "fermee"})
_PLACES: Final = ("Code_departement", "Libelle_departement", "Libelle_academie")
_FIELDS: Final = (
    "Identifiant_de_l_etablissement", "Nom_etablissement", "etat", "date_maj_ligne", "Mail",
    "Type_etablissement", "libelle_nature", "code_nature", "Nom_commune", "Telephone", "Web",
)  # fmt: skip


def is_annuaire(headings: Sequence[str]) -> bool:
    """Whether the heading line is one of an annuaire, complete or not."""
    found = {heading(text) for text in headings}
    return len(found & TELLING) >= 3 and not any(word.startswith("prenom") for word in found)


def open_annuaire(chunks: Iterable[bytes], *, only: Sequence[str] = ()) -> AnnuaireFile:
    """An annuaire and nothing else, of these départements or académies only. BAD_FILE."""
    rows = records(chunks)
    first = next(rows, None)
    if not isinstance(first, Record):
        raise bad_file("empty file" if first is None else "heading line cannot be read", line=1)
    return AnnuaireFile(first.cells, rows, only=only)


class AnnuaireFile:
    """An annuaire whose heading line was understood. Iterate once."""

    format_name: Final = "annuaire"
    is_delta: Final = False

    def __init__(
        self,
        headings: Sequence[str],
        rows: Iterable[Record | SkippedLine],
        *,
        only: Sequence[str] = (),
    ) -> None:
        """BAD_FILE that names the columns missing.

        ``only``: départements by number or name, académies by name; empty: all rows. Rows of
        others are no lines left out: nobody asked for them.
        """
        names = {heading(text): index for index, text in reversed(list(enumerate(headings)))}
        self._places = {
            official: names[alias]
            for official, aliases in ALIASES.items()
            for alias in reversed(aliases.split())
            if alias in names
        }
        self._rows = rows
        self._only = frozenset(_place(one) for one in only)
        self._newest = ""
        self._uais: set[str] = set()
        required = (*REQUIRED, *(_PLACES if self._only else ()))
        if missing := [name for name in required if name not in self._places]:
            raise bad_file(
                "columns missing",
                line=1,
                missing=", ".join(missing),
                found=", ".join(name for name in ALIASES if name in self._places) or "none",
                columns=len(headings),
            )
        self._least = max(self._places[column] for column in REQUIRED)

    @property
    def attribution(self) -> str:
        """What the Licence Ouverte asks to be shown; complete once all rows were read."""
        source = "Source : Annuaire de l'éducation, ministère de l'Éducation nationale, "
        if not self._newest:
            return source + "date de mise à jour inconnue"
        return source + f"mise à jour du {self._newest}"

    def __iter__(self) -> Iterator[DirectoryEntry | SkippedLine]:
        width = max(self._places.values()) + 1
        of = [self._places.get(column, width) for column in _FIELDS]
        places = [self._places.get(column, width) for column in _PLACES]
        for row in self._rows:
            if isinstance(row, SkippedLine):
                yield row
                continue
            cells = row.cells
            if len(cells) <= width:
                if len(cells) <= self._least:
                    yield SkippedLine(row.line, "fewer cells than headings")
                    continue
                cells += ("",) * (width + 1 - len(cells))
            elif width in of:  # a column that this layout has not
                cells = (*cells[:width], "")
            if self._only and self._only.isdisjoint(_place(cells[place]) for place in places):
                continue
            yield self._school(row.line, [cells[place] for place in of])

    def _school(self, line: int, fields: list[str]) -> DirectoryEntry | SkippedLine:
        uai, name, state, changed, mail_cell, role, nature, code, town, phone, web = fields
        uai = uai.upper()
        if not _UAI.fullmatch(uai):
            return SkippedLine(line, "no valid UAI (7 digits and a letter)")
        if not name:
            return SkippedLine(line, "no name")
        if _plain(state) in _CLOSED:
            return SkippedLine(line, "closed establishment")
        if date := _DATE.match(changed):
            iso = date[1] or f"{date[4]}-{date[3]}-{date[2]}"
            if iso > self._newest:
                self._newest = iso
        mail = _ADDRESS.search(mail_cell) if "@" in mail_cell else None
        is_service = _plain(role) in SERVICE_TYPES or code.startswith("8")
        # An annexe shares its UAI: the first row is the establishment itself.
        is_first = uai not in self._uais
        self._uais.add(uai)
        return DirectoryEntry(
            key=uai if is_first else f"{uai}#{plain(name)}",
            kind=EntryKind.SERVICE if is_service else EntryKind.SCHOOL,
            name=name,
            email=mail.group() if mail else "",
            role=role or nature.capitalize(),
            uai=uai,
            town=town,
            phone=phone,
            web=web if _WEB.fullmatch(web) else "",
            same_as=(f"uai:{uai}",) if is_first else (),
        )


_plain = functools.lru_cache(maxsize=512)(plain)  # of columns with few different words


@functools.lru_cache(maxsize=512)
def _place(text: str) -> str:
    """A département or académie as it is compared: ``035`` is 35, ``02A`` is 2a."""
    return plain(text).lstrip("0")
