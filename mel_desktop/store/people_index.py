"""The full-text index of the directory, written.

Rule: a row and its full-text row live and die together; store.people calls this for each.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import Final, cast

from mel_desktop.logic.directory_query import (
    class_words,
    facets,
    mail_words,
    name_words,
    role_words,
)
from mel_desktop.logic.folding import searchable
from mel_desktop.model.people import DirectoryEntry, SourceId
from mel_desktop.store.database import Reader, Transaction, to_json
from mel_desktop.store.people_rows import ENTRY, entry_of
from mel_desktop.store.transactions import MOST_OF_SQLITE

MOST_PIECES: Final = 4
MERGE_PAGES: Final = 200  # of one step: some 30 ms


def words_of(entry: DirectoryEntry) -> tuple[str, ...]:
    """What an entry is indexed with, column for column."""
    return (
        searchable(name_words(entry.name)), searchable(mail_words(entry)),
        _common(role_words(entry)), _common(entry.school), _common(class_words(entry.classes)),
        _common(entry.town), entry.uai, facets(entry),
    )  # fmt: skip


_common: Final = functools.lru_cache(maxsize=2048)(searchable)  # few texts, many entries


def add(tx: Transaction, entries: Iterable[tuple[int, DirectoryEntry]]) -> None:
    """Index entries under their ids."""
    add_words(tx, [(id_, *words_of(one)) for id_, one in entries])


def add_words(tx: Transaction, rows: Sequence[tuple[int | str, ...]]) -> None:
    """Index ``words_of`` entries, each behind its id.

    All by one statement: at each that inserts several rows, FTS5 begins a new segment on the disk.
    """
    tx.many(
        """INSERT INTO entry_fts (rowid, name, email, role, school, classes, town, uai, facets)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        rows,
        most=MOST_OF_SQLITE,
    )


def remove(tx: Transaction, ids: Iterable[int]) -> None:
    """Take entries out of the index."""
    tx.run(
        "DELETE FROM entry_fts WHERE rowid IN (SELECT value FROM json_each(?))",
        to_json(list(ids)),
    )


def remove_source(tx: Transaction, wanted: SourceId) -> None:
    """Take all entries of a source out, while they are still here."""
    tx.run(
        """DELETE FROM entry_fts
            WHERE rowid IN (SELECT id FROM entry WHERE source_id = ?)""",
        wanted,
    )


def overwrite(tx: Transaction) -> None:
    """Let go of the words of deleted rows: a contentless index keeps them until segments merge."""
    tx.run("INSERT INTO entry_fts (entry_fts) VALUES ('optimize')")


def is_scattered(reader: Reader) -> bool:
    """Whether the index lies in many pieces, each of which every word is looked for in. Imports
    leave a dozen; words one wrong key away, some sixty at once, then take four times as long.
    """
    found = reader.value("SELECT count(DISTINCT segid) FROM entry_fts_idx")
    return cast("int", found) > MOST_PIECES


def gather(tx: Transaction, *, first: bool) -> bool:
    """One small step towards one piece; whether there is more to do (fts5.html, 6.9)."""
    overwrite_freed(tx, on=True)
    before = cast("int", tx.value("SELECT total_changes()"))
    tx.run(  # a negative number: all pieces there are now
        "INSERT INTO entry_fts (entry_fts, rank) VALUES ('merge', ?)",
        -MERGE_PAGES if first else MERGE_PAGES,
    )
    return cast("int", tx.value("SELECT total_changes()")) - before >= 2


def index_again(tx: Transaction, ids: Sequence[int]) -> None:
    """Index entries anew from their rows, visible or not; ascending ids are quickest."""
    remove(tx, ids)
    rows = tx.all(
        f"""SELECT {ENTRY} FROM entry e
             WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id""",  # noqa: S608 constant
        to_json(list(ids)),
    )
    add(tx, [(cast("int", row[0]), entry_of(row)) for row in rows])


def overwrite_freed(tx: Transaction, *, on: bool) -> None:
    """Whether the writer overwrites what it frees, from here on: also the rows of the index, which
    are written only when a transaction ends.
    """
    tx.run(f"PRAGMA secure_delete={'ON' if on else 'OFF'}")
