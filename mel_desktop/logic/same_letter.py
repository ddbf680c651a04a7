"""Whether a copy in Sent is the message that was handed over.

Its Message-ID tells; some servers put one of their own in its place (Exchange). Then date, subject,
people and size have to fit all together, no other copy may fit as well, and no other message of
ours may have become that copy: a message wrongly taken for sent would be lost.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Final

from mel_desktop.model.values import dataclass

SLACK: Final = 4096  # octets of headers that servers add: Received, DKIM, their own
FEWER: Final = 256  # octets that they leave out: a longer Message-ID, X-Mailer
SHARE: Final = 50  # and a part of the whole, for another transfer encoding: one in so many


@dataclass(frozen=True, slots=True)
class Letter:
    """What headers tell. ``date``: of the Date field; ``people``: of To and Cc, lower case."""

    message_id: str
    date: datetime | None
    subject: str
    people: frozenset[str]
    size: int


def copy_of(
    sent: Letter,
    copies: Sequence[Letter],
    others: Collection[str] = (),
    twins: Iterable[Letter] = (),
) -> int | None:
    """Which of the copies it is; None: none, or not to be told for certain.

    ``others``: Message-IDs of other messages of ours, which are never this one. ``twins``: other
    messages of ours. One of the same second, subject and people may have become any copy that
    fits, however many there are: then only the Message-ID tells.
    """
    for number, copy in enumerate(copies):
        if sent.message_id and copy.message_id == sent.message_id:
            return number
    if any(_same_head(sent, twin) for twin in twins):
        return None
    like = [
        number
        for number, copy in enumerate(copies)
        if copy.message_id not in others and _is_like(sent, copy)
    ]
    return like[0] if len(like) == 1 else None


def _is_like(sent: Letter, copy: Letter) -> bool:
    fewer, more = FEWER + sent.size // SHARE, SLACK + sent.size // SHARE
    return _same_head(sent, copy) and -fewer <= copy.size - sent.size <= more


def _same_head(sent: Letter, copy: Letter) -> bool:
    if sent.date is None or copy.date is None or not sent.people:
        return False
    return (
        int(sent.date.timestamp()) == int(copy.date.timestamp())
        and " ".join(sent.subject.split()) == " ".join(copy.subject.split())
        and sent.people == copy.people
    )
