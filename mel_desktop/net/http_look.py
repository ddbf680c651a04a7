"""Does somebody else answer in the place of a server? One plain request, nothing personal in it.

A network with a captive portal answers HTTP by itself until somebody has signed in: by 511
(RFC 6585), or by sending the browser to a host of another domain. The Date of the answer tells how
right the clock of this PC is.
"""

from __future__ import annotations

import re
import ssl
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

from mel_desktop.model.accounts import Endpoint, Security
from mel_desktop.model.doctor import Surroundings
from mel_desktop.model.errors import Cancelled, ErrorCode, MelError
from mel_desktop.net.transport import Lines, open_socket
from mel_desktop.ports import Meter

HTTP_PORT: Final = 80
SECONDS: Final = 6.0
MOST_LINES: Final = 100
MAX_LINE: Final = 8192
STATUS: Final = re.compile(rb"HTTP/1\.[01] ([1-5][0-9][0-9])\b")
HOST: Final = re.compile(r"[a-z0-9.-]{1,120}")
NETWORK_SIGN_IN: Final = 511


class HttpLook:
    """Asks ``http://host/`` as a browser would, and reads the head of the answer."""

    def __init__(self, lines: Lines, port: int = HTTP_PORT) -> None:
        self._lines = lines
        self._port = port

    def look(self, host: str) -> Surroundings:
        """Never raises but Cancelled: what does not answer tells nothing."""
        try:
            head = self._head(Endpoint(host, self._port, Security.STARTTLS))
        except MelError as error:
            if error.code is ErrorCode.CANCELLED:
                raise Cancelled from error
            return Surroundings(False)
        match = STATUS.match(head[0]) if head else None
        if match is None:
            return Surroundings(False)
        fields = _fields(head[1:])
        status = int(match.group(1))
        portal = ""
        to = _host_of(fields.get("location", ""))
        if status == NETWORK_SIGN_IN:
            portal = to or host
        elif 300 <= status < 400 and to and _domain(to) != _domain(host):
            portal = to
        return Surroundings(True, portal, _date(fields.get("date", "")))

    def _head(self, endpoint: Endpoint) -> list[bytes]:
        # Security.STARTTLS: open_socket leaves the stream as it is, and no TLS follows here.
        with self._lines.line() as line:
            stream = open_socket(
                endpoint,
                ssl.create_default_context(),
                Meter(),
                connect_seconds=SECONDS,
                silence_seconds=SECONDS,
                line=line,
            )
            try:
                request = f"GET / HTTP/1.1\r\nHost: {endpoint.host}\r\nConnection: close\r\n\r\n"
                stream.sendall(request.encode("ascii", "replace"))
                head: list[bytes] = []
                while len(head) < MOST_LINES and (row := stream.read_line(MAX_LINE).rstrip()):
                    head.append(row)
                return head
            finally:
                stream.close()


def _fields(rows: list[bytes]) -> dict[str, str]:
    told = (row.decode("latin-1").partition(":") for row in rows)
    return {name.strip().lower(): value.strip() for name, _, value in told}


def _host_of(url: str) -> str:
    with suppress(ValueError):
        host = (urlsplit(url).hostname or "").lower()
        return host if HOST.fullmatch(host) else ""
    return ""


def _domain(host: str) -> str:
    """The last two labels: a server may send on within its own domain. An address is itself."""
    labels = host.lower().rstrip(".").split(".")
    return host if labels[-1].isdecimal() else ".".join(labels[-2:])


def _date(text: str) -> datetime | None:
    try:
        told = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)
