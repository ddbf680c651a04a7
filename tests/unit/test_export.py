"""Mail to files: octet for octet where it is here whole, honest where it is not."""

from __future__ import annotations

import email
import email.policy
import io
import json
import mailbox as python_mailbox
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mel_desktop.formats.line_ends import to_crlf
from mel_desktop.model.errors import Cancelled, ErrorCode, LocalRefusal, StoreTrouble
from mel_desktop.model.mail import Flags, Marks
from mel_desktop.model.transfer import ExportKind
from mel_desktop.services.importing import IMPORTED
from mel_desktop.store import reading
from tests.support.store import START, plant_message
from tests.support.transfer_world import Desk, as_mbox, desk, letter

LETTERS = [letter(0), letter(1, attached=b"%PDF" + b"x" * 3000), letter(2, text="From moi\r\n")]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path / "profile") as made:
        (tmp_path / "a.mbox").write_bytes(as_mbox(LETTERS, head=b"Status: RO\n"))
        made.importing.run(tmp_path / "a.mbox", made.account)
        yield made


def test_eml_files_are_the_octets_that_came(home: Desk, tmp_path: Path) -> None:
    done = home.exporting.run(ExportKind.EML, tmp_path / "out")
    files = sorted((tmp_path / "out").rglob("*.eml"))
    assert [one.read_bytes() for one in files] == LETTERS
    assert (done.messages, done.rebuilt, done.incomplete) == (3, 0, ())
    assert done.octets == sum(map(len, LETTERS))
    assert {one.parent.relative_to(tmp_path / "out").as_posix() for one in files} == {
        f"{IMPORTED}/a"
    }
    home.exporting.run(ExportKind.EML, tmp_path / "out")  # the same names again
    assert len(list((tmp_path / "out").rglob("*"))) == 3 + 3


def test_a_mailbox_file_comes_back_the_same(home: Desk, tmp_path: Path) -> None:
    target = tmp_path / "out.mbox"
    row = home.rows(f"{IMPORTED}/a")[1]
    home.mailbox.flag([row.id], Flags(Marks.FLAGGED, frozenset({"classe"})), Flags())
    home.exporting.run(ExportKind.MBOX, target)
    with closing(python_mailbox.mbox(target, create=False)) as box:
        theirs = list(box)
        assert [one["Subject"] for one in theirs] == ["Sujet 0", "Sujet 1", "Sujet 2"]
        assert theirs[1].get_flags() == "ROF"
    with desk(tmp_path / "other") as other:
        other.importing.run(target, other.account)
        rows = other.rows(f"{IMPORTED}/out")
        assert [other.reading.raw(one.id) for one in rows] == LETTERS
        assert rows[1].flags == Flags(Marks.SEEN | Marks.FLAGGED, frozenset({"classe"}))


def test_a_file_that_is_there_is_not_replaced_unasked(home: Desk, tmp_path: Path) -> None:
    target = tmp_path / "precieux"
    target.write_bytes(b"x")
    for kind in (ExportKind.MBOX, ExportKind.ARCHIVE):
        with pytest.raises(LocalRefusal) as caught:
            home.exporting.run(kind, target)
        assert caught.value.facts["why"] == "file-exists"
        assert target.read_bytes() == b"x"
    home.exporting.run(ExportKind.MBOX, target, replace=True)
    assert target.read_bytes().startswith(b"From ")


def test_an_archive_tells_what_is_in_it(home: Desk, tmp_path: Path) -> None:
    home.exporting.run(ExportKind.ARCHIVE, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.testzip() is None
        lines = [json.loads(one) for one in archive.read("messages.jsonl").splitlines()]
        assert lines[0]["format"] == "mel-archive"
        assert [archive.read(one["file"]) for one in lines[1:]] == LETTERS
    assert lines[1]["folder"] == f"{IMPORTED}/a"
    assert lines[1]["flags"] == ["seen"]
    assert lines[1]["complete"]


def test_nothing_stays_behind_when_it_is_cancelled(home: Desk, tmp_path: Path) -> None:
    before = set(tmp_path.iterdir())
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 2

    for kind in (ExportKind.MBOX, ExportKind.ARCHIVE):
        asked.clear()
        with pytest.raises(Cancelled):
            home.exporting.run(kind, tmp_path / "x", cancelled=cancelled)
    assert set(tmp_path.iterdir()) == before


def test_a_disk_that_is_full_is_told(home: Desk) -> None:
    with pytest.raises(StoreTrouble) as caught:
        home.exporting.run(ExportKind.MBOX, Path("/dev/full/x"))
    assert caught.value.code is ErrorCode.NOT_WRITABLE


def test_only_the_folders_asked_for(home: Desk, tmp_path: Path) -> None:
    home.database.write(lambda tx: plant_message(tx, home.inbox))
    done = home.exporting.run(ExportKind.MBOX, tmp_path / "x", [home.inbox])
    assert done.messages == 1
    with pytest.raises(LocalRefusal):
        home.exporting.run(ExportKind.MBOX, tmp_path / "y", [home.inbox, 999])  # type: ignore[list-item]


# -- what is not here whole -----------------------------------------------------------------------


def exported(home: Desk, tmp_path: Path) -> tuple[email.message.EmailMessage, bytes]:
    home.exporting.run(ExportKind.EML, tmp_path / "out", [home.inbox])
    (file,) = (tmp_path / "out").rglob("*.eml")
    raw = file.read_bytes()
    made = email.message_from_binary_file(io.BytesIO(raw), policy=email.policy.default)
    assert isinstance(made, email.message.EmailMessage)
    assert not made.defects
    return made, raw


def test_text_alone_is_put_together_and_says_so(home: Desk, tmp_path: Path) -> None:
    home.database.write(lambda tx: plant_message(tx, home.inbox, subject="Réunion"))
    done = home.exporting.run(ExportKind.MBOX, tmp_path / "x", [home.inbox])
    assert (done.rebuilt, done.incomplete) == (1, ())
    made, raw = exported(home, tmp_path)
    assert made["X-Mel-Desktop-Rebuilt"] == "header, text, 0 files; not the original octets"
    assert made["X-Mel-Desktop-Missing"] is None
    assert "ordre du jour" in made.get_content()
    assert raw.count(b"\r\nSubject:") == 1


def test_missing_parts_are_listed_in_the_message_and_in_the_report(
    home: Desk, tmp_path: Path
) -> None:
    def plant(tx: object) -> int:
        message = plant_message(tx, home.inbox, has_attachments=True)  # type: ignore[arg-type]
        for number, name, type_ in (("1", "", "text/plain"), ("2", "note.pdf", "application/pdf"),
                                    ("3", "été.odt", "application/odt")):  # fmt: skip
            tx.run(  # type: ignore[attr-defined]
                """INSERT INTO part (message_id, number, position, media_type, filename,
                                     disposition, size)
                   VALUES (?, ?, ?, ?, ?, ?, 100)""",
                message, number, int(number), type_, name, "attachment" if name else "",
            )  # fmt: skip
        reading.put_part(tx, message, "2", b"%PDF-1.4", START)  # type: ignore[arg-type]
        return message

    message = home.database.write(plant)
    done = home.exporting.run(ExportKind.MBOX, tmp_path / "x", [home.inbox])
    assert [(one.message, one.folder, one.missing) for one in done.incomplete] == [
        (message, "INBOX", 1)
    ]
    made, _ = exported(home, tmp_path)
    (attached,) = made.iter_attachments()
    assert attached.get_filename() == "note.pdf"
    assert attached.get_content() == b"%PDF-1.4"
    assert made["X-Mel-Desktop-Missing"] == r"3 application/odt 100 \xe9t\xe9.odt"


def test_a_message_without_its_text_is_incomplete(home: Desk, tmp_path: Path) -> None:
    home.database.write(lambda tx: plant_message(tx, home.inbox, text=None, subject="Loin"))
    done = home.exporting.run(ExportKind.MBOX, tmp_path / "x", [home.inbox])
    assert len(done.incomplete) == 1
    made, _ = exported(home, tmp_path)
    assert made["Subject"] == "Loin"
    assert made["From"] == "Paul Durand <paul.durand@ac-exemple.fr>"
    assert made["X-Mel-Desktop-Missing"] == "text"
    assert made["X-Mel-Desktop-Rebuilt"].startswith("header fields, 0 files")


def test_addresses_that_no_header_can_hold(home: Desk, tmp_path: Path) -> None:
    def plant(tx: object) -> None:
        message = plant_message(tx, home.inbox, text=None)  # type: ignore[arg-type]
        tx.run(  # type: ignore[attr-defined]
            "UPDATE message SET from_address = 'pas une adresse', message_id = '' WHERE id = ?",
            message,
        )

    home.database.write(plant)
    made, raw = exported(home, tmp_path)
    assert made["From"] == "unknown@unknown.invalid"
    assert b"Message-ID" not in raw


def test_names_of_files_suit_every_system(home: Desk, tmp_path: Path) -> None:
    def plant(tx: object) -> None:
        plant_message(tx, home.inbox, subject='a/b\\c:d*e?"f<g>|h\x01' + "é" * 300)  # type: ignore[arg-type]

    home.database.write(plant)
    home.exporting.run(ExportKind.EML, tmp_path / "out", [home.inbox])
    (file,) = (tmp_path / "out").rglob("*.eml")
    assert not set(file.name) & set('/\\:*?"<>|\x01')
    assert len(file.name.encode()) < 200


def test_line_ends_of_a_mailbox_file_are_those_of_the_system(home: Desk, tmp_path: Path) -> None:
    home.exporting.run(ExportKind.MBOX, tmp_path / "x")
    data = (tmp_path / "x").read_bytes()
    assert b"\r" not in data
    assert b"\n>From moi\n" in data
    assert to_crlf(data).count(b"\r\nFrom ") == 2
