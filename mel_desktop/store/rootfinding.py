"""Where tables begin in a file whose schema is damaged, and of which no map tells it.

Rule 1: a table is only found where its rows fit, and where its place among the other tables does:
SQLite gives first pages in the order in which tables are made, VACUUM tables ahead of indexes.
Rule 2: pages that hold nothing are not looked at; where their list is damaged, only what the rows
of the schema themselves say counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, Protocol, cast

import apsw

from mel_desktop.model.values import dataclass
from mel_desktop.store import btree
from mel_desktop.store.btree import Holes, Stored
from mel_desktop.store.pages import PageFile

SEQUENCES: Final = "sqlite_sequence"
SAMPLE: Final = 40  # rows of a tree that are held against a table
MOST_TREES: Final = 2000
KNOWN: Final = 1000
EXACT: Final = 4
FITS: Final = 3
EMPTY: Final = 1
_KINDS: Final = frozenset({"table", "index", "trigger", "view"})


class Shape(Protocol):
    """How rows of a table lie in the file (salvage.Table)."""

    @property
    def columns(self) -> tuple[str, ...]:
        """In the order in which they are stored."""
        ...

    @property
    def has_rowid(self) -> bool:
        """Else its rows are in a tree of keys."""
        ...

    def fits(self, row: Stored) -> bool:
        """Whether this may be a row of the table."""
        ...


@dataclass(frozen=True, slots=True)
class _Tree:
    """What begins at a page."""

    root: int
    is_table: bool
    rows: tuple[Stored, ...]


@dataclass(frozen=True, slots=True)
class _Thing:
    """A table or an index of the schema. ``shape`` None: an index of words holds it."""

    name: str
    is_table: bool  # rows by rowid
    shape: Shape | None
    width: int  # values of a row; 0: unknown
    is_index: bool = False  # made by itself, not with its table

    def fits(self, row: Stored) -> bool:
        """Whether this may be a row of it."""
        if self.name == SEQUENCES:  # its columns have no types
            return [type(one) for one in row.values] == [str, int]
        return self.shape is None or self.shape.fits(row)


def schema_rows(pages: PageFile) -> Iterator[Stored]:
    """Rows of the schema on leaves that nothing leads to any more."""
    free = btree.free_pages(pages) or frozenset()
    for number in range(2, pages.count + 1):
        if number not in free:
            rows = list(btree.leaf(pages, number, Holes()))
            if rows and all(map(_is_of_schema, rows)):
                yield from rows


def _is_of_schema(row: Stored) -> bool:
    if len(row.values) != 5 or row.values[0] not in _KINDS:
        return False
    root, sql = row.values[3], row.values[4]
    return isinstance(root, int) and (sql is None or str(sql).startswith("CREATE "))


def find(
    pages: PageFile,
    schema: apsw.Connection,
    shapes: Mapping[str, Shape],
    known: Mapping[str, int],
) -> dict[str, int]:
    """First pages of what is not ``known``. ``schema``: an empty database of the same version."""
    free = btree.free_pages(pages)
    if free is None:
        return {}
    seen = {1, *free}
    for root in known.values():
        btree.mark(pages, root, seen)
    roots = _roots(pages, seen)
    if len(roots) > MOST_TREES:  # leaves of a great tree that is broken: none can be told apart
        return {}
    trees = [_tree(pages, root) for root in (*roots, *known.values())]
    trees.sort(key=lambda one: one.root)
    things = list(_things(schema, shapes))
    made = _aligned(things, trees, known)
    by_kind = sorted(things, key=lambda one: one.is_index)
    vacuumed = _aligned(by_kind, trees, known)
    _, found = max(made, vacuumed, key=lambda one: one[0])
    _take_leftovers(things, trees, known, found)
    return {name: root for name, root in found.items() if name not in known}


def _roots(pages: PageFile, seen: set[int]) -> list[int]:
    """Pages of trees that no other page leads to."""
    left = [number for number in range(2, pages.count + 1) if number not in seen]
    led_to: set[int] = set()
    trees = []
    for number in left:
        content = pages.read(number)
        if content is None or content[0] not in btree.KINDS:
            continue
        trees.append(number)
        led_to.update(btree.children(content))
    return [one for one in trees if one not in led_to]


def _tree(pages: PageFile, root: int) -> _Tree:
    content = pages.read(root)
    rows = tuple(islice(btree.walk(pages, root, Holes()), SAMPLE))
    is_table = content is not None and content[0] in (btree.TABLE_INNER, btree.TABLE_LEAF)
    return _Tree(root, is_table, rows)


def _things(schema: apsw.Connection, shapes: Mapping[str, Shape]) -> Iterator[_Thing]:
    """All that has pages, in the order in which it was made."""
    listed = list(
        schema.execute(
            "SELECT type, name, sql FROM sqlite_schema WHERE rootpage > 0 ORDER BY rowid"
        )
    )
    for kind, called, written in listed:
        name = str(called)
        shape = shapes.get(name)
        if shape is not None:
            yield _Thing(name, shape.has_rowid, shape, len(shape.columns))
        elif kind == "table":  # of an index of words: made anew, but it has its place
            yield _Thing(name, "WITHOUT ROWID" not in str(written).upper(), None, 0)
        else:
            (count,) = next(
                iter(schema.execute("SELECT count(*) FROM pragma_index_xinfo(?)", (name,)))
            )
            yield _Thing(name, False, None, cast("int", count), is_index=written is not None)


def _aligned(
    things: Sequence[_Thing], trees: Sequence[_Tree], known: Mapping[str, int]
) -> tuple[int, dict[str, int]]:
    """The best way to give trees to things, both in their order; how good it is."""
    owners = {root: name for name, root in known.items()}
    width = len(trees) + 1
    best = [[0] * width for _ in range(len(things) + 1)]
    for at in range(len(things) - 1, -1, -1):
        for place in range(len(trees) - 1, -1, -1):
            score = _score(things[at], trees[place], known, owners)
            found = max(best[at + 1][place], best[at][place + 1])
            if score:
                found = max(found, score + best[at + 1][place + 1])
            best[at][place] = found
    given: dict[str, int] = {}
    at = place = 0
    while at < len(things) and place < len(trees):
        score = _score(things[at], trees[place], known, owners)
        if score and best[at][place] == score + best[at + 1][place + 1]:
            given[things[at].name] = trees[place].root
            at, place = at + 1, place + 1
        elif best[at][place] == best[at + 1][place]:
            at += 1
        else:
            place += 1
    return best[0][0], given


def _take_leftovers(
    things: Sequence[_Thing],
    trees: Sequence[_Tree],
    known: Mapping[str, int],
    found: dict[str, int],
) -> None:
    """Tables that stand out of the order, as a later schema made them anew on pages that were free:
    where one tree alone fits one table alone.
    """
    taken = {*found.values(), *known.values()}
    loose = [one for one in trees if one.rows and one.root not in taken]
    waiting = [one for one in things if one.shape is not None and one.name not in found]
    fits = [
        (thing.name, tree.root)
        for thing in waiting
        for tree in loose
        if _score(thing, tree, {}, {}) == EXACT
    ]
    names = Counter(name for name, _ in fits)
    roots = Counter(root for _, root in fits)
    found.update({name: root for name, root in fits if names[name] == roots[root] == 1})


def _score(thing: _Thing, tree: _Tree, known: Mapping[str, int], owners: Mapping[int, str]) -> int:
    """How well a tree fits a thing; 0: not at all."""
    if thing.name in known or tree.root in owners:
        return KNOWN if known.get(thing.name) == tree.root else 0
    if thing.is_table != tree.is_table:
        return 0
    if not tree.rows:
        return EMPTY
    if not all(map(thing.fits, tree.rows)):
        return 0
    if not thing.width:
        return FITS
    if all(len(row.values) == thing.width for row in tree.rows):
        return EXACT
    return FITS if thing.shape is not None else 0
