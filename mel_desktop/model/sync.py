"""What a sync is asked to do."""

from __future__ import annotations

from enum import Enum

from mel_desktop.model.links import LinkProfile, Phase
from mel_desktop.model.values import dataclass


class Bodies(Enum):
    """Which readable texts a sync brings. Attachments: see ``model.links.LinkProfile``."""

    ALL = "all"
    RECENT = "recent"  # within the window
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """Options of one sync. ``folders``: paths, all when empty.

    ``max_bytes``: octets on the wire, both ways, after which nothing more is asked for; what was
    under way is kept and the next sync goes on there. ``Bodies.ALL`` with ``LinkProfile.FULL`` is
    the full mirror: every message whole, byte for byte.
    """

    folders: tuple[str, ...] = ()
    bodies: Bodies = Bodies.RECENT
    window_days: int = 90
    accept_mass_deletion: bool = False
    dry_run: bool = False
    link: LinkProfile = LinkProfile.AUTO
    max_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sync is: messages whose rows and texts, and parts, have come, and octets."""

    done: int = 0
    expected: int = 0
    phase: Phase = Phase.SIGN_IN
    octets_done: int = 0
    octets_expected: int = 0
