"""FETCH answers -> values, item by item; what cannot be read is left out, never guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from mel_desktop.model.mail import Flags, Part
from mel_desktop.net.imap_grammar import (
    Response,
    number,
    read_date,
    read_fetch,
    read_flags,
    read_object_id,
)
from mel_desktop.net.imap_structure import read_structure, unknown
from mel_desktop.ports import RemoteMessage

HEADER_FIELDS = (
    b"FROM TO CC BCC REPLY-TO SENDER SUBJECT DATE MESSAGE-ID IN-REPLY-TO REFERENCES CONTENT-TYPE"
    b" LIST-ID LIST-UNSUBSCRIBE IMPORTANCE X-PRIORITY AUTO-SUBMITTED"
)
_SEQUENCE = re.compile(rb"\* (\d{1,10}) FETCH\b", re.IGNORECASE)
_SECTION = re.compile(rb"BODY\[(.*)\](?:<(\d{1,19})>)?\Z", re.S)
_CONTROL = re.compile("[\x00-\x1f\x7f]+")
_PLACE = r"[1-9]\d{0,4}(?:\.[1-9]\d{0,4}){0,60}"
_SECTION_NAME = re.compile(rf"(?:{_PLACE}(?:\.(?:MIME|HEADER|TEXT))?|HEADER|TEXT|)\Z")


@dataclass(frozen=True, slots=True)
class Fetched:
    """The items of one FETCH answer that names its UID."""

    uid: int
    flags: Flags | None
    modseq: int | None
    sections: dict[bytes, bytes] = field(repr=False)
    internal_date: datetime | None = None
    size: int | None = None
    parts: tuple[Part, ...] = ()
    origins: dict[bytes, int] = field(default_factory=dict)
    email_id: str = ""
    preview: str = ""

    def origin(self, name: bytes) -> int | None:
        """At which octet of the section the answer begins; None when it does not say."""
        return self.origins.get(name)

    def section(self, name: bytes) -> bytes | None:
        """The octets of a section as asked for by ``section_item``; None when not told."""
        return self.sections.get(name)

    def message(self) -> RemoteMessage | None:
        """All that a list needs, or None when the answer is about something else."""
        header = next(
            (data for name, data in self.sections.items() if name.startswith(b"HEADER")), None
        )
        if header is None or self.flags is None or self.internal_date is None:
            return None
        size = self.size or 0
        return RemoteMessage(
            uid=self.uid,
            flags=self.flags,
            internal_date=self.internal_date,
            size=size,
            header=header,
            parts=self.parts or unknown(size),
            modseq=self.modseq,
            email_id=self.email_id,
            preview=self.preview,
        )


def section_item(section: str) -> bytes:
    """A section's name as it stands between the brackets of BODY.PEEK[...]."""
    if not _SECTION_NAME.match(section):
        raise ValueError("not a section")
    return section.encode("ascii")


def sequence_of(response: Response) -> int | None:
    """The sequence number of a FETCH answer."""
    told = _SEQUENCE.match(response.head)
    return int(told[1]) if told else None


def read_fetched(response: Response) -> Fetched | None:
    """UID, flags, mod-sequence and sections; None for other answers and those without a UID."""
    return _read(response, with_structure=False)


def read_header_fetched(response: Response) -> Fetched | None:
    """The same, with date, size and structure."""
    return _read(response, with_structure=True)


def _read(response: Response, *, with_structure: bool) -> Fetched | None:
    items = read_fetch(response)
    uid = number(items.get(b"UID")) if items else None
    if items is None or not uid:
        return None
    modseq = items.get(b"MODSEQ")
    size = number(items.get(b"RFC822.SIZE"))
    date = parts = None
    if with_structure:
        date = read_date(items[b"INTERNALDATE"]) if b"INTERNALDATE" in items else None
        parts = read_structure(items.get(b"BODYSTRUCTURE"), size or 0)
    return Fetched(
        uid=uid,
        flags=read_flags(items[b"FLAGS"]) if b"FLAGS" in items else None,
        modseq=number(modseq[0]) if isinstance(modseq, tuple) and modseq else None,
        sections=_sections(items),
        origins=_origins(items),
        internal_date=date,
        size=size,
        parts=parts or (),
        email_id=read_object_id(items.get(b"EMAILID")) if with_structure else "",
        preview=_preview(items.get(b"PREVIEW")) if with_structure else "",
    )


def _preview(value: object) -> str:
    """RFC 8970: at most 256 characters of text; NIL where there is none."""
    value = b"%d" % value if isinstance(value, int) else value
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else ""
    return _CONTROL.sub(" ", text)[:256].strip()


def _origins(items: dict[bytes, object]) -> dict[bytes, int]:
    found = {}
    for name in items:
        told = _SECTION.match(name)
        if told and told[2]:
            found[told[1]] = int(told[2])
    return found


def _sections(items: dict[bytes, object]) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for name, value in items.items():
        told = _SECTION.match(name)
        if told:
            if isinstance(value, int):
                value = b"%d" % value  # a text that is a number, sent without quotes
            # NIL: the part is not there, or empty
            found[told[1]] = value if isinstance(value, bytes) else b""
    return found
