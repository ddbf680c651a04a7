"""The door to hours, the outbox' rows and answers that are waited for: ``facade.leaving``.

All local.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from mel_desktop.app.leaving import file_octets
from mel_desktop.logic.delivery_codes import reason_of
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.followups import Followup
from mel_desktop.model.mail import MessageId
from mel_desktop.model.outgoing import OutboxId
from mel_desktop.model.sending import (
    BigMailSettings,
    HoursFacts,
    OutboxDetails,
    Portion,
    Preset,
    QuietHours,
    Recipient,
    SendingLimits,
)

if TYPE_CHECKING:
    from mel_desktop.app.engine import Engine
    from mel_desktop.app.profile_services import Services


class LeavingDoor:
    """When messages leave, what comes back, what waits for an answer."""

    def __init__(self, services: Services, engine: Engine) -> None:
        self._services = services
        self._leaving = services.leaving
        self._outbox = services.outbox
        self._engine = engine

    # -- hours and limits --------------------------------------------------------------------------

    def hours(self, account: AccountId) -> HoursFacts:
        """What is known of the account's school days. NOT_FOUND."""
        return self._leaving.hours.facts(account)

    def presets(self, account: AccountId) -> tuple[Preset, ...]:
        """Hours that are offered with one key, in order of time."""
        return self._leaving.hours.presets(account)

    def proposal(self, account: AccountId, at: datetime | None = None) -> datetime | None:
        """When a message that would leave ``at`` (or now) had better leave; None: then."""
        return self._leaving.hours.proposal(account, at)

    def by(self, account: AccountId, day: date) -> datetime:
        """The end of a day, or of the last school day before it."""
        return self._leaving.hours.by(account, day)

    def set_zone(self, account: AccountId, zone: str) -> None:
        """The zone of the school holidays, where the address does not tell. USAGE."""
        self._leaving.hours.set_zone(account, zone)

    def set_quiet(self, quiet: QuietHours) -> None:
        """Quiet hours and Wednesdays."""
        self._leaving.hours.set_quiet(quiet)

    def may_take_calendar(self) -> bool:
        """Whether IT leaves the calendar to the teacher."""
        policy = self._services.policy  # a calendar of IT's stands above any other
        return policy.updates.files_allowed and not policy.sending.calendar_file

    def take_calendar(self, file: Path) -> None:
        """A newer school calendar in place of the present one. BAD_FILE(no-calendar) | POLICY."""
        if not self.may_take_calendar():
            raise LocalRefusal(ErrorCode.POLICY, key="updates.files_allowed")
        self._leaving.hours.take_calendar(file_octets(file))

    def limits(self, account: AccountId) -> SendingLimits:
        """Those of the account's sending server."""
        return self._leaving.pace.limits(account)

    def forecast(
        self, account: AccountId, recipients: int, at: datetime | None = None
    ) -> tuple[Portion, ...]:
        """How a message to so many would leave."""
        return self._leaving.pace.forecast(account, recipients, at)

    def big_mail(self) -> BigMailSettings:
        """From which size on messages wait for a good line."""
        return self._leaving.big_mail.settings()

    def waits_for_line(self, account: AccountId, octets: int) -> bool:
        """Whether a message of so many octets, sent now, would wait for a good line."""
        return self._leaving.big_mail.waits(account, octets, timedelta())

    def set_big_mail(self, megabytes: int) -> None:
        """0: none waits. POLICY | USAGE."""
        self._leaving.big_mail.set(megabytes)
        self._engine.wake()

    # -- rows of the outbox ------------------------------------------------------------------------

    def details(self, row: OutboxId) -> OutboxDetails:
        """Each recipient, the hour, the copy in Sent. NOT_FOUND."""
        return self._leaving.wishes.details(row)

    def confirms(self, account: AccountId) -> bool | None:
        """Whether the sending server reports deliveries; None: it was never met."""
        return self._leaving.wishes.confirms(account)

    def reason_of(self, recipient: Recipient) -> str:
        """Why a recipient was not reached: a code of app.reasons."""
        return reason_of(recipient.status, recipient.said)

    def set_hour(self, row: OutboxId, at: datetime) -> None:
        """Leave then. USAGE."""
        self._leaving.wishes.set_hour(row, at)
        self._engine.wake()

    def hold(self, row: OutboxId) -> None:
        """Stay until a person says more. USAGE."""
        self._leaving.wishes.hold(row)

    def want_at_once(self, row: OutboxId) -> None:
        """Whatever the line is like: the next pass takes it along. NOT_FOUND."""
        self._leaving.wishes.want_at_once(row)

    def it_left(self, row: OutboxId) -> None:
        """An unknown message has left, a person says. USAGE."""
        self._leaving.wishes.it_left(row)
        self._engine.wake()

    def send_in_doubt(self, row: OutboxId) -> None:
        """Send an unknown message although Sent could not be searched: it may arrive twice.

        NEEDS_DECISION(why=sent-not-searched) while it may still be searched.
        """
        self._outbox.retry(row, in_doubt=True)
        self._engine.wake()

    def let_rest_be(self, row: OutboxId) -> None:
        """Those who do not have it yet do not get it. USAGE(why=not-partly-sent)."""
        self._leaving.wishes.let_rest_be(row)
        self._engine.wake()

    def stop_filing(self, row: OutboxId) -> None:
        """The copy stays on this PC; Sent on the server gets none. USAGE."""
        self._leaving.wishes.stop_filing(row)

    # -- answers that are waited for ---------------------------------------------------------------

    def followups(self) -> tuple[Followup, ...]:
        """From them, the first due ahead; then from me."""
        self._leaving.followups.settle()
        return self._leaving.followups.all()

    def wait_for(self, message: MessageId, due: datetime) -> None:
        """Wait for an answer to a message in Sent. NOT_FOUND."""
        self._leaving.followups.wait_for(message, due)

    def dismiss(self, followup: str) -> None:
        """Nothing is waited for any more. NOT_FOUND."""
        self._leaving.followups.dismiss(followup)

    def postpone(self, followup: str, due: datetime) -> None:
        """Another day. NOT_FOUND | USAGE."""
        self._leaving.followups.postpone(followup, due)

    def newly_due(self) -> int:
        """How many have become due since this was last asked."""
        return self._leaving.followups.newly_due()
