"""Contacts of one's own, and who was learnt from writing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OwnContact:
    """Somebody whom the person at the PC wrote down. ``key`` "": not kept yet.

    ``emails``, ``phones``: the first one is used where one is wanted.
    """

    name: str
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    role: str = ""
    school: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Learned:
    """Somebody who was written to: proposed while a recipient is typed, until forgotten."""

    address: str
    name: str
    times: int
    last_at: datetime | None
