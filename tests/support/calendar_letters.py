"""Invitations as the programs of organisers write them (own texts in their manner), and mails."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import Area
from mel_desktop.model.mail import Address, FolderId, MessageId, Part
from mel_desktop.store import parts, reading
from mel_desktop.store.database import Database, Transaction
from tests.support.store import plant_message

ME = "claire.martin@ac-exemple.fr"
PAUL = Address("Paul Durand", "paul.durand@ac-exemple.fr")

OUTLOOK_ZONE = """BEGIN:VTIMEZONE
TZID:Romance Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""


def ics(
    *lines: str,
    method: str = "REQUEST",
    uid: str = "conseil-6b@exemple",
    title: str = "Conseil de classe 6e B",
    start: str = "DTSTART;TZID=Europe/Paris:20261201T170000",
    end: str = "DTEND;TZID=Europe/Paris:20261201T183000",
    sequence: int = 0,
    stamp: str = "20261120T080000Z",
    organiser: str = "ORGANIZER;CN=Paul Durand:mailto:paul.durand@ac-exemple.fr",
    guest: str = f"ATTENDEE;CN=Claire Martin;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{ME}",
    zone: str = "",
) -> bytes:
    """A calendar part of one event; a line of "" is left out."""
    event = [
        "BEGIN:VEVENT", f"UID:{uid}", f"DTSTAMP:{stamp}" if stamp else "", start, end,
        f"SUMMARY:{title}", f"SEQUENCE:{sequence}", organiser, guest, *lines, "END:VEVENT",
    ]  # fmt: skip
    head = ["BEGIN:VCALENDAR", "PRODID:-//Essai//Essai//FR", "VERSION:2.0"]
    if method:
        head.append(f"METHOD:{method}")
    whole = [*head, *zone.splitlines(), *filter(None, event), "END:VCALENDAR", ""]
    return "\r\n".join(whole).encode()


def deliver(
    database: Database,
    account: AccountId,
    folder: FolderId,
    octets: bytes,
    *,
    number: int = 0,
    sender: Address = PAUL,
    subject: str = "Invitation : Conseil de classe 6e B",
    header: str | None = None,
    media_type: str = "text/calendar",
    received_at: datetime | None = None,
) -> MessageId:
    """A message whose calendar part is here already. ``header`` "": that is still away."""

    def work(tx: Transaction) -> MessageId:
        message = plant_message(
            tx, folder, number, subject=subject, sender=sender,
            text="Bonjour,\nvoici la convocation.", received_at=received_at,
        )  # fmt: skip
        part = Part("2", media_type, "utf-8", "8bit", "", "", "", len(octets))
        parts.insert(tx, message, [part])
        reading.put_part(tx, message, "2", octets, datetime(2026, 11, 23, tzinfo=UTC))
        if header is not None:
            reading.put_header(tx, message, header.encode())
        tx.changed(Area.MESSAGES | Area.FOLDERS, folders=[folder], messages=[message])
        return message

    return database.write(work)


def stamp_of(day: int) -> str:
    """A DTSTAMP so many days after the first one."""
    return (datetime(2026, 11, 20, 8, tzinfo=UTC) + timedelta(days=day)).strftime("%Y%m%dT%H%M%SZ")


def mail_with(
    octets: bytes, *, sender: str, to: str, subject: str, method: str = "REQUEST", text: str = ""
) -> bytes:
    """A whole message in the manner of Outlook: text and calendar as alternatives."""
    mark = hashlib.sha256(octets).hexdigest()[:20]
    return (
        (
            f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\n"
            f"Message-ID: <{mark}@exemple.test>\r\nMIME-Version: 1.0\r\n"
            f'Content-Type: multipart/alternative; boundary="{mark}"\r\n\r\n'
            f"--{mark}\r\nContent-Type: text/plain; charset=utf-8\r\n"
            f"Content-Transfer-Encoding: 8bit\r\n\r\n{text or 'Convocation'}\r\n"
            f"--{mark}\r\nContent-Type: text/calendar; charset=utf-8; method={method}\r\n"
            f"Content-Transfer-Encoding: 8bit\r\n\r\n"
        ).encode()
        + octets
        + f"\r\n--{mark}--\r\n".encode()
    )
