"""What a search gives back: messages, drafts, people, and an honest account of what it missed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import NewType

from mel_desktop.model.mail import Address, FolderId, MessageId
from mel_desktop.model.outgoing import DraftId, OutboxId
from mel_desktop.model.people import DirectoryHit
from mel_desktop.model.values import dataclass

SavedSearchId = NewType("SavedSearchId", int)
Span = tuple[int, int]  # first character, character after the last


class SearchOrder(Enum):
    """How hits stand."""

    NEWEST = "newest"
    BEST = "best"  # of the newest 2,000


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A line of plain text with the places of the words that were found."""

    text: str = ""
    marks: tuple[Span, ...] = ()
    attachment: str = ""  # the file that the line is from; "": the message itself


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One message that fits. ``snippet`` is plain text."""

    id: MessageId
    folder: FolderId
    subject: str
    sender: Address
    received_at: datetime
    snippet: str
    score: float
    marks: tuple[Span, ...] = ()  # in the snippet
    subject_marks: tuple[Span, ...] = ()
    sender_marks: tuple[Span, ...] = ()  # in the sender's name, or the address without one
    attachment: str = ""  # the snippet is from this file


@dataclass(frozen=True, slots=True)
class DraftHit:
    """A draft being written, or a message in the outbox (``outbox``)."""

    id: DraftId | None
    outbox: OutboxId | None
    subject: str
    recipients: tuple[str, ...]
    saved_at: datetime
    snippet: str
    marks: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits, and what could not be searched."""

    hits: tuple[SearchHit, ...]
    searched: int
    not_local: int  # messages whose text is not here and was not searched
    seconds: float
    not_indexed: int = 0  # messages that are here but that the index does not know yet
    drafts: tuple[DraftHit, ...] = ()
    people: tuple[DirectoryHit, ...] = ()
    ids: tuple[MessageId, ...] = ()  # all that fit, beyond the hits too

    @property
    def is_empty(self) -> bool:
        """Nothing at all was found."""
        return not (self.ids or self.hits or self.drafts or self.people)


@dataclass(frozen=True, slots=True)
class ServerFound:
    """What the server's own search gave."""

    ids: tuple[MessageId, ...]  # messages that have a row here, newest first
    unknown: int = 0  # found there, but not even their headers are here
    folders: int = 0  # that were asked
    left_out: tuple[str, ...] = ()  # paths of folders that could not be asked


class OperatorKind(Enum):
    """What an operator of the search box asks about."""

    SENDER = "sender"
    RECIPIENT = "recipient"
    SUBJECT = "subject"
    TEXT = "text"
    FILES = "files"
    HAS = "has"
    AFTER = "after"
    BEFORE = "before"
    FOLDER = "folder"
    ACCOUNT = "account"
    UNREAD = "unread"
    FLAGGED = "flagged"
    STATE = "state"
    SIZE = "size"
    KEYWORD = "keyword"


@dataclass(frozen=True, slots=True)
class Operator:
    """How it is typed, with what must follow at once (":" where a value does)."""

    kind: OperatorKind
    french: tuple[str, ...]
    english: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TypedQuery:
    """What stands in the search box: operators that are complete, and the rest as it was typed."""

    operators: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A search kept under a name, shown like a folder."""

    id: SavedSearchId
    name: str
    query: str

    def named(self, name: str) -> SavedSearch:
        """The same search under another name."""
        return replace(self, name=name)


@dataclass(frozen=True, slots=True)
class ServerKey:
    """One search key of IMAP (RFC 3501 6.4.4) with its value; AND, OR and NOT have ``parts``."""

    name: str
    value: str = ""
    parts: tuple[ServerKey, ...] = ()
