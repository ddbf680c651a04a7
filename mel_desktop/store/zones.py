"""The zone of the school holidays that a person chose for an account."""

from __future__ import annotations

from mel_desktop.model.accounts import AccountId
from mel_desktop.store.database import Reader, Transaction


def chosen(reader: Reader, account: AccountId) -> str:
    """The zone, "" if none was chosen."""
    return str(reader.value("SELECT zone FROM account_zone WHERE account_id = ?", account) or "")


def choose(tx: Transaction, account: AccountId, zone: str) -> None:
    """Keep or replace it."""
    tx.run("INSERT OR REPLACE INTO account_zone (account_id, zone) VALUES (?, ?)", account, zone)
