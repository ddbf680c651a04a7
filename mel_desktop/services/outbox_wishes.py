"""What a person wants of a row of the outbox: another hour, on hold, on its way again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.outgoing import OutboxId, OutboxState
from mel_desktop.model.sending import OutboxDetails
from mel_desktop.ports import Clock
from mel_desktop.store import outbox, submission
from mel_desktop.store.database import Database, Transaction

S = OutboxState
HELD_BY_YOU: Final = "held-by-you"


class OutboxWishes:
    """Commands on rows that nobody is sending."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def details(self, row: OutboxId) -> OutboxDetails:
        """Each recipient, the hour, the copy in Sent. LocalRefusal(NOT_FOUND)."""
        with self._database.read() as reader:
            found = outbox.details(reader, row)
            account = outbox.account_of(reader, row)
        return replace(found, confirms=self.confirms(account)) if found.confirm else found

    def confirms(self, account: AccountId) -> bool | None:
        """Whether the sending server reports deliveries (RFC 3461); None: it was never met."""
        with self._database.read() as reader:
            offered = submission.facts(reader, account).extensions
        return "DSN" in offered if offered else None

    def set_hour(self, row: OutboxId, at: datetime) -> None:
        """Leave then. USAGE: it is over, or the message is not waiting."""
        now = self._clock.now()
        if at <= now:
            raise LocalRefusal(ErrorCode.USAGE, why="hour-in-the-past")

        def work(tx: Transaction) -> None:
            places = (S.QUEUED, S.HELD, S.FAILED)
            self._check(outbox.row(tx, row).state, places)
            outbox.move(tx, row, S.QUEUED, come_from=places, now=now)
            outbox.set_hour(tx, row, at, now)

        self._database.write(work, durable=True)

    def hold(self, row: OutboxId) -> None:
        """Stay until a person says more. USAGE: it is not waiting."""
        now = self._clock.now()

        def work(tx: Transaction) -> None:
            self._check(outbox.row(tx, row).state, (S.QUEUED,))
            outbox.move(tx, row, S.HELD, come_from=(S.QUEUED,), now=now, reason=HELD_BY_YOU)

        self._database.write(work, durable=True)

    def _check(self, state: OutboxState, places: tuple[OutboxState, ...]) -> None:
        if state not in places:
            raise LocalRefusal(ErrorCode.USAGE, why=f"outbox-{state.value}")
