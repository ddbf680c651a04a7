"""Free loopback ports."""

from __future__ import annotations

import random
import socket
import sys
import time
from pathlib import Path

# Below what Linux gives to connections that name no port: a server that is restarted finds its port
# free again, though others connect by the hundred meanwhile.
_FIRST, _LAST = 20_000, 32_000
_random = random.Random()  # not the global one: seeded tests of two processes would agree


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on, and that no other process of a suite gets."""
    if sys.platform != "linux" or _first_of_connections() < _LAST:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])
    for _ in range(1000):
        port = _random.randrange(_FIRST, _LAST)
        if _claim(port) and _is_free(port):
            return port
    raise RuntimeError("no free port")


def _first_of_connections() -> int:
    return int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])


def _claim(port: int) -> bool:
    """Ours until this process ends: the kernel holds the name, and forgets it with us."""
    claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        claim.bind(f"\0mel-desktop-tests-port-{port}")
    except OSError:
        claim.close()
        return False
    claim.detach()
    return True


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def wait_for_port(port: int, seconds: float = 60.0) -> None:
    """Until somebody accepts on 127.0.0.1:port."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise TimeoutError(f"nothing listens on port {port}") from None
            time.sleep(0.02)
        else:
            return
