"""The time of Paris by rule is that of the time zone database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest

from mel_desktop.logic.paris import PARIS, instant, on_the_wall


def test_every_hour_of_four_years() -> None:
    try:
        reference = ZoneInfo("Europe/Paris")
    except ZoneInfoNotFoundError:
        pytest.skip("no time zone database here")
    now = datetime(2024, 1, 1, tzinfo=UTC)
    while now.year < 2028:
        ours, theirs = now.astimezone(PARIS), now.astimezone(reference)
        assert (ours.replace(tzinfo=None), ours.fold) == (theirs.replace(tzinfo=None), theirs.fold)
        assert ours.utcoffset() == theirs.utcoffset()
        assert ours.astimezone(UTC) == now
        now += timedelta(minutes=30)


def test_an_hour_that_does_not_exist_is_the_one_after_it() -> None:
    missing = datetime(2026, 3, 29, 2, 30)  # noqa: DTZ001 a wall
    assert on_the_wall(instant(missing, PARIS), PARIS).hour == 3


def test_this_computer_has_a_zone_too() -> None:
    wall = datetime(2026, 11, 27, 8)  # noqa: DTZ001 a wall
    assert on_the_wall(instant(wall, None), None) == wall
