"""Messages under which the line broke time and again: the others go first then.

A kept order is worth a few tries; after that a message too big for the line, or one that something
on the way does not let through, would keep all the others of its account for ever. Counted in
memory alone: trouble with the line is no attempt, and delays nothing.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from typing import Final

from mel_desktop.model.outgoing import OutboxId
from mel_desktop.store.outbox import Waiting

PATIENCE: Final = 3


class Patience:
    """Of the outbox of one profile, for sending or for filing."""

    def __init__(self) -> None:
        self._broke: Counter[OutboxId] = Counter()
        self._guard = threading.Lock()

    def note(self, row: OutboxId) -> None:
        """The line broke while this one was under way."""
        with self._guard:
            self._broke[row] += 1

    def in_order(self, rows: Iterable[Waiting]) -> list[Waiting]:
        """As they come, those of too many breaks last."""
        with self._guard:
            return sorted(rows, key=lambda one: max(self._broke[one.id] - PATIENCE + 1, 0))
