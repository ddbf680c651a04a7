"""What lies on the servers of the school before anybody signs in."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime

from mel_desktop.model.values import dataclass


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message as it lies in a mailbox. ``flags`` in IMAP form: ``\\Seen``, ``$Forwarded``."""

    folder: str
    flags: tuple[str, ...]
    received_at: datetime
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One account of the servers. ``login`` and ``address`` are two things."""

    address: str
    login: str
    password: str = field(repr=False)
    folders: tuple[str, ...] = ()
    messages: tuple[StoredMessage, ...] = field(default=(), repr=False)
