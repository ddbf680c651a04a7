"""BODYSTRUCTURE -> the leaf parts of a message, with their IMAP section numbers (RFC 3501 7.4.2).

A message/rfc822 attachment is one part: it is opened only when a person asks for it. Whatever a
server or a spammer makes of the structure, the answer is a list of parts: in the worst case one of
unknown type, number "", that stands for the whole message.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import unquote_to_bytes

from mel_desktop.model.mail import Part

MAX_PARTS = 1000
MAX_DEPTH = 40
MAX_NAME = 1000  # characters of a file name; further ones are of no use to anybody

_BASIC_FIELDS = 7  # type subtype parameters id description encoding size
_TEXT_FIELDS = 8  # ... lines
_MESSAGE_FIELDS = 10  # ... envelope structure lines
_CONTROL = re.compile("[\x00-\x1f\x7f]+")
_SEGMENT = re.compile(r"(.+?)\*(?:(\d{1,3})\*?|)\Z")


def unknown(size: int) -> tuple[Part, ...]:
    """The whole message as one part of unknown content."""
    return (
        Part(
            number="",
            media_type="message/rfc822",
            charset="",
            encoding="",
            disposition="",
            filename="",
            content_id="",
            size=size,
        ),
    )


def read_structure(structure: object, size: int) -> tuple[Part, ...]:
    """The leaves in the order of the message. ``size`` is RFC822.SIZE."""
    try:
        parts = tuple(islice(_walk(structure, "", "", 0), MAX_PARTS + 1))
    except _Malformed:
        return unknown(size)
    return parts if 0 < len(parts) <= MAX_PARTS else unknown(size)


class _Malformed(ValueError):
    """Not a body structure."""


def _walk(node: object, prefix: str, within: str, depth: int) -> Iterator[Part]:
    if not isinstance(node, tuple) or not node or depth > MAX_DEPTH:
        raise _Malformed
    if not isinstance(node[0], tuple):
        yield _leaf(node, prefix or "1", within)
        return
    children = []
    for child in node:
        if not isinstance(child, tuple):
            break
        children.append(child)
    if len(children) > MAX_PARTS:
        raise _Malformed
    subtype = _text(node[len(children)] if len(children) < len(node) else b"").lower() or "mixed"
    inside = f"{within}/{subtype}" if within else subtype
    for place, child in enumerate(children, 1):
        yield from _walk(child, f"{prefix}.{place}" if prefix else str(place), inside, depth + 1)


def _leaf(node: tuple[object, ...], number: str, within: str) -> Part:
    if len(node) < _BASIC_FIELDS:
        raise _Malformed
    media_type = f"{_text(node[0])}/{_text(node[1])}".lower()
    parameters = _parameters(node[2])
    fields = _BASIC_FIELDS
    if media_type.startswith("text/"):
        fields = _TEXT_FIELDS
    elif media_type in ("message/rfc822", "message/global"):
        fields = _MESSAGE_FIELDS
    disposition, disposed = _disposition(node[fields:])
    octets = node[6]
    return Part(
        number=number,
        media_type=media_type,
        charset=parameters.get("charset", "").lower(),
        encoding=_text(node[5]).lower(),
        disposition=disposition,
        filename=disposed.get("filename") or parameters.get("name", ""),
        content_id=_text(node[3]).strip().strip("<>"),
        size=octets if isinstance(octets, int) and 0 <= octets < 1 << 40 else 0,
        within=within,
        text_format=_text_format(parameters),
    )


def _text_format(parameters: dict[str, str]) -> str:
    """RFC 3676: whether lines that end with a space go on."""
    if parameters.get("format", "").lower() != "flowed":
        return ""
    return "flowed-delsp" if parameters.get("delsp", "").lower() == "yes" else "flowed"


def _disposition(extensions: tuple[object, ...]) -> tuple[str, dict[str, str]]:
    """The disposition is the second extension (after MD5); odd servers leave fields out."""
    for field in extensions[:4]:
        if isinstance(field, tuple) and len(field) == 2 and isinstance(field[0], bytes):
            kind = _text(field[0]).lower()
            if kind in ("attachment", "inline"):
                return kind, _parameters(field[1])
            if isinstance(field[1], tuple):
                # RFC 2183 section 2.8: an unknown kind is an attachment.
                return "attachment", _parameters(field[1])
    return "", {}


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value[: MAX_NAME * 4].decode("utf-8", "replace")
    return str(value) if isinstance(value, int) else ""


# -- parameters ----------------------------------------------------------------------------------


def _parameters(field: object) -> dict[str, str]:
    """Attribute -> value, RFC 2231 pieces put together, RFC 2047 words (not allowed, usual)."""
    raw: dict[str, bytes] = {}
    if isinstance(field, tuple):
        for name, value in zip(field[:200:2], field[1:200:2], strict=False):
            if isinstance(value, int):
                value = str(value).encode()
            if isinstance(name, bytes) and isinstance(value, bytes):
                raw.setdefault(_text(name).lower(), value[: MAX_NAME * 12])
    found: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[bool, bytes]]] = {}
    for name, octets in raw.items():
        segment = _SEGMENT.match(name) if "*" in name else None
        if segment:
            place = int(segment[2] or 0)
            pieces.setdefault(segment[1], {})[place] = (name.endswith("*"), octets)
        else:
            found[name] = _clean(_decode_words(octets))
    for name, segments in pieces.items():
        found[name] = _clean(_joined(segments))
    return found


def _joined(segments: dict[int, tuple[bool, bytes]]) -> str:
    """RFC 2231 sections 3 and 4: numbered pieces, percent-encoded or not, one charset."""
    octets = b""
    charset = "utf-8"
    for place in range(len(segments)):
        if place not in segments:
            break
        is_encoded, value = segments[place]
        if is_encoded and place == 0 and value.count(b"'") >= 2:
            named, _, value = value.split(b"'", 2)
            charset = _text(named) or charset
        octets += unquote_to_bytes(value) if is_encoded else value
    return _decoded(octets, charset)


def _decode_words(octets: bytes) -> str:
    """``=?utf-8?Q?Emploi_du_temps=2Epdf?=``, or 8-bit names as they were typed."""
    from email.errors import HeaderParseError  # noqa: PLC0415 seldom
    from email.header import decode_header  # noqa: PLC0415 seldom

    text = _decoded(octets, "utf-8")
    if "=?" not in text:
        return text
    try:
        pieces = [
            _decoded(piece, charset or "ascii") if isinstance(piece, bytes) else piece
            for piece, charset in decode_header(text)
        ]
    except (HeaderParseError, binascii.Error, ValueError):
        return text
    return "".join(pieces) or text


def _decoded(octets: bytes, charset: str) -> str:
    for name in (charset, "utf-8"):
        try:
            return octets.decode(name)
        except (LookupError, UnicodeError, ValueError):
            continue
    return octets.decode("cp1252", "replace")


def _clean(name: str) -> str:
    return _CONTROL.sub(" ", name)[:MAX_NAME].strip()
