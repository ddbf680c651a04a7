"""LDAP URLs (RFC 4516) as far as a directory source needs them: scheme, host, port, base DN."""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote, urlsplit

from mel_desktop.model.accounts import Endpoint, Security
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.patterns import late

PORTS: Final = {"ldaps": 636, "ldap": 389}
_HOST: Final = late(r"[0-9A-Za-z._:-]{1,253}")


def parse(url: str) -> tuple[Endpoint, str]:
    """(server, base DN or ""). ``ldap://`` means StartTLS. LocalRefusal(USAGE) for anything else.

    A login or password within the URL is refused: URLs are shown and stored in clear.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port or PORTS.get(parts.scheme, 0)
        host = parts.hostname or ""
    except ValueError as error:
        raise LocalRefusal(ErrorCode.USAGE, why="not an LDAP URL") from error
    if parts.scheme not in PORTS or not _HOST.fullmatch(host):
        raise LocalRefusal(ErrorCode.USAGE, why="not an LDAP URL (ldaps://host[:port])")
    if "@" in parts.netloc:
        raise LocalRefusal(ErrorCode.USAGE, why="no login or password in an LDAP URL")
    security = Security.TLS if parts.scheme == "ldaps" else Security.STARTTLS
    return Endpoint(host, port, security), unquote(parts.path.lstrip("/"))
