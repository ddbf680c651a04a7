"""net.smtp without a socket: bytes that may not leave, dots, what replies mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.model.accounts import (
    Account,
    AccountId,
    AccountState,
    AuthKind,
    Endpoint,
    Secret,
    Security,
)
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.net.smtp import SmtpSubmission
from mel_desktop.net.smtp_replies import Reply, refusal
from mel_desktop.net.smtp_session import stuffed, xtext
from mel_desktop.ports import Meter

NOBODY = Account(
    id=AccountId(1),
    email="a@b.test",
    name="",
    login="a@b.test",
    imap=Endpoint("127.0.0.1", 1, Security.TLS),
    smtp=Endpoint("127.0.0.1", 1, Security.TLS),
    auth=AuthKind.PASSWORD,
    provider="",
    ca_pem="",
    proxy="",
    state=AccountState.READY,
    last_sync_at=None,
)


@pytest.mark.parametrize(
    "data",
    [
        b"a\nb\r\n",
        b"a\rb\r\n",
        b"a\r\n.\rMAIL FROM:<x@y>\r\n",
        b"a\r\n\n.\n\r\n",
        b"no end",
        b"",
        b"a\n\r\n",
    ],
)
def test_lone_line_ends_never_leave(data: bytes) -> None:
    with pytest.raises(LocalRefusal):
        SmtpSubmission().submit(NOBODY, Secret("x"), "a@b.test", ["c@d.test"], data, Meter())


@pytest.mark.parametrize(
    "address", ["", "a@b>\r\nRCPT TO:<c@d", "a b@c", "a@b\n", "é\u202e@b.test", "é\u00a0@b"]
)
def test_no_command_in_an_address(address: str) -> None:
    for sender, recipient in ((address, "c@d.test"), ("a@b.test", address)):
        with pytest.raises(LocalRefusal) as caught:
            SmtpSubmission().submit(NOBODY, Secret("x"), sender, [recipient], b"x\r\n", Meter())
        assert caught.value.code is ErrorCode.BAD_ADDRESS


@given(st.lists(st.sampled_from([b"", b".", b"..", b".a", b"a." * 40, b"x" * 5000])))
def test_dots_are_stuffed_across_slices(lines: list[bytes]) -> None:
    data = b"".join(line + b"\r\n" for line in [*lines, b"end"])
    sent = b"".join(stuffed(data * 30))
    received = [line[1:] if line.startswith(b".") else line for line in sent.split(b"\r\n")[:-1]]
    assert b"".join(line + b"\r\n" for line in received) == data * 30
    assert b"\r\n.\r\n" not in b"\r\n" + sent


@pytest.mark.parametrize(
    ("code", "text", "phase", "meaning"),
    [
        (450, "4.7.1 Error: too much mail from 1.2.3.4", "mail", ErrorCode.SENDING_LIMIT),
        (550, "5.7.1 Recipient limit exceeded for sender", "rcpt", ErrorCode.SENDING_LIMIT),
        (550, "Limite d’envoi atteinte", "end", ErrorCode.SENDING_LIMIT),
        (450, "4.7.1 rate limit", "end", ErrorCode.SENDING_LIMIT),
        (452, "4.2.2 mailbox quota exceeded", "rcpt", ErrorCode.SERVER_TEMPORARY),
        (552, "5.2.2 over quota limit exceeded", "rcpt", ErrorCode.RECIPIENT_REFUSED),
        (552, "5.3.4 Message size exceeds fixed limit", "mail", ErrorCode.MESSAGE_TOO_LARGE),
        (552, "message size exceeds limit", "end", ErrorCode.MESSAGE_TOO_LARGE),
        (550, "5.1.1 unknown", "rcpt", ErrorCode.RECIPIENT_REFUSED),
        (553, "5.7.1 <a@b>: Sender address rejected: not owned", "rcpt", ErrorCode.SENDER_REFUSED),
        (550, "5.1.8 bad sender", "mail", ErrorCode.SENDER_REFUSED),
        (554, "5.7.1 spam", "end", ErrorCode.MESSAGE_REFUSED),
        (421, "4.3.2 closing", "end", ErrorCode.SERVER_TEMPORARY),
        (554, "no service for you", "connect", ErrorCode.SERVER_REFUSED),
    ],
)
def test_what_replies_mean(code: int, text: str, phase: str, meaning: ErrorCode) -> None:
    error = refusal(Reply(code, text), phase)
    assert error.code is meaning
    assert error.said == text
    assert text not in str(error)
    assert error.facts["reply"] == code


@pytest.mark.parametrize(
    ("text", "coded"),
    [
        ("a+b=c@d.test", "a+2Bb+3Dc@d.test"),
        ("two words", "two+20words"),
        ("é@b.test", ""),
        ("a\r\nRCPT TO:<x@y>", ""),
        ("x" * 500, ""),
    ],
)
def test_xtext(text: str, coded: str) -> None:
    assert xtext(text) == coded
