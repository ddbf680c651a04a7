"""The school directory as values."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import Final, NewType

from mel_desktop.model.values import dataclass

SourceId = NewType("SourceId", int)
EntryId = NewType("EntryId", int)


class EntryKind(Enum):
    """What an entry of the directory is."""

    PERSON = "person"
    GROUP = "group"
    SCHOOL = "school"
    SERVICE = "service"


class SourceKind(Enum):
    """Where entries come from."""

    ANNUAIRE = "annuaire"
    CSV = "csv"
    LDAP = "ldap"
    THUNDERBIRD = "thunderbird"
    VCARD = "vcard"
    LDIF = "ldif"
    AAF = "aaf"
    SIECLE = "siecle"
    STS = "sts"
    ONDE = "onde"
    ENT_CSV = "ent-csv"
    CARDDAV = "carddav"
    ZIMBRA = "zimbra"
    OWN = "own"
    SERVICES = "services"


class Profile(Enum):
    """What a person is to a school (SDET: categoriePersonne, ENTPersonProfils)."""

    PUPIL = "pupil"  # élève
    GUARDIAN = "guardian"  # responsable: parent, tutor, who has charge of a pupil
    TEACHER = "teacher"
    HEAD = "head"  # direction
    STAFF = "staff"
    OTHER = ""  # not said


class Part(Enum):
    """What a person is in a class or group."""

    MEMBER = ""  # not said
    PUPIL = "pupil"
    DELEGATE = "delegate"  # délégué; a pupil too
    TEACHER = "teacher"  # ``Membership.role``: the subject
    HEAD_TEACHER = "head-teacher"  # professeur principal; a teacher too
    GUARDIAN = "guardian"  # where a source says so itself; else computed from ties


class Relation(Enum):
    """What a guardian is to a pupil (AAF: 10, 20, 39, 50, 51, old 1 to 6; SIECLE: CODE_PARENTE)."""

    MOTHER = "mother"
    FATHER = "father"
    TUTOR = "tutor"
    FAMILY = "family"  # autre membre de la famille
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """An entry as a reader produces it. ``key`` is stable within its source (UAI, DN, id...)."""

    key: str
    kind: EntryKind
    name: str
    email: str = ""
    role: str = ""  # function, subject or type of school
    school: str = ""
    uai: str = ""
    classes: tuple[str, ...] = ()
    town: str = ""
    phone: str = ""
    profile: Profile = Profile.OTHER
    family_name: str = ""  # to sort by; ``name`` is the whole, "Prénom Nom"
    title: str = ""  # civilité: "Mme", "M."
    more_emails: tuple[str, ...] = ()
    more_phones: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()  # taught, in words
    web: str = ""  # https address of a school or service
    about: str = ""  # of a service: what it is, and what one asks it
    # What other sources call the same: "uai:0350001A", "aaf:013/2605692", "siecle:0350001A/4711",
    # "uid:jdupont@ac-rennes", "mail:..." of a person's own institutional box. Never a name.
    same_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Membership:
    """A member of a group, both by their ``key`` within the source.

    A member key that ends with a comma is the first part of a DN ("uid=jdupont,"), for groups that
    name members by their login only.
    """

    group: str
    member: str
    role: str = ""
    part: Part = Part.MEMBER
    by_group: bool = False  # the group's record names its members, else the member's its groups


@dataclass(frozen=True, slots=True)
class Tie:
    """A guardian of a pupil, both by ``key`` within the source. Only what sending needs is kept."""

    pupil: str
    guardian: str
    relation: Relation = Relation.OTHER
    is_legal: bool = False  # responsable légal
    is_contact: bool = False  # has charge of the pupil, or is to be called


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture of an entry, by ``key`` within the source; JPEG or PNG, as given."""

    key: str
    octets: bytes


@dataclass(frozen=True, slots=True)
class Gone:
    """An entry that a change file or a server says is no more."""

    key: str


@dataclass(frozen=True, slots=True)
class Change:
    """What a change file says anew of one entry, named by ``entry.key``; ``changed`` applies it.

    ``fields``: names of the fields of ``entry`` that count; all others stay as they are held.
    ``added``: those of them (``phone``, ``classes``, ``subjects``) of which the file names only
    some values: they are put to those held. ``given_name``: where only that part of a name is said.
    ``groups``: its memberships held in groups of this ``role`` with this part go first, and
    ``ties``: so do the ties that it has as a pupil; the same file yields those of today.
    An entry that is not held is taken as ``entry`` stands, unless it has no name.
    """

    entry: DirectoryEntry
    fields: frozenset[str] = frozenset()
    added: frozenset[str] = frozenset()
    given_name: str = ""
    groups: frozenset[tuple[str, Part]] = frozenset()
    ties: bool = False


@dataclass(frozen=True, slots=True)
class SkippedLine:
    """An input line that was left out, and why (an English phrase without personal data)."""

    line: int
    reason: str


Item = DirectoryEntry | Change | Membership | Tie | Photo | Gone | SkippedLine

ENTRY_FIELDS: Final = frozenset(
    name for name in DirectoryEntry.__dataclass_fields__ if name not in {"key", "kind"}
)


def changed(held: DirectoryEntry | None, change: Change) -> DirectoryEntry | None:
    """The entry after a change; None where nothing can be shown (not held, and no name)."""
    new = change.entry
    if held is None:
        return new if new.name else None
    after = replace(held, **{name: getattr(new, name) for name in change.fields & ENTRY_FIELDS})
    if "name" not in change.fields and (change.given_name or "family_name" in change.fields):
        given = change.given_name or held.name.removesuffix(held.family_name).strip()
        after = replace(after, name=" ".join(filter(None, (given, after.family_name))))
    if "phone" in change.added:
        numbers = dict.fromkeys(
            filter(None, (new.phone, *new.more_phones, held.phone, *held.more_phones))
        )
        first, *more = (*numbers, "")
        after = replace(after, phone=first, more_phones=tuple(filter(None, more)))
    if "classes" in change.added:
        after = replace(after, classes=tuple(dict.fromkeys((*held.classes, *new.classes))))
    if "subjects" in change.added:
        after = replace(after, subjects=tuple(dict.fromkeys((*held.subjects, *new.subjects))))
    return after if after.name else held


@dataclass(frozen=True, slots=True)
class DirectorySource:
    """A source with its own date, count and completeness."""

    id: SourceId
    kind: SourceKind
    name: str
    url: str  # LDAP URL, or the file's name; never a password
    updated_at: datetime | None
    count: int
    complete: bool
    attribution: str  # e.g. what the Licence Ouverte asks to be shown


@dataclass(frozen=True, slots=True)
class LdapSettings:
    """How to read an LDAP directory (RFC 4511, paged results RFC 2696).

    ``profile``: id of a mapping profile, "" for the one that the server's entries suggest.
    """

    url: str  # ldaps://host[:port] or ldap://host[:port] (StartTLS is then required)
    base: str
    bind_dn: str = ""
    ca_pem: str = ""
    page_size: int = 500
    profile: str = ""
    photos: bool = False


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did."""

    source: str
    format: str
    persons: int = 0
    groups: int = 0
    schools: int = 0
    services: int = 0
    skipped: tuple[SkippedLine, ...] = ()
    removed: int = 0
    skipped_more: int = 0  # further lines left out, beyond those listed
    ties: int = 0
    complete: bool = True  # False when the server cut its answer: nothing was removed then
    waiting: bool = False  # too much would go: the old copy is shown until a person decides
    would_remove: int = 0  # while it waits
    cuts: tuple[str, ...] = ()  # why the copy is not complete, in English


@dataclass(frozen=True, slots=True)
class DirectoryHit:
    """One entry found, with what tells namesakes apart."""

    id: EntryId
    entry: DirectoryEntry
    source: str
    score: float
    learned: bool = False  # written to from here: can be forgotten
    sources: tuple[SourceId, ...] = ()  # all that have it, where several were put together


@dataclass(frozen=True, slots=True)
class DirectoryResult:
    """Hits best first, and how old and complete the copy is."""

    hits: tuple[DirectoryHit, ...]
    total: int
    as_of: datetime | None
    complete: bool
