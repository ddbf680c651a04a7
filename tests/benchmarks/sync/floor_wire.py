"""IMAP by hand over a raw socket: every command that can be known leaves in the same flight.

Only what the floor needs, against servers that behave: this is a measure, not a client.
"""

from __future__ import annotations

import base64
import re
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_LITERAL: Final = re.compile(rb"\{(\d+)\}$")
_TOKEN: Final = re.compile(rb'[()]|"(?:[^"\\]|\\.)*"|[^\s()]+')
_BLOCK: Final = 1 << 18
Nested = bytes | list["Nested"]


@dataclass(slots=True)
class Response:
    """One response; its literals are cut out and stand beside it."""

    line: bytes
    literals: list[bytes] = field(default_factory=list)


class Wire:
    """One connection."""

    def __init__(self, host: str, port: int, ca: Path, *, timeout: float = 20.0) -> None:
        context = ssl.create_default_context(cafile=str(ca))
        plain = socket.create_connection((host, port), timeout)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = context.wrap_socket(plain, server_hostname=host)
        self._inflate: zlib._Decompress | None = None
        self._deflate: zlib._Compress | None = None
        self._buffer = bytearray()
        self._at = 0
        self._number = 0
        self._queued: list[bytes] = []

    # -- writing -----------------------------------------------------------------------------------

    def queue(self, command: str) -> bytes:
        """A command of the next flight; its tag."""
        self._number += 1
        tag = b"%d" % self._number
        self._queued.append(tag + b" " + command.encode() + b"\r\n")
        return tag

    def send(self) -> None:
        """The flight leaves."""
        data = b"".join(self._queued)
        self._queued.clear()
        if self._deflate is not None:
            data = self._deflate.compress(data) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        self._socket.sendall(data)

    def compress(self) -> None:
        """The server has said OK to COMPRESS DEFLATE (RFC 4978)."""
        self._deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
        self._inflate = zlib.decompressobj(-15)
        left = bytes(self._buffer[self._at :])
        self._buffer, self._at = bytearray(self._inflate.decompress(left)), 0

    # -- reading -----------------------------------------------------------------------------------

    def until(
        self, tag: bytes, *, sink: Callable[[Response], None] | None = None
    ) -> list[Response]:
        """Untagged responses up to the tagged OK; with ``sink`` they are given there instead."""
        kept: list[Response] = []
        take = sink or kept.append
        start = tag + b" "
        while True:
            response = self._response()
            if response.line.startswith(start):
                if not response.line.startswith(start + b"OK"):
                    raise RuntimeError(response.line.decode(errors="replace"))
                return kept
            take(response)

    def close(self) -> None:
        """LOGOUT and its answer."""
        self.queue("LOGOUT")
        self.send()
        while self._more():
            pass
        self._socket.close()

    def drop(self) -> None:
        """Without a word."""
        self._socket.close()

    def _response(self) -> Response:
        literals: list[bytes] = []
        line = b""
        while True:
            part = self._line()
            found = _LITERAL.search(part)
            if found is None:
                return Response(line + part, literals)
            literals.append(self._octets(int(found[1])))
            line += part[: found.start()] + b'"?"'

    def _line(self) -> bytes:
        start = self._at
        while True:
            end = self._buffer.find(b"\r\n", start)
            if end >= 0:
                line = bytes(self._buffer[self._at : end])
                self._at = end + 2
                return line
            start = max(self._at, len(self._buffer) - 1)
            known = self._at
            if not self._more():
                raise ConnectionError("closed")
            start -= known - self._at

    def _octets(self, count: int) -> bytes:
        while len(self._buffer) - self._at < count:
            if not self._more():
                raise ConnectionError("closed")
        data = bytes(memoryview(self._buffer)[self._at : self._at + count])
        self._at += count
        return data

    def _more(self) -> bool:
        try:
            data = self._socket.recv(_BLOCK)
        except ssl.SSLEOFError:
            return False
        if not data:
            return False
        if self._inflate is not None:
            data = self._inflate.decompress(data)
        if self._at > _BLOCK:
            del self._buffer[: self._at]
            self._at = 0
        self._buffer += data
        return True


def nested(text: bytes) -> Nested:
    """The first list or atom of the text, as nested lists."""
    stack: list[list[Nested]] = [[]]
    for token in _TOKEN.findall(text):
        if token == b"(":
            stack.append([])
        elif token == b")":
            done = stack.pop()
            stack[-1].append(done)
            if len(stack) == 1:
                break
        else:
            stack[-1].append(token)
    return stack[0][0]


def text_section(structure: Nested) -> str | None:
    """Section of the readable text: the first text/plain, else the first text/html."""
    leaves = list(_leaves(structure, ""))
    for wanted in (b'"plain"', b'"html"'):
        for section, kind in leaves:
            if kind == wanted:
                return section
    return None


def _leaves(structure: Nested, prefix: str) -> Iterator[tuple[str, bytes]]:
    if not isinstance(structure, list) or not structure:
        return
    if isinstance(structure[0], list):
        for place, child in enumerate(structure, 1):
            if not isinstance(child, list):
                break
            yield from _leaves(child, f"{prefix}.{place}" if prefix else f"{place}")
    elif isinstance(structure[1], bytes) and structure[0] != b'"application"':
        name = structure[0]
        if isinstance(name, bytes) and name.lower() == b'"text"':
            yield prefix or "1", structure[1].lower()


def ranges(uids: Sequence[int]) -> str:
    """A sequence set, as short as it can be when the UIDs ascend."""
    parts: list[str] = []
    start = before = uids[0]
    for uid in (*uids[1:], -1):
        if uid != before + 1:
            parts.append(f"{start}" if start == before else f"{start}:{before}")
            start = uid
        before = uid
    return ",".join(parts)


def plain(login: str, password: str) -> str:
    """The initial response of AUTHENTICATE PLAIN (RFC 4616)."""
    return base64.b64encode(f"\0{login}\0{password}".encode()).decode()


def now() -> float:
    """The clock that all processes of a machine share."""
    return time.monotonic()
