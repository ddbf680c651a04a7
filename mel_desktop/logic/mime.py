"""Messages read defensively: headers, readable text, transfer encodings, structure.

Rule 1: nothing here raises on any octets, recurses, or takes more than linear time.
Rule 2: something readable always comes out, and what was wrong is said as a warning.

RFC 5322 (form), 2045-2049 (MIME), 2047 and 2231 (words, parameters), 3676 (format=flowed), 2183.
The work is in the mime_* modules; this one is the door.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import datetime
from itertools import islice
from types import MappingProxyType
from typing import Final

from mel_desktop.logic.mime_addresses import looks_like_other_address, parse_addresses
from mel_desktop.logic.mime_dates import parse_date
from mel_desktop.logic.mime_parameters import decode_parameters, parse_field, safe_filename
from mel_desktop.logic.mime_structure import fields, header_end, split_structure
from mel_desktop.logic.mime_text import Readable, listed_files, readable, text_sections
from mel_desktop.logic.mime_transfer import PartDecoder, decode_octets
from mel_desktop.logic.mime_words import FIELD_CAP, decode_words, one_line, unfold
from mel_desktop.model.mail import Address, MessageWarning, Part, WarningCode
from mel_desktop.model.patterns import late
from mel_desktop.model.values import dataclass

__all__ = [
    "HeaderFields",
    "PartDecoder",
    "Readable",
    "address_warnings",
    "decode_octets",
    "decode_parameters",
    "decode_words",
    "listed_files",
    "parse_addresses",
    "parse_date",
    "parse_field",
    "parse_header",
    "parse_structure",
    "read_message",
    "readable",
    "safe_filename",
    "text_sections",
]

SUBJECT_CAP: Final = 2000
VALUE_CAP: Final = 16 * 1024
VALUES_CAP: Final = 2000  # fields kept in ``headers``
REFERENCES_CAP: Final = 200
ADDRESS_FIELD_CAP: Final = 1024 * 1024

_NOBODY: Final = Address("", "")
_ID: Final = late(r"<([^<>]{1,900})>")  # folding may have left blanks inside
_SPEC: Final = late(r'(?:"[^"]{0,300}"|[^\s@"<>]{1,300})@[^\s@"<>]{1,300}')
_BARE_ID: Final = late(r"[^\s<>]{1,900}")
_SINGLE: Final = ("from", "subject", "date", "message-id", "to", "cc", "reply-to", "sender")


@dataclass(frozen=True, slots=True)
class HeaderFields:
    """What a header block says. ``headers``: lower-case names to decoded values, in order."""

    subject: str = ""
    sender: Address = _NOBODY
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    date: datetime | None = None
    warnings: tuple[MessageWarning, ...] = ()
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))


def parse_header(header: bytes) -> HeaderFields:
    """Read a header block (a body behind it is left alone)."""
    head, _ = header_end(header)
    raw: dict[str, list[bytes]] = {}
    for name, body in islice(fields(header[:head]), VALUES_CAP):
        if name in raw:
            raw[name].append(body)
        else:
            raw[name] = [body]
    senders = _addresses(raw, "from")
    sender = _sender(senders, raw)
    reply_to = _addresses(raw, "reply-to")
    return HeaderFields(
        subject=_text(raw, "subject")[:SUBJECT_CAP],
        sender=sender,
        to=_addresses(raw, "to"),
        cc=_addresses(raw, "cc"),
        bcc=_addresses(raw, "bcc"),
        reply_to=reply_to,
        message_id=next(iter(_ids(raw, "message-id")), ""),
        in_reply_to=next(iter(_ids(raw, "in-reply-to", bare=False)), ""),
        references=_ids(raw, "references", bare=False)[-REFERENCES_CAP:],
        date=parse_date(_text(raw, "date")),
        warnings=_header_warnings(raw, senders, sender, reply_to),
        headers=_Values(raw),
    )


class _Values(Mapping[str, tuple[str, ...]]):
    """All fields; each is decoded when it is asked for, since most never are."""

    __slots__ = ("_raw",)

    def __init__(self, raw: Mapping[str, list[bytes]]) -> None:
        self._raw = raw

    def __getitem__(self, name: str) -> tuple[str, ...]:
        return tuple(decode_words(unfold(body[:VALUE_CAP])) for body in self._raw[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)


def parse_structure(raw: bytes) -> tuple[Part, ...]:
    """Leaves of a whole raw message with IMAP section numbers."""
    return tuple(found.part for found in split_structure(raw))


def read_message(raw: bytes) -> tuple[HeaderFields, tuple[Part, ...], Readable]:
    """A whole raw message: its header, its leaves, and its readable text."""
    found = split_structure(raw)
    parts = tuple(one.part for one in found)
    chosen = {part.number for part in text_sections(parts)}
    texts = [(one.part, raw[one.start : one.end]) for one in found if one.part.number in chosen]
    return parse_header(raw), parts, readable(texts)


def _text(raw: Mapping[str, list[bytes]], name: str) -> str:
    bodies = raw.get(name)
    return decode_words(unfold(bodies[0])).strip() if bodies else ""


def _addresses(raw: Mapping[str, list[bytes]], name: str) -> tuple[Address, ...]:
    if name not in raw:
        return ()
    out: list[Address] = []
    left = ADDRESS_FIELD_CAP
    for body in raw[name]:
        rest = body[:left]
        left -= len(rest)
        while rest:  # very long lists are read piece by piece
            cut = rest.rfind(b",", 1, FIELD_CAP) if len(rest) > FIELD_CAP else len(rest)
            cut = cut if cut > 0 else FIELD_CAP
            out.extend(parse_addresses(unfold(rest[:cut])))
            rest = rest[cut:]
    return tuple(out)


def _sender(senders: tuple[Address, ...], raw: Mapping[str, list[bytes]]) -> Address:
    """The author shown. Several authors need a Sender field (RFC 5322 3.6.2): it decides."""
    if len(senders) > 1:
        for named in _addresses(raw, "sender"):
            for one in senders:
                if one.address and one.address.casefold() == named.address.casefold():
                    return one
    if not senders:
        return next(iter(_addresses(raw, "sender")), _NOBODY)
    return next((one for one in senders if one.address), senders[0])


def _ids(raw: Mapping[str, list[bytes]], name: str, *, bare: bool = True) -> tuple[str, ...]:
    if name not in raw:
        return ()
    out: dict[str, None] = {}
    for body in raw[name]:
        text = one_line(unfold(body))
        found = ["".join(one.split()) for one in _ID.findall(text)]
        if not found and (bare or "@" in text):
            found = _BARE_ID.findall(text)
            found = found[:1] if bare else [one for one in found if "@" in one]
        out.update(dict.fromkeys(found))
    return tuple(out)


def _header_warnings(
    raw: Mapping[str, list[bytes]],
    senders: tuple[Address, ...],
    sender: Address,
    reply_to: tuple[Address, ...],
) -> tuple[MessageWarning, ...]:
    out = list(address_warnings(sender, reply_to))
    if len(senders) > 1:
        every = ", ".join(one.address or one.name for one in senders[:10])
        out.append(MessageWarning(WarningCode.MALFORMED, f"from: {every}"))
    elif not senders or not _SPEC.fullmatch(sender.address):
        out.append(MessageWarning(WarningCode.MALFORMED, "from"))
    repeated = [name for name in _SINGLE if name in raw and len(raw[name]) > 1]
    if repeated:
        out.append(MessageWarning(WarningCode.MALFORMED, ", ".join(repeated)))
    return tuple(out)


def address_warnings(sender: Address, reply_to: tuple[Address, ...]) -> tuple[MessageWarning, ...]:
    """What the addresses alone give away: a name that shows another one, answers led elsewhere."""
    out: list[MessageWarning] = []
    if looks_like_other_address(sender):
        out.append(MessageWarning(WarningCode.NAME_LOOKS_LIKE_ADDRESS, sender.address))
    for one in reply_to:
        if one.address and _domain(one.address) != _domain(sender.address):
            out.append(MessageWarning(WarningCode.REPLY_TO_DIFFERS, one.address))
            break
    return tuple(out)


def _domain(address: str) -> str:
    return address.rpartition("@")[2].casefold()
