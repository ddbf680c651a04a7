"""Tags, pins, snoozed messages, how lists look, and how messages stood before a command."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, cast

from mel_desktop.model.changes import Area
from mel_desktop.model.mail import MessageId
from mel_desktop.model.organising import Ground, Tag
from mel_desktop.store.database import Reader, Transaction
from mel_desktop.store.times import from_text, to_text

_LISTED: Final = "IN (SELECT value FROM json_each(?))"


# -- tags -----------------------------------------------------------------------------------------


def tags(reader: Reader) -> tuple[Tag, ...]:
    """In their order."""
    rows = reader.all("SELECT keyword, name, colour FROM tag ORDER BY position, keyword")
    return tuple(Tag(*cast("tuple[str, str, str]", row)) for row in rows)


def set_tags(tx: Transaction, listed: Sequence[Tag]) -> None:
    """All of them, in this order."""
    tx.run("DELETE FROM tag")
    tx.many(
        "INSERT INTO tag (keyword, name, colour, position) VALUES (?, ?, ?, ?)",
        [(one.keyword, one.name, one.colour, place) for place, one in enumerate(listed)],
    )
    tx.changed(Area.MESSAGES)


def tagged(reader: Reader, keyword: str) -> tuple[MessageId, ...]:
    """Every shown message that has this keyword."""
    rows = reader.all(
        """SELECT m.id FROM folder AS f
             CROSS JOIN message AS m INDEXED BY message_tagged
            WHERE m.folder_id = f.id AND m.hidden = 0 AND m.keywords <> ''
              AND instr(' ' || m.keywords || ' ', ?) > 0 ORDER BY m.id DESC""",
        f" {keyword} ",
    )
    return tuple(MessageId(cast("int", id_)) for (id_,) in rows)


# -- pins and sleep -------------------------------------------------------------------------------


def set_pinned(tx: Transaction, ids: Sequence[int], since: datetime | None) -> None:
    """Pin, or (None) take pins out."""
    if since is None:
        tx.run(f"DELETE FROM pin WHERE message_id {_LISTED}", json.dumps(list(ids)))  # noqa: S608
    else:
        tx.many(
            "INSERT OR IGNORE INTO pin (message_id, since) VALUES (?, ?)",
            [(one, to_text(since)) for one in ids],
        )
    _tell(tx, ids)


def snooze(tx: Transaction, ids: Sequence[int], until: datetime, now: datetime) -> None:
    """Put to sleep."""
    tx.many(
        "INSERT OR REPLACE INTO snooze (message_id, until, since) VALUES (?, ?, ?)",
        [(one, to_text(until), to_text(now)) for one in ids],
    )
    _tell(tx, ids)


def end_snooze(tx: Transaction, ids: Sequence[int]) -> None:
    """Back in their place, without a mark."""
    tx.run(f"DELETE FROM snooze WHERE message_id {_LISTED}", json.dumps(list(ids)))  # noqa: S608
    _tell(tx, ids)


def wake_due(tx: Transaction, now: datetime) -> tuple[MessageId, ...]:
    """Wake those whose time has come."""
    rows = tx.all(
        "SELECT message_id FROM snooze WHERE woke_at IS NULL AND until <= ?", to_text(now)
    )
    due = [cast("int", id_) for (id_,) in rows]
    if due:
        tx.run(
            f"UPDATE snooze SET woke_at = ? WHERE message_id {_LISTED}",  # noqa: S608 constant
            to_text(now),
            json.dumps(due),
        )
        _tell(tx, due)
    return tuple(map(MessageId, due))


def next_due(reader: Reader) -> datetime | None:
    """When the next one wakes."""
    return from_text(reader.value("SELECT min(until) FROM snooze WHERE woke_at IS NULL"))


def looked_at(tx: Transaction, message: int) -> None:
    """A message that came back was opened: it goes to its place."""
    if tx.run("DELETE FROM snooze WHERE message_id = ? AND woke_at IS NOT NULL", message):
        _tell(tx, [message])


def came_back(reader: Reader, message: int) -> bool:
    """Whether it came back and was not looked at yet."""
    row = reader.one("SELECT 1 FROM snooze WHERE message_id = ? AND woke_at IS NOT NULL", message)
    return row is not None


# -- looks ----------------------------------------------------------------------------------------


def look(reader: Reader, place: str) -> str | None:
    """As it was stored."""
    value = reader.value("SELECT look FROM list_look WHERE place = ?", place)
    return None if value is None else str(value)


def set_look(tx: Transaction, place: str, text: str) -> None:
    """Keep it."""
    tx.run("INSERT OR REPLACE INTO list_look (place, look) VALUES (?, ?)", place, text)


# -- undo -----------------------------------------------------------------------------------------


def ground(reader: Reader, ids: Iterable[int]) -> Ground:
    """How these stand now."""
    rows = reader.all(
        """SELECT m.id, m.folder_id, m.marks, m.keywords, coalesce(p.since, ''),
                  coalesce(s.until, ''), coalesce(s.woke_at, '')
             FROM message AS m LEFT JOIN pin AS p ON p.message_id = m.id
             LEFT JOIN snooze AS s ON s.message_id = m.id
            WHERE m.hidden = 0 AND m.id IN (SELECT value FROM json_each(?)) ORDER BY m.id""",
        json.dumps(list(ids)),
    )
    return Ground(tuple(cast("list[tuple[int, int, int, str, str, str, str]]", rows)))


def restore_aside(
    tx: Transaction, lines: Sequence[tuple[int, int, int, str, str, str, str]], now: datetime
) -> None:
    """Pins and sleep as they stood."""
    listed = json.dumps([line[0] for line in lines])
    for table in ("pin", "snooze"):
        tx.run(f"DELETE FROM {table} WHERE message_id {_LISTED}", listed)  # noqa: S608 constants
    tx.many(
        "INSERT INTO pin (message_id, since) VALUES (?, ?)",
        [(line[0], line[4]) for line in lines if line[4]],
    )
    tx.many(
        "INSERT INTO snooze (message_id, until, since, woke_at) VALUES (?, ?, ?, ?)",
        [(line[0], line[5], to_text(now), line[6] or None) for line in lines if line[5]],
    )
    _tell(tx, [line[0] for line in lines])


def _tell(tx: Transaction, ids: Sequence[int]) -> None:
    folders = tx.all(
        f"SELECT DISTINCT folder_id FROM message WHERE id {_LISTED}",  # noqa: S608 constant
        json.dumps(list(ids)),
    )
    tx.changed(Area.MESSAGES | Area.FOLDERS, [cast("int", folder) for (folder,) in folders], ids)
