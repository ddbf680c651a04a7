"""Commands out, answers in: tags, literals, pipelining, IDLE (RFC 3501 sections 2.2, 5.5 and 7).

imapclient works through imaplib, which loses half lines, knows one command at a time and no limits;
this is the part that it lacks.

Rule 1: an answer is handled when it is whole; half a line waits in the stream.
Rule 2: every size is bounded before anything is read into memory.
Rule 3: an untagged answer is offered to the commands that may cause it, oldest first, then to
``on_untagged``; what nobody claims ends the connection.
Rule 4: nothing passes a barrier (SELECT, AUTHENTICATE): while it runs, what comes is its own; what
was sent before it is answered before it.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence

from mel_desktop.model.errors import ConnectionTrouble, ErrorCode
from mel_desktop.net.imap_grammar import (
    Literal,
    Response,
    Status,
    Unreadable,
    literal_size,
    read_status,
)
from mel_desktop.net.protocol_trace import HIDDEN, imap_answer, imap_shape
from mel_desktop.net.transport import Stream

# Before sign-in a server has little to say; afterwards a SEARCH may name half a million UIDs.
SMALL_LINE, LARGE_LINE = 65_536, 8 << 20
SMALL_LITERAL, LARGE_LITERAL = 65_536, 1 << 20
ANSWER_LIMIT = 10 << 20  # beyond the literals that a command allows
# Untagged answers between two tagged ones, beyond those that the commands under way may cause.
UNTRUSTED_ANSWERS, USUAL_ANSWERS = 200, 10_000
LITERAL_PLUS_LIMIT = 262_144  # beyond that the server may refuse before the octets are sent
LITERAL_MINUS_LIMIT = 4096  # RFC 7888 section 5
IDLE_STEP = 0.5  # seconds; how soon IDLE ends when whoever waits has had enough
PIECES_LIMIT = 200  # literals in one answer

Sink = Callable[[Response], bool]
Parts = Sequence[bytes | Literal]

_STATUS_HEADS = (b"* OK", b"* NO", b"* BAD", b"* BYE", b"* PREAUTH")
_UNASKED_STATUS = ("OK", "NO", "BAD", "BYE")


def nobody(_: Response) -> bool:
    """Claims nothing."""
    return False


def _none() -> int:
    return 0


class Running:
    """A command that was queued or sent. ``status`` is None until its tagged answer has come."""

    __slots__ = (
        "converse", "done", "expects", "is_barrier", "is_dialogue", "is_last", "literal_limit",
        "sink", "status", "tag", "visit",
    )  # fmt: skip

    def __init__(self, tag: bytes, sink: Sink, visit: int) -> None:
        self.tag = tag
        self.sink = sink
        self.visit = visit  # how many barriers are before it: answers never cross one
        self.is_barrier = False
        self.is_dialogue = False  # may end before all that could be said was said
        self.is_last = False
        self.literal_limit = 0
        self.expects: Callable[[], int] = _none
        self.done: Callable[[Status], None] | None = None
        self.converse: Callable[[bytes], bytes] | None = None
        self.status: Status | None = None


class Wire:
    """One dialogue with one server. ``on_untagged`` sees what no command has claimed."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self._trace = stream.trace
        self.on_untagged: Sink = nobody
        self.literal_plus_limit = 0
        self._line_limit = SMALL_LINE
        self._literal_limit = SMALL_LITERAL
        self._count = 0
        self._visit = 0
        self._running: dict[bytes, Running] = {}  # in the order of sending
        self._queue: deque[tuple[Running, bytes]] = deque()  # a piece waits for ``+`` of the last
        self._hungry: Running | None = None  # has sent a literal's size and waits for ``+``
        self._last: Running | None = None  # nothing may be sent before it is answered
        self._abandoned: list[Running] = []
        self._bye: Status | None = None
        self._answers = 0
        self._answers_limit = UNTRUSTED_ANSWERS

    def trust(self, capabilities: frozenset[str]) -> None:
        """Signed in: long answers are allowed, and literals as the server takes them."""
        self._line_limit, self._literal_limit = LARGE_LINE, LARGE_LITERAL
        self.expect_unasked(0)
        self.trust_literals(capabilities)

    def trust_literals(self, capabilities: frozenset[str]) -> None:
        """Literals go out as the server takes them (RFC 7888)."""
        if "LITERAL+" in capabilities:
            self.literal_plus_limit = LITERAL_PLUS_LIMIT
        elif "LITERAL-" in capabilities:
            self.literal_plus_limit = LITERAL_MINUS_LIMIT

    def expect_unasked(self, messages: int) -> None:
        """Signed in: the open folder holds so many messages, and any of them may change."""
        self._answers_limit = USUAL_ANSWERS + 2 * min(messages, 1_000_000)

    # -- commands --------------------------------------------------------------------------------

    def put(
        self,
        parts: Parts,
        sink: Sink = nobody,
        *,
        barrier: bool = False,
        literal_limit: int = 0,
        expects: Callable[[], int] = _none,
        done: Callable[[Status], None] | None = None,
    ) -> Running:
        """Queue one command; it leaves at the next ``flush``. ``done`` hears its tagged answer.
        ``expects``: how many untagged answers it may well have.
        """
        running = self._new(sink, barrier=barrier)
        running.literal_limit = literal_limit
        running.expects = expects
        running.done = done
        if self._trace is not None:
            self._trace.note(f"C: {_command_shape(running.tag, parts)}")
        self._queue.extend((running, piece) for piece in self._pieces(running.tag, parts))
        return running

    def put_last(self, command: bytes, done: Callable[[Status], None]) -> Running:
        """Queue a command after which the stream may be another one (COMPRESS): what is queued
        later leaves when it has been answered.
        """
        running = self.put([command], done=done)
        running.is_last = True
        return running

    def flush(self) -> None:
        """Send what is queued in one write, up to where the server must say something first."""
        ready: list[bytes] = []
        while self._queue and self._hungry is None and self._last is None:
            running, piece = self._queue.popleft()
            ready.append(piece)
            if self._queue and self._queue[0][0] is running:
                self._hungry = running
            elif running.is_last:
                self._last = running
        if ready:
            self.stream.sendall(b"".join(ready))

    def wait(self, running: Running) -> Status:
        """Read up to the tagged answer of a command."""
        self.flush()
        while running.status is None:
            self.step()
        return running.status

    def run(self, parts: Parts, sink: Sink = nobody, *, expects: int = 0) -> Status:
        """Send one command and read up to its tagged answer."""
        self._settle()
        return self.wait(self.put(parts, sink, expects=lambda: expects))

    def run_all(
        self, commands: Iterable[Parts], sink: Sink = nobody, *, expects: int = 0
    ) -> list[Status]:
        """Several commands in one flight, their answers in order."""
        self._settle()
        sent = [self.put(parts, sink, expects=lambda: expects) for parts in commands]
        return [self.wait(one) for one in sent]

    def dialogue(self, first: bytes, replies: Sequence[bytes], sink: Sink = nobody) -> Status:
        """A command that goes on line by line at each ``+`` (AUTHENTICATE)."""
        running = self._new(sink, barrier=True)
        running.is_dialogue = True
        # A server that asks for more than the mechanism has is told to stop.
        if self._trace is not None:
            told = imap_shape(b"%s %s" % (running.tag, first))
            self._trace.note(f"C: {told}{f' {HIDDEN}' if replies else ''}")
        pieces = [b"%s %s" % (running.tag, first), *replies, b"*"]
        self._queue.extend((running, piece + b"\r\n") for piece in pieces)
        return self.wait(running)

    def converse(
        self, first: bytes, answer: Callable[[bytes], bytes], sink: Sink = nobody
    ) -> Status:
        """A command whose next line depends on what each ``+`` says (SASL)."""
        running = self._new(sink, barrier=True)
        running.is_dialogue = True
        running.converse = answer
        self._queue.append((running, b"%s %s\r\n" % (running.tag, first)))
        self._queue.append((running, b""))  # a line follows: the server is waited for
        return self.wait(running)

    def abandon(self, commands: Iterable[Running]) -> None:
        """The caller lost interest half-way: the answers are read off before the next command."""
        for one in commands:
            if not one.is_barrier:  # which folder is open matters to whoever comes next
                one.sink = _drop
            if one.status is None:
                self._abandoned.append(one)

    @property
    def has_queued(self) -> bool:
        """Whether a flush would send something."""
        return bool(self._queue) and self._hungry is None and self._last is None

    def _settle(self) -> None:
        while self._abandoned:
            self.wait(self._abandoned[0])
            del self._abandoned[0]

    def _new(self, sink: Sink, *, barrier: bool) -> Running:
        self._count += 1
        self._visit += barrier
        running = Running(b"m%d" % self._count, sink, self._visit)
        running.is_barrier = barrier
        self._running[running.tag] = running
        return running

    def _pieces(self, tag: bytes, parts: Parts) -> list[bytes]:
        """The command cut where the server must say ``+`` first."""
        pieces = [tag + b" "]
        for part in parts:
            if isinstance(part, Literal):
                size = len(part.data)
                if size <= self.literal_plus_limit:
                    pieces[-1] += b"{%d+}\r\n" % size + part.data
                else:
                    pieces[-1] += b"{%d}\r\n" % size
                    pieces.append(part.data)
            else:
                pieces[-1] += part
        pieces[-1] += b"\r\n"
        return pieces

    # -- answers ---------------------------------------------------------------------------------

    def step(self) -> None:
        """Read one answer and give it to whom it belongs."""
        response = self._read()
        if response.head.startswith(b"+"):
            if self._hungry is None:
                raise self.stream.broken("unexpected-continuation")
            if (converse := self._hungry.converse) is not None:
                line = converse(response.head[1:].strip()) + b"\r\n"
                self._queue[0] = (self._hungry, line)
                self._queue.insert(1, (self._hungry, b""))
            self._hungry = None
            self.flush()
        else:
            self._dispatch(response)

    def _dispatch(self, response: Response) -> None:
        """Hand an untagged answer on, or note a tagged one."""
        head = response.head
        if self._trace is not None:
            self._note_answer(response)
        if not head.startswith(b"* "):
            self._finish(head)
            return
        if head[:6].upper() == b"* BYE ":
            self._bye = read_status(head[2:])
        self._answers += 1
        if self._answers > self._answers_limit and self._answers > self._expected():
            raise self.stream.broken("too-much-unasked")
        try:
            for running in self._may_answer():
                if running.sink(response):
                    return
            if self.on_untagged(response):
                return
        except Unreadable:
            raise self.stream.broken("unreadable") from None
        status = read_status(head[2:])
        if status is None or status.kind not in _UNASKED_STATUS:
            raise self.stream.broken("unasked-answer")

    def _note_answer(self, response: Response) -> None:
        assert self._trace is not None
        octets = sum(map(len, response.lines)) + sum(map(len, response.literals))
        if b" FETCH (" in response.head[:24]:
            self._trace.fetch(octets, len(response.literals), response.head)
        else:
            self._trace.note(f"S: {imap_answer(response.lines, octets)}")

    def _expected(self) -> int:
        return self._answers_limit + sum(one.expects() for one in self._running.values())

    def _may_answer(self) -> Iterator[Running]:
        """The commands that what comes now may belong to, oldest first."""
        visit = None
        for running in self._running.values():
            if visit is not None and (running.is_barrier or running.visit != visit):
                return
            yield running
            visit = running.visit
            if running.is_barrier:
                return

    def _finish(self, head: bytes) -> None:
        tag, _, rest = head.partition(b" ")
        status = read_status(rest)
        running = self._running.get(tag)
        if running is None or status is None or status.kind not in ("OK", "NO", "BAD"):
            raise self.stream.broken("unexpected-line")
        if not any(one is running for one in self._may_answer()):
            raise self.stream.broken("out-of-turn")
        if self._queue and self._is_queued(running):
            if status.kind == "OK" and not running.is_dialogue:
                raise self.stream.broken("answer-before-command")
            self._queue = deque(item for item in self._queue if item[0] is not running)
        del self._running[tag]
        self._answers = 0
        running.status = status
        if running.done is not None:
            running.done(status)
        if running in (self._hungry, self._last):
            self._hungry = self._last = None
            self.flush()

    def _is_queued(self, running: Running) -> bool:
        return any(one is running for one, _ in self._queue)

    # -- IDLE ------------------------------------------------------------------------------------

    def idle(self, deadline: float, has_changed: Callable[[], bool]) -> Status:
        """IDLE (RFC 2177) until the deadline or a change; then DONE. NO where it is refused.

        A NOOP goes before it in the same flight: some servers (pymap) keep to themselves what
        happened before IDLE began.
        """
        self._settle()
        self.put([b"NOOP"])
        running = self.put([b"IDLE"])
        self.flush()
        while not (response := self._read()).head.startswith(b"+"):
            self._dispatch(response)
            if running.status is not None:
                return running.status
        while not has_changed() and within(0) < deadline:  # has_changed may turn without a word
            if not self.stream.wait_line(min(deadline, within(IDLE_STEP)), self._line_limit):
                continue
            self._dispatch(self._read())
            if running.status is not None:  # the server ended it by itself
                return running.status
        self.stream.sendall(b"DONE\r\n")
        return self.wait(running)

    def listen(self, deadline: float) -> bool:
        """Handle what the server says unasked until the deadline; True when it said something."""
        if not self.stream.wait_line(deadline, self._line_limit):
            return False
        self.step()
        return True

    # -- reading ---------------------------------------------------------------------------------

    def greeting(self) -> Status:
        """The first line of the server."""
        response = self._read()
        if self._trace is not None:
            self._note_answer(response)
        status = read_status(response.head[2:]) if response.head.startswith(b"* ") else None
        if status is None or status.kind not in ("OK", "BYE", "PREAUTH"):
            raise self.stream.broken("no-greeting")
        return status

    def _read(self) -> Response:
        """One whole answer, literals included."""
        line = self._read_line()
        size = literal_size(line) if line.endswith(b"}") else None
        # The text for people at the end of a status may look like a literal's size.
        if size is None or self._is_status(line):
            return Response((line,))
        limit = self._literals_allowed(size)
        lines: list[bytes] = [line]
        literals: list[bytes] = []
        total = len(line)
        while size is not None:
            total += size
            if size > limit or total > ANSWER_LIMIT + limit or len(literals) >= PIECES_LIMIT:
                raise self.stream.broken("literal-too-large", octets=min(size, 1 << 62))
            literals.append(self.stream.read_exactly(size))
            line = self._read_line()
            lines.append(line)
            total += len(line)
            size = literal_size(line)
        return Response(tuple(lines), tuple(literals))

    def _literals_allowed(self, size: int) -> int:
        """The greatest literal that a command under way may be answered with."""
        limit = 0
        for running in self._may_answer():
            limit = max(limit, running.literal_limit or self._literal_limit)
            if size <= limit:
                return limit
        return limit or self._literal_limit

    @staticmethod
    def _is_status(line: bytes) -> bool:
        return not line.startswith(b"* ") or line[:9].upper().startswith(_STATUS_HEADS)

    def _read_line(self) -> bytes:
        try:
            line = self.stream.read_line(self._line_limit)
        except ConnectionTrouble as error:
            if self._bye is not None and error.code is ErrorCode.CONNECTION_LOST:
                facts = {**error.facts, "bye": self._bye.code or "BYE"}
                raise ConnectionTrouble(ErrorCode.CONNECTION_LOST, **facts) from error
            raise
        return line.rstrip(b"\r\n")


def _drop(_: Response) -> bool:
    return True


def _command_shape(tag: bytes, parts: Parts) -> str:
    """A command without its content; literals by their lengths."""
    line = b"".join(
        b"{%d}" % len(part.data) if isinstance(part, Literal) else part for part in parts
    )
    return imap_shape(tag + b" " + line)


def within(seconds: float) -> float:
    """A deadline so many seconds from now."""
    return time.monotonic() + seconds
