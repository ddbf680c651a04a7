"""The line to a server: profiles, budgets, what was measured, what a transfer would cost."""

from __future__ import annotations

from datetime import time
from enum import Enum

from mel_desktop.model.values import dataclass


class LinkProfile(Enum):
    """How much a line is asked to carry. AUTO is resolved to one of the others."""

    AUTO = "auto"
    FULL = "full"  # attachments of the messages whose texts are wanted come too
    THRIFTY = "thrifty"  # headers and texts; attachments on demand, behind COMPRESS
    FRUGAL = "frugal"  # inbox and wishes only, plain texts, everything else is priced first
    OFFLINE = "offline"  # no socket


class LinkReason(Enum):
    """Why a profile is in force."""

    CHOSEN = "chosen"  # by the teacher, or on the command line
    POLICY = "policy"
    METERED = "metered"  # the system says that the line is paid by the octet
    MEASURED = "measured"
    BUDGET = "budget"  # the day's or the month's octets are used up
    HOURS = "hours"  # outside the hours of sync
    UNKNOWN = "unknown"  # nothing was measured yet


class Phase(Enum):
    """What a sync is doing."""

    SIGN_IN = "sign-in"
    FOLDERS = "folders"
    WISHES = "wishes"
    HEADERS = "headers"
    TEXTS = "texts"
    ATTACHMENTS = "attachments"


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """What a teacher (or a policy) set for one account. Octets count both ways."""

    profile: LinkProfile = LinkProfile.AUTO
    day_bytes: int | None = None
    month_bytes: int | None = None
    from_hour: time | None = None  # local time; both or none. Over midnight where from > until
    until_hour: time | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """What was last measured of a line; None before."""

    rtt_s: float | None = None
    down_bps: float | None = None
    metered: bool | None = None
    up_bps: float | None = None


@dataclass(frozen=True, slots=True)
class InForce:
    """The profile in force and why; ``left_bytes`` of the tighter budget, None without one."""

    profile: LinkProfile
    reason: LinkReason
    left_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Traffic:
    """Octets on the wire of one account, TLS included."""

    received: int = 0  # since the program started
    sent: int = 0
    day_received: int = 0
    day_sent: int = 0
    month_received: int = 0
    month_sent: int = 0


@dataclass(frozen=True, slots=True)
class Price:
    """What fetching something would cost. ``seconds`` is None while the line was not measured."""

    octets: int
    seconds: float | None
    ask_first: bool  # the profile in force wants a person to agree
    at_least: bool = False  # upwards nothing was measured yet: it will not be faster than down


@dataclass(frozen=True, slots=True)
class Brake:
    """A folder of which too much is gone to be believed; ``whole``: the folder itself is."""

    account: int
    folder: int
    path: str
    missing: int
    total: int
    whole: bool
