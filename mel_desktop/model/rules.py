"""What is to happen with mail that comes, and what is answered while somebody is away.

A rule is the same value wherever it runs: on the server (Sieve, RFC 5228) or on this PC.
"""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from enum import Enum
from typing import NewType

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.mail import Flags, FolderId, MessageId
from mel_desktop.model.values import dataclass

RunId = NewType("RunId", int)


class Topic(Enum):
    """What a condition looks at."""

    FROM = "from"
    TO = "to"
    CC = "cc"
    RECIPIENT = "recipient"  # To or Cc
    SUBJECT = "subject"
    LIST_ID = "list-id"
    HEADER = "header"  # one that is named
    BODY = "body"
    SIZE = "size"
    ATTACHMENT = "attachment"


class Match(Enum):
    """How it looks. Of sizes OVER and UNDER alone; of an attachment none."""

    CONTAINS = "contains"
    IS = "is"
    BEGINS = "begins"
    ENDS = "ends"
    MATCHES = "matches"  # with * and ?
    OVER = "over"
    UNDER = "under"


@dataclass(frozen=True, slots=True)
class Condition:
    """``value``: words, or kilobytes of a size. ``header``: the name, of Topic.HEADER only."""

    topic: Topic
    match: Match = Match.CONTAINS
    value: str = ""
    header: str = ""
    negated: bool = False


class Deed(Enum):
    """What a rule does with a message."""

    FILE = "file"
    COPY = "copy"
    FLAG = "flag"
    TAG = "tag"
    READ = "read"
    TRASH = "trash"
    REDIRECT = "redirect"
    STOP = "stop"


ENDING = frozenset({Deed.FILE, Deed.TRASH, Deed.STOP})  # no later rule is looked at


@dataclass(frozen=True, slots=True)
class Action:
    """``value``: a folder's path, a keyword or an address."""

    deed: Deed
    value: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """No condition: every message. A rule that files a message is the last one for it."""

    name: str
    conditions: tuple[Condition, ...] = ()
    actions: tuple[Action, ...] = ()
    all_of: bool = True
    enabled: bool = True


class Audience(Enum):
    """Whom the absence message answers."""

    EVERYONE = "everyone"
    SCHOOL = "school"  # the domains of one's own addresses, and what is below them


@dataclass(frozen=True, slots=True)
class Absence:
    """An answer that the server gives, to each sender once in ``days``. Both dates included."""

    enabled: bool = False
    since: date | None = None
    until: date | None = None
    subject: str = ""
    text: str = ""
    days: int = 7
    audience: Audience = Audience.EVERYONE
    addresses: tuple[str, ...] = ()  # one's own: mail to others is not answered


class Runs(Enum):
    """Where a rule runs."""

    SERVER = "server"
    HERE = "here"  # on this PC, while the program is open
    NOWHERE = "nowhere"  # switched off, or nobody can do it
    UNKNOWN = "unknown"  # the server was not asked yet


class Offered(Enum):
    """Whether the server takes rules."""

    UNKNOWN = "unknown"
    YES = "yes"
    NO = "no"


class Consent(Enum):
    """What the teacher wants of a script of another program that is active on the server."""

    NONE = "none"  # not asked yet: theirs stays active, our rules run here
    BESIDE = "beside"  # theirs runs first, then ours (RFC 6609 include)
    INSTEAD = "instead"  # theirs stays on the server, inactive
    THEIRS = "theirs"  # theirs stays active, ours run here


class BookState(Enum):
    """How the rules of this PC and those on the server stand to each other."""

    AGREED = "agreed"
    WAITING = "waiting"  # changed here, not uploaded yet
    CONFLICT = "conflict"  # changed here and there: nothing is overwritten
    ASKS = "asks"  # a script of another program is active: a person must decide


@dataclass(frozen=True, slots=True)
class PlacedRule:
    """A rule, where it runs, and why not on the server (a code of app.reasons)."""

    rule: Rule
    runs: Runs
    why: str = ""


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All that is known of the rules of one account."""

    account: AccountId
    rules: tuple[PlacedRule, ...] = ()
    absence: Absence = field(default_factory=Absence)
    state: BookState = BookState.AGREED
    offered: Offered = Offered.UNKNOWN
    consent: Consent = Consent.NONE
    host: str = ""
    active: str = ""  # name of the script that runs on the server
    is_ours_active: bool = False
    absence_on_server: bool = False  # the server has the absence message as it stands here
    foreign_name: str = ""
    foreign_text: str = ""
    can_include: bool = False
    theirs: str = ""  # of a conflict: our script as the server has it
    theirs_rules: tuple[Rule, ...] | None = None  # the same, where it can be read
    trouble: str = ""  # code of the last trouble with the server
    said: str = ""  # what the server said of it
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What conditions look at. ``headers``: names in lower case; None: not on this PC yet."""

    senders: tuple[tuple[str, str], ...] = ()  # (name, address)
    to: tuple[tuple[str, str], ...] = ()
    cc: tuple[tuple[str, str], ...] = ()
    subject: str = ""
    size: int = 0
    has_attachment: bool = False
    headers: tuple[tuple[str, str], ...] | None = None
    body: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules want of one message.

    ``target``: where it goes, "" where it stays; ``is_trash``: the target is the trash.
    """

    fired: tuple[str, ...] = ()  # names of the rules
    flags: tuple[str, ...] = ()  # "seen", "flagged", keywords
    copies: tuple[str, ...] = ()
    target: str = ""
    is_trash: bool = False
    redirects: tuple[str, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """Whether the message stays as it is."""
        return not (self.flags or self.copies or self.target or self.is_trash)


@dataclass(frozen=True, slots=True)
class RuleRun:
    """What local rules did with a message; it can be taken back."""

    id: RunId
    message: MessageId
    subject: str
    at: datetime
    fired: tuple[str, ...]
    source: FolderId
    target: FolderId | None
    flags: Flags = field(default_factory=Flags)
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """What "apply now" would do: messages looked at, those that fit, those not known yet."""

    looked_at: int = 0
    fitting: tuple[MessageId, ...] = ()
    not_known: int = 0
