"""School days, public holidays and quiet hours: when a message is better sent.

Pure: ``zone`` is the time zone of the teacher (None: that of the computer). Days whose breaks the
calendar does not know count as school days unless they are week-ends or public holidays.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from mel_desktop.logic.paris import instant, on_the_wall
from mel_desktop.model.sending import QuietHours, SchoolBreak, ZoneCalendar

DAY: Final = timedelta(days=1)
SATURDAY: Final = 5
SUNDAY: Final = 6
WEDNESDAY: Final = 2
MOST_DAYS: Final = 200  # longer than any break: a calendar that is wrong ends somewhere
_FIXED: Final = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
_AFTER_EASTER: Final = (1, 39, 50)  # Monday, Ascension, Whit Monday


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Jones, Butcher)."""
    golden, century, of_century = year % 19, year // 100, year % 100
    leap, rest = divmod(century, 4)
    shift = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - leap - shift + 15) % 30
    week = (32 + 2 * rest + 2 * (of_century // 4) - moon - of_century % 4) % 7
    late = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)


def public_holidays(year: int) -> frozenset[date]:
    """The eleven of the Code du travail, article L3133-1."""
    sunday = easter(year)
    moving = {sunday + timedelta(days=days) for days in _AFTER_EASTER}
    return frozenset(moving | {date(year, month, day) for month, day in _FIXED})


def break_on(calendar: ZoneCalendar, day: date) -> SchoolBreak | None:
    """The break that a day lies in."""
    return next((one for one in calendar.breaks if one.first <= day < one.back), None)


def is_school_day(calendar: ZoneCalendar, day: date, *, saturday: bool = False) -> bool:
    """Classes on that day, as far as the calendar knows."""
    if day.weekday() == SUNDAY or (day.weekday() == SATURDAY and not saturday):
        return False
    if day in public_holidays(day.year) or day in calendar.holidays:
        return False
    return break_on(calendar, day) is None


def next_school_day(calendar: ZoneCalendar, after: date, *, saturday: bool = False) -> date:
    """The first school day later than ``after``."""
    day = after + DAY
    for _ in range(MOST_DAYS):
        if is_school_day(calendar, day, saturday=saturday):
            return day
        day += DAY
    return after + DAY


def last_school_day(calendar: ZoneCalendar, before: date, *, saturday: bool = False) -> date:
    """``before``, or the last school day earlier than it: "by Friday" in a week of holidays."""
    day = before
    for _ in range(MOST_DAYS):
        if is_school_day(calendar, day, saturday=saturday):
            return day
        day -= DAY
    return before


def is_quiet(
    now: datetime, calendar: ZoneCalendar, settings: QuietHours, zone: tzinfo | None = None
) -> bool:
    """Whether people have a right to be left alone now."""
    if not settings.on:
        return False
    wall = on_the_wall(now, zone)
    if not is_school_day(calendar, wall.date(), saturday=settings.saturday):
        return True
    closes = settings.closes
    if wall.weekday() == WEDNESDAY and settings.wednesday_until is not None:
        closes = min(closes, settings.wednesday_until)
    return not settings.opens <= wall.time() < closes


def next_morning(
    now: datetime, calendar: ZoneCalendar, settings: QuietHours, zone: tzinfo | None = None
) -> datetime:
    """The next school day at the hour at which what was put off leaves, after ``now``."""
    wall = on_the_wall(now, zone)
    today = wall.date()
    day = today
    if wall.time() >= settings.morning or not is_school_day(
        calendar, today, saturday=settings.saturday
    ):
        day = next_school_day(calendar, today, saturday=settings.saturday)
    return instant(datetime.combine(day, settings.morning), zone)


def proposal(
    now: datetime, calendar: ZoneCalendar, settings: QuietHours, zone: tzinfo | None = None
) -> datetime | None:
    """When a message had better leave that is sent now; None: now is as good as any time."""
    if not is_quiet(now, calendar, settings, zone):
        return None
    return next_morning(now, calendar, settings, zone)


def after_break(
    now: datetime, calendar: ZoneCalendar, settings: QuietHours, zone: tzinfo | None = None
) -> datetime | None:
    """The first morning after the break that is on, or after the next one; None: none is known."""
    today = on_the_wall(now, zone).date()
    coming = [one for one in calendar.breaks if one.back > today]
    if not coming:
        return None
    last = min(coming, key=lambda one: one.back).back - DAY
    day = next_school_day(calendar, last, saturday=settings.saturday)
    return instant(datetime.combine(day, settings.morning), zone)
