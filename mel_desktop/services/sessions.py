"""Signed-in connections for services: one kept per account, offline and hold respected.

A refused password puts the account on hold here, once, wherever the sign-in came from.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from functools import partial

from mel_desktop.model.accounts import AccountId, Secret
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
        self._leaving: list[MailServer] = []
        self._drops: dict[AccountId | None, int] = {}  # None: of all accounts

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
                self._discard(place)
                server = None
            if server is None:
                server = self._open(place)
            try:
                yield server
            except (LocalRefusal, ServerSaid):
                raise  # an answer: nothing is wrong with the line
            except BaseException:
                self._discard(place)
                raise

    def renew(self, account: AccountId, lane: Lane = Lane.SYNC) -> MailServer:
        """Another connection in place of one that is of no use; for whoever has its turn."""
        place = (account, lane)
        self._discard(place)
        self.check()
        return self._open(place)

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
        with self._holding(account) as password:
            return self._submission.submit(
                self._accounts.get(account),
                password,
                sender,
                recipients,
                data,
                self.meter(account),
                before_final_dot=before_final_dot,
            )

    def drop(self, account: AccountId | None = None) -> None:
        """End kept connections (network changed, account edited)."""
        self.cut(account)()

    def cut(self, account: AccountId | None = None) -> Callable[[], None]:
        """From here on nobody uses the connections there are; at once, from any thread.

        Those in use are aborted, for only their own thread may talk on them; one that is being
        opened is not handed out. What is returned says goodbye to the others, and may take seconds.
        """
        with self._guard:
            self._drops[account] = self._drops.get(account, 0) + 1
            chosen = [place for place in self._kept if account in (None, place[0])]
            dropped = [(self._turns[place], self._kept.pop(place)) for place in chosen]
        idle = []
        for turn, server in dropped:
            if turn.acquire(blocking=False):  # nobody has it, and nobody can get at it any more
                turn.release()
                idle.append(server)
            else:
                server.abort()
        with self._guard:
            self._leaving += idle
        return partial(self._take_leave, idle)

    def _take_leave(self, servers: Sequence[MailServer]) -> None:
        for server in servers:
            server.close()
            with self._guard:
                self._leaving.remove(server)

    def stop(self) -> None:
        """Shut down: abort whatever is under way; later calls raise Cancelled."""
        self._stopping = True
        with self._guard:
            servers = [*self._kept.values(), *self._leaving]
            self._kept.clear()
        for server in servers:
            server.abort()
        self._submission.abort()

    def _open(self, place: tuple[AccountId, Lane]) -> MailServer:
        """A new connection, kept so that ``stop`` and ``drop`` reach it."""
        account = place[0]
        stored, meter = self._accounts.get(account), self.meter(account)
        with self._holding(account) as password:
            with self._guard:
                before = self._dropped(account)
            server = self._connector.connect(stored, password, meter)
        with self._guard:
            wanted = not self._stopping and before == self._dropped(account)
            if wanted:
                self._kept[place] = server
        if not wanted:
            server.abort()
            self.check()
            raise Cancelled
        return server

    def _dropped(self, account: AccountId) -> tuple[int, int]:
        return self._drops.get(None, 0), self._drops.get(account, 0)

    def _discard(self, place: tuple[AccountId, Lane]) -> None:
        with self._guard:
            server = self._kept.pop(place, None)
        if server is not None:
            server.abort()

    @contextmanager
    def _holding(self, account: AccountId) -> Iterator[Secret]:
        password = self._accounts.password(account)
        try:
            yield password
        except MelError as error:
            if error.code in HOLDING:
                self._accounts.hold(account, password)
            raise
