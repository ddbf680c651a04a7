"""Which link profile is in force, what a transfer costs, when to try again. Pure: no clock, no IO.

Rule 1: no step makes a profile richer than what a person or a policy allows; each of hours, budget,
paid line and slow line can only make it thriftier.
Rule 2: a budget is a promise. Below a tenth of it the heavy part waits (FRUGAL); when nothing is
left, rounds stop (OFFLINE with the reason BUDGET), but what a person wants still leaves: messages
in the outbox (big ones wait, ``logic.big_mail``), wishes, and what is fetched by hand after the
price was shown. Outside the hours it is the same. Only OFFLINE by choice or policy forbids every
socket.
"""

from __future__ import annotations

import math
from datetime import time
from typing import Final

from mel_desktop.model.links import (
    InForce,
    Line,
    LinkProfile,
    LinkReason,
    LinkSettings,
    Price,
    Traffic,
)

THRIFTY_RTT_S: Final = 0.25
FRUGAL_RTT_S: Final = 0.9
THRIFTY_BPS: Final = 2_000_000.0
FRUGAL_BPS: Final = 384_000.0
LAST_PART: Final = 10  # a tenth of a budget is kept for what is small
ASK_BYTES: Final = {LinkProfile.FULL: None, LinkProfile.THRIFTY: 5_000_000}  # others: always
MOST_BYTES: Final = 1 << 62
ASK_S: Final = 60.0  # on a thrifty line

FIRST_RETRY_S: Final = 5.0
LAST_RETRY_S: Final = 600.0

_RANKS: Final = (LinkProfile.OFFLINE, LinkProfile.FRUGAL, LinkProfile.THRIFTY, LinkProfile.FULL)


def rank(profile: LinkProfile) -> int:
    """How much a profile carries; AUTO counts as FULL, which it may become."""
    return _RANKS.index(LinkProfile.FULL if profile is LinkProfile.AUTO else profile)


def thriftier(one: LinkProfile, other: LinkProfile) -> LinkProfile:
    """The one that carries less."""
    return one if rank(one) <= rank(other) else other


def in_force(
    settings: LinkSettings,
    line: Line,
    traffic: Traffic,
    now_local: time,
    *,
    policy: LinkSettings | None = None,
    asked: LinkProfile = LinkProfile.AUTO,
    by_hand: bool = False,
    offline: bool = False,
) -> InForce:
    """The profile in force and why.

    ``asked``: for this one sync, in place of the settings' profile. ``by_hand``: a person wants it
    now, whatever the hours. ``policy``: its profile is a ceiling, its budgets and hours hold too.
    """
    both = (settings,) if policy is None else (settings, policy)
    left, scarce = _left(both, traffic)
    profile, reason = _base(settings, line, policy, asked)
    if offline:
        return InForce(LinkProfile.OFFLINE, LinkReason.CHOSEN, left)
    if profile is LinkProfile.OFFLINE:
        return InForce(profile, reason, left)
    if not by_hand and not all(_is_within(one, now_local) for one in both):
        return InForce(LinkProfile.OFFLINE, LinkReason.HOURS, left)
    if left == 0:
        return InForce(LinkProfile.OFFLINE, LinkReason.BUDGET, left)
    if scarce and rank(profile) > rank(LinkProfile.FRUGAL):
        return InForce(LinkProfile.FRUGAL, LinkReason.BUDGET, left)
    return InForce(profile, reason, left)


def forbids_sockets(force: InForce) -> bool:
    """Whether a person or a policy wants no connection at all (Rule 2)."""
    return force.profile is LinkProfile.OFFLINE and force.reason in (
        LinkReason.CHOSEN,
        LinkReason.POLICY,
    )


def price(octets: int, line: Line, force: InForce) -> Price:
    """What fetching so many octets costs, and whether a person is asked before."""
    octets = min(max(0, octets), MOST_BYTES)
    seconds = _seconds(octets, line, _sane(line.down_bps))
    return Price(octets, seconds, octets > 0 and _asks(octets, seconds, force))


def price_up(octets: int, line: Line, force: InForce) -> Price:
    """What sending so many octets costs: at the speed of real uploads once there was one."""
    octets = min(max(0, octets), MOST_BYTES)
    seconds = seconds_up(octets, line)
    asks = octets > 0 and _asks(octets, seconds, force)
    return Price(octets, seconds, asks, at_least=seconds is not None and _sane(line.up_bps) is None)


def seconds_up(octets: int, line: Line) -> float | None:
    """How long so many octets take upwards; without an upload so far no less than downwards."""
    return _seconds(octets, line, _sane(line.up_bps) or _sane(line.down_bps))


def seconds_left(
    done: int, expected: int, elapsed_s: float, line: Line, expected_octets: int = 0
) -> float | None:
    """How long a sync will still take: from its own pace; in its first seconds from the line's."""
    left = max(0, expected - done)
    if left == 0:
        return 0.0 if expected > 0 else None
    if done > 0 and elapsed_s >= 2.0:
        return elapsed_s / done * left
    if expected_octets <= 0:
        return None
    return _seconds(expected_octets, line, _sane(line.down_bps))


def interval_s(profile: LinkProfile, *, watches_all: bool, watches_inbox: bool) -> float:
    """Seconds between two rounds when nothing calls for one. OFFLINE: to look at the hours again.

    What the server itself tells need not be asked for; a rare round stays, should a word get lost.
    """
    if profile is LinkProfile.FRUGAL:
        return 1800.0
    if watches_all:
        return 900.0
    if watches_inbox or profile is LinkProfile.THRIFTY:
        return 300.0
    return 60.0


def connections(profile: LinkProfile) -> int:
    """How many an account may have at once: the sync's, the reader's, and one that watches."""
    return 3 if rank(profile) == rank(LinkProfile.FULL) else 2


def idle_limit_s(profile: LinkProfile) -> float:
    """Seconds after which a reader's idle connection is closed; on a frugal line any."""
    return 120.0 if rank(profile) <= rank(LinkProfile.FRUGAL) else 900.0


def retry_s(failures: int, roll: float) -> float:
    """Seconds until the next try after so many failures in a row: exponential, full jitter.

    ``roll`` is random in [0, 1): a whole school must not come back in the same second.
    """
    most = min(LAST_RETRY_S, FIRST_RETRY_S * 2.0 ** min(max(failures - 1, 0), 16))
    return max(1.0, most * min(max(roll, 0.0), 1.0))


def has_slept(wall_s: float, steady_s: float, expected_s: float, tolerance_s: float) -> bool:
    """Whether the computer slept: one of its clocks went on while nobody looked."""
    return max(wall_s, steady_s) - expected_s > tolerance_s


# -- inside ----------------------------------------------------------------------------------------


def _base(
    settings: LinkSettings, line: Line, policy: LinkSettings | None, asked: LinkProfile
) -> tuple[LinkProfile, LinkReason]:
    chosen = settings.profile if asked is LinkProfile.AUTO else asked
    if chosen is LinkProfile.AUTO:
        profile, reason = _measured(line)
    else:
        profile, reason = chosen, LinkReason.CHOSEN
    if policy is not None and rank(policy.profile) < rank(profile):
        return policy.profile, LinkReason.POLICY
    return profile, reason


def _measured(line: Line) -> tuple[LinkProfile, LinkReason]:
    rtt, bps = _sane(line.rtt_s), _sane(line.down_bps)
    slow_rtt = rtt is not None and rtt > THRIFTY_RTT_S
    slow_bps = bps is not None and bps < THRIFTY_BPS
    if (rtt is not None and rtt > FRUGAL_RTT_S) or (bps is not None and bps < FRUGAL_BPS):
        return LinkProfile.FRUGAL, LinkReason.MEASURED
    known = rtt is not None and bps is not None
    if line.metered:  # paid by the octet: one step below what the line could carry
        fast = known and not (slow_rtt or slow_bps)
        return (LinkProfile.THRIFTY if fast else LinkProfile.FRUGAL), LinkReason.METERED
    if slow_rtt or slow_bps:
        return LinkProfile.THRIFTY, LinkReason.MEASURED
    if not known:
        return LinkProfile.THRIFTY, LinkReason.UNKNOWN
    return LinkProfile.FULL, LinkReason.MEASURED


def _left(both: tuple[LinkSettings, ...], traffic: Traffic) -> tuple[int | None, bool]:
    """Octets left of the tightest budget, and whether one is in its last part."""
    day = max(0, traffic.day_received) + max(0, traffic.day_sent)
    month = max(0, traffic.month_received) + max(0, traffic.month_sent)
    lefts: list[int] = []
    scarce = False
    for one in both:
        for most, used in ((one.day_bytes, day), (one.month_bytes, month)):
            if most is not None:
                left = max(0, most - used)
                lefts.append(left)
                scarce = scarce or left * LAST_PART < most
    return min(lefts, default=None), scarce


def _is_within(settings: LinkSettings, now: time) -> bool:
    start, end = settings.from_hour, settings.until_hour
    if start is None or end is None or start == end:
        return True
    plain = now.replace(tzinfo=None)
    if start < end:
        return start <= plain < end
    return plain >= start or plain < end


def _asks(octets: int, seconds: float | None, force: InForce) -> bool:
    if force.left_bytes is not None and octets > force.left_bytes:
        return True
    if force.profile not in ASK_BYTES:
        return True
    most = ASK_BYTES[force.profile]
    if most is None:
        return False
    return octets > most or (seconds is not None and seconds > ASK_S)


def _seconds(octets: int, line: Line, bps: float | None) -> float | None:
    if bps is None:
        return None
    if octets <= 0:
        return 0.0
    return _sane((_sane(line.rtt_s) or 0.0) + min(octets, MOST_BYTES) * 8 / bps)


def _sane(value: float | None) -> float | None:
    """A measurement that can be one."""
    return value if value is not None and math.isfinite(value) and value > 0 else None
