"""Full-text index of messages: rows of message_fts, and the queries on it.

The index is contentless: it can find a message but not show it. It lives on encrypted pages like
everything else, since an index alone gives whole messages away (shared/measured store.md 2).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Final, cast

from mel_desktop.logic.folding import searchable
from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.model.values import dataclass
from mel_desktop.store import attachmenttexts, bodytext
from mel_desktop.store.database import Reader, Transaction, Value
from mel_desktop.store.times import to_text

BATCH: Final = 500
IS_DRAFT: Final = """(m.marks & 8 <> 0
                      OR m.folder_id IN (SELECT id FROM folder WHERE role = 'drafts'))"""
MOST_TEXT: Final = 256 * 1024  # of a body, for a snippet
MOST_FILES: Final = 8  # attachments of one message whose text is looked at for a snippet
RANKED: Final = 2000  # the newest that "best match" puts in order (measured)
WEIGHTS: Final = "8.0, 4.0, 2.0, 1.0, 1.0"  # subject, sender, recipients, body, files
SLOT_S: Final = 600  # ids grow with the date: slot << 6 | sequence (model.mail)
SEQUENCE_BITS: Final = 6
# id, subject, sender, recipients, body, files (names and text of attachments); people are names and
# addresses, space separated
Indexed = tuple[int, str, str, str, str, str]
SPILL: Final = timedelta(days=60)  # a mass import of one date spills into later (or earlier) slots


@dataclass(frozen=True, slots=True)
class Filters:
    """What SQL decides. None: it does not matter. ``folders`` None: all of them."""

    folders: frozenset[int] | None = None
    after: datetime | None = None  # this instant or later
    before: datetime | None = None  # earlier than this instant
    has_attachments: bool | None = None
    marks_set: int = 0  # all of these model.mail.Marks
    marks_clear: int = 0  # none of these
    larger: int | None = None  # octets: this or more
    smaller: int | None = None
    keywords: tuple[str, ...] = ()  # all of these
    not_keywords: tuple[str, ...] = ()
    draft: bool | None = None  # marked so, or in a folder of drafts


@dataclass(frozen=True, slots=True)
class Found:
    """A message that fits. ``recipients``: names and addresses, space separated."""

    id: int
    folder: int
    subject: str
    from_name: str
    from_address: str
    recipients: str
    received_at: str
    preview: str


def index_message(
    tx: Transaction,
    message: int,
    subject: str,
    sender: str,
    recipients: str,
    body_text: str,
    files: str = "",
) -> None:
    """Index a message, replacing what was indexed of it before.

    ``sender`` and ``recipients``: names and addresses, space separated.
    """
    index_again(tx, [(message, subject, sender, recipients, body_text, files)])


def index_again(tx: Transaction, messages: Sequence[Indexed]) -> None:
    """Index messages, replacing what was indexed of them before; ascending ids are quickest."""
    drop_messages(tx, [one[0] for one in messages])
    index_new(tx, messages)


def index_new(tx: Transaction, messages: Sequence[Indexed]) -> None:
    """Index messages of which nothing is in the index."""
    tx.many(
        """INSERT INTO message_fts (rowid, subject, sender, recipients, body, files)
           VALUES (?, ?, ?, ?, ?, ?)""",
        [(one[0], *map(searchable, one[1:])) for one in messages],
    )


def drop_messages(tx: Transaction, ids: Iterable[int]) -> None:
    """Take messages out of the index."""
    wanted = iter(sorted(set(ids)))
    while batch := tuple(islice(wanted, BATCH)):
        tx.run(
            "DELETE FROM message_fts WHERE rowid IN (SELECT value FROM json_each(?))",
            json.dumps(batch),
        )


def find(
    reader: Reader, match: str, unwanted: str, filters: Filters, limit: int, *, best: bool = False
) -> tuple[int, ...]:
    """Ids of the newest ``limit`` shown messages that fit; ``best``: of the newest 2,000 those that
    fit best, best first.

    ``match`` and ``unwanted`` are FTS5 expressions or "" (a match says itself what it excludes).
    The index is walked by rowid downwards, so that it stops after ``limit``.
    """
    if filters.folders is not None and not filters.folders:
        return ()
    best = best and bool(match)
    key = "f.rowid" if match else "m.id"
    conditions, params = _conditions(filters, key)
    if match:
        source = "message_fts f CROSS JOIN message m ON m.id = f.rowid"
        conditions.insert(0, "f.message_fts MATCH ?")
        params.insert(0, match)
    else:
        source = "message m"
        if unwanted:
            conditions.append(
                "m.id NOT IN (SELECT rowid FROM message_fts WHERE message_fts MATCH ?)"
            )
            params.append(unwanted)
    rank = f", bm25(message_fts, {WEIGHTS})" if best else ""
    rows = reader.all(
        f"""SELECT {key}{rank} FROM {source}
             WHERE {" AND ".join(conditions)}
             ORDER BY {key} DESC
             LIMIT ?""",  # noqa: S608 constants; values are parameters
        *params,
        max(limit, RANKED) if best else limit,
    )
    if best:
        rows = sorted(rows, key=lambda row: (cast("float", row[1]), -cast("int", row[0])))[:limit]
    return tuple(cast("int", row[0]) for row in rows)


def words_from(reader: Reader, start: str, most: int) -> tuple[str, ...] | None:
    """Words of the index that begin so, in order; None: more than ``most``.

    From word to word: where one stands is never read.
    """
    found = reader.all(
        """WITH RECURSIVE found (word, number) AS (
               SELECT (SELECT term FROM message_word WHERE term >= ?1 LIMIT 1), 1
                UNION ALL
               SELECT (SELECT term FROM message_word WHERE term >= word || char(1) LIMIT 1),
                      number + 1
                 FROM found WHERE substr(word, 1, length(?1)) = ?1 AND number <= ?2)
           SELECT word FROM found WHERE substr(word, 1, length(?1)) = ?1""",
        start,
        most,
    )
    return None if len(found) > most else tuple(cast("str", row[0]) for row in found)


def rows(reader: Reader, ids: Sequence[int]) -> tuple[Found, ...]:
    """What a list shows of these messages, in this order; those that are gone are left out."""
    found = {
        cast("int", row[0]): Found(
            id=cast("int", row[0]),
            folder=cast("int", row[1]),
            subject=cast("str", row[2]),
            from_name=cast("str", row[3]),
            from_address=cast("str", row[4]),
            recipients=_people(row[5]),
            received_at=cast("str", row[6]),
            preview=cast("str", row[7]),
        )
        for row in reader.all(
            """SELECT id, folder_id, subject, from_name, from_address, recipients, received_at,
                      preview
                 FROM message WHERE id IN (SELECT value FROM json_each(?))""",
            json.dumps(list(ids)),
        )
    }
    return tuple(found[one] for one in ids if one in found)


def count(reader: Reader, match: str, unwanted: str, filters: Filters, most: int) -> int:
    """How many fit, at most ``most``."""
    return len(find(reader, match, unwanted, filters, most))


def searched(reader: Reader, filters: Filters) -> tuple[int, int]:
    """(messages looked through, those of them whose text is not here) for folders and dates."""
    if filters.folders is not None and not filters.folders:
        return 0, 0
    if filters.after is None and filters.before is None:
        sql = "SELECT coalesce(sum(total), 0), coalesce(sum(total - local_bodies), 0) FROM folder"
        if filters.folders is not None:
            sql += f" WHERE id IN ({_numbers(filters.folders)})"
        row = reader.one(sql)
    else:
        scope = Filters(folders=filters.folders, after=filters.after, before=filters.before)
        conditions, params = _conditions(scope, "m.id")
        row = reader.one(
            f"""SELECT count(*), coalesce(sum(m.body = 0), 0)
                  FROM message m WHERE {" AND ".join(conditions)}""",  # noqa: S608 constants
            *params,
        )
    assert row is not None
    return cast("int", row[0]), cast("int", row[1])


def text(reader: Reader, message: int) -> str:
    """The beginning of the plain text of a message, "" when it is not here."""
    packed = reader.value("SELECT text FROM body WHERE message_id = ?", message)
    return _beginning(reader, packed, message)


def files(reader: Reader, message: int) -> tuple[tuple[str, str], ...]:
    """(name, the beginning of its text or "") of the attachments of a message."""
    texts = attachmenttexts.texts(reader, message, MOST_TEXT * MOST_FILES)
    listed = reader.all(
        "SELECT number, filename FROM part WHERE message_id = ? AND number <> '' ORDER BY position",
        message,
    )
    told = [
        (str(name), texts.get(str(number), "")[:MOST_TEXT])
        for number, name in listed
        if name or str(number) in texts
    ]
    return tuple(told[:MOST_FILES])


def _beginning(reader: Reader, packed: Value, message: int) -> str:
    try:
        return bodytext.beginning(reader, packed, MOST_TEXT).decode("utf-8", "replace")
    except StoreTrouble as error:
        raise StoreTrouble(error.code, message=message) from error


def folders(reader: Reader) -> tuple[tuple[int, str, str, str, str], ...]:
    """(id, path, delimiter, role or "", address and name of the account) of all folders."""
    listed = reader.all(
        """SELECT f.id, f.path, f.delimiter, coalesce(f.role, ''), a.email || ' ' || a.name
             FROM folder AS f JOIN account AS a ON a.id = f.account_id"""
    )
    return tuple(cast("list[tuple[int, str, str, str, str]]", listed))


def _conditions(filters: Filters, key: str) -> tuple[list[str], list[Value]]:
    """SQL conditions and their parameters; dates also bound the key, coarsely."""
    conditions = ["m.hidden = 0"]
    params: list[Value] = []
    if filters.folders is not None:
        conditions.append(f"m.folder_id IN ({_numbers(filters.folders)})")
    if filters.after is not None:
        conditions += ["m.received_at >= ?", f"{key} >= ?"]
        params += [to_text(filters.after), _slot(filters.after - SPILL)]
    if filters.before is not None:
        conditions += ["m.received_at < ?", f"{key} < ?"]
        params += [to_text(filters.before), _slot(filters.before + SPILL)]
    if filters.has_attachments is not None:
        conditions.append(f"m.has_attachments = {int(filters.has_attachments)}")
    if filters.marks_set:
        conditions.append(f"m.marks & {filters.marks_set:d} = {filters.marks_set:d}")
    if filters.marks_clear:
        conditions.append(f"m.marks & {filters.marks_clear:d} = 0")
    if filters.larger is not None:
        conditions.append(f"m.size >= {filters.larger:d}")
    if filters.smaller is not None:
        conditions.append(f"m.size < {filters.smaller:d}")
    for wanted, names in ((">", filters.keywords), ("=", filters.not_keywords)):
        for name in names:
            conditions.append(f"instr(' ' || lower(m.keywords) || ' ', ?) {wanted} 0")
            params.append(f" {name} ")
    if filters.draft is not None:
        wanted = "" if filters.draft else "NOT "
        conditions.append(f"{wanted}{IS_DRAFT}")
    return conditions, params


def _slot(instant: datetime) -> int:
    return int(instant.timestamp()) // SLOT_S << SEQUENCE_BITS


def _numbers(ids: Iterable[int]) -> str:
    return ", ".join(f"{one:d}" for one in sorted(ids))


def _people(recipients: Value) -> str:
    """The names and addresses in message.recipients."""
    try:
        groups = cast("dict[str, Sequence[Sequence[str]]]", json.loads(str(recipients)))
        return " ".join(
            word for name in ("to", "cc", "bcc") for one in groups.get(name, ()) for word in one
        )
    except (ValueError, TypeError, AttributeError) as error:
        raise StoreTrouble(ErrorCode.DAMAGED) from error
