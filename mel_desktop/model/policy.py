"""What the school's IT has decided for this PC. Which values there are: logic.policy_schema."""

from __future__ import annotations

from dataclasses import field
from datetime import time
from enum import Enum

from mel_desktop.model.accounts import Endpoint, NewAccount
from mel_desktop.model.oauth import Provider
from mel_desktop.model.safety import CheckLevel
from mel_desktop.model.signed_data import DataPolicy
from mel_desktop.model.values import dataclass

USER = "user"
MACHINE = "machine"


class Origin(Enum):
    """Who set a value. The order is the precedence, the strongest first."""

    MACHINE = "machine"
    USER = "user"
    TEACHER = "teacher"
    DEFAULT = "default"  # nobody: the program's own


@dataclass(frozen=True, slots=True)
class VaultPolicy:
    """``escrow_key``: 32 octets of an X25519 public key, empty for no escrow.

    ``max_idle_minutes``: the vault locks after so many idle minutes at most; 0 leaves it open.
    ``idle_minutes``, ``lock_on_screen``, ``lock_on_sleep``: None: the teacher decides.
    """

    place: str = USER
    escrow_key: bytes = b""
    escrow_owner: str = ""
    max_idle_minutes: int = 0
    keyring_allowed: bool = True
    use_once_default: bool = False
    idle_minutes: int | None = None
    lock_on_screen: bool | None = None
    lock_on_sleep: bool | None = None


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """What is kept on this PC at most, in days; 0: no limit. The server keeps everything."""

    text_days: int = 0
    attachment_days: int = 0
    families_days: int = 0  # after 1 September: last year's classes and families; 0: a person asks


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
    redirect: str = "school"  # where rules may redirect mail to: never, school, anywhere


@dataclass(frozen=True, slots=True)
class TrustPolicy:
    """``authserv_ids``: servers whose verdicts on senders count (RFC 8601 2.5); () for those of the
    account's own provider. ``report_to``: where suspicious messages are reported; "": asked.
    """

    authserv_ids: tuple[str, ...] = ()
    report_to: str = ""


@dataclass(frozen=True, slots=True)
class NetworkPolicy:
    """The way out and whom to trust.

    ``proxy``: for every account, as ``account add --proxy`` takes it; "" leaves it to the teacher.
    ``ca_file``: an absolute path; its authorities count for every connection.
    ``trusted_fingerprints``: each ``host=SHA-256``: just that certificate is let through for just
    that host. ``portal_page``: a plain page of IT's own that answers without a redirect; "": the
    mail server is asked.
    """

    proxy: str = ""
    ca_file: str = ""
    trusted_fingerprints: tuple[str, ...] = ()
    portal_page: str = ""


@dataclass(frozen=True, slots=True)
class GivenAccount:
    """An account that IT gives. Texts may hold variables (services.policy_accounts)."""

    number: int
    email: str
    imap: Endpoint
    smtp: Endpoint
    login: str = ""  # "": the address
    name: str = ""
    provider: str = ""
    ca_file: str = ""


@dataclass(frozen=True, slots=True)
class SessionNames:
    """Whose session of the PC it is; "" where the system does not say."""

    username: str = ""
    upn: str = ""  # user principal name of a directory: prenom.nom@ac-academie.fr
    full_name: str = ""


@dataclass(frozen=True, slots=True)
class OfferedAccount:
    """A given account that is not here yet, filled in as far as this PC knows."""

    number: int
    account: NewAccount


@dataclass(frozen=True, slots=True)
class AccountPolicy:
    """``allowed_domains`` None: any; empty: none but those of the accounts that IT gives."""

    others_allowed: bool = True
    allowed_domains: tuple[str, ...] | None = None
    given: tuple[GivenAccount, ...] = ()


@dataclass(frozen=True, slots=True)
class GivenDirectory:
    """An LDAP directory that IT gives."""

    number: int
    url: str
    base: str = ""
    page_size: int = 500
    ca_file: str = ""


@dataclass(frozen=True, slots=True)
class DirectoryPolicy:
    """Sources that are there without anybody adding them.

    ``annuaire``: the ministry's open data, from ``annuaire_url`` ("": its portal), of the
    départements or académies ``annuaire_only`` ("35, Rennes"; "": all). Fetched when it is asked.
    """

    given: tuple[GivenDirectory, ...] = ()
    annuaire: bool = False
    annuaire_url: str = ""
    annuaire_only: str = ""


@dataclass(frozen=True, slots=True)
class LinkPolicy:
    """What a line may carry at most, for each account; None: the teacher decides.

    ``profile``: a model.links.LinkProfile by its value; a ceiling, as budgets and hours are.
    """

    profile: str | None = None
    day_mb: int | None = None
    month_mb: int | None = None
    hours: tuple[time, time] | None = None


@dataclass(frozen=True, slots=True)
class UpdatePolicy:
    """``files_allowed``: whether the teacher may put newer files of data in the place of the
    shipped ones. ``update_notice``: where the signed notice of the newest version is, "": nobody
    is asked.
    """

    files_allowed: bool = True
    update_notice: str = ""


@dataclass(frozen=True, slots=True)
class InterfacePolicy:
    """How the window speaks and looks. None: the teacher decides."""

    language: str | None = None
    theme: str | None = None
    plain_text: bool | None = None


@dataclass(frozen=True, slots=True)
class ReadingPolicy:
    """What becomes of what messages ask for when they are opened.

    ``remote_images``: ask (blocked until the teacher allows them) or never.
    """

    remote_images: str = "ask"
    receipts: str = "ask"  # or "never": nobody is told that a message was displayed


@dataclass(frozen=True, slots=True)
class PolicyTrouble:
    """A value that was ignored: from where, its name, and why."""

    source: str
    key: str
    why: str
    why_fr: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class PolicyFact:
    """A value that a source gave and that no stronger one overruled.

    ``locked``: the teacher cannot change it; else it holds until the teacher chooses. ``fell``:
    what was given could not be understood, and this is the safe side.
    """

    key: str
    value: object
    origin: Origin
    source: str
    locked: bool = True
    fell: bool = False


@dataclass(frozen=True, slots=True)
class PolicySource:
    """A place where IT may decide. ``state``: read, absent, unreadable."""

    name: str
    where: str
    origin: Origin
    state: str


@dataclass(frozen=True, slots=True)
class PolicyDefaults:
    """What holds until the teacher chooses; None: the program's own."""

    vault: VaultPolicy = field(default_factory=VaultPolicy)
    sending: SendingPolicy = field(default_factory=SendingPolicy)
    interface: InterfacePolicy = field(default_factory=InterfacePolicy)


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything in force, and what was ignored."""

    vault: VaultPolicy = field(default_factory=VaultPolicy)
    retention: RetentionPolicy = field(default_factory=RetentionPolicy)
    sending: SendingPolicy = field(default_factory=SendingPolicy)
    network: NetworkPolicy = field(default_factory=NetworkPolicy)
    oauth: tuple[Provider, ...] = ()  # providers of sign-ins, over the shipped ones
    data: DataPolicy = field(default_factory=DataPolicy)
    ignored: tuple[PolicyTrouble, ...] = ()
    accounts: AccountPolicy = field(default_factory=AccountPolicy)
    directory: DirectoryPolicy = field(default_factory=DirectoryPolicy)
    links: LinkPolicy = field(default_factory=LinkPolicy)
    updates: UpdatePolicy = field(default_factory=UpdatePolicy)
    interface: InterfacePolicy = field(default_factory=InterfacePolicy)
    trust: TrustPolicy = field(default_factory=TrustPolicy)
    defaults: PolicyDefaults = field(default_factory=PolicyDefaults)
    reading: ReadingPolicy = field(default_factory=ReadingPolicy)
    facts: tuple[PolicyFact, ...] = field(default=(), compare=False)
    sources: tuple[PolicySource, ...] = field(default=(), compare=False)

    def fell(self, key: str) -> bool:
        """Whether a value stands on its safe side because it could not be understood."""
        return any(one.key == key and one.fell for one in self.facts)


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One value in force, for people. Texts are (French, English)."""

    key: str
    area: tuple[str, str]
    title: tuple[str, str]
    help: tuple[str, str]
    value: object  # as JSON has it
    shown: tuple[str, str]
    origin: Origin
    source: str = ""
    locked: bool = False
    fell: bool = False
