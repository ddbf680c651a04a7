"""What is still on the server: octets that texts and attachments not fetched yet would cost."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from mel_desktop.logic.inner_parts import container_of
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.mail import BodyState, MessageId
from mel_desktop.store.database import Reader
from mel_desktop.store.times import to_text


def of_part(reader: Reader, message: MessageId, number: str) -> int | None:
    """Encoded octets of a part that have not come yet; None: there is no such part.

    A message that is here whole holds its parts: they cost nothing more. A file inside of a part
    costs what that one costs.
    """
    if container := container_of(number):
        here = reader.value(
            """SELECT b.complete FROM part AS p JOIN blob AS b ON b.id = p.blob_id
                WHERE p.message_id = ? AND p.number = ?""",
            message,
            number,
        )
        return 0 if here else of_part(reader, message, container)
    value = reader.value(
        """SELECT CASE WHEN b.complete = 1 OR EXISTS (
                            SELECT 1 FROM part AS w JOIN blob AS wb ON wb.id = w.blob_id
                             WHERE w.message_id = p.message_id AND w.number = ''
                               AND wb.complete = 1)
                       THEN 0 ELSE max(0, p.size - p.fetched) END
             FROM part AS p LEFT JOIN blob AS b ON b.id = p.blob_id
            WHERE p.message_id = ? AND p.number = ?""",
        message,
        number,
    )
    return None if value is None else cast("int", value)


def of_text(reader: Reader, message: MessageId) -> int | None:
    """Encoded octets that opening a message would bring; None: there is no such message.

    All of a message of which the server told no text part: it is read from the whole.
    """
    value = reader.value(
        """SELECT CASE WHEN m.body = ? THEN 0 ELSE coalesce(
                         (SELECT sum(p.size) FROM part AS p
                           WHERE p.message_id = m.id AND p.media_type LIKE 'text/%'
                             AND p.disposition <> 'attachment' AND p.filename = ''), m.size) END
             FROM message AS m WHERE m.id = ?""",
        BodyState.LOCAL.value,
        message,
    )
    return None if value is None else cast("int", value)


def of_account(reader: Reader, account: AccountId, since: datetime) -> int:
    """Encoded octets of the messages received since then: texts not here, attachments not here."""
    value = reader.value(
        """SELECT coalesce(sum(max(0, p.size - p.fetched)), 0)
             FROM message AS m
             JOIN part AS p ON p.message_id = m.id AND p.number <> '' AND instr(p.number, '!') = 0
             LEFT JOIN blob AS b ON b.id = p.blob_id
            WHERE m.account_id = ?1 AND m.received_at >= ?2 AND m.hidden = 0
              AND coalesce(b.complete, 0) = 0
              AND (m.body = 0 OR p.disposition = 'attachment' OR p.filename <> ''
                   OR p.media_type NOT LIKE 'text/%')
              AND NOT EXISTS (SELECT 1 FROM part AS w JOIN blob AS wb ON wb.id = w.blob_id
                               WHERE w.message_id = m.id AND w.number = '' AND wb.complete = 1)
              AND NOT EXISTS (SELECT 1 FROM shed AS s WHERE s.message_id = m.id)""",
        account,
        to_text(since),
    )
    return cast("int", value)
