"""What a person wants of a row of the outbox: another hour, on hold, and the ways out of it.

Nothing here sends. What may reach somebody twice is ``Outbox.retry``'s business.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from mel_desktop.logic.mime import parse_header
from mel_desktop.logic.whole import read_whole
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Flags, Marks
from mel_desktop.model.outgoing import DraftId, OutboxId, OutboxState
from mel_desktop.model.sending import OutboxDetails
from mel_desktop.ports import Clock
from mel_desktop.services.acceptance import Acceptance
from mel_desktop.store import blobs, imports, localfolders, outbox, submission
from mel_desktop.store.database import Database, Transaction

S = OutboxState
HELD_BY_YOU: Final = "held-by-you"
KEPT_HERE: Final = "kept-here"
SENT_HERE: Final = f"{localfolders.ROOT}{localfolders.DELIMITER}Envoyés"


class OutboxWishes:
    """Commands on rows that nobody is sending."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._acceptance = Acceptance(database, clock)

    def details(self, row: OutboxId) -> OutboxDetails:
        """Each recipient, the hour, the copy in Sent, the ways on. LocalRefusal(NOT_FOUND)."""
        with self._database.read() as reader:
            found = outbox.details(reader, row, self._clock.now())
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

    def want_at_once(self, row: OutboxId) -> None:
        """It waits for no better line. LocalRefusal(NOT_FOUND)."""

        def work(tx: Transaction) -> None:
            outbox.row(tx, row)
            outbox.set_at_once(tx, row)

        self._database.write(work, durable=True)

    def it_left(self, row: OutboxId) -> None:
        """Somebody has it: accepted, and to be filed. USAGE: its answer did not get lost."""
        now = self._clock.now()

        def work(tx: Transaction) -> DraftId | None:
            self._check(outbox.row(tx, row).state, (S.UNKNOWN,))
            is_over = self._acceptance.it_left(tx, row, now)
            return outbox.draft_of(tx, row) if is_over else None

        self._acceptance.mark_original(self._database.write(work, durable=True))

    def let_rest_be(self, row: OutboxId) -> None:
        """Some have it, the others are let be: recorded for each. USAGE: it is not partly sent."""
        now = self._clock.now()

        def work(tx: Transaction) -> DraftId | None:
            self._check(outbox.row(tx, row).state, (*outbox.AT_REST, S.UNKNOWN))
            rest = outbox.recipients_left(tx, row)
            if not rest or not outbox.taken(tx, row):
                raise LocalRefusal(ErrorCode.USAGE, why="not-partly-sent")
            outbox.leave_out(tx, row, rest)
            self._acceptance.accept(tx, row, now)
            return outbox.draft_of(tx, row)

        self._acceptance.mark_original(self._database.write(work, durable=True))

    def stop_filing(self, row: OutboxId) -> None:
        """Sent; the copy lies on this PC, and the server gets none. USAGE: it is not so far.

        The copy is a message like any other: it may be moved to the server when that takes it.
        """
        now = self._clock.now()
        with self._database.read() as reader:
            data = b"".join(blobs.read(reader, outbox.blob_of(reader, row)))
        packed, whole, fields = blobs.pack(data), read_whole(data), parse_header(data)

        def work(tx: Transaction) -> None:
            found = outbox.row(tx, row)
            self._check(found.state, (S.ACCEPTED,))
            outbox.set_kept_here(tx, row, KEPT_HERE, now)
            shelf = localfolders.ensure(tx, found.account, SENT_HERE)
            parcel = imports.Parcel(
                fields=fields,
                header=whole.header,
                parts=whole.parts,
                text=whole.text,
                flags=Flags(Marks.SEEN),
                received_at=outbox.accepted_at(tx, row) or now,
                size=len(data),
                sha256=packed.sha256,
                packed=packed,
            )
            imports.store(tx, found.account, shelf, [parcel], imports.NO_RUN, now)

        self._database.write(work, durable=True)

    def _check(self, state: OutboxState, places: tuple[OutboxState, ...]) -> None:
        if state not in places:
            raise LocalRefusal(ErrorCode.USAGE, why=f"outbox-{state.value}")
