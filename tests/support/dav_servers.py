"""CardDAV servers on loopback: Radicale, and one that answers as a test tells it to."""

from __future__ import annotations

import base64
import http.client
import json
import shutil
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.support.certificates import Certificates
from tests.support.ports import free_port

DEADLINE = 30.0
LOGIN, PASSWORD = "zoe", "mot de passe é:"


class Radicale:
    """A real one, in a process of its own, with one person."""

    def __init__(self, folder: Path, certificates: Certificates) -> None:
        self.port = free_port()
        self.url = f"https://127.0.0.1:{self.port}/"
        self._folder = folder
        self._ca = certificates.ca
        users = folder / "users"
        users.write_text(f"{LOGIN}:{PASSWORD}\n", "utf-8")
        self.root = folder / "store" / "collection-root" / LOGIN
        log = (folder / "log").open("wb")
        self._process = subprocess.Popen(
            [
                sys.executable, "-m", "radicale", "--config", "",
                "--server-hosts", f"127.0.0.1:{self.port}",
                "--server-ssl", "True",
                "--server-certificate", str(certificates.cert),
                "--server-key", str(certificates.key),
                "--auth-type", "htpasswd", "--auth-htpasswd-filename", str(users),
                "--auth-htpasswd-encryption", "plain", "--auth-delay", "0",
                "--storage-filesystem-folder", str(folder / "store"),
                "--web-type", "none",
            ],
            stdout=log, stderr=log, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        log.close()
        until = time.monotonic() + DEADLINE
        while time.monotonic() < until:
            assert self._process.poll() is None, (folder / "log").read_text("utf-8", "replace")
            try:
                self.ask("OPTIONS", "/")
            except OSError:
                time.sleep(0.05)  # between two tries, not for a time
            else:
                return
        raise AssertionError("radicale does not answer")

    def book(self, name: str, cards: dict[str, str]) -> None:
        """An address book with these cards by file name, as Radicale keeps it on the disk."""
        place = self.root / name
        place.mkdir(parents=True)
        props = {"tag": "VADDRESSBOOK", "D:displayname": name.capitalize()}
        (place / ".Radicale.props").write_text(json.dumps(props), "utf-8")
        for file, text in cards.items():
            (place / file).write_text(text, "utf-8", newline="")

    def ask(self, method: str, path: str, body: str = "", **fields: str) -> int:
        """A request as another client of the same person makes it; the status."""
        context = ssl.create_default_context(cafile=str(self._ca))
        talk = http.client.HTTPSConnection(
            "127.0.0.1", self.port, context=context, timeout=DEADLINE
        )
        try:
            token = base64.b64encode(f"{LOGIN}:{PASSWORD}".encode()).decode()
            heads = {"Authorization": f"Basic {token}", **fields}
            talk.request(method, path, body.encode(), heads)
            answer = talk.getresponse()
            answer.read()
            return answer.status
        finally:
            talk.close()

    def put(self, book: str, file: str, text: str) -> None:
        status = self.ask("PUT", f"/{LOGIN}/{book}/{file}", text, **{"Content-Type": "text/vcard"})
        assert status in (201, 204), status

    def delete(self, book: str, file: str) -> None:
        assert self.ask("DELETE", f"/{LOGIN}/{book}/{file}") == 200

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(DEADLINE)


@pytest.fixture(scope="session")
def radicale_server(
    tmp_path_factory: pytest.TempPathFactory, certificates: Certificates
) -> Iterator[Radicale]:
    made = Radicale(tmp_path_factory.mktemp("radicale"), certificates)
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture
def radicale(radicale_server: Radicale) -> Radicale:
    """The one of the session, without any book."""
    shutil.rmtree(radicale_server.root, ignore_errors=True)
    return radicale_server


def card(number: int, *, name: str = "", more: str = "") -> str:
    """A vCard 3.0 of a made-up person."""
    return (
        "BEGIN:VCARD\r\nVERSION:3.0\r\n"
        f"UID:carte-{number}\r\nFN:{name or f'Personne {number}'}\r\nN:Personne;{number};;;\r\n"
        f"EMAIL;TYPE=WORK:personne{number}@ac-exemple.test\r\n"
        f"TEL;TYPE=WORK:02 99 00 {number // 100:02d} {number % 100:02d}\r\n"
        f"TITLE:Professeur\r\n{more}END:VCARD\r\n"
    )


# -- as a test tells it ----------------------------------------------------------------------------

Answer = tuple[int, dict[str, str], bytes]
Answerer = Callable[["Asked"], Answer]


@dataclass(frozen=True)
class Asked:
    """A request."""

    method: str
    path: str
    fields: dict[str, str]
    body: bytes


@dataclass
class ScriptedDav:
    """Where it listens, and what it was asked."""

    port: int
    asked: list[Asked] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}/dav/"


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""


@contextmanager
def scripted_dav(
    certificates: Certificates, answer: Answerer, *, keeps: bool = True
) -> Iterator[ScriptedDav]:
    """A server that answers each request by ``answer``; ``keeps``: the connection, too."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            asked = Asked(
                self.command,
                self.path,
                {name.lower(): value for name, value in self.headers.items()},
                self.rfile.read(length),
            )
            made.asked.append(asked)
            status, fields, body = answer(asked)
            self.send_response(status)
            for name, value in fields.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.close_connection = not keeps

        do_PROPFIND = do_REPORT = handle_one  # noqa: N815 names of the library

        def log_message(self, format: str, *args: object) -> None:
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.cert, certificates.key)
    server = _Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    made = ScriptedDav(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
