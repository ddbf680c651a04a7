"""Mailbox files: all four kinds are read (mboxo, mboxrd, mboxcl, mboxcl2), mboxrd is written.

https://www.loc.gov/preservation/digital/formats/fdd/fdd000383.shtml and qmail's mbox(5). Messages
pass through in pieces: no message, and no line, need stand in memory. Line ends stay as they are.

Rule 1: a line "From ..." begins a message after an empty line if it looks like one or if a header
field follows; without the empty line (a careless writer) both must hold.
Rule 2: Content-Length is believed only where a message, or the end, is exactly there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, Protocol

from mel_desktop.model.values import dataclass

PIECE: Final = 64 * 1024
LOOKED_AT: Final = 300  # octets of a From_ line
_FROM: Final = b"From "
_BLANK: Final = (b"\n", b"\r\n")
_QUOTED: Final = re.compile(rb">+From ")
_TO_QUOTE: Final = re.compile(rb"^(>*From )", re.MULTILINE)
_FIELD: Final = re.compile(rb"[!-9;-~]{1,200}[ \t]*:|>From ")
_LENGTH: Final = re.compile(rb"content-length[ \t]*:[ \t]*(\d{1,15})[ \t]*\r?\n?$", re.IGNORECASE)
_LOOKS: Final = re.compile(
    rb"From (?:-|\S.*?)?\s*(?:\w{3,4}\.? )?\s*"
    rb"(?:\w{3,5}\.? +\d{1,2}|\d{1,2} \w{3,5}) .*\d\d?:\d\d.*"
)
_BARE: Final = ([b"From"], [b"From", b"-"])


class Source(Protocol):
    """A binary file, open at any place."""

    def seek(self, offset: int, /) -> int:
        """Go there."""
        ...

    def read(self, size: int, /) -> bytes:
        """At most so many octets."""
        ...

    def readline(self, size: int, /) -> bytes:
        """A line, or a piece of a long one."""
        ...


@dataclass(frozen=True, slots=True)
class Begin:
    """A message begins; ``line`` is its From_ line."""

    position: int
    line: bytes


@dataclass(frozen=True, slots=True)
class End:
    """It ended; ``position`` is where the next one begins, or the end of the file."""

    position: int


@dataclass(frozen=True, slots=True)
class Stray:
    """Octets ahead of the first message that belong to none."""

    position: int
    octets: int


Event = Begin | bytes | End | Stray


def events(source: Source, start: int = 0) -> Iterator[Event]:
    """Messages from ``start`` (0, or the position of an End) on: Begin, pieces, End."""
    return _Reading(source, start).events()


class _Reading:
    def __init__(self, source: Source, start: int) -> None:
        self._source = source
        self._position = start  # of the line that is looked at next
        self._ahead: bytes | None = None
        self._inside = False
        self._in_header = False
        self._length: int | None = None
        self._held = b""  # an empty line: the last one of a message is the file's
        source.seek(start)

    def events(self) -> Iterator[Event]:
        stray_at, stray = self._position, 0
        is_start = after_blank = True
        while line := self._take():
            at = self._position - len(line)
            if is_start and line.startswith(_FROM) and self._begins(line, after_blank=after_blank):
                if stray:
                    yield Stray(stray_at, stray)
                    stray = 0
                if self._inside:
                    yield End(at)
                yield Begin(at, line)
                self._inside, self._in_header, self._length, self._held = True, True, None, b""
                after_blank = False
                continue
            if not self._inside:
                stray += len(line.strip(b"\xef\xbb\xbf\r\n\t \x1a"))
            else:
                yield from self._content(line, is_start=is_start)
            after_blank = is_start and line in _BLANK
            is_start = line.endswith(b"\n")
        if stray:
            yield Stray(stray_at, stray)
        if self._inside:
            yield End(self._position)

    def _content(self, line: bytes, *, is_start: bool) -> Iterator[bytes]:
        if self._held:
            yield self._held
            self._held = b""
        if is_start and line in _BLANK:
            if not self._in_header:
                self._held = line
                return
            yield line
            self._in_header = False
            if self._length and self._is_unquoted(self._length):
                yield from self._copy(self._length)
            return
        if self._in_header and (match := _LENGTH.match(line)):
            self._length = int(match[1])
        if is_start and not self._in_header and _QUOTED.match(line):
            line = line[1:]
        yield line

    def _begins(self, line: bytes, *, after_blank: bool) -> bool:
        words = line[:LOOKED_AT].split()  # runs of blanks would keep the pattern busy for a second
        looks = words in _BARE or bool(_LOOKS.match(b" ".join(words)))
        if after_blank and looks:
            return True
        if not (after_blank or looks):
            return False
        if self._ahead is None:
            self._ahead = self._source.readline(PIECE)
        return bool(_FIELD.match(self._ahead))

    def _take(self) -> bytes:
        line = self._ahead
        self._ahead = None
        if line is None:
            line = self._source.readline(PIECE)
        self._position += len(line)
        return line

    # -- Content-Length --------------------------------------------------------------------------

    def _is_unquoted(self, length: int) -> bool:
        """Whether the body is exactly so long and holds From_ lines as they are (mboxcl2)."""
        end = self._position + length
        self._source.seek(end)
        after = self._source.read(16).lstrip(b"\r\n")
        told = after.startswith(_FROM) or not after
        if told and not after:  # the end of the file, and not beyond it
            self._source.seek(end - 1)
            told = bool(self._source.read(1))
        found = told and self._has_from(end)
        self._source.seek(self._position + len(self._ahead or b""))
        return found

    def _has_from(self, end: int) -> bool:
        self._source.seek(self._position)
        left, before = end - self._position, b"\n"
        while left > 0:
            piece = self._source.read(min(PIECE, left))
            if not piece:
                return False
            left -= len(piece)
            joined = before + piece
            if b"\nFrom " in joined:
                return True
            before = joined[-5:]
        return False

    def _copy(self, length: int) -> Iterator[bytes]:
        self._source.seek(self._position)
        self._ahead = None
        left = length
        while left > 0:
            piece = self._source.read(min(PIECE, left))
            if not piece:
                return
            left -= len(piece)
            self._position += len(piece)
            yield piece


# -- writing --------------------------------------------------------------------------------------


def from_line(sender: str, at: datetime) -> bytes:
    """The line that begins a message. The date is UTC, as mbox(5) wants it."""
    address = "".join(one for one in sender if "!" <= one <= "~") or "MAILER-DAEMON"
    when = at.astimezone(UTC)
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    text = (
        f"From {address} {days[when.weekday()]} {months[when.month - 1]} {when.day:2d} "
        f"{when:%H:%M:%S} {when.year:04d}\n"
    )
    return text.encode("ascii")


class Quoter:
    """One message on its way into a mailbox file: LF ends, ``>`` ahead of From_ lines."""

    def __init__(self) -> None:
        self._left = b""
        self._within = False  # the next octet is not the first of its line
        self._ends = True
        self._in_header = True

    def feed(self, piece: bytes) -> bytes:
        """More of the message, as far as it can be written yet."""
        data = self._left + piece
        end = data.rfind(b"\n") + 1
        if not end:
            if len(data) < PIECE or data.endswith(b"\r"):
                self._left = data
                return b""
            end = len(data)
        self._left = data[end:]
        return self._write(data[:end])

    def finish(self) -> bytes:
        """The rest, the end of the last line, and the empty line after it."""
        rest = self._write(self._left) if self._left else b""
        self._left = b""
        return rest + (b"\n" if self._ends else b"\n\n")

    def _write(self, block: bytes) -> bytes:
        block = block.replace(b"\r\n", b"\n")
        first = b""
        if self._within:
            cut = block.find(b"\n") + 1 or len(block)
            first, block = block[:cut], block[cut:]
        self._ends = (block or first).endswith(b"\n")
        self._within = not self._ends
        return first + _TO_QUOTE.sub(rb">\1", block)
