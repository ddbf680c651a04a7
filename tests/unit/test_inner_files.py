"""Files inside winmail.dat and inside texts: taken out, listed, priced, fetched, passed on."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.app.file_door import opened
from mel_desktop.cli import main
from mel_desktop.logic.inner_parts import container_of, is_leaf
from mel_desktop.logic.mime import parse_structure
from mel_desktop.logic.uuencode import take_files
from mel_desktop.logic.whole import read_whole
from mel_desktop.model.errors import ErrorCode, LocalRefusal, StoreTrouble
from mel_desktop.model.mail import BodyState, MessageId
from mel_desktop.services.reading import SLICE
from mel_desktop.store import attachmenttexts, keyslots, outgoing, remains, transfers
from mel_desktop.store import reading as rows
from tests.support.store import store
from tests.support.winmail import winmail
from tests.unit.test_reading import HEAD, PNG, Room

NOTES = "nom;note\r\nÉlodie;12\r\n".encode("latin-1")
PDF = b"%PDF-1.4 " + bytes(range(256)) * 40
RTF = rb"{\rtf1\ansi\ansicpg1252 Les conseils de classe\par sont report\'e9s.}"
FILES = [("Relevé 3e B.pdf", PDF), ("notes.csv", NOTES)]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with store(tmp_path) as database:
        yield Room(database)


def uu(name: str, octets: bytes, *, stripped: bool = False) -> str:
    """As uuencode writes it; ``stripped``: without the blanks at the ends of lines."""
    lines = [
        binascii.b2a_uu(octets[at : at + 45]).decode().rstrip("\n")
        for at in range(0, len(octets), 45)
    ]
    if stripped:
        lines = [line.rstrip(" ") for line in lines]
    return "\n".join([f"begin 644 {name}", *lines, "`", "end"])


def in_text(text: str) -> bytes:
    body = text.replace("\n", "\r\n").encode()
    return HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + body


def enveloped(data: bytes, text: str = "") -> bytes:
    """A message with a winmail.dat, alone or beside a text."""
    envelope = (
        b'Content-Type: application/ms-tnef; name="winmail.dat"\r\n'
        b'Content-Disposition: attachment; filename="winmail.dat"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(data)
    )
    if not text:
        return HEAD + envelope
    return (
        HEAD
        + b'Content-Type: multipart/mixed; boundary="m"\r\n\r\n--m\r\n'
        + b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
        + text.encode()
        + b"\r\n--m\r\n"
        + envelope
        + b"\r\n--m--\r\n"
    )


def listed(room: Room, message: MessageId) -> list[tuple[str, str, str, int, bool]]:
    return [
        (one.number, one.filename, one.media_type, one.size, one.local)
        for one in room.service.show(message).attachments
    ]


# -- taken out of a text --------------------------------------------------------------------------

_LINES = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=60).filter(
    lambda line: not line.startswith("begin ")
)


@given(
    st.lists(_LINES, max_size=4),
    st.lists(st.tuples(st.sampled_from(["a.txt", "b c.pdf"]), st.binary(min_size=1)), max_size=3),
    st.lists(_LINES, max_size=4),
    st.booleans(),
)
def test_what_was_written_in_comes_out(
    before: list[str], files: list[tuple[str, bytes]], after: list[str], stripped: bool
) -> None:
    blocks = [uu(name, octets, stripped=stripped) for name, octets in files]
    text, found = take_files("\n".join([*before, *blocks, *after]))
    assert found == tuple(files)
    assert text == "\n".join([*before, *(f"[{name}]" for name, _ in files), *after])


@given(st.binary(min_size=3, max_size=300), st.data())
def test_a_cut_file_keeps_what_decodes(octets: bytes, data: st.DataObject) -> None:
    whole = uu("a.bin", octets)
    first = whole.index("\n") + 1
    end = data.draw(st.integers(first + 5, len(whole)))
    text, ((name, found),) = take_files(whole[:end])
    assert (text.rstrip("\n"), name) == ("[a.bin]", "a.bin")
    assert octets.startswith(found)
    assert len(octets) - len(found) <= (len(whole) - end) * 3 // 4 + 3


@given(st.text(st.sampled_from("begin 644 x\n`MendABC #!aé"), max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    left, files = take_files(text)
    assert files or left == text


@pytest.mark.parametrize(
    "text",
    [
        "begin avec courage\nend",
        "begin 100 years ago\nthere was a king.\nend",
        "begin 644 a.txt\nBonjour à tous\nend",
        "begin 644 a.txt",
        "begin 644 a.txt\nOK\nMERCI\nVIVE LA RENTREE",
    ],
)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert take_files(text) == (text, ())


def test_what_follows_a_cut_block_is_text_again() -> None:
    block = uu("a.bin", b"x" * 90).split("\n")[:3]
    text, ((_, octets),) = take_files("\n".join([*block, "Bonne journée,", "Claire"]))
    assert octets == b"x" * 90
    assert text == "[a.bin]\nBonne journée,\nClaire"


def test_numbers_of_no_section() -> None:
    raw = enveloped(winmail(FILES), "Voici.")
    inner = read_whole(raw).text.inner
    assert [one.number for one in inner] == ["2!1", "2!2"]
    assert [one.number for one in parse_structure(raw)] == ["1", "2"]
    assert [(container_of(one), is_leaf(one)) for one in ("2!1", "2", "")] == [
        ("2", False),
        ("", True),
        ("", False),
    ]


# -- on the server --------------------------------------------------------------------------------


def test_an_envelope_is_fetched_once_and_its_files_are_listed(room: Room, tmp_path: Path) -> None:
    raw = enveloped(winmail(FILES), "Voici les relevés.")
    message = room.deliver(raw)
    room.service.load(message)
    ((number, name, _, size, local),) = listed(room, message)
    assert (number, name, local) == ("2", "winmail.dat", False)
    with room.database.read() as reader:
        assert remains.of_part(reader, message, "2") == size
    room.service.fetch(message, "2")
    assert listed(room, message) == [
        ("2!1", "Relevé 3e B.pdf", "application/pdf", len(PDF), True),
        ("2!2", "notes.csv", "text/csv", len(NOTES), True),
    ]
    shown = room.service.show(message)
    assert [one.number for one in shown.parts] == ["1", "2"]  # the container can still be saved
    room.offline = True
    assert room.service.save(message, "2!1", tmp_path / "a.pdf") == len(PDF)
    assert (tmp_path / "a.pdf").read_bytes() == PDF
    name, pieces = room.service.attachment(message, "2!2")
    assert (name, b"".join(pieces)) == ("notes.csv", NOTES)
    assert room.service.save(message, "2", tmp_path / "winmail.dat") == len(winmail(FILES))
    with room.database.read() as reader:
        assert [part.number for part, blob in outgoing.message_files(reader, message) if blob] == [
            "2!1",
            "2!2",
        ]
        assert {row[2] for row in attachmenttexts.of_messages(reader, [message])} >= {"2!1", "2!2"}
    with pytest.raises(LocalRefusal) as refused:
        room.service.fetch(message, "2!9")
    assert refused.value.code is ErrorCode.NOT_FOUND


def test_what_a_sync_brought_is_listed_and_kept_when_asked_for(room: Room) -> None:
    message = room.deliver(enveloped(winmail(FILES), "Voici."))
    room.service.load(message)
    now = room.clock.now()
    data = winmail(FILES)
    room.database.write(lambda tx: rows.put_part(tx, message, "2", data, now))
    room.offline = True
    assert [one[0] for one in listed(room, message)] == ["2!1", "2!2"]
    with room.database.read() as reader:
        assert remains.of_part(reader, message, "2!1") == 0
    room.service.fetch(message, "2!1")
    assert [one[4] for one in listed(room, message)] == [True, True]


def test_a_damaged_envelope_is_a_file_like_any_other(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = room.deliver(enveloped(winmail(FILES), "Voici."))
    room.service.load(message)
    now = room.clock.now()
    room.database.write(lambda tx: rows.put_part(tx, message, "2", winmail(FILES), now))

    def damaged(*_: object) -> Iterator[bytes]:
        raise StoreTrouble(ErrorCode.DAMAGED)

    monkeypatch.setattr("mel_desktop.store.blobs.read", damaged)
    shown = room.service.show(message)
    assert (shown.text, [one.filename for one in shown.attachments]) == ("Voici.", ["winmail.dat"])


def test_only_text_is_rtf(room: Room) -> None:
    message = room.deliver(enveloped(winmail(FILES, rtf=RTF)))
    shown = room.service.load(message)
    assert shown.text == "Les conseils de classe\nsont reportés."
    assert [one.filename for one in shown.attachments] == ["Relevé 3e B.pdf", "notes.csv"]
    room.offline = True
    assert room.service.load(message).text.startswith("Les conseils")


def test_an_envelope_that_cannot_come_stays_a_file(room: Room) -> None:
    message = room.deliver(enveloped(winmail(FILES, rtf=RTF)))
    now = room.clock.now()
    blank = read_whole(HEAD + b"\r\n").text
    room.database.write(lambda tx: rows.put_body(tx, message, blank, HEAD, complete=True, now=now))
    room.offline = True
    shown = room.service.load(message)
    assert (shown.text, shown.body) == ("", BodyState.LOCAL)
    assert [one.filename for one in shown.attachments] == ["winmail.dat"]
    room.offline = False
    assert room.service.load(message).text.startswith("Les conseils")


def test_a_file_in_the_text_is_fetched_with_it(room: Room, tmp_path: Path) -> None:
    message = room.deliver(in_text(f"Voici :\n\n{uu('notes.csv', NOTES)}\n\nClaire"))
    shown = room.service.load(message)
    assert shown.text == "Voici :\n\n[notes.csv]\n\nClaire"
    assert listed(room, message) == [("1!1", "notes.csv", "text/csv", len(NOTES), False)]
    with room.database.read() as reader:
        assert remains.of_part(reader, message, "1!1") == shown.parts[0].size
        assert not transfers.missing_parts(reader, int(room.folder), 0)
        assert [one.number for one in transfers.known_parts(reader, [message])[message]] == ["1"]
    with pytest.raises(LocalRefusal):
        room.service.save(message, "1!1", tmp_path / "x")
    room.service.fetch(message, "1!1")
    assert room.service.save(message, "1!1", tmp_path / "x") == len(NOTES)
    assert (tmp_path / "x").read_bytes() == NOTES
    assert all("!" not in section for section, _, _ in room.server.slices)
    (row,) = room.database.write(lambda tx: rows.parts(tx, message))[-1:]
    assert (row.part.number, row.complete) == ("1!1", True)


def test_a_long_one_is_listed_at_once_and_saved_whole(room: Room, tmp_path: Path) -> None:
    octets = bytes(range(256)) * 2000  # 512,000: more than opening brings
    message = room.deliver(in_text("Voici\n" + uu("film.bin", octets)))
    assert room.service.load(message).body is BodyState.PARTIAL
    ((number, name, _, size, _),) = listed(room, message)
    assert (number, name) == ("1!1", "film.bin")
    assert SLICE < size < len(octets)
    room.service.fetch(message, "1!1")
    assert room.service.save(message, "1!1", tmp_path / "x") == len(octets)
    assert (tmp_path / "x").read_bytes() == octets


def test_a_picture_of_the_envelope_is_drawn(room: Room) -> None:
    data = winmail([("logo.png", PNG)], html=b"<p>Voir <img src='cid:logo@x'></p>", ids=["logo@x"])
    message = room.deliver(enveloped(data))
    shown = room.service.load(message)
    assert 'src="cid:logo@x"' in shown.html_safe
    assert room.service.inline_image(message, "logo@x") == ("image/png", PNG)
    assert [one.filename for one in shown.attachments] == []


def test_a_message_in_a_file() -> None:
    file = opened(enveloped(winmail(FILES), "Voici."))
    assert [one.filename for one in file.message.attachments] == ["Relevé 3e B.pdf", "notes.csv"]
    assert [file.octets(one) for one in file.message.attachments] == [PDF, NOTES]


# -- the whole way --------------------------------------------------------------------------------


def test_imported_shown_and_saved_by_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyslots, "TARGET_S", 0.0)
    (tmp_path / "phrase").write_text("une phrase de passe assez longue\n")

    def program(*words: str | Path) -> Any:
        code = main.run(
            ["--profile", str(tmp_path / "p"), "--offline", "--passphrase-file",
             str(tmp_path / "phrase"), "--json", *map(str, words)]
        )  # fmt: skip
        assert code == 0
        return json.loads(capsys.readouterr().out)

    count = 0

    def imported(raw: bytes) -> Any:
        nonlocal count
        count += 1
        source = tmp_path / f"lettre{count}.eml"
        source.write_bytes(raw)
        rows_ = program("messages", program("import", source)["folder"])
        return max(rows_, key=lambda row: int(row["id"]))

    def files(id_: str) -> list[tuple[str, bytes]]:
        out = []
        for one in program("show", id_)["attachments"]:
            target = tmp_path / "out"
            done = program("attachment", id_, one["part"], "--out", target)
            assert done["size"] == one["size"]
            out.append((one["filename"], target.read_bytes()))
            target.unlink()
        return out

    program(
        "account", "add", "--email", "c@ac-exemple.invalid", "--login", "c",
        "--imap", "127.0.0.1:993", "--smtp", "127.0.0.1:465", "--no-probe",
    )  # fmt: skip
    row = imported(enveloped(winmail(FILES, rtf=RTF)))
    assert row["has_attachments"] is True
    assert program("show", row["id"])["text"] == "Les conseils de classe\nsont reportés."
    assert files(row["id"]) == FILES
    row = imported(in_text(f"Voici :\n{uu('notes.csv', NOTES)}").replace(b"<m1@", b"<m2@"))
    assert row["has_attachments"] is True
    assert program("show", row["id"])["text"] == "Voici :\n[notes.csv]"
    assert files(row["id"]) == [("notes.csv", NOTES)]
    row = imported(enveloped(winmail([("facture.pdf.exe", b"MZ")])).replace(b"<m1@", b"<m4@"))
    findings = program("show", row["id"])["trust"]["findings"]
    assert any("facture.pdf.exe" in json.dumps(one) for one in findings)
    cut = in_text(f"Voici :\n{uu('notes.csv', NOTES * 9)}").replace(b"<m1@", b"<m3@")[:-80]
    ((name, octets),) = files(imported(cut)["id"])
    assert name == "notes.csv"
    assert (NOTES * 9).startswith(octets)
    assert len(octets) > 90
