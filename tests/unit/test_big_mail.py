"""Which messages wait for a good line, and how fast it is upwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.logic import linkprofile
from mel_desktop.logic.big_mail import BIG_BYTES, LONGEST, waits
from mel_desktop.model.links import InForce, Line, LinkProfile, LinkReason
from mel_desktop.ports import UPLOAD_TELLS, Meter

P, R = LinkProfile, LinkReason
NOW = timedelta()


@pytest.mark.parametrize(
    ("force", "line", "expected"),
    [
        (InForce(P.FULL, R.MEASURED), Line(0.02, 50e6), False),
        (InForce(P.THRIFTY, R.MEASURED), Line(0.3, 1e6), True),
        (InForce(P.FRUGAL, R.MEASURED), Line(1.2, None), True),
        (InForce(P.THRIFTY, R.MEASURED), Line(0.3, 1e6, up_bps=20e6), False),  # up it is fast
        (InForce(P.THRIFTY, R.MEASURED), Line(0.3, 1e6, up_bps=0.2e6), True),
        (InForce(P.THRIFTY, R.MEASURED), Line(0.3, 50e6), False),  # far away, and wide
        (InForce(P.THRIFTY, R.METERED), Line(0.02, 50e6, True, 20e6), True),
        (InForce(P.THRIFTY, R.CHOSEN), Line(0.02, 50e6, up_bps=20e6), True),
        (InForce(P.FRUGAL, R.POLICY), Line(0.02, 50e6), True),
        (InForce(P.FRUGAL, R.BUDGET, 1000), Line(0.02, 50e6), True),
        (InForce(P.OFFLINE, R.BUDGET, 0), Line(0.02, 50e6), True),
        (InForce(P.OFFLINE, R.HOURS), Line(0.02, 50e6), False),
        (InForce(P.OFFLINE, R.CHOSEN), Line(0.02, 50e6), False),  # nothing leaves: that is told
        (InForce(P.THRIFTY, R.UNKNOWN), Line(0.02, None), False),
    ],
)
def test_lines(force: InForce, line: Line, expected: bool) -> None:
    assert waits(BIG_BYTES, BIG_BYTES, line, force, NOW) is expected
    assert not waits(BIG_BYTES - 1, BIG_BYTES, line, force, NOW)  # small mail passes
    assert not waits(BIG_BYTES, 0, line, force, NOW)  # nobody wants it


def test_a_line_that_is_only_slow_is_waited_out_for_a_while() -> None:
    slow, paid = InForce(P.THRIFTY, R.MEASURED), InForce(P.THRIFTY, R.METERED)
    line = Line(0.3, 1e6, None, 0.1e6)
    just_before = LONGEST - timedelta(seconds=1)
    assert waits(BIG_BYTES, BIG_BYTES, line, slow, just_before)
    assert not waits(BIG_BYTES, BIG_BYTES, line, slow, LONGEST)
    assert waits(BIG_BYTES, BIG_BYTES, line, paid, LONGEST * 10)
    assert not waits(BIG_BYTES, BIG_BYTES, line, slow, timedelta(days=-4000))  # a wrong clock


@given(
    octets=st.integers(0, 1 << 40),
    threshold=st.integers(0, 1 << 40),
    up=st.none() | st.floats(1, 1e9),
    reason=st.sampled_from(R),
    profile=st.sampled_from([P.FULL, P.THRIFTY, P.FRUGAL, P.OFFLINE]),
    hours=st.integers(-100, 100),
)
def test_what_is_smaller_never_waits_longer(
    octets: int,
    threshold: int,
    up: float | None,
    reason: LinkReason,
    profile: LinkProfile,
    hours: int,
) -> None:
    line, force = Line(0.3, 1e6, None, up), InForce(profile, reason)
    waited = timedelta(hours=hours)
    if not waits(octets, threshold, line, force, waited):
        assert not waits(octets // 2, threshold, line, force, waited)
    if profile is P.FULL:
        assert not waits(octets, threshold, line, force, waited)


def test_only_uploads_that_tell_are_believed() -> None:
    meter = Meter(rtt_s=0.1)
    meter.note_upload(UPLOAD_TELLS - 1, 1.0)
    meter.note_upload(UPLOAD_TELLS, 0.05)  # over before the answer can have come
    assert meter.up_bps is None
    meter.note_upload(1_000_000, 8.1)
    assert meter.up_bps == pytest.approx(1e6)
    meter.note_upload(1_000_000, 4.1)
    assert meter.up_bps == pytest.approx(1.5e6)


def test_the_price_upwards() -> None:
    force = InForce(P.THRIFTY, R.MEASURED)
    measured = linkprofile.price_up(1_000_000, Line(0.3, 8e6, None, 1e6), force)
    assert measured.seconds == pytest.approx(8.3)
    assert not measured.at_least
    guessed = linkprofile.price_up(1_000_000, Line(0.3, 8e6), force)
    assert guessed.seconds == pytest.approx(1.3)
    assert guessed.at_least
    nothing = linkprofile.price_up(1_000_000, Line(), force)
    assert nothing.seconds is None
    assert not nothing.at_least
