"""Persons, families and classes put together from several sources."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mel_desktop.logic.mime import read_message
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Flags
from mel_desktop.model.merging import Audience
from mel_desktop.model.people import (
    DirectoryEntry,
    EntryKind,
    Part,
    Photo,
    Relation,
    Tie,
)
from mel_desktop.ports import RemoteMessage
from mel_desktop.services.people_merge import Merge
from mel_desktop.store import followups, mailbox
from mel_desktop.store.mailbox import Incoming
from tests.support.directory_world import (
    SCHOOL,
    UAI,
    World,
    class_of,
    guardian,
    in_class,
    person,
    pupil,
    school_items,
    teacher,
)
from tests.support.store import START, plant_account, plant_folder


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


# -- one person ------------------------------------------------------------------------------------


def test_a_person_of_three_sources_is_one_card(world: World) -> None:
    world.read("AAF", *school_items())
    world.read(
        "LDAP",
        person("uid=md", "Marie DUPONT", "Marie.Dupont@AC-Rennes.fr", phone="02 99 11 22 33",
               same_as=("uid:mdupont@ac-rennes",), role="Enseignante"),
        format_name="ldap",
    )  # fmt: skip
    world.read(
        "Carnet",
        person("7", "Marie (maths)", "marie@perso.invalid", same_as=("uid:mdupont@ac-rennes",),
               phone="+33 2 99 11 22 33", more_phones=("06 00 00 00 00",)),
        format_name="vcard",
    )  # fmt: skip
    card = world.persons.card(world.id_of("7"))
    assert len(card.ids) == 3
    assert card.ids[0] == world.id_of("t1")
    assert [one.name for one in card.stamps] == ["AAF", "LDAP", "Carnet"]
    entry = card.entry
    assert (entry.name, entry.email) == ("Marie Dupont", "marie.dupont@ac-rennes.fr")
    assert entry.more_emails == ("marie@perso.invalid",)
    assert (entry.phone, entry.more_phones) == ("02 99 11 22 33", ("06 00 00 00 00",))
    assert (entry.role, entry.subjects) == ("Enseignante", ("Mathématiques",))
    assert all(world.persons.card(id_) == card for id_ in card.ids)
    with world.database.read() as reader:
        hits = Merge(reader).hits(world.directory.search("marie").hits, 8)
    assert [(one.id, one.source) for one in hits] == [(card.ids[0], "AAF + LDAP + Carnet")]
    assert len(hits[0].sources) == 3
    world.directory.remove(world.source("LDAP"))  # what joined the two others is gone
    assert len(world.persons.card(world.id_of("7")).ids) == 1
    assert world.persons.card(world.id_of("t1")).entry.phone == ""


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # the name alone
        (teacher("a", "Marie Dupont"), teacher("b", "Marie Dupont")),
        # an address that a family shares
        (guardian("a", "Anne Roux", "roux@free.fr"), guardian("b", "Luc Roux", "roux@free.fr")),
        (guardian("a", "Anne Roux", "roux@free.fr"), guardian("b", "Anne Roux", "roux@free.fr")),
        # the box of a school, and one that two people share
        (teacher("a", "Anne Roux", "ce.0350896j@ac-rennes.fr"),
         teacher("b", "Anne Roux", "ce.0350896j@ac-rennes.fr")),
        (teacher("a", "Anne Roux", "cdi.charcot@ac-rennes.fr"),
         teacher("b", "Luc Petit", "cdi.charcot@ac-rennes.fr")),
        (teacher("a", "Mme Anne Le Goff", "infirmerie.charcot@ac-rennes.fr"),
         teacher("b", "Mme Zoé Le Roux", "infirmerie.charcot@ac-rennes.fr")),
        # a pupil's box that looks institutional
        (pupil("a", "Anne Roux", "a.roux@ac-rennes.fr"),
         pupil("b", "Anne Roux", "a.roux@ac-rennes.fr")),
        # two schools that a source gives one key
        (DirectoryEntry("a", EntryKind.SCHOOL, "Zola", uai="0350001A", same_as=("x:1",)),
         DirectoryEntry("b", EntryKind.SCHOOL, "Zola", uai="0350002B", same_as=("x:1",))),
        (person("a", "Anne", same_as=("x:1",)),
         DirectoryEntry("b", EntryKind.GROUP, "Anne", same_as=("x:1",))),
    ],
)  # fmt: skip
def test_what_is_not_one(world: World, first: DirectoryEntry, second: DirectoryEntry) -> None:
    world.read("AAF", first)
    world.read("LDAP", second, format_name="ldap")
    assert len(world.persons.card(world.id_of("a")).ids) == 1


def test_two_rows_of_one_source_are_never_one(world: World) -> None:
    both = ("uid:a", "uid:b")
    world.read(
        "AAF", person("a", "Anne", same_as=("uid:a",)), person("b", "Anne", same_as=("uid:b",))
    )
    world.read("LDAP", person("ab", "Anne", same_as=both), format_name="ldap")
    for key in ("a", "b", "ab"):  # nobody can say which of the two is meant
        assert len(world.persons.card(world.id_of(key)).ids) == 1


def test_a_school_is_one_by_its_uai_but_not_its_annexe(world: World) -> None:
    world.read("AAF", *school_items())
    world.read(
        "annuaire",
        DirectoryEntry(UAI, EntryKind.SCHOOL, "Collège Charcot", "ce@ac-rennes.fr", uai=UAI,
                       town="Saint-Malo"),
        DirectoryEntry(f"{UAI}#annexe", EntryKind.SCHOOL, "Annexe", uai=UAI, town="Saint-Malo"),
        format_name="annuaire",
    )  # fmt: skip
    card = world.persons.card(world.id_of("etab"))
    assert card.ids == (world.id_of(UAI), world.id_of("etab"))
    assert (card.entry.name, card.entry.town) == ("Collège Charcot", "Saint-Malo")
    assert len(world.persons.card(world.id_of(f"{UAI}#annexe")).ids) == 1


def test_too_many_of_one_key_are_nobody(world: World) -> None:
    for number in range(14):
        world.read(f"S{number:02}", person("a", "Anne", same_as=("uid:a",)), format_name="vcard")
    with world.database.read() as reader:
        rows = reader.all("SELECT id FROM entry")
    assert all(len(world.persons.card(row[0]).ids) == 1 for row in rows)  # type: ignore[arg-type]


# -- families --------------------------------------------------------------------------------------


def test_the_family_of_a_pupil_and_of_a_guardian(world: World) -> None:
    world.read("AAF", *school_items())
    family = world.persons.family(world.id_of("e1"))
    assert [one.entry.name for one in family.pupils] == ["Léa Martin", "Zoé Martin"]
    assert [(one.hit.entry.name, one.relation, one.is_legal) for one in family.guardians] == [
        ("Anne Roux", Relation.MOTHER, True),
        ("Luc Martin", Relation.FATHER, True),
        ("Odette Martin", Relation.FAMILY, False),
    ]
    assert family.unreachable == ()
    assert [one.name for one in family.stamps] == ["AAF"]
    of_father = world.persons.family(world.id_of("r2"))
    assert {one.entry.name for one in of_father.pupils} == {"Léa Martin", "Zoé Martin"}
    of_mother = world.persons.family(world.id_of("r1"))
    assert [one.entry.name for one in of_mother.pupils] == ["Léa Martin"]
    assert world.persons.family(world.id_of("e2")).unreachable == ("Inès Petit",)
    for key in ("t1", "etab", "classe:6eB"):
        with pytest.raises(LocalRefusal) as caught:
            world.persons.family(world.id_of(key))
        assert caught.value.code is ErrorCode.NOT_FOUND


def test_what_two_sources_say_of_one_family_is_put_together(world: World) -> None:
    world.read("AAF", *(
        replace(one, same_as=(f"siecle:{one.key}",)) if isinstance(one, DirectoryEntry) else one
        for one in school_items()
    ))  # fmt: skip
    world.read(
        "SIECLE", pupil("s1", "Léa MARTIN", same_as=("siecle:e1",)),
        guardian("s2", "Anne ROUX", "a.roux@new.invalid", same_as=("siecle:r1",)),
        Tie("s1", "s2", Relation.OTHER, is_contact=True), format_name="siecle",
    )  # fmt: skip
    family = world.persons.family(world.id_of("s1"))
    mother = family.guardians[0]
    assert (mother.hit.entry.name, mother.relation, mother.is_legal, mother.is_contact) == (
        "Anne Roux", Relation.MOTHER, True, True,
    )  # fmt: skip
    assert mother.hit.entry.more_emails == ("a.roux@new.invalid",)
    assert len(family.guardians) == 3


# -- notes -----------------------------------------------------------------------------------------


def test_a_note_survives_refreshes_and_joins_persons(world: World) -> None:
    world.read("AAF", *school_items())
    assert world.persons.set_note(world.id_of("e1"), " Allergie : voir l'infirmière. ") == ""
    world.read("AAF", *(
        replace(one, name="Léa Martin-Roux") if isinstance(one, DirectoryEntry) and one.key == "e1"
        else one for one in school_items()
    ))  # fmt: skip
    assert world.persons.card(world.id_of("e1")).note == "Allergie : voir l'infirmière."
    world.read("LDAP", teacher("uid=x", "Dupont", "marie.dupont@ac-rennes.fr"), format_name="ldap")
    world.persons.set_note(world.id_of("uid=x"), "Café le mardi.")
    assert world.persons.card(world.id_of("t1")).note == "Café le mardi."
    assert world.persons.set_note(world.id_of("t1"), "") == "Café le mardi."
    assert world.persons.card(world.id_of("uid=x")).note == ""
    assert (world.rows("person_note"), world.rows("person_note_key")) == (1, 1)
    with pytest.raises(LocalRefusal) as caught:
        world.persons.set_note(world.id_of("t1"), "x" * 20_001)
    assert caught.value.code is ErrorCode.TOO_LARGE


def test_notes_of_nobody_are_listed_and_deleted(world: World) -> None:
    world.read("AAF", *school_items())
    world.persons.set_note(world.id_of("e1"), "Un.")
    world.clock.jump(minutes=1)
    world.persons.set_note(world.id_of("e2"), "Deux.")
    assert world.persons.orphan_notes() == ()
    world.directory.remove(world.source("AAF"))
    orphans = world.persons.orphan_notes()
    assert [(one.text, one.name) for one in orphans] == [("Deux.", ""), ("Un.", "")]
    world.persons.delete_notes([orphans[0].id])
    assert [one.text for one in world.persons.orphan_notes()] == ["Un."]


# -- groups from data ------------------------------------------------------------------------------


def chosen(world: World, key: str) -> dict[tuple[Audience, str], set[str]]:
    return {
        (one.audience, one.subject): {to.address for to in one.members}
        for one in world.groups.of_entry(world.id_of(key))
    }


def test_a_class_by_parts_and_ties(world: World) -> None:
    world.read("AAF", *school_items())
    parents = {"anne.roux@free.invalid", "luc@free.invalid"}  # not Odette: neither legal nor called
    team = {"marie.dupont@ac-rennes.fr", "paul.boeuf@ac-rennes.fr"}
    assert chosen(world, "classe:6eB") == {
        (Audience.ALL, ""): parents | team,
        (Audience.PARENTS, ""): parents,
        (Audience.TEAM, ""): team,
        (Audience.HEAD_TEACHERS, ""): {"marie.dupont@ac-rennes.fr"},
    }
    (hit,) = [
        one
        for one in world.groups.of_entry(world.id_of("classe:6eB"))
        if one.audience is Audience.PARENTS
    ]
    assert hit.unreachable == ("Inès Petit",)
    assert {one.audience for one in world.groups.complete("parents 6eb")} == {Audience.PARENTS}
    (head,) = world.groups.complete("professeurs principaux 6eb")
    assert [one.address for one in head.members] == ["marie.dupont@ac-rennes.fr"]


def test_a_class_of_two_sources_has_each_person_once(world: World) -> None:
    world.read("AAF", *school_items())
    world.read(
        "Liste", class_of("6 eB"), in_class("6 eB", "x", Part.MEMBER),
        in_class("6 eB", "y", Part.MEMBER),
        teacher("x", "M. Dupont", "marie.dupont@ac-rennes.fr"),
        person("y", "Nouvelle", "nouvelle@free.invalid", role="Responsable de Tom Petit"),
        format_name="csv",
    )  # fmt: skip
    found = chosen(world, "classe:6eB")
    assert found[Audience.PARENTS, ""] == {
        "anne.roux@free.invalid", "luc@free.invalid", "nouvelle@free.invalid",
    }  # fmt: skip
    assert len(found[Audience.TEAM, ""]) == 2
    assert chosen(world, "classe:6 eB") == found


def test_where_no_tie_says_more_all_guardians_are_meant(world: World) -> None:
    world.read(
        "ENT", class_of("6eB"), in_class("6eB", "e"), pupil("e", "Léa"),
        guardian("a", "Anne", "a@x.invalid"), guardian("b", "Bob", "b@x.invalid"),
        Tie("e", "a"), Tie("e", "b"), format_name="ent-csv",
    )  # fmt: skip
    assert chosen(world, "classe:6eB")[Audience.PARENTS, ""] == {"a@x.invalid", "b@x.invalid"}


def test_delegates_head_teachers_and_subjects_of_a_school(world: World) -> None:
    world.read(
        "AAF", *school_items(), in_class("5eA", "t2", Part.HEAD_TEACHER),
        pupil("e9", "Max Roy", "max@ent.invalid"), in_class("5eA", "e9", Part.DELEGATE),
    )  # fmt: skip
    found = chosen(world, "etab")
    heads = {"marie.dupont@ac-rennes.fr", "paul.boeuf@ac-rennes.fr"}
    assert found == {
        (Audience.TEAM, ""): heads,
        (Audience.HEAD_TEACHERS, ""): heads,
        (Audience.DELEGATES, ""): {"max@ent.invalid"},
        (Audience.SUBJECT, "Mathématiques"): {"marie.dupont@ac-rennes.fr"},
        (Audience.SUBJECT, "SVT"): {"paul.boeuf@ac-rennes.fr"},
    }
    (hit,) = world.groups.complete("professeurs principaux")
    assert (hit.audience, hit.name, len(hit.members)) == (Audience.HEAD_TEACHERS, SCHOOL, 2)
    (delegates,) = world.groups.complete("délégués")
    assert [one.address for one in delegates.members] == ["max@ent.invalid"]
    assert delegates.unreachable == ("Tom Petit",)
    assert world.groups.of_entry(world.id_of("t1")) == ()


@pytest.mark.parametrize("typed", ["profs de maths", "équipe mathématiques", "professeurs de math"])
def test_the_team_of_a_subject(world: World, typed: str) -> None:
    world.read("AAF", *school_items(), teacher("t3", "Ali", "ali@ac-rennes.fr",
                                               role="Professeur · Mathématiques"))  # fmt: skip
    (hit,) = world.groups.complete(typed)
    assert (hit.audience, hit.subject, hit.name) == (Audience.SUBJECT, "Mathématiques", SCHOOL)
    assert {one.address for one in hit.members} == {"marie.dupont@ac-rennes.fr", "ali@ac-rennes.fr"}


# -- mail ------------------------------------------------------------------------------------------


def letters(world: World, mails: list[tuple[str, str, str]], folder: int, account: int) -> None:
    """(from, to, subject) as they came, an hour apart."""
    incoming = []
    for number, (sender, to, subject) in enumerate(mails):
        head = f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\n"
        raw = f"{head}Message-ID: <m{number}@x.invalid>\r\n\r\nBonjour\r\n".encode()
        fields, parts, _ = read_message(raw)
        remote = RemoteMessage(
            uid=number + 1, flags=Flags(), internal_date=START + timedelta(hours=number),
            size=len(raw), header=b"", parts=parts,
        )  # fmt: skip
        incoming.append(Incoming(remote, fields))
    world.database.write(
        lambda tx: mailbox.insert_messages(tx, account, folder, 1, incoming, downwards=False)  # type: ignore[arg-type]
    )


def test_mail_with_a_person_and_with_a_family(world: World) -> None:
    world.read("AAF", *school_items())
    account = plant_account(world.database)
    inbox = plant_folder(world.database, account)
    letters(
        world,
        [
            ("Anne <Anne.Roux@free.invalid>", "moi@x.invalid", "un"),
            ("moi@x.invalid", "anne.roux@free.invalid, b@x.invalid", "deux"),
            ("autre@x.invalid", "anne.roux@free.invalid.example", "leurre"),
            ("x.anne.roux@free.invalid", "moi@x.invalid", "autre leurre"),
            ("luc@free.invalid", "moi@x.invalid", "trois"),
            ("anne.roux@free.invalid", "moi@x.invalid", "quatre"),
        ],
        inbox,
        account,
    )
    found = world.persons.mail_with([world.id_of("r1")])
    assert [one.subject for one in found.messages] == ["quatre", "deux", "un"]
    assert not found.more
    page = world.persons.mail_with([world.id_of("r1")], limit=2)
    assert ([one.subject for one in page.messages], page.more) == (["quatre", "deux"], True)
    older = world.persons.mail_with([world.id_of("r1")], limit=2, before=page.messages[-1].id)
    assert [one.subject for one in older.messages] == ["un"]
    family = world.persons.family(world.id_of("e1"))
    everyone = [one.hit.id for one in family.guardians]
    mail = world.persons.mail_with(everyone)
    assert [one.subject for one in mail.messages] == ["quatre", "trois", "deux", "un"]
    assert world.persons.mail_with([world.id_of("e1")]).messages == ()


def test_an_answer_that_is_waited_for_stands_with_the_person(world: World) -> None:
    world.read("AAF", *school_items())
    account = plant_account(world.database)
    sent = plant_folder(world.database, account, "Sent", role="sent")
    letters(world, [("moi@x.invalid", "anne.roux@free.invalid", "Sortie")], sent, account)
    (row,) = world.persons.mail_with([world.id_of("r1")]).messages
    world.database.write(lambda tx: followups.wait_for(tx, row.id, START + timedelta(days=3)))
    assert world.persons.mail_with([world.id_of("e1")]).waiting == ()  # without an address
    (waiting,) = world.persons.mail_with([world.id_of("r1")]).waiting
    assert (waiting.subject, waiting.message) == ("Sortie", row.id)
    assert world.persons.mail_with([world.id_of("r2")]).waiting == ()


def test_who_is_not_there(world: World) -> None:
    world.read("AAF", person("a", "Ana"), Photo("a", b"\x89PNG\r\n\x1a\n"))
    gone = world.id_of("a")
    world.directory.remove(world.source("AAF"))
    for attempt in (
        lambda: world.persons.card(gone),
        lambda: world.persons.family(gone),
        lambda: world.persons.set_note(gone, "x"),
        lambda: world.persons.mail_with([gone]),
        lambda: world.groups.of_entry(gone),
    ):
        with pytest.raises(LocalRefusal) as caught:
            attempt()
        assert caught.value.code is ErrorCode.NOT_FOUND
