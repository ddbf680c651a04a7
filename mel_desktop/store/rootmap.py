"""``store.map``: where each table begins in the file, kept beside it, encrypted.

Without it a damaged page of the schema, which stands at the very beginning of the file, would make
every sound page behind it unreadable: nobody could say which table a page belongs to.
"""

from __future__ import annotations

import contextlib
import json
import os
from logging import getLogger
from pathlib import Path
from typing import Final, cast

import apsw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from mel_desktop.model.values import dataclass
from mel_desktop.store import patience
from mel_desktop.store.keybytes import Key

log = getLogger("mel.store")

NAME: Final = "store.map"
_ABOUT: Final = b"mel-desktop map 1"
_NONCE: Final = 12
_MOST: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class RootMap:
    """First page of each table and index by name, and the version of the schema."""

    version: int
    roots: dict[str, int]


def of(connection: apsw.Connection) -> RootMap:
    """The map of an open database."""
    (version,) = next(iter(connection.execute("PRAGMA user_version")))
    rows = connection.execute(
        "SELECT name, rootpage FROM sqlite_schema WHERE rootpage > 0 ORDER BY name"
    )
    return RootMap(int(str(version)), {str(name): int(str(root)) for name, root in rows})


def read(database: Path, key: Key) -> RootMap | None:
    """What is kept; None when there is none, or when it is damaged."""
    try:
        with database.with_name(NAME).open("rb") as file:
            sealed = file.read(_MOST)
        plain = _cipher(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], _ABOUT)
    except (OSError, InvalidTag, ValueError):
        return None
    found = json.loads(plain)
    return RootMap(found["version"], cast("dict[str, int]", found["roots"]))


def keep(database: Path, key: Key, current: RootMap) -> bool:
    """Write it anew where it says something else. Where that cannot be done, later.

    Whether there was one that did not prove itself.
    """
    kept = read(database, key)
    if kept == current:
        return False
    is_damaged = kept is None and database.with_name(NAME).exists()
    plain = json.dumps({"version": current.version, "roots": current.roots}).encode()
    nonce = os.urandom(_NONCE)
    fresh = database.with_name(NAME + ".new")
    try:
        file = os.open(
            fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600
        )
        with os.fdopen(file, "wb") as stream:
            stream.write(nonce + _cipher(key).encrypt(nonce, plain, _ABOUT))
            stream.flush()
            os.fsync(stream.fileno())  # else a power cut may leave the name without its content
        patience.replace(fresh, database.with_name(NAME))
    except OSError as error:
        log.info("the map is not written: %s", error.errno)
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
    return is_damaged


def forget(database: Path) -> None:
    """Take the map away: the database gets another key. Missing is fine."""
    with contextlib.suppress(OSError):
        database.with_name(NAME).unlink(missing_ok=True)


def _cipher(key: Key) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, None, _ABOUT).derive(key))
