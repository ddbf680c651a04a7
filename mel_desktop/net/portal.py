"""Recognises the page of a network that wants a sign-in before it lets anything through.

Asked after something else failed, and never of a third party: port 80 of the very server that was
wanted, or the page that IT names. A redirect to another house, or 511 (RFC 6585 section 6), is a
portal.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final
from urllib.parse import urljoin, urlsplit

from mel_desktop.model.errors import MelError
from mel_desktop.net.http import REDIRECTS, Patience, Talk, read_address

SECONDS: Final = 4.0
MOST_LINE: Final = 1_000
AUTHENTICATION_REQUIRED: Final = 511
FIELDS: Final = (("Accept-Encoding", "identity"), ("Connection", "close"))

ReachPlainly = Callable[[str, int, float], socket.socket]


def find_portal(host: str, page: str, reach: ReachPlainly, seconds: float = SECONDS) -> str:
    """The address that a person has to open, "" where there is no sign of a portal.

    ``page``: a plain address of IT's own (``http://...``), which is known to answer without any
    redirect to elsewhere.
    """
    url = page or f"http://{f'[{host}]' if ':' in host else host}/"
    with suppress(OSError, MelError, ValueError):
        return _look(url, reach, time.monotonic() + seconds)
    return ""


def _look(url: str, reach: ReachPlainly, deadline: float) -> str:
    address = read_address(url, plain=True)
    if address.is_private:
        return ""
    with reach(address.place.host, address.place.port, deadline) as raw:
        answer = Talk(raw, address, Patience(SECONDS, deadline)).ask("GET", fields=FIELDS)
        if answer.status == AUTHENTICATION_REQUIRED:
            return url
        target = urljoin(url, answer.fields.get("location", "")[:MOST_LINE])
    if answer.status not in REDIRECTS or not target.isprintable():
        return ""
    there = urlsplit(target)
    if there.scheme not in ("http", "https") or not there.hostname or there.username:
        return ""
    if is_same_house(address.place.host, there.hostname):
        return ""
    # Without its query: it may name this computer. The portal makes another one.
    return f"{there.scheme}://{there.netloc}{there.path or '/'}"


def is_same_house(one: str, other: str) -> bool:
    """Whether two hosts share the name under which houses register (nearly: two labels)."""
    return _house(one) == _house(other)


def _house(host: str) -> str:
    name = host.rstrip(".").lower()
    if ":" in name or name.replace(".", "").isdigit():
        return name
    labels = name.split(".")
    # gouv.fr and its like hold many houses; one label more parts them.
    deep = 3 if len(labels) > 2 and labels[-2] in ("gouv", "co", "com", "org", "asso") else 2
    return ".".join(labels[-deep:])
