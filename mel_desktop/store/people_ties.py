"""Families, classes of a person, pictures, and rows of other sources that have the same keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, cast

from mel_desktop.logic.same_person import MAIL, MOST_ROWS, UAI, keys_of
from mel_desktop.model.people import EntryId, EntryKind, Part, Relation
from mel_desktop.model.values import dataclass
from mel_desktop.store.database import Reader, to_json
from mel_desktop.store.people_rows import COLUMNS, ENTRY, VISIBLE, Stored, stored_of

MOST_AT_ONCE: Final = 5_000
MOST_ASKED: Final = 4 * MOST_ROWS  # rows of one key that are looked at

# As the partial index says it.
_WITH_PART: Final = "k.part = '{part}' AND k.part IN ('head-teacher', 'delegate')"


@dataclass(frozen=True, slots=True)
class Kin:
    """One end of a tie as a row. ``of``: the row at the other end."""

    stored: Stored
    of: EntryId
    relation: Relation
    is_legal: bool
    is_contact: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A group that somebody is in, and as what; ``member``: the row of theirs."""

    group: Stored
    member: EntryId
    part: Part
    role: str


def holders(reader: Reader, key: str) -> tuple[Stored, ...]:
    """Visible rows that have a key (logic.same_person), at most MOST_ROWS + 1."""
    found = _rows(
        reader,
        "JOIN entry_same k ON k.entry_id = e.id WHERE k.key = ?",
        key,
    )
    if key.startswith(MAIL):
        found |= _rows(
            reader,
            "WHERE e.email = ? COLLATE NOCASE AND e.email <> ''",
            key[len(MAIL) :],
        )
    elif key.startswith(UAI):
        found |= _rows(
            reader,
            "WHERE e.uai = ? AND e.kind IN ('school', 'service')",
            key[len(UAI) :],
        )
    return tuple(one for one in found.values() if key in keys_of(one.entry))[: MOST_ROWS + 1]


def holders_of_many(
    reader: Reader, keys: Iterable[str], known: Mapping[EntryId, Stored]
) -> dict[str, tuple[Stored, ...]]:
    """``holders`` of each of these keys, in four questions; {} where very many rows have some.

    First the ids alone, which the indexes hold: mostly each key is that of one known row.

    ``known``: rows that need not be read again.
    """
    wanted = list(keys)
    ids: dict[str, dict[EntryId, None]] = {key: {} for key in wanted}
    for prefix, which in (
        ("", "k.entry_id FROM json_each(?) w CROSS JOIN entry_same k ON k.key = w.value"),
        (MAIL, "e.id FROM json_each(?) w CROSS JOIN entry e ON e.email = w.value COLLATE NOCASE"
                          " AND e.email <> ''"),
        (UAI, "e.id FROM json_each(?) w CROSS JOIN entry e ON e.uai = w.value"
                         " AND e.kind IN ('school', 'service')"),
    ):  # fmt: skip
        asked = [key[len(prefix) :] for key in wanted if key.startswith(prefix)]
        if not asked:
            continue
        rows = reader.all(
            f"SELECT w.value, {which} LIMIT ?",
            to_json(asked),
            MOST_AT_ONCE,
        )
        if len(rows) == MOST_AT_ONCE:
            return {}
        for key, id_ in rows:
            ids[prefix + cast("str", key)][EntryId(cast("int", id_))] = None
    others = {id_ for found in ids.values() for id_ in found if id_ not in known}
    stored = {**known, **by_id(reader, others)} if others else known
    keys_known = {id_: keys_of(stored[id_].entry) for found in ids.values() for id_ in found
                  if id_ in stored}  # fmt: skip
    return {
        key: tuple(stored[id_] for id_ in found if key in keys_known.get(id_, ()))[: MOST_ROWS + 1]
        for key, found in ids.items()
    }


def _rows(reader: Reader, which: str, value: str) -> dict[EntryId, Stored]:
    return {
        one.id: one
        for one in map(
            stored_of,
            reader.all(
                f"""SELECT {ENTRY}, s.name FROM entry e JOIN source s ON s.id = e.source_id
                     {which} AND {VISIBLE} LIMIT ?""",  # noqa: S608 constants
                value,
                MOST_ASKED,
            ),
        )
    }


def guardians(reader: Reader, pupils: Iterable[EntryId]) -> tuple[Kin, ...]:
    """Visible guardians of rows of pupils."""
    return _kin(reader, pupils, "pupil_id", "guardian_id")


def pupils(reader: Reader, of: Iterable[EntryId]) -> tuple[Kin, ...]:
    """Visible pupils of rows of guardians."""
    return _kin(reader, of, "guardian_id", "pupil_id")


def _kin(reader: Reader, ids: Iterable[EntryId], known: str, wanted: str) -> tuple[Kin, ...]:
    return tuple(
        Kin(
            stored_of(row),
            EntryId(cast("int", row[COLUMNS + 1])),
            Relation(row[COLUMNS + 2]),
            bool(row[COLUMNS + 3]),
            bool(row[COLUMNS + 4]),
        )
        for row in reader.all(
            f"""SELECT {ENTRY}, s.name, t.{known}, t.relation, t.is_legal, t.is_contact
                  FROM json_each(?) w CROSS JOIN tie t ON t.{known} = w.value
                  CROSS JOIN entry e ON e.id = t.{wanted}
                  JOIN source s ON s.id = e.source_id
                 WHERE {VISIBLE} ORDER BY e.name, e.id""",  # noqa: S608 constants
            to_json(list(ids)),
        )
    )


def places(reader: Reader, ids: Sequence[EntryId]) -> tuple[Place, ...]:
    """Visible groups that rows of one person are in, by name."""
    return tuple(
        Place(
            stored_of(row),
            EntryId(cast("int", row[COLUMNS + 1])),
            Part(row[COLUMNS + 2]),
            cast("str", row[COLUMNS + 3]),
        )
        for row in reader.all(
            f"""SELECT {ENTRY}, s.name, k.member_id, k.part, k.role
                  FROM json_each(?) w CROSS JOIN membership k ON k.member_id = w.value
                  CROSS JOIN entry e ON e.id = k.group_id
                  JOIN source s ON s.id = e.source_id
                 WHERE {VISIBLE} ORDER BY e.name, e.id, k.part""",  # noqa: S608 constants
            to_json(list(ids)),
        )
    )


def schools_with_part(reader: Reader, part: Part) -> tuple[tuple[str, str, int], ...]:
    """(UAI, name, how many) of schools that have head teachers or delegates; the name alone counts
    where there is no UAI.
    """
    found = reader.all(
        f"""SELECT upper(g.uai), max(g.school), count(DISTINCT k.member_id)
              FROM membership k CROSS JOIN entry g ON g.id = k.group_id
              CROSS JOIN source s ON s.id = g.source_id
              JOIN entry e ON e.id = k.member_id AND {VISIBLE}
             WHERE {_WITH_PART.format(part=part.value)} AND g.since <= s.generation
               AND g.seen >= s.generation
             GROUP BY upper(g.uai), iif(g.uai = '', g.school, '')"""  # noqa: S608 constants
    )
    return cast("tuple[tuple[str, str, int], ...]", tuple(found))


def with_part(
    reader: Reader, part: Part, limit: int, uai: str, school: str
) -> tuple[tuple[Stored, Stored], ...]:
    """(group, person) of all who are head teachers or delegates in a school, by person's name;
    ``school`` counts where there is no UAI. () where they are more than ``limit``.
    """
    found = reader.all(
        f"""SELECT k.group_id, {ENTRY}, s.name
              FROM membership k CROSS JOIN entry g ON g.id = k.group_id
                   AND g.uai = ? COLLATE NOCASE AND (g.uai <> '' OR g.school = ?)
              CROSS JOIN entry e ON e.id = k.member_id
              JOIN source s ON s.id = e.source_id
             WHERE {_WITH_PART.format(part=part.value)}
               AND {VISIBLE} ORDER BY e.name, e.id LIMIT ?""",  # noqa: S608 constants
        uai,
        school,
        limit + 1,
    )
    if len(found) > limit:
        return ()
    groups = by_id(reader, {EntryId(cast("int", row[0])) for row in found})
    return tuple(
        (groups[EntryId(cast("int", row[0]))], stored_of(row[1:]))
        for row in found
        if row[0] in groups
    )


def by_id(reader: Reader, ids: Iterable[EntryId]) -> dict[EntryId, Stored]:
    """Visible rows by their ids."""
    return {
        one.id: one
        for one in map(
            stored_of,
            reader.all(
                f"""SELECT {ENTRY}, s.name FROM json_each(?) w CROSS JOIN entry e ON e.id = w.value
                      JOIN source s ON s.id = e.source_id WHERE {VISIBLE}""",  # noqa: S608 constants
                to_json(sorted(ids)),
            ),
        )
    }


def of_school(reader: Reader, uai: str, kind: EntryKind, limit: int) -> tuple[Stored, ...]:
    """Visible rows of one kind that carry this UAI, by the full-text index."""
    return tuple(
        stored_of(row)
        for row in reader.all(
            f"""SELECT {ENTRY}, s.name
                  FROM entry_fts f CROSS JOIN entry e ON e.id = f.rowid
                  JOIN source s ON s.id = e.source_id
                 WHERE entry_fts MATCH ? AND {VISIBLE} LIMIT ?""",  # noqa: S608 constants
            f'facets : "kind{kind.value}" AND uai : "{uai.replace(chr(34), "")}"',
            limit,
        )
    )


def photo(reader: Reader, ids: Sequence[EntryId]) -> bytes:
    """The picture of the first of these rows that has one, or b""."""
    for id_ in ids:
        found = reader.value("SELECT octets FROM photo WHERE entry_id = ?", id_)
        if found is not None:
            return cast("bytes", found)
    return b""
