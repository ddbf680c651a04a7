"""What a check of the store found, and what was noticed when it was opened."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from mel_desktop.model.values import dataclass


class AlarmKind(Enum):
    """What was noticed at opening, whatever became of it."""

    ROLLBACK = "rollback"  # saved work that was acknowledged is missing: an older copy came back
    OLDER = "older-copy"  # the same of the profile as a whole, its seal too: this PC remembers more
    JOURNAL = "journal"  # the write-ahead file was damaged or is gone: the last changes are missing
    SEAL = "seal"  # the seal itself was damaged; it was made anew
    KEYS = "keys"  # the key file or its copy was damaged; it was made anew from the other


@dataclass(frozen=True, slots=True)
class Alarm:
    """Kept in the store until a person has acknowledged it. ``missing``: saves that are known to be
    missing; 0 when their number is not known.
    """

    kind: AlarmKind
    at: datetime
    file: str
    missing: int = 0

    @property
    def is_loss(self) -> bool:
        """Whether something of the teacher's is missing."""
        return self.kind in (AlarmKind.ROLLBACK, AlarmKind.OLDER, AlarmKind.JOURNAL)


@dataclass(frozen=True, slots=True)
class Touched:
    """A message, draft or outgoing message that damage touches. ``id`` is our own number;
    ``subject`` is for the window and never logged.
    """

    kind: str  # "message", "draft", "outgoing", "wish"; "table": all that it held, by its name
    id: int
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Damage:
    """One damaged thing. ``name`` is safe to show, to log and to send to a help desk."""

    file: str  # "store.db", "store.keys"
    name: str  # "table body", "content 7", "store.keys"
    table: str = ""
    touched: tuple[Touched, ...] = ()
    repairable: bool = True


@dataclass(frozen=True, slots=True)
class LastCheck:
    """When everything was last read and verified, by a person or in the background, and what was
    damaged then.
    """

    at: datetime
    damages: tuple[Damage, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check of everything found."""

    damages: tuple[Damage, ...] = ()
    alarms: tuple[Alarm, ...] = ()

    @property
    def sound(self) -> bool:
        """Nothing is damaged, nothing is missing."""
        return not self.damages and not self.alarms


@dataclass(frozen=True, slots=True)
class RepairReport:
    """What a repair did. ``kept_aside``: name of the damaged file, still encrypted; "" for none."""

    reindexed: bool = False
    rows_kept: int = 0
    rows_lost: int = 0
    fetched_anew: int = 0  # messages whose text or attachments a sync fetches again
    lost: tuple[Touched, ...] = ()
    kept_aside: str = ""
