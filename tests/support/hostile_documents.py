"""Documents made to hurt: bombs, floods, nests, and files that are locked."""

from __future__ import annotations

import hashlib
import zlib

_PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")


def _rc4(key: bytes, data: bytes) -> bytes:
    box = list(range(256))
    j = 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) & 255
        box[i], box[j] = box[j], box[i]
    i = j = 0
    out = bytearray()
    for octet in data:
        i = (i + 1) & 255
        j = (j + box[i]) & 255
        box[i], box[j] = box[j], box[i]
        out.append(octet ^ box[(box[i] + box[j]) & 255])
    return bytes(out)


def pdf_of(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """A PDF of these objects, the first being the catalog."""
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out) + b"trailer << /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        trailer,
        start,
    )


def _stream(content: bytes, more: bytes = b"/Filter /FlateDecode") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), more, content)


def _one_page(content: bytes) -> list[bytes]:
    return [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R "
        b"/Resources << /Font << /F1 3 0 R >> >> >>",
        content,
    ]


def locked_pdf(password: bytes = b"secret", text: bytes = b"Bulletin") -> bytes:
    """Encrypted with a user password (ISO 32000-1 7.6.3, revision 2, 40-bit RC4)."""
    identity = b"0123456789abcdef"
    padded = (password + _PADDING)[:32]
    owner = _rc4(hashlib.md5(padded).digest()[:5], padded)
    rights = (-44).to_bytes(4, "little", signed=True)
    key = hashlib.md5(padded + owner + rights + identity).digest()[:5]
    user = _rc4(key, _PADDING)
    own = hashlib.md5(key + (5).to_bytes(3, "little") + b"\0\0").digest()[:10]
    drawn = _rc4(own, b"BT /F1 12 Tf 50 700 Td (" + text + b") Tj ET")
    lock = b"<< /Filter /Standard /V 1 /R 2 /P -44 /O <%s> /U <%s> >>" % (
        owner.hex().encode(),
        user.hex().encode(),
    )
    name = identity.hex().encode()
    return pdf_of(
        [*_one_page(_stream(drawn, b"")), lock], b"/Encrypt 6 0 R /ID [<%s> <%s>]" % (name, name)
    )


def pdf_bomb(megabytes: int) -> bytes:
    """One page whose content inflates to so much, twice packed."""
    packer = zlib.compressobj(9)
    block = b"(ha) Tj " * (1 << 17)
    packed = packer.compress(b"BT /F1 12 Tf 50 700 Td ")
    for _ in range(megabytes):
        packed += packer.compress(block)
    packed += packer.compress(b"ET") + packer.flush()
    return pdf_of(
        _one_page(_stream(zlib.compress(packed, 9), b"/Filter [/FlateDecode /FlateDecode]"))
    )


def looping_pdf() -> bytes:
    """Its pages are their own children, its content a form that draws itself."""
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >>"
    return pdf_of(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [2 0 R 4 0 R] /Count 9000000 >>",
            b"<< >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 5 0 R "
            b"/Resources << /XObject << /X 5 0 R >> >> >>",
            _stream(b"/X Do /X Do", form),
        ]
    )


def nested_arrays(depth: int) -> bytes:
    """Arrays in arrays, to exhaust a parser's stack."""
    return pdf_of([b"<< /Type /Catalog /Pages 2 0 R /A " + b"[" * depth + b"]" * depth + b" >>"])
