"""CSV of people: staff, pupils, parents. Columns are found by their headings, never by position.

Needed: a name (``nom``, with or without ``prénom``, or one ``nom complet``) and at least one of
``courriel``, ``classe``, ``groupe``, ``fonction``, ``établissement``.

Keys, stable from one export to the next as long as the person stays the same:
``mail:<UAI>|<address>|<name>`` where there is an address (parents may share one, so the name is in
it), else ``name:<UAI or school>|<name>|<classes>`` (namesakes in two classes stay two persons).
Several lines with one key are one person; the store merges their classes.
Classes and groups become entries of their own, with their members.
The birth name is left out where a ``nom d'usage`` is given: it is not what colleagues look for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from mel_desktop.formats.headings import bad_file, plain
from mel_desktop.formats.people_fields import Field, columns
from mel_desktop.formats.table import Record
from mel_desktop.model.people import DirectoryEntry, EntryKind, Membership, SkippedLine

Item = DirectoryEntry | Membership | SkippedLine

MAX_CLASSES: Final = 60
CLASS_ROLE: Final = "classe"
GROUP_ROLE: Final = "groupe"
_SEPARATORS: Final = re.compile(r"\s*[,;|/+\n]\s*")
_ADDRESS: Final = re.compile(r"[^\s@<>,;:\"()\\]+@[^\s@<>,;:\"()\\]+\.[^\s@<>,;:\"()\\.]+")
_UAI: Final = re.compile(r"\d{7}[A-Z]")
_USEFUL: Final = (
    Field.EMAIL, Field.CLASSES, Field.GROUPS, Field.ROLE, Field.SUBJECT, Field.SCHOOL,
)  # fmt: skip


class PeopleFile:
    """A CSV of people whose heading line was understood. Iterate once."""

    format_name: Final = "csv"
    attribution: Final = ""

    def __init__(self, heading: Sequence[str], rows: Iterable[Record | SkippedLine]) -> None:
        """BAD_FILE that names the columns recognised and those missing, never the file's text."""
        self._columns, self._whose = columns(heading)
        self._rows = rows
        self._groups: set[str] = set()
        _check(self._columns, heading)

    def __iter__(self) -> Iterator[Item]:
        for row in self._rows:
            if isinstance(row, SkippedLine):
                yield row
            else:
                yield from self._person(row)

    def _person(self, row: Record) -> Iterator[Item]:
        name = self._name(row)
        if not any(letter.isalpha() for letter in name):
            yield SkippedLine(row.line, "no name")
            return
        email, problem = self._email(row)
        if problem:
            yield SkippedLine(row.line, problem)
        uai = self._first(row, Field.UAI).upper()
        uai = uai if _UAI.fullmatch(uai) else ""
        school = self._first(row, Field.SCHOOL)
        classes = self._several(row, Field.CLASSES)
        groups = self._several(row, Field.GROUPS)
        folded = plain(name) or name
        if email:
            key = f"mail:{uai}|{email.lower()}|{folded}"
        else:
            where = uai or plain(school)
            key = f"name:{where}|{folded}|{' '.join(sorted(map(plain, classes)))}"
        role = ", ".join(self._several(row, Field.ROLE) or filter(None, [self._whose]))
        subjects = ", ".join(self._several(row, Field.SUBJECT))
        yield DirectoryEntry(
            key=key,
            kind=EntryKind.PERSON,
            name=name,
            email=email,
            role=" · ".join(filter(None, (role, subjects))),
            school=school,
            uai=uai,
            classes=classes,
            town=self._first(row, Field.TOWN),
            phone=self._first(row, Field.PHONE),
        )
        for label, kind in [(one, CLASS_ROLE) for one in classes] + [
            (one, GROUP_ROLE) for one in groups
        ]:
            yield from self._member(key, label, kind, school, uai)

    def _member(self, key: str, label: str, kind: str, school: str, uai: str) -> Iterator[Item]:
        group = group_key(kind, label, uai or plain(school))
        if group not in self._groups:
            self._groups.add(group)
            yield group_entry(group, kind, label, school, uai)
        yield Membership(group, key)

    def _name(self, row: Record) -> str:
        surname = self._first(row, Field.USAGE) or self._first(row, Field.SURNAME)
        given = self._first(row, Field.GIVEN)
        if not surname and not given:
            return self._first(row, Field.FULL)
        civility = self._first(row, Field.CIVILITY) if not given else ""
        return " ".join(filter(None, (civility, given, surname)))

    def _email(self, row: Record) -> tuple[str, str]:
        problem = ""
        for text in self._all(row, Field.EMAIL):
            if address := address_in(text):
                return address, ""
            problem = "mail address not valid: person kept without it"
        return "", problem

    def _all(self, row: Record, field: Field) -> Iterator[str]:
        for index in self._columns.get(field, ()):
            if index < len(row.cells) and row.cells[index]:
                yield row.cells[index]

    def _first(self, row: Record, field: Field) -> str:
        return next(self._all(row, field), "")

    def _several(self, row: Record, field: Field) -> tuple[str, ...]:
        found: dict[str, str] = {}
        for cell in self._all(row, field):
            for text in _SEPARATORS.split(cell):
                label = text.rpartition("$")[2].strip()  # AAF writes <school>$<class>
                if label:
                    found.setdefault(plain(label) or label, label)
        return tuple(found.values())[:MAX_CLASSES]


def address_in(text: str) -> str:
    """The first mail address in a text, or ""."""
    found = _ADDRESS.search(text) if "@" in text else None
    return found.group() if found is not None and len(found.group()) <= 254 else ""


def group_key(kind: str, label: str, where: str) -> str:
    """Key of a class or group: "6e A" and "6EA" of one school are the same."""
    return f"{kind}:{where}:{plain(label).replace(' ', '') or label}"


def group_entry(key: str, kind: str, label: str, school: str, uai: str) -> DirectoryEntry:
    """A class or group as an entry. It knows itself as a class, so that a search finds it."""
    classes = (label,) if kind == CLASS_ROLE else ()
    return DirectoryEntry(
        key, EntryKind.GROUP, label, role=kind, school=school, uai=uai, classes=classes
    )


def _check(found: dict[Field, tuple[int, ...]], heading: Sequence[str]) -> None:
    missing = []
    if not {Field.SURNAME, Field.USAGE, Field.FULL} & found.keys():
        missing.append("nom")
    if not any(field in found for field in _USEFUL):
        missing.append("courriel | classe | groupe | fonction | établissement")
    if not missing:
        return
    known = ", ".join(field.value for field in Field if field in found) or "none"
    why = "no heading line" if any("@" in cell for cell in heading) else "columns missing"
    raise bad_file(why, line=1, missing=", ".join(missing), found=known, columns=len(heading))
