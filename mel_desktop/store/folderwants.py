"""What the teacher wants of folders, and folders as they are shown meanwhile.

Rule 1: ``folder.path`` is what the server has (or will have, for a folder made here). What is shown
is that path after the renames that wait: nothing but LIST and a fulfilled wish writes it.
Rule 2: wishes of an account are carried out in the order of their ids; the paths in a wish are
those that the server has once all earlier ones went through.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, cast

from mel_desktop.logic.folder_names import after, is_within, renamed
from mel_desktop.model.changes import Area
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Folder, JournalRow, MessageId, WantKind, WantState
from mel_desktop.model.values import dataclass
from mel_desktop.store.database import Reader, Row, Transaction
from mel_desktop.store.times import from_text, to_text

KINDS: Final = {
    "create": WantKind.CREATE_FOLDER,
    "rename": WantKind.RENAME_FOLDER,
    "delete": WantKind.DELETE_FOLDER,
    "subscribe": WantKind.SUBSCRIBE,
    "unsubscribe": WantKind.UNSUBSCRIBE,
}
_WORDS: Final = {kind: word for word, kind in KINDS.items()}


@dataclass(frozen=True, slots=True)
class FolderWant:
    """One row. ``folder`` is None where the folder is no more."""

    id: int
    account: int
    folder: int | None
    kind: WantKind
    path: str
    target: str
    state: WantState
    since: datetime
    attempts: int
    next_attempt: datetime | None
    reason: str


def of_account(reader: Reader, account: int) -> tuple[FolderWant, ...]:
    """Every wish of an account, oldest first."""
    return tuple(
        _want(row)
        for row in reader.all(
            """SELECT id, account_id, folder_id, kind, path, target, state, since, attempts,
                      next_attempt, reason
                 FROM folder_want WHERE account_id = ? ORDER BY id""",
            account,
        )
    )


def one(reader: Reader, wanted: int) -> FolderWant | None:
    """One wish, or None."""
    row = reader.one(
        """SELECT id, account_id, folder_id, kind, path, target, state, since, attempts,
                  next_attempt, reason
             FROM folder_want WHERE id = ?""",
        wanted,
    )
    return None if row is None else _want(row)


def waits(reader: Reader, account: int) -> bool:
    """Whether a wish is to be carried out."""
    return any(want.state is not WantState.REFUSED for want in of_account(reader, account))


def _want(row: Row) -> FolderWant:
    since = from_text(row[7])
    assert since is not None  # the column is NOT NULL
    return FolderWant(
        id=cast("int", row[0]),
        account=cast("int", row[1]),
        folder=cast("int | None", row[2]),
        kind=KINDS[cast("str", row[3])],
        path=cast("str", row[4]),
        target=cast("str", row[5]),
        state=WantState(row[6]),
        since=since,
        attempts=cast("int", row[8]),
        next_attempt=from_text(row[9]),
        reason=cast("str", row[10]),
    )


# -- What is shown --------------------------------------------------------------------------------


def shown(reader: Reader, folders: Sequence[Folder]) -> tuple[Folder, ...]:
    """Folders as the wishes would have them; those that are wanted gone are left out."""
    found: list[Folder] = []
    known: dict[int, tuple[FolderWant, ...]] = {}
    for folder in folders:
        if folder.account not in known:
            known[folder.account] = tuple(
                want
                for want in of_account(reader, folder.account)
                if want.state is not WantState.REFUSED
            )
        wants = known[folder.account]
        seen = _shown(folder, wants) if wants and not folder.local else folder
        if seen is not None:
            found.append(seen)
    return tuple(found)


def _shown(folder: Folder, wants: Sequence[FolderWant]) -> Folder | None:
    mine = [want for want in wants if want.folder == folder.id]
    if any(want.kind is WantKind.DELETE_FOLDER for want in mine):
        return None
    made = next((want.id for want in mine if want.kind is WantKind.CREATE_FOLDER), 0)
    renames = [
        (want.path, want.target)
        for want in wants
        if want.kind is WantKind.RENAME_FOLDER and want.id > made
    ]
    path = after(folder.path, renames, folder.delimiter)
    subscribed = folder.subscribed
    for want in mine:
        if want.kind in (WantKind.SUBSCRIBE, WantKind.UNSUBSCRIBE):
            subscribed = want.kind is WantKind.SUBSCRIBE
    return replace(
        folder,
        path=path,
        name=path.rsplit(folder.delimiter, 1)[-1] if folder.delimiter else path,
        waiting=bool(mine) or path != folder.path,
        subscribed=subscribed,
    )


# -- Wishes ---------------------------------------------------------------------------------------


def add(
    tx: Transaction,
    account: int,
    folder: int | None,
    kind: WantKind,
    path: str,
    now: datetime,
    *,
    target: str = "",
) -> int:
    """A new wish, carried out after those that are there; its id. USAGE where all is read-only."""
    if tx.value("SELECT read_only FROM account WHERE id = ?", account):
        raise LocalRefusal(ErrorCode.USAGE, why="account-read-only")
    tx.changed(Area.FOLDERS | Area.JOURNAL)
    return tx.insert(
        """INSERT INTO folder_want (account_id, folder_id, kind, path, target, since)
           VALUES (?, ?, ?, ?, ?, ?)""",
        account,
        folder,
        _WORDS[kind],
        path,
        target,
        to_text(now),
    )


def drop(tx: Transaction, ids: Sequence[int]) -> None:
    """Fulfilled, overtaken or taken back."""
    tx.run(
        "DELETE FROM folder_want WHERE id IN (SELECT value FROM json_each(?))",
        json.dumps(list(ids)),
    )
    tx.changed(Area.FOLDERS | Area.JOURNAL)


def set_state(
    tx: Transaction,
    wanted: int,
    state: WantState,
    *,
    reason: str = "",
    tried: bool = False,
    again: datetime | None = None,
) -> None:
    """Where a wish stands from here on."""
    tx.run(
        """UPDATE folder_want SET state = ?, reason = ?, attempts = attempts + ?, next_attempt = ?
            WHERE id = ?""",
        state.value,
        reason,
        int(tried),
        None if again is None else to_text(again),
        wanted,
    )
    tx.changed(Area.FOLDERS | Area.JOURNAL)


def restart(tx: Transaction, wanted: int, folder: int | None) -> None:
    """A refused wish waits again, as if new."""
    tx.run(
        """UPDATE folder_want SET state = 'waiting', reason = '', attempts = 0,
                  next_attempt = NULL, folder_id = coalesce(?, folder_id)
            WHERE id = ?""",
        folder,
        wanted,
    )
    tx.changed(Area.FOLDERS | Area.JOURNAL)


# -- Folders --------------------------------------------------------------------------------------


def insert_folder(tx: Transaction, account: int, path: str, delimiter: str) -> int:
    """A folder made here; a leftover of that name that the server lost is taken up again."""
    old = tx.value("SELECT id FROM folder WHERE account_id = ? AND path = ?", account, path)
    if old is not None:
        return cast("int", old)
    tx.changed(Area.FOLDERS)
    return tx.insert(
        """INSERT INTO folder (account_id, path, delimiter, on_server, complete)
           VALUES (?, ?, ?, 0, 1)""",
        account,
        path,
        delimiter,
    )


def server_path(reader: Reader, folder: int) -> tuple[str, str, bool] | None:
    """(path on the server, delimiter, whether it is there); None: no such folder."""
    row = reader.one("SELECT path, delimiter, on_server FROM folder WHERE id = ?", folder)
    return None if row is None else (cast("str", row[0]), cast("str", row[1]), bool(row[2]))


def set_made(tx: Transaction, folder: int) -> None:
    """The server has the folder now; the next LIST tells the rest."""
    tx.run("UPDATE folder SET on_server = 1, complete = 0 WHERE id = ?", folder)
    tx.changed(Area.FOLDERS, [folder])


def set_subscribed(tx: Transaction, folder: int, *, subscribed: bool) -> None:
    """The server took it."""
    tx.run("UPDATE folder SET subscribed = ? WHERE id = ?", int(subscribed), folder)
    tx.changed(Area.FOLDERS, [folder])


def move_folders(
    tx: Transaction, account: int, source: str, target: str, delimiter: str
) -> tuple[int, ...]:
    """The server renamed a folder: so are it and all below it here. Their ids."""
    rows = tx.all("SELECT id, path FROM folder WHERE account_id = ? AND on_server = 1", account)
    moved = [
        (renamed(cast("str", path), source, target, delimiter), cast("int", id_))
        for id_, path in rows
        if is_within(cast("str", path), source, delimiter)
    ]
    tx.many("UPDATE folder SET path = ? WHERE id = ?", moved)
    tx.changed(Area.FOLDERS)
    return tuple(id_ for _, id_ in moved)


def unrename(tx: Transaction, refused: FolderWant, delimiter: str) -> None:
    """A rename was refused: later wishes and folders made here go by the old name."""
    back = (refused.target, refused.path, delimiter)
    for want in of_account(tx, refused.account):
        if want.id > refused.id and want.state is not WantState.REFUSED:
            paths = renamed(want.path, *back), renamed(want.target, *back)
            if paths != (want.path, want.target):
                tx.run("UPDATE folder_want SET path = ?, target = ? WHERE id = ?", *paths, want.id)
            if want.kind is WantKind.CREATE_FOLDER and want.folder is not None:
                tx.run(
                    "UPDATE folder SET path = ? WHERE id = ? AND on_server = 0",
                    paths[0],
                    want.folder,
                )


def drop_made_here(tx: Transaction, folder: int) -> None:
    """Forget a folder that the server never had, if nothing is shown in it."""
    tx.run(
        """DELETE FROM folder WHERE id = ?1 AND on_server = 0
              AND NOT EXISTS (SELECT 1 FROM message WHERE folder_id = ?1 OR expected_id = ?1)""",
        folder,
    )
    tx.changed(Area.FOLDERS)


def contents(reader: Reader, folder: int) -> tuple[int, ...]:
    """Messages shown in a folder."""
    rows = reader.all("SELECT id FROM message WHERE folder_id = ? AND hidden = 0", folder)
    return tuple(cast("int", id_) for (id_,) in rows)


def lying(reader: Reader, folder: int) -> tuple[int, int]:
    """(messages that lie there on the server, those of them that nobody wants gone)."""
    row = reader.one(
        """SELECT count(*), coalesce(sum(NOT EXISTS (
                      SELECT 1 FROM want AS w
                       WHERE w.message_id = l.message_id AND w.state <> 'refused'
                         AND (w.kind = 'delete' OR (w.kind = 'move' AND w.folder_id <> ?1)))), 0)
             FROM location AS l WHERE l.folder_id = ?1""",
        folder,
    )
    return cast("tuple[int, int]", row)


def wants_of(reader: Reader, folder: int, since: datetime) -> tuple[int, ...]:
    """Wishes to take messages out of a folder that were made at this moment and still wait."""
    rows = reader.all(
        """SELECT w.id FROM want AS w JOIN location AS l ON l.message_id = w.message_id
            WHERE l.folder_id = ? AND w.kind IN ('move', 'delete') AND w.state = 'waiting'
              AND w.copied_uid IS NULL AND w.since = ?""",
        folder,
        to_text(since),
    )
    return tuple(cast("int", id_) for (id_,) in rows)


def wants_into(reader: Reader, folder: int) -> tuple[tuple[int, int], ...]:
    """(wish, message) of moves and copies into a folder."""
    rows = reader.all(
        "SELECT id, message_id FROM want WHERE folder_id = ? AND kind IN ('move', 'copy')", folder
    )
    return tuple((cast("int", id_), cast("int", message)) for id_, message in rows)


def refuse_into(tx: Transaction, folder: int, reason: str) -> tuple[int, ...]:
    """Moves and copies into a folder that was not made are refused; their messages."""
    rows = tx.all(
        """UPDATE want SET state = 'refused', reason = ?
            WHERE folder_id = ? AND kind IN ('move', 'copy') RETURNING message_id""",
        reason,
        folder,
    )
    return tuple(cast("int", id_) for (id_,) in rows)


# -- The journal ----------------------------------------------------------------------------------


def is_undoable(want: FolderWant, later: Sequence[FolderWant], delimiter: str) -> bool:
    """Not while the server may have carried it out, nor while a later wish builds on it."""
    if want.state is WantState.REFUSED:
        return True
    if want.state is WantState.UNKNOWN:
        return False
    if want.kind is WantKind.CREATE_FOLDER:
        made = want.path
    elif want.kind is WantKind.RENAME_FOLDER:
        made = want.target
    else:
        return True
    return not any(
        one.id > want.id
        and one.state is not WantState.REFUSED
        and one.kind not in (WantKind.SUBSCRIBE, WantKind.UNSUBSCRIBE)
        and (is_within(one.path, made, delimiter) or is_within(one.target, made, delimiter))
        for one in later
    )


def delimiter_of(reader: Reader, account: int) -> str:
    """What the server puts between names; "" where it has no hierarchy."""
    found = reader.value(
        """SELECT delimiter FROM folder WHERE account_id = ? AND on_server = 1 AND delimiter <> ''
            ORDER BY role IS 'inbox' DESC, id LIMIT 1""",
        account,
    )
    return "" if found is None else cast("str", found)


def journal(reader: Reader) -> tuple[JournalRow, ...]:
    """Newest first."""
    found: list[JournalRow] = []
    for (account,) in reader.all("SELECT DISTINCT account_id FROM folder_want ORDER BY 1"):
        wants = of_account(reader, cast("int", account))
        delimiter = delimiter_of(reader, cast("int", account))
        found += [
            JournalRow(
                id=f"f{want.id}",
                kind=want.kind,
                message=MessageId(0),
                detail=want.target or want.path,
                state=want.state,
                since=want.since,
                attempts=want.attempts,
                next_attempt=want.next_attempt,
                reason=want.reason,
                message_id="",
                undoable=is_undoable(want, wants, delimiter),
                retryable=want.state is WantState.REFUSED,
                where=want.path,
            )
            for want in wants
        ]
    found.sort(key=lambda row: int(row.id[1:]), reverse=True)
    return tuple(found)
