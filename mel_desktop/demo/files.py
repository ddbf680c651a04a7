"""Small real files for attachments, made without any library: PDF, PNG, JPEG, ODT, iCalendar, CSV.

All are what they say: a viewer opens them. The same arguments always give the same bytes.
"""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

from mel_desktop.model.values import dataclass

_EPOCH = (2026, 9, 1, 8, 0, 0)


@dataclass(frozen=True, slots=True)
class File:
    """A file to attach."""

    name: str
    media_type: str
    data: bytes


def pdf(name: str, title: str, lines: Sequence[str]) -> File:
    """One A4 page of text (PDF 1.4, Helvetica, WinAnsi)."""
    shown = [f"BT /F1 16 Tf 60 780 Td ({_pdf_text(title)}) Tj /F1 11 Tf"]
    shown += [f"0 -22 Td ({_pdf_text(line)}) Tj" for line in lines]
    content = "\n".join([*shown, "ET"]).encode("cp1252", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    out += b"startxref\n%d\n%%%%EOF\n" % start
    return File(name, "application/pdf", bytes(out))


def png(
    name: str, width: int = 96, height: int = 64, seed: int = 1, *, noise: bool = False
) -> File:
    """A colour gradient, or with ``noise`` a picture that does not compress."""
    rng = random.Random(seed)  # noqa: S311 a picture, no secret
    hue = (seed * 53) % 200
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        if noise:
            rows += rng.randbytes(width * 3)
        else:
            for x in range(width):
                rows += bytes((55 + x * 200 // width, hue, 55 + y * 200 // height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(rows), 9))
    return File(name, "image/png", b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b""))


# ITU-T T.81 table K.3: number of codes of each length, then the categories in that order.
_DC_COUNTS = bytes((0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0))


def jpeg(name: str, columns: int = 16, rows: int = 12, seed: int = 1) -> File:
    """A grey mosaic: baseline JPEG (ITU-T T.81) of which each block holds one value only."""
    rng = random.Random(seed)  # noqa: S311 a picture, no secret
    codes = _dc_codes()
    bits: list[str] = []
    last = 0
    for number in range(columns * rows):
        level = int(100 * ((number % columns) / columns - 0.5)) + rng.randrange(-12, 12)
        step, last = level - last, level
        size = abs(step).bit_length()
        bits.append(codes[size])
        if size:
            bits.append(format(step if step > 0 else step + (1 << size) - 1, f"0{size}b"))
        bits.append("0")  # end of block: the only code of the AC table
    text = "".join(bits)
    text += "1" * (-len(text) % 8)
    scan = int(text, 2).to_bytes(len(text) // 8, "big").replace(b"\xff", b"\xff\x00")

    def segment(marker: int, data: bytes) -> bytes:
        return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data

    frame = struct.pack(">BHHBBBB", 8, rows * 8, columns * 8, 1, 1, 0x11, 0)
    out = b"\xff\xd8" + segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
    out += segment(0xDB, b"\x00" + b"\x08" * 64) + segment(0xC0, frame)
    out += segment(0xC4, b"\x00" + _DC_COUNTS + bytes(range(12)))
    out += segment(0xC4, b"\x10" + b"\x01" + b"\x00" * 15 + b"\x00")
    out += segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + scan + b"\xff\xd9"
    return File(name, "image/jpeg", out)


def odt(name: str, paragraphs: Sequence[str]) -> File:
    """An OpenDocument text (ISO/IEC 26300), its type first and uncompressed as the format asks."""
    office = "urn:oasis:names:tc:opendocument:xmlns"
    body = "".join(f"<text:p>{escape(line)}</text:p>" for line in paragraphs)
    content = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<office:document-content xmlns:office="{office}:office:1.0" '
        f'xmlns:text="{office}:text:1.0" office:version="1.2">'
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.text"
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<manifest:manifest xmlns:manifest="{office}:manifest:1.0" manifest:version="1.2">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        "</manifest:manifest>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for inner, text, method in (
            ("mimetype", kind, zipfile.ZIP_STORED),
            ("content.xml", content, zipfile.ZIP_DEFLATED),
            ("META-INF/manifest.xml", manifest, zipfile.ZIP_DEFLATED),
        ):
            entry = zipfile.ZipInfo(inner, _EPOCH)
            entry.create_system = 3
            archive.writestr(entry, text, compress_type=method)
    return File(name, kind, out.getvalue())


def csv(name: str, rows: Sequence[Sequence[str]]) -> File:
    """A spreadsheet export as school software makes them: Latin-1, semicolons, CRLF."""
    text = "".join(";".join(row) + "\r\n" for row in rows)
    return File(name, "text/csv", text.encode("latin-1", "replace"))


def ics(
    name: str, uid: str, summary: str, place: str, start: datetime, *, organizer: str, method: str
) -> File:
    """One event (RFC 5545), lines folded at 75 octets."""
    end = start + timedelta(hours=2)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//College Jeanne-Barret//demo//FR",
        f"METHOD:{method}",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{_stamp(start - timedelta(days=9))}",
        f"DTSTART:{_stamp(start)}",
        f"DTEND:{_stamp(end)}",
        f"SUMMARY:{_ics_text(summary)}",
        f"LOCATION:{_ics_text(place)}",
        f"ORGANIZER:mailto:{organizer}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    data = b"".join(_fold(line.encode()) for line in lines)
    return File(name, "text/calendar", data)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _ics_text(text: str) -> str:
    return text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")


def _fold(line: bytes) -> bytes:
    out = b""
    while len(line) > 75:
        cut = 75
        while line[cut] & 0xC0 == 0x80:  # never inside a UTF-8 character
            cut -= 1
        out += line[:cut] + b"\r\n"
        line = b" " + line[cut:]
    return out + line + b"\r\n"


def _pdf_text(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _dc_codes() -> list[str]:
    codes, code = [], 0
    for length, count in enumerate(_DC_COUNTS, 1):
        for _ in range(count):
            codes.append(format(code, f"0{length}b"))
            code += 1
        code <<= 1
    return codes
