"""What servers said of their quota, and the messages that take most of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, cast

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import Area
from mel_desktop.model.mail import FolderId, MessageId
from mel_desktop.model.storage import HeavyMessage, QuotaState
from mel_desktop.ports import Quota
from mel_desktop.store.database import Reader, Row, Transaction
from mel_desktop.store.times import from_text, to_text

HEAVY: Final = """SELECT m.id, m.account_id, m.folder_id, m.subject,
                         CASE m.from_name WHEN '' THEN m.from_address ELSE m.from_name END,
                         m.received_at, m.size, l.message_id IS NOT NULL
                    FROM message AS m LEFT JOIN location AS l ON l.message_id = m.id"""


def put(tx: Transaction, account: int, told: Sequence[Quota], now: datetime) -> None:
    """Replace what was told before; () where the server keeps none."""
    tx.run("DELETE FROM quota WHERE account_id = ?", account)
    tx.many(
        """INSERT OR REPLACE INTO quota (account_id, root, resource, used, most, as_of)
           VALUES (?, ?, ?, ?, ?, ?)""",
        [(account, one.root, one.resource, one.used, one.limit, to_text(now)) for one in told],
    )
    tx.run("UPDATE account SET quota_at = ? WHERE id = ?", to_text(now), account)
    tx.changed(Area.ACCOUNTS)


def asked_at(reader: Reader, account: int) -> datetime | None:
    """When the server was last asked; None: never, or something large went since."""
    return from_text(reader.value("SELECT quota_at FROM account WHERE id = ?", account))


def states(reader: Reader) -> tuple[QuotaState, ...]:
    """Of all accounts: octets first, then messages."""
    rows = reader.all(
        """SELECT account_id, root, resource, used, most, as_of FROM quota
            ORDER BY account_id, resource <> 'STORAGE', root"""
    )
    return tuple(
        QuotaState(
            AccountId(cast("int", account)),
            cast("str", root),
            cast("str", resource),
            cast("int", used),
            cast("int", most),
            from_text(as_of),
        )
        for account, root, resource, used, most, as_of in rows
    )


def heaviest(reader: Reader, account: int, limit: int) -> tuple[HeavyMessage, ...]:
    """Messages that the server has, the largest first."""
    rows = reader.all(
        f"""{HEAVY} WHERE m.account_id = ? AND m.hidden = 0 AND l.message_id IS NOT NULL
            ORDER BY m.size DESC, m.id LIMIT ?""",
        account,
        limit,
    )
    return tuple(heavy(row, 0) for row in rows)


def heaviest_folder(reader: Reader, account: int) -> tuple[str, int]:
    """(role or "", octets on the server) of the folder that takes most; ("", 0): none is known."""
    row = reader.one(
        """SELECT coalesce(f.role, ''), sum(m.size) AS octets
             FROM message AS m JOIN folder AS f ON f.id = m.folder_id
            WHERE m.account_id = ? GROUP BY f.id ORDER BY octets DESC, f.id LIMIT 1""",
        account,
    )
    return ("", 0) if row is None else (cast("str", row[0]), cast("int", row[1]))


def heavy(row: Row, here: int) -> HeavyMessage:
    """A row of HEAVY; ``here``: octets on this PC."""
    id_, account, folder, subject, sender, received, size, on_server = row
    at = from_text(received)
    assert at is not None  # the column is NOT NULL
    return HeavyMessage(
        MessageId(cast("int", id_)),
        AccountId(cast("int", account)),
        FolderId(cast("int", folder)),
        cast("str", subject),
        cast("str", sender),
        at,
        cast("int", size),
        here,
        bool(on_server),
    )
