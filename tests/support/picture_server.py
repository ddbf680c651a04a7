"""A web server of pictures on loopback, plain or with TLS, that remembers each request."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.certificates import Certificates


@dataclass
class Shown:
    """What a path answers."""

    octets: bytes = b""
    kind: str = "image/png"
    status: int = 200
    location: str = ""


@dataclass
class Asked:
    """One request."""

    path: str
    fields: dict[str, str]


@dataclass
class PictureServer:
    """``pages`` by path; a path that is not there is 404."""

    url: str
    port: int
    pages: dict[str, Shown] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""


@contextmanager
def picture_server(certificates: Certificates | None = None) -> Iterator[PictureServer]:
    """With certificates: HTTPS."""
    made = PictureServer("", 0)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            fields = {name.lower(): value for name, value in self.headers.items()}
            made.asked.append(Asked(self.path, fields))
            page = made.pages.get(self.path, Shown(status=404))
            self.send_response(page.status)
            self.send_header("Content-Type", page.kind)
            self.send_header("Content-Length", str(len(page.octets)))
            self.send_header("Set-Cookie", "who=you; Path=/")
            if page.location:
                self.send_header("Location", page.location)
            self.end_headers()
            self.wfile.write(page.octets)
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = _Server(("127.0.0.1", 0), Handler)
    if certificates is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates.cert, certificates.key)
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    made.port = server.server_address[1]
    made.url = f"{'http' if certificates is None else 'https'}://127.0.0.1:{made.port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
