"""Batches of an import on their way to the writer: one at a time, bounded, all or none of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path

import pytest

from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.model.people import DirectoryEntry, EntryKind, Item, Photo
from mel_desktop.services import directory_imports
from mel_desktop.services.directory import Directory
from mel_desktop.store.database import Database
from tests.support.clock import JumpingClock
from tests.support.store import store

PICTURE = b"\xff\xd8\xff" + bytes(997)


class Book:
    """Items as a reader has them; ``read``: how many were asked for."""

    format_name = "csv"
    attribution = ""
    is_delta = False

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items
        self.read = 0

    def __iter__(self) -> Iterator[Item]:
        for item in self._items:
            self.read += 1
            yield item


def people(count: int, name: str = "Ada Lot") -> list[Item]:
    return [DirectoryEntry(f"{one}", EntryKind.PERSON, f"{name} {one}") for one in range(count)]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with store(tmp_path) as opened:
        yield opened


@pytest.fixture
def directory(database: Database) -> Directory:
    return Directory(database, None, JumpingClock(), lambda: True)  # type: ignore[arg-type]


@pytest.fixture
def queued(database: Database, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many writes still waited or ran, each time that another was queued."""
    found: list[int] = []
    given: list[Future[object]] = []
    real = database.write_later

    def write_later(work: object, *, durable: bool = False) -> Future[object]:
        found.append(sum(not one.done() for one in given))
        given.append(real(work, durable=durable))  # type: ignore[arg-type]
        return given[-1]

    monkeypatch.setattr(database, "write_later", write_later)
    return found


def test_never_more_than_one_batch_is_on_its_way(
    directory: Directory, queued: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory_imports, "BATCH", 10)
    report = directory.import_reader(Book(people(200)), name="b", url="")
    assert report.persons == 200
    assert len(queued) >= 20
    assert not any(queued)


def test_pictures_end_a_batch_by_their_octets(
    directory: Directory, queued: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory_imports, "MOST_OCTETS", 3_000)
    directory.import_reader(Book(people(12)), name="b", url="")
    plain = len(queued)
    queued.clear()
    pictures: list[Item] = [Photo(f"{one}", PICTURE) for one in range(12)]
    directory.import_reader(Book([*people(12), *pictures]), name="p", url="")
    assert len(queued) == plain + 3  # the first of four takes the entries with it


def test_a_batch_that_fails_ends_the_import_and_the_old_copy_stays(
    directory: Directory, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory.import_reader(Book(people(30)), name="b", url="")
    monkeypatch.setattr(directory_imports, "BATCH", 10)
    real = directory_imports._PUT[DirectoryEntry]
    calls: list[int] = []

    def put(*given: object) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise StoreTrouble(ErrorCode.DISK_FULL)
        real(*given)

    monkeypatch.setitem(directory_imports._PUT, DirectoryEntry, put)
    book = Book(people(500, "Eva Neu"))
    with pytest.raises(StoreTrouble) as raised:
        directory.import_reader(book, name="b", url="")
    assert raised.value.code is ErrorCode.DISK_FULL
    assert book.read == 30  # the third was made ready, and not queued
    assert directory.search("neu").total == 0
    assert directory.search("lot").total == 30
    with database.read() as reader:
        assert reader.value("SELECT count(*) FROM entry") == 30
