"""What a sync reads and writes: folders as listed, cursors, the agreed base, mutations.

Rule: rows, index, counters and cursor of one step change in one transaction, or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import cast

from mel_desktop.logic.syncops import (
    Copied,
    Dropped,
    Gone,
    Lost,
    Mutation,
    Placed,
    Said,
    Stated,
)
from mel_desktop.logic.syncplan import Base, Cursor, Intent, Known
from mel_desktop.model.changes import Area
from mel_desktop.model.mail import Flags, Marks, Role, WantKind, WantState
from mel_desktop.model.values import dataclass
from mel_desktop.ports import RemoteFolder
from mel_desktop.store import keeping, localfolders
from mel_desktop.store.database import Reader, Transaction
from mel_desktop.store.mailbox import drop_messages, keywords_text, refresh
from mel_desktop.store.times import from_text, to_text

SHOWN, LIMBO = 1, 2  # message.unplaced


@dataclass(frozen=True, slots=True)
class FolderState:
    """A folder as the last sync left it. ``located``: messages whose UID is known."""

    id: int
    path: str
    role: Role | None
    selectable: bool
    on_server: bool
    uidvalidity: int | None
    uidnext: int | None
    highestmodseq: int | None
    complete: bool
    suspect_since: datetime | None
    located: int
    unplaced: int
    wants: int
    delimiter: str = "/"
    mailbox_id: str = ""
    suspect_count: int = 0
    accepted: bool = False


# -- Folders --------------------------------------------------------------------------------------


def list_folders(tx: Transaction, account: int, listed: Sequence[RemoteFolder]) -> tuple[int, ...]:
    """Take over what LIST said; ids of the folders that it did not name."""
    paths = set()
    roles: set[Role] = set()
    tx.run("UPDATE folder SET role = NULL WHERE account_id = ?", account)
    for one in listed:
        localfolders.make_way(tx, account, one.path)
        role = one.role if one.role not in roles else None  # one folder a role: the first named
        if role is not None:
            roles.add(role)
        paths.add(one.path)
        tx.run(
            """INSERT INTO folder (account_id, path, delimiter, role, selectable, subscribed,
                                   namespace, mailbox_id)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)
               ON CONFLICT (account_id, path) DO UPDATE
               SET delimiter = excluded.delimiter, role = excluded.role,
                   selectable = excluded.selectable, on_server = 1,
                   namespace = excluded.namespace, mailbox_id = excluded.mailbox_id,
                   subscribed = CASE WHEN EXISTS (
                           SELECT 1 FROM folder_want
                            WHERE folder_id = folder.id AND state <> 'refused'
                              AND kind IN ('subscribe', 'unsubscribe'))
                       THEN subscribed ELSE excluded.subscribed END""",
            account,
            one.path,
            one.delimiter,
            None if role is None else role.value,
            int(one.selectable),
            int(one.subscribed),
            one.namespace.value,
            one.mailbox_id,
        )
    tx.changed(Area.FOLDERS)
    rows = tx.all(
        "SELECT id, path FROM folder WHERE account_id = ? AND local = 0 ORDER BY id", account
    )
    return tuple(cast("int", id_) for id_, path in rows if path not in paths)


def rename(tx: Transaction, folder: int, path: str) -> None:
    """The same folder under another path, with all that is known of it."""
    tx.run("UPDATE folder SET path = ? WHERE id = ?", path, folder)
    tx.changed(Area.FOLDERS, [folder])


def states(reader: Reader, account: int) -> tuple[FolderState, ...]:
    """All folders: inbox, then those with a role, then the others by path."""
    rows = reader.all(
        """SELECT f.id, f.path, f.role, f.selectable, f.on_server, f.uidvalidity, f.uidnext,
                  f.highestmodseq, f.complete, f.suspect_since,
                  (SELECT count(*) FROM location AS l WHERE l.folder_id = f.id),
                  coalesce(u.number, 0), coalesce(w.number, 0),
                  f.delimiter, f.mailbox_id, f.suspect_count, f.accepted
             FROM folder AS f
             LEFT JOIN (SELECT expected_id, count(*) AS number FROM message
                         WHERE expected_id IS NOT NULL AND unplaced = 1
                         GROUP BY expected_id) AS u ON u.expected_id = f.id
             LEFT JOIN (SELECT l.folder_id, count(*) AS number
                          FROM want JOIN location AS l ON l.message_id = want.message_id
                         WHERE want.state <> 'refused'
                         GROUP BY l.folder_id) AS w ON w.folder_id = f.id
            WHERE f.account_id = ?1 AND f.local = 0""",
        account,
    )
    order = {role: place for place, role in enumerate(Role)}
    found = [
        FolderState(
            id=cast("int", row[0]),
            path=cast("str", row[1]),
            role=None if row[2] is None else Role(row[2]),
            selectable=bool(row[3]),
            on_server=bool(row[4]),
            uidvalidity=cast("int | None", row[5]),
            uidnext=cast("int | None", row[6]),
            highestmodseq=cast("int | None", row[7]),
            complete=bool(row[8]),
            suspect_since=from_text(row[9]),
            located=cast("int", row[10]),
            unplaced=cast("int", row[11]),
            wants=cast("int", row[12]),
            delimiter=cast("str", row[13]),
            mailbox_id=cast("str", row[14]),
            suspect_count=cast("int", row[15]),
            accepted=bool(row[16]),
        )
        for row in rows
    ]
    last = len(order)
    found.sort(key=lambda one: (last if one.role is None else order[one.role], one.path))
    return tuple(found)


def set_gone(tx: Transaction, folder: int) -> None:
    """The server has this folder no more; its messages stay, shown, until they turn up or not."""
    tx.run(
        """UPDATE folder SET on_server = 0, uidvalidity = NULL, uidnext = NULL,
                  highestmodseq = NULL, complete = 0
            WHERE id = ?""",
        folder,
    )
    tx.changed(Area.FOLDERS, [folder])


def refuse_moves_into(tx: Transaction, folder: int) -> None:
    """Wishes to move or copy into a folder that is gone are refused, and so reported."""
    rows = tx.all(
        """UPDATE want SET state = 'refused', reason = 'folder-gone'
            WHERE folder_id = ? AND kind IN ('move', 'copy') RETURNING message_id""",
        folder,
    )
    messages = [cast("int", id_) for (id_,) in rows]
    folders = refresh(tx, messages)
    tx.changed(Area.MESSAGES | Area.FOLDERS | Area.JOURNAL, folders, messages)


def drop_folder(tx: Transaction, folder: int) -> bool:
    """Forget a folder that is gone from the server, unless something is still in it, or it was made
    here and the server is yet to be told.
    """
    used = tx.value(
        """SELECT 1 FROM message WHERE folder_id = ?1
            UNION ALL SELECT 1 FROM message WHERE expected_id = ?1
            UNION ALL SELECT 1 FROM folder_want WHERE folder_id = ?1 LIMIT 1""",
        folder,
    )
    if used is not None:
        return False
    tx.run("DELETE FROM folder WHERE id = ? AND on_server = 0", folder)
    tx.changed(Area.FOLDERS)
    return True


def restart(tx: Transaction, folder: int, uidvalidity: int) -> None:
    """Begin a folder anew under this UIDVALIDITY; nothing of the old cursor is kept."""
    tx.run(
        """UPDATE folder SET uidvalidity = ?, uidnext = NULL, highestmodseq = NULL,
                  backfill_uid = NULL, complete = 0
            WHERE id = ?""",
        uidvalidity,
        folder,
    )


def set_modseq(tx: Transaction, folder: int, cursor: Cursor, *, complete: bool) -> None:
    """Flags and vanished are applied up to here; ``complete``: no new message is missing."""
    tx.run(
        """UPDATE folder SET uidvalidity = ?, highestmodseq = ?, complete = ?,
                  backfill_uid = CASE WHEN ? THEN backfill_uid ELSE NULL END
            WHERE id = ?""",
        cursor.uidvalidity,
        cursor.highestmodseq,
        int(complete),
        int(complete),
        folder,
    )


def set_backfill(tx: Transaction, folder: int, uid: int) -> None:
    """Headers of all UIDs from here up are stored."""
    tx.run("UPDATE folder SET backfill_uid = ? WHERE id = ?", uid, folder)


def set_complete(tx: Transaction, folder: int, cursor: Cursor, now: datetime) -> None:
    """Every message of the folder is here."""
    tx.run(
        """UPDATE folder SET uidvalidity = ?, uidnext = ?, backfill_uid = 1, complete = 1,
                  suspect_since = NULL, suspect_count = 0, accepted = 0, last_sync_at = ?
            WHERE id = ?""",
        cursor.uidvalidity,
        cursor.uidnext,
        to_text(now),
        folder,
    )
    tx.changed(Area.FOLDERS, [folder])


def set_seen(tx: Transaction, folders: Iterable[int], now: datetime) -> None:
    """Looked at, and nothing had changed."""
    tx.many("UPDATE folder SET last_sync_at = ? WHERE id = ?", [(to_text(now), f) for f in folders])
    tx.changed(Area.FOLDERS)


def set_suspect(tx: Transaction, folder: int, now: datetime, count: int) -> None:
    """A mass deletion was seen and not believed; the first time counts, unless it is yet to come
    (the clock was wrong). What a person accepted was another one.
    """
    tx.run(
        """UPDATE folder SET suspect_since = min(coalesce(suspect_since, ?1), ?1), complete = 0,
                  suspect_count = ?2, accepted = 0
            WHERE id = ?3""",
        to_text(now),
        count,
        folder,
    )
    tx.changed(Area.FOLDERS, [folder])


# -- The base and the wants -----------------------------------------------------------------------


def base(reader: Reader, folder: int, uidvalidity: int | None) -> Base:
    """What was last agreed about a folder."""
    flags: dict[tuple[int, str], Flags] = {}
    known = []
    for message, uid, marks, keywords in cast(
        "list[tuple[int, int, int, str]]",
        reader.all(
            """SELECT message_id, uid, marks, keywords FROM location
                WHERE folder_id = ? ORDER BY uid""",
            folder,
        ),
    ):
        value = flags.get((marks, keywords))
        if value is None:
            value = flags[marks, keywords] = Flags(Marks(marks), frozenset(keywords.split()))
        known.append(Known(message, uid, value))
    return Base(folder, uidvalidity, tuple(known))


def intents(reader: Reader, folder: int) -> tuple[Intent, ...]:
    """Wants of the messages that lie in this folder on the server, refused ones left out."""
    rows = reader.all(
        """SELECT w.id, w.message_id, w.kind, w.value, w.folder_id, w.state, w.copied_uid,
                  m.message_id <> ''
             FROM location AS l JOIN want AS w ON w.message_id = l.message_id
             JOIN message AS m ON m.id = w.message_id
            WHERE l.folder_id = ? AND w.state <> 'refused'
              AND NOT EXISTS (SELECT 1 FROM folder_want AS f -- its target is still to be made
                               WHERE f.folder_id = w.folder_id AND f.kind = 'create'
                                 AND f.state <> 'refused')
            ORDER BY w.id""",
        folder,
    )
    return tuple(
        Intent(
            id=cast("int", row[0]),
            message=cast("int", row[1]),
            kind=WantKind(row[2]),
            flag=cast("str", row[3]),
            target=cast("int | None", row[4]),
            state=WantState(row[5]),
            copied_uid=cast("int | None", row[6]),
            searchable=bool(row[7]),
        )
        for row in rows
    )


def standing_wants(reader: Reader, wants: Sequence[int]) -> frozenset[int]:
    """Those of these wants that nobody took back or overtook."""
    rows = reader.all(
        """SELECT id FROM want
            WHERE state <> 'refused' AND id IN (SELECT value FROM json_each(?))""",
        json.dumps(list(wants)),
    )
    return frozenset(cast("int", id_) for (id_,) in rows)


def copy_keys(reader: Reader, messages: Sequence[int]) -> dict[int, tuple[str, str, int]]:
    """(Message-ID, date, size) of messages whose copies are to be looked for."""
    rows = reader.all(
        """SELECT id, message_id, received_at, size FROM message
            WHERE id IN (SELECT value FROM json_each(?))""",
        json.dumps(list(messages)),
    )
    return {
        cast("int", id_): (cast("str", mid), cast("str", date), cast("int", size))
        for id_, mid, date, size in rows
    }


def located_uids(reader: Reader, folder: int, uids: Sequence[int]) -> frozenset[int]:
    """Those of these UIDs that are messages of ours already."""
    rows = reader.all(
        """SELECT uid FROM location
            WHERE folder_id = ? AND uid IN (SELECT value FROM json_each(?))""",
        folder,
        json.dumps(list(uids)),
    )
    return frozenset(cast("int", uid) for (uid,) in rows)


# -- Mutations ------------------------------------------------------------------------------------


def apply(tx: Transaction, mutations: Sequence[Mutation]) -> None:
    """Store what an operation changed; screens are told."""
    touched: set[int] = set()
    gone: list[int] = []
    for one in mutations:
        if isinstance(one, Dropped | Stated | Copied):
            message = tx.value("SELECT message_id FROM want WHERE id = ?", one.want)
            if message is not None:
                touched.add(cast("int", message))
                _apply_to_want(tx, one)
        elif isinstance(one, Gone):
            gone.append(one.message)
        else:
            touched.add(one.message)
            if isinstance(one, Said):
                _say(tx, one)
            elif isinstance(one, Placed):
                _place(tx, one)
            else:
                _lose(tx, one)
    folders = set(folders_of(tx, [*touched, *gone]))
    kept = keeping.protected(tx, gone)  # they go from the server only
    keeping.stay(tx, kept)
    drop_messages(tx, [one for one in gone if one not in kept])
    folders |= refresh(tx, sorted((touched - set(gone)) | kept))
    if mutations:
        tx.changed(Area.MESSAGES | Area.FOLDERS | Area.JOURNAL, folders, touched | set(gone))


def folders_of(reader: Reader, messages: Sequence[int]) -> tuple[int, ...]:
    """Folders in which these are shown."""
    rows = reader.all(
        """SELECT DISTINCT folder_id FROM message
            WHERE id IN (SELECT value FROM json_each(?))""",
        json.dumps(list(messages)),
    )
    return tuple(cast("int", id_) for (id_,) in rows)


def _apply_to_want(tx: Transaction, one: Dropped | Stated | Copied) -> None:
    if isinstance(one, Dropped):
        tx.run("DELETE FROM want WHERE id = ?", one.want)
    elif isinstance(one, Stated):
        tx.run(
            "UPDATE want SET state = ?, reason = ?, attempts = attempts + ? WHERE id = ?",
            one.state.value,
            one.reason,
            int(one.tried),
            one.want,
        )
    else:
        tx.run("UPDATE want SET copied_uid = ? WHERE id = ?", one.uid, one.want)


def _say(tx: Transaction, one: Said) -> None:
    tx.run(
        """UPDATE location SET marks = ?, keywords = ?, modseq = coalesce(?, modseq)
            WHERE message_id = ?""",
        one.flags.marks.value,
        keywords_text(one.flags.keywords),
        one.modseq,
        one.message,
    )


def _place(tx: Transaction, one: Placed) -> None:
    uidvalidity = tx.value("SELECT uidvalidity FROM folder WHERE id = ?", one.folder)
    if one.uid is None or uidvalidity is None:
        _unplace(tx, one.message, SHOWN, one.folder)
        return
    twin = tx.value(  # the target was listed in the meantime
        "SELECT message_id FROM location WHERE folder_id = ? AND uidvalidity = ? AND uid = ?",
        one.folder,
        uidvalidity,
        one.uid,
    )
    if twin is not None and twin != one.message:
        _replace(tx, cast("int", twin), one.message)
    tx.run(  # the copy was made before its original was marked as deleted
        """UPDATE location SET folder_id = ?, uidvalidity = ?, uid = ?, marks = marks & ~?
            WHERE message_id = ?""",
        one.folder,
        uidvalidity,
        one.uid,
        Marks.DELETED.value,
        one.message,
    )


def _replace(tx: Transaction, twin: int, message: int) -> None:
    """Give a message the wants of its newer row, and forget that row."""
    keeping.let_go(tx, twin)
    tx.run("UPDATE OR IGNORE want SET message_id = ? WHERE message_id = ?", message, twin)
    tx.changed(Area.MESSAGES, folders_of(tx, [twin]), [twin])
    drop_messages(tx, [twin])


def _lose(tx: Transaction, one: Lost) -> None:
    if not one.shown:
        twin = _twin(tx, one.message)
        if twin is not None:
            tx.run("DELETE FROM location WHERE message_id = ?", one.message)
            tx.run("UPDATE location SET message_id = ? WHERE message_id = ?", one.message, twin)
            _replace(tx, twin, one.message)
            return
        if keeping.protected(tx, [one.message]):
            keeping.stay(tx, [one.message])
            return
    home = tx.value("SELECT folder_id FROM location WHERE message_id = ?", one.message)
    _unplace(tx, one.message, SHOWN if one.shown else LIMBO, cast("int | None", home))


def _unplace(tx: Transaction, message: int, state: int, expected: int | None) -> None:
    tx.run("DELETE FROM location WHERE message_id = ?", message)
    tx.run(
        "UPDATE message SET unplaced = ?, expected_id = ? WHERE id = ?", state, expected, message
    )


def show(tx: Transaction, messages: Sequence[int]) -> None:
    """Show messages as they are said and wanted now; screens are told."""
    folders = refresh(tx, messages)
    tx.changed(Area.MESSAGES | Area.FOLDERS | Area.JOURNAL, folders, messages)


def place_appended(tx: Transaction, message: int, want: int, folder: int, uid: int | None) -> None:
    """The server has a message that was kept here alone: it leaves its shelf.

    Without a UID the next sync finds it by Message-ID, date and size.
    """
    tx.run("DELETE FROM want WHERE id = ?", want)
    uidvalidity = tx.value("SELECT uidvalidity FROM folder WHERE id = ?", folder)
    tx.run("UPDATE message SET shelf_id = NULL WHERE id = ?", message)
    if uid is None or uidvalidity is None:
        _unplace(tx, message, SHOWN, folder)
    else:
        twin = tx.value(  # the folder was listed in the meantime
            "SELECT message_id FROM location WHERE folder_id = ? AND uidvalidity = ? AND uid = ?",
            folder,
            uidvalidity,
            uid,
        )
        if twin is not None:
            _replace(tx, cast("int", twin), message)
        tx.run(
            """INSERT INTO location (message_id, folder_id, uidvalidity, uid, marks, keywords)
               SELECT id, ?, ?, ?, marks, keywords FROM message WHERE id = ?""",
            folder,
            uidvalidity,
            uid,
            message,
        )
    folders = {folder, *folders_of(tx, [message])} | set(refresh(tx, [message]))
    tx.changed(Area.MESSAGES | Area.FOLDERS | Area.JOURNAL, folders, [message])


def _twin(tx: Transaction, message: int) -> int | None:
    """The same message listed elsewhere, when it was moved before we looked here.

    Only a row that holds no more than ours gives way; and a message with wants is taken for its
    twin only where those wants were to move it there.
    """
    rows = tx.all(
        """SELECT t.id FROM message AS m
             JOIN message AS t ON t.account_id = m.account_id AND t.message_id = m.message_id
              AND t.received_at = m.received_at AND t.size = m.size AND t.id <> m.id
             JOIN location AS l ON l.message_id = t.id
            WHERE m.id = ? AND m.message_id <> ''
              AND NOT EXISTS (SELECT 1 FROM want WHERE want.message_id = t.id)
              AND ((t.body <= m.body
                    AND NOT EXISTS (SELECT 1 FROM want WHERE want.message_id = m.id))
                   OR EXISTS (SELECT 1 FROM want
                               WHERE want.message_id = m.id AND want.kind = 'move'
                                 AND want.state = 'unknown' AND want.folder_id = l.folder_id))
            LIMIT 2""",
        message,
    )
    return cast("int", rows[0][0]) if len(rows) == 1 else None


def has_wants(reader: Reader, account: int) -> bool:
    """Whether anything waits for this account's server."""
    found = reader.value(
        """SELECT 1 FROM want JOIN message ON message.id = want.message_id
            WHERE message.account_id = ? AND want.state <> 'refused' LIMIT 1""",
        account,
    )
    return found is not None


def tell(tx: Transaction, folder: int, messages: Sequence[int]) -> None:
    """New messages came into a folder: screens look at it again."""
    if messages:
        tx.changed(Area.MESSAGES | Area.FOLDERS, [folder], messages)
