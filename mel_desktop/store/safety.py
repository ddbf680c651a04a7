"""What the database knows of the people a message goes to: an index answers each question."""

from __future__ import annotations

import re
from typing import Final, cast

from mel_desktop.model.people import EntryId
from mel_desktop.store import people, people_search
from mel_desktop.store.database import Reader
from mel_desktop.store.people_rows import Stored

MOST_NEAR: Final = 200
MOST_NAMESAKES: Final = 50
MOST_PUPILS: Final = 20_000
_WORD: Final = re.compile(r"[^\W_]+")


def written_to(reader: Reader, address: str) -> bool:
    """Whether a message left from here to an address (in lower case)."""
    return reader.value("SELECT 1 FROM correspondent WHERE address = ?", address) is not None


def is_met(reader: Reader, address: str) -> bool:
    """Whether any message that is known here came from an address, or went to it."""
    words = " ".join(_WORD.findall(address))
    if not words:
        return False
    found = reader.value(
        "SELECT rowid FROM message_fts WHERE message_fts MATCH ? LIMIT 1",
        f'{{sender recipients}} : "{words}"',
    )
    return found is not None


def has_domain(reader: Reader, domain: str) -> bool:
    """Whether the directory has addresses of a domain."""
    word = "".join(_WORD.findall(domain))  # ac-paris.fr and acparis.fr are one word in the index
    found = people_search.matching(reader, f'email : "{word}"', MOST_NEAR) if word else []
    return any(one.entry.email.lower().endswith("@" + domain) for one in found)


def near(reader: Reader, address: str) -> list[Stored]:
    """Entries whose address shares a part of the name before the @, or its beginning."""
    local = address.rpartition("@")[0]
    found: dict[EntryId, Stored] = {}
    for word in _WORD.findall(local):
        if len(word) > 2:
            for one in people_search.matching(reader, f'email : "{word}"', MOST_NEAR):
                found[one.id] = one
    beginning = local[: 9 if re.match(r"\w{2,5}\.\d", local) else 3]  # ce.0540000X: many begin so
    rows = reader.all(
        """SELECT id FROM entry WHERE email <> '' AND email >= ? COLLATE NOCASE
              AND email < ? COLLATE NOCASE LIMIT ?""",
        beginning,
        beginning + "\U0010ffff",
        MOST_NEAR,
    )
    for (id_,) in rows:
        entry = EntryId(cast("int", id_))
        if entry not in found and (stored := people.entry(reader, entry)) is not None:
            found[entry] = stored
    return list(found.values())


def named(reader: Reader, name: str) -> list[Stored]:
    """Persons with an address whose name has all these words."""
    words = [one for one in _WORD.findall(name) if len(one) > 1]
    if len(words) < 2:
        return []
    inner = " AND ".join(f'"{word}"' for word in words)
    match = f'facets : "kindperson" AND facets : "withmail" AND {{name}} : ({inner})'
    return people_search.matching(reader, match, MOST_NAMESAKES)


def pupils_mark(reader: Reader) -> object:
    """Changes whenever the directory does."""
    return reader.one("SELECT count(*), total(generation), total(id) FROM source")


def pupils(reader: Reader) -> list[Stored]:
    """Pupils of the directory."""
    match = 'facets : "kindperson" AND {role} : ("eleve" OR "eleves" OR "etudiant" OR "apprenant")'
    return people_search.matching(reader, match, MOST_PUPILS)
