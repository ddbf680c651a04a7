"""What one sync of one account has in hand: the connection, the options, and what it counts."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import Failure, Milestones, Refusal, SyncReport
from mel_desktop.model.errors import MelError
from mel_desktop.model.sync import SyncOptions
from mel_desktop.ports import Clock, MailServer
from mel_desktop.store.database import Database

logger = logging.getLogger("mel.sync")


@dataclass(slots=True)
class SyncRun:
    """One sync under way."""

    account: AccountId
    database: Database
    clock: Clock
    options: SyncOptions
    started: float
    progress: Callable[[int, int], None] | None = None
    connection: MailServer | None = None
    began: bool = False  # the server answered
    done: int = 0
    expected: int = 0
    folders: int = 0
    new: int = 0
    changed: int = 0
    vanished: int = 0
    bodies: int = 0
    reached: dict[str, float] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    @property
    def server(self) -> MailServer:
        """The connection of this sync."""
        assert self.connection is not None
        return self.connection

    def now(self) -> datetime:
        """The time of day."""
        return self.clock.now()

    def mark(self, milestone: str) -> None:
        """Note when something was first reached."""
        self.reached.setdefault(milestone, self.clock.monotonic() - self.started)

    def expect(self, number: int) -> None:
        """So many more messages are on their way."""
        self.expected += number
        self._tell()

    def did(self, number: int) -> None:
        """So many have come."""
        self.done += number
        self._tell()

    def fail(self, error: MelError, folder: str) -> None:
        """Note trouble that does not stop the sync."""
        logger.warning("account %d: %s", self.account, error.code.text)
        scope = error.scope.name.lower()
        self.failures.append(Failure(error.code.text, scope, folder))

    def report(self) -> SyncReport:
        """What was done, without what only the meter knows."""
        return SyncReport(
            account=self.account,
            folders=self.folders,
            new=self.new,
            changed=self.changed,
            vanished=self.vanished,
            bodies=self.bodies,
            complete=not self.failures and not self.refusals,
            milestones=Milestones(**self.reached),
            refusals=tuple(self.refusals),
            failures=tuple(self.failures),
        )

    def _tell(self) -> None:
        if self.progress is not None:
            self.progress(self.done, self.expected)
