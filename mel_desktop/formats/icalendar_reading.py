"""Calendar parts and files (RFC 5545, 5546) as events. Bounded; never raises.

Rule 1: what is handed to the library is cut down first: so many lines, events and zones, no alarms.
Rule 2: a line that cannot be read costs that line; an event without a beginning costs the event.
Rule 3: a zone is that of the data base of zones by its own or its Windows name, else what the part
itself says of it; a time without a zone is one of Paris.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import field
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mel_desktop.model.agenda import (
    Answer,
    CalendarFile,
    CalendarTrouble,
    Event,
    Guest,
    GuestRole,
    Method,
)
from mel_desktop.model.mail import Address
from mel_desktop.model.values import dataclass

if TYPE_CHECKING:
    from icalendar import Component

MOST_BYTES: Final = 4 * 1024 * 1024
MOST_EVENTS: Final = 50  # of a message
MOST_OF_FILE: Final = 2000
MOST_LINES: Final = 400  # of one event
MOST_LINE: Final = 20_000  # characters of one unfolded line
MOST_ZONES: Final = 8
MOST_ZONE_LINES: Final = 80
MOST_GUESTS: Final = 300
MOST_DATES: Final = 200
MOST_OF_DATES: Final = 8000  # characters of the lines that name them, of one component
MOST_TEXT: Final = 8000
LIBRARY_ERRORS: Final = (
    ValueError, TypeError, KeyError, AttributeError, OverflowError, IndexError, RecursionError,
    OSError,  # of zoneinfo, for a name that is a folder of zones: "Europe"
)  # fmt: skip
FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2200
PARIS: Final = "Europe/Paris"
_BLANK: Final = re.compile(r"\s+")
_TAG: Final = re.compile(r"<[^>]{0,2000}>")
# /mozilla.org/20050126_1/Europe/Paris: the library would warn of it on stderr
_VENDOR_ZONE: Final = re.compile(r"(;TZID=)\"?/[^;:\"]{0,200}/([A-Za-z_]+/[A-Za-z_]+)\"?", re.I)
_OFFSET: Final = re.compile(r"^\(?(?:UTC|GMT)\s*([+-])(\d{1,2}):?(\d{2})?")
_CITY: Final = re.compile(r"paris|bruxelles|brussels|madrid|copenhag", re.I)
_LINK: Final = re.compile(r"https://[^\s<>\"')\]]{4,600}")
_ROOMS: Final = ("visio", "meet", "teams.", "zoom.", "bbb", "jitsi", "webex", "classe")
_DATES: Final = re.compile(r"(?:RDATE|EXDATE)\b", re.I)
_DENSE: Final = re.compile(r"FREQ\s*=\s*(SECONDLY|MINUTELY|HOURLY)", re.I)


@dataclass(slots=True)
class Cut:
    """A calendar cut into its pieces, each as text lines."""

    head: dict[str, str] = field(default_factory=dict)
    zones: list[list[str]] = field(default_factory=list)
    events: list[list[str]] = field(default_factory=list)
    left_out: int = 0
    broken: bool = False


def read_calendar(octets: bytes, *, most_events: int = MOST_EVENTS) -> CalendarFile:
    """Events of a part or file, and what could not be read of it."""
    if len(octets) > MOST_BYTES:
        return CalendarFile(Method.PLAIN, (), (CalendarTrouble.TOO_LARGE,))
    pieces = cut(decoded(octets), most_events)
    method = _enum(Method, pieces.head.get("METHOD", "").strip().lower(), Method.PLAIN)
    troubles: set[CalendarTrouble] = set()
    zones = _own_zones(pieces.zones)
    events: list[Event] = []
    for lines in pieces.events:
        try:
            cancels = method is Method.CANCEL
            event = _event(component(lines), zones, troubles, cancels=cancels)
        except LIBRARY_ERRORS:
            event = None  # what the library raises of a broken line is of no one kind
        if event is None:
            troubles.add(CalendarTrouble.BROKEN)
        else:
            events.append(event)
    if pieces.left_out:
        troubles.add(CalendarTrouble.TOO_MANY)
    if pieces.broken:
        troubles.add(CalendarTrouble.BROKEN)
    if not events and not troubles:
        troubles.add(CalendarTrouble.NO_EVENT)
    ordered = sorted(troubles, key=lambda one: one.value)
    return CalendarFile(method, tuple(events), tuple(ordered))


def decoded(octets: bytes) -> str:
    """Text of a calendar: UTF-8, else UTF-16 with a mark, else Windows-1252 (Outlook)."""
    if octets[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return octets.decode("utf-16", "replace")
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        return octets.decode("cp1252", "replace")


def cut(text: str, most_events: int) -> Cut:
    """The pieces that are wanted. Alarms, to-dos, journals, free-busy times are not."""
    found = Cut()
    stack: list[str] = []
    lines: list[str] = []
    for line in _unfolded(text):
        name, _, value = line.partition(":")
        name, value = name.strip().upper(), value.strip().upper()
        if name == "BEGIN":
            stack.append(value)
            if len(stack) > 50:
                found.broken = True
                break
            if value in ("VEVENT", "VTIMEZONE") and "VEVENT" not in stack[:-1]:
                lines = [f"BEGIN:{value}"]
            elif "VTIMEZONE" in stack:
                lines.append(f"BEGIN:{value}")
        elif name == "END" and stack:
            if value in stack:
                while stack[-1] != value:  # an END is missing
                    if stack.pop() == "VEVENT":
                        _end(found, "VEVENT", stack, lines, most_events)
                    found.broken = True
                stack.pop()
            _end(found, value, stack, lines, most_events)
        elif stack and stack[-1] == "VEVENT":
            if len(lines) < MOST_LINES:
                lines.append(line)
        elif "VTIMEZONE" in stack:
            if len(lines) < MOST_ZONE_LINES:
                lines.append(line)
        elif stack == ["VCALENDAR"]:
            found.head.setdefault(name.partition(";")[0], line.partition(":")[2])
    if "VEVENT" in stack:  # the end was cut off
        found.broken = True
        _end(found, "VEVENT", [], lines, most_events)
    return found


def _end(found: Cut, value: str, stack: list[str], lines: list[str], most_events: int) -> None:
    if value == "VEVENT" and "VEVENT" not in stack:
        if len(found.events) < most_events:
            found.events.append([*lines, "END:VEVENT"])
        else:
            found.left_out += 1
    elif value == "VTIMEZONE":
        if len(found.zones) < MOST_ZONES:
            found.zones.append([*lines, "END:VTIMEZONE"])
    elif "VTIMEZONE" in stack:
        lines.append(f"END:{value}")


def _unfolded(text: str) -> Iterator[str]:
    """Content lines (RFC 5545 3.1); line ends of any kind; a blank line is none."""
    held: list[str] = []
    size = 0
    for raw in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if raw[:1] in (" ", "\t") and held:
            if size < MOST_LINE:
                held.append(raw[1:])
                size += len(raw)
            continue
        if held:
            yield "".join(held)[:MOST_LINE]
        held = [raw] if raw.strip() else []
        size = len(raw)
    if held:
        yield "".join(held)[:MOST_LINE]


def component(lines: Iterable[str]) -> Component:
    """The library's reading of one component, line by line where it breaks on one of them."""
    from icalendar import Component  # noqa: PLC0415 start-up time and 8 MB

    kept = [_VENDOR_ZONE.sub(r"\1\2", one) for one in _few_dates(lines) if ":" in one]
    try:
        return Component.from_ical("\r\n".join(kept) + "\r\n")
    except LIBRARY_ERRORS:
        return Component.from_ical("\r\n".join(_readable(kept)) + "\r\n")


def _few_dates(lines: Iterable[str]) -> Iterator[str]:
    """The library takes as long for each date as for a line: a message could have millions."""
    left = MOST_OF_DATES
    for line in lines:
        if not _DATES.match(line):
            yield line
        elif left > 0:
            whole = len(line) <= left
            yield line if whole else line[:left].rpartition(",")[0]
            left -= len(line)


def _readable(lines: list[str]) -> Iterator[str]:
    from icalendar import Component  # noqa: PLC0415 start-up time and 8 MB

    begin, end = lines[0], lines[-1]
    yield begin
    for line in lines[1:-1]:
        try:
            Component.from_ical(f"{begin}\r\n{line}\r\n{end}\r\n")
        except LIBRARY_ERRORS:
            continue
        yield line
    yield end


# -- zones -----------------------------------------------------------------------------------------


def _own_zones(pieces: list[list[str]]) -> dict[str, tzinfo]:
    """Zones that the part itself describes, by name."""
    found: dict[str, tzinfo] = {}
    for lines in pieces:
        with suppress(Exception):  # a broken zone is no zone; the library raises of many kinds
            zone: Any = component(_bounded_zone(lines))
            found[str(zone["TZID"])] = zone.to_tz()
    return found


def _bounded_zone(lines: list[str]) -> Iterator[str]:
    """Without rules that would be followed for ever."""
    for line in lines:
        if line.upper().startswith("RRULE") and (
            _DENSE.search(line) or re.search(r"FREQ\s*=\s*(DAILY|WEEKLY)", line, re.I)
        ):
            continue
        yield line


@cache
def zone_named(name: str) -> tzinfo | None:
    """A zone by the name that calendars give it: "Europe/Paris", "Romance Standard Time",
    "/freeassociation.sourceforge.net/Europe/Paris", "(UTC+01:00) Paris, ...".
    """
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON  # noqa: PLC0415

    plain = name.strip().strip('"')
    if plain.upper() in ("UTC", "GMT", "Z", "ETC/UTC", "COORDINATED UNIVERSAL TIME"):
        return UTC
    tail = "/".join(plain.split("/")[-2:])
    for one in (plain, WINDOWS_TO_OLSON.get(plain, ""), tail):
        if one and re.fullmatch(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,2}", one):
            with suppress(ZoneInfoNotFoundError, ValueError, OSError):
                return ZoneInfo(one)
    if _CITY.search(plain):
        return ZoneInfo(PARIS)
    match = _OFFSET.match(plain)
    if match:
        gap = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        with suppress(ValueError):
            return timezone(-gap if match[1] == "-" else gap)
    return None


# -- one event -------------------------------------------------------------------------------------


def _event(
    found: Component,
    zones: dict[str, tzinfo],
    troubles: set[CalendarTrouble],
    *,
    cancels: bool,
) -> Event | None:
    start = (  # a cancellation may leave its time out (RFC 5546 3.2.5)
        _moment(found, "DTSTART", zones)
        or _moment(found, "RECURRENCE-ID", zones)
        or (_moment(found, "DTSTAMP", zones) if cancels else None)
    )
    if start is None:
        return None
    starts, all_day, zone = start
    if not FIRST_YEAR <= starts.year <= LAST_YEAR:
        return None
    recurrence = _recurrence(found, zones)
    span = _parameter(_first(found, "RECURRENCE-ID"), "RANGE")
    if recurrence and span.upper() == "THISANDFUTURE":
        troubles.add(CalendarTrouble.FOLLOWING)
    rule = _rule(found, troubles)
    organiser = _first(found, "ORGANIZER")
    description = _text(found, "DESCRIPTION")
    place = _BLANK.sub(" ", _text(found, "LOCATION", 500)).strip()
    return Event(
        uid=_text(found, "UID", 500).strip() or _no_uid(found),
        recurrence=recurrence,
        sequence=_number(_first(found, "SEQUENCE")),
        stamp=_stamp(found),
        title=_BLANK.sub(" ", _text(found, "SUMMARY", 500)).strip(),
        starts=starts,
        ends=_end_of(found, starts, zones, all_day=all_day),
        all_day=all_day,
        zone=zone,
        place=place,
        description=description,
        organiser=None if organiser is None else _person(organiser),
        sent_by="" if organiser is None else _mailto(_parameter(organiser, "SENT-BY")),
        guests=tuple(_guest(one) for one in _each(found, "ATTENDEE")[:MOST_GUESTS]),
        rule=rule,
        also=_dates(found, "RDATE", zones),
        except_=_dates(found, "EXDATE", zones),
        cancelled=_text(found, "STATUS", 40).strip().upper() == "CANCELLED",
        comment=_text(found, "COMMENT", 2000),
        link=_link(found, place, description),
    )


def _no_uid(found: Component) -> str:
    """RFC 2445 wants one; some school programs give none."""
    return f"no-uid-{_text(found, 'DTSTART', 40)}-{_text(found, 'SUMMARY', 80)}"


def _each(found: Component, name: str) -> list[Any]:
    """Every value of that name which the library could read."""
    from icalendar.prop.broken import vBroken  # noqa: PLC0415

    value = found.get(name)
    values = value if isinstance(value, list) else [value]
    return [one for one in values if one is not None and not isinstance(one, vBroken)]


def _first(found: Component, name: str) -> Any:
    return next(iter(_each(found, name)), None)


def _text(found: Component, name: str, most: int = MOST_TEXT) -> str:
    value = _first(found, name)
    if value is None:
        return ""
    raw = value.to_ical().decode("utf-8", "replace") if name == "DTSTART" else str(value)
    return "".join(
        char for char in raw[:most] if char in "\n\t" or (char >= " " and char != "\x7f")
    ).strip()


def _number(value: object) -> int:
    try:
        return min(max(int(str(value)), 0), 2**31) if value is not None else 0
    except ValueError:
        return 0


def _parameter(value: object, name: str) -> str:
    found = getattr(value, "params", {}).get(name, "")
    return str(found[0] if isinstance(found, list) and found else found or "")


def _mailto(value: str) -> str:
    return re.sub(r"(?i)^mailto:", "", value.strip().strip('"')).strip()[:320]


def _person(value: object) -> Address:
    address = _mailto(str(value))
    if "@" not in address:  # Exchange names people of its own directory so
        address = _mailto(_parameter(value, "EMAIL")) or address
    name = _BLANK.sub(" ", _parameter(value, "CN")).strip()[:200]
    return Address("" if name.casefold() == address.casefold() else name, address)


def _guest(value: object) -> Guest:
    return Guest(
        _person(value),
        _enum(Answer, _parameter(value, "PARTSTAT").lower(), Answer.NONE),
        _enum(GuestRole, _parameter(value, "ROLE").lower(), GuestRole.REQUIRED),
        _mailto(_parameter(value, "DELEGATED-TO")),
        _parameter(value, "CUTYPE").upper() in ("ROOM", "RESOURCE"),
    )


def _enum(kind: Any, value: str, otherwise: Any) -> Any:
    try:
        return kind(value)
    except ValueError:
        return otherwise


def _stamp(found: Component) -> datetime | None:
    for name in ("DTSTAMP", "LAST-MODIFIED"):
        value = getattr(_first(found, name), "dt", None)
        if isinstance(value, datetime):
            return value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)
    return None


def _moment(
    found: Component, name: str, zones: dict[str, tzinfo]
) -> tuple[datetime, bool, str] | None:
    """(instant, whether it is a date, name of its zone)."""
    value = _first(found, name)
    return None if value is None else _of_value(getattr(value, "dt", None), value, zones)


def _of_value(
    moment: object, value: object, zones: dict[str, tzinfo]
) -> tuple[datetime, bool, str] | None:
    if isinstance(moment, datetime):
        name = _parameter(value, "TZID")
        wall = moment.replace(tzinfo=None)
        if name:
            zone = zone_named(name) or zones.get(name) or moment.tzinfo or ZoneInfo(PARIS)
            key = getattr(zone, "key", name)
            return wall.replace(tzinfo=zone), False, str(key)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC), False, ""
        return wall.replace(tzinfo=ZoneInfo(PARIS)), False, PARIS
    if isinstance(moment, date):
        return datetime.combine(moment, time(), UTC), True, ""
    return None


def _end_of(
    found: Component, starts: datetime, zones: dict[str, tzinfo], *, all_day: bool
) -> datetime:
    end = _moment(found, "DTEND", zones)
    if end is not None and end[1] == all_day:
        ends = end[0]
    else:
        length = getattr(_first(found, "DURATION"), "dt", None)
        ends = starts + length if isinstance(length, timedelta) else starts
    if all_day:
        ends = max(ends, starts + timedelta(days=1))
    if ends.year > LAST_YEAR:  # what lasts for ever would leave the calendar when it is reckoned
        ends = starts.replace(year=LAST_YEAR, month=12, day=31)
    return max(ends, starts)


def _recurrence(found: Component, zones: dict[str, tzinfo]) -> str:
    moment = _moment(found, "RECURRENCE-ID", zones)
    return "" if moment is None else key_of(moment[0], all_day=moment[1])


def key_of(moment: datetime, *, all_day: bool) -> str:
    """The name of an occurrence of a series."""
    return (
        moment.strftime("%Y%m%d") if all_day else moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    )


def _rule(found: Component, troubles: set[CalendarTrouble]) -> str:
    value = _first(found, "RRULE")
    if value is None:
        return ""
    rule = str(value.to_ical().decode("ascii", "replace"))
    if _DENSE.search(rule):
        troubles.add(CalendarTrouble.TOO_DENSE)
        return ""
    return rule[:500]


def _dates(found: Component, name: str, zones: dict[str, tzinfo]) -> tuple[datetime, ...]:
    moments: list[datetime] = []
    for value in _each(found, name):
        for one in getattr(value, "dts", ()):
            moment = one.dt[0] if isinstance(one.dt, tuple) else one.dt
            read = _of_value(moment, value, zones)
            if read is not None and FIRST_YEAR <= read[0].year <= LAST_YEAR:
                moments.append(read[0])
            if len(moments) >= MOST_DATES:
                return tuple(moments)
    return tuple(moments)


def _link(found: Component, place: str, description: str) -> str:
    """Where to meet on line: what says so itself, else a known kind of room in the texts."""
    for name in ("CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL", "URL"):
        match = _LINK.match(_text(found, name, 800))
        if match:
            return match[0]
    for text in (place, _TAG.sub(" ", description)):
        for match in _LINK.finditer(text):
            if any(one in match[0].lower() for one in _ROOMS):
                return match[0].rstrip(".,;")
    return ""
