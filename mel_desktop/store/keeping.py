"""Messages that the teacher keeps on this PC and removes from the server.

Rule 1: from "removing" on the whole message is here and was verified; nothing but a person's word
deletes it: a trigger of the schema sees to that, whatever a sync makes of it.
Rule 2: one that the server has no more has no location, is expected nowhere and has no wishes: its
folder and flags are its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, cast

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import Area
from mel_desktop.model.mail import (
    Flags,
    FolderId,
    JournalRow,
    Marks,
    MessageId,
    WantKind,
    WantState,
)
from mel_desktop.model.storage import KeptMessage, KeptState
from mel_desktop.model.values import dataclass
from mel_desktop.store.blobs import drop_these
from mel_desktop.store.database import Reader, Transaction
from mel_desktop.store.mailbox import drop_messages, flags_of, keywords_text, refresh
from mel_desktop.store.times import from_text, to_text

UNDO: Final = timedelta(days=30)
MOST_ROWS: Final = 2000
JOURNAL: Final = "k"


@dataclass(frozen=True, slots=True)
class Kept:
    """A row with what is needed to carry it out. ``blob``: of the whole message, when it is here
    whole. ``located``: the server has it, as far as we know.
    """

    message: int
    state: KeptState
    sha256: bytes
    size: int
    attempts: int
    refused: bool
    located: bool
    message_id: str
    folder: int
    path: str
    on_server: bool
    flags: Flags
    received_at: datetime
    blob: int | None


_COLUMNS: Final = """k.message_id, k.state, coalesce(k.sha256, x''), m.size, k.attempts, k.refused,
    EXISTS (SELECT 1 FROM location AS l WHERE l.message_id = k.message_id), m.message_id,
    m.folder_id, f.path, f.on_server, m.marks, m.keywords, m.received_at,
    (SELECT p.blob_id FROM part AS p JOIN blob AS b ON b.id = p.blob_id
      WHERE p.message_id = m.id AND p.number = '' AND b.complete = 1)"""


def rows(reader: Reader, account: int) -> tuple[Kept, ...]:
    """Those of an account that are to be carried out, oldest first; refused ones too."""
    found = reader.all(
        f"""SELECT {_COLUMNS}
              FROM kept_here AS k CROSS JOIN message AS m ON m.id = k.message_id
              JOIN folder AS f ON f.id = m.folder_id
             WHERE m.account_id = ? AND k.state <> 'kept' ORDER BY k.since, k.message_id""",  # noqa: S608 constant
        account,
    )
    kept = []
    for row in found:
        received = from_text(row[13])
        assert received is not None  # the column is NOT NULL
        kept.append(
            Kept(
                message=cast("int", row[0]),
                state=KeptState(row[1]),
                sha256=cast("bytes", row[2]),
                size=cast("int", row[3]),
                attempts=cast("int", row[4]),
                refused=bool(row[5]),
                located=bool(row[6]),
                message_id=cast("str", row[7]),
                folder=cast("int", row[8]),
                path=cast("str", row[9]),
                on_server=bool(row[10]),
                flags=flags_of(row[11], row[12]),
                received_at=received,
                blob=cast("int | None", row[14]),
            )
        )
    return tuple(kept)


def state(reader: Reader, message: int) -> KeptState | None:
    """Where it stands for a message; None: nobody asked for it."""
    value = reader.value("SELECT state FROM kept_here WHERE message_id = ?", message)
    return None if value is None else KeptState(value)


def protected(reader: Reader, messages: Iterable[int]) -> frozenset[int]:
    """Those of these messages that nothing but a person's word may delete."""
    return _where(reader, messages, "state <> 'wanted'")


def is_local(reader: Reader, messages: Iterable[int]) -> frozenset[int]:
    """Those of these messages that are on this PC only, and not on their way back."""
    return _where(reader, messages, "state = 'kept'")


def _where(reader: Reader, messages: Iterable[int], condition: str) -> frozenset[int]:
    found = reader.all(
        f"""SELECT message_id FROM kept_here WHERE {condition}
               AND message_id IN (SELECT value FROM json_each(?))""",  # noqa: S608 constant
        json.dumps(list(messages)),
    )
    return frozenset(cast("int", id_) for (id_,) in found)


# -- wishes ---------------------------------------------------------------------------------------


def keepable(reader: Reader, messages: Sequence[int]) -> frozenset[int]:
    """Those that the server has and of which nothing is wanted that would move or delete them."""
    found = reader.all(
        """SELECT m.id FROM message AS m JOIN location AS l ON l.message_id = m.id
             JOIN folder AS f ON f.id = l.folder_id
            WHERE m.id IN (SELECT value FROM json_each(?)) AND m.hidden = 0
              AND m.folder_id = l.folder_id AND coalesce(f.role, '') <> 'drafts'
              AND NOT EXISTS (SELECT 1 FROM want AS w WHERE w.message_id = m.id
                                 AND w.kind IN ('move', 'delete', 'append'))""",
        json.dumps(list(messages)),
    )
    return frozenset(cast("int", id_) for (id_,) in found)


def want(tx: Transaction, messages: Iterable[int], now: datetime) -> None:
    """Keep these here and remove them there; asking again tries one that was refused anew."""
    listed = sorted(messages)
    for message in listed:
        tx.run(
            """INSERT INTO kept_here (message_id, state, since) VALUES (?, 'wanted', ?)
               ON CONFLICT (message_id) DO UPDATE SET refused = 0, reason = ''""",
            message,
            to_text(now),
        )
    _tell(tx, listed)


def retry(tx: Transaction, message: int) -> None:
    """One that was refused waits again."""
    tx.run(
        "UPDATE kept_here SET refused = 0, reason = '' WHERE message_id = ?",
        message,
    )
    _tell(tx, [message])


def refuse(tx: Transaction, message: int, reason: str, *, for_good: bool) -> None:
    """Say why it is not done; ``for_good``: until a person asks again."""
    tx.run(
        "UPDATE kept_here SET refused = ?, reason = ? WHERE message_id = ?",
        int(for_good),
        reason,
        message,
    )
    _tell(tx, [message])


def forget(tx: Transaction, messages: Iterable[int]) -> None:
    """The messages are like any other again. Only of those that the server has, or that a person
    wants gone for good.
    """
    tx.run(
        "DELETE FROM kept_here WHERE message_id IN (SELECT value FROM json_each(?))",
        json.dumps(list(messages)),
    )


def forget_account(tx: Transaction, account: int) -> None:
    """A person removes the account with all that it holds here."""
    tx.run(
        """DELETE FROM kept_here
            WHERE message_id IN (SELECT id FROM message WHERE account_id = ?)""",
        account,
    )


def let_go(tx: Transaction, message: int) -> None:
    """A message that the server has is like any other again: neither verified nor removed."""
    if protected(tx, [message]):
        tx.run("DELETE FROM want WHERE message_id = ? AND kind = 'delete'", message)
    forget(tx, [message])


def take_back(tx: Transaction, message: int) -> None:
    """Before anything was done on the server: the wish is gone, and with it the deletion there."""
    let_go(tx, message)
    _tell(tx, [message], refresh(tx, [message]))


# -- removal --------------------------------------------------------------------------------------


def set_removing(tx: Transaction, message: int, sha256: bytes, size: int, now: datetime) -> bool:
    """The local copy is verified: the server may delete its own. False: something else is wanted
    of the message by now.
    """
    if message not in keepable(tx, [message]):
        return False
    tx.run(
        """UPDATE kept_here SET state = 'removing', sha256 = ?, size = ?, verified_at = ?,
                  attempts = 0, refused = 0, reason = ''
            WHERE message_id = ?""",
        sha256,
        size,
        to_text(now),
        message,
    )
    tx.run(
        "INSERT INTO want (message_id, kind, value, since) VALUES (?, 'delete', '', ?)",
        message,
        to_text(now),
    )
    _tell(tx, [message], refresh(tx, [message]))
    return True


def stay(tx: Transaction, messages: Iterable[int]) -> None:
    """The server has these no more; from here on they are on this PC only (Rule 2)."""
    listed = sorted(messages)
    text = json.dumps(listed)
    tx.run("DELETE FROM location WHERE message_id IN (SELECT value FROM json_each(?))", text)
    tx.run("DELETE FROM want WHERE message_id IN (SELECT value FROM json_each(?))", text)
    tx.run(
        """UPDATE message SET unplaced = 0, expected_id = NULL, hidden = 0, marks = marks & ~?1
            WHERE id IN (SELECT value FROM json_each(?2))""",
        Marks.DELETED.value,
        text,
    )
    tx.run(  # the server has more room now
        """UPDATE account SET quota_at = NULL
            WHERE id IN (SELECT account_id FROM message
                          WHERE id IN (SELECT value FROM json_each(?)))""",
        text,
    )
    tx.run(
        """UPDATE kept_here SET state = 'kept', attempts = 0, refused = 0, reason = ''
            WHERE message_id IN (SELECT value FROM json_each(?))""",
        text,
    )
    _tell(tx, listed)


def tidy(tx: Transaction, account: int | None = None) -> int:
    """Rows that have come to their end: put back, or the deletion was taken back. How many."""
    found = tx.all(
        # CROSS JOIN: few are kept; SQLite by itself would go through all messages
        """SELECT k.message_id FROM kept_here AS k CROSS JOIN message AS m ON m.id = k.message_id
            WHERE (?1 IS NULL OR m.account_id = ?1)
              AND EXISTS (SELECT 1 FROM location AS l WHERE l.message_id = m.id)
              AND (k.state = 'returning'
                   OR (k.state = 'removing'
                       AND NOT EXISTS (SELECT 1 FROM want AS w
                                        WHERE w.message_id = m.id AND w.kind = 'delete')))""",
        account,
    )
    ended = [cast("int", id_) for (id_,) in found]
    if ended:
        forget(tx, ended)
        _tell(tx, ended)
    return len(ended)


# -- and back -------------------------------------------------------------------------------------


def set_returning(tx: Transaction, message: int) -> None:
    """To be put back: a sync that lists it meanwhile knows it by its Message-ID."""
    tx.run(
        """UPDATE kept_here SET state = 'returning', attempts = 0, refused = 0, reason = ''
            WHERE message_id = ?""",
        message,
    )
    tx.run("UPDATE message SET unplaced = 1, expected_id = folder_id WHERE id = ?", message)
    _tell(tx, [message])


def begin_return(tx: Transaction, message: int) -> None:
    """An APPEND is about to leave."""
    tx.run("UPDATE kept_here SET attempts = attempts + 1 WHERE message_id = ?", message)


def returned(tx: Transaction, kept: Kept, uidvalidity: int, uid: int) -> None:
    """It lies on the server again. A row that a sync made of it meanwhile gives way."""
    twin = tx.value(
        "SELECT message_id FROM location WHERE folder_id = ? AND uidvalidity = ? AND uid = ?",
        kept.folder,
        uidvalidity,
        uid,
    )
    if twin is not None and twin != kept.message:
        tx.run("UPDATE OR IGNORE want SET message_id = ? WHERE message_id = ?", kept.message, twin)
        let_go(tx, cast("int", twin))
        drop_messages(tx, [cast("int", twin)])
    tx.run(
        """INSERT INTO location (message_id, folder_id, uidvalidity, uid, marks, keywords)
           VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""",
        kept.message,
        kept.folder,
        uidvalidity,
        uid,
        (kept.flags.marks & ~Marks.DELETED).value,
        keywords_text(kept.flags.keywords),
    )
    tx.run("UPDATE message SET unplaced = 0, expected_id = NULL WHERE id = ?", kept.message)
    forget(tx, [kept.message])
    _tell(tx, [kept.message], refresh(tx, [kept.message]))


# -- what a person does with one that is only here -----------------------------------------------


def set_flags(tx: Transaction, messages: Iterable[int], change: Callable[[Flags], Flags]) -> None:
    """No server is asked."""
    for message in messages:
        row = tx.one("SELECT marks, keywords FROM message WHERE id = ?", message)
        if row is None:
            continue
        flags = change(flags_of(row[0], row[1]))
        tx.run(
            "UPDATE message SET marks = ?, keywords = ? WHERE id = ?",
            flags.marks.value,
            keywords_text(flags.keywords),
            message,
        )


def move(tx: Transaction, messages: Iterable[int], folder: int) -> None:
    """Into another folder of their account, on this PC."""
    tx.run(
        "UPDATE message SET folder_id = ? WHERE id IN (SELECT value FROM json_each(?))",
        folder,
        json.dumps(list(messages)),
    )
    tx.changed(Area.MESSAGES | Area.FOLDERS)


def delete(tx: Transaction, messages: Sequence[int]) -> None:
    """For good: a person said so, from the trash."""
    blobs = tx.all(
        """SELECT blob_id FROM part
            WHERE blob_id IS NOT NULL AND message_id IN (SELECT value FROM json_each(?))""",
        json.dumps(list(messages)),
    )
    forget(tx, messages)
    drop_messages(tx, messages)
    drop_these(tx, [cast("int", id_) for (id_,) in blobs])
    tx.changed(Area.MESSAGES | Area.FOLDERS)


# -- telling --------------------------------------------------------------------------------------


def listed(reader: Reader, limit: int = MOST_ROWS) -> tuple[KeptMessage, ...]:
    """All of them, newest wish first."""
    return _told(reader, "ORDER BY k.since DESC, k.message_id DESC LIMIT ?", limit)


def one(reader: Reader, message: int) -> KeptMessage | None:
    """One of them, or None."""
    return next(iter(_told(reader, "WHERE k.message_id = ?", message)), None)


def _told(reader: Reader, rest: str, value: int) -> tuple[KeptMessage, ...]:
    found = reader.all(
        f"""SELECT k.message_id, m.account_id, m.folder_id, m.subject, m.size, k.state, k.since,
                  k.verified_at, k.refused, k.reason
             FROM kept_here AS k JOIN message AS m ON m.id = k.message_id {rest}""",  # noqa: S608 constant
        value,
    )
    messages = []
    for id_, account, folder, subject, size, stands, since, verified, refused, reason in found:
        asked, at = from_text(since), from_text(verified)
        assert asked is not None  # the column is NOT NULL
        messages.append(
            KeptMessage(
                id=MessageId(cast("int", id_)),
                account=AccountId(cast("int", account)),
                folder=FolderId(cast("int", folder)),
                subject=cast("str", subject),
                size=cast("int", size),
                state=KeptState(stands),
                since=asked,
                until=None if at is None else at + UNDO,
                refused=bool(refused),
                reason=cast("str", reason),
            )
        )
    return tuple(messages)


def journal(reader: Reader) -> tuple[JournalRow, ...]:
    """What waits for the server: fetching and verifying, and putting back."""
    found = reader.all(
        """SELECT k.message_id, k.state, k.since, k.attempts, k.refused, k.reason, m.message_id,
                  m.subject, f.path
             FROM kept_here AS k JOIN message AS m ON m.id = k.message_id
             JOIN folder AS f ON f.id = m.folder_id
            WHERE k.state IN ('wanted', 'returning') ORDER BY k.since DESC LIMIT ?""",
        MOST_ROWS,
    )
    told = []
    for id_, stands, since, attempts, refused, reason, message_id, subject, path in found:
        at = from_text(since)
        assert at is not None  # the column is NOT NULL
        is_return = KeptState(stands) is KeptState.RETURNING
        told.append(
            JournalRow(
                id=JOURNAL + str(id_),
                kind=WantKind.APPEND if is_return else WantKind.KEEP,
                message=MessageId(cast("int", id_)),
                detail=cast("str", path) if is_return else "",
                state=WantState.REFUSED if refused else WantState.WAITING,
                since=at,
                attempts=cast("int", attempts),
                next_attempt=None,
                reason=cast("str", reason),
                message_id=cast("str", message_id),
                undoable=not (is_return and attempts),
                retryable=bool(refused),
                where=cast("str", path),
                subject=cast("str", subject),
            )
        )
    return tuple(told)


def _tell(tx: Transaction, messages: Sequence[int], folders: Iterable[int] = ()) -> None:
    tx.changed(Area.MESSAGES | Area.FOLDERS | Area.JOURNAL, folders, messages)
