"""Folders, messages, flags and parts as values.

A ``MessageId`` is our own and never changes; a server UID is only a location. Its value grows with
the message's date (10-minute slots << 6 | sequence, shared/measured store.md section 0), so that
newest-first is the order of the key.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum, Flag, IntEnum
from typing import TYPE_CHECKING, NewType

from mel_desktop.model.trust import Shield
from mel_desktop.model.values import dataclass

if TYPE_CHECKING:
    from mel_desktop.model.remote_images import RemoteImage

FolderId = NewType("FolderId", int)
MessageId = NewType("MessageId", int)
ThreadId = NewType("ThreadId", int)


class Role(Enum):
    """What a folder is for (RFC 6154 SPECIAL-USE, plus the inbox)."""

    INBOX = "inbox"
    SENT = "sent"
    DRAFTS = "drafts"
    TRASH = "trash"
    JUNK = "junk"
    ARCHIVE = "archive"


class BodyState(IntEnum):
    """How much of the readable text is here."""

    ABSENT = 0
    PARTIAL = 1
    LOCAL = 2


class Marks(Flag):
    """System flags (RFC 3501 2.3.2) as bits, the form that lists and the database use."""

    NONE = 0
    SEEN = 1
    FLAGGED = 2
    ANSWERED = 4
    DRAFT = 8
    DELETED = 16
    FORWARDED = 32  # $Forwarded, RFC 5788


@dataclass(frozen=True, slots=True)
class Flags:
    """All flags of a message: the system ones and the keywords, lower case, without backslash.

    Text form on the command line: ``seen flagged answered draft deleted forwarded`` or a keyword.
    """

    marks: Marks = Marks.NONE
    keywords: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox: display name (may lie) and the true address (never hidden)."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as the screen sees it: names decoded, counts as they are locally."""

    id: FolderId
    account: int
    path: str
    name: str
    delimiter: str
    role: Role | None
    selectable: bool
    unread: int
    total: int
    local_bodies: int
    uidvalidity: int | None
    last_sync_at: datetime | None
    complete: bool  # False while the headers of the folder are still on their way
    waiting: bool = False  # a wish about the folder itself has not reached the server yet
    subscribed: bool = True
    local: bool = False  # on this PC alone, never on the server


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One line of the message list."""

    id: MessageId
    folder: FolderId
    message_id: str
    subject: str
    sender: Address
    to: tuple[Address, ...]
    sent_at: datetime | None  # the Date header; None when absent or absurd
    received_at: datetime  # INTERNALDATE
    size: int
    flags: Flags
    has_attachments: bool
    body: BodyState
    preview: str
    thread: ThreadId
    waiting: bool  # a change made here has not reached the server yet
    only_here: bool = False  # kept on this PC, removed from the server
    pinned: bool = False  # on top of its folder
    until: datetime | None = None  # snoozed; in the past: it came back and was not looked at yet


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf of the message (BODYSTRUCTURE, RFC 3501 7.4.2). ``number`` is the IMAP section."""

    number: str
    media_type: str  # "text/plain", lower case
    charset: str
    encoding: str  # transfer encoding, lower case
    disposition: str  # "attachment", "inline" or ""
    filename: str
    content_id: str
    size: int  # encoded octets as the server states them; decoded size once local
    local: bool = False
    within: str = ""  # subtypes of the multiparts around it, outermost first: "mixed/alternative"
    text_format: str = ""  # RFC 3676: "", "flowed" or "flowed-delsp"

    @property
    def is_attachment(self) -> bool:
        """Whether a person would call this an attachment."""
        if self.disposition == "attachment" or self.filename:
            return not (self.content_id and self._is_drawn_in_place)
        return not self.media_type.startswith(("text/", "multipart/")) and not self.content_id

    @property
    def _is_drawn_in_place(self) -> bool:
        """Outlook names the pictures of a signature without saying "inline" (RFC 2387)."""
        within = self.within.rpartition("/")[2]
        picture = self.media_type.startswith("image/") and within == "related"
        return self.disposition == "inline" or (picture and not self.disposition)


class WarningCode(Enum):
    """What the reader warns of."""

    REMOTE_BLOCKED = "remote-blocked"
    NAME_LOOKS_LIKE_ADDRESS = "name-looks-like-address"
    REPLY_TO_DIFFERS = "reply-to-differs"
    MALFORMED = "malformed"
    TRUNCATED = "truncated"
    LINK_MISMATCH = "link-mismatch"
    UNDELIVERED = "undelivered"  # of a sent message; detail: the address, a space, a reason's code
    # Of model.trust.TrustCode, where they deserve a look at least.
    SENDER_UNVERIFIED = "sender-unverified"
    KNOWN_NAME = "known-name-elsewhere"
    LOOK_ALIKE = "look-alike-domain"
    CLAIMS = "claims-hierarchy"
    LINK = "link-deceptive"
    FORM = "form-removed"
    LOCKED_FILE = "locked-attachment"
    DANGEROUS_FILE = "dangerous-attachment"
    DISGUISED_FILE = "disguised-attachment"
    SIGNED_SMIME = "signed-smime"  # the four name a container; nothing was verified or opened
    ENCRYPTED_SMIME = "encrypted-smime"
    SIGNED_PGP = "signed-pgp"
    ENCRYPTED_PGP = "encrypted-pgp"


@dataclass(frozen=True, slots=True)
class MessageWarning:
    """A warning and the facts of its sentence (shown, so addresses are allowed here)."""

    code: WarningCode
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ReadMessage:
    """A message opened for reading. ``html_safe`` is sanitised; ``text`` is never None."""

    id: MessageId
    folder: FolderId
    message_id: str
    subject: str
    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    bcc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    sent_at: datetime | None
    received_at: datetime
    text: str
    html_safe: str  # "" when the message has no HTML
    blocked_remote: tuple[str, ...]
    warnings: tuple[MessageWarning, ...]
    attachments: tuple[Part, ...]
    headers: Mapping[str, tuple[str, ...]]
    body: BodyState
    flags: Flags
    thread: ThreadId
    references: tuple[str, ...]
    pictures: tuple[Part, ...] = ()  # what the HTML draws and is not on this PC yet
    formatting: Part | None = None  # the HTML, where only the plain text is on this PC
    remote_images: tuple[RemoteImage, ...] = ()  # what the HTML would fetch to be drawn
    clipped: bool = False  # ``html_safe`` is the beginning of it alone
    shield: Shield | None = None  # None where nobody judged
    parts: tuple[Part, ...] = ()  # every leaf: texts, attachments, invitations, signatures


class WantKind(Enum):
    """What a teacher wants that the server does not have yet."""

    FLAG = "flag"
    UNFLAG = "unflag"
    MOVE = "move"
    COPY = "copy"
    DELETE = "delete"
    APPEND = "append"
    CREATE_FOLDER = "create-folder"
    RENAME_FOLDER = "rename-folder"
    DELETE_FOLDER = "delete-folder"
    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    DRAFT = "draft"  # the copy of a draft in the server's Drafts folder
    KEEP = "keep"  # to be fetched whole and verified, then removed from the server


class Choice(Enum):
    """What to do where another client decided otherwise meanwhile."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"


class WantState(Enum):
    """Where a wish stands."""

    WAITING = "waiting"
    REFUSED = "refused"
    UNKNOWN = "unknown"  # carried out, but the answer was lost: checked before anything is redone


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One piece of offline work: what waits, since when, why it failed."""

    id: str
    kind: WantKind
    message: MessageId
    detail: str
    state: WantState
    since: datetime
    attempts: int
    next_attempt: datetime | None
    reason: str
    message_id: str
    undoable: bool
    retryable: bool = False
    choices: tuple[Choice, ...] = ()  # () where there is no conflict
    where: str = ""  # the folder that it is about or happens in; of a conflict, where it is now
    subject: str = ""


@dataclass(frozen=True, slots=True)
class FileMessage:
    """A message from a file, to be read only. ``html_safe`` is sanitised, "" without HTML."""

    subject: str
    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    sent_at: datetime | None
    text: str
    html_safe: str
    blocked_remote: int  # pictures that are not shown, for they lie elsewhere
    attachments: tuple[Part, ...]
