"""From a connected stream to a signed-in one: greeting, STARTTLS, capabilities, one sign-in.

Rule 1: no password leaves before TLS is up. A server without STARTTLS is refused, never accepted in
clear text; one that says PREAUTH is refused too, for STARTTLS would be skipped (RFC 9051, 11.1).
Rule 2: what the server said before TLS is forgotten.
Rule 3: the password is tried once, with one mechanism.
"""

from __future__ import annotations

from base64 import b64encode

from mel_desktop.model.accounts import Endpoint, Secret, Security
from mel_desktop.model.errors import ConnectionTrouble, ErrorCode, LocalRefusal, ServerSaid
from mel_desktop.net.imap_grammar import Response, Status, astring, read_status
from mel_desktop.net.imap_refusals import sign_in_refusal
from mel_desktop.net.imap_wire import Parts, Wire


def sign_in(wire: Wire, endpoint: Endpoint, login: str, password: Secret) -> frozenset[str]:
    """Do it all; the capabilities after sign-in, upper case."""
    told = _greet(wire, endpoint)
    if endpoint.security is Security.STARTTLS:
        _start_tls(wire, endpoint, told or _ask(wire))
        told = frozenset()
    if not wire.stream.is_private:
        raise ConnectionTrouble(ErrorCode.TLS, host=endpoint.host, port=endpoint.port)
    after = _authenticate(wire, endpoint, told or _ask(wire), login, password)
    return after or _ask(wire)


def _greet(wire: Wire, endpoint: Endpoint) -> frozenset[str]:
    status = wire.greeting()
    if status.kind == "PREAUTH":
        raise wire.stream.broken("preauth")
    if status.kind == "BYE":
        raise ServerSaid(
            ErrorCode.SERVER_TEMPORARY,
            host=endpoint.host,
            port=endpoint.port,
            reply=status.code or "BYE",
        )
    return _of(status)


def _start_tls(wire: Wire, endpoint: Endpoint, offered: frozenset[str]) -> None:
    if "STARTTLS" not in offered or wire.run([b"STARTTLS"]).kind != "OK":
        raise ConnectionTrouble(ErrorCode.NO_TLS_OFFERED, host=endpoint.host, port=endpoint.port)
    wire.stream.start_tls()  # refuses what was sent along with the answer


def _ask(wire: Wire) -> frozenset[str]:
    heard = _Heard()
    status = wire.run([b"CAPABILITY"], heard)
    if status.kind != "OK" or not heard.capabilities:
        raise wire.stream.broken("no-capabilities")
    return heard.capabilities


def _authenticate(
    wire: Wire, endpoint: Endpoint, offered: frozenset[str], login: str, password: Secret
) -> frozenset[str]:
    name, word = login.encode("utf-8"), password.reveal().encode("utf-8")
    if b"\0" in name + word:
        raise LocalRefusal(ErrorCode.USAGE, why="nul-in-password")
    heard = _Heard()
    if "AUTH=PLAIN" in offered:
        initial = b64encode(b"\0%s\0%s" % (name, word))
        if "SASL-IR" in offered:
            status = wire.dialogue(b"AUTHENTICATE PLAIN " + initial, [], heard)
        else:
            status = wire.dialogue(b"AUTHENTICATE PLAIN", [initial], heard)
    elif "LOGINDISABLED" not in offered:
        parts: Parts = [b"LOGIN ", astring(name), b" ", astring(word)]
        status = wire.run(parts, heard)
    elif "AUTH=LOGIN" in offered:
        status = wire.dialogue(b"AUTHENTICATE LOGIN", [b64encode(name), b64encode(word)], heard)
    else:
        raise ServerSaid(
            ErrorCode.SIGN_IN_REFUSED,
            host=endpoint.host,
            port=endpoint.port,
            reply="no-password-mechanism",
        )
    if status.kind != "OK":
        raise sign_in_refusal(status, heard.alerts, endpoint.host, endpoint.port)
    return _of(status) or heard.capabilities


def _of(status: Status) -> frozenset[str]:
    """The capabilities of a CAPABILITY code; empty when there is none."""
    return _names(status.value) if status.code == "CAPABILITY" else frozenset()


def _names(text: str) -> frozenset[str]:
    return frozenset(text.upper().split())


class _Heard:
    """Collects capabilities and alerts while a command runs."""

    def __init__(self) -> None:
        self.capabilities: frozenset[str] = frozenset()
        self.alerts = ""

    def __call__(self, response: Response) -> bool:
        head = response.head
        if head[:13].upper() == b"* CAPABILITY ":
            self.capabilities = _names(head[13:].decode("ascii", "replace"))
            return True
        status = read_status(head[2:])
        if status is None:
            return False
        self.alerts = f"{self.alerts} {status.text}"[-2000:]
        return True
