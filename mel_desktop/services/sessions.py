"""Signed-in connections for services: one kept per account, offline and hold respected.

A refused password puts the account on hold here, once, wherever the sign-in came from.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

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


class Sessions:
    """Hands out one connection at a time per account; a waiting thread waits its turn."""

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
        self._kept: dict[AccountId, MailServer] = {}
        self._turns: dict[AccountId, threading.RLock] = {}
        self._guard = threading.Lock()
        self._stopping = False

    def meter(self, account: AccountId) -> Meter:
        """What went over the wire for this account since the program started."""
        with self._guard:
            return self._meters.setdefault(account, Meter())

    @contextmanager
    def mail(self, account: AccountId) -> Iterator[MailServer]:
        """A signed-in connection. Thrown away after any trouble, kept for the next one else."""
        with self._guard:
            turn = self._turns.setdefault(account, threading.RLock())
        with turn:
            self._check()
            server = self._kept.pop(account, None) or self._connect(account)
            with self._guard:
                self._kept[account] = server  # so that stop() can abort it
            try:
                yield server
            except LocalRefusal:
                raise  # nothing wrong with the line
            except ServerSaid:
                raise
            except BaseException:
                with self._guard:
                    self._kept.pop(account, None)
                server.abort()
                raise

    def submit(
        self, account: AccountId, sender: str, recipients: Sequence[str], data: bytes
    ) -> SubmissionReceipt:
        """Hand one message to the submission server, once."""
        self._check()
        with self._holding(account):
            return self._submission.submit(
                self._accounts.get(account),
                self._accounts.password(account),
                sender,
                recipients,
                data,
                self.meter(account),
            )

    def drop(self, account: AccountId | None = None) -> None:
        """Close kept connections politely (network changed, account edited, going offline)."""
        with self._guard:
            chosen = [account] if account is not None else list(self._kept)
            dropped = [self._kept.pop(one) for one in chosen if one in self._kept]
        for server in dropped:
            server.close()

    def stop(self) -> None:
        """Shut down: abort whatever is under way; later calls raise Cancelled."""
        self._stopping = True
        with self._guard:
            servers = list(self._kept.values())
            self._kept.clear()
        for server in servers:
            server.abort()

    def _check(self) -> None:
        if self._stopping:
            raise Cancelled
        if self._is_offline():
            raise ConnectionTrouble(ErrorCode.OFFLINE)

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
