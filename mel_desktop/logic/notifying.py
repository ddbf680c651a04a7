"""What is announced of new mail, and when it had better be silent. Pure.

Rule 1: only what came after the program began to look, and is neither read nor old, is new: the
first synchronisation of ten thousand messages announces nothing.
Rule 2: a burst is one announcement.
Rule 3: where contents are hidden (a shared PC), nothing but a number is told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final

from mel_desktop.model.mail import Marks, MessageId, MessageRow
from mel_desktop.model.values import dataclass

OLD_AFTER: Final = timedelta(hours=36)  # received longer ago: not news, whenever it is fetched
MOST_SLOTS: Final = 12
_SLOT: Final = re.compile(r"\s*(\d{1,2})[:hH](\d{2})?\s*[-–]\s*(\d{1,2})[:hH](\d{2})?\s*")

Slots = tuple[tuple[time, time], ...]


@dataclass(frozen=True, slots=True)
class News:
    """One announcement. ``sender`` and ``subject`` are "" where contents are hidden or many came;
    ``message``: what a click opens.
    """

    count: int
    message: MessageId
    sender: str = ""
    subject: str = ""


def fresh(rows: Sequence[MessageRow], *, after: int, now: datetime) -> tuple[MessageRow, ...]:
    """Those of an inbox that are news: ids above ``after``, unread, not old; newest first."""
    new = [
        row
        for row in rows
        if int(row.id) > after
        and not row.flags.marks & Marks.SEEN
        and now - row.received_at < OLD_AFTER
    ]
    return tuple(sorted(new, key=lambda row: row.received_at, reverse=True))


def news_of(rows: Sequence[MessageRow], *, hidden: bool) -> News | None:
    """The announcement of a burst, newest first; None: nothing came."""
    if not rows:
        return None
    newest = rows[0]
    if hidden or len(rows) > 1:
        return News(len(rows), newest.id)
    return News(1, newest.id, newest.sender.name or newest.sender.address, newest.subject)


def in_lesson(wall: time, slots: Slots) -> bool:
    """Whether an hour of the day falls into one of the slots; the end is no part of it."""
    return any(begin <= wall < end for begin, end in slots)


def read_slots(text: str) -> Slots | None:
    """``08:00-12:00, 13h30-17h`` as hours, in order; () for nothing, None for anything else."""
    if not text.strip():
        return ()
    slots = []
    for piece in text.split(","):
        match = _SLOT.fullmatch(piece)
        if match is None:
            return None
        first, last = _hour(match[1], match[2]), _hour(match[3], match[4])
        if first is None or last is None or not first < last:
            return None
        slots.append((first, last))
    return tuple(sorted(slots)) if len(slots) <= MOST_SLOTS else None


def write_slots(slots: Slots) -> str:
    """As ``read_slots`` reads them."""
    return ", ".join(f"{begin:%H:%M}-{end:%H:%M}" for begin, end in slots)


def _hour(hours: str, minutes: str | None) -> time | None:
    hour, minute = int(hours), int(minutes or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
