"""How fast messages may leave: pauses after refusals, and a provider's limits.

Limits count recipients, not messages, in sliding windows; at night and at week-ends they are a
part of those of the day. Rule 1: at every instant at which something leaves, what left in each
window up to then is at most ``share`` per cent of the warn level in force at that instant.
Rule 2: near a change of level (clocks differ) the lower level holds on both sides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final

from mel_desktop.logic.paris import PARIS, instant, on_the_wall
from mel_desktop.model.sending import Allowance, Portion, SendingLimits, Sent, Window

_MINUTES: Final = (1, 2, 5, 15, 30, 60)
_SPREAD: Final = 0.2

GUARD: Final = timedelta(minutes=5)  # a PC's clock may differ from the server's by so much
STEP: Final = timedelta(seconds=1)  # a window is closed at both ends
SATURDAY: Final = 5
LEVELS_AHEAD: Final = 12  # changes of level looked at: four days
UNLIMITED: Final = 1_000_000_000
PORTION: Final = 50  # recipients of one message: fewer only where a level is lower, or at its end
MOST_PORTIONS: Final = 2000


def retry_delay(attempts: int, key: int) -> timedelta:
    """Pause after the ``attempts``-th refusal: 1, 2, 5, 15, 30, then 60 minutes, for ever.

    Up to a fifth more, by ``key``: messages that were refused together do not come back together.
    """
    minutes = _MINUTES[min(max(attempts, 1), len(_MINUTES)) - 1]
    spread = (key * 2654435761 % 2**32) / 2**32 * _SPREAD  # Knuth's multiplicative hash
    return timedelta(minutes=minutes * (1 + spread))


def allowance(
    history: Iterable[Sent], limits: SendingLimits, now: datetime, wanted: int = 1
) -> Allowance:
    """How many recipients may go now, and when more may, if something holds them back: so many
    that ``wanted`` could go, or as many as ever can.

    What ``history`` says of the time after ``now`` (a clock was set back) counts as sent now.
    """
    if not limits.windows:
        return Allowance(UNLIMITED, None)
    past = _sorted(history, now)
    free = _free(past, limits, now)
    if free >= _tightest(limits, now):
        return Allowance(free, None)
    return Allowance(free, _next(past, limits, now, max(free + 1, wanted)))


def portion(history: Iterable[Sent], limits: SendingLimits, now: datetime, left: int) -> Allowance:
    """How many of the ``left`` recipients of one message should go now, and when to look again.

    None go where waiting a little lets more than a handful go: each portion is a transfer of the
    whole message.
    """
    found = allowance(history, limits, now, min(left, PORTION))
    some = min(left, found.recipients)
    if some >= min(left, PORTION) or found.until is None:
        return Allowance(some, found.until if some < left else None)
    return Allowance(0, found.until)


def portions(
    history: Iterable[Sent], limits: SendingLimits, start: datetime, recipients: int
) -> tuple[Portion, ...]:
    """How a message to so many would leave from ``start`` on: the parts and their hours."""
    parts: list[Portion] = []
    past = _sorted(history, start)
    now, left = start, recipients
    while left > 0 and len(parts) < MOST_PORTIONS:
        found = portion(past, limits, now, left)
        if found.recipients:
            parts.append(Portion(now, found.recipients))
            past.append(Sent(now, found.recipients))
            left -= found.recipients
        now = found.until or now + STEP
    return tuple(parts)


def ends_at(
    history: Iterable[Sent], limits: SendingLimits, start: datetime, recipients: int
) -> datetime:
    """When the last of so many recipients would be served, from ``start`` on."""
    parts = portions(history, limits, start, recipients)
    return parts[-1].at if parts else start


def longest(limits: SendingLimits) -> timedelta:
    """How far back what was sent matters."""
    return max((window.span for window in limits.windows), default=timedelta(0))


def divisor(limits: SendingLimits, now: datetime) -> int:
    """By how much the limits of the day are divided now; the guard included."""
    return max(_divisor(limits, now + shift) for shift in (-GUARD, timedelta(0), GUARD))


def level(window: Window, limits: SendingLimits, now: datetime) -> int:
    """How many recipients we let leave in this window ending now; at least one, or none ever."""
    return max(window.warn * limits.share // (100 * divisor(limits, now)), 1)


# -- inside ----------------------------------------------------------------------------------------


def _divisor(limits: SendingLimits, at: datetime) -> int:
    wall = on_the_wall(at, PARIS)
    night = wall.hour >= limits.night_from or wall.hour < limits.night_until
    weekend = wall.weekday() >= SATURDAY
    return (limits.night_divisor if night else 1) * (limits.weekend_divisor if weekend else 1)


def _sorted(history: Iterable[Sent], now: datetime) -> list[Sent]:
    return sorted(
        (one if one.at <= now else Sent(now, one.recipients) for one in history),
        key=lambda one: one.at,
    )


def _free(past: Sequence[Sent], limits: SendingLimits, now: datetime) -> int:
    frees = [
        level(window, limits, now)
        - sum(one.recipients for one in past if one.at >= now - window.span)
        for window in limits.windows
    ]
    return max(min(frees), 0)


def _tightest(limits: SendingLimits, now: datetime) -> int:
    return min(level(window, limits, now) for window in limits.windows)


def _next(past: Sequence[Sent], limits: SendingLimits, now: datetime, wanted: int) -> datetime:
    """The first instant after ``now`` at which so many may go, or all that a level lets go."""
    for begins, ends in pairwise(_changes(limits, now)):
        some = min(wanted, _tightest(limits, begins))
        at = max(
            begins,
            *(
                _falls_to(past, window, level(window, limits, begins) - some)
                for window in limits.windows
            ),
        )
        if at < ends:
            return at
    return now + longest(limits) + STEP  # nothing of the past counts any more


def _falls_to(past: Sequence[Sent], window: Window, rest: int) -> datetime:
    """When what the window holds has fallen to ``rest``; the end of time if it never will."""
    if rest < 0:
        return datetime.max.replace(tzinfo=UTC)
    held = 0
    for one in reversed(past):
        held += one.recipients
        if held > rest:
            return one.at + window.span + STEP
    return datetime.min.replace(tzinfo=UTC)


def _changes(limits: SendingLimits, now: datetime) -> Iterator[datetime]:
    """The beginnings of the stretches of one level, from just after ``now`` on."""
    first = now + STEP
    day = on_the_wall(now, PARIS).replace(hour=0, minute=0, second=0, microsecond=0)
    found = {
        instant(day + timedelta(days=days, hours=hour), PARIS) + shift
        for days in range(-1, LEVELS_AHEAD)
        for hour in (0, limits.night_until, limits.night_from)
        for shift in (-GUARD, GUARD + STEP)
    }
    yield first
    yield from (one for one in sorted(found) if one > first)
