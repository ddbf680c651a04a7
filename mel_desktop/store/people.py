"""The directory in the database: sources, entries, groups, and the index that completes names.

Rule 1: readers see a whole copy of a source, the old one or the new one. An import writes rows of
a new generation in short transactions (the writer thread also saves drafts); one last transaction
shows them. Rows that did not change are kept: importing the same list each night costs little, and
ids stay.
Rule 2: a copy cut short by the server removes nothing.
Rule 3: a row and its full-text row live and die together.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, cast

from mel_desktop.logic.directory_query import address_words, class_words, facets
from mel_desktop.logic.folding import searchable
from mel_desktop.model.people import (
    DirectoryEntry,
    DirectorySource,
    EntryId,
    EntryKind,
    LdapSettings,
    Membership,
    SourceId,
    SourceKind,
)
from mel_desktop.store.database import Reader, Row, Transaction, to_json
from mel_desktop.store.times import from_text, to_text

CLEAN_BATCH: Final = 2_000
MOST_ROLE: Final = 200
ENTRY: Final = """e.id, e.key, e.kind, e.name, e.email, e.role, e.school, e.uai, e.classes, e.town,
                  e.phone"""
VISIBLE: Final = "e.since <= s.generation AND e.seen >= s.generation"
SOURCE: Final = "id, kind, name, url, updated_at, count, complete, attribution"


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry with its id and the name of its source."""

    id: EntryId
    entry: DirectoryEntry
    source: str


def has_name(reader: Reader, word: str) -> bool:
    """Whether anybody or anything of the directory has this word in the name."""
    phrase = searchable(word).replace('"', "")
    match = f'name : "{phrase}"'
    return (
        reader.value("SELECT 1 FROM entry_fts WHERE entry_fts MATCH ? LIMIT 1", match) is not None
    )


# -- Sources ---------------------------------------------------------------------------------------


def sources(reader: Reader) -> tuple[DirectorySource, ...]:
    """All sources, oldest first. One whose first import is not through has no date."""
    return tuple(
        _source(row)
        for row in reader.all(f"SELECT {SOURCE} FROM source ORDER BY id")  # noqa: S608 constant
    )


def source(reader: Reader, wanted: SourceId) -> DirectorySource | None:
    """One, or None."""
    row = reader.one(f"SELECT {SOURCE} FROM source WHERE id = ?", wanted)  # noqa: S608 constant
    return None if row is None else _source(row)


def put_source(
    tx: Transaction, kind: SourceKind, name: str, url: str, settings: LdapSettings | None
) -> SourceId:
    """The source of this kind and name, made if need be; its URL and settings replaced."""
    stored = "{}" if settings is None else _settings_json(settings)
    tx.run(
        """INSERT INTO source (kind, name, url, settings) VALUES (?, ?, ?, ?)
           ON CONFLICT (kind, name)
              DO UPDATE SET url = excluded.url, settings = excluded.settings""",
        kind.value,
        name,
        url,
        stored,
    )
    found = tx.value("SELECT id FROM source WHERE kind = ? AND name = ?", kind.value, name)
    return SourceId(cast("int", found))


def ldap_settings(reader: Reader, wanted: SourceId) -> tuple[LdapSettings, bool]:
    """Settings of an LDAP source, and whether a refused password holds it."""
    row = reader.one("SELECT url, settings FROM source WHERE id = ?", wanted)
    if row is None:
        raise LookupError(wanted)
    stored = json.loads(cast("str", row[1]))
    settings = LdapSettings(
        url=cast("str", row[0]),
        base=stored["base"],
        bind_dn=stored["bind_dn"],
        ca_pem=stored["ca_pem"],
        page_size=stored["page_size"],
        profile=stored.get("profile", ""),
        photos=stored.get("photos", False),
    )
    return settings, bool(stored.get("held"))


def hold_source(tx: Transaction, wanted: SourceId) -> None:
    """The server refused the password: not tried again until ``put_source`` with a new one."""
    tx.run(
        "UPDATE source SET settings = json_set(settings, '$.held', json('true')) WHERE id = ?",
        wanted,
    )


def remove_source(tx: Transaction, wanted: SourceId) -> None:
    """Delete with entries, groups, index rows and password; the freed octets are overwritten."""
    tx.run("PRAGMA secure_delete=ON")
    try:
        tx.run(
            """DELETE FROM entry_fts
                WHERE rowid IN (SELECT id FROM entry WHERE source_id = ?)""",
            wanted,
        )
        tx.run("DELETE FROM source WHERE id = ?", wanted)  # entries and memberships follow
        tx.run("DELETE FROM secret WHERE owner = ?", secret_owner(wanted))
        # A contentless index keeps the words of deleted rows until its segments are merged.
        tx.run("INSERT INTO entry_fts (entry_fts) VALUES ('optimize')")
    finally:
        tx.run("PRAGMA secure_delete=OFF")


def secret_owner(wanted: SourceId) -> str:
    """Owner of the source's password in the table of secrets."""
    return f"directory:{wanted}"


# -- Imports ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Import:
    """An import on its way: its number, and the number of the copy that is shown meanwhile."""

    source: SourceId
    number: int
    shown: int


def begin_import(tx: Transaction, wanted: SourceId) -> Import:
    """A new number, higher than any that ever left a row behind."""
    tx.run(
        """UPDATE source SET importing = max(importing, generation) + 1, settled = 0
            WHERE id = ?""",
        wanted,
    )
    tx.run("DELETE FROM staged_member WHERE source_id = ?", wanted)
    row = tx.one("SELECT importing, generation FROM source WHERE id = ?", wanted)
    if row is None:
        raise LookupError(wanted)
    return Import(wanted, cast("int", row[0]), cast("int", row[1]))


def put_entries(tx: Transaction, load: Import, entries: Iterable[DirectoryEntry]) -> None:
    """Take entries in. Several with one key are one: their classes and roles are put together."""
    for entry in entries:
        _put_entry(tx, load, entry)


def stage_members(tx: Transaction, load: Import, members: Iterable[Membership]) -> None:
    """Note memberships until all entries are here."""
    tx.many(
        "INSERT OR IGNORE INTO staged_member VALUES (?, ?, ?, ?)",
        ((load.source, one.group, one.member, one.role) for one in members),
    )


def finish_import(
    tx: Transaction, load: Import, *, complete: bool, attribution: str, now: datetime
) -> tuple[dict[EntryKind, int], int]:
    """Show the new copy. What it holds by kind, and how many entries left the source."""
    if not complete:
        tx.run(
            """UPDATE entry AS e SET seen = ?
                WHERE source_id = ? AND since <= ? AND seen >= ? AND seen < ?
                  AND NOT EXISTS (SELECT 1 FROM entry n WHERE n.source_id = e.source_id
                                   AND n.key = e.key AND n.seen = ?)""",
            load.number, load.source, load.shown, load.shown, load.number, load.number,
        )  # fmt: skip
    removed = tx.value(
        """SELECT count(*) FROM entry e
            WHERE source_id = ? AND since <= ? AND seen >= ? AND seen < ?
              AND NOT EXISTS (SELECT 1 FROM entry n WHERE n.source_id = e.source_id
                               AND n.key = e.key AND n.seen = ?)""",
        load.source, load.shown, load.shown, load.number, load.number,
    )  # fmt: skip
    _settle_members(tx, load, complete=complete)
    counts = {
        EntryKind(row[0]): cast("int", row[1])
        for row in tx.all(
            "SELECT kind, count(*) FROM entry WHERE source_id = ? AND seen = ? GROUP BY kind",
            load.source,
            load.number,
        )
    }
    tx.run(
        """UPDATE source
              SET generation = ?, updated_at = ?, attribution = ?, complete = ?, count = ?
            WHERE id = ?""",
        load.number, to_text(now), attribution, int(complete), sum(counts.values()), load.source,
    )  # fmt: skip
    return counts, cast("int", removed)


def clean(tx: Transaction, wanted: SourceId) -> bool:
    """Delete some rows that no copy shows; False when none was left."""
    ids = [
        cast("int", row[0])
        for row in tx.all(
            f"""SELECT e.id FROM entry e JOIN source s ON s.id = e.source_id
                 WHERE e.source_id = ? AND NOT ({VISIBLE}) LIMIT ?""",  # noqa: S608 constant
            wanted,
            CLEAN_BATCH,
        )
    ]
    tx.many("DELETE FROM entry_fts WHERE rowid = ?", ((one,) for one in ids))
    tx.many("DELETE FROM entry WHERE id = ?", ((one,) for one in ids))
    if len(ids) < CLEAN_BATCH:
        tx.run("DELETE FROM staged_member WHERE source_id = ?", wanted)
        tx.run("UPDATE source SET settled = 1 WHERE id = ?", wanted)
        return False
    return True


def forget_if_unborn(tx: Transaction, load: Import) -> None:
    """A file whose very first import failed leaves no source behind."""
    tx.run(
        "DELETE FROM source WHERE id = ? AND generation = 0 AND kind <> ?",
        load.source,
        SourceKind.LDAP.value,
    )


def _put_entry(tx: Transaction, load: Import, entry: DirectoryEntry) -> None:
    fresh: tuple[EntryId, DirectoryEntry, int] | None = None
    old: tuple[EntryId, DirectoryEntry, int] | None = None
    for row in tx.all(
        f"SELECT {ENTRY}, since, seen FROM entry e WHERE source_id = ? AND key = ?",  # noqa: S608 constant
        load.source,
        entry.key,
    ):
        since, seen = cast("tuple[int, int]", row[11:])
        found = (EntryId(cast("int", row[0])), _entry(row), since)
        if seen == load.number:
            fresh = found
        elif since <= load.shown <= seen:
            old = found
    if fresh is not None:
        id_, known, since = fresh
        merged = _merged(known, entry)
        if merged == known:
            return
        if since == load.number:
            tx.run("DELETE FROM entry WHERE id = ?", id_)
            tx.run("DELETE FROM entry_fts WHERE rowid = ?", id_)
        else:  # shown by the old copy, and now no longer the same
            tx.run("UPDATE entry SET seen = ? WHERE id = ?", load.shown, id_)
        _insert(tx, load, merged)
    elif old is not None and old[1] == entry:
        tx.run("UPDATE entry SET seen = ? WHERE id = ?", load.number, old[0])
    else:
        _insert(tx, load, entry)


def _insert(tx: Transaction, load: Import, entry: DirectoryEntry) -> None:
    id_ = tx.insert(
        """INSERT INTO entry (source_id, key, kind, name, email, role, school, uai, classes, town,
                              phone, since, seen)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        load.source, entry.key, entry.kind.value, entry.name, entry.email, entry.role,
        entry.school, entry.uai, to_json(entry.classes), entry.town, entry.phone, load.number,
        load.number,
    )  # fmt: skip
    _index(tx, [(id_, entry)])


def index_again(tx: Transaction, ids: Sequence[int]) -> None:
    """Index entries anew from their rows, visible or not; ascending ids are quickest."""
    tx.many("DELETE FROM entry_fts WHERE rowid = ?", ((one,) for one in ids))
    rows = tx.all(
        f"""SELECT {ENTRY} FROM entry e
             WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id""",  # noqa: S608 constant
        to_json(list(ids)),
    )
    _index(tx, [(cast("int", row[0]), _entry(row)) for row in rows])


def _index(tx: Transaction, entries: Sequence[tuple[int, DirectoryEntry]]) -> None:
    tx.many(
        """INSERT INTO entry_fts (rowid, name, email, role, school, classes, town, uai, facets)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            (id_, searchable(one.name), searchable(address_words(one.email)), searchable(one.role),
             searchable(one.school), searchable(class_words(one.classes)), searchable(one.town),
             one.uai, facets(one))
            for id_, one in entries
        ],
    )  # fmt: skip


def _merged(known: DirectoryEntry, more: DirectoryEntry) -> DirectoryEntry:
    role = known.role
    if more.role and more.role not in role:
        role = f"{role}, {more.role}" if role else more.role
    return replace(
        known,
        email=known.email or more.email,
        role=role if len(role) <= MOST_ROLE else known.role,
        school=known.school or more.school,
        uai=known.uai or more.uai,
        classes=tuple(dict.fromkeys((*known.classes, *more.classes))),
        town=known.town or more.town,
        phone=known.phone or more.phone,
    )


def _settle_members(tx: Transaction, load: Import, *, complete: bool) -> None:
    """Turn staged keys into memberships of the rows that the new copy shows.

    CROSS JOIN keeps the order of the joins: SQLite would begin with all entries, squared.
    """
    tx.run(  # first parts of a DN become the DNs that begin with them; "-" follows "," in ASCII
        """INSERT OR IGNORE INTO staged_member (source_id, group_key, member_key, role)
           SELECT t.source_id, t.group_key, m.key, t.role
             FROM staged_member t
             CROSS JOIN entry m ON m.source_id = t.source_id AND m.key >= t.member_key
                         AND m.key < substr(t.member_key, 1, length(t.member_key) - 1) || '-'
            WHERE t.source_id = ? AND substr(t.member_key, -1) = ',' AND m.seen = ?""",
        load.source,
        load.number,
    )
    if complete:
        tx.run(
            """DELETE FROM membership
                WHERE group_id IN (SELECT id FROM entry
                                    WHERE source_id = ? AND kind = 'group' AND seen = ?)
                  AND NOT EXISTS (SELECT 1 FROM entry g CROSS JOIN entry m
                                                   CROSS JOIN staged_member t
                                   WHERE g.id = group_id AND m.id = member_id
                                     AND t.source_id = g.source_id AND t.group_key = g.key
                                     AND t.member_key = m.key)""",
            load.source,
            load.number,
        )
    tx.run(
        """INSERT OR IGNORE INTO membership (group_id, member_id, role)
           SELECT g.id, m.id, t.role
             FROM staged_member t
             CROSS JOIN entry g ON g.source_id = t.source_id AND g.key = t.group_key AND g.seen = ?
             CROSS JOIN entry m ON m.source_id = t.source_id AND m.key = t.member_key AND m.seen = ?
            WHERE t.source_id = ?""",
        load.number,
        load.number,
        load.source,
    )


# -- Reading ---------------------------------------------------------------------------------------


def matching(reader: Reader, match: str, limit: int) -> list[Stored]:
    """Visible entries that an FTS5 expression finds, oldest rows first, at most ``limit``."""
    return [
        _stored(row)
        for row in reader.all(
            f"""SELECT {ENTRY}, s.name
                  FROM entry_fts f CROSS JOIN entry e ON e.id = f.rowid
                  JOIN source s ON s.id = e.source_id
                 WHERE entry_fts MATCH ? AND {VISIBLE} LIMIT ?""",  # noqa: S608 constants
            match,
            limit,
        )
    ]


def count_matching(reader: Reader, match: str) -> int:
    """How many visible entries an FTS5 expression finds."""
    if reader.one("SELECT 1 FROM source WHERE settled = 0") is None:
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


def entry(reader: Reader, wanted: EntryId) -> Stored | None:
    """One visible entry, or None."""
    row = reader.one(
        f"""SELECT {ENTRY}, s.name FROM entry e JOIN source s ON s.id = e.source_id
             WHERE e.id = ? AND {VISIBLE}""",  # noqa: S608 constants
        wanted,
    )
    return None if row is None else _stored(row)


def with_address(reader: Reader, address: str) -> Stored | None:
    """The first visible entry with this address, people first; case ignored."""
    row = reader.one(
        f"""SELECT {ENTRY}, s.name FROM entry e JOIN source s ON s.id = e.source_id
             WHERE e.email = ? COLLATE NOCASE AND e.email <> '' AND {VISIBLE}
             ORDER BY e.kind <> 'person', e.id LIMIT 1""",  # noqa: S608 constants
        address,
    )
    return None if row is None else _stored(row)


def groups(reader: Reader) -> tuple[tuple[EntryId, DirectoryEntry, int], ...]:
    """Visible groups by name, with their number of visible members."""
    return tuple(
        (EntryId(cast("int", row[0])), _entry(row), cast("int", row[11]))
        for row in reader.all(
            f"""SELECT {ENTRY},
                       (SELECT count(*) FROM membership k JOIN entry m ON m.id = k.member_id
                         WHERE k.group_id = e.id
                           AND m.since <= s.generation AND m.seen >= s.generation)
                  FROM source s JOIN entry e ON e.source_id = s.id
                 WHERE e.kind = 'group' AND {VISIBLE}
                 ORDER BY e.name, e.id"""  # noqa: S608 constants
        )
    )


def members(reader: Reader, group: EntryId, *, limit: int = -1) -> tuple[Stored, ...]:
    """Visible members of a group, by name; ``limit`` -1: all."""
    return tuple(
        _stored(row)
        for row in reader.all(
            f"""SELECT {ENTRY}, s.name
                  FROM membership k JOIN entry e ON e.id = k.member_id
                  JOIN source s ON s.id = e.source_id
                 WHERE k.group_id = ? AND {VISIBLE}
                 ORDER BY e.name, e.id LIMIT ?""",  # noqa: S608 constants
            group,
            limit,
        )
    )


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


# -- Rows to values --------------------------------------------------------------------------------


def _source(row: Row) -> DirectorySource:
    id_, kind, name, url, updated_at, count, complete, attribution = row
    return DirectorySource(
        id=SourceId(cast("int", id_)),
        kind=SourceKind(kind),
        name=cast("str", name),
        url=cast("str", url),
        updated_at=from_text(updated_at),
        count=cast("int", count),
        complete=bool(complete),
        attribution=cast("str", attribution),
    )


def _settings_json(settings: LdapSettings) -> str:
    return to_json(
        {
            "base": settings.base,
            "bind_dn": settings.bind_dn,
            "ca_pem": settings.ca_pem,
            "page_size": settings.page_size,
            "profile": settings.profile,
            "photos": settings.photos,
        }
    )


def _entry(row: Sequence[object]) -> DirectoryEntry:
    _, key, kind, name, email, role, school, uai, classes, town, phone = cast(
        "tuple[object, str, str, str, str, str, str, str, str, str, str]", row[:11]
    )
    return DirectoryEntry(
        key, EntryKind(kind), name, email, role, school, uai, tuple(json.loads(classes)), town,
        phone,
    )  # fmt: skip


def _stored(row: Row) -> Stored:
    return Stored(EntryId(cast("int", row[0])), _entry(row), cast("str", row[11]))
