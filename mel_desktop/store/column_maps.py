"""Maps of columns kept with the source that was read by them; they go when it goes."""

from __future__ import annotations

from mel_desktop.model.people import SourceId
from mel_desktop.store.database import Reader, Transaction


def keep(tx: Transaction, source: SourceId, headings: str, columns: str) -> None:
    """One a source; ``headings``: what the next file has to have, ``columns``: JSON."""
    tx.run(
        """INSERT INTO column_map (source_id, headings, map) VALUES (?, ?, ?)
            ON CONFLICT (source_id)
            DO UPDATE SET headings = excluded.headings, map = excluded.map""",
        source,
        headings,
        columns,
    )


def forget(tx: Transaction, source: SourceId) -> None:
    """Of one source."""
    tx.run("DELETE FROM column_map WHERE source_id = ?", source)


def for_headings(reader: Reader, headings: str) -> tuple[str, str] | None:
    """(name of the source, its map) for the same headings, the newest source first."""
    row = reader.one(
        """SELECT source.name, column_map.map FROM column_map
             JOIN source ON source.id = column_map.source_id
            WHERE column_map.headings = ? ORDER BY source.id DESC LIMIT 1""",
        headings,
    )
    return None if row is None else (str(row[0]), str(row[1]))


def count(reader: Reader) -> int:
    """How many are kept."""
    return int(str(reader.value("SELECT count(*) FROM column_map")))
