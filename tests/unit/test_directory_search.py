"""Search and completion: what is meant, wrong keys, and the order of what is found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from mel_desktop.logic import directory_query
from mel_desktop.model.mail import Address
from mel_desktop.model.people import (
    DirectoryEntry,
    EntryKind,
    Item,
    Membership,
    Part,
    Profile,
    Tie,
)
from mel_desktop.services.directory import Directory
from mel_desktop.store import correspondents, people, people_index, people_search
from mel_desktop.store.database import Database, Reader
from mel_desktop.store.people_rows import Stored
from tests.support.clock import JumpingClock
from tests.support.store import plant_account, store

OWN, OTHER = "0350001A", "0350002B"


class Book:
    """A reader of what is in memory."""

    format_name = "csv"
    attribution = ""
    is_delta = False

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items)


def person(
    name: str, role: str = "", *, uai: str = OTHER, mail: str = "", phone: str = "",
    classes: tuple[str, ...] = (), profile: Profile = Profile.OTHER, subjects: tuple[str, ...] = (),
) -> DirectoryEntry:  # fmt: skip
    return DirectoryEntry(
        f"{name}/{uai}/{role}", EntryKind.PERSON, name, mail, role, f"Collège {uai}", uai, classes,
        phone=phone, profile=profile, subjects=subjects,
    )  # fmt: skip


def school(name: str, kind: str, uai: str, town: str, mail: str = "") -> DirectoryEntry:
    return DirectoryEntry(
        uai, EntryKind.SCHOOL, name, mail, kind, uai=uai, town=town, phone="02.99.12.34.56"
    )


CLASS = DirectoryEntry("6B", EntryKind.GROUP, "6e B", uai=OWN, classes=("6e B",))
FAR_CLASS = DirectoryEntry("6B far", EntryKind.GROUP, "6B", uai=OTHER, classes=("6B",))
TEACHER = person("Léa Moreau", profile=Profile.TEACHER, subjects=("MATHEMATIQUES",), uai=OWN)
FAR_TEACHER = person("Guy Rolland", "Professeur, maths", classes=("6B",))
PUPIL = person("Tom Quéré", profile=Profile.PUPIL, uai=OWN, classes=("6e B",))
MOTHER = person("Anne Le Goff", profile=Profile.GUARDIAN, uai=OWN, mail="a.legoff@famille.invalid")
BOOK: tuple[Item, ...] = (
    school("Collège Jean Charcot", "Collège", OWN, "Saint-Malo", "ce.0350001a@ac-x.invalid"),
    school("Lycée Émile Zola", "Lycée", OTHER, "Rennes"),
    CLASS, FAR_CLASS, TEACHER, FAR_TEACHER, PUPIL, MOTHER,
    Membership(CLASS.key, TEACHER.key, "MATHEMATIQUES", Part.TEACHER),
    Membership(CLASS.key, PUPIL.key, "", Part.PUPIL),
    Tie(PUPIL.key, MOTHER.key, is_legal=True),
    person("Philippe Gauthier", "CPE", phone="+33 6 12 34 56 78", mail="p.gauthier@ac-x.invalid"),
    person("Jean-Pierre d'Artagnan", "Professeur, EPS"),
    person("Claire Martin", "Professeure, Anglais", uai=OWN, mail="claire.martin@ac-exemple.fr"),
    person("Zoé Martin", "Professeure, SVT", mail="zoe.martin@ac-x.invalid"),
    person("Alix Martin", profile=Profile.PUPIL, mail="alix@famille.invalid"),
    person("Alix Martinez", "Secrétaire", mail="martinez@ac-x.invalid"),
    person("Paul Durand", "Professeur, Sciences de la vie et de la Terre"),
)  # fmt: skip


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with store(tmp_path) as opened:
        yield opened


@pytest.fixture
def directory(database: Database) -> Directory:
    made = Directory(database, None, JumpingClock(), lambda: True)  # type: ignore[arg-type]
    made.import_reader(Book(BOOK), name="all", url="")
    return made


def found(directory: Directory, typed: str) -> list[str]:
    return [hit.entry.name for hit in directory.search(typed).hits]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("gauthier", "Philippe Gauthier"), ("gautier philipe", "Philippe Gauthier"),
        ("filip gotier", "Philippe Gauthier"), ("Gauhtier", "Philippe Gauthier"),
        ("0612345678", "Philippe Gauthier"), ("06.12.34", "Philippe Gauthier"),
        ("34 56 78", "Philippe Gauthier"), ("+33 (0)6 12 34 56 78", "Philippe Gauthier"),
        ("cpe", "Philippe Gauthier"), ("p.gauthier@ac-x", "Philippe Gauthier"),
        ("legoff", "Anne Le Goff"), ("le goff", "Anne Le Goff"), ("goff anne", "Anne Le Goff"),
        ("dartagnan", "Jean-Pierre d'Artagnan"), ("jeanpierre", "Jean-Pierre d'Artagnan"),
        ("artagnan jean pierre", "Jean-Pierre d'Artagnan"),
        ("prof d'eps", "Jean-Pierre d'Artagnan"),
        ("prof de svt martin", "Zoé Martin"), ("mme martin svt", "Zoé Martin"),
        ("biologie durand", "Paul Durand"),
        ("ce collège charcot", "Collège Jean Charcot"), ("clg st malo", "Collège Jean Charcot"),
        ("0350001A", "Collège Jean Charcot"), ("colege charcot", "Collège Jean Charcot"),
        ("lycee a rennes", "Lycée Émile Zola"), ("reness zola", "Lycée Émile Zola"),
        ("moreau maths", "Léa Moreau"),
    ],
)  # fmt: skip
def test_what_is_meant_comes_first(directory: Directory, typed: str, first: str) -> None:
    assert found(directory, typed)[:1] == [first]


@pytest.mark.parametrize("label", ["6eB", "6B", "6ème B", "6e B", "6 b"])
def test_the_teacher_of_a_subject_in_a_class(
    database: Database, directory: Directory, label: str
) -> None:
    assert set(found(directory, f"prof de maths de la {label}")) == {"Léa Moreau", "Guy Rolland"}
    plant_account(database, "claire.martin@ac-exemple.fr")
    directory.warm()  # now it is known which school is one's own
    assert found(directory, f"prof de maths de la {label}")[0] == "Léa Moreau"
    assert CLASS.name in found(directory, label)


@pytest.mark.parametrize("typed", ["parents de Quéré", "mère de tom", "famille Quere"])
def test_the_family_of_a_pupil(directory: Directory, typed: str) -> None:
    assert found(directory, typed)[:1] == ["Anne Le Goff"]
    assert [hit.entry.name for hit in directory.complete(typed).hits] == ["Anne Le Goff"]


def test_whole_words_then_beginnings_staff_before_pupils(directory: Directory) -> None:
    assert found(directory, "martin") == [
        "Claire Martin", "Zoé Martin", "Alix Martin", "Alix Martinez",
    ]  # fmt: skip
    assert found(directory, "élève martin")[0] == "Alix Martin"


def test_own_school_and_people_written_to_come_first(
    database: Database, directory: Directory
) -> None:
    plant_account(database, "claire.martin@ac-exemple.fr")
    who = [Address("Zoé Martin", "zoe.martin@ac-x.invalid")]
    now = JumpingClock().now()
    database.write(lambda tx: correspondents.note(tx, who, now))
    assert found(directory, "martin")[:2] == ["Claire Martin", "Zoé Martin"]
    completed = directory.complete("martin").hits
    assert [hit.entry.name for hit in completed][:2] == ["Zoé Martin", "Claire Martin"]
    assert [hit.learned for hit in completed][:2] == [True, False]
    (learned,) = directory.complete("zoé matrin").hits
    assert (learned.entry.name, learned.learned) == ("Zoé Martin", True)


def test_someone_written_to_who_is_in_no_source(database: Database, directory: Directory) -> None:
    who = [Address("Nadia Kergoat", "nadia@exemple.invalid")]
    now = JumpingClock().now()
    database.write(lambda tx: correspondents.note(tx, who, now))
    for typed in ("kergo", "kergaot", "kerrgoat", "nadia@exem"):
        (hit,) = directory.complete(typed).hits
        assert (hit.entry.name, hit.learned, hit.id) == ("Nadia Kergoat", True, 0)


def test_what_fits_as_typed_is_not_joined_by_what_does_not(directory: Directory) -> None:
    assert found(directory, "martine") == ["Alix Martinez"]


def test_words_of_a_source_that_left_are_not_proposed(directory: Directory) -> None:
    assert found(directory, "gauhtier") == ["Philippe Gauthier"]
    (source,) = directory.sources()
    directory.remove(source.id)
    assert found(directory, "gauhtier") == []
    directory.import_reader(Book((person("Paul Gauthiez"),)), name="new", url="")
    assert found(directory, "gauhtiez") == ["Paul Gauthiez"]


def test_the_words_are_made_once_for_each_copy(
    directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    real = people_search.words

    def counted(reader: Reader) -> list[str]:
        made.append(1)
        return real(reader)

    monkeypatch.setattr(people_search, "words", counted)
    for typed in ("gauhtier", "matrin", "rollnad"):
        assert found(directory, typed)
    assert len(made) == 1
    directory.import_reader(Book((person("Paul Gauthiez"),)), name="new", url="")
    directory.warm()
    assert found(directory, "gauhtiez")[0] == "Paul Gauthiez"
    assert len(made) == 2


def test_a_condition_that_few_fulfil_is_still_met(directory: Directory) -> None:
    pupils = [person(f"Kergoat {letter}{number}", profile=Profile.PUPIL)
              for number in range(60) for letter in "abcdefgh"]  # fmt: skip
    staff = [person(f"Kergoat z{number}", "CPE", mail=f"k{number}@ac-x.invalid")
             for number in range(12)]  # fmt: skip
    school_ = school("Lycée Kergoat", "Lycée", "0350009X", "Brest")
    directory.import_reader(Book((*pupils, *staff, school_)), name="many", url="")
    completed = directory.complete("kergo").hits
    assert [hit.entry.name for hit in completed] == sorted(one.name for one in staff)[:8]
    schools = directory.search("kergo", kind=EntryKind.SCHOOL)
    assert [hit.entry.name for hit in schools.hits] == ["Lycée Kergoat"]
    assert schools.total == 1
    all_of_them = directory.search("kergo")
    assert all_of_them.total == len(pupils) + len(staff) + 1
    assert {hit.entry.role for hit in all_of_them.hits[:12]} == {"CPE"}
    assert directory.search("kergo").total == all_of_them.total  # as it was counted before
    assert directory.search("kergoat z").total == len(staff)


def test_what_was_found_before_is_not_shown_when_the_directory_changed(
    directory: Directory,
) -> None:
    assert directory.search("martin").total == 4
    assert len(directory.complete("martin").hits) == 4
    directory.import_reader(
        Book((person("Yves Martin", mail="yves@ac-x.invalid"),)), name="new", url=""
    )
    assert directory.search("martin").total == 5
    assert "Yves Martin" in [hit.entry.name for hit in directory.complete("martin").hits]


def test_a_row_read_for_its_rank_says_what_the_whole_says(
    database: Database, directory: Directory
) -> None:
    liar = person('Marc "profile":"pupil" Aubin', 'Dit "profile":"pupil"', phone="0299")
    by_role = person("Nina Faure", "Élève de 3e B")
    deputy = person("Ugo Faure", "Élève", profile=Profile.TEACHER, subjects=("Élève",))
    liar = replace(liar, about='Reçoit l\'élève "profile":"pupil"', title="pupil")
    directory.import_reader(Book((liar, by_role, deputy)), name="odd", url="")
    with database.read() as reader:
        wanted: dict[int, Stored] = {one.id: one for one in people.everybody(reader)}
        found = people_search.of_ids(reader, wanted)
    assert len(found) == len(wanted) >= len(BOOK) - 3
    for lean in found:
        whole = wanted[lean.id]
        assert lean.is_pupil == directory_query.is_pupil(whole.entry)
        assert (lean.key, lean.kind, lean.name, lean.email, lean.uai, lean.source) == (
            whole.entry.key, whole.entry.kind, whole.entry.name, whole.entry.email,
            whole.entry.uai, whole.source,
        )  # fmt: skip
        assert lean.stored == whole
    assert {one.name for one in found if one.is_pupil} == {"Tom Quéré", "Alix Martin", "Nina Faure"}


def test_the_index_is_put_together_in_the_background(
    database: Database, directory: Directory
) -> None:
    for number in range(8):
        some = [person(f"Aubin {number} {one}", "CPE") for one in range(700)]
        directory.import_reader(Book(some), name=f"s{number}", url="")
    with database.read() as reader:
        assert people_index.is_scattered(reader)
        assert people_search.is_settled(reader)
    before = [found(directory, typed) for typed in ("aubin", "aubni", "aubin 3 17", "gauthier")]
    directory.warm()
    with database.read() as reader:
        assert not people_index.is_scattered(reader)
        pieces = reader.value("SELECT count(DISTINCT segid) FROM entry_fts_idx")
    assert pieces == 1
    assert database.write(lambda tx: tx.value("PRAGMA secure_delete")) == 0
    assert database.write(
        lambda tx: tx.run("INSERT INTO entry_fts (entry_fts) VALUES ('integrity-check')")
    ) is not None  # fmt: skip
    assert before == [
        found(directory, typed) for typed in ("aubin", "aubni", "aubin 3 17", "gauthier")
    ]
