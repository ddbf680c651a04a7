"""An HTTPS server that publishes one large file, as well or as badly as a test wants."""

from __future__ import annotations

import gzip
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.certificates import Certificates


@dataclass
class Publishing:
    """What is published, and how. Octets count as they go over the wire (packed)."""

    octets: bytes
    etag: str = '"v1"'
    modified: str = "Mon, 23 Nov 2026 08:00:00 GMT"
    packs: bool = True
    ranges: bool = True
    chunked: bool = False
    cut_after: int | None = None  # octets of content, once
    drip: bool = False
    status: int = 200
    fields: dict[str, str] = field(default_factory=dict)  # over the usual ones
    raw: bytes | None = None  # this and nothing else
    asked: list[dict[str, str]] = field(default_factory=list)
    sent: int = 0
    stop: threading.Event = field(default_factory=threading.Event)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""


class FileServer:
    """``page`` may be changed at any time."""

    def __init__(self, certificates: Certificates, page: Publishing) -> None:
        self.page = page
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer.answer(self)
                self.close_connection = True

            def log_message(self, format: str, *args: object) -> None:
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates.cert, certificates.key)
        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self.url = f"https://127.0.0.1:{self._server.server_address[1]}/exports/csv"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def answer(self, to: BaseHTTPRequestHandler) -> None:
        page = self.page
        asked = {name.lower(): value for name, value in to.headers.items()}
        page.asked.append(asked)
        if page.raw is not None:
            to.wfile.write(page.raw)
            return
        packs = page.packs and "gzip" in asked.get("accept-encoding", "")
        content = gzip.compress(page.octets, 6, mtime=0) if packs else page.octets
        fields = {"Content-Type": "text/csv; charset=utf-8"}
        if page.etag:
            fields["ETag"] = page.etag
        if page.modified:
            fields["Last-Modified"] = page.modified
        if packs:
            fields["Content-Encoding"] = "gzip"
        status = page.status
        if (status == 200 and asked.get("if-none-match") == page.etag and page.etag) or (
            status == 200 and asked.get("if-modified-since") == page.modified and page.modified
        ):
            status, content = 304, b""
        validator = asked.get("if-range")
        if status == 200 and page.ranges and "range" in asked and validator in (
            page.etag, page.modified,
        ):  # fmt: skip
            start = int(asked["range"].removeprefix("bytes=").rstrip("-"))
            fields["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
            status, content = 206, content[start:]
        if page.chunked:
            fields["Transfer-Encoding"] = "chunked"
        else:
            fields["Content-Length"] = str(len(content))
        to.send_response(status)
        for name, value in (fields | page.fields).items():
            if value:
                to.send_header(name, value)
        to.end_headers()
        if status != 304:
            self._send(to, content)

    def _send(self, to: BaseHTTPRequestHandler, content: bytes) -> None:
        page = self.page
        cut, page.cut_after = page.cut_after, None
        if cut is not None:
            content = content[:cut]
        size = 1 if page.drip else 16_384
        for start in range(0, len(content), size):
            piece = content[start : start + size]
            to.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece) if page.chunked else piece)
            page.sent += len(piece)
            if page.drip:
                to.wfile.flush()
                if page.stop.wait(0.02):
                    return
        if page.chunked and cut is None:
            to.wfile.write(b"0\r\n\r\n")

    def close(self) -> None:
        self.page.stop.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@contextmanager
def file_server(certificates: Certificates, page: Publishing) -> Iterator[FileServer]:
    made = FileServer(certificates, page)
    try:
        yield made
    finally:
        made.close()
