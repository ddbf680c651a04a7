"""Leaves of a message in the database: written when its structure is known, read back in order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Final

from mel_desktop.model.mail import Part
from mel_desktop.store.database import Reader, Row, Transaction

INNER: Final = 500_000  # position of the first file inside of a part; the whole message is behind

# the columns that ``part_of`` takes, in its order; p is the table
COLUMNS = """p.number, p.media_type, p.charset, p.encoding, p.disposition, p.filename,
             p.content_id, p.size, p.within, p.text_format"""


def insert(tx: Transaction, message: int, parts: Sequence[Part]) -> None:
    """Store the parts; those that are there already stay as they are."""
    insert_all(tx, [(message, parts)])


def insert_all(tx: Transaction, found: Iterable[tuple[int, Sequence[Part]]]) -> None:
    """``insert`` for the parts of many messages."""
    tx.many(
        """INSERT OR IGNORE INTO part (message_id, number, position, media_type, charset, encoding,
               disposition, filename, content_id, size, within, text_format)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            (message, one.number, position, one.media_type, one.charset, one.encoding,
             one.disposition, one.filename, one.content_id, one.size, one.within, one.text_format)
            for message, parts in found
            for position, one in enumerate(parts)
        ],
    )  # fmt: skip


def put_inner(tx: Transaction, found: Iterable[tuple[int, Sequence[Part]]]) -> None:
    """Files inside of parts (logic.inner_parts), behind the leaves; what is known better now is
    told anew, unless the octets are here.
    """
    known = [(message, one) for message, parts in found for one in parts]
    if not known:
        return
    tx.many(
        """INSERT INTO part (message_id, number, position, media_type, disposition, filename,
                             content_id, size, within)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (message_id, number) DO UPDATE
              SET media_type = excluded.media_type, disposition = excluded.disposition,
                  filename = excluded.filename, content_id = excluded.content_id,
                  size = excluded.size
            WHERE blob_id IS NULL""",
        [
            (message, one.number, INNER + place, one.media_type, one.disposition, one.filename,
             one.content_id, one.size, one.within)
            for place, (message, one) in enumerate(known)
        ],
    )  # fmt: skip
    tx.run(
        "UPDATE message SET has_attachments = 1 WHERE id IN (SELECT value FROM json_each(?))",
        json.dumps(sorted({message for message, one in known if one.is_attachment})),
    )


def part_of(row: Row, *, local: bool, size: int | None = None) -> Part:
    """COLUMNS to a value; ``size`` replaces the encoded size once the content is here."""
    (number, media_type, charset, encoding, disposition, filename, content_id, stated, within,
     text_format) = row  # fmt: skip
    return Part(
        number=str(number),
        media_type=str(media_type),
        charset=str(charset),
        encoding=str(encoding),
        disposition=str(disposition),
        filename=str(filename),
        content_id=str(content_id),
        size=int(stated or 0) if size is None else size,
        local=local,
        within=str(within),
        text_format=str(text_format),
    )


def of_messages(reader: Reader, ids: Sequence[int]) -> dict[int, tuple[Part, ...]]:
    """Parts of these messages, in their order, as the server stated them."""
    found: dict[int, list[Part]] = {}
    for row in reader.all(
        f"""SELECT {COLUMNS}, p.message_id
              FROM part p WHERE p.message_id IN (SELECT value FROM json_each(?))
             ORDER BY p.message_id, p.position""",  # noqa: S608 constant columns
        json.dumps(list(ids)),
    ):
        found.setdefault(int(row[10] or 0), []).append(part_of(row[:10], local=False))
    return {id_: tuple(parts) for id_, parts in found.items()}
