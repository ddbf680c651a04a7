"""The parts of a whole raw message with their IMAP section numbers (RFC 2045-2046, 3501 6.4.5).

One pass over the boundary lines with a stack: linear whatever the nesting. Never raises, never
recurses; depth, number of parts and length of headers are capped. A message inside a message is a
leaf, shown as an attachment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from functools import lru_cache
from typing import Final

from mel_desktop.logic.mime_parameters import is_remembered, parse_field, safe_filename
from mel_desktop.logic.mime_transfer import encoding_name
from mel_desktop.logic.mime_words import unfold
from mel_desktop.model.mail import Part
from mel_desktop.model.patterns import late
from mel_desktop.model.values import dataclass

DEPTH_CAP: Final = 120
PART_CAP: Final = 1000
HEADER_CAP: Final = 1024 * 1024
FIELD_COUNT_CAP: Final = 5000
# Headers of parts that end nowhere could each be as long as the message: together they are not.
HEADERS_CAP: Final = 8 * 1024 * 1024
LATE_HEADER_CAP: Final = 2048
OPENED_CAP: Final = 10_000

_FIELD_START: Final = late(rb"[!-9;-~]{1,200}[ \t]*:")
# "From\n : x" too: some read it, so that to pass it over would let another From be shown
_FIELD: Final = late(rb"(?m)^([!-9;-~]{1,200})[ \t]*(?:\n[ \t]+)?:(.*(?:\n[ \t].*)*)")
# What ``fields`` finds of those that a structure is read from; the others are most of a header.
_CONTENT: Final = late(rb"(?im)^(content-[!-9;-~]{0,192})[ \t]*:(.*(?:\n[ \t].*)*)")
# A line that can be nothing but a delimiter: a field of a part follows.
_PART_START: Final = late(rb"(?i)\n--([^\s][^\r\n]{0,200}?)[ \t]*\r?\ncontent-[!-9;-~]{1,40}:")
_MEDIA_TYPE: Final = late(r"[a-z0-9!#$&^_.+*-]{1,100}/[a-z0-9!#$&^_.+*-]{1,100}")


@dataclass(frozen=True, slots=True)
class RawPart:
    """A leaf and where its encoded octets stand in the message."""

    part: Part
    start: int
    end: int


@dataclass(slots=True)
class _Open:
    """A multipart that is not closed yet."""

    boundary: bytes
    number: str  # section prefix of its children
    within: str
    subtype: str
    children: int = 0


@dataclass(slots=True)
class _Walk:
    raw: bytes
    found: list[RawPart] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    depths: dict[bytes, list[int]] = field(default_factory=dict)
    leaf: tuple[dict[str, str], str, str, str, int] | None = None  # fields, number, within, parent
    header_octets: int = 0
    opened: int = 0  # parts, multiparts among them


def header_end(raw: bytes, start: int = 0, cap: int = HEADER_CAP) -> tuple[int, int]:
    """(end of the header block, start of the body) of an entity that begins at ``start``."""
    if raw.startswith((b"\r\n", b"\n"), start):
        return start, start + (2 if raw.startswith(b"\r\n", start) else 1)
    stop = min(len(raw), start + cap)
    end, body = stop, stop
    # an empty line however its ends are written; finding octets is far quicker than a pattern
    for blank in (b"\n\r\n", b"\n\n"):
        at = raw.find(blank, start, body)
        if at >= 0:
            end, body = at + 1, at + len(blank)
    at = raw.find(b"\r\r", start, body)
    return (end, body) if at < 0 else (at + 1, at + 2)


def fields(header: bytes) -> Iterable[tuple[str, bytes]]:
    """(lower-case name, raw body still folded) of each field; other lines are passed over."""
    header = _with_newlines(header)
    if _FIELD_START.match(header.lstrip(b" \t")):
        header = header.lstrip(b" \t")  # the first line continues nothing
    if header.count(b"\n") > FIELD_COUNT_CAP:
        return _first_fields(header)
    return [(_field_name(name), body) for name, body in _FIELD.findall(header)]


@lru_cache(maxsize=256)
def _field_name(written: bytes) -> str:
    return written.decode("ascii").lower()


def _first_fields(header: bytes) -> Iterator[tuple[str, bytes]]:
    """``fields`` line by line, up to the cap."""
    name = ""
    body: list[bytes] = []
    count = 0
    for line in header.split(b"\n"):
        if line[:1] in (b" ", b"\t"):
            if name:
                body.append(line)
            continue
        if name:
            yield name, b"\n".join(body)
            name = ""
        count += 1
        if count > FIELD_COUNT_CAP:
            return
        if start := _FIELD_START.match(line):
            name = line[: start.end() - 1].strip().decode("ascii").lower()
            body = [line[start.end() :]]
    if name:
        yield name, b"\n".join(body)


def split_structure(raw: bytes) -> tuple[RawPart, ...]:
    """All leaves of a raw message, in order."""
    _, body = header_end(raw)
    head = _mime_fields(raw[: min(body, HEADER_CAP)])
    value, boundary = _multipart(head)
    forgotten = raw.find(b"\n--" + boundary, 0, body) if boundary else -1
    start = body if forgotten < 0 else forgotten + 1  # no empty line before the first part
    walk = _Walk(raw)
    if boundary or not value.startswith("multipart/"):
        _begin(walk, head, start, "", "", "")
        _go(walk, start)
    if not walk.found:
        walk = _undeclared(raw, value, body)
    if not walk.found:  # a multipart without a single part: show what there is
        part = _part({"content-type": "text/plain"}, "1", "", len(raw) - body)
        walk.found.append(RawPart(part, body, len(raw)))
    return tuple(walk.found)


def _go(walk: _Walk, start: int) -> None:
    for at in _dashed_lines(walk.raw, start):
        if not walk.stack or len(walk.found) >= PART_CAP or walk.opened >= OPENED_CAP:
            break
        _boundary(walk, at)
    _end_leaf(walk, len(walk.raw))


def _undeclared(raw: bytes, value: str, body: int) -> _Walk:
    """A multipart with another delimiter than it declares."""
    walk = _Walk(raw)
    written = _PART_START.search(raw, max(0, body - 1), body + HEADER_CAP)
    if written:
        _open(walk, written[1], "", "", value)
        first = raw.find(b"\n--" + written[1], max(0, body - 1))  # a part may have no field at all
        _go(walk, first + 1)
    return walk


def _dashed_lines(raw: bytes, start: int) -> Iterator[int]:
    """Where lines begin with "--", from ``start`` on."""
    if start == 0 and raw.startswith(b"--"):
        yield 0
    at = raw.find(b"\n--", max(0, start - 1))
    while at >= 0:
        yield at + 1
        at = raw.find(b"\n--", at + 1)


def _mime_fields(header: bytes) -> dict[str, str]:
    wanted: dict[str, str] = {}
    header = _with_newlines(header)
    if header.count(b"\n") > FIELD_COUNT_CAP:
        found = [one for one in fields(header) if one[0].startswith("content-")]
    else:
        found = [(_field_name(name), body) for name, body in _CONTENT.findall(header)]
    for name, body in found:
        if name not in wanted:
            wanted[name] = unfold(body)
    return wanted


def _with_newlines(header: bytes) -> bytes:
    if len(header) > HEADER_CAP:
        header = header[:HEADER_CAP]
    if b"\r" in header:
        header = header.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return header


def _boundary(walk: _Walk, at: int) -> None:
    raw = walk.raw
    end = raw.find(b"\n", at, at + 400)
    end = end if end >= 0 else min(len(raw), at + 400)
    line = raw[at + 2 : end].rstrip(b" \t\r\n")
    closing = False
    levels = walk.depths.get(line)
    if not levels and line.endswith(b"--"):
        levels, closing = walk.depths.get(line[:-2]), True
    if not levels:
        return
    depth = levels[-1]
    stop = at
    if raw[stop - 1 : stop] == b"\n":
        stop -= 2 if raw[stop - 2 : stop] == b"\r\n" else 1
    _end_leaf(walk, stop)
    while len(walk.stack) > depth + 1:
        _close(walk)
    if closing:
        _close(walk)
        return
    parent = walk.stack[-1]
    parent.children += 1
    start = min(end + 1, len(raw))
    head_end, body = _part_header(walk, start, parent.boundary)
    if not _is_header(raw, start, head_end):
        head_end = body = start  # no header at all: text begins at once
    number = f"{parent.number}.{parent.children}" if parent.number else str(parent.children)
    within = f"{parent.within}/{parent.subtype}" if parent.within else parent.subtype
    _begin(walk, _mime_fields(raw[start:head_end]), body, number, within, parent.subtype)


def _part_header(walk: _Walk, start: int, boundary: bytes) -> tuple[int, int]:
    """``header_end`` of a part; where no empty line comes, it ends at the next part."""
    walk.opened += 1
    cap = HEADER_CAP if walk.header_octets < HEADERS_CAP else LATE_HEADER_CAP
    following = walk.raw.find(b"\n--" + boundary, start, start + cap)
    if following >= 0:
        cap = following + 1 - start
    head_end, body = header_end(walk.raw, start, cap)
    walk.header_octets += head_end - start
    return head_end, body


def _is_header(raw: bytes, start: int, end: int) -> bool:
    return start >= end or bool(_FIELD_START.match(raw, start)) or raw[start : start + 1] in b" \t"


def _close(walk: _Walk) -> None:
    closed = walk.stack.pop()
    levels = walk.depths[closed.boundary]
    levels.pop()
    if not levels:
        del walk.depths[closed.boundary]


def _begin(
    walk: _Walk, found: dict[str, str], body: int, number: str, within: str, parent: str
) -> None:
    value, boundary = _multipart(found)
    if boundary and len(walk.stack) < DEPTH_CAP:
        _open(walk, boundary, number, within, value)
        return
    if value.startswith("multipart/"):
        found = {**found, "content-type": "text/plain"}
    walk.leaf = (found, number or "1", within, parent, body)


def _multipart(found: Mapping[str, str]) -> tuple[str, bytes]:
    """Media type, and the delimiter if it is a multipart that names one."""
    value, parameters = parse_field(found.get("content-type", ""))
    if not value.startswith("multipart/"):
        return value, b""
    return value, parameters.get("boundary", "").encode("utf-8", "replace").rstrip()[:250]


def _open(walk: _Walk, boundary: bytes, number: str, within: str, value: str) -> None:
    walk.depths.setdefault(boundary, []).append(len(walk.stack))
    walk.stack.append(_Open(boundary, number, within, value[10:60]))


def _end_leaf(walk: _Walk, end: int) -> None:
    if walk.leaf is None:
        return
    found, number, within, parent, start = walk.leaf
    walk.leaf = None
    end = max(start, end)
    if "content-type" not in found and parent == "digest":
        found = {**found, "content-type": "message/rfc822"}
    walk.found.append(RawPart(_part(found, number, within, end - start), start, end))


def _part(found: dict[str, str], number: str, within: str, size: int) -> Part:
    stated, placed = found.get("content-type", ""), found.get("content-disposition", "")
    kind = (_known_kind if is_remembered(stated) and is_remembered(placed) else _kind)(
        stated, placed
    )
    value, charset, disposition, filename, text_format = kind
    content_id = found.get("content-id", "")
    return Part(
        number=number,
        media_type=value,
        charset=charset,
        encoding=encoding_name(found.get("content-transfer-encoding", "")) or "8bit",
        disposition=disposition,
        filename=filename,
        content_id=content_id.strip().strip("<>")[:500] if content_id else "",
        size=size,
        within=within,
        text_format=text_format,
    )


def _kind(stated: str, placed: str) -> tuple[str, str, str, str, str]:
    """(media type, charset, disposition, file name, text format) of two fields."""
    value, parameters = parse_field(stated)
    disposition, given = parse_field(placed)
    filename = given.get("filename") or parameters.get("name") or ""
    if not _MEDIA_TYPE.fullmatch(value):
        is_file = "/" in value or (value and value != "text" and filename)
        value = "application/octet-stream" if is_file else "text/plain"
    text_format = ""
    if value == "text/plain" and parameters.get("format", "").lower() == "flowed":
        text_format = "flowed-delsp" if parameters.get("delsp", "").lower() == "yes" else "flowed"
    return (
        value,
        parameters.get("charset", "")[:60],
        disposition if disposition in ("attachment", "inline") else "",
        safe_filename(filename, value) if filename else "",
        text_format,
    )


_known_kind = lru_cache(maxsize=256)(_kind)  # most parts are of a few kinds
