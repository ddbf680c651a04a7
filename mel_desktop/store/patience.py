"""Another program has a hand on a file of the profile for a moment: an antivirus, a backup, a sync.

On Windows that is a sharing violation. It passes; so it is tried again, with growing pauses, before
anybody is told.
"""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path
from typing import Final

from mel_desktop.model.errors import ErrorCode, StoreTrouble

PAUSES_S: Final = (0.05, 0.1, 0.2, 0.4, 0.8)
_PASSING: Final = frozenset({errno.EACCES, errno.EBUSY, errno.EAGAIN, errno.ETXTBSY})


def is_passing(error: StoreTrouble) -> bool:
    """Whether this may be over in a moment."""
    return error.code is ErrorCode.NOT_WRITABLE and error.facts.get("errno") in _PASSING


def replace(source: Path, target: Path) -> None:
    """``os.replace``, patiently. OSError."""
    for pause in PAUSES_S:
        try:
            os.replace(source, target)
        except PermissionError:
            time.sleep(pause)
        else:
            return
    os.replace(source, target)
