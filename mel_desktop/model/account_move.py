"""An account that goes over to another host, step by step, as values."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from mel_desktop.model.accounts import AccountId, NewHosts
from mel_desktop.model.mail import Role
from mel_desktop.model.values import dataclass


class MoveStage(Enum):
    """How far it is. PLANNED: nothing was changed yet. DONE: the old account was ended."""

    PLANNED = "planned"
    MOVED = "moved"
    DONE = "done"


class PairReason(Enum):
    """Why a folder of the old host goes into this one of the new host."""

    ROLE = "role"  # both are for the same: Sent, Trash ...
    NAME = "name"  # the same name, the prefix of each host left out
    USUAL = "usual"  # a usual name of what that one is for
    CREATE = "create"  # nothing like it there: it is made
    HAND = "hand"  # the teacher said so
    LEFT = "left"  # not taken along: its messages stay on this PC


@dataclass(frozen=True, slots=True)
class FolderPair:
    """One folder and where its messages are on the new host. ``new`` "": left on this PC."""

    old: str
    new: str
    reason: PairReason
    role: Role | None = None  # of the old one
    here: int = 0  # messages that are known here
    there: int | None = None  # messages of the new one; None where it is yet to be made

    @property
    def creates(self) -> bool:
        """Whether the new host is yet to get it."""
        return bool(self.new) and self.there is None


@dataclass(frozen=True, slots=True)
class MovePlan:
    """What the new host has, held against what is here. Nothing was changed for it."""

    account: AccountId
    hosts: NewHosts
    pairs: tuple[FolderPair, ...]
    choices: tuple[str, ...]  # folders of the new host, for a choice by hand
    delimiter: str  # of the new host
    head: str  # what its folders of a person begin with: "INBOX.", or ""
    messages: int  # here
    octets: int  # of them, as the old server stated them
    there: int  # messages that the new host has already, as far as it told
    quota_used: int | None = None
    quota_limit: int | None = None

    @property
    def room(self) -> int | None:
        """Octets that the new box can still take; None where it has no limit, or told none."""
        if self.quota_limit is None or self.quota_used is None:
            return None
        return max(0, self.quota_limit - self.quota_used)


@dataclass(frozen=True, slots=True)
class MoveStatus:
    """Where a move stands."""

    account: AccountId
    old_account: AccountId | None
    stage: MoveStage
    hosts: NewHosts
    pairs: tuple[FolderPair, ...]
    notes: str
    keep_signature: bool
    begun_at: datetime
    moved_at: datetime | None
    ended_at: datetime | None
    looked_for: int = 0  # messages that the new host has not listed yet
    on_their_way: int = 0  # of these: to be carried up by the next sync
    only_there: int = 0  # messages that only the old host has, as far as it was read
    only_there_octets: int = 0
    waiting: int = 0  # wishes, drafts and outgoing messages that go on


@dataclass(frozen=True, slots=True)
class CarryReport:
    """What was made ready to go up. ``left``: not done yet, for the next time."""

    taken: int = 0
    octets_fetched: int = 0
    left: int = 0
    left_octets: int = 0
    refused: tuple[tuple[str, int], ...] = ()  # (code, how many)


@dataclass(frozen=True, slots=True)
class MoveEnd:
    """What the end of the old account leaves."""

    only_there: int  # on the old host only: reachable by its webmail as long as it is there
    kept_here: int  # put on a folder of this PC
    dropped: int  # listed here without a text, and on no host that is known
    folder: str  # of this PC; "" when nothing was kept there
