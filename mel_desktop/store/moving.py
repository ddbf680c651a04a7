"""What changes in the rows of an account that moves to another host."""

from __future__ import annotations

from typing import cast

from mel_desktop.model.accounts import Account
from mel_desktop.store.database import Reader, Transaction


def is_sending(reader: Reader, account: int) -> bool:
    """Whether the submission server of now may have a message that it has not answered for."""
    found = reader.value(
        "SELECT 1 FROM outbox WHERE account_id = ? AND state IN ('sending', 'unknown') LIMIT 1",
        account,
    )
    return found is not None


def set_hosts(tx: Transaction, moved: Account) -> None:
    """Address, login, servers and trust of the account."""
    tx.run(
        """UPDATE account
              SET email = ?, login = ?, imap_host = ?, imap_port = ?, imap_security = ?,
                  smtp_host = ?, smtp_port = ?, smtp_security = ?, ca_pem = ?, provider = ''
            WHERE id = ?""",
        moved.email,
        moved.login,
        moved.imap.host,
        moved.imap.port,
        moved.imap.security.value,
        moved.smtp.host,
        moved.smtp.port,
        moved.smtp.security.value,
        moved.ca_pem,
        moved.id,
    )


def forget_host(tx: Transaction, account: int) -> None:
    """What the old servers said of room and of submission tells nothing of the new ones."""
    tx.run("DELETE FROM quota WHERE account_id = ?", account)
    tx.run("UPDATE account SET quota_at = NULL WHERE id = ?", account)
    tx.run("DELETE FROM submission_facts WHERE account_id = ?", account)


def unplace_drafts(tx: Transaction, account: int) -> None:
    """Copies of drafts are looked for by Message-ID and size on the new host."""
    tx.run(
        """UPDATE draft_copy SET uid = NULL, uidvalidity = NULL
            WHERE draft_id IN (SELECT id FROM draft WHERE account_id = ?)""",
        account,
    )


def holdings(reader: Reader, account: int) -> tuple[int, int, int]:
    """(messages, messages whose text is here, wishes and drafts that wait)."""
    row = reader.one(
        """SELECT (SELECT count(*) FROM message WHERE account_id = ?1 AND hidden = 0),
                  (SELECT count(*) FROM message
                    WHERE account_id = ?1 AND hidden = 0 AND body > 0),
                  (SELECT count(*) FROM want JOIN message AS m ON m.id = want.message_id
                    WHERE m.account_id = ?1)
                  + (SELECT count(*) FROM folder_want WHERE account_id = ?1)
                  + (SELECT count(*) FROM draft WHERE account_id = ?1 AND state = 'editing')""",
        account,
    )
    return cast("tuple[int, int, int]", row)
