"""Receipts of reading that come in (RFC 8098 3.1), and headers that ask for one (2.1). Bounded."""

from __future__ import annotations

import email
import re
from email.message import Message
from typing import Final

from mel_desktop.model.values import dataclass

MOST_BYTES: Final = 200_000
MOST_PARTS: Final = 20
_MESSAGE_ID: Final = re.compile(r"<([^<>\s]{3,250})>")
_ADDRESS: Final = re.compile(r"[^\s<>\"(),;:]{1,64}@[A-Za-z0-9.\-_\[\]]{1,190}")


@dataclass(frozen=True, slots=True)
class Receipt:
    """``displayed`` False: deleted, processed or refused without being shown."""

    message_id: str
    recipient: str  # lower case
    displayed: bool


def read_receipt(octets: bytes) -> Receipt | None:
    """The receipt that a message is, or None. Never raises."""
    try:
        return _found(octets)
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
        return None  # nested by the thousand, a charset that is none ...


def _found(octets: bytes) -> Receipt | None:
    message = email.message_from_bytes(octets[:MOST_BYTES])
    if message.get_content_type() != "multipart/report":
        return None
    for _, part in zip(range(MOST_PARTS), message.walk(), strict=False):
        if part.get_content_type() == "message/disposition-notification":
            return _read(_fields(part))
    return None


def _fields(part: Message) -> Message:
    payload = part.get_payload()
    if isinstance(payload, list):  # the parser makes message/* a message
        return payload[0] if payload and isinstance(payload[0], Message) else Message()
    decoded = part.get_payload(decode=True)
    return email.message_from_bytes(decoded if isinstance(decoded, bytes) else b"")


def _read(fields: Message) -> Receipt | None:
    if not fields.keys():  # some put a blank line ahead
        rest = fields.get_payload()
        fields = email.message_from_string(rest.lstrip() if isinstance(rest, str) else "")
    name = _MESSAGE_ID.search(str(fields.get("Original-Message-ID", "")))
    who = _ADDRESS.search(
        str(fields.get("Final-Recipient", "")) or str(fields.get("Original-Recipient", ""))
    )
    said = str(fields.get("Disposition", "")).rpartition(";")[2].partition("/")[0].strip().lower()
    if name is None or who is None or not said:
        return None
    return Receipt(name[1], who[0].lower(), said == "displayed")


def asked_addresses(values: tuple[str, ...]) -> tuple[str, ...]:
    """Addresses of Disposition-Notification-To; () where there is none."""
    return tuple(dict.fromkeys(_ADDRESS.findall(" ".join(values)[:2000])))[:10]
