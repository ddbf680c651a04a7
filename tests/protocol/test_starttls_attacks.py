"""What a network can do to IMAP before TLS: strip it, answer for the server, send elsewhere.

Beside the cases of tests/support/hostile_sign_in.py, with hints and without, straight and through a
proxy. In each: an error that says why, never a password, never a connection to where a referral
(RFC 2193, RFC 2221) points.
"""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Final

import pytest

from mel_desktop.model.accounts import Secret, Security
from mel_desktop.model.errors import MelError
from mel_desktop.net.imap import ImapConnector
from mel_desktop.net.proxy import Proxies
from mel_desktop.net.transport import Lines
from mel_desktop.ports import Hints, Meter
from tests.support.scripted_imap import Peer

PASSWORD: Final = "Sésame-ouvre-toi"
CAPS: Final = "IMAP4rev1 SASL-IR AUTH=PLAIN"
GOOD: Final = f"* OK [CAPABILITY {CAPS} STARTTLS LOGINDISABLED] hello\r\n"
REFERRAL: Final = "[REFERRAL imap://pdurand@127.0.0.1:{evil}/]"
HINTS: Final = Hints(frozenset(CAPS.split()), frozenset({"IMAP4REV1", "LITERAL+"}))
Serve = Callable[..., Any]


@dataclass(frozen=True)
class Attack:
    """``greeting``, then what answers CAPABILITY and STARTTLS; {tag} and {evil} are filled in.

    ``tls``: the handshake is done after the answer to STARTTLS, and what is said inside it.
    """

    name: str
    codes: tuple[str, ...]
    greeting: str = GOOD
    capability: str = f"* CAPABILITY {CAPS} STARTTLS LOGINDISABLED\r\n{{tag}} OK done\r\n"
    starttls: str = "{tag} OK begin\r\n"
    tls: str | None = None
    sign_in: str = ""


NO_TLS: Final = ("no-tls-offered",)
BROKEN: Final = ("protocol",)
EITHER: Final = ("no-tls-offered", "protocol")
GONE: Final = ("connection-lost", "timed-out", "protocol", "tls")


def without(greeting: str = "* OK hello\r\n", **more: Any) -> dict[str, Any]:
    return {"greeting": greeting, **more}


def offering(text: str) -> str:
    return f"{text}\r\n{{tag}} OK done\r\n"


ATTACKS: Final = (
    # -- STARTTLS stripped ---------------------------------------------------------------------
    Attack("stripped-from-greeting", NO_TLS, f"* OK [CAPABILITY {CAPS}] hello\r\n"),
    Attack("stripped-from-answer", NO_TLS, "* OK hello\r\n", offering(f"* CAPABILITY {CAPS}")),
    Attack("renamed", NO_TLS, f"* OK [CAPABILITY {CAPS} XSTARTTLS] hello\r\n"),
    Attack("cut-short", NO_TLS, f"* OK [CAPABILITY {CAPS} STARTTL] hello\r\n"),
    Attack("made-longer", NO_TLS, f"* OK [CAPABILITY {CAPS} STARTTLS=NO] hello\r\n"),
    Attack("blanked-out", NO_TLS, f"* OK [CAPABILITY {CAPS} XXXXXXXX] hello\r\n"),
    Attack("in-words-only", NO_TLS, f"* OK [CAPABILITY {CAPS}] we had STARTTLS once\r\n"),
    Attack("in-an-alert-only", NO_TLS, f"* OK [CAPABILITY {CAPS}] x\r\n* OK [ALERT] STARTTLS\r\n"),
    Attack("no-capability-at-all", BROKEN, "* OK hello\r\n", "{tag} OK done\r\n"),
    Attack("capability-refused", BROKEN, "* OK hello\r\n", "{tag} NO not for you\r\n"),
    Attack("capability-bad", BROKEN, "* OK hello\r\n", "{tag} BAD what\r\n"),
    Attack("answered-no", NO_TLS, starttls="{tag} NO not now\r\n"),
    Attack("answered-bad", NO_TLS, starttls="{tag} BAD what\r\n"),
    Attack("answered-no-and-offered-in-clear", NO_TLS,
           starttls=f"{{tag}} NO [CAPABILITY {CAPS}] sign in here\r\n"),
    Attack("answered-bye", (*BROKEN, *GONE), starttls="* BYE later\r\n"),
    Attack("answered-plus", (*EITHER, *GONE), starttls="+ go on in clear\r\n"),
    Attack("answered-by-another-tag", (*EITHER, *GONE), starttls="zz99 OK begin\r\n"),
    Attack("answered-untagged", (*EITHER, *GONE), starttls="* OK begin\r\n"),
    Attack("ok-and-clear-text", (*EITHER, *GONE), starttls="{tag} OK begin\r\n* OK in clear\r\n"),
    Attack("hung-up", GONE, starttls=""),
    Attack("handshake-is-text", GONE, starttls="{tag} OK begin\r\n", tls=None),
    # -- answers injected before TLS ----------------------------------------------------------
    Attack("behind-ok-capability", BROKEN, tls="",
           starttls=f"{{tag}} OK begin\r\n* CAPABILITY {CAPS}\r\n"),
    Attack("behind-ok-signed-in", BROKEN, tls="", starttls="{tag} OK a\r\nm3 OK signed in\r\n"),
    Attack("behind-ok-preauth", BROKEN, tls="", starttls="{tag} OK a\r\n* PREAUTH hi\r\n"),
    Attack("behind-ok-bye", BROKEN, tls="", starttls="{tag} OK a\r\n* BYE " + REFERRAL + "\r\n"),
    Attack("behind-ok-literal", BROKEN, tls="", starttls="{tag} OK a\r\n* LIST () {4}\r\nabcd\r\n"),
    Attack("behind-ok-one-octet", BROKEN, tls="", starttls="{tag} OK a\r\n*"),
    Attack("behind-ok-empty-line", BROKEN, tls="", starttls="{tag} OK a\r\n\r\n"),
    Attack("behind-ok-second-ok", BROKEN, tls="", starttls="{tag} OK a\r\n{tag} OK a\r\n"),
    Attack("behind-ok-nul", BROKEN, tls="", starttls="{tag} OK a\r\n\0"),
    Attack("before-answer-tag", (*EITHER, *GONE), f"{GOOD}m1 OK done\r\nm2 OK signed in\r\n"),
    Attack("greeted-twice", (*EITHER, *GONE), GOOD + "* PREAUTH you are in\r\n", tls=""),
    # -- PREAUTH -------------------------------------------------------------------------------
    Attack("preauth", BROKEN, f"* PREAUTH [CAPABILITY {CAPS} STARTTLS] hello\r\n"),
    Attack("preauth-bare", BROKEN, "* PREAUTH\r\n"),
    Attack("preauth-small-letters", BROKEN, "* preauth hello\r\n"),
    Attack("preauth-mixed-letters", BROKEN, "* PreAuth [CAPABILITY IMAP4rev1] hello\r\n"),
    Attack("preauth-with-referral", BROKEN, "* PREAUTH " + REFERRAL + " hello\r\n"),
    Attack("preauth-inside-tls", (*BROKEN, *GONE), tls="* PREAUTH you are in\r\n"),
    # -- referrals -----------------------------------------------------------------------------
    Attack("referral-in-greeting-bye", ("server-temporary",), "* BYE " + REFERRAL + " there\r\n"),
    Attack("referral-in-greeting-ok", NO_TLS, "* OK " + REFERRAL + f" [CAPABILITY {CAPS}]\r\n",
           offering(f"* CAPABILITY {CAPS}")),
    Attack("referral-for-starttls", NO_TLS, starttls="{tag} NO " + REFERRAL + " there\r\n"),
    Attack("referral-for-starttls-ok", (*EITHER, *GONE),
           starttls="{tag} OK " + REFERRAL + " there\r\n"),
    Attack("referral-for-capability", BROKEN, "* OK hello\r\n", "{tag} NO " + REFERRAL + "\r\n"),
    Attack("referral-at-sign-in", ("sign-in-refused", "server-refused"), tls="",
           sign_in="{tag} NO " + REFERRAL + " there\r\n"),
    Attack("referral-at-sign-in-with-auth", ("sign-in-refused", "server-refused"), tls="",
           sign_in="{tag} NO [REFERRAL imap://pdurand;AUTH=*@127.0.0.1:{evil}/] there\r\n"),
    # -- no greeting of IMAP -------------------------------------------------------------------
    Attack("greeted-by-smtp", BROKEN, "220 smtp.test ESMTP\r\n"),
    Attack("greeted-by-http", BROKEN, "HTTP/1.1 302 Found\r\nLocation: http://portail/\r\n\r\n"),
    Attack("greeted-by-nothing", GONE, ""),
    Attack("greeted-endlessly", (*BROKEN, *GONE), "* OK " + "x" * 200_000 + "\r\n"),
    Attack("capability-endless", (*BROKEN, *GONE), "* OK hello\r\n", "* CAPABILITY" + " X" * 99999),
)  # fmt: skip


def test_there_are_enough_of_them() -> None:
    assert len({one.name for one in ATTACKS}) == len(ATTACKS) >= 40


@dataclass
class Evil:
    """Where referrals lead. Nobody may come."""

    port: int
    visits: int = 0


@pytest.fixture
def evil() -> Iterator[Evil]:
    listener = socket.create_server(("127.0.0.1", 0))
    found = Evil(int(listener.getsockname()[1]))

    def run() -> None:
        with suppress(OSError):
            while True:
                listener.accept()[0].close()
                found.visits += 1

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(60)


@pytest.fixture
def relay() -> Iterator[str]:
    """A CONNECT proxy that passes on what it gets; its address."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(near: socket.socket) -> None:
        with suppress(OSError), near:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                head += near.recv(1)
            host, _, port = head.split()[1].decode().rpartition(":")
            with socket.create_connection((host, int(port)), timeout=20) as far:
                # The server's greeting comes in the same segment as the proxy's answer.
                greeting = b""
                far.settimeout(1.0)
                with suppress(TimeoutError):
                    greeting = far.recv(65536)
                far.settimeout(20)
                near.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + greeting)
                back = threading.Thread(target=_pass_on, args=(far, near), daemon=True)
                back.start()
                _pass_on(near, far)
                back.join(60)

    def run() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(60)


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    with suppress(OSError):
        other.shutdown(socket.SHUT_WR)


def script(attack: Attack, evil: int) -> Callable[[Peer], None]:
    def said(text: str, tag: str = "") -> str:
        return text.replace("{tag}", tag).replace("{evil}", str(evil))

    def run(peer: Peer) -> None:
        peer.send(said(attack.greeting))
        while True:
            tag, _, command = peer.line().decode("latin-1").partition(" ")
            if command.startswith("CAPABILITY"):
                peer.send(said(attack.capability, tag))
            elif command.startswith("STARTTLS"):
                if not attack.starttls:
                    return
                peer.send(said(attack.starttls, tag))
                if attack.tls is not None:
                    peer.start_tls()
                    peer.send(said(attack.tls))
            elif attack.sign_in and command.startswith("AUTHENTICATE"):
                peer.send(said(attack.sign_in, tag))
            elif attack.sign_in:
                peer.send(f"{tag} BAD\r\n")

    return run


@pytest.mark.parametrize("way", ["straight", "hints", "proxy"])
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda one: one.name)
def test_each_is_told_and_no_password_leaves_in_clear(
    scripted: Serve, evil: Evil, request: pytest.FixtureRequest, attack: Attack, way: str
) -> None:
    lines = Lines(proxies=Proxies())
    connector = ImapConnector(connect_seconds=5, silence_seconds=1.5, lines=lines)
    with scripted(script(attack, evil.port), Security.STARTTLS) as server:
        account = server.account
        if way == "proxy":
            account = replace(account, proxy=request.getfixturevalue("relay"))
        hints = HINTS if way == "hints" else None
        with pytest.raises(MelError) as caught:
            connector.connect(account, Secret(PASSWORD), Meter(), hints=hints)
    assert caught.value.code.text in attack.codes
    assert PASSWORD not in str(caught.value)
    in_clear = b"\n".join(server.lines)
    word = base64.b64encode(f"\0pdurand\0{PASSWORD}".encode())
    if not (
        attack.sign_in or attack.tls
    ):  # else it went out inside TLS, to the server whose certificate is good
        assert PASSWORD.encode() not in in_clear
        assert word not in in_clear
        assert b"AUTHENTICATE" not in in_clear
        assert b"LOGIN" not in in_clear
    assert in_clear.count(word) <= 1
    assert evil.visits == 0
