"""What Outlook wraps into winmail.dat: text and files ([MS-OXTNEF], [MS-OXRTFCP]).

Pure, bounded, never raises: what is cut or lies about a length is read as far as it goes. Objects
inside (OLE, messages) are named, not opened.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from mel_desktop.logic.mime_charsets import decode_text
from mel_desktop.logic.mime_parameters import safe_filename
from mel_desktop.model.values import dataclass

KINDS: Final = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
ATTRIBUTES_CAP: Final = 5000
PROPERTIES_CAP: Final = 5000
FILES_CAP: Final = 500
RTF_CAP: Final = 2_000_000

_SIGNATURE: Final = b"\x78\x9f\x3e\x22"
_RENDERING, _TITLE, _DATA, _ATTACHMENT = 0x69002, 0x18010, 0x6800F, 0x69005
_PROPERTIES, _BODY, _CODEPAGE = 0x69003, 0x2800C, 0x69007
# MAPI property identifiers, [MS-OXPROPS]
_P_BODY, _P_RTF, _P_HTML, _P_CODEPAGE = 0x1000, 0x1009, 0x1013, 0x3FDE
_P_LONG_NAME, _P_SHORT_NAME, _P_DATA, _P_TYPE, _P_ID = 0x3707, 0x3704, 0x3701, 0x370E, 0x3712
_FIXED: Final = {
    0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8,
    0x48: 16,
}  # fmt: skip
_STRING8, _UNICODE, _OBJECT, _BINARY = 0x1E, 0x1F, 0x0D, 0x102
_MANY: Final = 0x1000
_LZFU, _MELA = 0x75465A4C, 0x414C454D
_DICTIONARY: Final = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    b"\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
    b"\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)


@dataclass(frozen=True, slots=True)
class WinmailFile:
    """A file of the envelope; ``name`` may be suggested for saving."""

    name: str
    media_type: str
    content_id: str
    octets: bytes


@dataclass(frozen=True, slots=True)
class Winmail:
    """``html`` is not sanitised; ``rtf`` is decompressed. "" and b"" where there is none."""

    text: str = ""
    html: str = ""
    rtf: bytes = b""
    files: tuple[WinmailFile, ...] = ()


@dataclass(slots=True)
class _File:
    title: str = ""
    long_name: str = ""
    media_type: str = ""
    content_id: str = ""
    octets: bytes = b""


def read_winmail(data: bytes, *, with_rtf: bool = True) -> Winmail:
    """Text and files of an envelope; an empty one for what is none."""
    if not data.startswith(_SIGNATURE):
        return Winmail()
    codepage = "cp1252"
    text = html = ""
    packed: object = b""
    files: list[_File] = []
    for name, value in _attributes(data):
        if name == _CODEPAGE and len(value) >= 4:
            codepage = f"cp{struct.unpack_from('<I', value)[0]}"
        elif name == _BODY:
            text = text or decode_text(value.rstrip(b"\0"), codepage)
        elif name == _PROPERTIES:
            found = dict(_properties(value, codepage))
            text = _as_text(found.get(_P_BODY)) or text
            html = _as_text(found.get(_P_HTML)) or html
            packed = found.get(_P_RTF) or packed
        elif name == _RENDERING and len(files) < FILES_CAP:
            files.append(_File())
        elif files:
            _fill(files[-1], name, value, codepage)
    made = tuple(
        WinmailFile(
            safe_filename(one.long_name or one.title, one.media_type),
            one.media_type or "application/octet-stream",
            one.content_id,
            one.octets,
        )
        for one in files if one.octets or one.title or one.long_name
    )  # fmt: skip
    rtf = b""
    if with_rtf and isinstance(packed, bytes):  # once: a list may have many
        rtf = decompressed(packed)
    return Winmail(_lines(text), html, rtf, made)


def _fill(file: _File, name: int, value: bytes, codepage: str) -> None:
    if name == _TITLE:
        file.title = decode_text(value.split(b"\0", 1)[0], codepage)
    elif name == _DATA:
        file.octets = value
    elif name == _ATTACHMENT:
        for identifier, found in _properties(value, codepage):
            if identifier == _P_DATA and isinstance(found, bytes) and not file.octets:
                file.octets = found
            elif isinstance(found, str) and identifier == _P_LONG_NAME:
                file.long_name = found
            elif isinstance(found, str) and identifier == _P_SHORT_NAME:
                file.title = file.title or found
            elif isinstance(found, str) and identifier == _P_TYPE:
                file.media_type = found.lower()[:100]
            elif isinstance(found, str) and identifier == _P_ID:
                file.content_id = found.strip("<>")[:500]


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(identifier, value); a value that was cut is given as far as it goes."""
    at = 6
    for _ in range(ATTRIBUTES_CAP):
        if at + 9 > len(data):
            return
        name, size = struct.unpack_from("<II", data, at + 1)
        yield name, data[at + 9 : at + 9 + size]
        at += 9 + size + 2


def _properties(data: bytes, codepage: str) -> Iterator[tuple[int, str | bytes | int]]:
    """(identifier, first value) of a list of MAPI properties."""
    try:
        yield from _read_properties(data, codepage)
    except struct.error:  # cut
        return


def _read_properties(data: bytes, codepage: str) -> Iterator[tuple[int, str | bytes | int]]:
    (count,) = struct.unpack_from("<I", data)
    at = 4
    for _ in range(min(count, PROPERTIES_CAP)):
        kind, identifier = struct.unpack_from("<HH", data, at)
        at += 4
        if identifier >= 0x8000:
            at = _after_name(data, at)
        many, kind = kind & _MANY, kind & ~_MANY
        values = 1
        if many or kind in (_STRING8, _UNICODE, _OBJECT, _BINARY):
            (values,) = struct.unpack_from("<I", data, at)
            at += 4
        if kind in _FIXED:
            if identifier == _P_CODEPAGE and kind == 0x03:
                codepage = f"cp{struct.unpack_from('<I', data, at)[0]}"
            at += _FIXED[kind] * values
            continue
        if kind not in (_STRING8, _UNICODE, _OBJECT, _BINARY):
            return  # its size cannot be known
        for number in range(min(values, PROPERTIES_CAP)):
            (size,) = struct.unpack_from("<I", data, at)
            if number == 0:
                yield identifier, _value(kind, identifier, data[at + 4 : at + 4 + size], codepage)
            at += 4 + (size + 3) // 4 * 4


def _value(kind: int, identifier: int, octets: bytes, codepage: str) -> str | bytes:
    if kind == _UNICODE:
        return decode_text(octets, "utf-16-le").rstrip("\0")
    if kind == _STRING8 or identifier == _P_HTML:
        return decode_text(octets.rstrip(b"\0"), codepage)
    return octets[16:] if kind == _OBJECT else octets


def _after_name(data: bytes, at: int) -> int:
    (kind,) = struct.unpack_from("<I", data, at + 16)
    if kind == 0:
        return at + 24
    (size,) = struct.unpack_from("<I", data, at + 20)
    return at + 24 + int(size + 3) // 4 * 4


def _as_text(value: str | bytes | int | None) -> str:
    return value if isinstance(value, str) else ""


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")


def decompressed(data: bytes) -> bytes:
    """Compressed RTF ([MS-OXRTFCP] 2.2), at most RTF_CAP octets; b"" for what is none."""
    if len(data) < 16:
        return b""
    raw, magic = struct.unpack_from("<II", data, 4)
    most = min(raw, RTF_CAP)
    if magic == _MELA:
        return data[16 : 16 + most]
    if magic != _LZFU:
        return b""
    # The window of 4096 octets is the end of what is there, before it nothing and the dictionary.
    ahead = 4096
    out = bytearray(ahead - len(_DICTIONARY)) + _DICTIONARY
    most += ahead
    at = 16
    while at < len(data) and len(out) < most:
        control = data[at]
        at += 1
        for bit in range(8):
            if at >= len(data) or len(out) >= most:
                break
            if not control >> bit & 1:
                out.append(data[at])
                at += 1
                continue
            if at + 2 > len(data):
                return bytes(out[ahead:])
            pair = data[at] << 8 | data[at + 1]
            at += 2
            length = (pair & 15) + 2
            back = (len(out) + len(_DICTIONARY) - (pair >> 4)) & 4095
            if not back:
                return bytes(out[ahead:])
            piece = out[len(out) - back : len(out) - back + length]
            out += (piece * (length // len(piece) + 1))[:length]
    return bytes(out[ahead:most])
