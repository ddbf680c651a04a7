"""Tables of people (CSV, TSV) as values: what a column holds, and a map of all columns."""

from __future__ import annotations

from enum import Enum

from mel_desktop.model.people import DirectoryEntry, Profile, SkippedLine
from mel_desktop.model.values import dataclass


class Field(Enum):
    """What a column holds. The value is the heading that we name in messages.

    Columns of a ``CHILD_*`` are about a pupil of the person of the line, those of a ``GUARDIAN_*``
    about somebody responsible for the pupil of the line; both may be repeated.
    """

    SURNAME = "nom"
    USAGE = "nom d'usage"
    GIVEN = "prénom"
    FULL = "nom complet"
    CIVILITY = "civilité"
    EMAIL = "courriel"
    ROLE = "fonction"
    SUBJECT = "discipline"
    CLASSES = "classe"
    GROUPS = "groupe"
    HEAD_OF = "professeur principal de"
    SCHOOL = "établissement"
    UAI = "UAI"
    PHONE = "téléphone"
    TOWN = "ville"
    ID = "identifiant"
    RELATION = "lien de parenté"
    CHILD_SURNAME = "nom de l'enfant"
    CHILD_USAGE = "nom d'usage de l'enfant"
    CHILD_GIVEN = "prénom de l'enfant"
    CHILD_FULL = "nom complet de l'enfant"
    CHILD_CLASSES = "classe de l'enfant"
    CHILD_ID = "identifiant de l'enfant"
    GUARDIAN_SURNAME = "nom du responsable"
    GUARDIAN_USAGE = "nom d'usage du responsable"
    GUARDIAN_GIVEN = "prénom du responsable"
    GUARDIAN_FULL = "nom complet du responsable"
    GUARDIAN_CIVILITY = "civilité du responsable"
    GUARDIAN_EMAIL = "courriel du responsable"
    GUARDIAN_PHONE = "téléphone du responsable"
    GUARDIAN_RELATION = "lien du responsable"

    @property
    def code(self) -> str:
        """Its name in a file of columns: ``child-surname``."""
        return self.name.lower().replace("_", "-")


class Sensitive(Enum):
    """Columns that are never read, whatever a map says: a mail program has no use for them."""

    BIRTH = "birth"  # date and place
    NATIONAL_ID = "national-id"  # INE, NIR
    ADDRESS = "address"  # postal
    BURSARY = "bursary"  # and other money
    PROGRAMME = "programme"  # MEF
    HEALTH = "health"  # PAI, handicap, diet
    CARE = "care"  # aide sociale à l'enfance
    OTHER = "other"  # sex, nationality, parents' occupation


class Because(Enum):
    """How a column was understood."""

    HEADING = "heading"
    CONTENT = "content"
    KEPT = "kept"  # as the last time
    NOTHING = ""


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """A column as it was understood; ``sensitive`` ones have no field."""

    field: Field | None
    because: Because = Because.NOTHING
    sensitive: Sensitive | None = None


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """What each column of files with these headings holds; None: not read.

    ``delimiter`` and ``encoding`` are "" where they are to be found out from the file. Without a
    heading line ``headings`` are "#1", "#2" ...
    """

    headings: tuple[str, ...]
    fields: tuple[Field | None, ...]
    profile: Profile = Profile.OTHER
    delimiter: str = ""
    encoding: str = ""
    has_heading: bool = True


@dataclass(frozen=True, slots=True)
class TableLook:
    """The beginning of a table. ``rows``: its first lines below the heading, cells cleaned.

    ``kept``: the map was kept at an earlier import. ``is_understood``: it can be imported as it is.
    """

    columns: ColumnMap
    guesses: tuple[ColumnGuess, ...]
    rows: tuple[tuple[str, ...], ...]
    kept: bool = False
    is_understood: bool = True


@dataclass(frozen=True, slots=True)
class TablePreview:
    """What the first lines of a table would become."""

    people: tuple[DirectoryEntry, ...]
    groups: int = 0
    ties: int = 0
    skipped: tuple[SkippedLine, ...] = ()
