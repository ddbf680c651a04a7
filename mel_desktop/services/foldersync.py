"""Brings one folder up to date: asks what changed, has it planned, performs the plan.

Each step is one transaction; a kill between any two is taken up by the next sync. Before a command
that changes the server goes out, its wants are stored as "unknown"; the answer settles them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

from mel_desktop.logic.mime import parse_header
from mel_desktop.logic.relinking import Offer, Relinking
from mel_desktop.logic.syncops import (
    Copy,
    Fetch,
    Forget,
    Move,
    Op,
    Outcome,
    Remote,
    Remove,
    Result,
    Say,
    Store,
    Unplace,
    Verify,
)
from mel_desktop.logic.syncplan import (
    MASS_DELETION,
    Base,
    Completeness,
    Cursor,
    Intent,
    Plan,
    Policy,
    ServerFolder,
    begin,
    is_mass,
    plan,
    settle,
)
from mel_desktop.model.changes import Refusal
from mel_desktop.model.errors import ErrorCode, ServerBroken, ServerSaid
from mel_desktop.model.mail import Flags, Marks, Role
from mel_desktop.ports import RemoteMessage, RemoteStatus
from mel_desktop.services.isolation import Isolation
from mel_desktop.services.syncrun import SyncRun
from mel_desktop.store import mailbox, syncstate
from mel_desktop.store.database import Transaction
from mel_desktop.store.mailbox import Incoming
from mel_desktop.store.syncstate import FolderState
from mel_desktop.store.times import to_text

MOST_ROUNDS: Final = 4  # COPY, verify, remove, and one to see that nothing is left
MOST_TWINS: Final = 50
CONFIRM_AFTER: Final = timedelta(hours=1)  # a mass deletion that lasts this long is believed
NOT_NOW: Final = frozenset({ErrorCode.SERVER_TEMPORARY, ErrorCode.MAILBOX_FULL})


class FolderSync:
    """One folder during one sync."""

    def __init__(
        self,
        run: SyncRun,
        state: FolderState,
        paths: Mapping[int, str],
        *,
        writable: bool,
        after_first: Callable[[], None] | None = None,
    ) -> None:
        self._run = run
        self._state = state
        self._paths = paths
        self._writable = writable
        self._after_first = after_first
        self._oldest_known = 0
        self._isolation = Isolation(run, "row")

    def unchanged(self, status: RemoteStatus | None) -> bool:
        """Whether LIST-STATUS alone proves that there is nothing to do."""
        state = self._state
        return (
            status is not None
            and status.highestmodseq is not None
            and status.highestmodseq == state.highestmodseq
            and status.uidvalidity == state.uidvalidity
            and status.uidnext == state.uidnext
            and status.exists == state.located
            and state.complete
            and state.suspect_since is None
            and not state.unplaced
            and not state.wants
        )

    def perform(self) -> None:
        """Do it. ServerSaid gives up this folder; connection trouble goes through."""
        status = self._run.select(self._state.path, read_only=not self._writable)
        base = self._base()
        delta = self._ask(status, base)
        made = self._plan(delta, base)
        if made.doubtful:
            delta = self._ask_all(status, base)
            made = self._plan(delta, base)
        if self._run.options.dry_run:
            self._count_only(made)
            return
        if any(isinstance(op, Unplace) for op in made.local):
            self._renumber(base, made, status.uidvalidity)
            base = self._base()
            made = self._plan(delta, base)
        self._perform_local(base, made)
        self._perform_remote(base, made.remote, delta)
        linked = self._fetch_all(base, made)
        if made.next_cursor is not None and not self._leftovers():
            self._finish(made.next_cursor)
        if linked:  # wants came back with the messages that were found again
            self._carry_on(delta)

    # -- asking ------------------------------------------------------------------------------------

    def _base(self) -> Base:
        with self._run.database.read() as reader:
            row = mailbox.folder(reader, self._state.id)
            return syncstate.base(reader, self._state.id, None if row is None else row.uidvalidity)

    def _ask(self, status: RemoteStatus, base: Base) -> ServerFolder:
        state, caps = self._state, self._run.server.caps
        since, now = state.highestmodseq, status.highestmodseq
        usable = (
            base.uidvalidity == status.uidvalidity
            and since is not None
            and now is not None
            and now >= since
            and (caps.condstore or caps.qresync)
        )
        if not usable or since is None:
            return self._ask_all(status, base)
        folder = self._folder(status, Completeness.QRESYNC)
        known = frozenset(one.uid for one in base.messages)
        quick = state.complete and state.suspect_since is None and (caps.qresync or now == since)
        vanished: tuple[int, ...] = ()
        if quick and now != since and known:  # before the flags: one flight may bring both
            vanished = self._run.server.vanished_since(since, sorted(known))
        changed = () if now == since else tuple(self._run.server.flags(None, since))
        if quick:
            new = tuple(one.uid for one in changed if one.uid not in known)
            # some servers forget to say, or say too much: the sum must be right
            if len(known) - len(known & frozenset(vanished)) + len(new) == status.exists:
                return replace(folder, uids=new, changed=changed, vanished=vanished)
        return replace(
            folder,
            completeness=Completeness.CHANGED_SINCE,
            uids=self._run.server.all_uids(),
            changed=changed,
        )

    def _ask_all(self, status: RemoteStatus, base: Base) -> ServerFolder:
        folder = self._folder(status, Completeness.FULL_UIDS)
        if not base.messages or base.uidvalidity != status.uidvalidity:
            return replace(folder, uids=self._run.server.all_uids())
        flags = tuple(self._run.server.flags(None, None))
        return replace(folder, uids=tuple(one.uid for one in flags), changed=flags)

    def _folder(self, status: RemoteStatus, completeness: Completeness) -> ServerFolder:
        return ServerFolder(
            path=self._state.path,
            uidvalidity=status.uidvalidity,
            uidnext=status.uidnext or 0,
            completeness=completeness,
            highestmodseq=status.highestmodseq,
            read_only=status.read_only and self._writable,
            keywords_kept=status.permanent_keywords,
        )

    def _plan(self, delta: ServerFolder, base: Base) -> Plan:
        intents: tuple[Intent, ...] = ()
        if self._writable:  # else a wish that came up meanwhile waits for the next sync
            with self._run.database.read() as reader:
                intents = syncstate.intents(reader, self._state.id)
        return plan(delta, base, intents, self._run.server.caps, self._policy())

    def _policy(self) -> Policy:
        since = self._state.suspect_since
        return Policy(
            accept_mass_deletion=self._run.options.accept_mass_deletion,
            confirmed=since is not None and self._run.now() - since >= CONFIRM_AFTER,
        )

    def _count_only(self, made: Plan) -> None:
        for op in made.ops:
            self._count(op)
            if isinstance(op, Fetch):
                self._run.new += len(op.uids)
        self._run.refusals += made.refusals

    def _count(self, op: Op) -> None:
        if isinstance(op, Forget):
            self._run.vanished += len(op.messages)
        elif isinstance(op, Say):
            self._run.changed += len(op.flags)

    # -- local steps -------------------------------------------------------------------------------

    def _renumber(self, base: Base, made: Plan, uidvalidity: int) -> None:
        """A new UIDVALIDITY: no old UID is used again, and no message is thrown away yet."""

        def work(tx: Transaction) -> None:
            _settle_local(tx, base=base, ops=made.local)
            syncstate.restart(tx, self._state.id, uidvalidity)

        self._run.database.write(work, durable=True)
        self._state = replace(
            self._state, uidvalidity=uidvalidity, highestmodseq=None, complete=False
        )

    def _perform_local(self, base: Base, made: Plan) -> None:
        self._run.refusals += made.refusals
        for op in made.local:
            self._count(op)

        def work(tx: Transaction) -> None:
            _settle_local(tx, base=base, ops=made.local)
            if made.next_cursor is not None:
                complete = not made.fetches and self._state.complete
                syncstate.set_modseq(tx, self._state.id, made.next_cursor, complete=complete)
            else:
                syncstate.set_suspect(tx, self._state.id, self._run.now())

        self._run.database.write(work)

    def _finish(self, cursor: Cursor) -> None:
        now = self._run.now()
        self._run.database.write(lambda tx: syncstate.set_complete(tx, self._state.id, cursor, now))
        if self._state.role is Role.INBOX:
            self._run.mark("first_list")
            self._run.mark("inbox_headers")

    def _leftovers(self) -> bool:
        """Messages that should be here and are not; True when too many to be believed."""
        policy = self._policy()

        def work(tx: Transaction) -> int:
            missing = syncstate.missing(tx, self._state.id)
            known = missing + syncstate.located(tx, self._state.id)
            believed = policy.accept_mass_deletion or policy.confirmed
            if is_mass(missing, known) and not believed:
                syncstate.set_suspect(tx, self._state.id, self._run.now())
                return missing
            self._run.vanished += syncstate.give_up(tx, self._state.id)
            return 0

        refused = self._run.database.write(work)
        if refused:
            self._run.refusals.append(Refusal(MASS_DELETION, self._state.path, refused))
        return bool(refused)

    # -- new messages ------------------------------------------------------------------------------

    def _fetch_all(self, base: Base, made: Plan) -> bool:
        """Rows of new messages, newest first; True when messages with wants were found again."""
        if not made.fetches:
            return False
        account, folder = self._run.account, self._state.id
        self._oldest_known = min((one.uid for one in base.messages), default=0)
        uidvalidity = made.next_cursor.uidvalidity if made.next_cursor else base.uidvalidity
        assert uidvalidity is not None
        with self._run.database.read() as reader:
            relinking = Relinking(syncstate.unplaced(reader, account, folder))
        self._run.expect(sum(len(op.uids) for op in made.fetches))
        held: dict[int, Incoming] = {}
        for number, op in enumerate(made.fetches):
            self._fetch(op.uids, uidvalidity, relinking, held)
            self._run.did(len(op.uids))
            if number == 0 and self._state.role is Role.INBOX:
                self._run.mark("first_list")
                if self._after_first is not None:
                    self._after_first()
        end = relinking.close()

        def work(tx: Transaction) -> None:
            links = [(message, held[uid].remote) for uid, message in end.links]
            syncstate.link(tx, folder, uidvalidity, links, end.uncertain)
            new = [held[uid] for uid in end.new]
            mailbox.insert_messages(tx, account, folder, uidvalidity, new, downwards=False)

        if held:
            self._run.database.write(work)
            self._run.new += len(end.new)
        return bool(end.links)

    def _fetch(
        self,
        uids: Sequence[int],
        uidvalidity: int,
        relinking: Relinking,
        held: dict[int, Incoming],
    ) -> None:
        def ask(some: Sequence[int]) -> Iterable[RemoteMessage]:
            return self._run.server.messages(some)

        for some, remotes in self._isolation.ask(uids, ask):
            self._note_unreadable(some, remotes)
            self._keep(some, remotes, uidvalidity, relinking, held)

    def _note_unreadable(self, uids: Sequence[int], remotes: Sequence[RemoteMessage]) -> None:
        """Asked for and still there, yet no answer that could be read: said, never passed over."""
        silent = set(uids) - {one.uid for one in remotes}
        if silent:
            for one in self._run.server.flags(sorted(silent), None):
                self._isolation.blame(one.uid, ServerBroken(ErrorCode.PROTOCOL, uid=one.uid))

    def _keep(
        self,
        uids: Sequence[int],
        remotes: Sequence[RemoteMessage],
        uidvalidity: int,
        relinking: Relinking,
        held: dict[int, Incoming],
    ) -> None:
        new: list[Incoming] = []
        links: list[tuple[int, RemoteMessage]] = []
        for remote in sorted(remotes, key=lambda one: one.uid, reverse=True):
            one = Incoming(remote, parse_header(remote.header))
            key = (one.fields.message_id, to_text(remote.internal_date), remote.size)
            offer = relinking.offer(remote.uid, key)
            if offer is Offer.NEW:
                new.append(one)
            elif offer is Offer.HOLD:
                held[remote.uid] = one
            elif isinstance(offer, int):
                links.append((offer, remote))
        account, folder = self._run.account, self._state.id
        downwards = not self._oldest_known or max(uids) < self._oldest_known

        def work(tx: Transaction) -> None:
            added = mailbox.insert_messages(
                tx, account, folder, uidvalidity, new, downwards=downwards
            )
            syncstate.link(tx, folder, uidvalidity, links)
            syncstate.set_backfill(tx, folder, min(uids))
            syncstate.tell(tx, folder, added)

        self._run.database.write(work)
        self._run.new += len(new)

    # -- commands that change the server -----------------------------------------------------------

    def _carry_on(self, delta: ServerFolder) -> None:
        """Carry out wants that came back with messages found again."""
        base, made = self._plan_wants(delta)
        self._perform_remote(base, made, delta)

    def _perform_remote(self, base: Base, ops: Sequence[Op], delta: ServerFolder) -> None:
        for _ in range(MOST_ROUNDS):
            results = [self._remote(base, op) for op in ops if isinstance(op, Remote)]
            again = any(isinstance(op, Copy | Verify) for op in ops)
            if not again or not all(results):
                return
            base, ops = self._plan_wants(delta)

    def _plan_wants(self, delta: ServerFolder) -> tuple[Base, tuple[Op, ...]]:
        """Plan once more with nothing new from the server; settle what needs no command."""
        base = self._base()
        quiet = replace(delta, completeness=Completeness.QRESYNC, uids=(), changed=(), vanished=())
        made = self._plan(quiet, base)
        self._run.database.write(partial(_settle_local, base=base, ops=made.local))
        return base, made.remote

    def _remote(self, base: Base, op: Remote) -> bool:
        """Perform one operation; False when there is no use in going on now."""
        database = self._run.database
        claimed = database.write(partial(_claim, op=op), durable=True)
        if claimed is None:
            return True
        op = claimed
        try:
            outcome = Outcome(Result.DONE, uids=self._command(op))
        except ServerSaid as error:
            if error.code in NOT_NOW:
                outcome = Outcome(Result.LATER, error.code.text)
                self._run.fail(error, self._state.path)
            elif len(op.uids) > 1:  # find the one that the server does not want
                results = [self._remote(base, half) for half in _halves(op)]
                return all(results)
            else:
                outcome = Outcome(Result.REFUSED, error.code.text)
                self._run.fail(error, self._state.path)
        database.write(lambda tx: syncstate.apply(tx, settle(base, op, outcome)), durable=True)
        return outcome.result is not Result.LATER

    def _command(self, op: Remote) -> Mapping[int, int]:
        server = self._run.server
        if isinstance(op, Move | Copy | Verify) and op.target not in self._paths:
            raise ServerSaid(ErrorCode.FOLDER_GONE)
        if isinstance(op, Store):
            server.store(op.uids, op.add, op.remove)
        elif isinstance(op, Move):
            return server.move(op.uids, self._paths[op.target])
        elif isinstance(op, Copy):
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
        server.select(self._paths[op.target], read_only=True)
        for uid, message in zip(op.uids, op.messages, strict=True):
            message_id, date, size = keys[message]
            twins = sorted(server.find_message_id(message_id), reverse=True)[:MOST_TWINS]
            with self._run.database.read() as reader:
                taken = syncstate.located_uids(reader, op.target, twins) | set(found.values())
            for twin in server.messages([one for one in twins if one not in taken]):
                if to_text(twin.internal_date) == date and twin.size == size:
                    found[uid] = max(twin.uid, found.get(uid, 0))
        server.select(self._state.path, read_only=not self._writable)
        return found


def _settle_local(tx: Transaction, *, base: Base, ops: Sequence[Op]) -> None:
    for op in ops:
        syncstate.apply(tx, settle(base, op, Outcome(Result.DONE)))


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
