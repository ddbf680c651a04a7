"""Proxies as text: what is stored and typed, what scripts and systems say.

Stored: ``""`` (the system's), ``none``, ``http://[user@]host:port``, ``socks5://[user@]host:port``,
``pac+https://...``, ``pac+http://...`` or ``pac+file:///...``. A password in a text that somebody
typed is read, and never written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.proxies import ProxyChoice, ProxyKind, ProxyServer, ProxySetting

MOST_TEXT: Final = 1_000
MOST_ANSWERS: Final = 10
PAC: Final = "pac+"
_KINDS: Final = {
    "http": (ProxyKind.HTTP, 80),
    "socks5": (ProxyKind.SOCKS5, 1080),
    "socks5h": (ProxyKind.SOCKS5, 1080),
    "socks": (ProxyKind.SOCKS5, 1080),
}
_WORDS: Final = {"": ProxyChoice.SYSTEM, "system": ProxyChoice.SYSTEM, "none": ProxyChoice.NONE,
                 "direct": ProxyChoice.NONE}  # fmt: skip
# Words of a script's answer. HTTPS (TLS to the proxy itself) is not among them: it is passed over.
_SAID: Final = {"PROXY": ProxyKind.HTTP, "HTTP": ProxyKind.HTTP, "SOCKS": ProxyKind.SOCKS5,
                "SOCKS5": ProxyKind.SOCKS5}  # fmt: skip
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_HOST: Final = re.compile(r"[A-Za-z0-9._:-]{1,253}")


def read_setting(text: str) -> ProxySetting:
    """What somebody typed or what was stored. LocalRefusal(USAGE, why="proxy")."""
    text = text.strip()
    if not text.isprintable():  # urlsplit would pass over line ends
        raise _refused()
    if (choice := _WORDS.get(text.lower())) is not None:
        return ProxySetting(choice)
    if text.lower().startswith(PAC):
        return ProxySetting(ProxyChoice.PAC, pac=_pac(text[len(PAC) :]))
    return ProxySetting(ProxyChoice.MANUAL, read_server(text))


def write_setting(setting: ProxySetting) -> str:
    """To be stored and shown: without a password."""
    if setting.choice is ProxyChoice.PAC:
        return PAC + setting.pac
    if setting.choice is ProxyChoice.MANUAL and setting.server is not None:
        return write_server(setting.server)
    return "none" if setting.choice is ProxyChoice.NONE else ""


def write_server(server: ProxyServer) -> str:
    """Without its password."""
    user = quote(server.user, safe="") + "@" if server.user else ""
    return f"{server.kind.value}://{user}{server.place}"


def read_server(text: str) -> ProxyServer:
    """``scheme://[user[:password]@]host[:port]``; without a scheme it is an HTTP proxy."""
    if "://" not in text:
        text = "http://" + text
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise _refused() from None
    known = _KINDS.get(parts.scheme.lower())
    host = parts.hostname or ""
    if known is None or not _HOST.fullmatch(host) or len(text) > MOST_TEXT or port == 0:
        raise _refused()
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise _refused()
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if any(not one.isprintable() for one in (user, password)) or ":" in user:
        raise _refused()
    kind, usual = known
    return ProxyServer(kind, host, port or usual, user, Secret(password) if password else None)


def with_password(server: ProxyServer, password: Secret | None) -> ProxyServer:
    """What was kept elsewhere, where the text did not bring it."""
    if password is None or server.password is not None or not server.user:
        return server
    return replace(server, password=password)


def read_answer(text: str) -> tuple[ProxyServer | None, ...]:
    """What FindProxyForURL returned, in its order; None is DIRECT. What is not understood is left
    out: an empty answer where nothing was.
    """
    found: list[ProxyServer | None] = []
    for one in text.split(";")[:MOST_ANSWERS]:
        words = one.split()
        if [word.upper() for word in words] == ["DIRECT"]:
            found.append(None)
        elif len(words) == 2 and words[0].upper() in _SAID:
            kind = _SAID[words[0].upper()]
            try:
                server = read_server(f"{kind.value}://{words[1]}")
            except LocalRefusal:
                continue
            found.append(replace(server, user="", password=None))
    return tuple(dict.fromkeys(found))


def read_fingerprints(texts: Iterable[str]) -> dict[str, frozenset[str]]:
    """Each ``host=SHA-256``; colons in the digits may be. ValueError."""
    found: dict[str, set[str]] = {}
    for one in texts:
        host, _, digits = one.partition("=")
        digits = digits.replace(":", "").strip().lower()
        if not _HOST.fullmatch(host.strip()) or not _SHA256.fullmatch(digits):
            raise ValueError("host=SHA-256 expected")
        found.setdefault(host.strip().lower(), set()).add(digits)
    return {host: frozenset(those) for host, those in found.items()}


def _pac(address: str) -> str:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        raise _refused() from None
    is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
    is_file = parts.scheme == "file" and not parts.netloc and len(parts.path) > 1
    if not (is_web or is_file) or len(address) > MOST_TEXT or not address.isprintable():
        raise _refused()
    return address


def _refused() -> LocalRefusal:
    return LocalRefusal(ErrorCode.USAGE, why="proxy")
