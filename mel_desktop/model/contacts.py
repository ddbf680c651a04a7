"""Contacts of one's own, who was learnt from writing, who is in a class."""

from __future__ import annotations

from datetime import datetime

from mel_desktop.model.people import DirectoryHit, Part
from mel_desktop.model.values import dataclass


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


@dataclass(frozen=True, slots=True)
class ClassMember:
    """Somebody of a class or group, and as what; ``subject``: taught there."""

    hit: DirectoryHit
    parts: frozenset[Part]
    subject: str = ""
