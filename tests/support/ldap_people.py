"""A fictitious collège as LDIF: 300 pupils, 24 teachers, 12 classes, teams, a functional box.

Every name is put together from lists; dc=college,dc=invalid exists nowhere (RFC 2606).
"""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache

BASE = "dc=college,dc=invalid"
OTHER_BASE = "dc=autre,dc=invalid"  # holds a reference to a server that does not exist
UAI = "0350999Z"
SCHOOL = "Collège Les Mouettes"
PEOPLE = f"ou=personnes,{BASE}"
GROUPS = f"ou=groupes,{BASE}"
READER_DN = f"uid=lecteur,ou=services,{BASE}"
LIMITED_DN = f"uid=limite,ou=services,{BASE}"
PASSWORD = "Mouette-rieuse-7!"
CLASSES = tuple(f"{level}{letter}" for level in "6543" for letter in "ABC")
SUBJECTS = (
    "MATHEMATIQUES", "LETTRES MODERNES", "ANGLAIS", "HISTOIRE GEOGRAPHIE", "EPS", "ARTS PLASTIQUES",
    "SVT", "PHYSIQUE CHIMIE",
)  # fmt: skip
SURNAMES = (
    "Abgrall", "Besnard", "Chotard", "Derrien", "Evenou", "Février", "Guillevic", "Hervé",
    "Jaouen", "Kerléo", "Le Goff", "Mével", "Néel", "Ollivier", "Prigent", "Quéré", "Rouxel",
    "Salaün", "Tanguy", "L'Hénoret", "Bœuf",
)  # fmt: skip
GIVEN = (
    "Anaïs", "Benoît", "Chloé", "Damien", "Éloïse", "Florian", "Gaëlle", "Hugo", "Inès", "Joël",
    "Katell", "Loïc", "Maëlle", "Noé", "Océane", "Pol",
)  # fmt: skip
TEACHERS = 24
PUPILS = 300


@lru_cache(maxsize=2_000)
def plain(text: str) -> str:
    text = text.replace("œ", "oe").replace("'", "").replace(" ", "-")
    text = unicodedata.normalize("NFD", text)
    return "".join(one for one in text if not unicodedata.combining(one)).lower()


def entry(dn: str, **attributes: object) -> str:
    """One LDIF record; ``_`` in a name stands for nothing, values may be tuples."""
    lines = [_line("dn", dn)]
    for name, values in attributes.items():
        several = values if isinstance(values, tuple) else (values,)
        lines.extend(_line(name, str(value)) for value in several)
    return "\n".join(lines) + "\n\n"


def _line(name: str, value: str) -> str:
    return f"{name}:{_written(value)}"


@lru_cache(maxsize=2_000)
def _written(value: str) -> str:
    if value.isascii() and not value.startswith((" ", ":", "<")) and "\n" not in value:
        return f" {value}"
    return f": {base64.b64encode(value.encode()).decode()}"


def person_name(number: int) -> tuple[str, str]:
    """(given name, surname): the same number, the same person."""
    return GIVEN[number % len(GIVEN)], SURNAMES[(number * 5 + number // 16) % len(SURNAMES)]


def teacher_dn(number: int) -> str:
    return f"uid=prof{number},{PEOPLE}"


def pupil_dn(number: int) -> str:
    return f"uid=eleve{number},{PEOPLE}"


def records() -> Iterator[str]:
    yield entry(BASE, objectClass=("top", "dcObject", "organization"), dc="college", o=SCHOOL)
    for ou in ("personnes", "groupes", "services", "fonctionnelles"):
        yield entry(f"ou={ou},{BASE}", objectClass="organizationalUnit", ou=ou)
    for dn in (READER_DN, LIMITED_DN):
        uid = dn.partition(",")[0].partition("=")[2]
        yield entry(
            dn, objectClass=("account", "simpleSecurityObject"), uid=uid, userPassword=PASSWORD
        )
    yield entry(
        f"ENTStructureUAI={UAI},{BASE}",
        objectClass="ENTEtablissement",
        ENTStructureUAI=UAI,
        ENTStructureNomCourant=SCHOOL,
        ENTStructureTypeStruct="COLLEGE",
        l="Saint-Malo",
        mail=f"ce.{UAI}@ac-demo.invalid",
    )
    yield entry(
        f"uid=ce{UAI.lower()},ou=fonctionnelles,{BASE}",
        objectClass=("inetOrgPerson", "educationnationale"),
        uid=f"ce{UAI.lower()}",
        cn=f"{SCHOOL} (secrétariat)",
        sn=UAI,
        rne=UAI,
        mailEquivalentAddress=f"secretariat.{UAI}@ac-demo.invalid",
    )
    yield from _teachers()
    yield from _pupils()
    yield from _groups()


def _teachers() -> Iterator[str]:
    for number in range(TEACHERS):
        given, surname = person_name(number)
        taught = (CLASSES[number % 12], CLASSES[(number + 5) % 12])
        yield entry(
            teacher_dn(number),
            objectClass=("inetOrgPerson", "ENTPerson", "ENTAuxEnseignant", "supannPerson"),
            uid=f"prof{number}",
            cn=f"{surname} {given}",
            displayName=f"{given} {surname}",
            givenName=given,
            sn=surname,
            o=SCHOOL,
            l="Saint-Malo",
            mail=f"{plain(given)}.{plain(surname)}{number}@ac-demo.invalid",
            ENTPersonProfils="National_3",
            ENTPersonFonctions=f"2605692$ENS$ENSEIGNEMENT$L{number:04d}${SUBJECTS[number % 8]}",
            ENTAuxEnsClasses=tuple(f"2605692${one}" for one in taught),
            supannEtablissement=f"{{UAI}}{UAI}",
        )


def _pupils() -> Iterator[str]:
    for number in range(PUPILS):
        given, surname = person_name(number + 7)
        yield entry(
            pupil_dn(number),
            objectClass=("inetOrgPerson", "ENTPerson", "ENTEleve"),
            uid=f"eleve{number}",
            cn=f"{surname} {given}",
            givenName=given,
            sn=surname,
            ENTPersonProfils="National_1",
            ENTPersonStructRattach=f"ENTStructureUAI={UAI},{BASE}",
            ENTEleveClasses=f"2605692${CLASSES[number % 12]}",
            ENTPersonDateNaissance="01/02/2014",
        )


def _groups() -> Iterator[str]:
    yield entry(
        f"cn=équipe 6A,{GROUPS}",
        objectClass="groupOfNames",
        cn="équipe 6A",
        member=(teacher_dn(0), teacher_dn(7).replace(",", ", ").upper(), teacher_dn(19)),
    )
    yield entry(
        f"cn=conseil d'administration,{GROUPS}",
        objectClass="groupOfUniqueNames",
        cn="conseil d'administration",
        uniqueMember=(teacher_dn(1), f"{teacher_dn(2)}#'0101'B"),
    )
    yield entry(
        f"cn=chorale,{GROUPS}",
        objectClass="posixGroup",
        cn="chorale",
        gidNumber=1000,
        memberUid=("eleve3", "eleve33", "prof4", "personne"),
    )


def ldif() -> str:
    return "".join(records())


def other_ldif() -> str:
    """A tree of which one branch lies on a server that is not there."""
    return "".join(
        [
            entry(
                OTHER_BASE, objectClass=("top", "dcObject", "organization"), dc="autre", o="Autre"
            ),
            entry(
                f"uid=seule,{OTHER_BASE}",
                objectClass="inetOrgPerson",
                uid="seule",
                cn="Seule Ici",
                sn="Ici",
                mail="seule.ici@autre.invalid",
            ),
            entry(
                f"ou=ailleurs,{OTHER_BASE}",
                objectClass=("referral", "extensibleObject"),
                ou="ailleurs",
                ref="ldap://ailleurs.invalid/ou=ailleurs,dc=autre,dc=invalid",
            ),
        ]
    )


def rectorat_ldif(count: int) -> str:
    """Teachers of a whole académie below ``BASE``, last changed in 2025, each at its own second."""
    begin = datetime(2025, 1, 1, tzinfo=UTC)
    made = [
        entry(BASE, objectClass=("top", "dcObject", "organization"), dc="college", o=SCHOOL,
              modifyTimestamp="20250101000000Z"),
        entry(PEOPLE, objectClass="organizationalUnit", ou="personnes",
              modifyTimestamp="20250101000000Z"),
        entry(f"ou=services,{BASE}", objectClass="organizationalUnit", ou="services",
              modifyTimestamp="20250101000000Z"),
        entry(READER_DN, objectClass=("account", "simpleSecurityObject"), uid="lecteur",
              userPassword=PASSWORD, modifyTimestamp="20250101000000Z"),
    ]  # fmt: skip
    school, town = _written(SCHOOL), _written("Saint-Malo")
    for number in range(count):
        given, surname = person_name(number)
        at = begin + timedelta(seconds=number * 20)
        made.append(
            f"dn: {teacher_dn(number)}\n"
            "objectClass: inetOrgPerson\nobjectClass: ENTPerson\n"
            "objectClass: ENTAuxEnseignant\nobjectClass: supannPerson\n"
            f"uid: prof{number}\n"
            f"cn:{_written(f'{surname} {given}')}\n"
            f"displayName:{_written(f'{given} {surname}')}\n"
            f"givenName:{_written(given)}\n"
            f"sn:{_written(surname)}\n"
            f"o:{school}\n"
            f"l:{town}\n"
            f"mail: {plain(given)}.{plain(surname)}{number}@ac-demo.invalid\n"
            f"telephoneNumber: +33 2 99 {number % 100:02d} {number // 100 % 100:02d} 00\n"
            "ENTPersonProfils: National_3\n"
            f"ENTPersonFonctions: 2605692$ENS$ENSEIGNEMENT$L{number % 200:04d}"
            f"${SUBJECTS[number % 8]}\n"
            f"ENTAuxEnsClasses: 2605692${CLASSES[number % 12]}\n"
            f"ENTAuxEnsClasses: 2605692${CLASSES[(number + 5) % 12]}\n"
            f"supannEtablissement: {{UAI}}{number % 500:07d}A\n"
            f"modifyTimestamp: {at:%Y%m%d%H%M%S}Z\n\n"
        )
    return "".join(made)
