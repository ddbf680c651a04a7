"""Attachments of all mail: filtered, sorted and cut into pages by indexes of schema 8.

The kind of a file is an expression over its name and type; the index ``part_file_kind`` has the
same words, so both are written here (``KIND``) and in the migration, and a test compares them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Final

from mel_desktop.model.documents import AttachmentFilters, AttachmentOrder
from mel_desktop.model.previews import ENDINGS, TYPES
from mel_desktop.store.database import Reader, Row, Value
from mel_desktop.store.times import to_text

# What a person calls a file (partial indexes ask for the same words).
IS_FILE: Final = (
    "number <> '' AND (disposition = 'attachment' OR (filename <> '' AND content_id = ''))"
)
_ENDING: Final = "lower(replace(filename, rtrim(filename, replace(filename, '.', '')), ''))"


def _kind() -> str:
    """SQL for model.previews.file_kind."""
    lines = ["CASE"]
    lines += [
        f"WHEN instr(substr(filename, 2), '.') AND instr(' {words} ', ' ' || {_ENDING} || ' ')"
        f" THEN '{one.value}'"
        for one, words in ENDINGS.items()
    ]
    lines += [
        f"WHEN substr(media_type, 1, {len(start)}) = '{start}' THEN '{kind.value}'"
        for start, kind in TYPES
    ]
    return " ".join([*lines, "ELSE 'other' END"])


KIND: Final = _kind()
COLUMNS: Final = """p.message_id, m.folder_id, p.number, p.filename, p.media_type,
    CASE WHEN b.complete = 1 THEN b.size ELSE p.size END,
    max(coalesce(b.complete, 0), coalesce(wb.complete, 0)), m.received_at,
    m.subject, m.from_name, m.from_address, coalesce(t.state, wt.state)"""
_JOINS: Final = """
    LEFT JOIN blob AS b ON b.id = p.blob_id
    LEFT JOIN attachment_text AS t ON t.blob_id = p.blob_id
    LEFT JOIN part AS w ON w.message_id = p.message_id AND w.number = ''
    LEFT JOIN blob AS wb ON wb.id = w.blob_id
    LEFT JOIN attachment_text AS wt ON wt.blob_id = w.blob_id"""


# Messages something of which is on this PC.
_HERE: Final = "SELECT DISTINCT message_id FROM part INDEXED BY part_blob WHERE blob_id IS NOT NULL"
FEW: Final = 3000


def qualified(expression: str) -> str:
    """The same expression with the columns of ``p`` named as such."""
    return re.sub(r"\b(filename|media_type|number|disposition|content_id)\b", r"p.\1", expression)


def page(
    reader: Reader,
    filters: AttachmentFilters,
    *,
    order: AttachmentOrder,
    descending: bool,
    limit: int,
    offset: int,
) -> list[Row]:
    """COLUMNS of one page. Keys are found first, by the indexes; the rest for this page only."""
    where, values = _conditions(filters)
    by, source = _order(reader, order, descending, filters)
    return reader.all(
        f"""WITH chosen AS MATERIALIZED (
                SELECT p.message_id AS message_id, p.number AS number, row_number() OVER () AS place
                  FROM (SELECT p.message_id, p.number
                          FROM {source}
                         WHERE {" AND ".join(where)}
                         ORDER BY {by} LIMIT ? OFFSET ?) AS p)
            SELECT {COLUMNS}
              FROM chosen AS c
              JOIN part AS p ON p.message_id = c.message_id AND p.number = c.number
              JOIN message AS m ON m.id = p.message_id {_JOINS}
             ORDER BY c.place""",  # noqa: S608 constants and marks
        *values,
        limit,
        offset,
    )


def count(reader: Reader, filters: AttachmentFilters, most: int) -> int:
    """How many there are, counted as far as ``most``."""
    where, values = _conditions(filters)
    if filters.local is True and _is_few(reader, _HERE):
        where.append(f"p.message_id IN ({_HERE})")
    found = reader.value(
        f"""SELECT count(*) FROM (
                SELECT 1 FROM part AS p JOIN message AS m ON m.id = p.message_id
                 WHERE {" AND ".join(where)} LIMIT ?)""",  # noqa: S608 constants and marks
        *values,
        most,
    )
    return int(str(found))


def _order(
    reader: Reader, order: AttachmentOrder, descending: bool, filters: AttachmentFilters
) -> tuple[str, str]:
    """ORDER BY, and what the rows are drawn from: the outer loop is the one that is sorted, or one
    of so few rows that sorting them is quicker than looking for them.
    """
    way = "DESC" if descending else "ASC"
    message = "CROSS JOIN message AS m ON m.id = p.message_id"
    by = {
        AttachmentOrder.NAME: f"p.filename COLLATE NOCASE {way}, p.message_id DESC",
        AttachmentOrder.SIZE: f"p.size {way}, p.message_id DESC",
        AttachmentOrder.SENDER: f"m.from_address {way}, m.id DESC, p.position",
    }.get(order, f"p.message_id {way}, p.position")
    few = _few(reader, filters)
    if few:
        return by, f"{few} {message}"
    if order in {AttachmentOrder.NAME, AttachmentOrder.SIZE}:
        if filters.sender.strip() or filters.addresses or filters.since or filters.until:
            return by, "message AS m CROSS JOIN part AS p ON p.message_id = m.id"
        index = "part_file_name" if order is AttachmentOrder.NAME else "part_file_size"
        return by, f"part AS p INDEXED BY {index} {message}"
    if order is AttachmentOrder.SENDER:
        index = "message_files" if filters.sender.strip() else "message_with_files"
        return by, f"message AS m INDEXED BY {index} CROSS JOIN part AS p ON p.message_id = m.id"
    if filters.kinds and not filters.addresses:
        return by, f"part AS p {message}"
    return (
        f"m.id {way}, p.position",
        "message AS m CROSS JOIN part AS p ON p.message_id = m.id",
    )


def _few(reader: Reader, filters: AttachmentFilters) -> str:
    """What the parts are drawn from where one of the filters leaves few of them; else ""."""
    if filters.local is True and _is_few(reader, _HERE):
        return f"({_HERE}) AS h CROSS JOIN part AS p ON p.message_id = h.message_id"
    if filters.least:
        large = f"SELECT 1 FROM part WHERE {IS_FILE} AND size >= ?"  # noqa: S608 constants
        if _is_few(reader, large, filters.least):
            return "part AS p INDEXED BY part_file_size"
    if filters.kinds and not filters.addresses and _is_few(reader, *_of_kinds(filters)):
        return "part AS p INDEXED BY part_file_kind"
    return ""


def _of_kinds(filters: AttachmentFilters) -> tuple[str, *tuple[str, ...]]:
    kinds = sorted(one.value for one in filters.kinds)
    marks = ", ".join("?" for _ in kinds)
    return f"SELECT 1 FROM part WHERE {IS_FILE} AND {KIND} IN ({marks})", *kinds  # noqa: S608


def _is_few(reader: Reader, query: str, *values: Value) -> bool:
    found = reader.value(
        f"SELECT count(*) FROM (SELECT 1 FROM ({query}) LIMIT ?)",  # noqa: S608 constants
        *values,
        FEW,
    )
    return int(str(found)) < FEW


def _conditions(filters: AttachmentFilters) -> tuple[list[str], list[Value]]:
    where = [qualified(IS_FILE), "m.hidden = 0", "m.has_attachments = 1"]
    values: list[Value] = []
    if filters.kinds:
        marks = ", ".join("?" for _ in filters.kinds)
        where.append(f"{qualified(KIND)} IN ({marks})")
        values += sorted(one.value for one in filters.kinds)
    if filters.sender.strip():
        where.append("(instr(lower(m.from_name), ?) OR instr(lower(m.from_address), ?))")
        values += [filters.sender.strip().lower()] * 2
    if filters.addresses:
        where.append("lower(m.from_address) IN (SELECT value FROM json_each(?))")
        values.append(json.dumps([one.lower() for one in filters.addresses]))
    if filters.folder is not None:
        where.append("m.folder_id = ?")
        values.append(filters.folder)
    for moment, sign in ((filters.since, ">="), (filters.until, "<")):
        if moment is not None:
            where.append(f"m.received_at {sign} ?")
            values.append(to_text(moment))
    if filters.least:
        where.append("p.size >= ?")
        values.append(filters.least)
    if filters.local is not None:
        here = """(EXISTS (SELECT 1 FROM blob WHERE id = p.blob_id AND complete = 1)
                   OR EXISTS (SELECT 1 FROM part AS h JOIN blob AS hb ON hb.id = h.blob_id
                               WHERE h.message_id = p.message_id AND h.number = ''
                                 AND hb.complete = 1))"""
        where.append(here if filters.local else f"NOT {here}")
    return where, values


def keys_of(
    reader: Reader, filters: AttachmentFilters, messages: Sequence[int]
) -> set[tuple[int, str]]:
    """Which files of these messages the filters let through."""
    where, values = _conditions(filters)
    rows = reader.all(
        f"""SELECT p.message_id, p.number FROM part AS p JOIN message AS m ON m.id = p.message_id
             WHERE {" AND ".join(where)}
               AND p.message_id IN (SELECT value FROM json_each(?))""",  # noqa: S608 constants
        *values,
        json.dumps(list(messages)),
    )
    return {(int(str(message)), str(number)) for message, number in rows}
