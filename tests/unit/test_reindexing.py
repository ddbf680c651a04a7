"""The index made anew: newest first, in steps, resumed, and honest about what is missing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mel_desktop.app.keeper import Keeper
from mel_desktop.model.errors import Cancelled
from mel_desktop.services.indexing import IndexService
from mel_desktop.services.search import SearchService
from mel_desktop.store import reindexing
from mel_desktop.store.database import Database, Transaction
from tests.support.clock import JumpingClock
from tests.support.store import plant_account, plant_folder, plant_message, store

COUNT = 450


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with store(tmp_path) as opened:
        inbox = plant_folder(opened, plant_account(opened))

        def work(tx: Transaction) -> None:
            for number in range(COUNT):
                plant_message(tx, inbox, number, subject=f"Sortie numero{number}", text="Au musée")

        opened.write(work)
        yield opened


def _found(database: Database) -> int:
    with database.read() as reader:
        return len(reader.all("SELECT rowid FROM message_fts WHERE message_fts MATCH 'musee'"))


def test_a_step_at_a_time_newest_first_and_resumed(database: Database) -> None:
    database.write(reindexing.begin)
    steps = 0

    def cancelled() -> bool:
        nonlocal steps
        steps += 1
        return steps > 3  # the first was for drafts: there are none

    told: list[tuple[int, int]] = []
    with pytest.raises(Cancelled):
        reindexing.reindex(
            database, cancelled=cancelled, progress=lambda done, of: told.append((done, of))
        )
    assert told == [(100, COUNT), (200, COUNT)]
    assert _found(database) == 200
    with database.read() as reader:
        assert reindexing.left(reader) == COUNT - 200
        assert not reindexing.is_whole(reader)
        newest = reader.value("SELECT rowid FROM message_fts WHERE message_fts MATCH 'numero449'")
        assert newest == reader.value("SELECT max(id) FROM message")
    search = SearchService(database, JumpingClock())
    assert search.search("musée", limit=1).not_indexed == COUNT - 200
    reindexing.reindex(database)
    assert _found(database) == COUNT
    assert search.search("musée", limit=1).not_indexed == 0


def test_what_comes_and_goes_meanwhile(database: Database) -> None:
    with database.read() as reader:
        folder = reader.value("SELECT id FROM folder")
        oldest = reader.value("SELECT min(id) FROM message")

    def work(tx: Transaction) -> None:
        reindexing.begin(tx)
        plant_message(tx, folder, 2000, text="Au musée encore")  # type: ignore[arg-type]
        plant_message(tx, folder, -2000, text="Au musée jadis")  # type: ignore[arg-type]
        tx.run("DELETE FROM message WHERE id = ?", oldest)

    database.write(work)
    assert _found(database) == 2
    reindexing.reindex(database)
    assert _found(database) == COUNT + 1
    with database.read() as reader:
        assert reader.all("PRAGMA integrity_check") == [("ok",)]


def test_the_keeper_does_it_and_stops_when_told(database: Database) -> None:
    database.write(reindexing.begin)
    stopping, whole = threading.Event(), threading.Event()
    index = IndexService(database)

    def look(_: object) -> None:
        if index.is_whole():
            whole.set()

    def broken(_: object) -> None:
        raise ValueError("a bug")

    keeper = Keeper((broken, index.finish, look), stopping)
    keeper.start()
    assert whole.wait(60)
    stopping.set()
    keeper.join()
    assert _found(database) == COUNT
