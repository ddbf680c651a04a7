"""What the server says of the open folder: on SELECT, and unasked at any time (RFC 3501 7.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from mel_desktop.model.errors import ErrorCode, ServerSaid
from mel_desktop.net.imap_grammar import Response, Unreadable, expand, number, read_set, read_status
from mel_desktop.ports import RemoteStatus

_COUNT = re.compile(rb"\* (\d+) (EXISTS|RECENT|EXPUNGE|FETCH)\b", re.IGNORECASE)
_SEARCH = re.compile(rb"\* SEARCH\b([ \d]*)", re.IGNORECASE)
_ESEARCH = re.compile(rb"\* ESEARCH\b(?:.*?\bALL ([\d:,]+))?", re.IGNORECASE)
_VANISHED = re.compile(rb"\* VANISHED (\(EARLIER\) )?([\d:,]+)", re.IGNORECASE)
_UNASKED = re.compile(
    rb"\* (?:\d+ (?:EXISTS|RECENT|EXPUNGE|FETCH)|VANISHED|FLAGS|LIST|STATUS|CAPABILITY|ENABLED"
    rb"|QUOTA|QUOTAROOT)\b",
    re.IGNORECASE,
)
_FLAGS = re.compile(rb"\* FLAGS \(", re.IGNORECASE)
_SLACK = 100_000  # messages that may have come since the server last told how many there are


class Selected:
    """The folder as the server has told it so far. ``changed``: something came unasked."""

    def __init__(self) -> None:
        self.exists = 0
        self.opened_with = 0  # ``exists`` when it was opened
        self.lost = 0  # how many the server said are gone since the folder was opened
        self.changed = False
        self.read_only = False
        self._own = False
        self._codes: dict[str, str] = {}

    @property
    def uidvalidity(self) -> int:
        """0 where the server did not tell."""
        return self._number("UIDVALIDITY") or 0

    @property
    def has_modseq(self) -> bool:
        """Whether this folder keeps mod-sequences (it may not, even with CONDSTORE)."""
        return bool(number(self._codes.get("HIGHESTMODSEQ", "").encode()))

    def opening(self, response: Response) -> bool:
        """Take what SELECT says."""
        told = _COUNT.match(response.head)
        if told and told[2].upper() == b"EXISTS":
            self.exists = number(told[1]) or 0
            return True
        status = read_status(response.head[2:])
        if status is not None and status.code == "CLOSED":
            # RFC 7162 section 3.2.11: what came so far was about the folder open before.
            self.exists = 0
            self._codes.clear()
        elif status is not None and status.code:
            self._codes[status.code] = status.value
        return status is not None or told is not None or bool(_FLAGS.match(response.head))

    def status(self) -> RemoteStatus:
        """What ``select`` answers."""
        flags = self._codes.get("PERMANENTFLAGS")
        return RemoteStatus(
            uidvalidity=self.uidvalidity,
            uidnext=self._number("UIDNEXT"),
            exists=self.exists,
            highestmodseq=self._number("HIGHESTMODSEQ") or None,
            unseen=None,
            read_only=self.read_only,
            permanent_keywords=flags is None or "\\*" in flags,
        )

    def notice(self, response: Response) -> bool:
        """Take what came unasked; False for what no server may say unasked."""
        told = _COUNT.match(response.head)
        kind = told[2].upper() if told else b""
        if told and kind == b"EXISTS":
            exists = number(told[1]) or 0
            self.changed = self.changed or exists != self.exists
            self.exists = exists
        elif kind == b"EXPUNGE":
            self._lost(1)
        elif kind == b"FETCH":
            self.changed = self.changed or not self._own
        elif (gone := _VANISHED.match(response.head)) and not gone[1]:
            with suppress(Unreadable):
                self._lost(sum(last - first + 1 for first, last in read_set(gone[2])))
        return bool(_UNASKED.match(response.head))

    def _lost(self, count: int) -> None:
        self.lost += count
        self.exists = max(0, self.exists - count)
        self.changed = self.changed or not self._own

    @contextmanager
    def own_changes(self) -> Iterator[None]:
        """What vanishes or gets flags during our own STORE, MOVE or EXPUNGE is no news."""
        self._own = True
        try:
            yield
        finally:
            self._own = False

    def read_search(self, line: bytes) -> list[int] | None:
        """UIDs of a SEARCH or ESEARCH answer; None for another one."""
        if told := _ESEARCH.match(line):
            return expand(read_set(told[1]), self.exists + _SLACK) if told[1] else []
        if told := _SEARCH.match(line):
            return [uid for uid in map(number, told[1].split()) if uid]
        return None

    def read_vanished(self, line: bytes) -> list[tuple[int, int]]:
        """Ranges of a VANISHED (EARLIER) answer; empty for another one."""
        told = _VANISHED.match(line)
        return read_set(told[2]) if told and told[1] else []

    def _number(self, code: str) -> int | None:
        return number(self._codes.get(code, "").encode("ascii", "replace"))


class Visit:
    """One opening of a folder in the stream of commands, asked for or done."""

    def __init__(self, path: str = "", *, read_only: bool = False) -> None:
        self.path = path
        self.selected = Selected()
        self.selected.read_only = read_only
        self.is_open = False
        self.trouble: ServerSaid | None = None  # why it could not be opened
        self.again = False  # it may be opened when it is asked for in a plainer way

    @property
    def is_unexplained(self) -> bool:
        """Refused without a word why: it may be gone."""
        error = self.trouble
        return (
            error is not None
            and error.code is ErrorCode.SERVER_REFUSED
            and error.facts.get("reply") == "NO"
        )
