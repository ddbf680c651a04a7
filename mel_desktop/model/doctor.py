"""What ``doctor`` is told of the surroundings, and the bundle for a help desk, as values."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from mel_desktop.model.values import dataclass


class Remedy(Enum):
    """What the window can do at once about a check that is not well."""

    NONE = ""
    PASSWORD = "password"  # noqa: S105 a name, not a secret: give it again
    PORTAL = "portal"  # open the page of the network
    LINE = "line"  # settings of the line
    STORAGE = "storage"
    VAULT = "vault"  # the check of the vault


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a plain HTTP answer tells of the network. ``portal``: host that answers in its place."""

    reached: bool
    portal: str = ""
    server_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class DiskFacts:
    """The disk of the profile. ``sync_ms``: one small write that has reached the disk; None where
    it cannot be written.
    """

    free: int
    store: int
    sync_ms: float | None


@dataclass(frozen=True, slots=True)
class MemoryFacts:
    """Octets; None where the system does not say."""

    used: int | None
    free: int | None


@dataclass(frozen=True, slots=True)
class BundlePart:
    """One part of the bundle. ``name`` is one word; the window has its title."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """What may go to a help desk: only values that are safe ever came in."""

    parts: tuple[BundlePart, ...]

    def text(self, names: frozenset[str] | None = None) -> str:
        """The parts of these names (None: all), as they are saved."""
        return "\n".join(
            f"== {one.name} ==\n{one.text}\n"
            for one in self.parts
            if names is None or one.name in names
        )
