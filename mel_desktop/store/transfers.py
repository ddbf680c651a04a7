"""What is still on the server of messages whose rows are here: texts, attachments, whole messages.

Reads only; bounded by the folder or by ``limit``. How octets come in: ``store.reading``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from mel_desktop.logic.inner_parts import container_of
from mel_desktop.model.mail import Part
from mel_desktop.model.values import dataclass
from mel_desktop.store import parts as part_rows
from mel_desktop.store.database import Reader

NO_END = 1 << 62


@dataclass(frozen=True, slots=True)
class Missing:
    """A part of which octets are missing; a cut transfer goes on at ``fetched``."""

    message: int
    uid: int
    part: Part
    blob: int | None
    fetched: int


def missing_parts(reader: Reader, folder: int, oldest: int) -> tuple[Missing, ...]:
    """Parts that are no text and not here, of messages from an id up, smallest first."""
    rows = reader.all(
        f"""SELECT {part_rows.COLUMNS}, p.message_id, l.uid, p.blob_id, p.fetched
              FROM location AS l
              JOIN message AS m ON m.id = l.message_id
              JOIN part AS p ON p.message_id = m.id
              LEFT JOIN blob AS b ON b.id = p.blob_id
             WHERE l.folder_id = ?1 AND m.id >= ?2 AND m.hidden = 0 AND p.number <> ''
               AND instr(p.number, '!') = 0  -- inside of a part, which is fetched itself
               AND (p.media_type NOT LIKE 'text/%' OR p.disposition = 'attachment'
                    OR p.filename <> '')
               AND coalesce(b.complete, 0) = 0
               AND NOT EXISTS (SELECT 1 FROM part AS w JOIN blob AS wb ON wb.id = w.blob_id
                                WHERE w.message_id = m.id AND w.number = '' AND wb.complete = 1)
               AND NOT EXISTS (SELECT 1 FROM shed AS s WHERE s.message_id = m.id AND s.files = 1)
             ORDER BY p.size, p.message_id DESC, p.position""",  # noqa: S608 constant columns
        folder,
        oldest,
    )
    return tuple(
        Missing(
            cast("int", row[10]),
            cast("int", row[11]),
            part_rows.part_of(row[:10], local=False),
            cast("int | None", row[12]),
            cast("int", row[13]),
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class NotWhole:
    """A message of which not every octet is here."""

    message: int
    uid: int
    size: int
    blob: int | None
    fetched: int
    has_text: bool


def not_whole(
    reader: Reader, folder: int, *, oldest: int, below: int | None, limit: int
) -> tuple[NotWhole, ...]:
    """Messages of a folder that are not here byte for byte, newest first."""
    rows = reader.all(
        """SELECT m.id, l.uid, m.size, w.blob_id, coalesce(w.fetched, 0), m.body
             FROM message AS m
             JOIN location AS l ON l.message_id = m.id
             LEFT JOIN part AS w ON w.message_id = m.id AND w.number = ''
             LEFT JOIN blob AS b ON b.id = w.blob_id
            WHERE m.folder_id = ?1 AND l.folder_id = ?1 AND m.hidden = 0
              AND m.id >= ?2 AND m.id < ?3 AND coalesce(b.complete, 0) = 0
              AND NOT EXISTS (SELECT 1 FROM shed AS s WHERE s.message_id = m.id)
            ORDER BY m.id DESC LIMIT ?4""",
        folder,
        oldest,
        NO_END if below is None else below,
        limit,
    )
    return tuple(
        NotWhole(
            cast("int", id_),
            cast("int", uid),
            cast("int", size),
            cast("int | None", blob),
            cast("int", fetched),
            bool(body),
        )
        for id_, uid, size, blob, fetched, body in rows
    )


def known_parts(reader: Reader, messages: Sequence[int]) -> dict[int, tuple[Part, ...]]:
    """Parts as the server stated them: not the whole message, nor files inside of parts."""
    return {
        message: tuple(one for one in found if one.number and not container_of(one.number))
        for message, found in part_rows.of_messages(reader, messages).items()
    }
