"""Where this user's state on this PC lies: outside every profile, and never in what roams."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def state_folder() -> Path:
    """The folder; it may not be there yet."""
    if sys.platform == "win32":
        # beside the default profile (%LOCALAPPDATA%\Mel Desktop), not in it: what copies one
        # must not copy the other
        base = os.environ.get("LOCALAPPDATA", str(Path.home() / "AppData" / "Local"))
        return Path(base) / "Mel Desktop State"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Mel Desktop State"
    base = os.environ.get("XDG_STATE_HOME", "")
    folder = Path(base) if os.path.isabs(base) else Path.home() / ".local" / "state"
    return folder / "mel-desktop"
