"""Commands out, answers in: tags, literals, pipelining, IDLE (RFC 3501 sections 2.2 and 7).

imapclient works through imaplib, which loses half lines, knows one command at a time and no limits;
this is the part that it lacks.

Rule 1: an answer is handled when it is whole; half a line waits in the stream.
Rule 2: every size is bounded before anything is read into memory.
Rule 3: an answer nobody asked for goes to ``on_untagged`` and never to a command's result.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence

from mel_desktop.model.errors import ConnectionTrouble, ErrorCode
from mel_desktop.net.imap_grammar import Literal, Response, Status, literal_size, read_status
from mel_desktop.net.transport import Stream

# Before sign-in a server has little to say; afterwards a SEARCH may name half a million UIDs.
SMALL_LINE, LARGE_LINE = 65_536, 8 << 20
SMALL_LITERAL, LARGE_LITERAL = 65_536, 16 << 20
ANSWER_LIMIT = 64 << 20
LITERAL_PLUS_LIMIT = 262_144  # beyond that the server may refuse before the octets are sent
LITERAL_MINUS_LIMIT = 4096  # RFC 7888 section 5

Sink = Callable[[Response], bool]
Parts = Sequence[bytes | Literal]

_STATUS_HEADS = (b"* OK", b"* NO", b"* BAD", b"* BYE", b"* PREAUTH")


def _nobody(_: Response) -> bool:
    return False


class Wire:
    """One dialogue with one server. ``on_untagged`` sees what no command has claimed."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.on_untagged: Sink = _nobody
        self.literal_plus_limit = 0
        self._line_limit = SMALL_LINE
        self._literal_limit = SMALL_LITERAL
        self._count = 0
        self._open: set[bytes] = set()
        self._done: dict[bytes, Status] = {}
        self._abandoned: list[bytes] = []
        self._forgotten: set[bytes] = set()
        self._bye: Status | None = None

    def trust(self, capabilities: frozenset[str]) -> None:
        """Signed in: long answers are allowed, and literals as the server takes them."""
        self._line_limit, self._literal_limit = LARGE_LINE, LARGE_LITERAL
        if "LITERAL+" in capabilities:
            self.literal_plus_limit = LITERAL_PLUS_LIMIT
        elif "LITERAL-" in capabilities:
            self.literal_plus_limit = LITERAL_MINUS_LIMIT

    # -- commands --------------------------------------------------------------------------------

    def run(self, parts: Parts, sink: Sink = _nobody, *, literal_limit: int = 0) -> Status:
        """Send one command and read up to its tagged answer."""
        self._settle()
        tag = self._new_tag()
        first, *others = self._segments(tag, parts)
        self.stream.sendall(first)
        return self._read_until(tag, sink, others, literal_limit)

    def start(self, command: bytes) -> bytes:
        """Send a command without literals and do not wait; ``finish`` reads its answer."""
        self._settle()
        tag = self._new_tag()
        self.stream.sendall(b"%s %s\r\n" % (tag, command))
        return tag

    def start_all(self, commands: Iterable[bytes]) -> list[bytes]:
        """Send several commands in one flight."""
        self._settle()
        tags, lines = [], []
        for command in commands:
            tags.append(self._new_tag())
            lines.append(b"%s %s\r\n" % (tags[-1], command))
        self.stream.sendall(b"".join(lines))
        return tags

    def finish(self, tag: bytes, sink: Sink = _nobody, *, literal_limit: int = 0) -> Status:
        """Read up to the tagged answer of a command that was started."""
        return self._read_until(tag, sink, [], literal_limit)

    def forget(self, tag: bytes) -> None:
        """Nobody waits for this answer; it is dropped when it comes."""
        if self._done.pop(tag, None) is None:
            self._forgotten.add(tag)

    def abandon(self, tags: Iterable[bytes]) -> None:
        """The caller lost interest half-way: the answers are read off before the next command."""
        self._abandoned += [tag for tag in tags if tag in self._open or tag in self._done]

    def _settle(self) -> None:
        while self._abandoned:
            self._read_until(self._abandoned[0], lambda _: True, [], 0)
            del self._abandoned[0]

    def _new_tag(self) -> bytes:
        self._count += 1
        tag = b"m%d" % self._count
        self._open.add(tag)
        return tag

    def _segments(self, tag: bytes, parts: Parts) -> list[bytes]:
        """The command cut where the server must say ``+`` first."""
        segments = [tag + b" "]
        for part in parts:
            if isinstance(part, Literal):
                size = len(part.data)
                if size <= self.literal_plus_limit:
                    segments[-1] += b"{%d+}\r\n" % size + part.data
                else:
                    segments[-1] += b"{%d}\r\n" % size
                    segments.append(part.data)
            else:
                segments[-1] += part
        segments[-1] += b"\r\n"
        return segments

    def dialogue(self, first: bytes, replies: Sequence[bytes], sink: Sink = _nobody) -> Status:
        """A command that goes on line by line at each ``+`` (AUTHENTICATE)."""
        self._settle()
        tag = self._new_tag()
        self.stream.sendall(b"%s %s\r\n" % (tag, first))
        # A server that asks for more than the mechanism has is told to stop.
        return self._read_until(tag, sink, [*(one + b"\r\n" for one in replies), b"*\r\n"], 0)

    def _read_until(
        self, tag: bytes, sink: Sink, segments: list[bytes], literal_limit: int
    ) -> Status:
        if tag in self._done:
            return self._done.pop(tag)
        while True:
            response = self._read(literal_limit)
            if response.head.startswith(b"+"):
                if not segments:
                    raise self.stream.broken("unexpected-continuation")
                self.stream.sendall(segments.pop(0))
                continue
            answered = self._dispatch(response, sink)
            if answered == tag:
                return self._done.pop(tag)

    def _dispatch(self, response: Response, sink: Sink) -> bytes | None:
        """Hand an untagged answer on, or record a tagged one and return its tag."""
        head = response.head
        if head.startswith(b"* "):
            if head[:6].upper() == b"* BYE ":
                self._bye = read_status(head[2:])
            if not sink(response):
                self.on_untagged(response)
            return None
        tag, _, rest = head.partition(b" ")
        status = read_status(rest)
        if tag not in self._open or status is None or status.kind not in ("OK", "NO", "BAD"):
            raise self.stream.broken("unexpected-line")
        self._open.discard(tag)
        if tag in self._forgotten:
            self._forgotten.discard(tag)
        else:
            self._done[tag] = status
        return tag

    # -- IDLE ------------------------------------------------------------------------------------

    def idle(self, deadline: float, has_changed: Callable[[], bool]) -> Status:
        """IDLE (RFC 2177) until the deadline or a change; then DONE. NO where it is refused.

        A NOOP goes before it in the same flight: some servers (pymap) keep to themselves what
        happened before IDLE began.
        """
        self._settle()
        noop, tag = self._new_tag(), self._new_tag()
        self.forget(noop)
        self.stream.sendall(b"%s NOOP\r\n%s IDLE\r\n" % (noop, tag))
        while not (response := self._read(0)).head.startswith(b"+"):
            if self._dispatch(response, _nobody) == tag:
                return self._done.pop(tag)
        while not has_changed() and self.stream.wait_line(deadline, self._line_limit):
            if self._dispatch(self._read(0), _nobody) == tag:  # the server ended it by itself
                return self._done.pop(tag)
        self.stream.sendall(b"DONE\r\n")
        return self._read_until(tag, _nobody, [], 0)

    def listen(self, deadline: float) -> bool:
        """Handle what the server says unasked until the deadline; True when it said something."""
        if not self.stream.wait_line(deadline, self._line_limit):
            return False
        self._dispatch(self._read(0), _nobody)
        return True

    # -- reading ---------------------------------------------------------------------------------

    def greeting(self) -> Status:
        """The first line of the server."""
        response = self._read(0)
        status = read_status(response.head[2:]) if response.head.startswith(b"* ") else None
        if status is None or status.kind not in ("OK", "BYE", "PREAUTH"):
            raise self.stream.broken("no-greeting")
        return status

    def _read(self, literal_limit: int) -> Response:
        """One whole answer, literals included."""
        limit = max(literal_limit, self._literal_limit)
        lines: list[bytes] = []
        literals: list[bytes] = []
        total = 0
        while True:
            line = self._read_line()
            lines.append(line)
            total += len(line)
            # The text for people at the end of a status may look like a literal's size.
            size = None
            if literals or not self._is_status(lines[0]):
                size = literal_size(line)
            if size is None:
                return Response(tuple(lines), tuple(literals))
            total += size
            if size > limit or total > ANSWER_LIMIT + limit:
                raise self.stream.broken("literal-too-large", octets=size)
            literals.append(self.stream.read_exactly(size))

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


def within(seconds: float) -> float:
    """A deadline so many seconds from now."""
    return time.monotonic() + seconds
