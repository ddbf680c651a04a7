"""The rows of an account that becomes a shared folder of another one: moved, never copied."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

from mel_desktop.model.accounts import Account, AccountId
from mel_desktop.model.changes import Area
from mel_desktop.store import localfolders, mailbox, moving, relinkstate
from mel_desktop.store.database import Reader, Transaction


def of_others(reader: Reader, account: AccountId) -> tuple[tuple[str, str], ...]:
    """(path, delimiter) of folders of other users, or of several, that can be opened."""
    return tuple(
        (str(path), str(mark))
        for path, mark in reader.all(
            """SELECT path, delimiter FROM folder
                WHERE account_id = ? AND namespace <> 'personal' AND selectable = 1
                  AND on_server = 1 ORDER BY path""",
            account,
        )
    )


def take_over(
    tx: Transaction, box: Account, into: AccountId, paths: Mapping[str, str]
) -> tuple[int, int]:
    """Messages with all that hangs on them into folders of another account: (in shared folders,
    on folders of this PC). ``paths``: folder of the box -> shared folder, "" or none: this PC.
    """
    relinkstate.unplace_account(tx, box.id)
    moving.unplace_drafts(tx, box.id)
    known = {
        str(path): cast("int", id_)
        for id_, path in tx.all("SELECT id, path FROM folder WHERE account_id = ?", into)
    }
    shared = kept = 0
    for id_, path, mark, is_local in tx.all(
        "SELECT id, path, delimiter, local FROM folder WHERE account_id = ?", box.id
    ):
        folder = cast("int", id_)
        target = known.get(paths.get(str(path), ""))
        if target is not None and not is_local:
            shared += _move(tx, folder, target)
        else:
            kept += _keep(tx, folder, _shelf(tx, box, into, str(path), str(mark or "/")))
    _merge_twins(tx, box.id, into)
    tx.run(
        """INSERT OR IGNORE INTO left_behind (message_id)
           SELECT id FROM message WHERE account_id = ? AND unplaced = 1""",
        box.id,
    )
    tx.run("UPDATE message SET account_id = ? WHERE account_id = ?", into, box.id)
    tx.changed(Area.MESSAGES | Area.FOLDERS | Area.JOURNAL)
    return shared, kept


def _merge_twins(tx: Transaction, box: AccountId, into: AccountId) -> None:
    """The other account may have listed the shared folder already: one row stays, the one with more
    text, with the wishes of both.
    """
    gone: set[int] = set()
    for ours, twin, body, other in tx.all(
        """SELECT m.id, t.id, m.body, t.body
             FROM message AS m
             JOIN message AS t ON t.account_id = ?2 AND t.message_id = m.message_id
              AND t.message_id <> '' AND t.size = m.size AND t.received_at = m.received_at
             JOIN location AS l ON l.message_id = t.id AND l.folder_id = m.expected_id
            WHERE m.account_id = ?1 AND m.unplaced = 1
              AND NOT EXISTS (SELECT 1 FROM kept_here AS k WHERE k.message_id IN (m.id, t.id))
            ORDER BY m.id, t.id""",
        box,
        into,
    ):
        if ours in gone or twin in gone:
            continue
        stays, goes = cast("tuple[int, int]", (ours, twin))
        if cast("int", other) > cast("int", body):
            stays, goes = goes, stays
        else:
            tx.run("UPDATE location SET message_id = ? WHERE message_id = ?", ours, twin)
        tx.run("UPDATE message SET unplaced = 0, expected_id = NULL WHERE id = ?", stays)
        tx.run("UPDATE OR IGNORE want SET message_id = ? WHERE message_id = ?", stays, goes)
        tx.run("UPDATE draft SET reply_to = ? WHERE reply_to = ?", stays, goes)
        tx.run("UPDATE draft SET forward = ? WHERE forward = ?", stays, goes)
        mailbox.drop_messages(tx, [goes])
        mailbox.refresh(tx, [stays])
        gone |= {cast("int", ours), cast("int", twin)}


def take_letters(tx: Transaction, box: AccountId, into: AccountId) -> tuple[int, int]:
    """Drafts and outgoing messages go on from the other account: (drafts, outgoing)."""
    tx.run(
        "DELETE FROM draft_copy WHERE draft_id IN (SELECT id FROM draft WHERE account_id = ?)", box
    )
    drafts = tx.run("UPDATE draft SET account_id = ? WHERE account_id = ?", into, box)
    outgoing = tx.run(
        """UPDATE outbox SET account_id = ?
            WHERE account_id = ? AND state NOT IN ('sending', 'unknown')""",
        into,
        box,
    )
    for table in ("merge", "followup", "delivery", "event", "receipt", "receipt_done"):
        tx.run(f"UPDATE OR IGNORE {table} SET account_id = ?2 WHERE account_id = ?1", box, into)  # noqa: S608 constants
    tx.changed(Area.DRAFTS | Area.OUTBOX)
    return drafts, outgoing


def _move(tx: Transaction, folder: int, target: int) -> int:
    number = tx.value("SELECT count(*) FROM message WHERE folder_id = ? AND hidden = 0", folder)
    for column in ("folder_id", "expected_id", "shelf_id"):
        tx.run(f"UPDATE message SET {column} = ?2 WHERE {column} = ?1", folder, target)  # noqa: S608 constants
    tx.run("UPDATE want SET folder_id = ?2 WHERE folder_id = ?1", folder, target)
    return cast("int", number)


def _keep(tx: Transaction, folder: int, shelf: int) -> int:
    """What no shared folder takes lies on a folder of this PC from here on."""
    found = [
        cast("int", id_)
        for (id_,) in tx.all(
            "SELECT id FROM message WHERE expected_id = ?1 OR folder_id = ?1 OR shelf_id = ?1",
            folder,
        )
    ]
    text = json.dumps(found)
    tx.run("DELETE FROM want WHERE message_id IN (SELECT value FROM json_each(?))", text)
    tx.run(
        """UPDATE message SET unplaced = 0, expected_id = NULL, shelf_id = ?1, folder_id = ?1
            WHERE id IN (SELECT value FROM json_each(?2))""",
        shelf,
        text,
    )
    return len(found)


def _shelf(tx: Transaction, box: Account, into: AccountId, path: str, mark: str) -> int:
    root = localfolders.ROOT
    names = path.removeprefix(f"{root}/").replace("/" if mark != "/" else "\0", "_").split(mark)
    return localfolders.ensure(tx, into, "/".join((root, box.email, *names)))
