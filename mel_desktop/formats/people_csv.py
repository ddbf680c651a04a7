"""CSV of people: staff, pupils, parents. Columns are found by their headings, never by position,
or told by a map that somebody made.

Needed: a name (``nom``, with or without ``prénom``, or one ``nom complet``) and at least one of
``courriel``, ``classe``, ``groupe``, ``fonction``, ``établissement``, a child or a guardian.

Keys, stable from one export to the next as long as the person stays the same:
``id:<UAI or school>|<id>`` where the export numbers people, else ``mail:<UAI>|<address>|<name>``
where there is an address (parents may share one, so the name is in it), else
``name:<UAI or school>|<name>|<classes>`` (namesakes in two classes stay two persons).
Several lines with one key are one person; the store merges their classes.
Classes and groups become entries of their own, with their members.
The birth name is left out where a ``nom d'usage`` is given: it is not what colleagues look for.

Ties: guardians in the line of a pupil are that pupil's. Children in the line of a guardian are
looked up in ``Families``, by id, or by name and class; never by name alone. Without pupils to look
them up among, the guardian is one of the child's class, and no tie is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from functools import lru_cache
from typing import Final

from mel_desktop.formats.headings import bad_file, class_label, plain
from mel_desktop.formats.people_fields import Field, block_numbers, understood
from mel_desktop.formats.table import Record
from mel_desktop.model.patterns import late
from mel_desktop.model.people import (
    DirectoryEntry,
    EntryKind,
    Item,
    Membership,
    Part,
    Profile,
    Relation,
    SkippedLine,
    Tie,
)
from mel_desktop.model.tables import ColumnMap
from mel_desktop.model.values import dataclass

MAX_CLASSES: Final = 60
MAX_MORE: Final = 9  # further addresses, further telephones
MAX_BLOCKS: Final = 30  # children of a guardian, guardians of a pupil
CLASS_ROLE: Final = "classe"
GROUP_ROLE: Final = "groupe"
_SEPARATORS: Final = late(r"\s*[,;|/+\n]\s*")
_ADDRESS: Final = late(r"[^\s@<>,;:\"()\\]+@[^\s@<>,;:\"()\\]+\.[^\s@<>,;:\"()\\.]+")
_UAI: Final = late(r"\d{7}[A-Z]")
# A birth date or an INE in a column that was taken for something else is not read either.
_NEVER: Final = late(
    r"\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d(?:[ T].*)?"
    r"|\d{10}[A-Za-z]|\d{9}[A-Za-z]{2}"
)
_USEFUL: Final = (
    Field.EMAIL, Field.CLASSES, Field.GROUPS, Field.ROLE, Field.SUBJECT, Field.SCHOOL,
    Field.HEAD_OF, Field.CHILD_SURNAME, Field.CHILD_FULL, Field.CHILD_CLASSES, Field.CHILD_ID,
    Field.GUARDIAN_EMAIL, Field.GUARDIAN_SURNAME, Field.GUARDIAN_FULL,
)  # fmt: skip
_ROLES: Final = {
    Profile.PUPIL: "élève",
    Profile.GUARDIAN: "responsable légal",
    Profile.TEACHER: "enseignant",
    Profile.HEAD: "direction",
    Profile.STAFF: "personnel",
}
# The first that is found decides: "professeur principal" is no "principal".
_PROFILE_WORDS: Final = (
    (Profile.PUPIL, ("eleve", "etudiant", "etudiante", "student", "delegue de classe",
                     "deleguee de classe")),
    (Profile.GUARDIAN, ("responsable legal", "parent", "mere", "pere", "tuteur", "tutrice",
                        "representant legal", "relative")),
    (Profile.TEACHER, ("professeur", "prof", "enseignant", "enseignante", "documentaliste",
                       "teacher", "instituteur", "institutrice")),
    (Profile.HEAD, ("principal", "principale", "proviseur", "directeur", "directrice", "direction",
                    "chef d etablissement", "proviseure")),
    (Profile.STAFF, ("cpe", "aed", "aesh", "atsem", "secretaire", "secretariat", "infirmier",
                     "infirmiere", "gestionnaire", "intendant", "intendante", "agent", "personnel",
                     "vie scolaire", "psyen", "assistant", "assistante")),
)  # fmt: skip
# "Responsable de Léa Martin", not "Responsable de la vie scolaire": a name begins with a capital.
_OF_A_CHILD: Final = late(r"(?:responsable|parent|mere|pere|tuteur|tutrice)s? (?:de|d) ")
_NAMES_ONE: Final = late(r"\b(?:de |d['’])[A-ZÀ-Ý]")
# Alone they say it: "responsable informatique", "délégué du personnel" are something else.
_WHOLE_ROLES: Final = {
    "responsable": Profile.GUARDIAN, "responsable 1": Profile.GUARDIAN,
    "responsable 2": Profile.GUARDIAN, "delegue": Profile.PUPIL, "deleguee": Profile.PUPIL,
}  # fmt: skip
_PARTS: Final = {
    Profile.PUPIL: Part.PUPIL,
    Profile.TEACHER: Part.TEACHER,
    Profile.GUARDIAN: Part.GUARDIAN,
}
_RELATIONS: Final = (
    (Relation.MOTHER, ("mere", "maman", "mother", "1 mere", "10")),
    (Relation.FATHER, ("pere", "papa", "father", "20")),
    (Relation.TUTOR, ("tuteur", "tutrice", "tutelle", "guardian", "50")),
    (Relation.FAMILY, ("grand", "oncle", "tante", "frere", "soeur", "beau", "belle", "famille",
                       "39")),
)  # fmt: skip
_TITLES: Final = {
    "m": "M.", "mr": "M.", "monsieur": "M.", "mme": "Mme", "madame": "Mme", "mlle": "Mme",
    "mademoiselle": "Mme",
}  # fmt: skip


@dataclass(slots=True)
class Families:
    """The pupils of one source, to find the children that guardians' lines name."""

    by_id: dict[str, str] = field(default_factory=dict)
    by_name: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    namesakes: set[str] = field(default_factory=set)  # keys that two pupils would have
    is_known: bool = False  # there was a list of pupils

    def add(self, key: str, number: str, names: Iterable[str], classes: Iterable[str]) -> None:
        """A pupil: "given surname" in each form, of each class."""
        self.is_known = True
        if number:
            self.by_id[number] = key if self.by_id.get(number, key) == key else ""
        labels = [class_label(one) for one in classes] or [""]
        for name in names:
            for label in labels:
                self.by_name.setdefault((plain(name), label), set()).add(key)

    def find(self, number: str, names: Sequence[str], classes: Sequence[str]) -> tuple[str, str]:
        """(key, "") or ("", why not)."""
        if number:
            found = self.by_id.get(number, "")
            return found, "" if found else "a child is not among the pupils: no tie"
        if not classes:
            return "", "a child is named without its class: no tie"
        keys: set[str] = set()
        for name in names:
            for label in classes:
                keys |= self.by_name.get((plain(name), class_label(label)), set())
        if len(keys) == 1 and not keys & self.namesakes:
            return next(iter(keys)), ""
        why = "two pupils of this name and class" if keys else "a child is not among the pupils"
        return "", f"{why}: no tie"


@dataclass(frozen=True, slots=True)
class _Made:
    """An entry, and under which school its classes are."""

    entry: DirectoryEntry
    where: str


class PeopleFile:
    """A CSV of people whose heading line was understood. Iterate once."""

    format_name: str = "csv"
    attribution: Final = ""
    is_delta: Final = False

    def __init__(
        self,
        heading: Sequence[str],
        rows: Iterable[Record | SkippedLine],
        columns: ColumnMap | None = None,
        *,
        profile: Profile = Profile.OTHER,
        families: Families | None = None,
    ) -> None:
        """BAD_FILE that names the columns recognised and those missing, never the file's text.

        ``columns`` instead of what the headings say; ``profile`` where the headings do not tell.
        """
        told = understood(heading)
        fields = columns.fields if columns is not None else told.fields
        own = columns.profile if columns is not None else told.profile
        self.profile = profile if profile is not Profile.OTHER else own
        self._columns: dict[Field, list[int]] = {}
        for index, one in enumerate(fields):
            if one is not None:
                self._columns.setdefault(one, []).append(index)
        self._blocks = block_numbers(heading, fields)
        self._places = {
            prefix: [
                (index, one)
                for index, one in enumerate(fields)
                if one is not None and one.name.startswith(prefix)
            ]
            for prefix in ("CHILD_", "GUARDIAN_")
        }
        self._rows = rows
        self._groups: set[str] = set()
        self._numbers: dict[str, str] = {}  # id -> the name that has it
        self.families = families if families is not None else Families()
        _check(self._columns, heading)

    def share_groups(self, groups: set[str]) -> None:
        """Classes that another file of the same source has told already."""
        self._groups = groups

    def __iter__(self) -> Iterator[Item]:
        for row in self._rows:
            if isinstance(row, SkippedLine):
                yield row
            else:
                yield from self._person(row)

    # -- the person of the line --------------------------------------------------------------------

    def _person(self, row: Record) -> Iterator[Item]:
        name, family_name = self._name(row)
        if not any(letter.isalpha() for letter in name):
            yield SkippedLine(row.line, "no name")
            return
        emails, problem = self._emails(row, Field.EMAIL)
        if problem:
            yield SkippedLine(row.line, problem)
        uai = self._first(row, Field.UAI).upper()
        uai = uai if _UAI.fullmatch(uai) else ""
        school = self._first(row, Field.SCHOOL)
        roles = self._several(row, Field.ROLE)
        profile = _profile(roles) or self.profile
        classes = self._several(row, Field.CLASSES)
        shown = classes or self._several(row, Field.CHILD_CLASSES)
        key = self._key(row, name, emails, uai or plain(school), uai, shown)
        subjects = self._several(row, Field.SUBJECT)
        role = ", ".join(roles or filter(None, [_ROLES.get(profile, "")]))
        phones = self._phones(row, Field.PHONE)
        entry = DirectoryEntry(
            key=key,
            kind=EntryKind.PERSON,
            name=name,
            email=emails[0] if emails else "",
            role=" · ".join(filter(None, (role, ", ".join(subjects)))),
            school=school,
            uai=uai,
            classes=shown,
            town=self._first(row, Field.TOWN) if not _is_family(profile) else "",
            phone=phones[0] if phones else "",
            profile=profile,
            family_name=family_name,
            title=_title(self._first(row, Field.CIVILITY)),
            more_emails=emails[1:],
            more_phones=phones[1:],
            subjects=subjects if profile not in (Profile.PUPIL, Profile.GUARDIAN) else (),
            same_as=_own_boxes(emails, family_name, profile),
        )
        yield entry
        if profile is Profile.PUPIL:
            self.families.add(key, self._first(row, Field.ID), self._forms(row, name), classes)
        made = _Made(entry, uai or plain(school))
        yield from self._memberships(row, made, classes, subjects)
        yield from self._children(row, made)
        yield from self._guardians(row, made)

    def _key(
        self, row: Record, name: str, emails: Sequence[str], where: str, uai: str,
        classes: Sequence[str],
    ) -> str:  # fmt: skip
        folded = plain(name) or name
        number = self._first(row, Field.ID)
        if number:
            key = f"id:{where}|{number}"
            # A number that several people have is no number of theirs.
            return key if self._numbers.setdefault(key, folded) == folded else f"{key}|{folded}"
        if emails:
            return f"mail:{uai}|{emails[0].lower()}|{folded}"
        return f"name:{where}|{folded}|{' '.join(sorted(map(plain, classes)))}"

    def _memberships(
        self, row: Record, made: _Made, classes: Sequence[str], subjects: Sequence[str]
    ) -> Iterator[Item]:
        profile = made.entry.profile
        part = _PARTS.get(profile, Part.MEMBER)
        if profile is Profile.PUPIL and "delegue" in plain(made.entry.role):
            part = Part.DELEGATE
        subject = ", ".join(subjects) if profile is Profile.TEACHER else ""
        head_of = self._several(row, Field.HEAD_OF)
        heads = {class_label(one) for one in head_of}
        for label in dict.fromkeys((*classes, *head_of)):
            own = Part.HEAD_TEACHER if class_label(label) in heads else part
            yield from self._member(made, label, CLASS_ROLE, own, subject)
        for label in self._several(row, Field.GROUPS):
            yield from self._member(made, label, GROUP_ROLE, part, subject)

    def _member(
        self, made: _Made, label: str, kind: str, part: Part, role: str = ""
    ) -> Iterator[Item]:
        group = group_key(kind, label, made.where)
        if group not in self._groups:
            self._groups.add(group)
            yield group_entry(group, kind, label, made.entry.school, made.entry.uai)
        yield Membership(group, made.entry.key, role, part)

    # -- families ----------------------------------------------------------------------------------

    def _children(self, row: Record, made: _Made) -> Iterator[Item]:
        """Ties to the children that a guardian's line names."""
        for cells in self._block(row, "CHILD_"):
            classes = _parted(cells.get(Field.CHILD_CLASSES, ""))
            for label in classes:
                yield from self._member(made, label, CLASS_ROLE, Part.GUARDIAN)
            given = cells.get(Field.CHILD_GIVEN, "")
            forms = [
                f"{given} {surname}"
                for one in (Field.CHILD_USAGE, Field.CHILD_SURNAME)
                if given and (surname := cells.get(one, ""))
            ]
            forms += filter(None, [cells.get(Field.CHILD_FULL, "")])
            number = cells.get(Field.CHILD_ID, "")
            if not self.families.is_known or not (number or forms):
                continue
            pupil, why = self.families.find(number, forms, classes)
            if why:
                yield SkippedLine(row.line, why)
            else:
                relation = _relation(self._first(row, Field.RELATION))
                yield Tie(pupil, made.entry.key, relation, is_contact=True)

    def _guardians(self, row: Record, made: _Made) -> Iterator[Item]:
        """The guardians that a pupil's line names, and their ties: nobody else can be meant."""
        pupil = made.entry
        for cells in self._block(row, "GUARDIAN_"):
            surname = cells.get(Field.GUARDIAN_USAGE, "") or cells.get(Field.GUARDIAN_SURNAME, "")
            given = cells.get(Field.GUARDIAN_GIVEN, "")
            name = " ".join(filter(None, (given, surname))) or cells.get(Field.GUARDIAN_FULL, "")
            told = cells.get(Field.GUARDIAN_EMAIL, "")
            email = address_in(told)
            if told and not email:
                yield SkippedLine(row.line, "mail address of a guardian not valid")
            name = name or email
            if not any(letter.isalpha() for letter in name):
                continue
            where = pupil.uai
            folded = plain(name) or name
            # Without an address nothing says that the guardian of two pupils is one person.
            key = (
                f"mail:{where}|{email.lower()}|{folded}"
                if email
                else f"guardian:{pupil.key}|{folded}"
            )
            entry = DirectoryEntry(
                key, EntryKind.PERSON, name, email,
                role=_ROLES[Profile.GUARDIAN], school=pupil.school, uai=pupil.uai,
                classes=pupil.classes, phone=cells.get(Field.GUARDIAN_PHONE, ""),
                profile=Profile.GUARDIAN, family_name=surname,
                title=_title(cells.get(Field.GUARDIAN_CIVILITY, "")),
            )  # fmt: skip
            yield entry
            for label in pupil.classes:
                yield from self._member(_Made(entry, made.where), label, CLASS_ROLE, Part.GUARDIAN)
            relation = _relation(cells.get(Field.GUARDIAN_RELATION, ""))
            yield Tie(pupil.key, key, relation, is_contact=True)

    def _block(self, row: Record, prefix: str) -> list[dict[Field, str]]:
        """The cells of each child or guardian of a line, in their order; empty ones left out."""
        found: dict[int, dict[Field, str]] = {}
        for index, one in self._places[prefix]:
            if cell := self._cell(row, index):
                found.setdefault(self._blocks[index], {}).setdefault(one, cell)
        return [found[number] for number in sorted(found)][:MAX_BLOCKS]

    # -- cells -------------------------------------------------------------------------------------

    def _name(self, row: Record) -> tuple[str, str]:
        """(whole name, family name)."""
        surname = self._first(row, Field.USAGE) or self._first(row, Field.SURNAME)
        given = self._first(row, Field.GIVEN)
        if not surname and not given:
            return self._first(row, Field.FULL), ""
        civility = self._first(row, Field.CIVILITY) if not given else ""
        return " ".join(filter(None, (civility, given, surname))), surname

    def _forms(self, row: Record, name: str) -> list[str]:
        """The names under which a guardian's line may name a pupil."""
        given = self._first(row, Field.GIVEN)
        forms = [name]
        for one in (Field.USAGE, Field.SURNAME):
            surname = self._first(row, one)
            if given and surname:
                forms += [f"{given} {surname}", f"{surname} {given}"]
        return list(dict.fromkeys(forms))

    def _emails(self, row: Record, one: Field) -> tuple[tuple[str, ...], str]:
        """Every address, the first one first; what is said when there is none that is valid."""
        found: dict[str, str] = {}
        problem = ""
        for text in self._all(row, one):
            addresses = addresses_in(text)
            for address in addresses:
                found.setdefault(address.lower(), address)
            if not addresses:
                problem = "mail address not valid: person kept without it"
        return tuple(found.values())[: MAX_MORE + 1], "" if found else problem

    def _phones(self, row: Record, one: Field) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._all(row, one)))[: MAX_MORE + 1]

    def _cell(self, row: Record, index: int) -> str:
        if index >= len(row.cells):
            return ""
        cell = row.cells[index]
        return "" if _NEVER.fullmatch(cell) else cell

    def _all(self, row: Record, one: Field) -> Iterator[str]:
        for index in self._columns.get(one, ()):
            if cell := self._cell(row, index):
                yield cell

    def _first(self, row: Record, one: Field) -> str:
        return next(self._all(row, one), "")

    def _several(self, row: Record, one: Field) -> tuple[str, ...]:
        found: dict[str, str] = {}
        for cell in self._all(row, one):
            for label in _parted(cell):
                found.setdefault(plain(label) or label, label)
        return tuple(found.values())[:MAX_CLASSES]


def address_in(text: str) -> str:
    """The first mail address in a text, or ""."""
    found = _ADDRESS.search(text) if "@" in text else None
    return found.group() if found is not None and len(found.group()) <= 254 else ""


def addresses_in(text: str) -> tuple[str, ...]:
    """The mail addresses in a text, each once."""
    if "@" not in text:
        return ()
    return tuple(dict.fromkeys(one for one in _ADDRESS.findall(text) if len(one) <= 254))


def group_key(kind: str, label: str, where: str) -> str:
    """Key of a class or group: "6e A" and "6EA" of one school are the same."""
    return f"{kind}:{where}:{class_label(label)}"


def group_entry(key: str, kind: str, label: str, school: str, uai: str) -> DirectoryEntry:
    """A class or group as an entry. It knows itself as a class, so that a search finds it."""
    classes = (label,) if kind == CLASS_ROLE else ()
    return DirectoryEntry(
        key, EntryKind.GROUP, label, role=kind, school=school, uai=uai, classes=classes
    )


@lru_cache(maxsize=5_000)
def _parted(cell: str) -> tuple[str, ...]:
    """ "6e A, 6e B", ``<school>$<class>`` (AAF): the labels."""
    labels = (one.rpartition("$")[2].strip() for one in _SEPARATORS.split(cell))
    return tuple(one for one in labels if one)


@lru_cache(maxsize=5_000)
def _profile(roles: tuple[str, ...]) -> Profile | None:
    if len(roles) == 1 and (whole := _WHOLE_ROLES.get(plain(roles[0]))):
        return whole
    if any(_OF_A_CHILD.match(plain(one)) and _NAMES_ONE.search(one) for one in roles):
        return Profile.GUARDIAN
    padded = [f" {plain(one)} " for one in roles]
    for profile, known in _PROFILE_WORDS:
        for role in padded:
            # "parent d'élève" is no pupil, nor is who works for them.
            if any(
                role.startswith(f" {one} ") if profile is Profile.PUPIL else f" {one} " in role
                for one in known
            ):
                return profile
    return None


def _is_family(profile: Profile) -> bool:
    return profile in (Profile.PUPIL, Profile.GUARDIAN)


def _relation(text: str) -> Relation:
    words = plain(text)
    for relation, known in _RELATIONS:
        if any(word in words.split() or (len(word) > 3 and word in words) for word in known):
            return relation
    return Relation.OTHER


def _title(text: str) -> str:
    return _TITLES.get(plain(text), text[:20])


def _own_boxes(emails: Sequence[str], family_name: str, profile: Profile) -> tuple[str, ...]:
    """A person's own institutional box is the same person in every source.

    Told by the académie's or the ministry's domain and the family name in it: not a box of a
    school ("ce.0350001A@"), not one of a family.
    """
    if _is_family(profile) or not family_name:
        return ()
    name = plain(family_name).replace(" ", "")
    found = []
    for address in emails:
        local, _, domain = address.lower().rpartition("@")
        is_institutional = re.fullmatch(r"ac-[a-z-]+\.fr|(?:[a-z-]+\.)?education\.gouv\.fr", domain)
        if is_institutional and len(name) > 1 and name in re.sub(r"[^a-z]", "", local):
            found.append(f"mail:{address.lower()}")
    return tuple(found)


def _check(found: dict[Field, list[int]], heading: Sequence[str]) -> None:
    missing = []
    if not {Field.SURNAME, Field.USAGE, Field.FULL} & found.keys():
        missing.append("nom")
    if not any(one in found for one in _USEFUL):
        missing.append("courriel | classe | groupe | fonction | établissement")
    if not missing:
        return
    known = ", ".join(one.value for one in Field if one in found) or "none"
    why = "no heading line" if any("@" in cell for cell in heading) else "columns missing"
    raise bad_file(why, line=1, missing=", ".join(missing), found=known, columns=len(heading))
