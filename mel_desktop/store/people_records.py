"""What the directory holds, counted; the end of a school year; one person, shown and erased.

Rule: what leaves here leaves no readable octets: secure_delete is on, the index lets go of its
words (store.people_index.overwrite), and what depends on a row goes with it by its foreign key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, cast

from mel_desktop.model.people import EntryId, EntryKind, SourceId
from mel_desktop.model.values import dataclass
from mel_desktop.store import people_index
from mel_desktop.store.database import Reader, Transaction, to_json
from mel_desktop.store.people_rows import ENTRY, VISIBLE, Stored, stored_of

BATCH: Final = 2_000


@dataclass(frozen=True, slots=True)
class Tally:
    """Visible rows of one source that are alike. ``role``: only where no profile is said."""

    source: SourceId
    kind: EntryKind
    profile: str
    role: str
    rows: int
    with_address: int
    with_phone: int


def tallies(reader: Reader) -> tuple[Tally, ...]:
    """All visible rows, counted."""
    return tuple(
        Tally(
            SourceId(cast("int", row[0])),
            EntryKind(row[1]),
            *cast("tuple[str, str, int, int, int]", row[2:]),
        )
        for row in reader.all(
            f"""SELECT e.source_id, e.kind, iif(e.more = '{{}}', '',
                       coalesce(json_extract(e.more, '$.profile'), '')) AS profile,
                       iif(e.kind = 'person', e.role, '') AS said,
                       count(*), sum(e.email <> ''), sum(e.phone <> '')
                  FROM entry e JOIN source s ON s.id = e.source_id
                 WHERE {VISIBLE} GROUP BY 1, 2, 3, iif(profile = '', said, '')"""  # noqa: S608 constant
        )
    )


def photo_counts(reader: Reader) -> dict[SourceId, int]:
    """Pictures of each source."""
    return _counts(
        reader,
        "SELECT e.source_id, count(*) FROM photo p JOIN entry e ON e.id = p.entry_id GROUP BY 1",
    )


def tie_counts(reader: Reader) -> dict[SourceId, int]:
    """Family ties of each source."""
    return _counts(
        reader,
        "SELECT e.source_id, count(*) FROM tie t JOIN entry e ON e.id = t.pupil_id GROUP BY 1",
    )


def _counts(reader: Reader, query: str) -> dict[SourceId, int]:
    return {
        SourceId(source): count
        for source, count in cast("list[tuple[int, int]]", reader.all(query))
    }


def count_kept(reader: Reader) -> tuple[int, int, int, int]:
    """(notes, own groups, addresses written to, people erased)."""
    row = reader.one(
        """SELECT (SELECT count(*) FROM person_note), (SELECT count(*) FROM own_group),
                  (SELECT count(*) FROM correspondent),
                  (SELECT count(DISTINCT person) FROM erased_person)"""
    )
    return cast("tuple[int, int, int, int]", row)


def rows_of(reader: Reader, source: SourceId) -> Iterator[Stored]:
    """Visible rows of one source: the groups and people."""
    for row in reader.all(
        f"""SELECT {ENTRY}, s.name FROM entry e JOIN source s ON s.id = e.source_id
             WHERE e.source_id = ? AND e.kind IN ('person', 'group') AND {VISIBLE}""",  # noqa: S608 constants
        source,
    ):
        yield stored_of(row)


@contextmanager
def without_trace(tx: Transaction) -> Iterator[None]:
    """What is deleted within is overwritten in the file; ``people_intake.rest`` afterwards."""
    people_index.overwrite_freed(tx, on=True)
    yield
    people_index.overwrite(tx)


def delete(tx: Transaction, ids: Sequence[EntryId]) -> None:
    """Delete rows with their index, classes, ties, pictures, keys."""
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        people_index.remove(tx, some)
        tx.many("DELETE FROM entry WHERE id = ?", ((one,) for one in some))


def clear_classes(tx: Transaction, source: SourceId) -> None:
    """Staff of a source whose classes are of a year that ended are in none any more."""
    ids = [
        cast("int", row[0])
        for row in tx.all(
            f"""SELECT e.id FROM entry e JOIN source s ON s.id = e.source_id
                 WHERE e.source_id = ? AND e.classes <> '[]' AND {VISIBLE}""",  # noqa: S608 constant
            source,
        )
    ]
    tx.many("UPDATE entry SET classes = '[]' WHERE id = ?", ((one,) for one in ids))
    for start in range(0, len(ids), BATCH):
        people_index.index_again(tx, ids[start : start + BATCH])


def recount(tx: Transaction, source: SourceId, *, is_base: bool) -> None:
    """The source tells how many entries are left; its server is asked for all the next time.

    ``is_base``: change files that follow the file of this source may still be applied to it.
    """
    tx.run(
        f"""UPDATE source AS s
               SET state = iif(? AND instr(url, '://') = 0, state, '{{}}'),
                   count = (SELECT count(*) FROM entry e WHERE e.source_id = s.id AND {VISIBLE})
             WHERE id = ?""",  # noqa: S608 constant
        int(is_base), source,
    )  # fmt: skip


def forget_addresses(tx: Transaction, addresses: Iterable[str]) -> int:
    """Addresses are proposed no more, unless somebody who is left has them; how many went."""
    return tx.run(
        "DELETE FROM correspondent WHERE address IN (SELECT value FROM json_each(?))",
        to_json(_of_nobody(tx, addresses)),
    )


def _of_nobody(reader: Reader, addresses: Iterable[str]) -> list[str]:
    """Those that nobody who is left has: a family may share one."""
    found = reader.all(
        f"""SELECT value FROM json_each(?)
             WHERE NOT EXISTS (SELECT 1 FROM entry e JOIN source s ON s.id = e.source_id
                                WHERE e.email = value COLLATE NOCASE
                                  AND e.email <> '' AND {VISIBLE})""",  # noqa: S608 constant
        to_json(sorted({one.strip().lower() for one in addresses if one})),
    )
    return [str(address) for (address,) in found]


def learned(reader: Reader, addresses: Iterable[str]) -> tuple[str, ...]:
    """Which of these addresses are proposed because they were written to."""
    found = reader.all(
        "SELECT address FROM correspondent WHERE address IN (SELECT value FROM json_each(?))",
        to_json(sorted({one.strip().lower() for one in addresses if one})),
    )
    return tuple(sorted(str(address) for (address,) in found))


def own_groups(reader: Reader, addresses: Iterable[str]) -> tuple[str, ...]:
    """Names of own groups that hold one of these addresses."""
    found = reader.all(
        """SELECT DISTINCT g.name FROM own_group g JOIN own_group_member m ON m.group_id = g.id
            WHERE m.address COLLATE NOCASE IN (SELECT value FROM json_each(?)) ORDER BY g.name""",
        to_json(sorted({one.strip().lower() for one in addresses if one})),
    )
    return tuple(str(name) for (name,) in found)


def leave_own_groups(tx: Transaction, addresses: Iterable[str], names: Iterable[str]) -> int:
    """Take addresses out of own groups, unless somebody who is left has them: only these ``names``
    go then. Groups that hold nobody go. How many memberships went.
    """
    gone = tx.run(
        """DELETE FROM own_group_member
            WHERE address COLLATE NOCASE IN (SELECT value FROM json_each(?))""",
        to_json(_of_nobody(tx, addresses)),
    )
    tx.run(
        """UPDATE own_group_member SET name = ''
            WHERE address COLLATE NOCASE IN (SELECT value FROM json_each(?))
              AND name COLLATE NOCASE IN (SELECT value FROM json_each(?))""",
        to_json(sorted(set(addresses))), to_json(sorted(set(names))),
    )  # fmt: skip
    tx.run("DELETE FROM own_group WHERE id NOT IN (SELECT group_id FROM own_group_member)")
    return gone
