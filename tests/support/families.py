"""The embedded school with its families, as a reader of an export would yield it.

Every class has a head teacher and two delegates; one guardian in nine has no address; one pupil's
father lives apart and is no legal guardian; one teacher has a picture.
"""

from __future__ import annotations

from collections.abc import Iterator

from mel_desktop.demo.school import Person, Pupil, School, build_school, local_part
from mel_desktop.model.people import (
    DirectoryEntry,
    EntryKind,
    Item,
    Membership,
    Part,
    Photo,
    Profile,
    Relation,
    Tie,
)

CLASS_ROLE = "classe"


class FamilyReader:
    """directory_ports.PeopleReader."""

    format_name = "aaf"
    attribution = ""

    def __init__(self, school: School | None = None, *, photo: bytes = b"", only: str = "") -> None:
        self.school = school or build_school()
        self.photo = photo
        self.only = only  # one class

    def __iter__(self) -> Iterator[Item]:
        school = self.school
        for label in school.classes:
            yield DirectoryEntry(
                f"class:{label}", EntryKind.GROUP, label, role=CLASS_ROLE, school=school.name,
                uai=school.uai, classes=(label,),
            )  # fmt: skip
        for one in school.staff:
            yield from self._staff(one)
        for number, pupil in enumerate(school.pupils):
            if self.only in ("", pupil.class_name):
                yield from self._pupil(number, pupil)

    def _staff(self, one: Person) -> Iterator[Item]:
        school = self.school
        yield DirectoryEntry(
            one.address, EntryKind.PERSON, one.name, one.address, one.function, school.name,
            school.uai, one.classes, profile=Profile.TEACHER, family_name=one.last,
            title=one.title, subjects=(one.subject,) if one.subject else (),
        )  # fmt: skip
        for label in one.classes:
            yield Membership(f"class:{label}", one.address, one.subject, Part.TEACHER)
        if one.head:
            yield Membership(f"class:{one.head}", one.address, one.subject, Part.HEAD_TEACHER)
        if self.photo and one.role == "pp":
            yield Photo(one.address, self.photo)

    def _pupil(self, number: int, pupil: Pupil) -> Iterator[Item]:
        school, key = self.school, f"pupil:{number}"
        yield DirectoryEntry(
            key, EntryKind.PERSON, pupil.name, "", "", school.name, school.uai,
            (pupil.class_name,), profile=Profile.PUPIL, family_name=pupil.last,
        )  # fmt: skip
        yield Membership(f"class:{pupil.class_name}", key, "", Part.PUPIL)
        if number % 25 in (3, 11):
            yield Membership(f"class:{pupil.class_name}", key, "", Part.DELEGATE)
        for parent in pupil.parents:
            yield from self._parent(key, number, parent)

    def _parent(self, pupil: str, number: int, parent: Person) -> Iterator[Item]:
        key = f"parent:{parent.address}"
        mother = parent.title == "Mme"
        without = sum(parent.address.encode()) % 9 == 0
        yield DirectoryEntry(
            key, EntryKind.PERSON, parent.name, "" if without else parent.address,
            phone=f"03 00 00 {number // 100 % 100:02} {number % 100:02}",
            profile=Profile.GUARDIAN, family_name=parent.last, title=parent.title,
            more_emails=() if without else
            (f"{local_part(parent.first)}{number}@travail.invalid",) if number % 7 == 0 else (),
        )  # fmt: skip
        apart = not mother and number % 10 == 9
        yield Tie(
            pupil, key, Relation.MOTHER if mother else Relation.FATHER, is_legal=not apart,
            is_contact=True,
        )  # fmt: skip
