"""Copies under another key, and another file put in the place of an open one."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from mel_desktop.model.errors import Cancelled, ErrorCode, StoreTrouble
from mel_desktop.store.copying import copy_database
from mel_desktop.store.database import Database, Transaction
from tests.support.store import open_store, plant_account, plant_folder, plant_message, store

KEY = bytes(range(32))
NEW = bytes(range(32, 64))


def fill(database: Database, many: int = 30) -> None:
    folder = plant_folder(database, plant_account(database))

    def plant(tx: Transaction) -> None:
        for number in range(many):
            plant_message(tx, folder, number + 1, subject=f"Conseil de classe {number}")

    database.write(plant)


def messages(database: Database) -> int:
    with database.read() as reader:
        return int(str(reader.value("SELECT count(*) FROM message")))


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "sauvegarde n° 1 100 % ?a=b#c"
    folder.mkdir()
    return folder / "copie é.db"


def test_a_copy_opens_with_its_own_key_only(tmp_path: Path, target: Path) -> None:
    told: list[tuple[int, int]] = []
    with store(tmp_path, KEY) as database:
        fill(database)
        copy_database(database, target, NEW, progress=lambda *figures: told.append(figures))
        assert messages(database) == 30
    assert told
    assert told[-1][0] == told[-1][1] > 0
    assert [one.name for one in target.parent.iterdir()] == [target.name]
    if os.name == "posix":
        assert target.stat().st_mode & 0o777 == 0o600
    assert b"SQLite format 3" not in target.read_bytes()
    with pytest.raises(StoreTrouble) as caught:
        Database(target, KEY)
    assert caught.value.code is ErrorCode.WRONG_PASSPHRASE
    copy = Database(target, NEW)
    assert messages(copy) == 30
    with copy.read() as reader:
        assert reader.value("PRAGMA integrity_check") == "ok"
        found = reader.all("SELECT rowid FROM message_fts WHERE message_fts MATCH 'conseil'")
        assert len(found) == 30
    copy.close()


def test_a_copy_never_overwrites(tmp_path: Path, target: Path) -> None:
    target.write_bytes(b"something else")
    with store(tmp_path, KEY) as database, pytest.raises(StoreTrouble):
        copy_database(database, target, NEW)
    assert target.read_bytes() == b"something else"


def test_a_copy_that_is_cancelled_or_fails_leaves_nothing(
    tmp_path: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mel_desktop.store.copying.STEPS", 10)

    def trouble(done: int, total: int) -> None:
        raise ValueError("a window's fault")

    with store(tmp_path, KEY) as database:
        fill(database)
        with pytest.raises(Cancelled):
            copy_database(database, target, NEW, cancelled=lambda: True)
        assert not list(target.parent.iterdir())
        with pytest.raises(ValueError, match="fault"):
            copy_database(database, target, NEW, progress=trouble)
        assert not list(target.parent.iterdir())
        with pytest.raises(StoreTrouble) as caught:
            copy_database(database, tmp_path / "none" / "copy.db", NEW)
        assert caught.value.code is ErrorCode.NOT_WRITABLE
        copy_database(database, target, NEW)


def test_a_damaged_page_does_not_get_into_a_copy(tmp_path: Path, target: Path) -> None:
    with store(tmp_path, KEY) as database:
        fill(database)
    path = tmp_path / "store.db"
    with store(tmp_path, KEY) as database:
        octets = bytearray(path.read_bytes())
        for place in range(len(octets) // 2, len(octets), 8192):  # some pages are free ones
            octets[place] ^= 1
        path.write_bytes(octets)
        with pytest.raises(StoreTrouble) as caught:
            copy_database(database, target, NEW)
    assert caught.value.code is ErrorCode.DAMAGED
    assert not target.exists()


def exchange_for_copy(database: Database, fresh: Path) -> None:
    database.exchange(
        lambda path: os.replace(fresh, path),
        NEW,
        before=lambda: copy_database(database, fresh, NEW),
    )


def test_an_exchange_under_a_new_key_loses_no_write(tmp_path: Path) -> None:
    """Writers and readers go on all the while, and wait only as long as nothing is open."""
    fresh = tmp_path / "store.db.rekey"
    database = open_store(tmp_path, KEY)
    fill(database, 5)
    stop = threading.Event()
    acknowledged: list[str] = []
    trouble: list[BaseException] = []

    def note(name: str) -> None:
        database.write(lambda tx: tx.run("INSERT INTO meta VALUES (?, '')", name))
        acknowledged.append(name)

    def write(who: str) -> None:
        try:
            number = 0
            while not stop.is_set():
                note(f"{who} {number}")
                number += 1
        except BaseException as error:  # noqa: BLE001 told by the assertion
            trouble.append(error)

    def read() -> None:
        try:
            while not stop.is_set():
                with database.read() as reader, database.read() as again:
                    assert reader.value("SELECT count(*) FROM message") == 5
                    assert again.value("SELECT count(*) FROM folder") == 1
        except BaseException as error:  # noqa: BLE001 told by the assertion
            trouble.append(error)

    threads = [threading.Thread(target=write, args=(f"w{one}",), daemon=True) for one in range(2)]
    threads += [threading.Thread(target=read, daemon=True) for _ in range(2)]
    for one in threads:
        one.start()
    exchange_for_copy(database, fresh)
    note("afterwards")
    stop.set()
    for one in threads:
        one.join(30)
    database.close()
    assert not trouble
    with store(tmp_path, NEW) as again, again.read() as reader:
        kept = {row[0] for row in reader.all("SELECT name FROM meta")}
        assert set(acknowledged) <= kept


def test_an_exchange_that_fails_leaves_the_old_file_open(tmp_path: Path) -> None:
    def fail(path: Path) -> None:
        raise StoreTrouble(ErrorCode.NOT_WRITABLE)

    with store(tmp_path, KEY) as database:
        fill(database, 3)
        with pytest.raises(StoreTrouble):
            database.exchange(fail, NEW)
        fill_more = plant_account(database, email="a@b.fr", login="a")
        assert fill_more
        assert messages(database) == 3


def test_an_exchange_for_rubbish_closes_the_database(tmp_path: Path) -> None:
    database = open_store(tmp_path, KEY)

    def spoil(path: Path) -> None:
        path.write_bytes(os.urandom(8192 * 4))

    with pytest.raises(StoreTrouble):
        database.exchange(spoil, NEW)
    with pytest.raises(StoreTrouble) as caught:
        messages(database)
    assert caught.value.code is ErrorCode.VAULT_LOCKED
    with pytest.raises(StoreTrouble):
        plant_account(database)
    database.close()


def test_an_exchange_waits_for_nobody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program has the file open, or a reader stays inside: refused, nothing is changed."""
    monkeypatch.setattr("mel_desktop.store.database.EXCHANGE_WAIT_MS", 50)
    monkeypatch.setattr("mel_desktop.store.database.LEAVE_S", 0.2)
    ran: list[Path] = []
    with store(tmp_path, KEY) as database:
        fill(database, 2)
        with store(tmp_path, KEY) as other:
            assert messages(other) == 2
            with pytest.raises(StoreTrouble) as caught:
                database.exchange(ran.append)
            assert caught.value.code is ErrorCode.PROFILE_BUSY
            assert messages(other) == 2
        inside, leave = threading.Event(), threading.Event()

        def stay() -> None:
            with database.read():
                inside.set()
                leave.wait(30)

        reader = threading.Thread(target=stay, daemon=True)
        reader.start()
        assert inside.wait(60)
        with pytest.raises(StoreTrouble) as caught:
            database.exchange(ran.append)
        assert caught.value.code is ErrorCode.PROFILE_BUSY
        leave.set()
        reader.join(30)
        with database.read(), pytest.raises(RuntimeError):
            database.exchange(ran.append)
        assert not ran
        database.exchange(ran.append)
        assert ran == [tmp_path / "store.db"]
        assert messages(database) == 2
