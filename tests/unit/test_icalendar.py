"""Calendar parts in the manner of those who write them; hostile ones; laws of writing and rules."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]  # comes with icalendar
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.formats.icalendar_reading import MOST_EVENTS, MOST_OF_FILE, read_calendar
from mel_desktop.formats.icalendar_writing import alone, joined, kept, write_calendar
from mel_desktop.logic import agenda as agenda_rules
from mel_desktop.logic.recurring import is_followed, last_end, occurrences
from mel_desktop.model.agenda import (
    Answer,
    CalendarTrouble,
    Event,
    Guest,
    GuestRole,
    Method,
)
from mel_desktop.model.mail import Address
from tests.support.calendar_letters import OUTLOOK_ZONE, ics

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
UTC_16 = datetime(2026, 12, 1, 16, tzinfo=UTC)
ZIMBRA_ZONE = OUTLOOK_ZONE.replace("Romance Standard Time", "Europe/Brussels")
OWN_ZONE = OUTLOOK_ZONE.replace("Romance Standard Time", "Heure du collège")


def only(octets: bytes) -> Event:
    found = read_calendar(octets)
    assert len(found.events) == 1, found
    return found.events[0]


STARTS = {
    "utc": ("DTSTART:20261201T160000Z", ""),
    "google": ("DTSTART;TZID=Europe/Paris:20261201T170000", ""),
    "outlook": ("DTSTART;TZID=Romance Standard Time:20261201T170000", OUTLOOK_ZONE),
    "outlook-no-zone": ("DTSTART;TZID=Romance Standard Time:20261201T170000", ""),
    "outlook-quoted": ('DTSTART;TZID="Romance Standard Time":20261201T170000', OUTLOOK_ZONE),
    "exchange-west": ("DTSTART;TZID=W. Europe Standard Time:20261201T170000", ""),
    "exchange-gmt": ("DTSTART;TZID=GMT Standard Time:20261201T160000", ""),
    "exchange-text": (
        'DTSTART;TZID="(UTC+01:00) Bruxelles, Copenhague, Madrid, Paris":20261201T170000', "",
    ),
    "zimbra": ("DTSTART;TZID=Europe/Brussels:20261201T170000", ZIMBRA_ZONE),
    "evolution": (
        "DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Paris:20261201T170000", "",
    ),
    "mozilla": ("DTSTART;TZID=/mozilla.org/20050126_1/Europe/Paris:20261201T170000", ""),
    "apple": ("DTSTART;VALUE=DATE-TIME;TZID=Europe/Paris:20261201T170000", ""),
    "own-zone": ("DTSTART;TZID=Heure du collège:20261201T170000", OWN_ZONE),
    "unknown-zone": ("DTSTART;TZID=Nulle part:20261201T170000", ""),
    "offset": ('DTSTART;TZID="UTC+01:00":20261201T170000', ""),
    "reunion": ("DTSTART;TZID=Indian/Reunion:20261201T200000", ""),
    "floating": ("DTSTART:20261201T170000", ""),
    "lower-case": ("dtstart;tzid=Europe/Paris:20261201T170000", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", STARTS)
def test_times_of_every_producer(name: str) -> None:
    start, zone = STARTS[name]
    event = only(ics(start=start, end="DURATION:PT90M", zone=zone))
    assert event.starts.astimezone(UTC) == UTC_16
    assert event.ends - event.starts == timedelta(minutes=90)
    assert not event.all_day


@pytest.mark.parametrize(
    ("end", "length"),
    [
        ("DTEND:20261201T173000Z", timedelta(minutes=90)),
        ("DURATION:PT1H", timedelta(hours=1)),
        ("DURATION:P1D", timedelta(days=1)),
        ("", timedelta(0)),
        ("DTEND:20261201T100000Z", timedelta(0)),  # before it begins
        ("DTEND:rien", timedelta(0)),
        ("DURATION:-PT5M", timedelta(0)),
    ],
)
def test_ends(end: str, length: timedelta) -> None:
    event = only(ics(start="DTSTART:20261201T160000Z", end=end))
    assert event.ends - event.starts == length


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("DTSTART;VALUE=DATE:20261201", "DTEND;VALUE=DATE:20261202", 1),
        ("DTSTART;VALUE=DATE:20261201", "DTEND;VALUE=DATE:20261204", 3),
        ("DTSTART;VALUE=DATE:20261201", "DTEND;VALUE=DATE:20261201", 1),  # some Android programs
        ("DTSTART;VALUE=DATE:20261201", "DURATION:P2D", 2),
        ("DTSTART;VALUE=DATE:20261201", "", 1),
        ("DTSTART:20261201", "", 1),
    ],
)
def test_whole_days(start: str, end: str, days: int) -> None:
    event = only(ics(start=start, end=end))
    assert event.all_day
    assert event.starts == datetime(2026, 12, 1, tzinfo=UTC)
    assert event.ends - event.starts == timedelta(days=days)


@pytest.mark.parametrize(
    ("line", "guest"),
    [
        ("ATTENDEE:mailto:a@b.fr", Guest(Address("", "a@b.fr"))),
        ("ATTENDEE;PARTSTAT=ACCEPTED;CN=Léa:MAILTO:a@b.fr",
         Guest(Address("Léa", "a@b.fr"), Answer.ACCEPTED)),
        ('ATTENDEE;CN="Durand, Léa";PARTSTAT=TENTATIVE;ROLE=OPT-PARTICIPANT:mailto:a@b.fr',
         Guest(Address("Durand, Léa", "a@b.fr"), Answer.TENTATIVE, GuestRole.OPTIONAL)),
        ("ATTENDEE;CN=a@b.fr;PARTSTAT=DECLINED:mailto:a@b.fr",
         Guest(Address("", "a@b.fr"), Answer.DECLINED)),
        ("ATTENDEE;CUTYPE=ROOM;CN=Salle 12:mailto:salle12@b.fr",
         Guest(Address("Salle 12", "salle12@b.fr"), is_room=True)),
        ('ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO="mailto:c@b.fr":mailto:a@b.fr',
         Guest(Address("", "a@b.fr"), Answer.DELEGATED, delegates="c@b.fr")),
        ("ATTENDEE;PARTSTAT=X-NEU;ROLE=NON-PARTICIPANT:mailto:a@b.fr",
         Guest(Address("", "a@b.fr"), role=GuestRole.INFORMED)),
        ("ATTENDEE;EMAIL=a@b.fr;CN=Léa:urn:uuid:1234", Guest(Address("Léa", "a@b.fr"))),
        ("ATTENDEE;ROLE=CHAIR;X-ECOLE=1:mailto:a@b.fr",
         Guest(Address("", "a@b.fr"), role=GuestRole.CHAIR)),
    ],
)  # fmt: skip
def test_guests(line: str, guest: Guest) -> None:
    assert only(ics(guest=line)).guests == (guest,)


@pytest.mark.parametrize("method", [one for one in Method if one is not Method.PLAIN])
def test_methods(method: Method) -> None:
    assert read_calendar(ics(method=method.value.upper())).method is method


def test_a_cancellation_may_leave_its_time_out() -> None:
    octets = ics("RECURRENCE-ID:20261208T160000Z", method="CANCEL", start="", end="")
    assert only(octets).recurrence == "20261208T160000Z"
    assert only(octets).starts == datetime(2026, 12, 8, 16, tzinfo=UTC)
    assert only(ics(method="CANCEL", start="", end="")).starts == NOW


def test_texts_are_unfolded_unescaped_and_without_controls() -> None:
    title = "Conseil\\, de classe\\; 6e\\nB \x07fin"
    octets = ics(title=title).replace(b"classe", b"cla\r\n sse")
    assert only(octets).title == "Conseil, de classe; 6e B fin"
    assert only(ics(title="été").decode().encode("cp1252")).title == "été"
    assert only(ics(title="été").decode().encode("utf-16")).title == "été"
    assert only(ics().replace(b"\r\n", b"\n")).title == "Conseil de classe 6e B"
    assert only(ics().replace(b"\r\n", b"\r")).title == "Conseil de classe 6e B"


@pytest.mark.parametrize(
    ("lines", "link"),
    [
        (("X-GOOGLE-CONFERENCE:https://meet.example/abc",), "https://meet.example/abc"),
        (("LOCATION:https://visio-agents.education.fr/meeting/1",),
         "https://visio-agents.education.fr/meeting/1"),
        (("DESCRIPTION:Voir <a href=x>ici</a> https://bbb.example/b/1.",),
         "https://bbb.example/b/1"),
        (("DESCRIPTION:Voir https://lemonde.example/article",), ""),
        (("LOCATION:javascript:alert(1)",), ""),
    ],
)  # fmt: skip
def test_where_one_meets_on_line(lines: tuple[str, ...], link: str) -> None:
    assert only(ics(*lines)).link == link


# -- hostile -------------------------------------------------------------------------------------

EVENT = "BEGIN:VEVENT\r\nUID:{n}\r\nDTSTART:20261201T160000Z\r\nEND:VEVENT\r\n"
HOSTILE = {
    "nothing": (b"", 0),
    "binary": (bytes(range(256)) * 200, 0),
    "no-calendar": (b"Bonjour,\r\nvoici.\r\n", 0),
    "cut-off": (ics()[:-60], 1),
    "no-end": (ics().replace(b"END:VEVENT\r\n", b""), 1),
    "year-0": (ics(start="DTSTART:00000101T000000Z"), 0),
    "year-9999": (ics(start="DTSTART:99991231T235959Z"), 0),
    "no-start": (ics(start="", end=""), 0),
    "bad-start": (ics(start="DTSTART:demain", end=""), 0),
    "huge-sequence": (ics(sequence=10**30), 1),
    "bad-stamp": (ics(stamp="hier"), 1),
    "broken-lines": (ics("sans deux points", ";;;:", ":::", "A;B=\"c:d", "ATTENDEE;CN=:"), 1),
    "long-line": (ics("DESCRIPTION:" + "x" * 1_000_000), 1),
    "many-lines": (ics(*(f"X-{n}:y" for n in range(50_000))), 1),
    "many-guests": (ics(*(f"ATTENDEE:mailto:a{n}@b.fr" for n in range(5_000))), 1),
    "nested": (b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 5_000, 0),
    "10000-events": (
        ("BEGIN:VCALENDAR\r\n" + "".join(EVENT.format(n=n) for n in range(10_000))).encode(),
        MOST_EVENTS,
    ),
    "dense": (ics("RRULE:FREQ=SECONDLY;COUNT=100000000"), 1),
    "endless": (ics("RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"), 1),
    "bad-rule": (ics("RRULE:FREQ=PARFOIS;BYDAY=ZZ"), 1),
    "many-dates": (ics("RDATE:" + ",".join(["20261201T160000Z"] * 20_000)), 1),
    "zone-bomb": (
        ics(
            start="DTSTART;TZID=Bombe:20261201T170000", end="",
            zone=OUTLOOK_ZONE.replace("Romance Standard Time", "Bombe")
            .replace("FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10", "FREQ=SECONDLY"),
        ),
        1,
    ),
    "too-large": (b"BEGIN:VCALENDAR\r\n" + b"X:" + b"y" * 5_000_000, 0),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_ones_are_bounded_and_told(name: str) -> None:
    octets, events = HOSTILE[name]
    began = time.perf_counter()
    found = read_calendar(octets)
    for event in found.events:
        occurrences(event, NOW, NOW + timedelta(days=400))
    assert time.perf_counter() - began < 5  # a slow machine under load; 0.1 s on a free one
    assert len(found.events) == events
    assert events or found.troubles


def test_what_is_left_out_is_told() -> None:
    many, _ = HOSTILE["10000-events"]
    assert read_calendar(many).troubles == (CalendarTrouble.TOO_MANY,)
    assert len(read_calendar(many, most_events=MOST_OF_FILE).events) == MOST_OF_FILE
    assert CalendarTrouble.TOO_DENSE in read_calendar(HOSTILE["dense"][0]).troubles
    assert read_calendar(HOSTILE["too-large"][0]).troubles == (CalendarTrouble.TOO_LARGE,)
    following = ics("RECURRENCE-ID;RANGE=THISANDFUTURE:20261208T160000Z")
    assert read_calendar(following).troubles == (CalendarTrouble.FOLLOWING,)
    assert not is_followed("FREQ=YEARLY;BYWEEKNO=20")


# -- laws ------------------------------------------------------------------------------------------

text = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=60).map(
    lambda one: " ".join(one.split())
)
address = st.builds(
    lambda name, local: Address(name, f"{local}@ac-exemple.fr"),
    st.sampled_from(("", "Léa Dupont", "Durand, Paul", "M. O'Neil; chef: 6e")),
    st.text("abcdefghij.0123", min_size=1, max_size=12).filter(lambda one: one.strip(".") == one),
)
moment = st.integers(0, 2_000_000).map(
    lambda one: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=one)
)


@st.composite
def events(draw: st.DrawFn) -> Event:
    all_day = draw(st.booleans())
    starts = draw(moment)
    if all_day:
        starts = starts.replace(hour=0, minute=0)
    length = timedelta(days=draw(st.integers(1, 9)))
    if not all_day:
        length = timedelta(minutes=draw(st.integers(0, 3000)))
    return Event(
        uid=draw(st.text("abc-@.0123", min_size=1, max_size=40)),
        recurrence=draw(st.sampled_from(("", "20261201" if all_day else "20261201T160000Z"))),
        sequence=draw(st.integers(0, 1000)),
        stamp=draw(moment).replace(second=0),
        title=draw(text), starts=starts, ends=starts + length, all_day=all_day,
        place=draw(text), organiser=draw(st.none() | address),
        guests=tuple(draw(st.lists(
            st.builds(Guest, address, st.sampled_from(Answer), st.sampled_from(GuestRole)),
            max_size=4,
        ))),
        comment=draw(text), cancelled=draw(st.booleans()),
    )  # fmt: skip


def bare(event: Event) -> tuple[object, ...]:
    return (
        event.uid, event.recurrence, event.sequence, event.stamp, event.title, event.starts,
        event.ends, event.all_day, event.place, event.organiser, event.guests, event.comment,
        event.cancelled,
    )  # fmt: skip


@given(events())
def test_what_is_written_is_read_back(event: Event) -> None:
    octets = write_calendar((event,), Method.REPLY, NOW)
    found = read_calendar(octets)
    assert found.method is Method.REPLY
    assert [bare(one) for one in found.events] == [bare(event)]
    assert all(len(line) <= 75 for line in octets.split(b"\r\n"))
    ((pieces, lines),) = alone(octets)
    again = joined((kept(pieces, lines), kept(pieces, lines)))
    assert [bare(one) for one in read_calendar(again).events] == [bare(event)] * 2


rules = st.builds(
    lambda every, interval, end, by: ";".join(filter(None, (every, interval, end, by))),
    st.sampled_from(("FREQ=DAILY", "FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=YEARLY")),
    st.sampled_from(("", "INTERVAL=2", "INTERVAL=3")),
    st.sampled_from(("", "COUNT=7", "UNTIL=20270301T000000Z")),
    st.sampled_from((
        "", "BYDAY=MO,TH", "BYMONTH=1,6,9", "BYMONTHDAY=1,15,-1", "BYDAY=TU;BYMONTH=9,10",
        "BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    )),
)  # fmt: skip


@given(rules, st.integers(0, 400), st.integers(0, 900))
def test_rules_are_followed_as_another_program_follows_them(
    rule: str, day: int, after: int
) -> None:
    if "FREQ=YEARLY" in rule and "BYSETPOS" in rule:
        return
    if "BYSETPOS" in rule and "FREQ=DAILY" in rule:
        return
    if "BYMONTHDAY" in rule and "FREQ=WEEKLY" in rule:  # RFC 5545 3.3.10 forbids it
        return
    starts = datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(days=day)
    event = only(ics(f"RRULE:{rule}", start=f"DTSTART:{starts:%Y%m%dT%H%M%SZ}", end=""))
    since = starts + timedelta(days=after)
    until = since + timedelta(days=700)
    theirs = rrulestr(rule, dtstart=starts).between(since, until, inc=True)
    expected = {one for one in (*theirs, starts) if since <= one < until}
    assert {one for one, _ in occurrences(event, since, until)} == expected


def test_a_series_keeps_its_hour_when_the_clocks_change() -> None:
    event = only(ics("RRULE:FREQ=WEEKLY", start="DTSTART;TZID=Europe/Paris:20261020T170000"))
    found = occurrences(
        event, datetime(2026, 10, 19, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC)
    )
    assert [one.astimezone(UTC).hour for one, _ in found] == [15, 16]
    assert [one.hour for one, _ in found] == [17, 17]


@pytest.mark.parametrize("rule", ["", "RRULE:FREQ=DAILY\r\n", "RRULE:FREQ=DAILY;COUNT=3\r\n"])
@pytest.mark.parametrize(
    "end", ["DTEND:99991231T235900Z", "DTEND;TZID=America/Lima:99991231T235900"]
)
def test_what_ends_with_the_world_is_reckoned(end: str, rule: str) -> None:
    event = only(_calendar("DTSTART:20261201T160000Z", end, rule))
    assert occurrences(event, NOW, NOW + timedelta(days=90))
    assert agenda_rules.conflicts(event, (), NOW) == ()
    last_end(event)


def _calendar(*lines: str) -> bytes:
    inner = "".join(one if one.endswith("\n") or not one else one + "\r\n" for one in lines)
    return (
        f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\n{inner}END:VEVENT\r\nEND:VCALENDAR".encode()
    )


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;COUNT=30000",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31;COUNT=3",
        "FREQ=DAILY;COUNT=30000;BYDAY=" + ",".join(["MO"] * 150),
        "FREQ=DAILY;COUNT=30000;BYSETPOS=" + ",".join(["1"] * 220),
        "FREQ=YEARLY;COUNT=3000;BYDAY=" + ",".join(f"{one}MO" for one in range(1, 54)),
    ],
)
def test_fifty_heavy_series_of_a_message_are_reckoned_at_once(rule: str) -> None:
    event = only(_calendar("DTSTART:20261201T160000Z", f"RRULE:{rule}"))
    begun = time.process_time()
    for _ in range(10):
        assert last_end(event) is None  # later than it is followed
    assert time.process_time() - begun < 1.5  # 2 to 18 s before


def test_the_end_of_a_short_series_is_known() -> None:
    event = only(_calendar("DTSTART:20261201T160000Z", "RRULE:FREQ=WEEKLY;COUNT=3"))
    assert last_end(event) == datetime(2026, 12, 15, 16, tzinfo=UTC)
    event = only(_calendar("DTSTART:20261201T160000Z", "RRULE:FREQ=WEEKLY;UNTIL=20261220T000000Z"))
    assert last_end(event) == datetime(2026, 12, 15, 16, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["", ";TZID=Foo/" + "a/" * 50])
@pytest.mark.parametrize("name", ["RDATE", "EXDATE"])
def test_dates_by_the_hundred_thousand_are_cut(name: str, zone: str) -> None:
    line = f"{name}{zone}:" + ",".join(["20261201T000000"] * 1000)
    begun = time.process_time()
    assert only(_calendar("DTSTART:20261201T160000Z", *[line] * 200)).uid == "1"
    assert time.process_time() - begun < 2  # 6 to 10 s before, fifty times a message


def test_a_zone_by_a_path_of_thousands_is_none() -> None:
    end = "DTEND;TZID=/" + "/a" * 9000 + ":20261201T170000"
    assert read_calendar(_calendar("DTSTART:20261201T160000Z", end)) is not None
