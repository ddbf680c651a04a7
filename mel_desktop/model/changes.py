"""What a committed transaction changed, and how the program stands: what screens listen to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import Enum, Flag, auto

from mel_desktop.model.accounts import AccountId, Endpoint
from mel_desktop.model.doctor import Remedy
from mel_desktop.model.errors import Fact
from mel_desktop.model.links import InForce, Line, Phase, Traffic
from mel_desktop.model.values import dataclass


class Area(Flag):
    """Parts of the store that a screen may show."""

    NONE = 0
    ACCOUNTS = auto()
    FOLDERS = auto()
    MESSAGES = auto()
    BODIES = auto()
    DRAFTS = auto()
    OUTBOX = auto()
    DIRECTORY = auto()
    JOURNAL = auto()
    SEARCHES = auto()  # those kept under a name
    RULES = auto()  # and the absence message
    AGENDA = auto()  # events, receipts


@dataclass(frozen=True, slots=True)
class Changes:
    """Published after a commit. ``folders`` and ``messages`` may be empty: then look at all."""

    areas: Area
    folders: frozenset[int] = frozenset()
    messages: frozenset[int] = frozenset()

    def merged(self, other: Changes) -> Changes:
        """Both, as one: if one of them says to look at all, both do."""
        both = (self, other)
        lists, mails = Area.MESSAGES | Area.FOLDERS, Area.MESSAGES | Area.BODIES
        every_folder = any(one.areas & lists and not one.folders for one in both)
        every_message = any(one.areas & mails and not one.messages for one in both)
        return Changes(
            self.areas | other.areas,
            frozenset() if every_folder else self.folders | other.folders,
            frozenset() if every_message else self.messages | other.messages,
        )


class Link(Enum):
    """How an account reaches its server; the worst is shown."""

    OFFLINE = "offline"  # asked for, or nothing tried yet
    CONNECTING = "connecting"
    WORKING = "working"
    UP_TO_DATE = "up-to-date"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class AccountStatus:
    """Where one account stands right now."""

    account: AccountId
    link: Link
    trouble: str = ""  # ErrorCode text
    host: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)  # of the trouble
    way: Endpoint | None = None  # the other port that is open, where the account's own is not
    last_sync_at: datetime | None = None
    done: int = 0  # progress of the running sync
    expected: int = 0
    phase: Phase | None = None  # of the running sync
    seconds_left: float | None = None  # of the running sync, as far as can be told
    in_force: InForce | None = None  # the link profile
    line: Line = field(default_factory=Line)
    traffic: Traffic = field(default_factory=Traffic)


@dataclass(frozen=True, slots=True)
class Status:
    """The one line that always says what is here, what waits and how old it is."""

    accounts: tuple[AccountStatus, ...] = ()
    messages: int = 0
    bodies: int = 0
    waiting_changes: int = 0
    waiting_outbox: int = 0
    failed_outbox: int = 0
    oldest_waiting: datetime | None = None
    offline: bool = False


@dataclass(frozen=True, slots=True)
class Milestones:
    """Seconds from the start of a sync; None when not reached (cli.md)."""

    signed_in: float | None = None
    first_list: float | None = None
    first_bodies: float | None = None
    inbox_headers: float | None = None
    done: float | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that the planner would not do without a person."""

    code: str
    folder: str
    count: int


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that did not work, and how far it reaches."""

    code: str
    scope: str
    folder: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PlanLine:
    """What a dry run would do in a folder: fetch, forget, flags, store, move, copy, remove ..."""

    folder: str
    what: str
    count: int


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one sync of one account did. Bytes are those on the wire, TLS included."""

    account: AccountId
    folders: int = 0
    new: int = 0
    changed: int = 0
    vanished: int = 0
    bodies: int = 0
    uploaded: int = 0
    complete: bool = True
    bytes_received: int = 0
    bytes_sent: int = 0
    flights: int = 0
    seconds: float = 0.0
    milestones: Milestones = field(default_factory=Milestones)
    refusals: tuple[Refusal, ...] = ()
    failures: tuple[Failure, ...] = ()
    plan: tuple[PlanLine, ...] = ()  # of a dry run


class CheckState(Enum):
    """Result of one check of ``doctor``."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of ``doctor``: redacted, safe to send to a help desk.

    Its words are in app.doctor_words, by ``says`` and ``facts``; of what failed with an error the
    detail begins with the error's code.
    """

    id: str
    title: str
    state: CheckState
    detail: str = ""
    action: str = ""
    says: str = ""
    facts: tuple[tuple[str, Fact], ...] = ()
    seconds: float = 0.0
    account: AccountId | None = None
    remedy: Remedy = Remedy.NONE
