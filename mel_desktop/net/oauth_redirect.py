"""signin_ports.Redirect: a port of 127.0.0.1 that the browser comes back to (RFC 8252 7.3).

Rule 1: only 127.0.0.1, any free port, open as long as one sign-in lasts.
Rule 2: whoever does not know the state changes nothing: neither a forged answer nor a lost request
ends the waiting (RFC 6819 4.4.1.8). A name other than ours in Host is refused (DNS rebinding).
Rule 3: browsers open lines that they never use: many at a time, each of them bounded.
"""

from __future__ import annotations

import hmac
import selectors
import socket
import threading
import time
from contextlib import suppress
from dataclasses import field
from typing import Final
from urllib.parse import parse_qs, urlsplit

from mel_desktop.model.errors import Cancelled, ErrorCode, LocalRefusal
from mel_desktop.model.values import dataclass

HOST: Final = "127.0.0.1"
MOST_LINES: Final = 32
LONGEST_HEAD: Final = 16 * 1024
STEP_S: Final = 0.25

PAGE: Final = """<!doctype html><html lang="fr"><head><meta charset="utf-8">
<title>Mel Desktop</title><meta name="viewport" content="width=device-width">
<style>body{{font:1.2rem sans-serif;margin:4rem
auto;max-width:32rem;padding:0 1rem;color:#1b1b35;background:#fff}}</style></head><body>
<h1>Mel Desktop</h1><p>{fr}</p><p lang="en">{en}</p></body></html>"""
DONE: Final = (
    "Vous pouvez fermer cette page et revenir à votre messagerie.",
    "You can close this page and go back to your mail.",
)
NOTHING: Final = ("Rien ici.", "Nothing here.")


@dataclass(slots=True)
class _Visit:
    line: socket.socket
    head: bytearray = field(default_factory=bytearray)


class LoopbackRedirect:
    """One door. Used by one thread; ``close`` from any."""

    def __init__(self) -> None:
        self._closed = False
        self._door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            self._door.bind((HOST, 0))
            self._door.listen(MOST_LINES)
        except OSError as error:
            self._door.close()
            raise LocalRefusal(ErrorCode.USAGE, why="no-loopback") from error
        self._door.setblocking(False)
        self._port = int(self._door.getsockname()[1])
        self._in_use = threading.Lock()
        self._visits: dict[socket.socket, _Visit] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._door, selectors.EVENT_READ)

    @property
    def uri(self) -> str:
        """With a path that is registered with the provider; the port is free (RFC 8252 7.3)."""
        return f"http://{HOST}:{self._port}/"

    def wait(self, state: str, seconds: float) -> str | None:
        """The query of the first visit that knows the state; None after so many seconds."""
        try:
            with self._in_use:
                return self._wait(state, time.monotonic() + seconds)
        finally:
            self.close()

    def _wait(self, state: str, deadline: float) -> str | None:
        while (left := deadline - time.monotonic()) > 0:
            if self._closed:
                raise Cancelled
            for key, _ in self._selector.select(min(STEP_S, left)):
                if key.fileobj is self._door:
                    self._let_in()
                elif (query := self._read(self._visits[key.fileobj], state)) is not None:  # type: ignore[index]  # sockets only
                    return query
        return None

    def close(self) -> None:
        """From any thread; whoever waits gets Cancelled within a moment."""
        self._closed = True
        if self._in_use.acquire(blocking=False):
            self._end()
            self._in_use.release()

    def _let_in(self) -> None:
        with suppress(OSError):
            line, _ = self._door.accept()
            if len(self._visits) >= MOST_LINES:
                self._drop(next(iter(self._visits.values())))
            line.setblocking(False)
            self._visits[line] = _Visit(line)
            self._selector.register(line, selectors.EVENT_READ)

    def _read(self, visit: _Visit, state: str) -> str | None:
        try:
            data = visit.line.recv(LONGEST_HEAD)
        except BlockingIOError:
            return None
        except OSError:
            data = b""
        visit.head += data
        if not data or len(visit.head) > LONGEST_HEAD:
            self._drop(visit)
            return None
        if b"\r\n\r\n" not in visit.head:
            return None
        query = self._query(bytes(visit.head), state)
        self._say(visit, "200 OK" if query is not None else "404 Not Found",
                  DONE if query is not None else NOTHING)  # fmt: skip
        self._drop(visit)
        return query

    def _query(self, head: bytes, state: str) -> str | None:
        """The query where the visit is the one that is waited for."""
        first, *fields = head.decode("latin-1").split("\r\n")
        words = first.split(" ")
        hosts = [one.split(":", 1)[1].strip() for one in fields if one.lower().startswith("host:")]
        if len(words) != 3 or words[0] != "GET" or hosts != [f"{HOST}:{self._port}"]:
            return None
        try:
            parts = urlsplit(words[1])
            told = parse_qs(parts.query).get("state", [])
        except ValueError:
            return None
        is_ours = len(told) == 1 and hmac.compare_digest(told[0].encode(), state.encode())
        return parts.query if parts.path == "/" and is_ours else None

    def _say(self, visit: _Visit, status: str, words: tuple[str, str]) -> None:
        page = PAGE.format(fr=words[0], en=words[1]).encode("utf-8")
        head = (
            f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n"
            f"Content-Length: {len(page)}\r\nConnection: close\r\nCache-Control: no-store\r\n"
            "Referrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n"
            "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n\r\n"
        )
        with suppress(OSError):
            visit.line.settimeout(1.0)
            visit.line.sendall(head.encode("ascii") + page)

    def _drop(self, visit: _Visit) -> None:
        self._visits.pop(visit.line, None)
        with suppress(KeyError, ValueError):
            self._selector.unregister(visit.line)
        visit.line.close()

    def _end(self) -> None:
        for visit in tuple(self._visits.values()):
            self._drop(visit)
        with suppress(KeyError, ValueError, RuntimeError):
            self._selector.unregister(self._door)
        self._selector.close()
        self._door.close()
