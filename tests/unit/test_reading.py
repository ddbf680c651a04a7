"""Opening messages: what is here, what is fetched, what a cut leaves behind, what is refused."""

from __future__ import annotations

import base64
import hashlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import psutil
import pytest

from mel_desktop.logic.mime import decode_octets, parse_header, parse_structure
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import Area, Changes
from mel_desktop.model.errors import (
    ConnectionTrouble,
    ErrorCode,
    LocalRefusal,
    MelError,
    ServerBroken,
    ServerSaid,
    StoreTrouble,
)
from mel_desktop.model.mail import BodyState, FolderId, MessageId, Part, WarningCode
from mel_desktop.services import reading as reading_module
from mel_desktop.services import saving
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.reading import SLICE, ReadingService
from mel_desktop.services.saving import mark_of_the_web, write_file
from mel_desktop.services.search import SearchService
from mel_desktop.services.sessions import Sessions
from mel_desktop.store import mailbox
from mel_desktop.store import reading as rows
from mel_desktop.store.database import Database
from tests.support.clock import JumpingClock
from tests.support.part_server import Content, PartServer
from tests.support.store import plant_account, plant_folder, store

HEAD = (
    b"From: Claire Martin <claire.martin@ac-exemple.fr>\r\nTo: paul.durand@ac-exemple.fr\r\n"
    b"Cc: Vie scolaire <vs@ac-exemple.fr>\r\nSubject: Conseil de classe\r\n"
    b"Date: Mon, 23 Nov 2026 08:00:00 +0100\r\nMessage-ID: <m1@exemple.invalid>\r\n"
    b"References: <m0@exemple.invalid>\r\nX-Priority: 3\r\n"
)
PNG = base64.b64decode(
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    b"gg=="
)
NOTES = bytes(range(256)) * 3000  # 768,000 octets: four slices once encoded
RICH = (
    HEAD
    + b'Content-Type: multipart/mixed; boundary="m"\r\n\r\n--m\r\n'
    + b'Content-Type: multipart/related; boundary="r"\r\n\r\n--r\r\n'
    + b"Content-Type: text/html; charset=utf-8\r\n\r\n"
    + b"<p>L'ordre du jour est <b>joint</b>.</p><img src='cid:logo@x'>"
    + b"<img src='http://pisteur.example/p.gif'>"
    + b"<a href='http://evil.example'>www.ac-paris.fr</a>\r\n--r\r\n"
    + b"Content-Type: image/png\r\nContent-ID: <logo@x>\r\nContent-Disposition: inline\r\n"
    + b"Content-Transfer-Encoding: base64\r\n\r\n"
    + base64.encodebytes(PNG)
    + b"\r\n--r--\r\n--m\r\n"
    + b'Content-Type: application/pdf; name="../notes.pdf"\r\n'
    + b'Content-Disposition: attachment; filename="../notes.pdf"\r\n'
    + b"Content-Transfer-Encoding: base64\r\n\r\n"
    + base64.encodebytes(NOTES)
    + b"\r\n--m--\r\n"
)
PLAIN = (
    HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\nBonjour,\r\nvoici l'ordre du jour.\r\n"
)
SPOOF = (
    b"From: rectrice@ac-paris.fr <x@evil.example>\r\nReply-To: y@evil2.example\r\n\r\nBonjour\r\n"
)


class Room:
    """A store, a folder and a server; messages are put on the server and listed as a sync would."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.server = PartServer()
        self.offline = False
        self.clock = JumpingClock()
        accounts = Accounts(database, self.clock)
        self.account = plant_account(database)
        self.folder = plant_folder(database, self.account)
        self.sessions = Sessions(accounts, self.server, _NoSubmission(), lambda: self.offline)  # type: ignore[arg-type]
        self.service = ReadingService(database, self.sessions, self.clock)

    def deliver(self, raw: bytes, parts: tuple[Part, ...] | None = None) -> MessageId:
        uid = len(self.server.raws) + 1
        self.server.raws[uid] = raw
        remote = self.server.remote(uid, parts)
        incoming = mailbox.Incoming(remote, parse_header(remote.header))
        account, folder = AccountId(int(self.account)), FolderId(int(self.folder))
        (message,) = self.database.write(
            lambda tx: mailbox.insert_messages(tx, account, folder, 1, [incoming], downwards=False)
        )
        return message


class _NoSubmission:
    def abort(self) -> None:
        pass


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with store(tmp_path) as database:
        yield Room(database)


def code_of(error: pytest.ExceptionInfo[MelError]) -> ErrorCode:
    return error.value.code


def warnings(room: Room, message: MessageId) -> set[WarningCode]:
    return {one.code for one in room.service.show(message).warnings}


# -- text -----------------------------------------------------------------------------------------


def test_shown_before_anything_came(room: Room) -> None:
    message = room.deliver(RICH)
    shown = room.service.show(message)
    assert (shown.text, shown.html_safe, shown.body) == ("", "", BodyState.ABSENT)
    assert shown.sender.address == "claire.martin@ac-exemple.fr"
    assert shown.subject == "Conseil de classe"
    assert [(one.number, one.filename, one.local) for one in shown.attachments] == [
        ("1.2", "fichier.png", False),
        ("2", "notes.pdf", False),
    ]
    assert room.server.connections == 0


def test_loading_brings_text_pictures_and_index(room: Room) -> None:
    heard: list[Changes] = []
    room.database.listen(heard.append)
    message = room.deliver(RICH)
    shown = room.service.load(message)
    assert shown.text.startswith("L'ordre du jour est joint.")
    assert "<b>joint</b>" in shown.html_safe
    assert 'src="cid:logo@x"' in shown.html_safe
    assert "pisteur" not in shown.html_safe
    assert shown.blocked_remote == ("http://pisteur.example/p.gif",)
    assert shown.headers["x-priority"] == ("3",)
    assert shown.references == ("m0@exemple.invalid",)
    assert [one.filename for one in shown.attachments] == ["notes.pdf"]
    assert warnings(room, message) == {WarningCode.REMOTE_BLOCKED, WarningCode.LINK_MISMATCH}
    assert room.service.inline_image(message, "LOGO@x") == ("image/png", PNG)
    assert room.service.inline_image(message, "other@x") is None
    assert any(Area.BODIES in one.areas and message in one.messages for one in heard)
    (row,) = room.database.write(lambda tx: mailbox.rows(tx, [message]))
    assert row.body is BodyState.LOCAL
    assert row.preview.startswith("L'ordre du jour est joint.")
    assert [hit.id for hit in SearchService(room.database, room.clock).search("ordre").hits] == [
        message
    ]
    with room.database.read() as reader:
        folder = mailbox.folder(reader, room.folder)
    assert folder is not None
    assert folder.local_bodies == 1


def test_a_second_load_asks_nothing(room: Room) -> None:
    message = room.deliver(PLAIN)
    room.service.load(message)
    room.offline = True
    assert room.service.load(message).text == "Bonjour,\nvoici l'ordre du jour."
    assert room.server.texts_asked == 1


def test_a_long_text_comes_in_two_goes(room: Room) -> None:
    line = b"Une ligne de texte assez longue pour compter.\r\n"
    message = room.deliver(HEAD + b"Content-Type: text/plain\r\n\r\n" + line * 20_000)
    first = room.service.load(message)
    assert first.body is BodyState.PARTIAL
    assert WarningCode.TRUNCATED in warnings(room, message)
    assert len(first.text) <= reading_module.FIRST_TEXT
    second = room.service.load(message)
    assert second.body is BodyState.LOCAL
    assert second.text.count("\n") == 19_999
    assert WarningCode.TRUNCATED not in warnings(room, message)


def test_a_text_without_end_is_cut_and_said(room: Room) -> None:
    message = room.deliver(HEAD + b"Content-Type: text/plain\r\n\r\n" + b"abc def " * 400_000)
    room.service.load(message)
    assert room.service.load(message).body is BodyState.LOCAL
    assert WarningCode.TRUNCATED in warnings(room, message)


def test_a_shorter_text_never_replaces_a_fuller(room: Room) -> None:
    message = room.deliver(PLAIN)
    room.service.load(message)
    less = reading_module.readable([])
    now = room.clock.now()
    room.database.write(lambda tx: rows.put_body(tx, message, less, b"", complete=False, now=now))
    assert room.service.show(message).text.startswith("Bonjour")


def test_structure_unknown_to_the_server(room: Room) -> None:
    whole = Part("", "message/rfc822", "", "", "", "", "", len(RICH))
    message = room.deliver(RICH, (whole,))
    shown = room.service.load(message)
    assert shown.text.startswith("L'ordre du jour")
    assert "notes.pdf" in [one.filename for one in shown.attachments]
    room.offline = True  # the parts are cut out of what is here
    room.service.fetch(message, "2")
    room.service.fetch(message, "1.2")
    assert room.service.inline_image(message, "logo@x") == ("image/png", PNG)


def test_a_broken_multipart_is_read_from_the_whole(room: Room) -> None:
    raw = (
        HEAD + b"Content-Type: multipart/mixed; boundary=zzz\r\n\r\n" + b"Bonjour a tous.\r\n" * 40
    )
    empty = (Part("1", "text/plain", "us-ascii", "7bit", "", "", "", 0),)  # what servers tell of it
    message = room.deliver(raw, empty)
    assert room.service.load(message).text.startswith("Bonjour a tous.")
    other = room.deliver(raw, empty)  # stored blank by a sync, opened later
    now = room.clock.now()
    blank = reading_module.readable([])
    room.database.write(lambda tx: rows.put_body(tx, other, blank, HEAD, complete=True, now=now))
    room.offline = True
    assert room.service.load(other).text == ""
    room.offline = False
    assert room.service.load(other).text.startswith("Bonjour a tous.")
    room.offline = True
    assert room.service.load(other).text.startswith("Bonjour a tous.")


def test_spoofed_sender_is_shown_and_said(room: Room) -> None:
    message = room.deliver(SPOOF)
    expected = {WarningCode.NAME_LOOKS_LIKE_ADDRESS, WarningCode.REPLY_TO_DIFFERS}
    assert warnings(room, message) == expected  # before the text came
    shown = room.service.load(message)
    assert shown.sender.address == "x@evil.example"
    assert warnings(room, message) == expected


def test_refusals(room: Room) -> None:
    message = room.deliver(PLAIN)
    with pytest.raises(LocalRefusal) as error:
        room.service.show(MessageId(1))
    assert code_of(error) is ErrorCode.NOT_FOUND
    with pytest.raises(LocalRefusal) as error:
        room.service.raw(message)
    assert code_of(error) is ErrorCode.NOT_LOCAL
    with pytest.raises(LocalRefusal) as error:
        room.service.fetch(message, "9")
    assert code_of(error) is ErrorCode.NOT_FOUND
    room.offline = True
    for ask in (room.service.load, room.service.load_raw):
        with pytest.raises(ConnectionTrouble) as trouble:
            ask(message)
        assert code_of(trouble) is ErrorCode.OFFLINE
    room.offline = False
    del room.server.raws[1]
    for ask in (room.service.load, room.service.load_raw):
        with pytest.raises(ServerSaid) as said:
            ask(message)
        assert code_of(said) is ErrorCode.MESSAGE_GONE
    room.server.raws[1] = PLAIN
    room.server.uidvalidity = 2
    with pytest.raises(ServerSaid) as said:
        room.service.load(message)
    assert code_of(said) is ErrorCode.MESSAGE_GONE
    room.database.write(lambda tx: tx.run("DELETE FROM location"))
    with pytest.raises(LocalRefusal) as error:
        room.service.load(message)
    assert code_of(error) is ErrorCode.NOT_LOCAL


# -- the whole message ----------------------------------------------------------------------------


def test_raw(room: Room) -> None:
    message = room.deliver(RICH)
    assert room.service.load_raw(message) == RICH
    room.offline = True
    assert room.service.raw(message) == RICH
    assert room.service.load_raw(message) == RICH
    assert all(one.number for one in room.service.show(message).attachments)


def test_raw_too_large_for_memory(room: Room) -> None:
    message = room.deliver(PLAIN)
    room.database.write(lambda tx: tx.run("UPDATE message SET size = 1000000000"))
    with pytest.raises(LocalRefusal) as error:
        room.service.load_raw(message)
    assert code_of(error) is ErrorCode.TOO_LARGE


# -- attachments ----------------------------------------------------------------------------------


def test_fetch_and_save(room: Room, tmp_path: Path) -> None:
    message = room.deliver(RICH)
    target = tmp_path / "Notes du trimestre.pdf"
    with pytest.raises(LocalRefusal) as error:
        room.service.save(message, "2", target)
    assert code_of(error) is ErrorCode.NOT_LOCAL
    seen: list[tuple[int, int]] = []
    room.service.fetch(message, "2", lambda done, expected: seen.append((done, expected)))
    assert seen[-1][0] == seen[-1][1]
    assert seen == sorted(seen)
    room.offline = True
    room.service.fetch(message, "2")  # it is here
    assert room.service.save(message, "2", target) == len(NOTES)
    assert target.read_bytes() == NOTES
    target.write_bytes(b"older")
    room.service.save(message, "2", target)  # asking first was the caller's part
    assert target.read_bytes() == NOTES
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []
    (part,) = [one for one in room.service.show(message).attachments if one.number == "2"]
    assert (part.local, part.size) == (True, len(NOTES))


@pytest.mark.parametrize("cut", [0, 1, 2, 3])
def test_a_cut_resumes_where_it_was(room: Room, cut: int) -> None:
    message = room.deliver(RICH)
    room.server.cut_after = cut
    with pytest.raises(ConnectionTrouble):
        room.service.fetch(message, "2")
    before = len(room.server.slices)
    assert before == cut
    room.service.fetch(message, "2")
    asked = room.server.slices[before:]
    if cut:  # no more than the few letters of an unfinished group come again
        assert 0 <= cut * SLICE - asked[0][1] < 80
    with room.database.read() as reader:
        found = rows.part(reader, message, "2")
        assert found is not None
        assert found.complete
        assert found.blob is not None
        assert b"".join(reading_module.blobs.read(reader, found.blob)) == NOTES
        digest = reader.value("SELECT sha256 FROM blob WHERE id = ?", found.blob)
    assert digest == hashlib.sha256(NOTES).digest()


def test_the_same_file_is_kept_once(room: Room) -> None:
    for _ in range(2):
        room.service.fetch(room.deliver(RICH), "2")
    assert room.database.write(lambda tx: tx.value("SELECT count(*) FROM blob")) == 1


def test_sizes_that_servers_get_wrong(room: Room) -> None:
    for stated in (1, len(NOTES) * 3):
        parts = tuple(
            one if one.number != "2" else Part(**{**_fields(one), "size": stated})
            for one in parse_structure(RICH)
        )
        message = room.deliver(RICH, parts)
        room.service.fetch(message, "2")
        with room.database.read() as reader:
            found = rows.part(reader, message, "2")
        assert found is not None
        assert found.part.size == len(NOTES)


def _fields(part: Part) -> dict[str, object]:
    return {name: getattr(part, name) for name in Part.__slots__}


def test_a_part_without_end_is_refused(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_module, "SLACK", 1024 * 1024)
    message = room.deliver(RICH)
    room.server.contents["2"] = Content(1 << 40)
    with pytest.raises(ServerBroken):
        room.service.fetch(message, "2")
    assert sum(length for _, _, length in room.server.slices) < 4 * 1024 * 1024


def test_deleted_while_it_arrives(room: Room) -> None:
    message = room.deliver(RICH)

    def delete(done: int, expected: int) -> None:
        room.database.write(lambda tx: tx.run("DELETE FROM message WHERE id = ?", message))

    with pytest.raises(LocalRefusal) as error:
        room.service.fetch(message, "2", delete)
    assert code_of(error) is ErrorCode.NOT_FOUND


def test_memory_does_not_grow_with_the_attachment(room: Room, tmp_path: Path) -> None:
    size = 100 * 1024 * 1024
    parts = tuple(
        one if one.number != "2" else Part(**{**_fields(one), "size": size})
        for one in parse_structure(RICH)
    )
    message = room.deliver(RICH, parts)
    room.server.contents["2"] = Content(size)
    small = room.deliver(RICH)
    room.service.fetch(small, "1.2")  # warm: code, connections, compressor
    process = psutil.Process()
    peak = start = process.memory_info().rss
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.01):
            peak = max(peak, process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        room.service.fetch(message, "2")
        written = room.service.save(message, "2", tmp_path / "gros.bin")
    finally:
        done.set()
        watcher.join()
    assert written == size * 3 // 4
    assert peak - start < 32 * 1024 * 1024
    digest = hashlib.sha256()
    with (tmp_path / "gros.bin").open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    expected = hashlib.sha256()
    step = 1 << 22
    for offset in range(0, size, step):
        expected.update(decode_octets(room.server.contents["2"].slice(offset, step), "base64"))
    assert digest.digest() == expected.digest()


# -- files ----------------------------------------------------------------------------------------


def test_nothing_half_written_stays(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"abc"
        raise StoreTrouble(ErrorCode.DAMAGED)

    target = tmp_path / "a.pdf"
    target.write_bytes(b"before")
    with pytest.raises(StoreTrouble):
        write_file(target, broken())
    assert target.read_bytes() == b"before"
    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    left = tmp_path / "unfinished.part"

    def on_a_full_device(target: Path) -> tuple[Path, BinaryIO]:
        left.write_bytes(b"")
        return left, Path("/dev/full").open("wb")

    monkeypatch.setattr(saving, "_beside", on_a_full_device)
    with pytest.raises(StoreTrouble) as error:
        write_file(tmp_path / "a.pdf", [b"x" * 100_000])
    assert code_of(error) is ErrorCode.DISK_FULL
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("where", ["missing/a.pdf", "folder", "file/a.pdf"])
def test_places_that_cannot_be_written(tmp_path: Path, where: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreTrouble) as error:
        write_file(tmp_path / where, [b"x"])
    assert code_of(error) is ErrorCode.NOT_WRITABLE
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_a_name_as_long_as_the_file_system_allows(tmp_path: Path) -> None:
    target = tmp_path / ("n" * 251 + ".pdf")
    assert write_file(target, [b"x", b"y"]) == 2
    assert target.read_bytes() == b"xy"


def test_mark_of_the_web(tmp_path: Path) -> None:
    target = tmp_path / "a.pdf"
    mark_of_the_web(target)  # on Windows a stream of the file, elsewhere a file of that name
    stream = tmp_path / "a.pdf:Zone.Identifier"
    assert stream.read_bytes() == b"[ZoneTransfer]\r\nZoneId=3\r\n"


def test_two_open_the_same_part_at_once(room: Room) -> None:
    message = room.deliver(RICH)
    threads = [threading.Thread(target=room.service.fetch, args=(message, "2")) for _ in range(2)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 20
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    assert not any(thread.is_alive() for thread in threads)
    with room.database.read() as reader:
        found = rows.part(reader, message, "2")
        assert found is not None
        assert found.blob is not None
        assert b"".join(reading_module.blobs.read(reader, found.blob)) == NOTES
    assert len({offset for _, offset, _ in room.server.slices}) == len(room.server.slices)
