"""Attachments as documents whose text can be searched."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Final

from mel_desktop.model.mail import Address, FolderId, MessageId
from mel_desktop.model.previews import FileKind
from mel_desktop.model.values import dataclass


class DocumentKind(Enum):
    """How the text of a document is found."""

    PDF = "pdf"
    OFFICE = "office"  # OOXML and OpenDocument
    HTML = "html"
    RTF = "rtf"
    MESSAGE = "message"  # a message in a message: .eml
    WHOLE = "whole"  # a message as received: the texts of its files, each behind its part number
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Document:
    """What an extractor is told of a document. ``size``: octets of its content."""

    kind: DocumentKind
    charset: str
    size: int


class ExtractedState(Enum):
    """What came of it."""

    DONE = "done"
    NOTHING = "nothing"  # no text in it: a scanned page, a picture
    FAILED = "failed"  # damaged, encrypted, or it took too much
    TOO_LARGE = "too-large"


@dataclass(frozen=True, slots=True)
class Extracted:
    """Text of a document, "" unless DONE."""

    state: ExtractedState
    text: str = ""


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """An attachment in a list of all of them. ``snippet``: where a query was found in its text."""

    message: MessageId
    folder: FolderId
    part: str
    filename: str
    media_type: str
    size: int
    local: bool
    received_at: datetime
    subject: str
    sender: Address
    text: ExtractedState | None = None  # None: not looked at yet
    snippet: str = ""


NOBODY: Final = "@"  # no address is like that


@dataclass(frozen=True, slots=True)
class AttachmentFilters:
    """Which attachments are listed; what is empty or None asks for nothing."""

    kinds: frozenset[FileKind] = frozenset()
    sender: str = ""  # part of a name or an address
    addresses: tuple[str, ...] = ()  # sent by one of these: a class, a team
    folder: FolderId | None = None
    since: datetime | None = None  # received at this instant or later
    until: datetime | None = None  # received before
    least: int = 0  # octets
    local: bool | None = None


class AttachmentOrder(Enum):
    """What a list of attachments is sorted by; the newest first among equals."""

    DATE = "date"
    NAME = "name"
    SIZE = "size"
    SENDER = "sender"


@dataclass(frozen=True, slots=True)
class AttachmentList:
    """Attachments newest first; ``unread``: documents here whose text is still to be taken out."""

    rows: tuple[AttachmentRow, ...]
    unread: int
