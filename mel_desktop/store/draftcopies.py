"""The one copy of each draft in the server's Drafts folder, and what is under way with it.

Rule: ``pending_id`` is stored before an APPEND leaves and stays until the copy it makes was found
and the one before it is gone. An answer that got lost is looked up by it; nothing goes out twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, cast

from mel_desktop.model.changes import Area
from mel_desktop.model.mail import Choice, JournalRow, MessageId, WantKind, WantState
from mel_desktop.model.outgoing import DraftId, DraftState
from mel_desktop.model.values import dataclass
from mel_desktop.store.database import Reader, Row, Transaction, to_json
from mel_desktop.store.times import from_text

EDITED_ELSEWHERE: Final = "draft-edited-elsewhere"
GONE_ELSEWHERE: Final = "draft-gone-elsewhere"


@dataclass(frozen=True, slots=True)
class DraftCopy:
    """A draft and its copy. ``revision`` 0: none yet; ``uid`` None: not known where it lies."""

    draft: DraftId
    draft_state: DraftState
    newest: int
    saved_at: datetime
    subject: str
    revision: int
    message_id: str
    pending_id: str
    pending_revision: int
    uidvalidity: int | None
    uid: int | None
    state: str
    reason: str
    size: int
    rival: str
    is_foreign: bool  # as another program wrote it
    lies_there: bool  # nothing says that the copy is gone from where it was put


_COPIES: Final = """
    SELECT d.id, d.state, d.revision, d.saved_at, r.subject, coalesce(c.revision, 0),
           coalesce(c.message_id, ''), coalesce(c.pending_id, ''), coalesce(c.pending_revision, 0),
           c.uidvalidity, c.uid, coalesce(c.state, 'waiting'), coalesce(c.reason, ''),
           coalesce(c.size, 0), coalesce(c.rival, ''), coalesce(c.is_foreign, 0),
           c.uid IS NULL OR f.id IS NULL OR f.complete = 0 OR f.uidvalidity IS NOT c.uidvalidity
             OR f.uidnext <= c.uid
             OR EXISTS (SELECT 1 FROM location AS l
                         WHERE l.folder_id = c.folder_id AND l.uidvalidity = c.uidvalidity
                           AND l.uid = c.uid)
      FROM draft AS d
      JOIN draft_revision AS r ON r.draft_id = d.id AND r.revision = d.revision
      LEFT JOIN draft_copy AS c ON c.draft_id = d.id
      LEFT JOIN folder AS f ON f.id = c.folder_id
     WHERE (d.state = 'editing' OR c.draft_id IS NOT NULL)"""

# draft_copy c and draft d of a message m: by its place where that is known, else by its Message-ID
IS_COPY_OF: Final = """draft_copy AS c
      JOIN draft AS d ON d.id = c.draft_id AND d.account_id = m.account_id
     WHERE (m.message_id <> '' AND m.message_id IN (c.message_id, c.pending_id, c.rival)
            OR EXISTS (SELECT 1 FROM location AS lies
                        WHERE lies.message_id = m.id AND lies.folder_id = c.folder_id
                          AND lies.uidvalidity = c.uidvalidity AND lies.uid = c.uid))"""


def of_account(reader: Reader, account: int) -> tuple[DraftCopy, ...]:
    """Drafts being written, and others that have a copy still; oldest first."""
    rows = reader.all(f"{_COPIES} AND d.account_id = ? ORDER BY d.id", account)
    return tuple(_copy(row) for row in rows)


def one(reader: Reader, draft: int) -> DraftCopy | None:
    """One, or None."""
    row = reader.one(f"{_COPIES} AND d.id = ?", draft)
    return None if row is None else _copy(row)


def _copy(row: Row) -> DraftCopy:
    saved_at = from_text(row[3])
    assert saved_at is not None  # the column is NOT NULL
    return DraftCopy(
        draft=DraftId(cast("int", row[0])),
        draft_state=DraftState(row[1]),
        newest=cast("int", row[2]),
        saved_at=saved_at,
        subject=cast("str", row[4]),
        revision=cast("int", row[5]),
        message_id=cast("str", row[6]),
        pending_id=cast("str", row[7]),
        pending_revision=cast("int", row[8]),
        uidvalidity=cast("int | None", row[9]),
        uid=cast("int | None", row[10]),
        state=cast("str", row[11]),
        reason=cast("str", row[12]),
        size=cast("int", row[13]),
        rival=cast("str", row[14]),
        is_foreign=bool(row[15]),
        lies_there=bool(row[16]),
    )


def drafts_folder(reader: Reader, account: int) -> tuple[int, str] | None:
    """(id, path) of the server's Drafts folder, or None."""
    return _folder(reader, account, "drafts")


def trash_folder(reader: Reader, account: int) -> tuple[int, str] | None:
    """(id, path) of the server's trash, or None."""
    return _folder(reader, account, "trash")


def _folder(reader: Reader, account: int, role: str) -> tuple[int, str] | None:
    row = reader.one(
        """SELECT id, path FROM folder
            WHERE account_id = ? AND role = ? AND on_server = 1 AND selectable = 1""",
        account,
        role,
    )
    return None if row is None else cast("tuple[int, str]", row)


def draft_of(reader: Reader, message: int) -> DraftId | None:
    """The draft whose copy a message is, or of whose copy another program made it; or None."""
    found = reader.value(
        f"SELECT c.draft_id FROM message AS m, {IS_COPY_OF} AND m.id = ?",  # noqa: S608 constant
        message,
    )
    return None if found is None else DraftId(cast("int", found))


def rivals(reader: Reader, draft: int) -> tuple[MessageId, ...]:
    """What another client made of a copy, as far as it is known here."""
    rows = reader.all(
        """SELECT m.id FROM draft_copy AS c JOIN draft AS d ON d.id = c.draft_id
             JOIN message AS m ON m.account_id = d.account_id AND m.message_id = c.rival
              AND m.folder_id = c.folder_id AND m.hidden = 0
            WHERE c.draft_id = ? AND c.rival <> ''""",
        draft,
    )
    return tuple(MessageId(cast("int", id_)) for (id_,) in rows)


# -- Steps ----------------------------------------------------------------------------------------


def begin(tx: Transaction, draft: int, folder: int, pending_id: str, revision: int) -> None:
    """An APPEND with this Message-ID is about to leave."""
    tx.run(
        """INSERT INTO draft_copy (draft_id, pending_id, pending_revision, folder_id)
           VALUES (?1, ?2, ?3, ?4)
           ON CONFLICT (draft_id) DO UPDATE
           SET pending_id = ?2, pending_revision = ?3, state = 'waiting', reason = ''""",
        draft,
        pending_id,
        revision,
        folder,
    )
    tx.changed(Area.DRAFTS | Area.JOURNAL)


def promote(
    tx: Transaction, draft: int, folder: int, uidvalidity: int, uid: int | None, size: int
) -> None:
    """What was pending is the copy now."""
    tx.run(
        """UPDATE draft_copy
              SET revision = pending_revision, message_id = pending_id, pending_id = '',
                  folder_id = ?, uidvalidity = ?, uid = ?, size = ?, state = 'agreed', reason = '',
                  rival = '', is_foreign = 0
            WHERE draft_id = ?""",
        folder,
        uidvalidity,
        uid,
        size,
        draft,
    )
    tx.changed(Area.DRAFTS | Area.JOURNAL)


def agree(
    tx: Transaction, draft: int, revision: int, message_id: str, size: int, at: tuple[int, int, int]
) -> None:
    """What another program wrote, at (folder, UIDVALIDITY, UID), is the copy of this draft now."""
    tx.run(
        """INSERT INTO draft_copy (draft_id, revision, message_id, size, folder_id, uidvalidity,
               uid, state, is_foreign)
           VALUES (?, ?, ?, ?, ?, ?, ?, 'agreed', 1)""",
        draft,
        revision,
        message_id,
        size,
        *at,
    )
    tx.changed(Area.DRAFTS | Area.JOURNAL)


def adopt(tx: Transaction, draft: int, uidvalidity: int, uid: int) -> None:
    """The copy lies here now: its folder was renumbered, or the server had not told."""
    tx.run(
        "UPDATE draft_copy SET uidvalidity = ?, uid = ? WHERE draft_id = ?",
        uidvalidity,
        uid,
        draft,
    )


def drop_messages(tx: Transaction, removed: Sequence[tuple[int, int, int]]) -> None:
    """Copies that we removed, by (folder, UIDVALIDITY, UID), are not listed here either; what is
    wanted of one of them the sync decides.
    """
    from mel_desktop.logic.syncops import Gone  # noqa: PLC0415 first needed here
    from mel_desktop.store import syncstate  # noqa: PLC0415 first needed here

    rows = tx.all(
        """SELECT message_id FROM json_each(?) AS told
             JOIN location AS l ON l.folder_id = told.value ->> 0
              AND l.uidvalidity = told.value ->> 1 AND l.uid = told.value ->> 2
            WHERE NOT EXISTS (SELECT 1 FROM want WHERE want.message_id = l.message_id)""",
        to_json(removed),
    )
    syncstate.apply(tx, [Gone(cast("int", message)) for (message,) in rows])


def clear_pending(tx: Transaction, draft: int) -> None:
    """The APPEND did not go through."""
    tx.run("UPDATE draft_copy SET pending_id = '' WHERE draft_id = ?", draft)


def set_state(tx: Transaction, draft: int, state: str, reason: str = "", rival: str = "") -> None:
    """Where the copy stands."""
    tx.run(
        "UPDATE draft_copy SET state = ?, reason = ?, rival = ? WHERE draft_id = ?",
        state,
        reason,
        rival,
        draft,
    )
    tx.changed(Area.DRAFTS | Area.JOURNAL)


def refuse(tx: Transaction, draft: int, folder: int, revision: int, reason: str) -> None:
    """The server does not take this revision; a newer one is tried again."""
    tx.run(
        """INSERT INTO draft_copy (draft_id, pending_revision, folder_id, state, reason)
           VALUES (?1, ?2, ?3, 'refused', ?4)
           ON CONFLICT (draft_id) DO UPDATE
           SET pending_id = '', pending_revision = ?2, state = 'refused', reason = ?4""",
        draft,
        revision,
        folder,
        reason,
    )
    tx.changed(Area.DRAFTS | Area.JOURNAL)


def forget(tx: Transaction, draft: int) -> None:
    """There is no copy of ours on the server any more."""
    tx.run("DELETE FROM draft_copy WHERE draft_id = ?", draft)
    tx.changed(Area.DRAFTS | Area.JOURNAL)


def journal(reader: Reader) -> tuple[JournalRow, ...]:
    """Copies that are not as the drafts are, newest first."""
    found = []
    for row in reader.all(
        """SELECT d.id FROM draft AS d LEFT JOIN draft_copy AS c ON c.draft_id = d.id
            WHERE d.state <> 'queued'
              AND (c.state IN ('conflict', 'refused')
                   OR (d.state = 'editing' AND coalesce(c.revision, 0) < d.revision)
                   OR (d.state <> 'editing' AND c.draft_id IS NOT NULL))
              AND EXISTS (SELECT 1 FROM folder AS f
                           WHERE f.account_id = d.account_id AND f.role = 'drafts')
            ORDER BY d.id DESC"""
    ):
        copy = one(reader, cast("int", row[0]))
        if copy is None:
            continue
        is_conflict = copy.state == "conflict"
        choices = tuple(Choice) if copy.rival else (Choice.MINE, Choice.THEIRS)
        is_refused = is_conflict or copy.state == "refused"
        found.append(
            JournalRow(
                id=f"d{copy.draft}",
                kind=WantKind.DRAFT,
                message=MessageId(0),
                detail="",
                state=_state(copy, is_refused=is_refused),
                since=copy.saved_at,
                attempts=0,
                next_attempt=None,
                reason=copy.reason,
                message_id=copy.message_id,
                undoable=False,
                retryable=copy.state == "refused",
                choices=choices if is_conflict else (),
                subject=copy.subject,
            )
        )
    return tuple(found)


def _state(copy: DraftCopy, *, is_refused: bool) -> WantState:
    if is_refused:
        return WantState.REFUSED
    return WantState.UNKNOWN if copy.pending_id else WantState.WAITING
