"""The directory in the database: sources, and what is read of entries and groups.

How copies come in is store.people_intake; families, pictures and what is one across sources are
store.people_ties; search is store.people_search.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from mel_desktop.model.people import (
    DirectoryEntry,
    DirectorySource,
    EntryId,
    LdapSettings,
    Part,
    SourceId,
    SourceKind,
)
from mel_desktop.model.values import dataclass
from mel_desktop.store import people_index
from mel_desktop.store.database import Reader, Row, Transaction, to_json
from mel_desktop.store.people_rows import COLUMNS, ENTRY, VISIBLE, Stored, entry_of, stored_of
from mel_desktop.store.times import from_text

SOURCE: Final = "id, kind, name, url, updated_at, count, complete, attribution"


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
    tx: Transaction,
    kind: SourceKind,
    name: str,
    url: str,
    settings: LdapSettings | Mapping[str, Any] | None,
) -> SourceId:
    """The source of this kind and name, made if need be, with this URL.

    ``settings`` replace those that were, lift the hold and drop what the server said last; None
    leaves all of that alone.
    """
    stored = "{}"
    if isinstance(settings, LdapSettings):
        stored = _settings_json(settings)
    elif settings is not None:
        stored = to_json(dict(settings))
    tx.run(
        """INSERT INTO source (kind, name, url, settings) VALUES (?, ?, ?, ?)
           ON CONFLICT (kind, name) DO UPDATE SET url = excluded.url""",
        kind.value,
        name,
        url,
        stored,
    )
    found = tx.value("SELECT id FROM source WHERE kind = ? AND name = ?", kind.value, name)
    if settings is not None:
        tx.run("UPDATE source SET settings = ?, state = '{}' WHERE id = ?", stored, found)
    return SourceId(cast("int", found))


def settings(reader: Reader, wanted: SourceId) -> tuple[dict[str, Any], dict[str, Any], bool]:
    """(settings, what its server said last, whether a refused password holds it)."""
    row = reader.one("SELECT settings, state FROM source WHERE id = ?", wanted)
    if row is None:
        raise LookupError(wanted)
    stored: dict[str, Any] = json.loads(cast("str", row[0]))
    held = bool(stored.pop("held", False))
    return stored, json.loads(cast("str", row[1])), held


def ldap_settings(reader: Reader, wanted: SourceId) -> tuple[LdapSettings, bool]:
    """Settings of an LDAP source, and whether a refused password holds it."""
    row = reader.one("SELECT url FROM source WHERE id = ?", wanted)
    if row is None:
        raise LookupError(wanted)
    stored, _, held = settings(reader, wanted)
    known = {name: value for name, value in stored.items() if name in LdapSettings.__slots__}
    return LdapSettings(url=cast("str", row[0]), **known), held


def hold_source(tx: Transaction, wanted: SourceId) -> None:
    """The server refused the password: not tried again until ``put_source`` with a new one."""
    tx.run(
        "UPDATE source SET settings = json_set(settings, '$.held', json('true')) WHERE id = ?",
        wanted,
    )


def remove_source(tx: Transaction, wanted: SourceId) -> None:
    """Delete with entries, groups, index rows and password; the freed octets are overwritten.

    ``people_intake.rest`` afterwards.
    """
    people_index.overwrite_freed(tx, on=True)
    people_index.remove_source(tx, wanted)
    tx.run("DELETE FROM source WHERE id = ?", wanted)  # entries and memberships follow
    tx.run("DELETE FROM secret WHERE owner = ?", secret_owner(wanted))
    people_index.overwrite(tx)


def secret_owner(wanted: SourceId) -> str:
    """Owner of the source's password in the table of secrets."""
    return f"directory:{wanted}"


# -- Reading ---------------------------------------------------------------------------------------


def entry(reader: Reader, wanted: EntryId) -> Stored | None:
    """One visible entry, or None."""
    row = reader.one(
        f"""SELECT {ENTRY}, s.name FROM entry e JOIN source s ON s.id = e.source_id
             WHERE e.id = ? AND {VISIBLE}""",  # noqa: S608 constants
        wanted,
    )
    return None if row is None else stored_of(row)


def with_address(reader: Reader, address: str) -> Stored | None:
    """The first visible entry with this address, people first; case ignored."""
    row = reader.one(
        f"""SELECT {ENTRY}, s.name FROM entry e JOIN source s ON s.id = e.source_id
             WHERE e.email = ? COLLATE NOCASE AND e.email <> '' AND {VISIBLE}
             ORDER BY e.kind <> 'person', e.id LIMIT 1""",  # noqa: S608 constants
        address,
    )
    return None if row is None else stored_of(row)


def groups(reader: Reader) -> tuple[tuple[EntryId, DirectoryEntry, int], ...]:
    """Visible groups by name, with their number of visible members."""
    return tuple(
        (EntryId(cast("int", row[0])), entry_of(row), cast("int", row[COLUMNS]))
        for row in reader.all(
            f"""SELECT {ENTRY},
                       (SELECT count(DISTINCT k.member_id)
                          FROM membership k JOIN entry m ON m.id = k.member_id
                         WHERE k.group_id = e.id
                           AND m.since <= s.generation AND m.seen >= s.generation)
                  FROM source s JOIN entry e ON e.source_id = s.id
                 WHERE e.kind = 'group' AND {VISIBLE}
                 ORDER BY e.name, e.id"""  # noqa: S608 constants
        )
    )


def group_rows(reader: Reader) -> tuple[Stored, ...]:
    """Visible groups by name."""
    return tuple(
        stored_of(row)
        for row in reader.all(
            f"""SELECT {ENTRY}, s.name FROM source s JOIN entry e ON e.source_id = s.id
                 WHERE e.kind = 'group' AND {VISIBLE} ORDER BY e.name, e.id"""  # noqa: S608 constants
        )
    )


def sources_of_groups(reader: Reader) -> dict[EntryId, SourceId]:
    """The source of each visible group."""
    return {
        EntryId(cast("int", id_)): SourceId(cast("int", source_id))
        for id_, source_id in reader.all(
            f"""SELECT e.id, s.id FROM source s JOIN entry e ON e.source_id = s.id
                 WHERE e.kind = 'group' AND {VISIBLE}"""  # noqa: S608 constant
        )
    }


def everybody(reader: Reader) -> Iterator[Stored]:
    """All visible entries, one after the other."""
    return map(
        stored_of,
        reader.stream(
            f"""SELECT {ENTRY}, s.name FROM entry e JOIN source s ON s.id = e.source_id
                 WHERE {VISIBLE}"""  # noqa: S608 constants
        ),
    )


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a group, and as what; ``role``: the subject of a teacher."""

    stored: Stored
    part: Part
    role: str


def members(reader: Reader, group: EntryId, *, limit: int = -1) -> tuple[Stored, ...]:
    """Visible members of a group, each once, by name; ``limit`` -1: all."""
    found = {one.stored.id: one.stored for one in parts(reader, group, limit=limit)}
    return tuple(found.values())


def parts(reader: Reader, group: EntryId, *, limit: int = -1) -> tuple[Member, ...]:
    """Visible members of a group by name, once for each of their parts; ``limit`` -1: all."""
    return tuple(
        Member(stored_of(row), Part(row[COLUMNS + 1]), cast("str", row[COLUMNS + 2]))
        for row in reader.all(
            f"""SELECT {ENTRY}, s.name, k.part, k.role
                  FROM membership k JOIN entry e ON e.id = k.member_id
                  JOIN source s ON s.id = e.source_id
                 WHERE k.group_id = ? AND {VISIBLE}
                 ORDER BY e.name, e.id, k.part LIMIT ?""",  # noqa: S608 constants
            group,
            limit,
        )
    )


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
    names = (name for name in LdapSettings.__slots__ if name != "url")
    return to_json({name: getattr(settings, name) for name in names})
