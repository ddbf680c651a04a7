"""Whether a message may be trusted: what was found, how grave it is, and the way it came."""

from __future__ import annotations

from enum import Enum, IntEnum

from mel_desktop.model.values import dataclass


class Severity(IntEnum):
    """How a finding is shown."""

    CALM = 0  # good to know
    LOOK = 1  # look twice before acting
    DANGER = 2  # do nothing that the message asks for


class TrustCode(Enum):
    """What can be found; stable names, in the command line's ``warnings`` and ``trust`` too."""

    SENDER_VERIFIED = "sender-verified"
    SENDER_UNVERIFIED = "sender-unverified"  # the own server said no
    SENDER_UNKNOWN = "sender-unchecked"  # it said nothing
    FIRST_TIME = "first-time-sender"
    KNOWN_NAME = "known-name-elsewhere"
    ADDRESS_IN_NAME = "name-looks-like-address"
    LOOK_ALIKE = "look-alike-domain"
    CLAIMS = "claims-hierarchy"
    REPLY_ELSEWHERE = "reply-to-differs"
    LINK = "link-deceptive"
    FORM = "form-removed"
    LOCKED_FILE = "locked-attachment"
    DANGEROUS_FILE = "dangerous-attachment"
    DISGUISED_FILE = "disguised-attachment"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. ``reason`` chooses the sentence; ``who`` is what the message says or does,
    ``known`` what it is made to be taken for.
    """

    code: TrustCode
    severity: Severity
    reason: str = ""
    who: str = ""
    known: str = ""


@dataclass(frozen=True, slots=True)
class Authentication:
    """What the own provider says (RFC 8601 2.7); "" where it says nothing."""

    server: str = ""
    spf: str = ""
    dkim: str = ""
    dmarc: str = ""
    is_verified: bool = False  # the From domain itself is vouched for
    has_failed: bool = False

    @property
    def is_silent(self) -> bool:
        """Whether nothing was said at all."""
        return not (self.spf or self.dkim or self.dmarc)


SILENT = Authentication()


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of the way: hosts as the taker wrote them. ``is_own``: the own provider took it."""

    giver: str
    taker: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Shield:
    """All that was found of a message, the gravest first."""

    severity: Severity = Severity.CALM
    findings: tuple[Finding, ...] = ()
    domain: str = ""  # of the sender, as one owner has it
    authentication: Authentication = SILENT
    way: tuple[Hop, ...] = ()
    is_own: bool = False  # written here, or by oneself: nothing is judged


@dataclass(frozen=True, slots=True)
class LinkLook:
    """A link before it is opened. ``leads``: the true target; ``domain``: what one owner has."""

    target: str
    leads: str
    host: str
    domain: str
    findings: tuple[Finding, ...] = ()
    may_remember: bool = False  # the site may be opened without a question next time
    is_remembered: bool = False
