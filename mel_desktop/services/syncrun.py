"""What one sync of one account has in hand: the connection, the options, and what it counts."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import field
from datetime import datetime
from typing import Final, Protocol

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import Failure, Milestones, PlanLine, Refusal, SyncReport
from mel_desktop.model.errors import MelError, Scope
from mel_desktop.model.links import LinkProfile, Phase
from mel_desktop.model.sync import Progress, SyncOptions
from mel_desktop.model.values import dataclass
from mel_desktop.ports import Clock, MailServer, Meter
from mel_desktop.store.database import Database

logger = logging.getLogger("mel.sync")

BUDGET_USED: Final = "budget-used"

# What cannot be had: (question, folder, UIDVALIDITY, UID) -> why, and when to ask again.
Place = tuple[str, str, int, int]
Bad = dict[Place, tuple[MelError, float]]


class Errand(Protocol):
    """Work on the server that a sync does on its way: folder wishes, copies of drafts."""

    def waits(self, account: AccountId) -> bool:
        """Whether there is anything to do."""
        ...

    def perform(self, server: MailServer, account: AccountId) -> Sequence[Refusal | Failure]:
        """Do it. What a person must know comes back; connection trouble is raised."""
        ...


class LateErrand(Errand, Protocol):
    """One that is done when folders are open and their new messages are not all stored."""

    def tidy(self, account: AccountId) -> None:
        """Everything that the sync was told is stored now."""
        ...


class QuotaErrand(Protocol):
    """A question that leaves with others, and is answered by the end."""

    def begin(self, server: MailServer, account: AccountId, link: LinkProfile) -> bool:
        """Ask, if it is time."""
        ...

    def finish(self, server: MailServer, account: AccountId) -> None:
        """Store the answer."""
        ...


@dataclass(slots=True)
class SyncRun:
    """One sync under way."""

    account: AccountId
    database: Database
    clock: Clock
    options: SyncOptions
    started: float
    meter: Meter
    progress: Callable[[Progress], None] | None = None
    connection: MailServer | None = None
    connect_anew: Callable[[], MailServer] | None = None
    bad: Bad = field(default_factory=dict)
    told: set[Place] = field(default_factory=set)  # failures of this sync
    texts_asked: set[int] = field(default_factory=set)  # messages
    broken: int = 0  # connections that an answer cost
    began: bool = False  # the server answered
    phase: Phase = Phase.SIGN_IN
    done: int = 0
    expected: int = 0
    octets_done: int = 0
    octets_expected: int = 0
    folders: int = 0
    new: int = 0
    changed: int = 0
    vanished: int = 0
    bodies: int = 0
    # (texts, attachments) of messages of a folder below these ids are not to be here
    cutoffs: Callable[[int], tuple[int, int]] = lambda folder: (0, 0)
    stopped: bool = False  # the budget of octets is used up
    octets_before: int = 0  # on the meter
    reached: dict[str, float] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    plan: list[PlanLine] = field(default_factory=list)

    @property
    def server(self) -> MailServer:
        """The connection of this sync."""
        assert self.connection is not None
        return self.connection

    @property
    def link(self) -> LinkProfile:
        """The profile in force; where nobody resolved it, the thrifty one."""
        given = self.options.link
        return LinkProfile.THRIFTY if given is LinkProfile.AUTO else given

    def renew(self) -> None:
        """A new connection in place of one that is of no use any more."""
        assert self.connect_anew is not None
        self.connection = self.connect_anew()

    def now(self) -> datetime:
        """The time of day."""
        return self.clock.now()

    def may_ask(self, under_way: int) -> bool:
        """Whether the budget leaves room for one more question while so many octets are thought to
        be on their way. What is under way is kept; said once when the budget is used up.
        """
        most = self.options.max_bytes
        if most is None or self.stopped:
            return not self.stopped
        left = most - (self.meter.received + self.meter.sent - self.octets_before)
        if left > 0:
            return under_way < left
        self.stopped = True
        self.failures.append(Failure(BUDGET_USED, Scope.ACCOUNT.name.lower()))
        return False

    # -- telling -----------------------------------------------------------------------------------

    def mark(self, milestone: str) -> None:
        """Note when something was first reached."""
        self.reached.setdefault(milestone, self.clock.monotonic() - self.started)

    def enter(self, phase: Phase) -> None:
        """Another part of the work begins."""
        if phase is not self.phase:
            self.phase = phase
            self._tell()

    def expect(self, number: int, octets: int = 0) -> None:
        """So many more messages or parts are on their way."""
        self.expected += number
        self.octets_expected += octets
        self._tell()

    def did(self, number: int, octets: int = 0) -> None:
        """So many have come."""
        self.done += number
        self.octets_done += octets
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
            plan=tuple(self.plan),
        )

    def _tell(self) -> None:
        if self.progress is not None:
            self.progress(
                Progress(
                    self.done, self.expected, self.phase, self.octets_done, self.octets_expected
                )
            )
