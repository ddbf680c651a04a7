"""What the school's IT has decided for this PC."""

from __future__ import annotations

from dataclasses import dataclass, field

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
    ignored: tuple[PolicyTrouble, ...] = ()
