"""Search and completion: what is meant, wrong keys, and the order of what is found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

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
from mel_desktop.store import correspondents, people_search
from mel_desktop.store.database import Database, Reader
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
