"""What is looked at before a message leaves: warnings, and how each can be mended."""

from __future__ import annotations

from datetime import datetime
from enum import Enum, IntEnum

from mel_desktop.model.values import dataclass


class WarningCode(Enum):
    """One a check; the value is what ``draft send --accept`` and the policy name it."""

    OPEN_RECIPIENTS = "open-recipients"  # many outside, or parents, see each other's addresses
    BIG_LIST = "big-list"  # an answer to everyone, and everyone is many
    NO_ATTACHMENT = "no-attachment"  # the text names one
    NO_SUBJECT = "no-subject"
    FIRST_MAIL = "first-mail"  # nobody here ever wrote to this address, or had mail from it
    LOOK_ALIKE = "look-alike"  # nearly an address that is known
    WRONG_DOMAIN = "wrong-domain"  # no académie's, though it looks like one; a provider misspelt
    NAMESAKE = "namesake"  # the same name elsewhere
    TOO_LARGE = "too-large"
    OVER_LIMITS = "over-limits"
    QUIET_HOURS = "quiet-hours"
    PUPIL_DATA = "pupil-data"
    ENCRYPTED_FILE = "encrypted-file"
    DANGEROUS_FILE = "dangerous-file"


class CheckLevel(IntEnum):
    """What a check that finds something does.

    HINT is said beside the undo and stops nothing; WARN wants a word of the person who sends;
    FORBID can only be mended.
    """

    OFF = 0
    HINT = 1
    WARN = 2
    FORBID = 3


class MendKind(Enum):
    """What one key can do about a warning."""

    TO_BCC = "to-bcc"  # ``addresses`` out of To and Cc into Bcc
    REPLACE = "replace"  # the one of ``addresses`` by one of ``choices``
    WRITE_SUBJECT = "write-subject"
    ATTACH = "attach"
    TAKE_OFF = "take-off"  # ``files``
    SENDER_ONLY = "sender-only"  # an answer to the author alone
    SEND_LATER = "send-later"  # at ``at``
    SHRINK = "shrink"  # the photo of ``files``
    ASIDE = "aside"  # the one of ``files`` elsewhere, and a link in its place
    LOOK_AGAIN = "look-again"  # into files that nobody has looked into yet


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody of the directory, as a person tells namesakes apart."""

    name: str
    address: str
    role: str = ""
    school: str = ""
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mend:
    """One way to mend."""

    kind: MendKind
    addresses: tuple[str, ...] = ()
    choices: tuple[Known, ...] = ()
    files: tuple[int, ...] = ()  # ids of attachments
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SendWarning:
    """One thing that was found. What is empty or 0 says nothing.

    ``reason`` picks the sentence among those of the code. ``count`` of ``limit``: addresses,
    octets, recipients, as the code has it.
    """

    code: WarningCode
    level: CheckLevel
    reason: str = ""
    addresses: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    count: int = 0
    limit: int = 0
    word: str = ""
    at: datetime | None = None
    mend: Mend | None = None
    may_merge: bool = False  # one message a person would mend it as well
    more_mends: tuple[Mend, ...] = ()


@dataclass(frozen=True, slots=True)
class FileNature:
    """What a look into an attached file told. ``lock``: zip, pdf, 7z, rar, office, odf or "".

    ``inside``: a program within an archive.
    """

    lock: str = ""
    inside: str = ""


@dataclass(frozen=True, slots=True)
class CheckSetting:
    """One check in the settings. ``is_fixed``: the school's IT has decided it."""

    code: WarningCode
    level: CheckLevel
    is_fixed: bool = False


@dataclass(frozen=True, slots=True)
class SendingSettings:
    """What a person set, where the policy leaves it open."""

    checks: tuple[CheckSetting, ...]
    most_outside: int
    most_list: int
    undo_s: int
    undo_is_fixed: bool = False
