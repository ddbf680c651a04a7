"""Passphrases that are quick to open, and the program with them.

Argon2id is made as slow as the PC bears: half a second each time a vault is opened, and the tests
open thousands. Here it is as slow as it must be at least (the same memory, the least iterations),
and what this process has derived once it knows. New slots take one of a few salts by turns, so that
most are known: any program opens them as any others. What calibration chooses, and the half second,
are tested where they are meant: with a TARGET_S above zero nothing of this is done.

``python -m tests.support.quick WORDS``: the program itself, ``python -m mel_desktop WORDS``.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import sys

from mel_desktop.model.accounts import Secret
from mel_desktop.ports import Clock, Randomness
from mel_desktop.store import keyslots
from mel_desktop.store.keybytes import Key

PRODUCT_TARGET_S = keyslots.TARGET_S

_derive = keyslots._argon2id
_derived: dict[tuple[bytes, bytes, int, int], bytes] = {}

_make_slot = keyslots.passphrase_slot
# More than any vault has slots of, one after the other: a new slot has another salt than the old.
_SALTS = 4
_salts = itertools.cycle([os.urandom(keyslots.SALT_BYTES) for _ in range(_SALTS)])


def unlock_quickly() -> None:
    """From here on, in this process."""
    keyslots.TARGET_S = 0.0  # type: ignore[misc]
    keyslots._argon2id = _remembered
    keyslots.passphrase_slot = _slot


def _remembered(passphrase: Secret, salt: bytes, iterations: int, memory_kib: int) -> bytes:
    if keyslots.TARGET_S > 0:
        return _derive(passphrase, salt, iterations, memory_kib)
    digest = hashlib.sha256(passphrase.reveal().encode("utf-8", "surrogatepass")).digest()
    words = (digest, salt, iterations, memory_kib)
    if words not in _derived:
        _derived[words] = _derive(passphrase, salt, iterations, memory_kib)
    return _derived[words]


class _Salted:
    """Randomness whose first token of that size is one of the salts."""

    def __init__(self, randomness: Randomness) -> None:
        self._randomness = randomness
        self._is_given = False

    def token(self, size: int) -> bytes:
        if self._is_given or size != keyslots.SALT_BYTES:
            return self._randomness.token(size)
        self._is_given = True
        return next(_salts)


def _slot(
    header: keyslots.Header, key: Key, passphrase: Secret, randomness: Randomness, clock: Clock
) -> keyslots.Slot:
    salted = randomness if keyslots.TARGET_S > 0 else _Salted(randomness)
    return _make_slot(header, key, passphrase, salted, clock)


if __name__ == "__main__":
    from mel_desktop.__main__ import main

    unlock_quickly()
    sys.exit(main())
