"""People who were erased: digests of their keys, so that no list brings them back.

A digest is of a key that sources have (logic.same_person) or of a row within its source: nothing of
the person can be read from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, cast

from mel_desktop.logic.same_person import keys_of, row_key
from mel_desktop.model.people import DirectoryEntry, EntryKind, SourceId
from mel_desktop.store import people_records
from mel_desktop.store.database import Reader, Transaction
from mel_desktop.store.notes import digests
from mel_desktop.store.people_digest import digest, digest_salt, make_salt
from mel_desktop.store.people_rows import ENTRY, VISIBLE, Stored, stored_of
from mel_desktop.store.times import to_text


def remember(tx: Transaction, keys: Iterable[str], now: datetime) -> None:
    """Note the keys of one person."""
    make_salt(tx)
    number = cast("int", tx.value("SELECT coalesce(max(person), 0) + 1 FROM erased_person"))
    tx.many(
        "INSERT OR IGNORE INTO erased_person (digest, person, at) VALUES (?, ?, ?)",
        ((one, number, to_text(now)) for one in digests(tx, keys)),
    )


def forget(tx: Transaction) -> int:
    """Imports may bring everybody back; how many people that concerns."""
    people = tx.value("SELECT count(DISTINCT person) FROM erased_person")
    tx.run("DELETE FROM erased_person")
    return cast("int", people)


# Where a person is named by the key of a row, while a copy waits or comes in.
_STAGED: Final = (
    ("staged_member", "member_key"), ("staged_tie", "pupil_key"), ("staged_tie", "guardian_key"),
    ("staged_drop", "key"), ("staged_photo", "key"),
)  # fmt: skip


def leave_copies(tx: Transaction, rows: Sequence[Stored]) -> None:
    """Take people who were remembered out of the copies that are not shown: one that waits would
    bring them back when it is accepted. ``rows``: those of theirs that were shown.
    """
    named = [(row.source_id, row.entry.key) for row in rows]
    hidden: list[Stored] = []
    for (source,) in tx.all("SELECT id FROM source WHERE settled = 0"):
        kept_out = KeptOut(tx, SourceId(cast("int", source)))
        hidden += [
            one
            for one in map(
                stored_of,
                tx.all(
                    f"""SELECT {ENTRY}, s.name FROM entry e JOIN source s ON s.id = e.source_id
                         WHERE e.source_id = ? AND e.kind = 'person' AND NOT ({VISIBLE})""",  # noqa: S608 constants
                    source,
                ),
            )
            if kept_out.holds(one.entry)
        ]
    people_records.delete(tx, [one.id for one in hidden])
    named += [(one.source_id, one.entry.key) for one in hidden]
    for table, column in _STAGED:
        tx.many(f"DELETE FROM {table} WHERE source_id = ? AND {column} = ?", named)  # noqa: S608 constants


class KeptOut:
    """Whom an import of this source leaves out."""

    def __init__(self, reader: Reader, source: SourceId) -> None:
        self._digests = frozenset(
            cast("bytes", row[0]) for row in reader.all("SELECT digest FROM erased_person")
        )
        self._source: tuple[str, str] = ("", "")
        self._salt = digest_salt(reader) if self._digests else b""
        if self._digests:
            row = reader.one("SELECT kind, name FROM source WHERE id = ?", source)
            self._source = cast("tuple[str, str]", row)

    def holds(self, entry: DirectoryEntry) -> bool:
        """Whether this is somebody who was erased."""
        if not self._digests or entry.kind is not EntryKind.PERSON:
            return False
        keys = (*keys_of(entry), row_key(*self._source, entry.key))
        return any(digest(self._salt, key) in self._digests for key in keys)
