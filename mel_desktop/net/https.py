"""HTTPS: ``net.http`` on connections of net.transport, whose proxies, certificates, meters,
"offline" and abort hold here too.

Rule 1: HTTPS with a verified certificate from beginning to end: a redirect to anything else is an
error. Only a proxy script may come over plain HTTP, where its address says so, and never after
HTTPS. Rule 2: the answer is bounded in octets, redirects and time. Rule 3: no cookies; credentials
only where the caller gives them, and then no redirect is followed.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from mel_desktop.model.errors import ErrorCode, LocalRefusal, MelError, ServerBroken, ServerSaid
from mel_desktop.net.http import REDIRECTS, Address, Patience, Talk, led_to, read_address
from mel_desktop.net.transport import Line, Lines, open_socket, tls_context
from mel_desktop.ports import Meter
from mel_desktop.signin_ports import HttpAnswer

MOST_REDIRECTS: Final = 3
AGENT: Final = "Mel-Desktop"
WHOLE_TIMES: Final = 4  # ``get``: so many times its seconds, redirects included

LONGEST_BODY: Final = 256 * 1024  # of a provider's answer
LONGEST_URL: Final = 8192
SILENCE_S: Final = 20.0
WHOLE_S: Final = 60.0


@contextmanager
def talking(
    address: Address,
    patience: Patience,
    context: ssl.SSLContext,
    line: Line,
    *,
    connect_s: float = SILENCE_S,
    meter: Meter | None = None,
    session: ssl.SSLSession | None = None,
) -> Iterator[Talk]:
    """A connection as long as the block lasts. ConnectionTrouble | Cancelled.

    ``session``: of an earlier talk with the same server under the same context.
    """
    stream = open_socket(
        address.place,
        context,
        Meter() if meter is None else meter,
        connect_seconds=connect_s,
        silence_seconds=patience.silence_s,
        line=line,
        session=session,
    )
    try:
        yield Talk(stream, address, patience, None if stream.trace is None else stream.trace.note)
    except BaseException:
        stream.abort()  # a goodbye would have to be waited for
        raise
    finally:
        stream.close()


# -- small files -----------------------------------------------------------------------------------


def get(
    url: str,
    *,
    most: int,
    context: ssl.SSLContext,
    line: Line,
    seconds: float,
    meter: Meter | None = None,
    plain: bool = False,
) -> bytes:
    """The content, of at most so many octets. ServerSaid(SERVER_REFUSED) where there is none;
    ServerBroken for what is too large, no HTTPS or no HTTP; else ConnectionTrouble.

    ``seconds``: to connect, and of each silence; the whole has four times as many.
    """
    patience = Patience.of(seconds, WHOLE_TIMES * seconds)
    fields = (
        ("User-Agent", AGENT), ("Accept", "*/*"), ("Accept-Encoding", "identity"),
        ("Connection", "close"),
    )  # fmt: skip
    for _ in range(MOST_REDIRECTS + 1):
        address = read_address(url, plain=plain)
        plain = plain and not address.is_private
        with talking(
            address, patience, context, line, connect_s=seconds, meter=meter
        ) as talk:  # fmt: skip
            answer = talk.ask("GET", fields=fields)
            if answer.status == 200:
                return answer.read(most)
        further = answer.fields.get("location", "")
        if answer.status not in REDIRECTS or not further:
            raise ServerSaid(ErrorCode.SERVER_REFUSED, host=address.place.host, reply=answer.status)
        url = led_to(url, further)
    raise ServerBroken(ErrorCode.PROTOCOL, why="redirects")


# -- a provider's answers --------------------------------------------------------------------------


class HttpsFetch:
    """signin_ports.Fetch: one request, and no redirect is followed: a token endpoint that moves is
    another token endpoint.
    """

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
        try:
            address = read_address(url, longest=LONGEST_URL)
            if not url.isascii():
                raise ServerBroken(ErrorCode.PROTOCOL, why="bad-address")
        except MelError:
            raise LocalRefusal(ErrorCode.PROVIDER_MISTRUSTED, why="provider-address") from None
        fields = {
            "Accept-Encoding": "identity",
            "Connection": "close",
            "User-Agent": "MelDesktop",
            **headers,
        }
        if any(char in value for value in fields.values() for char in "\r\n\0"):
            raise LocalRefusal(ErrorCode.USAGE, why="control-character")
        patience = Patience.of(SILENCE_S, self._whole_s)
        with (
            self._lines.line() as line,
            talking(address, patience, tls_context(ca_pem), line) as talk,
        ):
            answer = talk.ask(method, fields=tuple(fields.items()), body=body)
            return HttpAnswer(answer.status, answer.fields, answer.read(LONGEST_BODY))
