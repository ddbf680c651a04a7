"""Laws of link profiles: never richer than allowed, never an exception, pauses within bounds."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import time

from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.logic import linkprofile
from mel_desktop.logic.linkprofile import in_force, price, rank, retry_s, seconds_left
from mel_desktop.model.links import (
    InForce,
    Line,
    LinkProfile,
    LinkReason,
    LinkSettings,
    Traffic,
)

measured = st.none() | st.floats()  # nan, infinities and negatives too
octets = st.integers(-(10**30), 10**30)
profiles = st.sampled_from(LinkProfile)
hours = st.none() | st.times()
settings_ = st.builds(
    LinkSettings,
    profile=profiles,
    day_bytes=st.none() | st.integers(0, 10**12),
    month_bytes=st.none() | st.integers(0, 10**12),
    from_hour=hours,
    until_hour=hours,
)
lines = st.builds(Line, measured, measured, st.sampled_from([None, True, False]))
traffics = st.builds(
    Traffic, octets, octets, *[st.integers(-5, 10**12) for _ in range(4)]
)  # fmt: skip
forces = st.builds(InForce, profiles, st.sampled_from(LinkReason), st.none() | st.integers(0))
switches = st.fixed_dictionaries({
    "policy": st.none() | settings_,
    "asked": profiles,
    "by_hand": st.booleans(),
    "offline": st.booleans(),
})  # fmt: skip


@given(settings_, lines, traffics, st.times(), switches)
def test_the_profile_is_one_and_never_richer_than_set(
    chosen: LinkSettings, line: Line, used: Traffic, now: time, given_: dict[str, object]
) -> None:
    force = in_force(chosen, line, used, now, **given_)  # type: ignore[arg-type]
    assert force.profile is not LinkProfile.AUTO
    asked = given_["asked"]
    set_ = chosen.profile if asked is LinkProfile.AUTO else asked
    assert isinstance(set_, LinkProfile)
    assert rank(force.profile) <= rank(set_)
    policy = given_["policy"]
    if isinstance(policy, LinkSettings):
        assert rank(force.profile) <= rank(policy.profile)
    assert force.left_bytes is None or force.left_bytes >= 0
    if given_["offline"]:
        assert force.profile is LinkProfile.OFFLINE
        assert linkprofile.forbids_sockets(force)


@given(settings_, lines, traffics, st.times(), switches, st.integers(0, 10**12))
def test_octets_used_never_make_it_richer_nor_leave_more(
    chosen: LinkSettings,
    line: Line,
    used: Traffic,
    now: time,
    given_: dict[str, object],
    more: int,
) -> None:
    used = replace(used, day_received=max(0, used.day_received))
    later = replace(
        used,
        day_received=used.day_received + more,
        month_received=max(0, used.month_received) + more,
    )
    before = in_force(chosen, line, used, now, **given_)  # type: ignore[arg-type]
    after = in_force(chosen, line, later, now, **given_)  # type: ignore[arg-type]
    assert rank(after.profile) <= rank(before.profile)
    if before.left_bytes is not None:
        assert after.left_bytes is not None
        assert after.left_bytes <= before.left_bytes


@given(
    lines,
    st.floats(0, 100, allow_nan=False, exclude_min=True),
    st.floats(1, 1e12, allow_nan=False),
    st.floats(1, 1000),
)
def test_a_slower_or_a_paid_line_never_makes_it_richer(
    line: Line, rtt: float, bps: float, factor: float
) -> None:
    def profile(one: Line) -> int:
        return rank(in_force(LinkSettings(), one, Traffic(), time(12)).profile)

    fast = Line(rtt, bps, line.metered)
    assert profile(Line(rtt * factor, bps, line.metered)) <= profile(fast)
    assert profile(Line(rtt, bps / factor, line.metered)) <= profile(fast)
    assert profile(replace(line, metered=True)) <= profile(replace(line, metered=False))
    assert profile(replace(line, metered=None)) == profile(replace(line, metered=False))


@given(octets, octets, lines, forces)
def test_a_price_grows_with_the_octets_and_is_never_nonsense(
    one: int, more: int, line: Line, force: InForce
) -> None:
    small, great = price(one, line, force), price(one + abs(more), line, force)
    assert small.octets >= 0
    assert small.octets <= great.octets
    assert not small.ask_first or great.ask_first
    for found in (small.seconds, great.seconds):
        assert found is None or (math.isfinite(found) and found >= 0)
    if small.seconds is not None and great.seconds is not None:
        assert small.seconds <= great.seconds


@given(octets, lines, st.none() | st.integers(0))
def test_a_thriftier_profile_asks_at_least_as_often(
    number: int, line: Line, left: int | None
) -> None:
    asks = [
        price(number, line, InForce(one, LinkReason.CHOSEN, left)).ask_first
        for one in (LinkProfile.FULL, LinkProfile.THRIFTY, LinkProfile.FRUGAL, LinkProfile.OFFLINE)
    ]
    assert asks == sorted(asks)


@given(st.integers(-10, 10**6), st.integers(-10, 10**6), st.floats(0, 1e9), lines, octets)
def test_the_time_left_is_none_or_not_negative(
    done: int, expected: int, elapsed: float, line: Line, left: int
) -> None:
    found = seconds_left(done, expected, elapsed, line, left)
    assert found is None or (math.isfinite(found) and found >= 0)


@given(st.integers(-3, 10**6), st.floats(0, 1, exclude_max=True))
def test_pauses_grow_up_to_ten_minutes(failures: int, roll: float) -> None:
    assert 1.0 <= retry_s(failures, roll) <= 600.0
    assert retry_s(failures, roll) <= retry_s(failures + 1, roll)
