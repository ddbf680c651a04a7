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
from typing import Final
from urllib.parse import urlsplit

from mel_desktop.model.accounts import Endpoint, Security
from mel_desktop.model.doctor import Surroundings
from mel_desktop.model.errors import Cancelled, ErrorCode, MelError
from mel_desktop.net.http import PLAIN_PORT, Address, Answer, Patience
from mel_desktop.net.https import talking
from mel_desktop.net.portal import AUTHENTICATION_REQUIRED, FIELDS, is_same_house
from mel_desktop.net.transport import Lines

LOOK_SECONDS: Final = 6.0
HOST: Final = re.compile(r"[a-z0-9.-]{1,120}")


class HttpLook:
    """Asks ``http://host/`` as a browser would, and reads the head of the answer; its Date tells
    how right the clock of this PC is.
    """

    def __init__(self, lines: Lines, port: int = PLAIN_PORT) -> None:
        self._lines = lines
        self._port = port

    def look(self, host: str) -> Surroundings:
        """Never raises but Cancelled: what does not answer tells nothing."""
        try:
            answer = self._head(Endpoint(host, self._port, Security.STARTTLS))
        except MelError as error:
            if error.code is ErrorCode.CANCELLED:
                raise Cancelled from error
            return Surroundings(False)
        portal = ""
        to = _host_of(answer.fields.get("location", ""))
        if answer.status == AUTHENTICATION_REQUIRED:
            portal = to or host
        elif 300 <= answer.status < 400 and to and not is_same_house(to, host):
            portal = to
        return Surroundings(True, portal, _date(answer.fields.get("date", "")))

    def _head(self, endpoint: Endpoint) -> Answer:
        address = Address(endpoint, "/")
        patience = Patience.of(LOOK_SECONDS, LOOK_SECONDS)
        with (
            self._lines.line() as line,
            talking(
                address, patience, ssl.create_default_context(), line, connect_s=LOOK_SECONDS
            ) as talk,
        ):
            return talk.ask("GET", fields=FIELDS)


def _host_of(url: str) -> str:
    with suppress(ValueError):
        host = (urlsplit(url).hostname or "").lower()
        return host if HOST.fullmatch(host) else ""
    return ""


def _date(text: str) -> datetime | None:
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 seldom

    try:
        told = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)
