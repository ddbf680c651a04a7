"""Damage is located, what is sound stays, what is lost is fetched again or named."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from mel_desktop.model.errors import Cancelled, ErrorCode, StoreTrouble
from mel_desktop.model.soundness import Damage, Touched
from mel_desktop.store import (
    alarms,
    btree,
    compaction,
    connections,
    integrity,
    reindexing,
    repair,
    rootfinding,
    salvage,
)
from mel_desktop.store.btree import Holes
from mel_desktop.store.database import Database
from mel_desktop.store.pages import PAGE, PageFile
from tests.support import full_profile
from tests.support.full_profile import Profile, contents, unlock
from tests.support.store import store


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Profile:
    return full_profile.make(tmp_path_factory.mktemp("sound") / "profile")


@dataclass
class Copy:
    """A copy of the profile, to be damaged."""

    folder: Path
    profile: Profile

    @property
    def path(self) -> Path:
        return self.folder / "store.db"

    @property
    def key(self) -> bytes:
        return bytes(unlock(self.folder, self.profile.recovery).key)

    @contextmanager
    def opened(self) -> Iterator[Database]:
        database = unlock(self.folder, self.profile.recovery).open_database()
        try:
            yield database
        finally:
            database.close()

    def flip(self, page: int, at: int = 4000) -> None:
        octets = bytearray(self.path.read_bytes())
        octets[(page - 1) * PAGE + at] ^= 4
        self.path.write_bytes(octets)

    def root(self, name: str) -> int:
        with self.opened() as database, database.read() as reader:
            found = reader.value("SELECT rootpage FROM sqlite_schema WHERE name = ?", name)
        assert isinstance(found, int)
        return found

    def pages_of(self, name: str) -> list[int]:
        """All pages of a table or index, its first one first."""
        seen: set[int] = set()
        root = self.root(name)
        with PageFile(self.path, self.key) as pages:
            for _ in btree.walk(pages, root, Holes(), seen):
                pass
        return [root, *sorted(seen - {root})]


@pytest.fixture
def copy(made: Profile, tmp_path: Path) -> Copy:
    return Copy(Path(shutil.copytree(made.folder, tmp_path / "profile")), made)


def look(copy: Copy) -> tuple[Damage, ...]:
    with copy.opened() as database:
        return integrity.look(database)


def test_the_profile_has_something_in_every_table(copy: Copy) -> None:
    with copy.opened() as database, database.read() as reader:
        assert full_profile.empty_tables(reader) == []
    assert look(copy) == ()


def test_rows_read_without_sqlite_are_those_that_sqlite_reads(copy: Copy) -> None:
    with copy.opened() as database:
        expected = contents(database)
        with database.read() as reader:
            roots = dict(reader.all("SELECT name, rootpage FROM sqlite_schema"))
    with PageFile(copy.path, copy.key) as pages:
        for name, rows in expected.items():
            holes = Holes()
            read = list(btree.walk(pages, int(str(roots[name])), holes))
            assert holes.is_empty
            assert rows is not None
            assert len(read) == len(rows)
            # the rowid alias is stored as NULL, keys of a WITHOUT ROWID table stand first
            alike = sorted(
                sorted(repr(value) for value in row.values if value is not None) for row in read
            )
            wanted = sorted(
                sorted(repr(value) for value in row if value is not None)  # type: ignore[attr-defined]
                for row in rows
            )
            if alike != wanted:
                assert all(len(one) in (len(other), len(other) - 1)
                           for one, other in zip(alike, wanted, strict=True)), name  # fmt: skip


@pytest.mark.parametrize("inner", [False, True], ids=["leaf", "inner"])
def test_a_text_that_is_lost_is_fetched_again(copy: Copy, inner: bool) -> None:
    pages = copy.pages_of("body")
    assert len(pages) > 3
    copy.flip(pages[0] if inner else pages[2])
    with copy.opened() as database:
        before = contents(database)
        found = integrity.look(database)
        assert [one.name for one in found] == ["table body"]
        touched = found[0].touched
        assert touched
        assert all(one.kind == "message" and one.subject.startswith("Objet") for one in touched)
        report = repair.repair(database, found)
        assert report.kept_aside == "store.damaged"
        assert report.lost == ()
        # leaves that nothing leads to any more are found all the same
        assert (report.fetched_anew == 0) if inner else (0 < report.fetched_anew <= 40)
        after = contents(database)
        assert integrity.look(database) == ()
        with database.read() as reader:
            absent = reader.value("SELECT count(*) FROM message WHERE body = 0")
            assert absent == report.fetched_anew
            assert reader.value("SELECT total - local_bodies FROM folder WHERE id = 1") == absent
        for name in set(after) - {"body", "message", "folder", "meta", "sqlite_sequence"}:
            assert after[name] == before[name], name
        reindexing.reindex(database)
        with database.read() as reader:
            assert reader.all("PRAGMA integrity_check") == [("ok",)]
            assert reader.value("SELECT count(*) FROM message_fts") == 300


def test_a_lost_draft_is_named_and_the_others_stay(copy: Copy) -> None:
    pages = copy.pages_of("draft_revision")
    copy.flip(pages[1])
    with copy.opened() as database:
        found = integrity.look(database)
        report = repair.repair(database, found)
        assert {one.kind for one in report.lost} == {"draft"}
        with database.read() as reader:
            left = reader.value("SELECT count(*) FROM draft")
            assert isinstance(left, int)
            assert left > 0
            assert left + len(report.lost) >= 12
        assert integrity.look(database) == ()


@pytest.mark.parametrize("table", ["message", "account", "folder", "location", "meta", "part"])
def test_mail_survives_the_loss_of_a_page_of_any_other_table(copy: Copy, table: str) -> None:
    pages = copy.pages_of(table)
    copy.flip(pages[-1])
    with copy.opened() as database:
        found = integrity.look(database)
        assert f"table {table}" in {one.name for one in found}
        report = repair.repair(database, found)
        assert integrity.look(database) == ()
        with database.read() as reader:
            kept = reader.value("SELECT count(*) FROM message")
            assert isinstance(kept, int)
            assert kept > 240
            assert reader.value("SELECT count(*) FROM body") == kept
        if table == "message":
            assert 300 - kept == len([one for one in report.lost if one.kind == "message"])
        database.write(lambda tx: tx.run("UPDATE message SET marks = 0"), durable=True)


def test_a_damaged_schema_is_no_obstacle(copy: Copy) -> None:
    with copy.opened() as database:
        before = contents(database)
    sound = copy.path.read_bytes()
    with PageFile(copy.path, copy.key) as pages:
        seen: set[int] = set()
        for _ in btree.walk(pages, 1, Holes(), seen):
            pass
    for page in sorted(seen)[:3]:
        copy.path.write_bytes(sound)
        copy.flip(page)
        with pytest.raises(StoreTrouble) as caught, copy.opened():
            pass
        assert caught.value.code is ErrorCode.DAMAGED
        report = repair.repair_file(copy.path, copy.key)
        assert (report.lost, report.fetched_anew) == ((), 0)
        with copy.opened() as database:
            assert integrity.look(database) == ()
            after = contents(database)
            for name in set(after) - {"meta", "sqlite_sequence"}:
                assert after[name] == before[name], name
            assert database.missing.commits == 0
        assert (copy.folder / "store.damaged").exists()
        repair.let_go(copy.path)
        assert repair.kept_aside(copy.path) == ()


def in_one_step(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """The newest schema from a single script, as if there had been no other before it."""
    with store(folder) as database, database.read() as reader:
        written = reader.all(
            """SELECT name, sql FROM sqlite_schema
                WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid"""
        )
    shadows = {f"{index}_{part}" for index in full_profile.FTS for part in
               ("data", "idx", "content", "docsize", "config")}  # fmt: skip
    script = ";\n".join(str(sql) for name, sql in written if name not in shadows)
    newest = connections.migrations()[-1][0]
    monkeypatch.setattr(connections, "migrations", lambda: [(newest, f"{script};")])


@pytest.mark.parametrize("layout", ["migrated", "one step", "compacted"])
@pytest.mark.parametrize("has_map", [True, False], ids=["map", "no map"])
def test_any_page_of_the_schema_may_be_damaged(
    made: Profile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layout: str, has_map: bool
) -> None:
    """Where tables begin is told by the map beside the file, else by what lies in the file."""
    base = made
    if layout == "one step":
        (tmp_path / "schema").mkdir()
        in_one_step(monkeypatch, tmp_path / "schema")
        base = full_profile.make(tmp_path / "made", messages=100)
    copy = Copy(Path(shutil.copytree(base.folder, tmp_path / "profile")), base)
    if layout == "compacted":
        with copy.opened() as database:
            compaction.compact(database)
    with copy.opened() as database:
        before = contents(database)
    if not has_map:
        (copy.folder / "store.map").unlink()
    sound = copy.path.read_bytes()
    schema: set[int] = set()
    with PageFile(copy.path, copy.key) as pages:
        for _ in btree.walk(pages, 1, Holes(), schema):
            pass
    assert len(schema) > 5
    every = [[page] for page in sorted(schema)]
    if has_map:
        every = [every[0], every[-1], sorted(schema)]
    for damaged in every:
        copy.path.write_bytes(sound)
        for page in damaged:
            copy.flip(page)
        (copy.folder / "store.seal").unlink(missing_ok=True)
        target = tmp_path / "mended.db"
        target.touch()
        salvage.salvage(copy.path, copy.key, target)
        connection = connections.connect(target, copy.key, writer=True)
        try:
            # triggers count a folder's messages once more: mending sets that right
            for name in set(before) - {"meta", "sqlite_sequence", "folder"}:
                rows = list(connection.execute(f'SELECT * FROM "{name}" ORDER BY 1'))
                assert rows == before[name], (damaged, name)
        finally:
            connection.close(True)
        target.unlink()


def test_a_table_that_cannot_be_found_is_named(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing tells where it begins, and its rows would fit others as well."""
    root = copy.root("pin")
    found = rootfinding.find
    monkeypatch.setattr(
        rootfinding, "find",
        lambda *args: {name: page for name, page in found(*args).items() if page != root},
    )  # fmt: skip
    (copy.folder / "store.map").unlink()
    schema: set[int] = set()
    with PageFile(copy.path, copy.key) as pages:
        for _ in btree.walk(pages, 1, Holes(), schema):
            pass
    copy.flip(sorted(schema)[-1])  # the newest tables
    report = repair.repair_file(copy.path, copy.key)
    assert Touched("table", 0, "pin") in report.lost
    with copy.opened() as database:
        assert integrity.look(database) == ()
        with database.read() as reader:
            assert reader.value("SELECT count(*) FROM tag") == 1


def test_a_damaged_index_is_made_anew_where_it_stands(copy: Copy) -> None:
    with copy.opened() as database:
        database.write(lambda tx: tx.run("DELETE FROM message_fts_data WHERE id > 10"))
        found = integrity.look(database)
        assert [one.name for one in found] == ["index message_fts"]
        report = repair.repair(database, found)
        assert report.reindexed
        assert report.kept_aside == ""
        reindexing.reindex(database)
        assert integrity.look(database) == ()


def test_a_repair_that_is_broken_off_changes_nothing(copy: Copy) -> None:
    copy.flip(copy.pages_of("body")[1])
    octets = copy.path.read_bytes()
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    with copy.opened() as database:
        found = integrity.look(database)
        with pytest.raises(Cancelled):
            repair.repair(database, found, cancelled=cancelled)
        assert database.write(lambda tx: tx.value("SELECT 1")) == 1
        assert integrity.look(database) == found
    assert copy.path.read_bytes()[PAGE:] == octets[PAGE:]
    assert not (copy.folder / repair.FRESH).exists()


def test_an_attachment_that_is_lost(copy: Copy) -> None:
    for page in copy.pages_of("chunk")[1:3]:
        copy.flip(page)
    with copy.opened() as database:
        found = integrity.look(database)
        names = {one.name for one in found}
        assert "table chunk" in names
        assert any(name.startswith("content ") for name in names)
        assert {Touched, str} >= {type(one) for damage in found for one in damage.touched}
        report = repair.repair(database, found)
        assert report.fetched_anew > 0
        assert integrity.look(database) == ()


def test_what_a_repair_did_is_told_until_it_is_acknowledged(copy: Copy) -> None:
    copy.flip(copy.pages_of("draft_revision")[1])
    with copy.opened() as database:
        report = repair.repair(database, integrity.look(database))
        assert report.lost
    with copy.opened() as database:
        with database.read() as reader:
            assert alarms.repaired(reader) == report
        database.write(alarms.acknowledge)
        with database.read() as reader:
            assert alarms.repaired(reader) is None
