"""School days, public holidays, quiet hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from mel_desktop.logic.paris import PARIS
from mel_desktop.logic.schooldays import (
    after_break,
    easter,
    is_school_day,
    last_school_day,
    proposal,
    public_holidays,
)
from mel_desktop.model.sending import QuietHours, SchoolBreak, ZoneCalendar

CHRISTMAS = SchoolBreak("Noël", date(2025, 12, 20), date(2026, 1, 5))
ZONE = ZoneCalendar("A", (CHRISTMAS,), date(2025, 9, 1), date(2026, 7, 4))
QUIET = QuietHours()


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), PARIS).astimezone(UTC)


@pytest.mark.parametrize(
    ("year", "day"),
    [
        (1943, date(1943, 4, 25)), (2000, date(2000, 4, 23)), (2008, date(2008, 3, 23)),
        (2025, date(2025, 4, 20)), (2026, date(2026, 4, 5)), (2027, date(2027, 3, 28)),
        (2038, date(2038, 4, 25)), (2285, date(2285, 3, 22)),
    ],
)  # fmt: skip
def test_easter(year: int, day: date) -> None:
    assert easter(year) == day


def test_eleven_public_holidays() -> None:
    days = public_holidays(2026)
    assert len(days) == 11
    assert {date(2026, 4, 6), date(2026, 5, 14), date(2026, 5, 25), date(2026, 11, 11)} <= days


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (at(date(2025, 12, 18), 10), None),  # Thursday
        (at(date(2025, 12, 18), 20), at(date(2025, 12, 19), 8)),
        (at(date(2025, 12, 18), 6, 59), at(date(2025, 12, 18), 8)),
        (at(date(2025, 12, 18), 7), None),
        (at(date(2025, 12, 19), 21), at(date(2026, 1, 5), 8)),  # over the holidays
        (at(date(2025, 12, 25), 10), at(date(2026, 1, 5), 8)),
        (at(date(2025, 11, 11), 10), at(date(2025, 11, 12), 8)),  # a Tuesday that is a holiday
        (at(date(2025, 11, 26), 11, 59), None),  # Wednesday morning
        (at(date(2025, 11, 26), 14), at(date(2025, 11, 27), 8)),
        (at(date(2026, 3, 28), 15), at(date(2026, 3, 30), 8)),  # over the change to summer time
        (at(date(2030, 2, 14), 10), None),  # the calendar ends before: a Thursday like any other
        (at(date(2030, 2, 16), 10), at(date(2030, 2, 18), 8)),
    ],
)
def test_what_is_proposed(now: datetime, then: datetime | None) -> None:
    assert proposal(now, ZONE, QUIET, PARIS) == then


def test_nothing_is_proposed_where_it_is_switched_off() -> None:
    assert proposal(at(date(2025, 12, 25), 3), ZONE, QuietHours(on=False), PARIS) is None


def test_second_degree_works_on_wednesday_afternoons() -> None:
    settings = QuietHours(wednesday_until=None)
    assert proposal(at(date(2025, 11, 26), 14), ZONE, settings, PARIS) is None


def test_by_friday_in_the_holidays_is_the_last_day_of_school() -> None:
    assert last_school_day(ZONE, date(2025, 12, 26)) == date(2025, 12, 19)
    assert last_school_day(ZONE, date(2025, 12, 12)) == date(2025, 12, 12)


def test_after_the_holidays() -> None:
    assert after_break(at(date(2025, 12, 1), 9), ZONE, QUIET, PARIS) == at(date(2026, 1, 5), 8)
    assert after_break(at(date(2025, 12, 28), 9), ZONE, QUIET, PARIS) == at(date(2026, 1, 5), 8)
    assert after_break(at(date(2026, 2, 1), 9), ZONE, QUIET, PARIS) is None


def test_saturday_classes_are_a_setting() -> None:
    assert not is_school_day(ZONE, date(2025, 11, 29))
    assert is_school_day(ZONE, date(2025, 11, 29), saturday=True)
