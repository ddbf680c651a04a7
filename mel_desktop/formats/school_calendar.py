"""The school calendar and the providers' sending limits, as TOML files bring them.

Strict: a file that is not of this form is refused whole, with a word on why; what it says is data
from a file that a person or a policy chose.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final

from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.patterns import late
from mel_desktop.model.sending import (
    SchoolBreak,
    SchoolCalendar,
    SendingLimits,
    Window,
    ZoneCalendar,
)

MOST_BYTES: Final = 200_000
MOST_ZONES: Final = 60
MOST_BREAKS: Final = 400
MOST_DAYS: Final = 120  # a break: longer than any summer
NAME: Final = late(r"[\w’' -]{1,40}")
DOMAIN: Final = late(r"[a-z0-9.-]{1,100}")


def read_calendar(octets: bytes) -> SchoolCalendar:
    """The calendar of a file. LocalRefusal(BAD_FILE, why=...)."""
    told = _toml(octets)
    zones = tuple(_zone(one) for one in _list(told.get("zone", []), MOST_ZONES, "zone"))
    names = [one.zone for one in zones]
    if not zones or len(set(names)) != len(names):
        raise _bad("zones")
    academies = told.get("academies", {})
    if not isinstance(academies, dict):
        raise _bad("academies")
    pairs = []
    for domain, zone in sorted(academies.items()):
        if not DOMAIN.fullmatch(domain) or zone not in names:
            raise _bad("academies")
        pairs.append((domain, str(zone)))
    return SchoolCalendar(
        zones, tuple(pairs), _text(told.get("source", "")), _day(told.get("as_of")).isoformat()
    )


def read_limits(octets: bytes) -> tuple[tuple[tuple[str, ...], SendingLimits], ...]:
    """(domains of sending servers, limits) of a file; no domains: for all others. BAD_FILE."""
    found = []
    for one in _list(_toml(octets).get("provider", []), MOST_ZONES, "provider"):
        domains = one.get("domains", [])
        if not isinstance(domains, list):
            raise _bad("domains")
        found.append((tuple(str(domain) for domain in domains), _limits(one)))
    if not any(not domains for domains, _ in found):
        raise _bad("provider")
    return tuple(found)


def limits_for(known: Sequence[tuple[tuple[str, ...], SendingLimits]], host: str) -> SendingLimits:
    """The limits of a sending server: those of its domain, else those of all others."""
    name = host.lower().rstrip(".")
    for domains, limits in known:
        if any(name == domain or name.endswith(f".{domain}") for domain in domains):
            return limits
    return next(limits for domains, limits in known if not domains)


def _limits(one: Mapping[str, object]) -> SendingLimits:
    windows = tuple(
        Window(timedelta(minutes=_int(w, "minutes")), _int(w, "warn"), _int(w, "most"))
        for w in _list(one.get("windows"), 20, "windows")
    )
    for window in windows:
        if not window.warn <= window.most:
            raise _bad("windows")
    return SendingLimits(
        name=_text(one.get("name", "")),
        windows=windows,
        share=_int(one, "share"),
        night_divisor=_int(one, "night_divisor"),
        weekend_divisor=_int(one, "weekend_divisor"),
        grade=_text(one.get("grade", "?")),
        source=_text(one.get("source", "")),
        as_of=_day(one.get("as_of")).isoformat(),
    )


def _zone(one: Mapping[str, object]) -> ZoneCalendar:
    name = one.get("name")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise _bad("name")
    breaks = sorted(
        (_break(found) for found in _list(one.get("breaks", []), MOST_BREAKS, "breaks")),
        key=lambda found: found.first,
    )
    if any(two.first < one.back for one, two in pairwise(breaks)):
        raise _bad("breaks")
    holidays = one.get("holidays", [])
    if not isinstance(holidays, list):
        raise _bad("holidays")
    return ZoneCalendar(
        name,
        tuple(breaks),
        _day(one.get("covers_from", date.max)),
        _day(one.get("covers_until", date.min)),
        tuple(_day(day) for day in holidays[:MOST_BREAKS]),
    )


def _break(one: Mapping[str, object]) -> SchoolBreak:
    first, back = _day(one.get("first")), _day(one.get("back"))
    if not timedelta(0) < back - first <= timedelta(days=MOST_DAYS):
        raise _bad("breaks")
    return SchoolBreak(_text(one.get("name", "")), first, back)


def _toml(octets: bytes) -> dict[str, object]:
    if len(octets) > MOST_BYTES:
        raise _bad("size")
    try:
        return tomllib.loads(octets.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise LocalRefusal(ErrorCode.BAD_FILE, why="no-calendar") from error


def _list(found: object, most: int, what: str) -> list[dict[str, object]]:
    if not isinstance(found, list) or len(found) > most:
        raise _bad(what)
    if not all(isinstance(one, dict) for one in found):
        raise _bad(what)
    return found


def _int(one: Mapping[str, object], name: str) -> int:
    value = one.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 10**7:
        raise _bad(name)
    return value


def _day(value: object) -> date:
    if isinstance(value, datetime) or not isinstance(value, date):
        raise _bad("date")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > 400:
        raise _bad("text")
    return value


def _bad(what: str) -> LocalRefusal:
    return LocalRefusal(ErrorCode.BAD_FILE, why="no-calendar", part=what)
