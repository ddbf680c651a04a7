"""The notice of a release, as JSON (RFC 8259); it comes in a container of formats.signed_data.

::

    {"spec": 1, "version": "0.2.0", "url": "https://...", "sha256": "64 digits", "size": 36000000,
     "serial": 2026113001, "expires": "2027-01-31"}

``url``, ``sha256`` and ``size`` are of what IT fetches and distributes: the program itself never
does. The notice holds until the end of the day ``expires`` (UTC).
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from typing import Any, Final
from urllib.parse import urlsplit

from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.patterns import late
from mel_desktop.model.release_notice import ReleaseNotice

KIND: Final = "release"
MOST_BYTES: Final = 16 * 1024
MOST_URL: Final = 1000
MOST_SERIAL: Final = 9_999_999_999
_VERSION: Final = late(r"[0-9]{1,4}(?:\.[0-9]{1,4}){1,3}")
_DIGEST: Final = late(r"[0-9a-f]{64}")


def read_version(text: str) -> tuple[int, ...]:
    """``1.10.2`` as numbers, ends of zeros left off. LocalRefusal(BAD_FILE)."""
    if not _VERSION.fullmatch(text):
        raise _bad("version")
    numbers = [int(one) for one in text.split(".")]
    while len(numbers) > 2 and numbers[-1] == 0:
        del numbers[-1]
    return tuple(numbers)


def version_of_program(text: str) -> tuple[int, ...]:
    """The numbers at the head: a candidate ("0.2.0rc1") is as new as what it is one for. Nothing is
    raised, as a vault is opened with it: what is no version is older than all.
    """
    found = _VERSION.match(text)
    return read_version(found[0]) if found else (0, 0)


def read_notice(content: bytes) -> ReleaseNotice:
    """LocalRefusal(BAD_FILE, why=bad-release-notice, part)."""
    try:
        told = json.loads(content.decode("utf-8")) if len(content) <= MOST_BYTES else None
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise _bad("form") from error
    if not isinstance(told, dict) or told.get("spec") != 1:
        raise _bad("form")
    return ReleaseNotice(
        version=read_version(_text(told, "version")),
        url=_address(_text(told, "url")),
        sha256=_digest(_text(told, "sha256")),
        size=_number(told, "size", 1 << 40),
        serial=_number(told, "serial", MOST_SERIAL),
        expires_at=_end_of(_text(told, "expires")),
    )


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str):
        raise _bad(name)
    return value


def _number(told: dict[str, Any], name: str, most: int) -> int:
    value = told.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= most:
        raise _bad(name)
    return value


def _digest(text: str) -> str:
    if not _DIGEST.fullmatch(text):
        raise _bad("sha256")
    return text


def _address(text: str) -> str:
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise _bad("url") from error
    sound = text.isascii() and text.isprintable() and " " not in text and len(text) <= MOST_URL
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or not sound:
        raise _bad("url")
    return text


def _end_of(text: str) -> datetime:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise _bad("expires") from error
    return datetime.combine(day, time.max, UTC)


def _bad(part: str) -> LocalRefusal:
    return LocalRefusal(ErrorCode.BAD_FILE, why="bad-release-notice", part=part)
