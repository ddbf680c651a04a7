"""Counts for the one line that always says what is here, what waits and how old it is."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.values import dataclass
from mel_desktop.store.database import Reader
from mel_desktop.store.times import from_text


@dataclass(frozen=True, slots=True)
class Counts:
    """What the profile holds and what waits for a server."""

    messages: int
    bodies: int
    waiting_changes: int
    waiting_outbox: int
    failed_outbox: int
    oldest_waiting: datetime | None


def counts(reader: Reader) -> Counts:
    """From counters and small tables only: cheap at any size of mailbox."""
    folders = reader.one(
        "SELECT coalesce(sum(total), 0), coalesce(sum(local_bodies), 0) FROM folder"
    )
    waiting, failed, since = cast(
        "tuple[int, int, str | None]",
        reader.one(
            """SELECT coalesce(sum(state IN ('queued', 'held', 'sending', 'accepted')), 0),
                      coalesce(sum(state IN ('failed', 'unknown')), 0), min(since)
                 FROM outbox WHERE state <> 'filed'"""
        ),
    )
    wants, wanted = cast(
        "tuple[int, str | None]",
        reader.one(
            """SELECT count(*), min(since)
                 FROM (SELECT since FROM want UNION ALL SELECT since FROM folder_want)"""
        ),
    )
    messages, bodies = cast("tuple[int, int]", folders)
    oldest = min((one for one in (from_text(since), from_text(wanted)) if one), default=None)
    return Counts(messages, bodies, wants, waiting, failed, oldest)


def waits_for(reader: Reader, account: AccountId) -> bool:
    """Whether the teacher wants something of this account's server that it does not have yet."""
    value = reader.value(
        """SELECT EXISTS (SELECT 1 FROM want AS w JOIN message AS m ON m.id = w.message_id
                           WHERE m.account_id = ?1 AND w.state <> 'refused')
               OR EXISTS (SELECT 1 FROM folder_want
                           WHERE account_id = ?1 AND state <> 'refused')""",
        account,
    )
    return bool(value)
