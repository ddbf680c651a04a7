"""Digests of the keys of people, for what outlives the rows of a source: notes, erasures.

Salted per profile: nobody can try keys of another profile against them. They lie in the encrypted
store like everything else; the digest keeps a removed source from being read out of what stayed.
"""

from __future__ import annotations

import hashlib
from typing import Final, cast

from mel_desktop.store.database import Reader, Transaction

SALT: Final = "people-salt"


def digest_salt(reader: Reader) -> bytes:
    """The salt of this profile; b"" before the first digest was stored."""
    found = reader.value("SELECT value FROM meta WHERE name = ?", SALT)
    return bytes.fromhex(cast("str", found)) if found else b""


def make_salt(tx: Transaction) -> bytes:
    """The salt of this profile, made if need be."""
    tx.run("INSERT OR IGNORE INTO meta (name, value) VALUES (?, lower(hex(randomblob(16))))", SALT)
    return digest_salt(tx)


def digest(salt: bytes, key: str) -> bytes:
    """What is stored of a key."""
    return hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=24, salt=salt[:16]).digest()
