"""One LDAP entry to directory values. Pure: attribute names and raw values in, items out.

Schemas read: inetOrgPerson (RFC 2798), eduPerson, Supann, the SDET's ENT classes (values composed
with ``$``, of which the school may be a DN, as GIP RECIA has it), the Sun directories of the
académies (``rne``, mailEquivalentAddress), EOLE Scribe (``type`` of groups), groupOfNames,
groupOfUniqueNames, posixGroup, Active Directory groups.
Values that a mail client has no use for (birth dates, INE, addresses, private telephones) are not
even asked for: the attributes of ``ldap_profiles`` are the whole list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeVar

from mel_desktop.formats import ldap_profiles
from mel_desktop.formats.headings import plain
from mel_desktop.formats.ldap_person import (
    FAMILY,
    family,
    institutional,
    own_profile,
    part_of,
    role_of,
    subjects_of,
)
from mel_desktop.formats.people_csv import CLASS_ROLE, GROUP_ROLE, group_entry, group_key
from mel_desktop.formats.table import tidy
from mel_desktop.model.people import (
    DirectoryEntry,
    EntryKind,
    Item,
    Membership,
    Part,
    Photo,
    Profile,
    SkippedLine,
)

ATTRIBUTES: Final = ldap_profiles.ANY.attributes
CLASS_ATTRIBUTES: Final = {
    "enteleveclasses": (CLASS_ROLE, Part.PUPIL),
    "entauxensclassesmatieres": (CLASS_ROLE, Part.TEACHER),
    "entauxensclassesprincipal": (CLASS_ROLE, Part.HEAD_TEACHER),
    "entauxensclasses": (CLASS_ROLE, Part.TEACHER),
    "entpersonclasses": (CLASS_ROLE, Part.MEMBER),
    "entelevedelegclasse": (CLASS_ROLE, Part.DELEGATE),
    "entelevegroupes": (GROUP_ROLE, Part.PUPIL),
    "entauxensgroupesmatieres": (GROUP_ROLE, Part.TEACHER),
    "entauxensgroupes": (GROUP_ROLE, Part.TEACHER),
    "entpersongroupes": (GROUP_ROLE, Part.MEMBER),
}
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
    "educationnationale", "inetmailuser", "mailrecipient", "user", "account", "contact",
})  # fmt: skip
# EOLE Scribe says in ``type`` of a group what it is.
GROUP_TYPES: Final = {
    "classe": (CLASS_ROLE, Part.PUPIL),
    "niveau": ("niveau", Part.PUPIL),
    "option": (GROUP_ROLE, Part.PUPIL),
    "equipe": ("équipe", Part.TEACHER),
    "matiere": ("matière", Part.TEACHER),
}
MAX_MEMBERS: Final = 20_000
MAX_VALUES: Final = 100
MAX_PHOTO: Final = 200_000  # octets
MAX_GROUPS: Final = 20_000  # made from values; beyond, each is said again
_UAI: Final = re.compile(r"\b(\d{7}[A-Za-z])\b")
_DN_PART: Final = re.compile(r"(?:\\.|[^\\,;+])+", re.DOTALL)
_ESCAPED: Final = re.compile(r"((?:\\[0-9A-Fa-f]{2})+)|\\(.)", re.DOTALL)
_PLAIN_DN: Final = re.compile(r"[^\s\\;+=,\"<>]+=[^\s\\;+=,\"<>](?:[^\\;+=,\"<>\s]| (?=[^\s,]))*")
_AC: Final = re.compile(r"(?:^|,)ou=(ac-[a-z-]+)(?:,|$)")
_RNE: Final = re.compile(r"(?:^|,)ou=(\d{7}[a-z])(?:,|$)")
_DC: Final = re.compile(r"(?:^|,)dc=([^,]+)")
_CIVIL: Final = {"m": "M.", "mr": "M.", "mme": "Mme", "mlle": "Mme", "madame": "Mme",
                 "monsieur": "M."}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """What one LDAP entry says. ``entry`` is None for what is no person, group or school."""

    entry: DirectoryEntry | None
    groups: tuple[DirectoryEntry, ...] = ()
    memberships: tuple[Membership, ...] = ()
    more: tuple[Item, ...] = ()  # ties and pictures


def read_entry(dn: str, raw: Mapping[str, Sequence[bytes]]) -> Found:
    """Map one entry by itself; never raises, whatever the values are."""
    values: dict[str, list[bytes]] = {}
    for name, some in raw.items():
        values.setdefault(attribute(name), []).extend(some)
    return Mapper().found(normal_dn(dn), values)


def attribute(description: str) -> str:
    """Lower case, options (``;binary``, ``;lang-fr``) set aside."""
    return description.partition(";")[0].lower()


def normal_dn(dn: str) -> str:
    """One spelling for a DN: lower case, no blanks around ``,`` and ``=``, ``;`` as ``,``."""
    first, comma, parent = dn.partition(",")
    if comma and "\\" not in dn and '"' not in dn and len(dn) <= 2_000:
        return f"{_normal(first)},{_parent(parent)}"  # most DNs of a copy share their parents
    return _normal(dn)


@lru_cache(maxsize=2_000)
def _parent(dn: str) -> str:
    return _normal(dn)


def _normal(dn: str) -> str:
    if _PLAIN_DN.fullmatch(dn):
        return dn.casefold()
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


class _Known(dict[bytes, str]):
    """Short texts looked at lately: names and schools come again and again."""

    MOST: Final = 20_000

    def __missing__(self, value: bytes) -> str:
        text = _decoded(value)
        if len(value) <= 60:
            if len(self) >= self.MOST:
                self.clear()
            self[value] = text
        return text


_text = _Known().__getitem__


def _decoded(value: bytes) -> str:
    if len(value) > 4_000:
        value = value[:4_000]
    try:
        text = value.decode()
    except UnicodeDecodeError:
        text = value.decode("cp1252", "replace")
    if len(text) < 500 and "  " not in text and text.isprintable() and text == text.strip():
        return text
    return tidy(text)


def _texts(raw: Mapping[str, Sequence[bytes]], name: str, limit: int = MAX_VALUES) -> list[str]:
    """Texts that are not blank."""
    values = raw.get(name)
    if not values:
        return []
    return [text for value in values[:limit] if (text := _text(value))]


def _first(raw: Mapping[str, Sequence[bytes]], *names: str) -> str:
    """The first text of the first attribute that has one."""
    for name in names:
        for value in raw.get(name, ()):
            if text := _text(value):
                return text
    return ""


@lru_cache(maxsize=5_000)
def _kinds(values: tuple[bytes, ...]) -> frozenset[str]:
    return frozenset(_text(one).lower() for one in values[:MAX_VALUES])


_WHERE: Final = (
    "rne", "entstructureuai", "supannetablissement", "entpersonstructrattach", "o",
)  # fmt: skip
_WHAT: Final = (
    "title", "entpersonfonctions", "entpersonprofils", "edupersonprimaryaffiliation",
    "employeetype", "businesscategory", "personaltitle", "entpersoncivilite", "supanncivilite",
)  # fmt: skip
_GROUPED: Final = frozenset(CLASS_ATTRIBUTES)
_RARE: Final = FAMILY | {"jpegphoto"}
_NOTHING: Final[list[str]] = []

Value = TypeVar("Value")


def _keep(cache: dict[object, Value], key: object, value: Value) -> None:
    if len(cache) >= _Known.MOST:
        cache.clear()
    cache[key] = value


class Mapper:
    """Maps the entries of one copy. Groups made from values are said once.

    ``profile``: id of ``ldap_profiles``, for what only one of them means.
    """

    def __init__(self, profile: str = "", *, photos: bool = False) -> None:
        self._is_scribe = profile in ("scribe", "")
        self._is_staff = profile == "academie"
        self._photos = photos
        self._made: set[str] = set()
        self._labels: dict[tuple[str, str, str], tuple[DirectoryEntry, str]] = {}
        # Many entries share all that these are made of: each is worked out once.
        self._where: dict[object, tuple[str, str]] = {}
        self._what: dict[object, tuple[str, Profile, tuple[str, ...], str]] = {}
        self._composed: dict[
            object,
            tuple[tuple[str, ...], tuple[DirectoryEntry, ...], tuple[tuple[str, str, Part], ...]],
        ] = {}

    def items(self, key: str, raw: Mapping[str, Sequence[bytes]], uuid: str = "") -> list[Item]:
        """Items of an entry, itself first; none for what is no person, group or school.

        ``key``: its ``normal_dn``; ``raw`` by lower-case names; ``uuid``: its entryUUID, or what
        the server has in its place.
        """
        found = self.found(key, raw, uuid)
        if found.entry is None:
            return []
        items: list[Item] = [found.entry]
        for group in found.groups:
            if group.key not in self._made:
                if len(self._made) < MAX_GROUPS:
                    self._made.add(group.key)
                items.append(group)
        items.extend(found.memberships)
        items.extend(found.more)
        return items

    def found(self, key: str, raw: Mapping[str, Sequence[bytes]], uuid: str = "") -> Found:
        """What one entry says."""
        kinds = _kinds(tuple(raw["objectclass"])) if "objectclass" in raw else frozenset()
        if kinds & NOT_PEOPLE or not key:
            return Found(None)
        if kinds & GROUP_CLASSES:
            return self._group(key, raw, uuid)
        if kinds & SCHOOL_CLASSES or ("organization" in kinds and _first(raw, "entstructureuai")):
            return Found(_place(key, EntryKind.SCHOOL, raw, uuid))
        if kinds & SERVICE_CLASSES:
            return Found(_place(key, EntryKind.SERVICE, raw, uuid))
        if kinds & PERSON_CLASSES:
            return self._person(key, raw, kinds, uuid)
        return Found(None)

    # -- inside ------------------------------------------------------------------------------------

    def _person(
        self, key: str, raw: Mapping[str, Sequence[bytes]], kinds: frozenset[str], uuid: str
    ) -> Found:
        given = _first(raw, "givenname") or _first(raw, "entpersonprenom")
        surname = _first(raw, "sn") or _first(raw, "entpersonnom")
        name = _first(raw, "displayname") or (f"{given} {surname}" if given and surname else "")
        name = name or _first(raw, "cn") or given or surname or _first(raw, "uid")
        if not name:
            return Found(None)
        emails = _emails(raw)
        where = tuple([tuple(raw[name]) for name in _WHERE if name in raw])
        known = self._where.get(where)
        if known is None:
            known = _attachment(raw)
            _keep(self._where, where, known)
        school, uai = known
        what = (kinds, *[tuple(raw[name]) if name in raw else () for name in _WHAT])
        told = self._what.get(what)
        if told is None:
            told = self._told(raw, kinds)
            _keep(self._what, what, told)
        role, profile, subjects, civility = told
        # The académies keep their functional boxes (ce.<UAI>@) as people without a given name.
        functional = not given and ",ou=fonctionnelles," in key
        if functional:
            profile = Profile.OTHER
        classes: tuple[str, ...] = ()
        groups: tuple[DirectoryEntry, ...] = ()
        members: list[Membership] = []
        if names := raw.keys() & _GROUPED:
            stated = (where, *[(name, *raw[name]) for name in names])
            composed = self._composed.get(stated)
            if composed is None:
                composed = self._composites(raw, school, uai)
                _keep(self._composed, stated, composed)
            classes, groups, parts = composed
            members = [Membership(group, key, subject, part) for group, subject, part in parts]
        phones = (
            [_text(one) for one in raw["telephonenumber"][:5]]
            if "telephonenumber" in raw
            else _NOTHING
        )
        entry = DirectoryEntry(
            key,
            EntryKind.SERVICE if functional else EntryKind.PERSON,
            name,
            emails[0] if emails else "",
            role,
            school,
            uai,
            classes,
            _first(raw, "l"),
            phones[0] if phones else "",
            profile,
            surname if given else "",
            civility,
            tuple(emails[1:]),
            tuple(phones[1:]),
            subjects,
            "",
            "",
            _same_as(key, raw, uuid, emails, profile),
        )
        if "memberof" in raw:
            members += [
                Membership(normal_dn(group), key) for group in _texts(raw, "memberof", MAX_MEMBERS)
            ]
        if not raw.keys() & _RARE:
            return Found(entry, groups, tuple(members))
        more: list[Item] = list(family(key, raw, normal_dn))
        if self._photos and (pictures := raw.get("jpegphoto")):
            if len(pictures[0]) <= MAX_PHOTO:
                more.append(Photo(key, bytes(pictures[0])))
            else:
                more.append(SkippedLine(0, "a picture that is too large"))
        return Found(entry, groups, tuple(members), tuple(more))

    def _told(
        self, raw: Mapping[str, Sequence[bytes]], kinds: frozenset[str]
    ) -> tuple[str, Profile, tuple[str, ...], str]:
        """(role, profile, subjects, civility)."""
        titles = tuple(_texts(raw, "title"))
        functions = tuple(_texts(raw, "entpersonfonctions"))
        said = _said(raw)
        return (
            role_of(titles, functions, said, _first(raw, "businesscategory")),
            own_profile(titles, functions, said, kinds, self._is_staff),
            subjects_of(functions),
            _civility(raw),
        )

    def _composites(
        self, raw: Mapping[str, Sequence[bytes]], school: str, uai: str
    ) -> tuple[tuple[str, ...], tuple[DirectoryEntry, ...], tuple[tuple[str, str, Part], ...]]:
        """(classes, classes and groups as entries, (key, subject, part) in each of them).

        Of ``<school>$<label>[$<subject>]``, or of plain values; each group once, with the part
        that says most.
        """
        found: dict[str, tuple[DirectoryEntry, str, Part]] = {}
        for name, (kind, part) in CLASS_ATTRIBUTES.items():
            for value in raw.get(name, ())[:MAX_VALUES]:
                parts = _text(value).split("$")
                label = (parts[1] if len(parts) > 1 else parts[0]).strip()
                if not label or (part is Part.DELEGATE and len(label) < 2):  # "O" and "N"
                    continue
                where = uai or plain(school)
                group, folded = self._label(kind, label, where, school, uai)
                known = found.get(folded)
                subject = parts[2].strip() if len(parts) > 2 and part is Part.TEACHER else ""
                if known is None:
                    found[folded] = (group, subject, part)
                else:
                    found[folded] = (known[0], known[1] or subject, part_of(known[2], part))
        groups = tuple(one[0] for one in found.values())
        classes = tuple(one.name for one in groups if one.role == CLASS_ROLE)
        return classes, groups, tuple((one[0].key, one[1], one[2]) for one in found.values())

    def _label(
        self, kind: str, label: str, where: str, school: str, uai: str
    ) -> tuple[DirectoryEntry, str]:
        known = self._labels.get((kind, label, where))
        if known is None:
            key = group_key(kind, label, where)
            known = (group_entry(key, kind, label, school, uai), key)
            if len(self._labels) < MAX_GROUPS:
                self._labels[kind, label, where] = known
        return known

    def _group(self, key: str, raw: Mapping[str, Sequence[bytes]], uuid: str) -> Found:
        name = _first(raw, "displayname", "cn", "description")
        if not name:
            return Found(None)
        school, uai = _attachment(raw)
        members = [normal_dn(text) for text in _texts(raw, "member", MAX_MEMBERS)]
        # uniqueMember may end with a bit string, RFC 4517 3.3.21: <dn>#'0101'B
        members += [
            normal_dn(re.sub(r"#'[01]*'B$", "", text))
            for text in _texts(raw, "uniquemember", MAX_MEMBERS)
        ]
        members += [
            normal_dn(f"uid={_escape(uid)}") + "," for uid in _texts(raw, "memberuid", MAX_MEMBERS)
        ]
        kind, part = GROUP_ROLE, Part.MEMBER
        if self._is_scribe and (said := _first(raw, "type")):
            kind, part = GROUP_TYPES.get(plain(said), (GROUP_ROLE, Part.MEMBER))
        emails = _emails(raw)
        entry = DirectoryEntry(
            key=key,
            kind=EntryKind.GROUP,
            name=name,
            email=emails[0] if emails else "",
            role=_first(raw, "businesscategory") or kind,
            school=school,
            uai=uai,
            classes=(name,) if kind == CLASS_ROLE else (),
            same_as=(f"entryuuid:{uuid}",) if uuid else (),
        )
        role = name if kind == "matière" else ""
        told = tuple(
            Membership(key, one, role, part, True) for one in dict.fromkeys(members) if one
        )
        return Found(entry, (), told)


def _said(raw: Mapping[str, Sequence[bytes]]) -> tuple[str, ...]:
    """What the person is, in the words or codes of the directory, the most telling first."""
    for name in ("entpersonprofils", "edupersonprimaryaffiliation", "employeetype"):
        if texts := _texts(raw, name, 5):
            return tuple(texts)
    return ()


def _emails(raw: Mapping[str, Sequence[bytes]]) -> list[str]:
    """All addresses, each once, the first is the one to write to."""
    found: dict[str, str] = {}
    for name in _EMAILS:
        if name not in raw:
            continue
        for value in raw[name][:20]:
            address = _text(value).removeprefix("mailto:")
            if address.count("@") == 1 and len(address) <= 254 and not _NO_ADDRESS(address):
                found.setdefault(address.casefold(), address)
    return list(found.values())


_EMAILS: Final = ("mail", "entpersonmail", "mailequivalentaddress", "mailalternateaddress")
_NO_ADDRESS: Final = re.compile(r"[ <>,;]").search


def _civility(raw: Mapping[str, Sequence[bytes]]) -> str:
    text = _first(raw, "personaltitle", "entpersoncivilite", "supanncivilite")
    return _CIVIL.get(text.rstrip(".").casefold(), "") if text else ""


def _attachment(raw: Mapping[str, Sequence[bytes]]) -> tuple[str, str]:
    """(school, UAI), from the attributes that name one."""
    uai = ""
    for name in ("rne", "entstructureuai", "supannetablissement", "entpersonstructrattach"):
        for text in _texts(raw, name):
            if found := _UAI.search(text):
                uai = found[1].upper()
                break
        if uai:
            break
    return _current_name(_first(raw, "o")), uai


def _current_name(text: str) -> str:
    """``CLG$ANNE FRANK$RENNES`` (ENTStructureNomCourant) -> ``Clg Anne Frank Rennes``."""
    return " ".join(part.title() for part in text.split("$") if part) if "$" in text else text


def _same_as(
    key: str,
    raw: Mapping[str, Sequence[bytes]],
    uuid: str,
    emails: Iterable[str],
    profile: Profile,
) -> tuple[str, ...]:
    """Keys that other sources may share: of the entry, of the login where it holds, of the box."""
    found = [f"entryuuid:{uuid}"] if uuid else []
    unique = raw.get("nsuniqueid")
    if unique and (text := _text(unique[0])):
        found.append(f"nsuniqueid:{text.lower()}")
    uid = raw.get("uid")
    if uid and (where := _realm(key.partition(",")[2])):
        found.append(f"uid:{_text(uid[0]).casefold()}@{where}")
    if profile in (Profile.TEACHER, Profile.HEAD, Profile.STAFF):
        found += [f"mail:{one.casefold()}" for one in emails if institutional(one)]
    return tuple(found)


@lru_cache(maxsize=2_000)
def _realm(parent: str) -> str:
    """Where a login is unique: the school's server, the académie, or the domain of the base."""
    academie, school = _AC.search(parent), _RNE.search(parent)
    if academie:
        return f"{school[1]}.{academie[1]}" if school else academie[1]
    return ".".join(_DC.findall(parent))


def _escape(text: str) -> str:
    return re.sub(r'([,+"\\<>;=])', r"\\\1", text)


def _place(
    key: str, kind: EntryKind, raw: Mapping[str, Sequence[bytes]], uuid: str
) -> DirectoryEntry | None:
    name = _current_name(_first(raw, "entstructurenomcourant", "displayname", "o", "cn", "ou"))
    if not name:
        return None
    uai = _attachment(raw)[1]
    emails = _emails(raw)
    same_as = [f"entryuuid:{uuid}"] if uuid else []
    if uai and kind is EntryKind.SCHOOL:
        same_as.append(f"uai:{uai}")
    return DirectoryEntry(
        key=key,
        kind=kind,
        name=name,
        email=emails[0] if emails else "",
        role=_first(raw, "entstructuretypestruct", "businesscategory"),
        uai=uai,
        town=_first(raw, "l"),
        phone=_first(raw, "telephonenumber"),
        more_emails=tuple(emails[1:]),
        same_as=tuple(same_as),
    )
