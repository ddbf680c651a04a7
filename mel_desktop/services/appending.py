"""Carries messages that were put in here up to the server, one by one (want 'append').

Before an APPEND leaves, its want is stored as "unknown": whatever happens then, the next run looks
for the message in the folder by its Message-ID before it sends it again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Final

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import Failure, Refusal
from mel_desktop.model.errors import ErrorCode, Scope, ServerSaid
from mel_desktop.ports import Clock, MailServer
from mel_desktop.store import blobs, localfolders, syncstate
from mel_desktop.store.database import Database, Transaction
from mel_desktop.store.localfolders import Append
from mel_desktop.store.times import to_text

BATCH: Final = 100
MOST_OCTETS: Final = 64 * 1024 * 1024  # of a message that may stand in memory
MOST_TWINS: Final = 50
AGAIN_AFTER: Final = timedelta(minutes=15)
NOT_NOW: Final = frozenset({ErrorCode.SERVER_TEMPORARY, ErrorCode.MAILBOX_FULL})


class Appending:
    """An errand of the sync, once the folders are as wanted. Not on a frugal line: it can wait."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        is_frugal: Callable[[AccountId], bool] = lambda _: False,
    ) -> None:
        self._database = database
        self._clock = clock
        self._is_frugal = is_frugal

    def waits(self, account: AccountId) -> bool:
        """Whether a message is to go up."""
        if self._is_frugal(account):
            return False
        with self._database.read() as reader:
            return localfolders.waits(reader, account, self._clock.now())

    def perform(self, server: MailServer, account: AccountId) -> Sequence[Refusal | Failure]:
        """Carry up what waits. Trouble of one is told; connection trouble is raised."""
        told: list[Refusal | Failure] = []
        if self._is_frugal(account):
            return told
        above, now = 0, self._clock.now()
        while True:
            with self._database.read() as reader:
                some = localfolders.appends(reader, account, now, above=above, limit=BATCH)
            if not some:
                return told
            for one in some:
                above = one.want
                try:
                    self._one(server, one)
                except ServerSaid as error:
                    later = error.code in NOT_NOW
                    self._database.write(
                        partial(self._refuse, one=one, reason=error.code.text, later=later),
                        durable=True,
                    )
                    told.append(Failure(error.code.text, Scope.MESSAGE.name.lower(), one.path))
                    if later:
                        return told

    def _one(self, server: MailServer, one: Append) -> None:
        if one.blob is None:
            self._give_up(one, ErrorCode.NOT_LOCAL.text)
            return
        if one.size > MOST_OCTETS:
            self._give_up(one, ErrorCode.MESSAGE_TOO_LARGE.text)
            return
        if one.unknown and not one.message_id:
            self._give_up(one, "unverified")
            return
        uid = None
        if one.message_id and (one.unknown or not one.complete):
            uid = self._find(server, one)
        if uid is None:
            self._database.write(partial(localfolders.claim, want=one.want), durable=True)
            with self._database.read() as reader:
                data = b"".join(blobs.read(reader, one.blob))
            uid = server.append(one.path, data, one.flags, one.received_at)
        place = partial(
            syncstate.place_appended,
            message=one.message,
            want=one.want,
            folder=one.folder,
            uid=uid,
        )
        self._database.write(place, durable=True)

    def _find(self, server: MailServer, one: Append) -> int | None:
        """The message, where it is in the folder already and is no other one of ours."""
        server.select(one.path, read_only=True)
        twins = sorted(server.find_message_id(one.message_id), reverse=True)[:MOST_TWINS]
        with self._database.read() as reader:
            taken = syncstate.located_uids(reader, one.folder, twins)
        for twin in server.messages([uid for uid in twins if uid not in taken]):
            same_date = to_text(twin.internal_date) == to_text(one.received_at)
            if twin.size == one.size and same_date:
                return twin.uid
        return None

    def _give_up(self, one: Append, reason: str) -> None:
        self._database.write(
            partial(self._refuse, one=one, reason=reason, later=False), durable=True
        )

    def _refuse(self, tx: Transaction, *, one: Append, reason: str, later: bool) -> None:
        again = self._clock.now() + AGAIN_AFTER if later else None
        localfolders.refuse(tx, one, reason, again)
        syncstate.show(tx, [one.message])
