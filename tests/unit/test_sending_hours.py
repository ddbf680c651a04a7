"""School days as data, zones, and what becomes of a message whose hour is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from mel_desktop.formats.school_calendar import read_calendar, read_limits
from mel_desktop.logic.paris import PARIS
from mel_desktop.model.errors import LocalRefusal
from mel_desktop.model.outgoing import OutboxState
from mel_desktop.model.policy import SendingPolicy
from mel_desktop.model.sending import PresetKind, QuietHours
from mel_desktop.services.outbox import Outbox
from mel_desktop.services.outbox_wishes import OutboxWishes
from mel_desktop.services.sending_hours import SendingHours
from mel_desktop.store.outbox import next_due
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
    assert not found.zone("Réunion").breaks  # nothing that was found nowhere
    for zone in "ABC":
        days = found.zone(zone)
        assert days.covers(date(2026, 11, 27))
        assert all(one.back.weekday() < 5 or one.name == "Ascension" for one in days.breaks)
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
