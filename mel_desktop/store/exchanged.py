"""Mail with people, by their addresses: who wrote, and who was written to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, cast

from mel_desktop.logic.folding import searchable
from mel_desktop.logic.recipients import same_key
from mel_desktop.model.mail import MessageId
from mel_desktop.store.database import Reader

MOST_ADDRESSES: Final = 40
FIRST_LOOK: Final = 4  # times as many as are wanted: a phrase may fit another address


def with_addresses(
    reader: Reader, addresses: Iterable[str], limit: int, before: MessageId | None
) -> tuple[MessageId, ...]:
    """Ids of shown messages from or to any of these, newest first, older than ``before``."""
    below = before if before is not None else MessageId(1 << 62)
    found: set[int] = set()
    for address in list(dict.fromkeys(map(same_key, addresses)))[:MOST_ADDRESSES]:
        found.update(_from(reader, address, limit, below))
        found.update(_to(reader, address, limit, below))
    return tuple(MessageId(one) for one in sorted(found, reverse=True)[:limit])


def _from(reader: Reader, address: str, limit: int, below: int) -> list[int]:
    rows = reader.all(
        """SELECT id FROM message INDEXED BY message_sender
            WHERE from_address = ? COLLATE NOCASE AND id < ? AND hidden = 0
            ORDER BY id DESC LIMIT ?""",
        address,
        below,
        limit,
    )
    return [cast("int", id_) for (id_,) in rows]


def _to(reader: Reader, address: str, limit: int, below: int) -> list[int]:
    """The index finds the words of its local part; the row decides. All of an académie share the
    words of the domain: the index would walk through every message for them.
    """
    phrase = searchable(address.rpartition("@")[0] or address).replace('"', "")
    found: list[int] = []
    while len(found) < limit:
        rows = reader.all(
            """SELECT m.id, m.recipients
                 FROM message_fts f CROSS JOIN message m ON m.id = f.rowid
                WHERE f.message_fts MATCH ? AND f.rowid < ? AND m.hidden = 0
                ORDER BY f.rowid DESC LIMIT ?""",
            f'recipients : "{phrase}"',
            below,
            limit * FIRST_LOOK,
        )
        for id_, recipients in rows:
            if f'"{address}"' in str(recipients).lower():
                found.append(cast("int", id_))
        if len(rows) < limit * FIRST_LOOK:
            break
        below = cast("int", rows[-1][0])
    return found[:limit]
