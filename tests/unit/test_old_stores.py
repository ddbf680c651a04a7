"""Every released schema still opens: migrated forward it equals a fresh one and keeps its rows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mel_desktop.store.connections import migrations
from mel_desktop.store.database import Database
from mel_desktop.store.reindexing import is_whole, reindex
from tests.support.old_stores import FOLDER, KEY, SUBJECTS
from tests.support.store import store

OLD = sorted(FOLDER.glob("schema-*"))


def _schema(database: Database) -> list[tuple[object, ...]]:
    with database.read() as reader:
        rows = reader.all(
            """SELECT type, name, tbl_name, sql FROM sqlite_schema
                WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name"""
        )
    return [tuple(row) for row in rows]


def test_there_is_a_store_of_every_schema_that_ships() -> None:
    assert [path.name for path in OLD] == [f"schema-{number}" for number, _ in migrations()]


@pytest.mark.parametrize("old", OLD, ids=lambda path: path.name)
def test_an_old_store_opens_with_all_it_held(old: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(old, tmp_path / "old"))
    (tmp_path / "fresh").mkdir()
    with store(folder, KEY) as database, store(tmp_path / "fresh") as fresh:
        assert _schema(database) == _schema(fresh)
        reindex(database)  # as the engine does it once the store is open
        with database.read() as reader:
            assert is_whole(reader)
            assert reader.value("PRAGMA user_version") == migrations()[-1][0]
            assert reader.value("PRAGMA integrity_check") == "ok"
            subjects = {row[0] for row in reader.all("SELECT subject FROM message")}
            assert subjects == set(SUBJECTS)
            hits = reader.all("SELECT rowid FROM message_fts WHERE message_fts MATCH 'musee'")
            assert len(hits) == 1
            assert reader.value("SELECT count(*) FROM draft WHERE state = 'editing'") == 1
            hits = reader.all("SELECT rowid FROM draft_fts WHERE draft_fts MATCH 'ancien'")
            assert len(hits) == 1
            assert reader.value("SELECT count(*) FROM secret") == 1
