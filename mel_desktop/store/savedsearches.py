"""Searches kept under a name, shown like folders."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from mel_desktop.logic.folding import fold
from mel_desktop.model.changes import Area
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.finding import SavedSearch, SavedSearchId
from mel_desktop.store.database import Reader, Transaction
from mel_desktop.store.times import to_text


def all_saved(reader: Reader) -> tuple[SavedSearch, ...]:
    """By name, as people sort names."""
    rows = reader.all("SELECT id, name, query FROM saved_search")
    found = [
        SavedSearch(SavedSearchId(cast("int", id_)), cast("str", name), cast("str", query))
        for id_, name, query in rows
    ]
    return tuple(sorted(found, key=lambda one: (fold(one.name), one.id)))


def insert(tx: Transaction, name: str, query: str, now: datetime) -> SavedSearchId:
    """A new one. LocalRefusal(USAGE, why=search-name-taken)."""
    _check_free(tx, name, None)
    tx.changed(Area.SEARCHES)
    return SavedSearchId(
        tx.insert(
            "INSERT INTO saved_search (name, query, created_at) VALUES (?, ?, ?)",
            name,
            query,
            to_text(now),
        )
    )


def change(tx: Transaction, saved: SavedSearchId, name: str, query: str) -> None:
    """Another name or query. LocalRefusal(NOT_FOUND | USAGE)."""
    if tx.value("SELECT 1 FROM saved_search WHERE id = ?", saved) is None:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="search")
    _check_free(tx, name, saved)
    tx.run("UPDATE saved_search SET name = ?, query = ? WHERE id = ?", name, query, saved)
    tx.changed(Area.SEARCHES)


def delete(tx: Transaction, saved: SavedSearchId) -> None:
    """Forget it; nothing happens when it is gone."""
    tx.run("DELETE FROM saved_search WHERE id = ?", saved)
    tx.changed(Area.SEARCHES)


def _check_free(tx: Transaction, name: str, own: SavedSearchId | None) -> None:
    taken = tx.value("SELECT id FROM saved_search WHERE name = ?", name)
    if taken is not None and taken != own:
        raise LocalRefusal(ErrorCode.USAGE, why="search-name-taken")
