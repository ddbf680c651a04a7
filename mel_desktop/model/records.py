"""What the directory holds of people, for the school year's end and for the RGPD (UE 2016/679)."""

from __future__ import annotations

from datetime import date, datetime

from mel_desktop.model.people import DirectoryEntry, DirectorySource, Part, Relation
from mel_desktop.model.values import dataclass


def year_name(first: int | None) -> str:
    """The school year that began then: 2026 is "2026-2027"."""
    return "–" if first is None else f"{first}-{first + 1}"


@dataclass(frozen=True, slots=True)
class Holding:
    """One source, counted. ``school_year``: the calendar year in which that of its copy began."""

    source: DirectorySource
    school_year: int | None  # None: never read to its end
    pupils: int = 0
    guardians: int = 0
    staff: int = 0  # teachers, heads and everybody else
    groups: int = 0
    schools: int = 0
    services: int = 0
    with_address: int = 0
    with_phone: int = 0
    photos: int = 0
    ties: int = 0

    @property
    def people(self) -> int:
        """Everybody."""
        return self.pupils + self.guardians + self.staff

    @property
    def of_one_year(self) -> int:
        """What the end of a school year makes void: pupils, their families, classes."""
        return self.pupils + self.guardians + self.groups


@dataclass(frozen=True, slots=True)
class Holdings:
    """All that the register sheet tells (article 30)."""

    made_at: datetime
    school_year: int
    ends: date  # when the next one begins
    sources: tuple[Holding, ...]
    notes: int
    own_groups: int
    learned: int  # addresses written to, kept for completion
    erased: int  # people erased, whom no list brings back
    families_days: int  # policy: days after 1 September that last year's families stay; 0: asked

    @property
    def outdated(self) -> tuple[Holding, ...]:
        """Sources that still show classes or families of an earlier year."""
        return tuple(
            one
            for one in self.sources
            if one.of_one_year
            and one.school_year is not None
            and one.school_year < self.school_year
        )


@dataclass(frozen=True, slots=True)
class Purged:
    """What left with a school year."""

    people: int = 0
    groups: int = 0
    notes: int = 0
    learned: int = 0


@dataclass(frozen=True, slots=True)
class HeldTie:
    """A family tie of a person; ``name``: the other one's."""

    name: str
    relation: Relation
    is_legal: bool
    is_contact: bool


@dataclass(frozen=True, slots=True)
class HeldRow:
    """What one source says of a person."""

    source: DirectorySource
    entry: DirectoryEntry
    classes: tuple[tuple[str, Part, str], ...]  # name, as what, subject
    ties: tuple[HeldTie, ...]
    photo: bytes = b""


@dataclass(frozen=True, slots=True)
class HeldMessage:
    """A message exchanged with a person: its date, folder and subject."""

    at: datetime | None
    folder: str
    subject: str


@dataclass(frozen=True, slots=True)
class HeldPerson:
    """All that is held about one person (articles 15 and 20)."""

    rows: tuple[HeldRow, ...]
    note: str
    own_groups: tuple[str, ...]
    learned: tuple[str, ...]  # addresses of theirs that are proposed because they were written to
    messages: tuple[HeldMessage, ...]


@dataclass(frozen=True, slots=True)
class Erased:
    """What left with one person (article 17). Messages stay: they are mail, not directory."""

    rows: int = 0
    notes: int = 0
    own_groups: int = 0
    learned: int = 0
    messages_left: int = 0
