"""What came back of messages that were sent from here, recipient by recipient."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import cast

from mel_desktop.formats.delivery_status import Outcome, Reported
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import Area
from mel_desktop.model.mail import MessageId
from mel_desktop.store.database import Reader, Transaction, to_json
from mel_desktop.store.times import to_text


def candidates(
    reader: Reader, account: AccountId, since: datetime, most_bytes: int, limit: int
) -> tuple[MessageId, ...]:
    """Messages that may be reports and were not looked at, newest first.

    By the sender that such messages have; in the inbox, the junk and folders of one's own.
    """
    rows = reader.all(
        """SELECT m.id FROM message AS m JOIN folder AS f ON f.id = m.folder_id
            WHERE m.account_id = ? AND m.hidden = 0 AND m.received_at >= ? AND m.size <= ?
              AND (f.role IS NULL OR f.role IN ('inbox', 'junk'))
              AND (m.from_address LIKE 'mailer-daemon@%' OR m.from_address LIKE 'postmaster@%'
                   OR m.from_address LIKE 'microsoftexchange%'
                   OR lower(m.from_address) IN ('mailer-daemon', ''))
              AND NOT EXISTS (SELECT 1 FROM report_seen AS s WHERE s.message_id = m.id)
            ORDER BY m.id DESC LIMIT ?""",
        account,
        to_text(since),
        most_bytes,
        limit,
    )
    return tuple(MessageId(cast("int", id_)) for (id_,) in rows)


def sent_from_here(reader: Reader, account: AccountId, names: Sequence[str]) -> str | None:
    """The first of these Message-IDs that is of a message that this account sent."""
    found = {
        str(name)
        for (name,) in reader.all(
            """SELECT message_id FROM outbox
                WHERE account_id = ?1 AND state IN ('accepted', 'filed', 'unknown', 'queued')
                  AND message_id IN (SELECT value FROM json_each(?2))
               UNION ALL
               SELECT m.message_id FROM message AS m JOIN folder AS f ON f.id = m.folder_id
                WHERE m.account_id = ?1 AND f.role = 'sent' AND m.message_id <> ''
                  AND m.message_id IN (SELECT value FROM json_each(?2))""",
            account,
            to_json(list(names)),
        )
    }
    return next((name for name in names if name in found), None)


def record(
    tx: Transaction,
    account: AccountId,
    message_id: str,
    people: Iterable[Reported],
    report: MessageId | None,
    now: datetime,
) -> None:
    """Keep what was said. A delay never takes the place of an end, nor does a relay."""
    for one in people:
        tx.run(
            """INSERT INTO delivery (account_id, message_id, recipient, outcome, status, said, at,
                                     report_id)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)
               ON CONFLICT (account_id, message_id, recipient) DO UPDATE
                  SET outcome = excluded.outcome, status = excluded.status, said = excluded.said,
                      at = excluded.at, report_id = excluded.report_id
                WHERE excluded.outcome IN ('failed', 'delivered')
                   OR outcome IN ('delayed', excluded.outcome)""",
            account,
            message_id,
            one.address,
            one.outcome.value,
            one.status,
            one.said,
            to_text(now),
            report,
        )
    tx.changed(Area.OUTBOX | Area.MESSAGES)


def seen(tx: Transaction, message: MessageId) -> None:
    """This message was looked at."""
    tx.run("INSERT OR IGNORE INTO report_seen (message_id) VALUES (?)", message)


def failed(reader: Reader, message: MessageId) -> tuple[tuple[str, str, str], ...]:
    """(recipient, status, words) for whom a sent message did not arrive."""
    rows = reader.all(
        """SELECT d.recipient, d.status, d.said
             FROM delivery AS d JOIN message AS m
               ON m.account_id = d.account_id AND m.message_id = d.message_id
             JOIN folder AS f ON f.id = m.folder_id
            WHERE m.id = ? AND f.role = 'sent' AND d.outcome = ? ORDER BY d.id""",
        message,
        Outcome.FAILED.value,
    )
    return tuple((str(who), str(status), str(said)) for who, status, said in rows)
