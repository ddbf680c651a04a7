"""The door to invitations, the agenda and receipts of reading: ``facade.agenda``.

All local but what it queues; nothing is ever sent by itself.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.agenda import (
    Answer,
    EventId,
    Invitation,
    Occurrence,
    ReceiptAsked,
    ReceiptCame,
    StoredEvent,
)
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import MessageId
from mel_desktop.model.outgoing import OutboxId
from mel_desktop.model.sending import SchoolBreak
from mel_desktop.services.drafting import opened_file
from mel_desktop.services.saving import write_file

if TYPE_CHECKING:
    from mel_desktop.app.engine import Engine
    from mel_desktop.app.profile_services import Services

MOST_FILE: Final = 4 * 1024 * 1024


class AgendaDoor:
    """``facade.agenda``."""

    def __init__(self, services: Services, engine: Engine) -> None:
        self._services = services
        self._agenda = services.agenda
        self._receipts = services.receipts
        self._engine = engine

    # -- invitations -------------------------------------------------------------------------------

    def invitation(self, message: MessageId) -> Invitation | None:
        """The calendar part of a message as its card shows it; None without one. NOT_FOUND."""
        return self._agenda.invitation(message)

    def answer(
        self, message: MessageId, answer: Answer, *, comment: str = "", tell: bool = True
    ) -> OutboxId | None:
        """Answer an invitation; ``tell`` False: the organiser hears nothing. NOT_FOUND |
        NOT_LOCAL | USAGE.
        """
        row = self._agenda.answer(message, answer, comment=comment, tell=tell)
        if row is not None:
            self._engine.wake()
        return row

    def change(
        self, event: EventId, answer: Answer, *, comment: str = "", tell: bool = True
    ) -> OutboxId | None:
        """Another answer to an event of the agenda. NOT_FOUND | USAGE."""
        row = self._agenda.change(event, answer, comment=comment, tell=tell)
        if row is not None:
            self._engine.wake()
        return row

    def apply(self, message: MessageId) -> None:
        """Change the agenda as a message says although its sender is doubted. NOT_FOUND | USAGE."""
        self._agenda.apply(message)

    def withdraw(self, row: OutboxId) -> None:
        """An answer or a receipt that waits in the outbox is not sent. NOT_FOUND | USAGE."""
        self._agenda.withdraw(row)

    def add(self, message: MessageId) -> int:
        """Take what a message publishes into the agenda; how many events. NOT_LOCAL | BAD_FILE."""
        return self._agenda.add(message)

    # -- agenda ------------------------------------------------------------------------------------

    def between(
        self, since: datetime, until: datetime, *, unanswered: bool = False
    ) -> tuple[Occurrence, ...]:
        """What takes place within a span, in order."""
        return self._agenda.between(since, until, unanswered=unanswered)

    def now(self) -> datetime:
        """The present moment, by the profile's clock."""
        return self._services.clock.now()

    def event(self, event: EventId) -> StoredEvent:
        """One event. NOT_FOUND."""
        return self._agenda.event(event)

    def remove(self, event: EventId) -> None:
        """Forget an event here; nobody is told. NOT_FOUND."""
        self._agenda.remove(event)

    def breaks(self, first: date, last: date) -> tuple[SchoolBreak, ...]:
        """School holidays of the zones of the accounts that touch these days."""
        hours = self._services.leaving.hours
        found: dict[tuple[str, date], SchoolBreak] = {}
        for account in self._services.accounts.all():
            for one in hours.calendar().zone(hours.zone(account.id)).breaks:
                if one.first <= last and one.back > first:
                    found[one.name, one.first] = one
        return tuple(sorted(found.values(), key=lambda one: one.first))

    def export(self, target: Path, event: EventId | None = None) -> int:
        """Write one event, or all of the agenda, to an .ics file; its size. NOT_FOUND ..."""
        return write_file(target, iter((self._agenda.export(event),)))

    def import_file(self, account: AccountId, source: Path) -> int:
        """Events of an .ics file become one's own; how many. BAD_FILE | TOO_LARGE."""
        with opened_file(source) as (chunks, size):
            if size > MOST_FILE:
                raise LocalRefusal(ErrorCode.TOO_LARGE, size=size, limit=MOST_FILE)
            octets = b"".join(chunks)
        return self._agenda.import_file(account, octets)

    # -- receipts ----------------------------------------------------------------------------------

    def receipt_asked(self, message: MessageId) -> ReceiptAsked:
        """Whether a receipt is asked for, and what was done about it. NOT_FOUND."""
        return self._receipts.asked(message)

    def send_receipt(self, message: MessageId) -> OutboxId:
        """Say that the message was displayed. NOT_FOUND | USAGE where none is due."""
        row = self._receipts.send(message)
        self._engine.wake()
        return row

    def ignore_receipt(self, message: MessageId, *, never: bool = False) -> None:
        """Say nothing; ``never``: nor to this sender ever. NOT_FOUND."""
        self._receipts.ignore(message, never=never)
        self._engine.wake()

    def receipts(self, message: MessageId) -> tuple[ReceiptCame, ...]:
        """Receipts that came for a message in Sent."""
        return self._receipts.came(message)

    def never_answered(self) -> tuple[str, ...]:
        """Senders whose requests for receipts are not shown any more."""
        return self._receipts.never()

    def ask_again(self, address: str) -> None:
        """Show the requests of this sender again."""
        self._receipts.forget_never(address)
