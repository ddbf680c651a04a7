"""Messages with a part that is looked at once, in the background: invitations, receipts."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import (
    Cancelled,
    ConnectionTrouble,
    MelError,
    Scope,
    StoreTrouble,
)
from mel_desktop.store import agenda
from mel_desktop.store.database import Database

logger = logging.getLogger("mel.agenda")

LOOKED_BACK: Final = timedelta(days=60)
AT_ONCE: Final = 20


def read_each(
    database: Database,
    account: AccountId,
    kind: str,
    read: Callable[[agenda.CalendarPart], bool],
    *,
    most_bytes: int,
    now: datetime,
) -> int:
    """``read`` those that were not looked at; how many it took. Blocks (network).

    Trouble with the line ends it: what was not read is read next time. ``kind``: agenda.CALENDAR,
    agenda.RECEIPT.
    """
    since = now - LOOKED_BACK
    with database.read() as reader:
        found = agenda.candidates(reader, account, kind, since, most_bytes, AT_ONCE)
    count = 0
    for one in found:
        try:
            count += read(one)
        except (Cancelled, ConnectionTrouble, StoreTrouble) as error:
            logger.info("parts of account %d: %s", account, error)
            break
        except MelError as error:  # this message alone: gone, damaged
            logger.info("part of message %d: %s", one.message, error)
            if error.scope > Scope.MESSAGE:  # a password that ended: all is read later
                break
            database.write(lambda tx, seen=one.message: agenda.seen(tx, seen))  # type: ignore[misc]  # mypy cannot type a lambda with a default
    return count
