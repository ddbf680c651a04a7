"""Reports about messages that were sent: RFC 3464, 6533, plain texts of qmail, Postfix, Exchange.

What a report says is a stranger's word: it names a message (by the headers that it gives back, by
its envelope id, by what it answers) and recipients. Whether we sent such a message is for others
to look up. Bounded: octets, parts, recipients, lengths.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from contextlib import suppress
from enum import Enum
from typing import TYPE_CHECKING, Final

from mel_desktop.model.values import dataclass

if TYPE_CHECKING:
    from email.message import Message

MOST_BYTES: Final = 300_000
MOST_PARTS: Final = 40
MOST_RECIPIENTS: Final = 100
MOST_NAMES: Final = 60
SAID: Final = 300
ADDRESS: Final = re.compile(r"[^\s<>\"(),;:]{1,64}@[A-Za-z0-9.\-_\[\]]{1,190}")
_MESSAGE_ID: Final = re.compile(r"<([^<>\s]{3,250})>")
_RETURNED_ID: Final = re.compile(r"^\s*>?\s*Message-I[dD]:\s*<([^<>\s]{3,250})>", re.M)
_STATUS: Final = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_ABOUT: Final = re.compile(r"^\s*<?([^\s<>\"(),;:]{1,64}@[A-Za-z0-9.\-]{1,190})>?:\s*(.*)$", re.M)
_UNITEXT: Final = re.compile(r"\\x\{(0?[0-9A-Fa-f]{2,5})\}")  # RFC 6533 3: a character in ASCII
_FAILED: Final = re.compile(
    r"undeliver|returned mail|failure|delivery status|mail delivery|non remis|échec|could not be"
    r"|wasn't able to deliver|couldn't be delivered|permanent error",
    re.I,
)


class Outcome(Enum):
    """What became of a message for one recipient."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"  # to a server, or a list, that says no more of it


@dataclass(frozen=True, slots=True)
class Reported:
    """One recipient."""

    address: str  # lower case
    outcome: Outcome
    status: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """``about``: Message-IDs that it may be about, the surest first."""

    about: tuple[str, ...]
    recipients: tuple[Reported, ...]


def read_report(octets: bytes) -> Report | None:
    """The report that a message is, or None."""
    import email  # noqa: PLC0415 seldom

    message = email.message_from_bytes(octets[:MOST_BYTES])
    parts = [part for _, part in zip(range(MOST_PARTS), message.walk(), strict=False)]
    kind = message.get_content_type()
    recipients = tuple(_standard(parts)) if kind == "multipart/report" else ()
    texts = [_text(part) for part in parts if part.get_content_type() == "text/plain"]
    if not recipients:
        subject = str(message.get("Subject", ""))
        if kind != "multipart/report" and not _FAILED.search("\n".join([subject, *texts[:1]])):
            return None
        recipients = tuple(_told(texts, message))
    about = tuple(dict.fromkeys(_names(message, parts, texts)))[:MOST_NAMES]
    if not recipients or not about:
        return None
    return Report(about, recipients[:MOST_RECIPIENTS])


def _standard(parts: list[Message]) -> Iterator[Reported]:
    for part in parts:
        if part.get_content_type() not in (
            "message/delivery-status",
            "message/global-delivery-status",
        ):
            continue
        for group in _groups(part):
            if not group.get("Action"):
                continue
            action = str(group["Action"]).strip().lower()
            outcome = {
                "failed": Outcome.FAILED,
                "delayed": Outcome.DELAYED,
                "delivered": Outcome.DELIVERED,
                "relayed": Outcome.RELAYED,
                "expanded": Outcome.RELAYED,
            }.get(action)
            who = _address(group.get("Original-Recipient")) or _address(
                group.get("Final-Recipient")
            )
            if outcome is None or not who:
                continue
            said = _short(str(group.get("Diagnostic-Code", "")).partition(";")[2])
            status = _STATUS.search(str(group.get("Status", ""))) or _STATUS.search(said)
            yield Reported(who, outcome, status.group(1) if status else "", said)


def _groups(part: Message) -> Iterator[Message]:
    """The groups of fields: of the message, then of each recipient.

    ``email`` takes the UTF-8 form (RFC 6533) for one message: it is read here.
    """
    import email  # noqa: PLC0415 seldom
    from email.message import Message  # noqa: PLC0415 seldom

    inner = part.get_payload()
    groups = inner if isinstance(inner, list) else []
    if part.get_content_type() == "message/delivery-status":
        yield from (one for one in groups if isinstance(one, Message))
        return
    whole = groups[0] if groups else part
    octets = whole.as_bytes() if isinstance(whole, Message) else b""
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    if encoding == "quoted-printable":
        octets = binascii.a2b_qp(octets)
    elif encoding == "base64":
        with suppress(binascii.Error):
            octets = binascii.a2b_base64(octets)
    text = octets.decode("utf-8", "replace").replace("\r\n", "\n").strip("\n")
    for group in text.split("\n\n")[: MOST_RECIPIENTS + 1]:
        yield email.message_from_string(group)


def _told(texts: list[str], message: Message) -> Iterator[Reported]:
    """Plain words: lines of ``<address>: why``, or X-Failed-Recipients (Exim)."""
    seen = set[str]()
    for who in ADDRESS.findall(str(message.get("X-Failed-Recipients", ""))):
        seen.add(who.lower())
        said = _short(texts[0] if texts else "")
        yield Reported(who.lower(), Outcome.FAILED, _status_in(said), said)
    for text in texts[:1]:
        before = re.split(r"^-{2,}|^Message-I[dD]:", text, maxsplit=1, flags=re.M)[0]
        for found in _ABOUT.finditer(before):
            who = found.group(1).lower()
            if who in seen:
                continue
            seen.add(who)
            rest = before[found.start(2) :].split("\n\n", 1)[0]
            said = _short(rest)
            yield Reported(who, Outcome.FAILED, _status_in(said), said)


def _status_in(said: str) -> str:
    found = _STATUS.search(said)
    return found.group(1) if found else ""


def _names(message: Message, parts: list[Message], texts: list[str]) -> Iterator[str]:
    for part in parts[1:]:
        if part.get("Message-ID"):
            yield from _MESSAGE_ID.findall(str(part["Message-ID"]))[:1]
        if part.get_content_type() in ("text/rfc822-headers", "message/rfc822-headers"):
            yield from _RETURNED_ID.findall(_text(part))[:1]
        if part.get("Original-Envelope-Id"):
            yield str(part["Original-Envelope-Id"]).strip().strip("<>")[:250]
    for text in texts:
        yield from _RETURNED_ID.findall(text)[:3]
    for name in ("In-Reply-To", "References", "X-Failed-Message-Id"):
        yield from _MESSAGE_ID.findall(str(message.get(name, "")))[:20]


def _address(value: object) -> str:
    text = str(value).partition(";")[2] or str(value)
    text = _UNITEXT.sub(lambda found: chr(int(found.group(1), 16)), text)
    found = ADDRESS.search(text) if value else None
    return found.group(0).lower() if found else ""


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = part.get_content_charset() or "utf-8"
    try:
        return payload[:MOST_BYTES].decode(charset, "replace").replace("\r\n", "\n")
    except LookupError:
        return payload[:MOST_BYTES].decode("latin-1").replace("\r\n", "\n")


def _short(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:SAID]
