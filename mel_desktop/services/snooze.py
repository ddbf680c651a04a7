"""Messages that stand on top of their folder, and messages that come back at an hour.

Both are known on this PC alone: other clients see the mail unchanged. What falls due while the
program does not run comes back at its next start.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import MessageId
from mel_desktop.ports import Clock
from mel_desktop.store import organising
from mel_desktop.store.database import Database


class Snoozes:
    """Of one profile."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def pin(self, ids: Sequence[MessageId], pinned: bool) -> None:
        """On top of their folder, or no more."""
        since = self._clock.now() if pinned else None
        self._database.write(lambda tx: organising.set_pinned(tx, ids, since), durable=True)

    def snooze(self, ids: Sequence[MessageId], until: datetime) -> None:
        """Hide until then. USAGE(hour-in-the-past)."""
        now = self._clock.now()
        if until <= now:
            raise LocalRefusal(ErrorCode.USAGE, why="hour-in-the-past")
        self._database.write(lambda tx: organising.snooze(tx, ids, until, now), durable=True)

    def end(self, ids: Sequence[MessageId]) -> None:
        """Back at once."""
        self._database.write(lambda tx: organising.end_snooze(tx, ids), durable=True)

    def wake_due(self) -> tuple[MessageId, ...]:
        """Those whose time has come, back on top of their folders."""
        now = self._clock.now()
        with self._database.read() as reader:
            due = organising.next_due(reader)
        if due is None or due > now:
            return ()
        return self._database.write(lambda tx: organising.wake_due(tx, now), durable=True)

    def next_due(self) -> datetime | None:
        """When the next one comes back."""
        with self._database.read() as reader:
            return organising.next_due(reader)

    def looked_at(self, message: MessageId) -> None:
        """A message that came back was opened: its mark goes, and it stands in its place again."""
        with self._database.read() as reader:
            if not organising.came_back(reader, message):
                return
        self._database.write(lambda tx: organising.looked_at(tx, message))
