"""Notes that the person at this PC writes of people, classes and schools.

A note hangs on digests of the keys that sources have for somebody, never on rows: a refresh and a
new import find it again, and so does a source that was removed and comes back. The digests tell
nothing of a removed source, not even that it was there. What is written stays until the person
deletes it: it is theirs, not the source's.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final, cast

from mel_desktop.store.database import Reader, Transaction, to_json
from mel_desktop.store.people_digest import digest, digest_salt, make_salt
from mel_desktop.store.times import from_text, to_text

MOST_KEYS: Final = 300  # twelve rows of one person (same_person.MOST_ROWS) have 264


def digests(reader: Reader, keys: Iterable[str]) -> tuple[bytes, ...]:
    """What is stored of keys; () in a profile that never stored any."""
    salt = digest_salt(reader)
    if not salt:
        return ()
    return tuple(digest(salt, key) for key in list(dict.fromkeys(keys))[:MOST_KEYS])


def find(reader: Reader, keys: Iterable[str]) -> tuple[tuple[int, str, datetime], ...]:
    """(id, text, when) of the notes on any of these keys, the latest first: two where persons
    turned out to be one.
    """
    ids = _ids(reader, keys)
    rows = reader.all(
        """SELECT id, text, saved_at FROM person_note
            WHERE id IN (SELECT value FROM json_each(?)) ORDER BY saved_at DESC, id DESC""",
        to_json(ids),
    )
    return tuple(_note(row) for row in rows)


def save(tx: Transaction, keys: Iterable[str], text: str, now: datetime) -> None:
    """Put one note in the place of all on these keys; an empty text deletes them."""
    wanted = tuple(keys)
    delete(tx, _ids(tx, wanted))
    if not text:
        return
    make_salt(tx)
    id_ = tx.insert("INSERT INTO person_note (text, saved_at) VALUES (?, ?)", text, to_text(now))
    tx.many(
        "INSERT INTO person_note_key (digest, note_id) VALUES (?, ?)",
        ((one, id_) for one in digests(tx, wanted)),
    )


def delete(tx: Transaction, ids: Iterable[int]) -> None:
    """Forget notes."""
    tx.many("DELETE FROM person_note WHERE id = ?", ((one,) for one in ids))


def everything(reader: Reader) -> tuple[tuple[int, str, datetime], ...]:
    """All notes, the latest first."""
    rows = reader.all("SELECT id, text, saved_at FROM person_note ORDER BY saved_at DESC, id DESC")
    return tuple(_note(row) for row in rows)


def keyed(reader: Reader) -> dict[bytes, int]:
    """Note by digest."""
    rows = reader.all("SELECT digest, note_id FROM person_note_key")
    return {cast("bytes", of): cast("int", note) for of, note in rows}


def _ids(reader: Reader, keys: Iterable[str]) -> list[int]:
    found: set[int] = set()
    for one in digests(reader, keys):
        rows = reader.all("SELECT note_id FROM person_note_key WHERE digest = ?", one)
        found.update(cast("int", note) for (note,) in rows)
    return sorted(found)


def _note(row: object) -> tuple[int, str, datetime]:
    id_, text, saved = cast("tuple[int, str, str]", row)
    return id_, text, cast("datetime", from_text(saved))
