"""What a piece of work is given: bounded reads, and one write transaction."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Final, cast

import apsw

from mel_desktop.model.changes import Area, Changes
from mel_desktop.model.patterns import late

Value = None | int | float | str | bytes
Row = tuple[Value, ...]

MOST_VALUES: Final = 1000  # of one statement
MOST_OF_SQLITE: Final = 32_766
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Reader:
    """Bounded reads on one connection, within one consistent snapshot when used as given."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def all(self, sql: str, *params: Value) -> list[Row]:
        """All rows."""
        return cast("list[Row]", list(self._connection.execute(sql, params)))

    def one(self, sql: str, *params: Value) -> Row | None:
        """The first row, or None."""
        for row in self._connection.execute(sql, params):
            return cast("Row", row)
        return None

    def value(self, sql: str, *params: Value) -> Value:
        """The first column of the first row, or None."""
        row = self.one(sql, *params)
        return None if row is None else row[0]

    def stream(self, sql: str, *params: Value) -> Iterator[Row]:
        """Rows one by one, for what does not fit into memory."""
        return cast("Iterator[Row]", self._connection.execute(sql, params))


def snapshot(connection: apsw.Connection) -> Iterator[Reader]:
    """A read transaction around what the caller does; a nested one shares the outer one."""
    nested = connection.in_transaction
    if not nested:
        connection.execute("BEGIN")
    try:
        yield Reader(connection)
    finally:
        if not nested and connection.in_transaction:
            connection.execute("ROLLBACK")


_INSERT = late(r"(\s*INSERT\b.*\bVALUES\s*)(\((?:\?,\s*)*\?\))(.*)", re.DOTALL)


class Transaction(Reader):
    """One write transaction. Says what it changed; that is published after the commit."""

    def __init__(self, connection: apsw.Connection) -> None:
        super().__init__(connection)
        self.changes = Changes(Area.NONE)

    def run(self, sql: str, *params: Value) -> int:
        """Execute one statement; the number of rows changed."""
        self._connection.execute(sql, params)
        return self._connection.changes()

    def many(self, sql: str, rows: Iterable[Sequence[Value]], *, most: int = MOST_VALUES) -> None:
        """Execute one statement for each row; an INSERT takes many rows at a time,
        of ``most`` values together.

        SQLite gives up Python's lock once a statement. With a statement for each row the writer
        would wait for the lock at each one, as long as another thread computes.
        """
        told = _INSERT.fullmatch(sql)
        if told is None:
            self._connection.executemany(sql, rows)
            return
        head, values, tail = told.groups()
        together = max(1, most // values.count("?"))
        source = iter(rows)
        while some := tuple(islice(source, together)):
            statement = head + ", ".join([values] * len(some)) + tail
            self._connection.execute(statement, tuple(chain.from_iterable(some)))

    def insert(self, sql: str, *params: Value) -> int:
        """Execute an INSERT; the new row id."""
        self._connection.execute(sql, params)
        return self._connection.last_insert_rowid()

    def changed(
        self, area: Area, folders: Iterable[int] = (), messages: Iterable[int] = ()
    ) -> None:
        """Note what screens must look at again."""
        self.changes = self.changes.merged(Changes(area, frozenset(folders), frozenset(messages)))


def to_json(value: object) -> str:
    """Compact JSON, the one form in which lists are stored."""
    return _encode(value)
