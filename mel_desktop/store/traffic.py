"""Octets on the wire by account and day: what budgets are counted from."""

from __future__ import annotations

from datetime import date
from typing import cast

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.values import dataclass
from mel_desktop.store.database import Reader, Transaction


@dataclass(frozen=True, slots=True)
class Sums:
    """Octets of a day and of its month."""

    day_received: int
    day_sent: int
    month_received: int
    month_sent: int


def add(tx: Transaction, account: AccountId, day: date, received: int, sent: int) -> None:
    """Count more octets; nothing happens for an account that went meanwhile."""
    tx.run(
        """INSERT INTO traffic (account_id, day, received, sent)
           SELECT id, ?, ?, ? FROM account WHERE id = ?
           ON CONFLICT (account_id, day) DO UPDATE
              SET received = received + excluded.received, sent = sent + excluded.sent""",
        day.isoformat(),
        received,
        sent,
        account,
    )


def sums(reader: Reader, account: AccountId, day: date) -> Sums:
    """Of this day and of the month up to it."""
    row = reader.one(
        """SELECT coalesce(sum(received) FILTER (WHERE day = ?2), 0),
                  coalesce(sum(sent) FILTER (WHERE day = ?2), 0),
                  coalesce(sum(received), 0), coalesce(sum(sent), 0)
             FROM traffic WHERE account_id = ?1 AND day BETWEEN ?3 AND ?2""",
        account,
        day.isoformat(),
        day.replace(day=1).isoformat(),
    )
    return Sums(*cast("tuple[int, int, int, int]", row))
