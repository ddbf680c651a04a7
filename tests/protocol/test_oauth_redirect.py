"""The door on 127.0.0.1 that the browser comes back to: visitors who mean ill, or nothing."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

from mel_desktop.model.errors import Cancelled
from mel_desktop.net.oauth_redirect import LONGEST_HEAD, MOST_LINES, LoopbackRedirect

STATE = "s" * 43


class Door:
    """A redirect that somebody waits at."""

    def __init__(self) -> None:
        self.redirect = LoopbackRedirect()
        self.port = urlsplit(self.redirect.uri).port or 0
        self.query: str | None = None
        self.cancelled = False
        self._thread = threading.Thread(target=self._wait)
        self._thread.start()

    def _wait(self) -> None:
        try:
            self.query = self.redirect.wait(STATE, 30)
        except Cancelled:
            self.cancelled = True

    def result(self) -> str | None:
        self._thread.join(30)
        assert not self._thread.is_alive()
        return self.query

    def visit(self, data: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), 10) as line:
            line.sendall(data)
            answer = b""
            with suppress(ConnectionError):  # it hangs up before all is said
                while piece := line.recv(65536):
                    answer += piece
            return answer

    def get(self, target: str, host: str | None = None) -> bytes:
        host = host or f"127.0.0.1:{self.port}"
        return self.visit(f"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())


@pytest.fixture
def door() -> Iterator[Door]:
    made = Door()
    yield made
    made.redirect.close()
    made.result()


def test_only_this_computer_can_come(door: Door) -> None:
    assert urlsplit(door.redirect.uri).hostname == "127.0.0.1"
    assert door.get(f"/?code=c&state={STATE}").startswith(b"HTTP/1.1 200")
    assert door.result() == f"code=c&state={STATE}"
    with pytest.raises(ConnectionRefusedError):
        door.get("/")


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/?code=c",
        "/?code=c&state=other",
        f"/?code=c&state={STATE}&state=x",
        f"/other?code=c&state={STATE}",
        f"/?code=c&state={STATE}x",
        "/?code=c&state=é",
        "/favicon.ico",
        "//[",
    ],
)
def test_visitors_without_the_state_change_nothing(door: Door, target: str) -> None:
    answer = door.get(target)
    assert answer.startswith(b"HTTP/1.1 404")
    assert b"c&state" not in answer  # nothing of the visit comes back
    assert door.get(f"/?error=x&state={STATE}").startswith(b"HTTP/1.1 200")
    assert door.result() == f"error=x&state={STATE}"


@pytest.mark.parametrize("host", ["evil.test", "localhost", "127.0.0.1", "127.0.0.1:1"])
def test_other_names_are_refused(door: Door, host: str) -> None:
    assert door.get(f"/?code=c&state={STATE}", host).startswith(b"HTTP/1.1 404")
    assert door.get(f"/?code=d&state={STATE}").startswith(b"HTTP/1.1 200")
    assert door.result() == f"code=d&state={STATE}"


@pytest.mark.parametrize(
    "data",
    [
        b"\r\n\r\n",
        b"POST /?state=" + STATE.encode() + b" HTTP/1.1\r\n\r\n",
        b"GET /?state=" + STATE.encode() + b" HTTP/1.1\r\n\r\n",  # no Host
        b"\x16\x03\x01\x02\x00\x01\x00" + b"\0" * 50 + b"\r\n\r\n",  # TLS
        b"GET " + b"x" * (LONGEST_HEAD + 1),
    ],
)
def test_what_is_no_visit(door: Door, data: bytes) -> None:
    assert not door.visit(data).startswith(b"HTTP/1.1 200")
    assert door.get(f"/?code=d&state={STATE}").startswith(b"HTTP/1.1 200")


def test_lines_that_say_nothing_keep_nobody_out(door: Door) -> None:
    """Browsers open lines ahead; more of them than are kept push the oldest out."""
    idle = [socket.create_connection(("127.0.0.1", door.port), 10) for _ in range(MOST_LINES + 8)]
    assert door.get(f"/?code=d&state={STATE}").startswith(b"HTTP/1.1 200")
    for one in idle:
        one.close()


def test_a_request_in_pieces(door: Door) -> None:
    with socket.create_connection(("127.0.0.1", door.port), 10) as line:
        for byte in f"GET /?code=d&state={STATE} HTTP/1.1\r\n".encode():
            line.sendall(bytes([byte]))
        line.sendall(f"Host: 127.0.0.1:{door.port}\r\n\r\n".encode())
        assert line.recv(12).startswith(b"HTTP/1.1 200")


def test_closed_by_another_thread(door: Door) -> None:
    door.redirect.close()
    door.result()
    assert door.cancelled
    with pytest.raises(ConnectionRefusedError):
        door.get("/")


def test_closed_before_anybody_waited() -> None:
    redirect = LoopbackRedirect()
    redirect.close()
    redirect.close()
    with pytest.raises(Cancelled):
        redirect.wait(STATE, 5)
