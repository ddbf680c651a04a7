"""The indexes made anew from what is stored: after a migration that empties them, after damage.

Rule 1: what a message is indexed with here is what it was indexed with when it came (law tested).
Rule 2: newest first, in short transactions; where it stands is stored, so that a kill costs one.
Rule 3: what comes meanwhile is indexed as it comes; a message that is met again is replaced.

``meta`` holds 'index.below': messages with a lower id are still to be indexed; 'index.drafts below'
and 'index.entries below' likewise for drafts and the directory. No row: that one is whole.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final, cast

from mel_desktop.model.changes import Area
from mel_desktop.model.errors import Cancelled
from mel_desktop.store import attachmenttexts, draftindex, outgoing, people_index
from mel_desktop.store.database import Database, Reader, Row, Transaction

if TYPE_CHECKING:
    from mel_desktop.store import search

BATCH: Final = 100
ENTRIES: Final = 1000
MOST_TEXT: Final = 4 * 1024 * 1024  # letters of one transaction; one message may have more
MESSAGES_BELOW: Final = "index.below"
DRAFTS_BELOW: Final = "index.drafts below"
ENTRIES_BELOW: Final = "index.entries below"
INDEXES: Final = (  # index, table of its rows, how far it is
    ("draft_fts", "draft", DRAFTS_BELOW),
    ("message_fts", "message", MESSAGES_BELOW),
    ("entry_fts", "entry", ENTRIES_BELOW),
)
Progress = Callable[[int, int], None]


def is_whole(reader: Reader) -> bool:
    """Whether search finds all that is here."""
    return all(_below(reader, name) is None for _, _, name in INDEXES)


def left(reader: Reader) -> int:
    """How many messages a search cannot find yet."""
    return _left(reader, "message", MESSAGES_BELOW)


def begin(tx: Transaction) -> None:
    """Empty all indexes, and note that everything is to be indexed."""
    for index, table, name in INDEXES:
        tx.run(f"INSERT INTO {index} ({index}) VALUES ('delete-all')")  # noqa: S608 constants
        tx.run("DELETE FROM meta WHERE name = ?", name)
        tx.run(
            f"""INSERT INTO meta (name, value)
                SELECT ?, max(id) + 1 FROM {table} HAVING count(*) > 0""",  # noqa: S608 constants
            name,
        )


def reindex(
    database: Database,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> None:
    """Go on until all indexes are whole. ``progress``: (done, all) rows. Cancelled."""
    with database.read() as reader:
        total = sum(_left(reader, table, name) for _, table, name in INDEXES)
    done = 0
    for step in (_some_drafts, _some_messages, _some_entries):
        while True:
            if cancelled is not None and cancelled():
                raise Cancelled
            indexed = database.write(step)
            if not indexed:
                break
            done += indexed
            if progress is not None:
                progress(min(done, total), total)


def indexed(reader: Reader, messages: Sequence[int]) -> list[search.Indexed]:
    """What the index is to hold of these messages, in ascending order; not of those that are gone.

    Of many long texts only the highest ids are given, as far as MOST_TEXT goes.
    """
    from mel_desktop.store import reading  # noqa: PLC0415 first needed here

    rows = _message_rows(reader, messages)
    words = attachmenttexts.FileWords(reader, messages)
    found: list[search.Indexed] = []
    letters = 0
    for row in sorted(rows, key=lambda row: cast("int", row[0]), reverse=True):
        if found and letters > MOST_TEXT:
            break
        message = cast("int", row[0])
        text = reading.text(reader, message)
        files = words.of(message)
        letters += len(text) + len(files)
        found.append(_indexed(row, text, files))
    return found[::-1]


def index_again(tx: Transaction, messages: Iterable[int]) -> None:
    """Index these anew, a batch at a time: what is here of them changed."""
    from mel_desktop.store import search  # noqa: PLC0415 first needed here

    waiting = sorted(set(messages))
    while waiting:
        some = waiting[-BATCH:]
        again = indexed(tx, some)
        search.index_again(tx, again)
        done = again[0][0] if again else 0  # long ones wait for the next turn
        waiting = waiting[:-BATCH] + [one for one in some if one < done]


def index_drafts_with(tx: Transaction, blob: int) -> None:
    """Index anew the drafts that have a file of this content: its text is known now."""
    drafts = draftindex.holders(tx, blob)
    if drafts:
        outgoing.index_again(tx, drafts)
        tx.changed(Area.DRAFTS)


# -- inside ----------------------------------------------------------------------------------------


def _some_drafts(tx: Transaction) -> int:
    ids = _next(tx, "draft", DRAFTS_BELOW, Area.DRAFTS, BATCH)
    if ids:
        outgoing.index_again(tx, ids[::-1])
        _put_below(tx, DRAFTS_BELOW, ids[-1])
    return len(ids)


def _some_messages(tx: Transaction) -> int:
    from mel_desktop.store import search  # noqa: PLC0415 first needed here

    ids = _next(tx, "message", MESSAGES_BELOW, Area.MESSAGES, BATCH)
    if not ids:
        return 0
    found = indexed(tx, ids)
    search.index_again(tx, found)
    _put_below(tx, MESSAGES_BELOW, found[0][0])
    return len(found)


def _some_entries(tx: Transaction) -> int:
    ids = _next(tx, "entry", ENTRIES_BELOW, Area.DIRECTORY, ENTRIES)
    if ids:
        people_index.index_again(tx, ids[::-1])
        _put_below(tx, ENTRIES_BELOW, ids[-1])
    return len(ids)


def _next(tx: Transaction, table: str, name: str, area: Area, limit: int) -> list[int]:
    """The next ids to index, descending; [] when the index is whole, which is noted then."""
    below = _below(tx, name)
    if below is None:
        return []
    rows = tx.all(
        f"SELECT id FROM {table} WHERE id < ? ORDER BY id DESC LIMIT ?",  # noqa: S608 constants
        below,
        limit,
    )
    if not rows:
        tx.run("DELETE FROM meta WHERE name = ?", name)
        tx.changed(area)  # what a search said of what it cannot find is no longer true
    return [cast("int", id_) for (id_,) in rows]


def _message_rows(reader: Reader, messages: Sequence[int]) -> list[Row]:
    return reader.all(
        """SELECT id, subject, from_name, from_address, recipients
             FROM message WHERE id IN (SELECT value FROM json_each(?))""",
        json.dumps(list(messages)),
    )


def _indexed(row: Row, text: str, files: str) -> search.Indexed:
    message, subject, name, address, recipients = row
    listed = json.loads(str(recipients))
    return (
        cast("int", message),
        str(subject),
        f"{name!s} {address!s}",
        " ".join(f"{who[0]} {who[1]}" for kind in ("to", "cc", "bcc")
                 for who in listed.get(kind, ())),
        text,
        files,
    )  # fmt: skip


def _below(reader: Reader, name: str) -> int | None:
    value = reader.value("SELECT value FROM meta WHERE name = ?", name)
    return None if value is None else int(str(value))


def _left(reader: Reader, table: str, name: str) -> int:
    below = _below(reader, name)
    if below is None:
        return 0
    return cast("int", reader.value(f"SELECT count(*) FROM {table} WHERE id < ?", below))  # noqa: S608 constants


def _put_below(tx: Transaction, name: str, below: int) -> None:
    tx.run("UPDATE meta SET value = ? WHERE name = ?", str(below), name)
