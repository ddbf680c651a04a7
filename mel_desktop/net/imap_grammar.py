"""IMAP syntax as values: what goes out quoted, what comes in parsed (RFC 3501 section 9).

Answers that cannot be parsed are searched for the items that can still be read, so that one odd
message never blocks a folder. Pure: no IO.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from imapclient import datetime_util, imap_utf7

from mel_desktop.model.mail import Flags, Marks
from mel_desktop.model.values import dataclass
from mel_desktop.net.imap_parse import Unreadable as Unreadable
from mel_desktop.net.imap_parse import parse_lines

MAX_RANGES = 100_000  # in one answer
MAX_FLAGS, MAX_KEYWORD = 1000, 200  # of one message; octets of one keyword
MAX_SET_OCTETS = 4000  # RFC 7162 section 4 asks servers for 8192 a line; leave room
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_MARK_NAMES = {
    Marks.SEEN: "\\Seen",
    Marks.FLAGGED: "\\Flagged",
    Marks.ANSWERED: "\\Answered",
    Marks.DRAFT: "\\Draft",
    Marks.DELETED: "\\Deleted",
    Marks.FORWARDED: "$Forwarded",
}
_NAMED_MARKS = {name.lower(): mark for mark, name in _MARK_NAMES.items()}
_KEYWORD = re.compile(r'[^\x00-\x20\x7f-\uffff(){%*"\\\]]+\Z')
_PLAIN_TEXT = re.compile(rb"[\x20-\x7e]*\Z")
_DATE = re.compile(
    rb" ?(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-](?:0\d|1[0-4])[0-5]\d)\Z"
)
_MONTHS = {
    name: number
    for number, name in enumerate(
        b"jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1
    )
}
_OBJECT_ID = re.compile(rb"[A-Za-z0-9_-]{1,255}\Z")
_LITERAL_END = re.compile(rb"~?\{(\d+)\}\Z")


# -- what comes in -------------------------------------------------------------------------------


@dataclass(slots=True)
class Response:
    """One answer of the server: its lines without CRLF, each but the last ended by a literal.
    ``read``: what a reader made of it, for the next one that is offered the same answer.
    """

    lines: tuple[bytes, ...]
    literals: tuple[bytes, ...] = field(default=(), repr=False)
    read: tuple[object] | None = field(default=None, repr=False, compare=False)

    @property
    def head(self) -> bytes:
        """The first line."""
        return self.lines[0]

    def items(self, octets: int) -> tuple[object, ...]:
        """What follows the first octets: nested tuples of bytes, ints and None. Unreadable for
        what is not IMAP.
        """
        return parse_lines((self.lines[0][octets:], *self.lines[1:]), self.literals)


@dataclass(frozen=True, slots=True)
class Status:
    """A tagged or untagged OK, NO, BAD, BYE or PREAUTH with its response code (RFC 3501 7.1)."""

    kind: str
    code: str = ""  # upper case, without brackets
    value: str = ""  # what follows the code
    text: str = field(default="", repr=False)  # for people; may name folders and addresses


_STATUS = re.compile(
    rb"(OK|NO|BAD|BYE|PREAUTH)(?:\s+\[([^\s\]]+)(?:\s+([^\]]*))?\])?\s*(.*)\Z", re.IGNORECASE | re.S
)


def read_status(text: bytes) -> Status | None:
    """``OK [CODE value] text``, or None when it is something else."""
    found = _STATUS.match(text)
    if not found:
        return None
    kind, code, value, said = (part or b"" for part in found.groups())
    return Status(
        kind.decode("ascii").upper(),
        code.decode("ascii", "replace").upper(),
        value.decode("ascii", "replace"),
        said.decode("utf-8", "replace"),
    )


def literal_size(line: bytes) -> int | None:
    """How many octets of a literal follow this line; None when none does."""
    found = _LITERAL_END.search(line[-24:])
    return int(found[1]) if found else None


_FETCH = re.compile(rb"\* (\d+) FETCH ", re.IGNORECASE)
_SALVAGE = {
    b"UID": re.compile(rb"[( ]UID (\d+)", re.IGNORECASE),
    b"RFC822.SIZE": re.compile(rb"[( ]RFC822\.SIZE (\d+)", re.IGNORECASE),
    b"MODSEQ": re.compile(rb"[( ]MODSEQ \((\d+)\)", re.IGNORECASE),
}
_SALVAGE_FLAGS = re.compile(rb"[( ]FLAGS \(([^()]*)\)", re.IGNORECASE)
_SALVAGE_DATE = re.compile(rb'[( ]INTERNALDATE "([^"]*)"', re.IGNORECASE)
_SALVAGE_SECTION = re.compile(rb"(BODY\[[^\]]*\](?:<\d+>)?) \Z", re.IGNORECASE)


def read_fetch(response: Response) -> dict[bytes, object] | None:
    """The items of a FETCH answer by upper-case name; None when it is another answer."""
    found = _FETCH.match(response.head)
    if not found:
        return None
    try:
        parsed = response.items(found.end())
        items = parsed[0] if len(parsed) == 1 else None
        if not isinstance(items, tuple) or len(items) % 2:
            raise Unreadable
        pairs = zip(items[::2], items[1::2], strict=True)
        return {name.upper(): value for name, value in pairs if isinstance(name, bytes)}
    except Unreadable:
        return _salvage(response)


def _salvage(response: Response) -> dict[bytes, object]:
    """What can still be told of an answer whose brackets or quotes do not match."""
    items: dict[bytes, object] = {}
    for number, line in enumerate(response.lines):
        for name, pattern in _SALVAGE.items():
            if (told := pattern.search(line)) and name not in items and len(told[1]) < 20:
                value = int(told[1])
                items[name] = (value,) if name == b"MODSEQ" else value
        if told := _SALVAGE_FLAGS.search(line):
            items.setdefault(b"FLAGS", tuple(told[1].split()))
        if told := _SALVAGE_DATE.search(line):
            items.setdefault(b"INTERNALDATE", told[1])
        if number < len(response.literals):
            name_of = _SALVAGE_SECTION.search(_LITERAL_END.sub(b"", line))
            if name_of:
                items.setdefault(name_of[1].upper(), response.literals[number])
    return items


def number(value: object) -> int | None:
    """A number of at most 63 bits (RFC 7162 section 7), or None."""
    if isinstance(value, bytes) and value.isdigit() and len(value) < 20:
        value = int(value)
    return value if isinstance(value, int) and 0 <= value < 1 << 63 else None


def read_object_id(value: object) -> str:
    """``(M6d99ac3275bb4e)`` (RFC 8474 section 5.1): up to 255 letters, digits, - and _."""
    told = value[0] if isinstance(value, tuple) and len(value) == 1 else None
    told = b"%d" % told if isinstance(told, int) else told
    return told.decode("ascii") if isinstance(told, bytes) and _OBJECT_ID.match(told) else ""


def read_date(value: object) -> datetime:
    """INTERNALDATE in UTC; the epoch for what is no date."""
    if not isinstance(value, bytes):
        return EPOCH
    told = _DATE.match(value)
    try:
        if told and (month := _MONTHS.get(told[2].lower())):
            east = timedelta(hours=int(told[7][1:3]), minutes=int(told[7][3:]))
            day, year, hour, minute, second = (int(told[one]) for one in (1, 3, 4, 5, 6))
            here = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
            return here + east if told[7][:1] == b"-" else here - east
        found: datetime = datetime_util.parse_to_datetime(value.strip(), normalise=False)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return EPOCH


def write_date(value: datetime) -> bytes:
    """INTERNALDATE in quotes, as APPEND wants it."""
    return b'"%s"' % datetime_util.datetime_to_INTERNALDATE(value.astimezone(UTC)).encode("ascii")


def read_flags(value: object) -> Flags:
    """Flags and keywords from a FETCH or FLAGS list. \\Recent is nobody's business."""
    told = value[:MAX_FLAGS] if isinstance(value, tuple) else ()
    return _flags(tuple(one if isinstance(one, bytes) else str(one).encode() for one in told))


@lru_cache(maxsize=4096)
def read_flag_text(text: bytes) -> Flags:
    """The same from what stands between the brackets: few combinations come again and again."""
    return _flags(tuple(text.split()[:MAX_FLAGS]))


def _flags(names: tuple[bytes, ...]) -> Flags:
    marks = Marks.NONE
    keywords = set()
    for octets in names:
        name = octets[: MAX_KEYWORD + 1].decode("utf-8", "replace").lower()
        mark = _NAMED_MARKS.get(name)
        if mark is not None:
            marks |= mark
        elif not name.startswith("\\") and len(octets) <= MAX_KEYWORD:
            keywords.add(name)
    return Flags(marks, frozenset(keywords))


def write_flags(flags: Flags) -> bytes:
    """``(\\Seen $Forwarded todo)``; keywords that IMAP cannot hold are left out."""
    names = [name for mark, name in _MARK_NAMES.items() if mark in flags.marks]
    names += sorted(word for word in flags.keywords if _KEYWORD.match(word))
    return b"(%s)" % " ".join(names).encode("ascii")


# -- sets of UIDs --------------------------------------------------------------------------------


def write_sets(uids: Iterable[int]) -> Iterator[bytes]:
    """Sequence sets that cover just these UIDs, runs as ranges, each short enough for a line."""
    parts: list[str] = []
    octets = 0
    for first, last in _runs(sorted(set(uids))):
        part = str(first) if first == last else f"{first}:{last}"
        if octets + len(part) + 1 > MAX_SET_OCTETS:
            yield ",".join(parts).encode("ascii")
            parts, octets = [], 0
        parts.append(part)
        octets += len(part) + 1
    if parts:
        yield ",".join(parts).encode("ascii")


def _runs(uids: Sequence[int]) -> Iterator[tuple[int, int]]:
    start = 0
    for place in range(1, len(uids) + 1):
        if place == len(uids) or uids[place] != uids[place - 1] + 1:
            yield uids[start], uids[place - 1]
            start = place


def read_set(text: bytes | str) -> list[tuple[int, int]]:
    """The ranges of a sequence set, in the order given. Never expanded here: see ``expand``."""
    ranges = []
    told = text.decode("ascii", "replace") if isinstance(text, bytes) else text
    if told.count(",") >= MAX_RANGES:
        raise Unreadable
    for part in told.split(","):
        first, _, last = part.strip().partition(":")
        low, high = number(first.encode()), number((last or first).encode())
        if low is None or high is None:
            raise Unreadable
        ranges.append((min(low, high), max(low, high)))
    return ranges


def expand(ranges: Sequence[tuple[int, int]], limit: int) -> list[int]:
    """The UIDs of ranges, in order. Unreadable when there are more than can be true."""
    if sum(last - first + 1 for first, last in ranges) > limit:
        raise Unreadable
    return [uid for first, last in ranges for uid in range(first, last + 1)]


def read_identity(response: Response) -> dict[str, str] | None:
    """An ID answer (RFC 2971): its fields, names in lower case; None for another answer."""
    if response.head[:5].upper() != b"* ID ":
        return None
    try:
        (told,) = response.items(5)
    except ValueError:  # Unreadable is one; so is more than one item
        return {}
    texts = [
        one[:200].decode("utf-8", "replace") if isinstance(one, bytes) else ""
        for one in (told if isinstance(told, tuple) else ())[:60]
    ]
    return {name.lower(): value for name, value in zip(texts[::2], texts[1::2], strict=False)}


def uids_in(uids: Iterable[int], ranges: Iterable[tuple[int, int]]) -> list[int]:
    """Those of the UIDs, ascending and each once, that are in one of the ranges."""
    ordered = sorted(set(uids))
    found: set[int] = set()
    for first, last in ranges:
        found.update(ordered[bisect_left(ordered, first) : bisect_right(ordered, last)])
    return sorted(found)


def read_copyuid(value: str, limit: int) -> dict[int, int]:
    """Old UID -> new UID from the value of a COPYUID code (RFC 4315); {} when it makes no sense."""
    fields = value.split()
    if len(fields) != 3:
        return {}
    try:
        old = expand(read_set(fields[1]), limit)
        new = expand(read_set(fields[2]), limit)
    except Unreadable:
        return {}
    return dict(zip(old, new, strict=True)) if len(old) == len(new) else {}


# -- what goes out -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Literal:
    """Octets that go out as a literal."""

    data: bytes = field(repr=False)


def astring(value: bytes) -> bytes | Literal:
    """A quoted string where that can hold the value, else a literal."""
    if _PLAIN_TEXT.match(value) and len(value) < 1000:
        return b'"%s"' % value.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    return Literal(value)


def read_name(raw: bytes) -> str:
    """A folder's name from modified UTF-7; names in plain UTF-8 (some old servers) as they are."""
    try:
        name = str(imap_utf7.decode(raw))
        if imap_utf7.encode(name) == raw:
            return name
    except (UnicodeError, ValueError):
        pass
    return raw.decode("utf-8", "replace")


def write_name(path: str) -> bytes:
    """A folder's name in modified UTF-7, not yet quoted."""
    return bytes(imap_utf7.encode(path))
