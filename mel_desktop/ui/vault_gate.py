"""The vaults on this PC as the first screen uses them: app.wiring with the data folder given."""

from __future__ import annotations

from pathlib import Path

from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Secret
from mel_desktop.model.policy import USER, Policy
from mel_desktop.model.values import dataclass
from mel_desktop.model.vault import VaultEntry, VaultStatus


@dataclass(frozen=True, slots=True)
class NewVault:
    """What was chosen for a new vault. ``once``: erased when it is closed."""

    label: str = ""
    passphrase: Secret | None = None
    use_keyring: bool = False
    once: bool = False


class VaultGate:
    """Opens and makes vaults. ``create`` and ``open`` take a second: not on the main thread."""

    def __init__(self, data_folder: Path, *, offline: bool, policy: Policy | None = None) -> None:
        self._data_folder = data_folder
        self._offline = offline
        self.policy = wiring.policy(None) if policy is None else policy

    def entries(self) -> tuple[VaultEntry, ...]:
        """Newest opened first."""
        return wiring.vaults(self._data_folder, self.policy)

    def status(self, path: Path) -> VaultStatus:
        """How a vault opens, and how long no try is allowed."""
        return wiring.vault_status(path)

    def escrow(self) -> tuple[str, str]:
        """Who can open new vaults too, and the fingerprint of the key; ("", "") nobody."""
        return self.policy.vault.escrow_owner, wiring.escrow_fingerprint(self.policy)

    def create(self, new: NewVault) -> Facade:
        """Make a vault and open it."""
        return wiring.create_profile(
            self._folder_for(new),
            passphrase=new.passphrase,
            use_keyring=new.use_keyring,
            offline=self._offline,
            label=new.label,
            temporary=new.once,
            policy=self.policy,
        )

    def open(
        self, path: Path, *, passphrase: Secret | None = None, recovery: Secret | None = None
    ) -> Facade:
        """Open a vault; with the keyring when nothing is given."""
        return wiring.open_profile(
            path,
            passphrase=passphrase,
            recovery=recovery,
            use_keyring=passphrase is None and recovery is None,
            offline=self._offline,
            policy=self.policy,
        )

    def repair(
        self, path: Path, *, passphrase: Secret | None = None, recovery: Secret | None = None
    ) -> None:
        """Mend a vault that ``open`` finds DAMAGED; what became of it is told once it is open."""
        wiring.repair_profile(
            path,
            passphrase=passphrase,
            recovery=recovery,
            use_keyring=passphrase is None and recovery is None,
        )

    def _folder_for(self, new: NewVault) -> Path:
        """The first vault of a user is the data folder itself, as it was before there were more."""
        first = not new.once and self.policy.vault.place == USER
        if first and not wiring.vault_status(self._data_folder).exists:
            return self._data_folder
        return wiring.new_vault_folder(self._data_folder, new.label, self.policy)
