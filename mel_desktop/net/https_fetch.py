"""signin_ports.Fetch: one HTTPS request over net.transport, so that its TLS rules, meter, abort and
whatever way to the outside it has hold here too.

Rule 1: HTTPS only, the certificate verified.
Rule 2: no redirect is followed: a token endpoint that moves is another token endpoint.
Rule 3: bounded in time and octets; addresses, headers and bodies are never logged.
"""

from __future__ import annotations

import http.client
import io
import time
from collections.abc import Mapping
from typing import Final, cast
from urllib.parse import urlsplit

from mel_desktop.model.accounts import Endpoint, Security
from mel_desktop.model.errors import ConnectionTrouble, ErrorCode, LocalRefusal, ServerBroken
from mel_desktop.net.transport import Lines, Stream, open_socket, tls_context
from mel_desktop.ports import Meter
from mel_desktop.signin_ports import HttpAnswer

LONGEST_BODY: Final = 256 * 1024
LONGEST_URL: Final = 8192
SILENCE_S: Final = 20.0
WHOLE_S: Final = 60.0
CHUNK: Final = 16 * 1024


class HttpsFetch:
    """Callable as signin_ports.Fetch."""

    def __init__(self, lines: Lines, *, whole_s: float = WHOLE_S) -> None:
        self._lines = lines
        self._whole_s = whole_s

    def __call__(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        *,
        ca_pem: str = "",
    ) -> HttpAnswer:
        """Ask once."""
        host, port, target = _parts(url)
        request = _request(method, host, port, target, headers, body)
        deadline = time.monotonic() + self._whole_s
        with self._lines.line() as line:
            stream = open_socket(
                Endpoint(host, port, Security.TLS),
                tls_context(ca_pem),
                Meter(),
                silence_seconds=SILENCE_S,
                line=line,
            )
            try:
                stream.sendall(request)
                return _answer(method, _Timed(stream, deadline, host, port), host, port)
            finally:
                stream.close()


def _parts(url: str) -> tuple[str, int, str]:
    """Host, port and what stands in the request. LocalRefusal for what is no plain HTTPS."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or 443
    except ValueError:
        raise LocalRefusal(ErrorCode.PROVIDER_MISTRUSTED, why="provider-address") from None
    sound = url.isascii() and url.isprintable() and " " not in url and len(url) <= LONGEST_URL
    if parts.scheme != "https" or not host or "@" in parts.netloc or not sound:
        raise LocalRefusal(ErrorCode.PROVIDER_MISTRUSTED, why="provider-address")
    return host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _request(
    method: str, host: str, port: int, target: str, headers: Mapping[str, str], body: bytes | None
) -> bytes:
    shown = f"[{host}]" if ":" in host else host
    fields = {
        "Host": shown if port == 443 else f"{shown}:{port}",
        "Accept-Encoding": "identity",
        "Connection": "close",
        "User-Agent": "MelDesktop",
        **headers,
    }
    if body is not None:
        fields["Content-Length"] = str(len(body))
    if any(char in value for value in fields.values() for char in "\r\n\0"):
        raise LocalRefusal(ErrorCode.USAGE, why="control-character")
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + (body or b"")


def _answer(method: str, timed: _Timed, host: str, port: int) -> HttpAnswer:
    response = http.client.HTTPResponse(cast("http.client.socket.socket", timed), method=method)  # type: ignore[name-defined]  # it only calls makefile
    try:
        response.begin()
        parts, size = [], 0
        while piece := response.read(CHUNK):
            size += len(piece)
            if size > LONGEST_BODY:
                raise ServerBroken(ErrorCode.PROTOCOL, why="answer-too-long", host=host, port=port)
            parts.append(piece)
    except (http.client.HTTPException, ValueError) as error:
        raise ServerBroken(ErrorCode.PROTOCOL, why="no-http", host=host, port=port) from error
    finally:
        response.close()
    found = {name.lower(): value for name, value in response.getheaders()}
    return HttpAnswer(response.status, found, b"".join(parts))


class _Timed(io.RawIOBase):
    """Reads from a stream until a deadline that a server with a slow drip cannot move."""

    def __init__(self, stream: Stream, deadline: float, host: str, port: int) -> None:
        super().__init__()
        self._stream, self._deadline = stream, deadline
        self._host, self._port = host, port

    def makefile(self, *_: object, **__: object) -> io.BufferedReader:
        """As ``socket.makefile``."""
        return io.BufferedReader(self, CHUNK)

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, into: memoryview) -> int:  # type: ignore[override]  # wider in typeshed
        """Some octets; 0 at the end."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise ConnectionTrouble(ErrorCode.TIMED_OUT, host=self._host, port=self._port)
        self._stream.settimeout(min(SILENCE_S, left))
        data = self._stream.recv(len(into))
        into[: len(data)] = data
        return len(data)
