"""The end of a school year, the register sheet, one person's data: counted, shown, erased."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from mel_desktop.app import person_sheet, register_sheet, wiring
from mel_desktop.app.facade import Facade
from mel_desktop.logic.school_year import begin_of, year_of
from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Address
from mel_desktop.model.people import (
    DirectoryEntry,
    EntryId,
    EntryKind,
    Item,
    Membership,
    Part,
    Photo,
    Profile,
    Relation,
    SourceId,
    SourceKind,
    Tie,
)
from mel_desktop.model.records import year_name
from mel_desktop.services.records import Records
from mel_desktop.store import keyslots
from mel_desktop.store.database import Transaction
from tests.support.clock import JumpingClock

UAI = "0350001A"
PNG = b"\x89PNG\r\n\x1a\n" + b"picture of nobody"


class Export:
    """What a school's export brings."""

    format_name = "aaf"
    attribution = ""
    is_delta = False

    def __init__(self, *more: Item) -> None:
        self.more = more

    def __iter__(self) -> Iterator[Item]:
        yield DirectoryEntry(
            "6B", EntryKind.GROUP, "6eB", school="Collège Jean Zay", uai=UAI, classes=("6eB",)
        )
        yield DirectoryEntry(
            "t1", EntryKind.PERSON, "Zéphyrine Quatrelivres", "z.quatrelivres@ac-rennes.fr",
            role="Enseignante", school="Collège Jean Zay", uai=UAI, classes=("6eB",),
            profile=Profile.TEACHER, subjects=("Mathématiques",),
        )  # fmt: skip
        yield pupil("p1", "Ourasi Vandermachin")
        yield guardian("g1", "Hortense Vandermachin", "hortense@familles.example")
        yield guardian("g2", "Barnabé Vandermachin", "")
        yield Membership("6B", "p1", part=Part.PUPIL)
        yield Membership("6B", "t1", "Mathématiques", Part.HEAD_TEACHER)
        yield Tie("p1", "g1", Relation.MOTHER, is_legal=True, is_contact=True)
        yield Tie("p1", "g2", Relation.FATHER, is_legal=True)
        yield Photo("p1", PNG)
        yield from self.more


def pupil(key: str, name: str) -> DirectoryEntry:
    return DirectoryEntry(
        key, EntryKind.PERSON, name, role="Élève", uai=UAI, classes=("6eB",), profile=Profile.PUPIL
    )


def guardian(key: str, name: str, address: str) -> DirectoryEntry:
    return DirectoryEntry(
        key, EntryKind.PERSON, name, address, role="Responsable", profile=Profile.GUARDIAN,
        phone="02 99 00 00 00", same_as=(f"aaf:014/{key}",),
    )  # fmt: skip


@pytest.fixture
def clock() -> JumpingClock:
    return JumpingClock(datetime(2026, 6, 20, 9, 0, tzinfo=UTC))


@pytest.fixture
def facade(
    tmp_path: Path, clock: JumpingClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Facade]:
    monkeypatch.setattr(wiring, "SystemClock", lambda: clock)
    monkeypatch.setattr(keyslots, "TARGET_S", 0.0)
    opened = wiring.create_profile(
        tmp_path / "profile", passphrase=Secret("une phrase assez longue"), use_keyring=False
    )
    yield opened
    opened.close()


def take(facade: Facade, *more: Item, name: str = "AAF Jean Zay") -> SourceId:
    facade._services.directory.import_reader(Export(*more), name=name, url="")
    return next(one.id for one in facade.directory_sources() if one.name == name)


def found(facade: Facade, text: str) -> list[str]:
    return [hit.entry.name for hit in facade.search_directory(text, limit=50).hits]


def entry(facade: Facade, text: str) -> EntryId:
    return facade.search_directory(text, kind=EntryKind.PERSON).hits[0].id


def words_of_the_index(facade: Facade) -> set[str]:
    def work(tx: Transaction) -> set[str]:
        tx.run("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, entry_fts, 'row')")
        try:
            return {str(term) for (term,) in tx.all("SELECT term FROM temp.words")}
        finally:
            tx.run("DROP TABLE temp.words")

    return facade._services.database.write(work)


def octets_of_the_store(facade: Facade) -> bytes:
    """Every value of every table, as the store hands it out with the key."""
    with facade._services.database.read() as reader:
        tables = [
            str(name)
            for (name,) in reader.all(
                "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type <> 'virtual'"
            )
            if not str(name).startswith("sqlite_")
        ]
        return b"\n".join(
            repr(row).encode() for table in tables for row in reader.all(f"SELECT * FROM {table}")
        )


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 7, 31), 2025), (date(2026, 8, 1), 2026), (date(2026, 12, 31), 2026),
        (date(2027, 1, 1), 2026),
    ],
)  # fmt: skip
def test_a_school_year_changes_in_august(day: date, year: int) -> None:
    assert year_of(day) == year
    assert begin_of(year) == date(year, 9, 1)
    assert year_name(year) == f"{year}-{year + 1}"


def test_what_is_held_is_counted_by_what_people_are(facade: Facade) -> None:
    take(facade)
    held = facade.records.holdings()
    one = held.sources[0]
    assert (one.pupils, one.guardians, one.staff, one.groups) == (1, 2, 1, 1)
    assert (one.with_address, one.with_phone, one.photos, one.ties) == (2, 2, 1, 2)
    assert (one.school_year, held.school_year, held.outdated) == (2025, 2025, ())


def test_a_function_says_what_a_profile_does_not(facade: Facade, tmp_path: Path) -> None:
    file = tmp_path / "liste.csv"
    file.write_text(
        "Nom;Prénom;Classe;Fonction;Courriel\n"
        "Durand;Léa;4eB;Élève;\nDurand;Marc;4eB;Parent;marc@exemple.invalid\n"
        "Petit;Anne;4eB;Professeure;anne.petit@ac-rennes.fr\n",
        encoding="utf-8",
    )
    facade.import_directory([file])
    one = facade.records.holdings().sources[0]
    assert (one.pupils, one.guardians, one.staff, one.groups) == (1, 1, 1, 1)


def test_a_list_is_of_an_earlier_year_from_august_on(facade: Facade, clock: JumpingClock) -> None:
    take(facade)
    assert facade.records.holdings().outdated == ()
    clock.jump(hours=24 * 60)
    held = facade.records.holdings()
    assert [one.source.name for one in held.outdated] == ["AAF Jean Zay"]
    assert held.ends == date(2027, 9, 1)


def test_a_purge_takes_families_and_classes_and_leaves_staff(facade: Facade) -> None:
    source = take(facade)
    facade.people.set_note(entry(facade, "hortense"), "rappeler Ourasi le mardi")
    gone = facade.records.purge([source], notes=True, learned=True)
    assert (gone.people, gone.groups, gone.notes) == (3, 1, 1)
    assert found(facade, "vandermachin") == []
    assert found(facade, "quatrelivres") == ["Zéphyrine Quatrelivres"]
    assert facade.directory_groups() == ()
    teacher = facade.directory_entry(entry(facade, "quatrelivres"))
    assert teacher.classes == ()
    assert found(facade, "6eB") == []
    held = facade.records.holdings()
    assert (held.sources[0].people, held.notes, held.sources[0].source.count) == (1, 0, 1)
    assert held.outdated == ()


def test_a_purge_leaves_no_trace(facade: Facade) -> None:
    source = take(facade)
    facade.people.set_note(entry(facade, "hortense"), "rappeler le mardi")
    assert any("vandermachin" in word for word in words_of_the_index(facade))
    facade.records.purge([source], notes=True, learned=True)
    assert not any("vandermachin" in word for word in words_of_the_index(facade))
    left = octets_of_the_store(facade)
    for canary in (b"Vandermachin", b"hortense@", b"picture of nobody", b"rappeler", b"014/g1"):
        assert canary not in left, canary
    assert b"Quatrelivres" in left


def test_a_purge_of_what_is_not_there_changes_nothing(facade: Facade) -> None:
    source = take(facade)
    with pytest.raises(LocalRefusal) as caught:
        facade.records.purge([source, SourceId(99)], notes=True, learned=True)
    assert caught.value.code is ErrorCode.NOT_FOUND
    assert len(found(facade, "vandermachin")) == 3


def test_a_new_export_after_a_purge_brings_the_new_year(
    facade: Facade, clock: JumpingClock
) -> None:
    source = take(facade)
    facade.records.purge([source], notes=True, learned=True)
    clock.jump(hours=24 * 90)
    assert take(facade, pupil("p2", "Nouvelle Venue")) == source
    assert len(found(facade, "vandermachin")) == 3
    assert found(facade, "nouvelle venue") == ["Nouvelle Venue"]
    assert facade.records.holdings().outdated == ()


@pytest.mark.parametrize(("days", "is_gone"), [(0, False), (30, True), (90, False)])
def test_a_policy_purges_by_itself_once_it_is_due(
    facade: Facade, clock: JumpingClock, days: int, is_gone: bool
) -> None:
    take(facade)
    services = facade._services
    records = Records(services.database, clock, services.persons, days)
    clock.jump(hours=24 * 110)  # 8 October
    records.chore(lambda: False)
    assert (found(facade, "vandermachin") == []) is is_gone


def test_one_person_is_shown_with_all_that_is_held(facade: Facade, tmp_path: Path) -> None:
    take(facade)
    facade.people.set_note(entry(facade, "ourasi"), "aime les chevaux")
    held = facade.records.held(entry(facade, "ourasi"))
    row = held.rows[0]
    assert row.classes == (("6eB", Part.PUPIL, ""),)
    assert {tie.name for tie in row.ties} == {"Hortense Vandermachin", "Barnabé Vandermachin"}
    assert (held.note, row.photo) == ("aime les chevaux", PNG)
    target = tmp_path / "demande.zip"
    facade.records.save_person(entry(facade, "ourasi"), target, "fr")
    with zipfile.ZipFile(target) as packed:
        assert sorted(packed.namelist()) == ["fiche.html", "fiche.json", "photo-1.png"]
        data = json.loads(packed.read("fiche.json"))
        assert packed.read("photo-1.png") == PNG
        page = packed.read("fiche.html").decode()
    assert data["note"] == "aime les chevaux"
    assert [one["relation"] for one in data["sources"][0]["family"]] == ["father", "mother"]
    assert "responsable légal" in page
    assert data == json.loads(json.dumps(person_sheet.data(held)))


def test_the_page_of_a_person_is_text_only(facade: Facade) -> None:
    take(facade, pupil("p9", "<script>alert(1)</script> Nom"))
    page = facade.records.person_page(entry(facade, "script"), "en")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_an_erased_person_leaves_no_trace_and_no_list_brings_them_back(facade: Facade) -> None:
    take(facade)
    facade._services.letters.groups.save(
        "Délégués de parents",
        [Address("Hortense", "hortense@familles.example"), Address("Anne", "anne@x.example")],
    )
    facade.people.set_note(entry(facade, "hortense"), "rappeler")
    gone = facade.records.erase(entry(facade, "hortense"))
    assert (gone.rows, gone.notes, gone.own_groups) == (1, 1, 1)
    assert sorted(found(facade, "vandermachin")) == ["Barnabé Vandermachin", "Ourasi Vandermachin"]
    assert not any("hortense" in word for word in words_of_the_index(facade))
    left = octets_of_the_store(facade)
    assert b"Hortense" not in left
    assert b"hortense" not in left
    take(facade)
    take(facade, name="Un autre export")
    assert "Hortense Vandermachin" not in found(facade, "vandermachin")
    assert facade.records.holdings().erased == 1
    assert facade.records.allow_again() == 1
    take(facade)
    assert "Hortense Vandermachin" in found(facade, "vandermachin")


def test_only_a_person_can_be_erased(facade: Facade) -> None:
    take(facade)
    group = facade.directory_groups()[0][0]
    with pytest.raises(LocalRefusal) as caught:
        facade.records.erase(group)
    assert caught.value.code is ErrorCode.USAGE
    with pytest.raises(LocalRefusal) as caught:
        facade.records.held(EntryId(999_999))
    assert caught.value.code is ErrorCode.NOT_FOUND


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_register_sheet_counts_and_names_nobody(facade: Facade, language: str) -> None:
    take(facade)
    facade.people.set_note(entry(facade, "ourasi"), "aime les chevaux")
    page = facade.records.sheet(language)
    for personal in ("Vandermachin", "Quatrelivres", "hortense", "chevaux"):
        assert personal not in page
    assert "AAF Jean Zay" in page
    assert "2025-2026" in page
    assert "http" not in page
    assert set(register_sheet.KINDS) == set(SourceKind)


def test_a_sheet_is_saved_whole_or_not_at_all(facade: Facade, tmp_path: Path) -> None:
    take(facade)
    target = tmp_path / "registre.html"
    facade.records.save_sheet(target, "fr")
    assert target.read_text(encoding="utf-8").endswith("</html>")
