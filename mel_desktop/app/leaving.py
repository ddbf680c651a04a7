"""The services about when messages leave, what comes back, and what waits for an answer."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mel_desktop.app.postponed import postponed
from mel_desktop.app.seldom import BigMail, Followups, SendingHours
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.policy import Policy
from mel_desktop.model.signed_data import DataKind
from mel_desktop.model.values import dataclass
from mel_desktop.ports import Clock
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.links import Links
from mel_desktop.services.pacing import Pace
from mel_desktop.services.signed_data import SignedData
from mel_desktop.store import outbox
from mel_desktop.store.database import Database

if TYPE_CHECKING:
    from mel_desktop.services.outbox_wishes import OutboxWishes
    from mel_desktop.services.reading import ReadingService
    from mel_desktop.services.reports import Reports
else:
    OutboxWishes = postponed("mel_desktop.services.outbox_wishes", "OutboxWishes")
    Reports = postponed("mel_desktop.services.reports", "Reports")


LONG_S: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Leaving:
    """One object for the wiring."""

    database: Database
    clock: Clock
    pace: Pace
    big_mail: BigMail
    hours: SendingHours
    wishes: OutboxWishes
    reports: Reports
    followups: Followups

    def after_sync(self, account: AccountId) -> None:
        """What came may be reports and answers. Network: blocks."""
        self.reports.look(account)
        self.followups.settle()

    def seconds_to_due(self, account: AccountId) -> float:
        """How long until a message that waits for its hour is due; a day where none does."""
        now = self.clock.now()
        with self.database.read() as reader:
            due = outbox.next_due(reader, account, now)
        if due is None:
            return LONG_S
        return min(max((due - now).total_seconds(), 0.2), LONG_S)


def leaving_of(
    database: Database,
    accounts: Accounts,
    clock: Clock,
    reading: ReadingService,
    policy: Policy,
    links: Links,
    data: SignedData,
) -> Leaving:
    """Built once, by the wiring."""
    pace = Pace(database, accounts, clock, partial(data.content, DataKind.LIMITS))
    hours = SendingHours(
        database,
        accounts,
        clock,
        partial(data.content, DataKind.HOLIDAYS),
        policy=policy.sending,
        read_file=lambda path: file_octets(Path(path)),
    )
    data.on_change(DataKind.LIMITS, pace.forget)
    data.on_change(DataKind.HOLIDAYS, lambda: hours.forget())
    return Leaving(
        database,
        clock,
        pace,
        BigMail(database, links, policy.sending, policy.defaults.sending),
        hours,
        OutboxWishes(database, clock),
        Reports(database, reading, clock),
        Followups(database, accounts, clock),
    )


def file_octets(path: Path) -> bytes:
    """A small file. LocalRefusal(BAD_FILE)."""
    from mel_desktop.formats.school_calendar import MOST_BYTES  # noqa: PLC0415 first needed here

    try:
        with path.open("rb") as stream:
            return stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise LocalRefusal(ErrorCode.BAD_FILE, errno=error.errno or 0) from error
