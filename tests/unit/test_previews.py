"""What is shown of an attachment: its kind, bounds, and hostile files that are told, not opened."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.formats import zip_listing
from mel_desktop.logic import previewing
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import MessageId, Part
from mel_desktop.model.previews import (
    FileKind,
    Preview,
    PreviewKind,
    Trouble,
    file_kind,
    preview_kind,
)
from mel_desktop.services.previews import MOST_OCTETS, Previews, free_name
from mel_desktop.store import blobs, parts
from mel_desktop.store.database import Database, Transaction
from mel_desktop.system.extraction import ProcessExtractor
from tests.support import documents
from tests.support.store import START, plant_account, plant_folder, plant_message, store

MAIL = (
    b"From: Anne Petit <anne@ac-exemple.fr>\r\nTo: b@ac-exemple.fr\r\nSubject: =?utf-8?q?Conseil?="
    b"\r\nDate: Mon, 3 Nov 2025 10:00:00 +0100\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n'
    b"Bonjour\r\n--b\r\nContent-Type: application/pdf\r\n"
    b'Content-Disposition: attachment; filename="ordre.pdf"\r\n\r\nabc\r\n--b--\r\n'
)
BOMB = documents.zip_bomb(96)  # more than may be inflated
CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Anne Petit\r\nEMAIL:anne@ac-exemple.fr\r\nEND:VCARD\r\n"
EVENT = (
    b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Conseil de classe\r\n"
    b"DTSTART:20251103T170000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def picture(width: int, height: int) -> bytes:
    """A PNG that announces this size and holds one row."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1 + 3 * min(width, 100)) * min(height, 100)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("name", "media_type", "kind"),
    [
        ("devoir.PDF", "application/octet-stream", FileKind.PDF),
        ("", "application/pdf", FileKind.PDF),
        ("notes.xlsx", "application/octet-stream", FileKind.TABLE),
        ("cours.odp", "", FileKind.PRESENTATION),
        ("photo", "image/jpeg", FileKind.PICTURE),
        ("invite.ics", "application/octet-stream", FileKind.CALENDAR),
        ("a.tar.gz", "", FileKind.ARCHIVE),
        ("son.m4a", "", FileKind.SOUND),
        (".pdf", "", FileKind.OTHER),
        ("sans point", "x/y", FileKind.OTHER),
    ],
)
def test_a_file_is_called_what_its_name_says(name: str, media_type: str, kind: FileKind) -> None:
    assert file_kind(media_type, name) is kind


@pytest.mark.parametrize(
    ("name", "media_type", "kind"),
    [
        ("dessin.svg", "image/svg+xml", PreviewKind.TEXT),  # never drawn: it may script and include
        ("dessin.svg", "image/png", PreviewKind.TEXT),
        ("page.html", "text/html", PreviewKind.WORDS),
        ("a.exe", "application/octet-stream", PreviewKind.NONE),
        ("a.doc", "application/msword", PreviewKind.NONE),
        ("a.zip", "", PreviewKind.ARCHIVE),
        ("", "message/rfc822", PreviewKind.MAIL),
        ("liste.csv", "application/vnd.ms-excel", PreviewKind.TABLE),
    ],
)
def test_how_a_file_is_shown(name: str, media_type: str, kind: PreviewKind) -> None:
    assert preview_kind(media_type, name) is kind


@given(st.text(max_size=300), st.booleans())
def test_a_table_of_anything_is_bounded(text: str, tabs: bool) -> None:
    rows, more = previewing.table(text, tabs=tabs)
    assert len(rows) <= previewing.MOST_ROWS
    assert all(len(row) <= previewing.MOST_COLUMNS for row in rows)
    assert more >= 0


def test_a_table_has_its_delimiter_and_an_end() -> None:
    assert previewing.table("nom;note\nAnne;12,5\nLéo;14,0\n")[0][1] == ("Anne", "12,5")
    assert previewing.table("a,b\nc,d\n")[0] == (("a", "b"), ("c", "d"))
    rows, more = previewing.table("x;y\n" * 5000)
    assert (len(rows), more) == (previewing.MOST_ROWS, 5000 - previewing.MOST_ROWS)
    (row,), _ = previewing.table(";".join("abc" for _ in range(5000)))
    assert len(row) == previewing.MOST_COLUMNS


def test_a_text_is_cut_and_its_rest_told() -> None:
    shown, rest = previewing.shown_text("a" * (previewing.MOST_LETTERS + 7))
    assert rest == 7
    assert max(map(len, shown.split("\n"))) <= previewing.MOST_LINE
    assert previewing.shown_text("un\r\ndeux\x1b[31m")[0] == "un\ndeux\ufffd[31m"


def test_an_archive_tells_its_files_and_inflates_nothing() -> None:
    told, rest = zip_listing.listing(documents.archive({"a/b.txt": "abc", "é\u202egpj": b"x"}))
    assert [one[:2] for one in told] == [("a/b.txt", 3), ("é\ufffdgpj", 1)]
    assert rest == 0
    with pytest.raises(ValueError, match="ZIP"):
        zip_listing.listing(b"PK\x03\x04 nothing of an archive")
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 2**31, 0, 0)
    with pytest.raises(ValueError, match="ZIP"):
        zip_listing.listing(b"x" * 50 + end)
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as packed:
        for number in range(zip_listing.MOST_MEMBERS + 3):
            packed.writestr(str(number), b"")
    told, rest = zip_listing.listing(many.getvalue())
    assert (len(told), rest) == (zip_listing.MOST_MEMBERS, 3)


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    (tmp_path / "devoir.pdf").touch()
    (tmp_path / "devoir (2).pdf").symlink_to("nowhere")
    assert free_name(tmp_path, "devoir.pdf").name == "devoir (3).pdf"
    assert free_name(tmp_path, "autre").name == "autre"


# -- from the store --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def looker() -> Iterator[ProcessExtractor]:
    extractor = ProcessExtractor()
    yield extractor
    extractor.close()


class Box:
    """A message with one attachment after another."""

    def __init__(self, database: Database, message: MessageId, previews: Previews) -> None:
        self.database = database
        self.message = message
        self.previews = previews
        self._count = 0

    def plant(self, name: str, media_type: str, data: bytes | None) -> str:
        self._count += 1
        number = f"7.{self._count}"

        def work(tx: Transaction) -> None:
            part = Part(number, media_type, "", "base64", "attachment", name, "", 99)
            parts.insert(tx, self.message, [part])
            if data is not None:
                blob = blobs.store_bytes(tx, data, START)
                tx.run("UPDATE part SET blob_id = ? WHERE number = ?", blob, number)

        self.database.write(work)
        return number

    def look(self, name: str, media_type: str, data: bytes) -> Preview:
        return self.previews.preview(self.message, self.plant(name, media_type, data))


@pytest.fixture
def box(tmp_path: Path, looker: ProcessExtractor) -> Iterator[Box]:
    with store(tmp_path) as database:
        folder = plant_folder(database, plant_account(database))
        message = database.write(lambda tx: plant_message(tx, folder, has_attachments=True))
        yield Box(database, message, Previews(database, looker))


def test_a_calendar_file_is_shown_by_its_events(box: Box) -> None:
    one = EVENT.split(b"\r\n", 2)[2].removesuffix(b"END:VCALENDAR\r\n")
    later = one.replace(b"20251103", b"20260103").replace(b"Conseil", b"Autre conseil")
    many = b"BEGIN:VCALENDAR\r\n" + (later + one) * 120 + b"END:VCALENDAR\r\n"
    found = box.look("a.ics", "text/calendar", many)
    assert len(found.events) == 200
    assert found.rest == 40
    assert [one.title for one in found.events][::100] == [
        "Conseil de classe",
        "Autre conseil de classe",
    ]
    assert found.events[0].starts == datetime(2025, 11, 3, 17, tzinfo=UTC)
    broken = box.look("a.ics", "text/calendar", b"BEGIN:VCALENDAR\r\nrien\r\n")
    assert broken.events == ()
    assert "rien" in broken.text


def test_each_kind_is_shown(box: Box) -> None:
    assert box.look("a.txt", "text/plain", "Élève".encode("cp1252")).text == "Élève"
    assert box.look("a.csv", "text/csv", b"a;b\n1;2\n").rows == (("a", "b"), ("1", "2"))
    assert box.look("a.vcf", "text/vcard", CARD).cards[0].emails == ("anne@ac-exemple.fr",)
    assert "Conseil de classe" in box.look("a.ics", "text/calendar", EVENT).text
    assert box.look("a.docx", "x/y", documents.docx("Un", "Deux")).text.split() == ["Un", "Deux"]
    assert "fin" in box.look("a.odt", "x/y", documents.odt("Un")).text
    page = box.look("a.html", "text/html", b"<p>Bonjour</p><script>alert(1)</script>")
    assert page.text.strip() == "Bonjour"
    assert "<svg" in box.look("a.svg", "image/svg+xml", b"<svg onload='x()'/>").text
    assert box.look("a.png", "image/png", picture(2, 2)).octets
    listed = box.look("a.zip", "application/zip", documents.archive({"x/y.txt": "abc"}))
    assert [(one.name, one.size) for one in listed.members] == [("x/y.txt", 3)]
    mail = box.look("", "message/rfc822", MAIL).mail
    assert mail is not None
    assert (mail.subject, mail.text.strip()) == ("Conseil", "Bonjour")
    assert [one.filename for one in mail.files] == ["ordre.pdf"]
    assert mail.sent_at == datetime(2025, 11, 3, 9, tzinfo=UTC)


def test_pages_of_a_pdf_are_drawn_searched_and_marked(box: Box) -> None:
    number = box.plant("a.pdf", "application/pdf", documents.pdf("Bonjour la classe", "La fin"))
    assert box.previews.preview(box.message, number).kind is PreviewKind.PDF
    page = box.previews.page(box.message, number, 0, width=600, words="classe")
    assert page is not None
    assert (page.pages, page.text) == (2, "Bonjour la classe")
    assert len(page.pixels) == 4 * page.width * page.height
    assert abs(page.width - 600) <= 1
    ((left, top, width, height),) = page.marks
    assert 0 < left < left + width < 1
    assert 0 < top < top + height < 1
    assert min(page.pixels) < 128  # something is drawn in black
    assert box.previews.pages_with(box.message, number, "fin") == (1,)
    assert box.previews.pages_with(box.message, number, " ") == ()
    last = box.previews.page(box.message, number, 99, width=10_000)
    assert last is not None
    assert last.number == 1
    assert last.width * last.height <= 6_100_000


def test_hostile_files_are_told_and_the_next_one_is_read(box: Box) -> None:
    broken = box.plant("a.pdf", "application/pdf", b"%PDF-1.7\n" + b"\xff" * 500)
    assert box.previews.page(box.message, broken, 0, width=600) is None
    assert box.previews.pages_with(box.message, broken, "x") == ()
    laughs = box.look("a.docx", "x/y", documents.billion_laughs())
    assert laughs.trouble is Trouble.FAILED
    bomb = box.look("b.docx", "x/y", BOMB)
    assert bomb.trouble in (Trouble.FAILED, Trouble.EMPTY)
    listed = box.look("b.zip", "application/zip", BOMB)
    assert listed.members[0].size >= 96 << 20  # announced, not unpacked
    assert box.look("c.zip", "application/zip", b"PK junk").trouble is Trouble.FAILED
    assert box.look("d.exe", "x/y", b"MZ").trouble is Trouble.NO_PREVIEW
    assert box.look("e.txt", "text/plain", b"").trouble is Trouble.EMPTY
    large = box.plant("f.txt", "text/plain", b" " * (MOST_OCTETS + 1))
    assert box.previews.preview(box.message, large).trouble is Trouble.TOO_LARGE
    with pytest.raises(LocalRefusal) as caught:
        box.previews.octets(box.message, large)
    assert caught.value.code is ErrorCode.TOO_LARGE
    away = box.plant("g.txt", "text/plain", None)
    with pytest.raises(LocalRefusal) as caught:
        box.previews.preview(box.message, away)
    assert caught.value.code is ErrorCode.NOT_LOCAL
    assert "Un" in box.look("a.docx", "x/y", documents.docx("Un")).text


def test_several_are_saved_under_names_that_are_free(box: Box, tmp_path: Path) -> None:
    folder = tmp_path / "chosen"
    folder.mkdir()
    (folder / "devoir.txt").write_bytes(b"mine")
    files = [
        (box.message, box.plant("devoir.txt", "text/plain", b"one")),
        (box.message, box.plant("../../devoir.txt", "text/plain", b"two")),
        (box.message, box.plant("CON", "text/plain", b"three")),
    ]
    told: list[tuple[int, int]] = []
    saved = box.previews.save_all(files, folder, lambda done, of: told.append((done, of)))
    assert saved.names == ("devoir (2).txt", "devoir (3).txt", "_CON")
    assert saved.octets == 11
    assert told == [(0, 3), (1, 3), (2, 3)]
    assert (folder / "devoir.txt").read_bytes() == b"mine"
    assert (folder / "devoir (3).txt").read_bytes() == b"two"
