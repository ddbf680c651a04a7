"""Groups of recipients that a person made, each a name and its addresses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from mel_desktop.model.mail import Address
from mel_desktop.store.database import Reader, Transaction
from mel_desktop.store.times import to_text


def all_groups(reader: Reader) -> tuple[tuple[str, tuple[Address, ...]], ...]:
    """(name, people) by name; people in the order in which they were given."""
    found: dict[str, list[Address]] = {}
    for group, name, address in reader.all(
        """SELECT g.name, m.name, m.address
             FROM own_group AS g JOIN own_group_member AS m ON m.group_id = g.id
            ORDER BY g.name, g.id, m.position"""
    ):
        found.setdefault(str(group), []).append(Address(str(name), str(address)))
    return tuple((name, tuple(people)) for name, people in found.items())


def save(tx: Transaction, name: str, people: Iterable[Address], now: datetime) -> None:
    """Keep a group; one of the same name is replaced."""
    delete(tx, name)
    group = tx.insert("INSERT INTO own_group (name, saved_at) VALUES (?, ?)", name, to_text(now))
    tx.many(
        """INSERT OR IGNORE INTO own_group_member (group_id, position, address, name)
           VALUES (?, ?, ?, ?)""",
        [(group, place, one.address, one.name) for place, one in enumerate(people)],
    )


def delete(tx: Transaction, name: str) -> bool:
    """Forget a group; whether there was one."""
    return bool(tx.run("DELETE FROM own_group WHERE name = ?", name))
