"""Dates of headers (RFC 5322 3.3, obsolete forms, and what else is found). Never raises."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final

from mel_desktop.model.patterns import late

_MONTHS: Final = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9,
    "oct": 10, "nov": 11, "dec": 12,
    "fév": 2, "fev": 2, "avr": 4, "mai": 5, "juin": 6, "jui": 7, "juil": 7, "aoû": 8, "aou": 8,
    "déc": 12,
}  # fmt: skip
_ZONES: Final = {
    "GMT": 0, "UT": 0, "UTC": 0, "Z": 0, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "MET": 60,
    "MEZ": 60, "CEST": 120, "MEST": 120, "MESZ": 120, "EET": 120, "EEST": 180, "MSK": 180,
    "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480,
    "PDT": -420, "JST": 540, "IST": 330, "HST": -600,
}  # fmt: skip
_CLOCK: Final = late(
    r"\b(\d{1,2})\s?[:.h]\s?(\d{1,2})(?:\s?[:.]\s?(\d{1,2})(?:[.,]\d{1,9})?)?\s?([AaPp]\.?[Mm]\b)?"
)
_ZONE: Final = late(r"(?:GMT|UTC)?\s?([+-])\s?(\d{1,2}):?(\d{2})?\b")
_NAMED_ZONE: Final = late(r"\b([A-Z]{1,4})\b")
_WORDY: Final = late(r"\b(\d{1,2})(?:st|nd|rd|th|er)?[\s.,-]+([^\W\d_]{3,9})\.?[\s,-]+(\d{2,4})\b")
_CTIME: Final = late(r"\b([A-Za-z]{3,9})\.?\s+(\d{1,2}),?\s+(?:.*?\s)?(\d{4})\b")
_ISO: Final = late(r"\b(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ]|\b)")
_NUMERIC: Final = late(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b")
_CAP: Final = 120
_EARLIEST: Final = 1980  # mail of this form did not exist before: a clock that was never set
_LATEST: Final = 2099


_USUAL: Final = late(
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) ([+-]\d{4})", re.A
)


def parse_date(value: str) -> datetime | None:
    """An aware instant, or None when there is none or it is absurd."""
    usual = _USUAL.fullmatch(value)
    if usual and (month := _MONTHS.get(usual[2].lower())):
        day, year, zone = int(usual[1]), int(usual[3]), _known_zone(usual[7])
        return _moment(year, month, day, int(usual[4]), int(usual[5]), int(usual[6]), zone)
    return _any_date(value)


def _any_date(value: str) -> datetime | None:
    text = _without_comments(value[: 4 * _CAP])[:_CAP].strip()
    day = _day(text)
    if day is None:
        return None
    year, month, number, rest = day
    clock = _CLOCK.search(rest)
    hour = minute = second = 0
    after = rest
    if clock:
        hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
        half = (clock[4] or "").lower()
        if half.startswith("p") and hour < 12:
            hour += 12
        elif half.startswith("a") and hour == 12:
            hour = 0
        after = rest[clock.end() :]
    return _moment(year, month, number, hour, minute, second, _zone(after))


def _moment(
    year: int, month: int, day: int, hour: int, minute: int, second: int, zone: timezone
) -> datetime | None:
    try:
        moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone)
        moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if _EARLIEST <= year <= _LATEST else None


def _without_comments(text: str) -> str:
    if "(" not in text and ")" not in text:
        return text
    out: list[str] = []
    depth = 0
    for char in text:
        if char == "(":
            depth += 1
        elif char == ")":
            depth = max(0, depth - 1)
        elif depth == 0:
            out.append(char)
    return "".join(out)


def _day(text: str) -> tuple[int, int, int, str] | None:
    """(year, month, day, what is left for the clock)."""
    for form in (_ISO, _WORDY, _CTIME, _NUMERIC):
        match = form.search(text)
        if match is None:
            continue
        if form is _ISO:
            year, month, day = int(match[1]), int(match[2]), int(match[3])
            return year, month, day, " " + text[match.end() :]
        if form is _NUMERIC:  # as the French write it, unless that cannot be
            day, month, year = int(match[1]), int(match[2]), int(match[3])
            if month > 12 >= day:
                day, month = month, day
            return year, month, day, text[match.end() :]
        name, number = (match[2], match[1]) if form is _WORDY else (match[1], match[2])
        low = name.lower()
        found = _MONTHS.get(low[:4]) or _MONTHS.get(low[:3])
        if found is None:
            continue
        rest = text[match.end() :] if form is _WORDY else text.replace(match[3], " ", 1)
        if form is _WORDY and not _CLOCK.search(rest):
            rest = text.replace(match[0], " ", 1)
        return _year(match[3]), found, int(number), rest
    return None


def _year(digits: str) -> int:
    number = int(digits)
    if len(digits) == 2:
        return number + (2000 if number < 50 else 1900)
    return number + 1900 if len(digits) == 3 else number


@lru_cache(maxsize=64)
def _known_zone(offset: str) -> timezone:
    return _zone(offset)


def _zone(text: str) -> timezone:
    match = _ZONE.search(text)
    if match:
        digits = match[2] + (match[3] or "00")
        minutes = int(digits[:-2] or 0) * 60 + int(digits[-2:])
        if minutes <= 14 * 60:
            return timezone(timedelta(minutes=-minutes if match[1] == "-" else minutes))
        return UTC
    for name in _NAMED_ZONE.findall(text):
        if name in _ZONES:
            return timezone(timedelta(minutes=_ZONES[name])) if _ZONES[name] else UTC
    return UTC
