"""A message whose last answer got lost: what Sent's word is worth, and what a person may do. Pure.

Rule 1: a search of Sent counts as "it is not there" only ``SETTLES`` after the answer got lost:
servers that keep copies by themselves do so behind the delivery, and another program of the same
person may be filing one.
Rule 2: no state is without a way on; each that risks a second delivery is a person's alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from mel_desktop.model.outgoing import OutboxState
from mel_desktop.model.sending import OutboxWay, Recipient, RecipientState, WordOfSent

S = OutboxState
R = RecipientState

# Queues behind a submission server run every few seconds, and an index of a mailbox may be that
# much behind again; a minute is over ten times what Exchange and Gmail take, and can be borne.
SETTLES: Final = timedelta(seconds=60)
RECHECK: Final = timedelta(minutes=15)
AT_ONCE: Final = datetime.min.replace(tzinfo=UTC)


def is_absent(word: WordOfSent) -> bool:
    """Whether Sent was searched late enough after the loss (Rule 1)."""
    return (
        word.checked_at is not None
        and word.since is not None
        and word.checked_at - word.since >= SETTLES
    )


def may_be_in_doubt(word: WordOfSent, now: datetime) -> bool:
    """Whether Sent could not be searched though there was time: a person decides without it."""
    if not word.trouble or word.since is None:
        return False
    return abs(now - word.since) >= SETTLES  # abs: a clock that was wrong is no dead end


def next_search(word: WordOfSent) -> datetime:
    """When Sent is to be searched; in the past: now."""
    if word.checked_at is None or word.since is None:
        return AT_ONCE
    if not is_absent(word):
        return word.since + SETTLES
    return word.checked_at + RECHECK


def ways(
    state: OutboxState, recipients: Iterable[Recipient], word: WordOfSent, now: datetime
) -> frozenset[OutboxWay]:
    """The ways that are open."""
    found = set()
    standing = {one.state for one in recipients}
    reached = standing & {R.TAKEN, R.DELIVERED, R.DELAYED, R.UNDELIVERED}
    if state is S.UNKNOWN:
        found.add(OutboxWay.IT_LEFT)
        if not is_absent(word) and may_be_in_doubt(word, now):
            found.add(OutboxWay.SEND_IN_DOUBT)
    if state in (S.QUEUED, S.HELD, S.FAILED, S.UNKNOWN) and reached and R.WAITING in standing:
        found.add(OutboxWay.LET_REST_BE)
    if state is S.ACCEPTED:
        found.add(OutboxWay.STOP_FILING)
    return frozenset(found)
