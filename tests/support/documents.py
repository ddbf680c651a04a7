"""Documents as attachments hold them, small and real: written by hand, format by format."""

from __future__ import annotations

import io
import zipfile
import zlib

_CONTENT_TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def pdf(*pages: str) -> bytes:
    """A PDF with a page of text for each word given, in Helvetica and WinAnsi."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    kids = []
    for text in pages:
        octets = (
            text.encode("cp1252")
            .replace(b"\\", b"\\\\")
            .replace(b"(", b"\\(")
            .replace(b")", b"\\)")
        )
        drawn = zlib.compress(b"BT /F1 12 Tf 50 700 Td (" + octets + b") Tj ET")
        objects.append(
            b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(drawn), drawn)
        )
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return bytes(out)


def archive(members: dict[str, bytes | str]) -> bytes:
    """A ZIP archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return out.getvalue()


def docx(*paragraphs: str, header: str = "") -> bytes:
    """A Word document; each run is split in the middle, as Word likes to."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = "".join(
        f"<w:p><w:r><w:t>{one[: len(one) // 2]}</w:t></w:r>"
        f"<w:r><w:instrText>PAGE</w:instrText><w:t>{one[len(one) // 2 :]}</w:t></w:r></w:p>"
        for one in paragraphs
    )
    members: dict[str, bytes | str] = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "word/document.xml": f'<?xml version="1.0"?><w:document {space}><w:body>{body}</w:body>'
        "</w:document>",
        "word/styles.xml": f"<w:styles {space}><w:t>Normal</w:t></w:styles>",
    }
    if header:
        members["word/header1.xml"] = f"<w:hdr {space}><w:p><w:t>{header}</w:t></w:p></w:hdr>"
    return archive(members)


def xlsx(shared: list[str], numbers: list[int]) -> bytes:
    """A workbook with one sheet: shared texts, then numbers, then a text in its cell."""
    cells = "".join(f'<c t="s"><v>{place}</v></c>' for place in range(len(shared)))
    cells += "".join(f"<c><v>{one}</v></c>" for one in numbers)
    cells += '<c t="inlineStr"><is><t>sur place</t></is></c>'
    texts = "".join(f"<si><t>{one}</t></si>" for one in shared)
    return archive({
        "[Content_Types].xml": _CONTENT_TYPES,
        "xl/workbook.xml": "<workbook/>",
        "xl/sharedStrings.xml": f"<sst>{texts}</sst>",
        "xl/worksheets/sheet1.xml": f"<worksheet><row>{cells}</row></worksheet>",
    })  # fmt: skip


def pptx(*slides: str) -> bytes:
    """A presentation."""
    space = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    return archive({
        f"ppt/slides/slide{number}.xml": f"<p {space}><a:p><a:r><a:t>{one}</a:t></a:r></a:p></p>"
        for number, one in enumerate(slides, 1)
    })  # fmt: skip


def odt(*paragraphs: str) -> bytes:
    """An OpenDocument text."""
    space = 'xmlns:office="urn:o" xmlns:text="urn:t"'
    body = "".join(f"<text:p>{one}<text:tab/>fin</text:p>" for one in paragraphs)
    return archive({
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<office:document-content {space}><office:body>{body}</office:body>"
        "</office:document-content>",
    })  # fmt: skip


def billion_laughs() -> bytes:
    """A Word document whose entities would grow to gigabytes."""
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    return archive({
        "word/document.xml": f'<!DOCTYPE w [<!ENTITY e0 "ha">{entities}]>'
        '<w:document xmlns:w="w"><w:t>&e9;</w:t></w:document>'
    })  # fmt: skip


def zip_bomb(megabytes: int = 512) -> bytes:
    """A small archive whose document inflates to so much."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed,
        packed.open("word/document.xml", "w", force_zip64=True) as member,
    ):
        member.write(b'<w:document xmlns:w="w"><w:x>')
        for _ in range(megabytes):
            member.write(b" " * (1 << 20))
        member.write(b"</w:x></w:document>")
    return out.getvalue()
