"""What the authors say of the newest version of the program, where IT wants it to be told."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from mel_desktop.model.values import dataclass


@dataclass(frozen=True, slots=True)
class ReleaseNotice:
    """A release. ``serial`` only goes up; after ``expires_at`` the notice says nothing any more."""

    version: tuple[int, ...]
    url: str
    sha256: str
    size: int
    serial: int
    expires_at: datetime

    @property
    def name(self) -> str:
        """The version as it is written."""
        return ".".join(map(str, self.version))


class NoticeState(Enum):
    """Where things stand."""

    OFF = "off"  # no policy asks for it: nobody is asked
    UNREAD = "unread"  # never read yet
    CURRENT = "current"
    NEWER = "newer"  # a later version is out
    EXPIRED = "expired"  # what was read is too old to be believed
    REFUSED = "refused"  # what came was not of the authors, or went back


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """``trouble``: a code, of the last look; the notice is then of an earlier one."""

    state: NoticeState
    notice: ReleaseNotice | None = None
    looked_at: datetime | None = None
    trouble: str = ""
