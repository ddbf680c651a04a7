"""The school directory as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NewType

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


@dataclass(frozen=True, slots=True)
class Membership:
    """A member of a group, both by their ``key`` within the source.

    A member key that ends with a comma is the first part of a DN ("uid=jdupont,"), for groups that
    name members by their login only.
    """

    group: str
    member: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class SkippedLine:
    """An input line that was left out, and why (an English phrase without personal data)."""

    line: int
    reason: str


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
    """How to read an LDAP directory (RFC 4511, paged results RFC 2696)."""

    url: str  # ldaps://host[:port] or ldap://host[:port] (StartTLS is then required)
    base: str
    bind_dn: str = ""
    ca_pem: str = ""
    page_size: int = 500


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
    complete: bool = True  # False when the server cut its answer: nothing was removed then


@dataclass(frozen=True, slots=True)
class DirectoryHit:
    """One entry found, with what tells namesakes apart."""

    id: EntryId
    entry: DirectoryEntry
    source: str
    score: float
    learned: bool = False  # written to from here: can be forgotten


@dataclass(frozen=True, slots=True)
class DirectoryResult:
    """Hits best first, and how old and complete the copy is."""

    hits: tuple[DirectoryHit, ...]
    total: int
    as_of: datetime | None
    complete: bool
