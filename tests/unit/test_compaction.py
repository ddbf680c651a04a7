"""Free pages given back: nothing lost, whoever writes or kills meanwhile; the index in one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from mel_desktop.model.errors import Cancelled, ErrorCode, StoreTrouble
from mel_desktop.store import compaction, search, storage
from mel_desktop.store.database import Database
from tests.support.storage_child import KEY
from tests.support.store import plant_account, plant_folder, plant_message, store

REPOSITORY = Path(__file__).resolve().parents[2]
MEGABYTE = 1024 * 1024


def fill(database: Database, megabytes: int = 6) -> None:
    """Rows that stay, and as much again that goes and leaves free pages."""
    database.write(lambda tx: tx.run("CREATE TABLE ballast (id INTEGER PRIMARY KEY, z BLOB)"))
    for _ in range(megabytes):
        database.write(
            lambda tx: tx.many(
                "INSERT INTO ballast (z) VALUES (?)", [(os.urandom(256),) for _ in range(4096)]
            )
        )
    database.write(lambda tx: tx.run("DELETE FROM ballast WHERE id % 4 <> 0"))


def total(database: Database) -> int:
    with database.read() as reader:
        return int(str(reader.value("SELECT count(*) FROM ballast")))


def is_sound(database: Database) -> bool:
    with database.read() as reader:
        return reader.value("PRAGMA integrity_check") == "ok"


def test_free_pages_go_back_to_the_disk(tmp_path: Path) -> None:
    with store(tmp_path, KEY) as database:
        fill(database)
        kept = total(database)
        seen: list[tuple[int, int]] = []
        done = compaction.compact(database, progress=lambda *so_far: seen.append(so_far))
        assert done.after < done.before / 2
        assert seen[-1][0] == seen[-1][1] > 0
        assert total(database) == kept
        assert is_sound(database)
        with database.read() as reader:
            assert storage.pages(reader).free == 0
            assert not compaction.is_worth_it(reader)
        database.write(lambda tx: tx.run("DELETE FROM ballast"))  # it goes on being written to
    assert sorted(one.name for one in tmp_path.iterdir() if "compact" in one.name) == []
    with store(tmp_path, KEY) as database:
        assert total(database) == 0


def test_what_is_written_meanwhile_is_not_lost(tmp_path: Path) -> None:
    with store(tmp_path, KEY) as database:
        fill(database)
        written = 0
        stop = threading.Event()

        def write() -> None:
            nonlocal written
            while not stop.is_set():
                database.write(lambda tx: tx.run("INSERT INTO ballast (z) VALUES (x'01')"))
                written += 1

        before = total(database)
        writer = threading.Thread(target=write)
        writer.start()
        try:
            compaction.compact(database)  # the last try has the writes wait
        finally:
            stop.set()
            writer.join()
        assert written > 0
        assert total(database) == before + written
        assert is_sound(database)
        with pytest.raises(StoreTrouble) as told:
            compaction.compact(
                database,
                insist=False,
                progress=lambda *_: database.write_later(
                    lambda tx: tx.run("INSERT INTO ballast (z) VALUES (x'02')")
                ),
            )
        assert told.value.code is ErrorCode.PROFILE_BUSY
        assert is_sound(database)


def test_another_program_that_writes_is_noticed(tmp_path: Path) -> None:
    with store(tmp_path, KEY) as database, store(tmp_path, KEY) as other:
        fill(database)
        wrote = threading.Event()

        def meddle(*_: int) -> None:
            if not wrote.is_set():
                wrote.set()
                other.write(lambda tx: tx.run("INSERT INTO ballast (z) VALUES (x'03')"))
                other._writer.set_busy_timeout(0)  # it closes without a checkpoint
                other.close()

        compaction.compact(database, progress=meddle)
        with database.read() as reader:
            assert reader.value("SELECT count(*) FROM ballast WHERE z = x'03'") == 1


def test_no_room_is_said_before_anything_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store(tmp_path, KEY) as database:
        fill(database, 1)
        monkeypatch.setattr(compaction, "ROOM", 1 << 60)
        with pytest.raises(StoreTrouble) as told:
            compaction.compact(database)
        assert told.value.code is ErrorCode.DISK_FULL
        assert int(str(told.value.facts["needed"])) > int(str(told.value.facts["free"]))
        assert not (tmp_path / compaction.TARGET).exists()


def test_it_can_be_stopped(tmp_path: Path) -> None:
    with store(tmp_path, KEY) as database:
        fill(database)
        before = (tmp_path / "store.db").stat().st_size
        with pytest.raises(Cancelled):
            compaction.compact(database, cancelled=lambda: True)
        assert (tmp_path / "store.db").stat().st_size == before
        assert not (tmp_path / compaction.TARGET).exists()


@pytest.mark.parametrize("where", ["copying", "before-rename", "after-rename"])
def test_killed_in_the_middle(tmp_path: Path, where: str) -> None:
    with store(tmp_path, KEY) as database:
        fill(database)
        kept = total(database)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.storage_child", str(tmp_path), where],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == where
    process.send_signal(signal.SIGKILL)
    process.wait(60)
    process.stdout.close()
    assert (tmp_path / compaction.TARGET).exists() is (where != "after-rename")
    with store(tmp_path, KEY) as database:
        compaction.clear_leftover(database.path)
        assert not (tmp_path / compaction.TARGET).exists()
        assert total(database) == kept
        assert is_sound(database)


def test_the_index_is_put_together_in_small_steps(tmp_path: Path) -> None:
    with store(tmp_path, KEY) as database:
        account = plant_account(database)
        folder = plant_folder(database, account)
        for number in range(40):  # a commit each: a segment each, merged by eight
            database.write(lambda tx, at=number: plant_message(tx, folder, at))
        with database.read() as reader:
            assert storage.segments(reader, "message_fts") > compaction.MANY_SEGMENTS
            assert compaction.wants_merge(reader)
        steps = 1
        while database.write(compaction.merge_step):
            steps += 1
            assert steps < 100
        with database.read() as reader:
            assert storage.segments(reader, "message_fts") == 1
            assert not compaction.wants_merge(reader)
            found = search.find(reader, '"conseil"', "", search.Filters(), 100)
        assert len(found) == 40
        database.write(lambda tx: tx.run("UPDATE folder SET complete = 0"))
        for number in range(40, 80):
            database.write(lambda tx, at=number: plant_message(tx, folder, at))
        with database.read() as reader:  # not while mail is still being listed
            assert not compaction.wants_merge(reader)


def test_the_file_is_put_in_order_once_the_index_is_and_again_when_the_mail_has_doubled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_worth_it() -> bool:
        with database.read() as reader:
            return compaction.is_worth_it(reader)

    def plant(numbers: range) -> None:
        for number in numbers:
            database.write(lambda tx, at=number: plant_message(tx, folder, at))

    def merge() -> None:
        while database.write(compaction.merge_step):
            pass

    with store(tmp_path, KEY) as database:
        folder = plant_folder(database, plant_account(database))
        plant(range(3))
        assert not is_worth_it()
        merge()
        assert not is_worth_it()  # too small to be felt
        monkeypatch.setattr(compaction, "LEAST_ORDERED", 0)
        assert is_worth_it()
        compaction.compact(database)
        assert not is_worth_it()
        plant(range(3, 6))
        merge()
        assert not is_worth_it()
        plant(range(6, 7))
        merge()
        assert is_worth_it()
