"""Texts and whole messages stored many at once are what they are one by one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mel_desktop.logic.mime import Readable
from mel_desktop.model.changes import Changes
from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.model.mail import BodyState, MessageId
from mel_desktop.store import blobs, reading
from mel_desktop.store.database import Database, Transaction
from tests.support.store import START, plant_account, plant_folder, plant_message, store


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with store(tmp_path) as opened:
        yield opened


def plant(database: Database, count: int) -> list[MessageId]:
    folder = plant_folder(database, plant_account(database))
    return database.write(
        lambda tx: [plant_message(tx, folder, number, text=None) for number in range(count)]
    )


def text(words: str) -> Readable:
    return Readable(words, f"<p>{words}</p>", words[:20], words)


def hits(database: Database, word: str) -> list[object]:
    with database.read() as reader:
        return [
            row[0]
            for row in reader.all("SELECT rowid FROM message_fts WHERE message_fts MATCH ?", word)
        ]


def test_texts_are_stored_found_and_counted(database: Database) -> None:
    ids = plant(database, 3)
    bodies = [reading.Body(id_, text(f"zinzolin{n}"), b"X: 1\r\n") for n, id_ in enumerate(ids)]
    database.write(lambda tx: reading.put_bodies(tx, bodies, START))
    for number, id_ in enumerate(ids):
        assert hits(database, f"zinzolin{number}") == [id_]
        with database.read() as reader:
            found = reading.message(reader, id_)
            assert found is not None
            assert (found.text, found.header) == (f"zinzolin{number}", b"X: 1\r\n")
            assert found.body is BodyState.LOCAL
            assert reader.value("SELECT local_bodies FROM folder") == 3
    assert len(hits(database, "conseil")) == 3  # the subject once, not twice


def test_a_fuller_text_stays_and_one_of_a_message_that_is_gone_is_passed_over(
    database: Database,
) -> None:
    full, part = plant(database, 2)
    database.write(lambda tx: reading.put_bodies(tx, [reading.Body(full, text("entier"))], START))
    changes: list[Changes] = []
    database.listen(changes.append)
    late = [
        reading.Body(full, text("coupe"), complete=False),
        reading.Body(part, text("debut"), complete=False),
        reading.Body(part + 1000, text("personne")),
    ]
    database.write(lambda tx: reading.put_bodies(tx, late, START))
    assert hits(database, "entier") == [full]
    assert hits(database, "coupe OR personne") == []
    assert hits(database, "debut") == [part]
    assert [one.messages for one in changes] == [{part}]


def test_whole_messages_come_back_octet_by_octet_and_twins_are_kept_once(
    database: Database,
) -> None:
    ids = plant(database, 4)
    big = os.urandom(blobs.CHUNK * 2 + 17)
    raws = [b"", b"A: 1\r\n\r\n" * 40_000, big, big]
    wholes = [(id_, blobs.pack(raw)) for id_, raw in zip(ids, raws, strict=True)]
    wholes.append((MessageId(ids[-1] + 1000), blobs.pack(b"gone")))
    database.write(lambda tx: reading.put_wholes(tx, wholes, START))
    kept = set()
    with database.read() as reader:
        for id_, raw in zip(ids, raws, strict=True):
            found = reading.part(reader, id_, reading.WHOLE)
            assert found is not None
            assert found.blob is not None
            assert found.complete
            assert b"".join(blobs.read(reader, found.blob)) == raw
            kept.add(found.blob)
        assert len(kept) == 3
        assert reader.value("SELECT count(*) FROM blob") == 3


def test_a_whole_message_replaces_what_a_cut_transfer_left(database: Database) -> None:
    (id_,) = plant(database, 1)

    def begin(tx: Transaction) -> None:
        reading.note_whole(tx, id_)
        blob = reading.begin_part(tx, id_, reading.WHOLE, START)
        reading.append_part(tx, id_, reading.WHOLE, blob, b"debut", 5)

    database.write(begin)
    database.write(lambda tx: reading.put_wholes(tx, [(id_, blobs.pack(b"debut et fin"))], START))
    with database.read() as reader:
        found = reading.part(reader, id_, reading.WHOLE)
        assert found is not None
        assert found.complete
        assert b"".join(blobs.read(reader, found.blob or 0)) == b"debut et fin"


def test_one_hash_of_two_sizes_is_damage(database: Database) -> None:
    (id_,) = plant(database, 1)
    packed = blobs.pack(b"texte")
    database.write(lambda tx: reading.put_wholes(tx, [(id_, packed)], START))
    wrong = blobs.Packed(packed.sha256, 6, packed.chunks)
    with pytest.raises(StoreTrouble) as caught:
        database.write(lambda tx: blobs.store_packed(tx, wrong, START))
    assert caught.value.code is ErrorCode.DAMAGED
