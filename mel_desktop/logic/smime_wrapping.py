"""What a message is wrapped in, as octets; and the wrapping of what is sent.

A signature counts for octets: what stands between two boundary lines is cut out as it came, only
with the line ends that MIME has (RFC 8551 3.1, RFC 1847 2.1). Only a wrapping around the whole
message is opened: what is inside is never shown beside parts that stood outside (EFAIL).
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Iterator
from typing import Final

from mel_desktop.logic.mime_parameters import parse_field
from mel_desktop.logic.mime_structure import HEADER_CAP, fields, header_end
from mel_desktop.logic.mime_transfer import decode_octets
from mel_desktop.logic.mime_words import unfold
from mel_desktop.model.values import dataclass

_PKCS7: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_SIGNATURES: Final = frozenset({
    "application/pkcs7-signature", "application/x-pkcs7-signature",
})  # fmt: skip
_SIGNED_DATA: Final = bytes.fromhex("06092a864886f70d010702")
_END: Final = b"MIME-Version: 1.0\r\n"
_BARE: Final = re.compile(rb"(?<!\r)\n|\r(?!\n)")


@dataclass(frozen=True, slots=True)
class Wrapping:
    """One layer. ``cms``: DER or BER; ``content``: what a detached signature is over, else None."""

    cms: bytes
    content: bytes | None = None
    is_encrypted: bool = False


def wrapping(entity: bytes) -> Wrapping | None:
    """The outermost layer of a message or of what was in one; None for anything else."""
    head, body = header_end(entity)
    told = _fields(entity[: min(head, HEADER_CAP)])
    kind, parameters = parse_field(told.get("content-type", ""))
    if kind in _PKCS7:
        cms = decode_octets(entity[body:], told.get("content-transfer-encoding", ""))
        return Wrapping(cms, is_encrypted=_SIGNED_DATA not in cms[:40])
    if kind != "multipart/signed" or not (boundary := parameters.get("boundary", "")):
        return None
    pieces = _pieces(entity[body:], boundary.encode("utf-8", "replace"))
    if len(pieces) != 2:
        return None
    content, signature = pieces
    head, body = header_end(signature)
    told = _fields(signature[: min(head, HEADER_CAP)])
    if parse_field(told.get("content-type", ""))[0] not in _SIGNATURES:
        return None
    cms = decode_octets(signature[body:], told.get("content-transfer-encoding", ""))
    return Wrapping(cms, canonical(content))


def canonical(octets: bytes) -> bytes:
    """With CRLF line ends: how it was signed, whatever a server or an archive made of them."""
    return _BARE.sub(b"\r\n", octets)


def _fields(header: bytes) -> dict[str, str]:
    out: dict[str, str] = {}
    for name, body in fields(header):
        if name in ("content-type", "content-transfer-encoding"):
            out.setdefault(name, unfold(body).strip())
    return out


def _pieces(body: bytes, boundary: bytes) -> list[bytes]:
    """What stands between boundary lines, at most three; without an end it is nothing."""
    line = re.compile(
        rb"(?:\A|\r\n|(?<!\r)\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r?\n|\Z)"
    )
    out: list[bytes] = []
    start: int | None = None
    for hit in line.finditer(body):
        if start is not None:
            out.append(body[start : hit.start()])
        if hit[1] or len(out) > 2:
            return out
        start = hit.end() + (2 if body.startswith(b"\r\n", hit.end()) else 1)
    return []


# -- what is sent ----------------------------------------------------------------------------------


def split_finished(data: bytes) -> tuple[bytes, bytes]:
    """Finished bytes of ``compose``: fields of the message, and the entity to be wrapped."""
    head, mark, entity = data.partition(_END)
    assert mark
    return head + mark, entity


def signed_message(head: bytes, entity: bytes, cms: bytes, boundary: str) -> Iterator[bytes]:
    """multipart/signed (RFC 8551 3.5.3)."""
    yield from (head, signed_entity(entity, cms, boundary))


def signed_entity(entity: bytes, cms: bytes, boundary: str) -> bytes:
    """The entity with its signature beside it."""
    mark = boundary.encode("ascii")
    return b"".join((
        b'Content-Type: multipart/signed; protocol="application/pkcs7-signature";\r\n'
        b' micalg=sha-256; boundary="' + mark + b'"\r\n\r\n--' + mark + b"\r\n",
        entity,
        b"\r\n--" + mark + b"\r\n"
        b'Content-Type: application/pkcs7-signature; name="smime.p7s"\r\n'
        b"Content-Transfer-Encoding: base64\r\n"
        b'Content-Disposition: attachment; filename="smime.p7s"\r\n\r\n',
        *_base64(cms),
        b"--" + mark + b"--\r\n",
    ))  # fmt: skip


def encrypted_message(head: bytes, cms: bytes) -> Iterator[bytes]:
    """application/pkcs7-mime; smime-type=enveloped-data (RFC 8551 3.3)."""
    yield head
    yield (
        b'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"\r\n'
        b"Content-Transfer-Encoding: base64\r\n"
        b'Content-Disposition: attachment; filename="smime.p7m"\r\n\r\n'
    )
    yield from _base64(cms)


def _base64(data: bytes) -> Iterable[bytes]:
    for start in range(0, len(data), 57):
        yield binascii.b2a_base64(data[start : start + 57], newline=False) + b"\r\n"
