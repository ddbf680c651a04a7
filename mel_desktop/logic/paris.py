"""The time of Paris without a data file (Windows has none): Directive 2000/84/EC.

UTC+1; UTC+2 from the last Sunday of March to the last Sunday of October, each at 01:00 UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

HOUR: Final = timedelta(hours=1)


class _Paris(tzinfo):
    """Wall clock times that the change in October makes twice are told apart by ``fold``."""

    def utcoffset(self, moment: datetime | None) -> timedelta:
        return HOUR + self.dst(moment)

    def dst(self, moment: datetime | None) -> timedelta:
        if moment is None:
            return timedelta(0)
        wall = moment.replace(tzinfo=None, fold=0)
        begins = _last_sunday(wall.year, 3) + timedelta(hours=2)  # on the wall, in winter time
        ends = _last_sunday(wall.year, 10) + timedelta(hours=3)  # on the wall, in summer time
        if begins + HOUR <= wall < ends - HOUR:
            return HOUR
        if begins <= wall < begins + HOUR:  # never shown by a clock: PEP 495
            return HOUR if moment.fold else timedelta(0)
        if ends - HOUR <= wall < ends:  # shown twice
            return timedelta(0) if moment.fold else HOUR
        return timedelta(0)

    def tzname(self, moment: datetime | None) -> str:
        return "CEST" if self.dst(moment) else "CET"

    def fromutc(self, moment: datetime) -> datetime:
        utc = moment.replace(tzinfo=None)
        begins = _last_sunday(utc.year, 3) + HOUR
        ends = _last_sunday(utc.year, 10) + HOUR
        wall = utc + (2 * HOUR if begins <= utc < ends else HOUR)
        return wall.replace(tzinfo=self, fold=int(ends <= utc < ends + HOUR))

    def __repr__(self) -> str:
        return "Europe/Paris"


def _last_sunday(year: int, month: int) -> datetime:
    last = datetime(year, month, 31)  # noqa: DTZ001 a date on the wall
    return last - timedelta(days=(last.weekday() + 1) % 7)


PARIS: Final = _Paris()


def on_the_wall(moment: datetime, zone: tzinfo | None) -> datetime:
    """What a clock there shows, without a zone. None: where this computer is."""
    return moment.astimezone(zone).replace(tzinfo=None)


def instant(wall: datetime, zone: tzinfo | None) -> datetime:
    """The instant, in UTC, at which a clock there shows ``wall``.

    An hour that the change in March leaves out is the one after it.
    """
    placed = wall if zone is None else wall.replace(tzinfo=zone)
    return placed.astimezone(UTC)
