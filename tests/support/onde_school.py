"""ONDE extractions and ENT files of an invented school, seeded: what the real ones look like."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

PUPILS: Final = (
    "Nom Elève", "Nom d'usage Elève", "Prénom Elève", "Date naissance", "Sexe", "Adresse1", "Cp1",
    "Commune1", "Pays1", " Cycle", "Niveau", "Classe", "Attestation fournie",
    "Autorisations photos", "Décision de passage",
)  # fmt: skip
GUARDIANS: Final = (
    "Civilité Responsable", "Nom usage responsable", "Nom responsable", "Prénom responsable",
    "Adresse responsable", "CP responsable", "Commune responsable", "Pays", "Courriel",
    "Téléphone domicile", "Téléphone travail", "Numéro de poste", "Téléphone portable",
)  # fmt: skip
CHILD: Final = (
    "Nom d'usage enfant", "Nom de famille enfant", "Prénom enfant", "Classes enfants",
)  # fmt: skip
TEACHERS: Final = (
    "Civilité", "Nom usage", "Nom", "Prénom", "Adresse", "CP", "Commune", "Pays", "Courriel",
    "Téléphone domicile", "Téléphone portable", "Directeur", "Classe",
)  # fmt: skip
SURNAMES: Final = (
    "ABGRALL", "BŒUF", "CHÂTEL", "D'HÉNIN", "ÉVRARD", "FAŸ", "GOURIOU", "HAMON-LEGOFF", "IBN SAÏD",
    "JÉGOU",
)  # fmt: skip
GIVEN: Final = (
    "Zoé",
    "Léo",
    "Maëlys",
    "Tom",
    "Inès",
    "Noé",
    "Jeanne-Marie",
    "Aïcha",
    "Yann",
    "Lou",
)
CLASSES: Final = ("PS-MS A", "GS B", "CP C", "CE1-CE2 D", "CM1-CM2 E")


@dataclass(frozen=True, slots=True)
class Family:
    """Children as (surname, given, class), parents as (title, surname, given, mail)."""

    children: tuple[tuple[str, str, str], ...]
    parents: tuple[tuple[str, str, str, str], ...]


def families(count: int, seed: int = 7) -> list[Family]:
    """Of which no two children have a name and a class in common."""
    dice = random.Random(seed)
    made, taken = [], set()
    for number in range(count):
        surname = dice.choice(SURNAMES)
        children = []
        for _ in range(dice.choice((1, 1, 2, 3))):
            child = (surname, dice.choice(GIVEN), dice.choice(CLASSES))
            if child not in taken:
                taken.add(child)
                children.append(child)
        parents = tuple(
            (
                title,
                surname,
                dice.choice(GIVEN),
                f"parent{number}.{title.strip('.').lower()}@x.test",
            )
            for title in ("Mme", "M.")[: dice.choice((1, 2))]
        )
        made.append(Family(tuple(children), parents))
    return made


def pupils_csv(school: Sequence[Family]) -> bytes:
    """``CSVExtraction-eleves.csv``."""
    rows = [
        (surname, "", given, "2015-03-02", "F", "1 rue des Lilas", "35000", "RENNES", "FRANCE",
         "CYCLE II", "CE1", label, "Oui", "Non", "")
        for family in school
        for surname, given, label in family.children
    ]  # fmt: skip
    return written(PUPILS, rows)


def guardians_csv(school: Sequence[Family]) -> bytes:
    """``CSVExtraction-responsables.csv``: a block of four a child."""
    most = max((len(family.children) for family in school), default=1)
    rows = []
    for family in school:
        block = [
            cell
            for surname, given, label in family.children
            for cell in ("", surname, given, label)
        ]
        for title, surname, given, mail in family.parents:
            own = (title, "", surname, given, "1 rue des Lilas", "35000", "RENNES", "FRANCE", mail,
                   "02 99 00 00 00", "", "", "06 00 00 00 00")  # fmt: skip
            rows.append((*own, *block, *[""] * (4 * most - len(block))))
    return written((*GUARDIANS, *(CHILD * most)), rows)


def teachers_csv() -> bytes:
    """``CSVExtraction-enseignants.csv``."""
    return written(
        TEACHERS,
        [
            ("Mme", "", "LE GALL", "Anne", "2 rue X", "35000", "RENNES", "FRANCE",
             "anne.legall@ac-rennes.fr", "02", "06", "Oui", "CM1-CM2 E"),
            ("M.", "", "MÉVEL", "Pol", "3 rue Y", "35000", "RENNES", "FRANCE",
             "pol.mevel@ac-rennes.fr", "", "", "Non", "PS-MS A"),
        ],
    )  # fmt: skip


def written(head: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """``;``, quotes, Latin-1 as Windows has it, CRLF."""
    lines = [";".join(f'"{cell}"' for cell in row) for row in (head, *rows)]
    return ("\r\n".join(lines) + "\r\n").encode("cp1252")
