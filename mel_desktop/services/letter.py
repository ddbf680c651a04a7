"""One message of a source on its way in, whatever kind of source that is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from datetime import datetime
from typing import Final

from mel_desktop.formats.mail_status import Status
from mel_desktop.model.values import dataclass

PIECE: Final = 256 * 1024
UNREADABLE: Final = "unreadable"


class Unreadable(Exception):
    """The octets of a letter cannot be read to their end: a stick that was pulled out, a file that
    is damaged. It never leaves the import.
    """


@dataclass(slots=True)
class Letter:
    """A message in a file. ``after``: where to go on once it is stored (known when it is read)."""

    path: str
    position: int
    pieces: Iterator[bytes]  # may raise Unreadable
    dated: datetime | None = None  # what the mailbox says of when it came
    is_sure: bool = False  # that date comes before those in the message
    unix: bool = False  # the mailbox keeps flags in Status fields
    status: Status = field(default_factory=Status)
    after: str = ""
    is_exact: bool = False  # its octets are the message, to the last one
    sha256: str = ""  # that they should have, in hex
