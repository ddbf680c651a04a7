"""net.smtp against a server that checks passwords and owners (Postfix as root, else aiosmtpd)."""

from __future__ import annotations

import dataclasses
import socket

import pytest

from mel_desktop.model.accounts import (
    Account,
    AccountId,
    AccountState,
    AuthKind,
    Endpoint,
    Secret,
    Security,
)
from mel_desktop.model.errors import ConnectionTrouble, ErrorCode, ServerSaid
from mel_desktop.net.smtp import SmtpSubmission
from mel_desktop.ports import Meter
from tests.support.certificates import Certificates
from tests.support.submission_servers import DOMAIN, SIZE_LIMIT, USERS, SubmissionServer

ALICE = f"alice@{DOMAIN}"
BRUNO = f"bruno@{DOMAIN}"


def account(endpoint: Endpoint, ca_pem: str, login: str = ALICE) -> Account:
    return Account(
        id=AccountId(1),
        email=login,
        name="Alice",
        login=login,
        imap=Endpoint("127.0.0.1", 1, Security.TLS),
        smtp=endpoint,
        auth=AuthKind.PASSWORD,
        provider="",
        ca_pem=ca_pem,
        proxy="",
        state=AccountState.READY,
        last_sync_at=None,
    )


def message(message_id: str, body: bytes = b"Bonjour\r\n") -> bytes:
    head = (
        f"Date: Mon, 23 Nov 2026 08:00:00 +0000\r\nFrom: {ALICE}\r\nTo: {BRUNO}\r\n"
        f"Message-ID: <{message_id}>\r\nSubject: essai\r\n\r\n"
    )
    return head.encode() + body


@pytest.fixture(params=["postfix", "aiosmtpd_server"])
def server(request: pytest.FixtureRequest) -> SubmissionServer:
    found: SubmissionServer = request.getfixturevalue(request.param)
    return found


@pytest.mark.servers
@pytest.mark.parametrize("security", list(Security))
def test_a_message_arrives_as_it_was(server: SubmissionServer, security: Security) -> None:
    wanted = message(f"{security.value}-{server.kind}@t", b".dot\r\n..two\r\n.\r\n" + b"x" * 70)
    wanted += b"\r\n"
    meter = Meter()
    receipt = SmtpSubmission().submit(
        account(server.endpoint(security), server.ca_pem),
        Secret(USERS[ALICE]),
        ALICE,
        [BRUNO, "parent@ailleurs.example"],
        wanted,
        meter,
    )
    assert receipt.refused == ()
    copies = server.wait_for(f"{security.value}-{server.kind}@t", 2)
    assert {one.recipient for one in copies} == {BRUNO, "parent@ailleurs.example"}
    for one in copies:
        assert one.data == wanted
        assert one.sender == ALICE
        assert socket.gethostname().encode() not in one.trace.partition(b" by ")[0]
    assert meter.sent > len(wanted)
    assert meter.received > 0
    assert meter.flights >= 4


@pytest.mark.servers
def test_a_wrong_password_is_refused_once(server: SubmissionServer) -> None:
    with pytest.raises(ServerSaid) as caught:
        SmtpSubmission().submit(
            account(server.endpoint(), server.ca_pem),
            Secret("faux"),
            ALICE,
            [BRUNO],
            message("wrong@t"),
            Meter(),
        )
    assert caught.value.code is ErrorCode.SIGN_IN_REFUSED
    assert server.copies("wrong@t") == []


@pytest.mark.servers
def test_refusals_say_whom_they_concern(server: SubmissionServer) -> None:
    def submit(sender: str, recipients: list[str]) -> None:
        submission = SmtpSubmission()
        submission.submit(
            account(server.endpoint(), server.ca_pem),
            Secret(USERS[ALICE]),
            sender,
            recipients,
            message("refused@t"),
            Meter(),
        )

    for sender, recipient, code in (
        (BRUNO, ALICE, ErrorCode.SENDER_REFUSED),
        (ALICE, f"refuse@{DOMAIN}", ErrorCode.RECIPIENT_REFUSED),
        (ALICE, f"tardif@{DOMAIN}", ErrorCode.SERVER_TEMPORARY),
    ):
        with pytest.raises(ServerSaid) as caught:
            submit(sender, [recipient])
        assert caught.value.code is code
        assert recipient not in str(caught.value)
    assert server.copies("refused@t") == []


@pytest.mark.servers
def test_some_recipients_refused_the_others_get_it(server: SubmissionServer) -> None:
    wanted = f"partly-{server.kind}@t"
    receipt = SmtpSubmission().submit(
        account(server.endpoint(), server.ca_pem),
        Secret(USERS[ALICE]),
        ALICE,
        [f"refuse@{DOMAIN}", BRUNO, f"tardif@{DOMAIN}"],
        message(wanted),
        Meter(),
    )
    assert [(one.address, one.reply_code) for one in receipt.refused] == [
        (f"refuse@{DOMAIN}", 550),
        (f"tardif@{DOMAIN}", 450),
    ]
    assert [one.recipient for one in server.wait_for(wanted)] == [BRUNO]


@pytest.mark.servers
def test_many_recipients_in_one_go_over_the_limit(server: SubmissionServer) -> None:
    receipt = SmtpSubmission().submit(
        account(server.endpoint(), server.ca_pem),
        Secret(USERS[ALICE]),
        ALICE,
        [f"p{number}@{DOMAIN}" for number in range(70)],
        message(f"many-{server.kind}@t"),
        Meter(),
    )
    assert len(receipt.refused) == 50
    assert {one.reply_code for one in receipt.refused} == {452}
    server.wait_for(f"many-{server.kind}@t", 20)


@pytest.mark.servers
def test_too_large_is_known_before_anything_is_sent(server: SubmissionServer) -> None:
    meter = Meter()
    with pytest.raises(ServerSaid) as caught:
        SmtpSubmission().submit(
            account(server.endpoint(), server.ca_pem),
            Secret(USERS[ALICE]),
            ALICE,
            [BRUNO],
            message("large@t") + (b"y" * 70 + b"\r\n") * (SIZE_LIMIT // 72 + 1),
            meter,
        )
    assert caught.value.code is ErrorCode.MESSAGE_TOO_LARGE
    assert meter.sent < 20_000


@pytest.mark.servers
def test_the_certificate_is_verified_before_the_password(
    postfix: SubmissionServer, certificates: Certificates
) -> None:
    for security in Security:
        trusted_by_nobody = account(postfix.endpoint(security), "")
        with pytest.raises(ConnectionTrouble) as caught:
            SmtpSubmission().submit(
                trusted_by_nobody, Secret("x"), ALICE, [BRUNO], message("cert@t"), Meter()
            )
        assert caught.value.code is ErrorCode.CERTIFICATE
    elsewhere = dataclasses.replace(
        postfix.endpoint(), host="127.0.0.2", port=postfix.tls_port
    )  # Postfix listens on 127.0.0.1 only
    with pytest.raises(ConnectionTrouble) as caught:
        SmtpSubmission().submit(
            account(elsewhere, certificates.ca_pem),
            Secret("x"),
            ALICE,
            [BRUNO],
            message("cert@t"),
            Meter(),
        )
    assert caught.value.code is ErrorCode.UNREACHABLE
