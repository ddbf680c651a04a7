"""What the school's IT has decided for this PC."""

from __future__ import annotations

from dataclasses import dataclass, field

from mel_desktop.model.oauth import Provider
from mel_desktop.model.safety import CheckLevel

USER = "user"
MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class VaultPolicy:
    """``escrow_key``: 32 octets of an X25519 public key, empty for no escrow.

    ``max_idle_minutes``: the vault locks after so many idle minutes at most; 0 leaves it open.
    """

    place: str = USER
    escrow_key: bytes = b""
    escrow_owner: str = ""
    max_idle_minutes: int = 0
    keyring_allowed: bool = True
    use_once_default: bool = False


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """What is kept on this PC at most, in days; 0: no limit. The server keeps everything."""

    text_days: int = 0
    attachment_days: int = 0


@dataclass(frozen=True, slots=True)
class SendingPolicy:
    """What is checked before a message leaves. None: the teacher decides.

    One level a check, under the check's own name (model.safety.WarningCode). ``most_outside``:
    addresses from outside that may see each other; ``most_list``: recipients of an answer to all.
    ``templates_folder``: where the school's letters lie.
    """

    open_recipients: CheckLevel | None = None
    big_list: CheckLevel | None = None
    no_attachment: CheckLevel | None = None
    no_subject: CheckLevel | None = None
    first_mail: CheckLevel | None = None
    look_alike: CheckLevel | None = None
    wrong_domain: CheckLevel | None = None
    namesake: CheckLevel | None = None
    too_large: CheckLevel | None = None
    over_limits: CheckLevel | None = None
    quiet_hours: CheckLevel | None = None
    pupil_data: CheckLevel | None = None
    encrypted_file: CheckLevel | None = None
    dangerous_file: CheckLevel | None = None
    most_outside: int | None = None
    most_list: int | None = None
    undo_s: int | None = None
    big_mail_mb: int | None = None  # messages from this size on wait for a good line; 0: none
    templates_folder: str = ""  # an absolute path; read only
    calendar_file: str = ""  # a school calendar in place of the shipped one
    zone: str = ""  # of the school holidays, where the address does not tell


@dataclass(frozen=True, slots=True)
class PolicyTrouble:
    """A value that was ignored: from where, its name, and why."""

    source: str
    key: str
    why: str


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything in force, and what was ignored."""

    vault: VaultPolicy = field(default_factory=VaultPolicy)
    retention: RetentionPolicy = field(default_factory=RetentionPolicy)
    sending: SendingPolicy = field(default_factory=SendingPolicy)
    oauth: tuple[Provider, ...] = ()  # providers of sign-ins, over the shipped ones
    ignored: tuple[PolicyTrouble, ...] = ()
