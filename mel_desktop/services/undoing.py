"""Undo: how messages stood before a command is kept, and put back exactly.

Every command of the list is undone by one thing only, ``restore``: folder, flags, keywords, pin and
sleep of each message as they were. What the server knows already is wished back.
Rule: an undo that fails half-way says what is not put back, and that alone is tried again: what was
put back may have been changed since.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from mel_desktop.model.errors import LocalRefusal, MelError
from mel_desktop.model.mail import Flags, FolderId, Marks, MessageId
from mel_desktop.model.organising import Ground, Restored
from mel_desktop.ports import Clock
from mel_desktop.services.mailbox import MailboxService
from mel_desktop.store import mailbox as rows
from mel_desktop.store import organising
from mel_desktop.store.database import Database, Transaction

CHUNK: Final = 1000  # messages of one transaction: the sync gets its turn between two
Line = tuple[int, int, int, str, str, str, str]
Progress = Callable[[int, int], None]


class Undoing:
    """Of one profile; grounds live as long as the window keeps them."""

    def __init__(self, database: Database, mailbox: MailboxService, clock: Clock) -> None:
        self._database = database
        self._mailbox = mailbox
        self._clock = clock

    def ground(self, ids: Sequence[MessageId]) -> Ground:
        """How these messages stand now."""
        lines: list[Line] = []
        for start in range(0, len(ids), CHUNK):
            with self._database.read() as reader:
                lines += organising.ground(reader, ids[start : start + CHUNK]).lines
        return Ground(tuple(lines))

    def restore(
        self, ground: Ground, progress: Progress | None = None, *, after: Ground | None = None
    ) -> Restored:
        """Put them back, in a chain of transactions of 1,000 messages. Never raises a MelError: it
        stops where the store fails, and passes over messages that are refused (a folder that is
        gone); both are the rest.

        ``after``: how they stood after the command. What it left alone stays as it is now: another
        client, or a rule, may have moved or read them since.
        """
        total, done = len(ground.lines), 0
        came = {} if after is None else {line[0]: line for line in after.lines}
        rest: list[Line] = []
        trouble: MelError | None = None
        waiting = [ground.lines[start : start + CHUNK] for start in range(0, total, CHUNK)][::-1]
        while waiting:
            some = waiting.pop()
            try:
                work = partial(self._restore, lines=some, came=came)
                done += self._database.write(work, durable=True)
            except LocalRefusal as error:
                trouble = trouble or error
                if len(some) > 1:  # its halves, until the refused alone are left
                    half = len(some) // 2
                    waiting += some[half:], some[:half]
                    continue
                rest += some
            except MelError as error:
                trouble = error
                rest += some
                rest += (line for chunk in reversed(waiting) for line in chunk)
                break
            if progress is not None:
                progress(total - sum(map(len, waiting)), total)
        return Restored(done, Ground(tuple(rest)), trouble)

    def _restore(self, tx: Transaction, lines: Sequence[Line], came: Mapping[int, Line]) -> int:
        now = {line[0]: line for line in organising.ground(tx, [one[0] for one in lines]).lines}
        there = [_wanted(one, came.get(one[0]), now[one[0]]) for one in lines if one[0] in now]
        folders: dict[int, list[MessageId]] = {}
        flags: dict[tuple[Flags, Flags], list[MessageId]] = {}
        for before in there:
            after, message = now[before[0]], MessageId(before[0])
            if before[1] != after[1]:
                folders.setdefault(before[1], []).append(message)
            was, is_ = rows.flags_of(before[2], before[3]), rows.flags_of(after[2], after[3])
            if was != is_:
                change = (_without(was, is_), _without(is_, was))
                flags.setdefault(change, []).append(message)
        for (add, remove), ids in flags.items():
            self._mailbox.flag(ids, add, remove, tx=tx)
        for folder, ids in folders.items():
            self._mailbox.move(ids, FolderId(folder), tx=tx)
        if any(one[4:] != now[one[0]][4:] for one in there):
            organising.restore_aside(tx, there, self._clock.now())
        return len(there)


def _wanted(before: Line, after: Line | None, now: Line) -> Line:
    """How a message is to stand: as before where the command changed it, else as now."""
    if after is None:
        return before
    was, became = (rows.flags_of(one[2], one[3]) for one in (before, after))
    is_ = rows.flags_of(now[2], now[3])
    back, off = _without(was, became), _without(became, was)
    marks = (is_.marks | back.marks) & ~off.marks
    keywords = (is_.keywords | back.keywords) - off.keywords
    folder = before[1] if before[1] != after[1] else now[1]
    pin = before[4] if before[4] != after[4] else now[4]
    until, woke = before[5:] if before[5:] != after[5:] else now[5:]
    return before[0], folder, marks.value, " ".join(sorted(keywords)), pin, until, woke


def _without(some: Flags, others: Flags) -> Flags:
    return Flags(some.marks & ~others.marks or Marks.NONE, some.keywords - others.keywords)
