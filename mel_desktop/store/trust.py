"""What the store knows of a sender: every question is answered by an index."""

from __future__ import annotations

import re
from typing import Final

from mel_desktop.logic.folding import searchable
from mel_desktop.model.mail import Role
from mel_desktop.store import people_search
from mel_desktop.store.database import Reader
from mel_desktop.store.people_rows import VISIBLE, Stored

MOST_NAMESAKES: Final = 20
MOST_OF_A_LETTER: Final = 250
_FIRSTS: Final = "abcdefghijklmnopqrstuvwxyz0123456789"
_WORD: Final = re.compile(r"[^\W_]+")


def is_met(reader: Reader, address: str, before: int) -> bool:
    """Whether an older message came from an address, or one went there. What lies in junk is no
    acquaintance.
    """
    low = address.lower()
    if reader.value("SELECT 1 FROM correspondent WHERE address = ?", low) is not None:
        return True
    return reader.value(
        """SELECT 1 FROM message AS m CROSS JOIN folder AS f ON f.id = m.folder_id
            WHERE m.from_address = ? COLLATE NOCASE AND m.id < ?
              AND coalesce(f.role, '') <> 'junk' ORDER BY m.id DESC LIMIT 1""",
        address,
        before,
    ) is not None  # fmt: skip


def role_of(reader: Reader, folder: int) -> Role | None:
    """What a folder is for."""
    role = reader.value("SELECT role FROM folder WHERE id = ?", folder)
    return None if role is None else Role(role)


def in_directory(reader: Reader, address: str) -> bool:
    """Whether a visible entry has an address."""
    return reader.value(
        f"""SELECT 1 FROM entry e JOIN source s ON s.id = e.source_id
             WHERE e.email = ? COLLATE NOCASE AND e.email <> '' AND {VISIBLE} LIMIT 1""",  # noqa: S608 constant
        address,
    ) is not None  # fmt: skip


def named(reader: Reader, name: str) -> list[Stored]:
    """Entries whose name has all these words; none for a name of one word."""
    words = [one for one in _WORD.findall(searchable(name)) if len(one) > 1][:6]
    if len(words) < 2:
        return []
    inner = " AND ".join(f'"{word}"' for word in words)
    return people_search.matching(reader, f"name : ({inner})", MOST_NAMESAKES)


def directory_domains(reader: Reader) -> frozenset[str]:
    """Domains that addresses of the directory have: of the first of each letter, from the index.

    A walk over all would take half a second; who has a domain there seldom has it but once.
    """
    found: set[str] = set()
    for first in _FIRSTS:
        rows = reader.all(
            """SELECT email FROM entry WHERE email >= ? COLLATE NOCASE
                  AND email < ? COLLATE NOCASE AND email <> '' LIMIT ?""",
            first,
            first + "\U0010ffff",
            MOST_OF_A_LETTER,
        )
        found.update(str(row[0]).rpartition("@")[2].lower() for row in rows)
    return frozenset(found - {""})
