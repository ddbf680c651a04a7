"""Nothing of a profile can be read without the key: canaries in every column of every table.

New tables and columns are covered without touching this file: the schema itself is walked.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import os
import quopri
import signal
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest
import zstandard

from mel_desktop.store.database import Database, Reader, Transaction
from tests.support.store import open_store, store

KEY = bytes(range(100, 132))
CANARY = "CanariÉlève"
VIRTUAL = ("message_fts", "draft_fts", "entry_fts")


def canary(table: str, column: str) -> str:
    return f"{CANARY}.{table}.{column}"


def columns(reader: Reader) -> dict[str, list[tuple[str, str]]]:
    """(name, type) of the columns of every ordinary table."""
    names = reader.all(
        """SELECT name FROM pragma_table_list
            WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'"""
    )
    return {
        str(table): [
            (str(row[0]), str(row[1]))
            for row in reader.all("SELECT name, type FROM pragma_table_info(?)", table)
        ]
        for (table,) in names
    }


def plant(database: Database) -> int:
    """One row in each table, each text and each blob its own canary; how many."""
    planted = 0

    def work(tx: Transaction) -> None:
        nonlocal planted
        tx.run("PRAGMA defer_foreign_keys=ON")  # every reference is 1, every id is 1
        tx.run("PRAGMA ignore_check_constraints=ON")
        for table, its in columns(tx).items():
            values: list[int | str | bytes] = []
            for name, kind in its:
                planted += kind in ("TEXT", "BLOB")
                text = canary(table, name)
                number = 0 if name == "read_only" else 1  # a trigger keeps such an account as it is
                values.append({"TEXT": text, "BLOB": text.encode()}.get(kind, number))
            marks = ", ".join("?" * len(values))
            tx.run(f'INSERT OR REPLACE INTO "{table}" VALUES ({marks})', *values)
        for table in VIRTUAL:
            names = [str(row[0]) for row in tx.all("SELECT name FROM pragma_table_info(?)", table)]
            texts = [canary(table, name) for name in names]
            planted += len(texts)
            marks = ", ".join("?" * len(names))
            tx.run(f"INSERT INTO {table} (rowid, {', '.join(names)}) VALUES (9, {marks})", *texts)
        tx.run("PRAGMA ignore_check_constraints=OFF")

    database.write(work, durable=True)
    return planted


def forms(text: str) -> Iterator[bytes]:
    """How a text may lie in a file."""
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "latin-1"):
        raw = text.encode(encoding)
        yield raw
        yield binascii.hexlify(raw)
        yield binascii.hexlify(raw).upper()
        for shift in range(3):  # base64 at any alignment: without the ends that neighbours change
            packed = base64.b64encode(bytes(shift) + raw)
            yield packed[4 if shift else 0 : -4 if (shift + len(raw)) % 3 else None]
        yield quopri.encodestring(raw)
    raw = text.encode()
    yield raw.lower()  # the full-text index folds case
    yield zlib.compress(raw)
    yield zlib.compress(raw)[2:-4]
    yield zstandard.compress(raw)
    yield json.dumps(text).encode()[1:-1]


SEARCHED = tuple({form for text in (CANARY, "CanariEleve", "canarieleve") for form in forms(text)})
SCHEMA = (b"SQLite format 3", b"CREATE TABLE", b"sqlite_", b"draft_revision", b"message_fts")


def leaks(folder: Path) -> list[str]:
    found = []
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            content = file.read_bytes()
            found += [f"{file.name}: {form!r}" for form in (*SEARCHED, *SCHEMA) if form in content]
            if KEY in content or KEY.hex().encode() in content or base64.b64encode(KEY) in content:
                found.append(f"{file.name}: the key")
    return found


def test_the_search_for_canaries_does_find_them(tmp_path: Path) -> None:
    for number, form in enumerate(SEARCHED):
        path = tmp_path / f"leak{number}"
        path.write_bytes(b"\x00\x01" + form + b"\xff")
        assert leaks(tmp_path)
        path.unlink()


def test_nothing_is_readable_while_open_and_after_closing(tmp_path: Path) -> None:
    database = open_store(tmp_path, KEY)
    assert plant(database) > 100
    names = {"store.db", "store.db-wal", "store.db-shm", "store.lock"}
    assert {one.name for one in tmp_path.iterdir()} == names
    assert (tmp_path / "store.lock").stat().st_size == 0
    assert leaks(tmp_path) == []
    with database.read() as reader:  # they are there for who has the key
        assert reader.value("SELECT value FROM secret") == canary("secret", "value")
        assert reader.value("SELECT rowid FROM message_fts WHERE message_fts MATCH 'canarieleve'")
    database.close()
    assert leaks(tmp_path) == []


CHILD = """
import sys
from pathlib import Path
from tests.unit.test_store_at_rest import KEY, open_store, plant
database = open_store(Path(sys.argv[1]), KEY)
plant(database)
print("planted", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_nothing_is_readable_after_kill_9(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "planted\n"
        assert leaks(tmp_path) == []
        child.send_signal(signal.SIGKILL)
        child.wait(60)
    assert (tmp_path / "store.db-wal").stat().st_size > 0
    assert leaks(tmp_path) == []
    with store(tmp_path, KEY) as database, database.read() as reader:
        assert reader.value("SELECT value FROM secret") == canary("secret", "value")
    assert leaks(tmp_path) == []


NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
SORT = f"{NUMBERS} SELECT hex(randomblob(50)) || i AS a FROM n ORDER BY a"


def open_files() -> set[str]:
    """What this process has open; temporary files have no name any more ("(deleted)")."""
    found = set()
    for number in os.listdir("/proc/self/fd"):
        with contextlib.suppress(FileNotFoundError):
            found.add(os.readlink(f"/proc/self/fd/{number}"))
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="/proc/self/fd")
def test_sorting_more_than_the_cache_writes_no_temporary_file(tmp_path: Path) -> None:
    with store(tmp_path, KEY) as database:
        with database.read() as reader:
            reader.all("PRAGMA cache_size=-64")
            before = open_files()
            rows = reader.stream(SORT)
            next(rows)  # sorted by now, and the sorter still holds what it has
            assert open_files() == before
            assert len(list(rows)) == 99_999

        def work(tx: Transaction) -> None:
            tx.run("CREATE TEMP TABLE seen (a TEXT)")
            tx.run(f"INSERT INTO seen {NUMBERS} SELECT hex(randomblob(50)) FROM n")
            rows = tx.stream("SELECT DISTINCT a FROM seen ORDER BY a")
            next(rows)
            assert open_files() == before
            assert len(list(rows)) == 99_999
            tx.run("DROP TABLE seen")

        database.write(work)
    control = apsw.Connection(str(tmp_path / "control.db"))
    control.execute("PRAGMA temp_store=FILE")
    control.execute("PRAGMA cache_size=-64")
    before = open_files()
    rows = control.execute(SORT)
    next(rows)
    assert any(name.endswith("(deleted)") for name in open_files() - before)
    control.close(True)
