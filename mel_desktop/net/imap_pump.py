"""Many asks under way at once: commands out ahead, answers in order (RFC 3501 section 5.5).

A line is kept busy when what was asked for and has not come yet is more than it can carry in one
turn. More than that would only fill memory here and make everybody else on the line wait.

Rule 1: commands are drawn only as long as the window has room; at least one ask is always drawn.
Rule 2: what a folder's commands bring counts only when its SELECT went well.
Rule 3: a whole slice is told as soon as it is here: Dovecot says OK to none of several commands
before all have come, and whoever is killed meanwhile would have to ask for all of them again. What
the late OKs free is drawn as they come, also while the next slice is waited for.
Rule 4: a write waits for the end of what is just coming in, as long as the line has other work:
a turn that carries ten commands is cheaper than ten turns.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator, Iterable
from functools import partial

from mel_desktop.model.errors import ConnectionTrouble, ErrorCode, ServerSaid
from mel_desktop.net.imap_dialogue import Dialogue
from mel_desktop.net.imap_folders import ListedFolder, read_list
from mel_desktop.net.imap_grammar import Response, Status
from mel_desktop.net.imap_jobs import Command, Job, OpenJob, job_of
from mel_desktop.net.imap_selected import Visit
from mel_desktop.net.imap_wire import Running, within
from mel_desktop.ports import Answer, Ask, Meter

LEAST_WINDOW, FAST_WINDOW, GREATEST_WINDOW = 128 << 10, 512 << 10, 2 << 20
UNKNOWN_WINDOW, LONG_WINDOW = 256 << 10, 1 << 20  # not measured yet; the second for long turns
LONG_RTT_S = 0.2
FAST_BPS = 50e6
SAMPLE_S = 1.0  # a long transfer is measured on its way
COMMANDS_AT_ONCE = 64
UPSTREAM_OCTETS = 32 << 10
PATIENCE = 8  # a write waits for the end of what comes, for this part of a turn
SAMPLE_OCTETS = 32 << 10  # fewer octets tell little of a line


class Pump:
    """One run of the pump over a dialogue."""

    def __init__(self, dialogue: Dialogue, asks: Iterable[Ask | None]) -> None:
        self._dialogue = dialogue
        self._wire = dialogue.wire
        self._asks = iter(asks)
        self._is_dry = False
        self._is_over = False
        self._has_freed = False  # the end of what was told already came: there is room again
        self._jobs: deque[Job] = deque()
        self._sent: list[Running] = []
        self._outstanding = 0  # octets that are thought to come
        self._unsent = 0  # of these, of commands that are queued only
        self._flight = 0  # octets outstanding when the last write left
        self._under_way = 0  # commands
        self._upstream = 0
        self._most_commands = min(COMMANDS_AT_ONCE, dialogue.quirks.commands_at_once or 64)
        self._gauge = Gauge(self._wire.stream.meter)

    @property
    def _window(self) -> int:
        return window_of(self._wire.stream.meter, self._wire.stream.compression)

    def run(self) -> Generator[Answer, None, None]:
        """Answers in the order of the asks."""
        try:
            while True:
                self._draw()
                while not self._jobs and self._is_held_up:
                    self._step()
                    self._draw()
                if not self._jobs:
                    return
                job = self._jobs[0]
                try:
                    while not (job.is_done or job.is_whole):
                        self._step()
                        if self._has_freed:
                            self._draw()
                except ConnectionTrouble:
                    while self._jobs and self._jobs[0].has_come:  # paid for: never asked again
                        yield self._jobs.popleft().answer()
                    raise
                self._jobs.popleft().is_told = True
                yield job.answer()
        finally:
            self._is_over = True
            self._gauge.stop()
            self._wire.abandon(self._sent)

    # -- asking ----------------------------------------------------------------------------------

    def _draw(self) -> None:
        self._has_freed = False
        while not self._is_dry and self._has_room:
            try:
                ask = next(self._asks)
            except StopIteration:
                self._is_dry = True
                return
            if ask is None:
                return
            job = job_of(ask, self._dialogue)
            self._jobs.append(job)
            self._begin(job)

    @property
    def _has_room(self) -> bool:
        if not self._under_way:
            return True
        return (
            self._outstanding < self._window
            and self._under_way < self._most_commands
            and self._upstream < UPSTREAM_OCTETS
        )

    @property
    def _is_held_up(self) -> bool:
        """Whether only the ends of what was told already keep the next ask from being drawn."""
        return bool(self._under_way) and not self._is_dry and not self._has_room

    def _begin(self, job: Job) -> None:
        """Queue the commands of a job, and the opening of its folder where it is not open."""
        tail = self._dialogue.tail
        if isinstance(job, OpenJob):
            self._open(job)
        elif tail.path == job.ask.path and tail.trouble is None:
            job.visit = tail
        else:
            self._open(job)
        for command in job.commands():
            self._put(job, command)
        job.has_begun = True
        self._outstanding += job.expected
        self._unsent += job.expected

    def _open(self, job: Job) -> None:
        since, sink, read_only = None, None, True
        if isinstance(job, OpenJob):
            since, sink, read_only = job.since, job.selecting, job.ask.read_only
            sink = sink if since else None
        parameters = self._dialogue.parameters(since)
        path = job.ask.path
        running = self._dialogue.visit(path, read_only=read_only, parameters=parameters, sink=sink)
        job.visit = visit = self._dialogue.tail
        then = running.done

        def done(status: Status) -> None:
            if then is not None:
                then(status)
            if visit.is_unexplained:
                self._look_for(job, visit)
            self._finished(job, None, running, status)

        running.done = done
        self._count(job, running, len(path) + len(parameters) + 20)

    def _look_for(self, job: Job, visit: Visit) -> None:
        """A NO without a reason: it matters whether the folder is there."""
        found: list[ListedFolder] = []

        def take(response: Response) -> bool:
            one = read_list(response)
            if one is not None and one.folder.path == visit.path and one.folder.selectable:
                found.append(one)
            return one is not None

        def done(status: Status) -> None:
            if status.kind == "OK" and not found:
                visit.trouble = ServerSaid(
                    ErrorCode.FOLDER_GONE, command="SELECT", reply="not-listed"
                )
            self._finished(job, None, running, status)

        running = self._wire.put([b'LIST "" ', self._dialogue.mailbox(visit.path)], take, done=done)
        self._count(job, running, len(visit.path) + 20)

    def _put(self, job: Job, command: Command) -> None:
        running = self._wire.put(
            [command.line],
            literal_limit=command.literal_limit,
            expects=lambda: 2 * (command.answers or job.visit.selected.exists),
        )
        visit = job.visit
        running.sink = lambda response: visit.is_open and command.sink(response)
        running.done = partial(self._finished, job, command, running)
        self._count(job, running, len(command.line))

    def _count(self, job: Job, running: Running, octets: int) -> None:
        job.left += 1
        job.upstream += octets
        self._upstream += octets
        self._under_way += 1
        self._sent.append(running)

    def _finished(
        self, job: Job, command: Command | None, running: Running, status: Status
    ) -> None:
        self._sent.remove(running)
        self._under_way -= 1
        if command is None:
            job.left -= 1
        else:
            job.finish(command, status)
        if job.left or self._is_over:
            return
        self._outstanding -= job.expected
        self._upstream -= job.upstream
        job.upstream = 0
        if job.is_told:
            self._has_freed = True
            return
        if job.visit.again and not job.is_plain:
            self._dialogue.plainer()
            self._again(job)
        elif job.visit.is_open and job.may_try_plainly:
            self._again(job)

    def _again(self, job: Job) -> None:
        """Once more, in a plainer way; its place among the answers stays."""
        job.is_plain = True
        job.refused = None
        job.has_begun = False
        job.forget()
        self._begin(job)

    # -- reading ---------------------------------------------------------------------------------

    def _step(self) -> None:
        if self._wire.has_queued and not self._is_more_coming():
            self._wire.flush()
            self._flight = self._outstanding
            self._unsent = 0
        self._wire.step()
        if not self._jobs or self._jobs[0].is_content:
            self._gauge.note(self._outstanding - self._unsent)
        else:  # a server thinks longer about rows than the line needs to carry them
            self._gauge.drop()

    def _is_more_coming(self) -> bool:
        """Whether a write may wait for the rest of what comes in just now."""
        left = self._outstanding - self._unsent
        if left <= 0 or (self._flight > self._window / 2 and left <= self._window / 2):
            return False
        patience = (self._wire.stream.meter.rtt_s or 0.0) / PATIENCE
        return self._wire.stream.is_readable(within(patience))


class Gauge:
    """Measures a line by the octets that came while it had work."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._start: tuple[float, int] | None = None
        self._last: tuple[float, int] | None = None

    def note(self, left: int) -> None:
        """Something came; so many octets are still thought to be under way."""
        here = (time.monotonic(), self._meter.received)
        if self._start is None:
            self._start = here
        self._last = here
        if left <= 0:
            self.stop()
        elif here[0] - self._start[0] >= SAMPLE_S:
            self.stop()
            self._start = self._last = here

    def drop(self) -> None:
        """What came now tells nothing of the line."""
        self._start = self._last = None

    def stop(self) -> None:
        """The line has no more work: learn from what it did."""
        if self._start is not None and self._last is not None:
            seconds = self._last[0] - self._start[0]
            octets = self._last[1] - self._start[1]
            if octets >= SAMPLE_OCTETS and seconds > 0:
                told, before = octets * 8 / seconds, self._meter.down_bps
                self._meter.down_bps = told if before is None else (told + before) / 2
        self.drop()


def window_of(meter: Meter, compression: float) -> int:
    """How many octets may be under way: twice what the line holds, within bounds."""
    if not meter.rtt_s or not meter.down_bps:
        return LONG_WINDOW if (meter.rtt_s or 0) > LONG_RTT_S else UNKNOWN_WINDOW
    least = FAST_WINDOW if meter.down_bps > FAST_BPS else LEAST_WINDOW
    holds = meter.rtt_s * meter.down_bps / 8 * min(max(compression, 1.0), 5.0)
    return int(min(max(2 * holds, least), GREATEST_WINDOW))
