"""When an event takes place: rules of repetition (RFC 5545 3.3.10) followed within a span. Pure.

Rule 1: bounded whatever the rule says: so many occurrences, periods and years; rules by the hour or
quicker, by week number or day of the year are not followed (``is_followed``).
Rule 2: a series keeps its hour on the wall of its zone when the clocks change.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

from mel_desktop.model.agenda import Event
from mel_desktop.model.values import dataclass

MOST: Final = 1000  # occurrences of one span
MOST_PERIODS: Final = 40_000
FAR: Final = timedelta(days=366 * 6)  # a message may bring fifty series: none is followed for long
DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
UNFOLLOWED: Final = ("BYWEEKNO", "BYYEARDAY", "BYHOUR", "BYMINUTE", "BYSECOND")
_DAY: Final = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule taken apart."""

    every: str
    interval: int = 1
    count: int | None = None
    until: str = ""
    months: frozenset[int] = frozenset()
    month_days: frozenset[int] = frozenset()
    week_days: tuple[frozenset[int], ...] = ()  # ordinals (0: each) of Monday to Sunday; () for all
    positions: frozenset[int] = frozenset()
    week_start: int = 0


def is_followed(text: str) -> bool:
    """Whether this rule is followed here."""
    return not text or _parse(text) is not None


def occurrences(event: Event, since: datetime, until: datetime) -> tuple[Span, ...]:
    """Begin and end of each time that touches the span, in order. EXDATE is left out."""
    length = event.ends - event.starts
    gone = {one.astimezone(UTC) for one in event.except_}
    found: dict[datetime, datetime] = {}
    for starts in _starts(event, since - length, until):
        key = starts.astimezone(UTC)
        if key in gone or key in found:
            continue
        ends = (key + length).astimezone(starts.tzinfo)
        if starts < until and (ends > since or starts >= since):
            found[key] = ends
        if len(found) >= MOST:
            break
    zone = event.starts.tzinfo
    return tuple((key.astimezone(zone), found[key]) for key in sorted(found))


def next_times(event: Event, after: datetime, most: int) -> tuple[datetime, ...]:
    """The next beginnings of a series."""
    found = occurrences(event, after, after + timedelta(days=800))
    return tuple(one for one, _ in found if one >= after)[:most]


def last_end(event: Event) -> datetime | None:
    """When the last of it is over; None: not told by its rule alone, or after ``FAR``."""
    if not event.repeats:
        return event.ends
    rule = _parse(event.rule) if event.rule else None
    if event.rule and rule is None:
        return event.ends
    if rule is not None and rule.count is None and not rule.until:
        return None
    far = event.starts + FAR
    ends = None if rule is None else _until(rule, event)
    if ends is not None and ends > far:
        return None
    starts = list(_starts(event, event.starts, far))
    own = len(starts) - 1 - len(event.also)
    if rule is not None and ends is None and own < (rule.count or 0):
        return None
    return max(starts, default=event.starts) + (event.ends - event.starts)


def _starts(event: Event, since: datetime, until: datetime) -> Iterator[datetime]:
    """The series' own times and those added, not in order where there are both."""
    yield event.starts
    yield from event.also
    rule = _parse(event.rule) if event.rule else None
    if rule is None:
        return
    zone = event.starts.tzinfo
    hour = event.starts.timetz().replace(tzinfo=None)
    end = _until(rule, event)
    first = event.starts.replace(tzinfo=None).date()
    number = 0
    skip = _skipped(rule, first, since.astimezone(zone).date())
    for day in _days(rule, first, until.astimezone(zone).date() + timedelta(days=1), skip):
        if day < first:
            continue
        starts = datetime.combine(day, hour, zone)
        if end is not None and starts > end:
            return
        number += 1
        if rule.count is not None and number > rule.count:
            return
        if starts >= since:
            yield starts


def _parse(text: str) -> Rule | None:
    fields = {}
    for piece in text.upper().split(";"):
        name, _, value = piece.partition("=")
        fields[name.strip()] = value.strip()
    every = fields.get("FREQ", "")
    if every not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"):
        return None
    if any(one in fields for one in UNFOLLOWED):
        return None
    try:
        days: list[set[int]] = [set() for _ in DAYS]
        for one in filter(None, fields.get("BYDAY", "").split(",")):
            match = _DAY.fullmatch(one.strip())
            if match is None:
                return None
            days[DAYS.index(match[2])].add(int(match[1] or 0))
        rule = Rule(
            every,
            interval=max(int(fields.get("INTERVAL") or 1), 1),
            count=int(fields["COUNT"]) if fields.get("COUNT") else None,
            until=fields.get("UNTIL", ""),
            months=_numbers(fields, "BYMONTH"),
            month_days=_numbers(fields, "BYMONTHDAY"),
            week_days=tuple(map(frozenset, days)) if any(days) else (),
            positions=_numbers(fields, "BYSETPOS"),
            week_start=DAYS.index(fields.get("WKST") or "MO"),
        )
    except ValueError:
        return None
    return rule


def _numbers(fields: dict[str, str], name: str) -> frozenset[int]:
    return frozenset(int(one) for one in fields.get(name, "").split(",") if one.strip())


def _until(rule: Rule, event: Event) -> datetime | None:
    match = re.fullmatch(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?", rule.until)
    if match is None:
        return None
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    try:
        if match[4] is None:  # the whole of that day
            return datetime(year, month, day, 23, 59, 59, tzinfo=event.starts.tzinfo)
        zone = UTC if match[7] else event.starts.tzinfo
        return datetime(
            year, month, day, int(match[4]), int(match[5]), min(int(match[6]), 59), tzinfo=zone
        )
    except ValueError:
        return None


def _skipped(rule: Rule, first: date, since: date) -> int:
    """Periods that lie before the span; with COUNT none may be left out."""
    if rule.count is not None or since <= first:
        return 0
    days = (since - first).days
    size = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 31, "YEARLY": 366}[rule.every]
    return max(days // (size * rule.interval) - 2, 0)


def _days(rule: Rule, first: date, last: date, skip: int) -> Iterator[date]:
    """Days that the rule names, period by period, in order."""
    for step in range(skip, skip + MOST_PERIODS):
        try:
            begins, ends = _period(rule, first, step * rule.interval)
        except (OverflowError, ValueError):
            return
        if begins > last:
            return
        found = [one for one in _candidates(rule, first, begins, ends) if _fits(rule, first, one)]
        if rule.positions:
            size = len(found)
            found = [
                one
                for index, one in enumerate(found)
                if index + 1 in rule.positions or index - size in rule.positions
            ]
        yield from found


def _period(rule: Rule, first: date, steps: int) -> tuple[date, date]:
    """First and last day of the day, week, month or year that is ``steps`` after the first one."""
    if rule.every == "DAILY":
        day = first + timedelta(days=steps)
        return day, day
    if rule.every == "WEEKLY":
        monday = first - timedelta(days=(first.weekday() - rule.week_start) % 7)
        begins = monday + timedelta(weeks=steps)
        return begins, begins + timedelta(days=6)
    if rule.every == "MONTHLY":
        months = first.year * 12 + first.month - 1 + steps
        year, month = divmod(months, 12)
        return date(year, month + 1, 1), _last_of_month(year, month + 1)
    return date(first.year + steps, 1, 1), date(first.year + steps, 12, 31)


def _candidates(rule: Rule, first: date, begins: date, ends: date) -> Iterator[date]:
    """Few days where few can fit: of a year only its months."""
    months = rule.months
    if rule.every == "YEARLY" and not months and not rule.week_days:
        months = frozenset(range(1, 13) if rule.month_days else (first.month,))
    if rule.every != "YEARLY" or not months:
        day = begins
        while day <= ends:
            yield day
            day += timedelta(days=1)
        return
    for month in sorted(one for one in months if 1 <= one <= 12):
        day = date(begins.year, month, 1)
        last = _last_of_month(begins.year, month)
        while day <= last:
            yield day
            day += timedelta(days=1)


def _fits(rule: Rule, first: date, day: date) -> bool:
    if rule.months and day.month not in rule.months:
        return False
    if rule.month_days:
        behind = day.day - _last_of_month(day.year, day.month).day - 1
        if day.day not in rule.month_days and behind not in rule.month_days:
            return False
    elif not rule.week_days and rule.every in ("MONTHLY", "YEARLY") and day.day != first.day:
        return False
    if rule.week_days:
        return _is_weekday(rule, day, rule.week_days[day.weekday()])
    return rule.every != "WEEKLY" or day.weekday() == first.weekday()


def _is_weekday(rule: Rule, day: date, ordinals: frozenset[int]) -> bool:
    if not ordinals:
        return False
    if 0 in ordinals or rule.every in ("DAILY", "WEEKLY"):
        return True
    if rule.every == "MONTHLY" or rule.months:
        begins, ends = day.replace(day=1), _last_of_month(day.year, day.month)
    else:
        begins, ends = date(day.year, 1, 1), date(day.year, 12, 31)
    return (day - begins).days // 7 + 1 in ordinals or -((ends - day).days // 7) - 1 in ordinals


def _last_of_month(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])
