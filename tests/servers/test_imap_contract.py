"""ports.MailServer on Dovecot, Cyrus and pymap: the same tests, looked at through imap_tools.

A test is left out for a server only where the server lacks a capability, and then says which.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mel_desktop.model.accounts import Account, Endpoint, Secret, Security
from mel_desktop.model.errors import (
    Cancelled,
    ConnectionTrouble,
    ErrorCode,
    LocalRefusal,
    MelError,
    ServerSaid,
)
from mel_desktop.model.mail import Flags, Marks, Role
from mel_desktop.net.imap import ImapConnector, ImapSession
from mel_desktop.ports import MailConnector, MailServer, Meter
from tests.support.certificates import Certificates
from tests.support.imap_servers import Dovecot, ImapServer, MailUser, ProcessServer, Pymap
from tests.support.ports import free_port

pytestmark = pytest.mark.servers

DATE = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)

PLAIN = (
    b"From: =?utf-8?q?Zo=C3=A9_Lef=C3=A8vre?= <zoe.lefevre@ac-demo.fr>\r\n"
    b"To: paul.durand@ac-demo.fr\r\nSubject: =?utf-8?q?R=C3=A9union?=\r\n"
    b"Date: Sat, 14 Mar 2026 16:09:26 +0100\r\nMessage-ID: <plain-1@ac-demo.fr>\r\n"
    b"X-Not-Wanted: yes\r\nContent-Type: text/plain; charset=utf-8; format=flowed\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\nBonjour =C3=A0 tous\r\n"
)
NESTED = (
    b"From: a@ac-demo.fr\r\nSubject: nested\r\nMessage-ID: <nested-1@ac-demo.fr>\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=OUT\r\n\r\n"
    b"--OUT\r\nContent-Type: multipart/alternative; boundary=IN\r\n\r\n"
    b"--IN\r\nContent-Type: text/plain\r\n\r\nplain words\r\n"
    b"--IN\r\nContent-Type: text/html; charset=iso-8859-1\r\n\r\n<p>html words</p>\r\n--IN--\r\n"
    b"--OUT\r\nContent-Type: application/pdf; name*0*=utf-8''Emploi%%20du;\r\n"
    b" name*1*=%%20temps%%20%%C3%%A9t%%C3%%A9.pdf\r\nContent-Transfer-Encoding: base64\r\n"
    b"Content-Disposition: attachment;\r\n"
    b" filename*=utf-8''Emploi%%20du%%20temps%%20%%C3%%A9t%%C3%%A9.pdf\r\n\r\n%b"
    b"--OUT\r\nContent-Type: message/rfc822\r\n\r\n"
    b"Subject: inside\r\nContent-Type: multipart/mixed; boundary=DEEP\r\n\r\n"
    b"--DEEP\r\n\r\ndeep\r\n--DEEP--\r\n\r\n--OUT--\r\n"
) % (b"QUJDRA==\r\n" * 100)


def numbered(number: int) -> bytes:
    return b"Subject: %d\r\nMessage-ID: <n%d@ac-demo.fr>\r\n\r\ntext %d\r\n" % (
        number,
        number,
        number,
    )


Connect = Callable[..., ImapSession]


@pytest.fixture
def connect() -> Iterator[Connect]:
    sessions: list[ImapSession] = []

    def open_session(
        server: ImapServer, user: MailUser, security: Security = Security.TLS
    ) -> ImapSession:
        account = server.account(user, security=security)
        sessions.append(ImapConnector(silence_seconds=20).connect(account, user.secret, Meter()))
        return sessions[-1]

    yield open_session
    for session in sessions:
        session.close()


def needs(session: ImapSession, capability: str) -> None:
    """Leave the rest of the test out where the server lacks a capability."""
    if not getattr(session.caps, capability):
        pytest.skip(f"the server has no {capability.upper()}")


# -- connecting ----------------------------------------------------------------------------------


@pytest.mark.parametrize("security", list(Security))
def test_signs_in_and_out(
    server: ImapServer, user: MailUser, connect: Connect, security: Security
) -> None:
    session = connect(server, user, security)
    assert session.caps.uidplus
    assert session.caps.move
    assert session.select("INBOX").exists == 0
    session.close()
    session.close()  # again does no harm
    with pytest.raises(MelError):
        session.select("INBOX")


def test_fulfils_the_ports(server: ImapServer, user: MailUser, connect: Connect) -> None:
    connector: MailConnector = ImapConnector()
    session: MailServer = connect(server, user)
    assert connector
    assert session


def test_the_meter_counts_octets_on_the_wire(server: ImapServer, user: MailUser) -> None:
    meter = Meter()
    session = ImapConnector().connect(server.account(user), user.secret, meter)
    # Hello, certificate chain and keys alone are some hundred octets up and a thousand down.
    assert meter.sent > 400
    assert meter.received > 1000
    assert 2 <= meter.flights <= 5
    server.deliver(user, "INBOX", b"Subject: big\r\n\r\n" + b"0123456789abcdef" * 4096)
    before, flights = meter.received, meter.flights
    session.select("INBOX")
    (uid,) = session.all_uids()
    data = session.part(uid, "1", 0, 65536)
    session.close()
    assert len(data) == 65536
    assert 65536 < meter.received - before < 65536 + 6000
    assert meter.flights - flights <= 4  # SELECT, SEARCH, FETCH, LOGOUT


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("hélène.nuñez", "Pâques à l’école €"),
        ("plus+sign", 'quo"te\\d }{*%'),
        ("simple", "x" * 200),
    ],
)
def test_logins_and_passwords_of_every_kind(
    server: ImapServer, connect: Connect, login: str, password: str
) -> None:
    if server.name == "cyrus" and not login.isascii():
        pytest.skip("Cyrus has no non-ASCII mailbox owners")
    user = server.new_user(login, password=password)
    assert connect(server, user).list_folders()


def test_a_wrong_password_is_tried_once(server: ImapServer, user: MailUser) -> None:
    attempts = server.refused_sign_ins(user.login) if isinstance(server, Dovecot) else 0
    meter = Meter()
    with pytest.raises(ServerSaid) as caught:
        ImapConnector().connect(server.account(user), Secret("wrong"), meter)
    assert caught.value.code is ErrorCode.SIGN_IN_REFUSED
    assert user.login not in str(caught.value)
    assert "wrong" not in str(caught.value)
    if isinstance(server, Dovecot):
        assert server.refused_sign_ins(user.login) == attempts + 1


# -- certificates and networks (one server is enough: TLS is ours) --------------------------------


def test_the_authority_must_be_known(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    for security in Security:
        with pytest.raises(ConnectionTrouble) as caught:
            ImapConnector().connect(
                dovecot.account(user, ca_pem="", security=security), user.secret, Meter()
            )
        assert caught.value.code is ErrorCode.CERTIFICATE


def test_the_name_must_be_right(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    account = dovecot.account(user)
    by_another_name = dataclasses.replace(account.imap, host="127.0.0.2")
    with pytest.raises(ConnectionTrouble) as caught:
        ImapConnector().connect(
            dataclasses.replace(account, imap=by_another_name), user.secret, Meter()
        )
    assert caught.value.code is ErrorCode.UNREACHABLE  # Dovecot listens on 127.0.0.1 only
    by_another_name = dataclasses.replace(account.imap, host="localhost")
    session = ImapConnector().connect(
        dataclasses.replace(account, imap=by_another_name), user.secret, Meter()
    )
    session.close()


@pytest.fixture(scope="module", params=["expired", "other-name"])
def bad_dovecot(
    request: pytest.FixtureRequest, certificates: Certificates
) -> Iterator[tuple[Dovecot, ErrorCode]]:
    chosen: dict[str, tuple[Path, Path, ErrorCode]] = {
        "expired": (
            certificates.expired_cert,
            certificates.expired_key,
            ErrorCode.CERTIFICATE_EXPIRED,
        ),
        "other-name": (
            certificates.other_name_cert,
            certificates.other_name_key,
            ErrorCode.CERTIFICATE_NAME,
        ),
    }
    cert, key, code = chosen[request.param]
    server = Dovecot(certificates, cert=cert, key=key)
    try:
        server.start()
        yield server, code
    finally:
        server.remove()


@pytest.mark.parametrize("security", list(Security))
def test_certificates_that_are_not_right(
    bad_dovecot: tuple[Dovecot, ErrorCode], security: Security
) -> None:
    server, code = bad_dovecot
    user = MailUser("pdurand", "paul.durand@ac-demo.fr", "Sésame")
    server.register(user)
    with pytest.raises(ConnectionTrouble) as caught:
        ImapConnector().connect(server.account(user, security=security), user.secret, Meter())
    assert caught.value.code is code
    assert "Login" not in server.logs()  # nobody got as far as signing in
    assert "auth:" not in server.logs()


def test_servers_that_are_not_there(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    account = dovecot.account(user)

    def at(host: str, port: int) -> Account:
        return dataclasses.replace(account, imap=Endpoint(host, port, Security.TLS))

    for there, code in [
        (at("127.0.0.1", free_port()), ErrorCode.UNREACHABLE),
        (at("imap.nowhere.invalid", 993), ErrorCode.NAME_NOT_FOUND),
        (at("imap..nowhere", 993), ErrorCode.NAME_NOT_FOUND),
        (at("a" * 64 + ".fr", 993), ErrorCode.NAME_NOT_FOUND),
    ]:
        with pytest.raises(ConnectionTrouble) as caught:
            ImapConnector(connect_seconds=5).connect(there, user.secret, Meter())
        assert caught.value.code is code, there.imap
    with pytest.raises(LocalRefusal) as refused:
        ImapConnector().connect(
            dovecot.account(user, ca_pem="no certificate"), user.secret, Meter()
        )
    assert refused.value.code is ErrorCode.BAD_FILE


# -- folders -------------------------------------------------------------------------------------


def test_lists_folders_with_roles(server: ImapServer, user: MailUser, connect: Connect) -> None:
    server.deliver(user, "INBOX", PLAIN)
    session = connect(server, user)
    session.create_folder("Classes/6e B & co/Élèves")
    folders = {folder.path: folder for folder in session.list_folders()}
    assert {path: folder.role for path, folder in folders.items() if folder.role} == {
        "INBOX": Role.INBOX,
        "Sent": Role.SENT,
        "Drafts": Role.DRAFTS,
        "Trash": Role.TRASH,
        "Junk": Role.JUNK,
    }
    assert folders["Classes/6e B & co/Élèves"].selectable
    assert folders["INBOX"].delimiter == "/"
    status = folders["INBOX"].status
    assert status is not None
    assert (status.exists, status.unseen) == (1, 1)
    selected = session.select("INBOX")
    assert (status.uidvalidity, status.uidnext) == (selected.uidvalidity, selected.uidnext)
    assert status.highestmodseq == selected.highestmodseq
    with server.observer(user) as box:
        assert box.folder.exists("Classes/6e B & co/Élèves")


def test_french_folders_have_roles_too(server: ImapServer, connect: Connect) -> None:
    session = connect(server, server.new_user(french=True))
    roles = {folder.role: folder.path for folder in session.list_folders() if folder.role}
    assert roles == {
        Role.INBOX: "INBOX",
        Role.SENT: "Envoyés",
        Role.DRAFTS: "Brouillons",
        Role.TRASH: "Corbeille",
        Role.JUNK: "Indésirables",
    }


def test_select(server: ImapServer, user: MailUser, connect: Connect) -> None:
    uid = server.deliver(user, "INBOX", PLAIN)
    session = connect(server, user)
    status = session.select("INBOX")
    assert status.exists == 1
    assert status.uidnext == uid + 1
    assert status.uidvalidity > 0
    assert not status.read_only
    assert (status.highestmodseq is not None) == session.caps.condstore
    assert session.select("INBOX", read_only=True).read_only
    assert session.select("INBOX").uidvalidity == status.uidvalidity


def test_folders_that_are_not_there(server: ImapServer, user: MailUser, connect: Connect) -> None:
    server.deliver(user, "INBOX", PLAIN)
    session = connect(server, user)
    for path in ("Nulle part", "Été", "INBOX/none"):
        with pytest.raises(ServerSaid) as caught:
            session.select(path)
        assert caught.value.code is ErrorCode.FOLDER_GONE
        with pytest.raises(ServerSaid) as caught:
            session.append(path, PLAIN, Flags(), None)
        assert caught.value.code is ErrorCode.FOLDER_GONE
    session.select("INBOX")
    for transfer in (session.copy, session.move):
        with pytest.raises(ServerSaid) as caught:
            transfer(session.all_uids(), "Nulle part")
        assert caught.value.code is ErrorCode.FOLDER_GONE
    assert len(session.all_uids()) == 1  # the connection goes on


def test_creating_a_folder_twice(server: ImapServer, user: MailUser, connect: Connect) -> None:
    session = connect(server, user)
    session.create_folder("Conseil d’école")
    session.create_folder("Conseil d’école")
    assert session.select("Conseil d’école").exists == 0


# -- reading -------------------------------------------------------------------------------------


def test_messages(server: ImapServer, user: MailUser, connect: Connect) -> None:
    uid = server.deliver(user, "INBOX", PLAIN, ["\\Flagged"], DATE)
    session = connect(server, user)
    session.select("INBOX")
    (message,) = session.messages(session.all_uids())
    assert message.uid == uid
    assert message.internal_date == DATE
    assert message.size == len(PLAIN)
    assert message.flags == Flags(Marks.FLAGGED)
    assert (message.modseq is not None) == session.caps.condstore
    lines = message.header.split(b"\r\n")
    assert b"Message-ID: <plain-1@ac-demo.fr>" in lines
    assert b"From: =?utf-8?q?Zo=C3=A9_Lef=C3=A8vre?= <zoe.lefevre@ac-demo.fr>" in lines
    assert b"X-Not-Wanted" not in message.header
    (part,) = message.parts
    assert part.number == "1"
    assert part.media_type == "text/plain"
    assert part.charset == "utf-8"
    assert part.encoding == "quoted-printable"
    assert part.text_format == "flowed"
    assert not part.is_attachment
    assert server.seen_flags(user, "INBOX") == {uid: {"\\Flagged"}}  # reading leaves it unread


def test_structure_and_slices(server: ImapServer, user: MailUser, connect: Connect) -> None:
    uid = server.deliver(user, "INBOX", NESTED)
    session = connect(server, user)
    session.select("INBOX")
    (message,) = session.messages([uid])
    assert [(part.number, part.media_type, part.within) for part in message.parts] == [
        ("1.1", "text/plain", "mixed/alternative"),
        ("1.2", "text/html", "mixed/alternative"),
        ("2", "application/pdf", "mixed"),
        ("3", "message/rfc822", "mixed"),
    ]
    assert message.parts[1].charset == "iso-8859-1"
    attachment = message.parts[2]
    assert attachment.filename == "Emploi du temps été.pdf"
    assert attachment.encoding == "base64"
    assert attachment.is_attachment
    assert session.part(uid, "1.2", 0, 1000).strip() == b"<p>html words</p>"
    whole = session.part(uid, "2", 0, 100_000)
    assert whole.replace(b"\r\n", b"") == b"QUJDRA==" * 100
    pieces = [session.part(uid, "2", offset, 300) for offset in range(0, len(whole), 300)]
    assert b"".join(pieces) == whole
    assert session.part(uid, "2", len(whole) + 10, 300) == b""
    assert session.part(uid, "", 0, 1 << 20) == NESTED
    assert session.part(uid, "HEADER", 0, 1 << 20) == NESTED[: NESTED.index(b"--OUT")]
    assert session.part(uid, "3", 0, 14) == b"Subject: insid"
    assert server.seen_flags(user, "INBOX") == {uid: set()}


def test_messages_that_are_gone(server: ImapServer, user: MailUser, connect: Connect) -> None:
    uid = server.deliver(user, "INBOX", PLAIN)
    session = connect(server, user)
    session.select("INBOX")
    with pytest.raises(ServerSaid) as caught:
        session.part(uid + 50, "1", 0, 100)
    assert caught.value.code is ErrorCode.MESSAGE_GONE
    assert list(session.messages([uid + 50])) == []
    assert list(session.texts([(uid + 50, ("1",))], 100)) == []
    assert list(session.flags([uid + 50], None)) == []
    session.store([uid + 50], Flags(Marks.SEEN), Flags())
    assert session.copy([uid + 50], "Trash") == {}
    assert session.move([uid + 50], "Trash") == {}
    session.expunge([uid + 50])
    assert session.all_uids() == (uid,)


def test_an_empty_folder(server: ImapServer, user: MailUser, connect: Connect) -> None:
    session = connect(server, user)
    session.select("INBOX")
    assert session.all_uids() == ()
    assert list(session.flags(None, None)) == []
    assert list(session.messages([])) == []
    assert list(session.texts([], 100)) == []
    session.store([], Flags(Marks.SEEN), Flags())
    assert session.copy([], "Trash") == {}
    assert session.find_message_id("<a@b>") == ()


def test_texts_of_many_messages_in_few_flights(server: ImapServer, user: MailUser) -> None:
    messages: list[tuple[bytes, tuple[str, ...], datetime | None]] = [
        (numbered(number), (), None) for number in range(60)
    ]
    messages[30:30] = [(NESTED, (), None)] * 2
    uids = server.deliver_all(user, "INBOX", messages)
    meter = Meter()
    session = ImapConnector().connect(server.account(user), user.secret, meter)
    try:
        session.select("INBOX")
        wanted = [(uid, ("1",)) for uid in uids]
        wanted[30:32] = [(uid, ("1.1", "1.2")) for uid in uids[30:32]]
        before = meter.flights
        found = dict(session.texts(wanted, 7))
        assert meter.flights - before <= 3
        assert len(found) == 62
        assert found[uids[30]]["1.1"] == b"plain w"  # cut at the limit
        assert found[uids[31]]["1.2"] == b"<p>html"
        assert found[uids[59]]["1"] == b"text 57"
        before = meter.flights
        told = {one.uid: one for one in session.messages(uids)}
        assert meter.flights - before <= 4
        assert sorted(told) == sorted(uids)
    finally:
        session.close()


def test_a_large_message_is_read_in_slices(server: ImapServer, user: MailUser) -> None:
    body = b"".join(b"%072d\r\n" % number for number in range(40_000))  # 3 MB
    uid = server.deliver(user, "INBOX", b"Subject: large\r\n\r\n" + body)
    session = ImapConnector().connect(server.account(user), user.secret, Meter())
    try:
        session.select("INBOX")
        found = b""
        while piece := session.part(uid, "1", len(found), 262_144):
            found += piece
        assert found == body
    finally:
        session.close()


def test_finds_a_message_id(server: ImapServer, user: MailUser, connect: Connect) -> None:
    server.deliver(user, "INBOX", numbered(1))
    uid = server.deliver(user, "INBOX", PLAIN)
    again = server.deliver(user, "INBOX", PLAIN)
    session = connect(server, user)
    session.select("INBOX")
    assert session.find_message_id("plain-1@ac-demo.fr") == (uid, again)
    assert session.find_message_id("<plain-1@ac-demo.fr>") == (uid, again)
    assert session.find_message_id("lain-1@ac-demo.fr") == ()
    assert session.find_message_id('qu"ote\\d@é') == ()
    assert session.find_message_id("") == ()


# -- changing ------------------------------------------------------------------------------------


def test_flags(server: ImapServer, user: MailUser, connect: Connect) -> None:
    uids = server.deliver_all(user, "INBOX", [(numbered(one), (), None) for one in range(4)])
    session = connect(server, user)
    status = session.select("INBOX")
    session.store(uids[:2], Flags(Marks.SEEN | Marks.FLAGGED), Flags())
    session.store(uids[1:3], Flags(Marks.ANSWERED), Flags(Marks.FLAGGED))
    assert server.seen_flags(user, "INBOX") == {
        uids[0]: {"\\Seen", "\\Flagged"},
        uids[1]: {"\\Seen", "\\Answered"},
        uids[2]: {"\\Answered"},
        uids[3]: set(),
    }
    assert {one.uid: one.flags.marks for one in session.flags(None, None)} == {
        uids[0]: Marks.SEEN | Marks.FLAGGED,
        uids[1]: Marks.SEEN | Marks.ANSWERED,
        uids[2]: Marks.ANSWERED,
        uids[3]: Marks.NONE,
    }
    assert [one.uid for one in session.flags([uids[0], uids[3]], None)] == [uids[0], uids[3]]
    if status.permanent_keywords:
        session.store(uids[3:], Flags(Marks.FORWARDED, frozenset({"a-suivre"})), Flags())
        (last,) = session.flags(uids[3:], None)
        assert last.flags == Flags(Marks.FORWARDED, frozenset({"a-suivre"}))
        assert server.seen_flags(user, "INBOX")[uids[3]] == {"$Forwarded", "a-suivre"}


def test_flags_changed_since(server: ImapServer, user: MailUser, connect: Connect) -> None:
    uids = server.deliver_all(user, "INBOX", [(numbered(one), (), None) for one in range(5)])
    session = connect(server, user)
    needs(session, "condstore")
    before = session.select("INBOX").highestmodseq
    assert before is not None
    assert list(session.flags(None, before)) == []
    with server.observer(user) as box:
        box.flag([str(uids[2])], ["\\Seen"], True)
    after = session.select("INBOX").highestmodseq
    assert after is not None
    assert after > before
    (changed,) = session.flags(None, before)
    assert (changed.uid, changed.flags) == (uids[2], Flags(Marks.SEEN))
    assert changed.modseq == after


def test_vanished(server: ImapServer, user: MailUser, connect: Connect) -> None:
    uids = server.deliver_all(user, "INBOX", [(numbered(one), (), None) for one in range(6)])
    session = connect(server, user)
    needs(session, "qresync")
    before = session.select("INBOX").highestmodseq
    assert before is not None
    with server.observer(user) as box:
        box.flag([str(uids[5])], ["\\Seen"], True)
        box.delete([str(uid) for uid in uids[1:3]])
    session.select("INBOX")
    assert session.vanished_since(before, uids) == tuple(uids[1:3])
    assert session.vanished_since(before, uids[2:]) == (uids[2],)
    (changed,) = session.flags(None, before)  # came in the same flight
    assert (changed.uid, changed.flags) == (uids[5], Flags(Marks.SEEN))


def test_moves(server: ImapServer, user: MailUser, connect: Connect) -> None:
    uids = server.deliver_all(user, "INBOX", [(numbered(one), (), None) for one in range(5)])
    session = connect(server, user)
    needs(session, "move")
    session.select("INBOX")
    moved = session.move([uids[0], uids[1], uids[3]], "Trash")
    assert sorted(moved) == [uids[0], uids[1], uids[3]]
    assert sorted(moved.values()) == server.uids(user, "Trash")
    assert server.uids(user, "INBOX") == [uids[2], uids[4]]
    with server.observer(user, "Trash") as box:
        subjects = {int(str(one.uid)): one.subject for one in box.fetch()}
    assert {old: subjects[new] for old, new in moved.items()} == {
        uids[0]: "0",
        uids[1]: "1",
        uids[3]: "3",
    }


def test_copies_and_expunges(server: ImapServer, user: MailUser, connect: Connect) -> None:
    uids = server.deliver_all(user, "INBOX", [(numbered(one), (), None) for one in range(4)])
    session = connect(server, user)
    session.select("INBOX")
    copied = session.copy(uids[1:3], "Trash")
    assert sorted(copied) == uids[1:3]
    assert sorted(copied.values()) == server.uids(user, "Trash")
    session.store(uids[:3], Flags(Marks.DELETED), Flags())
    needs(session, "uidplus")
    session.expunge(uids[1:3])
    assert server.uids(user, "INBOX") == [uids[0], uids[3]]  # 0 is marked, and stays
    session.expunge_deleted()
    assert server.uids(user, "INBOX") == [uids[3]]


@pytest.mark.parametrize("size", [100, 300_000])
def test_appends(server: ImapServer, user: MailUser, connect: Connect, size: int) -> None:
    message = PLAIN + b"x" * size + b"\r\n"
    session = connect(server, user)
    uid = session.append("Sent", message, Flags(Marks.SEEN), DATE)
    session.append("Drafts", PLAIN, Flags(Marks.SEEN | Marks.DRAFT), None)
    assert [uid] == server.uids(user, "Sent")
    assert server.seen_flags(user, "Sent") == {uid: {"\\Seen"}}
    assert set(*server.seen_flags(user, "Drafts").values()) == {"\\Seen", "\\Draft"}
    with server.observer(user, "Sent") as box:
        (stored,) = box.fetch()
        assert stored.size_rfc822 == len(message)
        assert "".join(stored.headers["message-id"]) == "<plain-1@ac-demo.fr>"
    status = session.select("Sent")
    assert status.exists == 1
    (found,) = session.messages(session.all_uids())
    assert found.internal_date == DATE
    assert session.part(found.uid, "", 0, 1 << 20) == message


def test_a_full_mailbox(dovecot: Dovecot, connect: Connect) -> None:
    user = MailUser("plein", "plein@ac-demo.fr", "Sésame")
    dovecot.register(user, quota="100k")
    session = connect(dovecot, user)
    session.append("INBOX", PLAIN, Flags(), None)
    with pytest.raises(ServerSaid) as caught:
        session.append("INBOX", PLAIN + b"x" * 200_000, Flags(), None)
    assert caught.value.code is ErrorCode.MAILBOX_FULL
    assert session.select("INBOX").exists == 1


def test_a_folder_open_for_reading_only(
    server: ImapServer, user: MailUser, connect: Connect
) -> None:
    uid = server.deliver(user, "INBOX", PLAIN)
    session = connect(server, user)
    session.select("INBOX", read_only=True)
    with pytest.raises(ServerSaid) as caught:
        session.move([uid], "Trash")
    assert caught.value.code is ErrorCode.SERVER_REFUSED
    assert server.uids(user, "INBOX") == [uid]


# -- waiting and losing the line ------------------------------------------------------------------


def test_wait_sees_new_mail(server: ImapServer, user: MailUser, connect: Connect) -> None:
    session = connect(server, user)
    session.select("INBOX")
    assert session.wait(0.05) is False
    found: list[tuple[bool, float]] = []

    def wait() -> None:
        start = time.monotonic()
        found.append((session.wait(30), time.monotonic() - start))

    thread = threading.Thread(target=wait)
    thread.start()
    server.deliver(user, "INBOX", PLAIN)
    thread.join(40)
    assert found
    assert found[0][0] is True
    assert found[0][1] < 15
    assert session.wait(0.05) is False  # said once
    assert len(session.all_uids()) == 1  # and the dialogue is in step


def test_wait_sees_flags_and_expunges(server: ImapServer, user: MailUser, connect: Connect) -> None:
    uids = server.deliver_all(user, "INBOX", [(numbered(one), (), None) for one in range(2)])
    session = connect(server, user)
    session.select("INBOX")
    with server.observer(user) as box:
        box.flag([str(uids[0])], ["\\Seen"], True)
    assert session.wait(60) is True
    with server.observer(user) as box:
        box.delete([str(uids[1])])
    assert session.wait(60) is True
    assert session.all_uids() == (uids[0],)


def test_own_changes_are_no_news(server: ImapServer, user: MailUser, connect: Connect) -> None:
    uids = server.deliver_all(user, "INBOX", [(numbered(one), (), None) for one in range(3)])
    session = connect(server, user)
    session.select("INBOX")
    session.store(uids, Flags(Marks.SEEN), Flags())
    session.move(uids[:1], "Trash")
    session.store(uids[1:2], Flags(Marks.DELETED), Flags())
    session.expunge(uids[1:2])
    assert session.wait(0.05) is False


def test_abort_from_another_thread(server: ImapServer, user: MailUser, connect: Connect) -> None:
    session = connect(server, user)
    session.select("INBOX")
    caught: list[MelError] = []

    def wait() -> None:
        try:
            session.wait(60)
        except MelError as error:
            caught.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    session.abort()
    thread.join(60)
    assert not thread.is_alive()
    assert isinstance(caught[0], Cancelled)
    with pytest.raises(Cancelled):
        session.select("INBOX")


def test_the_server_goes_away_in_the_middle(
    server: ImapServer, user: MailUser, connect: Connect
) -> None:
    assert isinstance(server, ProcessServer | Pymap)
    server.deliver(user, "INBOX", PLAIN)
    session = connect(server, user)
    session.select("INBOX")
    caught: list[MelError] = []

    def wait() -> None:
        try:
            session.wait(60)
        except MelError as error:
            caught.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    server.kill()
    try:
        thread.join(60)
        assert not thread.is_alive()
        assert caught[0].code is ErrorCode.CONNECTION_LOST
        with pytest.raises(ConnectionTrouble) as refused:
            connect(server, user)
        assert refused.value.code is ErrorCode.UNREACHABLE
    finally:
        server.start()
    again = connect(server, user)
    again.select("INBOX")
    assert len(again.all_uids()) == 1


def test_a_connection_lost_while_idle_is_noticed(
    server: ImapServer, user: MailUser, connect: Connect
) -> None:
    assert isinstance(server, ProcessServer | Pymap)
    session = connect(server, user)
    session.select("INBOX")
    assert session.alive()
    assert session.all_uids() == ()
    server.drop_connections()
    with pytest.raises(ConnectionTrouble) as caught:
        session.all_uids()
    assert caught.value.code is ErrorCode.CONNECTION_LOST
    assert not session.alive()
    assert connect(server, user).select("INBOX").exists == 0
