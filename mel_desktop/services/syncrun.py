"""What one sync of one account has in hand: the connection, the options, and what it counts."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import Failure, Milestones, Refusal, SyncReport
from mel_desktop.model.errors import ConnectionTrouble, ErrorCode, MelError, Scope
from mel_desktop.model.sync import Progress, SyncOptions
from mel_desktop.ports import Clock, MailServer, RemoteStatus
from mel_desktop.store.database import Database

logger = logging.getLogger("mel.sync")

# What cannot be had: (question, folder, UIDVALIDITY, UID) -> why, and when to ask again.
Bad = dict[tuple[str, str, int, int], tuple[MelError, float]]


@dataclass(frozen=True, slots=True)
class Selected:
    """The folder that is open on the server."""

    path: str
    uidvalidity: int
    read_only: bool


@dataclass(slots=True)
class SyncRun:
    """One sync under way."""

    account: AccountId
    database: Database
    clock: Clock
    options: SyncOptions
    started: float
    progress: Callable[[Progress], None] | None = None
    connection: MailServer | None = None
    connect_anew: Callable[[], MailServer] | None = None
    open_folder: Selected | None = None
    bad: Bad = field(default_factory=dict)
    told: set[tuple[str, str, int, int]] = field(default_factory=set)  # failures of this sync
    broken: int = 0  # connections that an answer cost
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

    @property
    def selected(self) -> Selected:
        """The folder that is open."""
        assert self.open_folder is not None
        return self.open_folder

    def select(self, path: str, *, read_only: bool) -> RemoteStatus:
        """Open a folder. ServerSaid(FOLDER_GONE)."""
        status = self.server.select(path, read_only=read_only)
        self.open_folder = Selected(path, status.uidvalidity, read_only)
        return status

    def renew(self) -> None:
        """A new connection in place of one that is of no use any more, with the same folder."""
        assert self.connect_anew is not None
        before = self.selected
        self.connection = self.connect_anew()
        self.select(before.path, read_only=before.read_only)
        if self.selected.uidvalidity != before.uidvalidity:  # no UID in hand means anything now
            raise ConnectionTrouble(ErrorCode.CONNECTION_LOST, why="renumbered")

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

    def fail(self, error: MelError, folder: str, *, scope: Scope | None = None) -> None:
        """Note trouble that does not stop the sync."""
        logger.warning("account %d: %s", self.account, error.code.text)
        given_up = (scope or error.scope).name.lower()
        self.failures.append(Failure(error.code.text, given_up, folder))

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
            self.progress(Progress(self.done, self.expected))
