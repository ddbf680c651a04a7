"""Proxies that lie, flood or break off: each is named, in time, and nothing of ours follows."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from mel_desktop.model.errors import ConnectionTrouble, ErrorCode
from mel_desktop.net.proxy import Proxies

REFUSED, LOST, SIGN_IN = (
    ErrorCode.PROXY_REFUSED, ErrorCode.PROXY_UNREACHABLE, ErrorCode.PROXY_SIGN_IN,
)  # fmt: skip
OK = b"HTTP/1.1 200 OK\r\n\r\n"


@contextmanager
def answering(*answers: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """Each answer after one read; then the line ends. What was read is kept."""
    listener = socket.create_server(("127.0.0.1", 0))
    heard: list[bytes] = []

    def run() -> None:
        with suppress(OSError):
            near, _ = listener.accept()
            with near:
                near.settimeout(10)
                for answer in answers:
                    heard.append(near.recv(65536))
                    near.sendall(answer)
                near.shutdown(socket.SHUT_WR)
                while data := near.recv(65536):
                    heard.append(data)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield int(listener.getsockname()[1]), heard
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(60)


@pytest.mark.parametrize(
    ("scheme", "answers", "code"),
    [
        ("http", [b"HTTP/1.1 403 Forbidden\r\n\r\n"], REFUSED),
        ("http", [b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 3\r\n\r\nabc"], REFUSED),
        ("http", [b"HTTP/1.1 301 Moved\r\nLocation: http://evil.test/\r\n\r\n"], REFUSED),
        ("http", [b"HTTP/1.1 407 Who\r\nProxy-Authenticate: NTLM\r\n\r\n"], SIGN_IN),
        ("http", [b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 403 No\r\n\r\n"], REFUSED),
        ("http", [b"HTTP/1.1 100 Continue\r\n\r\n" * 5000], LOST),
        ("http", [b"SSH-2.0-OpenSSH\r\n\r\n"], REFUSED),
        ("http", [b"HTTP/1.1 200 OK\r\n bad header\r\n\r\n"], REFUSED),
        ("http", [b"HTTP/1.1 200 OK\r\nA: " + b"x" * 100_000], LOST),
        ("http", [b"HTTP/1.1 2"], LOST),
        ("http", [b""], LOST),
        ("http", [b"\x05\x00"], REFUSED),
        ("socks5", [b"\x04\x5a"], REFUSED),
        ("socks5", [b"\x05\xff"], SIGN_IN),
        ("socks5", [b"\x05\x02"], SIGN_IN),  # a sign-in that was not offered
        ("socks5", [b"\x05"], LOST),
        ("socks5", [b"HTTP/1.1 400 Bad\r\n\r\n"], REFUSED),
        ("socks5", [b"\x05\x00", b"\x05\x02\x00\x01\x00\x00\x00\x00\x00\x00"], REFUSED),
        ("socks5", [b"\x05\x00", b"\x05\x00\x00\x09\x00\x00"], REFUSED),
        ("socks5", [b"\x05\x00", b"\x05\x00\x00\x03\xffshort"], LOST),
        ("socks5", [b"\x05\x00", b""], LOST),
    ],
)
def test_each_is_the_proxys_fault(scheme: str, answers: list[bytes], code: ErrorCode) -> None:
    with answering(*answers) as (port, heard):
        began = time.monotonic()
        with pytest.raises(ConnectionTrouble) as caught:
            Proxies().reach(
                "imap.test", 993, began + 20, lambda: None, 0, f"{scheme}://127.0.0.1:{port}"
            )
        assert time.monotonic() - began < 15
    assert caught.value.code is code
    assert caught.value.facts["proxy"] == f"127.0.0.1:{port}"
    assert "host" not in caught.value.facts
    assert b"evil" not in b"".join(heard)


@pytest.mark.parametrize(
    ("scheme", "answers"),
    [
        ("http", [OK + b"* OK hello\r\n"]),
        ("http", [b"HTTP/1.0 200 Established\r\nVia: x\r\n\r\n* OK hello\r\n"]),
        ("socks5", [b"\x05\x00", b"\x05\x00\x00\x01\x7f\x00\x00\x01\x03\xe1* OK hello\r\n"]),
        ("socks5", [b"\x05\x00", b"\x05\x00\x00\x03\x01a\x03\xe1* OK hello\r\n"]),
        ("socks5", [b"\x05\x00", b"\x05\x00\x00\x04" + bytes(16) + b"\x03\xe1* OK hello\r\n"]),
    ],
)
def test_a_greeting_behind_the_answer_is_the_servers(scheme: str, answers: list[bytes]) -> None:
    with answering(*answers) as (port, heard):
        raw, _ = Proxies().reach(
            "imap.test", 143, time.monotonic() + 20, lambda: None, 0, f"{scheme}://127.0.0.1:{port}"
        )
        with raw:
            assert raw.recv(100) == b"* OK hello\r\n"
    assert b"imap.test" in b"".join(heard)  # by its name: nothing was looked up here
