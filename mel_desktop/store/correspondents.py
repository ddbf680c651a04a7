"""Who was written to, for completion and for the question whether an address is a new one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from mel_desktop.model.mail import Address
from mel_desktop.store.database import Transaction
from mel_desktop.store.times import to_text


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
