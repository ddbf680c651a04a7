"""Files that number people: those for an ENT of Edifice, and GEPI's, several of them one source.

Edifice: ``externalid;Prénom*;Nom*;Classe;...``, a file a profile (CSV_Student, CSV_Relative,
CSV_Teacher, CSV_Personnel, CSV_Guest); a parent's line repeats ``Childexternalid``. GEPI:
``g_eleves.csv`` and ``responsables.csv`` with a heading line, the parents by ``id élève``.
Who the people of a file are is said by its columns, else by its name. Children are looked up by
their number only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from mel_desktop.formats.headings import heading, plain
from mel_desktop.formats.people_csv import Families, PeopleFile
from mel_desktop.formats.people_fields import Field, understood
from mel_desktop.formats.table_export import Placed, TableExport
from mel_desktop.formats.table_files import Opened, Source, open_all
from mel_desktop.model.people import Profile

ENT_FORMAT: Final = "ent-csv"
_ORDER: Final = (Profile.PUPIL, Profile.GUARDIAN, Profile.TEACHER, Profile.HEAD, Profile.STAFF,
                 Profile.OTHER)  # fmt: skip
_IN_NAMES: Final = (
    (Profile.PUPIL, ("student", "eleve", "pupil")),
    (Profile.GUARDIAN, ("relative", "parent", "responsable")),
    (Profile.TEACHER, ("teacher", "enseignant", "prof")),
    (Profile.STAFF, ("personnel", "staff", "guest", "invite")),
)


def is_ent(headings: Sequence[str]) -> bool:
    """Whether a heading line numbers people as such files do."""
    words = [heading(text) for text in headings]
    if "externalid" in words or "childexternalid" in words or "elenoet" in words:
        return True
    return Field.CHILD_ID in understood(headings).fields


def profile_of(name: str, headings: Sequence[str]) -> Profile:
    """Whose file it is."""
    told = understood(headings)
    if told.profile is not Profile.OTHER:
        return told.profile
    words = {heading(text) for text in headings}
    if "elenoet" in words:
        return Profile.PUPIL
    bare = plain(name)
    return next(
        (profile for profile, known in _IN_NAMES if any(one in bare for one in known)),
        Profile.OTHER,
    )


def open_ent(sources: Sequence[Source]) -> EntExport:
    """The files of one school. BAD_FILE | TOO_LARGE."""
    return EntExport(open_all(sources))


class EntExport(TableExport):
    """Pupils, their guardians, teachers, staff of an ENT."""

    format_name: Final = ENT_FORMAT

    def __init__(self, tables: Iterable[Opened]) -> None:
        super().__init__(_placed(tables))


def _placed(tables: Iterable[Opened]) -> Iterator[Placed]:
    families = Families()
    groups: set[str] = set()
    for table in tables:
        profile = profile_of(table.name, table.heading)
        file = PeopleFile(table.heading, table.rows, profile=profile, families=families)
        file.share_groups(groups)
        yield _ORDER.index(profile), profile.value or "others", file
