"""How copies of a source come in.

Rule 1: readers see a whole copy of a source, the old one or the new one. An import writes rows of
a new generation in short transactions (the writer thread also saves drafts); one last transaction
shows them. Rows that did not change are kept: importing the same list each night costs little, and
ids stay.
Rule 2: a copy cut short by the server removes nothing.
Rule 3: a row and its full-text row live and die together.
Rule 4: a delta changes what it names and nothing else. The generation stays; changed rows keep
their ids, and with them their classes, ties, pictures.
Rule 5: from ``begin_import`` to ``rest``, the writer overwrites what it frees: a source
that is removed later leaves no trace in the room of rows that it changed, nor on pages that grew.
Rule 6: a copy that waits for a person stays as it was staged, unseen, until it is shown, refused,
or overtaken by the next one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, cast

from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.model.people import (
    Change,
    DirectoryEntry,
    EntryKind,
    Membership,
    Photo,
    SourceId,
    SourceKind,
    Tie,
    changed,
)
from mel_desktop.model.values import dataclass
from mel_desktop.store import erased, people_index
from mel_desktop.store.database import Reader, Transaction, to_json
from mel_desktop.store.people_rows import COLUMNS, ENTRY, VISIBLE, entry_of, more_of
from mel_desktop.store.times import to_text

if TYPE_CHECKING:
    from mel_desktop.store.people_entries import Ready

CLEAN_BATCH: Final = 2_000
STAGED: Final = ("staged_member", "staged_tie", "staged_mark", "staged_drop", "staged_photo")
TIE: Final = "tie"  # staged_drop.part
# A row of the copy that is shown, and none of the new copy has its key.
LEAVING: Final = """source_id = ? AND since <= ? AND seen >= ? AND seen < ?
              AND NOT EXISTS (SELECT 1 FROM entry n WHERE n.source_id = e.source_id
                               AND n.key = e.key AND n.seen = ?)"""


@dataclass(frozen=True, slots=True)
class Import:
    """An import on its way: its number, and the number of the copy that is shown meanwhile."""

    source: SourceId
    number: int
    shown: int
    is_delta: bool = False

    @property
    def generation(self) -> int:
        """Of the copy once it is there."""
        return self.shown if self.is_delta else self.number


def begin_import(tx: Transaction, wanted: SourceId, *, is_delta: bool = False) -> Import:
    """A new number, higher than any that ever left a row behind.

    A delta to a source that holds nothing yet is a copy of its own, and never a complete one.
    """
    people_index.overwrite_freed(tx, on=True)
    tx.run(
        """UPDATE source SET importing = max(importing, generation) + 1, settled = 0, waiting = ''
            WHERE id = ?""",
        wanted,
    )
    _unstage(tx, wanted)
    row = tx.one("SELECT importing, generation FROM source WHERE id = ?", wanted)
    if row is None:
        raise LookupError(wanted)
    shown = cast("int", row[1])
    return Import(wanted, cast("int", row[0]), shown, is_delta and shown > 0)


def check_turn(tx: Transaction, load: Import) -> None:
    """StoreTrouble(PROFILE_BUSY) where another process began a newer copy since, or removed the
    source: two that mix their rows would show half of each.
    """
    if not _is_newest(tx, load):
        raise StoreTrouble(ErrorCode.PROFILE_BUSY, why="another import")


def _is_newest(reader: Reader, load: Import) -> bool:
    return reader.value("SELECT importing FROM source WHERE id = ?", load.source) == load.number


def put_entries(tx: Transaction, load: Import, entries: Iterable[DirectoryEntry | Ready]) -> None:
    """Take entries in. Several with one key are one: their classes and roles are put together."""
    from mel_desktop.store import people_entries  # noqa: PLC0415 first needed here
    from mel_desktop.store.people_entries import Batch, Ready  # noqa: PLC0415 first needed here

    kept_out = erased.KeptOut(tx, load.source)
    given = (one if isinstance(one, Ready) else people_entries.ready(one) for one in entries)
    taken = [one for one in given if not kept_out.holds(one.entry)]
    keys = [one.entry.key for one in taken]
    if load.is_delta:
        _unmark(tx, load, keys)
    batch = Batch(tx, load, keys)
    for one in taken:
        batch.put(one)
    batch.write()


def put_changes(tx: Transaction, load: Import, changes: Sequence[Change]) -> None:
    """Take in what a change file says anew of entries; see Change."""
    from mel_desktop.store import people_entries  # noqa: PLC0415 first needed here
    from mel_desktop.store.people_entries import Batch  # noqa: PLC0415 first needed here

    kept_out = erased.KeptOut(tx, load.source)
    batch = Batch(tx, load, (change.entry.key for change in changes))
    for change in changes:
        key = change.entry.key
        fresh, old = batch.known(key)
        held = fresh or old
        if held is not None and fresh is None and _is_gone(tx, load, key):
            held = None
            batch.forget(key)
        after = changed(None if held is None else held.entry, change)
        if after is None or (held is None and kept_out.holds(after)):
            continue
        if held is None:
            _unmark(tx, load, [key])
        if fresh is None:
            _mark(tx, load, key, "patched")
        batch.put(people_entries.ready(after))
        drops = [(role, part.value) for role, part in change.groups]
        if change.ties:
            drops.append(("", TIE))
        tx.many(
            "INSERT OR IGNORE INTO staged_drop VALUES (?, ?, ?, ?)",
            ((load.source, key, role, part) for role, part in drops),
        )
    batch.write()


def drop(tx: Transaction, load: Import, keys: Iterable[str]) -> None:
    """Entries that are no more, also where they came earlier in the same import."""
    from mel_desktop.store import people_entries  # noqa: PLC0415 first needed here

    for key in keys:
        fresh = tx.all(
            "SELECT id FROM entry WHERE source_id = ? AND key = ? AND since = ?",
            load.source, key, load.number,
        )  # fmt: skip
        people_entries.delete(tx, [cast("int", row[0]) for row in fresh])
        tx.run(
            "UPDATE entry SET seen = ? WHERE source_id = ? AND key = ? AND seen = ?",
            load.shown, load.source, key, load.number,
        )  # fmt: skip
        _mark(tx, load, key, "gone")


def stage_members(tx: Transaction, load: Import, members: Iterable[Membership]) -> None:
    """Note memberships until all entries are here; subjects of one teacher are put together."""
    tx.many(
        """INSERT INTO staged_member (source_id, group_key, member_key, part, role, by_group)
           VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT DO UPDATE SET role = CASE
               WHEN role = '' THEN excluded.role
               WHEN instr(role, excluded.role) > 0 OR length(role) > 200 THEN role
               ELSE role || ', ' || excluded.role END""",
        (
            (load.source, one.group, one.member, one.part.value, one.role, int(one.by_group))
            for one in members
        ),
    )


def stage_ties(tx: Transaction, load: Import, ties: Iterable[Tie]) -> None:
    """Note ties until all entries are here; what two records say of one tie is put together."""
    tx.many(
        """INSERT INTO staged_tie
                  (source_id, pupil_key, guardian_key, relation, is_legal, is_contact)
           VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT DO UPDATE SET
               relation = CASE relation WHEN 'other' THEN excluded.relation ELSE relation END,
               is_legal = max(is_legal, excluded.is_legal),
               is_contact = max(is_contact, excluded.is_contact)""",
        (
            (load.source, one.pupil, one.guardian, one.relation.value, int(one.is_legal),
             int(one.is_contact))
            for one in ties
        ),
    )  # fmt: skip


def stage_photos(tx: Transaction, load: Import, photos: Iterable[Photo]) -> None:
    """Note pictures until all entries are here; the last of an entry counts."""
    tx.many(
        "INSERT OR REPLACE INTO staged_photo (source_id, key, octets) VALUES (?, ?, ?)",
        ((load.source, one.key, one.octets) for one in photos),
    )


# -- the end of an import --------------------------------------------------------------------------


def removals(reader: Reader, load: Import, *, complete: bool) -> tuple[int, int]:
    """(how many entries the new copy would take away, how many are shown)."""
    if load.shown == 0:
        return 0, 0
    shown = reader.value(
        "SELECT count(*) FROM entry WHERE source_id = ? AND since <= ? AND seen >= ?",
        load.source, load.shown, load.shown,
    )  # fmt: skip
    gone: object = 0
    if load.is_delta:
        gone = reader.value(
            """SELECT count(*) FROM staged_mark k CROSS JOIN entry e
                WHERE k.source_id = ? AND k.mark = 'gone'
                  AND e.source_id = k.source_id AND e.key = k.key
                  AND e.since <= ? AND e.seen >= ?""",
            load.source, load.shown, load.shown,
        )  # fmt: skip
    elif complete:
        gone = reader.value(
            f"SELECT count(*) FROM entry e WHERE {LEAVING}",  # noqa: S608 constant
            load.source, load.shown, load.shown, load.number, load.number,
        )  # fmt: skip
    return cast("int", gone), cast("int", shown)


def hold(tx: Transaction, load: Import, facts: Mapping[str, Any]) -> None:
    """Let the new copy wait for a person. ``facts``: JSON, given back by ``held``."""
    stored = {"number": load.number, "shown": load.shown, "delta": load.is_delta, **facts}
    tx.run("UPDATE source SET waiting = ? WHERE id = ?", to_json(stored), load.source)


def held(reader: Reader) -> tuple[tuple[Import, dict[str, Any]], ...]:
    """Copies that wait for a person, and what was noted of each; oldest source first."""
    found = []
    rows = reader.all("SELECT id, waiting FROM source WHERE waiting <> '' ORDER BY id")
    for id_, waiting in rows:
        facts = json.loads(cast("str", waiting))
        load = Import(SourceId(cast("int", id_)), facts["number"], facts["shown"], facts["delta"])
        found.append((load, facts))
    return tuple(found)


def leaving_names(reader: Reader, load: Import, limit: int) -> tuple[str, ...]:
    """Names of some entries that a waiting copy would take away."""
    if load.is_delta:
        rows = reader.all(
            """SELECT e.name FROM staged_mark k CROSS JOIN entry e
                WHERE k.source_id = ? AND k.mark = 'gone' AND e.source_id = k.source_id
                  AND e.key = k.key AND e.since <= ? AND e.seen >= ?
                ORDER BY e.kind <> 'person', e.name LIMIT ?""",
            load.source, load.shown, load.shown, limit,
        )  # fmt: skip
    else:
        rows = reader.all(
            f"""SELECT e.name FROM entry e WHERE {LEAVING}
                 ORDER BY e.kind <> 'person', e.name LIMIT ?""",  # noqa: S608 constant
            load.source, load.shown, load.shown, load.number, load.number, limit,
        )  # fmt: skip
    return tuple(str(name) for (name,) in rows)


def finish_import(
    tx: Transaction,
    load: Import,
    *,
    complete: bool,
    attribution: str,
    now: datetime,
    state: Mapping[str, Any] | None = None,
) -> tuple[dict[EntryKind, int], int]:
    """Show the new copy. What it holds by kind, and how many entries left the source."""
    people_index.overwrite_freed(tx, on=True)
    removed, _ = removals(tx, load, complete=complete)
    _settle(tx, load, complete=complete)
    tx.run(
        """UPDATE source
              SET generation = ?, updated_at = ?, attribution = ?, waiting = ''
            WHERE id = ?""",
        load.generation, to_text(now), attribution, load.source,
    )  # fmt: skip
    found = counts(tx, load.source)
    tx.run("UPDATE source SET count = ? WHERE id = ?", sum(found.values()), load.source)
    if not load.is_delta:  # a delta leaves the copy as complete as it was
        tx.run("UPDATE source SET complete = ? WHERE id = ?", int(complete), load.source)
    if state is not None:
        tx.run("UPDATE source SET state = ? WHERE id = ?", to_json(dict(state)), load.source)
    return found, removed


def counts(reader: Reader, wanted: SourceId) -> dict[EntryKind, int]:
    """How many entries of each kind are shown."""
    return {
        EntryKind(row[0]): cast("int", row[1])
        for row in reader.all(
            f"""SELECT e.kind, count(*) FROM source s JOIN entry e ON e.source_id = s.id
                 WHERE s.id = ? AND {VISIBLE} GROUP BY e.kind""",  # noqa: S608 constant
            wanted,
        )
    }


def would_hold(reader: Reader, load: Import) -> int:
    """How many entries a waiting copy would show."""
    gone, shown = removals(reader, load, complete=True)
    if not load.is_delta:
        found = reader.value(
            "SELECT count(*) FROM entry WHERE source_id = ? AND seen = ?", load.source, load.number
        )
        return cast("int", found)
    added = reader.value(
        """SELECT count(*) FROM entry e WHERE source_id = ? AND since = ?
              AND NOT EXISTS (SELECT 1 FROM entry o WHERE o.source_id = e.source_id
                               AND o.key = e.key AND o.since <= ? AND o.seen >= ?)""",
        load.source, load.number, load.shown, load.shown,
    )  # fmt: skip
    return shown - gone + cast("int", added)


def count_ties(reader: Reader, wanted: SourceId) -> int:
    """How many ties a source holds."""
    return cast(
        "int",
        reader.value(
            """SELECT count(*) FROM tie t CROSS JOIN entry e ON e.id = t.pupil_id
                 JOIN source s ON s.id = e.source_id
                WHERE e.source_id = ? AND e.since <= s.generation AND e.seen >= s.generation""",
            wanted,
        ),
    )


def nothing_new(tx: Transaction, wanted: SourceId, now: datetime) -> None:
    """The server says that the copy is as new as can be."""
    tx.run("UPDATE source SET updated_at = ? WHERE id = ?", to_text(now), wanted)


def refuse(tx: Transaction, wanted: SourceId) -> None:
    """Let a waiting copy go; ``clean`` then deletes its rows."""
    people_index.overwrite_freed(tx, on=True)
    tx.run("UPDATE source SET waiting = '' WHERE id = ?", wanted)


def part_copies(tx: Transaction, wanted: SourceId) -> None:
    """What is changed of the copy that is shown is not changed in the one that waits or comes in:
    rows that both hold become two. A change file is nothing without what it changes, and goes.
    """
    from mel_desktop.store import people_entries  # noqa: PLC0415 first needed here

    row = tx.one("SELECT importing, generation, waiting FROM source WHERE id = ?", wanted)
    number, shown, waiting = cast("tuple[int, int, str]", row)
    load = Import(wanted, number, shown)
    if waiting and json.loads(waiting)["delta"]:
        refuse(tx, wanted)
        while clean(tx, load):
            pass
        return
    shared = tx.all(
        f"""SELECT {ENTRY} FROM entry e
             WHERE source_id = ? AND since <= ? AND seen = ? AND seen > ?""",  # noqa: S608 constant
        wanted, shown, number, shown,
    )  # fmt: skip
    tx.run(
        "UPDATE entry SET seen = ? WHERE id IN (SELECT value FROM json_each(?))",
        shown, to_json([one[0] for one in shared]),
    )  # fmt: skip
    people_entries.insert(tx, load, [people_entries.ready(entry_of(one)) for one in shared])


def clean(tx: Transaction, load: Import) -> bool:
    """Delete some rows that no copy shows; False when none was left. Not while one waits, nor
    those of a newer import than ``load``.
    """
    from mel_desktop.store import people_entries  # noqa: PLC0415 first needed here

    wanted = load.source
    waits = tx.value("SELECT waiting <> '' FROM source WHERE id = ?", wanted)
    if waits or not _is_newest(tx, load):
        return False
    ids = [
        cast("int", row[0])
        for row in tx.all(
            f"""SELECT e.id FROM entry e JOIN source s ON s.id = e.source_id
                 WHERE e.source_id = ? AND NOT ({VISIBLE}) LIMIT ?""",  # noqa: S608 constant
            wanted,
            CLEAN_BATCH,
        )
    ]
    people_entries.delete(tx, ids)
    if len(ids) < CLEAN_BATCH:
        _unstage(tx, wanted)
        tx.run("UPDATE source SET settled = 1 WHERE id = ?", wanted)
        return False
    return True


def rest(tx: Transaction) -> None:
    """The import, or the removal, is over. In a transaction of its own: the index is written when
    one ends. Not while rows of another import come in.
    """
    is_busy = tx.one("SELECT 1 FROM source WHERE settled = 0 AND waiting = ''") is not None
    people_index.overwrite_freed(tx, on=is_busy)


def forget_if_unborn(tx: Transaction, load: Import) -> None:
    """A file whose very first import failed leaves no source behind; a server has settings, and
    stays to be tried again.
    """
    tx.run(
        """DELETE FROM source WHERE id = ? AND importing = ? AND generation = 0
              AND settings = '{}' AND kind <> ?""",
        load.source,
        load.number,
        SourceKind.LDAP.value,
    )


# -- inside ----------------------------------------------------------------------------------------


def _unstage(tx: Transaction, wanted: SourceId) -> None:
    for table in STAGED:
        tx.run(f"DELETE FROM {table} WHERE source_id = ?", wanted)  # noqa: S608 constants


def _mark(tx: Transaction, load: Import, key: str, mark: str) -> None:
    tx.run("INSERT OR REPLACE INTO staged_mark VALUES (?, ?, ?)", load.source, key, mark)


def _unmark(tx: Transaction, load: Import, keys: Sequence[str]) -> None:
    tx.run(
        """DELETE FROM staged_mark
            WHERE source_id = ? AND key IN (SELECT value FROM json_each(?))""",
        load.source, to_json(keys),
    )  # fmt: skip


def _is_gone(tx: Transaction, load: Import, key: str) -> bool:
    mark = tx.value(
        "SELECT mark FROM staged_mark WHERE source_id = ? AND key = ?", load.source, key
    )
    return mark == "gone"


def _settle(tx: Transaction, load: Import, *, complete: bool) -> None:
    from mel_desktop.store import people_settle  # noqa: PLC0415 first needed here

    if load.is_delta:
        _settle_delta(tx, load)
    else:
        people_settle.pictures_and_parts_stay(tx, load, complete=complete)
        if not complete:
            tx.run(
                f"UPDATE entry AS e SET seen = ? WHERE {LEAVING}",  # noqa: S608 constant
                load.number, load.source, load.shown, load.shown, load.number, load.number,
            )  # fmt: skip
    people_settle.members(tx, load, complete=complete)
    people_settle.ties(tx, load, complete=complete)
    people_settle.photos(tx, load, complete=complete)


def _settle_delta(tx: Transaction, load: Import) -> None:
    """Rows that changed take their new content under their old id; what is gone goes."""
    from mel_desktop.store import people_entries  # noqa: PLC0415 first needed here

    gone = tx.all(
        """SELECT e.id FROM staged_mark k CROSS JOIN entry e
            WHERE k.source_id = ? AND k.mark = 'gone' AND e.source_id = k.source_id
              AND e.key = k.key AND e.since <= ? AND e.seen >= ?""",
        load.source, load.shown, load.shown,
    )  # fmt: skip
    people_entries.delete(tx, [cast("int", row[0]) for row in gone])
    for row in tx.all(
        f"""SELECT {ENTRY}, (SELECT o.id FROM entry o
                             WHERE o.source_id = e.source_id AND o.key = e.key
                               AND o.since <= ? AND o.seen >= ? AND o.id <> e.id)
              FROM entry e WHERE e.source_id = ? AND e.since = ?""",  # noqa: S608 constant
        load.shown, load.shown, load.source, load.number,
    ):  # fmt: skip
        new, old = cast("int", row[0]), cast("int | None", row[COLUMNS])
        if old is None:
            tx.run("UPDATE entry SET since = ? WHERE id = ?", load.shown, new)
            continue
        entry = entry_of(row)
        people_entries.delete(tx, [new])  # first: two rows of one key and generation cannot be
        people_index.remove(tx, [old])
        tx.run(
            """UPDATE entry SET kind = ?, name = ?, email = ?, role = ?, school = ?, uai = ?,
                                classes = ?, town = ?, phone = ?, more = ?, seen = ?
                WHERE id = ?""",
            entry.kind.value, entry.name, entry.email, entry.role, entry.school, entry.uai,
            to_json(entry.classes), entry.town, entry.phone, more_of(entry), load.number, old,
        )  # fmt: skip
        tx.run("DELETE FROM entry_same WHERE entry_id = ?", old)
        people_index.add(tx, [(old, entry)])
        people_entries.put_same(tx, [(old, entry)])
