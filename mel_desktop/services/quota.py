"""The server's quota: asked about once a day on the way of a sync that brings something anyhow.

The question leaves in a flight that the sync makes in any case, and its answer is read when the
sync ends: no turn more. A check that finds nothing new asks nothing, nor does a paid line.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Final

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import ServerSaid
from mel_desktop.model.links import LinkProfile
from mel_desktop.model.storage import HeavyMessage, QuotaState
from mel_desktop.ports import Clock, MailServer, Quota
from mel_desktop.services.sessions import Lane, Sessions
from mel_desktop.store import quota
from mel_desktop.store.database import Database

AGAIN: Final = timedelta(hours=20)
MOST_HEAVY: Final = 200


class Quotas:
    """Quotas of the accounts of one profile (services.syncrun.QuotaErrand)."""

    def __init__(self, database: Database, sessions: Sessions, clock: Clock) -> None:
        self._database = database
        self._sessions = sessions
        self._clock = clock

    # -- on the way of a sync ------------------------------------------------------------------

    def begin(self, server: MailServer, account: AccountId, link: LinkProfile) -> bool:
        """Put the question into the next flight, if it is time; whether that was done."""
        if link is LinkProfile.FRUGAL or not _keeps_quota(server):
            return False
        with self._database.read() as reader:
            last = quota.asked_at(reader, account)
        if last is not None and timedelta(0) <= self._clock.now() - last < AGAIN:
            return False
        server.ask_quota()
        return True

    def finish(self, server: MailServer, account: AccountId) -> None:
        """Store the answer. A server that says no is asked again tomorrow."""
        told: tuple[Quota, ...] = ()
        with suppress(ServerSaid):
            told = server.quota()
        now = self._clock.now()
        self._database.write(lambda tx: quota.put(tx, account, told, now))

    # -- by hand, and offline ------------------------------------------------------------------

    def ask(self, account: AccountId) -> tuple[QuotaState, ...]:
        """Ask now: blocks."""
        with self._sessions.mail(account, Lane.READER) as server:
            self.finish(server, account)
        return self.states()

    def states(self) -> tuple[QuotaState, ...]:
        """What servers last said, with its age."""
        with self._database.read() as reader:
            return quota.states(reader)

    def heaviest(self, account: AccountId, limit: int = 50) -> tuple[HeavyMessage, ...]:
        """Messages that take most room on the server."""
        with self._database.read() as reader:
            return quota.heaviest(reader, account, min(limit, MOST_HEAVY))


def _keeps_quota(server: MailServer) -> bool:
    return any(name == "QUOTA" or name.startswith("QUOTA=") for name in server.caps.names)
