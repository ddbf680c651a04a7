"""What the teacher wants and the server does not have yet. The journal is a view of these rows.

Whatever changes a want must ``store.mailbox.refresh`` its message in the same transaction: what is
shown is "the server said, then the teacher wanted".
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, cast

from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Choice, JournalRow, MessageId, WantKind, WantState
from mel_desktop.model.values import dataclass
from mel_desktop.store import mailbox
from mel_desktop.store.database import Reader, Row, Transaction
from mel_desktop.store.times import from_text, to_text

MOVED_ELSEWHERE: Final = "moved-elsewhere"  # a conflict: another client moved it meanwhile


@dataclass(frozen=True, slots=True)
class Standing:
    """A message as far as a new want depends on it."""

    message: int
    account: int
    shown_folder: int
    home: int | None  # folder on the server; None while that is not certain
    marks: int
    keywords: str
    only_here: bool = False  # kept when it was removed from the server
    shelf: int | None = None  # folder of this PC that keeps it, while no server has it


@dataclass(frozen=True, slots=True)
class Want:
    """One row. ``value`` names the flag; ``folder`` is the target of a move or copy."""

    id: int
    message: int
    kind: WantKind
    value: str
    folder: int | None
    state: WantState
    copied_uid: int | None
    reason: str = ""


def standings(reader: Reader, ids: Sequence[int]) -> tuple[Standing, ...]:
    """Messages that are still shown, in the order of their ids."""
    rows = reader.all(
        """SELECT m.id, m.account_id, m.folder_id, l.folder_id, coalesce(l.marks, 0),
                  coalesce(l.keywords, ''),
                  EXISTS (SELECT 1 FROM kept_here AS k
                           WHERE k.message_id = m.id AND k.state = 'kept'),
                  CASE WHEN l.message_id IS NULL AND m.unplaced = 0 THEN m.shelf_id END
             FROM message AS m LEFT JOIN location AS l ON l.message_id = m.id
            WHERE m.hidden = 0 AND m.id IN (SELECT value FROM json_each(?)) ORDER BY m.id""",
        json.dumps(list(ids)),
    )
    return tuple(
        Standing(
            *cast("tuple[int, int, int, int | None, int, str]", row[:6]),
            bool(row[6]),
            cast("int | None", row[7]),
        )
        for row in rows
    )


def of_messages(reader: Reader, ids: Sequence[int]) -> dict[int, tuple[Want, ...]]:
    """Wants of these messages."""
    found: dict[int, tuple[Want, ...]] = {}
    for row in reader.all(
        """SELECT id, message_id, kind, value, folder_id, state, copied_uid, reason FROM want
            WHERE message_id IN (SELECT value FROM json_each(?)) ORDER BY id""",
        json.dumps(list(ids)),
    ):
        id_, message, kind, value, folder, state, copied, reason = row
        want = Want(
            cast("int", id_),
            cast("int", message),
            WantKind(kind),
            cast("str", value),
            cast("int | None", folder),
            WantState(state),
            cast("int | None", copied),
            cast("str", reason),
        )
        found[want.message] = (*found.get(want.message, ()), want)
    return found


def add(
    tx: Transaction,
    rows: Sequence[tuple[int, WantKind, str, int | None]],
    now: datetime,
) -> None:
    """New wants (message, kind, flag, target folder); each gets a fresh id, so that the answer to
    an operation for an older one cannot settle it. USAGE in an account that is kept read-only.
    """
    kept = tx.value(
        """SELECT a.id FROM message AS m JOIN account AS a ON a.id = m.account_id
            WHERE a.read_only = 1 AND m.id IN (SELECT value FROM json_each(?)) LIMIT 1""",
        json.dumps([row[0] for row in rows]),
    )
    if kept is not None:
        raise LocalRefusal(ErrorCode.USAGE, why="account-read-only")
    tx.many(
        """INSERT INTO want (message_id, kind, value, folder_id, since) VALUES (?, ?, ?, ?, ?)""",
        [
            (message, kind.value, value, folder, to_text(now))
            for message, kind, value, folder in rows
        ],
    )


def replace(
    tx: Transaction,
    ids: Sequence[int],
    rows: Sequence[tuple[int, WantKind, str, int | None]],
    now: datetime,
) -> None:
    """New wants for older ones. Where an older move may have gone through without our knowing, the
    new one remembers it: to find the message there is no other client's doing.
    """
    ways = tx.all(
        """SELECT message_id, folder_id, detail FROM want
            WHERE kind = 'move' AND id IN (SELECT value FROM json_each(?))
              AND (state = 'unknown' OR json_type(detail, '$.ways') = 'array')""",
        json.dumps(list(ids)),
    )
    drop(tx, ids)
    add(tx, rows, now)
    for message, folder, detail in ways:
        reached = {*json.loads(cast("str", detail)).get("ways", ()), folder} - {None}
        tx.run(
            """UPDATE want SET detail = json_set(detail, '$.ways', json(?))
                WHERE message_id = ? AND kind = 'move'""",
            json.dumps(sorted(reached)),
            message,
        )


def drop(tx: Transaction, ids: Sequence[int]) -> None:
    """Delete wants."""
    tx.run("DELETE FROM want WHERE id IN (SELECT value FROM json_each(?))", json.dumps(list(ids)))


def drop_copies(tx: Transaction, message: int, target: int | None) -> None:
    """Forget a copy that was wanted there already."""
    tx.run(
        "DELETE FROM want WHERE message_id = ? AND kind = 'copy' AND folder_id IS ?",
        message,
        target,
    )


def one(reader: Reader, wanted: int) -> Want | None:
    """One want, or None."""
    message = reader.value("SELECT message_id FROM want WHERE id = ?", wanted)
    if message is None:
        return None
    listed = of_messages(reader, [cast("int", message)])
    return next(want for want in listed[cast("int", message)] if want.id == wanted)


def restart(tx: Transaction, wanted: int) -> None:
    """A refused want waits again, as if new."""
    tx.run(
        """UPDATE want SET state = 'waiting', reason = '', attempts = 0, next_attempt = NULL,
                  detail = '{}'
            WHERE id = ?""",
        wanted,
    )


def journal(reader: Reader, limit: int) -> tuple[JournalRow, ...]:
    """Newest first."""
    rows = reader.all(
        """SELECT w.id, w.kind, w.message_id, w.value, w.folder_id, w.state, w.since, w.attempts,
                  w.next_attempt, w.reason, m.message_id, m.subject, m.folder_id, w.copied_uid
             FROM want AS w JOIN message AS m ON m.id = w.message_id
            ORDER BY w.id DESC LIMIT ?""",
        limit,
    )
    paths = {one.id: one.path for one in mailbox.folders(reader)}
    return tuple(_journal_row(row, cast("dict[int, str]", paths)) for row in rows)


def _journal_row(row: Row, paths: Mapping[int, str]) -> JournalRow:
    (id_, kind, message, value, target, state, since, tries, again, reason, message_id, subject,
     here, copied) = row  # fmt: skip
    at = from_text(since)
    assert at is not None  # the column is NOT NULL
    wanted, stands = WantKind(kind), WantState(state)
    is_flag = wanted in (WantKind.FLAG, WantKind.UNFLAG)
    is_conflict = stands is WantState.REFUSED and reason == MOVED_ELSEWHERE
    is_lost = wanted in (WantKind.MOVE, WantKind.COPY, WantKind.APPEND) and target is None
    return JournalRow(
        id=str(id_),
        kind=wanted,
        message=MessageId(cast("int", message)),
        detail=cast("str", value) if is_flag else paths.get(cast("int", target or 0), ""),
        state=stands,
        since=at,
        attempts=cast("int", tries),
        next_attempt=from_text(again),
        reason=cast("str", reason),
        message_id=cast("str", message_id),
        undoable=stands is not WantState.UNKNOWN and copied is None,
        retryable=stands is WantState.REFUSED and not is_conflict and not is_lost,
        choices=tuple(Choice) if is_conflict and not is_lost else (),
        where=paths.get(cast("int", here), ""),
        subject=cast("str", subject),
    )
