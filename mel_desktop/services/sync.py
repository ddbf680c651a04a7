"""Brings an account up to date: folders, wishes, new messages, flags, deletions, texts.

Order: the folders' list; then each folder, inbox first, then those with a role: what the teacher
wants is settled against the fresh state of the server, then new messages come newest first; then
texts by window. Trouble with a message or a folder is reported and the next one goes on; trouble
with the connection stops the sync, which resumes where it was. See resources/docs (sync).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from mel_desktop.logic.syncops import Lost
from mel_desktop.logic.syncplan import MASS_DELETION, is_mass
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import Area, Refusal, SyncReport
from mel_desktop.model.errors import (
    ConnectionTrouble,
    ErrorCode,
    LocalRefusal,
    ServerBroken,
    ServerSaid,
)
from mel_desktop.model.mail import Role
from mel_desktop.model.sync import Bodies, Progress, SyncOptions
from mel_desktop.ports import Clock, RemoteFolder
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.bodysync import BodySync
from mel_desktop.services.foldersync import CONFIRM_AFTER, FolderSync
from mel_desktop.services.sessions import Sessions
from mel_desktop.services.syncrun import Bad, SyncRun
from mel_desktop.store import accounts as account_rows
from mel_desktop.store import syncstate
from mel_desktop.store.database import Database, Transaction
from mel_desktop.store.syncstate import FolderState

FIRST_TEXTS: Final = 50
WANT_LOST: Final = "message-gone"


class SyncService:
    """One sync at a time per account; the engine sees to that."""

    def __init__(
        self, database: Database, accounts: Accounts, sessions: Sessions, clock: Clock
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._sessions = sessions
        self._clock = clock
        self._bad: dict[AccountId, Bad] = {}

    def sync(
        self,
        account: AccountId,
        options: SyncOptions,
        progress: Callable[[Progress], None] | None = None,
    ) -> SyncReport:
        """Bring an account up to date once. Raises what stops all of it; the rest is reported."""
        self._accounts.get(account)
        started = self._clock.monotonic()
        meter = self._sessions.meter(account)
        before = (meter.received, meter.sent, meter.flights)
        run = SyncRun(
            account=account,
            database=self._database,
            clock=self._clock,
            options=options,
            started=started,
            progress=progress,
            connect_anew=partial(self._sessions.renew, account),
            bad=self._bad.setdefault(account, {}),
        )
        try:
            self._connected(run)
        except ConnectionTrouble as error:
            if error.code is not ErrorCode.CONNECTION_LOST or run.began or not run.reached:
                raise
            self._connected(run)  # the line kept from last time was dead
        run.mark("done")
        return replace(
            run.report(),
            bytes_received=meter.received - before[0],
            bytes_sent=meter.sent - before[1],
            flights=meter.flights - before[2],
            seconds=self._clock.monotonic() - started,
        )

    # -- inside ------------------------------------------------------------------------------------

    def _connected(self, run: SyncRun) -> None:
        with self._sessions.mail(run.account) as server:
            run.mark("signed_in")
            run.connection = server
            listed = server.list_folders()
            run.began = True
            self._account(run, listed)

    def _account(self, run: SyncRun, listed: Sequence[RemoteFolder]) -> None:
        if not any(one.selectable for one in listed):  # never believed: there is always an INBOX
            raise ServerBroken(ErrorCode.PROTOCOL, what="empty folder list")
        if not run.options.dry_run:
            self._take_over(run, listed)
        folders = self._chosen(run, listed)
        self._folders(run, folders, listed)
        if run.options.dry_run:
            return
        if not run.options.folders:
            self._purge(run)
        for state in folders:
            self._guarded(run, state, partial(BodySync(run).folder, state))
        now = run.now()

        def work(tx: Transaction) -> None:
            account_rows.set_last_sync(tx, run.account, now)
            tx.changed(Area.ACCOUNTS | Area.FOLDERS)

        self._database.write(work)

    def _take_over(self, run: SyncRun, listed: Sequence[RemoteFolder]) -> None:
        """Folders as listed; one that is missing must be missing twice to be believed."""
        absent = self._database.write(
            lambda tx: syncstate.list_folders(tx, run.account, listed), durable=True
        )
        missing = [one for one in self._states(run) if one.id in absent and one.on_server]
        again = {one.path for one in run.server.list_folders()} if missing else set()
        for state in missing:
            if state.path not in again:
                self._database.write(partial(_lose_folder, state=state))

    def _chosen(self, run: SyncRun, listed: Sequence[RemoteFolder]) -> tuple[FolderState, ...]:
        paths = {one.path for one in listed if one.selectable}
        states = self._states(run)
        if run.options.dry_run:  # folders not stored yet are planned from nothing
            known = {one.path for one in states}
            states += tuple(_unseen(one) for one in listed if one.path not in known)
        states = tuple(one for one in states if one.path in paths)
        if not run.options.folders:
            return states
        wanted = {name.casefold() for name in run.options.folders}
        chosen = tuple(one for one in states if wanted & _names(one))
        found = {name for one in chosen for name in _names(one)}
        if wanted - found:
            raise LocalRefusal(ErrorCode.NOT_FOUND, kind="folder")
        return chosen

    def _folders(
        self, run: SyncRun, folders: Sequence[FolderState], listed: Sequence[RemoteFolder]
    ) -> None:
        statuses = {one.path: one.status for one in listed}
        paths = {one.id: one.path for one in self._states(run) if one.on_server}
        with self._database.read() as reader:
            writable = syncstate.has_wants(reader, run.account)
        bodies = BodySync(run)
        quiet: list[int] = []
        for state in folders:
            run.folders += 1
            is_inbox = state.role is Role.INBOX

            def first_texts(state: FolderState = state) -> None:
                bodies.newest(state, FIRST_TEXTS, selected=True)
                _mark_texts(run)

            one = FolderSync(
                run,
                state,
                paths,
                writable=writable,
                after_first=first_texts if is_inbox else None,
            )
            if one.unchanged(statuses.get(state.path)):
                quiet.append(state.id)
                if is_inbox:
                    run.mark("first_list")
                    run.mark("inbox_headers")
            else:
                self._guarded(run, state, one.perform)
            if is_inbox and not run.options.dry_run:
                self._guarded(run, state, partial(bodies.newest, state, FIRST_TEXTS))
                _mark_texts(run)
        if quiet and not run.options.dry_run:
            now = run.now()
            self._database.write(lambda tx: syncstate.set_seen(tx, quiet, now))

    def _purge(self, run: SyncRun) -> None:
        """All folders were looked at: what turned up nowhere is gone, unless that is too much."""
        now = run.now()

        def work(tx: Transaction) -> tuple[int, list[Refusal]]:
            refused: list[Refusal] = []
            for state in syncstate.states(tx, run.account):
                if state.on_server:
                    continue
                confirmed = (
                    state.suspect_since is not None and now - state.suspect_since >= CONFIRM_AFTER
                )
                accepted = run.options.accept_mass_deletion or confirmed
                if is_mass(state.unplaced, state.unplaced) and not accepted:
                    syncstate.set_suspect(tx, state.id, now)
                    refused.append(Refusal(MASS_DELETION, state.path, state.unplaced))
                else:
                    run.vanished += syncstate.give_up(tx, state.id)
            _, lost = syncstate.purge(tx, run.account)
            for state in syncstate.states(tx, run.account):
                if not state.on_server:
                    syncstate.drop_folder(tx, state.id)
            return lost, refused

        lost, refused = self._database.write(work, durable=True)
        run.refusals += refused
        if lost:
            run.refusals.append(Refusal(WANT_LOST, "", lost))

    def _guarded(self, run: SyncRun, state: FolderState, work: Callable[[], None]) -> None:
        """A folder's trouble is reported, and the next folder goes on."""
        try:
            work()
        except ServerSaid as error:
            run.fail(error, state.path)

    def _states(self, run: SyncRun) -> tuple[FolderState, ...]:
        with self._database.read() as reader:
            return syncstate.states(reader, run.account)


def _lose_folder(tx: Transaction, *, state: FolderState) -> None:
    known = syncstate.base(tx, state.id, state.uidvalidity).messages
    syncstate.apply(tx, [Lost(one.message, shown=True) for one in known])
    syncstate.refuse_moves_into(tx, state.id)
    syncstate.set_gone(tx, state.id)


def _mark_texts(run: SyncRun) -> None:
    if run.options.bodies is not Bodies.NONE:  # else nothing of them is readable
        run.mark("first_bodies")


def _names(state: FolderState) -> set[str]:
    """What a person may call the folder: its path or its role."""
    return {state.path.casefold()} | ({state.role.value} if state.role else set())


def _unseen(one: RemoteFolder) -> FolderState:
    return FolderState(
        id=0,
        path=one.path,
        role=one.role,
        selectable=one.selectable,
        on_server=True,
        uidvalidity=None,
        uidnext=None,
        highestmodseq=None,
        complete=False,
        suspect_since=None,
        located=0,
        unplaced=0,
        wants=0,
    )
