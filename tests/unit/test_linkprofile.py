"""Link profiles, one case after the other: order of reasons, thresholds, hours, budgets."""

from __future__ import annotations

from datetime import time

import pytest

from mel_desktop.logic.linkprofile import (
    connections,
    forbids_sockets,
    has_slept,
    in_force,
    interval_s,
    price,
    retry_s,
    seconds_left,
)
from mel_desktop.model.links import (
    InForce,
    Line,
    LinkProfile,
    LinkReason,
    LinkSettings,
    Traffic,
)

P, R = LinkProfile, LinkReason
NOON = time(12)
FAST = Line(0.02, 20e6)
SATELLITE = Line(0.6, 1e6)


@pytest.mark.parametrize(
    ("line", "profile", "reason"),
    [
        (Line(), P.THRIFTY, R.UNKNOWN),
        (Line(0.02), P.THRIFTY, R.UNKNOWN),  # nobody knows yet how much it carries
        (FAST, P.FULL, R.MEASURED),
        (Line(0.25, 2e6), P.FULL, R.MEASURED),
        (Line(0.26, 20e6), P.THRIFTY, R.MEASURED),
        (Line(0.02, 1.9e6), P.THRIFTY, R.MEASURED),
        (SATELLITE, P.THRIFTY, R.MEASURED),
        (Line(0.91, 20e6), P.FRUGAL, R.MEASURED),
        (Line(0.91), P.FRUGAL, R.MEASURED),
        (Line(0.4, 256e3), P.FRUGAL, R.MEASURED),
        (Line(0.02, 20e6, metered=True), P.THRIFTY, R.METERED),
        (Line(0.6, 1e6, metered=True), P.FRUGAL, R.METERED),
        (Line(metered=True), P.FRUGAL, R.METERED),
        (Line(0.02, 20e6, metered=False), P.FULL, R.MEASURED),
    ],
)
def test_the_line_decides_when_nobody_chose(line: Line, profile: P, reason: R) -> None:
    assert in_force(LinkSettings(), line, Traffic(), NOON) == InForce(profile, reason)


def test_what_a_person_chose_stands_whatever_the_line() -> None:
    full = LinkSettings(P.FULL)
    assert in_force(full, SATELLITE, Traffic(), NOON) == InForce(P.FULL, R.CHOSEN)
    offline = in_force(LinkSettings(P.OFFLINE), FAST, Traffic(), NOON)
    assert offline == InForce(P.OFFLINE, R.CHOSEN)
    assert forbids_sockets(offline)
    asked = in_force(full, FAST, Traffic(), NOON, asked=P.FRUGAL)
    assert asked == InForce(P.FRUGAL, R.CHOSEN)


def test_a_policy_is_a_ceiling() -> None:
    policy = LinkSettings(P.THRIFTY, day_bytes=1000)
    found = in_force(LinkSettings(P.FULL), FAST, Traffic(), NOON, policy=policy)
    assert found == InForce(P.THRIFTY, R.POLICY, 1000)
    found = in_force(LinkSettings(P.FRUGAL), FAST, Traffic(), NOON, policy=policy)
    assert found == InForce(P.FRUGAL, R.CHOSEN, 1000)


@pytest.mark.parametrize(
    ("start", "end", "now", "inside"),
    [
        (time(8), time(18), time(8), True),
        (time(8), time(18), time(17, 59), True),
        (time(8), time(18), time(18), False),
        (time(8), time(18), time(3), False),
        (time(22), time(6), time(23), True),
        (time(22), time(6), time(5, 59), True),
        (time(22), time(6), time(6), False),
        (time(7), time(7), time(1), True),  # the whole day
    ],
)
def test_hours_of_sync(start: time, end: time, now: time, inside: bool) -> None:
    chosen = LinkSettings(P.FULL, from_hour=start, until_hour=end)
    found = in_force(chosen, FAST, Traffic(), now)
    assert (found.profile is P.FULL) == inside
    if not inside:
        assert found.reason is R.HOURS
        assert not forbids_sockets(found), "what a person wants still leaves"
        assert in_force(chosen, FAST, Traffic(), now, by_hand=True).profile is P.FULL


@pytest.mark.parametrize(
    ("used", "profile", "reason", "left"),
    [
        (0, P.FULL, R.CHOSEN, 1000),
        (900, P.FULL, R.CHOSEN, 100),
        (901, P.FRUGAL, R.BUDGET, 99),
        (999, P.FRUGAL, R.BUDGET, 1),
        (1000, P.OFFLINE, R.BUDGET, 0),
        (5000, P.OFFLINE, R.BUDGET, 0),
    ],
)
def test_the_heavy_part_waits_before_a_budget_ends(
    used: int, profile: P, reason: R, left: int
) -> None:
    chosen = LinkSettings(P.FULL, day_bytes=1000, month_bytes=10**9)
    traffic = Traffic(day_received=used // 2, day_sent=used - used // 2)
    found = in_force(chosen, FAST, traffic, NOON)
    assert found == InForce(profile, reason, left)
    assert not forbids_sockets(found)
    assert in_force(chosen, FAST, traffic, NOON, by_hand=True) == found, "a budget is a promise"


def test_the_month_counts_as_well() -> None:
    chosen = LinkSettings(P.FULL, day_bytes=10**6, month_bytes=1000)
    found = in_force(chosen, FAST, Traffic(month_received=1000), NOON)
    assert found == InForce(P.OFFLINE, R.BUDGET, 0)


def test_prices() -> None:
    frugal = InForce(P.FRUGAL, R.CHOSEN)
    found = price(3_200_000, Line(0.6, 106_000), frugal)
    assert found.seconds == pytest.approx(242, abs=1)
    assert found.ask_first
    assert price(1, FAST, frugal).ask_first, "everything is priced on a frugal line"
    assert not price(0, FAST, frugal).ask_first
    assert price(10**9, Line(), InForce(P.FULL, R.CHOSEN)).seconds is None
    assert not price(10**9, FAST, InForce(P.FULL, R.CHOSEN)).ask_first
    assert price(2000, FAST, InForce(P.FULL, R.CHOSEN, 1999)).ask_first, "beyond the budget"
    thrifty = InForce(P.THRIFTY, R.MEASURED)
    assert not price(1_000_000, SATELLITE, thrifty).ask_first
    assert price(8_000_000, SATELLITE, thrifty).ask_first, "longer than a minute"
    assert price(6_000_000, FAST, thrifty).ask_first


def test_time_left_follows_the_pace() -> None:
    assert seconds_left(100, 300, 10.0, Line()) == 20.0
    assert seconds_left(0, 300, 0.0, Line()) is None
    assert seconds_left(0, 300, 0.0, SATELLITE, 1_000_000) == pytest.approx(8.6)
    assert seconds_left(300, 300, 9.0, Line()) == 0.0
    assert seconds_left(0, 0, 9.0, Line()) is None


def test_intervals_and_connections() -> None:
    def interval(profile: P, everything: bool = False, inbox: bool = False) -> float:
        return interval_s(profile, watches_all=everything, watches_inbox=inbox)

    assert interval(P.FULL) == 60
    assert interval(P.FULL, inbox=True) == 300
    assert interval(P.FULL, everything=True, inbox=True) == 900
    assert interval(P.THRIFTY) == 300
    assert interval(P.FRUGAL, everything=True) == 1800
    assert interval(P.OFFLINE) == 60, "to look whether the hours began"
    assert [connections(one) for one in (P.FULL, P.THRIFTY, P.FRUGAL)] == [3, 2, 2]


def test_pauses_double_and_jitter() -> None:
    assert [retry_s(one, 0.999999) for one in (1, 2, 3)] == pytest.approx([5, 10, 20], rel=1e-3)
    assert retry_s(30, 0.999999) == pytest.approx(600, rel=1e-3)
    assert retry_s(8, 0.5) == 300
    assert retry_s(8, 0.0) == 1.0, "never a storm"


def test_sleep_is_a_clock_that_went_on() -> None:
    assert not has_slept(5.1, 5.1, 5.0, 30.0)
    assert not has_slept(-3600.0, 5.0, 5.0, 30.0), "somebody set the clock back"
    assert has_slept(600.0, 5.0, 5.0, 30.0), "Linux: the steady clock stands still meanwhile"
    assert has_slept(600.0, 600.0, 5.0, 30.0), "Windows: it does not"
