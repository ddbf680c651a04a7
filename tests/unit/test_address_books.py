"""Address books of Thunderbird in the directory: found, completed offline, never doubled."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from mel_desktop.formats import sqlite_wal
from mel_desktop.model.errors import Cancelled, ErrorCode, LocalRefusal
from mel_desktop.model.people import EntryKind, SourceKind
from mel_desktop.model.transfer import SourceKind as Kind
from mel_desktop.model.transfer import TransferProgress
from mel_desktop.services import address_books
from mel_desktop.services.address_books import NAME
from mel_desktop.store import foreign_book
from tests.support import thunderbird_book
from tests.support.transfer_world import Desk, desk

PAUL = {
    "DisplayName": "Paul Durand", "FirstName": "Paul", "LastName": "Durand",
    "PrimaryEmail": "paul.durand@ac-exemple.fr", "SecondEmail": "pdurand@perso.invalid",
    "JobTitle": "Professeur", "Department": "Maths", "Company": "Collège Jean Moulin",
    "WorkCity": "Lille", "CellularNumber": "06 00 00 00 00",
    "_vCard": "BEGIN:VCARD\r\nVERSION:4.0\r\nEMAIL;PREF=1:paul.durand@ac-exemple.fr\r\n"
              "item1.EMAIL;TYPE=home:tro\r\n isieme@perso.invalid\r\nEND:VCARD\r\n",
}  # fmt: skip
ZOE = {"FirstName": "Zoé", "LastName": "L’Hôpital", "PrimaryEmail": "Zoe@ac-exemple.fr"}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path / "profile") as made:
        yield made


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """A profile of Thunderbird with three books, one of which is open."""
    folder = tmp_path / "abc.default-release"
    (folder / "Mail").mkdir(parents=True)
    (folder / "prefs.js").write_text(
        'user_pref("ldap_2.servers.pab.filename", "abook.sqlite");\n'
        'user_pref("ldap_2.servers.pab.description", "chrome://messenger/locale/x");\n'
        'user_pref("ldap_2.servers.Parents.filename", "abook-1.sqlite");\n'
        'user_pref("ldap_2.servers.Parents.description", "Parents d\\u00e9l\\u00e9gu\\u00e9s");\n'
        'user_pref("ldap_2.servers.evil.filename", "../../x.sqlite");\n'
    )
    with closing(thunderbird_book.connect(folder / "abook.sqlite")) as book:
        thunderbird_book.add(book, "1", **PAUL)
        thunderbird_book.add(book, "2", **ZOE)
        thunderbird_book.add(book, "3", DisplayName="Standard", WorkPhone="03 20 00 00 00")
        thunderbird_book.add_list(book, "9", "Équipe 3e B", "1", "2", "absent")
    thunderbird_book.write(
        folder / "history.sqlite",
        {
            "7": {"PrimaryEmail": "paul.durand@ac-exemple.fr"},
            "8": {"PrimaryEmail": "inconnu@ac-exemple.fr"},
        },
    )
    thunderbird_book.write(
        folder / "abook-1.sqlite", {"5": {"DisplayName": "Mme Petit", "PrimaryEmail": "p@x.fr"}}
    )
    return folder


def found(home: Desk, words: str) -> list[tuple[str, str]]:
    return [(hit.entry.name, hit.entry.email) for hit in home.directory.complete(words).hits]


def test_books_become_one_source_that_completes_offline(home: Desk, profile: Path) -> None:
    seen = home.importing.preview(profile, home.account)
    assert [(box.names[0], box.kind) for box in seen.boxes] == [
        ("abook", Kind.ADDRESS_BOOK), ("Parents délégués", Kind.ADDRESS_BOOK),
        ("history", Kind.ADDRESS_BOOK),
    ]  # fmt: skip
    told: list[TransferProgress] = []
    done = home.importing.run(profile, home.account, progress=told.append)
    assert (done.book, done.contacts, done.lists, done.problems) == (NAME, 7, 1, ())
    assert {one.where for one in told} >= {"abook", "Parents délégués", "history"}
    (source,) = home.directory.sources()
    assert (source.kind, source.name, source.count) == (SourceKind.THUNDERBIRD, NAME, 8)
    assert ("Paul Durand", "paul.durand@ac-exemple.fr") in found(home, "dura")
    assert {email for _, email in found(home, "durand")} == {
        "paul.durand@ac-exemple.fr", "pdurand@perso.invalid", "troisieme@perso.invalid",
    }  # fmt: skip
    assert found(home, "hopital zo") == [("Zoé L’Hôpital", "Zoe@ac-exemple.fr")]
    assert found(home, "inconnu") == [("inconnu@ac-exemple.fr", "inconnu@ac-exemple.fr")]
    (hit,) = home.directory.search("standard").hits
    assert (hit.entry.email, hit.entry.phone) == ("", "03 20 00 00 00")
    entry = home.directory.search("durand lille").hits[0].entry
    assert (entry.role, entry.school) == ("Professeur · Maths", "Collège Jean Moulin")
    ((group, list_, members),) = home.directory.groups()
    assert (list_.name, list_.kind, members) == ("Équipe 3e B", EntryKind.GROUP, 2)
    assert {hit.entry.name for hit in home.directory.members(group)} == {
        "Paul Durand", "Zoé L’Hôpital",
    }  # fmt: skip


def test_a_new_import_replaces_and_doubles_nobody(home: Desk, profile: Path) -> None:
    home.importing.run(profile, home.account)
    ids = {hit.id for hit in home.directory.search("durand").hits}
    home.importing.run(profile, home.account)
    assert {hit.id for hit in home.directory.search("durand").hits} == ids
    with closing(thunderbird_book.connect(profile / "neu.sqlite")) as book:
        thunderbird_book.add(book, "2", **ZOE)
    (profile / "neu.sqlite").replace(profile / "abook.sqlite")
    done = home.importing.run(profile, home.account)
    assert done.contacts == 4
    assert found(home, "durand") == [("paul.durand@ac-exemple.fr", "paul.durand@ac-exemple.fr")]
    other = profile.with_name("xyz.default")
    (other / "Mail").mkdir(parents=True)
    thunderbird_book.write(other / "abook.sqlite", {"1": PAUL})
    assert home.importing.run(other, home.account).book == f"{NAME} (xyz.default)"
    assert len(home.directory.sources()) == 2


def test_what_thunderbird_has_not_written_back_yet_is_read(home: Desk, profile: Path) -> None:
    path = profile / "abook.sqlite"
    before = {one.name for one in profile.iterdir()}
    with closing(thunderbird_book.connect(profile / "abook-2.sqlite")) as book:
        thunderbird_book.add(book, "20", DisplayName="Ouvert", PrimaryEmail="ouvert@x.fr")
        assert (profile / "abook-2.sqlite-wal").stat().st_size > 0
        kept = {one.name: one.read_bytes() for one in profile.glob("abook-2*")}
        home.importing.run(profile, home.account)
        assert found(home, "ouvert") == [("Ouvert", "ouvert@x.fr")]
        assert {one.name: one.read_bytes() for one in profile.glob("abook-2*")} == kept
    assert {one.name for one in profile.iterdir()} - before == {"abook-2.sqlite"}
    assert path.exists()


def test_a_log_is_read_as_sqlite_does(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    with closing(thunderbird_book.connect(path)) as book:
        for number in range(300):
            thunderbird_book.add(book, f"{number}", DisplayName=f"Nom {number}" * 20)
        book.execute("DELETE FROM properties WHERE card LIKE '1%'")
        wal = path.with_name("a.sqlite-wal").read_bytes()
        database = path.read_bytes()
        cards = foreign_book.read(database, wal).cards
        assert len(cards) == 300 - 111
        half = foreign_book.read(database, wal[: len(wal) // 2]).cards
        assert 0 < len(half) < 300
        torn = bytearray(wal)
        torn[len(torn) // 2] ^= 1
        assert foreign_book.read(database, bytes(torn)).cards.keys() <= half.keys() | cards.keys()
    assert sqlite_wal.merged(path.read_bytes(), b"")[18:20] == b"\x01\x01"


def test_one_file_may_be_chosen(home: Desk, profile: Path) -> None:
    seen = home.importing.preview(profile / "abook.sqlite", home.account)
    assert (seen.kind, len(seen.boxes)) == (Kind.ADDRESS_BOOK, 1)
    done = home.importing.run(profile / "abook.sqlite", home.account)
    assert (done.imported, done.contacts, done.lists) == (0, 5, 1)
    with closing(thunderbird_book.connect(profile / "places.sqlite")) as book:
        book.execute("DROP TABLE properties")
    with pytest.raises(LocalRefusal) as caught:
        home.importing.preview(profile / "places.sqlite", home.account)
    assert caught.value.facts["why"] == "not-a-book"


def test_a_book_that_cannot_be_read_does_not_stop_the_others(home: Desk, profile: Path) -> None:
    (profile / "abook-3.sqlite").write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    (profile / "abook-old.mab").write_text("// <!-- <mdb:mork:z v=1.4/> -->")
    (profile / "abook.mab").write_text("// <!-- <mdb:mork:z v=1.4/> -->")  # converted since
    done = home.importing.run(profile, home.account)
    assert done.contacts == 7
    assert sorted((one.path, one.reason) for one in done.problems) == [
        ("abook-3.sqlite", "book-damaged"), ("abook-old.mab", "mork-book"),
    ]  # fmt: skip


def test_hostile_books_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.sqlite"
    with closing(thunderbird_book.connect(path)) as book:
        for number in range(50):
            thunderbird_book.add(book, f"{number}", DisplayName=f"Nom {number}")
        book.execute("INSERT INTO properties VALUES ('b', 'DisplayName', zeroblob(100))")
        book.execute("INSERT INTO properties VALUES ('c', 'DisplayName', ?)", ("x" * 10**6,))
        book.execute("INSERT INTO properties VALUES (NULL, NULL, 3)")
        book.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = path.read_bytes()
    cards = foreign_book.read(whole).cards
    assert len(cards) == 51
    assert len(cards["c"]["DisplayName"]) == foreign_book.MOST_VALUE
    dice = random.Random(4)
    for _ in range(60):
        flipped = bytearray(whole)
        for _ in range(20):
            flipped[dice.randrange(len(flipped))] = dice.randrange(256)
        with suppress(LocalRefusal):  # and nothing else
            foreign_book.read(bytes(flipped[: dice.randrange(len(whole))]))
    with closing(thunderbird_book.connect(tmp_path / "v.sqlite")) as book:
        book.execute("DROP TABLE properties")
        book.execute(
            "CREATE VIEW properties AS SELECT '1' AS card, 'DisplayName' AS name, 'x' AS value"
        )
        book.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with pytest.raises(LocalRefusal) as caught:
        foreign_book.read((tmp_path / "v.sqlite").read_bytes())
    assert caught.value.facts["why"] == "not-a-book"
    monkeypatch.setattr(foreign_book, "MOST_CARDS", 20)
    with pytest.raises(LocalRefusal) as caught:
        foreign_book.read(whole)
    assert caught.value.code is ErrorCode.TOO_LARGE


def test_stopped_it_has_done_nothing_and_begins_anew(
    home: Desk, profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.importing.run(profile, home.account)
    before = found(home, "durand")
    with closing(thunderbird_book.connect(profile / "neu.sqlite")) as book:
        for number in range(700):
            thunderbird_book.add(
                book, f"{number}", DisplayName=f"Autre {number}", PrimaryEmail=f"a{number}@x.fr"
            )
    (profile / "neu.sqlite").replace(profile / "abook.sqlite")
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 620

    with pytest.raises(Cancelled):
        home.importing.run(profile, home.account, cancelled=stop)
    assert found(home, "durand") == before
    assert found(home, "autre") == []
    assert home.importing.run(profile, home.account).contacts == 703
    assert len(found(home, "autre")) == 8


def test_a_file_that_changes_while_it_is_read_is_read_again(
    profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks = iter([(1, 1), (2, 2), (3, 3), (3, 3)])
    read: list[str] = []
    real: Any = address_books._content
    monkeypatch.setattr(address_books, "_mark", lambda path: next(marks))
    monkeypatch.setattr(
        address_books, "_content", lambda path: [read.append(path.name), real(path)][1]
    )
    assert len(address_books.read(profile / "abook.sqlite").cards) == 3
    assert read.count("abook.sqlite") == 2
