"""What may be logged of a bug: its class and its frames, never a value, for values hold mail."""

from __future__ import annotations

import hashlib
import traceback
from pathlib import Path


def frames_of(error: BaseException) -> str:
    """``file:line function`` of each frame, outermost first."""
    return "\n".join(
        f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    )


def support_id(error: BaseException) -> str:
    """The same for the same bug at the same place; shown to the person, found in the log."""
    return hashlib.sha256(f"{type(error).__name__}\n{frames_of(error)}".encode()).hexdigest()[:12]


def description(error: BaseException) -> str:
    """What goes to the log."""
    return f"support {support_id(error)}: {type(error).__name__}\n{frames_of(error)}"
