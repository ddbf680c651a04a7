"""All attachments: filtered and sorted by indexes that have the words of the code, page by page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.model.documents import AttachmentFilters, AttachmentOrder
from mel_desktop.model.mail import Address, FolderId, Part
from mel_desktop.model.previews import ENDINGS, FileKind, file_kind
from mel_desktop.store import attachmentlist, blobs, parts
from mel_desktop.store.database import Database, Reader, Transaction
from tests.support.store import START, plant_account, plant_folder, plant_message, store

FILES = (
    ("devoir.pdf", "application/pdf", 500),
    ("Notes.xlsx", "application/octet-stream", 90_000),
    ("photo.jpg", "image/jpeg", 300),
    ("cours.odp", "x/y", 100),
    ("archive.tar.gz", "x/y", 70),
    ("", "application/pdf", 50),
)


@pytest.fixture
def planted(tmp_path: Path) -> Iterator[tuple[Database, FolderId, FolderId]]:
    with store(tmp_path) as database:
        account = plant_account(database)
        inbox = plant_folder(database, account)
        other = plant_folder(database, account, "Autre", role=None)

        def work(tx: Transaction) -> None:
            for place, (name, media_type, size) in enumerate(FILES):
                who = (
                    Address("Anne Petit", "anne@x.fr") if place % 2 else Address("Léo", "leo@x.fr")
                )
                message = plant_message(
                    tx, other if place > 3 else inbox, place, sender=who, has_attachments=True
                )
                part = Part("2", media_type, "", "base64", "attachment", name, "", size)
                parts.insert(tx, message, [part])
                if place == 0:
                    blob = blobs.store_bytes(tx, b"abc", START)
                    tx.run("UPDATE part SET blob_id = ? WHERE message_id = ?", blob, message)

        database.write(work)
        yield database, inbox, other


def names(
    database: Database, order: str = "date", *, down: bool = True, **wanted: object
) -> list[str]:
    filters = AttachmentFilters(**wanted)  # type: ignore[arg-type]
    with database.read() as reader:
        found = attachmentlist.page(
            reader, filters, order=AttachmentOrder(order), descending=down, limit=100, offset=0
        )
        assert attachmentlist.count(reader, filters, 1000) == len(found)
        everyone = [int(str(row[0])) for row in found]
        assert attachmentlist.keys_of(reader, filters, everyone) == {
            (int(str(row[0])), str(row[2])) for row in found
        }
    return [str(row[3]) for row in found]


def test_each_filter_and_each_order(planted: tuple[Database, FolderId, FolderId]) -> None:
    database, inbox, other = planted
    everything = [name for name, *_ in reversed(FILES)]
    assert names(database) == everything
    assert names(database, down=False) == everything[::-1]
    assert names(database, kinds=frozenset({FileKind.PDF})) == ["", "devoir.pdf"]
    assert names(database, kinds=frozenset({FileKind.TABLE, FileKind.ARCHIVE})) == [
        "archive.tar.gz",
        "Notes.xlsx",
    ]
    assert names(database, sender="PETIT") == ["", "cours.odp", "Notes.xlsx"]
    assert names(database, addresses=("LEO@x.fr",)) == ["archive.tar.gz", "photo.jpg", "devoir.pdf"]
    assert names(database, folder=other) == ["", "archive.tar.gz"]
    assert names(database, folder=inbox, local=True) == ["devoir.pdf"]
    assert len(names(database, local=False)) == 5
    assert names(database, since=START + timedelta(hours=4)) == ["", "archive.tar.gz"]
    assert names(database, until=START + timedelta(hours=1)) == ["devoir.pdf"]
    assert names(database, least=1000) == ["Notes.xlsx"]
    by_name = ["", "archive.tar.gz", "cours.odp", "devoir.pdf", "Notes.xlsx", "photo.jpg"]
    assert names(database, "name", down=False) == by_name
    assert names(database, "size")[:2] == ["Notes.xlsx", "devoir.pdf"]
    assert names(database, "sender", down=False)[0] == ""


WANTED: tuple[dict[str, object], ...] = (
    {},
    {"local": True},
    {"local": False},
    {"least": 100},
    {"least": 100, "local": True},
    {"kinds": frozenset({FileKind.PDF})},
    {"kinds": frozenset({FileKind.PDF, FileKind.PICTURE}), "sender": "léo"},
    {"kinds": frozenset({FileKind.PDF}), "local": True, "since": START - timedelta(days=1)},
    {"addresses": ("anne@x.fr",), "least": 1},
    {"sender": "anne"},
)


@pytest.mark.parametrize("wanted", WANTED, ids=range(len(WANTED)))
def test_few_or_many_are_the_same(
    planted: tuple[Database, FolderId, FolderId],
    monkeypatch: pytest.MonkeyPatch,
    wanted: dict[str, object],
) -> None:
    """Where few are left they are sorted, else they are looked for in order."""
    database, *_ = planted
    ways = [(order.value, down) for order in AttachmentOrder for down in (True, False)]
    monkeypatch.setattr(attachmentlist, "FEW", 0)
    many = [names(database, order, down=down, **wanted) for order, down in ways]
    filters = AttachmentFilters(**wanted)  # type: ignore[arg-type]
    with database.read() as reader:
        counted = attachmentlist.count(reader, filters, 100)
    monkeypatch.setattr(attachmentlist, "FEW", 3000)
    assert [names(database, order, down=down, **wanted) for order, down in ways] == many
    with database.read() as reader:
        assert attachmentlist.count(reader, filters, 100) == counted == len(many[0])


def test_pages_join_without_gap(planted: tuple[Database, FolderId, FolderId]) -> None:
    database, *_ = planted
    for order in AttachmentOrder:
        with database.read() as reader:
            told = [
                row[0]
                for offset in range(0, 8, 2)
                for row in attachmentlist.page(
                    reader,
                    AttachmentFilters(),
                    order=order,
                    descending=True,
                    limit=2,
                    offset=offset,
                )
            ]
        assert len(told) == len(set(told)) == len(FILES)


def kind_in_sql(reader: Reader, name: str, media_type: str) -> str:
    return str(
        reader.value(
            f"SELECT {attachmentlist.KIND} FROM (SELECT ? AS filename, ? AS media_type)",
            name,
            media_type,
        )
    )


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    with store(tmp_path_factory.mktemp("kinds")) as database, database.read() as reader:
        yield reader


ENDS = sorted(end for words in ENDINGS.values() for end in words.split())


@given(
    stem=st.text(st.characters(codec="ascii", exclude_characters="\0"), max_size=8),
    end=st.sampled_from([*ENDS, "PDF", "xyz", ""]),
    media_type=st.sampled_from(["application/pdf", "image/png", "x/y", "text/plain", "audio/ogg"]),
)
def test_the_store_and_the_window_agree_on_kinds(
    reader: Reader, stem: str, end: str, media_type: str
) -> None:
    name = f"{stem}.{end}" if end else stem
    assert kind_in_sql(reader, name, media_type) == file_kind(media_type, name).value


def test_the_index_has_the_words_of_the_code() -> None:
    text = files("mel_desktop.store").joinpath("migrations", "0008_reading.sql").read_text("utf-8")
    assert attachmentlist.KIND in re.sub(r"\s+", " ", text)
    assert text.count(f"WHERE {attachmentlist.IS_FILE};") == 3
