"""Words that the spell check takes as right because a person said so."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from mel_desktop.store.database import Reader, Transaction
from mel_desktop.store.times import to_text


def all_words(reader: Reader) -> tuple[str, ...]:
    """In no order that a person would want."""
    return tuple(str(row[0]) for row in reader.all("SELECT word FROM own_word ORDER BY word"))


def add(tx: Transaction, words: Iterable[str], now: datetime) -> None:
    """Keep words; those that are there stay."""
    tx.many(
        "INSERT OR IGNORE INTO own_word (word, added_at) VALUES (?, ?)",
        ((word, to_text(now)) for word in words),
    )


def remove(tx: Transaction, word: str) -> None:
    """Forget one."""
    tx.run("DELETE FROM own_word WHERE word = ?", word)
