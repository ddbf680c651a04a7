"""Asks for many messages at once and, where that fails, finds the one that is to blame.

A server may refuse one message (a damaged file, NO), hang up over it (Dovecot says BYE) or answer
with something that nobody can read: the batch is halved until the others are here. What cannot be
had is reported at each sync and asked for again after a pause, by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, TypeVar

from mel_desktop.model.errors import (
    ConnectionTrouble,
    ErrorCode,
    MelError,
    Scope,
    ServerBroken,
    ServerSaid,
)
from mel_desktop.services.syncrun import SyncRun

T = TypeVar("T")

OF_THE_FOLDER: Final = frozenset(
    {ErrorCode.FOLDER_GONE, ErrorCode.SERVER_TEMPORARY, ErrorCode.MAILBOX_FULL}
)
REFUSED_IN_A_ROW: Final = 64  # then it is the folder that cannot be read
BROKEN_IN_A_ROW: Final = 16  # one in 500 is found after 10; each costs a connection
BROKEN_IN_ALL: Final = 60
PAUSE_S: Final = 3600.0


class Isolation:
    """For one kind of question in the folder that ``run`` has selected."""

    def __init__(self, run: SyncRun, kind: str) -> None:
        self._run = run
        self._kind = kind
        self._in_a_row = 0

    def ask(
        self, uids: Sequence[int], command: Callable[[Sequence[int]], Iterable[T]]
    ) -> Iterator[tuple[Sequence[int], list[T]]]:
        """(UIDs, answers) of each batch that went through; the rest is reported."""
        waiting = [self._without_known(uids)]
        while waiting:
            some = waiting.pop()
            if not some:
                continue
            try:
                answers = list(command(some))
            except (ServerSaid, ServerBroken, ConnectionTrouble) as error:
                self._check_hope(error)
                if len(some) == 1:
                    self.blame(some[0], error)
                else:
                    half = len(some) // 2
                    waiting += [some[half:], some[:half]]
                if not isinstance(error, ServerSaid):
                    self._run.renew()
                continue
            self._in_a_row = 0
            yield some, answers

    def blame(self, uid: int, error: MelError) -> None:
        """This one cannot be had; the others can."""
        if isinstance(error, ConnectionTrouble):  # the server hangs up rather than give it
            error = ServerSaid(ErrorCode.SERVER_REFUSED, reply="BYE")
        again = 0.0 if isinstance(error, ServerSaid) else PAUSE_S
        if error.facts.get("reply") == "BYE":
            again = PAUSE_S
        self._run.bad[self._place(uid)] = (error, self._run.clock.monotonic() + again)
        self._report(uid, error)

    def _without_known(self, uids: Sequence[int]) -> Sequence[int]:
        """Those that are not known to do harm; the others are reported once more."""
        left = []
        for uid in uids:
            error, until = self._run.bad.get(self._place(uid), (None, 0.0))
            if error is not None and self._run.clock.monotonic() < until:
                self._report(uid, error)
            else:
                left.append(uid)
        return left

    def _check_hope(self, error: MelError) -> None:
        """Raise what no smaller batch would mend."""
        if error.code in OF_THE_FOLDER:
            raise error
        if isinstance(error, ConnectionTrouble) and "bye" not in error.facts:
            raise error  # the line, not the message
        self._in_a_row += 1
        if isinstance(error, ServerSaid):
            if self._in_a_row > REFUSED_IN_A_ROW:
                raise error
            return
        self._run.broken += 1
        if self._in_a_row > BROKEN_IN_A_ROW or self._run.broken > BROKEN_IN_ALL:
            raise error

    def _report(self, uid: int, error: MelError) -> None:
        """Once a sync, however many passes ask for it."""
        place = self._place(uid)
        if place not in self._run.told:
            self._run.told.add(place)
            self._run.fail(error, self._run.selected.path, scope=Scope.MESSAGE)

    def _place(self, uid: int) -> tuple[str, str, int, int]:
        selected = self._run.selected
        return self._kind, selected.path, selected.uidvalidity, uid
