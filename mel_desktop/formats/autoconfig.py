"""Settings that a mail service publishes: config-v1.1 (draft-ietf-mailmaint-autoconfig).

Hostile until shown otherwise. Rule 1: no document type, hence no entity and nothing external; no
processing instruction is acted on. Rule 2: size, depth and number of elements are bounded. Rule 3:
only IMAP and SMTP with TLS or STARTTLS are taken; the rest is passed over, never repaired.
"""

from __future__ import annotations

from dataclasses import field
from typing import Final

from mel_desktop.formats.providers import is_host
from mel_desktop.model.accounts import Endpoint, Security
from mel_desktop.model.discovery import Protocol
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.providers import LoginForm, SignInKind
from mel_desktop.model.values import dataclass

MOST_BYTES: Final = 64 * 1024
MOST_ELEMENTS: Final = 2_000
MOST_DEPTH: Final = 12
MOST_SERVERS: Final = 20
MOST_TEXT: Final = 1_000
ENCODINGS: Final = frozenset({None, "utf-8", "us-ascii", "iso-8859-1"})

_SECURITY: Final = {"SSL": Security.TLS, "STARTTLS": Security.STARTTLS}
_LOGIN: Final = {"%EMAILADDRESS%": LoginForm.ADDRESS, "%EMAILLOCALPART%": LoginForm.LOCAL_PART}
_SERVERS: Final = {
    ("incomingServer", "imap"): Protocol.IMAP,
    ("outgoingServer", "smtp"): Protocol.SMTP,
}
_FIELDS: Final = frozenset({"hostname", "port", "socketType", "username", "authentication"})
_AT: Final = ("clientConfig", "emailProvider")


@dataclass(frozen=True, slots=True)
class Published:
    """One server of the file. ``sign_in``: None where a password is taken."""

    protocol: Protocol
    endpoint: Endpoint
    login: LoginForm
    sign_in: SignInKind | None


def read_config(octets: bytes, domain: str) -> tuple[Published, ...]:
    """The servers, the preferred ones first. LocalRefusal(BAD_FILE, why=bad-autoconfig)."""
    from xml.parsers import expat  # noqa: PLC0415 seldom

    if len(octets) > MOST_BYTES:
        raise _bad("size")
    reader = _Reader(domain)
    parser = expat.ParserCreate()
    parser.XmlDeclHandler = reader.on_declaration
    parser.StartDoctypeDeclHandler = reader.on_doctype
    parser.StartElementHandler = reader.on_start
    parser.EndElementHandler = reader.on_end
    parser.CharacterDataHandler = reader.on_text
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    try:
        parser.Parse(octets, True)
    except (expat.ExpatError, UnicodeError, ValueError, LookupError) as error:
        raise LocalRefusal(ErrorCode.BAD_FILE, why="bad-autoconfig", part="xml") from error
    if not reader.is_config:
        raise _bad("clientConfig")
    return tuple(reader.found)


@dataclass(slots=True)
class _Server:
    protocol: Protocol
    texts: dict[str, list[str]] = field(default_factory=dict)


class _Reader:
    """Sees one element after the other; holds one server at a time."""

    def __init__(self, domain: str) -> None:
        self._domain = domain
        self._path: list[str] = []
        self._elements = 0
        self._providers = 0
        self._server: _Server | None = None
        self._text: list[str] = []
        self.found: list[Published] = []
        self.is_config = False

    def on_declaration(self, _version: str, encoding: str | None, _alone: int) -> None:
        if (encoding.lower() if encoding else None) not in ENCODINGS:
            raise _bad("encoding")

    def on_doctype(self, *_: object) -> None:
        raise _bad("doctype")

    def on_start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > MOST_ELEMENTS or len(self._path) >= MOST_DEPTH:
            raise _bad("elements")
        self._path.append(name)
        self._text = []
        if len(self._path) == 1:
            self.is_config = name == _AT[0]
        elif tuple(self._path) == _AT:
            self._providers += 1
        elif len(self._path) == 3 and tuple(self._path[:2]) == _AT and self._providers == 1:
            protocol = _SERVERS.get((name, attributes.get("type", "").lower()))
            self._server = None if protocol is None else _Server(protocol)

    def on_text(self, text: str) -> None:
        if self._server is not None and sum(map(len, self._text)) < MOST_TEXT:
            self._text.append(text)

    def on_end(self, name: str) -> None:
        depth = len(self._path)
        self._path.pop()
        if self._server is None:
            return
        if depth == 4 and name in _FIELDS:
            self._server.texts.setdefault(name, []).append("".join(self._text).strip())
        elif depth == 3:
            self._take(self._server)
            self._server = None

    def _take(self, server: _Server) -> None:
        texts = server.texts
        host = texts.get("hostname", [""])[0].replace("%EMAILDOMAIN%", self._domain).lower()
        port = texts.get("port", [""])[0]
        security = next(
            (_SECURITY[one] for one in texts.get("socketType", []) if one in _SECURITY), None
        )
        if security is None or not is_host(host) or len(self.found) >= MOST_SERVERS:
            return
        if not port.isascii() or not port.isdigit() or not 0 < int(port[:6]) < 65536:
            return
        ways = texts.get("authentication", [])
        only_oauth = "OAuth2" in ways and not any(way.startswith("password") for way in ways)
        self.found.append(
            Published(
                server.protocol,
                Endpoint(host, int(port), security),
                _LOGIN.get(texts.get("username", [""])[0], LoginForm.OWN),
                SignInKind.OAUTH2 if only_oauth else None,
            )
        )


def _bad(part: str) -> LocalRefusal:
    return LocalRefusal(ErrorCode.BAD_FILE, why="bad-autoconfig", part=part)
