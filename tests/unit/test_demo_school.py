"""The people of the demonstration: the right number, the same every time, nobody real."""

from __future__ import annotations

import csv
import io
import re

import pytest

from mel_desktop.demo.host import login_of, mailboxes
from mel_desktop.demo.messages import FOLDERS
from mel_desktop.demo.school import (
    School,
    annuaire_csv,
    build_school,
    families_csv,
    people_csv,
    pupils_csv,
    staff_csv,
)
from tests.support.clock import JumpingClock


@pytest.fixture(scope="module")
def school() -> School:
    return build_school()


def test_the_school_has_its_size(school: School) -> None:
    assert len(school.staff) == 25
    assert len(school.classes) == 12
    assert len(school.pupils) == 300
    assert all(len(school.pupils_of(name)) == 25 for name in school.classes)
    assert [box.address for box in school.boxes] == [
        "ce.0540000X@ac-exemple.invalid",
        "gestion.0540000X@ac-exemple.invalid",
        "vie-scolaire.0540000X@ac-exemple.invalid",
    ]


def test_every_class_has_a_head_teacher_and_a_team(school: School) -> None:
    heads = [one.head for one in school.staff if one.head]
    assert sorted(heads) == sorted(school.classes)
    for name in school.classes:
        subjects = {one.subject for one in school.team(name)}
        assert {"Lettres modernes", "Mathématiques", "Histoire-géographie"} <= subjects


def test_every_pupil_has_parents_and_some_have_siblings(school: School) -> None:
    assert all(1 <= len(pupil.parents) <= 2 for pupil in school.pupils)
    assert len(school.parents) < sum(len(pupil.parents) for pupil in school.pupils)


def test_the_same_school_every_time(school: School) -> None:
    assert build_school() == school
    assert build_school(1) != school


def test_addresses_are_unique_and_can_be_nobodys(school: School) -> None:
    people = (*school.staff, *school.boxes, *school.outside, *school.parents)
    addresses = [person.address for person in people]
    assert len(set(addresses)) == len(addresses)
    assert all(re.fullmatch(r"[a-z0-9.X Z-]+@[a-z0-9.-]+\.invalid", one) for one in addresses)


def test_the_check_letter_of_the_uai_is_wrong_on_purpose(school: School) -> None:
    letter = "ABCDEFGHJKLMNPRSTUVWXYZ"[int(school.uai[:7]) % 23]
    assert school.uai[7] != letter


def test_exports_hold_everybody(school: School) -> None:
    people = list(csv.DictReader(io.StringIO(people_csv(school)), delimiter=";"))
    assert len(people) == 25 + 3 + len(school.parents)
    assert next(row for row in people if row["Nom"] == "Delaunay")["Classes"] == "6A,4B,4C,3A"
    pupils = list(csv.DictReader(io.StringIO(pupils_csv(school)), delimiter=";"))
    assert len(pupils) == 300
    assert "Courriel" not in pupils[0]


def test_families_with_delegates_and_head_teachers(school: School) -> None:
    pupils = list(csv.DictReader(io.StringIO(families_csv(school)), delimiter=";"))
    assert len(pupils) == 300
    assert sum(row["Fonction"] == "Élève délégué" for row in pupils) == 2 * len(school.classes)
    named = {row[f"Courriel responsable {n}"] for row in pupils for n in (1, 2)} - {""}
    assert named == {parent.address for parent in school.parents}
    staff = list(csv.DictReader(io.StringIO(staff_csv(school)), delimiter=";"))
    assert len(staff) == 25 + 3
    heads = [row["Professeur principal de"] for row in staff if row["Professeur principal de"]]
    assert sorted(heads) == sorted({*heads})
    assert set(heads) <= set(school.classes)


def test_the_annuaire_has_the_layout_of_the_open_data(school: School) -> None:
    text = annuaire_csv(school)
    assert text.startswith("\ufeffIdentifiant_de_l_etablissement;Nom_etablissement;")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert len(rows) == 40
    assert rows[0]["Identifiant_de_l_etablissement"] == school.uai
    assert len({row["Identifiant_de_l_etablissement"] for row in rows}) == 40


def test_each_person_of_the_school_has_a_mailbox(school: School) -> None:
    made = mailboxes(school, "secret", JumpingClock().now())
    assert made[0].login == "cdelaunay"
    assert made[0].folders == FOLDERS
    assert len({box.login for box in made}) == len(made) == 25 + 3 + len(school.parents)
    assert "secret" not in repr(made[0])
    assert login_of(school.who("ce")) == "ce.0540000X"
