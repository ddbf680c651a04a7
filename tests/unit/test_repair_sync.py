"""After a repair the next sync brings back all that the server still has."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mel_desktop.model.sync import Bodies
from mel_desktop.store import btree, integrity, reindexing, repair
from mel_desktop.store.btree import Holes
from mel_desktop.store.pages import PAGE
from tests.support.sync_world import World, world

COUNT = 240


def _damage(one: World, table: str) -> None:
    database = one.database
    database._checkpoint_idle()
    with database.read() as reader:
        root = reader.value("SELECT rootpage FROM sqlite_schema WHERE name = ?", table)
    seen: set[int] = set()
    with database.page_file() as pages:
        for _ in btree.walk(pages, int(str(root)), Holes(), seen):
            pass
    page = sorted(seen - {root} or seen)[0]
    with database.path.open("r+b") as file:
        file.seek((page - 1) * PAGE + 5000)
        octet = file.read(1)[0]
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([octet ^ 1]))


@pytest.mark.parametrize("table", ["message", "location", "body"])
def test_the_next_sync_brings_back_what_was_lost(tmp_path: Path, table: str) -> None:
    with world(tmp_path) as one:
        for _ in range(COUNT):
            one.server.deliver("INBOX")
        one.sync(bodies=Bodies.ALL)
        assert len(one.rows()) == COUNT
        _damage(one, table)
        found = integrity.look(one.database)
        assert found[0].name == f"table {table}"
        repair.repair(one.database, found)
        reindexing.reindex(one.database)
        for _ in range(2):
            one.sync(bodies=Bodies.ALL)
        assert one.shown() == one.on_server()
        with one.database.read() as reader:
            assert reader.value("SELECT count(*) FROM body") == COUNT
            assert reader.value("SELECT count(*) FROM location") == COUNT
        one.check_counters()
        assert integrity.look(one.database) == ()
