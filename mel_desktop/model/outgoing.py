"""Drafts and outgoing messages as values."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import NewType

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.mail import Address, MessageId
from mel_desktop.model.values import dataclass

DraftId = NewType("DraftId", int)
OutboxId = NewType("OutboxId", int)


@dataclass(frozen=True, slots=True)
class DraftContent:
    """What the composer holds. ``html`` is empty for a plain-text message; its pictures are
    attachments, named by ``cid:``. ``sender`` None: the account's own name and address.
    """

    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    subject: str = ""
    text: str = ""
    html: str = ""
    sender: Address | None = None
    confirm: bool = False  # a report of delivery is wanted (RFC 3461)
    receipt: bool = False  # a receipt of reading is wanted (RFC 8098)


@dataclass(frozen=True, slots=True)
class DraftAttachment:
    """A file of a draft, stored in the vault. ``content_id``: a picture within the text."""

    id: int
    filename: str
    media_type: str
    size: int
    content_id: str = ""  # RFC 2392, without < >


class DraftState(Enum):
    """Whether a draft is being written, sits in the outbox, or is done with."""

    EDITING = "editing"
    QUEUED = "queued"
    SENT = "sent"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft at its newest (or a chosen) revision."""

    id: DraftId
    account: AccountId
    revision: int
    content: DraftContent
    attachments: tuple[DraftAttachment, ...]
    reply_to: MessageId | None
    forward: MessageId | None
    state: DraftState
    created_at: datetime
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class ForeignDraft:
    """A draft that another program left in the server's Drafts folder, not continued here yet."""

    message: MessageId
    account: AccountId
    to: tuple[Address, ...]  # and Cc and Bcc
    subject: str
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class DraftRevision:
    """One line of a draft's history."""

    revision: int
    saved_at: datetime
    subject: str
    size: int


class OutboxState(Enum):
    """Where an outgoing message stands; none is a dead end (cli.md)."""

    QUEUED = "queued"
    HELD = "held"
    SENDING = "sending"
    ACCEPTED = "accepted"
    FILED = "filed"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One outgoing message as the outbox pane and ``outbox list`` show it."""

    id: OutboxId
    account: AccountId
    draft: DraftId | None
    message_id: str
    subject: str
    recipients: tuple[str, ...]
    state: OutboxState
    since: datetime
    attempts: int
    next_attempt: datetime | None
    reason: str  # ErrorCode text, or "" when all is well
    reason_detail: str  # what the server said, shortened
    size: int
    undelivered: int = 0  # recipients whose servers gave it back


@dataclass(frozen=True, slots=True)
class SendReport:
    """What one pass over the outbox did."""

    accepted: int = 0
    filed: int = 0
    failed: int = 0
    waiting: int = 0
    unknown: int = 0
