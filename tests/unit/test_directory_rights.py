"""Who must not come back, and who must not be written to: the hard cases of the directory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mel_desktop.model.people import (
    ENTRY_FIELDS,
    Change,
    Photo,
)
from mel_desktop.services.records import Records
from tests.support.directory_world import World, guardian, legal, person, school_items, teacher


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


@pytest.fixture
def records(world: World) -> Records:
    return Records(world.database, world.clock, world.persons)


# -- erased ----------------------------------------------------------------------------------------


def test_a_change_file_brings_nobody_back(world: World, records: Records) -> None:
    world.read("AAF", *school_items())
    records.erase(world.id_of("r1"))
    world.read(
        "AAF", Change(guardian("r1", "Anne Roux", "anne.roux@free.invalid"), ENTRY_FIELDS),
        legal("e1", "r1"), is_delta=True,
    )  # fmt: skip
    assert world.names("anne roux") == []


def test_a_copy_that_waits_brings_nobody_back(world: World, records: Records) -> None:
    crowd = [person(f"x{number}", f"Xavier{number} Nom") for number in range(40)]
    world.read("AAF", *school_items(), *crowd)
    changed = guardian("r1", "Anne Roux-Martin", "anne.roux@free.invalid")
    report = world.read(
        "AAF", *(one for one in school_items() if getattr(one, "key", "") != "r1"), changed,
        Photo("r1", b"\xff\xd8\xffpicture"),
    )  # fmt: skip
    assert report.waiting
    records.erase(world.id_of("r1"))
    assert world.rows("staged_photo") == 0
    world.directory.accept(world.source("AAF"))
    assert world.names("anne") == []
    assert world.rows("erased_person") > 0


def test_nobody_comes_back_by_another_source_that_waits(world: World, records: Records) -> None:
    crowd = [person(f"x{number}", f"Xavier{number} Nom") for number in range(40)]
    world.read("Liste", *crowd, format_name="csv")
    colleague = person("m", "Marie DUPONT", "marie.dupont@ac-rennes.fr")
    assert world.read("Liste", crowd[0], colleague, format_name="csv").waiting
    world.read("AAF", *school_items())
    records.erase(world.id_of("t1"))
    world.directory.accept(world.source("Liste"))
    assert world.names("dupont") == []


def test_a_box_of_several_people_names_none_of_them(world: World, records: Records) -> None:
    """Erasing one, or writing a note of one, leaves the others of the box alone."""
    box = "viescolaire.charcot@ac-rennes.fr"
    staff = [teacher("a", "Anne Roux", box), teacher("b", "Bob Petit", box)]
    world.read("AAF", *staff)
    world.persons.set_note(world.id_of("a"), "Absente le lundi.")
    assert world.persons.card(world.id_of("b")).note == ""
    assert world.persons.set_note(world.id_of("b"), "Au lycée avant.") == ""
    assert world.persons.card(world.id_of("a")).note == "Absente le lundi."
    assert records.erase(world.id_of("a")).notes == 1
    world.read("AAF", *staff)
    assert (world.names("roux"), world.names("petit")) == ([], ["Bob Petit"])
    assert world.persons.card(world.id_of("b")).note == "Au lycée avant."


def test_a_note_of_whom_another_list_still_has_outlives_the_purge(
    world: World, records: Records
) -> None:
    mother = guardian("r1", "Anne Roux", "anne.roux@free.invalid", same_as=("siecle:x/p1",))
    world.read("AAF", mother, guardian("r2", "Luc Roux"))
    world.read("Carnet", person("1", "Anne (mère)", same_as=mother.same_as), format_name="vcard")
    world.persons.set_note(world.id_of("r1"), "Préfère le téléphone.")
    world.persons.set_note(world.id_of("r2"), "Ne répond pas.")
    gone = records.purge([world.source("AAF")], notes_too=True, learned=False)
    assert gone.notes == 1
    assert world.persons.card(world.id_of("1")).note == "Préfère le téléphone."
