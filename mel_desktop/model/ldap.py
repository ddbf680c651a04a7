"""What is read of an LDAP server, and what is learned of it, as values."""

from __future__ import annotations

from mel_desktop.model.people import Item
from mel_desktop.model.values import dataclass


@dataclass(frozen=True, slots=True)
class LdapBatch:
    """Some of what a server answers. UUIDs as text, keys as in the items.

    ``objects``: (UUID, key) of the entries of this batch, for sources that tell what is gone by
    UUID; ``gone`` and ``present``: UUIDs that the server says are no more, or still there.
    """

    items: tuple[Item, ...] = ()
    objects: tuple[tuple[str, str], ...] = ()
    gone: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class LdapLook:
    """What a short look at a server finds.

    ``bases``: its naming contexts, the likeliest first; ``base``: the one looked at; ``profile``:
    id of the mapping profile that fits, "" when none does; ``count``: entries seen that would be
    read, at most ``counted_up_to``; ``names``: a few of them; ``cuts``: see ``LdapReading.cuts``.
    """

    bases: tuple[str, ...]
    base: str
    profile: str
    count: int
    counted_up_to: int
    names: tuple[str, ...]
    has_paging: bool
    has_sync: bool
    cuts: tuple[str, ...] = ()
