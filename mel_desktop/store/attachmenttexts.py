"""Text taken out of attachments: what is still to be read, what was found, and what holds it.

Rule 1: by content: the same file in ten messages is read once.
        A message that is here as received is one content, with all its files (logic.message_text).
Rule 2: a document that killed its reader is not tried again by the same extractor.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, cast

import apsw
import zstandard

from mel_desktop.logic.folding import searchable
from mel_desktop.model.documents import Extracted, ExtractedState
from mel_desktop.model.values import dataclass
from mel_desktop.store.database import Reader, Row, Transaction, Value
from mel_desktop.store.packed import inflate as packed_octets
from mel_desktop.store.times import to_text

EXTRACTOR: Final = 1  # a better one tries again what failed
MOST_STORED: Final = 32 * 1024 * 1024
LEVEL: Final = 3
MOST_INDEXED: Final = 4_000_000  # letters of the files of one message


@dataclass(frozen=True, slots=True)
class Waiting:
    """A complete content whose text is not known. ``size``: octets."""

    blob: int
    media_type: str
    filename: str
    charset: str
    size: int
    is_message: bool  # as received: the files in it


# Attachments of messages, newest first, then those of drafts.
_HOLDERS: Final = """
    SELECT p.blob_id AS blob_id, p.media_type, p.filename, p.charset, p.message_id AS newest,
           p.number = '' AS whole
      FROM part AS p
     WHERE p.blob_id IS NOT NULL
       AND (p.number <> ''
            OR EXISTS (SELECT 1 FROM message WHERE id = p.message_id AND has_attachments = 1))
    UNION ALL
    SELECT d.blob_id, d.media_type, d.filename, '', 0, 0 FROM draft_attachment AS d"""
_UNREAD: Final = f"""
      FROM ({_HOLDERS}) AS h JOIN blob AS b ON b.id = h.blob_id
     WHERE b.complete = 1
       AND NOT EXISTS (SELECT 1 FROM attachment_text AS t
                        WHERE t.blob_id = h.blob_id AND (t.state = 'done' OR t.extractor >= ?))"""  # noqa: S608 constants


def waiting(reader: Reader, limit: int) -> tuple[Waiting, ...]:
    """The next contents to read, newest first."""
    rows = reader.all(
        f"""SELECT h.blob_id, h.media_type, h.filename, h.charset, b.size, max(h.whole),
                   max(h.newest) AS newest
            {_UNREAD} GROUP BY h.blob_id ORDER BY newest DESC LIMIT ?""",
        EXTRACTOR,
        limit,
    )
    return tuple(
        Waiting(
            cast("int", blob), str(kind), str(name), str(charset), cast("int", size), bool(whole)
        )
        for blob, kind, name, charset, size, whole, _ in rows
    )


def left(reader: Reader) -> int:
    """How many contents are still to be read: as ``waiting``, asked so that it is soon told."""
    found = reader.value(
        """SELECT count(*) FROM blob AS b LEFT JOIN attachment_text AS t ON t.blob_id = b.id
            WHERE b.complete = 1
              AND (t.blob_id IS NULL OR (t.state <> 'done' AND t.extractor < ?))
              AND (EXISTS (SELECT 1 FROM part AS p
                            WHERE p.blob_id = b.id
                              AND (p.number <> ''
                                   OR EXISTS (SELECT 1 FROM message
                                               WHERE id = p.message_id AND has_attachments = 1)))
                   OR EXISTS (SELECT 1 FROM draft_attachment WHERE blob_id = b.id))""",
        EXTRACTOR,
    )
    return cast("int", found)


def stored(reader: Reader, blob: int) -> Extracted | None:
    """What came of a content; None while it waits. DAMAGED."""
    row = reader.one(
        """SELECT state, text FROM attachment_text
            WHERE blob_id = ? AND (state = 'done' OR extractor >= ?)""",
        blob,
        EXTRACTOR,
    )
    return None if row is None else Extracted(ExtractedState(row[0]), inflate(row[1]))


def put(tx: Transaction, blob: int, found: Extracted, now: datetime) -> tuple[int, ...]:
    """Keep what came of a content that is still here; the messages that hold it, ascending."""
    if tx.value("SELECT 1 FROM blob WHERE id = ?", blob) is None:
        return ()
    packed = None
    if found.text:
        packed = zstandard.ZstdCompressor(level=LEVEL).compress(
            found.text.encode("utf-8", "replace")
        )
    tx.run(
        """INSERT INTO attachment_text (blob_id, state, text, extractor, at) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (blob_id) DO UPDATE SET state = excluded.state, text = excluded.text,
               extractor = excluded.extractor, at = excluded.at""",
        blob,
        found.state.value,
        packed,
        EXTRACTOR,
        to_text(now),
    )
    if packed is None:
        return ()
    rows = tx.all("SELECT DISTINCT message_id FROM part WHERE blob_id = ? ORDER BY 1", blob)
    return tuple(cast("int", row[0]) for row in rows)


class FileWords:
    """Words of the files of some messages: names at once, texts when they are asked for."""

    def __init__(self, reader: Reader, messages: Sequence[int]) -> None:
        self._reader = reader
        self._names: dict[int, list[str]] = {}
        self._with_text: set[int] = set()
        for message, name, has_text in reader.all(
            """SELECT p.message_id, p.filename, t.blob_id IS NOT NULL
                 FROM part AS p LEFT JOIN attachment_text AS t
                                       ON t.blob_id = p.blob_id AND t.state = 'done'
                WHERE p.message_id IN (SELECT value FROM json_each(?))
                ORDER BY p.message_id, p.position""",
            json.dumps(list(messages)),
        ):
            if name:
                self._names.setdefault(cast("int", message), []).append(str(name))
            if has_text:
                self._with_text.add(cast("int", message))

    def of(self, message: int) -> str:
        """Names of its attachments, then the text taken out of them, at most MOST_INDEXED."""
        words = list(self._names.get(message, ()))
        if message in self._with_text:
            words += texts(self._reader, message).values()
        return " ".join(words)[:MOST_INDEXED]


def inflate(packed: Value) -> str:
    """The text of a row; "" for none. DAMAGED."""
    if packed is None:
        return ""
    return packed_octets(packed, MOST_STORED).decode("utf-8", "replace")


# -- lists -----------------------------------------------------------------------------------------

_ROW: Final = """SELECT p.message_id, m.folder_id, p.number, p.filename, p.media_type,
                        CASE WHEN b.complete = 1 THEN b.size ELSE p.size END,
                        max(coalesce(b.complete, 0), coalesce(wb.complete, 0)), m.received_at,
                        m.subject, m.from_name, m.from_address, coalesce(t.state, wt.state)
                   FROM part AS p
                   JOIN message AS m ON m.id = p.message_id
                   LEFT JOIN blob AS b ON b.id = p.blob_id
                   LEFT JOIN attachment_text AS t ON t.blob_id = p.blob_id
                   LEFT JOIN part AS w ON w.message_id = p.message_id AND w.number = ''
                   LEFT JOIN blob AS wb ON wb.id = w.blob_id
                   LEFT JOIN attachment_text AS wt ON wt.blob_id = w.blob_id
                  WHERE m.hidden = 0 AND p.number <> ''
                    AND (p.disposition = 'attachment'
                         OR (p.filename <> '' AND p.content_id = ''))"""


def of_messages(reader: Reader, messages: Sequence[int]) -> list[Row]:
    """The same, for these messages."""
    return reader.all(
        f"""{_ROW} AND m.id IN (SELECT value FROM json_each(?))
            ORDER BY m.id DESC, p.position""",  # noqa: S608 constants
        json.dumps(list(messages)),
    )


def texts(reader: Reader, message: int, most: int = MOST_INDEXED) -> dict[str, str]:
    """Part number -> text taken out of it, in their order, ``most`` letters in all."""
    from mel_desktop.logic.message_text import by_part, plain  # noqa: PLC0415 first needed here

    found: dict[str, str] = {}
    room = most
    for number, packed in reader.all(
        """SELECT p.number, t.text FROM part AS p
             JOIN attachment_text AS t ON t.blob_id = p.blob_id AND t.state = 'done'
            WHERE p.message_id = ? ORDER BY p.position""",
        message,
    ):
        text = inflate(packed)
        for one, told in ({str(number): plain(text)} if number else by_part(text)).items():
            if one not in found and room > 0:
                found[one] = told[:room]
                room -= len(found[one])
        if room <= 0:
            break
    return found


def matching(match: str, texts: Sequence[str]) -> Iterator[tuple[int, str]]:
    """(place, snippet) of the texts that an expression for message_fts finds in its ``files``.

    The same tokenizer decides, in an index in memory: what the store finds is found here.
    """
    connection = apsw.Connection(":memory:")
    try:
        connection.execute("PRAGMA temp_store=MEMORY")
        connection.execute(
            """CREATE VIRTUAL TABLE one USING fts5 (subject, sender, recipients, body, files,
                   tokenize='unicode61 remove_diacritics 2')"""
        )
        connection.executemany(
            "INSERT INTO one (rowid, files) VALUES (?, ?)",
            [(place, searchable(text)) for place, text in enumerate(texts)],
        )
        yield from cast(
            "Iterator[tuple[int, str]]",
            connection.execute(
                """SELECT rowid, snippet(one, 4, '', '', '…', 16)
                     FROM one WHERE one MATCH ? ORDER BY 1""",
                (match,),
            ),
        )
    finally:
        connection.close()
