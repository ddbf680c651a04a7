"""Receipts of reading: what was decided about those asked for, and those that came."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.agenda import ReceiptCame
from mel_desktop.model.changes import Area
from mel_desktop.model.mail import MessageId
from mel_desktop.store.database import Reader, Transaction
from mel_desktop.store.times import from_text, to_text


def decided(reader: Reader, account: AccountId, message_id: str) -> bool | None:
    """True: a receipt was sent; False: none is to be sent; None: nothing was decided."""
    value = reader.value(
        "SELECT sent FROM receipt_done WHERE account_id = ? AND message_id = ?", account, message_id
    )
    return None if value is None else bool(value)


def decide(
    tx: Transaction, account: AccountId, message_id: str, *, sent: bool, now: datetime
) -> bool:
    """Keep a decision; False where one was made before."""
    before = decided(tx, account, message_id)
    if before is not None:
        return False
    tx.run(
        "INSERT INTO receipt_done (account_id, message_id, sent, at) VALUES (?, ?, ?, ?)",
        account,
        message_id,
        int(sent),
        to_text(now),
    )
    tx.changed(Area.AGENDA)
    return True


def never(reader: Reader, address: str) -> bool:
    """Whether this sender is never answered."""
    return reader.value("SELECT 1 FROM receipt_never WHERE address = ?", address) is not None


def set_never(tx: Transaction, address: str) -> None:
    """This sender is never answered from here on."""
    tx.run("INSERT OR IGNORE INTO receipt_never (address) VALUES (?)", address)
    tx.changed(Area.AGENDA)


def all_never(reader: Reader) -> tuple[str, ...]:
    """Senders that are never answered."""
    return tuple(str(one) for (one,) in reader.all("SELECT address FROM receipt_never ORDER BY 1"))


def forget_never(tx: Transaction, address: str) -> None:
    """This sender is asked about again."""
    tx.run("DELETE FROM receipt_never WHERE address = ?", address)
    tx.changed(Area.AGENDA)


def record(
    tx: Transaction,
    account: AccountId,
    message_id: str,
    recipient: str,
    *,
    displayed: bool,
    at: datetime,
    report: MessageId,
) -> None:
    """A receipt that came. The first one that says "displayed" stays."""
    tx.run(
        """INSERT INTO receipt (account_id, message_id, recipient, displayed, at, report_id)
           VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT (account_id, message_id, recipient) DO UPDATE
              SET displayed = excluded.displayed, at = excluded.at, report_id = excluded.report_id
            WHERE displayed = 0""",
        account,
        message_id,
        recipient,
        int(displayed),
        to_text(at),
        report,
    )
    tx.changed(Area.AGENDA | Area.MESSAGES)


def came(reader: Reader, message: MessageId) -> tuple[ReceiptCame, ...]:
    """Receipts of a message in Sent, oldest first."""
    rows = reader.all(
        """SELECT r.recipient, r.at, r.displayed FROM receipt AS r JOIN message AS m
               ON m.account_id = r.account_id AND m.message_id = r.message_id
             JOIN folder AS f ON f.id = m.folder_id
            WHERE m.id = ? AND f.role = 'sent' ORDER BY r.at, r.id""",
        message,
    )
    found = []
    for who, at, displayed in rows:
        moment = from_text(at)
        assert moment is not None  # the column is NOT NULL
        found.append(ReceiptCame(str(who), moment, bool(displayed)))
    return tuple(found)


def account_of(reader: Reader, message: MessageId) -> AccountId | None:
    """Whose message it is."""
    value = reader.value("SELECT account_id FROM message WHERE id = ?", message)
    return None if value is None else AccountId(cast("int", value))
