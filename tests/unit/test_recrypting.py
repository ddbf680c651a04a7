"""Pages into a file under another key: the same rows, brought up to date, whole or refused."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from mel_desktop.model.errors import Cancelled, ErrorCode, StoreTrouble
from mel_desktop.store import connections
from mel_desktop.store.database import Database, Reader, Transaction
from mel_desktop.store.pages import EMPTY, NONCE, PAGE, USABLE, PageCipher, PageFile
from mel_desktop.store.recrypting import BATCH, Recrypting
from tests.support.store import plant_account, plant_folder, plant_message, store

OLD = bytes(range(32))
NEW = bytes(range(32, 64))
MESSAGES = 40


def fill(database: Database) -> None:
    folder = plant_folder(database, plant_account(database))

    def plant(tx: Transaction) -> None:
        for number in range(MESSAGES):
            plant_message(tx, folder, number + 1, subject=f"Conseil {number}")
        for number in range(200):
            tx.run("INSERT INTO meta VALUES (?, ?)", f"b{number}", os.urandom(4_000).hex())

    database.write(plant)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A closed store of more than one mebibyte: nothing lies beside it."""
    with store(tmp_path, OLD) as database:
        fill(database)
    assert (tmp_path / "store.db").stat().st_size > 2 * BATCH * PAGE
    return tmp_path / "store.db"


def go_over(source: Path, target: Path, *, is_last: bool = True) -> int:
    with closing(Recrypting(source, target, OLD, NEW)) as copy:
        return copy.go_over(is_last=is_last)


def change(source: Path, sql: str) -> None:
    with store(source.parent, OLD) as database:
        database.write(lambda tx: tx.run(sql))


def test_sqlite_opens_the_copy_and_every_page_is_sound(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    count = source.stat().st_size // PAGE
    assert go_over(source, target) == count
    assert target.stat().st_size == source.stat().st_size
    assert source.read_bytes()[18:20] == b"\2\2", "the source has a write-ahead file"
    assert target.read_bytes()[18:20] == b"\1\1"
    with PageFile(target, NEW) as pages, PageFile(source, OLD) as old:
        assert [number for number, bad in pages.damaged() if bad] == []
        for number in range(2, count + 1):
            assert pages.read(number) == old.read(number)
    connection = connections.connect(target, NEW, writer=False)
    reader = Reader(connection)
    assert reader.value("PRAGMA integrity_check") == "ok"
    assert reader.value("SELECT count(*) FROM message") == MESSAGES
    assert not target.with_name("copy.db-wal").exists()
    connection.close(True)
    with pytest.raises(StoreTrouble):
        connections.connect(target, OLD, writer=False)
    again = Database(target, NEW)  # and it may be written to as ever
    plant_account(again, email="a@b.fr", login="a")
    again.close()
    assert target.read_bytes()[18:20] == b"\2\2"
    with PageFile(target, NEW) as pages:
        assert not any(bad for _, bad in pages.damaged())


def test_only_what_changed_is_written_again(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    count = source.stat().st_size // PAGE
    go_over(source, target, is_last=False)
    first = target.read_bytes()
    assert go_over(source, target) == 0
    assert target.read_bytes() == first
    change(source, "UPDATE meta SET value = 'anew' WHERE name = 'b7'")
    before, after = first, source.stat().st_size
    written = go_over(source, target)
    assert 0 < written < count // 4
    now = target.read_bytes()
    assert len(now) == after
    differ = sum(now[at : at + PAGE] != before[at : at + PAGE] for at in range(0, after, PAGE))
    assert differ == written
    # what somebody did to the copy meanwhile, a torn page and a lost end among it
    spoilt = bytearray(now)
    spoilt[3 * PAGE + 100] ^= 1
    spoilt[9 * PAGE : 10 * PAGE] = now[8 * PAGE : 9 * PAGE]
    spoilt[20 * PAGE : 20 * PAGE + 4096] = bytes(4096)
    target.write_bytes(spoilt[: -2 * PAGE - 77])
    assert go_over(source, target) == 6
    assert target.read_bytes() == now, "derived, not drawn: the same copy"


def test_within_one_run_what_was_seen_is_not_looked_at_again(source: Path, tmp_path: Path) -> None:
    with closing(Recrypting(source, tmp_path / "copy.db", OLD, NEW)) as copy:
        count = copy.go_over()
        assert copy.go_over() == 0
        change(source, "DELETE FROM meta WHERE name BETWEEN 'b1' AND 'b2'")
        assert 0 < copy.go_over(is_last=True) < count
    connection = connections.connect(tmp_path / "copy.db", NEW, writer=False)
    assert Reader(connection).value("PRAGMA integrity_check") == "ok"
    assert Reader(connection).value("SELECT count(*) FROM meta WHERE name LIKE 'b1%'") == 0
    connection.close(True)


def test_a_damaged_page_waits_and_is_refused_at_last(source: Path, tmp_path: Path) -> None:
    sound = source.read_bytes()
    octets = bytearray(sound)
    octets[5 * PAGE + 17] ^= 1
    source.write_bytes(octets)
    target = tmp_path / "copy.db"
    with closing(Recrypting(source, target, OLD, NEW)) as copy:
        assert copy.go_over() == len(sound) // PAGE - 1
        with pytest.raises(StoreTrouble) as caught:
            copy.go_over(is_last=True)
        assert caught.value.code is ErrorCode.DAMAGED
        assert caught.value.facts["page"] == 6
        source.write_bytes(sound)  # it was only being written
        assert copy.go_over(is_last=True) == 1
        with pytest.raises(Cancelled):
            copy.go_over(cancelled=lambda: True)


def test_pages_that_were_never_used_stay_empty(source: Path, tmp_path: Path) -> None:
    with source.open("ab") as file:
        file.write(EMPTY * 3 + b"an end that is no page")
    target = tmp_path / "copy.db"
    target.write_bytes(os.urandom(source.stat().st_size + 5 * PAGE))  # of something longer
    go_over(source, target)
    content = target.read_bytes()
    assert content.endswith(EMPTY * 3)
    assert len(content) == source.stat().st_size // PAGE * PAGE
    with PageFile(target, NEW) as pages:
        assert not any(bad for _, bad in pages.damaged())


def test_a_nonce_depends_on_every_octet_and_on_the_number(source: Path, tmp_path: Path) -> None:
    page = source.read_bytes()[:PAGE]
    with (
        closing(Recrypting(source, tmp_path / "a", OLD, NEW)) as copy,
        closing(Recrypting(source, tmp_path / "b", OLD, OLD)) as other,
    ):
        seen = {copy._nonce(2, page), copy._nonce(3, page), other._nonce(2, page)}
        for place in (0, 24, 4000, USABLE - 1, USABLE, PAGE - 1):
            changed = bytearray(page)
            changed[place] ^= 1
            seen.add(copy._nonce(2, bytes(changed)))
        assert len(seen) == 9
        assert copy._nonce(2, page) in seen


def test_a_counter_that_runs_over_does_it_as_sqlite_does(source: Path, tmp_path: Path) -> None:
    """The counter of a page is random, and 32 bits wide: some page of a large file runs over."""
    target = tmp_path / "copy.db"
    old, new = PageCipher(OLD), PageCipher(NEW)
    content = source.read_bytes()
    with target.open("wb") as file:
        for number in range(1, len(content) // PAGE + 1):
            plain = old.opened(number, content[(number - 1) * PAGE : number * PAGE])
            assert plain is not None
            over = (2**32 - 1 - number % 130) ^ number
            nonce = os.urandom(NONCE - 4) + over.to_bytes(4, "little")
            page = new.closed(number, plain, nonce)
            assert new.opened(number, page) == plain
            file.write(page)
    connection = apsw.Connection(str(target))
    connections.give_key(connection, NEW)
    assert Reader(connection).value("PRAGMA integrity_check") == "ok"
    assert Reader(connection).value("SELECT count(*) FROM message") == MESSAGES
    connection.close()
    old.close()
    new.close()
