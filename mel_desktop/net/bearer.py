"""OAUTHBEARER (RFC 7628) and XOAUTH2: what IMAP and SMTP say with a bearer token.

Rule: whatever address a server's error blob names is never opened.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Collection
from typing import Final

from mel_desktop.model.accounts import Endpoint, Secret
from mel_desktop.model.errors import ErrorCode, LocalRefusal

OAUTHBEARER: Final = "OAUTHBEARER"
XOAUTH2: Final = "XOAUTH2"
_STATUS: Final = 40  # characters of the status in an error blob


def mechanism(offered: Collection[str]) -> str:
    """The one to use, or ""."""
    return next((one for one in (OAUTHBEARER, XOAUTH2) if one in offered), "")


def first_word(name: str, login: str, endpoint: Endpoint, secret: Secret) -> bytes:
    """The initial response. LocalRefusal for what is no token."""
    token = secret.reveal()
    if not token or any(not "!" <= char <= "~" for char in token):  # RFC 6750 2.1, and no \\1
        raise LocalRefusal(ErrorCode.USAGE, why="token")
    if "\1" in login:
        raise LocalRefusal(ErrorCode.USAGE, why="control-character")
    if name == XOAUTH2:
        return f"user={login}\1auth=Bearer {token}\1\1".encode()
    name = login.replace("=", "=3D").replace(",", "=2C")
    place = f"host={endpoint.host}\1port={endpoint.port}\1"
    return f"n,a={name},\1{place}auth=Bearer {token}\1\1".encode()


def acknowledgement(name: str) -> bytes:
    """The answer to an error blob; only then does the refusal itself come."""
    return b"" if name == XOAUTH2 else b"\1"


def status_of(blob: bytes) -> str:
    """The ``status`` of a decoded error blob, such as invalid_token; "" where there is none."""
    try:
        status = json.loads(blob)["status"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return "".join(char for char in str(status) if char.isalnum() or char in "-_ ")[:_STATUS]


def decoded(challenge: str | bytes) -> bytes:
    """Of base64; b"" for what is none."""
    try:
        return base64.b64decode(challenge.strip(), validate=True)
    except ValueError:
        return b""
