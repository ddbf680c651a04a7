"""Signed-in connections for services: one kept per account and lane, offline and hold respected.

At most three for an account: the sync's, a reader's, and one that watches for news; on thrifty
lines none that watches. What a sign-in learnt of the server is remembered for the next one. A
refused password or token puts the account on hold here, once, wherever the sign-in came from.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from functools import partial
from typing import TypeVar

from mel_desktop.model.accounts import Account, AccountId, AuthKind, Secret
from mel_desktop.model.errors import (
    HOLDING,
    Cancelled,
    ConnectionTrouble,
    ErrorCode,
    LocalRefusal,
    MelError,
    ServerSaid,
)
from mel_desktop.ports import (
    Clock,
    HandedOver,
    MailConnector,
    MailServer,
    Meter,
    Reports,
    Submission,
    SubmissionReceipt,
)
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.grants import Grants
from mel_desktop.services.links import Links
from mel_desktop.services.meters import Meters

T = TypeVar("T")

KEEP_ALIVE_S = 240.0  # home routers forget a quiet line after five minutes
READER_IDLE_S = 900.0


class Lane(Enum):
    """Who waits: a long sync must not keep a person from opening a message."""

    SYNC = "sync"
    READER = "reader"
    WATCH = "watch"


class Sessions:
    """Hands out one connection per account and lane; a waiting thread waits its turn."""

    def __init__(
        self,
        accounts: Accounts,
        connector: MailConnector,
        submission: Submission,
        is_offline: Callable[[], bool],
        *,
        meters: Meters | None = None,
        links: Links | None = None,
        clock: Clock | None = None,
        grants: Grants | None = None,
    ) -> None:
        self._grants = grants
        self._accounts = accounts
        self._connector = connector
        self._submission = submission
        self._is_offline = is_offline
        self._meters = meters or Meters()
        self._links = links
        self._clock = clock
        self._used: dict[tuple[AccountId, Lane], float] = {}  # by somebody
        self._spoke: dict[tuple[AccountId, Lane], float] = {}  # keep-alive included
        self._wanted: dict[tuple[AccountId, Lane], int] = {}  # who has it, and who waits
        self._kept: dict[tuple[AccountId, Lane], MailServer] = {}
        self._turns: dict[tuple[AccountId, Lane], threading.RLock] = {}
        self._guard = threading.Lock()
        self._stopping = False
        self._leaving: list[MailServer] = []
        self._drops: dict[AccountId | None, int] = {}  # None: of all accounts

    def meter(self, account: AccountId) -> Meter:
        """What went over the wire for this account since the program started."""
        return self._meters.of(account)

    @contextmanager
    def mail(self, account: AccountId, lane: Lane = Lane.SYNC) -> Iterator[MailServer]:
        """A signed-in connection. Thrown away after any trouble, kept for the next one else."""
        place = (account, lane)
        with self._guard:
            turn = self._turns.setdefault(place, threading.RLock())
        with self._waiting_for(place), turn:
            self.check(account)
            if lane is Lane.WATCH and not self.can_watch(account):
                raise Cancelled
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
            finally:
                self._touch(place)

    @contextmanager
    def _waiting_for(self, place: tuple[AccountId, Lane]) -> Iterator[None]:
        with self._guard:
            self._wanted[place] = self._wanted.get(place, 0) + 1
        try:
            yield
        finally:
            with self._guard:
                self._wanted[place] -= 1

    def is_wanted(self, account: AccountId, lane: Lane = Lane.SYNC) -> bool:
        """Whether somebody else waits for the connection that the caller has."""
        with self._guard:
            return self._wanted.get((account, lane), 0) > 1

    def can_watch(self, account: AccountId) -> bool:
        """Whether the account may have a third connection, which only waits for news."""
        return self._links is None or self._links.connections(account) >= len(Lane)

    def renew(self, account: AccountId, lane: Lane = Lane.SYNC) -> MailServer:
        """Another connection in place of one that is of no use; for whoever has its turn."""
        place = (account, lane)
        self._discard(place)
        self.check(account)
        return self._open(place)

    def check(self, account: AccountId | None = None) -> None:
        """Raise what would stop any connection now: Cancelled, ConnectionTrouble(OFFLINE)."""
        if self._stopping:
            raise Cancelled
        closed = account is not None and self._links is not None and self._links.is_closed(account)
        if self._is_offline() or closed:
            raise ConnectionTrouble(ErrorCode.OFFLINE)

    def submit(
        self,
        account: AccountId,
        sender: str,
        recipients: Sequence[str],
        data: bytes,
        *,
        before_final_dot: HandedOver | None = None,
        reports: Reports | None = None,
    ) -> SubmissionReceipt:
        """Hand one message to the submission server, once."""
        self.check(account)
        stored, meter = self._accounts.get(account), self.meter(account)
        return self._signing_in(
            stored,
            lambda secret: self._submission.submit(
                stored,
                secret,
                sender,
                recipients,
                data,
                meter,
                before_final_dot=before_final_dot,
                reports=reports,
            ),
        )

    # -- idle connections --------------------------------------------------------------------------

    def tend(self) -> None:
        """Kept connections that idle: those too many or too old are closed, the others kept alive.

        Blocks for as long as a server takes to answer; from a thread that has the time.
        """
        with self._guard:
            kept = tuple(self._kept)
        for place in kept:
            account, lane = place
            if lane is Lane.WATCH:
                if not self.can_watch(account):
                    self._discard(place)
                continue  # what watches is never idle
            with self._guard:
                turn, server = self._turns[place], self._kept.get(place)
            if server is None or not turn.acquire(blocking=False):
                continue
            try:
                self._tend(place, server)
            finally:
                turn.release()

    def _tend(self, place: tuple[AccountId, Lane], server: MailServer) -> None:
        now = self._monotonic()
        idle, silent = now - self._used.get(place, now), now - self._spoke.get(place, now)
        limit = self._links.idle_limit_s(place[0]) if self._links is not None else READER_IDLE_S
        is_spare = place[1] is Lane.READER or limit < KEEP_ALIVE_S  # the next round is far off
        if not server.alive():
            self._discard(place)
        elif is_spare and idle >= limit:
            with self._guard:
                self._kept.pop(place, None)
                self._leaving.append(server)
            self._take_leave([server])
        elif silent >= KEEP_ALIVE_S:
            try:
                server.noop()
            except MelError:
                self._discard(place)
            self._spoke[place] = self._monotonic()

    def _touch(self, place: tuple[AccountId, Lane]) -> None:
        self._used[place] = self._spoke[place] = self._monotonic()

    def _monotonic(self) -> float:
        return 0.0 if self._clock is None else self._clock.monotonic()

    # -- ends --------------------------------------------------------------------------------------

    def drop(self, account: AccountId | None = None) -> None:
        """End kept connections (network changed, account edited)."""
        self.cut(account)()

    def abandon(self) -> None:
        """The network is another one: no connection leads anywhere, not even to say goodbye."""
        with self._guard:
            self._drops[None] = self._drops.get(None, 0) + 1
            servers = [*self._kept.values(), *self._leaving]
            self._kept.clear()
        for server in servers:
            server.abort()

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
        account, lane = place
        stored, meter = self._accounts.get(account), self.meter(account)
        hints = self._accounts.hints(account)
        with self._guard:
            before = self._dropped(account)
        server = self._signing_in(
            stored,
            lambda secret: self._connector.connect(
                stored, secret, meter, hints=hints, folders=lane is Lane.SYNC
            ),
        )
        with self._guard:
            wanted = not self._stopping and before == self._dropped(account)
            if wanted:
                self._kept[place] = server
        if not wanted:
            server.abort()
            self.check(account)
            raise Cancelled
        self._touch(place)
        self._accounts.learn(account, server.hints)
        return server

    def _dropped(self, account: AccountId) -> tuple[int, int]:
        return self._drops.get(None, 0), self._drops.get(account, 0)

    def _discard(self, place: tuple[AccountId, Lane]) -> None:
        with self._guard:
            server = self._kept.pop(place, None)
        if server is not None:
            server.abort()

    def _signing_in(self, account: Account, work: Callable[[Secret], T]) -> T:
        """Do what signs in, once, with the account's secret; a refusal puts it on hold.

        A token may have ended early (revoked, another key): it is renewed once. When the new one is
        refused too, or there is none, a person must go to the provider's page.
        """
        if account.auth is AuthKind.PASSWORD or self._grants is None:
            return self._once(account, work, self._accounts.password(account.id))
        token = self._grants.token(account.id)
        try:
            return work(token)
        except MelError as error:
            if error.code is not ErrorCode.SIGN_IN_REFUSED:
                self._hold_for(error, account, token)
                raise
        return self._once(account, work, self._grants.token(account.id, refused=token))

    def _once(self, account: Account, work: Callable[[Secret], T], secret: Secret) -> T:
        try:
            return work(secret)
        except MelError as error:
            self._hold_for(error, account, secret)
            if error.code is ErrorCode.SIGN_IN_REFUSED and account.auth is AuthKind.OAUTH2:
                raise ServerSaid(ErrorCode.GRANT_ENDED, account=account.id) from error
            raise

    def _hold_for(self, error: MelError, account: Account, secret: Secret) -> None:
        if error.code in HOLDING:
            self._accounts.hold(account.id, secret)
