"""Text of attachments on a real store and in a real child process: read once, found, listed."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from mel_desktop.logic.mime import parse_structure
from mel_desktop.model.documents import ExtractedState
from mel_desktop.model.errors import Cancelled
from mel_desktop.model.mail import FolderId, MessageId, Part
from mel_desktop.services.attachment_texts import AttachmentTexts
from mel_desktop.services.search import SearchService
from mel_desktop.store import (
    attachmenttexts,
    blobs,
    parts,
    reading,
    reindexing,
    retention,
    search,
)
from mel_desktop.store.database import Database, Transaction
from mel_desktop.system.extraction import ProcessExtractor
from tests.support import documents
from tests.support.clock import JumpingClock
from tests.support.store import START, plant_account, plant_folder, plant_message, store

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with store(tmp_path) as opened:
        yield opened


@pytest.fixture
def inbox(database: Database) -> FolderId:
    return plant_folder(database, plant_account(database))


@pytest.fixture
def service(database: Database) -> Iterator[AttachmentTexts]:
    extractor = ProcessExtractor()
    clock = JumpingClock()
    yield AttachmentTexts(database, extractor, clock, SearchService(database, clock).read)
    extractor.close()


def attach(
    tx: Transaction, message: MessageId, name: str, data: bytes | None, media_type: str
) -> int | None:
    number = str(len(parts.of_messages(tx, [message]).get(message, ())) + 1)
    parts.insert(
        tx,
        message,
        [Part(number, media_type, "", "base64", "attachment", name, "", 100, local=False)],
    )
    tx.run("UPDATE message SET has_attachments = 1 WHERE id = ?", message)
    if data is None:
        return None
    blob = blobs.store_bytes(tx, data, START)
    tx.run("UPDATE part SET blob_id = ? WHERE message_id = ? AND number = ?", blob, message, number)
    return blob


def plant(database: Database, inbox: FolderId) -> tuple[MessageId, ...]:
    """Three messages: a Word file, the same file again with a PDF, one still on the server."""
    same = documents.docx("Compte rendu du conseil", "Les félicitations du jury")

    def work(tx: Transaction) -> tuple[MessageId, ...]:
        ids = tuple(
            plant_message(tx, inbox, number, subject=f"Envoi {number}", text="Voir le fichier.")
            for number in range(3)
        )
        attach(tx, ids[0], "compte-rendu.docx", same, WORD)
        attach(tx, ids[1], "copie.docx", same, WORD)
        attach(tx, ids[1], "menu.pdf", documents.pdf("Cantine : blanquette"), "application/pdf")
        attach(tx, ids[2], "photos.zip", None, "application/zip")
        attach(tx, ids[2], "logo.png", b"\x89PNG", "image/png")
        search.index_again(tx, reindexing.indexed(tx, ids))
        return ids

    return database.write(work)


def never() -> bool:
    return False


def test_what_is_written_in_a_file_is_found_with_its_message(
    database: Database, inbox: FolderId, service: AttachmentTexts
) -> None:
    first, second, _ = plant(database, inbox)
    finder = SearchService(database, JumpingClock())
    assert finder.search("blanquette").hits == ()
    assert service.unread() == 3
    with database.read() as reader:
        assert len(attachmenttexts.waiting(reader, 100)) == 3
    assert service.read_all(never) == 3  # the file that came twice is read once
    assert service.unread() == 0
    assert [hit.id for hit in finder.search("blanquette").hits] == [second]
    assert [hit.id for hit in finder.search("félicitations jury").hits] == [second, first]
    # words of the message and of its file together
    assert [hit.id for hit in finder.search("envoi blanquette").hits] == [second]
    with database.read() as reader:
        assert reader.value("SELECT count(*) FROM attachment_text WHERE state = 'done'") == 2
        assert reindexing.indexed(reader, [second])[0][5].startswith("copie.docx menu.pdf Compte")


def test_the_list_tells_which_file_holds_the_words(
    database: Database, inbox: FolderId, service: AttachmentTexts
) -> None:
    first, second, third = plant(database, inbox)
    before = service.list()
    assert [(row.message, row.filename, row.local) for row in before.rows] == [
        (third, "photos.zip", False),
        (third, "logo.png", True),
        (second, "copie.docx", True),
        (second, "menu.pdf", True),
        (first, "compte-rendu.docx", True),
    ]
    assert before.unread == 3
    assert before.rows[2].size == len(
        documents.docx("Compte rendu du conseil", "Les félicitations du jury")
    )
    service.read_all(never)
    (found,) = service.list("blanquette").rows
    assert (found.message, found.part, found.filename) == (second, "2", "menu.pdf")
    assert "blanquette" in found.snippet
    assert found.text is ExtractedState.DONE
    assert [row.filename for row in service.list("felicitation*").rows] == [
        "copie.docx",
        "compte-rendu.docx",
    ]
    assert [row.filename for row in service.list("compte rendu -copie").rows] == [
        "compte-rendu.docx"
    ]
    assert [row.filename for row in service.list("photos").rows] == ["photos.zip"]
    assert service.list("envoi").rows == ()  # a word of the message alone
    assert [row.filename for row in service.list(limit=1, offset=2).rows] == ["copie.docx"]


def test_files_of_a_message_that_is_here_as_received_are_found_too(
    database: Database, inbox: FolderId, service: AttachmentTexts
) -> None:
    octets = base64.encodebytes(documents.pdf("Cantine : blanquette"))
    raw = (
        b"Subject: Envoi\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nVoir le fichier\r\n"
        b"--b\r\nContent-Type: image/png; name=logo.png\r\n\r\nPNG\r\n"
        b"--b\r\nContent-Type: application/pdf; name=menu.pdf\r\n"
        b"Content-Disposition: attachment; filename=menu.pdf\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + octets + b"--b--\r\n"
    )

    def work(tx: Transaction) -> MessageId:
        message = plant_message(tx, inbox, subject="Envoi", text="Voir le fichier")
        reading.put_structure(tx, message, parse_structure(raw))
        reading.put_whole_blob(tx, message, blobs.store_bytes(tx, raw, START), len(raw))
        search.index_again(tx, reindexing.indexed(tx, [message]))
        return message

    message = database.write(work)
    assert service.unread() == 1
    assert service.read_all(never) == 1
    assert service.unread() == 0
    (hit,) = SearchService(database, JumpingClock()).search("blanquette").hits
    assert (hit.id, hit.attachment) == (message, "menu.pdf")
    rows = {row.filename: row for row in service.list().rows}
    assert rows["menu.pdf"].local
    assert rows["menu.pdf"].text is ExtractedState.DONE
    assert [row.filename for row in service.list("blanquette").rows] == ["menu.pdf"]
    assert SearchService(database, JumpingClock()).search("boundary").hits == ()


def test_what_leaves_this_pc_leaves_the_index_too(
    database: Database, inbox: FolderId, service: AttachmentTexts
) -> None:
    _, second, _ = plant(database, inbox)
    service.read_all(never)
    finder = SearchService(database, JumpingClock())
    leaving = retention.Leaving(int(second), texts=False, files=True)
    database.write(lambda tx: retention.let_go(tx, [leaving], START, by_hand=True))
    assert finder.search("blanquette").hits == ()
    assert [hit.id for hit in finder.search("menu").hits] == [second]  # its name stays
    assert [hit.id for hit in finder.search("fichier envoi").hits][1] == second


def test_what_cannot_be_read_is_tried_once(
    database: Database, inbox: FolderId, service: AttachmentTexts
) -> None:
    def work(tx: Transaction) -> None:
        message = plant_message(tx, inbox)
        attach(tx, message, "casse.pdf", b"%PDF-1.4 rien", "application/pdf")
        attach(tx, message, "vide.txt", b"", "text/plain")

    database.write(work)
    assert service.read_all(never) == 2
    assert service.read_all(never) == 0
    assert {row.filename: row.text for row in service.list().rows} == {
        "casse.pdf": ExtractedState.FAILED,
        "vide.txt": ExtractedState.NOTHING,
    }


def test_a_better_extractor_tries_again_what_failed_only(
    database: Database, inbox: FolderId, service: AttachmentTexts, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(database, inbox)
    service.read_all(never)
    monkeypatch.setattr(attachmenttexts, "EXTRACTOR", attachmenttexts.EXTRACTOR + 1)
    assert service.unread() == 1  # the picture


def test_too_large_a_file_is_said_to_be_so(
    database: Database, inbox: FolderId, service: AttachmentTexts, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(database, inbox)
    monkeypatch.setattr("mel_desktop.services.attachment_texts.MOST_OCTETS", 100)
    service.read_all(never)
    states = {row.filename: row.text for row in service.list().rows}
    assert states["menu.pdf"] is ExtractedState.TOO_LARGE


def test_a_damaged_content_fails_alone(
    database: Database, inbox: FolderId, service: AttachmentTexts
) -> None:
    plant(database, inbox)
    database.write(lambda tx: tx.run("UPDATE chunk SET z = x'00' WHERE blob_id = 2"))
    assert service.read_all(never) == 3
    states = {row.filename: row.text for row in service.list().rows}
    assert states["menu.pdf"] is ExtractedState.FAILED
    assert states["copie.docx"] is ExtractedState.DONE


def test_it_stops_when_told_and_goes_on_later(
    database: Database, inbox: FolderId, service: AttachmentTexts
) -> None:
    plant(database, inbox)
    asked = iter((False, True))
    with pytest.raises(Cancelled):
        service.read_all(lambda: next(asked))
    told: list[tuple[int, int]] = []
    assert service.read_all(never, lambda done, total: told.append((done, total))) == 2
    assert told == [(1, 2), (2, 2)]


def test_the_text_goes_with_the_content(
    database: Database, inbox: FolderId, service: AttachmentTexts
) -> None:
    plant(database, inbox)
    service.read_all(never)

    def drop(tx: Transaction) -> int:
        tx.run("UPDATE part SET blob_id = NULL")
        return blobs.drop_unused(tx)

    assert database.write(drop) == 3
    with database.read() as reader:
        assert reader.value("SELECT count(*) FROM attachment_text") == 0
