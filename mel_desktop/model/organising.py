"""Tags, views, filters, how a list looks, what was snoozed, and what undo puts back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import Enum

from mel_desktop.model.errors import MelError
from mel_desktop.model.mail import FolderId, MessageId, ThreadId
from mel_desktop.model.values import dataclass


class View(Enum):
    """Lists over all accounts that write."""

    INBOXES = "inboxes"  # the inboxes of all accounts, own and functional
    UNREAD = "unread"
    FLAGGED = "flagged"
    SNOOZED = "snoozed"


ListPlace = FolderId | View


class Sort(Enum):
    """What a list is sorted by; messages that are equal: newest first."""

    DATE = "date"
    SENDER = "sender"
    SUBJECT = "subject"
    SIZE = "size"
    UNREAD = "unread"
    FLAGGED = "flagged"
    ATTACHMENT = "attachment"


class Column(Enum):
    """Columns of the table form, in their usual order."""

    FLAG = "flag"
    ATTACHMENT = "attachment"
    SENDER = "sender"
    SUBJECT = "subject"
    TAGS = "tags"
    BOX = "box"
    DATE = "date"
    SIZE = "size"


@dataclass(frozen=True, slots=True)
class QuickFilter:
    """All conditions must hold; tags: any of them."""

    unread: bool = False
    flagged: bool = False
    attachments: bool = False
    known: bool = False  # the sender is in the directory, a contact, or was written to
    to_me: bool = False  # to me and to nobody else
    tags: tuple[str, ...] = ()
    text: str = ""  # a query of the search box

    @property
    def is_empty(self) -> bool:
        """It hides nothing."""
        return self == QuickFilter()


@dataclass(frozen=True, slots=True)
class ListLook:
    """How one list looks; kept for each folder and view."""

    sort: Sort = Sort.DATE
    ascending: bool = False
    table: bool = False  # one line a message, in columns
    columns: tuple[Column, ...] = tuple(Column)
    widths: tuple[int, ...] = ()  # px of ``columns``; (): the usual ones
    conversations: bool = False
    flat: bool = False  # opened conversations: not indented by who answers whom
    filter: QuickFilter = field(default_factory=QuickFilter)


@dataclass(frozen=True, slots=True)
class ListEdit:
    """At ``place`` of a list as it was: ``gone`` members leave, ``new`` ones come."""

    place: int
    gone: int
    new: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ListChange:
    """What a change of messages does to a list: edits from the last place to the first."""

    edits: tuple[ListEdit, ...]
    row_edits: tuple[ListEdit, ...] = ()  # of the rows that stand for conversations
    leads: Mapping[MessageId, ThreadId] = field(default_factory=dict)  # rows that came or changed
    led: tuple[MessageId, ...] = ()  # that stand for none any more


@dataclass(frozen=True, slots=True)
class Tag:
    """An IMAP keyword (lower case) as people see it. ``name`` "": the usual one of the keyword."""

    keyword: str
    name: str
    colour: str  # "#rrggbb"


@dataclass(frozen=True, slots=True)
class Conversation:
    """A row that stands for a conversation. ``members``: oldest first, (id, depth in the tree)."""

    id: ThreadId
    members: tuple[tuple[MessageId, int], ...]
    unread: int
    people: tuple[str, ...]  # names of senders, in the order of their first message


@dataclass(frozen=True, slots=True)
class Snoozed:
    """A message that is to come back."""

    message: MessageId
    until: datetime


@dataclass(frozen=True, slots=True)
class Ground:
    """How messages stood, for undo: one line a message.

    (id, folder, marks, keywords, since when pinned or "", snoozed until or "", woke at or "")
    """

    lines: tuple[tuple[int, int, int, str, str, str, str], ...] = ()

    def changed(self, after: Ground) -> Ground:
        """Those that stand otherwise ``after`` a command, or are not there any more."""
        stand = frozenset(after.lines)
        return Ground(tuple(one for one in self.lines if one not in stand))


@dataclass(frozen=True, slots=True)
class Restored:
    """What an undo did: it may stop, or pass some over, and the rest can be tried again."""

    number: int  # messages that are still there, now as they stood
    rest: Ground = field(default_factory=Ground)  # how those stood that are not yet put back
    trouble: MelError | None = None  # why: what stopped it, else the first that was refused


class YearFolders(Enum):
    """What archived messages are laid into."""

    YEAR = "year"  # 2026
    SCHOOL_YEAR = "school-year"  # 2026-2027
    NONE = "none"  # the archive itself
