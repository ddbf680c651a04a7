"""Where the servers of the suite keep their files."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")
_ENOUGH = 2 << 30


def server_folder(name: str) -> Path:
    """A new folder that other users may enter; remove it.

    In memory where there is room: what these servers flush to the disk, no test of ours looks at,
    and Cyrus flushes so much that a new mailbox takes three times as long. Not below pytest's
    folder, which is closed to the user a server becomes, and too long for a Unix socket.
    """
    roomy = os.access(_MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(_MEMORY).free > _ENOUGH
    made = Path(tempfile.mkdtemp(prefix=f"mel-{name}-", dir=_MEMORY if roomy else None))
    made.chmod(0o755)
    return made
