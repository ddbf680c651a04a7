"""Pictures of messages that came from web servers, and the senders who may bring them.

Rule: a cache. Bounded in octets and days; what is dropped can be asked for again. A picture goes
with its message.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, cast

from mel_desktop.model.changes import Area
from mel_desktop.store.database import Reader, Transaction
from mel_desktop.store.times import to_text

MOST_OCTETS: Final = 32 * 1024 * 1024
KEPT: Final = timedelta(days=30)


def here(reader: Reader, message: int, keys: Sequence[bytes]) -> frozenset[bytes]:
    """Those of the keys whose picture is here for this message."""
    rows = reader.all("SELECT key FROM remote_image WHERE message_id = ?", message)
    return frozenset(cast("bytes", key) for (key,) in rows) & frozenset(keys)


def octets(reader: Reader, message: int, key: bytes) -> bytes | None:
    """A picture, or None."""
    found = reader.value(
        "SELECT octets FROM remote_image WHERE message_id = ? AND key = ?", message, key
    )
    return None if found is None else cast("bytes", found)


def take_over(tx: Transaction, message: int, keys: Sequence[bytes], now: datetime) -> None:
    """The same pictures as other messages have fetched lately are not fetched once more."""
    oldest = to_text(now - KEPT)
    for key in keys:
        tx.run(
            """INSERT OR IGNORE INTO remote_image (message_id, key, octets, fetched_at)
               SELECT ?, key, octets, fetched_at FROM remote_image
                WHERE key = ? AND fetched_at >= ? ORDER BY id DESC LIMIT 1""",
            message,
            key,
            oldest,
        )


def put(tx: Transaction, message: int, key: bytes, data: bytes, now: datetime) -> None:
    """A picture came. Nothing is kept for a message that is gone."""
    tx.run(
        """INSERT INTO remote_image (message_id, key, octets, fetched_at)
           SELECT id, ?, ?, ? FROM message WHERE id = ?
           ON CONFLICT (message_id, key) DO UPDATE
              SET octets = excluded.octets, fetched_at = excluded.fetched_at""",
        key,
        data,
        to_text(now),
        message,
    )


def tidy(tx: Transaction, now: datetime, most: int = MOST_OCTETS) -> None:
    """Let go what is too old, and the oldest of what is too much."""
    tx.run("DELETE FROM remote_image WHERE fetched_at < ?", to_text(now - KEPT))
    tx.run(
        """DELETE FROM remote_image WHERE id IN (
               SELECT id FROM (SELECT id, sum(length(octets)) OVER (ORDER BY id DESC) AS upto
                                 FROM remote_image)
                WHERE upto > ?)""",
        most,
    )


def clear(tx: Transaction) -> None:
    """All pictures go; who is allowed stays."""
    tx.run("DELETE FROM remote_image")


# -- senders ---------------------------------------------------------------------------------------


def senders(reader: Reader) -> tuple[str, ...]:
    """Those who are allowed, by address."""
    return tuple(
        str(address) for (address,) in reader.all("SELECT address FROM remote_sender ORDER BY 1")
    )


def is_allowed(reader: Reader, address: str) -> bool:
    """Whether a sender is allowed."""
    found = reader.value("SELECT 1 FROM remote_sender WHERE address = ?", address.lower())
    return found is not None


def allow(tx: Transaction, address: str, now: datetime) -> None:
    """Always, from here on."""
    tx.run(
        "INSERT OR IGNORE INTO remote_sender (address, allowed_at) VALUES (?, ?)",
        address.lower(),
        to_text(now),
    )
    tx.changed(Area.BODIES)


def forget(tx: Transaction, address: str) -> None:
    """To be asked again."""
    tx.run("DELETE FROM remote_sender WHERE address = ?", address.lower())
    tx.changed(Area.BODIES)
