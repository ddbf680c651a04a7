"""Keep the process's memory, where the data key lives, out of crash files.

A help, not a wall: malware in the teacher's session can read what the teacher can read.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys
from logging import getLogger
from typing import Final

if sys.platform != "win32":
    import resource

log = getLogger("mel.system")

PR_SET_DUMPABLE: Final = 4  # linux/prctl.h
SEM_FAILCRITICALERRORS: Final = 0x0001  # winbase.h
SEM_NOGPFAULTERRORBOX: Final = 0x0002


def harden_process() -> None:
    """No core dumps and no memory in crash reports. Never raises."""
    if sys.platform == "win32":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.windll.kernel32.SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX)
    else:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        # A core pattern that is a pipe (systemd-coredump, apport) does not look at RLIMIT_CORE.
        with contextlib.suppress(OSError, AttributeError):
            libc = ctypes.CDLL(None, use_errno=True)
            if libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
                log.info("the process stays dumpable: errno %d", ctypes.get_errno())
