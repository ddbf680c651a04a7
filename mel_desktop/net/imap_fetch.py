"""FETCH answers -> values, item by item; what cannot be read is left out, never guessed."""

from __future__ import annotations

import re
from dataclasses import field

from mel_desktop.model.mail import Flags
from mel_desktop.model.values import dataclass
from mel_desktop.net.imap_grammar import (
    Response,
    number,
    read_date,
    read_fetch,
    read_flag_text,
    read_flags,
    read_object_id,
)
from mel_desktop.net.imap_structure import read_structure
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


# The two answers that come by the ten thousand, read without a parser.
_FLAGS_ONLY = re.compile(
    rb"\* \d{1,10} FETCH \((?:(?:UID (\d{1,10})|FLAGS \(([^()\"\[]{0,300})\)"
    rb"|MODSEQ \((\d{1,19})\))(?: (?=[A-Z])|(?=\)\Z)))+\)\Z"
)
_ONE_SECTION = re.compile(
    rb"\* \d{1,10} FETCH \(UID (\d{1,10}) BODY\[([0-9A-Z.]{0,200})\](?:<(\d{1,19})>)? \{\d+\}\Z"
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """The items of one FETCH answer that names its UID. ``items``: those of a row, not yet read."""

    uid: int
    flags: Flags | None = None
    modseq: int | None = None
    sections: dict[bytes, bytes] = field(default_factory=dict, repr=False)
    origins: dict[bytes, int] = field(default_factory=dict)
    items: dict[bytes, object] = field(default_factory=dict, repr=False)

    def section(self, name: bytes) -> bytes | None:
        """The octets of a section as asked for by ``section_item``; None when not told."""
        return self.sections.get(name)

    def origin(self, name: bytes) -> int | None:
        """At which octet of the section the answer begins; None when it does not say."""
        return self.origins.get(name)

    def message(self) -> RemoteMessage | None:
        """All that a list needs, or None when the answer is about something else."""
        header = next(
            (data for name, data in self.sections.items() if name.startswith(b"HEADER")), None
        )
        items = self.items
        if header is None or self.flags is None or b"INTERNALDATE" not in items:
            return None
        size = number(items.get(b"RFC822.SIZE")) or 0
        return RemoteMessage(
            uid=self.uid,
            flags=self.flags,
            internal_date=read_date(items[b"INTERNALDATE"]),
            size=size,
            header=header,
            parts=read_structure(items.get(b"BODYSTRUCTURE"), size),
            modseq=self.modseq,
            email_id=read_object_id(items.get(b"EMAILID")),
            preview=_preview(items.get(b"PREVIEW")),
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
    """One FETCH answer; None for other answers and those without a UID. Read once, however many
    commands it is offered to.
    """
    if response.read is None:
        response.read = (_fetched(response),)
    (told,) = response.read
    return told if isinstance(told, Fetched) else None


def _fetched(response: Response) -> Fetched | None:
    head = response.head
    if not response.literals:
        if told := _FLAGS_ONLY.match(head):
            return _of_flags(told)
    elif len(response.lines) == 2 and response.lines[1] == b")":
        told = _ONE_SECTION.match(head)
        if told and (uid := number(told[1])):
            name = told[2]
            origins = {name: int(told[3])} if told[3] else {}
            return Fetched(uid, sections={name: response.literals[0]}, origins=origins)
    return _of_items(read_fetch(response))


def _of_flags(told: re.Match[bytes]) -> Fetched | None:
    uid, flags, modseq = told.groups()
    if not uid or int(uid) == 0:
        return None
    read = read_flag_text(flags) if flags is not None else None
    return Fetched(int(uid), read, number(modseq))


def _of_items(items: dict[bytes, object] | None) -> Fetched | None:
    uid = number(items.get(b"UID")) if items else None
    if items is None or not uid:
        return None
    modseq = items.get(b"MODSEQ")
    sections: dict[bytes, bytes] = {}
    origins: dict[bytes, int] = {}
    for name, value in items.items():
        told = _SECTION.match(name)
        if told:
            if isinstance(value, int):
                value = b"%d" % value  # a text that is a number, sent without quotes
            # NIL: the part is not there, or empty
            sections[told[1]] = value if isinstance(value, bytes) else b""
            if told[2]:
                origins[told[1]] = int(told[2])
    return Fetched(
        uid=uid,
        flags=read_flags(items[b"FLAGS"]) if b"FLAGS" in items else None,
        modseq=number(modseq[0]) if isinstance(modseq, tuple) and modseq else None,
        sections=sections,
        origins=origins,
        items=items,
    )


def _preview(value: object) -> str:
    """RFC 8970: at most 256 characters of text; NIL where there is none."""
    value = b"%d" % value if isinstance(value, int) else value
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else ""
    return _CONTROL.sub(" ", text)[:256].strip()
