"""Small settings of the whole profile, by name (table meta)."""

from __future__ import annotations

from mel_desktop.store.database import Reader, Transaction


def load(reader: Reader, name: str) -> str | None:
    """The value, or None."""
    value = reader.value("SELECT value FROM meta WHERE name = ?", name)
    return None if value is None else str(value)


def save(tx: Transaction, name: str, value: str) -> None:
    """Store or replace."""
    tx.run("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", name, value)
