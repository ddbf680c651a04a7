"""Keeps the line of one sync busy: what to ask next, who takes the answer, who is to blame.

Rule 1: what was asked first is answered first; the order of asking is the order of importance.
Rule 2: a question that fails is halved until the one message that is to blame is found; the others
        are had. A server may refuse one message (NO), hang up over it (Dovecot says BYE) or answer
        with something that nobody can read: the connection is renewed and the rest goes on.
Rule 3: at most MOST_WRITES transactions wait for the writer; trouble of any of them is raised.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import field, replace
from typing import Final, TypeVar

from mel_desktop.model.errors import (
    ConnectionTrouble,
    ErrorCode,
    MelError,
    Scope,
    ServerBroken,
    ServerSaid,
)
from mel_desktop.model.values import dataclass
from mel_desktop.ports import Answer, Ask, Open, Rows, Slice, Texts, Wholes
from mel_desktop.services.syncrun import Place, SyncRun
from mel_desktop.store.database import Transaction

T = TypeVar("T")

MOST_WRITES: Final = 4
OF_THE_FOLDER: Final = frozenset(
    {ErrorCode.FOLDER_GONE, ErrorCode.SERVER_TEMPORARY, ErrorCode.MAILBOX_FULL}
)
REFUSED_IN_A_ROW: Final = 64  # then it is the folder that cannot be read
BROKEN_IN_A_ROW: Final = 16  # one in 500 is found after 10; each costs a connection
BROKEN_IN_ALL: Final = 60
PAUSE_S: Final = 3600.0
ROW_OCTETS: Final = 250  # of a row, compressed

# Order of asking.
AGAIN, FIRST, OPENS, FIRST_TEXTS, INBOX_ROWS, ROWS = range(6)


@dataclass(slots=True)
class Lane:
    """One folder in this flow. ``given_up``: nothing more of it is asked for."""

    path: str
    uidvalidity: int = 0
    given_up: bool = False
    refused_in_a_row: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """A question and what becomes of it. ``skip``: one of its UIDs cannot be had."""

    lane: Lane
    ask: Ask
    take: Callable[[Answer], None]
    skip: Callable[[int], None] | None = None
    rank: int = ROWS
    over: Callable[[], None] | None = None  # called when nothing of it is under way any more
    pieces: list[int] = field(default_factory=lambda: [1])  # shared by the halves of one question


Source = Callable[[], Job | None]


class Flow:
    """The questions of one sync."""

    def __init__(self, run: SyncRun) -> None:
        self._run = run
        self._waiting: list[tuple[int, int, Job]] = []
        self._number = 0
        self._front = 0
        self._under_way: deque[Job] = deque()
        self._writes: deque[Future[object]] = deque()
        self._sources: list[Source] = []
        self._broken_in_a_row = 0
        self._careful = False
        self.first_come_first = False  # rows wait until what a screen shows first is here

    # -- what to ask -------------------------------------------------------------------------------

    def add(self, job: Job) -> None:
        """Ask this when its turn comes."""
        wanted = self._without_known(job)
        if wanted is None:
            self._end(job)
            return
        self._number += 1
        heapq.heappush(self._waiting, (job.rank, self._number, wanted))

    def add_source(self, source: Source) -> None:
        """Ask this for a question when there is none waiting and no earlier source has one."""
        self._sources.append(source)

    def give_up(self, lane: Lane, error: MelError | None = None) -> None:
        """Nothing more of this folder; ``error`` is reported."""
        if not lane.given_up:
            lane.given_up = True
            if error is not None:
                self._run.fail(error, lane.path)

    def has_open(self) -> bool:
        """Whether a folder is still being opened."""
        return any(isinstance(job.ask, Open) for job in self._under_way) or any(
            isinstance(job.ask, Open) for _, _, job in self._waiting
        )

    # -- storing -----------------------------------------------------------------------------------

    def write(self, work: Callable[[Transaction], object]) -> Future[object]:
        """Store without waiting, while the line goes on."""
        while len(self._writes) >= MOST_WRITES:
            self._writes.popleft().result()
        later = self._run.database.write_later(work)
        self._writes.append(later)
        return later

    def drain(self) -> None:
        """Wait for what is being stored. Raises the first trouble of it."""
        while self._writes:
            self._writes.popleft().result()

    # -- asking ------------------------------------------------------------------------------------

    def perform(self) -> None:
        """Ask until nothing is left to ask. Connection trouble goes through."""
        while True:
            try:
                for answer in self._run.server.pump(self._asks()):
                    self._take(self._under_way.popleft(), answer)
            except (ServerBroken, ConnectionTrouble) as error:
                self._recover(error)
                continue
            self.drain()
            if not self._waiting or self._run.stopped:
                return

    def _asks(self) -> Iterator[Ask | None]:
        while True:
            if self._careful and self._under_way:  # one by one, until the culprit is found
                yield None
                continue
            job = self._next()
            if job is None and self._writes:
                self.drain()  # what is stored now may be what the next question is about
                job = self._next()
            if job is not None:
                self._under_way.append(job)
                yield job.ask
            elif self._under_way:
                yield None
            else:
                return

    def _next(self) -> Job | None:
        if not self._run.may_ask(sum(_expected(job.ask) for job in self._under_way)):
            return None
        while self._waiting:
            if self.first_come_first and self._waiting[0][0] >= INBOX_ROWS:
                return None
            rank, _, job = heapq.heappop(self._waiting)
            self._careful = self._careful and rank == AGAIN
            if not job.lane.given_up:
                return job
            self._end(job)
        for source in self._sources:
            while (found := source()) is not None:
                wanted = self._without_known(found)
                if wanted is not None and not found.lane.given_up:
                    return wanted
                self._end(found)
            if self._waiting:  # a source may put questions first
                return self._next()
        return None

    def _take(self, job: Job, answer: Answer) -> None:
        if answer.trouble is not None:
            self._refused(job, answer.trouble)
            return
        self._broken_in_a_row = 0
        job.lane.refused_in_a_row = 0
        if not job.lane.given_up:
            job.take(answer)
        self._end(job)

    def _end(self, job: Job) -> None:
        job.pieces[0] -= 1
        if job.pieces[0] == 0 and job.over is not None:
            job.over()

    # -- trouble -----------------------------------------------------------------------------------

    def _refused(self, job: Job, error: ServerSaid) -> None:
        """The server said no to one question."""
        lane = job.lane
        if error.code is ErrorCode.MESSAGE_GONE and isinstance(job.ask, Slice):
            if job.skip is not None:
                job.skip(job.ask.uid)  # deleted meanwhile: the next sync hears of it
            self._end(job)
            return
        lane.refused_in_a_row += 1
        hopeless = (
            error.code in OF_THE_FOLDER
            or error.code is ErrorCode.MESSAGE_GONE  # renumbered meanwhile
            or not _can_be_narrowed(job.ask)
            or lane.refused_in_a_row > REFUSED_IN_A_ROW
        )
        if hopeless:
            self.give_up(lane, error)
            self._end(job)
        else:
            self._narrow(job, error)

    def _recover(self, error: MelError) -> None:
        """The connection is of no use any more: whose fault, and can it be mended?"""
        if not self._under_way:
            raise error
        if isinstance(error, ConnectionTrouble) and "bye" not in error.facts:
            raise error  # the line, not a message
        self._run.broken += 1
        self._broken_in_a_row += 1
        if self._broken_in_a_row > BROKEN_IN_A_ROW or self._run.broken > BROKEN_IN_ALL:
            raise error
        under_way = list(self._under_way)
        self._under_way.clear()
        for job in reversed(under_way[1:]):
            self._again(job)
        suspect = under_way[0]
        if len(under_way) > 1:  # any of them: Dovecot hangs up before earlier answers have left
            self._again(suspect)
        elif _can_be_narrowed(suspect.ask):
            self._narrow(suspect, error)
        else:
            self.give_up(suspect.lane, error)
            self._end(suspect)
        self._careful = True
        self._run.renew()

    def _narrow(self, job: Job, error: MelError) -> None:
        """Ask for each half, or blame the one message that is left."""
        if isinstance(job.ask, Open):
            self._again(replace(job, ask=replace(job.ask, rows_from=None, newest=0)))
            return
        uids = uids_of(job.ask)
        if len(uids) > 1:
            half = len(uids) // 2
            job.pieces[0] += 1
            self._again(replace(job, ask=_only(job.ask, frozenset(uids[half:]))))
            self._again(replace(job, ask=_only(job.ask, frozenset(uids[:half]))))
            return
        for uid in uids:
            self.blame(job, uid, error)
        self._end(job)

    def _again(self, job: Job) -> None:
        """Before all that is waiting."""
        self._front -= 1
        heapq.heappush(self._waiting, (AGAIN, self._front, job))

    def blame(self, job: Job, uid: int, error: MelError) -> None:
        """This one cannot be had; the others can. It is asked for again after a pause."""
        if isinstance(error, ConnectionTrouble):  # the server hangs up rather than give it
            error = ServerSaid(ErrorCode.SERVER_REFUSED, reply="BYE")
        again = 0.0 if isinstance(error, ServerSaid) else PAUSE_S
        if error.facts.get("reply") == "BYE":
            again = PAUSE_S
        place = _place(job, uid)
        self._run.bad[place] = (error, self._run.clock.monotonic() + again)
        self._report(place, error)
        if job.skip is not None:
            job.skip(uid)

    def _without_known(self, job: Job) -> Job | None:
        """Without those that are known to do harm; they are reported once more. None: no rest."""
        if not self._run.bad or isinstance(job.ask, Open):
            return job
        uids = uids_of(job.ask)
        kept = []
        for uid in uids:
            place = _place(job, uid)
            error, until = self._run.bad.get(place, (None, 0.0))
            if error is not None and self._run.clock.monotonic() < until:
                self._report(place, error)
                if job.skip is not None:
                    job.skip(uid)
            else:
                kept.append(uid)
        if len(kept) == len(uids):
            return job
        return replace(job, ask=_only(job.ask, frozenset(kept))) if kept else None

    def _report(self, place: Place, error: MelError) -> None:
        """Once a sync, however often it is asked for."""
        if place not in self._run.told:
            self._run.told.add(place)
            self._run.fail(error, place[1], scope=Scope.MESSAGE)


def uids_of(ask: Ask) -> Sequence[int]:
    """The UIDs that a question is about."""
    if isinstance(ask, Rows):
        return ask.uids
    if isinstance(ask, Texts | Wholes):
        return [uid for uid, _ in ask.wanted]
    return [ask.uid] if isinstance(ask, Slice) else []


def _expected(ask: Ask) -> int:
    """Octets that the answer is thought to have."""
    if isinstance(ask, Texts):
        return ask.expected
    if isinstance(ask, Slice):
        return ask.length
    if isinstance(ask, Wholes):
        return sum(size for _, size in ask.wanted)
    return ROW_OCTETS * len(ask.uids) if isinstance(ask, Rows) else ROW_OCTETS * ask.newest


def _can_be_narrowed(ask: Ask) -> bool:
    """Whether less may be asked: a folder can be opened without the rows of its messages."""
    return not isinstance(ask, Open) or ask.rows_from is not None or bool(ask.newest)


def _only(ask: Ask, uids: frozenset[int]) -> Ask:
    """The same question about some of its UIDs."""
    if isinstance(ask, Rows):
        return replace(ask, uids=tuple(one for one in ask.uids if one in uids))
    if isinstance(ask, Texts):
        return replace(ask, wanted=tuple(one for one in ask.wanted if one[0] in uids))
    if isinstance(ask, Wholes):
        return replace(ask, wanted=tuple(one for one in ask.wanted if one[0] in uids))
    return ask


def _place(job: Job, uid: int) -> Place:
    kinds = {Rows: "row", Texts: "text", Wholes: "whole", Slice: "slice"}
    return kinds.get(type(job.ask), "folder"), job.lane.path, job.lane.uidvalidity, uid
