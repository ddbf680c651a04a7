"""One GET over HTTPS, for small files that a mail service publishes. No cookies, no credentials.

Rule 1: HTTPS from beginning to end: a redirect to anything else is an error. Rule 2: the answer is
bounded in octets and in time. Rule 3: nothing but the path is said of who asks; the connection is
net.transport's, so that proxies, certificates and "offline" hold here too.
"""

from __future__ import annotations

import http.client
import ssl
from typing import Final
from urllib.parse import urljoin, urlsplit

from mel_desktop.model.accounts import Endpoint, Security
from mel_desktop.model.errors import ConnectionTrouble, ErrorCode, ServerBroken, ServerSaid
from mel_desktop.net.transport import Line, Stream, open_socket
from mel_desktop.ports import Meter

PORT: Final = 443
MOST_REDIRECTS: Final = 3
MOST_URL: Final = 1_000
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
AGENT: Final = "Mel-Desktop"


class _Socket:
    """A stream as far as http.client uses a socket. It closes before the body is read, as one may
    with a socket of which a file was made: the stream's owner closes it.
    """

    def __init__(self, stream: Stream) -> None:
        self.sendall = stream.sendall
        self.makefile = stream.makefile

    def close(self) -> None:
        """Not yet."""


class _Connection(http.client.HTTPConnection):
    """HTTP on a stream that is open already."""

    def __init__(self, host: str, stream: Stream) -> None:
        super().__init__(host)
        self._stream = stream

    def connect(self) -> None:
        """It is."""
        self.sock = _Socket(self._stream)


def get(
    url: str,
    *,
    most: int,
    context: ssl.SSLContext,
    line: Line,
    seconds: float,
    meter: Meter | None = None,
) -> bytes:
    """The content, of at most so many octets. ServerSaid(SERVER_REFUSED) where there is none;
    ServerBroken for what is too large, no HTTPS or no HTTP; else ConnectionTrouble.
    """
    for _ in range(MOST_REDIRECTS + 1):
        status, content, further = _once(url, most, context, line, seconds, meter or Meter())
        if status == http.HTTPStatus.OK:
            return content
        if status not in REDIRECTS or not further:
            raise ServerSaid(ErrorCode.SERVER_REFUSED, host=_place(url).host, reply=status)
        try:
            url = urljoin(url, further)
        except ValueError as error:
            raise ServerBroken(ErrorCode.PROTOCOL, why="bad-address") from error
    raise ServerBroken(ErrorCode.PROTOCOL, why="redirects")


def _place(url: str) -> Endpoint:
    """Where an address leads. ServerBroken where it is not HTTPS."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORT
    except ValueError as error:
        raise ServerBroken(ErrorCode.PROTOCOL, why="bad-address") from error
    if parts.scheme != "https" or not parts.hostname or parts.username or len(url) > MOST_URL:
        raise ServerBroken(ErrorCode.PROTOCOL, why="not-https")
    return Endpoint(parts.hostname, port, Security.TLS)


def _once(
    url: str, most: int, context: ssl.SSLContext, line: Line, seconds: float, meter: Meter
) -> tuple[int, bytes, str]:
    """Status, content, and where a redirect leads."""
    place, parts = _place(url), urlsplit(url)
    stream = open_socket(
        place,
        context,
        meter,
        connect_seconds=seconds,
        silence_seconds=seconds,
        line=line,
    )
    try:
        connection = _Connection(parts.netloc, stream)
        target = parts.path or "/"
        if parts.query:
            target += f"?{parts.query}"
        connection.request(
            "GET", target, headers={"User-Agent": AGENT, "Accept": "*/*", "Connection": "close"}
        )
        answer = connection.getresponse()
        if answer.status != http.HTTPStatus.OK:
            return answer.status, b"", answer.getheader("Location", "")
        content = answer.read(most + 1)
    except (http.client.HTTPException, ValueError, UnicodeError) as error:
        raise ServerBroken(ErrorCode.PROTOCOL, why="http", host=place.host) from error
    except TimeoutError as error:
        raise ConnectionTrouble(ErrorCode.TIMED_OUT, host=place.host, port=place.port) from error
    finally:
        stream.abort()
        stream.close()
    if len(content) > most:
        raise ServerBroken(ErrorCode.PROTOCOL, why="too-large", host=place.host)
    if answer.length:  # http.client is silent about a body that ends early
        raise ConnectionTrouble(ErrorCode.CONNECTION_LOST, host=place.host, port=place.port)
    return answer.status, content, ""
