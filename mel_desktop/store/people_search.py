"""What search and completion ask the directory in the database."""

from __future__ import annotations

from typing import cast

from mel_desktop.logic.folding import searchable
from mel_desktop.store.database import Reader, Row, Transaction
from mel_desktop.store.people_rows import ENTRY, VISIBLE, Stored, stored_of


def has_name(reader: Reader, word: str) -> bool:
    """Whether anybody or anything of the directory has this word in the name."""
    phrase = searchable(word).replace('"', "")
    match = f'name : "{phrase}"'
    return (
        reader.value("SELECT 1 FROM entry_fts WHERE entry_fts MATCH ? LIMIT 1", match) is not None
    )


def matching(reader: Reader, match: str, limit: int) -> list[Stored]:
    """Visible entries that an FTS5 expression finds, oldest rows first, at most ``limit``."""
    return [
        stored_of(row)
        for row in reader.all(
            f"""SELECT {ENTRY}, s.name
                  FROM entry_fts f CROSS JOIN entry e ON e.id = f.rowid
                  JOIN source s ON s.id = e.source_id
                 WHERE entry_fts MATCH ? AND {VISIBLE} LIMIT ?""",  # noqa: S608 constants
            match,
            limit,
        )
    ]


def count_matching(reader: Reader, match: str) -> int:
    """How many visible entries an FTS5 expression finds."""
    if reader.one("SELECT 1 FROM source WHERE settled = 0") is None:
        found = reader.value("SELECT count(*) FROM entry_fts WHERE entry_fts MATCH ?", match)
    else:
        found = reader.value(
            f"""SELECT count(*)
                  FROM entry_fts f CROSS JOIN entry e ON e.id = f.rowid
                  JOIN source s ON s.id = e.source_id
                 WHERE entry_fts MATCH ? AND {VISIBLE}""",  # noqa: S608 constant
            match,
        )
    return cast("int", found)


def correspondents(reader: Reader, limit: int) -> list[tuple[str, str]]:
    """(address, name) of people written to, the latest first."""
    rows = reader.all(
        "SELECT address, name FROM correspondent ORDER BY last_at DESC, address LIMIT ?", limit
    )
    return cast("list[tuple[str, str]]", rows)


def forget_correspondent(tx: Transaction, address: str) -> bool:
    """Somebody written to is proposed no more; whether there was one."""
    return bool(tx.run("DELETE FROM correspondent WHERE address = ?", address.strip().lower()))


def correspondents_mark(reader: Reader) -> Row | None:
    """Changes whenever the correspondents do."""
    return reader.one("SELECT count(*), max(last_at), total(times) FROM correspondent")
