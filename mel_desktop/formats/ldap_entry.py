"""One LDAP entry to directory values. Pure: attribute names and raw values in, entries out.

Schemas read: inetOrgPerson (RFC 2798), eduPerson, Supann, the SDET's ENT classes (values composed
with ``$``), the Sun directories of the académies (``rne``, mailEquivalentAddress), EOLE Scribe,
groupOfNames, groupOfUniqueNames, posixGroup, Active Directory groups.
Values that a mail client has no use for (birth dates, INE, addresses, private telephones) are not
even asked for: ATTRIBUTES is the whole list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mel_desktop.formats.headings import plain
from mel_desktop.formats.people_csv import CLASS_ROLE, GROUP_ROLE, group_entry, group_key
from mel_desktop.formats.table import tidy
from mel_desktop.model.people import DirectoryEntry, EntryKind, Membership

ATTRIBUTES: Final = (
    "objectClass", "cn", "displayName", "givenName", "sn", "ENTPersonNom", "ENTPersonPrenom",
    "mail", "ENTPersonMail", "mailEquivalentAddress", "mailAlternateAddress", "uid",
    "title", "ENTPersonFonctions", "ENTPersonProfils", "eduPersonPrimaryAffiliation",
    "employeeType", "businessCategory", "description",
    "o", "ou", "l", "telephoneNumber",
    "rne", "ENTPersonStructRattach", "ENTStructureUAI", "ENTStructureNomCourant",
    "ENTStructureTypeStruct", "ENTServAcAcademie", "supannEtablissement",
    "ENTEleveClasses", "ENTAuxEnsClasses", "ENTAuxEnsClassesPrincipal", "ENTAuxEnsClassesMatieres",
    "ENTPersonClasses", "ENTEleveGroupes", "ENTAuxEnsGroupes", "ENTPersonGroupes",
    "member", "uniqueMember", "memberUid", "memberOf",
)  # fmt: skip
CLASS_ATTRIBUTES: Final = (
    "enteleveclasses", "entauxensclasses", "entauxensclassesprincipal", "entauxensclassesmatieres",
    "entpersonclasses",
)  # fmt: skip
GROUP_ATTRIBUTES: Final = ("entelevegroupes", "entauxensgroupes", "entpersongroupes")
GROUP_CLASSES: Final = frozenset(
    {"groupofnames", "groupofuniquenames", "posixgroup", "group", "groupofurls"}
)
SCHOOL_CLASSES: Final = frozenset(
    {"entetablissement", "entecole", "entstructure", "entcollterr", "supannetablissement"}
)
SERVICE_CLASSES: Final = frozenset({"entservac", "organizationalrole"})
NOT_PEOPLE: Final = frozenset({"computer", "sambadomain", "foreignsecurityprincipal"})
PERSON_CLASSES: Final = frozenset({
    "person", "organizationalperson", "inetorgperson", "eduperson", "supannperson", "entperson",
    "educationnationale", "inetmailuser", "mailrecipient", "user", "account",
})  # fmt: skip
PROFILES: Final = {
    # ENTPersonProfils, SDET codes and the words that EOLE Scribe writes
    "national_1": "élève",
    "national_2": "responsable légal",
    "national_3": "enseignant",
    "national_4": "direction",
    "national_5": "vie scolaire",
    "national_6": "personnel administratif",
    "national_7": "services académiques",
    "eleve": "élève",
    "enseignant": "enseignant",
    "administratif": "personnel administratif",
    "responsable": "responsable légal",
    "student": "élève",
    "faculty": "enseignant",
    "teacher": "enseignant",
    "staff": "personnel",
    "employee": "personnel",
}
MAX_MEMBERS: Final = 20_000
MAX_VALUES: Final = 100
_UAI: Final = re.compile(r"\b(\d{7}[A-Za-z])\b")
_DN_PART: Final = re.compile(r"(?:\\.|[^\\,;+])+", re.DOTALL)
_ESCAPED: Final = re.compile(r"((?:\\[0-9A-Fa-f]{2})+)|\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Found:
    """What one LDAP entry says. ``entry`` is None for what is no person, group or school."""

    entry: DirectoryEntry | None
    groups: tuple[DirectoryEntry, ...] = ()
    memberships: tuple[Membership, ...] = ()


def read_entry(dn: str, raw: Mapping[str, Sequence[bytes]]) -> Found:
    """Map one entry; never raises, whatever the values are."""
    values = _Values(raw)
    kinds = {name.lower() for name in values.all("objectclass", MAX_VALUES)}
    key = normal_dn(dn)
    if kinds & NOT_PEOPLE or not key:
        return Found(None)
    if kinds & GROUP_CLASSES:
        return _group(key, values)
    if kinds & SCHOOL_CLASSES or ("organization" in kinds and values.first("entstructureuai")):
        return Found(_place(key, EntryKind.SCHOOL, values))
    if kinds & SERVICE_CLASSES:
        return Found(_place(key, EntryKind.SERVICE, values))
    if kinds & PERSON_CLASSES:
        return _person(key, values)
    return Found(None)


def normal_dn(dn: str) -> str:
    """One spelling for a DN: lower case, no blanks around ``,`` and ``=``, ``;`` as ``,``."""
    parts = []
    for match in _DN_PART.finditer(dn[:2_000]):
        kind, _, value = match.group().partition("=")
        text = _ESCAPED.sub(_unescape, value.strip()).casefold()
        escaped = re.sub(r'([,+"\\<>;=])', r"\\\1", " ".join(text.split()))
        parts.append(f"{kind.strip().casefold()}={escaped}")
    return ",".join(parts)


def _unescape(match: re.Match[str]) -> str:
    if match[1]:
        return bytes.fromhex(match[1].replace("\\", "")).decode("utf-8", "replace")
    return match[2]


class _Values:
    """Values by lower-case attribute name, options (``;binary``, ``;lang-fr``) set aside."""

    def __init__(self, raw: Mapping[str, Sequence[bytes]]) -> None:
        self._raw: dict[str, list[bytes]] = {}
        for name, values in raw.items():
            self._raw.setdefault(name.partition(";")[0].lower(), []).extend(values)

    def all(self, name: str, limit: int = MAX_VALUES) -> list[str]:
        """Texts that are not blank."""
        return list(filter(None, map(_text, self._raw.get(name, [])[:limit])))

    def first(self, *names: str) -> str:
        """The first text of the first attribute that has one."""
        return next((texts[0] for name in names if (texts := self.all(name))), "")


def _text(value: bytes) -> str:
    try:
        return tidy(value[:4_000].decode("utf-8"))
    except UnicodeDecodeError:
        return tidy(value[:4_000].decode("cp1252", "replace"))


def _person(key: str, values: _Values) -> Found:
    given = values.first("givenname", "entpersonprenom")
    surname = values.first("sn", "entpersonnom")
    name = values.first("displayname") or (f"{given} {surname}" if given and surname else "")
    name = name or values.first("cn") or given or surname or values.first("uid")
    if not name:
        return Found(None)
    email = _email(values)
    school, uai = _attachment(values)
    classes = _composites(values, CLASS_ATTRIBUTES)
    groups = _composites(values, GROUP_ATTRIBUTES)
    # The académies keep their functional boxes (ce.<UAI>@) as people without a given name.
    functional = not given and ",ou=fonctionnelles," in key
    entry = DirectoryEntry(
        key=key,
        kind=EntryKind.SERVICE if functional else EntryKind.PERSON,
        name=name,
        email=email,
        role=_role(values),
        school=school,
        uai=uai,
        classes=classes,
        town=values.first("l"),
        phone=values.first("telephonenumber"),
    )
    made = []
    members = [
        Membership(normal_dn(group), key) for group in values.all("memberof", MAX_MEMBERS) if group
    ]
    for kind, labels in ((CLASS_ROLE, classes), (GROUP_ROLE, groups)):
        for label in labels:
            group = group_key(kind, label, uai or plain(school))
            made.append(group_entry(group, kind, label, school, uai))
            members.append(Membership(group, key))
    return Found(entry, tuple(made), tuple(members))


def _email(values: _Values) -> str:
    for name in ("mail", "entpersonmail", "mailequivalentaddress", "mailalternateaddress"):
        for text in values.all(name):
            address = text.removeprefix("mailto:")
            if address.count("@") == 1 and not set(address) & set(" <>,;") and len(address) <= 254:
                return address
    return ""


def _role(values: _Values) -> str:
    """A title in words, else function and subject of the SDET, else the profile."""
    titles = values.all("title")
    if titles:
        return ", ".join(dict.fromkeys(titles))[:200]
    functions: dict[str, None] = {}
    for text in values.all("entpersonfonctions"):
        # <school>$ENS$ENSEIGNEMENT$L0202$LETTRES MODERNES
        words = [part for part in text.split("$")[1:] if part and part not in {"-", "-1"}]
        labels = [part for index, part in enumerate(words) if index % 2 == 1] or words[:1]
        if labels:
            functions[" · ".join(label.capitalize() for label in labels)] = None
    if functions:
        return ", ".join(functions)[:200]
    for name in ("entpersonprofils", "edupersonprimaryaffiliation", "employeetype"):
        if text := values.first(name):
            return PROFILES.get(plain(text).replace(" ", "_"), text)
    return values.first("businesscategory")


def _attachment(values: _Values) -> tuple[str, str]:
    """(school, UAI), from the attributes that name one."""
    uai = ""
    for name in ("rne", "entstructureuai", "supannetablissement", "entpersonstructrattach"):
        for text in values.all(name):
            if not uai and (found := _UAI.search(text)):
                uai = found[1].upper()
    return _current_name(values.first("o")), uai


def _composites(values: _Values, names: Iterable[str]) -> tuple[str, ...]:
    """Labels of ``<school>$<label>[$<subject>]``, or of plain values, each once."""
    found: dict[str, str] = {}
    for name in names:
        for text in values.all(name):
            parts = text.split("$")
            label = (parts[1] if len(parts) > 1 else parts[0]).strip()
            if label:
                found.setdefault(plain(label) or label, label)
    return tuple(found.values())


def _current_name(text: str) -> str:
    """``CLG$ANNE FRANK$RENNES`` (ENTStructureNomCourant) -> ``Clg Anne Frank Rennes``."""
    return " ".join(part.title() for part in text.split("$") if part) if "$" in text else text


def _group(key: str, values: _Values) -> Found:
    name = values.first("displayname", "cn", "description")
    if not name:
        return Found(None)
    school, uai = _attachment(values)
    members = [normal_dn(text) for text in values.all("member", MAX_MEMBERS)]
    # uniqueMember may end with a bit string, RFC 4517 3.3.21: <dn>#'0101'B
    members += [
        normal_dn(re.sub(r"#'[01]*'B$", "", text))
        for text in values.all("uniquemember", MAX_MEMBERS)
    ]
    members += [normal_dn(f"uid={_escape(uid)}") + "," for uid in values.all("memberuid", 20_000)]
    entry = DirectoryEntry(
        key=key,
        kind=EntryKind.GROUP,
        name=name,
        email=_email(values),
        role=values.first("businesscategory") or GROUP_ROLE,
        school=school,
        uai=uai,
    )
    return Found(entry, (), tuple(Membership(key, one) for one in dict.fromkeys(members) if one))


def _escape(text: str) -> str:
    return re.sub(r'([,+"\\<>;=])', r"\\\1", text)


def _place(key: str, kind: EntryKind, values: _Values) -> DirectoryEntry | None:
    name = _current_name(values.first("entstructurenomcourant", "displayname", "o", "cn", "ou"))
    if not name:
        return None
    uai = _attachment(values)[1]
    return DirectoryEntry(
        key=key,
        kind=kind,
        name=name,
        email=_email(values),
        role=values.first("entstructuretypestruct", "businesscategory"),
        uai=uai,
        town=values.first("l"),
        phone=values.first("telephonenumber"),
    )
