"""Sending limits by hand: levels by the hour, portions, the end of a long merge."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mel_desktop.logic.pacing import UNLIMITED, allowance, divisor, ends_at, portion, portions
from mel_desktop.model.sending import SendingLimits, Sent
from tests.property.test_pacing import NATIONAL

FRIDAY_NOON = datetime(2026, 11, 27, 11, tzinfo=UTC)  # noon in Paris


@pytest.mark.parametrize(
    ("at", "part"),
    [
        (FRIDAY_NOON, 1),
        (datetime(2026, 11, 27, 18, 54, 59, tzinfo=UTC), 1),
        (datetime(2026, 11, 27, 18, 55, tzinfo=UTC), 4),  # clocks differ: five minutes early
        (datetime(2026, 11, 27, 23, 30, tzinfo=UTC), 8),  # Saturday, half past midnight
        (datetime(2026, 11, 28, 11, tzinfo=UTC), 2),
        (datetime(2026, 11, 30, 6, 4, tzinfo=UTC), 4),  # Monday, four past seven
        (datetime(2026, 11, 30, 6, 5, tzinfo=UTC), 1),
        (datetime(2026, 7, 1, 5, 5, tzinfo=UTC), 1),  # summer time
        (datetime(2026, 7, 1, 17, 54, tzinfo=UTC), 1),
        (datetime(2026, 7, 1, 17, 55, tzinfo=UTC), 4),
    ],
)
def test_levels_follow_the_clocks_of_paris(at: datetime, part: int) -> None:
    assert divisor(NATIONAL, at) == part


def test_four_fifths_of_the_warn_level_go_at_once() -> None:
    assert allowance([], NATIONAL, FRIDAY_NOON).recipients == 400
    assert allowance([], NATIONAL, FRIDAY_NOON).until is None


def test_what_left_counts_until_its_window_is_over() -> None:
    found = allowance([Sent(FRIDAY_NOON, 400)], NATIONAL, FRIDAY_NOON + timedelta(seconds=30))
    assert found.recipients == 0
    assert found.until == FRIDAY_NOON + timedelta(seconds=61)


def test_600_recipients_leave_in_two_portions() -> None:
    parts = portions([], NATIONAL, FRIDAY_NOON, 600)
    assert [(one.at, one.recipients) for one in parts] == [
        (FRIDAY_NOON, 400),
        (FRIDAY_NOON + timedelta(seconds=61), 200),
    ]


def test_a_long_merge_says_when_it_ends() -> None:
    assert ends_at([], NATIONAL, FRIDAY_NOON, 3000) - FRIDAY_NOON < timedelta(hours=2)
    night = FRIDAY_NOON.replace(hour=21)
    assert ends_at([], NATIONAL, night, 3000) > night + timedelta(hours=9)


def test_no_handful_leaves_where_a_little_patience_lets_more_go() -> None:
    log = [Sent(FRIDAY_NOON - timedelta(seconds=59), 100), Sent(FRIDAY_NOON, 297)]
    found = portion(log, NATIONAL, FRIDAY_NOON, 200)
    assert found.recipients == 0
    assert found.until == FRIDAY_NOON + timedelta(seconds=2)


def test_without_limits_everything_goes() -> None:
    assert allowance([], SendingLimits("none"), FRIDAY_NOON).recipients == UNLIMITED
