"""The vault as screens and the command line see it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VaultStatus:
    """How the vault of a profile can be opened. ``size``: octets of the database on disk."""

    exists: bool
    has_keyring_slot: bool = False
    has_passphrase_slot: bool = False
    has_recovery_slot: bool = False
    cipher: str = ""
    size: int = 0
