"""Which rows of several sources are one person, school or service, and what is told of them. Pure.

Rule 1: only a key makes two rows one: what a source says itself (``same_as``), the UAI of a school
or service, the institutional address of somebody of the staff. A name never does.
Rule 2: a key says nothing where two rows of one source have it, where schools of two UAIs have it,
where more than MOST_ROWS have it, or where the holders of an address share no word of their names
but civilités and particles: then it is a shared box, or an error.
Rule 3: rows hang together by keys over several steps, up to MOST_ROWS. Where that would make one of
two rows of one source, or of two UAIs, or of too many, none of them is put together.
All of this is decided from the rows alone: the order in which sources came does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final, Protocol, TypeVar

from mel_desktop.formats.headings import class_label, plain
from mel_desktop.logic.lookalikes import is_education
from mel_desktop.logic.recipients import same_key
from mel_desktop.model.patterns import late
from mel_desktop.model.people import (
    DirectoryEntry,
    EntryId,
    EntryKind,
    Profile,
    SourceId,
    SourceKind,
)

MOST_ROWS: Final = 12
MAIL: Final = "mail:"
UAI: Final = "uai:"
PLACES: Final = frozenset({EntryKind.SCHOOL, EntryKind.SERVICE})
_NOT_STAFF: Final = frozenset({Profile.PUPIL, Profile.GUARDIAN})
# "ce.0350001a", "0350001a", "secretariat.0350001a": boxes of a school, whoever reads them.
_OF_A_SCHOOL: Final = late(r"(?:^|[.\-_])\d{7}[a-z](?:$|[.\-_])|^(?:ce|ia|dsden)[.\-_]")
# Words of a name that many names have.
_NO_NAMES: Final = frozenset({
    "mr", "mme", "mlle", "monsieur", "madame", "mademoiselle", "dr", "pr",
    "de", "du", "des", "la", "le", "les", "el", "al", "van", "von", "da", "di", "dos",
})  # fmt: skip
_TELLING: Final = (
    SourceKind.OWN, SourceKind.AAF, SourceKind.SIECLE, SourceKind.STS, SourceKind.ONDE,
    SourceKind.LDAP, SourceKind.ANNUAIRE, SourceKind.ENT_CSV, SourceKind.CARDDAV, SourceKind.CSV,
    SourceKind.VCARD, SourceKind.LDIF, SourceKind.ZIMBRA, SourceKind.THUNDERBIRD,
    SourceKind.SERVICES,
)  # fmt: skip


class Row(Protocol):
    """An entry with the id of its row and of its source."""

    @property
    def id(self) -> EntryId:
        """Of the row."""
        ...

    @property
    def entry(self) -> DirectoryEntry:
        """What it says."""
        ...

    @property
    def source_id(self) -> SourceId:
        """Who says it."""
        ...


R = TypeVar("R", bound=Row)


def keys_of(entry: DirectoryEntry) -> tuple[str, ...]:
    """Keys by which an entry may be known elsewhere, the source's own first."""
    found = dict.fromkeys(
        MAIL + same_key(key[len(MAIL) :]) if key.startswith(MAIL) else key for key in entry.same_as
    )
    if entry.kind in PLACES and entry.uai and "#" not in entry.key:  # an annexe shares its UAI
        found[UAI + entry.uai.upper()] = None
    if entry.kind is EntryKind.PERSON and is_staff_address(entry):
        found[MAIL + same_key(entry.email)] = None
    return tuple(found)


def row_key(kind: str, source: str, key: str) -> str:
    """What a row is called across its source's copies; ``kind`` and ``source`` name the source."""
    return f"row:{kind}/{source}/{key}"


def is_staff_address(entry: DirectoryEntry) -> bool:
    """Whether the address is the institutional one of a member of the staff, and theirs alone."""
    if not entry.email or entry.profile in _NOT_STAFF:
        return False
    local, _, domain = same_key(entry.email).rpartition("@")
    return _is_staff_domain(domain) and not _OF_A_SCHOOL.search(local)


@lru_cache(maxsize=256)  # a few domains, asked for with each row
def _is_staff_domain(domain: str) -> bool:
    return is_education(domain)


def together(start: R, holders_of: Callable[[str], Sequence[R]]) -> tuple[R, ...]:
    """The rows that are one with ``start``, itself among them, in no order that matters.

    ``holders_of``: the visible rows that have a key, at most MOST_ROWS + 1 of them.
    """
    found = {start.id: start}
    waiting = [start]
    seen: set[str] = set()
    while waiting:
        for key in keys_of(waiting.pop().entry):
            if key in seen:
                continue
            seen.add(key)
            holders = [one for one in holders_of(key) if _alike(one, start)]
            if not _says_something(key, holders):
                continue
            for one in holders:
                if one.id not in found:
                    found[one.id] = one
                    waiting.append(one)
            if len(found) > MOST_ROWS:
                return (start,)
    rows = tuple(found.values())
    return rows if _agree(rows) else (start,)


def most_telling(kind: SourceKind, entry: DirectoryEntry, source: str) -> tuple[object, ...]:
    """What rows are sorted by, the most telling first: see ``put_together``."""
    rank = 2 * _TELLING.index(kind)
    if entry.kind in PLACES and kind is SourceKind.ANNUAIRE:
        rank = 1
    return rank, source, entry.key


def put_together(rows: Sequence[DirectoryEntry]) -> DirectoryEntry:
    """One entry from rows of one person or place, the most telling first.

    The most telling is one's own contact; then what the school's own files say (AAF, SIECLE, STS,
    ONDE), LDAP, the annuaire (for schools before these), exports and address books; sources of one
    kind by their names. Each field is the first that is not empty in that order: never a mixture.
    Lists (addresses, telephones, subjects, classes) hold what every row has, the most telling
    first.
    """
    first = rows[0]
    if len(rows) == 1:
        return first
    emails = _union(same_key, ((row.email, *row.more_emails) for row in rows))
    phones = _union(_digits, ((row.phone, *row.more_phones) for row in rows))
    email = _first([row.email for row in rows])
    phone = _first([row.phone for row in rows])
    return replace(
        first,
        email=email,
        role=_first([row.role for row in rows]),
        school=_first([row.school for row in rows]),
        uai=_first([row.uai for row in rows]),
        classes=tuple(_union(class_label, (row.classes for row in rows)).values()),
        town=_first([row.town for row in rows]),
        phone=phone,
        profile=next((row.profile for row in rows if row.profile.value), Profile.OTHER),
        family_name=_first([row.family_name for row in rows]),
        title=_first([row.title for row in rows]),
        more_emails=tuple(one for key, one in emails.items() if key != same_key(email)),
        more_phones=tuple(one for key, one in phones.items() if key != _digits(phone)),
        subjects=tuple(_union(class_label, (row.subjects for row in rows)).values()),
        web=_first([row.web for row in rows]),
        about=_first([row.about for row in rows]),
        same_as=tuple(sorted({key for row in rows for key in row.same_as})),
    )


def _union(key: Callable[[str], str], lists: Iterable[Iterable[str]]) -> dict[str, str]:
    """Each once, as the first that has it writes it."""
    found: dict[str, str] = {}
    for one in lists:
        for text in filter(None, one):
            found.setdefault(key(text), text)
    return found


def _first(texts: Sequence[str]) -> str:
    return next(filter(None, texts), "")


def _digits(phone: str) -> str:
    digits = "".join(letter for letter in phone if letter.isdigit())
    return digits[-9:] if len(digits) >= 9 else phone  # "+33 2 99..." is "02 99..."


def _alike(one: Row, other: Row) -> bool:
    kinds = one.entry.kind, other.entry.kind
    return kinds[0] is kinds[1] or PLACES.issuperset(kinds)


def _says_something(key: str, holders: Sequence[Row]) -> bool:
    if len(holders) > MOST_ROWS or not _agree(holders):
        return False
    if not key.startswith(MAIL):
        return True
    words = [
        {word for word in plain(one.entry.name).split() if len(word) > 1} - _NO_NAMES
        for one in holders
    ]
    return all(one & other for place, one in enumerate(words) for other in words[:place])


def _agree(rows: Sequence[Row]) -> bool:
    sources = [one.source_id for one in rows]
    uais = {one.entry.uai.upper() for one in rows if one.entry.kind in PLACES and one.entry.uai}
    return len(set(sources)) == len(sources) and len(uais) <= 1
