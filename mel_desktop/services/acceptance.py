"""What follows when a server has taken a message: the same, however that became known."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from mel_desktop.logic.recipients import same_key
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Flags, Marks
from mel_desktop.model.outgoing import DraftId, DraftState, OutboxId, OutboxState
from mel_desktop.ports import Clock
from mel_desktop.services.mailbox import MailboxService
from mel_desktop.store import correspondents, outbox, outgoing
from mel_desktop.store.database import Database, Transaction

S = OutboxState


class Acceptance:
    """Of one profile, for whoever learns that a message has left."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._mailbox = MailboxService(database, clock)

    def accept(self, tx: Transaction, row: OutboxId, now: datetime) -> None:
        """Accepted: the wish to file it, the end of the draft, the people written to."""
        refused = outbox.refused(tx, row)
        outbox.move(
            tx,
            row,
            S.ACCEPTED,
            come_from=(S.SENDING, S.UNKNOWN, *outbox.AT_REST),
            now=now,
            reason=ErrorCode.RECIPIENT_REFUSED.text if refused else "",
            detail="; ".join(f"{address}: {reply}" for address, reply in refused),
        )
        outbox.set_accepted(tx, row, now)
        draft = outbox.draft_of(tx, row)
        if draft is not None:
            outgoing.set_state(tx, draft, DraftState.SENT, now)
            content = outgoing.draft(tx, draft).content
            missed = {same_key(address) for address, _ in refused}
            missed |= {same_key(address) for address in outbox.left_out(tx, row)}
            people = (*content.to, *content.cc, *content.bcc)
            known = [who for who in people if same_key(who.address) not in missed]
            correspondents.note(tx, known, now)

    def it_left(self, tx: Transaction, row: OutboxId, now: datetime) -> bool:
        """An unknown message has left: those may have it to whom it was handed over.

        False where others are left (portions that the pace holds, or put off): queued for them.
        """
        left = outbox.recipients_left(tx, row)
        tried = set(outbox.tried(tx, row)) or set(left)
        outbox.note_taken(tx, row, [who for who in left if who in tried], ())
        if outbox.recipients_left(tx, row):
            outbox.move(tx, row, S.QUEUED, come_from=(S.UNKNOWN,), now=now)
            return False
        self.accept(tx, row, now)
        return True

    def mark_original(self, draft: DraftId | None) -> None:
        """Answered or passed on: wanted of the message that it was about, if that is still here."""
        if draft is None:
            return
        with self._database.read() as reader:
            found = outgoing.draft(reader, draft)
        for message, mark in ((found.reply_to, Marks.ANSWERED), (found.forward, Marks.FORWARDED)):
            if message is not None:
                with suppress(LocalRefusal):  # it went meanwhile
                    self._mailbox.flag([message], Flags(mark), Flags())
