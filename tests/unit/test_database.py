"""The encrypted database under bad conditions: wrong keys, kills, full disks, damaged files."""

from __future__ import annotations

import errno
import logging
import os
import random
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO

import apsw
import pytest

from mel_desktop.model.changes import Area, Changes
from mel_desktop.model.errors import ErrorCode, MelError, StoreTrouble
from mel_desktop.store import blobs, connections, integrity
from mel_desktop.store import database as database_module
from mel_desktop.store.connections import migrations
from mel_desktop.store.database import Database, Transaction
from tests.support.store import START, open_store, plant_account, plant_folder, plant_message, store

KEY = bytes(range(32))
NOBODY = 65534


def code_of(action: Callable[[], object]) -> ErrorCode:
    with pytest.raises(MelError) as caught:
        action()
    return caught.value.code


def fill(database: Database, messages: int = 60) -> None:
    folder = plant_folder(database, plant_account(database))

    def work(tx: Transaction) -> None:
        for number in range(messages):
            plant_message(tx, folder, number, text=f"Texte {number} " * 40)
        blobs.store_bytes(tx, bytes(range(256)) * 2000, START)

    database.write(work)


def contents(database: Database) -> dict[str, list[object]]:
    """Everything that can be read, per table."""
    with database.fresh() as reader:
        names = [
            str(row[0]) for row in reader.all("SELECT name FROM sqlite_schema WHERE type='table'")
        ]
    found: dict[str, list[object]] = {}
    for name in names:
        if name not in (
            "message_fts",
            "draft_fts",
            "entry_fts",
            "message_word",
            "entry_word",
        ):  # contentless
            with database.fresh() as reader:
                found[name] = list(reader.all(f'SELECT * FROM "{name}" ORDER BY 1'))
    return found


def note(tx: Transaction, number: int) -> None:
    tx.run(
        "INSERT INTO correspondent (address, last_at) VALUES (?, ?)", f"{number:08d}@x.invalid", "t"
    )


def notes(database: Database) -> int:
    with database.read() as reader:
        return int(str(reader.value("SELECT count(*) FROM correspondent")))


# -- opening -----------------------------------------------------------------------------------


def test_wrong_key_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    with store(tmp_path, KEY) as database:
        fill(database)
    before = (tmp_path / "store.db").read_bytes()
    assert code_of(lambda: open_store(tmp_path, bytes(32))) is ErrorCode.WRONG_PASSPHRASE
    assert (tmp_path / "store.db").read_bytes() == before
    with store(tmp_path, KEY) as database:
        assert integrity.damages(database) == ()


def test_a_key_of_another_length_is_a_fault_of_ours(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="32"):
        Database(tmp_path / "store.db", b"short")


def test_the_schema_of_a_newer_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    newest = migrations()[-1][0]
    with store(tmp_path, KEY) as database:
        plant_account(database)
        database.write(lambda tx: tx.run(f"PRAGMA user_version={newest + 1}"))
    with pytest.raises(StoreTrouble) as caught:
        open_store(tmp_path, KEY)
    assert caught.value.code is ErrorCode.STORE_TOO_NEW
    assert dict(caught.value.facts) == {"found": newest + 1, "known": newest}
    connection = keyed(tmp_path / "store.db")
    assert next(connection.execute("PRAGMA user_version"))[0] == newest + 1
    connection.close()


def keyed(path: Path) -> apsw.Connection:
    connection = apsw.Connection(str(path))
    connection.execute("PRAGMA cipher='chacha20'")
    connection.execute(f"PRAGMA key='raw:{KEY.hex()}'")
    return connection


def test_a_migration_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = migrations()
    bad = (*first, (first[-1][0] + 1, "CREATE TABLE half (a INTEGER) STRICT; SELECT nonsense();"))
    with store(tmp_path, KEY) as database:
        plant_account(database)
    monkeypatch.setattr(connections, "migrations", lambda: bad)
    with pytest.raises(apsw.SQLError):
        open_store(tmp_path, KEY)
    monkeypatch.undo()
    with store(tmp_path, KEY) as database, database.read() as reader:
        assert reader.value("SELECT count(*) FROM account") == 1
        assert reader.value("SELECT count(*) FROM sqlite_schema WHERE name = 'half'") == 0


def test_a_closed_database_refuses(tmp_path: Path) -> None:
    database = open_store(tmp_path)
    database.close()
    database.close()
    assert code_of(lambda: database.write(lambda tx: None)) is ErrorCode.VAULT_LOCKED
    assert code_of(lambda: notes(database)) is ErrorCode.VAULT_LOCKED
    left = sorted(one.name for one in tmp_path.iterdir())
    assert left == ["store.db", "store.lock"]  # no WAL stays behind


# -- writing and reading --------------------------------------------------------------------------


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    with store(tmp_path) as database:

        def work(tx: Transaction) -> None:
            note(tx, 1)
            raise RuntimeError("half way")

        with pytest.raises(RuntimeError, match="half way"):
            database.write(work)
        assert notes(database) == 0
        database.write(lambda tx: note(tx, 2))
        assert notes(database) == 1


def test_readers_cannot_write(tmp_path: Path) -> None:
    with store(tmp_path) as database:
        assert code_of(lambda: read_all(database, "DELETE FROM account")) is ErrorCode.NOT_WRITABLE


def read_all(database: Database, sql: str) -> None:
    with database.read() as reader:
        reader.all(sql)


def test_readers_see_whole_transactions_while_another_thread_writes(tmp_path: Path) -> None:
    with store(tmp_path) as database:
        stop = threading.Event()
        torn: list[object] = []
        looked = [0, 0, 0]

        def look(place: int) -> None:
            while not stop.is_set():
                with database.read() as reader:
                    first = reader.value("SELECT count(*) FROM correspondent")
                    second = reader.value("SELECT count(*) FROM meta")
                    again = reader.value("SELECT count(*) FROM correspondent")
                looked[place] += 1
                if not first == second == again:
                    torn.append((first, second, again))

        threads = [threading.Thread(target=look, args=(place,)) for place in range(3)]
        for thread in threads:
            thread.start()
        for number in range(150):

            def work(tx: Transaction, number: int = number) -> None:
                note(tx, number)
                tx.run("INSERT INTO meta (name, value) VALUES (?, '')", str(number))

            database.write(work, durable=number % 10 == 0)
        deadline = time.monotonic() + 20
        while min(looked) < 5 and time.monotonic() < deadline:
            stop.wait(0.01)
        stop.set()
        for thread in threads:
            thread.join(60)
        assert torn == []
        assert min(looked) >= 5
        assert notes(database) == 150


def test_a_nested_read_shares_the_snapshot(tmp_path: Path) -> None:
    with store(tmp_path) as database, database.read() as outer:
        assert outer.value("SELECT count(*) FROM correspondent") == 0
        database.write(lambda tx: note(tx, 1))
        with database.read() as inner:
            assert inner.value("SELECT count(*) FROM correspondent") == 0
        assert outer.value("SELECT count(*) FROM correspondent") == 0


def test_connections_of_threads_that_ended_are_closed(tmp_path: Path) -> None:
    with store(tmp_path) as database:
        for _ in range(10):
            thread = threading.Thread(target=notes, args=(database,))
            thread.start()
            thread.join(60)
        assert len(database._readers) <= 1


def test_a_listener_that_fails_does_not_stop_the_writer(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[Changes] = []

    def broken(changes: Changes) -> None:
        raise RuntimeError("a subject in an error text")

    with store(tmp_path) as database, caplog.at_level(logging.DEBUG):
        database.listen(broken)
        stop = database.listen(heard.append)
        database.write(lambda tx: tx.changed(Area.DRAFTS))
        database.write(lambda tx: note(tx, 1))  # changes nothing that a screen shows
        stop()
        database.write(lambda tx: tx.changed(Area.OUTBOX))
    assert [one.areas for one in heard] == [Area.DRAFTS]
    assert "a listener failed: RuntimeError" in caplog.text
    assert "subject" not in caplog.text


def test_a_write_inside_a_write_is_a_fault_not_a_deadlock(tmp_path: Path) -> None:
    with store(tmp_path) as database, pytest.raises(RuntimeError, match="inside a write"):
        database.write(lambda tx: database.write(lambda inner: None))


def test_writes_for_later_keep_their_order_and_each_has_its_own_answer(tmp_path: Path) -> None:
    with store(tmp_path) as database:
        gate = threading.Event()
        order: list[int] = []

        def work(tx: Transaction, number: int) -> int:
            order.append(number)
            note(tx, number)
            if number % 7 == 3:
                raise ValueError(number)
            return number

        first = database.write_later(lambda _: gate.wait(60))
        later = [database.write_later(partial(work, number=one)) for one in range(30)]
        assert not any(one.done() for one in later)
        gate.set()
        assert first.result(10)
        database.write(lambda tx: order.append(30))  # waits its turn like the others
        for number, one in enumerate(later):
            if number % 7 == 3:
                with pytest.raises(ValueError, match=str(number)):
                    one.result(10)
            else:
                assert one.result(10) == number
        assert order == list(range(31))
        assert notes(database) == 30 - 4  # those that failed left nothing


def test_what_waits_is_stored_together_and_seen_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "GROUP_S", 60.0)
    with store(tmp_path) as database:
        seen: list[int] = []

        def look(tx: Transaction, number: int) -> None:
            note(tx, number)
            seen.append(notes(database))  # as another thread would see it

        gate = threading.Event()
        database.write_later(lambda _: gate.wait(60), durable=True)
        later = [database.write_later(partial(look, number=one)) for one in range(5)]
        gate.set()
        for one in later:
            one.result(10)
        assert seen == [0] * 5
        assert notes(database) == 5


@pytest.mark.parametrize("durable", [False, True])
def test_a_write_that_may_not_begin_is_told_and_the_next_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, durable: bool
) -> None:
    """Another process holds the lock for longer than we wait."""
    monkeypatch.setattr(connections, "BUSY_MS", 50)
    with store(tmp_path, KEY) as database, store(tmp_path, KEY) as other:
        held, gate = threading.Event(), threading.Event()
        holding = other.write_later(lambda _: (held.set(), gate.wait(30)))
        assert held.wait(60)
        later = [database.write_later(partial(note, number=one), durable=durable) for one in (1, 2)]
        assert all(isinstance(one.exception(10), StoreTrouble) for one in later)
        gate.set()
        holding.result(10)
        assert database.write_later(partial(note, number=3)).result(10) is None
        assert notes(database) == 1


@pytest.mark.parametrize("statement", ["SAVEPOINT", "ROLLBACK TO", "RELEASE"])
def test_trouble_between_works_is_told_to_every_one_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    class Failing:
        """The writer's connection; the second time such a statement comes, the disk fails."""

        def __init__(self, connection: apsw.Connection) -> None:
            self._connection, self._left = connection, 2

        def execute(self, sql: str, *params: object) -> object:
            if sql.startswith(statement):
                self._left -= 1
                if not self._left:
                    raise apsw.IOError("disk I/O error")
            return self._connection.execute(sql, *params)  # type: ignore[arg-type]

        def __getattr__(self, name: str) -> object:
            return getattr(self._connection, name)

    def fail(tx: Transaction) -> None:
        raise ValueError(statement)

    with store(tmp_path) as database:
        writer = database._writer
        gate = threading.Event()
        database.write_later(lambda _: gate.wait(60), durable=True)
        works = [fail] * 3 if statement == "ROLLBACK TO" else [partial(note, number=1)] * 3
        monkeypatch.setattr(database, "_writer", Failing(writer))
        later = [database.write_later(one) for one in works]
        gate.set()
        assert all(one.exception(10) is not None for one in later[:2])
        later[2].exception(10)  # told too, one way or the other
        monkeypatch.setattr(database, "_writer", writer)
        assert database.write_later(partial(note, number=9)).result(10) is None


def test_a_disk_that_fills_up_takes_back_all_that_was_stored_together(tmp_path: Path) -> None:
    big = os.urandom(3_000_000)
    with store(tmp_path, KEY) as database:
        gate = threading.Event()
        size = max(one.stat().st_size for one in tmp_path.iterdir())
        with file_size_limit(size + 500_000):
            database.write_later(lambda _: gate.wait(60), durable=True)
            small = database.write_later(partial(note, number=1))
            full = database.write_later(lambda tx: blobs.store_bytes(tx, big, START))
            gate.set()
            assert isinstance(full.exception(10), StoreTrouble)
            told = small.exception(10) is None
            assert notes(database) == int(told), "acknowledged is what is there"
        assert database.write_later(partial(note, number=2)).result(10) is None
        assert notes(database) == int(told) + 1


def test_an_error_of_the_store_comes_with_the_answer(tmp_path: Path) -> None:
    with store(tmp_path) as database:
        one = database.write_later(lambda tx: tx.run("INSERT INTO folder (path) VALUES (?)", "x"))
        assert one.exception(10) is not None
        assert database.write_later(lambda tx: note(tx, 1)).result(10) is None


def test_closing_stores_what_waits_and_takes_no_more(tmp_path: Path) -> None:
    key = os.urandom(32)
    database = open_store(tmp_path, key)
    gate = threading.Event()
    database.write_later(lambda _: gate.wait(60))
    later = [database.write_later(partial(note, number=one)) for one in range(20)]
    closing = threading.Thread(target=database.close)
    closing.start()
    gate.set()
    closing.join(30)
    assert not closing.is_alive()
    assert all(one.done() and one.exception() is None for one in later)
    assert code_of(lambda: database.write_later(lambda tx: None)) is ErrorCode.VAULT_LOCKED
    with store(tmp_path, key) as again:
        assert notes(again) == 20


def test_closing_waits_for_a_read_under_way(tmp_path: Path) -> None:
    """The window may still be reading while the vault is locked: SQLite's connection is its own."""
    database = open_store(tmp_path)
    counts = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
    begun = threading.Event()
    read: list[object] = []

    def work() -> None:
        with database.read() as reader:
            reader.value("SELECT 1")
            begun.set()
            slow = f"{counts} SELECT count(*) FROM n"
            read.extend(reader.value(slow, 20_000) for _ in range(40))

    reading = threading.Thread(target=work)
    reading.start()
    assert begun.wait(30)
    database.close()
    assert read == [20_000] * 40, "not cut short"
    reading.join(30)
    assert code_of(lambda: notes(database)) is ErrorCode.VAULT_LOCKED


def test_a_read_of_its_own_does_not_hold_up_closing(tmp_path: Path) -> None:
    database = open_store(tmp_path)
    results: list[bool] = []
    with database.read():
        assert database._gate.left(0.0)
        other = threading.Thread(target=lambda: results.append(database._gate.left(0.05)))
        other.start()
        other.join(30)
        assert results == [False]
    database.close()


def test_a_write_that_is_called_off_is_not_done_and_harms_none(tmp_path: Path) -> None:
    with store(tmp_path) as database:
        gate = threading.Event()
        database.write_later(lambda _: gate.wait(60))
        off = database.write_later(lambda tx: note(tx, 1))
        kept = database.write_later(lambda tx: note(tx, 2), durable=True)
        assert off.cancel()
        gate.set()
        kept.result(10)
        assert notes(database) == 1


def test_the_wal_is_brought_back_when_idle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "IDLE_S", 0.05)
    with store(tmp_path) as database:
        database.write(lambda tx: note(tx, 1))
        wal = tmp_path / "store.db-wal"
        deadline = time.monotonic() + 20
        while wal.stat().st_size and time.monotonic() < deadline:
            threading.Event().wait(0.01)
        assert wal.stat().st_size == 0
        database.write(lambda tx: note(tx, 2))
        assert notes(database) == 2


# -- kills -----------------------------------------------------------------------------------------

WRITER = """
import sys
from pathlib import Path
from mel_desktop.store import blobs
from mel_desktop.store.database import Database
from tests.support.store import START

key, next_ = sys.stdin.readline().split()
database = Database(Path(sys.argv[1]) / "store.db", bytes.fromhex(key))
number = int(next_)
while True:
    def work(tx):
        tx.run("INSERT INTO correspondent (address, last_at) VALUES (?, '')", f"{number:08d}")
        tx.run("INSERT OR REPLACE INTO meta (name, value) VALUES ('last', ?)", str(number))
        blobs.store_bytes(tx, str(number).encode() * (number % 50 * 500), START)
        tx.run("INSERT INTO message_fts (rowid, body) VALUES (?, ?)", number + 1, f"mot{number}")
    database.write(work, durable=True)
    print(number, flush=True)
    number += 1
"""


KILLS = 8  # `dev.py faults store`: a thousand


def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    chance = random.Random(20261123)
    acknowledged = -1
    with_wal = 0
    for _ in range(KILLS):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as writer:
            assert writer.stdin is not None
            assert writer.stdout is not None
            writer.stdin.write(f"{KEY.hex()} {acknowledged + 1}\n")
            writer.stdin.flush()
            for _ in range(chance.randint(1, 12)):
                acknowledged = int(writer.stdout.readline())
            threading.Event().wait(chance.random() * 0.02)  # anywhere inside a transaction
            writer.send_signal(signal.SIGKILL)
            for line in writer.stdout:  # acknowledged before the kill, not read yet
                if line.endswith("\n"):
                    acknowledged = int(line)
        with_wal += (tmp_path / "store.db-wal").exists()
        with store(tmp_path, KEY) as database:
            with database.read() as reader:
                rows = int(str(reader.value("SELECT count(*) FROM correspondent")))
                last = int(str(reader.value("SELECT value FROM meta WHERE name = 'last'")))
                indexed = reader.value("SELECT count(*) FROM message_fts")
            assert rows == last + 1 == indexed
            assert last >= acknowledged
            assert integrity.damages(database) == ()
            acknowledged = last
    assert with_wal == KILLS  # the kills did hit open stores


# -- full disks ------------------------------------------------------------------------------------


@contextmanager
def file_size_limit(octets: int) -> Iterator[None]:
    """No file may grow beyond: a full disk for everybody, with or without root."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_that_takes_no_more(tmp_path: Path) -> None:
    database = open_store(tmp_path, KEY)
    for number in range(20):
        database.write(lambda tx, number=number: note(tx, number), durable=True)  # type: ignore[misc]
    size = max(one.stat().st_size for one in tmp_path.iterdir())
    big = os.urandom(3_000_000)
    with file_size_limit(size + 500_000):
        for durable in (True, False):
            assert (
                code_of(
                    lambda durable=durable: database.write(  # type: ignore[misc]
                        lambda tx: blobs.store_bytes(tx, big, START), durable=durable
                    )
                )
                is ErrorCode.DISK_FULL
            )
        assert notes(database) == 20
        database.write(lambda tx: note(tx, 100), durable=True)  # small things still fit
    assert notes(database) == 21
    blob = database.write(lambda tx: blobs.store_bytes(tx, big, START))
    with database.read() as reader:
        assert b"".join(blobs.read(reader, blob)) == big
    assert integrity.damages(database) == ()
    database.close()
    with store(tmp_path, KEY) as database:
        assert notes(database) == 21


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 24 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    if os.geteuid() != 0 or mount is None:
        pytest.skip(
            "mounting a small tmpfs needs root; the file size limit test runs for everybody"
        )
    done = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(disk)], capture_output=True, text=True
    )
    if done.returncode:
        pytest.skip(f"no tmpfs may be mounted here: {done.stderr.strip()}")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)  # lazily: a failed test holds it


def takes(file: IO[bytes], size: int) -> bool:
    try:
        file.write(bytes(size))
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return False
    return True


def stuff(disk: Path, name: str = "films.bin") -> Path:
    """Fill the disk to the last octet."""
    filler = disk / name
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            while takes(file, size):
                pass
    return filler


def test_a_full_disk_for_real(small_disk: Path) -> None:
    # With less than 64 MB free no reserve is made by itself: make it by hand.
    (small_disk / "store.reserve").write_bytes(bytes(4 << 20))
    database = open_store(small_disk, KEY)
    database.write(lambda tx: note(tx, 1), durable=True)
    filler = stuff(small_disk)
    data = os.urandom(1_000_000)

    def work(tx: Transaction) -> int:
        note(tx, 2)
        return blobs.store_bytes(tx, data, START)

    assert code_of(lambda: database.write(work)) is ErrorCode.DISK_FULL  # could be fetched again
    assert (small_disk / "store.reserve").exists()
    database.write(work, durable=True)  # a draft: it gets the reserve
    assert not (small_disk / "store.reserve").exists()
    assert notes(database) == 2
    second = stuff(small_disk, "more.bin")
    huge = os.urandom(8_000_000)
    assert (
        code_of(lambda: database.write(lambda tx: blobs.store_bytes(tx, huge, START), durable=True))
        is ErrorCode.DISK_FULL
    )
    assert notes(database) == 2
    filler.unlink()
    database.close()
    assert not (small_disk / "store.db-shm").exists()

    stuff(small_disk, "films.bin")
    database = open_store(small_disk, KEY)  # not even the -shm fits
    assert database._alone
    assert notes(database) == 2
    for durable in (True, False):
        assert (
            code_of(
                lambda durable=durable: database.write(  # type: ignore[misc]
                    lambda tx: blobs.store_bytes(tx, huge, START), durable=durable
                )
            )
            is ErrorCode.DISK_FULL
        )
    seen: list[int] = []
    threads = [threading.Thread(target=lambda: seen.append(notes(database))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert seen == [2, 2, 2, 2]
    assert integrity.damages(database) == ()
    filler.unlink()
    second.unlink()
    database.write(lambda tx: note(tx, 3), durable=True)
    database.close()
    with store(small_disk, KEY) as database:
        assert not database._alone
        assert notes(database) == 3
        assert integrity.damages(database) == ()


def test_the_reserve_is_made_where_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reserve = tmp_path / "store.reserve"
    with store(tmp_path) as database:
        usage = shutil.disk_usage(tmp_path)
        monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1 << 20))
        database.keep_reserve()
        assert not reserve.exists()
        monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1 << 30))
        database.keep_reserve()
        database.keep_reserve()
    assert reserve.stat().st_size == 4 << 20
    assert reserve.stat().st_blocks * 512 >= 4 << 20  # real room, not a hole
    assert stat.S_IMODE(reserve.stat().st_mode) == 0o600


@pytest.fixture
def as_nobody() -> Iterator[Path]:
    """A folder of this user, and no power to look past its mode."""
    folder = Path(tempfile.mkdtemp(prefix="mel-ro-"))
    root = os.geteuid() == 0
    if root:
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    try:
        yield folder
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o700)
        shutil.rmtree(folder)


def test_a_folder_or_file_that_may_not_be_written(as_nobody: Path) -> None:
    with store(as_nobody, KEY) as database:
        plant_account(database)
    as_nobody.chmod(0o500)
    assert code_of(lambda: open_store(as_nobody, KEY)) is ErrorCode.NOT_WRITABLE
    as_nobody.chmod(0o700)
    (as_nobody / "store.db").chmod(0o400)
    assert code_of(lambda: open_store(as_nobody, KEY)) is ErrorCode.NOT_WRITABLE
    (as_nobody / "store.db").unlink()
    as_nobody.chmod(0o500)
    assert code_of(lambda: open_store(as_nobody, KEY)) is ErrorCode.NOT_WRITABLE
    assert code_of(lambda: open_store(as_nobody / "nowhere", KEY)) is ErrorCode.NOT_WRITABLE


# -- damage ----------------------------------------------------------------------------------------


def test_a_flipped_octet_anywhere_is_noticed_and_never_gives_wrong_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(integrity, "RETRY_S", 0)  # nobody else writes here
    with store(tmp_path, KEY) as database:
        fill(database)
        with database.read() as reader:
            assert reader.value("PRAGMA freelist_count") == 0  # every page is alive
    path = tmp_path / "store.db"
    sound = path.read_bytes()
    with store(tmp_path, KEY) as database:
        expected = contents(database)
        assert integrity.damages(database) == ()
    assert sound == path.read_bytes()
    chance = random.Random(5)
    places = [0, 15, 16, 100, 8191, len(sound) - 1]
    places += [chance.randrange(len(sound)) for _ in range(20)]
    opened = 0
    for place in places:
        path.write_bytes(
            sound[:place] + bytes([sound[place] ^ (1 << chance.randrange(8))]) + sound[place + 1 :]
        )
        for rest in ("-wal", "-shm"):
            path.with_name(path.name + rest).unlink(missing_ok=True)
        database = open_if_sound(path)
        if database is None:
            continue
        opened += 1
        try:
            named = integrity.damages(database)
            assert named, f"octet {place} of page {place // 8192 + 1} was not noticed"
            assert all("Texte" not in name and "@" not in name for name in named)
            assert readable(database, expected)
        finally:
            database.close()
    assert opened > 10  # most pages are not needed to open


def open_if_sound(path: Path) -> Database | None:
    """None when opening already finds the damage; any other error fails the test."""
    try:
        return Database(path, KEY)
    except StoreTrouble as error:
        if error.code in (ErrorCode.DAMAGED, ErrorCode.WRONG_PASSPHRASE):  # page 1 proves the key
            return None
        raise


def readable(database: Database, expected: dict[str, list[object]]) -> bool:
    """Either everything as it was, or DAMAGED; never something else."""
    try:
        return contents(database) == expected
    except StoreTrouble as error:
        return error.code is ErrorCode.DAMAGED


def test_pages_exchanged_or_cut_off(tmp_path: Path) -> None:
    with store(tmp_path, KEY) as database:
        fill(database)
    path = tmp_path / "store.db"
    sound = path.read_bytes()
    pages = [sound[start : start + 8192] for start in range(0, len(sound), 8192)]
    pages[5], pages[9] = pages[9], pages[5]
    for damaged in (b"".join(pages), sound[:-8192], sound[: len(sound) // 2], sound[:-100]):
        path.write_bytes(damaged)
        database = open_if_sound(path)
        if database is not None:
            assert integrity.damages(database) != ()
            database.close()


def test_a_damaged_wal_gives_an_older_whole_state(tmp_path: Path) -> None:
    """Known (store.md 2): the tail of the WAL is dropped in silence, so it is kept short."""
    database = open_store(tmp_path, KEY)
    for number in range(30):
        database.write(lambda tx, number=number: note(tx, number))  # type: ignore[misc]
    for name in ("store.db", "store.db-wal"):
        shutil.copy(tmp_path / name, tmp_path / f"copy-{name.removeprefix('store.')}")
    database.close()
    wal = tmp_path / "copy-db-wal"
    content = bytearray(wal.read_bytes())
    content[len(content) * 9 // 10] ^= 1  # behind the frames of the schema
    wal.write_bytes(bytes(content))
    database = Database(tmp_path / "copy-db", KEY)
    assert 0 < notes(database) < 30
    assert integrity.damages(database) == ()
    database.close()


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (
            "UPDATE body SET text = x'00' WHERE message_id = (SELECT max(message_id) FROM body)",
            "text",
        ),
        ("UPDATE chunk SET z = (SELECT z FROM chunk ORDER BY seq DESC LIMIT 1)", "content 1"),
        ("DELETE FROM chunk", "content 1"),
        ("DELETE FROM message_fts_data WHERE id > 10", "message_fts"),
    ],
)
def test_check_finds_faults_that_authentication_cannot(
    tmp_path: Path, damage: str, named: str
) -> None:
    with store(tmp_path, KEY) as database:
        fill(database)
        database.write(lambda tx: tx.run(damage))
        found = integrity.damages(database)
        assert any(named in one for one in found), found
