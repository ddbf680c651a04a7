"""SIECLE "exports XML génériques": pupils, their classes and groups, and their guardians.

ElevesAvecAdresses or ElevesSansAdresses, ResponsablesAvecAdresses, Structures, Nomenclature, as
files or as the ZIP files that SIECLE gives; several together are one source. What is not given is
not needed: without Nomenclature the usual codes of kinship hold.

Keys: ``<UAI>/e<ELEVE_ID>`` of pupils, ``<UAI>/p<PERSONNE_ID>`` of guardians,
``<UAI>/classe|groupe/<code>``. ``same_as``: ``siecle:<UAI>/<id>``, ``class:`` and ``group:`` with
UAI and code. Names, classes, mail and telephones are taken; nothing else is held.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mel_desktop.formats.aaf import GUARDIAN_ROLE, PUPIL_ROLE
from mel_desktop.formats.aaf_values import relation_of
from mel_desktop.formats.archives import Bundle
from mel_desktop.formats.headings import bad_file
from mel_desktop.formats.people_csv import CLASS_ROLE, GROUP_ROLE, MAX_CLASSES, address_in
from mel_desktop.formats.school_groups import group_of
from mel_desktop.formats.xml_stream import Element, records, too_large
from mel_desktop.model.people import (
    DirectoryEntry,
    EntryKind,
    Item,
    Membership,
    Part,
    Profile,
    SkippedLine,
    Tie,
)

PUPILS: Final = "BEE_ELEVES"
GUARDIANS: Final = "BEE_RESPONSABLES"
ROOTS: Final = frozenset({
    PUPILS, GUARDIANS, "BEE_STRUCTURES", "BEE_NOMENCLATURES", "BEE_NOMENCLATURE", "BEE_COMMUN",
})  # fmt: skip
MAX_PUPILS: Final = 200_000
UAI: Final = re.compile(r"\d{7}[A-Z]")
# Of these only what is named is held: addresses, births, INE never are.
_HELD: Final[dict[str, frozenset[str]]] = {
    "ELEVE": frozenset({
        "NOM", "NOM_USAGE", "NOM_DE_FAMILLE", "PRENOM", "PRENOM1", "MEL", "DATE_SORTIE",
    }),
    "PERSONNE": frozenset({
        "NOM", "NOM_USAGE", "NOM_DE_FAMILLE", "PRENOM", "LC_CIVILITE", "MEL", "TEL_PORTABLE",
        "TEL_PERSONNEL", "TEL_PROFESSIONNEL",
    }),
    "RESPONSABLE_ELEVE": frozenset({
        "ELEVE_ID", "PERSONNE_ID", "RESP_LEGAL", "NIVEAU_RESPONSABILITE", "CODE_PARENTE",
        "PERS_CONTACT",
    }),
    "STRUCTURES_ELEVE": frozenset({"STRUCTURE", "CODE_STRUCTURE", "TYPE_STRUCTURE"}),
    "LIEN_PARENTE": frozenset({"CODE_PARENTE", "LIBELLE_COURT", "LIBELLE_LONG"}),
    "DIVISION": frozenset({"CODE_STRUCTURE"}),
    "GROUPE": frozenset({"CODE_STRUCTURE"}),
    "PARAMETRES": frozenset({"UAJ"}),
}  # fmt: skip
_ANY: Final = frozenset(name for names in _HELD.values() for name in names)
_BEGINNINGS: Final = frozenset(_HELD) | {"MATIERE", "INDIVIDU", "UAJ"}
_PHONES: Final = ("TEL_PORTABLE", "TEL_PERSONNEL", "TEL_PROFESSIONNEL")


class SiecleFile:
    """Files of one export, recognised by their roots. Iterate once."""

    format_name: Final = "siecle"
    attribution: Final = ""
    is_delta: Final = False

    def __init__(self, bundle: Bundle) -> None:
        """BAD_FILE without an XML file."""
        if not bundle.names:
            raise bad_file("no-xml-file")
        self._bundle = bundle
        self._relations: dict[str, str] = {}  # words by CODE_PARENTE
        self._classes: dict[str, list[tuple[str, str]]] = {}  # (role, code) by pupil's key
        self._groups: set[str] = set()
        self._uai = ""  # of the file under way
        self._root = ""
        self.source_name = f"SIECLE {first_uai(bundle)}".strip()

    def __iter__(self) -> Iterator[Item]:
        # Pupils come before their classes in the file, and the words of kinship may come last.
        seen = 0
        for _, found in self._records({"LIEN_PARENTE", "STRUCTURES_ELEVE"}):
            if found.name == "LIEN_PARENTE":
                code = found.attributes.get("CODE_PARENTE") or found.value("CODE_PARENTE")
                self._relations[code] = found.value("LIBELLE_LONG", "LIBELLE_COURT")
            else:
                seen += 1
                if seen > MAX_PUPILS:
                    raise too_large("export-too-large", limit=MAX_PUPILS)
                key = self._key("e", found.attributes.get("ELEVE_ID", ""))
                self._classes.setdefault(key, []).extend(_structures(found))
        wanted = {"ELEVE", "PERSONNE", "RESPONSABLE_ELEVE", "DIVISION", "GROUPE"}
        for root, found in self._records(wanted):
            if found.name == "ELEVE" and root == PUPILS:
                yield from self._pupil(found)
            elif found.name == "PERSONNE" and root == GUARDIANS:
                yield from self._guardian(found)
            elif found.name == "RESPONSABLE_ELEVE":
                yield from self._tie(found)
            elif found.name in {"DIVISION", "GROUPE"} and root == "BEE_STRUCTURES":
                role = CLASS_ROLE if found.name == "DIVISION" else GROUP_ROLE
                yield from self._group(role, found.attributes.get("CODE_STRUCTURE", ""))[1]

    def _records(self, wanted: set[str]) -> Iterator[tuple[str, Element]]:
        for _, chunks in self._bundle.read(lambda _: True):
            self._uai = ""
            for found in records(
                chunks, frozenset(wanted | {"PARAMETRES"}), left_out=_left_out,
                on_root=self._hear_root,
            ):  # fmt: skip
                if found.name != "PARAMETRES":
                    yield self._root, found
                elif uai := uai_of(found):
                    self._uai = uai

    def _hear_root(self, name: str) -> None:
        if name not in ROOTS:
            raise bad_file("not-a-siecle-export", line=1)
        self._root = name

    def _key(self, kind: str, number: str) -> str:
        return f"{self._uai}/{kind}{number}"

    def _pupil(self, found: Element) -> Iterator[Item]:
        number = found.attributes.get("ELEVE_ID", "")
        name, family = name_of(found)
        key = self._key("e", number)
        structures = self._classes.get(key, [])
        if not number or not name:
            yield SkippedLine(found.line, "no name" if number else "no ELEVE_ID")
            return
        if not structures and found.value("DATE_SORTIE"):
            yield SkippedLine(found.line, "a pupil who has left")
            return
        email, problem = email_of(found)
        yield DirectoryEntry(
            key=key,
            kind=EntryKind.PERSON,
            name=name,
            email=email,
            role=PUPIL_ROLE,
            uai=self._uai,
            classes=tuple(code for role, code in structures if role == CLASS_ROLE)[:MAX_CLASSES],
            profile=Profile.PUPIL,
            family_name=family,
            same_as=(f"siecle:{self._uai}/{number}",) if self._uai else (),
        )
        if problem:
            yield SkippedLine(found.line, problem)
        for role, code in structures:
            group, made = self._group(role, code)
            yield from made
            yield Membership(group, key, part=Part.PUPIL)

    def _guardian(self, found: Element) -> Iterator[Item]:
        number = found.attributes.get("PERSONNE_ID", "")
        name, family = name_of(found)
        if not number or not name:
            yield SkippedLine(found.line, "no name" if number else "no PERSONNE_ID")
            return
        email, problem = email_of(found)
        phones = list(dict.fromkeys(filter(None, map(found.value, _PHONES))))
        yield DirectoryEntry(
            key=self._key("p", number),
            kind=EntryKind.PERSON,
            name=name,
            email=email,
            role=GUARDIAN_ROLE,
            phone=phones[0] if phones else "",
            profile=Profile.GUARDIAN,
            family_name=family,
            title=found.value("LC_CIVILITE"),
            more_phones=tuple(phones[1:]),
            same_as=(f"siecle:{self._uai}/p{number}",) if self._uai else (),
        )
        if problem:
            yield SkippedLine(found.line, problem)

    def _tie(self, found: Element) -> Iterator[Item]:
        pupil, guardian = found.value("ELEVE_ID"), found.value("PERSONNE_ID")
        if not pupil or not guardian:
            yield SkippedLine(found.line, "no ELEVE_ID or PERSONNE_ID")
            return
        # Level since 2020: 1 legal, 2 has charge of the pupil, 3 to be called. Before: RESP_LEGAL
        # 1 and 2 are the first and second legal guardian.
        level = found.value("NIVEAU_RESPONSABILITE")
        is_legal = level == "1" if level else found.value("RESP_LEGAL") in {"1", "2"}
        code = found.value("CODE_PARENTE")
        yield Tie(
            self._key("e", pupil),
            self._key("p", guardian),
            relation_of(code, self._relations.get(code, "")),
            is_legal=is_legal,
            is_contact=found.value("PERS_CONTACT") == "1" or level in {"2", "3"},
        )

    def _group(self, role: str, code: str) -> tuple[str, list[Item]]:
        key, made = group_of(self._groups, f"{self._uai}/{role}", role, code, uai=self._uai)
        return key, [made] if made is not None else []


# -- Shared with STS -------------------------------------------------------------------------------


def uai_of(parameters: Element) -> str:
    """The school that PARAMETRES names: in UAJ, or in its attribute CODE."""
    found = parameters.child("UAJ")
    text = (found.attributes.get("CODE") or found.text) if found is not None else ""
    text = text.strip().upper()
    return text if UAI.fullmatch(text) else ""


def first_uai(bundle: Bundle) -> str:
    """The school that the first file names before its first record, or ""."""
    for _, chunks in bundle.read(lambda _: True):
        for found in records(chunks, _BEGINNINGS):
            return uai_of(found) if found.name == "PARAMETRES" else ""
    return ""


def name_of(found: Element) -> tuple[str, str]:
    """(given and family name, family name); the name in use before that of birth."""
    family = found.value("NOM_USAGE", "NOM", "NOM_DE_FAMILLE")
    return " ".join(filter(None, (found.value("PRENOM", "PRENOM1"), family))), family


def email_of(found: Element) -> tuple[str, str]:
    """(address, why there is none)."""
    text = found.value("MEL")
    address = address_in(text)
    problem = "" if address or not text else "mail address not valid: person kept without it"
    return address, problem


def _structures(found: Element) -> Iterator[tuple[str, str]]:
    for one in list(found.all("STRUCTURE"))[:MAX_CLASSES]:
        if code := one.value("CODE_STRUCTURE"):
            yield (GROUP_ROLE if one.value("TYPE_STRUCTURE") == "G" else CLASS_ROLE), code


def _left_out(name: str, _attributes: dict[str, str]) -> bool:
    return name not in _ANY
