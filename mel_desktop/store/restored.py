"""What a store that comes back from a backup must not take for the present.

What waited when the backup was made may have been done since. A message is never sent twice: what
waits to be sent is "unknown", so that Sent is searched and a person decides. What was to be put on
the server is looked for there before it is put there again.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import cast

from mel_desktop.model.errors import ErrorCode
from mel_desktop.store import connections
from mel_desktop.store.database import Reader, Transaction
from mel_desktop.store.keybytes import Key
from mel_desktop.store.times import to_text


def doubt(tx: Transaction, now: datetime) -> int:
    """Nothing that waits is carried out blindly; how many messages wait to be sent."""
    tx.run("UPDATE want SET state = 'unknown' WHERE kind = 'append' AND state = 'waiting'")
    return tx.run(
        """UPDATE outbox SET state = 'unknown', handed_over = 1, checked_at = NULL, since = ?,
                  reason = ?
            WHERE state IN ('queued', 'held', 'sending')""",
        to_text(now),
        ErrorCode.SENDING_UNKNOWN.text,
    )


def contents(reader: Reader) -> dict[str, int]:
    """Counts that a backup states and that a restore checks."""
    row = reader.one(
        """SELECT (SELECT count(*) FROM account), (SELECT count(*) FROM folder),
                  (SELECT count(*) FROM message), (SELECT count(*) FROM draft),
                  (SELECT count(*) FROM blob)"""
    )
    names = ("accounts", "folders", "messages", "drafts", "contents")
    return dict(zip(names, cast("tuple[int, ...]", row), strict=True))


def contents_of(path: Path, key: Key) -> dict[str, int]:
    """``contents`` of a copy that is no profile's; opening it leaves nothing beside it."""
    connection = connections.connect(path, key, writer=False)
    try:
        with connections.errors(connection):
            return contents(Reader(connection))
    finally:
        connection.close(True)
