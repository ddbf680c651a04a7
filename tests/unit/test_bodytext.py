"""Texts of messages: packed with a dictionary that is kept, unpacked within bounds."""

from __future__ import annotations

import contextlib
import hashlib
import random
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.store import bodytext, integrity
from mel_desktop.store.database import Database, Value
from tests.support.store import plant_account, plant_folder, plant_message, store

# Whoever changes or removes one makes texts unreadable that were packed with it.
SHIPPED = {
    "1201119001.zdict": "e7558c2e1a36f398e9c345ae9cfaa73f2d9eea3d0400c19fb509db422eff166c",
}
TEXT = (
    "Bonjour à toutes et à tous,\n\nLe conseil de classe se tiendra mardi à 17 h en salle 12. "
    "Vous trouverez en pièce jointe l’ordre du jour.\n\nBien cordialement,"
).encode()


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with store(tmp_path_factory.mktemp("texts")) as made:
        made.write(lambda tx: bodytext.pack(tx, [b"x"]))
        yield made


def unpack(database: Database, packed: Value) -> bytes:
    with database.read() as reader:
        return bodytext.unpack(reader, packed)


def test_no_shipped_dictionary_ever_changes() -> None:
    folder = resources.files("mel_desktop.store") / bodytext.FOLDER
    found = {
        one.name: hashlib.sha256(one.read_bytes()).hexdigest()
        for one in folder.iterdir() if one.name.endswith(".zdict")
    }  # fmt: skip
    assert found == SHIPPED
    for name in found:
        octets = (folder / name).read_bytes()
        assert zstandard.ZstdCompressionDict(octets).dict_id() == int(name.removesuffix(".zdict"))


@given(st.lists(st.binary(max_size=3000), max_size=12))
@settings(deadline=None)
def test_everything_comes_back(database: Database, contents: list[bytes]) -> None:
    packed = database.write(lambda tx: bodytext.pack(tx, contents))
    assert [unpack(database, one) for one in packed] == contents
    with database.read() as reader:
        for one, content in zip(packed, contents, strict=True):
            assert bodytext.beginning(reader, one, 100) == content[:100]


def test_a_short_letter_shrinks_to_less_than_half_of_what_it_did(database: Database) -> None:
    (packed,) = database.write(lambda tx: bodytext.pack(tx, [TEXT]))
    assert zstandard.get_frame_parameters(packed).dict_id == bodytext.CURRENT
    assert len(packed) < len(zstandard.compress(TEXT)) / 2


def test_what_was_packed_without_a_dictionary_is_read(database: Database) -> None:
    assert unpack(database, zstandard.compress(TEXT)) == TEXT
    assert unpack(database, None) == b""


def test_the_store_keeps_the_dictionary_that_its_texts_need(tmp_path: Path) -> None:
    with store(tmp_path) as database:
        folder = plant_folder(database, plant_account(database))
        for number in range(2):
            database.write(
                lambda tx, number=number: plant_message(tx, folder, number, text="Bonjour")  # type: ignore[misc]
            )
        with database.read() as reader:
            kept = reader.all("SELECT id, octets FROM dictionary")
        assert kept == [(bodytext.CURRENT, bodytext.shipped(bodytext.CURRENT))]
        assert integrity.damages(database) == ()


def test_a_dictionary_of_a_newer_program_is_taken_from_the_store(tmp_path: Path) -> None:
    dice = random.Random(5)
    words = [bytes(dice.choices(b"abcdefgh", k=9)) for _ in range(80)]
    samples = [b" ".join(dice.choices(words, k=40)) for _ in range(400)]
    newer = zstandard.train_dictionary(4096, samples, dict_id=777_777)
    packed = zstandard.ZstdCompressor(dict_data=newer).compress(samples[0])
    with store(tmp_path) as database:
        with pytest.raises(StoreTrouble) as caught:
            unpack(database, packed)
        assert caught.value.code is ErrorCode.DAMAGED
        database.write(
            lambda tx: tx.run("INSERT INTO dictionary VALUES (777777, ?)", newer.as_bytes())
        )
        assert unpack(database, packed) == samples[0]


def test_no_frame_makes_more_than_a_text_may_have(database: Database) -> None:
    bomb = zstandard.compress(bytes(bodytext.MOST + 1))
    silent = zstandard.ZstdCompressor(write_content_size=False).compress(bytes(bodytext.MOST + 1))
    for frame in (bomb, silent):
        assert len(frame) < 10_000
        with pytest.raises(StoreTrouble) as caught:
            unpack(database, frame)
        assert caught.value.code is ErrorCode.DAMAGED
    with database.read() as reader:
        assert bodytext.beginning(reader, bomb, 1000) == bytes(1000)
        assert bodytext.beginning(reader, silent, 1000) == bytes(1000)


@given(st.binary(max_size=40), st.integers(0, 60))
@settings(deadline=None)
def test_no_octets_do_more_than_be_damaged(database: Database, octets: bytes, cut: int) -> None:
    (packed,) = database.write(lambda tx: bodytext.pack(tx, [TEXT]))
    for frame in (octets, packed[:cut], packed[:cut] + octets):
        with contextlib.suppress(StoreTrouble):
            assert len(unpack(database, frame)) <= bodytext.MOST
