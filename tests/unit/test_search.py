"""Search over a real encrypted store."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Address, FolderId, Marks
from mel_desktop.services.search import SearchService
from mel_desktop.store.database import Database, Transaction
from mel_desktop.store.search import drop_messages, index_message
from tests.support.clock import JumpingClock
from tests.support.store import START, plant_account, plant_folder, plant_message, store

MARIE = Address("Marie Lefèvre", "marie.lefevre@ac-exemple.fr")
SUBJECTS = {
    1: "Conseil de classe 6e B",
    2: "Réunion parents-professeurs",
    3: "Voyage à Rouen",
    4: "Œuvre au programme",
    5: "Note",
    6: "Réunion d’équipe",
}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with store(tmp_path) as opened:
        yield opened


@pytest.fixture
def folders(database: Database) -> tuple[FolderId, FolderId]:
    account = plant_account(database)
    inbox = plant_folder(database, account)
    trips = plant_folder(database, account, "Classes/Sorties scolaires", role=None)

    def work(tx: Transaction) -> None:
        plant_message(tx, inbox, 1, subject=SUBJECTS[1], text="L’élève doit rattraper.")
        plant_message(tx, inbox, 2, subject=SUBJECTS[2], sender=MARIE, marks=Marks.SEEN)
        plant_message(tx, trips, 3, subject=SUBJECTS[3], has_attachments=True, text="Le car part.")
        plant_message(
            tx, inbox, 4, subject=SUBJECTS[4], marks=Marks.SEEN | Marks.FLAGGED, text="Les élèves."
        )
        plant_message(tx, inbox, 5, subject=SUBJECTS[5], text=None, to=[MARIE])
        plant_message(
            tx, inbox, 6, subject=SUBJECTS[6], received_at=datetime(2025, 3, 1, 12, tzinfo=UTC)
        )
        plant_message(tx, inbox, 7, subject="Conseil caché", hidden=True)

    database.write(work)
    return inbox, trips


@pytest.fixture
def service(database: Database, folders: tuple[FolderId, FolderId]) -> SearchService:
    return SearchService(database, JumpingClock(START + timedelta(days=10)))


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("conseil", [1]),
        ("CONSEIL", [1]),
        ("eleve ", [1]),
        ("l'élève ", [1]),
        ("eleve", [4, 1]),  # still being typed: élève, élèves
        ("élèves ", [4]),
        ("oeuvre", [4]),
        ("œuvre ", [4]),
        ("réu*", [2, 6]),
        ("reunion -parents", [6]),
        ('"conseil de classe"', [1]),
        ('"classe de conseil"', []),
        ("de:marie", [2]),
        ("de:lefevre@ac", [2]),
        ("de:lefevre", [2]),
        ("à:lefèvre", [5]),
        ("objet:rouen", [3]),
        ("de:rouen", []),
        ("a:pj", [3]),
        ("-a:pj", [5, 4, 2, 1, 6]),
        ("est:non-lu", [5, 3, 1, 6]),
        ("est:lu", [4, 2]),
        ("est:suivi", [4]),
        ("dossier:sorties", [3]),
        ("dossier:classes", [3]),
        ("dossier:réception est:lu", [4, 2]),
        ("-dossier:classes note", [5]),
        ("dossier:nulle-part", []),
        ("avant:2026", [6]),
        ("après:2026 réunion", [2]),
        ("avant:24/11/2026 après:23/11/2026", [5, 4, 3, 2, 1]),
        ("-réunion -note", [4, 3, 1]),
        ("caché", []),
        ("réunion conseil", []),
        ("", []),
        ("   ", []),
    ],
)
def test_finds(service: SearchService, query: str, numbers: list[int]) -> None:
    found = [hit.subject for hit in service.search(query).hits]
    assert found == [SUBJECTS[number] for number in numbers]


def test_hits_say_where_and_what(
    service: SearchService, folders: tuple[FolderId, FolderId]
) -> None:
    (hit,) = service.search("rattraper").hits
    assert hit.folder == folders[0]
    assert hit.snippet == "L’élève doit rattraper."
    assert hit.received_at == START + timedelta(hours=1)
    assert hit.sender.address == "paul.durand@ac-exemple.fr"
    assert 0 < hit.score < service.search("conseil").hits[0].score <= 1


def test_says_what_was_not_searched(service: SearchService) -> None:
    everything = service.search("conseil")
    assert (everything.searched, everything.not_local) == (6, 1)
    one_folder = service.search("conseil dossier:classes")
    assert (one_folder.searched, one_folder.not_local) == (1, 0)
    old = service.search("conseil avant:2026")
    assert (old.searched, old.not_local) == (1, 0)
    nowhere = service.search("conseil dossier:nulle-part")
    assert (nowhere.searched, nowhere.not_local) == (0, 0)


def test_limit_keeps_the_newest(service: SearchService) -> None:
    assert [hit.subject for hit in service.search("est:non-lu", limit=1).hits] == [SUBJECTS[5]]
    assert service.search("est:non-lu", limit=0).hits == ()
    assert service.search("est:non-lu", limit=-5).hits == ()


def test_unreadable_date_is_refused(service: SearchService) -> None:
    with pytest.raises(LocalRefusal) as caught:
        service.search("avant:hierr")
    assert caught.value.code is ErrorCode.USAGE


def test_indexing_again_replaces_and_dropping_forgets(
    database: Database, service: SearchService
) -> None:
    (hit,) = service.search("rouen").hits
    database.write(lambda tx: index_message(tx, hit.id, "Voyage à Lille", "", "", "broken \udce9"))
    assert service.search("rouen ").hits == ()
    assert [one.id for one in service.search("lille").hits] == [hit.id]
    database.write(lambda tx: drop_messages(tx, [hit.id, hit.id, 4711]))
    assert service.search("lille").hits == ()
    with database.fresh() as reader:
        assert reader.value("PRAGMA integrity_check") == "ok"


def test_a_mass_import_of_one_date_is_found_by_date(
    database: Database, service: SearchService, folders: tuple[FolderId, FolderId]
) -> None:
    """Ids spill into later slots; the exact date decides."""
    day = datetime(2024, 5, 1, 10, tzinfo=UTC)

    def work(tx: Transaction) -> None:
        for number in range(64):
            plant_message(tx, folders[0], 1000 + number, subject="Import", received_at=day)

    database.write(work)
    assert len(service.search("import avant:2024-05-02 après:2024-05-01", limit=200).hits) == 64
    assert service.search("import avant:2024-05-01").hits == ()
    assert service.search("import après:2024-05-02").hits == ()


def test_quick_on_20000_messages(tmp_path: Path) -> None:
    """A smoke test with a generous bound: nothing may scan the mailbox for each query."""
    words = [f"mot{number}" for number in range(500)]
    with store(tmp_path) as database:
        inbox = plant_folder(database, plant_account(database))

        def work(tx: Transaction) -> None:
            for number in range(20_000):
                body = " ".join(words[number * step % 500] for step in (1, 3, 7, 11, 13))
                plant_message(
                    tx, inbox, number, subject=f"Réunion {number}", text=f"bonjour {body}"
                )

        database.write(work)
        service = SearchService(database, JumpingClock())
        typed = ["bonjour", "réunion mot12", "mo", "mot*", '"bonjour mot3"', "de:paul mot7 -mot9"]
        seconds = []
        for query in typed * 5:
            began = time.process_time()
            assert service.search(query).hits
            seconds.append(time.process_time() - began)
        assert sorted(seconds)[len(seconds) // 2] < 0.25
        with database.read() as reader:
            plan = str(
                reader.all(
                    """EXPLAIN QUERY PLAN
                       SELECT m.id FROM message_fts f CROSS JOIN message m ON m.id = f.rowid
                        WHERE f.message_fts MATCH '"bonjour"' AND m.hidden = 0
                        ORDER BY f.rowid DESC LIMIT 50"""
                )
            )
        assert "TEMP B-TREE" not in plan
