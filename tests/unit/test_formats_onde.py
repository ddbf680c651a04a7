"""ONDE and ENT exports: several files one source, ties only where a file says so for certain."""

from __future__ import annotations

import pytest

from mel_desktop.formats.ent_csv import open_ent
from mel_desktop.formats.onde import open_onde
from mel_desktop.formats.table_files import Source
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.people import (
    DirectoryEntry,
    EntryKind,
    Item,
    Membership,
    Part,
    Profile,
    SkippedLine,
    Tie,
)
from tests.support import onde_school
from tests.support.onde_school import Family


def source(name: str, data: bytes) -> Source:
    return name, lambda: [data[start : start + 997] for start in range(0, len(data), 997)]


def onde(school: list[Family], *, order: str = "egt") -> list[Item]:
    files = {
        "e": source("CSVExtraction-eleves.csv", onde_school.pupils_csv(school)),
        "g": source("CSVExtraction-responsables.csv", onde_school.guardians_csv(school)),
        "t": source("CSVExtraction-enseignants.csv", onde_school.teachers_csv()),
    }
    return list(open_onde([files[one] for one in order]))


def people(items: list[Item]) -> dict[str, DirectoryEntry]:
    return {
        one.key: one
        for one in items
        if isinstance(one, DirectoryEntry) and one.kind is EntryKind.PERSON
    }


@pytest.mark.parametrize("order", ["egt", "tge", "get"])
def test_a_school_whatever_the_order_of_its_files(order: str) -> None:
    school = onde_school.families(60)
    items = onde(school, order=order)
    found = people(items)
    kinds = [one.profile for one in found.values()]
    assert kinds.count(Profile.PUPIL) == sum(len(family.children) for family in school)
    assert kinds.count(Profile.GUARDIAN) == sum(len(family.parents) for family in school)
    told = {
        (found[one.pupil].name, found[one.pupil].classes[0], found[one.guardian].email)
        for one in items
        if isinstance(one, Tie)
    }
    assert told == {
        (f"{given} {surname}", label, mail)
        for family in school
        for surname, given, label in family.children
        for _, _, _, mail in family.parents
    }
    assert not any(isinstance(one, SkippedLine) for one in items)


def test_what_is_kept_of_a_guardian_and_what_is_not() -> None:
    items = onde([Family((("ÉVRARD", "Noé", "CP C"),), (("Mme", "FAŸ", "Inès", "i@x.test"),))])
    guardian = next(one for one in people(items).values() if one.profile is Profile.GUARDIAN)
    assert (guardian.name, guardian.email, guardian.title) == ("Inès FAŸ", "i@x.test", "Mme")
    assert (guardian.phone, guardian.more_phones) == ("02 99 00 00 00", ("06 00 00 00 00",))
    assert guardian.family_name == "FAŸ"
    assert not {"RENNES", "Lilas", "35000", "2015", "FRANCE"} & set(repr(items).split())
    for secret in ("RENNES", "Lilas", "35000", "2015", "FRANCE"):
        assert secret not in repr([one for one in items if "LE GALL" not in repr(one)])
    (tie,) = [one for one in items if isinstance(one, Tie)]
    assert tie.is_contact
    parts = {(one.part, one.group) for one in items if isinstance(one, Membership)}
    assert (Part.GUARDIAN, "classe::cpc") in parts
    assert (Part.PUPIL, "classe::cpc") in parts


def test_teachers_and_the_head() -> None:
    items = onde(onde_school.families(3))
    staff = {one.name: one for one in people(items).values() if one.email.endswith("rennes.fr")}
    assert staff["Anne LE GALL"].profile is Profile.HEAD
    assert staff["Anne LE GALL"].role == "directeur"
    assert staff["Pol MÉVEL"].profile is Profile.TEACHER
    assert staff["Pol MÉVEL"].same_as == ("mail:pol.mevel@ac-rennes.fr",)
    assert staff["Pol MÉVEL"].town == ""  # their home's
    parts = {one.member: one.part for one in items if isinstance(one, Membership)}
    assert parts[staff["Pol MÉVEL"].key] is Part.TEACHER


def test_two_pupils_of_one_name_in_one_class_get_no_tie() -> None:
    twice = ("FAŸ", "Tom", "CP C")
    school = [
        Family((twice,), (("Mme", "FAŸ", "Lou", "lou@x.test"),)),
        Family((twice,), (("M.", "FAŸ", "Yann", "yann@x.test"),)),
    ]
    items = onde(school)
    found = people(items)
    pupils = [key for key, one in found.items() if one.profile is Profile.PUPIL]
    assert len(pupils) == 2
    assert not [one for one in items if isinstance(one, Tie)]
    assert [one.reason for one in items if isinstance(one, SkippedLine)] == [
        "two pupils of this name and class: no tie (responsables)"
    ] * 2
    members = {one.member for one in items if isinstance(one, Membership)}
    assert set(pupils) <= members


@pytest.mark.parametrize(
    ("child", "reason"),
    [
        (("FAŸ", "Tom", "GS B"), "a child is not among the pupils: no tie (responsables)"),
        (("FAŸ", "Tom", ""), "a child is named without its class: no tie (responsables)"),
    ],
)
def test_a_name_alone_makes_no_tie(child: tuple[str, str, str], reason: str) -> None:
    pupils = [Family((("FAŸ", "Tom", "CP C"),), ())]
    parents = [Family((child,), (("Mme", "FAŸ", "Lou", "lou@x.test"),))]
    items = list(open_onde([
        source("e.csv", onde_school.pupils_csv(pupils)),
        source("r.csv", onde_school.guardians_csv(parents)),
    ]))  # fmt: skip
    assert not [one for one in items if isinstance(one, Tie)]
    assert [one.reason for one in items if isinstance(one, SkippedLine)] == [reason]


def test_parents_alone_are_of_the_class_and_have_no_tie() -> None:
    items = onde(onde_school.families(5), order="g")
    assert not [one for one in items if isinstance(one, Tie | SkippedLine)]
    assert {one.part for one in items if isinstance(one, Membership)} == {Part.GUARDIAN}


def test_a_table_of_another_kind_is_refused() -> None:
    with pytest.raises(LocalRefusal) as caught:
        open_onde([source("x.csv", b"nom;courriel\r\nA;a@x.test\r\n")])
    assert caught.value.code is ErrorCode.BAD_FILE
    assert caught.value.facts["why"] == "not an extraction of ONDE"


STUDENTS = (
    "externalid;Prénom*;Nom*;Classe;Date de naissance*;telephone;email;adresse;cp;ville;pays\r\n"
    "E1;Zoé;FAŸ;6e A;02/03/2014;;;1 rue X;35000;Rennes;FR\r\n"
    "E2;Tom;FAŸ;6e A;02/03/2014;;;1 rue X;35000;Rennes;FR\r\n"
)
RELATIVES = (
    "externalid;Prénom*;Nom*;telephone;email;adresse;cp;ville;pays;Childexternalid;"
    "Childexternalid\r\nP1;Lou;FAŸ;02;lou@x.test;1 rue X;35000;Rennes;FR;E1;E2\r\n"
    "P2;Max;ROUX;;max@x.test;;;;;E9;\r\n"
)
TEACHERS = "externalid;Prénom*;Nom*;Classe;email\r\nT1;Anne;LE GALL;6e A;a.legall@x.test\r\n"


def test_edifice_files_are_tied_by_number() -> None:
    items = list(
        open_ent([
            source("CSV_Relative.csv", RELATIVES.encode()),
            source("CSV_Teacher.csv", TEACHERS.encode("utf-8-sig")),
            source("CSV_Student.csv", STUDENTS.encode()),
        ])
    )  # fmt: skip
    found = people(items)
    assert {key: one.profile for key, one in found.items()} == {
        "id:|E1": Profile.PUPIL, "id:|E2": Profile.PUPIL, "id:|P1": Profile.GUARDIAN,
        "id:|P2": Profile.GUARDIAN, "id:|T1": Profile.TEACHER,
    }  # fmt: skip
    assert {(one.pupil, one.guardian) for one in items if isinstance(one, Tie)} == {
        ("id:|E1", "id:|P1"), ("id:|E2", "id:|P1"),
    }  # fmt: skip
    assert [one for one in items if isinstance(one, SkippedLine)] == [
        SkippedLine(3, "a child is not among the pupils: no tie (guardian)")
    ]
    assert "35000" not in repr(items)
    assert "2014" not in repr(items)


def test_gepi_files_are_tied_by_number() -> None:
    pupils = "elenoet;nom;prenom;classe\r\n4711;FAŸ;Zoé;6e A\r\n"
    parents = (
        "id élève;nom;prénom;civilité;ligne1;ligne2;CP;commune;email\r\n"
        "4711;FAŸ;Lou;MME;1 rue X;;35000;Rennes;lou@x.test\r\n"
    )
    items = list(
        open_ent([
            source("responsables.csv", parents.encode("cp1252")),
            source("g_eleves.csv", pupils.encode("cp1252")),
        ])
    )  # fmt: skip
    (tie,) = [one for one in items if isinstance(one, Tie)]
    assert tie.pupil == "id:|4711"
    assert people(items)[tie.guardian].name == "Lou FAŸ"
    assert "Rennes" not in repr(items)


def test_a_number_that_two_people_have_is_nobody_s() -> None:
    data = b"externalid;prenom;nom;classe\r\n1;Zoe;FAY;6A\r\n1;Tom;ROUX;6A\r\n"
    assert len(people(list(open_ent([source("eleves.csv", data)])))) == 2
