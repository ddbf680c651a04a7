"""Looks at the certificate that a server shows, when it could not be verified; and at nothing else.

Rule 1: over such a connection nothing of value is ever said: it is closed right after the
handshake. Before STARTTLS only what every client says is said.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from mel_desktop.model.accounts import Endpoint, Security
from mel_desktop.model.errors import MelError

SECONDS: Final = 10.0
MOST_TALK: Final = 16_384
LDAP_STARTTLS: Final = bytes.fromhex(  # RFC 4511 4.14: extended request 1.3.6.1.4.1.1466.20037
    "301d02010177188016312e332e362e312e342e312e313436362e3230303337"
)

Reach = Callable[[str, int, float], tuple[socket.socket, float]]


def shown_certificate(endpoint: Endpoint, reach: Reach, seconds: float = SECONDS) -> bytes:
    """DER; b"" where none was to be had."""
    deadline = time.monotonic() + seconds
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with suppress(OSError, MelError, ValueError):
        raw, _ = reach(endpoint.host, endpoint.port, deadline)
        with raw:
            raw.settimeout(max(deadline - time.monotonic(), 0.1))
            if endpoint.security is Security.STARTTLS and not _ask_for_tls(raw):
                return b""
            with context.wrap_socket(raw, server_hostname=endpoint.host) as tls:
                return tls.getpeercert(binary_form=True) or b""
    return b""


def _ask_for_tls(raw: socket.socket) -> bool:
    """By the server's greeting: IMAP, SMTP, or (none at all) LDAP."""
    patience = raw.gettimeout() or SECONDS
    raw.settimeout(min(2.0, patience))
    try:
        greeting = _line(raw)
    except TimeoutError:
        greeting = b""
    raw.settimeout(patience)
    if greeting.startswith(b"* OK"):
        raw.sendall(b"a1 STARTTLS\r\n")
        while (line := _line(raw)).startswith(b"*"):
            pass
        return line.upper().startswith(b"A1 OK")
    if greeting.startswith(b"220"):
        while greeting[3:4] == b"-":
            greeting = _line(raw)
        for command, wanted in ((b"EHLO [127.0.0.1]\r\n", b"250"), (b"STARTTLS\r\n", b"220")):
            raw.sendall(command)
            while (line := _line(raw))[3:4] == b"-":
                pass
            if not line.startswith(wanted):
                return False
        return True
    if greeting:
        return False
    raw.sendall(LDAP_STARTTLS)
    return bool(raw.recv(MOST_TALK))


def _line(raw: socket.socket) -> bytes:
    """One line, octet by octet: what follows is TLS. b"" at the end."""
    line = b""
    while not line.endswith(b"\n") and len(line) < MOST_TALK:
        octet = raw.recv(1)
        if not octet:
            return b""
        line += octet
    return line
