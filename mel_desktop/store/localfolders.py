"""Folders of this PC alone, and the messages that no server has.

Such a message lies on a shelf (``message.shelf_id``): a local folder. A want 'append' shows it in a
folder of the server, and it leaves the shelf once the server has it; until then taking the want
back puts it where it was. Paths of local folders begin with ``ROOT`` and are divided by "/".
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final, cast

from mel_desktop.logic.folder_names import is_within, renamed
from mel_desktop.model.changes import Area
from mel_desktop.model.mail import Flags, Marks
from mel_desktop.model.values import dataclass
from mel_desktop.store.database import Reader, Transaction
from mel_desktop.store.times import from_text, to_text

ROOT: Final = "Sur ce PC"
TRASH: Final = f"{ROOT}/Corbeille"
DELIMITER: Final = "/"


def ensure(tx: Transaction, account: int, path: str) -> int:
    """The local folder of this path, with those above it; its id."""
    folder, at = 0, ""
    for name in path.split(DELIMITER):
        at = f"{at}{DELIMITER}{name}" if at else name
        row = tx.one("SELECT id, local FROM folder WHERE account_id = ? AND path = ?", account, at)
        if row is not None and not row[1]:  # a folder of the server goes by this name
            at = f"{at} (PC)"
            row = tx.one("SELECT id, 1 FROM folder WHERE account_id = ? AND path = ?", account, at)
        if row is not None:
            folder = cast("int", row[0])
            continue
        folder = tx.insert(
            """INSERT INTO folder (account_id, path, delimiter, on_server, complete, local)
               VALUES (?, ?, ?, 0, 1, 1)""",
            account,
            at,
            DELIMITER,
        )
        tx.changed(Area.FOLDERS, [folder])
    return folder


def make_way(tx: Transaction, account: int, path: str) -> None:
    """The server names a folder as one of ours is called: ours takes another name."""
    found = tx.value(
        "SELECT id FROM folder WHERE account_id = ? AND path = ? AND local = 1", account, path
    )
    if found is not None:
        rename(tx, account, path, _free(tx, account, path))


def rename(tx: Transaction, account: int, source: str, target: str) -> None:
    """A local folder, with all below it, under another path."""
    rows = tx.all("SELECT id, path FROM folder WHERE account_id = ? AND local = 1", account)
    moved = [
        (renamed(cast("str", path), source, target, DELIMITER), cast("int", id_))
        for id_, path in rows
        if is_within(cast("str", path), source, DELIMITER)
    ]
    tx.many("UPDATE folder SET path = ? WHERE id = ?", moved)
    tx.changed(Area.FOLDERS, [id_ for _, id_ in moved])


def remove(tx: Transaction, folders: Sequence[int]) -> None:
    """Forget local folders; what was on their shelves must be elsewhere."""
    tx.run(
        """DELETE FROM folder WHERE local = 1 AND id IN (SELECT value FROM json_each(?1))
              AND NOT EXISTS (SELECT 1 FROM message WHERE folder_id = folder.id
                                                      OR shelf_id = folder.id)""",
        json.dumps(list(folders)),
    )
    tx.changed(Area.FOLDERS)


def is_local(reader: Reader, folder: int) -> bool:
    """Whether the server has nothing to do with it."""
    return bool(reader.value("SELECT local FROM folder WHERE id = ?", folder))


def shelved(reader: Reader, folders: Sequence[int]) -> tuple[int, ...]:
    """Messages on the shelves of these folders, wherever they are shown."""
    rows = reader.all(
        "SELECT id FROM message WHERE shelf_id IN (SELECT value FROM json_each(?))",
        json.dumps(list(folders)),
    )
    return tuple(cast("int", id_) for (id_,) in rows)


def put(tx: Transaction, messages: Sequence[int], shelf: int) -> None:
    """Lay messages on another shelf."""
    tx.run(
        """UPDATE message SET shelf_id = ?
            WHERE shelf_id IS NOT NULL AND id IN (SELECT value FROM json_each(?))""",
        shelf,
        json.dumps(list(messages)),
    )


def flags(reader: Reader, messages: Sequence[int]) -> dict[int, Flags]:
    """Flags of messages as they are shown."""
    return {
        cast("int", id_): Flags(Marks(cast("int", marks)), frozenset(str(keywords).split()))
        for id_, marks, keywords in reader.all(
            """SELECT id, marks, keywords FROM message
                WHERE id IN (SELECT value FROM json_each(?))""",
            json.dumps(list(messages)),
        )
    }


def set_flags(tx: Transaction, wanted: dict[int, Flags]) -> None:
    """Flags of messages that no server has."""
    tx.many(
        "UPDATE message SET marks = ?, keywords = ? WHERE id = ?",
        [
            (one.marks.value, " ".join(sorted(one.keywords)), message)
            for message, one in wanted.items()
        ],
    )


# -- On the way up --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Append:
    """A message that a folder of the server is to get. ``blob``: its octets; None: not whole."""

    want: int
    message: int
    folder: int
    path: str
    complete: bool  # all of that folder is known here
    unknown: bool  # an earlier answer was lost
    message_id: str
    received_at: datetime
    size: int
    flags: Flags
    blob: int | None


_DUE: Final = """
      FROM want AS w
      JOIN message AS m ON m.id = w.message_id
      JOIN folder AS f ON f.id = w.folder_id
     WHERE m.account_id = ?1 AND w.kind = 'append' AND w.state <> 'refused'
       AND f.on_server = 1 AND f.local = 0
       AND (w.next_attempt IS NULL OR w.next_attempt <= ?2)"""


def waits(reader: Reader, account: int, now: datetime) -> bool:
    """Whether a message is to go up now."""
    return reader.value(f"SELECT 1 {_DUE} LIMIT 1", account, to_text(now)) is not None


def appends(
    reader: Reader, account: int, now: datetime, *, above: int, limit: int
) -> tuple[Append, ...]:
    """What is to go up, oldest wish first, after the want ``above``."""
    rows = reader.all(
        f"""SELECT w.id, m.id, f.id, f.path, f.complete, w.state = 'unknown', m.message_id,
                   m.received_at, m.size, m.marks, m.keywords,
                   (SELECT b.id FROM part AS p JOIN blob AS b ON b.id = p.blob_id
                     WHERE p.message_id = m.id AND p.number = '' AND b.complete = 1)
            {_DUE} AND w.id > ?3 ORDER BY w.id LIMIT ?4""",  # noqa: S608 constant
        account,
        to_text(now),
        above,
        limit,
    )
    return tuple(
        Append(
            want=cast("int", row[0]),
            message=cast("int", row[1]),
            folder=cast("int", row[2]),
            path=cast("str", row[3]),
            complete=bool(row[4]),
            unknown=bool(row[5]),
            message_id=cast("str", row[6]),
            received_at=_instant(row[7]),
            size=cast("int", row[8]),
            flags=Flags(Marks(cast("int", row[9])), frozenset(str(row[10]).split())),
            blob=cast("int | None", row[11]),
        )
        for row in rows
    )


def claim(tx: Transaction, want: int) -> None:
    """A message is on its way up."""
    tx.run("UPDATE want SET state = 'unknown', attempts = attempts + 1 WHERE id = ?", want)


def refuse(tx: Transaction, one: Append, reason: str, again: datetime | None) -> None:
    """The server did not take it: told, or tried again later."""
    tx.run(
        "UPDATE want SET state = ?, reason = ?, next_attempt = ? WHERE id = ?",
        "refused" if again is None else "waiting",
        reason,
        None if again is None else to_text(again),
        one.want,
    )


def _instant(value: object) -> datetime:
    at = from_text(cast("str", value))
    assert at is not None  # the column is NOT NULL
    return at


def _free(tx: Transaction, account: int, path: str) -> str:
    number = 0
    while True:
        number += 1
        wanted = f"{path} (PC)" if number == 1 else f"{path} (PC {number})"
        if (
            tx.value("SELECT 1 FROM folder WHERE account_id = ? AND path = ?", account, wanted)
            is None
        ):
            return wanted
