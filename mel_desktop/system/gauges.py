"""What the doctor reads of this PC: disk, memory, proxies, versions. Nothing names a person."""

from __future__ import annotations

import os
import platform
import shutil
import ssl
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from mel_desktop import __version__
from mel_desktop.model.doctor import DiskFacts, MemoryFacts
from mel_desktop.system.network_changes import has_way

TRIES: Final = 4
BLOCK: Final = 16 * 1024
STATM: Final = Path("/proc/self/statm")
MEMINFO: Final = Path("/proc/meminfo")
PROXIED: Final = ("all", "https", "http", "socks")


class SystemGauges:
    """services.checks_local.Gauges on this PC."""

    def disk(self, folder: Path) -> DiskFacts:
        """Room, size of what lies there, and how long a small write takes to be safe."""
        store = 0
        for path in folder.rglob("*"):
            with suppress(OSError):
                store += path.stat().st_size
        return DiskFacts(shutil.disk_usage(folder).free, store, _sync_ms(folder))

    def memory(self) -> MemoryFacts:
        """Of this program, and what is free."""
        if sys.platform != "linux":
            return MemoryFacts(None, None)
        used = free = None
        with suppress(OSError, ValueError, IndexError):
            used = int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        with suppress(OSError, ValueError):
            for line in MEMINFO.read_text().splitlines():
                if line.startswith("MemAvailable:"):
                    free = int(line.split()[1]) * 1024
        return MemoryFacts(used, free)

    def proxies(self) -> tuple[str, ...]:
        """host:port of the proxies that the system names; never their names and passwords."""
        told = urllib.request.getproxies()
        found = []
        for kind in PROXIED:
            with suppress(ValueError):
                at = urlsplit(told.get(kind, ""))
                if at.hostname:
                    found.append(f"{at.hostname}:{at.port or ''}".rstrip(":"))
        return tuple(dict.fromkeys(found))

    def versions(self) -> dict[str, str]:
        """Of the program and of what it stands on."""
        return {
            "program": __version__,
            "python": platform.python_version(),
            "tls": ssl.OPENSSL_VERSION,
            "system": f"{platform.system()} {platform.release()} {platform.machine()}".strip(),
        }

    def has_way(self) -> bool:
        """Whether there is an address towards the outside."""
        return has_way()


def _sync_ms(folder: Path) -> float | None:
    """Milliseconds of one small write that is on the disk; the middle one of a few."""
    took = []
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            for _ in range(TRIES):
                start = time.monotonic()
                file.write(bytes(BLOCK))
                file.flush()
                os.fsync(file.fileno())
                took.append((time.monotonic() - start) * 1000)
    except OSError:
        return None
    return sorted(took)[len(took) // 2]
