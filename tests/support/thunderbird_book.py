"""Writes an address book as Thunderbird does: SQLite with a log beside it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

SCHEMA = """
PRAGMA user_version = 4;
CREATE TABLE properties (card TEXT, name TEXT, value TEXT);
CREATE TABLE lists (uid TEXT PRIMARY KEY, name TEXT, nickName TEXT, description TEXT);
CREATE TABLE list_cards (list TEXT, card TEXT, PRIMARY KEY (list, card));
CREATE INDEX properties_card ON properties (card);
"""


def connect(path: Path) -> sqlite3.Connection:
    """An empty book that is open, its log not yet written back."""
    made = sqlite3.connect(path, isolation_level=None)
    made.execute("PRAGMA journal_mode = WAL")
    made.execute("PRAGMA wal_autocheckpoint = 0")
    made.execute("PRAGMA synchronous = OFF")
    made.executescript(SCHEMA)
    return made


def add(book: sqlite3.Connection, uid: str, **card: str) -> None:
    """A card."""
    book.executemany(
        "INSERT INTO properties VALUES (?, ?, ?)",
        [(uid, name, text) for name, text in card.items()],
    )


def add_list(book: sqlite3.Connection, uid: str, name: str, *cards: str) -> None:
    """A list of cards."""
    book.execute("INSERT INTO lists VALUES (?, ?, '', '')", (uid, name))
    book.executemany("INSERT INTO list_cards VALUES (?, ?)", [(uid, card) for card in cards])


def write(path: Path, cards: Mapping[str, Mapping[str, str]]) -> None:
    """A book that is closed."""
    with closing(connect(path)) as book:
        for uid, card in cards.items():
            add(book, uid, **card)
