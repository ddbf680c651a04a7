"""What takes room on this PC and on the server, how long it stays, and what may go."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.mail import FolderId, MessageId
from mel_desktop.model.values import dataclass

MOST_DAYS = 36_500


@dataclass(frozen=True, slots=True)
class Retention:
    """How many days contents stay on this PC after a message came; 0: for ever.

    ``spare_flagged``: what a person marked stays, whatever its age.
    """

    text_days: int = 0
    attachment_days: int = 0
    spare_flagged: bool = True


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """A rule as it was set. ``folder`` None: of the whole account."""

    account: AccountId
    folder: FolderId | None
    retention: Retention


class Stuff(Enum):
    """What room is taken by."""

    TEXTS = "texts"
    ATTACHMENTS = "attachments"
    INDEX = "index"
    DIRECTORY = "directory"
    WRITING = "writing"  # drafts and outbox
    ROWS = "rows"  # lists, headers, everything else in the database
    FREE = "free"  # pages that nothing uses: a compaction gives them back
    JOURNAL = "journal"  # the write-ahead log
    RESERVE = "reserve"  # set aside for a full disk
    OUTSIDE = "outside"  # other files of the profile


@dataclass(frozen=True, slots=True)
class FolderRoom:
    """What the messages of a folder take, in octets as stored."""

    account: AccountId
    folder: FolderId
    path: str
    messages: int
    texts: int
    attachments: int

    @property
    def octets(self) -> int:
        """Both."""
        return self.texts + self.attachments


@dataclass(frozen=True, slots=True)
class HeavyMessage:
    """A message that takes much room: octets on the server and on this PC."""

    id: MessageId
    account: AccountId
    folder: FolderId
    subject: str
    sender: str
    received_at: datetime
    size: int
    here: int
    on_server: bool


class Going(Enum):
    """Kinds of contents that may go from this PC; the server has them."""

    OLD_FILES = "old-files"  # attachments older than a year
    JUNK = "junk"
    TRASH = "trash"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What may go, how many messages it is about, and octets that it frees."""

    what: Going
    messages: int
    octets: int


@dataclass(frozen=True, slots=True)
class StorageView:
    """Room on this PC, in octets."""

    stuff: tuple[tuple[Stuff, int], ...]
    folders: tuple[FolderRoom, ...]
    heaviest: tuple[HeavyMessage, ...]
    proposals: tuple[Proposal, ...]
    duplicates: int  # attachments that stand in several messages and are stored once
    duplicates_saved: int
    disk_free: int
    seconds: float

    @property
    def total(self) -> int:
        """All of it."""
        return sum(octets for _, octets in self.stuff)

    @property
    def reclaimable(self) -> int:
        """Octets that a compaction gives back."""
        return dict(self.stuff).get(Stuff.FREE, 0)


@dataclass(frozen=True, slots=True)
class Freed:
    """What was let go: messages, and octets of the database that may be used anew."""

    messages: int = 0
    octets: int = 0


@dataclass(frozen=True, slots=True)
class Compacted:
    """The database file before and after, in octets."""

    before: int
    after: int


@dataclass(frozen=True, slots=True)
class QuotaState:
    """What the server last said of one resource. ``resource``: "STORAGE" (octets) or "MESSAGE"."""

    account: AccountId
    root: str
    resource: str
    used: int
    limit: int
    as_of: datetime | None

    @property
    def share(self) -> float:
        """Used of the limit, 1.0 when full."""
        return self.used / self.limit if self.limit else 0.0

    @property
    def level(self) -> int:
        """0, or the mark that is passed: 80, 90 or 95 per cent."""
        return max((mark for mark in LEVELS if self.used * 100 >= self.limit * mark), default=0)


LEVELS = (80, 90, 95)


class KeptState(Enum):
    """Where "keep here, remove there" stands for a message."""

    WANTED = "wanted"  # to be fetched whole and verified
    REMOVING = "removing"  # verified; the server is to delete its copy
    KEPT = "kept"  # on this PC only
    RETURNING = "returning"  # to be put back on the server


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """A message of which the teacher wants the only copy on this PC."""

    id: MessageId
    account: AccountId
    folder: FolderId
    subject: str
    size: int
    state: KeptState
    since: datetime
    until: datetime | None  # so long it can be put back
    refused: bool
    reason: str
