"""Opening messages on real servers: the structure they tell is the one we find, and every octet
of an attachment arrives. The whole MIME corpus goes through Dovecot.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import imap_tools
import pytest

from mel_desktop.logic.mime import parse_header, read_message
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import ErrorCode, ServerSaid
from mel_desktop.model.mail import MessageId
from mel_desktop.net.imap import ImapConnector
from mel_desktop.ports import RemoteMessage
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.reading import ReadingService
from mel_desktop.services.sessions import Lane, Sessions
from mel_desktop.store import mailbox
from mel_desktop.store.database import Database
from tests.support.clock import JumpingClock
from tests.support.imap_servers import ImapServer, MailUser
from tests.support.store import plant_folder, store
from tests.support.winmail import winmail
from tests.unit.test_inner_files import FILES, RTF, enveloped, in_text, uu

pytestmark = pytest.mark.servers

CORPUS = Path(__file__).parent.parent / "data" / "mime"
NOTES = bytes(range(256)) * 4000
LARGE = (
    b"From: claire@ac-demo.fr\r\nSubject: notes\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n"
    b"Voici.\r\n--b\r\nContent-Type: application/zip; name=notes.zip\r\n"
    b"Content-Disposition: attachment; filename=notes.zip\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\n"
    + base64.encodebytes(NOTES).replace(b"\n", b"\r\n")
    + b"--b--\r\n"
)


class Desk:
    """A profile with one account on a real server; messages listed as a sync lists them."""

    def __init__(self, database: Database, server: ImapServer, user: MailUser) -> None:
        self.database = database
        accounts = Accounts(database, JumpingClock())
        self.account = accounts.add(server.new_account(user), user.secret).id
        self.folder = plant_folder(database, self.account)
        self.sessions = Sessions(accounts, ImapConnector(), _NoSubmission(), lambda: False)  # type: ignore[arg-type]
        self.service = ReadingService(database, self.sessions, JumpingClock())

    def list_all(self) -> dict[int, tuple[MessageId, RemoteMessage]]:
        with self.sessions.mail(self.account, Lane.SYNC) as server:
            status = server.select("INBOX", read_only=True)
            remotes = list(server.messages(server.all_uids()))
        incoming = [mailbox.Incoming(one, parse_header(one.header)) for one in remotes]
        ids = self.database.write(
            lambda tx: mailbox.insert_messages(
                tx,
                AccountId(self.account),
                self.folder,
                status.uidvalidity,
                incoming,
                downwards=False,
            )
        )
        listed = {one.uid: (id_, one) for id_, one in zip(ids, remotes, strict=True)}
        return listed


class _NoSubmission:
    def abort(self) -> None:
        pass


@pytest.fixture(params=["dovecot", "cyrus"])
def server(request: pytest.FixtureRequest) -> ImapServer:
    found: ImapServer = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def desk(tmp_path: Path, server: ImapServer) -> Iterator[tuple[Desk, MailUser]]:
    user = server.new_user()
    with store(tmp_path) as database:
        desk = Desk(database, server, user)
        try:
            yield desk, user
        finally:
            desk.sessions.drop()


def test_attachment(desk: tuple[Desk, MailUser], server: ImapServer, tmp_path: Path) -> None:
    room, user = desk
    uid = server.deliver(user, "INBOX", LARGE)
    message, _ = room.list_all()[uid]
    assert room.service.load(message).text == "Voici."
    room.service.fetch(message, "2")
    assert room.service.save(message, "2", tmp_path / "notes.zip") == len(NOTES)
    saved = hashlib.sha256((tmp_path / "notes.zip").read_bytes()).digest()
    assert saved == hashlib.sha256(NOTES).digest()
    assert room.service.load_raw(message) == LARGE
    assert "\\Seen" not in server.seen_flags(user, "INBOX")[uid]


def test_files_inside_of_parts(
    desk: tuple[Desk, MailUser], server: ImapServer, tmp_path: Path
) -> None:
    room, user = desk
    wanted: dict[int, list[tuple[str, bytes]]] = {}
    texts = "Voici :\n\n" + uu("notes.csv", NOTES[:90_000]) + "\n"
    for raw, expected in (
        (enveloped(winmail(FILES, rtf=RTF)), FILES),
        (in_text(texts).replace(b"<m1@", b"<m2@"), [("notes.csv", NOTES[:90_000])]),
    ):
        wanted[server.deliver(user, "INBOX", raw)] = expected
    for uid, (message, _) in room.list_all().items():
        expected = wanted[uid]
        shown = room.service.load(message)
        assert shown.text.strip()
        assert [(one.filename, one.size) for one in shown.attachments] == [
            (name, len(octets)) for name, octets in expected
        ]
        for one, (_, octets) in zip(shown.attachments, expected, strict=True):
            room.service.fetch(message, one.number)
            room.service.save(message, one.number, tmp_path / "x")
            assert (tmp_path / "x").read_bytes() == octets
        assert "\\Seen" not in server.seen_flags(user, "INBOX")[uid]


def test_gone(desk: tuple[Desk, MailUser], server: ImapServer) -> None:
    room, user = desk
    uid = server.deliver(user, "INBOX", LARGE)
    message, _ = room.list_all()[uid]
    with server.observer(user) as box:
        box.delete([str(uid)])
    for work in (room.service.load, room.service.load_raw):
        with pytest.raises(ServerSaid) as error:
            work(message)
        assert error.value.code is ErrorCode.MESSAGE_GONE


# Servers take these apart in their own way: an encoding in quotes, a type of one word, a boundary
# with "=" and without quotes, a multipart that never ends or has another delimiter than declared,
# a blank before all, a field name on a line of its own, a hundred levels. What they tell is what is
# asked for.
TAKEN_OTHERWISE = frozenset({
    "body-cte-quoted", "file-no-semicolon-at-all", "file-type-unknown",
    "mp-boundary-unquoted-equals", "mp-inner-never-closed",
    "mp-boundary-not-declared", "mp-boundary-not-the-declared", "mp-boundary-without-empty-line",
    "sender-behind-a-blank",
    "sender-folded-field", "sender-spoof-folded-field", "structure-hundred-levels",
    "structure-undeclared-bare-first",
})  # fmt: skip


def test_corpus(desk: tuple[Desk, MailUser], server: ImapServer) -> None:
    room, user = desk
    raws: dict[str, bytes] = {}
    for path in sorted(CORPUS.glob("*.eml")):
        raw = path.read_bytes()
        is_mail = raw.count(b"\n") == raw.count(b"\r\n") and b"\0" not in raw and raw
        is_mail = is_mail and path.stem not in TAKEN_OTHERWISE
        if is_mail and (server.name == "dovecot" or not raw.startswith(b"\r\n")):
            raws[path.stem] = raw
    kept: dict[int, str] = {}
    with server.observer(user) as box:
        for name, raw in raws.items():
            with suppress(imap_tools.MailboxAppendError):  # Cyrus refuses broken headers
                _, answer = box.append(raw, "INBOX")
                found = re.search(rb"APPENDUID \d+ (\d+)", answer[0])
                assert found
                kept[int(found[1])] = name
    assert len(kept) > 100
    different = []
    for uid, (message, remote) in room.list_all().items():
        name = kept[uid]
        fields, parts, text = read_message(raws[name])
        shown = room.service.load(message)
        ours = [one.number for one in parts]
        theirs = [one.number for one in remote.parts]
        if shown.text != text.text or ours != theirs:
            different.append((name, ours, theirs, text.text, shown.text))
        if raws[name].isascii():  # Cyrus writes X for other octets in headers
            assert (shown.subject, shown.sender) == (fields.subject, fields.sender), name
    for one in different:
        print(one)
    assert [one[0] for one in different] == []


def test_the_sync_keeps_the_structure(tmp_path: Path, dovecot: ImapServer) -> None:
    user = dovecot.new_user()
    uid = dovecot.deliver(user, "INBOX", (CORPUS / "flowed.eml").read_bytes())
    with store(tmp_path) as database:
        desk = Desk(database, dovecot, user)
        try:
            message, _ = desk.list_all()[uid]
            assert desk.service.load(message).text.startswith("Un long paragraphe.")
        finally:
            desk.sessions.drop()
