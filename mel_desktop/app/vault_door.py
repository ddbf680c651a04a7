"""What the window and the command line may ask of an open vault: ways in, lock, files outside."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import MessageId
from mel_desktop.model.policy import Policy
from mel_desktop.model.vault import LockSettings, VaultFacts

if TYPE_CHECKING:
    from mel_desktop.app.engine import Engine
    from mel_desktop.app.profile_services import Services


class VaultDoor:
    """``facade.vault``. Methods that change keys wait for the disk: not on the window's thread."""

    def __init__(self, services: Services, engine: Engine) -> None:
        self._services = services
        self._engine = engine

    # -- what it is --------------------------------------------------------------------------------

    def facts(self) -> VaultFacts:
        """Label, ways in, parameters, and to whom the school's policy has sealed it."""
        return self._services.vault.facts()

    @property
    def profile(self) -> Path:
        """The folder of the vault."""
        return self._services.vault.profile

    def policy(self) -> Policy:
        """What IT has decided for this PC."""
        return self._services.policy

    def set_label(self, label: str) -> None:
        """Call the vault otherwise."""
        self._services.vault.set_label(label.strip())

    # -- ways in -----------------------------------------------------------------------------------

    def change_passphrase(self, new: Secret) -> None:
        """Open with this passphrase from now on; also where there was none. USAGE (empty)."""
        self._services.vault.set_passphrase(new)

    def new_recovery_code(self) -> Secret:
        """A code to be shown once; the one before is void."""
        return self._services.vault.new_recovery_code()

    def set_keyring(self, on: bool) -> None:
        """Open by this session's keyring, or not any more.

        NO_KEYRING | POLICY (not allowed here) | USAGE (it is the only way in).
        """
        keyring = self._services.keyring
        if on and not self._services.policy.vault.keyring_allowed:
            raise LocalRefusal(ErrorCode.POLICY, key="vault.keyring_allowed")
        self._services.vault.set_keyring(keyring, on=on)

    def remove_escrow(self) -> None:
        """The school's key opens this vault no more. POLICY while the policy asks for it."""
        if self._services.policy.vault.escrow_key:
            raise LocalRefusal(ErrorCode.POLICY, key="vault.escrow_key")
        self._services.vault.remove_escrow()

    def rekey(
        self,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        """Encrypt everything under a new data key, or go on with a change that was broken off
        (``facts().rekey_done``). ``progress(done, total)`` in octets, from what is done.

        Cancelled | PROFILE_BUSY (open elsewhere too): the next one goes on. DISK_FULL (room for a
        second copy is needed) | DAMAGED. The rounds go on, reads and writes too.
        """
        with self._engine.alone():
            self._services.vault.rekey(
                self._services.database, progress=progress, cancelled=cancelled
            )

    def abandon_rekey(self) -> None:
        """Forget a change of the data key that was broken off; nothing happens without one."""
        with self._engine.alone():
            self._services.vault.abandon_rekey()

    # -- lock and end ------------------------------------------------------------------------------

    def lock_settings(self) -> LockSettings:
        """What is in force: what the teacher chose, within the policy."""
        return self._services.locking.in_force()

    def set_lock_settings(self, settings: LockSettings) -> None:
        """Kept in the store. The policy may still narrow it. USAGE."""
        self._services.locking.save(settings)

    def lock(self) -> None:
        """Stop the engine, close the store, overwrite the keys, shred what is open outside.

        The facade is closed then. A temporary vault is gone.
        """
        self._engine.stop()
        self._services.close()

    def erase(self) -> None:
        """Close the facade and destroy the vault: keys first, then files. There is no way back."""
        profile = self._services.vault.profile
        temporary = self._services.vault.temporary
        self.lock()
        if not temporary:
            self._services.erase(profile)

    # -- outside -----------------------------------------------------------------------------------

    def open_outside_file(self, name: str, chunks: Iterable[bytes]) -> Path:
        """Write a read-only copy that another program may open; it is shredded at lock and exit."""
        return self._services.outside.write(name, chunks)

    def open_outside_attachment(self, message: MessageId, part: str) -> Path:
        """The same with a local attachment. NOT_FOUND | NOT_LOCAL."""
        name, chunks = self._services.reading.attachment(message, part)
        return self._services.outside.write(name, chunks)

    def outside_files(self) -> tuple[Path, ...]:
        """What lies outside now."""
        return self._services.outside.files()

    def clear_outside(self) -> int:
        """Shred what lies outside; how many files went."""
        return self._services.outside.clear()
