"""Why an export of a school was not taken in: as app.reasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_EXPORT_AGAIN: Final = (
    "Refaites l’export, ou demandez-le de nouveau à qui vous l’a remis.",
    "Make the export again, or ask for it again.",
)
_NOT_TRUSTED: Final = (
    "N’importez pas ce fichier ; demandez à qui vous l’a remis d’où il vient.",
    "Do not import this file; ask where it comes from.",
)


def _again(french: str, english: str) -> tuple[str, str, str, str]:
    return french, _EXPORT_AGAIN[0], english, _EXPORT_AGAIN[1]


def _mistrusted(french: str, english: str) -> tuple[str, str, str, str]:
    return french, _NOT_TRUSTED[0], english, _NOT_TRUSTED[1]


EXPORTS: Final[Mapping[str, tuple[str, str, str, str]]] = {
    # XML
    "xml-cut-short": _again(
        "Ce fichier est incomplet : il s’arrête avant sa fin. Rien n’a été importé.",
        "This file is incomplete: it ends before its end. Nothing was imported.",
    ),
    "xml-empty": _again("Ce fichier est vide.", "This file is empty."),
    "not-xml": _again("Ce fichier n’est pas au format XML.", "This file is not XML."),
    "xml-crossed-tags": _again(
        "Ce fichier XML est abîmé : une balise en ferme une autre. Rien n’a été importé.",
        "This XML file is damaged: a tag is closed by another. Nothing was imported.",
    ),
    "xml-unknown-entity": _again(
        "Ce fichier XML utilise une entité qui n’est déclarée nulle part. Rien n’a été importé.",
        "This XML file uses an entity that nobody declared. Nothing was imported.",
    ),
    "xml-after-end": _again(
        "Ce fichier XML continue après sa fin. Rien n’a été importé.",
        "This XML file goes on after its end. Nothing was imported.",
    ),
    "xml-bad-character": _again(
        "Ce fichier XML contient un caractère ou une balise interdits. Rien n’a été importé.",
        "This XML file holds a character or a tag that is not allowed. Nothing was imported.",
    ),
    "xml-bad-octets": _again(
        "L’encodage de ce fichier change en cours de route : il est abîmé. Rien n’a été importé.",
        "The encoding of this file changes midway: it is damaged. Nothing was imported.",
    ),
    "xml-encoding": _again(
        "L’encodage que ce fichier annonce n’est pas lu ici ; UTF-8 et ISO-8859-15 le sont.",
        "The encoding that this file names is not read here; UTF-8 and ISO-8859-15 are.",
    ),
    "xml-own-entities": _mistrusted(
        "Ce fichier XML déclare ses propres entités, ce qu’aucun export ne fait. Rien n’a été "
        "importé.",
        "This XML file declares entities of its own, which no export does. Nothing was imported.",
    ),
    "xml-foreign-doctype": _mistrusted(
        "Ce fichier XML renvoie à un autre fichier ou à un site, ce qu’aucun export ne fait. Rien "
        "n’a été lu ailleurs ni importé.",
        "This XML file refers to another file or a site, which no export does. Nothing was read "
        "elsewhere or imported.",
    ),
    "xml-name-too-long": _mistrusted(
        "Un nom de balise de ce fichier est démesuré. Rien n’a été importé.",
        "A tag of this file has a name beyond measure. Nothing was imported.",
    ),
    "xml-endless-tag": _mistrusted(
        "Une balise de ce fichier ne finit pas. Rien n’a été importé.",
        "A tag of this file does not end. Nothing was imported.",
    ),
    "xml-too-many-attributes": _mistrusted(
        "Une balise de ce fichier porte trop d’attributs. Rien n’a été importé.",
        "A tag of this file has too many attributes. Nothing was imported.",
    ),
    "xml-too-much-text": _mistrusted(
        "Une fiche de ce fichier est démesurée. Rien n’a été importé.",
        "A record of this file is beyond measure. Nothing was imported.",
    ),
    "xml-too-many-values": _mistrusted(
        "Une fiche de ce fichier porte trop de valeurs. Rien n’a été importé.",
        "A record of this file has too many values. Nothing was imported.",
    ),
    "xml-too-many-elements": _mistrusted(
        "Ce fichier contient trop d’éléments. Rien n’a été importé.",
        "This file holds too many elements. Nothing was imported.",
    ),
    "xml-too-deep": _mistrusted(
        "Les balises de ce fichier s’emboîtent sans fin. Rien n’a été importé.",
        "The tags of this file are nested without end. Nothing was imported.",
    ),
    # archives
    "archive-damaged": _again(
        "Cette archive est incomplète ou abîmée. Rien n’a été importé.",
        "This archive is incomplete or damaged. Nothing was imported.",
    ),
    "archive-encrypted": (
        "Cette archive est protégée par un mot de passe.",
        "Décompressez-la d’abord, puis importez le dossier obtenu.",
        "This archive is protected by a password.",
        "Unpack it first, then import the folder.",
    ),
    "archive-packing": (
        "Cette archive est compressée d’une façon qui n’est pas lue ici.",
        "Décompressez-la d’abord, puis importez le dossier obtenu.",
        "This archive is packed in a way that is not read here.",
        "Unpack it first, then import the folder.",
    ),
    "archive-climbing-path": _mistrusted(
        "Un fichier de cette archive cherche à s’écrire hors de son dossier. Rien n’a été importé.",
        "A file of this archive tries to leave its folder. Nothing was imported.",
    ),
    "archive-link": _mistrusted(
        "Cette archive contient un lien ou un périphérique au lieu d’un fichier. Rien n’a été "
        "importé.",
        "This archive holds a link or a device instead of a file. Nothing was imported.",
    ),
    "archive-doubled-names": _mistrusted(
        "Deux fichiers de cette archive portent le même nom. Rien n’a été importé.",
        "Two files of this archive have the same name. Nothing was imported.",
    ),
    "archive-name-too-long": _mistrusted(
        "Un nom de fichier de cette archive est démesuré. Rien n’a été importé.",
        "A file of this archive has a name beyond measure. Nothing was imported.",
    ),
    "archive-too-large": _mistrusted(
        "Cette archive, une fois décompressée, serait démesurée. Rien n’a été importé.",
        "This archive would unpack beyond measure. Nothing was imported.",
    ),
    "archive-too-many-files": _mistrusted(
        "Il y a trop de fichiers. Rien n’a été importé.",
        "There are too many files. Nothing was imported.",
    ),
    # exports
    "no-xml-file": (
        "Aucun fichier XML n’a été trouvé.",
        "Choisissez l’archive telle qu’elle a été remise, ou le dossier obtenu.",
        "No XML file was found.",
        "Choose the archive as it was handed over, or the folder.",
    ),
    "not-an-aaf-export": (
        "Ce fichier n’est pas un export AAF.",
        "Choisissez un autre fichier, ou un autre format.",
        "This file is no AAF export.",
        "Choose another file, or another format.",
    ),
    "not-a-siecle-export": (
        "Ce fichier n’est pas un export de SIECLE.",
        "Choisissez un autre fichier, ou un autre format.",
        "This file is no export of SIECLE.",
        "Choose another file, or another format.",
    ),
    "not-an-sts-export": (
        "Ce fichier n’est pas un export de STS-Web.",
        "Choisissez un autre fichier, ou un autre format.",
        "This file is no export of STS-Web.",
        "Choose another file, or another format.",
    ),
    "exports-in-one-archive": (
        "Cette archive mélange des exports de plusieurs sortes.",
        "Importez-les l’un après l’autre.",
        "This archive mixes exports of several kinds.",
        "Import them one after the other.",
    ),
    "export-part-missing": (
        "Il manque une partie de cet export : des personnes sembleraient parties. Rien n’a été "
        "importé.",
        "Importez l’archive entière, ou toutes les parties ensemble.",
        "A part of this export is missing: people would seem to have left. Nothing was imported.",
        "Import the whole archive, or all its parts together.",
    ),
    "export-kinds-mixed": (
        "Un export complet et un export de modifications sont mélangés.",
        "Importez d’abord l’export complet, puis les modifications.",
        "A full export and an export of changes are mixed.",
        "Import the full export first, then the changes.",
    ),
    "export-dates-mixed": (
        "Des exports de dates différentes sont mélangés.",
        "Importez-les l’un après l’autre, le plus ancien d’abord.",
        "Exports of different dates are mixed.",
        "Import them one after the other, the oldest first.",
    ),
    "export-changes-in-full": (
        "Ce fichier porte le nom d’un export complet mais contient des modifications. Rien n’a été "
        "importé.",
        "Importez l’archive sous le nom qu’elle avait quand elle a été remise.",
        "This file is named as a full export but holds changes. Nothing was imported.",
        "Import the archive under the name that it had when it was handed over.",
    ),
    "export-older-changes": (
        "Ces modifications sont plus anciennes que ce qui est déjà importé.",
        "Importez les modifications suivantes, ou un export complet.",
        "These changes are older than what is already imported.",
        "Import later changes, or a full export.",
    ),
    "export-without-base": (
        "Ces modifications ne s’appliquent à rien de ce qui est importé.",
        "Importez d’abord l’export complet, puis les modifications.",
        "These changes apply to nothing that is imported.",
        "Import the full export first, then the changes.",
    ),
    "export-academies-mixed": (
        "Des exports de plusieurs académies sont mélangés. Rien n’a été importé.",
        "Importez l’export de chaque académie à part.",
        "Exports of several académies are mixed. Nothing was imported.",
        "Import the export of each académie on its own.",
    ),
    "export-of-another-academy": (
        "Ces modifications viennent d’une autre académie que ce qui est déjà importé.",
        "Importez d’abord l’export complet de cette académie, sous un autre nom.",
        "These changes come from another académie than what is already imported.",
        "Import the full export of that académie first, under another name.",
    ),
    "export-without-pupils": (
        "Ce fichier de SIECLE ne suffit pas : celui des élèves manque.",
        "Choisissez ensemble les fichiers des élèves et des responsables.",
        "This file of SIECLE is not enough: that of the pupils is missing.",
        "Choose the files of pupils and guardians together.",
    ),
    "export-too-large": _mistrusted(
        "Cet export est plus grand que celui d’une académie. Rien n’a été importé.",
        "This export is larger than that of an académie. Nothing was imported.",
    ),
}
