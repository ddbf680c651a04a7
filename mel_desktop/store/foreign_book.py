"""Reads an address book of Thunderbird: a SQLite file that somebody else wrote.

It is opened from memory: the file is not touched, and no copy in clear comes to lie on the disk.
The one SQLite of this program reads it (newer than the system's, and hardened below).

Rule 1: nothing of the file is run: no views, no triggers, no functions of its schema.
Rule 2: rows, octets of a value and steps of the machine have bounds.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Final, cast

import apsw

from mel_desktop.formats.thunderbird_book import PROPERTIES, RawBook
from mel_desktop.model.errors import ErrorCode, LocalRefusal

MOST_CARDS: Final = 200_000
MOST_VALUE: Final = 20_000  # characters; a vCard may hold a photo, which is of no use here
MOST_MEMBERS: Final = 500_000
MOST_STEPS: Final = 500  # rounds of STEPS: some five seconds
STEPS: Final = 1_000_000


def read(database: bytes, wal: bytes = b"") -> RawBook:
    """The book in these octets. LocalRefusal(BAD_FILE)."""
    with _errors(), contextlib.closing(_opened(database, wal)) as connection:
        tables = {
            str(name) for (name,) in
            connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        }  # fmt: skip
        if "properties" not in tables:
            raise LocalRefusal(ErrorCode.BAD_FILE, why="not-a-book")
        cards = _cards(connection)
        lists: list[tuple[str, str]] = []
        members: list[tuple[str, str]] = []
        if {"lists", "list_cards"} <= tables:
            lists = _pairs(connection, "SELECT uid, name FROM lists LIMIT ?", MOST_CARDS)
            members = _pairs(connection, "SELECT list, card FROM list_cards LIMIT ?", MOST_MEMBERS)
        return RawBook(cards, lists, members)


def _opened(database: bytes, wal: bytes) -> apsw.Connection:
    from mel_desktop.formats import sqlite_wal  # noqa: PLC0415 seldom

    connection = apsw.Connection(":memory:")
    try:
        connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
        connection.config(apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
        connection.config(apsw.SQLITE_DBCONFIG_ENABLE_TRIGGER, 0)
        connection.config(apsw.SQLITE_DBCONFIG_ENABLE_VIEW, 0)
        connection.deserialize("main", sqlite_wal.merged(database, wal))
        connection.execute("PRAGMA temp_store=MEMORY; PRAGMA query_only=ON")
        connection.execute("PRAGMA cell_size_check=ON")
        left = iter(range(MOST_STEPS))
        connection.set_progress_handler(lambda: next(left, None) is None, STEPS)
    except BaseException:
        connection.close()
        raise
    return connection


def _cards(connection: apsw.Connection) -> dict[str, dict[str, str]]:
    wanted = ", ".join(f"'{one}'" for one in PROPERTIES)
    cards: dict[str, dict[str, str]] = {}
    for card, name, value in connection.execute(
        f"""SELECT card, name, substr(value, 1, {MOST_VALUE}) FROM properties
             WHERE typeof(card) = 'text' AND typeof(value) = 'text' AND length(card) < 200
               AND name IN ({wanted})"""  # noqa: S608 constants
    ):
        held = cards.setdefault(str(card), {})
        held.setdefault(str(name), str(value))
        if len(cards) > MOST_CARDS:
            raise LocalRefusal(ErrorCode.TOO_LARGE, why="book-too-large")
    return cards


def _pairs(connection: apsw.Connection, sql: str, limit: int) -> list[tuple[str, str]]:
    return [
        cast("tuple[str, str]", row)
        for row in connection.execute(sql, (limit,))
        if isinstance(row[0], str) and isinstance(row[1], str)
    ]


@contextlib.contextmanager
def _errors() -> Iterator[None]:
    """What a file that is none, or is damaged, raises."""
    try:
        yield
    except (apsw.Error, ValueError, MemoryError) as error:
        raise LocalRefusal(ErrorCode.BAD_FILE, why="book-damaged") from error
