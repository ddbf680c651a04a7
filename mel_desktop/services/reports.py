"""Reports about sent messages: read after a sync, matched to what was sent, kept as a remark.

Rule 1: a report changes nothing but table delivery, and only for a Message-ID that was sent from
this account: a forged one is at worst a wrong remark.
Rule 2: bounded: so many messages a round, so many octets each.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final

from mel_desktop.formats.delivery_status import MOST_BYTES, read_report
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import Cancelled, ConnectionTrouble, MelError, StoreTrouble
from mel_desktop.model.mail import MessageId
from mel_desktop.ports import Clock
from mel_desktop.services.reading import ReadingService
from mel_desktop.store import deliveries
from mel_desktop.store.database import Database, Transaction

logger = logging.getLogger("mel.outbox")

LOOKED_BACK: Final = timedelta(days=30)
AT_ONCE: Final = 20


class Reports:
    """What came back."""

    def __init__(self, database: Database, reading: ReadingService, clock: Clock) -> None:
        self._database = database
        self._reading = reading
        self._clock = clock

    def look(self, account: AccountId) -> int:
        """Read what may be reports, fetching them whole; how many were. Blocks (network).

        Trouble with the line ends it: what was not read is read next time.
        """
        since = self._clock.now() - LOOKED_BACK
        with self._database.read() as reader:
            found = deliveries.candidates(reader, account, since, MOST_BYTES, AT_ONCE)
        count = 0
        for message in found:
            try:
                count += self._read(account, message)
            except (Cancelled, ConnectionTrouble, StoreTrouble) as error:
                logger.info("reports of account %d: %s", account, error)
                break
            except MelError as error:  # this message alone: gone, damaged
                logger.info("report %d: %s", message, error)
        return count

    def _read(self, account: AccountId, message: MessageId) -> bool:
        report = read_report(self._reading.load_raw(message))
        now = self._clock.now()

        def work(tx: Transaction) -> bool:
            deliveries.seen(tx, message)
            if report is None:
                return False
            about = deliveries.sent_from_here(tx, account, report.about)
            if about is None:
                return False
            deliveries.record(tx, account, about, report.recipients, message, now)
            return True

        return self._database.write(work)
