"""Servers that lie, break off or attack: a clear error, no password in clear, no memory eaten."""

from __future__ import annotations

import base64
import threading
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from mel_desktop.model.accounts import Secret, Security
from mel_desktop.model.errors import (
    Cancelled,
    ConnectionTrouble,
    ErrorCode,
    MelError,
    ServerBroken,
    ServerSaid,
)
from mel_desktop.model.mail import Flags, Marks
from mel_desktop.net.imap import ImapConnector, ImapSession
from mel_desktop.ports import Meter
from tests.support.scripted_imap import Peer, Scripted

PASSWORD = "Sésame-ouvre-toi"
SELECTED = (
    "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] .\r\n* OK [UIDNEXT 10] .\r\n"
    "* OK [PERMANENTFLAGS (\\Seen \\*)] .\r\n"
)
Serve = Callable[..., Any]


def connect(server: Scripted, silence: float = 10.0) -> ImapSession:
    connector = ImapConnector(connect_seconds=30, silence_seconds=silence)
    return connector.connect(server.account, Secret(PASSWORD), Meter())


def never_told(server: Scripted) -> bool:
    """Whether the password was never sent."""
    sent = b"\n".join(server.lines)
    whole = base64.b64encode(f"\0pdurand\0{PASSWORD}".encode())
    return PASSWORD.encode() not in sent and whole not in sent


def opened(script: Callable[[Peer], None], capabilities: str = "") -> Callable[[Peer], None]:
    """A script that signs in and opens INBOX first."""

    def run(peer: Peer) -> None:
        peer.sign_in(capabilities)
        tag = peer.command("SELECT")
        peer.send(f"{SELECTED}{tag} OK [READ-WRITE] done\r\n")
        script(peer)

    return run


# -- before TLS ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "injected",
    [
        "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n",
        "m3 OK [CAPABILITY IMAP4rev1] you are signed in\r\n",
        "half a line",
    ],
)
def test_what_follows_the_answer_to_starttls_is_an_attack(scripted: Serve, injected: str) -> None:
    def script(peer: Peer) -> None:
        peer.send("* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] hello\r\n")
        tag = peer.command("STARTTLS")
        peer.send(f"{tag} OK begin\r\n{injected}")
        peer.start_tls()
        peer.line()

    with scripted(script, Security.STARTTLS) as server, pytest.raises(ServerBroken) as caught:
        connect(server)
    assert caught.value.facts["why"] == "data-before-tls"
    assert never_told(server)


def test_capabilities_told_before_tls_are_forgotten(scripted: Serve) -> None:
    """An attacker says LOGIN is allowed; the server inside TLS wants PLAIN without SASL-IR."""

    def script(peer: Peer) -> None:
        peer.send("* OK [CAPABILITY IMAP4rev1 STARTTLS SASL-IR] hello\r\n")
        tag = peer.command("STARTTLS")
        peer.send(f"{tag} OK begin\r\n")
        peer.start_tls()
        tag = peer.command("CAPABILITY")
        peer.send(f"* CAPABILITY IMAP4rev1 AUTH=PLAIN LOGINDISABLED\r\n{tag} OK done\r\n")
        assert peer.line().endswith(b"AUTHENTICATE PLAIN")
        peer.send("+ \r\n")
        assert base64.b64decode(peer.line()) == f"\0pdurand\0{PASSWORD}".encode()
        peer.send("m3 OK [CAPABILITY IMAP4rev1] welcome\r\n")
        peer.send(f"* BYE\r\n{peer.command('LOGOUT')} OK\r\n")

    with scripted(script, Security.STARTTLS) as server:
        session = connect(server)
        session.close()


@pytest.mark.parametrize("security", list(Security))
def test_preauth_is_refused(scripted: Serve, security: Security) -> None:
    def script(peer: Peer) -> None:
        peer.send("* PREAUTH [CAPABILITY IMAP4rev1] you are somebody already\r\n")
        peer.line()

    with scripted(script, security) as server, pytest.raises(ServerBroken) as caught:
        connect(server)
    assert caught.value.facts["why"] == "preauth"
    assert server.lines == []


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hello\r\n", id="not-offered"),
        pytest.param("* OK [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n", id="refused"),
    ],
)
def test_without_starttls_nothing_is_said(scripted: Serve, script: str) -> None:
    def serve(peer: Peer) -> None:
        peer.send(script)
        tag = peer.command("STARTTLS")
        peer.send(f"{tag} NO not today\r\n")
        peer.line()

    with scripted(serve, Security.STARTTLS) as server, pytest.raises(ConnectionTrouble) as caught:
        connect(server)
    assert caught.value.code is ErrorCode.NO_TLS_OFFERED
    assert never_told(server)


def test_tls_spoken_to_a_server_in_clear_text(scripted: Serve) -> None:
    def script(peer: Peer) -> None:
        peer.send("* OK hello\r\n")
        peer.line()

    with scripted(script, Security.STARTTLS) as server:
        account = server.account
        private = Scripted(server.port, Security.TLS, server.ca_pem)
        with pytest.raises(ConnectionTrouble) as caught:
            connect(private)
    assert caught.value.code is ErrorCode.TLS
    assert account.imap.port == caught.value.facts["port"]


# -- sign-in -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("NO [AUTHENTICATIONFAILED] wrong", ErrorCode.SIGN_IN_REFUSED),
        ("NO [AUTHENTICATIONFAILED] too many tries", ErrorCode.SIGN_IN_REFUSED),
        ("NO [AUTHORIZATIONFAILED] no", ErrorCode.SIGN_IN_REFUSED),
        ("NO [CONTACTADMIN] your account is locked", ErrorCode.ACCOUNT_LOCKED),
        ("NO Invalid credentials", ErrorCode.SIGN_IN_REFUSED),
        ("BAD invalid command", ErrorCode.SIGN_IN_REFUSED),
        ("NO [EXPIRED] choose a new one", ErrorCode.PASSWORD_EXPIRED),
        ("NO [OVERQUOTA] your mailbox is full", ErrorCode.MAILBOX_FULL),
        ("NO Your password has expired", ErrorCode.PASSWORD_EXPIRED),
        ("NO [ALERT] Application-specific password required: x", ErrorCode.APP_PASSWORD_NEEDED),
        ("NO [AUTHENTICATIONFAILED] use an app password", ErrorCode.APP_PASSWORD_NEEDED),
        ("NO [UNAVAILABLE] later", ErrorCode.SERVER_TEMPORARY),
        ("NO [LIMIT] too many connections", ErrorCode.SERVER_TEMPORARY),
        ("NO Temporary authentication failure", ErrorCode.SERVER_TEMPORARY),
    ],
)
def test_refused_sign_ins(scripted: Serve, answer: str, code: ErrorCode) -> None:
    def script(peer: Peer) -> None:
        peer.send("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hello\r\n")
        tag = peer.command("AUTHENTICATE PLAIN ")
        peer.send(f"{tag} {answer}\r\n")
        peer.line()

    with scripted(script) as server, pytest.raises(ServerSaid) as caught:
        connect(server)
    assert caught.value.code is code
    assert len(server.lines) == 1  # one attempt, nothing after it
    assert "pdurand" not in str(caught.value)


def test_login_command_where_there_is_no_plain(scripted: Serve) -> None:
    def script(peer: Peer) -> None:
        peer.send("* OK [CAPABILITY IMAP4rev1] hello\r\n")
        assert peer.line() == b'm1 LOGIN "pdurand" {17}'
        peer.send("+ go on\r\n")
        assert peer.octets(17) == PASSWORD.encode()
        assert peer.line() == b""
        peer.send("m1 OK [CAPABILITY IMAP4rev1] welcome\r\n")
        peer.line()

    with scripted(script) as server:
        session = connect(server)
        session.abort()


def test_no_mechanism_for_passwords(scripted: Serve) -> None:
    def script(peer: Peer) -> None:
        peer.send("* OK [CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=XOAUTH2] hello\r\n")
        peer.line()

    with scripted(script) as server, pytest.raises(ServerSaid) as caught:
        connect(server)
    assert caught.value.facts["reply"] == "no-password-mechanism"
    assert server.lines == []


@pytest.mark.parametrize(
    ("greeting", "error", "code"),
    [
        ("* BYE [UNAVAILABLE] too busy\r\n", ServerSaid, ErrorCode.SERVER_TEMPORARY),
        ("220 smtp.example ESMTP\r\n", ServerBroken, ErrorCode.PROTOCOL),
        ("\x00\xff\x16\x03", ConnectionTrouble, ErrorCode.CONNECTION_LOST),
        ("x" * 200_000, ServerBroken, ErrorCode.PROTOCOL),
        ("", ConnectionTrouble, ErrorCode.CONNECTION_LOST),
    ],
)
def test_greetings(scripted: Serve, greeting: str, error: type[MelError], code: ErrorCode) -> None:
    with scripted(lambda peer: peer.send(greeting)) as server, pytest.raises(error) as caught:
        connect(server)
    assert caught.value.code is code
    assert never_told(server)


def test_a_silent_server_is_given_up(scripted: Serve) -> None:
    with scripted(lambda peer: peer.line() and None) as server:
        start = time.monotonic()
        with pytest.raises(ConnectionTrouble) as caught:
            connect(server, silence=0.3)
    assert caught.value.code is ErrorCode.TIMED_OUT
    assert time.monotonic() - start < 15


# -- after sign-in -------------------------------------------------------------------------------


def test_a_giant_literal_is_not_read(scripted: Serve) -> None:
    def script(peer: Peer) -> None:
        tag = peer.command("UID FETCH")
        peer.send("* 1 FETCH (UID 1 BODY[1]<0> {8000000000}\r\n")
        for _ in range(100):
            peer.send(b"x" * 65536)
        peer.send(f")\r\n{tag} OK done\r\n")

    with scripted(opened(script)) as server:
        session = connect(server)
        session.select("INBOX")
        tracemalloc.start()
        try:
            with pytest.raises(ServerBroken) as caught:
                session.part(1, "1", 0, 65536)
            assert tracemalloc.get_traced_memory()[1] < 2_000_000
        finally:
            tracemalloc.stop()
        assert caught.value.facts["why"] == "literal-too-large"
        with pytest.raises(MelError):  # the connection is gone
            session.all_uids()


def test_a_line_without_end_is_not_read(scripted: Serve) -> None:
    def script(peer: Peer) -> None:
        peer.command("UID SEARCH")
        for _ in range(200):
            peer.send(b"* SEARCH" + b" 1" * 50_000)

    with scripted(opened(script)) as server:
        session = connect(server)
        session.select("INBOX")
        with pytest.raises(ServerBroken) as caught:
            session.all_uids()
    assert caught.value.facts["why"] == "line-too-long"


@pytest.mark.parametrize(
    ("capabilities", "answer"),
    [
        ("ESEARCH", '* ESEARCH (TAG "m3") UID ALL 1:4000000000'),
        ("ESEARCH", '* ESEARCH (TAG "m3") UID ALL 1:99999999999999999999999'),
    ],
)
def test_more_uids_than_can_be(scripted: Serve, capabilities: str, answer: str) -> None:
    def script(peer: Peer) -> None:
        tag = peer.command("UID SEARCH RETURN (ALL) ALL")
        peer.send(f"{answer}\r\n{tag} OK done\r\n")

    with scripted(opened(script, capabilities)) as server:
        session = connect(server)
        session.select("INBOX")
        with pytest.raises(ServerBroken):
            session.all_uids()


def test_messages_nobody_asked_for_are_left_out(scripted: Serve) -> None:
    def answer(uid: int, size: int) -> str:
        return (
            f'* {uid} FETCH (UID {uid} FLAGS () INTERNALDATE "20-Nov-2026 09:00:00 +0100" '
            f'RFC822.SIZE {size} BODYSTRUCTURE ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 4 1) '
            f"BODY[HEADER.FIELDS (FROM)] {{12}}\r\nFrom: a@b\r\n\r)\r\n"
        )

    def script(peer: Peer) -> None:
        tag = peer.command("UID FETCH 2 ")
        peer.send(answer(1, 5) + answer(2, 6) + "* 3 FETCH (FLAGS (\\Seen))\r\n" + answer(3, 7))
        peer.send(f"{tag} OK done\r\n")
        tag = peer.command("UID FETCH 2 ")
        peer.send(f"* 1 FETCH (UID 1 BODY[1]<0> {{5}}\r\nother)\r\n{tag} OK done\r\n")
        tag = peer.command("UID FETCH 1:3 ")
        peer.send("* 9 FETCH (UID 9 FLAGS (\\Deleted))\r\n* 2 FETCH (UID 2 FLAGS (\\Seen x))\r\n")
        peer.send(f"{tag} OK done\r\n")
        peer.line()

    with scripted(opened(script)) as server:
        session = connect(server)
        session.select("INBOX")
        assert [one.uid for one in session.messages([2])] == [2]
        with pytest.raises(ServerSaid) as caught:
            session.part(2, "1", 0, 100)
        assert caught.value.code is ErrorCode.MESSAGE_GONE
        assert [(one.uid, one.flags) for one in session.flags([1, 2, 3], None)] == [
            (2, Flags(Marks.SEEN, frozenset({"x"})))
        ]
        session.abort()


@pytest.mark.parametrize(
    "garbage",
    [
        "complete nonsense\r\n",
        "m99 OK an answer to nothing\r\n",
        "+ go on\r\n",
        "\r\n",
        "m3 MAYBE\r\n",
    ],
)
def test_garbage_ends_the_connection(scripted: Serve, garbage: str) -> None:
    def script(peer: Peer) -> None:
        peer.command("UID SEARCH")
        peer.send(garbage)
        peer.line()

    with scripted(opened(script)) as server:
        session = connect(server)
        session.select("INBOX")
        with pytest.raises(ServerBroken):
            session.all_uids()
        assert not any(text in str(session.caps) for text in ("nonsense",))


def test_structures_that_are_none_become_one_unknown_part(scripted: Serve) -> None:
    structures = [
        "NIL",
        "()",
        '("TEXT" "PLAIN")',
        '("TEXT" "PLAIN" NIL NIL NIL "7BIT" 4 1',  # one bracket too few
        "(" * 5000 + ")" * 5000,
        '("TEXT" "PLAIN" ("NAME) NIL NIL "7BIT" 4 1)',  # a quote too few
    ]

    def script(peer: Peer) -> None:
        tag = peer.command("UID FETCH 1:6 ")
        for uid, structure in enumerate(structures, 1):
            peer.send(
                f'* {uid} FETCH (UID {uid} FLAGS (\\Seen) INTERNALDATE "20-Nov-2026 09:00:00 +0100"'
                f" RFC822.SIZE 99 BODY[HEADER.FIELDS (FROM)] {{12}}\r\nFrom: a@b\r\n\r "
                f"BODYSTRUCTURE {structure})\r\n"
            )
        peer.send(f"{tag} OK done\r\n")

    with scripted(opened(script)) as server:
        session = connect(server)
        session.select("INBOX")
        found = list(session.messages([1, 2, 3, 4, 5, 6]))
        session.abort()
    assert [one.uid for one in found] == [1, 2, 3, 4, 5, 6]
    for one in found:
        assert one.header == b"From: a@b\r\n\r"
        assert one.flags == Flags(Marks.SEEN)
        assert [part.media_type for part in one.parts] == ["message/rfc822"]
        assert one.parts[0].size == 99


def test_a_slice_longer_than_asked_for(scripted: Serve) -> None:
    def script(peer: Peer) -> None:
        tag = peer.command("UID FETCH")
        peer.send(f"* 1 FETCH (UID 1 BODY[1]<0> {{9}}\r\n123456789)\r\n{tag} OK done\r\n")

    with scripted(opened(script)) as server:
        session = connect(server)
        session.select("INBOX")
        with pytest.raises(ServerBroken):
            session.part(1, "1", 0, 8)


def test_a_line_split_over_two_segments_during_idle(scripted: Serve) -> None:
    """imapclient 4.1 raises here and is out of step afterwards."""
    half = threading.Event()

    def script(peer: Peer) -> None:
        noop, tag = peer.command("NOOP"), peer.command("IDLE")
        peer.send(f"{noop} OK done\r\n")
        peer.send("+ idling\r\n* OK Still here\r\n* 4 EXI")
        half.set()
        assert peer.line() == b"DONE"
        peer.send(f"STS\r\n{tag} OK done\r\n")
        tag = peer.command("UID SEARCH")
        peer.send(f"* SEARCH 1 2 3 4\r\n{tag} OK done\r\n")
        peer.line()

    with scripted(opened(script, "IDLE")) as server:
        session = connect(server)
        session.select("INBOX")
        assert session.wait(1.0) is True  # the other half came with the answer to DONE
        assert half.is_set()
        assert session.all_uids() == (1, 2, 3, 4)
        session.abort()


def test_polling_where_there_is_no_idle(scripted: Serve) -> None:
    def script(peer: Peer) -> None:
        tag = peer.command("NOOP")
        peer.send(f"{tag} OK nothing\r\n")
        tag = peer.command("NOOP")
        peer.send(f"* 4 EXISTS\r\n{tag} OK done\r\n")
        peer.line()

    with scripted(opened(script)) as server:
        session = connect(server)
        session.select("INBOX")
        assert session.wait(0.05) is False
        assert session.wait(0.05) is True
        session.abort()


def test_what_is_told_of_the_folder_open_before_is_forgotten(scripted: Serve) -> None:
    def script(peer: Peer) -> None:
        tag = peer.command("SELECT")
        peer.send("* 99 EXISTS\r\n* OK [HIGHESTMODSEQ 5] .\r\n* OK [CLOSED] .\r\n")
        peer.send(f"* 2 EXISTS\r\n* OK [UIDVALIDITY 8] .\r\n{tag} OK [READ-ONLY] done\r\n")
        peer.line()

    with scripted(opened(script)) as server:
        session = connect(server)
        assert session.select("INBOX").uidvalidity == 7
        status = session.select("Sent")
        assert (status.uidvalidity, status.exists, status.highestmodseq) == (8, 2, None)
        assert status.read_only
        session.abort()


def test_a_mechanism_that_asks_on_and_on(scripted: Serve) -> None:
    def script(peer: Peer) -> None:
        peer.send("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hello\r\n")
        tag = peer.command("AUTHENTICATE PLAIN ")
        peer.send("+ eyJzdGF0dXMiOiI0MDAifQ==\r\n")
        assert peer.line() == b"*"
        peer.send(f"{tag} NO [AUTHENTICATIONFAILED] no\r\n")
        peer.line()

    with scripted(script) as server, pytest.raises(ServerSaid) as caught:
        connect(server)
    assert caught.value.code is ErrorCode.SIGN_IN_REFUSED


def test_abort_wakes_a_waiting_thread(scripted: Serve) -> None:
    idling = threading.Event()

    def script(peer: Peer) -> None:
        noop, _ = peer.command("NOOP"), peer.command("IDLE")
        peer.send(f"{noop} OK done\r\n+ idling\r\n")
        idling.set()
        peer.line()

    with scripted(opened(script, "IDLE")) as server:
        session = connect(server)
        session.select("INBOX")
        caught: list[BaseException] = []

        def wait() -> None:
            try:
                session.wait(60)
            except MelError as error:
                caught.append(error)

        thread = threading.Thread(target=wait)
        thread.start()
        waited = idling.wait(60)
        session.abort()
        thread.join(60)
        assert waited
        assert not thread.is_alive()
    assert isinstance(caught[0], Cancelled)


def test_a_flight_given_up_half_way_does_not_spoil_the_next_command(scripted: Serve) -> None:
    def script(peer: Peer) -> None:
        first, second = peer.command("UID FETCH 1 "), peer.command("UID FETCH 2 ")
        peer.send(f"* 1 FETCH (UID 1 BODY[1]<0> {{3}}\r\none)\r\n{first} OK done\r\n")
        peer.send(f"* 2 FETCH (UID 2 BODY[2]<0> {{3}}\r\ntwo)\r\n{second} OK done\r\n")
        tag = peer.command("UID FETCH 2 ")
        peer.send(f"* 2 FETCH (UID 2 BODY[1]<0> {{5}}\r\nright)\r\n{tag} OK done\r\n")
        peer.line()

    with scripted(opened(script)) as server:
        session = connect(server)
        session.select("INBOX")
        texts = session.texts([(1, ("1",)), (2, ("2",))], 100)
        assert next(texts) == (1, {"1": b"one"})
        texts.close()
        assert session.part(2, "1", 0, 100) == b"right"
        session.abort()


def test_bye_in_the_middle_names_its_reason(scripted: Serve) -> None:
    def script(peer: Peer) -> None:
        peer.command("UID SEARCH")
        peer.send("* BYE [UNAVAILABLE] going down, Paul Durand\r\n")

    with scripted(opened(script)) as server:
        session = connect(server)
        session.select("INBOX")
        with pytest.raises(ConnectionTrouble) as caught:
            session.all_uids()
    assert caught.value.code is ErrorCode.CONNECTION_LOST
    assert caught.value.facts["bye"] == "UNAVAILABLE"
    assert "Durand" not in str(caught.value)


def test_append_asks_first_and_sends_small_messages_at_once(scripted: Serve) -> None:
    message = b"Subject: x\r\n\r\n" + b"y" * 300_000

    def script(peer: Peer) -> None:
        peer.sign_in("LITERAL+ UIDPLUS")
        assert peer.line() == b'm2 APPEND "Sent" (\\Seen) {5+}'
        assert peer.octets(5) == b"small"
        peer.line()
        peer.send("m2 OK [APPENDUID 7 42] done\r\n")
        assert peer.line().endswith(b"{%d}" % len(message))
        peer.send("m3 NO [OVERQUOTA] full\r\n")  # before a single octet of it was sent
        peer.line()

    with scripted(script) as server:
        session = connect(server)
        assert session.append("Sent", b"small", Flags(Marks.SEEN), None) == 42
        with pytest.raises(ServerSaid) as caught:
            session.append("Sent", message, Flags(Marks.SEEN), None)
        session.abort()
    assert caught.value.code is ErrorCode.MAILBOX_FULL
    assert len(server.lines) == 4


def test_folder_names_cannot_carry_commands(scripted: Serve) -> None:
    def script(peer: Peer) -> None:
        peer.sign_in()
        assert peer.line() == b'm2 SELECT "a&AA0ACg-m9 DELETE \\"INBOX\\""'
        peer.send("m2 NO [NONEXISTENT] no\r\n")
        peer.line()

    with scripted(script) as server:
        session = connect(server)
        with pytest.raises(ServerSaid) as caught:
            session.select('a\r\nm9 DELETE "INBOX"')
        assert session.find_message_id("a\r\nm9 DELETE INBOX") == ()
        session.abort()
    assert caught.value.code is ErrorCode.FOLDER_GONE
