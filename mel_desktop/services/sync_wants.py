"""Carries out what the teacher wants of the messages of one folder, as it was planned.

Before a command that changes the server goes out, its wants are stored as "unknown"; the answer
settles them. What was taken back or overtaken since the plan was made is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from mel_desktop.logic.settling import begin, settle
from mel_desktop.logic.syncops import (
    Copy,
    CopyOnly,
    Move,
    Op,
    Outcome,
    Remote,
    Remove,
    Result,
    Store,
    Verify,
)
from mel_desktop.logic.syncplan import Completeness, ServerFolder
from mel_desktop.model.errors import ErrorCode, ServerSaid
from mel_desktop.model.mail import Flags, Marks
from mel_desktop.services.foldersync import FolderSync, settle_local
from mel_desktop.store import syncstate
from mel_desktop.store.database import Transaction
from mel_desktop.store.times import to_text

MOST_ROUNDS: Final = 5  # COPY, verify, copy again, remove, and one to see that nothing is left
MOST_TWINS: Final = 50
NOT_NOW: Final = frozenset({ErrorCode.SERVER_TEMPORARY, ErrorCode.MAILBOX_FULL})


class WantSync:
    """The wishes of one folder during one sync. ``paths``: folders on the server by id."""

    def __init__(self, folder: FolderSync, paths: Mapping[int, str]) -> None:
        self._folder = folder
        self._run = folder.run
        self._path = folder.state.path
        self._paths = paths
        self._selected = False

    def perform(self) -> None:
        """Carry out what the plan has. ServerSaid gives up this folder."""
        made = self._folder.made
        if made is not None and made.remote:
            self._rounds(made.remote)

    def carry_on(self) -> None:
        """Wishes that came back with messages that were found again."""
        self._rounds(self._replan())

    # -- inside ------------------------------------------------------------------------------------

    def _rounds(self, ops: Sequence[Op]) -> None:
        for _ in range(MOST_ROUNDS):
            results = [self._remote(op) for op in ops if isinstance(op, Remote)]
            again = any(isinstance(op, Copy | CopyOnly | Verify) for op in ops)
            if not again or not all(results):
                return
            ops = self._replan()

    def _replan(self) -> tuple[Op, ...]:
        """Plan once more with nothing new from the server; settle what needs no command."""
        folder = self._folder
        delta = folder.delta
        assert delta is not None
        folder.reread_base()
        quiet: ServerFolder = replace(
            delta, completeness=Completeness.QRESYNC, uids=(), changed=(), vanished=()
        )
        made = folder.replan(quiet)
        self._run.database.write(partial(settle_local, base=folder.base, ops=made.local))
        return made.remote

    def _select(self) -> None:
        """Open the folder for writing; its UIDs must still be those of the plan."""
        if self._selected:
            return
        status = self._run.server.select(self._path, read_only=False)
        if status.uidvalidity != self._folder.lane.uidvalidity:
            raise ServerSaid(ErrorCode.MESSAGE_GONE, why="renumbered")
        self._selected = True

    def _remote(self, op: Remote) -> bool:
        """Perform one operation; False when there is no use in going on now."""
        database = self._run.database
        if not isinstance(op, Verify):
            self._select()  # before the claim: a folder that is gone leaves no want unknown
        claimed = database.write(partial(_claim, op=op), durable=True)
        if claimed is None:
            return True
        op = claimed
        try:
            outcome = Outcome(Result.DONE, uids=self._command(op))
        except ServerSaid as error:
            if error.code in NOT_NOW:
                outcome = Outcome(Result.LATER, error.code.text)
                self._run.fail(error, self._path)
            elif len(op.uids) > 1:  # find the one that the server does not want
                results = [self._remote(half) for half in _halves(op)]
                return all(results)
            else:
                outcome = Outcome(Result.REFUSED, error.code.text)
                self._run.fail(error, self._path)
        base = self._folder.base
        database.write(lambda tx: syncstate.apply(tx, settle(base, op, outcome)), durable=True)
        return outcome.result is not Result.LATER

    def _command(self, op: Remote) -> Mapping[int, int]:
        server = self._run.server
        if isinstance(op, Move | Copy | CopyOnly | Verify) and op.target not in self._paths:
            raise ServerSaid(ErrorCode.FOLDER_GONE)
        if isinstance(op, Store):
            server.store(op.uids, op.add, op.remove)
        elif isinstance(op, Move):
            return server.move(op.uids, self._paths[op.target])
        elif isinstance(op, Copy | CopyOnly):
            return server.copy(op.uids, self._paths[op.target])
        elif isinstance(op, Verify):
            return self._look_for_copies(op)
        elif isinstance(op, Remove):
            server.store(op.uids, Flags(Marks.DELETED), Flags())
            if op.bare:
                server.expunge_deleted()
            else:
                server.expunge(op.uids)
        return {}

    def _look_for_copies(self, op: Verify) -> dict[int, int]:
        """Copies of these in the target that are no other message of ours."""
        server = self._run.server
        with self._run.database.read() as reader:
            keys = syncstate.copy_keys(reader, op.messages)
        found: dict[int, int] = {}
        self._selected = False
        server.select(self._paths[op.target], read_only=True)
        for uid, message in zip(op.uids, op.messages, strict=True):
            message_id, date, size = keys[message]
            twins = sorted(server.find_message_id(message_id), reverse=True)[:MOST_TWINS]
            with self._run.database.read() as reader:
                taken = syncstate.located_uids(reader, op.target, twins) | set(found.values())
            for twin in server.messages([one for one in twins if one not in taken]):
                if to_text(twin.internal_date) == date and twin.size == size:
                    found[uid] = max(twin.uid, found.get(uid, 0))
        return found


def _claim(tx: Transaction, *, op: Remote) -> Remote | None:
    """What of an operation is still wanted, stored as on its way: a teacher who took a wish back
    since it was planned has not wished it.
    """
    standing = syncstate.standing_wants(tx, op.wants)
    wants = op.wants_each if isinstance(op, Store) else tuple((one,) for one in op.wants)
    kept = [at for at, some in enumerate(wants) if standing.issuperset(some)]
    if not kept:
        return None
    left = _only(op, kept) if len(kept) < len(wants) else op
    if isinstance(left, Remove) and left.bare and left is not op:
        return None  # a bare EXPUNGE is planned anew
    syncstate.apply(tx, begin(left))
    return left


def _halves(op: Remote) -> tuple[Remote, Remote]:
    """The same operation on the first and on the second half of its messages."""
    middle = len(op.uids) // 2
    return _only(op, range(middle)), _only(op, range(middle, len(op.uids)))


def _only(op: Remote, places: Iterable[int]) -> Remote:
    """The same operation on some of its messages."""
    at = tuple(places)
    some = replace(
        op,
        uids=tuple(op.uids[one] for one in at),
        messages=tuple(op.messages[one] for one in at),
    )
    if isinstance(some, Store):
        each = tuple(some.wants_each[one] for one in at)
        return replace(some, wants_each=each, wants=tuple(want for wants in each for want in wants))
    some = replace(some, wants=tuple(some.wants[one] for one in at))
    if isinstance(some, Verify):
        return replace(some, copied=tuple(some.copied[one] for one in at))
    if isinstance(some, Remove):
        return replace(some, copies=tuple(some.copies[one] for one in at))
    return some
