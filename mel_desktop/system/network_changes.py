"""Tells one network from another: addresses that would be used, interfaces, routes.

Nothing is sent: connecting a datagram socket only asks the system which of its addresses it would
use towards that one (addresses for documentation, RFC 5737 and RFC 3849). Where the system shows
its routes (Linux), they count as well: another gateway may give the same address again.
"""

from __future__ import annotations

import hashlib
import socket
from contextlib import suppress
from pathlib import Path
from typing import Final

TOWARDS: Final = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
PORT: Final = 9
ROUTES: Final = Path("/proc/net/route")
ROUTES_6: Final = Path("/proc/net/ipv6_route")


def identity() -> str:
    """A digest of it all: it says nothing to whoever reads a log."""
    found = [_source(family, target) for family, target in TOWARDS]
    with suppress(OSError):
        found += [name for _, name in socket.if_nameindex()]
    found += _routes(ROUTES, range(3)) + _gateways_6()
    return hashlib.sha256("\n".join(found).encode()).hexdigest()[:16]


def has_way() -> bool:
    """Whether the system has an address from which it would speak to the outside."""
    return any(_source(family, target) for family, target in TOWARDS)


def _source(family: socket.AddressFamily, target: str) -> str:
    """The address from which the system would speak to this one, "" without a way there."""
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((target, PORT))
            return str(probe.getsockname()[0])
    except OSError:
        return ""


def _routes(table: Path, columns: range) -> list[str]:
    """Interface, destination and gateway of each route; counters of use are left out."""
    try:
        lines = table.read_text(encoding="ascii").splitlines()[1:]
    except (OSError, UnicodeDecodeError):
        return []
    return sorted(" ".join(line.split()[one] for one in columns) for line in lines if line.strip())


def _gateways_6() -> list[str]:
    """The default routes only: others come and go with every neighbour."""
    try:
        lines = ROUTES_6.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    found = {
        f"{words[4]} {words[9]}"
        for words in (line.split() for line in lines)
        if len(words) > 9 and words[0] == "0" * 32 and words[1] == "00"
    }
    return sorted(found)
