"""Staged classes, ties and pictures become rows, once all entries of an import are here.

Entries are named by keys until then, for they come in any order. CROSS JOIN keeps the order of the
joins: SQLite would begin with all entries, squared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mel_desktop.store.database import Transaction

if TYPE_CHECKING:
    from mel_desktop.store.people_intake import Import

# What a delta named: those rows have its number. What it changed but in some fields keeps the
# classes and ties of which it says nothing.
_RESTATED = """EXISTS (SELECT 1 FROM entry g CROSS JOIN entry m CROSS JOIN staged_member t
                        WHERE g.id = group_id AND m.id = member_id
                          AND t.source_id = g.source_id AND t.group_key = g.key
                          AND t.member_key = m.key AND t.part = membership.part)"""
_TOLD = """EXISTS (SELECT 1 FROM entry p CROSS JOIN entry g CROSS JOIN staged_tie t
                    WHERE p.id = pupil_id AND g.id = guardian_id
                      AND t.source_id = p.source_id AND t.pupil_key = p.key
                      AND t.guardian_key = g.key)"""
_NEWS = """(SELECT o.id AS old, n.id AS new
              FROM entry n CROSS JOIN entry o ON o.source_id = n.source_id AND o.key = n.key
             WHERE n.source_id = ? AND n.since = ? AND o.id <> n.id
               AND o.since <= ? AND o.seen >= ? AND o.seen < ?)"""


def pictures_and_parts_stay(tx: Transaction, load: Import, *, complete: bool) -> None:
    """A copy cut short says nothing of what it does not hold: new rows of known entries get the
    classes, ties and pictures of the old ones.
    """
    if complete or load.shown == 0:
        return
    found = tx.all(
        f"SELECT old, new FROM {_NEWS}",  # noqa: S608 constant
        load.source, load.number, load.shown, load.shown, load.number,
    )  # fmt: skip
    pairs = [(new, old) for old, new in found]
    for table, column in (
        ("membership", "group_id"), ("membership", "member_id"), ("tie", "pupil_id"),
        ("tie", "guardian_id"), ("photo", "entry_id"),
    ):  # fmt: skip
        tx.many(
            f"UPDATE OR IGNORE {table} SET {column} = ? WHERE {column} = ?",  # noqa: S608 constants
            pairs,
        )


def members(tx: Transaction, load: Import, *, complete: bool) -> None:
    """Memberships of the rows that the new copy shows."""
    shown = load.generation
    tx.run(  # first parts of a DN become the DNs that begin with them; "-" follows "," in ASCII
        """INSERT OR IGNORE INTO staged_member
                  (source_id, group_key, member_key, part, role, by_group)
           SELECT t.source_id, t.group_key, m.key, t.part, t.role, t.by_group
             FROM staged_member t
             CROSS JOIN entry m ON m.source_id = t.source_id AND m.key >= t.member_key
                         AND m.key < substr(t.member_key, 1, length(t.member_key) - 1) || '-'
            WHERE t.source_id = ? AND substr(t.member_key, -1) = ','
              AND m.since <= ? AND m.seen >= ?""",
        load.source,
        shown,
        shown,
    )
    if load.is_delta:
        _drop_unnamed(tx, load)
    elif complete and _may_hold(tx, load, "membership"):
        tx.run(
            f"""DELETE FROM membership
                 WHERE group_id IN (SELECT id FROM entry
                                     WHERE source_id = ? AND kind = 'group' AND seen = ?)
                   AND NOT {_RESTATED}""",  # noqa: S608 constant
            load.source,
            load.number,
        )
    tx.run(
        """INSERT INTO membership (group_id, member_id, part, role, by_group)
           SELECT g.id, m.id, t.part, t.role, t.by_group
             FROM staged_member t
             CROSS JOIN entry g ON g.source_id = t.source_id AND g.key = t.group_key
                               AND g.since <= ? AND g.seen >= ?
             CROSS JOIN entry m ON m.source_id = t.source_id AND m.key = t.member_key
                               AND m.since <= ? AND m.seen >= ?
            WHERE t.source_id = ?
           ON CONFLICT DO UPDATE SET role = excluded.role, by_group = excluded.by_group
                WHERE role <> excluded.role OR by_group <> excluded.by_group""",
        shown,
        shown,
        shown,
        shown,
        load.source,
    )


def ties(tx: Transaction, load: Import, *, complete: bool) -> None:
    """Ties of the rows that the new copy shows."""
    shown = load.generation
    if load.is_delta:
        for which in (
            f"pupil_id IN {_named(load)} AND {_whole('pupil_id')}",
            f"""pupil_id IN {_dropped(load)}
                AND EXISTS (SELECT 1 FROM entry p CROSS JOIN staged_drop d
                             WHERE p.id = pupil_id AND d.source_id = p.source_id
                               AND d.key = p.key AND d.part = 'tie')""",  # noqa: S608 numbers
        ):
            tx.run(f"DELETE FROM tie WHERE {which} AND NOT {_TOLD}")  # noqa: S608 numbers
    elif complete and _may_hold(tx, load, "tie"):
        tx.run(
            f"""DELETE FROM tie
                 WHERE pupil_id IN (SELECT id FROM entry WHERE source_id = ? AND seen = ?)
                   AND NOT {_TOLD}""",  # noqa: S608 constant
            load.source,
            load.number,
        )
    tx.run(
        """INSERT INTO tie (pupil_id, guardian_id, relation, is_legal, is_contact)
           SELECT p.id, g.id, t.relation, t.is_legal, t.is_contact
             FROM staged_tie t
             CROSS JOIN entry p ON p.source_id = t.source_id AND p.key = t.pupil_key
                               AND p.since <= ? AND p.seen >= ? AND p.kind = 'person'
             CROSS JOIN entry g ON g.source_id = t.source_id AND g.key = t.guardian_key
                               AND g.since <= ? AND g.seen >= ? AND g.kind = 'person'
            WHERE t.source_id = ? AND p.id <> g.id
           ON CONFLICT DO UPDATE SET relation = excluded.relation, is_legal = excluded.is_legal,
                                     is_contact = excluded.is_contact""",
        shown,
        shown,
        shown,
        shown,
        load.source,
    )


def photos(tx: Transaction, load: Import, *, complete: bool) -> None:
    """Pictures of the rows that the new copy shows."""
    shown = load.generation
    if complete and not load.is_delta and _may_hold(tx, load, "photo"):
        tx.run(
            """DELETE FROM photo
                WHERE entry_id IN (SELECT e.id FROM entry e
                                    WHERE e.source_id = ? AND e.seen = ?
                                      AND NOT EXISTS (SELECT 1 FROM staged_photo t
                                                       WHERE t.source_id = e.source_id
                                                         AND t.key = e.key))""",
            load.source,
            load.number,
        )
    tx.run(
        """INSERT OR REPLACE INTO photo (entry_id, octets)
           SELECT e.id, t.octets
             FROM staged_photo t
             CROSS JOIN entry e ON e.source_id = t.source_id AND e.key = t.key
                               AND e.since <= ? AND e.seen >= ?
            WHERE t.source_id = ?""",
        shown,
        shown,
        load.source,
    )


def _may_hold(tx: Transaction, load: Import, table: str) -> bool:
    """Whether rows of the copy that is shown may be here; all of its entries are looked at then."""
    return load.shown > 0 and tx.one(f"SELECT 1 FROM {table} LIMIT 1") is not None  # noqa: S608 constants


def _drop_unnamed(tx: Transaction, load: Import) -> None:
    """What a record that the delta names told before, and tells no more.

    One statement for each way to be named: each begins with the few rows that it is about.
    """
    named = _named(load)
    for which in (
        f"by_group = 1 AND group_id IN {named} AND {_whole('group_id')}",
        f"by_group = 0 AND member_id IN {named} AND {_whole('member_id')}",
        f"""member_id IN {_dropped(load)}
            AND EXISTS (SELECT 1 FROM entry m CROSS JOIN entry g CROSS JOIN staged_drop d
                         WHERE m.id = member_id AND g.id = group_id
                           AND d.source_id = m.source_id AND d.key = m.key
                           AND d.group_role = g.role AND d.part = membership.part)""",  # noqa: S608 numbers
    ):
        tx.run(f"DELETE FROM membership WHERE {which} AND NOT {_RESTATED}")  # noqa: S608 numbers


def _dropped(load: Import) -> str:
    return f"""(SELECT x.id FROM staged_drop y
                  CROSS JOIN entry x ON x.source_id = y.source_id AND x.key = y.key
                 WHERE y.source_id = {load.source:d})"""  # noqa: S608 numbers


def _named(load: Import) -> str:
    return f"(SELECT id FROM entry WHERE source_id = {load.source:d} AND seen = {load.number:d})"  # noqa: S608 numbers


def _whole(column: str) -> str:
    """Whether the delta gave the record whole."""
    return f"""NOT EXISTS (SELECT 1 FROM entry w CROSS JOIN staged_mark k
                            WHERE w.id = {column} AND k.source_id = w.source_id AND k.key = w.key
                              AND k.mark = 'patched')"""  # noqa: S608 constants
