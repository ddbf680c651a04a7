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
from mel_desktop.formats.people_csv import group_key
from mel_desktop.formats.school_groups import group_of
from mel_desktop.logic import merging
from mel_desktop.model.errors import ErrorCode, LocalRefusal, StoreTrouble
from mel_desktop.model.mail import Address
from mel_desktop.model.merging import Audience, MergeOptions
from mel_desktop.model.outgoing import DraftContent
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
    Relation,
    Tie,
)
from mel_desktop.services import recipient_groups
from mel_desktop.services.directory import Directory
from mel_desktop.services.records import Records
from mel_desktop.store import people
from tests.support.aaf_school import document, request
from tests.support.directory_world import (
    UAI,
    Listed,
    World,
    class_of,
    guardian,
    in_class,
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


def test_an_address_that_a_family_shares_stays_in_own_groups(
    world: World, records: Records
) -> None:
    box = "famille.roux@free.invalid"
    world.read("AAF", guardian("a", "Anne Roux", box), guardian("b", "Luc Roux", box))
    world.groups.save("Sortie", [Address("Anne Roux", box), Address("X", "x@free.invalid")])
    assert records.erase(world.id_of("a")).own_groups == 0
    (group,) = world.groups.complete("sortie")
    assert group.members == (Address("", box), Address("X", "x@free.invalid"))
    assert records.erase(world.id_of("b")).own_groups == 1
    (group,) = world.groups.complete("sortie")
    assert group.members == (Address("X", "x@free.invalid"),)


def test_all_keys_of_an_erased_person_are_remembered(world: World, records: Records) -> None:
    for number in range(4):
        keys = (f"k:{number}", *(f"own:{number}/{one}" for one in range(18)), f"k:{number + 1}")
        world.read(f"S{number}", person("p", "Anne Roux", same_as=keys), format_name="vcard")
    assert records.erase(world.id_of("p", "S0")).rows == 4
    last = person("new", "Anne Roux", same_as=("own:3/17",))
    world.read("S9", last, person("other", "Zoé Petit"), format_name="ldif")
    assert world.names("roux") == []


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


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [("6e B", "6EB", True), ("6°B", "6 B", True), ("3-A", "3A", True), ("GR+", "GR-", False),
     ("3A*", "3A", False), ("+", "-", False)],
)  # fmt: skip
def test_signs_tell_groups_apart(one: str, other: str, is_same: bool) -> None:
    known: set[str] = set()
    keys = {group_of(known, "013/groupe/1", "groupe", label, uai=UAI)[0] for label in (one, other)}
    assert (len(keys) == 1) is is_same
    assert (group_key("groupe", one, "") == group_key("groupe", other, "")) is is_same


def test_last_years_class_of_the_same_name_is_another(world: World) -> None:
    world.read("SIECLE", *cp("a", uai=UAI), format_name="siecle")
    world.clock.jump(days=300)
    world.read("AAF", *cp("b", uai=UAI))
    world.read("STS", *cp("c", uai=UAI), format_name="sts")
    this_year = {"b@free.invalid", "c@free.invalid"}
    assert parents_of(world, "cpa") == {"a@free.invalid"}
    assert parents_of(world, "cpb") == parents_of(world, "cpc") == this_year
    first, *_ = world.groups.complete("parents cp", limit=8)
    assert {to.address for to in first.members} == this_year


def test_a_letter_by_the_name_of_a_class_means_this_years(tmp_path: Path) -> None:
    with merge_office(tmp_path) as office:
        for name, mark in (("SIECLE", "a"), ("AAF", "b")):
            listed = Listed(cp(mark, uai=UAI), format_name=name.lower())
            office.directory.import_reader(listed, name=name, url="")
            office.clock.jump(days=300)
        groups = {one.school: one.ids[0] for one in office.merging.groups()}
        assert sorted(groups) == ["AAF", "SIECLE"]
        assert office.merging.group_named("cp") == groups["AAF"]


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


def test_who_teaches_a_class_and_has_a_child_in_it_is_of_its_team_too(world: World) -> None:
    """Groups of LDAP do not say who is what in them."""
    world.read(
        "LDAP", class_of("6eB"), in_class("6eB", "t", Part.MEMBER), in_class("6eB", "e"),
        teacher("t", "Marie Dupont", "marie.dupont@ac-rennes.fr"), pupil("e", "Léa Dupont"),
        legal("e", "t"), format_name="ldap",
    )  # fmt: skip
    hits = world.groups.of_entry(world.id_of("classe:6eB"))
    team = {"marie.dupont@ac-rennes.fr"}
    for audience in (Audience.TEAM, Audience.PARENTS):
        assert [{to.address for to in one.members} for one in hits if one.audience is audience] == [
            team
        ]


def test_the_father_of_a_half_brother_is_not_of_the_family(world: World) -> None:
    world.read(
        "AAF", pupil("e1", "Léa Martin"), pupil("e2", "Tom Petit"), guardian("m", "Anne Roux"),
        guardian("f1", "Luc Martin"), guardian("f2", "Guy Petit"),
        legal("e1", "m"), legal("e1", "f1"), legal("e2", "m"), legal("e2", "f2"),
    )  # fmt: skip
    family = world.persons.family(world.id_of("e1"))
    assert [one.entry.name for one in family.pupils] == ["Léa Martin", "Tom Petit"]
    assert [one.hit.entry.name for one in family.guardians] == ["Anne Roux", "Luc Martin"]
    assert "Guy Petit" not in family.unreachable


def test_parents_of_two_namesakes_of_a_class_are_not_written_to_together(tmp_path: Path) -> None:
    items: list[Item] = [class_of("6eB")]
    for mark in "ab":
        items += [
            pupil(f"e{mark}", "Emma Martin"), in_class("6eB", f"e{mark}"),
            guardian(f"r{mark}", f"Mère {mark}", f"{mark}@free.invalid"),
            legal(f"e{mark}", f"r{mark}"),
        ]  # fmt: skip
    items += [
        pupil("c", "Léa Roux"), in_class("6eB", "c"), guardian("c1", "Anne Roux", "c1@x.invalid"),
        guardian("c2", "Luc Roux", "c2@x.invalid"), legal("c", "c1"), legal("c", "c2"),
    ]  # fmt: skip
    with merge_office(tmp_path) as office:
        office.directory.import_reader(Listed(items), name="AAF", url="")
        (group,) = office.merging.groups()
        found = office.merging.people_of(group.ids[0], Audience.PARENTS).people
    content = DraftContent(subject="Sortie", text="Bonjour")
    made = merging.plan(content, found, MergeOptions(together=True)).messages
    assert sorted(tuple(sorted(to.address for to in one.to)) for one in made) == [
        ("a@free.invalid",), ("b@free.invalid",), ("c1@x.invalid", "c2@x.invalid"),
    ]  # fmt: skip


def test_who_was_a_legal_guardian_last_year_only_is_not_written_to(world: World) -> None:
    child = pupil("e", "Léa Martin", classes=("6eB",), same_as=("ine:1",))
    parents = [
        guardian("m", "Anne Roux", "m@x.invalid"),
        guardian("f", "Luc Martin", "f@x.invalid"),
    ]
    world.read("SIECLE", child, *parents, legal("e", "m"), legal("e", "f"), format_name="siecle")
    world.clock.jump(days=300)
    world.read(
        "AAF", class_of("6eB"), in_class("6eB", "e"), child, *parents, legal("e", "m"),
        Tie("e", "f", Relation.FATHER),
    )  # fmt: skip
    assert parents_of(world, "classe:6eB") == {"m@x.invalid"}
    card = world.persons.card(world.id_of("e", "AAF"))
    assert len(card.ids) == 2
    family = world.persons.family(world.id_of("e", "AAF"))
    for told in (card.family, family.guardians):
        assert [(one.hit.entry.name, one.is_legal) for one in told] == [
            ("Anne Roux", True), ("Luc Martin", False),
        ]  # fmt: skip


# -- some of a team are not the team ---------------------------------------------------------------


def test_teams_are_whole_in_the_directory_of_an_académie(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More people than are looked at for one keystroke: no team is cut short without a word."""
    monkeypatch.setattr(recipient_groups, "MOST_OF_SCHOOLS", 6)
    items: list[Item] = []
    for school in range(5):
        uai = f"035000{school}A"
        items.append(
            DirectoryEntry(f"etab{school}", EntryKind.SCHOOL, f"Collège {school}", uai=uai)
        )
        for number in range(4):
            items += [
                DirectoryEntry(
                    f"c{school}{number}", EntryKind.GROUP, f"6e{number}", uai=uai,
                    school=f"Collège {school}", classes=(f"6e{number}",),
                ),
                person(
                    f"t{school}{number}", f"Prof {number}{school}",
                    f"t{number}{school}@ac-rennes.fr", profile=Profile.TEACHER, uai=uai,
                    school=f"Collège {school}", subjects=("Mathématiques",),
                ),
                Membership(
                    f"c{school}{number}", f"t{school}{number}", part=Part.HEAD_TEACHER
                ),
            ]  # fmt: skip
    world.read("AAF", *items)
    for typed in ("professeurs principaux", "profs de maths"):
        hits = world.groups.complete(typed, limit=9)
        assert hits, typed
        assert [len(hit.members) for hit in hits] == [4] * len(hits), typed
    (heads,) = [
        hit for hit in world.groups.of_entry(world.id_of("etab4"))
        if hit.audience is Audience.HEAD_TEACHERS
    ]  # fmt: skip
    assert len(heads.members) == 4
    monkeypatch.setattr(recipient_groups, "MOST_OF_SCHOOLS", 3)
    assert world.groups.complete("professeurs principaux") == ()
    assert world.groups.complete("profs de maths") == ()


# -- two processes ---------------------------------------------------------------------------------


def test_two_processes_that_import_one_source_do_not_mix_their_rows(world: World) -> None:
    """The command line imports while the window does: the later one counts, whole."""
    world.read("AAF", *school_items())
    wanted = everything(world)
    other = Directory(world.database, None, world.clock, lambda: False)  # type: ignore[arg-type]

    class Slow(Listed):
        def __iter__(self) -> Iterator[Item]:
            for number in range(600):
                yield pupil(f"x{number}", f"Xavier{number} Nom")
            other.import_reader(Listed(school_items()), name="AAF", url="")
            yield from self.items  # type: ignore[misc]

    with pytest.raises(StoreTrouble) as caught:
        world.directory.import_reader(Slow(school_items()), name="AAF", url="")
    assert caught.value.code is ErrorCode.PROFILE_BUSY
    assert everything(world) == wanted
    assert world.rows("entry") == len(wanted)
    with world.database.read() as reader:
        assert reader.value("SELECT settled FROM source") == 1


def test_an_import_that_fails_leaves_the_rows_of_another_process_alone(world: World) -> None:
    world.read("AAF", *school_items())
    other = Directory(world.database, None, world.clock, lambda: False)  # type: ignore[arg-type]

    class Slow(Listed):
        def __iter__(self) -> Iterator[Item]:
            with pytest.raises(LocalRefusal):
                world.read("AAF", LocalRefusal(ErrorCode.BAD_FILE, why="no usable line"))
            yield from self.items  # type: ignore[misc]

    with pytest.raises(StoreTrouble):
        other.import_reader(Slow(school_items()), name="AAF", url="")
    assert world.names("léa martin") == ["Léa Martin"]
    assert other.import_reader(Listed(school_items()), name="AAF", url="").persons == 9


def test_a_source_that_another_process_removed_meanwhile_stays_removed(world: World) -> None:
    world.read("AAF", *school_items())
    other = Directory(world.database, None, world.clock, lambda: False)  # type: ignore[arg-type]

    class Slow(Listed):
        def __iter__(self) -> Iterator[Item]:
            other.remove(world.source("AAF"))
            yield from self.items  # type: ignore[misc]

    with pytest.raises(StoreTrouble):
        world.directory.import_reader(Slow(school_items()), name="AAF", url="")
    assert world.directory.sources() == ()
    assert world.rows("entry") == world.rows("staged_tie") == 0


def test_an_erasure_meanwhile_lets_an_import_overwrite_what_it_frees(
    world: World, records: Records
) -> None:
    def overwrites() -> object:
        return world.database.write(lambda tx: tx.value("PRAGMA secure_delete"))

    seen: list[object] = []

    class Slow(Listed):
        def __iter__(self) -> Iterator[Item]:
            records.erase(world.id_of("r1"))
            seen.append(overwrites())
            yield from self.items  # type: ignore[misc]

    world.read("AAF", *school_items())
    world.directory.import_reader(Slow(school_items()), name="AAF", url="")
    assert (seen, overwrites()) == ([1], 0)
    assert world.names("anne roux") == []
    records.purge([world.source("AAF")], notes_too=False, learned=False)
    assert overwrites() == 0
