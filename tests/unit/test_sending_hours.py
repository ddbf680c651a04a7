"""School days as data, zones, and what becomes of a message whose hour is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from mel_desktop.app.leaving import file_octets
from mel_desktop.formats.school_calendar import read_calendar, read_limits
from mel_desktop.logic.paris import PARIS
from mel_desktop.logic.schooldays import is_school_day
from mel_desktop.model.errors import LocalRefusal
from mel_desktop.model.outgoing import OutboxState
from mel_desktop.model.policy import SendingPolicy
from mel_desktop.model.sending import PresetKind, QuietHours
from mel_desktop.services.outbox import Outbox
from mel_desktop.services.outbox_wishes import OutboxWishes
from mel_desktop.services.sending_hours import SendingHours
from mel_desktop.store.outbox import next_due
from mel_desktop.system.policies import read_policy
from mel_desktop.system.shipped import shipped_octets
from tests.support.clock import JumpingClock
from tests.support.post_office import PostOffice, post_office

TUESDAY = datetime(2026, 12, 15, 9, 0, tzinfo=UTC)  # 10 o'clock in Paris, the last week of school
NEWER = b"""as_of = 2027-05-01
source = "x"
[academies]
"ac-paris.fr" = "C"
[[zone]]
name = "C"
covers_from = 2026-09-01
covers_until = 2027-09-01
breaks = [{ name = "Essai", first = 2026-12-16, back = 2026-12-18 }]
"""


def calendar() -> bytes:
    return shipped_octets("calendars", "school-holidays.toml")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    with post_office(tmp_path, clock=JumpingClock(TUESDAY)) as opened:
        yield opened


def hours_of(office: PostOffice, **options: object) -> SendingHours:
    return SendingHours(
        office.database, office.accounts, office.clock, calendar, zone=PARIS, **options  # type: ignore[arg-type]
    )  # fmt: skip


def test_the_shipped_data_can_be_read() -> None:
    found = read_calendar(calendar())
    assert found.zone_of("x@ac-lyon.fr") == "A"
    assert found.zone_of("x@eleves.ac-lille.fr") == "B"
    assert found.zone_of("x@ac-lyon.fr.exemple.test") == ""
    for zone in ("A", "B", "C", "Réunion"):
        days = found.zone(zone)
        assert days.covers(date(2026, 11, 27))
        assert all(one.back.weekday() < 5 or one.name == "Ascension" for one in days.breaks)
    for zone in "ABC":  # the bridge of 2027; the Saturday behind it is a public holiday
        assert not is_school_day(found.zone(zone), date(2027, 5, 7))
        assert not is_school_day(found.zone(zone), date(2027, 5, 8), saturday=True)
        assert is_school_day(found.zone(zone), date(2027, 5, 10))
    assert not is_school_day(found.zone("Réunion"), date(2027, 1, 29))
    assert is_school_day(found.zone("Réunion"), date(2027, 2, 1))


@pytest.mark.parametrize("zone", ["Corse", "Guadeloupe", "Guyane", "Martinique", "Mayotte"])
def test_what_was_found_nowhere_is_not_guessed(office: PostOffice, zone: str) -> None:
    domain = f"ac-{zone.lower()}.fr"
    account = office.add_account(email=f"claire@{domain}")
    facts = hours_of(office).facts(account)
    assert (facts.zone, facts.ends, facts.zone_is_fixed) == (zone, None, True)
    assert PresetKind.AFTER_BREAK not in [one.kind for one in hours_of(office).presets(account)]
    days = read_calendar(calendar()).zone(zone)
    assert not any(days.covers(date(2026, 11, 27) + timedelta(days=30 * n)) for n in range(24))
    assert all(not is_school_day(days, day) for day in days.holidays)
    limits = read_limits(shipped_octets("sending-limits.toml"))
    assert {one.grade for _, one in limits} == {"A", "choice"}


@pytest.mark.parametrize(
    "octets",
    [b"", b"\xff", b"as_of = 3", NEWER.replace(b"2026-12-16", b"2026-12-20"), b"x" * 300_000,
     NEWER.replace(b'"C"\n[[', b'"Q"\n[[')],
)  # fmt: skip
def test_a_file_that_is_no_calendar_is_refused(office: PostOffice, octets: bytes) -> None:
    with pytest.raises(LocalRefusal):
        hours_of(office).take_calendar(octets)


def test_a_newer_calendar_takes_its_place_and_an_older_does_not(office: PostOffice) -> None:
    account = office.add_account(email="claire@ac-paris.fr")
    hours = hours_of(office)
    wednesday = TUESDAY + timedelta(days=1)
    assert hours.proposal(account, wednesday) is None
    hours.take_calendar(NEWER)
    assert hours_of(office).calendar().place == "profile"
    friday = datetime(2026, 12, 18, 7, tzinfo=UTC)
    assert hours_of(office).proposal(account, wednesday) == friday
    with pytest.raises(LocalRefusal):
        hours.take_calendar(NEWER.replace(b"2027-05-01", b"2026-05-01"))


def test_the_policy_decides_calendar_and_zone(office: PostOffice) -> None:
    account = office.add_account(email="claire@ecole.test")
    policy = SendingPolicy(calendar_file="somewhere.toml", zone="C")
    hours = hours_of(office, policy=policy, read_file=lambda _: NEWER)
    assert (hours.calendar().place, hours.zone(account)) == ("policy", "C")
    broken = hours_of(office, policy=policy, read_file=lambda _: b"no")
    assert broken.calendar().place == ""  # the shipped one: a broken file stops nobody


def test_a_calendar_that_it_puts_in_by_a_policy_file(office: PostOffice, tmp_path: Path) -> None:
    """Read by the very functions of the program: the policy's file, and the file that it names."""
    account = office.add_account(email="claire@ac-mayotte.fr")
    file, policy = tmp_path / "calendar.toml", tmp_path / "policy.toml"
    policy.write_text(f"[sending]\ncalendar_file = '{file}'\n", encoding="utf-8")

    def hours() -> SendingHours:
        taken = read_policy(policy, system_file=tmp_path / "none").sending
        return hours_of(office, policy=taken, read_file=lambda path: file_octets(Path(path)))

    assert hours().calendar().place == "", "a file that is not there stops nobody"
    text = NEWER.decode().replace("ac-paris.fr", "ac-mayotte.fr").replace('"C"', '"Mayotte"')
    file.write_text(text, encoding="utf-8")
    assert hours().calendar().place == "policy"
    assert hours().facts(account).ends == date(2027, 9, 1), "now it is known"
    wednesday = TUESDAY + timedelta(days=1)
    assert hours().proposal(account, wednesday) == datetime(2026, 12, 18, 7, tzinfo=UTC)
    for broken in (
        text.replace('"ac-mayotte.fr" = "Mayotte"', '"ac-mayotte.fr" = "Mayote"'),
        text.replace("back = 2026-12-18", "back = 2026-12-15"),
        text.replace("as_of = 2027-05-01", 'as_of = "mai"'),
        text[:-20],
    ):
        file.write_text(broken, encoding="utf-8")
        assert hours().calendar().place == "", "checked whole, or not taken at all"
        assert hours().facts(account).ends is None


def test_a_zone_is_asked_once(office: PostOffice) -> None:
    account = office.add_account(email="claire@ecole.test")
    hours = hours_of(office)
    assert hours.facts(account).zone == ""
    hours.set_zone(account, "B")
    assert hours_of(office).zone(account) == "B"
    with pytest.raises(LocalRefusal):
        hours.set_zone(account, "Z")
    office.accounts.remove(account)
    with office.database.read() as reader:
        assert reader.value("SELECT count(*) FROM account_zone") == 0


def test_presets(office: PostOffice) -> None:
    account = office.add_account(email="claire@ac-paris.fr")
    hours = hours_of(office)
    offered = {one.kind: one for one in hours.presets(account)}
    assert offered[PresetKind.IN_AN_HOUR].at == TUESDAY + timedelta(hours=1)
    assert offered[PresetKind.NEXT_SCHOOL_DAY].at == datetime(2026, 12, 16, 7, tzinfo=UTC)
    assert PresetKind.TOMORROW not in offered  # the same hour under its better name
    assert offered[PresetKind.MONDAY].is_quiet  # in the holidays
    assert offered[PresetKind.AFTER_BREAK].at == datetime(2027, 1, 4, 7, tzinfo=UTC)
    assert hours.by(account, date(2026, 12, 25)) == datetime(2026, 12, 18, 17, tzinfo=UTC)


def test_settings_are_kept(office: PostOffice) -> None:
    hours = hours_of(office)
    hours.set_quiet(QuietHours(on=False, wednesday_until=None))
    assert hours_of(office).quiet() == QuietHours(on=False, wednesday_until=None)


@pytest.mark.parametrize(
    ("chosen", "back", "state"),
    [
        # (hours from now of the chosen hour, hours from now of the next start, what becomes of it)
        (1, 1.2, OutboxState.QUEUED),  # hardly late
        (1, 5, OutboxState.QUEUED),  # late, at a good hour: it leaves (no server here: queued)
        (1, 13, OutboxState.HELD),  # 23 h: nobody is to be disturbed
        (13, 14, OutboxState.QUEUED),  # 23 h was chosen
        (1, 30, OutboxState.HELD),  # more than a day
        (1, 24 * 400, OutboxState.HELD),  # a clock that jumped
    ],
)
def test_the_pc_was_off_at_the_chosen_hour(
    office: PostOffice, chosen: float, back: float, state: OutboxState
) -> None:
    account = office.add_account(email="claire@ac-paris.fr")
    hours = hours_of(office)
    box = Outbox(
        office.database, office.accounts, office.sessions, office.clock, None, hours.is_late
    )
    draft = office.drafting.get(office.queue(account).draft)  # type: ignore[arg-type]
    office.outbox.cancel(office.outbox.rows()[0].id)
    row = office.drafting.send(draft.id, not_before=TUESDAY + timedelta(hours=chosen))
    office.clock.jump(hours=back)
    box.send_due()
    found = office.row(row.id)
    assert found.state is state
    if state is OutboxState.HELD:
        assert found.reason == "hour-passed"
        wishes = OutboxWishes(office.database, office.clock)
        later = office.clock.now() + timedelta(days=1)
        wishes.set_hour(row.id, later)
        assert office.row(row.id).next_attempt == later
        with pytest.raises(LocalRefusal):
            wishes.set_hour(row.id, office.clock.now())


def test_the_undo_is_no_chosen_hour(office: PostOffice) -> None:
    """Ten seconds of undo, then two days without a line: it leaves, nobody is asked."""
    account = office.add_account(email="claire@ac-paris.fr")
    hours = hours_of(office)
    box = Outbox(
        office.database, office.accounts, office.sessions, office.clock, None, hours.is_late
    )
    queued = office.queue(account)
    draft = office.outbox.cancel(queued.id)
    row = office.drafting.send(draft.id, not_before=TUESDAY + timedelta(seconds=10))
    office.clock.jump(days=2)
    box.send_due()
    assert office.row(row.id).state is OutboxState.QUEUED


def test_the_next_round_comes_at_the_hour(office: PostOffice) -> None:
    account = office.add_account()
    draft = office.outbox.cancel(office.queue(account).id)
    hour = TUESDAY + timedelta(hours=3)
    office.drafting.send(draft.id, not_before=hour)
    with office.database.read() as reader:
        assert next_due(reader, account, office.clock.now()) == hour
        assert next_due(reader, account, hour) is None  # due: what waits then waits for the line
