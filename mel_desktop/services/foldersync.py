"""Brings one folder up to date: opens it, has the difference planned, stores rows of new messages.

Each step is one transaction; a kill between any two is taken up by the next sync. Commands that
change the server are carried out by ``services.sync_wants`` between opening and fetching.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from mel_desktop.logic.mime import parse_header
from mel_desktop.logic.relinking import Offer, Relinking
from mel_desktop.logic.settling import settle
from mel_desktop.logic.syncops import Fetch, Forget, Op, Outcome, Remote, Result, Say, Unplace
from mel_desktop.logic.syncplan import (
    MASS_DELETION,
    Base,
    Completeness,
    Intent,
    Plan,
    Policy,
    ServerFolder,
    plan,
)
from mel_desktop.model.changes import PlanLine, Refusal
from mel_desktop.model.links import LinkProfile, Phase
from mel_desktop.model.mail import Role
from mel_desktop.ports import Answer, Open, Opened, RemoteMessage, RemoteStatus, Rows
from mel_desktop.services.syncrun import SyncRun
from mel_desktop.store import mailbox, relinkstate, syncstate
from mel_desktop.store.database import Transaction
from mel_desktop.store.mailbox import Incoming
from mel_desktop.store.syncstate import FolderState
from mel_desktop.store.times import to_text

if TYPE_CHECKING:
    from mel_desktop.services.sync_flow import Flow, Job

CONFIRM_AFTER: Final = timedelta(hours=1)  # a mass deletion that lasts this long is believed
FIRST_ROWS: Final = 50
MOST_IN_OPEN: Final = 200  # rows that come in the flight that opens the folder
MOST_OPENS: Final = 3  # of one folder: what changed; every UID; every flag


class FolderSync:
    """One folder during one sync."""

    def __init__(
        self,
        run: SyncRun,
        flow: Flow,
        state: FolderState,
        status: RemoteStatus | None,
        *,
        writable: bool,
        at_once: bool,
    ) -> None:
        """``at_once``: rows that come with the opening are stored before other folders are open."""
        from mel_desktop.services.sync_flow import Lane  # noqa: PLC0415 seldom

        self.run = run
        self.flow = flow
        self.state = state
        self.status = status
        self.writable = writable
        self.lane = Lane(state.path)
        self.made: Plan | None = None
        self.delta: ServerFolder | None = None
        self.base = Base(state.id)
        self.on_first_rows: Callable[[], None] | None = None
        self.on_rows: Callable[[], None] | None = None
        self.linked_wishes = False
        self.silent: list[int] = []  # asked for, and no answer that could be read
        self._at_once = at_once
        self._opens = 0
        self._early: tuple[RemoteMessage, ...] = ()
        self._expected_here: tuple[int, ...] = ()
        self._relinking: Relinking | None = None
        self._held: dict[int, Incoming] = {}
        self._oldest_known = 0
        self._left = 0  # questions about rows that are not answered yet
        self._begun = False

    @property
    def is_inbox(self) -> bool:
        """Whether this is what a teacher looks at first."""
        return self.state.role is Role.INBOX

    @property
    def has_rows_left(self) -> bool:
        """Whether rows are still asked for."""
        if self.lane.given_up or self.made is None:
            return False
        return not self._begun or self._left > 0

    # -- opening -----------------------------------------------------------------------------------

    def open(self) -> None:
        """Ask what changed, as cheaply as what is known allows."""
        self._ask_open(self._first_open())

    def _first_open(self) -> Open:
        state, status = self.state, self.status
        wants_rows = not self.run.options.dry_run
        ask = Open(
            state.path,
            read_only=not self.writable,
            preview=self._with_preview(),
            exists=0 if status is None else status.exists,
        )
        same = state.uidvalidity is not None and (
            status is None or status.uidvalidity == state.uidvalidity
        )
        if not same or not state.located:
            newest = self._newest(status) if wants_rows else 0
            return replace(ask, every_uid=True, newest=newest)
        since = state.highestmodseq
        backwards = (
            status is not None
            and status.highestmodseq is not None
            and since is not None
            and status.highestmodseq < since
        )
        caps = self.run.server.caps
        if since is None or backwards or not (caps.condstore or caps.qresync):
            return replace(ask, every_flag=True)
        trusted = state.complete and state.suspect_since is None
        ask = replace(ask, uidvalidity=state.uidvalidity, modseq=since, every_uid=not trusted)
        if not (trusted and wants_rows and status and status.uidnext and state.uidnext):
            return ask
        if 0 < status.uidnext - state.uidnext <= MOST_IN_OPEN:
            return replace(ask, rows_from=state.uidnext)
        return ask

    def _newest(self, status: RemoteStatus | None) -> int:
        """Rows that come at once: all of a folder that was empty, of one never seen those of the
        inbox that a screen shows.
        """
        if status is None:
            return 0
        if self.state.complete and status.exists <= MOST_IN_OPEN:
            return status.exists
        return min(FIRST_ROWS, status.exists) if self.is_inbox else 0

    def _with_preview(self) -> bool:
        return self.run.link is LinkProfile.FRUGAL and "PREVIEW" in self.run.server.caps.names

    def _ask_open(self, ask: Open) -> None:
        from mel_desktop.services.sync_flow import FIRST, OPENS, Job  # noqa: PLC0415 seldom

        self._opens += 1
        rank = FIRST if self.is_inbox else OPENS
        self.flow.add(Job(self.lane, ask, self._opened, rank=rank))

    def _opened(self, answer: Answer) -> None:
        opened, ask = answer.opened, answer.ask
        assert opened is not None
        assert isinstance(ask, Open)
        self.lane.uidvalidity = opened.status.uidvalidity
        self._early = answer.rows or self._early
        with self.run.database.read() as reader:
            row = mailbox.folder(reader, self.state.id)
            uidvalidity = None if row is None else row.uidvalidity
            self.base = syncstate.base(reader, self.state.id, uidvalidity)
        delta = self._difference(ask, opened, answer.rows)
        made = None if delta is None else self.replan(delta)
        if delta is None or made is None or made.doubtful:
            self._ask_again(ask, opened)
            return
        self.delta = delta
        self._perform(made)

    def _ask_again(self, ask: Open, opened: Opened) -> None:
        """What was told is not enough, or not to be believed: ask for more of it."""
        more = Open(ask.path, read_only=ask.read_only, exists=opened.status.exists)
        if self.base.uidvalidity != opened.status.uidvalidity or not self.base.messages:
            more = replace(more, every_uid=True)
        elif opened.vanished is not None and not ask.every_uid and self._opens == 1:
            more = replace(more, uidvalidity=ask.uidvalidity, modseq=ask.modseq, every_uid=True)
        else:
            more = replace(more, every_flag=True)
        if self._opens >= MOST_OPENS:  # a server that never tells the same twice
            self.flow.give_up(self.lane)
            self.run.refusals.append(Refusal("unsettled", self.state.path, 0))
            return
        self._ask_open(more)

    def _difference(
        self, ask: Open, opened: Opened, rows: Sequence[RemoteMessage]
    ) -> ServerFolder | None:
        """What the server told as the planner takes it; None when that is not enough."""
        status, base = opened.status, self.base
        folder = ServerFolder(
            path=self.state.path,
            uidvalidity=status.uidvalidity,
            uidnext=status.uidnext or 0,
            completeness=Completeness.FULL_UIDS,
            highestmodseq=status.highestmodseq,
            read_only=status.read_only and self.writable,
            keywords_kept=status.permanent_keywords,
        )
        comparable = base.uidvalidity == status.uidvalidity and bool(base.messages)
        if not comparable or ask.every_flag:
            if opened.uids is None:
                return None
            return replace(folder, uids=opened.uids, changed=opened.changed or ())
        if opened.changed is None or ask.uidvalidity != status.uidvalidity:
            return None  # the UIDs alone tell nothing of flags
        now, since = status.highestmodseq, ask.modseq
        if now is None or since is None or now < since:
            return None
        if opened.uids is not None:
            return replace(
                folder,
                completeness=Completeness.CHANGED_SINCE,
                uids=opened.uids,
                changed=opened.changed,
            )
        if opened.vanished is None:
            return None
        known = {one.uid for one in base.messages}
        gone = _within(known, opened.vanished)
        new = ({one.uid for one in opened.changed} | {one.uid for one in rows}) - known
        if len(known) - len(gone) + len(new) != status.exists:
            return None  # some servers forget to say, or say too much: the sum must be right
        return replace(
            folder,
            completeness=Completeness.QRESYNC,
            uids=tuple(sorted(new)),
            changed=opened.changed,
            vanished=tuple(sorted(gone)),
        )

    def replan(self, delta: ServerFolder) -> Plan:
        """What to do about a difference, with the wishes as they are now."""
        intents: tuple[Intent, ...] = ()
        if self.writable:  # else a wish that came up meanwhile waits for the next sync
            with self.run.database.read() as reader:
                intents = syncstate.intents(reader, self.state.id)
        return plan(delta, self.base, intents, self.run.server.caps, self.policy())

    def policy(self) -> Policy:
        """What may be forgotten."""
        since = self.state.suspect_since
        return Policy(
            accept_mass_deletion=self.run.options.accept_mass_deletion,
            confirmed=since is not None and self.run.now() - since >= CONFIRM_AFTER,
            accepted=self.state.suspect_count if self.state.accepted else 0,
        )

    def reread_base(self) -> None:
        """The base anew, after something of it was settled."""
        with self.run.database.read() as reader:
            self.base = syncstate.base(reader, self.state.id, self.base.uidvalidity)

    # -- local steps -------------------------------------------------------------------------------

    def _perform(self, made: Plan) -> None:
        if self.run.options.dry_run:
            self._count_only(made)
            return
        assert self.delta is not None
        if any(isinstance(op, Unplace) for op in made.local):
            self._renumber(made, self.delta.uidvalidity)
            made = self.replan(self.delta)
        self.run.refusals += made.refusals
        for op in made.local:
            self._count(op)
        base, state = self.base, self.state

        def work(tx: Transaction) -> None:
            settle_local(tx, base=base, ops=made.local)
            if made.next_cursor is not None:
                complete = not made.fetches and state.complete
                syncstate.set_modseq(tx, state.id, made.next_cursor, complete=complete)
            else:
                missing = sum(one.count for one in made.refusals)
                syncstate.set_suspect(tx, state.id, self.run.now(), missing)

        self.run.database.write(work)
        with self.run.database.read() as reader:
            self._expected_here = relinkstate.missing(reader, state.id)
        self.made = made
        if self._at_once and self._early:
            self.begin_rows()

    def _renumber(self, made: Plan, uidvalidity: int) -> None:
        """A new UIDVALIDITY: no old UID is used again, and no message is thrown away yet."""
        base = self.base

        def work(tx: Transaction) -> None:
            settle_local(tx, base=base, ops=made.local)
            syncstate.restart(tx, self.state.id, uidvalidity)

        self.run.database.write(work, durable=True)
        self.state = replace(
            self.state, uidvalidity=uidvalidity, highestmodseq=None, complete=False
        )
        self.base = Base(self.state.id, uidvalidity)

    def _count(self, op: Op) -> None:
        if isinstance(op, Forget):
            self.run.vanished += len(op.messages)
        elif isinstance(op, Say):
            self.run.changed += len(op.flags)

    def _count_only(self, made: Plan) -> None:
        counts: dict[str, int] = {}
        for op in made.ops:
            self._count(op)
            if isinstance(op, Fetch):
                self.run.new += len(op.uids)
            number = len(op.flags) if isinstance(op, Say) else 0
            for name in ("uids", "messages", "wants"):
                number = number or len(getattr(op, name, ()))
            what = "flags" if isinstance(op, Say) else type(op).__name__.lower()
            counts[what] = counts.get(what, 0) + (number or 1)
        self.run.plan += [PlanLine(self.state.path, what, n) for what, n in counts.items()]
        self.run.refusals += made.refusals

    # -- rows --------------------------------------------------------------------------------------

    def begin_rows(self) -> None:
        """Ask for rows of new messages, newest first, those that came with the opening left out."""
        if self._begun or self.made is None or self.lane.given_up:
            return
        self._begun = True
        made, state = self.made, self.state
        self.run.enter(Phase.HEADERS)
        self._oldest_known = min((one.uid for one in self.base.messages), default=0)
        with self.run.database.read() as reader:
            self._relinking = Relinking(relinkstate.unplaced(reader, self.run.account, state.id))
            listed = [uid for op in made.fetches for uid in op.uids]
            # copies of a move that were verified since the folder was opened
            ours = syncstate.located_uids(reader, state.id, listed)
        wanted = [uid for uid in listed if uid not in ours]
        self.run.expect(len(wanted))
        early = {one.uid: one for one in self._early}
        self._early = ()
        came = [uid for uid in wanted if uid in early]
        self._left = 1
        if came:
            self._keep(came, [early[uid] for uid in came])
            self._tell_first()
        first = not came
        for op in made.fetches:
            uids = tuple(uid for uid in op.uids if uid not in early and uid not in ours)
            if uids:
                self._left += 1
                self._ask_rows(uids, first=first)
                first = False
        self._answered()

    def _ask_rows(self, uids: tuple[int, ...], *, first: bool) -> None:
        from mel_desktop.services.sync_flow import FIRST, INBOX_ROWS, ROWS  # noqa: PLC0415 seldom

        job = self.row_job(uids)
        rank = INBOX_ROWS if self.is_inbox else ROWS
        asked_first = first and self.is_inbox

        def over() -> None:
            if asked_first:
                self._tell_first()
            self._answered()

        self.flow.add(replace(job, rank=FIRST if asked_first else rank, over=over))

    def row_job(self, uids: tuple[int, ...]) -> Job:
        """The question for rows of these."""
        from mel_desktop.services.sync_flow import Job  # noqa: PLC0415 seldom

        ask = Rows(self.state.path, self.lane.uidvalidity, uids, preview=self._with_preview())
        return Job(self.lane, ask, self._take_rows, skip=lambda _: self.run.did(1))

    def _take_rows(self, answer: Answer) -> None:
        ask = answer.ask
        assert isinstance(ask, Rows)
        came = {one.uid for one in answer.rows}
        self.silent += [uid for uid in ask.uids if uid not in came]
        self._keep(ask.uids, [one for one in answer.rows if one.uid in ask.uids])

    def _tell_first(self) -> None:
        if self.is_inbox:
            self.flow.drain()
            self.run.mark("first_list")
            if self.on_first_rows is not None:
                self.on_first_rows()

    def _keep(self, uids: Sequence[int], remotes: Sequence[RemoteMessage]) -> None:
        assert self._relinking is not None
        new: list[Incoming] = []
        links: list[tuple[int, Incoming]] = []
        for remote in sorted(remotes, key=lambda one: one.uid, reverse=True):
            one = Incoming(remote, parse_header(remote.header))
            key = (one.fields.message_id, to_text(remote.internal_date), remote.size)
            offer = self._relinking.offer(remote.uid, key, remote.email_id)
            if offer is Offer.NEW:
                new.append(one)
            elif offer is Offer.HOLD:
                self._held[remote.uid] = one
            elif isinstance(offer, int):
                links.append((offer, one))
        downwards = not self._oldest_known or max(uids) < self._oldest_known
        self.flow.write(
            partial(self._store, new=new, links=links, downwards=downwards, backfill=min(uids))
        )
        self.run.new += len(new)
        self.run.did(len(uids))

    def _store(
        self,
        tx: Transaction,
        *,
        new: Sequence[Incoming],
        links: Sequence[tuple[int, Incoming]],
        downwards: bool,
        backfill: int | None = None,
        uncertain: Sequence[int] = (),
    ) -> None:
        folder, uidvalidity = self.state.id, self.lane.uidvalidity
        # Its double was found in another folder by this same sync, or a person threw it away.
        free = relinkstate.still_unplaced(tx, [message for message, _ in links])
        new = [*new, *(one for message, one in links if message not in free)]
        added = mailbox.insert_messages(
            tx, self.run.account, folder, uidvalidity, new, downwards=downwards
        )
        relinkstate.note_remote(
            tx, [(id_, one.remote) for id_, one in zip(added, new, strict=True)]
        )
        found = [(message, one.remote) for message, one in links if message in free]
        relinkstate.link(tx, folder, uidvalidity, found, uncertain)
        if backfill is not None:
            syncstate.set_backfill(tx, folder, backfill)
        syncstate.tell(tx, folder, added)

    def _answered(self) -> None:
        """One question about rows less; after the last one the folder is up to date."""
        self._left -= 1
        if self._left or self.lane.given_up:
            return
        self._close()
        self.flow.drain()  # the cursor never passes what is not stored
        assert self.made is not None
        if self.made.next_cursor is not None and not self._leftovers():
            cursor, now = self.made.next_cursor, self.run.now()
            self.run.database.write(
                lambda tx: syncstate.set_complete(tx, self.state.id, cursor, now)
            )
            if self.is_inbox:
                self.run.mark("first_list")
                self.run.mark("inbox_headers")
        if self.on_rows is not None:
            self.on_rows()

    def _close(self) -> None:
        """Decide on messages that were held, now that the whole folder was listed."""
        assert self._relinking is not None
        end = self._relinking.close()
        if not self._held:
            return
        links = [(message, self._held[uid]) for uid, message in end.links]
        new = [self._held[uid] for uid in end.new]
        self._held = {}
        self.flow.write(
            partial(self._store, new=new, links=links, downwards=False, uncertain=end.uncertain)
        )
        self.run.new += len(end.new)
        self.linked_wishes = bool(end.links)

    def _leftovers(self) -> bool:
        """Messages that should be here and are not; True when too many to be believed."""
        policy, state = self.policy(), self.state

        def work(tx: Transaction) -> int:
            missing = relinkstate.missing(tx, state.id, self._expected_here)
            known = len(missing) + relinkstate.located(tx, state.id)
            if not policy.lets_go(len(missing), known):
                syncstate.set_suspect(tx, state.id, self.run.now(), len(missing))
                return len(missing)
            self.run.vanished += relinkstate.give_up(tx, state.id, self._expected_here)
            return 0

        refused = self.run.database.write(work)
        if refused:
            self.run.refusals.append(Refusal(MASS_DELETION, self.state.path, refused))
        return bool(refused)


def _within(uids: Iterable[int], ranges: Sequence[tuple[int, int]]) -> set[int]:
    """Those of the UIDs that lie in one of these ranges."""
    ordered = sorted(ranges)
    ends: list[int] = []  # the furthest end so far: ranges of a careless server may overlap
    for _, high in ordered:
        ends.append(max(high, ends[-1]) if ends else high)
    lows = [low for low, _ in ordered]
    return {uid for uid in uids if (at := bisect_right(lows, uid)) and uid <= ends[at - 1]}


def unchanged(state: FolderState, status: RemoteStatus | None) -> bool:
    """Whether LIST-STATUS alone proves that there is nothing to do."""
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


def settle_local(tx: Transaction, *, base: Base, ops: Sequence[Op]) -> None:
    """Store what local operations change."""
    for op in ops:
        if not isinstance(op, Remote):
            syncstate.apply(tx, settle(base, op, Outcome(Result.DONE)))
