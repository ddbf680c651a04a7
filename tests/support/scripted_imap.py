"""An IMAP server that says what a test tells it to: faults that no real server would commit."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import pytest

from mel_desktop.model.accounts import (
    Account,
    AccountId,
    AccountState,
    AuthKind,
    Endpoint,
    Security,
)
from tests.support.certificates import Certificates

CAPABILITIES = "IMAP4rev1 SASL-IR AUTH=PLAIN"
DEADLINE = 60.0


class Peer:
    """The server's end of one connection."""

    def __init__(self, raw: socket.socket, context: ssl.SSLContext) -> None:
        self._socket = raw
        self._context = context
        self._socket.settimeout(DEADLINE)
        self._buffer = b""
        self.lines: list[bytes] = []  # all that the client sent

    def send(self, text: str | bytes) -> None:
        self._socket.sendall(text.encode() if isinstance(text, str) else text)

    def line(self) -> bytes:
        """The next line of the client; EOFError when it has gone."""
        while b"\n" not in self._buffer:
            data = self._socket.recv(65536)
            if not data:
                raise EOFError
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\n")
        self.lines.append(line.rstrip(b"\r"))
        return self.lines[-1]

    def octets(self, size: int) -> bytes:
        while len(self._buffer) < size:
            data = self._socket.recv(65536)
            if not data:
                raise EOFError
            self._buffer += data
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        return data

    def start_tls(self) -> None:
        self._socket = self._context.wrap_socket(self._socket, server_side=True)

    def sign_in(self, capabilities: str = "") -> None:
        """Greeting and one accepted sign-in."""
        self.send(f"* OK [CAPABILITY {CAPABILITIES}] hello\r\n")
        tag = self.command("AUTHENTICATE PLAIN")
        self.send(f"{tag} OK [CAPABILITY IMAP4rev1 {capabilities}] welcome\r\n")

    def command(self, expected: str) -> str:
        """The tag of the next command, which must begin like this."""
        tag, _, rest = self.line().decode().partition(" ")
        assert rest.startswith(expected), (rest, expected)
        return tag

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@dataclass
class Scripted:
    """Where the scripted server listens, and what it saw."""

    port: int
    security: Security
    ca_pem: str
    lines: list[bytes] = field(default_factory=list)
    faults: list[BaseException] = field(default_factory=list)

    @property
    def account(self) -> Account:
        endpoint = Endpoint("127.0.0.1", self.port, self.security)
        return Account(
            id=AccountId(1),
            email="paul.durand@ac-demo.fr",
            name="Paul Durand",
            login="pdurand",
            imap=endpoint,
            smtp=endpoint,
            auth=AuthKind.PASSWORD,
            provider="",
            ca_pem=self.ca_pem,
            proxy="",
            state=AccountState.READY,
            last_sync_at=None,
        )


@pytest.fixture
def scripted(certificates: Certificates) -> Callable[..., object]:
    """``with scripted(script, security) as server``: the script serves one connection."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.cert, certificates.key)

    @contextmanager
    def serve(
        script: Callable[[Peer], None], security: Security = Security.TLS
    ) -> Iterator[Scripted]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(DEADLINE)
            server = Scripted(listener.getsockname()[1], security, certificates.ca_pem)

            def run() -> None:
                try:
                    raw, _ = listener.accept()
                except OSError as error:
                    server.faults.append(error)
                    return
                peer = Peer(raw, context)
                try:
                    if security is Security.TLS:
                        peer.start_tls()
                    script(peer)
                except (EOFError, OSError):
                    pass  # the client has hung up, as it should in most of these tests
                except AssertionError as error:
                    server.faults.append(error)
                finally:
                    server.lines = peer.lines
                    peer.close()

            thread = threading.Thread(target=run, name="scripted-imap", daemon=True)
            thread.start()
            try:
                yield server
            finally:
                thread.join(DEADLINE)
                assert not thread.is_alive(), "the script still waits for the client"
                assert not server.faults, server.faults

    return serve
