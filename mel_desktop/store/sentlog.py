"""What left, by account: the memory of the pace."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.sending import Sent
from mel_desktop.store.database import Reader, Transaction
from mel_desktop.store.times import from_text, to_text


def note(tx: Transaction, account: AccountId, recipients: int, now: datetime) -> None:
    """So many recipients were handed over now."""
    tx.run(
        "INSERT INTO sent_log (account_id, at, recipients) VALUES (?, ?, ?)",
        account,
        to_text(now),
        recipients,
    )


def since(reader: Reader, account: AccountId, oldest: datetime) -> tuple[Sent, ...]:
    """What was handed over since then, oldest first."""
    rows = reader.all(
        "SELECT at, recipients FROM sent_log WHERE account_id = ? AND at >= ? ORDER BY at",
        account,
        to_text(oldest),
    )
    return tuple(
        Sent(cast("datetime", from_text(at)), cast("int", recipients)) for at, recipients in rows
    )


def date_back(tx: Transaction, account: AccountId, now: datetime) -> None:
    """A clock was set back: what lies ahead of it left now, or it would count for ever."""
    tx.run("UPDATE sent_log SET at = ?1 WHERE account_id = ?2 AND at > ?1", to_text(now), account)


def prune(tx: Transaction, account: AccountId, oldest: datetime) -> None:
    """Forget what no window reaches any more."""
    tx.run("DELETE FROM sent_log WHERE account_id = ? AND at < ?", account, to_text(oldest))
