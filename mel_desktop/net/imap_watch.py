"""Waiting for news of any folder: NOTIFY (RFC 5465), else IDLE (RFC 2177) in the inbox, else NOOP.

NOTIFY tells of the open folder as usual and of the others by STATUS; it goes together with IDLE, so
that routers and servers see a line in use. SELECTED-DELAYED, not SELECTED: EXPUNGE then comes only
where RFC 3501 lets it come anyway, and sequence numbers stay true during a FETCH.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum
from typing import Protocol

from mel_desktop.model.errors import ServerSaid
from mel_desktop.net.imap_grammar import Response, Status, Unreadable, read_status
from mel_desktop.net.imap_refusals import refusal
from mel_desktop.net.imap_wire import Parts, within

IDLE_SECONDS = 25 * 60.0  # RFC 2177 asks for less than 29 minutes
NOOP_SECONDS = 60.0
STEP_SECONDS = 0.5
NOTIFY = (
    b"NOTIFY SET (selected-delayed (MessageNew MessageExpunge FlagChange))"
    b" (personal (MessageNew MessageExpunge))"
)
_STATUS = re.compile(rb"\* STATUS ", re.IGNORECASE)
_MOST_FOLDERS = 20_000


def _never() -> bool:
    return False


class Way(Enum):
    """How news come."""

    NOTIFY = "notify"  # of every folder
    IDLE = "idle"  # of the open one
    NOOP = "noop"  # of the open one, when asked


class Line(Protocol):
    """What of ``imap_wire.Wire`` is needed here."""

    def run(self, parts: Parts) -> Status:
        """One command, up to its tagged answer."""
        ...

    def idle(self, deadline: float, has_changed: Callable[[], bool]) -> Status:
        """IDLE until the deadline or a change."""
        ...

    def listen(self, deadline: float) -> bool:
        """Handle what comes unasked; False when nothing came."""
        ...


def way_of(names: frozenset[str], *, trusts_notify: bool = True) -> Way:
    """The best way by capabilities; ``trusts_notify`` False where a quirk says so."""
    if "NOTIFY" in names and "IDLE" in names and trusts_notify:
        return Way.NOTIFY
    return Way.IDLE if "IDLE" in names else Way.NOOP


class Watch:
    """For one connection. ``notice`` sees what no command has claimed, before the open folder does;
    ``has_changed`` says whether the open folder is no longer as it was.
    """

    def __init__(
        self, line: Line, way: Way, has_changed: Callable[[], bool], *, poll_s: float = NOOP_SECONDS
    ) -> None:
        self.way = way
        self._line = line
        self._folder_changed = has_changed
        self._poll_s = poll_s
        self._is_set = False
        self._news = False
        self._is_over: Callable[[], bool] = _never
        self._statuses: dict[bytes, tuple[object, ...]] = {}

    def notice(self, response: Response) -> bool:
        """Take a STATUS that came unasked, and the end of notifications; False for the rest."""
        head = _STATUS.match(response.head)
        if head:
            self._take_status(response, head.end())
            return True
        status = read_status(response.head[2:])
        if status is not None and status.code == "NOTIFICATIONOVERFLOW":
            # RFC 5465 section 5.8: nothing is told from here on; asked for anew next time.
            self._is_set = False
            self._news = True
            return True
        return False

    def _take_status(self, response: Response, start: int) -> None:
        """News when it says something else than the time before."""
        try:
            items = response.items(start)
        except Unreadable:
            return
        if len(items) != 2 or not isinstance(items[0], bytes) or not isinstance(items[1], tuple):
            return
        known = self._statuses.get(items[0])
        if known == items[1] or (known is None and len(self._statuses) >= _MOST_FOLDERS):
            return
        self._statuses[items[0]] = items[1]
        self._news = True

    def wait(self, seconds: float, until: Callable[[], bool] | None = None) -> bool:
        """True as soon as something changed anywhere that is watched; a folder must be open.

        ``until``: ends the waiting, within a second.
        """
        deadline = within(seconds)
        self._is_over = until or _never
        if self.way is Way.NOTIFY and not self._is_set:
            self._begin()
        while not self._ends() and within(0) < deadline:
            if self.way is Way.NOOP:
                self._poll(deadline)
            else:
                self._idle(min(deadline, within(IDLE_SECONDS)))
        changed, self._news = self._changed(), False
        return changed

    def _changed(self) -> bool:
        return self._news or self._folder_changed()

    def _ends(self) -> bool:
        return self._changed() or self._is_over()

    def _begin(self) -> None:
        """Ask for notifications; a server that will not have it is watched by IDLE alone."""
        status = self._line.run([NOTIFY])
        self._is_set = status.kind == "OK"
        if not self._is_set:
            self.way = Way.IDLE

    def _idle(self, deadline: float) -> None:
        status = self._line.idle(deadline, self._ends)
        if status.kind == "OK":
            return
        error: ServerSaid = refusal("IDLE", status)
        if status.kind == "BAD":  # offered, but not understood: some proxies pass capabilities on
            self.way = Way.NOOP
            return
        raise error

    def _poll(self, deadline: float) -> None:
        """NOOP now and then; what comes in between counts too."""
        pause = min(deadline, within(self._poll_s))
        while not self._ends() and within(0) < pause:
            self._line.listen(min(pause, within(STEP_SECONDS)))
        if self._ends():
            return
        status = self._line.run([b"NOOP"])
        if status.kind != "OK":
            raise refusal("NOOP", status)
