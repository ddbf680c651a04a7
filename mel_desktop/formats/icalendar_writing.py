"""Events as calendar parts and files (RFC 5545), and what an answer says (RFC 5546 3.2.3).

Rule 1: times are written in UTC, so that no description of a zone has to go with them; a series is
written in its zone, with the description.
Rule 2: an answer names nobody but who answers and who organises.
Rule 3: what came in and is kept goes out as it came (``joined``): parts unknown here stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from mel_desktop.model.agenda import Answer, Event, Guest, GuestRole, Method
from mel_desktop.model.mail import Address

if TYPE_CHECKING:
    from mel_desktop.formats.icalendar_reading import Cut

PRODUCT: Final = "-//Mel Desktop//Mel Desktop//FR"
FOLD: Final = 74  # octets of a line, without its end (RFC 5545 3.1: 75)


def reply(event: Event, me: Address, answer: Answer, comment: str, now: datetime) -> bytes:
    """The calendar part of an answer."""
    mine = next(
        (one for one in event.guests if one.who.address.casefold() == me.address.casefold()), None
    )
    role = GuestRole.REQUIRED if mine is None else mine.role
    bare = replace(
        event,
        stamp=now,
        guests=(Guest(me, answer, role),),
        rule="", also=(), except_=(), description="", link="", cancelled=False,
        comment=comment.strip(), sent_by="",
    )  # fmt: skip
    return write_calendar((bare,), Method.REPLY, now)


def write_calendar(events: Iterable[Event], method: Method, now: datetime) -> bytes:
    """Events as a part or file."""
    from icalendar import Calendar  # noqa: PLC0415 start-up time and 8 MB

    calendar: Any = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    if method is not Method.PLAIN:
        calendar.add("METHOD", method.value.upper())
    zoned = False
    for event in events:
        calendar.add_component(_written(event, now))
        zoned = zoned or (event.repeats and not event.all_day)
    if zoned:
        calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _written(event: Event, now: datetime) -> Any:
    from icalendar import Event as Written  # noqa: PLC0415
    from icalendar import vRecur  # noqa: PLC0415

    made: Any = Written()
    made.add("UID", event.uid)
    made.add("DTSTAMP", (event.stamp or now).astimezone(UTC))
    made.add("SEQUENCE", event.sequence)
    _add_time(made, "DTSTART", event.starts, event)
    _add_time(made, "DTEND", event.ends, event)
    if event.recurrence:
        if len(event.recurrence) == 8:
            day = datetime.strptime(event.recurrence, "%Y%m%d").replace(tzinfo=UTC)
            made.add("RECURRENCE-ID", day.date())
        else:
            instant = datetime.strptime(f"{event.recurrence}+0000", "%Y%m%dT%H%M%SZ%z")
            made.add("RECURRENCE-ID", instant.astimezone(UTC))
    for name, text in (
        ("SUMMARY", event.title), ("LOCATION", event.place), ("DESCRIPTION", event.description),
        ("COMMENT", event.comment),
    ):  # fmt: skip
        if text:
            made.add(name, text)
    if event.cancelled:
        made.add("STATUS", "CANCELLED")
    if event.rule:
        made.add("RRULE", vRecur.from_ical(event.rule))
    for name, moments in (("RDATE", event.also), ("EXDATE", event.except_)):
        if moments:
            made.add(name, [one.date() if event.all_day else one for one in moments])
    if event.organiser is not None:
        organiser = _person(event.organiser)
        if event.sent_by:
            organiser.params["SENT-BY"] = f"mailto:{event.sent_by}"
        made.add("ORGANIZER", organiser, encode=False)
    for guest in event.guests:
        made.add("ATTENDEE", _guest(guest), encode=False)
    return made


def _add_time(made: Any, name: str, moment: datetime, event: Event) -> None:
    if event.all_day:
        made.add(name, moment.date())
    elif event.repeats:
        made.add(name, moment)
    else:
        made.add(name, moment.astimezone(UTC))


def _person(who: Address) -> Any:
    from icalendar import vCalAddress  # noqa: PLC0415

    value: Any = vCalAddress(f"mailto:{who.address}")
    if who.name:
        value.params["CN"] = who.name.replace('"', "'")
    return value


def _guest(guest: Guest) -> Any:
    value = _person(guest.who)
    value.params["PARTSTAT"] = guest.answer.value.upper()
    value.params["ROLE"] = guest.role.value.upper()
    if guest.is_room:
        value.params["CUTYPE"] = "ROOM"
    if guest.delegates:
        value.params["DELEGATED-TO"] = [f"mailto:{guest.delegates}"]
    return value


# -- what is kept and given out as it came ---------------------------------------------------------


def alone(octets: bytes) -> tuple[tuple[Cut, list[str]], ...]:
    """Each event of a part beside the pieces that it came with, for ``kept``."""
    from mel_desktop.formats.icalendar_reading import (  # noqa: PLC0415 seldom
        MOST_OF_FILE,
        cut,
        decoded,
    )

    pieces = cut(decoded(octets), MOST_OF_FILE)
    return tuple((pieces, lines) for lines in pieces.events)


def kept(pieces: Cut, event: Sequence[str], *, cancels: bool = False) -> bytes:
    """One event with its zones, as lines: what the store keeps of a part."""
    return _calendar(pieces.zones, [event], "METHOD:CANCEL" if cancels else "")


def named(ics: bytes, recurrence: str) -> bytes:
    """What was kept of one event, as that time of a series."""
    kind = ";VALUE=DATE" if len(recurrence) == len("20261203") else ""
    return _changed(ics, (f"RECURRENCE-ID{kind}:{recurrence}",), ())


def with_times(ics: bytes, moments: Sequence[datetime], version: Event) -> bytes:
    """What was kept of a series, with further times (RDATE) and the version of who added them."""
    if version.all_day:
        told = "RDATE;VALUE=DATE:" + ",".join(one.strftime("%Y%m%d") for one in moments)
    else:
        told = "RDATE:" + ",".join(f"{one.astimezone(UTC):%Y%m%dT%H%M%SZ}" for one in moments)
    lines = [told, f"SEQUENCE:{version.sequence}"]
    if version.stamp is not None:
        lines.append(f"DTSTAMP:{version.stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    return _changed(ics, lines, ("SEQUENCE", "DTSTAMP"))


def _changed(ics: bytes, more: Sequence[str], without: Sequence[str]) -> bytes:
    """With lines more at the head of its event, and without those of some names."""
    from mel_desktop.formats.icalendar_reading import cut, decoded  # noqa: PLC0415 seldom

    pieces = cut(decoded(ics), 1)
    (first, *lines), *_ = pieces.events
    kept_lines = [
        one for one in lines if one.partition(":")[0].partition(";")[0].upper() not in without
    ]
    return _calendar(pieces.zones, [[first, *more, *kept_lines]])


def joined(calendars: Iterable[bytes]) -> bytes:
    """What was kept, as one file: each zone once."""
    from mel_desktop.formats.icalendar_reading import (  # noqa: PLC0415 seldom
        MOST_OF_FILE,
        cut,
        decoded,
    )

    zones: dict[str, Sequence[str]] = {}
    events: list[Sequence[str]] = []
    for octets in calendars:
        pieces = cut(decoded(octets), MOST_OF_FILE)
        for zone in pieces.zones:
            zones.setdefault(_zone_name(zone), zone)
        events += pieces.events
    return _calendar(list(zones.values()), events)


def _zone_name(zone: Sequence[str]) -> str:
    return next((line for line in zone if line.upper().startswith("TZID")), "\n".join(zone))


def _calendar(
    zones: Iterable[Sequence[str]], events: Iterable[Sequence[str]], method: str = ""
) -> bytes:
    lines = ["BEGIN:VCALENDAR", f"PRODID:{PRODUCT}", "VERSION:2.0", *filter(None, (method,))]
    for zone in zones:
        lines += zone
    for event in events:
        lines += event
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _folded(line: str) -> bytes:
    octets = line.encode("utf-8", "replace")
    out = bytearray()
    while len(octets) > FOLD:
        end = FOLD
        while octets[end] & 0xC0 == 0x80:  # not within a character
            end -= 1
        out += octets[:end] + b"\r\n "
        octets = octets[end:]
    return bytes(out + octets + b"\r\n")
