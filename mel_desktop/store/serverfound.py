"""Which folders a server may know more about than this PC, and which messages its UIDs are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import cast

from mel_desktop.model.values import dataclass
from mel_desktop.store.database import Reader


@dataclass(frozen=True, slots=True)
class Lacking:
    """A folder of a server of which something is not here, or not in the index."""

    id: int
    account: int
    path: str


def lacking(reader: Reader, folders: frozenset[int] | None, most: int) -> tuple[Lacking, ...]:
    """Those among ``folders`` (None: all), the inbox and the greatest first.

    "Something is missing": texts, headers, or the index is being made anew.
    """
    rows = reader.all(
        """SELECT id, account_id, path FROM folder
            WHERE selectable = 1 AND on_server = 1
              AND (complete = 0 OR local_bodies < total
                   OR EXISTS (SELECT 1 FROM meta WHERE name = 'index.below'))
            ORDER BY role IS NOT 'inbox', total DESC, id"""
    )
    found = [
        Lacking(cast("int", id_), cast("int", account), cast("str", path))
        for id_, account, path in rows
        if folders is None or id_ in folders
    ]
    return tuple(found[:most])


def messages(reader: Reader, folder: int, uidvalidity: int, uids: Sequence[int]) -> dict[int, int]:
    """UID -> id of the shown messages that are known here."""
    rows = reader.all(
        """SELECT l.uid, l.message_id
             FROM location AS l JOIN message AS m ON m.id = l.message_id AND m.hidden = 0
            WHERE l.folder_id = ? AND l.uidvalidity = ?
              AND l.uid IN (SELECT value FROM json_each(?))""",
        folder,
        uidvalidity,
        json.dumps(list(uids)),
    )
    return {cast("int", uid): cast("int", message) for uid, message in rows}


def with_attachments(reader: Reader, ids: Iterable[int]) -> frozenset[int]:
    """Those of these messages that have any."""
    rows = reader.all(
        """SELECT id FROM message
            WHERE has_attachments = 1 AND id IN (SELECT value FROM json_each(?))""",
        json.dumps(list(ids)),
    )
    return frozenset(cast("int", id_) for (id_,) in rows)
