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
from enum import Enum
from functools import lru_cache
from operator import itemgetter
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
from mel_desktop.formats.ldap_values import (
    MAX_VALUES,
    MOST_KEPT,
    attribute,
    decoded,
    first,
    first_of,
    first_own,
    normal_dn,
    text_of,
    texts,
)
from mel_desktop.formats.people_csv import CLASS_ROLE, GROUP_ROLE, group_entry, group_key
from mel_desktop.formats.quick import quick
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
from mel_desktop.model.values import dataclass

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
MAX_PHOTO: Final = 200_000  # octets
MAX_GROUPS: Final = 20_000  # made from values; beyond, each is said again
_UAI: Final = re.compile(r"\b(\d{7}[A-Za-z])\b")
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


Told = tuple[DirectoryEntry | None, Sequence[DirectoryEntry], Sequence[Membership], Sequence[Item]]
"""``Found`` without its name: one object less for each entry."""

_NOT_FOUND: Final[Told] = (None, (), (), ())
_new_entry: Final = quick(DirectoryEntry)
_new_membership: Final = quick(Membership)


def read_entry(dn: str, raw: Mapping[str, Sequence[bytes]]) -> Found:
    """Map one entry by itself; never raises, whatever the values are."""
    values: dict[str, list[bytes]] = {}
    for name, some in raw.items():
        values.setdefault(attribute(name), []).extend(some)
    entry, groups, members, more = Mapper().found(normal_dn(dn), _whole(values))
    return Found(entry, tuple(groups), tuple(members), tuple(more))


class _Sort(Enum):
    """What becomes of an entry."""

    NOTHING = 0
    PERSON = 1
    GROUP = 2
    SCHOOL = 3
    SERVICE = 4
    PLACE = 5  # a school if it has a UAI, else by its other classes


@lru_cache(maxsize=5_000)
def _sorted(values: tuple[bytes, ...]) -> tuple[_Sort, frozenset[str], _Sort]:
    """(what an entry with these object classes is, the classes, what a PLACE without a UAI is)."""
    kinds = frozenset(text_of(one).lower() for one in values[:MAX_VALUES])
    other = _Sort.NOTHING
    if kinds & SERVICE_CLASSES:
        other = _Sort.SERVICE
    elif kinds & PERSON_CLASSES:
        other = _Sort.PERSON
    if kinds & NOT_PEOPLE:
        sort = _Sort.NOTHING
    elif kinds & GROUP_CLASSES:
        sort = _Sort.GROUP
    elif kinds & SCHOOL_CLASSES:
        sort = _Sort.SCHOOL
    else:
        sort = _Sort.PLACE if "organization" in kinds else other
    return sort, kinds, other


_WHERE: Final = (
    "rne", "entstructureuai", "supannetablissement", "entpersonstructrattach", "o",
)  # fmt: skip
_WHAT: Final = (
    "title", "entpersonfonctions", "entpersonprofils", "edupersonprimaryaffiliation",
    "employeetype", "businesscategory", "personaltitle", "entpersoncivilite", "supanncivilite",
)  # fmt: skip
Whole = Mapping[str, tuple[bytes, ...]]
"""All of NAMES, () where the entry has none; the values are tuples."""

NAMES: Final = (
    *(name.lower() for name in ldap_profiles.ANY.attributes),
    ldap_profiles.PHOTO.lower(),
)  # fmt: skip
_BLANK: Final[dict[str, tuple[bytes, ...]]] = dict.fromkeys(NAMES, ())
_EMAILS: Final = ("mail", "entpersonmail", "mailequivalentaddress", "mailalternateaddress")
_RARE: Final = (*FAMILY, "jpegphoto", "memberof")
# Several at once: one call for each entry
_where_of: Final = itemgetter(*_WHERE)
_what_of: Final = itemgetter("objectclass", *_WHAT)
_groups_of: Final = itemgetter(*CLASS_ATTRIBUTES)
_boxes_of: Final = itemgetter(*_EMAILS)
_rare_of: Final = itemgetter(*_RARE)
_names_of: Final = itemgetter("givenname", "sn", "displayname", "telephonenumber", "l")
_EMPLOYED: Final = (Profile.TEACHER, Profile.HEAD, Profile.STAFF)
_NO_GROUPS: Final = ((),) * len(CLASS_ATTRIBUTES)
_NO_MORE_BOXES: Final = ((),) * (len(_EMAILS) - 1)
_NOTHING_RARE: Final = ((),) * len(_RARE)


def _whole(raw: Mapping[str, Sequence[bytes]]) -> Whole:
    return {**_BLANK, **{name: tuple(values) for name, values in raw.items()}}


Value = TypeVar("Value")


def _keep(cache: dict[object, Value], key: object, value: Value) -> None:
    if len(cache) >= MOST_KEPT:
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
        return self.items_of(key, _whole(raw), uuid)

    def items_of(self, key: str, raw: Whole, uuid: str = "") -> list[Item]:
        """``items`` of an entry that holds all of NAMES."""
        entry, groups, members, more = self.found(key, raw, uuid)
        if entry is None:
            return []
        items: list[Item] = [entry]
        for group in groups:
            if group.key not in self._made:
                if len(self._made) < MAX_GROUPS:
                    self._made.add(group.key)
                items.append(group)
        items += members
        items += more
        return items

    def found(self, key: str, raw: Whole, uuid: str = "") -> Told:
        """What one entry says."""
        sort, kinds, other = _sorted(raw["objectclass"])
        if not key:
            return _NOT_FOUND
        if sort is _Sort.PLACE:
            sort = _Sort.SCHOOL if first(raw, "entstructureuai") else other
        if sort is _Sort.PERSON:
            return self._person(key, raw, kinds, uuid)
        if sort is _Sort.GROUP:
            return self._group(key, raw, uuid)
        if sort is _Sort.SCHOOL:
            return _place(key, EntryKind.SCHOOL, raw, uuid), (), (), ()
        if sort is _Sort.SERVICE:
            return _place(key, EntryKind.SERVICE, raw, uuid), (), (), ()
        return _NOT_FOUND

    # -- inside ------------------------------------------------------------------------------------

    def _person(self, key: str, raw: Whole, kinds: frozenset[str], uuid: str) -> Told:
        givens, surnames, displayed, numbers, towns = _names_of(raw)
        given = first_of(givens) or first_of(raw["entpersonprenom"])
        surname = first_of(surnames) or first_of(raw["entpersonnom"])
        name = first_own(displayed) or (f"{given} {surname}" if given and surname else "")
        name = name or first_own(raw["cn"]) or given or surname or first_own(raw["uid"])
        if not name:
            return _NOT_FOUND
        emails = _emails(raw)
        where = self._attached(raw)
        school, uai = where
        what = _what_of(raw)
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
        if (stated := _groups_of(raw)) != _NO_GROUPS:
            composed = self._composed.get((where, stated))
            if composed is None:
                composed = self._composites(raw, school, uai)
                _keep(self._composed, (where, stated), composed)
            classes, groups, parts = composed
            members = [
                _new_membership(group, key, subject, part, False) for group, subject, part in parts
            ]
        entry = _new_entry(
            key,
            EntryKind.SERVICE if functional else EntryKind.PERSON,
            name,
            emails[0] if emails else "",
            role,
            school,
            uai,
            classes,
            first_of(towns),
            decoded(numbers[0]) if numbers else "",
            profile,
            surname if given else "",
            civility,
            emails[1:],
            tuple(map(decoded, numbers[1:5])),
            subjects,
            "",
            "",
            _same_as(key, raw, uuid, emails, profile),
        )
        if _rare_of(raw) == _NOTHING_RARE:
            return entry, groups, members, ()
        members += [
            Membership(normal_dn(group), key) for group in texts(raw, "memberof", MAX_MEMBERS)
        ]
        more: list[Item] = list(family(key, raw, normal_dn))
        if self._photos and (pictures := raw["jpegphoto"]):
            if len(pictures[0]) <= MAX_PHOTO:
                more.append(Photo(key, bytes(pictures[0])))
            else:
                more.append(SkippedLine(0, "a picture that is too large"))
        return entry, groups, members, more

    def _attached(self, raw: Whole) -> tuple[str, str]:
        where = _where_of(raw)
        known = self._where.get(where)
        if known is None:
            known = _attachment(raw)
            _keep(self._where, where, known)
        return known

    def _told(
        self, raw: Mapping[str, Sequence[bytes]], kinds: frozenset[str]
    ) -> tuple[str, Profile, tuple[str, ...], str]:
        """(role, profile, subjects, civility)."""
        titles = tuple(texts(raw, "title"))
        functions = tuple(texts(raw, "entpersonfonctions"))
        said = _said(raw)
        return (
            role_of(titles, functions, said, first(raw, "businesscategory")),
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
            for value in raw[name][:MAX_VALUES]:
                parts = text_of(value).split("$")
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

    def _group(self, key: str, raw: Whole, uuid: str) -> Told:
        name = first(raw, "displayname", "cn", "description")
        if not name:
            return _NOT_FOUND
        school, uai = _attachment(raw)
        members = [normal_dn(text) for text in texts(raw, "member", MAX_MEMBERS)]
        # uniqueMember may end with a bit string, RFC 4517 3.3.21: <dn>#'0101'B
        members += [
            normal_dn(re.sub(r"#'[01]*'B$", "", text))
            for text in texts(raw, "uniquemember", MAX_MEMBERS)
        ]
        members += [
            normal_dn(f"uid={_escape(uid)}") + "," for uid in texts(raw, "memberuid", MAX_MEMBERS)
        ]
        kind, part = GROUP_ROLE, Part.MEMBER
        if self._is_scribe and (said := first(raw, "type")):
            kind, part = GROUP_TYPES.get(plain(said), (GROUP_ROLE, Part.MEMBER))
        emails = _emails(raw)
        entry = DirectoryEntry(
            key=key,
            kind=EntryKind.GROUP,
            name=name,
            email=emails[0] if emails else "",
            role=first(raw, "businesscategory") or kind,
            school=school,
            uai=uai,
            classes=(name,) if kind == CLASS_ROLE else (),
            same_as=(f"entryuuid:{uuid}",) if uuid else (),
        )
        role = name if kind == "matière" else ""
        told = tuple(
            Membership(key, one, role, part, True) for one in dict.fromkeys(members) if one
        )
        return entry, (), told, ()


def _said(raw: Mapping[str, Sequence[bytes]]) -> tuple[str, ...]:
    """What the person is, in the words or codes of the directory, the most telling first."""
    for name in ("entpersonprofils", "edupersonprimaryaffiliation", "employeetype"):
        if found := texts(raw, name, 5):
            return tuple(found)
    return ()


def _emails(raw: Whole) -> tuple[str, ...]:
    """All addresses, each once, the first is the one to write to."""
    boxes = _boxes_of(raw)
    if boxes[1:] == _NO_MORE_BOXES and len(boxes[0]) < 2:
        if not boxes[0]:
            return ()
        address = decoded(boxes[0][0]).removeprefix("mailto:")
        return (address,) if _is_address(address) else ()
    found: dict[str, str] = {}
    for values in boxes:
        for value in values[:20]:
            address = decoded(value).removeprefix("mailto:")
            if _is_address(address):
                found.setdefault(address.casefold(), address)
    return tuple(found.values())


def _is_address(text: str) -> bool:
    return _ADDRESS(text) is not None and len(text) <= 254


_ADDRESS: Final = re.compile(r"[^@ <>,;]*@[^@ <>,;]*").fullmatch


def _civility(raw: Mapping[str, Sequence[bytes]]) -> str:
    text = first(raw, "personaltitle", "entpersoncivilite", "supanncivilite")
    return _CIVIL.get(text.rstrip(".").casefold(), "") if text else ""


def _attachment(raw: Mapping[str, Sequence[bytes]]) -> tuple[str, str]:
    """(school, UAI), from the attributes that name one."""
    uai = ""
    for name in ("rne", "entstructureuai", "supannetablissement", "entpersonstructrattach"):
        for text in texts(raw, name):
            if found := _UAI.search(text):
                uai = found[1].upper()
                break
        if uai:
            break
    return _current_name(first(raw, "o")), uai


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
    if (unique := raw["nsuniqueid"]) and (text := decoded(unique[0])):
        found.append(f"nsuniqueid:{text.lower()}")
    if (uid := raw["uid"]) and (where := _realm(key.partition(",")[2])):
        found.append(f"uid:{decoded(uid[0]).casefold()}@{where}")
    if profile in _EMPLOYED:
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


def _place(key: str, kind: EntryKind, raw: Whole, uuid: str) -> DirectoryEntry | None:
    name = _current_name(first(raw, "entstructurenomcourant", "displayname", "o", "cn", "ou"))
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
        role=first(raw, "entstructuretypestruct", "businesscategory"),
        uai=uai,
        town=first(raw, "l"),
        phone=first(raw, "telephonenumber"),
        more_emails=emails[1:],
        same_as=tuple(same_as),
    )
