"""Content in chunks."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from mel_desktop.model.errors import ErrorCode, LocalRefusal, StoreTrouble
from mel_desktop.store import blobs
from mel_desktop.store.database import Database, Transaction
from tests.support.store import START, plant_account, plant_folder, plant_message, store


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with store(tmp_path) as opened:
        yield opened


def content(database: Database, blob: int) -> bytes:
    with database.read() as reader:
        return b"".join(blobs.read(reader, blob))


def count(database: Database, table: str) -> int:
    with database.read() as reader:
        return int(str(reader.value(f"SELECT count(*) FROM {table}")))


@pytest.mark.parametrize("size", [0, 1, blobs.SMALL, blobs.CHUNK, blobs.CHUNK + 1, 1_000_003])
def test_what_goes_in_comes_out(database: Database, size: int) -> None:
    data = os.urandom(size)
    blob = database.write(lambda tx: blobs.store_bytes(tx, data, START))
    assert content(database, blob) == data
    with database.read() as reader:
        assert blobs.size(reader, blob) == size
        assert blobs.is_complete(reader, blob)
        assert all(len(chunk) <= blobs.CHUNK for chunk in blobs.read(reader, blob))


def test_appending_in_pieces_of_any_size(database: Database) -> None:
    pieces = [b"a" * 10, b"", b"b" * 70_000, b"c" * 300_000, b"d", b"e" * 65_536, b"f" * 5]

    def work(tx: Transaction) -> int:
        blob = blobs.new_blob(tx, START)
        for piece in pieces:
            blobs.append(tx, blob, piece)
        return blobs.finish(tx, blob, hashlib.sha256(b"".join(pieces)).digest())

    blob = database.write(work)
    assert content(database, blob) == b"".join(pieces)


def test_many_small_appends_do_not_make_many_chunks(database: Database) -> None:
    def work(tx: Transaction) -> int:
        blob = blobs.new_blob(tx, START)
        for _ in range(200):
            blobs.append(tx, blob, b"x" * 1000)
        return blob

    blob = database.write(work)
    assert content(database, blob) == b"x" * 200_000
    assert count(database, "chunk") <= 4


def test_a_download_resumes(database: Database) -> None:
    data = os.urandom(500_000)

    def begin(tx: Transaction) -> int:
        blob = blobs.new_blob(tx, START)
        blobs.append(tx, blob, data[:200_000])
        return blob

    blob = database.write(begin)
    with database.read() as reader:
        assert blobs.size(reader, blob) == 200_000
        assert not blobs.is_complete(reader, blob)
        assert blobs.digest(reader, blob) == hashlib.sha256(data[:200_000]).digest()
    database.write(lambda tx: blobs.append(tx, blob, data[200_000:]))
    database.write(lambda tx: blobs.finish(tx, blob, hashlib.sha256(data).digest()))
    assert content(database, blob) == data
    with pytest.raises(ValueError, match="never changes"):
        database.write(lambda tx: blobs.append(tx, blob, b"more"))


def test_the_same_content_is_kept_once_and_references_follow(database: Database) -> None:
    folder = plant_folder(database, plant_account(database))
    data = b"PDF" * 100_000
    first = database.write(lambda tx: blobs.store_bytes(tx, data, START))

    def second(tx: Transaction) -> tuple[int, int]:
        message = plant_message(tx, folder)
        blob = blobs.new_blob(tx, START)
        tx.run(
            """INSERT INTO part (message_id, number, position, media_type, blob_id)
               VALUES (?, '2', 1, 'application/pdf', ?)""",
            message,
            blob,
        )
        blobs.append(tx, blob, data)
        return blob, blobs.finish(tx, blob, hashlib.sha256(data).digest())

    made, kept = database.write(second)
    assert kept == first != made
    assert count(database, "blob") == 1
    with database.read() as reader:
        assert reader.value("SELECT blob_id FROM part") == first
    assert database.write(lambda tx: blobs.store_bytes(tx, data, START)) == first


def test_unused_content_is_dropped_and_work_in_progress_is_not(database: Database) -> None:
    folder = plant_folder(database, plant_account(database))

    def work(tx: Transaction) -> tuple[int, int, int]:
        used = blobs.store_bytes(tx, b"used", START)
        unused = blobs.store_bytes(tx, b"unused", START)
        growing = blobs.new_blob(tx, START)
        blobs.append(tx, growing, b"half of it")
        tx.run(
            """INSERT INTO part (message_id, number, position, media_type, blob_id)
               VALUES (?, '2', 1, 'application/pdf', ?)""",
            plant_message(tx, folder),
            used,
        )
        return used, unused, growing

    used, unused, growing = database.write(work)
    assert database.write(lambda tx: blobs.drop_unused(tx)) == 1
    assert content(database, used) == b"used"
    assert content(database, growing) == b"half of it"
    with pytest.raises(LocalRefusal) as caught:
        content(database, unused)
    assert caught.value.code is ErrorCode.NOT_FOUND
    later = START + timedelta(days=8)
    assert database.write(lambda tx: blobs.drop_unused(tx, before=later)) == 1
    assert count(database, "chunk") == 1


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE chunk SET z = x'00' WHERE seq = 1",
        "DELETE FROM chunk WHERE seq = 1",
        "UPDATE chunk SET z = (SELECT z FROM chunk WHERE seq = 2) WHERE seq = 1",
        "UPDATE blob SET size = size + 1",
    ],
)
def test_what_does_not_fit_together_is_damaged_never_wrong(database: Database, damage: str) -> None:
    data = bytes(range(256)) * 2500
    blob = database.write(lambda tx: blobs.store_bytes(tx, data, START))
    database.write(lambda tx: tx.run(damage))
    with pytest.raises(StoreTrouble) as caught:
        content(database, blob)
    assert caught.value.code is ErrorCode.DAMAGED


def test_what_is_not_there_is_not_found(database: Database) -> None:
    with pytest.raises(LocalRefusal):
        database.write(lambda tx: blobs.append(tx, 4711, b"x"))
    with pytest.raises(LocalRefusal):
        content(database, 4711)
