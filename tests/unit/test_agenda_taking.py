"""Times added to a series, and updates whose sender is doubted: what they change, and what not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mel_desktop.formats.icalendar_reading import read_calendar
from mel_desktop.model.agenda import Answer, Doubt, Invitation, Method, Standing
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Address, MessageId
from mel_desktop.store import reading
from tests.support.calendar_letters import ME, PAUL, deliver, ics, stamp_of
from tests.support.store import store
from tests.unit.test_agenda_service import MOVED, SPAN, STRANGER, World

WEEKLY = "RRULE:FREQ=WEEKLY;COUNT=3"
MOVED_ALL = {
    "start": "DTSTART;TZID=Europe/Paris:20261202T170000",
    "end": "DTEND;TZID=Europe/Paris:20261202T183000",
}
EXTRA = {
    "start": "DTSTART;TZID=Europe/Paris:20261210T090000",
    "end": "DTEND;TZID=Europe/Paris:20261210T100000",
}
OWN_SERVER = (
    "Received: from mx.ac-exemple.fr (mx.ac-exemple.fr [10.1.1.1]) by s.ac-exemple.fr; x\r\n"
)
OUTSIDE = "Received: from evil.test (evil.test [192.0.2.9]) by mx.ac-exemple.fr; x\r\n"


def header(said: str) -> str:
    results = f"Authentication-Results: mx.ac-exemple.fr; {said}\r\n"
    return OWN_SERVER + results + OUTSIDE


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with store(tmp_path) as database:
        yield World(database)


@pytest.fixture
def series(world: World) -> World:
    """Three Tuesdays, accepted."""
    world.agenda.answer(world.comes(ics(WEEKLY)), Answer.ACCEPTED)
    assert world.starts() == ["12011600", "12081600", "12151600"]
    return world


def comes_with(world: World, octets: bytes, head: str, sender: Address = PAUL) -> MessageId:
    world._number += 1
    return deliver(
        world.database, world.account, world.inbox, octets,
        number=world._number, sender=sender, header=head,
    )  # fmt: skip


def standings(world: World) -> dict[str, Standing]:
    found = world.agenda.between(*SPAN, unanswered=True)
    return {one.starts.astimezone(UTC).strftime("%m%d%H%M"): one.of.standing for one in found}


# -- METHOD:ADD (RFC 5546 3.2.4) ------------------------------------------------------------------


def added(
    *lines: str,
    sequence: int = 1,
    day: int = 1,
    start: str = EXTRA["start"],
    end: str = EXTRA["end"],
) -> bytes:
    return ics(
        *lines, method="ADD", sequence=sequence, stamp=stamp_of(day), start=start, end=end
    )  # fmt: skip


def test_a_time_is_added_and_the_series_stays_accepted(series: World) -> None:
    card = series.opened(added("LOCATION:Salle 3"))
    assert card.method is Method.ADD
    assert card.event is not None
    assert (card.event.recurrence, card.event.place) == ("20261210T080000Z", "Salle 3")
    assert card.doubts == ()
    assert card.may_answer
    assert standings(series) == {
        "12011600": Standing.ACCEPTED, "12081600": Standing.ACCEPTED,
        "12151600": Standing.ACCEPTED, "12100800": Standing.NONE,
    }  # fmt: skip
    row = series.agenda.answer(card.message, Answer.ACCEPTED)
    assert row is not None
    assert set(standings(series).values()) == {Standing.ACCEPTED}
    (_, calendar) = series.letters()[-1].iter_parts()  # type: ignore[attr-defined]
    assert "RECURRENCE-ID:20261210T080000Z" in calendar.get_content()


def test_the_file_of_a_series_names_the_added_time(series: World) -> None:
    series.agenda.answer(series.comes(added()), Answer.ACCEPTED)
    text = series.agenda.export().decode()
    assert "RDATE:20261210T080000Z" in text
    whole, alone = read_calendar(text.encode()).events
    assert (whole.rule, whole.sequence) == ("FREQ=WEEKLY;COUNT=3", 1)
    assert alone.recurrence == "20261210T080000Z"


def test_the_same_addition_twice_or_an_old_one_changes_nothing(series: World) -> None:
    message = series.comes(added())
    series.agenda.answer(message, Answer.ACCEPTED)
    stood = standings(series)
    series.opened(added())
    assert standings(series) == stood
    late = series.opened(added(sequence=0, day=0, start="DTSTART:20270105T090000Z", end=""))
    assert standings(series) == stood
    assert Doubt.OUTDATED in late.doubts


def test_several_times_come_in_one_message(series: World) -> None:
    card = series.opened(added("RRULE:FREQ=DAILY;COUNT=2"))
    assert len(card.more) == 1
    two = added().replace(
        b"BEGIN:VEVENT",
        b"BEGIN:VEVENT\r\nUID:conseil-6b@exemple\r\nDTSTAMP:20261125T080000Z\r\nSEQUENCE:2\r\n"
        b"DTSTART:20270107T090000Z\r\nORGANIZER:mailto:paul.durand@ac-exemple.fr\r\nEND:VEVENT\r\n"
        b"BEGIN:VEVENT",
    )
    series.opened(two)
    assert set(standings(series)) == {
        "12011600", "12081600", "12151600", "12100800", "12110800", "01070900",
    }  # fmt: skip


def test_additions_without_an_end_add_nothing(series: World) -> None:
    stood = standings(series)
    for rule in ("RRULE:FREQ=DAILY", "RRULE:FREQ=YEARLY;BYWEEKNO=3"):
        series.opened(added(rule))
        assert standings(series) == stood


def test_all_day_times_are_added(world: World) -> None:
    first = ics(start="DTSTART;VALUE=DATE:20261201", end="DTEND;VALUE=DATE:20261202")
    world.agenda.answer(world.comes(first), Answer.ACCEPTED)
    card = world.opened(added(start="DTSTART;VALUE=DATE:20261204", end="DTEND;VALUE=DATE:20261205"))
    assert card.event is not None
    assert card.event.recurrence == "20261204"
    assert world.starts() == ["12010000", "12040000"]
    assert b"RDATE;VALUE=DATE:20261204" in world.agenda.export()


def test_an_addition_to_an_unknown_series_is_shown_and_makes_no_series(world: World) -> None:
    message = world.comes(added())
    card = world.card(message)
    assert Doubt.UNKNOWN in card.doubts
    assert card.known is None
    assert world.starts() == []
    world.agenda.answer(message, Answer.ACCEPTED)  # by choice: that time alone
    assert world.starts() == ["12100800"]
    world.opened(ics(WEEKLY))  # the series that comes later is not held for an old copy of it
    assert world.starts() == ["12011600", "12081600", "12100800", "12151600"]


def test_a_new_version_of_the_series_decides_on_added_times(series: World) -> None:
    series.agenda.answer(series.comes(added()), Answer.ACCEPTED)
    keeps = ics(WEEKLY, "RDATE:20261210T080000Z", sequence=2, stamp=stamp_of(2))
    series.opened(keeps)
    assert set(standings(series).values()) == {Standing.ACCEPTED}
    assert len(series.starts()) == 4
    series.opened(ics(WEEKLY, sequence=3, stamp=stamp_of(3)))
    assert series.starts() == ["12011600", "12081600", "12151600"]


# -- whose word counts ----------------------------------------------------------------------------


def changes() -> list[tuple[bytes, list[str]]]:
    """Each kind of change, and how the agenda stands once it counts."""
    return [
        (ics(WEEKLY, sequence=2, stamp=stamp_of(2), **MOVED_ALL),
         ["12021600", "12091600", "12161600"]),
        (ics("STATUS:CANCELLED", method="CANCEL", sequence=2, stamp=stamp_of(2)), []),
        (added(sequence=2, day=2), ["12011600", "12081600", "12100800", "12151600"]),
        (ics("RECURRENCE-ID:20261208T160000Z", sequence=2, stamp=stamp_of(2), **EXTRA),
         ["12011600", "12100800", "12151600"]),
    ]  # fmt: skip


CHANGES = pytest.mark.parametrize(
    ("octets", "stands"), changes(), ids=["update", "cancel", "add", "one time"]
)


def waits_for_a_person(world: World, card: Invitation, doubt: Doubt, stands: list[str]) -> None:
    stood = standings(world)
    assert stood == dict.fromkeys(["12011600", "12081600", "12151600"], Standing.ACCEPTED)
    assert doubt in card.doubts
    assert card.may_apply
    world.agenda.apply(card.message)
    assert world.starts() == stands
    assert not world.card(card.message).may_apply
    with pytest.raises(LocalRefusal):
        world.agenda.apply(card.message)


@CHANGES
def test_a_change_by_somebody_else_waits_for_a_person(
    series: World, octets: bytes, stands: list[str]
) -> None:
    card = series.opened(octets, STRANGER)
    waits_for_a_person(series, card, Doubt.NOT_ORGANISER, stands)


@CHANGES
@pytest.mark.parametrize("said", ["dmarc=fail header.from=ac-exemple.fr", "spf=fail; dkim=fail"])
def test_a_change_that_the_own_server_takes_for_forged_waits_for_a_person(
    series: World, octets: bytes, stands: list[str], said: str
) -> None:
    card = series.card(comes_with(series, octets, header(said)))
    waits_for_a_person(series, card, Doubt.FORGED, stands)


@CHANGES
@pytest.mark.parametrize(
    "head",
    [
        header("dmarc=pass header.from=ac-exemple.fr"),
        header("dkim=fail; dmarc=pass header.from=ac-exemple.fr"),  # SPF vouched
        # Written by the sender, below the first hop from outside: not the own provider's word.
        OWN_SERVER + OUTSIDE + "Authentication-Results: mx.ac-exemple.fr; dmarc=fail\r\n",
    ],
)
def test_a_change_of_the_organiser_counts(
    series: World, octets: bytes, stands: list[str], head: str
) -> None:
    card = series.card(comes_with(series, octets, head))
    assert card.doubts == ()
    assert not card.may_apply
    assert series.starts() == stands


def test_who_names_himself_in_the_update_acts_for_nobody(world: World) -> None:
    world.agenda.answer(world.comes(ics()), Answer.ACCEPTED)
    acts = f'ORGANIZER;SENT-BY="mailto:{STRANGER.address}":mailto:{PAUL.address}'
    card = world.opened(ics(sequence=2, stamp=stamp_of(2), organiser=acts, **MOVED), STRANGER)
    assert Doubt.NOT_ORGANISER in card.doubts
    assert card.may_apply
    assert world.starts() == ["12011600"]


def test_a_forged_first_invitation_is_shown_and_nothing_more(world: World) -> None:
    card = world.card(comes_with(world, ics(), header("dmarc=fail")))
    assert card.doubts == (Doubt.FORGED,)
    assert card.known is None
    assert not card.may_apply
    assert world.starts() == []


def test_a_forged_answer_is_not_counted(world: World) -> None:
    mine = ics(organiser=f"ORGANIZER:mailto:{ME}", guest="ATTENDEE:mailto:lea@ac-exemple.fr")
    sent = deliver(
        world.database, world.account, world.sent, mine, number=90, sender=Address("", ME)
    )
    assert world.card(sent).mine
    reply = ics(
        method="REPLY", organiser=f"ORGANIZER:mailto:{ME}",
        guest="ATTENDEE;PARTSTAT=ACCEPTED:mailto:lea@ac-exemple.fr",
    )  # fmt: skip
    lea = Address("", "lea@ac-exemple.fr")
    card = world.card(comes_with(world, reply, header("dmarc=fail"), lea))
    assert Doubt.FORGED in card.doubts
    (one,) = world.agenda.between(*SPAN)
    assert world.agenda.event(one.of.id).event.guests[0].answer is Answer.NONE


def test_nothing_is_applied_that_does_not_wait_for_it(world: World) -> None:
    message = world.comes(ics())
    with pytest.raises(LocalRefusal) as refused:
        world.agenda.apply(message)
    assert refused.value.code is ErrorCode.USAGE


def test_a_change_waits_for_the_header_that_vouches_for_it(series: World) -> None:
    """The calendar part alone is here: what the server said of the sender is looked at first."""
    octets = ics(WEEKLY, sequence=2, stamp=stamp_of(2), **MOVED_ALL)
    message = comes_with(series, octets, "")
    series.card(message)
    assert series.starts() == ["12011600", "12081600", "12151600"]

    class Server:
        def fetch(self, message: MessageId, number: str) -> None: ...

        def load(self, message: MessageId) -> None:
            found = header("dmarc=fail").encode()
            series.database.write(lambda tx: reading.put_header(tx, message, found))

    series.agenda._reading, real = Server(), series.agenda._reading  # type: ignore[assignment]
    assert series.agenda.look(series.account) == 1
    series.agenda._reading = real
    assert series.starts() == ["12011600", "12081600", "12151600"]
    assert Doubt.FORGED in series.card(message).doubts
    assert series.agenda.look(series.account) == 0


def test_a_first_invitation_waits_for_no_header(world: World) -> None:
    card = world.card(comes_with(world, ics(), ""))
    assert card.known is not None


def test_a_time_that_moved_goes_with_the_series_it_was_of(series: World) -> None:
    moved = ics("RECURRENCE-ID:20261208T160000Z", sequence=1, stamp=stamp_of(1), **EXTRA)
    series.opened(moved)
    assert "12100800" in series.starts()
    later = ics(WEEKLY, sequence=2, stamp=stamp_of(2), **MOVED_ALL)
    series.opened(later)
    assert series.starts() == ["12021600", "12091600", "12161600"]
    same = ics("RECURRENCE-ID:20261209T160000Z", sequence=2, stamp=stamp_of(3), **EXTRA)
    series.opened(same)
    last = ics(WEEKLY, "LOCATION:Salle 9", sequence=3, stamp=stamp_of(4), **MOVED_ALL)
    series.opened(last)
    assert "12100800" in series.starts()  # the series still has that time: it stays moved
    (one,) = [
        one for one in series.agenda.between(*SPAN, unanswered=True) if one.of.event.recurrence
    ]
    assert one.ends - one.starts == timedelta(hours=1)
    assert one.starts == datetime(2026, 12, 10, 8, tzinfo=UTC)


def test_a_change_waits_while_the_line_brings_no_header(series: World) -> None:
    """``load`` shows what is here where the line fails: that vouches for nobody."""
    octets = ics(WEEKLY, sequence=2, stamp=stamp_of(2), **MOVED_ALL)
    message = comes_with(series, octets, "")

    class Server:
        said = ""

        def fetch(self, message: MessageId, number: str) -> None: ...

        def load(self, message: MessageId) -> None:
            found = self.said.encode()
            series.database.write(lambda tx: reading.put_header(tx, message, found))

    server = Server()
    series.agenda._reading, real = server, series.agenda._reading  # type: ignore[assignment]
    assert series.agenda.look(series.account) == 0
    assert series.starts() == ["12011600", "12081600", "12151600"]
    server.said = header("dmarc=pass header.from=ac-exemple.fr")
    assert series.agenda.look(series.account) == 1
    series.agenda._reading = real
    assert series.starts() == ["12021600", "12091600", "12161600"]
    assert series.card(message).doubts == ()


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_a_message_of_nobody_is_not_from_the_organiser(world: World, method: str) -> None:
    world.agenda.answer(world.comes(ics()), Answer.ACCEPTED)
    card = world.opened(ics(method=method, sequence=2, stamp=stamp_of(2), **MOVED), Address("", ""))
    assert Doubt.NOT_ORGANISER in card.doubts
    assert standings(world) == {"12011600": Standing.ACCEPTED}


def two_in_one(method: str = "REQUEST") -> bytes:
    """Of a stranger: an event of his own, and behind it a change of one that is Paul's."""
    first = ics(
        uid="autre@exemple", title="Café", method=method, sequence=0,
        organiser=f"ORGANIZER:mailto:{STRANGER.address}", **EXTRA,
    ).decode()  # fmt: skip
    second = ics(sequence=2, stamp=stamp_of(2), method=method, **MOVED).decode()
    event = second[second.index("BEGIN:VEVENT") : second.index("END:VCALENDAR")]
    return first.replace("END:VCALENDAR", event + "END:VCALENDAR").encode()


def test_an_answer_to_an_event_changes_no_other_one_of_somebody_else(world: World) -> None:
    world.agenda.answer(world.comes(ics()), Answer.ACCEPTED)
    card = world.opened(two_in_one(), STRANGER)
    assert card.doubts == ()
    assert card.may_answer
    world.agenda.answer(card.message, Answer.TENTATIVE)
    assert standings(world) == {
        "12011600": Standing.ACCEPTED, "12100800": Standing.TENTATIVE,
    }  # fmt: skip


def test_an_answer_counts_for_every_event_that_its_organiser_sent(world: World) -> None:
    world.agenda.answer(world.comes(ics()), Answer.ACCEPTED)
    octets = two_in_one().replace(STRANGER.address.encode(), PAUL.address.encode())
    world.agenda.answer(world.opened(octets).message, Answer.TENTATIVE)
    assert standings(world) == {
        "12031600": Standing.TENTATIVE, "12100800": Standing.TENTATIVE,
    }  # fmt: skip


def test_who_applies_a_change_applies_that_of_the_event_shown_alone(world: World) -> None:
    world.agenda.answer(world.comes(ics()), Answer.ACCEPTED)
    other = ics(uid="autre@exemple", title="Café", sequence=0, **EXTRA)
    world.agenda.answer(world.comes(other), Answer.ACCEPTED)
    octets = two_in_one("CANCEL").replace(b"SEQUENCE:0", b"SEQUENCE:3")
    card = world.opened(octets, STRANGER)
    assert card.may_apply
    world.agenda.apply(card.message)
    assert standings(world) == {"12011600": Standing.ACCEPTED}


@pytest.mark.parametrize(
    "name", ["99991231T235959Z", "00010101T000000Z", ";VALUE=DATE:99991231", ";VALUE=DATE:00010101"]
)
def test_a_time_that_is_named_beyond_all_calendars_stops_nothing(series: World, name: str) -> None:
    line = f"RECURRENCE-ID{name}" if name.startswith(";") else f"RECURRENCE-ID:{name}"
    series.opened(ics(line, sequence=1, stamp=stamp_of(1), **EXTRA))
    series.comes(ics(WEEKLY, sequence=2, stamp=stamp_of(2), **MOVED_ALL))
    assert series.agenda.look(series.account) == 1
    assert {"12021600", "12091600", "12161600"} <= set(series.starts())


@pytest.mark.parametrize("zone", ["Europe", "America/Argentina", "Etc"])
def test_a_zone_that_is_a_folder_of_zones_stops_nothing(world: World, zone: str) -> None:
    """zoneinfo opens the folder and fails as the system does."""
    broken = ics(uid="a@x", sequence=0, start=f"DTSTART;TZID={zone}:20261202T170000", end="")
    message = world.comes(broken)
    world.comes(ics())
    assert world.agenda.look(world.account) == 2
    assert "12011600" in world.starts()
    assert world.card(message).troubles
