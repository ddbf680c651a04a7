"""Events, invitations and receipts of reading as values (RFC 5545, 5546, 8098)."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import NewType

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.mail import Address, MessageId
from mel_desktop.model.values import dataclass

EventId = NewType("EventId", int)


class Method(Enum):
    """What a calendar part asks for (RFC 5546 1.4). PLAIN: a file without METHOD."""

    REQUEST = "request"
    CANCEL = "cancel"
    REPLY = "reply"
    COUNTER = "counter"
    DECLINE_COUNTER = "declinecounter"
    REFRESH = "refresh"
    PUBLISH = "publish"
    ADD = "add"
    PLAIN = ""


class Answer(Enum):
    """PARTSTAT (RFC 5545 3.2.12)."""

    NONE = "needs-action"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"
    DELEGATED = "delegated"


class GuestRole(Enum):
    """ROLE (RFC 5545 3.2.16)."""

    CHAIR = "chair"
    REQUIRED = "req-participant"
    OPTIONAL = "opt-participant"
    INFORMED = "non-participant"


@dataclass(frozen=True, slots=True)
class Guest:
    """Who is invited. ``delegates``: to whom they handed it on, "" if to nobody."""

    who: Address
    answer: Answer = Answer.NONE
    role: GuestRole = GuestRole.REQUIRED
    delegates: str = ""
    is_room: bool = False  # CUTYPE room or resource
    comment: str = ""  # of an answer that came


@dataclass(frozen=True, slots=True)
class Event:
    """One VEVENT. ``starts`` and ``ends`` are aware; of an all-day event they are midnights in UTC
    that stand for dates, ``ends`` the day after the last.

    ``recurrence``: which occurrence of a series this replaces (UTC ``20261103T130000Z`` or
    ``20261103``), "" for a single event or the series itself.
    """

    uid: str
    recurrence: str
    sequence: int
    stamp: datetime | None
    title: str
    starts: datetime
    ends: datetime
    all_day: bool = False
    zone: str = ""  # name of the zone it was set in; "" where that does not matter
    place: str = ""
    description: str = ""
    organiser: Address | None = None
    sent_by: str = ""  # who acts for the organiser
    guests: tuple[Guest, ...] = ()
    rule: str = ""  # RRULE
    also: tuple[datetime, ...] = ()  # RDATE
    except_: tuple[datetime, ...] = ()  # EXDATE
    cancelled: bool = False
    comment: str = ""
    link: str = ""  # where a meeting is held on line

    @property
    def repeats(self) -> bool:
        """Whether it is a series."""
        return bool(self.rule or self.also)


class CalendarTrouble(Enum):
    """Why a calendar part is shown in part, or not at all."""

    BROKEN = "broken"
    TOO_LARGE = "too-large"
    TOO_MANY = "too-many"
    NO_EVENT = "no-event"
    TOO_DENSE = "too-dense"  # it repeats by the hour or quicker
    RULE = "rule"  # it repeats by a rule that is not followed here
    FOLLOWING = "following"  # RANGE=THISANDFUTURE


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """What a text/calendar part says."""

    method: Method
    events: tuple[Event, ...]
    troubles: tuple[CalendarTrouble, ...] = ()


class Standing(Enum):
    """Where an event of the agenda stands."""

    NONE = "needs-action"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    ORGANISED = "organised"  # by this account
    OWN = "own"  # from a file


IN_AGENDA = frozenset({Standing.ACCEPTED, Standing.TENTATIVE, Standing.ORGANISED, Standing.OWN})


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event that is known. ``invited``: the own address it came to."""

    id: EventId
    account: AccountId
    event: Event
    standing: Standing
    message: MessageId | None
    invited: str = ""
    before: Event | None = None  # the version before
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time at which an event takes place."""

    of: StoredEvent
    starts: datetime
    ends: datetime

    @property
    def first_day(self) -> date:
        """Of an all-day event."""
        return self.starts.date()


class Doubt(Enum):
    """Why an invitation is not what it should be."""

    NOT_ORGANISER = "not-organiser"  # sent by somebody who is not the organiser
    FORGED = "forged"  # the own provider says that the sender is not who it says
    NOT_MINE = "not-mine"  # it names me as organiser, and I did not send it
    NOT_GUEST = "not-guest"  # an answer from somebody else than who answers
    NOT_INVITED = "not-invited"  # none of my addresses is among the guests
    OUTDATED = "outdated"  # a newer version is known
    UNKNOWN = "unknown"  # about an event that is not known here


@dataclass(frozen=True, slots=True)
class Invitation:
    """A message's calendar part, as its card shows it. ``event`` None: see ``troubles``.

    ``here`` False: the part is still on the server. ``invited``: from which address an answer goes.
    """

    message: MessageId
    account: AccountId
    part: str
    method: Method
    here: bool = True
    event: Event | None = None
    more: tuple[Event, ...] = ()
    known: StoredEvent | None = None
    invited: Address | None = None
    doubts: tuple[Doubt, ...] = ()
    troubles: tuple[CalendarTrouble, ...] = ()
    conflicts: tuple[Occurrence, ...] = ()
    next_times: tuple[datetime, ...] = ()
    mine: bool = False  # I organise it
    may_answer: bool = False
    may_apply: bool = (
        False  # it would change a known event or count an answer; its sender is doubted
    )


class ReceiptWish(Enum):
    """What is to be done about a receipt that somebody asks for."""

    NONE = "none"  # not asked for, or for nothing that is answered
    ASKED = "asked"
    SENT = "sent"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class ReceiptAsked:
    """Who asks for a receipt of a message. ``elsewhere``: not the address it came from."""

    wish: ReceiptWish
    to: Address | None = None
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class ReceiptCame:
    """Somebody's program says that a message of mine was displayed, or was not."""

    who: str
    at: datetime
    displayed: bool
