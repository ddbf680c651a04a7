"""Why a file of people, or a file that says what its columns are, was not taken: as app.reasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_CSV: Final = (
    "Enregistrez le tableau au format CSV, puis importez ce fichier.",
    "Save the table as CSV, then import that file.",
)
_COLUMNS: Final = (
    "Choisissez les colonnes (« Choisir les colonnes… »), ou donnez un fichier de colonnes.",
    "Choose the columns (“Choose the columns…”), or give a file of columns.",
)
_AGAIN: Final = ("Exportez le fichier de nouveau.", "Export the file again.")
_MAPPING: Final = (
    "Corrigez le fichier de colonnes ; « mel-desktop directory columns FICHIER » en écrit un.",
    "Mend the file of columns; “mel-desktop directory columns FILE” writes one.",
)


def _both(french: str, english: str, todo: tuple[str, str]) -> tuple[str, str, str, str]:
    return french, todo[0], english, todo[1]


TABLES: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "columns missing": _both(
        "Les colonnes de ce tableau ne suffisent pas, ou ne sont pas reconnues.",
        "The columns of this table are not enough, or were not understood.", _COLUMNS),
    "no heading line": _both(
        "La première ligne de ce tableau ne nomme pas ses colonnes.",
        "The first line of this table does not name its columns.", _COLUMNS),
    "heading line cannot be read": _both(
        "La ligne de titres de ce tableau ne peut pas être lue.",
        "The heading line of this table cannot be read.", _AGAIN),
    "too many columns": _both(
        "Ce tableau a trop de colonnes.", "This table has too many columns.", _AGAIN),
    "too many files": _both(
        "C’est trop de fichiers à la fois.", "These are too many files at a time.", _AGAIN),
    "empty file": _both("Ce fichier est vide.", "This file is empty.", _AGAIN),
    "no contact in it": _both(
        "Ce fichier ne contient aucun contact lisible.",
        "This file holds no contact that can be read.", _AGAIN),
    "no usable line": _both(
        "Ce fichier ne contient personne que l’on puisse importer.",
        "This file holds nobody who could be imported.", _COLUMNS),
    "spreadsheet or archive: save it as CSV first": _both(
        "Ce fichier est un classeur ou une archive, pas un tableau CSV.",
        "This file is a spreadsheet or an archive, not a CSV table.", _CSV),
    "old spreadsheet: save it as CSV first": _both(
        "Ce fichier est un ancien classeur, pas un tableau CSV.",
        "This file is an old spreadsheet, not a CSV table.", _CSV),
    "PDF, not CSV": _both(
        "Ce fichier est un PDF, pas un tableau CSV.", "This file is a PDF, not a CSV table.", _CSV),
    "not an extraction of ONDE": _both(
        "Ce fichier n’est pas une extraction d’ONDE.", "This file is no extraction of ONDE.",
        _AGAIN),
    "not contacts of Zimbra": _both(
        "Ce fichier n’est pas un export de contacts de Zimbra.",
        "This file is no export of contacts of Zimbra.", _AGAIN),
    "archive damaged or cut off": _both(
        "Cette archive est abîmée ou incomplète : rien n’en est importé.",
        "This archive is damaged or cut off: nothing of it is imported.", _AGAIN),
    "an archive that unpacks to far more than it is": _both(
        "Cette archive se décompresse en bien plus qu’elle ne devrait : rien n’en est importé.",
        "This archive unpacks to far more than it should: nothing of it is imported.", _AGAIN),
    "mapping-too-large": _both(
        "Le fichier de colonnes est trop grand.", "The file of columns is too large.", _MAPPING),
    "mapping-no-text": _both(
        "Le fichier de colonnes n’est pas du texte UTF-8.",
        "The file of columns is no UTF-8 text.", _MAPPING),
    "mapping-no-json-or-toml": _both(
        "Le fichier de colonnes n’est ni du JSON ni du TOML valable.",
        "The file of columns is neither valid JSON nor valid TOML.", _MAPPING),
    "mapping-no-columns": _both(
        "Le fichier de colonnes ne contient pas de table « columns ».",
        "The file of columns has no table “columns”.", _MAPPING),
    "mapping-unknown-key": _both(
        "Le fichier de colonnes contient une clé inconnue.",
        "The file of columns has an unknown key.", _MAPPING),
    "mapping-unknown-meaning": _both(
        "Le fichier de colonnes donne à une colonne un sens inconnu.",
        "The file of columns gives a column an unknown meaning.", _MAPPING),
    "mapping-unknown-people": _both(
        "Le fichier de colonnes ne dit pas correctement qui sont les personnes (« people »).",
        "The file of columns does not say rightly who the people are (“people”).", _MAPPING),
    "mapping-unknown-delimiter": _both(
        "Le fichier de colonnes nomme un séparateur inconnu.",
        "The file of columns names an unknown delimiter.", _MAPPING),
    "mapping-unknown-encoding": _both(
        "Le fichier de colonnes nomme un codage inconnu.",
        "The file of columns names an unknown encoding.", _MAPPING),
    "mapping-unknown-heading": _both(
        "Dans le fichier de colonnes, « heading » doit être true ou false.",
        "In the file of columns, “heading” must be true or false.", _MAPPING),
    "mapping-no-such-column": _both(
        "Le fichier de colonnes nomme une colonne qui n’est pas dans le tableau.",
        "The file of columns names a column that the table does not have.", _MAPPING),
    "mapping-sensitive-column": _both(
        "Le fichier de colonnes demande une colonne qui n’est jamais lue.",
        "The file of columns asks for a column that is never read.", _MAPPING),
    "mapping-other-columns": _both(
        "Ce tableau n’a pas les colonnes qui ont été choisies.",
        "This table does not have the columns that were chosen.", _COLUMNS),
}  # fmt: skip
