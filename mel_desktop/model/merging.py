"""One letter to many, each alone in To."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import Enum
from typing import NewType

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.mail import Address
from mel_desktop.model.outgoing import DraftContent, DraftId
from mel_desktop.model.people import EntryId
from mel_desktop.model.values import dataclass

MergeId = NewType("MergeId", int)


class Audience(Enum):
    """Who of a class or group is meant."""

    ALL = "all"
    PARENTS = "parents"
    TEAM = "team"
    PUPILS = "pupils"
    HEAD_TEACHERS = "head-teachers"  # professeurs principaux
    DELEGATES = "delegates"
    SUBJECT = "subject"  # who teaches one subject in a school


class MergeState(Enum):
    """Whether messages are still made."""

    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    DONE = "done"


class ItemState(Enum):
    """Where one message of a merge stands; what is in the outbox has its state from there."""

    WAITING = "waiting"
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    TAKEN_BACK = "taken_back"
    CANCELLED = "cancelled"
    REFUSED = "refused"  # it could not even be made


class LeftOut(Enum):
    """Why somebody gets no message."""

    NO_ADDRESS = "no-address"
    BAD_ADDRESS = "bad-address"
    TWICE = "twice"  # the very same message to the same address
    FIELD_MISSING = "field-missing"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to write to, from the directory or a line of a table. ``family`` "": alone."""

    name: str
    address: str
    fields: Mapping[str, str] = field(default_factory=dict)
    family: str = ""


@dataclass(frozen=True, slots=True)
class MergeMessage:
    """One message as it will be. ``missing``: fields for which nothing is known."""

    who: str
    to: tuple[Address, ...]
    fields: Mapping[str, str]
    subject: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What a merge would do; nothing is done yet."""

    messages: tuple[MergeMessage, ...]
    left_out: tuple[tuple[str, LeftOut], ...] = ()
    missing: tuple[tuple[str, int], ...] = ()  # field, of how many messages
    unused_recipients: int = 0  # of the draft itself: they would get every message
    octets: int = 0  # on the wire, all messages together, about

    def count(self, why: LeftOut) -> int:
        """How many are left out for this."""
        return sum(1 for _, reason in self.left_out if reason is why)


@dataclass(frozen=True, slots=True)
class MergeOptions:
    """How people become messages. ``common``: fields that are the same for everybody."""

    common: Mapping[str, str] = field(default_factory=dict)
    together: bool = False  # one message a family, all of them in To
    skip_missing: bool = False  # leave out whom a field is missing of


@dataclass(frozen=True, slots=True)
class MergeRow:
    """A merge as the list of merges shows it."""

    id: MergeId
    account: AccountId
    draft: DraftId
    subject: str
    state: MergeState
    total: int
    waiting: int
    in_outbox: int
    sent: int
    failed: int
    given_up: int  # taken back, cancelled
    left_out: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One line of a merge's report."""

    who: str
    addresses: tuple[str, ...]
    state: ItemState
    reason: str = ""
    detail: str = ""
    refused: tuple[tuple[str, str], ...] = ()  # address, what the server said


@dataclass(frozen=True, slots=True)
class MergeReport:
    """What became of everybody."""

    merge: MergeRow
    items: tuple[ItemRow, ...]
    left_out: tuple[tuple[str, LeftOut], ...]


@dataclass(frozen=True, slots=True)
class MergeSource:
    """People found in a group or a table, and the columns of the table."""

    people: tuple[Person, ...]
    columns: tuple[str, ...] = ()
    skipped: int = 0  # lines that could not be read


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was read: its headings, its lines, how many could not be."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class MergeGroup:
    """A class or group to write to; ``ids``: the same one in every source that has it."""

    ids: tuple[EntryId, ...]
    name: str
    school: str
    members: int


@dataclass(frozen=True, slots=True)
class Preview:
    """One message of a plan with everything in it."""

    content: DraftContent
    missing: tuple[str, ...]
