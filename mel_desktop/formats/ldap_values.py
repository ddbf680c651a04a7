"""Names and values of LDAP entries as text: DNs in one spelling (RFC 4514), texts. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from mel_desktop.formats.table import tidy

MAX_VALUES: Final = 100
_DN_PART: Final = re.compile(r"(?:\\.|[^\\,;+])+", re.DOTALL)
_ESCAPED: Final = re.compile(r"((?:\\[0-9A-Fa-f]{2})+)|\\(.)", re.DOTALL)
_PLAIN_DN: Final = re.compile(r"[^\s\\;+=,\"<>]+=[^\s\\;+=,\"<>](?:[^\\;+=,\"<>\s]| (?=[^\s,]))*")
_PLAIN_RDN: Final = re.compile(rb"[A-Za-z]+=[A-Za-z0-9_.@-]{1,200}").fullmatch
MOST_KEPT: Final = 20_000  # texts that are remembered


def attribute(description: str) -> str:
    """Lower case, options (``;binary``, ``;lang-fr``) set aside."""
    return description.partition(";")[0].lower()


def normal_dn(dn: str) -> str:
    """One spelling for a DN: lower case, no blanks around ``,`` and ``=``, ``;`` as ``,``."""
    first, comma, parent = dn.partition(",")
    if comma and "\\" not in dn and '"' not in dn and len(dn) <= 2_000:
        return f"{_normal(first)},{_parent(parent)}"  # most DNs of a copy share their parents
    return _normal(dn)


def key_of(dn: bytes) -> str:
    """``normal_dn`` of a DN as a server sends it."""
    first, _, parent = dn.partition(b",")
    if _PLAIN_RDN(first) and (known := _PARENTS[parent]):
        return f"{first.decode().lower()},{known}"
    return normal_dn(dn.decode("utf-8", "replace"))


class _Parents(dict[bytes, str]):
    """Normal forms of what is behind the first comma; "" of what has to be looked at as a whole."""

    MOST: Final = 2_000

    def __missing__(self, dn: bytes) -> str:
        plain = len(dn) <= 1_000 and b"\\" not in dn and b'"' not in dn
        text = _normal(dn.decode("utf-8", "replace")) if plain else ""
        if len(dn) <= 1_000:
            if len(self) >= self.MOST:
                self.clear()
            self[dn] = text
        return text


_PARENTS: Final = _Parents()


@lru_cache(maxsize=2_000)
def _parent(dn: str) -> str:
    return _normal(dn)


def _normal(dn: str) -> str:
    if _PLAIN_DN.fullmatch(dn):
        return dn.casefold()
    parts = []
    for match in _DN_PART.finditer(dn[:2_000]):
        kind, _, value = match.group().partition("=")
        text = _ESCAPED.sub(_unescape, value.strip()).casefold()
        escaped = re.sub(r'([,+"\\<>;=])', r"\\\1", " ".join(text.split()))
        parts.append(f"{kind.strip().casefold()}={escaped}")
    return ",".join(parts)


def _unescape(match: re.Match[str]) -> str:
    if match[1]:
        return bytes.fromhex(match[1].replace("\\", "")).decode("utf-8", "replace")
    return match[2]


class _Known(dict[bytes, str]):
    """Short texts looked at lately: names and schools come again and again."""

    def __missing__(self, value: bytes) -> str:
        text = decoded(value)
        if len(value) <= 60:
            if len(self) >= MOST_KEPT:
                self.clear()
            self[value] = text
        return text


text_of: Final = _Known().__getitem__


def decoded(value: bytes) -> str:
    """A value as one tidy line; what is no UTF-8 is taken for cp1252. The first 4,000 octets."""
    if len(value) > 4_000:
        value = value[:4_000]
    try:
        text = value.decode()
    except UnicodeDecodeError:
        text = value.decode("cp1252", "replace")
    if len(text) < 500 and text.isprintable() and "  " not in text and text == text.strip():
        return text
    return tidy(text)


def texts(raw: Mapping[str, Sequence[bytes]], name: str, limit: int = MAX_VALUES) -> list[str]:
    """Texts that are not blank."""
    values = raw.get(name)
    if not values:
        return []
    return [text for value in values[:limit] if (text := text_of(value))]


def first(raw: Mapping[str, Sequence[bytes]], *names: str) -> str:
    """The first text of the first attribute that has one."""
    for name in names:
        if text := first_of(raw[name]):
            return text
    return ""


def first_of(values: Sequence[bytes]) -> str:
    """The first text that is not blank."""
    for value in values:
        if text := text_of(value):
            return text
    return ""


def first_own(values: Sequence[bytes]) -> str:
    """As ``first_of``, for texts that no two entries share."""
    for value in values:
        if text := decoded(value):
            return text
    return ""
