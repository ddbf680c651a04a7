"""What a sync is asked to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Bodies(Enum):
    """Which readable texts a sync brings. Attachments come on demand only."""

    ALL = "all"
    RECENT = "recent"  # within the window
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """Options of one sync. ``folders``: paths, all when empty."""

    folders: tuple[str, ...] = ()
    bodies: Bodies = Bodies.RECENT
    window_days: int = 90
    accept_mass_deletion: bool = False
    dry_run: bool = False
