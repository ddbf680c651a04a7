"""Rows of a damaged database file into a fresh one: all that its sound pages still hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from pathlib import Path
from typing import Final, cast

import apsw

from mel_desktop.model.errors import Cancelled, ErrorCode, StoreTrouble
from mel_desktop.model.values import dataclass
from mel_desktop.store import btree, connections, rootfinding, rootmap
from mel_desktop.store.btree import Holes, Stored
from mel_desktop.store.keybytes import Key
from mel_desktop.store.pages import PageFile
from mel_desktop.store.rootfinding import SEQUENCES
from mel_desktop.store.rootmap import RootMap
from mel_desktop.store.transactions import Value

BATCH: Final = 200
SCHEMA: Final = 1  # first page of sqlite_schema
VERSION_AT: Final = 60  # of page 1: user_version
_TYPES: Final = {
    "INTEGER": int, "TEXT": str, "BLOB": bytes, "REAL": float,
}  # fmt: skip
Progress = Callable[[int, int], None]
Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Table:
    """How rows of a table lie in the file. ``columns`` in the order in which they are stored."""

    name: str
    columns: tuple[str, ...]
    kinds: tuple[str, ...]
    needed: tuple[bool, ...]  # may not be NULL
    has_rowid: bool
    key: int | None  # column that is the rowid itself, and stored as NULL

    def fits(self, row: Stored) -> bool:
        """Whether this may be a row of the table."""
        if len(row.values) > len(self.columns):
            return False
        for at, value in enumerate(row.values):
            if value is None:
                if self.needed[at] and at != self.key:
                    return False
            elif at == self.key or not isinstance(value, _TYPES[self.kinds[at]]):
                return False
        return True


@dataclass(slots=True)
class Salvage:
    """What came over. ``holes``: by table, what did not."""

    rows: int = 0
    refused: int = 0
    holes: dict[str, Holes] = field(default_factory=dict)
    lost_tables: list[str] = field(default_factory=list)


def salvage(
    source: Path,
    key: Key,
    target: Path,
    *,
    progress: Progress | None = None,
    cancelled: Stop | None = None,
) -> Salvage:
    """Fill ``target`` (a new file under the same key) with all rows that ``source`` still holds.

    Its schema is the source's version; indexes of words are left empty; references are not yet
    looked at (store.repair). DAMAGED when nothing tells where the tables are. Cancelled.
    """
    try:
        pages = PageFile(source, key)
    except OSError as error:
        raise StoreTrouble(ErrorCode.DAMAGED, file=source.name, why="missing") from error
    with pages:
        roots = _roots(pages, rootmap.read(source, key))
        with_schema(target, key, roots.version)
        connection = connections.connect(target, key, writer=True)
        try:
            with connections.errors(connection):
                connection.execute("PRAGMA foreign_keys=OFF")
                roots = _completed(pages, connection, roots)
                return _Filler(pages, connection, roots, progress, cancelled).fill()
        finally:
            connection.close(True)


def with_schema(target: Path, key: Key, version: int) -> None:
    """A fresh, empty database of this version of the schema."""
    with connections.errors():
        connection = connections.connect(target, key, writer=True)
    try:
        with connections.errors(connection):
            for number, sql in connections.migrations():
                if number <= version:
                    with connection:
                        connection.execute(sql)
                        connection.execute(f"PRAGMA user_version={number}")
    finally:
        connection.close(True)


def _roots(pages: PageFile, kept: RootMap | None) -> RootMap:
    """What the schema says, filled up with what was kept beside the file."""
    holes = Holes()
    found: dict[str, int] = {}
    rows = list(btree.walk(pages, SCHEMA, holes))
    if not holes.is_empty:
        rows += rootfinding.schema_rows(pages)
    for row in rows:
        if len(row.values) == 5 and isinstance(row.values[3], int) and row.values[3] > 0:
            found[str(row.values[1])] = row.values[3]
    if not holes.is_empty and kept is not None:
        found = {**kept.roots, **found}
    if not found:
        raise StoreTrouble(ErrorCode.DAMAGED, file="store.db", why="schema")
    first = pages.read(SCHEMA)
    if first is not None:
        version = int.from_bytes(first[VERSION_AT : VERSION_AT + 4], "big")
    else:
        version = kept.version if kept else connections.migrations()[-1][0]
    return RootMap(version, found)


def _completed(pages: PageFile, connection: apsw.Connection, roots: RootMap) -> RootMap:
    """With tables of which neither the schema nor the map tells where they begin."""
    shapes = {one.name: one for one in _tables(connection)}
    if shapes.keys() <= roots.roots.keys():
        return roots
    found = rootfinding.find(pages, connection, shapes, roots.roots)
    return RootMap(roots.version, {**found, **roots.roots})


class _Filler:
    """One salvage under way."""

    def __init__(
        self,
        pages: PageFile,
        connection: apsw.Connection,
        roots: RootMap,
        progress: Progress | None,
        cancelled: Stop | None,
    ) -> None:
        self._pages = pages
        self._connection = connection
        self._roots = roots
        self._progress = progress or (lambda done, of: None)
        self._cancelled = cancelled or (lambda: False)
        self._seen: set[int] = set()
        self._done = Salvage()

    def fill(self) -> Salvage:
        """Every table, then leaves that no table leads to any more."""
        tables = _tables(self._connection)
        walked: list[tuple[Table, Holes]] = []
        for table in tables:
            root = self._roots.roots.get(table.name)
            if root is None:
                self._done.lost_tables.append(table.name)
                continue
            holes = Holes()
            rows = btree.walk(self._pages, root, holes, self._seen)
            if table.name == SEQUENCES:
                self._go_on_counting(rows)
                continue
            self._put(table, rows)
            walked.append((table, holes))
        if any(holes.ranges for _, holes in walked):
            for root in self._roots.roots.values():  # what is made anew, not taken over
                btree.mark(self._pages, root, self._seen)
            self._adopt(walked)
        self._done.holes = {table.name: holes for table, holes in walked if not holes.is_empty}
        return self._done

    def _put(self, table: Table, rows: Iterator[Stored]) -> None:
        batch: list[Stored] = []
        for row in rows:
            batch.append(row)
            if len(batch) == BATCH:
                self._insert(table, batch)
                batch = []
        self._insert(table, batch)

    def _insert(self, table: Table, rows: Sequence[Stored]) -> None:
        if self._cancelled():
            raise Cancelled
        with self._connection:
            for row in rows:
                self._insert_one(table, row)
        self._progress(min(len(self._seen), self._pages.count), self._pages.count)

    def _insert_one(self, table: Table, row: Stored) -> None:
        values: list[Value] = list(row.values)
        if len(values) > len(table.columns):
            self._done.refused += 1
            return
        if table.key is not None and table.key < len(values):
            values[table.key] = row.rowid
        names = ", ".join(f'"{one}"' for one in table.columns[: len(values)])
        marks = ", ".join("?" * len(values))
        try:
            self._connection.execute(
                f'INSERT OR IGNORE INTO "{table.name}" ({names}) VALUES ({marks})',  # noqa: S608 names of our own schema
                values,
            )
        except apsw.ConstraintError:
            self._done.refused += 1
            return
        self._done.rows += self._connection.changes()

    def _go_on_counting(self, rows: Iterator[Stored]) -> None:
        """Numbers that were given are not given again."""
        for row in rows:
            name, last = row.values
            self._connection.execute(
                "INSERT INTO sqlite_sequence (name, seq) SELECT ?, 0 "
                "WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?)",
                (name, name),
            )
            self._connection.execute(
                "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", (last, name)
            )

    def _adopt(self, walked: Sequence[tuple[Table, Holes]]) -> None:
        """Leaves behind a damaged inner page: taken in where only one table can own them."""
        broken = [(table, holes) for table, holes in walked if holes.ranges]
        free = btree.free_pages(self._pages)
        if not broken or free is None:
            return
        for number in range(2, self._pages.count + 1):
            if number in self._seen or number in free:
                continue
            rows = list(btree.leaf(self._pages, number, Holes()))
            owners = [table for table, holes in broken if rows and _may_own(table, holes, rows)]
            if len(owners) == 1:
                self._put(owners[0], iter(rows))


def _may_own(table: Table, holes: Holes, rows: Sequence[Stored]) -> bool:
    if not all(table.fits(row) for row in rows):
        return False
    if not table.has_rowid:
        return all(len(row.values) == len(table.columns) and row.rowid == 0 for row in rows)
    return any(low <= rows[0].rowid and rows[-1].rowid <= high for low, high in holes.ranges)


def _tables(connection: apsw.Connection) -> list[Table]:
    """Ordinary tables, in the order in which they were made: what is referred to comes first."""
    shadows = {
        f"{name}_{part}"
        for (name,) in connection.execute("SELECT name FROM pragma_table_list WHERE type='virtual'")
        for part in ("data", "idx", "content", "docsize", "config")
    }
    listed = cast(
        "list[tuple[str, int]]",
        list(
            connection.execute(
                """SELECT l.name, l.wr FROM pragma_table_list AS l
                     JOIN sqlite_schema AS s ON s.name = l.name
                    WHERE l.schema = 'main' AND l.type = 'table' AND l.name <> 'sqlite_schema'
                    ORDER BY l.name = 'sqlite_sequence', s.rowid"""
            )
        ),
    )
    return [
        _table(connection, name, without_rowid=bool(wr))
        for name, wr in listed
        if name not in shadows
    ]


def _table(connection: apsw.Connection, name: str, *, without_rowid: bool) -> Table:
    columns = cast(
        "list[tuple[int, str, str, int, int]]",
        list(
            connection.execute(
                'SELECT cid, name, type, "notnull", pk FROM pragma_table_info(?)', (name,)
            )
        ),
    )
    keys = [one for one in columns if one[4]]
    if without_rowid:  # the key first, in its own order
        keys.sort(key=lambda one: one[4])
        columns = [*keys, *(one for one in columns if not one[4])]
    alias = None
    if not without_rowid and len(keys) == 1 and keys[0][2].upper() == "INTEGER":
        alias = keys[0][0]
    return Table(
        name,
        tuple(one[1] for one in columns),
        tuple(one[2].upper() or "TEXT" for one in columns),
        tuple(bool(one[3]) for one in columns),
        not without_rowid,
        alias,
    )
