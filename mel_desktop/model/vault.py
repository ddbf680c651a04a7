"""The vault as screens and the command line see it."""

from __future__ import annotations

from datetime import datetime

from mel_desktop.model.values import dataclass


@dataclass(frozen=True, slots=True)
class VaultStatus:
    """How the vault of a profile can be opened. ``size``: octets of the database on disk.

    ``wait_s``: so long no passphrase and no recovery code is tried (after wrong ones).
    ``temporary``: used once; its key is in the memory of one program only. ``rekey_pending``: a
    change of the data key was broken off.
    """

    exists: bool
    has_keyring_slot: bool = False
    has_passphrase_slot: bool = False
    has_recovery_slot: bool = False
    cipher: str = ""
    size: int = 0
    label: str = ""
    wait_s: float = 0.0
    has_escrow: bool = False
    temporary: bool = False
    rekey_pending: bool = False


@dataclass(frozen=True, slots=True)
class VaultEntry:
    """One vault on this PC. ``path``: the folder to open."""

    path: str
    label: str
    status: VaultStatus
    last_opened: datetime | None = None


@dataclass(frozen=True, slots=True)
class VaultFacts:
    """What the owner of an open vault may know of it.

    ``opens_with``: keyring, passphrase, recovery-code, escrow. ``escrow_fingerprint``: of the key
    with which ``escrow_owner`` (the school) can open this vault; both empty without escrow.
    ``rekey_done``: how far a change of the data key came that was broken off, 0 to 1; None: none.
    """

    label: str
    opens_with: tuple[str, ...]
    kdf: str = ""
    kdf_memory_kib: int = 0
    kdf_passes: int = 0
    created_at: datetime | None = None
    escrow_fingerprint: str = ""
    escrow_owner: str = ""
    temporary: bool = False
    rekey_done: float | None = None


@dataclass(frozen=True, slots=True)
class LockSettings:
    """When the vault locks by itself. In force: narrowed by the policy."""

    idle_minutes: int = 15  # 0: never
    on_screen_lock: bool = True
    on_sleep: bool = True
    hide_notifications: bool = True
