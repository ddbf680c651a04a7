"""A message attached to another one: ``message/rfc822`` (RFC 2046 5.2.1).

Rule 1: it is never encoded: 7bit, or 8bit where it has such octets. What neither allows (a NUL, a
CR alone, a line beyond 998 octets) has no encoding here, and goes as a file of octets.
Rule 2: nothing of it changes but line ends that are no CRLF, which the wire does not know, and the
names of those who got a blind copy: many programs keep them in what lies in Sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from mel_desktop.model.patterns import late

MEDIA_TYPE: Final = "message/rfc822"
MOST_LINE: Final = 998
_LINE_END: Final = late(rb"\r?\n")
_BLIND: Final = late(rb"^(?:resent-)?bcc[ \t]*:.*(?:\n[ \t].*)*(?:\n|\Z)", re.I | re.M)
_HEADER_END: Final = late(rb"^\r?\n", re.M)
_BARE: Final = late(rb"\r(?!\n)")


def encoding_of(chunks: Iterable[bytes]) -> str:
    """``7bit``, ``8bit``, or "" where it needs another one. Reads line by line at most."""
    is_ascii = True
    length = 0  # of the line that goes on
    for chunk in _whole_line_ends(chunks):
        if b"\0" in chunk or _BARE.search(chunk):
            return ""
        is_ascii = is_ascii and chunk.isascii()
        first, *others = _LINE_END.split(chunk)
        length += len(first)
        if length > MOST_LINE or any(len(one) > MOST_LINE for one in others):
            return ""
        if others:
            length = len(others[-1])
    return "7bit" if is_ascii else "8bit"


def without_bcc(octets: bytes) -> bytes:
    """A message without its Bcc fields."""
    end = _HEADER_END.search(octets)
    at = len(octets) if end is None else end.start()
    return _BLIND.sub(b"", octets[:at]) + octets[at:]


def with_line_ends(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Its octets with CRLF at the end of each line."""
    for chunk in _whole_line_ends(chunks):
        yield _LINE_END.sub(b"\r\n", chunk)


def _whole_line_ends(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same octets; no chunk ends between CR and LF."""
    held = b""
    for chunk in chunks:
        chunk = held + chunk
        held = b"\r" if chunk.endswith(b"\r") else b""
        chunk = chunk[: len(chunk) - len(held)]
        if chunk:
            yield chunk
    if held:
        yield held
