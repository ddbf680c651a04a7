"""What a ManageSieve server, or somebody on the way, may do to us. Each case: the name, what it
says, and the error that must come of it, before any password has left where TLS is not up.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass

from mel_desktop.model.errors import ErrorCode
from tests.support.scripted_imap import Peer

CAPS = (
    '"IMPLEMENTATION" "Test"\r\n"VERSION" "1.0"\r\n"SASL" "{sasl}"\r\n'
    '"SIEVE" "fileinto include"\r\n{extra}OK\r\n'
)
PLAIN_CAPS = CAPS.format(sasl="", extra='"STARTTLS"\r\n')
INNER_CAPS = CAPS.format(sasl="PLAIN", extra="")


@dataclass(frozen=True)
class Case:
    name: str
    script: Callable[[Peer], None]
    code: ErrorCode
    why: str = ""
    may_hear_password: bool = False


def encrypt(peer: Peer, inner: str = INNER_CAPS) -> None:
    """Greeting, STARTTLS, the greeting again."""
    peer.send(PLAIN_CAPS)
    assert peer.line() == b"STARTTLS"
    peer.send("OK\r\n")
    peer.start_tls()
    peer.send(inner)


def sign_in(peer: Peer, more: str = "") -> None:
    """The same, and a sign-in that is accepted. ``more``: said unasked, in one piece."""
    encrypt(peer)
    assert peer.line().startswith(b'AUTHENTICATE "PLAIN"')
    peer.send("OK\r\n")
    assert peer.line() == b"CAPABILITY"
    peer.send(INNER_CAPS + more)


def saying(text: str | bytes) -> Callable[[Peer], None]:
    """Only this, instead of a greeting."""

    def script(peer: Peer) -> None:
        peer.send(text)
        peer.line()

    return script


def answering(text: str | bytes) -> Callable[[Peer], None]:
    """Signed in; LISTSCRIPTS is answered with this."""

    def script(peer: Peer) -> None:
        sign_in(peer)
        assert peer.line() == b"LISTSCRIPTS"
        peer.send(text)
        peer.line()

    return script


def _injected(peer: Peer) -> None:
    peer.send(PLAIN_CAPS)
    peer.line()
    peer.send('OK\r\n"SASL" "PLAIN"\r\nOK\r\n')  # in one piece with the answer, before TLS
    peer.line()


def _refused_tls(peer: Peer) -> None:
    peer.send(PLAIN_CAPS)
    peer.line()
    peer.send('NO "not today"\r\n')
    peer.line()


def _cut_after_starttls(peer: Peer) -> None:
    peer.send(PLAIN_CAPS)
    peer.line()
    peer.send("OK\r\n")


def _no_mechanism(peer: Peer) -> None:
    encrypt(peer, CAPS.format(sasl="GSSAPI", extra=""))
    peer.line()


def _refused(answer: str) -> Callable[[Peer], None]:
    def script(peer: Peer) -> None:
        encrypt(peer)
        peer.line()
        peer.send(answer)
        peer.line()

    return script


def _challenges(peer: Peer) -> None:
    encrypt(peer)
    peer.line()
    while True:
        peer.send('"bmVpbg=="\r\n')
        peer.line()


def _scram(*, proof: bool, rounds: int = 4096, echo: bool = True) -> Callable[[Peer], None]:
    """SCRAM-SHA-256 from the server's end."""

    def script(peer: Peer) -> None:
        encrypt(peer, CAPS.format(sasl="SCRAM-SHA-256", extra=""))
        words = peer.line().split(b'"')
        bare = base64.b64decode(words[3]).decode().removeprefix("n,,")
        nonce = dict(part.split("=", 1) for part in bare.split(","))["r"] if echo else "other"
        salt = b"0123456789abcdef"
        first = f"r={nonce}SERVER,s={base64.b64encode(salt).decode()},i={rounds}"
        peer.send(f'"{base64.b64encode(first.encode()).decode()}"\r\n')
        final = base64.b64decode(peer.line().strip(b'"')).decode()
        told = f"{bare},{first},{final.rpartition(',p=')[0]}".encode()
        salted = hashlib.pbkdf2_hmac("sha256", "Sésame".encode(), salt, rounds)
        stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
        signature = hmac.digest(stored, told, "sha256")
        sent = base64.b64decode(final.rpartition(",p=")[2])
        client = bytes(one ^ other for one, other in zip(sent, signature, strict=True))
        assert hashlib.sha256(client).digest() == stored  # it is the right password
        key = hmac.digest(salted, b"Server Key", "sha256")
        mine = base64.b64encode(hmac.digest(key, told if proof else b"x", "sha256")).decode()
        peer.send(f'OK (SASL "{base64.b64encode(f"v={mine}".encode()).decode()}")\r\n')
        peer.line()
        peer.send(INNER_CAPS)
        peer.line()
        peer.send('"mine" ACTIVE\r\nOK\r\n')
        peer.line()

    return script


def _bye_later(peer: Peer) -> None:
    sign_in(peer)
    peer.line()
    peer.send('BYE (REFERRAL "sieve://evil.example") "go there"\r\n')


honest_scram = _scram(proof=True)

CASES = (
    Case("STARTTLS stripped", saying(INNER_CAPS), ErrorCode.NO_TLS_OFFERED),
    Case("STARTTLS refused", _refused_tls, ErrorCode.NO_TLS_OFFERED),
    Case("answers injected before TLS", _injected, ErrorCode.PROTOCOL, "data-before-tls"),
    Case("cut at the handshake", _cut_after_starttls, ErrorCode.CONNECTION_LOST),
    Case(
        "BYE with a referral at the door",
        saying('BYE (REFERRAL "sieve://evil.example") "go there"\r\n'),
        ErrorCode.PROTOCOL,
        "referral",
    ),
    Case("BYE at the door", saying('BYE "too busy"\r\n'), ErrorCode.SERVER_TEMPORARY),
    Case("an endless line", saying(b'"' + b"x" * 100_000), ErrorCode.PROTOCOL, "line-too-long"),
    Case(
        "endless capabilities", saying('"X" "Y"\r\n' * 2000), ErrorCode.PROTOCOL, "answer-too-long"
    ),
    Case("another protocol", saying("* OK IMAP4rev1 hello\r\n"), ErrorCode.PROTOCOL, "answer"),
    Case("SMTP", saying("220 smtp ESMTP\r\n"), ErrorCode.PROTOCOL, "answer"),
    Case("a line that ends with LF", saying("OK\n"), ErrorCode.PROTOCOL, "line-end"),
    Case("an open quote", saying('"SASL" "PLAIN\r\nOK\r\n'), ErrorCode.PROTOCOL, "answer"),
    Case("no mechanism", _no_mechanism, ErrorCode.SERVER_REFUSED),
    Case(
        "a wrong password",
        _refused('NO "no such user"\r\n'),
        ErrorCode.SIGN_IN_REFUSED,
        may_hear_password=True,
    ),
    Case(
        "try later",
        _refused('NO (TRYLATER) "busy"\r\n'),
        ErrorCode.SERVER_TEMPORARY,
        may_hear_password=True,
    ),
    Case(
        "a challenge that PLAIN does not have",
        _challenges,
        ErrorCode.PROTOCOL,
        "auth-challenge",
        may_hear_password=True,
    ),
    Case("SCRAM without proof", _scram(proof=False), ErrorCode.PROTOCOL, "auth-challenge"),
    Case("SCRAM, few rounds", _scram(proof=True, rounds=1), ErrorCode.PROTOCOL, "auth-challenge"),
    Case(
        "SCRAM, another nonce", _scram(proof=True, echo=False), ErrorCode.PROTOCOL, "auth-challenge"
    ),
    Case(
        "a literal too long",
        answering("{4000000000}\r\n"),
        ErrorCode.PROTOCOL,
        "literal-too-long",
        may_hear_password=True,
    ),
    Case(
        "a literal with a sign",
        answering("{-5}\r\nhello\r\nOK\r\n"),
        ErrorCode.PROTOCOL,
        "answer",
        may_hear_password=True,
    ),
    Case(
        "a literal that is cut",
        answering("{500}\r\nhello"),
        ErrorCode.TIMED_OUT,
        may_hear_password=True,
    ),
    Case(
        "many big literals",
        answering(b"{1000000}\r\n" * 1 + (b"x" * 1_000_000 + b" {1000000}\r\n") * 6),
        ErrorCode.PROTOCOL,
        "literal-too-long",
        may_hear_password=True,
    ),
    Case(
        "endless scripts",
        answering('"a"\r\n' * 5000),
        ErrorCode.PROTOCOL,
        "answer-too-long",
        may_hear_password=True,
    ),
    Case("silence", answering(""), ErrorCode.TIMED_OUT, may_hear_password=True),
    Case(
        "half an answer, then silence",
        answering('"mine" ACT'),
        ErrorCode.TIMED_OUT,
        may_hear_password=True,
    ),
    Case(
        "BYE with a referral later",
        _bye_later,
        ErrorCode.PROTOCOL,
        "referral",
        may_hear_password=True,
    ),
    Case(
        "brackets that never close",
        answering('NO (QUOTA "x"\r\n'),
        ErrorCode.PROTOCOL,
        "answer",
        may_hear_password=True,
    ),
    Case(
        "an unknown ending",
        answering("MAYBE\r\n"),
        ErrorCode.PROTOCOL,
        "answer",
        may_hear_password=True,
    ),
)
