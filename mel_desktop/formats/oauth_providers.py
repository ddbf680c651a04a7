"""Providers of sign-ins as the shipped table has them (TOML), and IT's own over them.

A row that cannot be trusted is left out and told, the others stand.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Final
from urllib.parse import urlsplit

from mel_desktop.model.accounts import Endpoint, Secret, Security
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.oauth import Provider

SECTION: Final = "oauth"
MOST: Final = 50
LONGEST: Final = 1000
_URIS: Final = (
    "issuer", "authorization_uri", "token_uri", "device_uri", "revocation_uri", "help_uri",
)  # fmt: skip
_TEXTS: Final = ("name", "client_id")
_ENDPOINTS: Final = ("imap", "smtp")
_ABOUT: Final = ("source", "date")  # for readers
_ID: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_SCOPE: Final = re.compile(r"[!#-\[\]-~]{1,300}")  # RFC 6749 3.3


def read_toml(data: bytes) -> tuple[Provider, ...]:
    """The shipped table. LocalRefusal(BAD_FILE)."""
    try:
        rows = tomllib.loads(data.decode("utf-8"))[SECTION]
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, RecursionError) as error:
        raise LocalRefusal(ErrorCode.BAD_FILE, kind="oauth") from error
    found, troubles = read_rows(rows)
    if troubles:
        raise LocalRefusal(ErrorCode.BAD_FILE, kind="oauth", found=troubles[0][0])
    return found


def read_rows(rows: object) -> tuple[tuple[Provider, ...], tuple[tuple[str, str], ...]]:
    """Providers, and what was left out: (key, why)."""
    if not isinstance(rows, list) or len(rows) > MOST:
        return (), ((SECTION, f"a list of at most {MOST} providers expected"),)
    found: dict[str, Provider] = {}
    troubles: list[tuple[str, str]] = []
    for number, row in enumerate(rows):
        try:
            one = read_row(row)
            found.setdefault(one.id, one)
        except ValueError as error:
            troubles.append((f"{SECTION}.{number}", str(error)))
    return tuple(found.values()), tuple(troubles)


def read_row(row: object) -> Provider:
    """One provider. ValueError."""
    if not isinstance(row, Mapping):
        raise ValueError("a table expected")
    name = row.get("id")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        raise ValueError("id: small letters, digits, dots and dashes expected")
    values: dict[str, object] = {}
    for key, value in row.items():
        if key in _URIS:
            values[key] = _uri(key, value)
        elif key in _TEXTS:
            values[key] = _text(key, value)
        elif key in _ENDPOINTS:
            values[key] = endpoint(_text(key, value))
        elif key == "scopes":
            values[key] = _scopes(value)
        elif key == "client_secret":
            values[key] = Secret(_text(key, value))
        elif key not in ("id", *_ABOUT):
            raise ValueError(f"{key}: unknown name")
    return replace(Provider(id=name), **values)  # type: ignore[arg-type]  # checked above


def joined(shipped: Iterable[Provider], given: Iterable[Provider]) -> tuple[Provider, ...]:
    """IT's rows over the shipped ones of the same id, each value by itself. An issuer of IT's own
    takes the shipped addresses away: they are another provider's.
    """
    found = {one.id: one for one in shipped}
    for one in given:
        under = found.get(one.id, Provider(id=one.id))
        if one.issuer and one.issuer != under.issuer:
            bare = {name: "" for name in _URIS if name not in ("issuer", "help_uri")}
            under = replace(under, **bare)  # type: ignore[arg-type]  # names of its texts
        said = {
            each.name: getattr(one, each.name) for each in fields(one) if getattr(one, each.name)
        }
        found[one.id] = replace(under, **said)
    return tuple(found.values())


def _text(key: str, value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST or not value.isprintable():
        raise ValueError(f"{key}: a text expected")
    return value.strip()


def _uri(key: str, value: object) -> str:
    try:
        return web_address(_text(key, value))
    except ValueError:
        raise ValueError(f"{key}: an address that begins with https:// expected") from None


def web_address(text: str) -> str:
    """An HTTPS address. ValueError."""
    parts = urlsplit(text)
    _ = parts.port  # raises
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or " " in text:
        raise ValueError("https:// expected")
    return text


def _scopes(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MOST:
        raise ValueError("scopes: a list of texts expected")
    if not all(isinstance(one, str) and _SCOPE.fullmatch(one) for one in value):
        raise ValueError("scopes: a list of texts without blanks expected")
    return tuple(value)


def endpoint(text: str) -> Endpoint:
    """``host:port``: 143 and 587 begin with STARTTLS, all others with TLS. ValueError."""
    host, _, port = text.rpartition(":")
    if not host or not re.fullmatch("[0-9]{1,5}", port) or not 0 < int(port) < 65536:
        raise ValueError("host:port expected")
    security = Security.STARTTLS if int(port) in (143, 587) else Security.TLS
    return Endpoint(host.strip("[]"), int(port), security)
