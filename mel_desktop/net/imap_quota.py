"""GETQUOTAROOT (RFC 9208, and 2087 before it) -> ports.Quota. Pure: no IO.

STORAGE counts units of 1024 octets (RFC 9208 section 5.1). A root without limits keeps no quota: it
names no resource, and servers that write 0 or 2^63-1 for "no limit" are taken at their meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from mel_desktop.net.imap_grammar import Response, Unreadable, number, read_name
from mel_desktop.ports import Quota

COMMAND = b'GETQUOTAROOT "INBOX"'
_HEAD = re.compile(rb"\* (QUOTAROOT|QUOTA) ", re.IGNORECASE)
_UNITS = {"STORAGE": 1024, "MESSAGE": 1}
_UNLIMITED = 1 << 52  # of units: beyond it nobody means a limit
MOST_ROOTS = 50


def is_kept(names: Iterable[str]) -> bool:
    """Whether a server with these capabilities tells its quota."""
    return any(name == "QUOTA" or name.startswith("QUOTA=") for name in names)


class QuotaAnswers:
    """Takes the untagged answers of one GETQUOTAROOT; ``quotas`` is what they told."""

    def __init__(self) -> None:
        self._roots: set[bytes] = set()
        self._told: dict[bytes, tuple[Quota, ...]] = {}

    def __call__(self, response: Response) -> bool:
        """Claim QUOTAROOT and QUOTA answers, sense or not."""
        head = _HEAD.match(response.head)
        if not head:
            return False
        try:
            items = response.items(head.end())
        except Unreadable:
            return True
        names = [one if isinstance(one, bytes) else b"%d" % one if isinstance(one, int) else None
                 for one in items]  # fmt: skip  # a root may be called 2026
        if head[1].upper() == b"QUOTAROOT":
            self._roots.update(one for one in names[1 : MOST_ROOTS + 1] if one is not None)
            return True
        resources = items[1] if len(items) == 2 else None
        if names[0] is not None and isinstance(resources, tuple) and len(self._told) < MOST_ROOTS:
            self._told[names[0]] = _resources(names[0], resources)
        return True

    @property
    def quotas(self) -> tuple[Quota, ...]:
        """Resources of the roots of the folder, STORAGE first; roots of others are left out."""
        own = [
            quota
            for root, quotas in self._told.items()
            if root in self._roots or not self._roots
            for quota in quotas
        ]
        return tuple(sorted(own, key=lambda one: (one.resource != "STORAGE", one.root)))


def _resources(root: bytes, told: tuple[object, ...]) -> tuple[Quota, ...]:
    """``STORAGE 10 512 MESSAGE 3 100`` as far as it can be understood."""
    found = []
    for place in range(0, len(told) - 2, 3):
        name, used, limit = told[place], number(told[place + 1]), number(told[place + 2])
        resource = name.decode("ascii", "replace").upper() if isinstance(name, bytes) else ""
        unit = _UNITS.get(resource)
        if unit is None or used is None or not limit or limit > _UNLIMITED:
            continue
        found.append(Quota(read_name(root), resource, min(used, _UNLIMITED) * unit, limit * unit))
    return tuple(found)
