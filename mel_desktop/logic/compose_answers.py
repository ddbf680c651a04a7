"""Bytes of two letters that programs read: an answer to an invitation, a receipt of reading.

RFC 6047 2.4 (text/calendar beside a text that people read), RFC 8098 3 (multipart/report). A
receipt says what RFC 8098 asks for and no more: neither program nor computer, nothing of the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mel_desktop.logic.compose import CRLF, Outgoing, head, one_line, text_section
from mel_desktop.model.agenda import Answer
from mel_desktop.model.values import dataclass

_VERBS: Final = {
    Answer.ACCEPTED: ("Accepté", "accepte l’invitation"),
    Answer.TENTATIVE: ("Provisoire", "viendra peut-être"),
    Answer.DECLINED: ("Refusé", "décline l’invitation"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a receipt is about."""

    recipient: str  # the address that it was displayed at
    original_recipient: str = ""
    message_id: str = ""  # without < >


def answer_subject(answer: Answer, title: str) -> str:
    """As other programs write it, in French."""
    return f"{_VERBS[answer][0]} : {one_line(title) or 'invitation'}"


def answer_text(answer: Answer, who: str, title: str, when: str, comment: str) -> str:
    """What people read where their program does not know calendars."""
    lines = [f"{who} {_VERBS[answer][1]}.", "", one_line(title), when]
    if comment.strip():
        lines += ["", comment.strip()]
    return "\n".join(lines) + "\n"


def compose_answer(message: Outgoing, calendar: bytes, method: str = "REPLY") -> Iterator[bytes]:
    """The text, and the calendar part that organisers' programs read."""
    yield head(message)
    mark = f"=_{message.boundary}a".encode("ascii")
    yield b'Content-Type: multipart/alternative;\r\n boundary="' + mark + b'"' + CRLF + CRLF
    yield b"--" + mark + CRLF
    yield from text_section(message.text)
    yield CRLF + b"--" + mark + CRLF
    parameters = f"; method={method}".encode("ascii")
    yield from text_section(calendar.decode("utf-8"), b"calendar", parameters)
    yield CRLF + b"--" + mark + b"--" + CRLF


def receipt_subject(subject: str) -> str:
    """Of a receipt."""
    return f"Lu : {one_line(subject)}"


def receipt_text(subject: str, sent: str) -> str:
    """What people read of a receipt."""
    when = f" du {sent}" if sent else ""
    title = f"«\N{NO-BREAK SPACE}{one_line(subject)}\N{NO-BREAK SPACE}»"
    return (
        f"Le message{when} {title} a été affiché sur l’écran du destinataire.\n\n"
        "Cela ne dit pas qu’il a été lu ou compris.\n"
    )


def compose_receipt(message: Outgoing, shown: Shown) -> Iterator[bytes]:
    """Sent by a person's choice, of a message that was displayed (RFC 8098 3.2.6)."""
    yield head(message)
    mark = f"=_{message.boundary}d".encode("ascii")
    yield (
        b"Content-Type: multipart/report; report-type=disposition-notification;\r\n"
        b' boundary="' + mark + b'"' + CRLF + CRLF
    )  # fmt: skip
    yield b"--" + mark + CRLF
    yield from text_section(message.text)
    yield CRLF + b"--" + mark + CRLF
    yield b"Content-Type: message/disposition-notification" + CRLF + CRLF
    fields = []
    if shown.original_recipient:
        fields.append(f"Original-Recipient: {one_line(shown.original_recipient)}")
    fields.append(f"Final-Recipient: rfc822;{one_line(shown.recipient)}")
    if shown.message_id:
        fields.append(f"Original-Message-ID: <{one_line(shown.message_id)}>")
    fields.append("Disposition: manual-action/MDN-sent-manually; displayed")
    for one in fields:
        yield one.encode("ascii", "replace") + CRLF
    yield CRLF + b"--" + mark + b"--" + CRLF
