"""Carries out what the teacher wants of folders, before a sync lists them.

Wishes go in the order in which they were made. Before a command leaves, its wish is stored as
"unknown"; whatever happens then, the next run looks at LIST before it does anything again. A
refusal undoes what was shown and says why; trouble that may pass keeps this wish and all after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Final

from mel_desktop.logic.folder_names import is_within
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import Failure, Refusal
from mel_desktop.model.errors import ErrorCode, Scope, ServerSaid
from mel_desktop.model.mail import WantKind, WantState
from mel_desktop.model.values import dataclass
from mel_desktop.ports import Clock, MailServer, RemoteFolder
from mel_desktop.services.folderwishes import take_back_creation
from mel_desktop.store import folderwants, syncstate
from mel_desktop.store.database import Database, Transaction
from mel_desktop.store.folderwants import FolderWant

NOT_NOW: Final = frozenset({ErrorCode.SERVER_TEMPORARY, ErrorCode.MAILBOX_FULL})
SEEN_GONE: Final = 1  # syncs that a missing folder is given to turn up under another name
AGAIN_AFTER: Final = timedelta(minutes=1)  # doubled with each attempt
MOST_DOUBLINGS: Final = 6


class _Waits(Exception):
    """The wish cannot be carried out yet. ``stops``: nor can what comes after it."""

    def __init__(self, *, stops: bool = False) -> None:
        super().__init__()
        self.stops = stops


class _Refused(Exception):
    """The wish cannot be carried out."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


@dataclass(slots=True)
class _Round:
    server: MailServer
    account: AccountId
    listed: dict[str, RemoteFolder]


class FolderWork:
    """An errand of the sync (services.syncrun.Errand)."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def waits(self, account: AccountId) -> bool:
        """Whether a folder wish is to be carried out."""
        with self._database.read() as reader:
            return folderwants.waits(reader, account)

    def has_emptied(self, account: AccountId) -> bool:
        """Whether a folder that is wanted gone has lost its last message."""
        return bool(self._emptied(account))

    def perform(self, server: MailServer, account: AccountId) -> Sequence[Refusal | Failure]:
        """Carry out what waits. Trouble of one wish is told; connection trouble is raised."""
        with self._database.read() as reader:
            wants = folderwants.of_account(reader, account)
        return self._carry_out(server, account, wants)

    def finish(self, server: MailServer, account: AccountId) -> Sequence[Refusal | Failure]:
        """Delete the folders that the wishes of this sync have emptied."""
        return self._carry_out(server, account, self._emptied(account))

    # -- inside ------------------------------------------------------------------------------------

    def _emptied(self, account: AccountId) -> tuple[FolderWant, ...]:
        with self._database.read() as reader:
            return tuple(
                want
                for want in folderwants.of_account(reader, account)
                if want.kind is WantKind.DELETE_FOLDER
                and want.state is not WantState.REFUSED
                and want.folder is not None
                and not folderwants.lying(reader, want.folder)[0]
            )

    def _carry_out(
        self, server: MailServer, account: AccountId, wants: Sequence[FolderWant]
    ) -> list[Refusal | Failure]:
        told: list[Refusal | Failure] = []
        now = self._clock.now()
        due = [want for want in wants if want.state is not WantState.REFUSED]
        if not due:
            return told
        work = _Round(server, account, {one.path: one for one in server.list_folders()})
        for planned in due:
            with self._database.read() as reader:  # an earlier one may have changed its paths
                want = folderwants.one(reader, planned.id)
            if want is None or want.state is WantState.REFUSED:
                continue
            if want.next_attempt is not None and now < want.next_attempt:
                break
            try:
                self._one(work, want)
            except _Waits as wait:
                if wait.stops:
                    break
            except _Refused as refused:
                told.append(self._refuse(want, refused.reason))
            except ServerSaid as error:
                if error.code in NOT_NOW:
                    told.append(self._postpone(want, error))
                    break
                told.append(self._refuse(want, error.code.text))
        return told

    def _one(self, work: _Round, want: FolderWant) -> None:
        if want.kind is WantKind.CREATE_FOLDER:
            self._create(work, want)
        elif want.kind is WantKind.RENAME_FOLDER:
            self._rename(work, want)
        elif want.kind is WantKind.DELETE_FOLDER:
            self._delete(work, want)
        else:
            self._subscribe(work, want)

    def _create(self, work: _Round, want: FolderWant) -> None:
        there = work.listed.get(want.path)
        if there is None or not there.selectable:
            self._claim(want)
            work.server.create_folder(want.path)
            with suppress(ServerSaid):  # other clients may show only these; ours needs it not
                work.server.subscribe(want.path, subscribed=True)

        def done(tx: Transaction) -> None:
            folderwants.drop(tx, [want.id])
            if want.folder is not None:
                folderwants.set_made(tx, want.folder)

        self._database.write(done, durable=True)
        work.listed[want.path] = RemoteFolder(want.path, "", None, selectable=True)

    def _rename(self, work: _Round, want: FolderWant) -> None:
        path, delimiter = self._source(want)
        if path not in work.listed and want.target not in work.listed:
            self._missing(want)
        if path in work.listed:
            if want.target in work.listed:
                raise _Refused("folder-exists")
            self._claim(want)
            subscribed = [
                one.path
                for one in work.listed.values()
                if one.subscribed and is_within(one.path, path, delimiter)
            ]
            work.server.rename_folder(path, want.target)
            for old in subscribed:  # a server keeps subscriptions by name (RFC 3501 6.3.6)
                with suppress(ServerSaid):
                    work.server.subscribe(want.target + old[len(path) :], subscribed=True)
                with suppress(ServerSaid):
                    work.server.subscribe(old, subscribed=False)

        def done(tx: Transaction) -> None:
            folderwants.move_folders(tx, want.account, path, want.target, delimiter)
            folderwants.drop(tx, [want.id])

        self._database.write(done, durable=True)
        work.listed = {one.path: one for one in work.server.list_folders()}

    def _delete(self, work: _Round, want: FolderWant) -> None:
        path, delimiter = self._source(want)
        there = work.listed.get(path)
        if there is None and want.state is WantState.WAITING and want.attempts < SEEN_GONE:
            self._missing(want)
        if there is not None:
            if any(one != path and is_within(one, path, delimiter) for one in work.listed):
                if self._has_later_below(want, path, delimiter):
                    raise _Waits
                raise _Refused("folder-has-folders")
            if there.selectable:
                self._check_empty(work, want, path)
            self._claim(want)
            work.server.delete_folder(path)
            with suppress(ServerSaid):
                work.server.subscribe(path, subscribed=False)
        self._database.write(partial(_deleted, want=want), durable=True)
        work.listed.pop(path, None)

    def _has_later_below(self, want: FolderWant, path: str, delimiter: str) -> bool:
        """Whether a folder below it is wanted gone too, and only waits for its messages to go."""
        with self._database.read() as reader:
            return any(
                one.id != want.id
                and one.kind is WantKind.DELETE_FOLDER
                and one.state is not WantState.REFUSED
                and is_within(one.path, path, delimiter)
                for one in folderwants.of_account(reader, want.account)
            )

    def _check_empty(self, work: _Round, want: FolderWant, path: str) -> None:
        """Only an empty folder is deleted: DELETE would take its messages along."""
        assert want.folder is not None
        with self._database.read() as reader:
            lying, left = folderwants.lying(reader, want.folder)
        status = work.server.select(path, read_only=True)
        if not status.exists:
            return
        if lying and not left:
            raise _Waits  # for the wishes about its messages
        raise _Refused("folder-not-empty")

    def _subscribe(self, work: _Round, want: FolderWant) -> None:
        path, _ = self._source(want)
        if path not in work.listed:
            self._missing(want)
        subscribed = want.kind is WantKind.SUBSCRIBE
        self._claim(want)
        work.server.subscribe(path, subscribed=subscribed)

        def done(tx: Transaction) -> None:
            folderwants.drop(tx, [want.id])
            if want.folder is not None:
                folderwants.set_subscribed(tx, want.folder, subscribed=subscribed)

        self._database.write(done, durable=True)

    def _source(self, want: FolderWant) -> tuple[str, str]:
        """Where the folder is on the server: another client may have renamed it since."""
        with self._database.read() as reader:
            known = None
            if want.folder is not None:
                known = folderwants.server_path(reader, want.folder)
            if known is None:
                return want.path, folderwants.delimiter_of(reader, want.account)
            return known[0], known[1]

    def _missing(self, want: FolderWant) -> None:
        """Not listed: the sync may find it under another name; if not, there is nothing to do."""
        if want.attempts < SEEN_GONE:
            self._database.write(
                lambda tx: folderwants.set_state(tx, want.id, want.state, tried=True), durable=True
            )
            raise _Waits(stops=True)
        raise _Refused(ErrorCode.FOLDER_GONE.text)

    def _claim(self, want: FolderWant) -> None:
        self._database.write(
            lambda tx: folderwants.set_state(tx, want.id, WantState.UNKNOWN, tried=True),
            durable=True,
        )

    def _postpone(self, want: FolderWant, error: ServerSaid) -> Failure:
        pause = AGAIN_AFTER * 2 ** min(want.attempts, MOST_DOUBLINGS)
        self._database.write(
            lambda tx: folderwants.set_state(
                tx,
                want.id,
                WantState.WAITING,
                reason=error.code.text,
                again=self._clock.now() + pause,
            ),
            durable=True,
        )
        return Failure(error.code.text, Scope.FOLDER.name.lower(), want.path)

    def _refuse(self, want: FolderWant, reason: str) -> Failure:
        """Undo what was shown, and say why."""

        def work(tx: Transaction) -> None:
            folderwants.set_state(tx, want.id, WantState.REFUSED, reason=reason)
            everyone = folderwants.of_account(tx, want.account)
            if want.kind is WantKind.CREATE_FOLDER and want.folder is not None:
                take_back_creation(tx, want.folder, everyone, reason="folder-not-made")
            elif want.kind is WantKind.RENAME_FOLDER:
                folderwants.unrename(tx, want, folderwants.delimiter_of(tx, want.account))

        self._database.write(work, durable=True)
        return Failure(reason, Scope.FOLDER.name.lower(), want.path)


def _deleted(tx: Transaction, *, want: FolderWant) -> None:
    folderwants.drop(tx, [want.id])
    if want.folder is not None:
        syncstate.set_gone(tx, want.folder)
        syncstate.drop_folder(tx, want.folder)
