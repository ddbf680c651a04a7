"""When messages leave: a provider's limits, school days, quiet hours."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Final

from mel_desktop.model.mail import MessageId
from mel_desktop.model.values import dataclass


@dataclass(frozen=True, slots=True)
class Window:
    """So many recipients in any stretch of time of this length: over ``warn`` the server puts a
    message into quarantine, over ``most`` it refuses it.
    """

    span: timedelta
    warn: int
    most: int


@dataclass(frozen=True, slots=True)
class SendingLimits:
    """A provider's limits for one sender, and how much of them we use.

    ``share``: per cent of the warn level; the rest is for what leaves by another way (webmail, a
    telephone, a colleague behind the same address of the school).
    """

    name: str
    windows: tuple[Window, ...] = ()
    share: int = 80
    night_divisor: int = 1
    weekend_divisor: int = 1
    night_from: int = 20  # o'clock in Paris
    night_until: int = 7
    grade: str = "?"
    source: str = ""
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """So many recipients were handed over at that instant."""

    at: datetime
    recipients: int


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many recipients may go now; ``until``: when more may, None if nothing holds them back."""

    recipients: int
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Portion:
    """A part of a message's recipients that leaves at once."""

    at: datetime
    recipients: int


@dataclass(frozen=True, slots=True)
class SchoolBreak:
    """Days without classes: from ``first`` (off) to the day before ``back`` (classes again)."""

    name: str
    first: date
    back: date


@dataclass(frozen=True, slots=True)
class ZoneCalendar:
    """The breaks of one zone; days from ``covers_from`` to before ``covers_until`` are known."""

    zone: str
    breaks: tuple[SchoolBreak, ...] = ()
    covers_from: date = date.max
    covers_until: date = date.min
    holidays: tuple[date, ...] = ()  # public ones of this zone alone

    def covers(self, day: date) -> bool:
        """Whether the breaks of this day are known; else only week-ends and public holidays."""
        return self.covers_from <= day < self.covers_until


@dataclass(frozen=True, slots=True)
class SchoolCalendar:
    """Every zone, and the zone of each académie. ``zones`` and ``academies`` are sorted pairs."""

    zones: tuple[ZoneCalendar, ...] = ()
    academies: tuple[tuple[str, str], ...] = ()  # domain -> name of a zone
    source: str = ""
    as_of: str = ""
    place: str = ""  # "" shipped | "policy" | "profile"

    def zone(self, name: str) -> ZoneCalendar:
        """The zone of that name; an unknown one has no breaks."""
        return next((one for one in self.zones if one.zone == name), ZoneCalendar(name))

    def zone_of(self, address: str) -> str:
        """The zone of an address' académie, "" if it is not known."""
        domain = address.rpartition("@")[2].lower()
        found = dict(self.academies)
        return next(
            (zone for name, zone in found.items() if domain == name or domain.endswith(f".{name}")),
            "",
        )


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The right to disconnect, as the teacher or the school has set it.

    ``wednesday_until``: the hour at which the school's Wednesday ends (first degree: noon);
    None: a Wednesday like any other day.
    """

    on: bool = True
    opens: time = time(7)
    closes: time = time(20)
    morning: time = time(8)  # when what was put off leaves
    wednesday_until: time | None = time(12)
    saturday: bool = False  # a day of classes


class PresetKind(Enum):
    """Hours that are offered with one key."""

    IN_AN_HOUR = "in-an-hour"
    THIS_EVENING = "this-evening"
    TOMORROW = "tomorrow"
    NEXT_SCHOOL_DAY = "next-school-day"
    MONDAY = "monday"
    AFTER_BREAK = "after-break"


@dataclass(frozen=True, slots=True)
class Preset:
    """An hour that is offered; ``is_quiet``: people have a right to be left alone then."""

    kind: PresetKind
    at: datetime
    is_quiet: bool = False


@dataclass(frozen=True, slots=True)
class HoursFacts:
    """What is known of an account's school days. ``zone`` "": to be asked."""

    zone: str
    zones: tuple[str, ...]
    ends: date | None  # the calendar knows the days before this one; None: none at all
    quiet: QuietHours
    source: str = ""
    as_of: str = ""
    zone_is_fixed: bool = False


class RecipientState(Enum):
    """Where a message stands for one of its recipients."""

    WAITING = "waiting"
    TAKEN = "taken"  # by the sending server
    REFUSED = "refused"  # by the sending server
    DELAYED = "delayed"  # a server on the way still tries
    UNDELIVERED = "undelivered"  # it came back
    DELIVERED = "delivered"  # the recipient's server says so
    LEFT_OUT = "left-out"  # a person let it be after others had it
    RELAYED = "relayed"  # a server took it that does not say what becomes of it


@dataclass(frozen=True, slots=True)
class Recipient:
    """One recipient; ``status`` as RFC 3463 has it, ``said`` in the server's words."""

    address: str
    state: RecipientState
    status: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class BigMailSettings:
    """From which size on a message waits for a good line; 0: none does."""

    megabytes: int
    is_fixed: bool = False  # by the school's IT


class OutboxWay(Enum):
    """A way on that only a person can take, and that needs more than "again"."""

    IT_LEFT = "it-left"  # unknown: somebody has it
    SEND_IN_DOUBT = "send-in-doubt"  # unknown, and Sent cannot be searched
    LET_REST_BE = "let-rest-be"  # partly sent
    STOP_FILING = "stop-filing"  # sent; a copy on this PC is enough


@dataclass(frozen=True, slots=True)
class WordOfSent:
    """What Sent has said of a message whose answer got lost at ``since``."""

    since: datetime | None = None
    checked_at: datetime | None = None  # it was searched, and the message was not there
    trouble: str = ""  # why it could not be searched since: the text of a code


NOTHING_KNOWN: Final = WordOfSent()


@dataclass(frozen=True, slots=True)
class OutboxDetails:
    """What a person may want to know of one row of the outbox."""

    recipients: tuple[Recipient, ...]
    not_before: datetime | None
    checked_at: datetime | None  # Sent was searched
    filed_message: MessageId | None  # the copy in Sent or on this PC alone, if it is here
    word: WordOfSent = NOTHING_KNOWN
    is_absent: bool = False  # Sent was searched late enough: it did not keep a copy
    ways: frozenset[OutboxWay] = frozenset()
    confirm: bool = False  # a report of delivery was asked for
    confirms: bool | None = None  # whether the sending server offers them; None: not known
