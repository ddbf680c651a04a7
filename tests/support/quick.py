"""Passphrases that are quick to open, and the program with them.

Argon2id is made as slow as the PC bears: half a second each time a vault is opened, and the tests
open thousands. Here it is as slow as it must be at least (the same memory, the least iterations),
and what this process has derived once it knows. What calibration chooses, and the half second, are
tested where they are meant: with a TARGET_S above zero nothing is remembered.

``python -m tests.support.quick WORDS``: the program itself, ``python -m mel_desktop WORDS``.
"""

from __future__ import annotations

import hashlib
import sys

from mel_desktop.model.accounts import Secret
from mel_desktop.store import keyslots

PRODUCT_TARGET_S = keyslots.TARGET_S

_derive = keyslots._argon2id
_derived: dict[tuple[bytes, bytes, int, int], bytes] = {}


def unlock_quickly() -> None:
    """From here on, in this process."""
    keyslots.TARGET_S = 0.0  # type: ignore[misc]
    keyslots._argon2id = _remembered


def _remembered(passphrase: Secret, salt: bytes, iterations: int, memory_kib: int) -> bytes:
    if keyslots.TARGET_S > 0:
        return _derive(passphrase, salt, iterations, memory_kib)
    digest = hashlib.sha256(passphrase.reveal().encode("utf-8", "surrogatepass")).digest()
    words = (digest, salt, iterations, memory_kib)
    if words not in _derived:
        _derived[words] = _derive(passphrase, salt, iterations, memory_kib)
    return _derived[words]


if __name__ == "__main__":
    from mel_desktop.__main__ import main

    unlock_quickly()
    sys.exit(main())
