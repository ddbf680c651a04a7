"""Whatever is asked for, whenever: no sliding window ever holds more than its share of the warn
level, and nothing waits for ever.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from mel_desktop.logic.pacing import allowance, ends_at, portion, portions
from mel_desktop.logic.paris import PARIS, on_the_wall
from mel_desktop.model.sending import SendingLimits, Sent, Window

MINUTE = timedelta(minutes=1)
NATIONAL = SendingLimits(
    name="national",
    windows=(
        Window(MINUTE, 500, 700),
        Window(10 * MINUTE, 800, 1000),
        Window(60 * MINUTE, 2000, 4000),
        Window(600 * MINUTE, 5000, 8000),
    ),
    night_divisor=4,
    weekend_divisor=2,
)
SMALL = SendingLimits("small", (Window(MINUTE, 10, 12), Window(60 * MINUTE, 30, 40)), share=100)

starts = st.datetimes(datetime(2025, 9, 1), datetime(2027, 9, 1)).map(  # noqa: DTZ001
    lambda at: at.replace(tzinfo=UTC)
)
asked = st.lists(st.tuples(st.integers(0, 14_400), st.integers(1, 1200)), min_size=1, max_size=25)
DST_EVES = [datetime(2026, 3, 28, 18, tzinfo=UTC), datetime(2026, 10, 24, 17, tzinfo=UTC)]


def allowed(window: Window, limits: SendingLimits, at: datetime) -> float:
    """The warn level as the provider states it, told apart from the code by hand."""
    wall = on_the_wall(at, PARIS)
    level = float(window.warn)
    if wall.hour >= 20 or wall.hour < 7:
        level /= limits.night_divisor
    if wall.weekday() in {5, 6}:
        level /= limits.weekend_divisor
    return level


def check(log: list[Sent], limits: SendingLimits) -> None:
    """Every window that ends at a hand-over, and every one that begins at one."""
    for last in log:
        for window in limits.windows:
            held = sum(one.recipients for one in log if last.at - window.span <= one.at <= last.at)
            most = allowed(window, limits, last.at) * limits.share / 100
            assert held <= max(most, 1), (last, window, held, most)


@given(starts, asked, st.sampled_from([NATIONAL, SMALL]))
@example(DST_EVES[0], [(0, 1200)] * 4, NATIONAL)
@example(DST_EVES[1], [(0, 1200)] * 4, NATIONAL)
def test_never_over_the_warn_level(
    start: datetime, wishes: list[tuple[int, int]], limits: SendingLimits
) -> None:
    """Messages come at any time, each to many; whoever looks sends what may go then."""
    log: list[Sent] = []
    now = start
    for pause, recipients in wishes:
        now += timedelta(seconds=pause)
        left = recipients
        for _ in range(3):  # then the next message comes; the rest is forgotten
            found = portion(log, limits, now, left)
            if found.recipients:
                log.append(Sent(now, found.recipients))
                left -= found.recipients
            if found.until is None:
                break
            assert found.until > now
            now = found.until
    check(log, limits)


@given(starts, st.integers(1, 4000), asked)
def test_every_message_comes_to_its_end(
    start: datetime, recipients: int, before: list[tuple[int, int]]
) -> None:
    """However much was sent before, by whatever way: the last recipient is served in days."""
    log = [Sent(start - timedelta(seconds=ago), many) for ago, many in before]
    parts = portions(log, NATIONAL, start, recipients)
    assert sum(one.recipients for one in parts) == recipients
    assert all(one.at < two.at for one, two in pairwise(parts))
    assert ends_at(log, NATIONAL, start, recipients) - start <= timedelta(days=4)
    check([Sent(one.at, one.recipients) for one in parts], NATIONAL)


@given(starts, asked, st.integers(1, 60))
def test_until_is_when_and_not_later(
    start: datetime, before: list[tuple[int, int]], wanted: int
) -> None:
    """At ``until`` so many may go (or all that the level lets go); a second earlier not."""
    log = [Sent(start - timedelta(seconds=ago), many) for ago, many in before]
    found = allowance(log, NATIONAL, start, wanted)
    if found.until is None:
        return
    then = allowance(log, NATIONAL, found.until, wanted)
    assert then.recipients >= wanted or then.recipients > found.recipients or then.until is None
    eve = allowance(log, NATIONAL, found.until - timedelta(seconds=2), wanted)
    assert eve.recipients <= max(found.recipients, wanted)


@given(starts, st.integers(1, 300))
def test_a_clock_that_was_set_back_lets_no_more_go(start: datetime, ahead: int) -> None:
    log = [Sent(start + timedelta(hours=ahead), 400)]
    at_noon = start.replace(hour=10, minute=0)
    assert allowance(log, NATIONAL, at_noon).recipients in {
        0, *(range(1, 401)),
    }  # fmt: skip
    assert (
        allowance(log, NATIONAL, at_noon).recipients <= allowance([], NATIONAL, at_noon).recipients
    )
