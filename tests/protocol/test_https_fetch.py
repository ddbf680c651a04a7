"""Web servers of providers that lie, drip or lead elsewhere."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from mel_desktop.model.errors import (
    ConnectionTrouble,
    ErrorCode,
    LocalRefusal,
    MelError,
    ServerBroken,
)
from mel_desktop.net.https import LONGEST_BODY, HttpsFetch, get
from mel_desktop.net.transport import Lines, tls_context
from mel_desktop.signin_ports import HttpAnswer
from tests.support.scripted_imap import Peer, Scripted

Serve = Callable[..., Any]


def ask(server: Scripted, *, seconds: float = 20.0, ca: bool = True, path: str = "/x?y=1") -> Any:
    fetch = HttpsFetch(Lines(), whole_s=seconds)
    url = f"https://127.0.0.1:{server.port}{path}"
    return fetch("POST", url, {"A": "b"}, b"body", ca_pem=server.ca_pem if ca else "")


def saying(*pieces: bytes) -> Callable[[Peer], None]:
    def run(peer: Peer) -> None:
        with suppress(EOFError, OSError):
            while peer.line():
                pass
            peer.octets(4)
            for piece in pieces:
                peer.send(piece)

    return run


def test_an_answer(scripted: Serve) -> None:
    script = saying(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Y: z\r\n\r\nhi")
    with scripted(script) as server:
        answer = ask(server)
        assert isinstance(answer, HttpAnswer)
        assert (answer.status, answer.body, answer.headers["x-y"]) == (200, b"hi", "z")
        assert server.lines[0] == b"POST /x?y=1 HTTP/1.1"
        assert f"Host: 127.0.0.1:{server.port}".encode() in server.lines
        assert b"Content-Length: 4" in server.lines


def test_chunks(scripted: Serve) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    with scripted(saying(head, b"2\r\nhi\r\n", b"1\r\n!\r\n0\r\n\r\n")) as server:
        assert ask(server).body == b"hi!"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nobody_is_led_elsewhere(scripted: Serve, status: int) -> None:
    head = f"HTTP/1.1 {status} Go\r\nLocation: https://evil.test/\r\nContent-Length: 0\r\n\r\n"
    with scripted(saying(head.encode())) as server:
        assert ask(server).status == status  # an answer, not an invitation


@pytest.mark.parametrize(
    "pieces",
    [
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (LONGEST_BODY + 1),),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n" + b"x" * (LONGEST_BODY + 1),),
        (b"SSH-2.0-x\r\n",),
        (b"HTTP/1.1 abc OK\r\n\r\n",),
        (b"",),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000 + b"\r\n",),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",),
        (b"HTTP/1.1 103 Early Hints\r\n\r\n" * 20 + b"HTTP/1.1 200 OK\r\n\r\n",),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi!",),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nhi",),
        (b"HTTP/1.1 200 OK\r\nX : y\r\n\r\n",),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",),
    ],
)
def test_what_is_no_answer(scripted: Serve, pieces: tuple[bytes, ...]) -> None:
    with scripted(saying(*pieces)) as server, pytest.raises(MelError) as caught:
        ask(server)
    assert isinstance(caught.value, (ServerBroken, ConnectionTrouble))


def test_a_drip_does_not_hold_us(scripted: Serve) -> None:
    """The whole has a deadline, however often something comes."""

    def run(peer: Peer) -> None:
        with suppress(EOFError, OSError):
            while peer.line():
                pass
            peer.send(b"HTTP/1.1 200 OK\r\n\r\n")
            for _ in itertools.count():
                peer.send(b"x")

    with scripted(run) as server, pytest.raises(MelError) as caught:
        ask(server, seconds=1.0)
    assert isinstance(caught.value, (ServerBroken, ConnectionTrouble))


def test_silence_does_not_hold_us(scripted: Serve) -> None:
    def run(peer: Peer) -> None:
        with suppress(EOFError, OSError):
            while peer.line():
                pass
            peer.octets(4)
            peer.line()

    with scripted(run) as server, pytest.raises(ConnectionTrouble) as caught:
        ask(server, seconds=0.5)
    assert caught.value.code is ErrorCode.TIMED_OUT


def test_unknown_authorities_are_refused(scripted: Serve) -> None:
    def run(peer: Peer) -> None:
        with suppress(EOFError, OSError):
            peer.line()

    with scripted(run) as server, pytest.raises(ConnectionTrouble) as caught:
        ask(server, ca=False)
    assert caught.value.code is ErrorCode.CERTIFICATE


@pytest.mark.parametrize(
    "url",
    [
        "http://id.test/",
        "https://",
        "https://user:pass@id.test/",
        "ftp://id.test/",
        "https://id.test/é",
        "https://id.test/a b",
        "https://id.test/a\r\nX: y",
        "https://id.test:99999/",
        "https://id.test/" + "x" * 9000,
    ],
)
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(LocalRefusal):
        HttpsFetch(Lines())("GET", url, {}, None)


def test_offline_opens_nothing() -> None:
    with pytest.raises(ConnectionTrouble) as caught:
        HttpsFetch(Lines(lambda: True))("GET", "https://id.test/", {}, None)
    assert caught.value.code is ErrorCode.OFFLINE


def test_headers_stay_headers(scripted: Serve) -> None:
    with pytest.raises(LocalRefusal):
        HttpsFetch(Lines())("GET", "https://id.test/", {"A": "b\r\nC: d"}, None)


@pytest.mark.parametrize(
    "head", [b"Content-Length: 10\r\n\r\nhalf", b"Transfer-Encoding: chunked\r\n\r\n9\r\nhalf"]
)
def test_half_an_answer_is_a_lost_connection(scripted: Serve, head: bytes) -> None:
    with (
        scripted(saying(b"HTTP/1.1 200 OK\r\n" + head)) as server,
        pytest.raises(ConnectionTrouble) as caught,
    ):
        ask(server)
    assert caught.value.code is ErrorCode.CONNECTION_LOST


def test_small_files_do_not_drip_either(scripted: Serve) -> None:
    """``get``: each octet comes in time, and the whole does not."""

    def run(peer: Peer) -> None:
        with suppress(EOFError, OSError):
            while peer.line():
                pass
            peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            for _ in itertools.count():
                peer.send(b"x")
                gone.wait(0.05)

    gone = threading.Event()
    with scripted(run) as server, Lines().line() as line:
        started = time.monotonic()
        with pytest.raises(ConnectionTrouble) as caught:
            get(
                f"https://127.0.0.1:{server.port}/", most=1 << 20, seconds=0.5, line=line,
                context=tls_context(server.ca_pem),
            )  # fmt: skip
        assert caught.value.code is ErrorCode.TIMED_OUT
        assert time.monotonic() - started < 15
        gone.set()
