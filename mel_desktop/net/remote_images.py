"""Pictures from web servers that a stranger named in a message.

Rule 1: nothing is told that need not be: no cookies, no Referer, no language, a User-Agent that
names neither the program nor its version. Rule 2: only public addresses at the usual ports, also
after a redirect and after the name was resolved (no way into the school's network through a
message); from HTTPS never back to HTTP. Rule 3: pictures only, told by their first octets; bounded
in octets, redirects and time.
"""

from __future__ import annotations

import ipaddress
from typing import Final

from mel_desktop.logic.remote_images import MOST_ADDRESS, kind_of
from mel_desktop.model.errors import ErrorCode, ServerBroken, ServerSaid
from mel_desktop.net.http import (
    PLAIN_PORT,
    PORT,
    REDIRECTS,
    Address,
    Patience,
    led_to,
    read_address,
)
from mel_desktop.net.https import talking
from mel_desktop.net.lines import Lines
from mel_desktop.net.transport import tls_context
from mel_desktop.ports import Meter

MOST_REDIRECTS: Final = 4
SILENCE_S: Final = 10.0
WHOLE_S: Final = 30.0
PORTS: Final = frozenset({PORT, PLAIN_PORT})
FIELDS: Final = (
    ("User-Agent", "Mozilla/5.0"), ("Accept", "image/*"), ("Accept-Encoding", "identity"),
    ("Connection", "close"),
)  # fmt: skip
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052
_OWN: Final = (".local", ".localhost", ".internal", ".lan", ".home", ".intranet", ".home.arpa")


def is_public(address: str) -> bool:
    """Whether a numeric address is one of the public internet, whatever it is wrapped in."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if inner is None and found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if found.teredo is not None or found.is_site_local:
            return False
    odd = found.is_multicast or found.is_reserved or found.is_unspecified
    return found.is_global and not odd


def is_fit(host: str, port: int) -> bool:
    """Whether a host may be asked at all, as far as its name tells: a proxy resolves it then."""
    name = host.rstrip(".").lower()
    if port not in PORTS or not name:
        return False
    if ":" in name or name.rpartition(".")[2].isdigit() or name.startswith("0x"):
        return is_public(name)
    return "." in name and not name.endswith(_OWN)


class RemotePictures:
    """remote_ports.PictureSource."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    def __call__(self, address: str, *, most: int, meter: Meter, account: int, proxy: str) -> bytes:
        """Ask once, redirects followed."""
        url = f"https:{address}" if address.startswith("//") else address
        patience = Patience.of(SILENCE_S, WHOLE_S)
        plain = True
        for _ in range(MOST_REDIRECTS + 1):
            found = read_address(url, plain=plain, longest=MOST_ADDRESS)
            plain = plain and not found.is_private
            answer, further = self._ask(found, patience, most, meter, account, proxy)
            if further is None:
                return answer
            url = led_to(url, further)
        raise ServerBroken(ErrorCode.PROTOCOL, why="redirects")

    def _ask(
        self,
        address: Address,
        patience: Patience,
        most: int,
        meter: Meter,
        account: int,
        proxy: str,
    ) -> tuple[bytes, str | None]:
        """The picture, or where it is instead."""
        place = address.place
        if not is_fit(place.host, place.port):
            raise ServerBroken(ErrorCode.PROTOCOL, why="private-address")
        with self._lines.line(account, proxy) as line:
            line.may_reach = is_public
            with talking(
                address, patience, tls_context(""), line, connect_s=SILENCE_S, meter=meter
            ) as talk:
                answer = talk.ask("GET", fields=FIELDS)
                if answer.status in REDIRECTS and answer.fields.get("location"):
                    return b"", answer.fields["location"]
                if answer.status != 200:
                    raise ServerSaid(ErrorCode.SERVER_REFUSED, host=place.host, reply=answer.status)
                if not answer.fields.get("content-type", "image/").lower().startswith("image/"):
                    raise ServerBroken(ErrorCode.PROTOCOL, why="no-picture")
                octets = answer.read(most)
        if not kind_of(octets):
            raise ServerBroken(ErrorCode.PROTOCOL, why="no-picture")
        return octets, None
