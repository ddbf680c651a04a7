"""Files of an attached message: listed, looked at, saved and passed on, never stored twice."""

from __future__ import annotations

from collections.abc import Iterator
from email.mime.application import MIMEApplication
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.parser import BytesParser
from pathlib import Path

import pytest

from mel_desktop.logic import attached_files
from mel_desktop.logic.attached_files import files_of, numbered
from mel_desktop.logic.whole import read_whole
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import MessageId, Part
from mel_desktop.services import previews
from mel_desktop.services.previews import Previews
from mel_desktop.store import transfers
from tests.support.store import store
from tests.support.winmail import winmail
from tests.unit.test_inner_files import FILES, NOTES, PDF, enveloped, listed, uu
from tests.unit.test_reading import PNG, Room


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with store(tmp_path) as database:
        yield Room(database)


def letter(subject: str, *files: tuple[str, bytes], attached: bytes = b"") -> bytes:
    made = MIMEMultipart()
    made["From"] = "Anne Petit <anne@ac-exemple.fr>"
    made["Subject"] = subject
    made.attach(MIMEText("Voici."))
    for name, octets in files:
        part = MIMEApplication(octets)
        part.add_header("Content-Disposition", "attachment", filename=name)
        made.attach(part)
    if attached:
        made.attach(MIMEMessage(BytesParser().parsebytes(attached)))
    return made.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


INMOST = letter("Relevés", ("notes.csv", NOTES), ("a.txt", b"Bonjour"))
INNER = letter("Sujets", ("sujet.pdf", PDF), attached=INMOST)
OUTER = letter("TR: Sujets", attached=INNER)


def received(room: Room, raw: bytes = OUTER) -> MessageId:
    """With its attachments fetched; the line is cut then."""
    message = room.deliver(raw)
    room.service.load(message)
    room.service.fetch(message, "2")
    room.offline = True
    return message


class NoLooker:
    def look(self, question: object, content: object) -> bytes | None:
        raise AssertionError

    def rest(self) -> None: ...

    def close(self) -> None: ...


def test_they_are_listed_looked_at_and_saved(room: Room, tmp_path: Path) -> None:
    message = received(room)
    looks = Previews(room.database, NoLooker())
    mail = looks.preview(message, "2").mail
    assert mail is not None
    assert mail.subject == "Sujets"
    assert [(one.number, one.filename, one.media_type, one.local) for one in mail.files] == [
        ("2!1", "sujet.pdf", "application/octet-stream", True),
        ("2!2", "message.eml", "message/rfc822", True),
    ]
    assert looks.octets(message, "2!1") == PDF
    deeper = looks.preview(message, "2!2").mail
    assert deeper is not None
    assert [one.number for one in deeper.files] == ["2!2!1", "2!2!2"]
    assert looks.preview(message, "2!2!2").text == "Bonjour"
    saved = looks.save_all([(message, "2!1"), (message, "2!2!1")], tmp_path)
    assert saved.names == ("sujet.pdf", "notes.csv")
    assert (tmp_path / "notes.csv").read_bytes() == NOTES


def test_they_go_to_other_programs_and_are_stored_by_no_name_of_their_own(
    room: Room, tmp_path: Path
) -> None:
    message = received(room)
    before = listed(room, message)
    room.service.fetch(message, "2!1")  # it costs nothing: it is here
    room.service.fetch(message, "2!2!1")
    assert room.service.save(message, "2!2!1", tmp_path / "a.csv") == len(NOTES)
    assert (tmp_path / "a.csv").read_bytes() == NOTES
    name, pieces = room.service.attachment(message, "2!1")
    assert (name, b"".join(pieces)) == ("sujet.pdf", PDF)
    assert listed(room, message) == before
    with room.database.read() as reader:
        assert [one.number for one in transfers.known_parts(reader, [message])[message]] == [
            "1", "2",
        ]  # fmt: skip


def test_one_is_fetched_with_the_message_that_it_lies_in(room: Room) -> None:
    message = room.deliver(OUTER)
    room.service.load(message)
    with pytest.raises(LocalRefusal) as refused:
        room.service.attachment(message, "2!1")
    assert refused.value.code is ErrorCode.NOT_LOCAL
    room.service.fetch(message, "2!1")
    room.offline = True
    assert b"".join(room.service.attachment(message, "2!1")[1]) == PDF


@pytest.mark.parametrize(
    "number", ["2!0", "2!3", "2!x", "2!1!1", "2!2!9", "9!1", "2!", "!1", "2!1!"]
)
def test_other_numbers_name_nothing(room: Room, number: str) -> None:
    message = received(room)
    for asked in (
        room.service.attachment,
        room.service.fetch,
        Previews(room.database, NoLooker()).octets,
    ):
        with pytest.raises(LocalRefusal) as refused:
            asked(message, number)
        assert refused.value.code is ErrorCode.NOT_FOUND


def test_messages_in_messages_come_to_an_end(room: Room) -> None:
    raw = letter("0", ("a.txt", b"fond"))
    for level in range(1, 15):
        raw = letter(str(level), attached=raw)
    message = received(room, raw)
    looks = Previews(room.database, NoLooker())
    number = "2"
    for _ in range(attached_files.DEPTH):
        mail = looks.preview(message, number).mail
        assert mail is not None
        number = mail.files[0].number
    with pytest.raises(LocalRefusal) as refused:
        looks.octets(message, f"{number}!1!1")
    assert refused.value.code is ErrorCode.TOO_LARGE
    assert number.count("!") == attached_files.DEPTH


def test_what_outlook_or_uuencode_wrapped_in_it_is_listed_too() -> None:
    container = Part("3", "message/rfc822", "", "", "", "", "", 0)
    found = files_of(container, enveloped(winmail(FILES), "Voici."))
    assert [(part.number, part.filename) for part, _ in found] == [
        ("3!1", "Relevé 3e B.pdf"), ("3!2", "notes.csv"),
    ]  # fmt: skip
    assert [octets for _, octets in found] == [PDF, NOTES]
    raw = letter("x").replace(b"Voici.", uu("plan.txt", b"Plan").replace("\n", "\r\n").encode())
    ((part, octets),) = files_of(container, raw)
    assert (part.number, part.filename, octets) == ("3!1", "plan.txt", b"Plan")
    for some in (raw, enveloped(winmail(FILES), "Voici."), INNER):
        names = [one.number for one in numbered("3", read_whole(some))]
        assert names == [part.number for part, _ in files_of(container, some)]


def test_a_picture_that_its_html_draws_is_no_file() -> None:
    html = MIMEText('<p>Bonjour <img src="cid:p1"></p>', "html")
    picture = MIMEApplication(PNG, "png")
    picture.replace_header("Content-Type", "image/png")
    picture.add_header("Content-ID", "<p1>")
    made = MIMEMultipart("related", None, [html, picture])
    assert files_of(Part("2", "message/rfc822", "", "", "", "", "", 0), made.as_bytes()) == ()


def test_an_eml_by_its_name_alone_has_files_as_well(room: Room) -> None:
    message = received(room, letter("TR", ("ancien.eml", INNER)))
    mail = Previews(room.database, NoLooker()).preview(message, "2").mail
    assert mail is not None
    assert [one.number for one in mail.files] == ["2!1", "2!2"]
    assert b"".join(room.service.attachment(message, "2!1")[1]) == PDF


def test_too_large_files_are_not_shown(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    message = received(room)
    monkeypatch.setattr(previews, "MOST_OCTETS", 100)
    assert Previews(room.database, NoLooker()).pages_with(message, "2!1", "x") == ()
