"""Messages as the model server holds them."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from mel_desktop.logic.mime_structure import split_structure
from mel_desktop.model.mail import Flags, Part


@dataclass(slots=True)
class Stored:
    """A message as the server holds it. ``identity`` names the content across copies."""

    identity: str
    header: bytes
    text: bytes
    internal_date: datetime
    flags: Flags
    modseq: int
    parts: tuple[tuple[Part, bytes], ...] = ()  # beside the text, as it stands in the message

    @property
    def size(self) -> int:
        return len(self.header) + len(self.text)

    def structure(self) -> tuple[Part, ...]:
        if self.parts:
            return tuple(part for part, _ in self.parts)
        return (Part("1", "text/plain", "utf-8", "8bit", "", "", "", len(self.text)),)

    def section(self, name: str) -> bytes:
        if name in ("", "HEADER"):
            return self.header + (self.text if name == "" else b"")
        return next((data for part, data in self.parts if part.number == name), self.text)


def multipart(
    identity: str,
    header: str,
    text: bytes,
    date: datetime,
    flags: Flags,
    attachments: Mapping[str, bytes],
) -> Stored:
    """A text and files, each encoded as base64 in lines."""
    header += "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n"
    body = b"--B\r\nContent-Type: text/plain\r\n\r\n" + text
    for name, data in attachments.items():
        body += (
            f"\r\n--B\r\nContent-Type: application/pdf; name={name}\r\n"
            f"Content-Disposition: attachment; filename={name}\r\n"
            "Content-Transfer-Encoding: base64\r\n\r\n"
        ).encode() + base64.encodebytes(data).replace(b"\n", b"\r\n")
    body += b"\r\n--B--\r\n"
    raw = header.encode() + body
    found = tuple((one.part, raw[one.start : one.end]) for one in split_structure(raw))
    return Stored(identity, header.encode(), body, date, flags, 0, found)
