"""Signed-in connections for services: one kept per account, offline and hold respected.

A refused password puts the account on hold here, once, wherever the sign-in came from.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import Enum

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import (
    Cancelled,
    ConnectionTrouble,
    ErrorCode,
    LocalRefusal,
    MelError,
    ServerSaid,
)
from mel_desktop.ports import MailConnector, MailServer, Meter, Submission, SubmissionReceipt
from mel_desktop.services.accounts import Accounts

HOLDING = frozenset(
    {ErrorCode.SIGN_IN_REFUSED, ErrorCode.PASSWORD_EXPIRED, ErrorCode.APP_PASSWORD_NEEDED}
)


class Lane(Enum):
    """Who waits: a long sync must not keep a person from opening a message."""

    SYNC = "sync"
    READER = "reader"


class Sessions:
    """Hands out one connection per account and lane; a waiting thread waits its turn."""

    def __init__(
        self,
        accounts: Accounts,
        connector: MailConnector,
        submission: Submission,
        is_offline: Callable[[], bool],
    ) -> None:
        self._accounts = accounts
        self._connector = connector
        self._submission = submission
        self._is_offline = is_offline
        self._meters: dict[AccountId, Meter] = {}
        self._kept: dict[tuple[AccountId, Lane], MailServer] = {}
        self._turns: dict[tuple[AccountId, Lane], threading.RLock] = {}
        self._guard = threading.Lock()
        self._stopping = False

    def meter(self, account: AccountId) -> Meter:
        """What went over the wire for this account since the program started."""
        with self._guard:
            return self._meters.setdefault(account, Meter())

    @contextmanager
    def mail(self, account: AccountId, lane: Lane = Lane.SYNC) -> Iterator[MailServer]:
        """A signed-in connection. Thrown away after any trouble, kept for the next one else."""
        place = (account, lane)
        with self._guard:
            turn = self._turns.setdefault(place, threading.RLock())
        with turn:
            self.check()
            with self._guard:
                server = self._kept.get(place)
            if server is not None and not server.alive():  # it idled too long for the server
                with self._guard:
                    self._kept.pop(place, None)
                server.abort()
                server = None
            if server is None:
                server = self._connect(account)
                with self._guard:
                    self._kept[place] = server  # so that stop() can abort it
            try:
                yield server
            except (LocalRefusal, ServerSaid):
                raise  # an answer: nothing is wrong with the line
            except BaseException:
                with self._guard:
                    self._kept.pop(place, None)
                server.abort()
                raise

    def check(self) -> None:
        """Raise what would stop any connection now: Cancelled, ConnectionTrouble(OFFLINE)."""
        if self._stopping:
            raise Cancelled
        if self._is_offline():
            raise ConnectionTrouble(ErrorCode.OFFLINE)

    def submit(
        self,
        account: AccountId,
        sender: str,
        recipients: Sequence[str],
        data: bytes,
        *,
        before_final_dot: Callable[[], None] | None = None,
    ) -> SubmissionReceipt:
        """Hand one message to the submission server, once."""
        self.check()
        with self._holding(account):
            return self._submission.submit(
                self._accounts.get(account),
                self._accounts.password(account),
                sender,
                recipients,
                data,
                self.meter(account),
                before_final_dot=before_final_dot,
            )

    def drop(self, account: AccountId | None = None) -> None:
        """End kept connections (network changed, account edited, going offline): politely where
        nobody uses them, else by abort, for only their own thread may talk on them.
        """
        with self._guard:
            chosen = [place for place in self._kept if account in (None, place[0])]
            dropped = [(self._turns[place], self._kept.pop(place)) for place in chosen]
        for turn, server in dropped:
            if turn.acquire(blocking=False):
                try:
                    server.close()
                finally:
                    turn.release()
            else:
                server.abort()

    def stop(self) -> None:
        """Shut down: abort whatever is under way; later calls raise Cancelled."""
        self._stopping = True
        with self._guard:
            servers = list(self._kept.values())
            self._kept.clear()
        for server in servers:
            server.abort()
        self._submission.abort()

    def _connect(self, account: AccountId) -> MailServer:
        with self._holding(account):
            return self._connector.connect(
                self._accounts.get(account), self._accounts.password(account), self.meter(account)
            )

    @contextmanager
    def _holding(self, account: AccountId) -> Iterator[None]:
        try:
            yield
        except MelError as error:
            if error.code in HOLDING:
                self._accounts.hold(account)
            raise
