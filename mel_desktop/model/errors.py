"""The one error tree. Libraries' exceptions are converted to it at the edges, once.

::

    MelError
    ├── ServerSaid          the server answered, and said no
    ├── ConnectionTrouble   the server could not be reached, or not in private
    ├── ServerBroken        the server broke the protocol
    ├── StoreTrouble        the profile on disk: locked, full, damaged, too new
    ├── LocalRefusal        we refuse: usage, policy, recipients, size
    ├── Cancelled           asked for; shown to nobody
    └── Bug                 everything else

Each carries a stable ``code`` (in logs, help and JSON), the ``scope`` to give up, a ``retry`` rule
and ``facts`` that are safe to log (host, port, ids; never an address, subject or secret). Sentences
for people live in ``ui.wording`` and ``cli.wording``: a test walks every code.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, IntEnum
from types import MappingProxyType
from typing import ClassVar, Final


class Scope(IntEnum):
    """What to give up, smallest first."""

    MESSAGE = 1
    FOLDER = 2
    ACCOUNT = 3
    APP = 4


class Retry(Enum):
    """When another try may succeed. Values are those of the command line's JSON."""

    NEVER = "never"
    LATER = "later"
    AFTER_USER = "after-user"
    AFTER_NETWORK = "after-network"


class ExitCode(IntEnum):
    """Exit codes of the command line (cli.md)."""

    DONE = 0
    FAULT = 1
    USAGE = 2
    SIGN_IN = 3
    NETWORK = 4
    VAULT = 5
    DECIDE = 6
    INTEGRITY = 7
    DISK = 8
    POLICY = 9
    PARTLY = 10


class ErrorCode(Enum):
    """Every error a person may meet: (stable name, exit code, scope, retry)."""

    # ServerSaid
    SIGN_IN_REFUSED = ("sign-in-refused", ExitCode.SIGN_IN, Scope.ACCOUNT, Retry.AFTER_USER)
    PASSWORD_EXPIRED = ("password-expired", ExitCode.SIGN_IN, Scope.ACCOUNT, Retry.AFTER_USER)
    APP_PASSWORD_NEEDED = ("app-password-needed", ExitCode.SIGN_IN, Scope.ACCOUNT, Retry.AFTER_USER)
    ACCOUNT_LOCKED = ("account-locked", ExitCode.SIGN_IN, Scope.ACCOUNT, Retry.AFTER_USER)
    BLOCKED_ABROAD = ("blocked-abroad", ExitCode.SIGN_IN, Scope.ACCOUNT, Retry.AFTER_USER)
    ACCESS_CLOSED = ("access-closed", ExitCode.SIGN_IN, Scope.ACCOUNT, Retry.AFTER_USER)
    GRANT_ENDED = ("grant-ended", ExitCode.SIGN_IN, Scope.ACCOUNT, Retry.AFTER_USER)
    GRANT_DENIED = ("grant-denied", ExitCode.SIGN_IN, Scope.ACCOUNT, Retry.AFTER_USER)
    SIGN_IN_TOO_LATE = ("sign-in-too-late", ExitCode.SIGN_IN, Scope.ACCOUNT, Retry.AFTER_USER)
    SIGN_IN_ON_HOLD = ("sign-in-on-hold", ExitCode.SIGN_IN, Scope.ACCOUNT, Retry.AFTER_USER)
    NO_PASSWORD = ("no-password", ExitCode.SIGN_IN, Scope.ACCOUNT, Retry.AFTER_USER)
    MAILBOX_FULL = ("mailbox-full", ExitCode.PARTLY, Scope.ACCOUNT, Retry.AFTER_USER)
    SERVER_REFUSED = ("server-refused", ExitCode.PARTLY, Scope.MESSAGE, Retry.AFTER_USER)
    SERVER_TEMPORARY = ("server-temporary", ExitCode.NETWORK, Scope.ACCOUNT, Retry.LATER)
    FOLDER_GONE = ("folder-gone", ExitCode.PARTLY, Scope.FOLDER, Retry.AFTER_USER)
    RECIPIENT_REFUSED = ("recipient-refused", ExitCode.PARTLY, Scope.MESSAGE, Retry.AFTER_USER)
    SENDER_REFUSED = ("sender-refused", ExitCode.PARTLY, Scope.MESSAGE, Retry.AFTER_USER)
    MESSAGE_REFUSED = ("message-refused", ExitCode.PARTLY, Scope.MESSAGE, Retry.AFTER_USER)
    MESSAGE_TOO_LARGE = ("message-too-large", ExitCode.PARTLY, Scope.MESSAGE, Retry.AFTER_USER)
    SENDING_LIMIT = ("sending-limit", ExitCode.PARTLY, Scope.ACCOUNT, Retry.LATER)
    SENDING_UNKNOWN = ("sending-unknown", ExitCode.PARTLY, Scope.MESSAGE, Retry.AFTER_USER)
    MESSAGE_GONE = ("message-gone", ExitCode.PARTLY, Scope.MESSAGE, Retry.NEVER)
    NO_SMTPUTF8 = ("no-smtputf8", ExitCode.PARTLY, Scope.MESSAGE, Retry.AFTER_USER)
    # ConnectionTrouble
    OFFLINE = ("offline", ExitCode.NETWORK, Scope.ACCOUNT, Retry.AFTER_NETWORK)
    NAME_NOT_FOUND = ("name-not-found", ExitCode.NETWORK, Scope.ACCOUNT, Retry.AFTER_NETWORK)
    UNREACHABLE = ("unreachable", ExitCode.NETWORK, Scope.ACCOUNT, Retry.AFTER_NETWORK)
    TIMED_OUT = ("timed-out", ExitCode.NETWORK, Scope.ACCOUNT, Retry.LATER)
    CONNECTION_LOST = ("connection-lost", ExitCode.NETWORK, Scope.ACCOUNT, Retry.LATER)
    CERTIFICATE = ("certificate", ExitCode.NETWORK, Scope.ACCOUNT, Retry.AFTER_USER)
    CERTIFICATE_EXPIRED = ("certificate-expired", ExitCode.NETWORK, Scope.ACCOUNT, Retry.AFTER_USER)
    CERTIFICATE_NAME = ("certificate-name", ExitCode.NETWORK, Scope.ACCOUNT, Retry.AFTER_USER)
    TLS = ("tls", ExitCode.NETWORK, Scope.ACCOUNT, Retry.AFTER_USER)
    NO_TLS_OFFERED = ("no-tls-offered", ExitCode.NETWORK, Scope.ACCOUNT, Retry.AFTER_USER)
    CERTIFICATE_INSPECTED = (
        "certificate-inspected", ExitCode.NETWORK, Scope.ACCOUNT, Retry.AFTER_USER
    )  # fmt: skip
    CAPTIVE_PORTAL = ("captive-portal", ExitCode.NETWORK, Scope.ACCOUNT, Retry.LATER)
    PROXY_UNREACHABLE = ("proxy-unreachable", ExitCode.NETWORK, Scope.ACCOUNT, Retry.LATER)
    PROXY_REFUSED = ("proxy-refused", ExitCode.NETWORK, Scope.ACCOUNT, Retry.LATER)
    PROXY_SIGN_IN = ("proxy-sign-in", ExitCode.NETWORK, Scope.ACCOUNT, Retry.AFTER_USER)
    PROXY_SCRIPT = ("proxy-script", ExitCode.NETWORK, Scope.ACCOUNT, Retry.LATER)
    # ServerBroken
    PROTOCOL = ("protocol", ExitCode.NETWORK, Scope.ACCOUNT, Retry.LATER)
    # StoreTrouble
    VAULT_LOCKED = ("vault-locked", ExitCode.VAULT, Scope.APP, Retry.AFTER_USER)
    WRONG_PASSPHRASE = ("wrong-passphrase", ExitCode.VAULT, Scope.APP, Retry.AFTER_USER)
    NO_KEYRING = ("no-keyring", ExitCode.VAULT, Scope.APP, Retry.AFTER_USER)
    NO_VAULT = ("no-vault", ExitCode.VAULT, Scope.APP, Retry.AFTER_USER)
    VAULT_EXISTS = ("vault-exists", ExitCode.USAGE, Scope.APP, Retry.NEVER)
    DAMAGED = ("damaged", ExitCode.INTEGRITY, Scope.APP, Retry.AFTER_USER)
    DISK_FULL = ("disk-full", ExitCode.DISK, Scope.APP, Retry.AFTER_USER)
    NOT_WRITABLE = ("not-writable", ExitCode.DISK, Scope.APP, Retry.AFTER_USER)
    PROFILE_BUSY = ("profile-busy", ExitCode.DISK, Scope.APP, Retry.LATER)
    STORE_TOO_NEW = ("store-too-new", ExitCode.VAULT, Scope.APP, Retry.AFTER_USER)
    # LocalRefusal
    USAGE = ("usage", ExitCode.USAGE, Scope.APP, Retry.AFTER_USER)
    NOT_FOUND = ("not-found", ExitCode.USAGE, Scope.MESSAGE, Retry.NEVER)
    NOT_YET = ("not-yet-available", ExitCode.USAGE, Scope.APP, Retry.NEVER)
    BAD_ADDRESS = ("bad-address", ExitCode.USAGE, Scope.MESSAGE, Retry.AFTER_USER)
    NO_RECIPIENT = ("no-recipient", ExitCode.USAGE, Scope.MESSAGE, Retry.AFTER_USER)
    BAD_FILE = ("bad-file", ExitCode.USAGE, Scope.MESSAGE, Retry.AFTER_USER)
    TOO_LARGE = ("too-large", ExitCode.USAGE, Scope.MESSAGE, Retry.AFTER_USER)
    NOT_LOCAL = ("not-local", ExitCode.NETWORK, Scope.MESSAGE, Retry.AFTER_NETWORK)
    MASS_DELETION = ("mass-deletion", ExitCode.DECIDE, Scope.FOLDER, Retry.AFTER_USER)
    NEEDS_DECISION = ("needs-decision", ExitCode.DECIDE, Scope.MESSAGE, Retry.AFTER_USER)
    PROVIDER_MISTRUSTED = (
        "provider-mistrusted", ExitCode.SIGN_IN, Scope.ACCOUNT, Retry.AFTER_USER
    )  # fmt: skip
    POLICY = ("policy", ExitCode.POLICY, Scope.APP, Retry.NEVER)
    PARTLY_DONE = ("partly-done", ExitCode.PARTLY, Scope.ACCOUNT, Retry.LATER)
    BUDGET_USED = ("budget-used", ExitCode.PARTLY, Scope.ACCOUNT, Retry.LATER)
    # Others
    CANCELLED = ("cancelled", ExitCode.DONE, Scope.APP, Retry.NEVER)
    BUG = ("bug", ExitCode.FAULT, Scope.APP, Retry.NEVER)

    def __init__(self, text: str, exit_code: ExitCode, scope: Scope, retry: Retry) -> None:
        self.text = text
        self.exit_code = exit_code
        self.scope = scope
        self.retry = retry


# One of these puts an account on hold: nothing signs in by itself until a person has acted.
HOLDING: Final = frozenset({
    ErrorCode.SIGN_IN_REFUSED, ErrorCode.PASSWORD_EXPIRED, ErrorCode.APP_PASSWORD_NEEDED,
    ErrorCode.ACCOUNT_LOCKED, ErrorCode.BLOCKED_ABROAD, ErrorCode.ACCESS_CLOSED,
    ErrorCode.GRANT_ENDED,
})  # fmt: skip

Fact = str | int


class MelError(Exception):
    """Root of the tree. ``facts`` are safe to log; the cause is kept by ``raise ... from``."""

    codes: ClassVar[frozenset[ErrorCode]] = frozenset(ErrorCode)

    def __init__(self, code: ErrorCode, **facts: Fact) -> None:
        if code not in self.codes:
            raise ValueError(f"{code.text} is not an error of {type(self).__name__}")
        super().__init__(code.text)
        self.code = code
        self.facts: Mapping[str, Fact] = MappingProxyType(dict(facts))

    @property
    def scope(self) -> Scope:
        """What to give up."""
        return self.code.scope

    @property
    def retry(self) -> Retry:
        """When another try may succeed."""
        return self.code.retry

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value}" for name, value in sorted(self.facts.items()))
        return f"{self.code.text} ({shown})" if shown else self.code.text


C = ErrorCode


class ServerSaid(MelError):
    """The server answered, and said no."""

    codes = frozenset({
        C.SIGN_IN_REFUSED, C.PASSWORD_EXPIRED, C.APP_PASSWORD_NEEDED, C.SIGN_IN_ON_HOLD,
        C.NO_PASSWORD, C.MAILBOX_FULL, C.SERVER_REFUSED, C.SERVER_TEMPORARY, C.FOLDER_GONE,
        C.RECIPIENT_REFUSED, C.SENDER_REFUSED, C.MESSAGE_REFUSED, C.MESSAGE_TOO_LARGE,
        C.SENDING_LIMIT, C.SENDING_UNKNOWN, C.MESSAGE_GONE, C.NO_SMTPUTF8, C.ACCOUNT_LOCKED,
        C.BLOCKED_ABROAD, C.ACCESS_CLOSED, C.GRANT_ENDED, C.GRANT_DENIED, C.SIGN_IN_TOO_LATE,
    })  # fmt: skip

    def __init__(self, code: ErrorCode, *, said: str = "", **facts: Fact) -> None:
        super().__init__(code, **facts)
        self.said = said  # its words, shortened: shown to the person, may name people, never logged


class ConnectionTrouble(MelError):
    """The server could not be reached, or not in private."""

    codes = frozenset({
        C.OFFLINE, C.NAME_NOT_FOUND, C.UNREACHABLE, C.TIMED_OUT, C.CONNECTION_LOST, C.CERTIFICATE,
        C.CERTIFICATE_EXPIRED, C.CERTIFICATE_NAME, C.TLS, C.NO_TLS_OFFERED,
        C.CERTIFICATE_INSPECTED, C.CAPTIVE_PORTAL, C.PROXY_UNREACHABLE, C.PROXY_REFUSED,
        C.PROXY_SIGN_IN, C.PROXY_SCRIPT,
    })  # fmt: skip


class ServerBroken(MelError):
    """The server broke the protocol; the connection is closed and nothing of the answer kept."""

    codes = frozenset({C.PROTOCOL})


class StoreTrouble(MelError):
    """The profile on disk: locked, full, damaged, too new."""

    codes = frozenset({
        C.VAULT_LOCKED, C.WRONG_PASSPHRASE, C.NO_KEYRING, C.NO_VAULT, C.VAULT_EXISTS, C.DAMAGED,
        C.DISK_FULL, C.NOT_WRITABLE, C.PROFILE_BUSY, C.STORE_TOO_NEW,
    })  # fmt: skip


class LocalRefusal(MelError):
    """We refuse, before anything moved: usage, policy, recipients, size."""

    codes = frozenset({
        C.USAGE, C.NOT_FOUND, C.NOT_YET, C.BAD_ADDRESS, C.NO_RECIPIENT, C.BAD_FILE, C.TOO_LARGE,
        C.NOT_LOCAL, C.MASS_DELETION, C.NEEDS_DECISION, C.POLICY, C.PARTLY_DONE,
        C.BUDGET_USED, C.PROVIDER_MISTRUSTED,
    })  # fmt: skip


class Cancelled(MelError):
    """Asked for by a person or by shutdown; shown to nobody."""

    codes = frozenset({C.CANCELLED})

    def __init__(self) -> None:
        super().__init__(C.CANCELLED)


class Bug(MelError):
    """Everything else. ``facts`` hold a support id that is also in the log."""

    codes = frozenset({C.BUG})
