"""TLS settings, conversion of errors, and the line reader over a pair of sockets."""

from __future__ import annotations

import errno
import socket
import ssl
import threading
import time
from collections.abc import Iterator

import pytest

from mel_desktop.model.accounts import Endpoint, Security
from mel_desktop.model.errors import (
    Cancelled,
    ConnectionTrouble,
    ErrorCode,
    LocalRefusal,
    ServerBroken,
)
from mel_desktop.net.transport import Stream, errors, tls_context
from mel_desktop.ports import Meter

ENDPOINT = Endpoint("mail.ac-demo.fr", 143, Security.STARTTLS)


def test_tls_is_verified_and_modern() -> None:
    context = tls_context("")
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize(
    "pem",
    [
        "rubbish",
        "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n",
        "é",
    ],
)
def test_extra_certificates_that_are_none(pem: str) -> None:
    with pytest.raises(LocalRefusal) as caught:
        tls_context(pem)
    assert caught.value.code is ErrorCode.BAD_FILE


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (socket.gaierror(socket.EAI_NONAME, "x"), ErrorCode.NAME_NOT_FOUND),
        (TimeoutError(), ErrorCode.TIMED_OUT),
        (ConnectionRefusedError(errno.ECONNREFUSED, "x"), ErrorCode.UNREACHABLE),
        (OSError(errno.ENETUNREACH, "x"), ErrorCode.UNREACHABLE),
        (ConnectionResetError(errno.ECONNRESET, "x"), ErrorCode.CONNECTION_LOST),
        (BrokenPipeError(errno.EPIPE, "x"), ErrorCode.CONNECTION_LOST),
        (ssl.SSLEOFError(), ErrorCode.CONNECTION_LOST),
        (ssl.SSLError(1, "x"), ErrorCode.TLS),
    ],
)
def test_errors_are_converted(raised: Exception, code: ErrorCode) -> None:
    with pytest.raises(ConnectionTrouble) as caught, errors("mail.ac-demo.fr", 993):
        raise raised
    assert caught.value.code is code
    assert caught.value.facts["host"] == "mail.ac-demo.fr"
    assert caught.value.__cause__ is raised


@pytest.fixture
def pair() -> Iterator[tuple[Stream, socket.socket, Meter]]:
    ours, theirs = socket.socketpair()
    meter = Meter()
    stream = Stream(ours, ENDPOINT, tls_context(""), meter, silence_seconds=5)
    yield stream, theirs, meter
    stream.close()
    theirs.close()


Pair = tuple[Stream, socket.socket, Meter]


def test_lines_and_octets(pair: Pair) -> None:
    stream, server, _ = pair
    server.sendall(b"one\r\ntwo\r\nabc")
    assert stream.read_line(100) == b"one\r\n"
    assert stream.read_line(100) == b"two\r\n"
    assert stream.read_exactly(3) == b"abc"
    server.close()
    with pytest.raises(ConnectionTrouble) as caught:
        stream.read_line(100)
    assert caught.value.code is ErrorCode.CONNECTION_LOST


def test_a_line_has_a_limit(pair: Pair) -> None:
    stream, server, _ = pair
    server.sendall(b"x" * 200 + b"\r\n")
    with pytest.raises(ServerBroken):
        stream.read_line(100)


def test_half_a_line_waits(pair: Pair) -> None:
    stream, server, _ = pair
    server.sendall(b"* 4 EXI")
    assert stream.wait_line(time.monotonic() + 0.05, 100) is False
    server.sendall(b"STS\r\n")
    assert stream.wait_line(time.monotonic() + 60, 100) is True
    assert stream.read_line(100) == b"* 4 EXISTS\r\n"


def test_a_silent_server_times_out(pair: Pair) -> None:
    stream, _, _ = pair
    stream.settimeout(0.05)
    with pytest.raises(ConnectionTrouble) as caught:
        stream.read_line(100)
    assert caught.value.code is ErrorCode.TIMED_OUT


def test_the_meter_counts_flights(pair: Pair) -> None:
    stream, server, meter = pair
    server.sendall(b"hello\r\n")
    stream.read_line(100)
    assert (meter.received, meter.sent, meter.flights) == (7, 0, 0)
    for _ in range(3):
        stream.sendall(b"one ")
        stream.sendall(b"question\r\n")
        server.sendall(b"ans")
        assert stream.read_exactly(3) == b"ans"
        server.sendall(b"wer")
        assert stream.read_exactly(3) == b"wer"
    assert (meter.received, meter.sent, meter.flights) == (25, 42, 3)


def test_tls_does_not_begin_with_octets_already_here(pair: Pair) -> None:
    stream, server, _ = pair
    server.sendall(b"220 ready\r\n250 injected\r\n")
    stream.read_line(100)
    with pytest.raises(ServerBroken) as caught:
        stream.start_tls()
    assert caught.value.facts["why"] == "data-before-tls"


@pytest.mark.parametrize("answer", [b"", b"this is no TLS\r\n"])
def test_a_handshake_that_fails(pair: Pair, answer: bytes) -> None:
    stream, server, _ = pair
    if answer:
        threading.Thread(target=lambda: (server.recv(9999), server.sendall(answer))).start()
    else:
        threading.Thread(target=lambda: (server.recv(9999), server.close())).start()
    with pytest.raises(ConnectionTrouble) as caught:
        stream.start_tls()
    assert caught.value.code is (ErrorCode.TLS if answer else ErrorCode.CONNECTION_LOST)


def test_abort_wakes_the_reader(pair: Pair) -> None:
    stream, _, _ = pair
    caught: list[BaseException] = []
    started = threading.Event()

    def read() -> None:
        started.set()
        try:
            stream.read_line(100)
        except Cancelled as error:
            caught.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    assert started.wait(60)
    stream.abort()
    thread.join(60)
    assert not thread.is_alive()
    assert len(caught) == 1
    with pytest.raises(Cancelled):
        stream.sendall(b"too late")


def test_as_a_file(pair: Pair) -> None:
    stream, server, _ = pair
    server.sendall(b"250-one\r\n250 two\r\n")
    server.close()
    with stream.makefile("rb") as file:
        assert file.readline() == b"250-one\r\n"
        assert file.read() == b"250 two\r\n"


def test_a_stream_that_is_aborted_in_the_middle_of_a_read_closes_its_socket() -> None:
    """Whoever aborts may not close it then, and the reader may never come back to it."""
    near, far = socket.socketpair()
    stream = Stream(near, ENDPOINT, tls_context(""), Meter())
    with stream._using():
        stream.abort()
        assert near.fileno() >= 0
    assert near.fileno() == -1
    far.close()
