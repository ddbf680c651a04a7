"""STS-Web, ``sts_emp_<UAI>_<année>.xml``: who teaches what to whom in a school.

Also ``emp_sts_…xml``, the same as timetable programs send it back. Keys: ``<UAI>/<type>/<id>`` of
persons, ``<UAI>/classe|groupe/<code>``, ``<UAI>`` of the school. ``same_as``: ``epp:<id>`` of those
that the ministry numbers itself. Birth dates and grades are not held.

A teacher of a group teaches the classes that the group is drawn from too: the équipe pédagogique of
a class is everybody who has some of its pupils.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mel_desktop.formats.aaf_values import denomination, in_words, joined, town_name
from mel_desktop.formats.archives import Bundle
from mel_desktop.formats.headings import bad_file
from mel_desktop.formats.people_csv import CLASS_ROLE, GROUP_ROLE, MAX_CLASSES
from mel_desktop.formats.school_groups import group_of
from mel_desktop.formats.siecle import email_of, first_uai, name_of, uai_of
from mel_desktop.formats.xml_stream import Element, records, too_large
from mel_desktop.model.people import (
    DirectoryEntry,
    EntryKind,
    Item,
    Membership,
    Part,
    Profile,
    SkippedLine,
)

ROOTS: Final = frozenset({"STS_EDT", "EDT_STS"})
MAX_SERVICES: Final = 200_000
TITLES: Final = {"1": "M.", "2": "Mme", "3": "Mme"}
_FUNCTIONS: Final = {
    "ENS": ("Enseignement", Profile.TEACHER),
    "DOC": ("Documentation", Profile.TEACHER),
    "DIR": ("Direction", Profile.HEAD),
    "ADJ": ("Direction", Profile.HEAD),
    "EDU": ("Éducation", Profile.STAFF),
    "CPE": ("Éducation", Profile.STAFF),
}  # fmt: skip
_HELD: Final = frozenset({
    "UAJ", "SIGLE", "DENOM_PRINC", "DENOM_COMPL", "COMMUNE", "LIBELLE",
    "LIBELLE_EDITION", "LIBELLE_LONG", "LIBELLE_COURT",
    "DIVISIONS_APPARTENANCE", "DIVISION_APPARTENANCE", "SERVICES", "SERVICE", "ENSEIGNANTS",
    "ENSEIGNANT", "NOM_USAGE", "NOM", "NOM_DE_FAMILLE", "PRENOM", "CIVILITE", "MEL", "FONCTION",
    "PROFS_PRINC", "PROF_PRINC", "CODE_STRUCTURE", "DISCIPLINES", "DISCIPLINE",
})  # fmt: skip


class StsFile:
    """Files of STS-Web, one school each. Iterate once."""

    format_name: Final = "sts"
    attribution: Final = ""
    is_delta: Final = False

    def __init__(self, bundle: Bundle) -> None:
        """BAD_FILE without an XML file."""
        if not bundle.names:
            raise bad_file("no-xml-file")
        self._bundle = bundle
        self._groups: set[str] = set()
        self.source_name = f"STS {first_uai(bundle)}".strip()

    def __iter__(self) -> Iterator[Item]:
        for name in self._bundle.names:
            school = _School(self._groups)
            for found in self._records(name, {"PARAMETRES", "MATIERE", "DIVISION", "GROUPE"}):
                school.learn(found)
            yield from school.places()
            for found in self._records(name, {"INDIVIDU"}):
                yield from school.person(found)

    def _records(self, name: str, wanted: set[str]) -> Iterator[Element]:
        for _, chunks in self._bundle.read(lambda path: path == name):
            yield from records(chunks, frozenset(wanted), left_out=_left_out, on_root=_check_root)


class _School:
    """What one file says of its school: subjects and services, before its persons."""

    def __init__(self, groups: set[str]) -> None:
        self.uai = ""
        self._name = ""
        self._town = ""
        self._groups = groups
        self._subjects: dict[str, str] = {}
        self._codes: dict[tuple[str, str], None] = {}  # (role, code) of divisions and groups
        # (role, code) -> subject codes, by (type, id) of the teacher
        self._services: dict[tuple[str, str], dict[tuple[str, str], list[str]]] = {}
        self._count = 0

    def learn(self, found: Element) -> None:
        """A record of the first reading. TOO_LARGE."""
        if found.name == "PARAMETRES":
            self._parameters(found)
        elif found.name == "MATIERE":
            label = found.value("LIBELLE_EDITION", "LIBELLE_LONG", "LIBELLE_COURT")
            self._subjects[found.attributes.get("CODE", "")] = in_words(label)
        elif code := found.attributes.get("CODE", "").strip():
            role = CLASS_ROLE if found.name == "DIVISION" else GROUP_ROLE
            self._codes[role, code] = None
            places = [(role, code)]
            for one in found.all("DIVISIONS_APPARTENANCE", "DIVISION_APPARTENANCE"):
                division = one.attributes.get("CODE", "").strip() or one.value("CODE_STRUCTURE")
                if division:
                    places.append((CLASS_ROLE, division))
            for service in found.all("SERVICES", "SERVICE"):
                self._service(service, places)

    def _parameters(self, found: Element) -> None:
        self.uai = uai_of(found)
        school = found.child("UAJ")
        if school is not None:
            self._name = denomination(school.value("DENOM_PRINC"), school.value("DENOM_COMPL"))
            town = school.child("COMMUNE")
            if town is not None:
                self._town = town_name(town.value("LIBELLE") or town.text)

    def _service(self, service: Element, places: list[tuple[str, str]]) -> None:
        subject = service.attributes.get("CODE_MATIERE", "")
        for teacher in service.all("ENSEIGNANTS", "ENSEIGNANT"):
            who = (teacher.attributes.get("TYPE", ""), teacher.attributes.get("ID", ""))
            for place in places:
                self._count += 1
                if self._count > MAX_SERVICES:
                    raise too_large("export-too-large", limit=MAX_SERVICES)
                codes = self._services.setdefault(who, {}).setdefault(place, [])
                if subject not in codes:
                    codes.append(subject)

    def places(self) -> Iterator[Item]:
        """The school, its divisions and its groups."""
        if self.uai and self._name:
            yield DirectoryEntry(
                key=self.uai,
                kind=EntryKind.SCHOOL,
                name=self._name,
                uai=self.uai,
                town=self._town,
                same_as=(f"uai:{self.uai}",),
            )
        for role, code in self._codes:
            yield from self._group(role, code)[1]

    def person(self, found: Element) -> Iterator[Item]:
        """A member of staff, with what is taught."""
        kind, number = found.attributes.get("TYPE", ""), found.attributes.get("ID", "")
        name, family = name_of(found)
        if not number or not name:
            yield SkippedLine(found.line, "no name" if number else "no ID")
            return
        key = f"{self.uai}/{kind}/{number}"
        services = self._services.get((kind, number), {})
        heads = [
            code for one in found.all("PROFS_PRINC", "PROF_PRINC")
            if (code := one.value("CODE_STRUCTURE"))
        ]  # fmt: skip
        subjects = self._taught(services) or [
            in_words(label) for one in found.all("DISCIPLINES", "DISCIPLINE")
            if (label := one.value("LIBELLE_LONG", "LIBELLE_COURT"))
        ]  # fmt: skip
        role, profile = _function(found.value("FONCTION"))
        classes = [code for role_of, code in services if role_of == CLASS_ROLE]
        email, problem = email_of(found)
        civility = found.value("CIVILITE")
        yield DirectoryEntry(
            key=key,
            kind=EntryKind.PERSON,
            name=name,
            email=email,
            role=" · ".join(filter(None, (role, joined(subjects)))),
            school=self._name,
            uai=self.uai,
            classes=tuple(dict.fromkeys((*classes, *heads)))[:MAX_CLASSES],
            profile=profile,
            family_name=family,
            title=TITLES.get(civility, civility),
            subjects=tuple(dict.fromkeys(subjects)),
            same_as=(f"epp:{number}",) if kind == "epp" else (),
        )
        if problem:
            yield SkippedLine(found.line, problem)
        for (role_of, code), codes in services.items():
            group, made = self._group(role_of, code)
            yield from made
            taught = joined(self._subjects.get(one, "") for one in codes)
            yield Membership(group, key, role=taught, part=Part.TEACHER)
        for code in dict.fromkeys(heads):
            group, made = self._group(CLASS_ROLE, code)
            yield from made
            yield Membership(group, key, part=Part.HEAD_TEACHER)

    def _taught(self, services: dict[tuple[str, str], list[str]]) -> list[str]:
        words = (self._subjects.get(code, "") for codes in services.values() for code in codes)
        return list(dict.fromkeys(filter(None, words)))

    def _group(self, role: str, code: str) -> tuple[str, list[Item]]:
        key, made = group_of(
            self._groups, f"{self.uai}/{role}", role, code, school=self._name, uai=self.uai
        )
        return key, [made] if made is not None else []


def _function(code: str) -> tuple[str, Profile]:
    return _FUNCTIONS.get(code.upper(), (in_words(code), Profile.STAFF))


def _left_out(name: str, _attributes: dict[str, str]) -> bool:
    return name not in _HELD


def _check_root(name: str) -> None:
    if name not in ROOTS:
        raise bad_file("not-an-sts-export", line=1)
