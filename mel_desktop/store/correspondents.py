"""Who was written to, for completion and for the question whether an address is a new one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from mel_desktop.model.contacts import Learned
from mel_desktop.model.mail import Address
from mel_desktop.store.database import Reader, Transaction
from mel_desktop.store.times import from_text, to_text


def note(tx: Transaction, people: Iterable[Address], now: datetime) -> None:
    """Addresses written to, for completion; a name given later replaces none or an older one."""
    for one in people:
        tx.run(
            """INSERT INTO correspondent (address, name, times, last_at) VALUES (?, ?, 1, ?)
               ON CONFLICT (address) DO UPDATE
                  SET times = times + 1, last_at = excluded.last_at,
                      name = CASE WHEN excluded.name = '' THEN name ELSE excluded.name END""",
            one.address.lower(),
            one.name,
            to_text(now),
        )


def learned(reader: Reader) -> tuple[Learned, ...]:
    """Everybody written to, the latest first."""
    rows = reader.all(
        "SELECT address, name, times, last_at FROM correspondent ORDER BY last_at DESC, address"
    )
    return tuple(
        Learned(cast("str", address), cast("str", name), cast("int", times), from_text(last_at))
        for address, name, times, last_at in rows
    )


def forget(tx: Transaction, addresses: Iterable[str]) -> None:
    """They are proposed no more."""
    tx.many(
        "DELETE FROM correspondent WHERE address = ?",
        ((one.strip().lower(),) for one in addresses),
    )


def restore(tx: Transaction, people: Iterable[Learned]) -> None:
    """What was forgotten by mistake; what was learnt since stays."""
    tx.many(
        "INSERT OR IGNORE INTO correspondent (address, name, times, last_at) VALUES (?, ?, ?, ?)",
        (
            (one.address, one.name, one.times, to_text(one.last_at) if one.last_at else "")
            for one in people
        ),
    )
