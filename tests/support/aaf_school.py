"""Invented schools, and the AAF exports that a ministry would make of them.

Everything is drawn from a seed: names are put together from syllables, numbers are counted up, mail
addresses end in example domains. Siblings share guardians, some parents live apart, some pupils
have a tutor, some staff work in two schools.
"""

from __future__ import annotations

import gzip
import io
import random
import tarfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final
from xml.sax.saxutils import escape

ACADEMY: Final = "039"
DATE: Final = "20261101"
DTD: Final = '<!DOCTYPE ficAlimMENESR SYSTEM "ficAlimMENESR.dtd">'
_GIVEN: Final = (
    "Zoé", "Léonie", "Maël", "Anaïs", "Noé", "Chloé", "Jean-Loup", "Élodie", "Yanis", "Inès",
    "Gaëtan", "Soraya", "Théo", "Maëlys", "Amélie", "Célestin", "Odile", "Fatou", "Wassim", "Ève",
)  # fmt: skip
_FIRST: Final = ("Bra", "Ker", "Mon", "Vau", "Le Gué", "D'Or", "Fé", "Tré", "Sou", "Pla", "Çel")
_MIDDLE: Final = ("ba", "li", "né", "ro", "va", "tu", "gna", "lle", "si")
_LAST: Final = ("rd", "zec", "nt", "ier", "ault", "oux", "man", "ès", "court")
_SUBJECTS: Final = (
    "MATHEMATIQUES", "FRANCAIS", "HISTOIRE-GEOGRAPHIE", "ANGLAIS LV1", "SCIENCES VIE ET TERRE",
    "EDUCATION MUSICALE", "EPS", "TECHNOLOGIE", "PHYSIQUE-CHIMIE", "ARTS PLASTIQUES",
)  # fmt: skip
_TOWNS: Final = ("RENNES", "SAINT-BRIAC", "LE FOLGOET", "BEAUVOIR")

Taught = tuple[str, str, str]  # school, class or group, subject code
Place = tuple[str, str]  # school, class or group


@dataclass(frozen=True)
class School:
    id: str
    uai: str
    kind: str
    name: str
    town: str


@dataclass(frozen=True)
class Guardian:
    id: str
    sn: str
    given: str
    title: str
    mail: str
    mobile: str
    home: str


@dataclass(frozen=True)
class Pupil:
    id: str
    sn: str
    given: str
    title: str
    school: str
    classes: tuple[Place, ...]
    groups: tuple[Place, ...]
    guardians: tuple[tuple[str, str, str, str], ...]  # id, link, legal, contact
    mail: str = ""


@dataclass(frozen=True)
class Staff:
    id: str
    sn: str
    given: str
    title: str
    mail: str
    functions: tuple[str, ...]
    taught: tuple[Taught, ...] = ()
    groups: tuple[Taught, ...] = ()
    heads: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Export:
    """What is true in the schools."""

    schools: tuple[School, ...]
    subjects: Mapping[str, str]
    pupils: tuple[Pupil, ...]
    guardians: tuple[Guardian, ...]
    staff: tuple[Staff, ...]
    degree: str = "2D"


def invent(seed: int, pupils: int = 1_500, *, schools: int = 2, degree: str = "2D") -> Export:
    """A whole export."""
    return _Inventor(seed, degree).export(pupils, schools)


class _Inventor:
    def __init__(self, seed: int, degree: str) -> None:
        self._random = random.Random(seed)
        self._degree = degree
        self._next = 2_600_000

    def export(self, pupils: int, schools: int) -> Export:
        places = tuple(self._school(n) for n in range(schools))
        subjects = {f"{100 + n:04d}00": label for n, label in enumerate(_SUBJECTS)}
        found: list[Pupil] = []
        guardians: list[Guardian] = []
        while len(found) < pupils:
            place = places[len(found) * schools // pupils]
            family, children = self._family(place, min(pupils - len(found), 3))
            guardians += family
            found += children
        staff = tuple(self._staff(places, found, subjects))
        return Export(places, subjects, tuple(found), tuple(guardians), staff, degree=self._degree)

    def id(self) -> str:
        self._next += self._random.randint(1, 9)
        return str(self._next)

    def surname(self) -> str:
        pick = self._random.choice
        return (pick(_FIRST) + pick(_MIDDLE) + pick(_LAST)).upper()

    def given(self) -> str:
        return self._random.choice(_GIVEN)

    def _school(self, number: int) -> School:
        kind = "E.E.PU" if self._degree == "1D" else ("CLG", "LYC")[number % 2]
        return School(
            str(3_000 + number),
            f"0350{number:03d}{'ABCDEFGHJK'[number % 10]}",
            kind,
            f"DES {self.surname()}",
            _TOWNS[number % len(_TOWNS)],
        )

    def _family(self, place: School, most: int) -> tuple[list[Guardian], list[Pupil]]:
        name = self.surname()
        chance = self._random.random()
        mother = self._guardian(name if chance < 0.6 else self.surname(), "Mme")
        guardians = [mother]
        links = [(mother.id, "10" if chance < 0.9 else "2", "1", "1")]
        if chance < 0.8:
            father = self._guardian(name, "M.")
            guardians.append(father)
            links.append((father.id, "20", "1", "1" if chance < 0.4 else "0"))
        if chance > 0.95:
            tutor = self._guardian(self.surname(), "M.")
            guardians.append(tutor)
            links.append((tutor.id, self._random.choice(("50", "39", "51")), "2", "0"))
        children = [self._pupil(name, place, tuple(links)) for _ in range(self._size(most))]
        return guardians, children

    def _size(self, most: int) -> int:
        return min(self._random.choice((1, 1, 1, 2, 2, 3)), most)

    def _guardian(self, name: str, title: str) -> Guardian:
        number = self.id()
        has_mail = self._random.random() < 0.9
        return Guardian(
            number,
            name,
            self.given(),
            title,
            f"famille{number}@exemple.fr" if has_mail else "",
            f"06{number.zfill(8)}" if self._random.random() < 0.95 else "",
            f"02{number.zfill(8)}" if self._random.random() < 0.3 else "",
        )

    def _pupil(
        self, name: str, place: School, links: tuple[tuple[str, str, str, str], ...]
    ) -> Pupil:
        levels = ("CP", "CE1", "CE2") if self._degree == "1D" else ("6E", "5E", "4E", "3E")
        label = f"{self._random.choice(levels)} {self._random.choice('ABCDEF')}"
        group = f"{label[:2]} {self._random.choice(('LATIN', 'ALL2', 'AP.1'))}"
        return Pupil(
            self.id(),
            name,
            self.given(),
            self._random.choice(("M.", "Mme")),
            place.id,
            ((place.id, label),),
            ((place.id, group),) if self._random.random() < 0.5 else (),
            links,
        )

    def _staff(
        self, places: tuple[School, ...], pupils: Iterable[Pupil], subjects: Mapping[str, str]
    ) -> Iterator[Staff]:
        classes = sorted({one for pupil in pupils for one in pupil.classes})
        groups = sorted({one for pupil in pupils for one in pupil.groups})
        for place in places:
            mine = [one for one in classes if one[0] == place.id]
            yield self._person((f"{place.id}$DIR$DIRECTION$-$-",))
            yield self._person((f"{place.id}$ADF$PERSONNELS ADMINISTRATIFS$-$-",))
            colleagues = len([one for one in classes if one[0] == place.id]) // 8 + 1
            for number, code in enumerate([*subjects] * colleagues):
                if self._degree == "1D":
                    break
                taught = tuple(
                    (place.id, one, code) for _, one in mine if self._random.random() < 0.5
                )
                others = [one for one in classes if one[0] != place.id and number == 0][:2]
                taught += tuple((where, one, code) for where, one in others)
                yield replace(
                    self._person((f"{place.id}$ENS$ENSEIGNEMENT$L{code}$DISCIPLINE {number}",)),
                    taught=taught,
                    groups=tuple((*one, code) for one in groups if one[0] == place.id)[
                        number :: 10 * colleagues
                    ],
                    heads=tuple(mine[number :: len(subjects) * colleagues]),
                )
            if self._degree == "1D":
                for where, label in mine:
                    yield replace(
                        self._person((f"{place.id}$ENS$ENSEIGNEMENT$-$-",)),
                        taught=((where, label, ""),),
                    )

    def _person(self, functions: tuple[str, ...]) -> Staff:
        number = self.id()
        return Staff(
            number, self.surname(), self.given(), self._random.choice(("M.", "Mme")),
            f"p{number}@ac-exemple.fr", functions,
        )  # fmt: skip


# -- Files -----------------------------------------------------------------------------------------

_FIRST_DEGREE: Final = {
    "sn": "ENTPersonNom", "givenName": "ENTPersonPrenom", "mail": "ENTPersonMail",
    "personalTitle": "ENTPersonCivilite", "homePhone": "ENTPersonTelPerso",
    "telephoneNumber": "ENTPersRelEleveTelPro", "mobile": "ENTPersRelEleveTelMobile",
    "ENTEleveClasses": "ENTPersonClasses", "ENTEleveGroupes": "ENTPersonGroupes",
    "ENTElevePersRelEleve": "ENTEleveAutoriteParentale",
}  # fmt: skip
Values = dict[str, tuple[str, ...]]


def attributes(export: Export) -> Iterator[tuple[str, str, Values]]:
    """(category, id, attributes) of every record, in the names of the 2nd degree."""
    for school in export.schools:
        yield "EtabEducNat", school.id, {
            "ENTStructureJointure": (school.id,),
            "ENTStructureUAI": (school.uai,),
            "ENTStructureSIREN": ("12345678900000",),
            "ENTStructureNomCourant": (f"{school.kind}${school.name}${school.town}",),
            "ENTStructureTypeStruct": ("COLLEGE",),
            "ENTStructureMailSI": (f"ce.{school.uai.lower()}@ac-exemple.fr",),
            "l": (school.town,),
            "telephoneNumber": ("0299000000",),
            "ENTServAcAcademie": ("EXEMPLE",),
            "ENTServAcCodeAcademie": (ACADEMY,),
        }  # fmt: skip
    for code, label in export.subjects.items():
        yield "MatEducNat", code, {"ENTMatJointure": (code,), "ENTLibelleMatiere": (label,)}
    yield "MefEducNat", "10010012110", {"ENTMefJointure": ("10010012110",)}
    for pupil in export.pupils:
        yield "Eleve", pupil.id, pupil_attributes(pupil)
    for guardian in export.guardians:
        yield "PersRelEleve", guardian.id, guardian_attributes(guardian)
    for person in export.staff:
        yield "PersEducNat", person.id, staff_attributes(person)


def pupil_attributes(pupil: Pupil) -> Values:
    return {
        "ENTPersonJointure": (pupil.id,),
        "ENTEleveINE": ("SECRETINE01",),
        "ENTPersonDateNaissance": ("31/12/2014",),
        "sn": (pupil.sn,),
        "givenName": (pupil.given,),
        "ENTPersonAutresPrenoms": ("AUTRE", "PRENOM"),
        "personalTitle": (pupil.title,),
        "mail": (pupil.mail,) if pupil.mail else (),
        "ENTPersonStructRattach": (pupil.school,),
        "ENTEleveClasses": tuple("$".join(one) for one in pupil.classes),
        "ENTEleveGroupes": tuple("$".join(one) for one in pupil.groups),
        "ENTEleveMEF": ("SECRETMEF",),
        "ENTEleveBoursier": ("SECRETBOURSE",),
        "ENTPersonAdresse": ("SECRETRUE$$$",),
        "ENTPersonCodePostal": ("35000",),
        "ENTElevePersRelEleve": tuple(
            f"{who}${link}$0${legal}${contact}$0" for who, link, legal, contact in pupil.guardians
        ),
    }


def guardian_attributes(guardian: Guardian) -> Values:
    return {
        "ENTPersonJointure": (guardian.id,),
        "sn": (guardian.sn,),
        "givenName": (guardian.given,),
        "personalTitle": (guardian.title,),
        "homePhone": (guardian.home,) if guardian.home else (),
        "telephoneNumber": (),
        "mobile": (guardian.mobile,) if guardian.mobile else (),
        "mail": (guardian.mail,) if guardian.mail else (),
        "ENTPersonAdresse": ("SECRETRUE$$$",),
        "ENTPersonVille": ("SECRETVILLE",),
    }


def staff_attributes(person: Staff) -> Values:
    return {
        "ENTPersonJointure": (person.id,),
        "ENTPersonDateNaissance": ("SECRETJOUR",),
        "sn": (person.sn,),
        "givenName": (person.given,),
        "personalTitle": (person.title,),
        "mail": (person.mail,) if person.mail else (),
        "ENTPersonStructRattach": (person.functions[0].partition("$")[0],),
        "ENTPersonFonctions": person.functions,
        "ENTAuxEnsClasses": tuple(f"{where}${label}" for where, label, _ in person.taught),
        "ENTAuxEnsClassesMatieres": tuple("$".join(one) for one in person.taught if one[2]),
        "ENTAuxEnsGroupesMatieres": tuple("$".join(one) for one in person.groups),
        "ENTAuxEnsClassesPrincipal": tuple("$".join(one) for one in person.heads),
        "ENTAuxEnsMEF": (f"{person.id}$10010012110$6EME",),
        "PersEducNatPresenceDevantEleves": ("O" if "$ENS$" in person.functions[0] else "N",),
    }


def request(kind: str, category: str, identifier: str, values: Values, degree: str = "2D") -> str:
    """One request of the DTD."""
    operational = (
        "categorieStructure" if category == "EtabEducNat"
        else "categorieMatiere" if category == "MatEducNat"
        else "categorieMef" if category == "MefEducNat"
        else "categoriePersonne"
    )  # fmt: skip
    lines = [
        f'<{kind}>\n<operationalAttributes>\n<attr name="{operational}">\n<value>{category}</value>'
        f"\n</attr>\n</operationalAttributes>\n<identifier>\n<id>{identifier}</id>\n</identifier>"
    ]
    if kind != "deleteRequest":
        whole, one = (
            ("attributes", "attr") if kind == "addRequest" else ("modifications", "modification")
        )
        more = "" if kind == "addRequest" else ' operation="replace"'
        lines.append(f"<{whole}>")
        for name, texts in values.items():
            name = _FIRST_DEGREE.get(name, name) if degree == "1D" else name
            inside = "".join(f"<value>{escape(text)}</value>\n" for text in texts) or "<value/>\n"
            lines.append(f'<{one} name="{name}"{more}>\n{inside}</{one}>')
        lines.append(f"</{whole}>")
    lines.append(f"</{kind}>")
    return "\n".join(lines)


def document(requests: Iterable[str], *, encoding: str = "utf-8", declared: str = "UTF-8") -> bytes:
    """A file of the export; ``declared`` "": no declaration."""
    head = f'<?xml version="1.0" encoding="{declared}"?>\n' if declared else ""
    body = "\n".join(requests)
    text = f"{head}{DTD}\n<!-- versionSDET=6.4 -->\n<ficAlimMENESR>\n{body}\n</ficAlimMENESR>\n"
    return text.encode(encoding)


def _file(name: str) -> str:
    return "MatiereEducNat" if name == "MatEducNat" else name


def full(
    export: Export,
    *,
    part: int = 500,
    date: str = DATE,
    prefix: str = "",
    encoding: str = "utf-8",
    declared: str = "UTF-8",
    padding: int = 0,
) -> dict[str, bytes]:
    """Files of a full export, parts of ``part`` records numbered from 0000.

    ``padding``: attributes of no interest in each record; real ones have some 25.
    """
    padded = {f"ENTReste{number}": (f"VALEUR {number}",) for number in range(padding)}
    requests: dict[str, list[str]] = {}
    for category, identifier, values in attributes(export):
        made = request("addRequest", category, identifier, values | padded, export.degree)
        requests.setdefault(category, []).append(made)
    start = prefix or f"ENT{export.degree}VA-ENT35"
    return {
        f"{start}_Complet_{date}_{_file(category)}_{number:04d}.xml": document(
            made[at : at + part], encoding=encoding, declared=declared
        )
        for category, made in requests.items()
        for number, at in enumerate(range(0, len(made), part))
    }


def changes(
    old: Export, new: Export, *, date: str = "20261102", whole: bool = False
) -> dict[str, bytes]:
    """Files of a change export: added, modified (only attributes that differ, or all), deleted."""
    before = {(category, key): values for category, key, values in attributes(old)}
    after = {(category, key): values for category, key, values in attributes(new)}
    requests: dict[str, list[str]] = {}
    for (category, key), values in after.items():
        held = before.get((category, key))
        if held is None:
            made = request("addRequest", category, key, values, new.degree)
        elif held != values:
            said = {name: text for name, text in values.items() if held.get(name) != text or whole}
            made = request("modifyRequest", category, key, said, new.degree)
        else:
            continue
        requests.setdefault(category, []).append(made)
    for category, key in before.keys() - after.keys():
        requests.setdefault(category, []).append(request("deleteRequest", category, key, {}))
    return {
        f"ENT{new.degree}VA-ENT35_Delta_{date}_{_file(category)}_0000.xml": document(made)
        for category, made in requests.items()
    }


def packed(files: Mapping[str, bytes], how: str = "zip") -> bytes:
    """The files as one archive: zip | tgz | tar."""
    out = io.BytesIO()
    if how == "zip":
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files.items():
                archive.writestr(name, data)
            archive.writestr("ficAlimMENESR.dtd", "<!ELEMENT ficAlimMENESR ANY>")
        return out.getvalue()
    with tarfile.open(fileobj=out, mode="w") as tape:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tape.addfile(member, io.BytesIO(data))
    return gzip.compress(out.getvalue(), mtime=0) if how == "tgz" else out.getvalue()
