"""The one stream of questions of a sync over all folders of an account, in the order of use.

Opening; the newest of the inbox with their texts; wishes (between two streams, once every folder
that moved is open); rows; forgetting what turned up nowhere; texts; attachments or whole messages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mel_desktop.logic.syncplan import MASS_DELETION, Policy
from mel_desktop.model.changes import Refusal
from mel_desktop.model.errors import ErrorCode, ServerBroken, ServerSaid
from mel_desktop.model.links import LinkProfile, Phase
from mel_desktop.model.mail import Role
from mel_desktop.model.sync import Bodies
from mel_desktop.ports import RemoteFolder
from mel_desktop.services.foldersync import CONFIRM_AFTER, FolderSync, unchanged
from mel_desktop.services.syncrun import SyncRun
from mel_desktop.store import relinkstate, syncstate, transfers
from mel_desktop.store.database import Transaction
from mel_desktop.store.syncstate import FolderState

if TYPE_CHECKING:
    from mel_desktop.services.sync_flow import Job, Lane

FIRST_NUMBER: Final = 50
WANT_LOST: Final = "message-gone"


class AccountFlow:
    """All folders of one sync. ``skipped``: a folder that moved is not looked at this time."""

    def __init__(
        self,
        run: SyncRun,
        states: Sequence[FolderState],
        folders: Sequence[FolderState],
        listed: Sequence[RemoteFolder],
        *,
        skipped: bool,
    ) -> None:
        from mel_desktop.services.sync_flow import Flow  # noqa: PLC0415 seldom

        self._run = run
        self._states = states
        self._folders = folders
        self._statuses = {one.path: one.status for one in listed}
        self._skipped = skipped
        self._flow = Flow(run)
        self._opened: list[FolderSync] = []
        self._syncs: dict[int, FolderSync] = {}
        self._lanes: dict[int, Lane] = {}
        self._wishes_done = False
        self._rows_begun = False
        self._rows_over = False
        self._first_begun = False
        self._heavy_begun = False
        self.after_wishes: Callable[[], None] | None = None
        self.with_opens: Callable[[], None] | None = None

    def perform(self) -> None:
        """Do it. Connection trouble goes through; all else is reported."""
        from mel_desktop.services.sync_wants import WantSync  # noqa: PLC0415 seldom

        run, flow = self._run, self._flow
        with run.database.read() as reader:
            writable = syncstate.has_wants(reader, run.account)
        self._begin(writable=writable)
        if run.options.dry_run:
            flow.perform()
            return
        self._wishes_done = not writable and self.after_wishes is None
        for source in (self._ask_rows, self._look_back):
            flow.add_source(source)
        self._add_texts()
        flow.perform()
        if not self._wishes_done:
            self._perform_wishes()
            self._wishes_done = True
            flow.perform()
        flow.drain()
        self._parts.finish()  # a budget that ran out asks no source any more
        flow.drain()
        self._say_unreadable()
        for one in self._opened:
            if one.linked_wishes:
                self._guarded(one, WantSync(one, self._paths()).carry_on)

    # -- opening -----------------------------------------------------------------------------------

    def _begin(self, *, writable: bool) -> None:
        from mel_desktop.services.sync_flow import Lane  # noqa: PLC0415 seldom

        run = self._run
        settled = not any(one.unplaced for one in self._states)
        quiet: list[int] = []
        for state in self._folders:
            run.folders += 1
            status = self._statuses.get(state.path)
            if unchanged(state, status):
                quiet.append(state.id)
                self._lanes[state.id] = Lane(state.path, state.uidvalidity or 0)
                continue
            one = FolderSync(
                run,
                self._flow,
                state,
                status,
                writable=writable,
                at_once=settled and state.uidvalidity is None,
            )
            one.on_first_rows = self._begin_first_texts
            one.on_rows = self._begin_first_texts if one.is_inbox else None
            self._lanes[state.id] = one.lane
            self._syncs[state.id] = one
            self._opened.append(one)
            one.open()
        if self._opened and self.with_opens is not None and not run.options.dry_run:
            self.with_opens()
        inbox = next((one for one in self._folders if one.id in quiet and _is_inbox(one)), None)
        if inbox is not None:
            run.mark("first_list")
            run.mark("inbox_headers")
            self._start_first_texts(inbox, self._lanes[inbox.id])
        if quiet and not run.options.dry_run:
            now = run.now()
            run.database.write(lambda tx: syncstate.set_seen(tx, quiet, now))

    def _paths(self) -> dict[int, str]:
        return {one.id: one.path for one in self._states if one.on_server}

    # -- the newest of the inbox -------------------------------------------------------------------

    def _begin_first_texts(self) -> None:
        one = next(one for one in self._opened if one.is_inbox)
        self._start_first_texts(one.state, one.lane)

    def _start_first_texts(self, state: FolderState, lane: Lane) -> None:
        from mel_desktop.services.bodysync import first_texts  # noqa: PLC0415 seldom
        from mel_desktop.services.sync_flow import FIRST_TEXTS  # noqa: PLC0415 seldom

        run = self._run
        if self._first_begun or run.options.dry_run or run.options.bodies is Bodies.NONE:
            return
        self._first_begun = True

        def done() -> None:
            self._flow.first_come_first = False
            run.mark("first_bodies")

        source = first_texts(run, self._flow, state, lane, FIRST_NUMBER, done)
        if source is None:
            done()
            return
        while (job := source()) is not None:
            self._flow.first_come_first = True
            self._flow.add(replace(job, rank=FIRST_TEXTS))

    # -- wishes ------------------------------------------------------------------------------------

    def _perform_wishes(self) -> None:
        from mel_desktop.services.sync_wants import WantSync  # noqa: PLC0415 seldom

        self._run.enter(Phase.WISHES)
        paths = self._paths()
        for one in self._opened:
            self._guarded(one, WantSync(one, paths).perform)
        if self.after_wishes is not None:
            self.after_wishes()

    def _guarded(self, one: FolderSync, work: Callable[[], None]) -> None:
        """A folder's trouble is reported, and the next folder goes on."""
        if one.lane.given_up:
            return
        try:
            work()
        except ServerSaid as error:
            self._flow.give_up(one.lane, error)

    # -- rows --------------------------------------------------------------------------------------

    def _ask_rows(self) -> Job | None:
        """Once every folder is open and wishes are carried out: rows of all of them."""
        if self._rows_begun or not self._wishes_done or self._flow.has_open():
            return None
        self._rows_begun = True
        for one in self._opened:
            one.begin_rows()
        return None

    def _has_rows_left(self) -> bool:
        return not self._rows_begun or any(one.has_rows_left for one in self._opened)

    def _look_back(self) -> Job | None:
        """Every folder was looked at: what turned up nowhere is gone, unless that is too much."""
        if self._rows_over or self._has_rows_left():
            return None
        self._rows_over = True
        self._flow.drain()
        failed = any(one.lane.given_up for one in self._opened)
        if not (self._skipped or failed):
            self._purge()
        return None

    def _purge(self) -> None:
        run = self._run
        now = run.now()

        def work(tx: Transaction) -> tuple[int, list[Refusal]]:
            refused: list[Refusal] = []
            for state in syncstate.states(tx, run.account):
                if state.on_server:
                    continue
                policy = Policy(
                    accept_mass_deletion=run.options.accept_mass_deletion,
                    confirmed=state.suspect_since is not None
                    and now - state.suspect_since >= CONFIRM_AFTER,
                    accepted=state.suspect_count if state.accepted else 0,
                )
                missing = len(relinkstate.missing(tx, state.id))
                if policy.lets_go(missing, missing):
                    run.vanished += relinkstate.give_up(tx, state.id)
                else:
                    syncstate.set_suspect(tx, state.id, now, missing)
                    refused.append(Refusal(MASS_DELETION, state.path, missing))
            _, lost = relinkstate.purge(tx, run.account)
            for state in syncstate.states(tx, run.account):
                if not state.on_server:
                    syncstate.drop_folder(tx, state.id)
            return lost, refused

        lost, refused = run.database.write(work, durable=True)
        run.refusals += refused
        if lost:
            run.refusals.append(Refusal(WANT_LOST, "", lost))

    def _say_unreadable(self) -> None:
        """Asked for and still there, yet no answer that could be read: said, never passed over."""
        run = self._run
        for one in self._opened:
            if not one.silent or one.lane.given_up:
                continue
            try:
                if run.server.select(one.state.path, read_only=True).uidvalidity != (
                    one.lane.uidvalidity
                ):
                    continue
                for flags in run.server.flags(sorted(one.silent), None):
                    self._flow.blame(
                        one.row_job((flags.uid,)),
                        flags.uid,
                        ServerBroken(ErrorCode.PROTOCOL, uid=flags.uid),
                    )
            except ServerSaid as error:
                run.fail(error, one.state.path)

    # -- texts and files ---------------------------------------------------------------------------

    def _add_texts(self) -> None:
        from mel_desktop.services.bodysync import TextSource, oldest_wanted  # noqa: PLC0415 seldom
        from mel_desktop.services.sync_parts import PartSource, WholeSource  # noqa: PLC0415 seldom

        run, flow = self._run, self._flow
        self._parts = PartSource(run, flow)
        self._sources: list[Callable[[], Job | None]] = []
        full = run.link is LinkProfile.FULL
        mirror = full and run.options.bodies is Bodies.ALL
        for state in self._folders:
            oldest = oldest_wanted(run, state)
            if oldest is None:
                continue
            lane = self._lanes[state.id]
            if mirror:
                self._sources.append(WholeSource(run, flow, state, lane, self._parts))
            else:
                self._sources.append(TextSource(run, flow, state, lane, oldest))
        flow.add_source(self._ask_texts)
        if full:
            flow.add_source(self._ask_parts)
        if mirror:  # of messages too big to be read from the whole
            self._sources_late = [
                TextSource(run, flow, state, self._lanes[state.id], run.cutoffs(state.id)[0])
                for state in self._folders
            ]
            flow.add_source(self._ask_late_texts)

    def _ask_texts(self) -> Job | None:
        if not self._rows_over:
            return None
        return next((job for source in self._sources if (job := source()) is not None), None)

    def _ask_parts(self) -> Job | None:
        """Attachments of the messages whose texts are wanted, once those were asked for."""
        if not self._rows_over:
            return None
        if not self._heavy_begun:
            self._heavy_begun = True
            if self._run.options.bodies is not Bodies.ALL:
                self._list_parts()
        return self._parts()

    def _list_parts(self) -> None:
        from mel_desktop.services.bodysync import oldest_wanted  # noqa: PLC0415 seldom

        for state in self._folders:
            oldest = oldest_wanted(self._run, state)
            if oldest is not None:
                oldest = max(oldest, self._run.cutoffs(state.id)[1])
                with self._run.database.read() as reader:
                    missing = transfers.missing_parts(reader, state.id, oldest)
                self._parts.add(self._lanes[state.id], missing)

    def _ask_late_texts(self) -> Job | None:
        if not self._rows_over or self._parts.is_busy:
            return None
        return next((job for source in self._sources_late if (job := source()) is not None), None)


def _is_inbox(state: FolderState) -> bool:
    return state.role is Role.INBOX
