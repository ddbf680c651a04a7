"""What search and completion ask the directory in the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from mel_desktop.logic.folding import searchable
from mel_desktop.model.people import Part
from mel_desktop.store.database import Reader, Row, Transaction, to_json
from mel_desktop.store.people_rows import COLUMNS, ENTRY, VISIBLE, Lean, Stored, stored_of


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


def is_settled(reader: Reader) -> bool:
    """Whether all rows are visible: no import is under way, none broke off."""
    return reader.one("SELECT 1 FROM source WHERE settled = 0") is None


def ids_matching(reader: Reader, match: str, limit: int, *, settled: bool = False) -> list[int]:
    """Their ids alone; ``settled``: the answer of ``is_settled``, which spares a look at rows."""
    if settled:
        sql = "SELECT rowid FROM entry_fts WHERE entry_fts MATCH ? LIMIT ?"
    else:
        sql = f"""SELECT e.id
                    FROM entry_fts f CROSS JOIN entry e ON e.id = f.rowid
                    JOIN source s ON s.id = e.source_id
                   WHERE entry_fts MATCH ? AND {VISIBLE} LIMIT ?"""  # noqa: S608 constants
    return [cast("int", row[0]) for row in reader.all(sql, match, limit)]


def flags_of_facet(reader: Reader, facet: str) -> bytes:
    """By id: 1 where an entry has a facet, visible or not; up to the last: 40 ms for 100,000."""
    rows = reader.all("SELECT rowid FROM entry_fts WHERE entry_fts MATCH ?", f'facets : "{facet}"')
    flags = bytearray(max((cast("int", row[0]) for row in rows), default=-1) + 1)
    for row in rows:
        flags[cast("int", row[0])] = 1
    return bytes(flags)


def of_ids(reader: Reader, ids: Iterable[int]) -> list[Lean]:
    """Entries by their ids; those that are gone are left out."""
    return [
        Lean(row)
        for row in reader.all(
            f"""SELECT {ENTRY}, s.name
                  FROM json_each(?) j CROSS JOIN entry e ON e.id = j.value
                  JOIN source s ON s.id = e.source_id""",  # noqa: S608 constants
            to_json(list(ids)),
        )
    ]


def count_matching(reader: Reader, match: str) -> int:
    """How many visible entries an FTS5 expression finds."""
    if is_settled(reader):
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


def mark(reader: Reader) -> Row | None:
    """Changes whenever the names of the directory do: a copy, a source or a person came or went."""
    return reader.one(
        """SELECT count(*), total(generation), total(importing), max(updated_at), total(count),
                  (SELECT count(*) FROM erased_person),
                  (SELECT value FROM meta WHERE name = 'index.entries below')
             FROM source"""
    )


def words(reader: Reader) -> list[str]:
    """Words of names, towns, functions and schools, each once, in order; some may be of the past.

    A walk through the index alone: 100 ms for 170,000 entries.
    """
    return [
        cast("str", row[0])
        for row in reader.all(
            """SELECT DISTINCT term FROM entry_word
                WHERE col IN ('name', 'role', 'school', 'town') AND length(term) > 2"""
        )
    ]


def class_members(
    reader: Reader, groups: Sequence[int], limit: int
) -> list[tuple[Stored, Part, str]]:
    """Visible members of groups: what they are in the group, their role in it and its classes."""
    return [
        (
            stored_of(row),
            Part(row[COLUMNS + 1]),
            f"{row[COLUMNS + 2]!s} {row[COLUMNS + 3]!s}",
        )
        for row in reader.all(
            f"""SELECT {ENTRY}, s.name, k.part, k.role, g.classes
                  FROM json_each(?) w CROSS JOIN membership k ON k.group_id = w.value
                  CROSS JOIN entry e ON e.id = k.member_id
                  JOIN source s ON s.id = e.source_id JOIN entry g ON g.id = k.group_id
                 WHERE {VISIBLE} LIMIT ?""",  # noqa: S608 constants
            to_json(list(groups)),
            limit,
        )
    ]


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
