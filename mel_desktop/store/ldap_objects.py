"""Which entry has which UUID at its LDAP server (table ``ldap_object``).

Rule: rows belong to a run, the number of one full copy. A copy that was broken off, or that waits
for a person, leaves the rows of the copy that is shown alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from mel_desktop.model.people import SourceId
from mel_desktop.store.database import Reader, Transaction, to_json

PIECE = 5_000


def begin(tx: Transaction, source: SourceId, shown: int) -> int:
    """Number of a new run. Rows of all runs but ``shown`` go."""
    last = tx.value("SELECT max(run) FROM ldap_object WHERE source_id = ?", source)
    tx.run("DELETE FROM ldap_object WHERE source_id = ? AND run <> ?", source, shown)
    return max(cast("int", last or 0), shown) + 1


def note(tx: Transaction, source: SourceId, run: int, objects: Iterable[tuple[str, str]]) -> None:
    """Keep (UUID, key) pairs; a UUID that is known gets the new key."""
    tx.many(
        "INSERT OR REPLACE INTO ldap_object (source_id, run, uuid, key) VALUES (?, ?, ?, ?)",
        ((source, run, uuid, key) for uuid, key in objects),
    )


def keys(reader: Reader, source: SourceId, run: int, uuids: Sequence[str]) -> dict[str, str]:
    """Keys by UUID, of those that are known."""
    return {
        cast("str", row[0]): cast("str", row[1])
        for row in reader.all(
            """SELECT uuid, key FROM ldap_object
                WHERE source_id = ? AND run = ? AND uuid IN (SELECT value FROM json_each(?))""",
            source,
            run,
            to_json(list(uuids)),
        )
    }


def uuids_of(
    reader: Reader, source: SourceId, run: int, wanted: Sequence[str]
) -> dict[str, set[str]]:
    """UUIDs by key of what is still there; a DN that was deleted and made again has another."""
    found: dict[str, set[str]] = {}
    for row in reader.all(
        """SELECT key, uuid FROM ldap_object
            WHERE source_id = ? AND run = ? AND gone = 0
              AND key IN (SELECT value FROM json_each(?))""",
        source,
        run,
        to_json(list(wanted)),
    ):
        found.setdefault(cast("str", row[0]), set()).add(cast("str", row[1]))
    return found


def all_of(reader: Reader, source: SourceId, run: int) -> Iterator[tuple[str, str]]:
    """All (UUID, key) of a run that are still there, by UUID."""
    after = ""
    while True:
        rows = reader.all(
            """SELECT uuid, key FROM ldap_object
                WHERE source_id = ? AND run = ? AND uuid > ? AND gone = 0 ORDER BY uuid LIMIT ?""",
            source, run, after, PIECE,
        )  # fmt: skip
        for row in rows:
            yield cast("str", row[0]), cast("str", row[1])
        if len(rows) < PIECE:
            return
        after = cast("str", rows[-1][0])


def rename(tx: Transaction, source: SourceId, moves: Iterable[tuple[str, str]]) -> list[str]:
    """Give entries their new keys, so that their rows stay theirs: (old, new).

    Old keys that could not move, because another entry has the new one.
    """
    left = []
    for old, new in moves:
        taken = tx.value("SELECT 1 FROM entry WHERE source_id = ? AND key = ?", source, new)
        if taken is None:
            tx.run("UPDATE entry SET key = ? WHERE source_id = ? AND key = ?", new, source, old)
        else:
            left.append(old)
    return left


def settle(tx: Transaction, source: SourceId, run: int, serial: int) -> None:
    """Before refresh ``serial + 1``: what those up to ``serial`` told gone goes, what a refresh
    told that came to nothing is as it was.
    """
    tx.run(
        "DELETE FROM ldap_object WHERE source_id = ? AND run = ? AND gone BETWEEN 1 AND ?",
        source,
        run,
        serial,
    )
    tx.run(
        "UPDATE ldap_object SET gone = 0 WHERE source_id = ? AND run = ? AND gone > ?",
        source,
        run,
        serial,
    )


def mark_gone(
    tx: Transaction, source: SourceId, run: int, uuids: Iterable[str], serial: int
) -> None:
    """Refresh ``serial`` was told that they are no more."""
    tx.many(
        "UPDATE ldap_object SET gone = ? WHERE source_id = ? AND run = ? AND uuid = ?",
        ((serial, source, run, uuid) for uuid in uuids),
    )
