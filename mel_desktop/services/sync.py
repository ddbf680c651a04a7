"""Brings an account up to date: folders, wishes, new messages, flags, deletions, texts, files.

Order: the list of folders; one stream of questions opens those that moved (by LIST-STATUS), with
the rows of few new messages in the same flight; the newest of the inbox and their texts; what the
teacher wants is settled against the fresh state of the server; then rows newest first, inbox first,
then folders with a role; then texts by window; attachments last, as the link profile allows.
Trouble with a message or a folder is reported and the next one goes on; trouble with the connection
stops the sync, which resumes where it was. See resources/docs (sync).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from mel_desktop.logic.folder_matching import OwnFolder, renamed
from mel_desktop.logic.syncops import Lost
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import Area, Failure, Refusal, SyncReport
from mel_desktop.model.errors import (
    ConnectionTrouble,
    ErrorCode,
    LocalRefusal,
    ServerBroken,
)
from mel_desktop.model.links import LinkProfile, Phase
from mel_desktop.model.mail import Role
from mel_desktop.model.sync import Progress, SyncOptions
from mel_desktop.ports import Clock, RemoteFolder
from mel_desktop.services.accountflow import AccountFlow
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.foldersync import unchanged
from mel_desktop.services.sessions import Sessions
from mel_desktop.services.syncrun import Bad, Errand, LateErrand, QuotaErrand, SyncRun
from mel_desktop.store import accounts as account_rows
from mel_desktop.store import syncstate
from mel_desktop.store.database import Database, Transaction
from mel_desktop.store.syncstate import FolderState

__all__ = ["Errand", "SyncService"]


class SyncService:
    """One sync at a time per account; the engine sees to that."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        sessions: Sessions,
        clock: Clock,
        *,
        folder_work: Errand | None = None,
        drafts: LateErrand | None = None,
        cutoffs: Callable[[int], tuple[int, int]] = lambda folder: (0, 0),
        quota: QuotaErrand | None = None,
    ) -> None:
        """``folder_work`` is done before folders are listed, ``drafts`` after the wishes.

        ``cutoffs``: what retention lets go (services.retention).
        """
        self._cutoffs = cutoffs
        self._quota = quota
        self._database = database
        self._accounts = accounts
        self._sessions = sessions
        self._clock = clock
        self._folder_work = folder_work
        self._drafts = drafts
        self._bad: dict[AccountId, Bad] = {}

    def sync(
        self,
        account: AccountId,
        options: SyncOptions,
        progress: Callable[[Progress], None] | None = None,
    ) -> SyncReport:
        """Bring an account up to date once. Raises what stops all of it; the rest is reported."""
        self._accounts.get(account)
        if options.link is LinkProfile.OFFLINE:
            raise ConnectionTrouble(ErrorCode.OFFLINE)
        started = self._clock.monotonic()
        meter = self._sessions.meter(account)
        before = (meter.received, meter.sent, meter.flights)
        run = SyncRun(
            account=account,
            database=self._database,
            clock=self._clock,
            options=options,
            started=started,
            meter=meter,
            octets_before=meter.received + meter.sent,
            progress=progress,
            connect_anew=partial(self._sessions.renew, account),
            bad=self._bad.setdefault(account, {}),
            cutoffs=self._cutoffs,
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
            run.enter(Phase.FOLDERS)
            listed = server.list_folders()
            run.began = True
            whole = not run.options.dry_run and not run.options.folders
            if whole and self._folder_work is not None and self._folder_work.waits(run.account):
                _note(run, self._folder_work.perform(server, run.account))
                listed = server.list_folders()
            self._account(run, listed)

    def _account(self, run: SyncRun, listed: Sequence[RemoteFolder]) -> None:
        if not any(one.selectable for one in listed):  # never believed: there is always an INBOX
            raise ServerBroken(ErrorCode.PROTOCOL, what="empty folder list")
        if not run.options.dry_run:
            self._take_over(run, listed)
        states = self._states(run)
        folders, skipped = self._chosen(run, listed, states)
        flow = AccountFlow(run, states, folders, listed, skipped=skipped)
        drafts = self._drafts
        if drafts is not None and not run.options.dry_run and drafts.waits(run.account):
            flow.after_wishes = lambda: _note(run, drafts.perform(run.server, run.account))
        asked: list[bool] = []
        quota = self._quota
        if quota is not None:
            flow.with_opens = lambda: asked.append(quota.begin(run.server, run.account, run.link))
        flow.perform()
        if quota is not None and any(asked):
            quota.finish(run.server, run.account)
        if drafts is not None and flow.after_wishes is not None:
            drafts.tidy(run.account)
        if run.options.dry_run:
            return
        now = run.now()

        def work(tx: Transaction) -> None:
            account_rows.set_last_sync(tx, run.account, now)
            tx.changed(Area.ACCOUNTS | Area.FOLDERS)

        self._database.write(work)

    def _take_over(self, run: SyncRun, listed: Sequence[RemoteFolder]) -> None:
        """Folders as listed; one that is missing must be missing twice to be believed."""
        known = [_own(one) for one in self._states(run) if one.on_server]

        def work(tx: Transaction) -> tuple[int, ...]:
            for folder, path in renamed(known, listed).items():
                syncstate.rename(tx, folder, path)
            return syncstate.list_folders(tx, run.account, listed)

        absent = self._database.write(work, durable=True)
        missing = [one for one in self._states(run) if one.id in absent and one.on_server]
        again = {one.path for one in run.server.list_folders()} if missing else set()
        for state in missing:
            if state.path not in again:
                self._database.write(partial(_lose_folder, state=state))

    def _chosen(
        self, run: SyncRun, listed: Sequence[RemoteFolder], states: Sequence[FolderState]
    ) -> tuple[tuple[FolderState, ...], bool]:
        """(folders to bring up to date, whether one that moved is left out)."""
        paths = {one.path for one in listed if one.selectable}
        if run.options.dry_run:  # folders not stored yet are planned from nothing
            known = {one.path for one in states}
            states = (*states, *(_unseen(one) for one in listed if one.path not in known))
        there = tuple(one for one in states if one.path in paths)
        if run.options.folders:
            wanted = {name.casefold() for name in run.options.folders}
            chosen = tuple(one for one in there if wanted & _names(one))
            found = {name for one in chosen for name in _names(one)}
            if wanted - found:
                raise LocalRefusal(ErrorCode.NOT_FOUND, kind="folder")
            return chosen, True
        if run.link is not LinkProfile.FRUGAL:
            return there, False
        chosen = tuple(one for one in there if one.role is Role.INBOX or one.wants)
        statuses = {one.path: one.status for one in listed}
        left = [one for one in there if one not in chosen]
        return chosen, any(not unchanged(one, statuses.get(one.path)) for one in left)

    def _states(self, run: SyncRun) -> tuple[FolderState, ...]:
        with self._database.read() as reader:
            return syncstate.states(reader, run.account)


def _note(run: SyncRun, told: Sequence[Refusal | Failure]) -> None:
    run.refusals += [one for one in told if isinstance(one, Refusal)]
    run.failures += [one for one in told if isinstance(one, Failure)]


def _lose_folder(tx: Transaction, *, state: FolderState) -> None:
    known = syncstate.base(tx, state.id, state.uidvalidity).messages
    syncstate.apply(tx, [Lost(one.message, shown=True) for one in known])
    syncstate.refuse_moves_into(tx, state.id)
    syncstate.set_gone(tx, state.id)


def _names(state: FolderState) -> set[str]:
    """What a person may call the folder: its path or its role."""
    return {state.path.casefold()} | ({state.role.value} if state.role else set())


def _own(state: FolderState) -> OwnFolder:
    return OwnFolder(
        state.id,
        state.path,
        state.delimiter,
        state.role,
        state.mailbox_id,
        state.uidvalidity,
        state.uidnext,
        state.highestmodseq,
        state.located,
    )


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
