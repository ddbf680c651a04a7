"""Messages whose UID is not known: renumbered, moved without COPYUID, or of a folder that is gone.

They stay, shown where they are expected (SHOWN) or hidden until every folder was looked at (LIMBO),
and are linked to what the server lists as soon as it is the same message.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import cast

from mel_desktop.logic.relinking import Unplaced
from mel_desktop.model.changes import Area
from mel_desktop.ports import RemoteMessage
from mel_desktop.store import blobs, keeping
from mel_desktop.store.database import Reader, Transaction, to_json
from mel_desktop.store.mailbox import drop_messages, keywords_text, refresh
from mel_desktop.store.syncstate import LIMBO, SHOWN, folders_of


def unplaced(reader: Reader, account: int, folder: int) -> tuple[Unplaced, ...]:
    """Messages that may turn up in this folder."""
    rows = reader.all(
        """SELECT m.id, m.message_id, m.received_at, m.size, m.expected_id,
                  EXISTS (SELECT 1 FROM want WHERE want.message_id = m.id), m.email_id
             FROM message AS m LEFT JOIN folder AS f ON f.id = m.expected_id
            WHERE m.account_id = ?1 AND m.unplaced <> 0
              AND (m.expected_id = ?2 OR m.unplaced = 2 OR f.on_server = 0
                   OR EXISTS (SELECT 1 FROM left_behind AS b WHERE b.message_id = m.id))""",
        account,
        folder,
    )
    return tuple(
        Unplaced(
            cast("int", id_),
            (cast("str", mid), cast("str", date), cast("int", size)),
            here == folder,
            bool(wants),
            cast("str", email_id),
        )
        for id_, mid, date, size, here, wants, email_id in rows
    )


def still_unplaced(reader: Reader, messages: Sequence[int]) -> frozenset[int]:
    """Those of these messages that are here and have no UID."""
    rows = reader.all(
        """SELECT id FROM message WHERE id IN (SELECT value FROM json_each(?))
              AND NOT EXISTS (SELECT 1 FROM location WHERE location.message_id = message.id)""",
        json.dumps(list(messages)),
    )
    return frozenset(cast("int", id_) for (id_,) in rows)


def link(
    tx: Transaction,
    folder: int,
    uidvalidity: int,
    links: Sequence[tuple[int, RemoteMessage]],
    uncertain: Sequence[int] = (),
) -> None:
    """Our messages under their new UIDs; wants of uncertain ones are refused, and so reported."""
    _note_conflicts(tx, folder, [message for message, _ in links])
    for message, remote in links:
        tx.run(
            """INSERT INTO location (message_id, folder_id, uidvalidity, uid, marks, keywords,
                                     modseq)
               VALUES (?, ?, ?, ?, ?, ?, ?)""",
            message,
            folder,
            uidvalidity,
            remote.uid,
            remote.flags.marks.value,
            keywords_text(remote.flags.keywords),
            remote.modseq,
        )
        tx.run(
            """UPDATE message SET unplaced = 0, expected_id = NULL,
                      email_id = CASE WHEN ?1 = '' THEN email_id ELSE ?1 END
                WHERE id = ?2""",
            remote.email_id,
            message,
        )
    tx.run(
        """UPDATE want SET state = 'refused', reason = 'renumbered'
            WHERE message_id IN (SELECT value FROM json_each(?))""",
        json.dumps(list(uncertain)),
    )
    touched = [message for message, _ in links]
    folders = set(folders_of(tx, touched)) | refresh(tx, touched)
    tx.changed(Area.MESSAGES | Area.FOLDERS | Area.JOURNAL, folders | {folder}, touched)


def _note_conflicts(tx: Transaction, folder: int, messages: Sequence[int]) -> None:
    """Another client moved these elsewhere than the teacher wants them: a person decides."""
    tx.run(
        """UPDATE want SET state = 'refused', reason = 'moved-elsewhere', detail = ?1
            WHERE kind = 'move' AND state <> 'refused' AND folder_id <> ?2
              AND NOT EXISTS (SELECT 1 FROM json_each(want.detail, '$.ways') WHERE value = ?2)
              AND message_id IN (
                  SELECT m.id FROM message AS m JOIN folder AS f ON f.id = m.expected_id
                   WHERE m.unplaced = 2 AND f.id <> ?2 AND f.on_server = 1
                     AND m.id IN (SELECT value FROM json_each(?3)))""",
        to_json({"where": folder}),
        folder,
        json.dumps(list(messages)),
    )


def give_up(tx: Transaction, folder: int, among: Sequence[int] | None = None) -> int:
    """Messages (of those, when given) that did not turn up where they were expected are hidden,
    then purged.
    """
    messages = list(missing(tx, folder, among))
    kept = keeping.protected(tx, messages)
    keeping.stay(tx, kept)
    messages = [one for one in messages if one not in kept]
    tx.many("UPDATE message SET unplaced = ? WHERE id = ?", [(LIMBO, one) for one in messages])
    folders = refresh(tx, messages)
    tx.changed(Area.MESSAGES | Area.FOLDERS, folders, messages)
    return len(messages)


def purge(tx: Transaction, account: int) -> tuple[int, int]:
    """Forget what turned up nowhere: (messages, wants that are lost with them)."""
    rows = tx.all(
        """SELECT id FROM message AS m WHERE account_id = ? AND unplaced <> 0 AND unplaced = ?
              AND NOT EXISTS (SELECT 1 FROM kept_here AS k
                               WHERE k.message_id = m.id AND k.state <> 'wanted')""",
        account,
        LIMBO,
    )
    messages = [cast("int", id_) for (id_,) in rows]
    if not messages:
        return 0, 0
    lost = tx.value(  # a deletion is fulfilled
        """SELECT count(*) FROM want
            WHERE kind <> 'delete' AND message_id IN (SELECT value FROM json_each(?))""",
        json.dumps(messages),
    )
    folders = folders_of(tx, messages)
    drop_messages(tx, messages)
    blobs.drop_unused(tx)
    tx.changed(Area.MESSAGES | Area.FOLDERS | Area.JOURNAL, folders, messages)
    return len(messages), cast("int", lost)


def missing(reader: Reader, folder: int, among: Sequence[int] | None = None) -> tuple[int, ...]:
    """Messages (of those, when given) that should be in a folder and whose UID is not known."""
    rows = reader.all(
        """SELECT id FROM message AS m WHERE expected_id = ? AND unplaced = ?
              AND NOT EXISTS (SELECT 1 FROM kept_here AS k  -- to be put there yet
                               WHERE k.message_id = m.id AND k.state = 'returning')
              AND NOT EXISTS (SELECT 1 FROM left_behind AS b WHERE b.message_id = m.id)""",
        folder,
        SHOWN,
    )
    chosen = None if among is None else frozenset(among)
    return tuple(cast("int", id_) for (id_,) in rows if chosen is None or id_ in chosen)


def located(reader: Reader, folder: int) -> int:
    """Messages of a folder whose UID is known."""
    return cast("int", reader.value("SELECT count(*) FROM location WHERE folder_id = ?", folder))


def unplace_account(tx: Transaction, account: int) -> int:
    """The account moved to another host: no UID, cursor or id of the old one means anything.

    Messages stay, with their texts and wishes, shown where they were until the new host lists them;
    a copy that was under way is looked for before it is made again. How many messages.
    """
    tx.run(
        """UPDATE message SET unplaced = ?2, email_id = '', expected_id = coalesce(
                      (SELECT l.folder_id FROM location AS l WHERE l.message_id = message.id),
                      folder_id)
            WHERE account_id = ?1
              AND id IN (SELECT message_id FROM location)""",
        account,
        SHOWN,
    )
    number = tx.run(
        """DELETE FROM location
            WHERE folder_id IN (SELECT id FROM folder WHERE account_id = ?)""",
        account,
    )
    tx.run(
        """UPDATE want SET copied_uid = NULL, state = 'unknown'
            WHERE copied_uid IS NOT NULL
              AND message_id IN (SELECT id FROM message WHERE account_id = ?)""",
        account,
    )
    tx.run(
        """UPDATE folder SET uidvalidity = NULL, uidnext = NULL, highestmodseq = NULL,
                  backfill_uid = NULL, complete = 0, mailbox_id = '', suspect_since = NULL,
                  suspect_count = 0, accepted = 0
            WHERE account_id = ?""",
        account,
    )
    tx.changed(Area.MESSAGES | Area.FOLDERS | Area.JOURNAL)
    return number


def note_remote(tx: Transaction, told: Sequence[tuple[int, RemoteMessage]]) -> None:
    """EMAILID and PREVIEW of new messages, where the server gives them."""
    tx.many(
        "UPDATE message SET email_id = ?, preview = ? WHERE id = ?",
        [
            (remote.email_id, remote.preview, message)
            for message, remote in told
            if remote.email_id or remote.preview
        ],
    )
