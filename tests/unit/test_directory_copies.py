"""Copies of sources: families and pictures, changes, what waits for a person, no trace left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, LocalRefusal, MelError, ServerSaid
from mel_desktop.model.people import (
    Change,
    DirectoryEntry,
    DirectorySource,
    EntryKind,
    Gone,
    Membership,
    Part,
    Photo,
    Profile,
    SourceKind,
    Tie,
)
from mel_desktop.services import directory_imports
from mel_desktop.services.directory import Directory
from mel_desktop.store.pages import PAGE, PageFile
from tests.support.directory_world import (
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

JPEG = b"\xff\xd8\xff" + b"picture"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


def test_everything_of_an_export_in_any_order(world: World) -> None:
    report = world.read("AAF", *school_items(), Photo("e1", JPEG))
    assert (report.persons, report.groups, report.schools, report.ties) == (9, 2, 1, 5)
    assert report.skipped == ()
    card = world.persons.card(world.id_of("t1"))
    assert card.entry.profile is Profile.TEACHER
    assert card.entry.subjects == ("Mathématiques",)
    assert [(one.name, one.part, one.subject) for one in card.classes] == [
        ("6eB", Part.HEAD_TEACHER, ""), ("6eB", Part.TEACHER, "Mathématiques"),
    ]  # fmt: skip
    assert world.persons.card(world.id_of("e1")).photo == JPEG
    before = world.id_of("e1")
    again = world.read("AAF", *school_items(), Photo("e1", JPEG))
    assert (again.removed, again.ties, world.id_of("e1")) == (0, 5, before)


def test_pictures_that_are_none_or_too_large_are_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory_imports, "MOST_PHOTO", 20)
    report = world.read(
        "AAF", person("a", "A"), Photo("a", b"GIF89a"), Photo("a", JPEG + bytes(20)),
        Photo("nobody", JPEG),
    )  # fmt: skip
    assert len(report.skipped) == 2
    assert world.rows("photo") == world.rows("staged_photo") == 0


def test_what_a_new_copy_no_longer_says_goes(world: World) -> None:
    world.read("AAF", *school_items(), Photo("e1", JPEG))
    kept = [
        one
        for one in school_items()
        if one not in (legal("e1", "r1"), in_class("6eB", "e2", Part.DELEGATE))
    ]
    world.read("AAF", *kept)
    assert [one.hit.entry.name for one in world.persons.card(world.id_of("e1")).family] == [
        "Luc Martin", "Odette Martin",
    ]  # fmt: skip
    parts = [one.part for one in world.persons.card(world.id_of("e2")).classes]
    assert parts == [Part.PUPIL]
    assert world.persons.card(world.id_of("e1")).photo == b""


def test_a_copy_cut_short_keeps_classes_ties_and_pictures_of_what_changed(world: World) -> None:
    world.read("AAF", *school_items(), Photo("e1", JPEG))
    report = world.read("AAF", pupil("e1", "Léa Martin-Roux"), complete=False, cuts=("size",))
    assert (report.complete, report.removed, report.cuts) == (False, 0, ("size",))
    card = world.persons.card(world.id_of("e1"))
    assert card.entry.name == "Léa Martin-Roux"
    assert [one.name for one in card.classes] == ["6eB"]
    assert len(card.family) == 3
    assert card.photo == JPEG
    assert not card.stamps[0].complete


# -- changes ---------------------------------------------------------------------------------------


def test_a_delta_changes_what_it_names_and_nothing_else(world: World) -> None:
    world.read("AAF", *school_items(), Photo("t1", JPEG))
    before = {key: world.id_of(key) for key in ("e1", "e2", "t1", "classe:6eB")}
    report = world.read(
        "AAF",
        Change(person("t1", "", phone="02 99 00 00 00"), fields=frozenset({"phone"})),
        Gone("r4"),
        guardian("r5", "Nadia Roux", "nadia@free.invalid"),
        Change(
            person("e1", "", classes=("5eA",)), fields=frozenset({"classes"}), ties=True,
            groups=frozenset({("classe", Part.PUPIL)}),
        ),
        Change(class_of("5eA"), fields=frozenset()),
        in_class("5eA", "e1"),
        legal("e1", "r5"),
        Change(person("unknown", "", "x@y.invalid"), fields=frozenset({"email"})),
        is_delta=True,
        state={"as": "of"},
    )  # fmt: skip
    assert (report.persons, report.removed, report.complete) == (9, 1, True)
    assert {key: world.id_of(key) for key in before} == before
    pupil_card = world.persons.card(before["e1"])
    assert [one.name for one in pupil_card.classes] == ["5eA"]
    assert [one.hit.entry.name for one in pupil_card.family] == ["Nadia Roux"]
    assert pupil_card.entry.classes == ("5eA",)
    card = world.persons.card(before["t1"])
    assert (card.entry.phone, card.photo, len(card.classes)) == ("02 99 00 00 00", JPEG, 2)
    assert world.names("Odette") == []
    assert [one.part for one in world.persons.card(before["e2"]).classes] == [
        Part.DELEGATE, Part.PUPIL,
    ]  # fmt: skip
    assert world.rows("entry") == world.rows("entry_fts")
    for table in ("staged_member", "staged_tie", "staged_mark", "staged_drop", "staged_photo"):
        assert world.rows(table) == 0


def test_a_whole_record_of_a_delta_tells_its_own_groups_anew(world: World) -> None:
    group = DirectoryEntry("cn=chorale", EntryKind.GROUP, "Chorale")
    world.read(
        "LDAP", class_of("6eB"), class_of("5eA"), group, pupil("e1", "Léa"), pupil("e2", "Tom"),
        in_class("6eB", "e1"), in_class("6eB", "e2"), legal("e1", "r1"), guardian("r1", "Anne"),
        Membership("cn=chorale", "e1", by_group=True),
        Membership("cn=chorale", "e2", by_group=True),
    )  # fmt: skip
    world.read("LDAP", pupil("e1", "Léa M."), in_class("5eA", "e1"), is_delta=True)
    card = world.persons.card(world.id_of("e1"))
    assert [one.name for one in card.classes] == ["5eA", "Chorale"]  # its record said nothing
    assert card.family == ()  # a whole record of a pupil without guardians has none
    world.read("LDAP", group, Membership("cn=chorale", "e2", by_group=True), is_delta=True)
    assert [one.name for one in world.persons.card(world.id_of("e1")).classes] == ["5eA"]
    assert [one.name for one in world.persons.card(world.id_of("e2")).classes] == ["6eB", "Chorale"]


def test_an_entry_that_goes_and_comes_back_in_one_delta(world: World) -> None:
    world.read("AAF", person("a", "Ana"), person("b", "Bob"))
    world.read("AAF", Gone("a"), person("a", "Ana II"), person("b", "Bob II"), Gone("b"),
               is_delta=True)  # fmt: skip
    assert world.names("ana") == ["Ana II"]
    assert world.names("bob") == []


def test_a_delta_needs_its_source(world: World) -> None:
    with pytest.raises(LocalRefusal) as caught:
        world.read("AAF", person("a", "Ana"), is_delta=True)
    assert caught.value.code is ErrorCode.BAD_FILE
    assert world.directory.sources() == ()


def test_own_contacts_begin_with_the_first_and_end_with_the_last(world: World) -> None:
    world.read("moi", person("1", "Ana", "ana@x.invalid"), format_name="own", is_delta=True)
    (source,) = world.directory.sources()
    assert (source.count, source.complete) == (1, True)
    world.read("moi", Gone("1"), format_name="own", is_delta=True)
    assert world.names("ana") == []
    world.read("moi", person("1", "Ana", "ana@x.invalid"), format_name="own", is_delta=True)
    assert world.names("ana") == ["Ana"]


def test_a_reader_gets_back_what_it_asked_to_keep(world: World) -> None:
    world.read("AAF", person("a", "Ana"), state={"date": "20261101"})
    delta = Listed([person("b", "Bob")], is_delta=True, state={"date": "20261102"})
    world.directory.import_reader(delta, name="AAF", url="x")
    assert delta.before == {"date": "20261101"}
    broken = Listed([person("c", "Cleo"), LocalRefusal(ErrorCode.BAD_FILE)], is_delta=True,
                    state={"date": "20261103"})  # fmt: skip
    with pytest.raises(LocalRefusal):
        world.directory.import_reader(broken, name="AAF", url="x")
    last = Listed([], is_delta=True)
    world.directory.import_reader(last, name="AAF", url="x")
    assert last.before == {"date": "20261102"}
    assert world.names("cleo") == []


# -- too much would go -----------------------------------------------------------------------------


def many(count: int, start: int = 0) -> list[DirectoryEntry]:
    return [person(f"p{one}", f"Personne Numéro{one}") for one in range(start, count)]


def test_a_copy_that_takes_too_much_away_waits(world: World) -> None:
    world.read("AAF", *many(60))
    report = world.read("AAF", *many(40), person("new", "Nouvelle"))
    assert (report.waiting, report.would_remove, report.removed) == (True, 20, 0)
    assert world.directory.search("personne").total == 60
    assert world.names("nouvelle") == []
    (pending,) = world.directory.pending()
    assert (pending.shown, pending.would_remove, pending.would_hold) == (60, 20, 41)
    assert len(pending.samples) == 20
    assert all(name in {one.name for one in many(60, 40)} for name in pending.samples)
    done = world.directory.accept(pending.source.id)
    assert (done.persons, done.removed, done.waiting) == (41, 20, False)
    assert world.directory.search("personne").total == 40
    assert world.names("nouvelle") == ["Nouvelle"]
    assert world.directory.pending() == ()
    assert world.rows("entry") == world.rows("entry_fts") == 41
    with pytest.raises(LocalRefusal) as caught:
        world.directory.accept(pending.source.id)
    assert caught.value.code is ErrorCode.NOT_FOUND


def test_a_copy_that_is_refused_leaves_nothing(world: World) -> None:
    world.read("AAF", *many(60), class_of("6eB"), in_class("6eB", "p1"))
    world.read("AAF", *many(5), person("new", "Nouvelle"))
    world.directory.refuse(world.source("AAF"))
    assert world.directory.pending() == ()
    assert world.rows("entry") == world.rows("entry_fts") == 61
    assert [one.name for one in world.persons.card(world.id_of("p1")).classes] == ["6eB"]
    assert world.read("AAF", *many(58)).removed == 3


def test_the_next_copy_overtakes_one_that_waits(world: World) -> None:
    world.read("AAF", *many(60))
    world.read("AAF", *many(5), person("new", "Nouvelle"))
    report = world.read("AAF", *many(59))
    assert (report.waiting, report.removed) == (False, 1)
    assert world.directory.pending() == ()
    assert world.rows("entry") == 59


def test_a_delta_may_have_to_wait_too(world: World) -> None:
    world.read("AAF", *many(60), legal("p1", "p2"), state={"day": "1"})
    report = world.read("AAF", *(Gone(f"p{one}") for one in range(20, 60)), person("p1", "Un"),
                        is_delta=True, state={"day": "2"})  # fmt: skip
    assert (report.waiting, report.would_remove) == (True, 40)
    assert world.directory.search("personne").total == 60
    with pytest.raises(LocalRefusal) as caught:  # the changes before would be lost
        world.read("AAF", person("p2", "Deux"), is_delta=True)
    assert caught.value.code is ErrorCode.NEEDS_DECISION
    done = world.directory.accept(world.source("AAF"))
    assert (done.persons, done.removed) == (20, 40)
    assert world.names("un") == ["Un"]


@pytest.mark.parametrize(
    ("before", "gone", "waits"), [(60, 12, False), (60, 13, True), (12, 10, False), (12, 11, True)]
)
def test_a_fifth_and_more_than_a_handful(world: World, before: int, gone: int, waits: bool) -> None:
    world.read("AAF", *many(before))
    report = world.read("AAF", *many(before - gone), person("z", "Z"))
    assert report.waiting is waits
    accepted = world.read("AAF", *many(before - gone), person("z", "Z"), accept=True)
    assert not accepted.waiting


def test_nothing_waits_where_a_server_cut_its_answer(world: World) -> None:
    world.read("AAF", *many(60))
    report = world.read("AAF", *many(3), complete=False)
    assert (report.waiting, report.removed) == (False, 0)
    assert world.directory.search("personne").total == 60


# -- servers ---------------------------------------------------------------------------------------


def test_a_server_is_asked_with_what_it_said_last(world: World) -> None:
    asked: list[tuple[dict[str, object], dict[str, object], Secret | None]] = []
    answers: list[Listed | MelError] = [
        Listed([person("a", "Ana"), person("b", "Bob")], format_name="carddav", state={"sync": 1}),
        Listed([], format_name="carddav", unchanged=True),
        Listed([Gone("b")], format_name="carddav", is_delta=True, state={"sync": 2}),
        ServerSaid(ErrorCode.SIGN_IN_REFUSED),
    ]

    def refresh(
        source: DirectorySource,
        settings: Mapping[str, object],
        state: Mapping[str, object],
        password: Secret | None,
    ) -> Listed:
        asked.append((dict(settings), dict(state), password))
        answer = answers.pop(0)
        if isinstance(answer, MelError):
            raise answer
        return answer

    served = Directory(
        world.database, None, world.clock, lambda: False,  # type: ignore[arg-type]
        {SourceKind.CARDDAV: refresh},
    )  # fmt: skip
    source = served.add_network_source(
        SourceKind.CARDDAV, "Carnet", "https://x.invalid/", {"login": "md"}, Secret("s")
    )
    reports = [served.sync()[0] for _ in range(3)]
    assert [(one.persons, one.removed, one.complete) for one in reports] == [
        (2, 0, True), (2, 0, True), (1, 1, True),
    ]  # fmt: skip
    assert [state for _, state, _ in asked] == [{}, {"sync": 1}, {"sync": 1}]
    assert all(settings == {"login": "md"} and secret for settings, _, secret in asked)
    for code in (ErrorCode.SIGN_IN_REFUSED, ErrorCode.SIGN_IN_ON_HOLD):
        with pytest.raises(ServerSaid) as caught:
            served.sync(source.id)
        assert caught.value.code is code
    assert world.names("ana") == ["Ana"]
    answers.append(Listed([person("c", "Cleo")], format_name="carddav"))
    served.add_network_source(
        SourceKind.CARDDAV, "Carnet", "https://x.invalid/", {"login": "md"}, Secret("t")
    )
    served.sync()
    assert asked[-1][1] == {}  # another sign-in: from the beginning
    assert world.names("cleo") == ["Cleo"]


# -- without trace ---------------------------------------------------------------------------------


def test_a_removed_source_leaves_no_trace(world: World) -> None:
    canary = "Xyloquartz"
    secret = person(
        f"k-{canary}", f"{canary} Dupont", f"{canary}@ac-rennes.fr", role=canary, school=canary,
        phone=canary, about=canary, subjects=(canary,), more_emails=(f"{canary}@b.invalid",),
        same_as=(f"uid:{canary}",),
    )  # fmt: skip
    world.read("AAF", *school_items())
    world.read(
        "Secret", secret, Photo(secret.key, JPEG + canary.encode()), Tie(secret.key, "r"),
        guardian("r", canary), DirectoryEntry("g", EntryKind.GROUP, canary, classes=(canary,)),
        Membership("g", secret.key, canary), state={"token": canary}, format_name="ldif",
    )  # fmt: skip
    world.persons.set_note(world.id_of(secret.key), "Rappeler lundi.")
    world.read("Secret", *many(3), secret, format_name="ldif")
    world.directory.remove(world.source("Secret"))
    assert pages_with(world, canary) == []
    assert [one.text for one in world.persons.orphan_notes()] == ["Rappeler lundi."]
    assert world.names("dupont") == ["Marie Dupont"]
    world.read("Secret", secret, format_name="ldif")  # it comes back: so does the note
    assert world.persons.card(world.id_of(secret.key)).note == "Rappeler lundi."
    assert world.persons.orphan_notes() == ()


def test_pages_that_grew_and_changed_hold_nothing_of_it_either(world: World) -> None:
    """The first source of a store: the top pages of all tables began with its rows."""
    for turn in range(3):
        many_secret = [
            person(f"k{one}", f"Xyloquartz{turn}{one % 50} Nom{one}", f"xyloquartz{one}@b.fr",
                   same_as=(f"uid:Xyloquartz{one}",), role=f"Xyloquartz {turn}")
            for one in range(600)
        ]  # fmt: skip
        world.read("Secret", *many_secret[turn * 10 :], format_name="ldif", accept=True)
    world.read("AAF", *school_items())
    world.directory.remove(world.source("Secret"))
    assert pages_with(world, "Xyloquartz") == []


def pages_with(world: World, word: str) -> list[int]:
    """Numbers of the pages of the file that hold a word, as they are under the encryption."""
    needles = [word.encode(), word.lower().encode()]
    world.close()
    path = world.database.path
    with PageFile(path, world.key) as file:
        pages = range(1, path.stat().st_size // PAGE + 1)
        found = [
            number for number in pages if any(one in (file.read(number) or b"") for one in needles)
        ]
    world.open()
    return found


def test_the_pages_do_show_what_is_there(world: World) -> None:
    world.read("Secret", teacher("a", "Xyloquartz"), format_name="ldif")
    assert pages_with(world, "Xyloquartz")
