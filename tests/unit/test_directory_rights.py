"""Who must not come back, and who must not be written to: the hard cases of the directory."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from mel_desktop.formats.aaf import AafFile
from mel_desktop.formats.archives import Bundle
from mel_desktop.model.errors import LocalRefusal
from mel_desktop.model.merging import Audience
from mel_desktop.model.people import (
    ENTRY_FIELDS,
    Change,
    DirectoryEntry,
    EntryKind,
    Gone,
    Item,
    Membership,
    Part,
    Photo,
    Profile,
)
from mel_desktop.services.records import Records
from mel_desktop.store import people
from tests.support.aaf_school import document, request
from tests.support.directory_world import (
    UAI,
    Listed,
    World,
    class_of,
    guardian,
    legal,
    person,
    pupil,
    school_items,
    teacher,
)
from tests.support.merge_world import merge_office


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


def aaf(kind: str, *requests: str) -> AafFile:
    made = document(list(requests))
    if kind == "Complet":
        made = made.replace(b"versionSDET=6.4", b'codeAcademieExport="14"')
    name = f"ENT_{kind}_20261101_Eleve_0001.xml"
    return AafFile(Bundle([(name, partial(io.BytesIO, made))]))


def test_changes_still_find_their_people_after_one_was_erased(
    world: World, records: Records
) -> None:
    """Keys begin with the académie, which a change file need not name; nothing is applied to a
    source whose families were removed.
    """

    def of(number: str, given: str, kind: str = "addRequest") -> str:
        return request(kind, "Eleve", number, {"sn": ("ABAR",), "givenName": (given,)})

    def take(reader: AafFile) -> None:
        world.directory.import_reader(reader, name="AAF", url="aaf.zip")

    take(aaf("Complet", of("1", "Zoé"), of("2", "Max")))
    records.erase(world.hit("zoé").id)
    take(aaf("Delta", request("deleteRequest", "Eleve", "2", {}), of("3", "Léa")))
    assert world.names("abar") == ["Léa ABAR"]
    records.purge([world.source("AAF")], notes_too=True, learned=True)
    with pytest.raises(LocalRefusal, match="export-without-base"):
        take(aaf("Delta", of("4", "Luc")))
    assert world.names("abar") == []


# -- the parents of another class ------------------------------------------------------------------


def cp(mark: str, **fields: Any) -> tuple[Item, ...]:
    """A class of that name, with one pupil and the mother."""
    return (
        DirectoryEntry(
            f"cp{mark}", EntryKind.GROUP, "CP", role="classe", classes=("CP",), **fields
        ),
        person(f"e{mark}", f"Élève {mark}", profile=Profile.PUPIL),
        guardian(f"r{mark}", f"Mère {mark}", f"{mark}@free.invalid"),
        Membership(f"cp{mark}", f"e{mark}", part=Part.PUPIL),
        legal(f"e{mark}", f"r{mark}"),
    )


def parents_of(world: World, key: str) -> set[str]:
    hits = world.groups.of_entry(world.id_of(key))
    return {to.address for hit in hits if hit.audience is Audience.PARENTS for to in hit.members}


def test_classes_of_one_name_whose_school_nobody_knows_are_two(world: World) -> None:
    """An extraction of ONDE names no school, and every school has a CP."""
    world.read("École du Bourg", *cp("a"), format_name="csv")
    world.read("École du Port", *cp("b"), format_name="csv")
    assert parents_of(world, "cpa") == {"a@free.invalid"}
    assert parents_of(world, "cpb") == {"b@free.invalid"}
    assert {
        tuple(to.address for to in hit.members)
        for hit in world.groups.complete("parents cp", limit=8)
    } == {("a@free.invalid",), ("b@free.invalid",)}


def test_two_classes_of_one_source_are_two(world: World) -> None:
    """AAF of an académie, with schools of which it says nothing, or two sites of one UAI."""
    world.read("AAF", *cp("a", uai=UAI), *cp("b", uai=UAI))
    world.read("Liste", *cp("c", uai=UAI), format_name="csv")
    for mark in "abc":
        assert parents_of(world, f"cp{mark}") == {f"{mark}@free.invalid"}


def test_a_letter_to_many_tells_classes_of_one_name_apart(tmp_path: Path) -> None:
    with merge_office(tmp_path) as office:
        for name, mark in (("École du Bourg", "a"), ("École du Port", "b")):
            office.directory.import_reader(Listed(cp(mark), format_name="csv"), name=name, url="")
        groups = office.merging.groups()
        assert {(one.name, one.school, one.members) for one in groups} == {
            ("CP", "École du Bourg", 1), ("CP", "École du Port", 1),
        }  # fmt: skip
        assert office.merging.group_named("cp") is None
        for one in groups:
            source = office.merging.people_of(one.ids[0], Audience.PARENTS)
            assert len(source.people) == 1


# -- a purge while a copy waits --------------------------------------------------------------------


def everything(world: World) -> tuple[object, ...]:
    """What the cards of a school tell, by key."""
    with world.database.read() as reader:
        rows = tuple(people.everybody(reader))
    cards = [(row.entry, world.persons.card(row.id)) for row in rows]
    return tuple(
        sorted(
            (
                entry.key, str(entry), [(one.name, one.part) for one in card.classes],
                [one.hit.entry.name for one in card.family], card.photo,
            )
            for entry, card in cards
        )
    )  # fmt: skip


def test_next_years_list_that_waits_is_whole_after_the_purge_of_this_year(
    world: World, records: Records
) -> None:
    crowd = [pupil(f"x{number}", f"Xavier{number} Nom") for number in range(40)]
    photo = Photo("e1", b"\xff\xd8\xffpicture")
    this_year = (*school_items(), photo)  # some stay as they are
    world.read("Neuf", *this_year)
    wanted = everything(world)
    world.directory.remove(world.source("Neuf"))

    world.read("AAF", *this_year, *crowd, teacher("t3", "Zoé Roy", classes=("6eB",)))
    report = world.read("AAF", *this_year)
    assert report.waiting
    records.purge([world.source("AAF")], notes_too=True, learned=True)
    assert world.names("léa martin") == world.names("6eb") == []
    assert world.names("marie dupont") == ["Marie Dupont"]
    assert world.rows("photo") == 0
    world.directory.accept(world.source("AAF"))
    assert everything(world) == wanted


def test_a_change_file_that_waits_goes_with_what_it_changes(world: World, records: Records) -> None:
    crowd = [pupil(f"x{number}", f"Xavier{number} Nom") for number in range(40)]
    world.read("AAF", *school_items(), *crowd)
    report = world.read("AAF", *(Gone(one.key) for one in crowd), crowd[0], is_delta=True)
    assert report.waiting
    records.purge([world.source("AAF")], notes_too=True, learned=True)
    assert world.directory.pending() == ()
    assert world.rows("entry") == 3  # the team and the school
    assert world.rows("staged_mark") == 0


def test_the_team_of_a_list_that_waits_keeps_its_classes(world: World, records: Records) -> None:
    crowd = [pupil(f"x{number}", f"Xavier{number} Nom") for number in range(40)]
    team = [teacher("t1", "Marie Dupont", classes=("6eB",)), class_of("6eB")]
    world.read("AAF", *team, *crowd)
    assert world.read("AAF", *team).waiting
    records.purge([world.source("AAF")], notes_too=True, learned=True)
    assert world.persons.card(world.id_of("t1")).entry.classes == ()
    world.directory.accept(world.source("AAF"))
    assert world.persons.card(world.id_of("t1")).entry.classes == ("6eB",)
    assert world.names("6eb") == ["6eB", "Marie Dupont"]
