"""An annuaire of any size: the rows of the extract (tests/data/annuaire) again and again, each time
with other UAI, in the layout of 2023 or of 2026.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final

EXTRACT: Final = (
    Path(__file__).resolve().parents[1] / "data" / "annuaire" / "annuaire-extrait-2023.csv"
)
RENAMED_2026: Final = {
    "Code postal": "Code_postal",
    "coordonnee_X": "coordX_origine",
    "coordonnee_Y": "coordY_origine",
    "epsg": "epsg_origine",
    "etablissement_multi_lignes": "multi_uai",
}
ADDED_2026: Final = {
    "type_rattachement_etablissement_mere": (
        "code_circonscription", "code_zone_animation_pedagogique",
        "libelle_zone_animation_pedagogique",
    ),
}  # fmt: skip
LETTERS: Final = "ABCDEFGHJKLMNPRSTUVWXYZ"
DEPARTMENTS: Final = (("035", "Ille-et-Vilaine", "14", "Rennes"), ("075", "Paris", "01", "Paris"),
                      ("974", "La Réunion", "28", "La Réunion"))  # fmt: skip


def headings_2026(headings: list[str]) -> list[str]:
    """The same columns as the portal named and ordered them in 2026."""
    names = []
    for name in headings:
        if name == "Nombre_d_eleves":
            continue
        names.append(RENAMED_2026.get(name, name))
        names.extend(ADDED_2026.get(name, ()))
    return names


def annuaire_octets(
    rows: int, *, layout: int = 2023, start: int = 0, closed_every: int = 0
) -> bytes:
    """A file of so many rows: UTF-8 with BOM, ``;``, CRLF."""
    out = io.StringIO(newline="")
    out.write("\ufeff")
    for text in annuaire_lines(rows, layout=layout, start=start, closed_every=closed_every):
        out.write(text)
    return out.getvalue().encode()


def annuaire_lines(
    rows: int, *, layout: int = 2023, start: int = 0, closed_every: int = 0
) -> Iterator[str]:
    """Its lines, the heading first."""
    with EXTRACT.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=";")
        old = next(reader)
        real = list(reader)
    names = old if layout == 2023 else headings_2026(old)
    places = {name: place for place, name in enumerate(old)}
    back = {new: name for name, new in RENAMED_2026.items()}
    order = [places.get(back.get(name, name), -1) for name in names]
    yield _line(names)
    for number in range(start, start + rows):
        row = list(real[number % len(real)])
        code, name, academy, academy_name = DEPARTMENTS[number % len(DEPARTMENTS)]
        row[places["Identifiant_de_l_etablissement"]] = (
            f"{code[-3:]}{number // 23 % 10_000:04d}{LETTERS[number % 23]}"
        )
        row[places["Code_departement"]], row[places["Libelle_departement"]] = code, name
        row[places["Code_academie"]], row[places["Libelle_academie"]] = academy, academy_name
        if closed_every and number % closed_every == 0:
            row[places["etat"]] = "FERME"
        yield _line([row[place] if place >= 0 else "" for place in order])


def _line(cells: list[str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerow(cells)
    return out.getvalue()
