"""Names that lead to servers on loopback, a resolver with a zone of its own, an HTTPS server.

Nothing leaves this computer: a name that is not in the book is not found, and each name that was
asked for is written down.
"""

from __future__ import annotations

import ipaddress
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.zone
import pytest

from mel_desktop.net import reaching
from tests.support.certificates import Certificates

_REAL = socket.getaddrinfo


@dataclass
class Names:
    """``book``: where (host, port) leads on 127.0.0.1."""

    book: dict[tuple[str, int], int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def lead(self, host: str, port: int, to: int) -> None:
        self.book[host, port] = to

    def getaddrinfo(self, host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        if _is_here(host):
            return _REAL(host, port, *args, **kwargs)
        self.asked.append(host)
        hosts = {one for one, _ in self.book}
        if host not in hosts:
            raise socket.gaierror(socket.EAI_NONAME, "not in the book")
        # a port that is not in the book: 1 is nobody's
        to = self.book.get((host, port), 1)
        return _REAL("127.0.0.1", to, *args, **kwargs)


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    made = Names()
    monkeypatch.setattr(reaching.socket, "getaddrinfo", made.getaddrinfo)
    return made


# -- DNS -------------------------------------------------------------------------------------------


class DnsServer:
    """Answers from zone files over UDP; other names do not exist."""

    def __init__(self) -> None:
        self._zones: dict[dns.name.Name, dns.zone.Zone] = {}
        self.asked: list[str] = []
        self.is_silent = False
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                octets, channel = self.request
                answer = outer.answer(octets)
                if answer is not None:
                    channel.sendto(answer, self.client_address)

        self._server = socketserver.ThreadingUDPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def zone(self, domain: str, text: str) -> None:
        """Put a zone there: records relative to the domain."""
        head = f"$ORIGIN {domain}.\n$TTL 60\n@ SOA ns host 1 1 1 1 1\n@ NS ns\nns A 127.0.0.1\n"
        made = dns.zone.from_text(head + text, origin=domain, relativize=False)
        self._zones[dns.name.from_text(domain)] = made

    def answer(self, octets: bytes) -> bytes | None:
        question = dns.message.from_wire(octets)
        answer = dns.message.make_response(question)
        name, kind = question.question[0].name, question.question[0].rdtype
        self.asked.append(f"{name.to_text(omit_final_dot=True)} {dns.rdatatype.to_text(kind)}")
        if self.is_silent:
            return None
        zone = next((z for at, z in self._zones.items() if name.is_subdomain(at)), None)
        node = None if zone is None else zone.get_node(name)
        if node is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif (found := zone.get_rrset(name, kind)) is not None:  # type: ignore[union-attr]
            answer.answer.append(found)
        return answer.to_wire()

    def resolver(self) -> dns.resolver.Resolver:
        """One that asks here and nowhere else."""
        made = dns.resolver.Resolver(configure=False)
        made.nameservers = ["127.0.0.1"]
        made.port = self._server.server_address[1]
        return made

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def dns_server() -> Iterator[DnsServer]:
    made = DnsServer()
    yield made
    made.stop()


# -- HTTPS -----------------------------------------------------------------------------------------

Page = tuple[int, dict[str, str], bytes]
Answerer = Callable[[str, str], Page]


class HttpsServer:
    """Serves pages by (host, path); everything else is 404."""

    def __init__(self, cert: str, key: str) -> None:
        self.pages: dict[tuple[str, str], Page] = {}
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host = (self.headers.get("Host") or "").partition(":")[0]
                outer.asked.append(f"{host}{self.path}")
                outer.headers.append(dict(self.headers.items()))
                status, headers, body = outer.pages.get((host, self.path), (404, {}, b"no"))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        self._server = _Quiet(("127.0.0.1", 0), Handler)
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def publish(self, host: str, path: str, body: bytes, status: int = 200, **headers: str) -> None:
        self.pages[host, path] = (status, headers, body)

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""


@contextmanager
def https_server(certificates: Certificates) -> Iterator[HttpsServer]:
    made = HttpsServer(str(certificates.cert), str(certificates.key))
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture
def https(certificates: Certificates) -> Iterator[HttpsServer]:
    with https_server(certificates) as made:
        yield made


def config_xml(*servers: str, domain: str = "ac-exemple.test") -> bytes:
    """A config-v1.1 file."""
    inside = "".join(servers)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><clientConfig version="1.1">'
        f'<emailProvider id="{domain}"><domain>{domain}</domain>{inside}'
        f"</emailProvider></clientConfig>"
    ).encode()


def server_xml(
    kind: str,
    host: str,
    port: int,
    *,
    security: str = "SSL",
    username: str = "%EMAILADDRESS%",
    authentication: str = "password-cleartext",
) -> str:
    tag = "incomingServer" if kind in ("imap", "pop3") else "outgoingServer"
    return (
        f'<{tag} type="{kind}"><hostname>{host}</hostname><port>{port}</port>'
        f"<socketType>{security}</socketType><username>{username}</username>"
        f"<authentication>{authentication}</authentication></{tag}>"
    )
