"""One GET of something small, over the same connections as mail: proxy, certificates, "offline".

Rule 1: HTTPS from beginning to end unless the caller allows plain HTTP; a redirect never leads from
HTTPS to HTTP. Rule 2: octets, time and redirects are bounded. Rule 3: no cookies, no credentials,
and nothing in the headers that tells who asks.
"""

from __future__ import annotations

import http.client
import ssl
import time
from typing import Final
from urllib.parse import urljoin, urlsplit

from mel_desktop.model.accounts import Endpoint, Security
from mel_desktop.model.errors import ConnectionTrouble, ErrorCode, ServerBroken, ServerSaid
from mel_desktop.net.transport import Line, Stream, open_socket
from mel_desktop.ports import Meter

MOST_REDIRECTS: Final = 3
MOST_URL: Final = 1_000
PIECE: Final = 65_536
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
HEADERS: Final = {"User-Agent": "Mel-Desktop", "Accept": "*/*", "Connection": "close"}


class _Socket:
    """A stream as far as http.client uses a socket; it closes before the content is read, as one
    may with a socket of which a file was made: the stream's owner closes it.
    """

    def __init__(self, stream: Stream) -> None:
        self.sendall = stream.sendall
        self.makefile = stream.makefile

    def close(self) -> None:
        """Not yet."""


def fetch(
    url: str,
    *,
    most: int,
    seconds: float,
    context: ssl.SSLContext,
    line: Line,
    plain: bool = False,
    meter: Meter | None = None,
) -> bytes:
    """The content, of at most so many octets. ServerSaid(SERVER_REFUSED) where there is none,
    ServerBroken for what is too large, not allowed or no HTTP, else ConnectionTrouble.
    """
    deadline = time.monotonic() + seconds
    for _ in range(MOST_REDIRECTS + 1):
        place = _place(url, plain=plain)
        status, content, further = _once(url, place, most, context, line, deadline, meter)
        if status == http.HTTPStatus.OK:
            return content
        if status not in REDIRECTS or not further:
            raise ServerSaid(ErrorCode.SERVER_REFUSED, host=place.host, reply=status)
        plain = plain and urlsplit(url).scheme == "http"
        try:
            url = urljoin(url, further)
        except ValueError as error:
            raise ServerBroken(ErrorCode.PROTOCOL, why="bad-address") from error
    raise ServerBroken(ErrorCode.PROTOCOL, why="redirects")


def _place(url: str, *, plain: bool) -> Endpoint:
    """Where an address leads. ServerBroken where it may not."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ServerBroken(ErrorCode.PROTOCOL, why="bad-address") from error
    schemes = ("https", "http") if plain else ("https",)
    bad = parts.username or len(url) > MOST_URL or not url.isascii() or not url.isprintable()
    if parts.scheme not in schemes or not parts.hostname or bad:
        raise ServerBroken(ErrorCode.PROTOCOL, why="not-https")
    if parts.scheme == "https":
        return Endpoint(parts.hostname, port or 443, Security.TLS)
    return Endpoint(parts.hostname, port or 80, Security.STARTTLS)  # TLS is never begun on it


def _once(
    url: str,
    place: Endpoint,
    most: int,
    context: ssl.SSLContext,
    line: Line,
    deadline: float,
    meter: Meter | None,
) -> tuple[int, bytes, str]:
    """Status, content, and where a redirect leads."""
    left = max(deadline - time.monotonic(), 0.1)
    stream = open_socket(
        place, context, meter or Meter(), connect_seconds=left, silence_seconds=left, line=line
    )
    try:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc)
        connection.sock = _Socket(stream)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", target, headers=HEADERS)
        answer = connection.getresponse()
        if answer.status != http.HTTPStatus.OK:
            return answer.status, b"", answer.getheader("Location", "")
        content = _content(answer, most, deadline, place)
    except (http.client.HTTPException, ValueError) as error:
        raise ServerBroken(ErrorCode.PROTOCOL, why="http", host=place.host) from error
    finally:
        stream.abort()
        stream.close()
    return answer.status, content, ""


def _content(
    answer: http.client.HTTPResponse, most: int, deadline: float, place: Endpoint
) -> bytes:
    content = b""
    while data := answer.read1(PIECE):
        content += data
        if len(content) > most:
            raise ServerBroken(ErrorCode.PROTOCOL, why="too-large", host=place.host)
        if time.monotonic() > deadline:
            raise ConnectionTrouble(ErrorCode.TIMED_OUT, host=place.host, port=place.port)
    if answer.length:  # http.client is silent about content that ends early
        raise ConnectionTrouble(ErrorCode.CONNECTION_LOST, host=place.host, port=place.port)
    return content
