"""Which messages wait for a good line. Pure: no clock, no IO.

Rule 1: a line that costs (paid by the octet, chosen thrifty, a budget near its end) is waited out
until a person or another line ends it. One that is only slow costs time: it is waited out for
``LONGEST``, or a school with such a line would never send a big message.
Rule 2: a line of which nothing is known is no reason to wait; what was measured upwards says more
than what came down.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from mel_desktop.logic.linkprofile import rank, seconds_up
from mel_desktop.model.links import InForce, Line, LinkProfile, LinkReason

BIG_BYTES: Final = 5_000_000  # as for what comes down: a thrifty line asks above it
BEARABLE_S: Final = 60.0
NARROWER: Final = 10  # ADSL and most radio carry so much less upwards than downwards
LONGEST: Final = timedelta(hours=12)  # from the evening to a morning at school
_COSTS: Final = frozenset({
    LinkReason.CHOSEN, LinkReason.POLICY, LinkReason.METERED, LinkReason.BUDGET,
})  # fmt: skip


def waits(octets: int, threshold: int, line: Line, force: InForce, waited: timedelta) -> bool:
    """Whether a message of so many octets, queued so long ago, waits. ``threshold`` 0: none."""
    if not 0 < threshold <= octets or rank(force.profile) >= rank(LinkProfile.FULL):
        return False
    if force.profile is LinkProfile.OFFLINE and force.reason is not LinkReason.BUDGET:
        return False  # nothing leaves at all, or only the hours of sync are over
    if force.reason in _COSTS:
        return True
    if force.reason is not LinkReason.MEASURED or abs(waited) >= LONGEST:
        return False
    seconds = seconds_up(octets, line)
    if seconds is None:
        return True
    return seconds * (1 if line.up_bps is not None else NARROWER) > BEARABLE_S
