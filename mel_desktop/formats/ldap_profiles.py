"""Mapping profiles: which attributes a kind of directory is asked for, and how it is recognised.

Rule 1: a search names its attributes. INE, birth date, bursary, postal and private telephone
attributes are in no profile: they never leave the server.
Rule 2: a profile is a guess from what a server shows (root DSE RFC 4512 5.1, subschema, object
classes of a few entries); the person may choose another one.
Facts: RFC 2798 (inetOrgPerson), eduPerson, Supann, SDET annexe 4 (ENT), EOLE Scribe, the Sun
directories of the académies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.values import dataclass

_COMMON: Final = (
    "objectClass", "cn", "displayName", "givenName", "sn", "mail", "uid", "title", "description",
    "o", "ou", "l", "telephoneNumber", "businessCategory", "employeeType",
    "member", "uniqueMember", "memberUid", "nsUniqueId",
)  # fmt: skip
_EDU: Final = ("eduPersonPrimaryAffiliation", "eduPersonPrincipalName")
_SUPANN: Final = ("supannEtablissement", "supannCivilite")
_ENT: Final = (
    "ENTPersonNom", "ENTPersonPrenom", "ENTPersonMail", "ENTPersonCivilite", "personalTitle",
    "ENTPersonFonctions", "ENTPersonProfils", "ENTPersonStructRattach", "ENTStructureUAI",
    "ENTStructureNomCourant", "ENTStructureTypeStruct", "ENTServAcAcademie",
    "ENTEleveClasses", "ENTAuxEnsClasses", "ENTAuxEnsClassesPrincipal", "ENTAuxEnsClassesMatieres",
    "ENTPersonClasses", "ENTEleveGroupes", "ENTAuxEnsGroupes", "ENTAuxEnsGroupesMatieres",
    "ENTPersonGroupes", "ENTEleveDelegClasse",
    "ENTAuxPersRelEleveEleve", "ENTEleveAutoriteParentale", "ENTEleveParents", "ENTElevePere",
    "ENTEleveMere", "ENTElevePersRelEleve1", "ENTElevePersRelEleve2", "ENTElevePersRelEleve",
)  # fmt: skip
_SUN: Final = ("rne", "mailEquivalentAddress", "mailAlternateAddress")
_AD: Final = ("memberOf", "proxyAddresses")

_GROUPS: Final = ("groupOfNames", "groupOfUniqueNames", "posixGroup")
_PEOPLE: Final = ("person", "inetOrgPerson")
_PLACES: Final = ("ENTEtablissement", "ENTEcole", "ENTStructure", "ENTServAc")

PHOTO: Final = "jpegPhoto"
AD_OID: Final = "1.2.840.113556.1.4.800"  # supportedCapabilities of Active Directory


@dataclass(frozen=True, slots=True)
class LdapProfile:
    """One kind of directory. ``classes``: object classes of the entries that are asked for."""

    id: str
    attributes: tuple[str, ...]
    classes: tuple[str, ...]


PROFILES: Final = {
    one.id: one
    for one in (
        LdapProfile("inetorgperson", _COMMON, (*_PEOPLE, *_GROUPS)),
        LdapProfile("eduperson", (*_COMMON, *_EDU), (*_PEOPLE, "eduPerson", *_GROUPS)),
        LdapProfile(
            "supann",
            (*_COMMON, *_EDU, *_SUPANN),
            (*_PEOPLE, "eduPerson", "supannPerson", "supannEtablissement", *_GROUPS),
        ),
        LdapProfile(
            "ent",
            (*_COMMON, *_EDU, *_SUPANN, *_ENT, "rne"),
            (*_PEOPLE, "ENTPerson", *_GROUPS, *_PLACES),
        ),
        LdapProfile(
            "scribe", (*_COMMON, *_ENT, "rne", "type"), (*_PEOPLE, "ENTPerson", *_GROUPS, *_PLACES)
        ),
        LdapProfile(
            "academie",
            (*_COMMON, *_SUN),
            (*_PEOPLE, "educationnationale", "inetMailUser", *_GROUPS),
        ),
        LdapProfile("activedirectory", (*_COMMON, *_AD), ("user", "group", "contact")),
    )
}
# Where nothing was recognised: everything that any of them knows.
ANY: Final = LdapProfile(
    "any",
    tuple(dict.fromkeys(name for one in PROFILES.values() for name in one.attributes)),
    tuple(dict.fromkeys(name for one in PROFILES.values() for name in one.classes)),
)
_SCRIBE_DN: Final = re.compile(r"ou=(?:utilisateurs|groupes),ou=[^,]+,ou=[^,]+,ou=education,", re.I)
_SUN_DN: Final = re.compile(r"ou=(?:personnels en|fonctionnelles)\b|ou=education,o=gouv", re.I)
_SCRIBE_WORDS: Final = frozenset({"eleve", "enseignant", "administratif", "responsable"})


def profile(name: str) -> LdapProfile:
    """By its id; "" is ``ANY``. LocalRefusal(USAGE) for an unknown one."""
    if name in ("", ANY.id):
        return ANY
    try:
        return PROFILES[name]
    except KeyError:
        raise LocalRefusal(ErrorCode.USAGE, option="profile") from None


@dataclass(frozen=True, slots=True)
class Shown:
    """What a server shows of itself: all in lower case.

    ``classes``: of the subschema; ``seen``: object classes of some entries below the base, with
    their DNs; ``person_profiles``: their values of ENTPersonProfils.
    """

    capabilities: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()
    dns: tuple[str, ...] = ()
    person_profiles: frozenset[str] = frozenset()


def guess(shown: Shown) -> str:
    """Id of the profile that fits best; what entries are counts more than what the schema allows.

    "" when not even a person was seen.
    """
    if AD_OID in shown.capabilities:
        return "activedirectory"
    for classes, certain in ((shown.seen, True), (shown.classes, False)):
        if any(name.startswith("entperson") or name == "enteleve" for name in classes):
            is_scribe = any(_SCRIBE_DN.search(dn) for dn in shown.dns)
            words = shown.person_profiles & _SCRIBE_WORDS
            return "scribe" if is_scribe or words else "ent"
        if "educationnationale" in classes or (certain and any(map(_SUN_DN.search, shown.dns))):
            return "academie"
        if "supannperson" in classes:
            return "supann"
        if "eduperson" in classes:
            return "eduperson"
        if certain and classes & {"person", "inetorgperson", "organizationalperson"}:
            return "inetorgperson"
    return ""


def class_names(descriptions: Iterable[str]) -> frozenset[str]:
    """Names in object class descriptions (RFC 4512 4.1.1), lower case."""
    found: set[str] = set()
    for text in descriptions:
        match = re.search(r"\bNAME\s+(?:'([^']*)'|\(([^)]*)\))", text)
        if match:
            names = [match[1]] if match[1] else re.findall(r"'([^']*)'", match[2] or "")
            found.update(name.lower() for name in names)
    return frozenset(found)
