"""A witness outside the profile: how many durable changes a vault had when it was last used here.

``store.seal`` goes back with the profile when all of it is an older copy (a folder that was copied
and put back, a snapshot). The witness does not: it lies in a folder of this user on this PC that
never roams, and holds the count that each durable transaction adds to (store.seal).

Rule 1: nothing secret: the file is called by a hash of the vault's number and holds a count.
Rule 2: it never promises what may not be there: it is written after the changes it counts.
Rule 3: it is authenticated under a key that comes of the vault key, not of the data key: a change
of the data key must not make a witness of what was before it unreadable, for the older copy is
under the older data key.
Rule 4: one that is missing or damaged knows nothing, and stops nobody.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import struct
from collections.abc import Iterable
from logging import getLogger
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from mel_desktop.store import patience
from mel_desktop.store.keybytes import Key

log = getLogger("mel.store")

MAGIC: Final = b"MELWITN1"
_FIELDS: Final = struct.Struct(">8s16sQ")  # magic, whose it is, count
_MAC: Final = 32


class Witness:
    """Of one vault."""

    def __init__(self, folder: Path, store_id: str, vault_key: Key) -> None:
        """``folder``: of this user on this PC; it is made when it is needed."""
        self._path = folder / name_of(store_id)
        self._key = HKDF(SHA256(), 32, None, b"mel-desktop witness 1").derive(vault_key)

    def count(self) -> int:
        """How many durable changes it knows of; 0 when it knows nothing."""
        try:
            with self._path.open("rb") as file:
                octets = file.read(_FIELDS.size + _MAC + 1)
        except OSError:
            return 0
        fields, mac = octets[: _FIELDS.size], octets[_FIELDS.size :]
        if not hmac.compare_digest(mac, self._sign(fields)):
            log.info("a witness is damaged")
            return 0
        magic, whose, count = _FIELDS.unpack(fields)
        return int(count) if (magic, whose) == (MAGIC, self._whose) else 0

    def keep(self, count: int) -> None:
        """It knows of so many from here on; never of fewer than before."""
        if count > self.count():
            self.put(count)

    def put(self, count: int) -> None:
        """It knows of so many, whatever it knew: something took the store's place on purpose."""
        fields = _FIELDS.pack(MAGIC, self._whose, count)
        fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
            with os.fdopen(os.open(fresh, flags, 0o600), "wb") as file:
                file.write(fields + self._sign(fields))
                file.flush()
                os.fsync(file.fileno())
            patience.replace(fresh, self._path)
        except OSError as error:
            log.info("the witness is not written: %s", error.errno)
            with contextlib.suppress(OSError):
                fresh.unlink(missing_ok=True)

    @property
    def _whose(self) -> bytes:
        return bytes.fromhex(self._path.name)

    def _sign(self, fields: bytes) -> bytes:
        return hmac.digest(self._key, fields, "sha256")


def name_of(store_id: str) -> str:
    """What the file of a vault is called: it tells nothing of the vault."""
    whose = hashlib.blake2b(store_id.encode("ascii"), digest_size=16, person=b"mel-witness")
    return whose.hexdigest()


def forget(folder: Path, store_ids: Iterable[str]) -> None:
    """These vaults are gone, or something else takes their place on purpose."""
    for one in store_ids:
        with contextlib.suppress(OSError):
            (folder / name_of(one)).unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        folder.rmdir()  # the last one
