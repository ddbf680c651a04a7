"""NAMESPACE (RFC 2342): whose folders are which. Pure: no IO.

The longest prefix wins; where one prefix belongs to two kinds, the personal one does. INBOX is
always personal (RFC 2342 section 5).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from mel_desktop.model.values import dataclass
from mel_desktop.net.imap_grammar import Response, Unreadable, read_name
from mel_desktop.ports import Namespace, RemoteFolder

_HEAD = re.compile(rb"\* NAMESPACE ", re.IGNORECASE)
_ORDER = (Namespace.PERSONAL, Namespace.OTHER, Namespace.SHARED)
_MOST_PREFIXES = 100
_MOST_OCTETS = 1000


@dataclass(frozen=True, slots=True)
class Prefix:
    """Folders whose path begins like this belong to a kind. ``delimiter`` "" for flat names."""

    path: str
    delimiter: str
    namespace: Namespace


def read_namespaces(response: Response) -> tuple[Prefix, ...] | None:
    """The prefixes of a NAMESPACE answer; None for another answer. What makes no sense is left out:
    without any prefix all folders are personal.
    """
    head = _HEAD.match(response.head)
    if not head:
        return None
    try:
        groups = response.items(head.end())
    except Unreadable:
        return ()
    found = [
        prefix
        for kind, group in zip(_ORDER, groups, strict=False)
        for entry in (group if isinstance(group, tuple) else ())
        if (prefix := _prefix(entry, kind)) is not None
    ]
    return tuple(found[:_MOST_PREFIXES])


def _prefix(entry: object, kind: Namespace) -> Prefix | None:
    """``("#news." "." "X-PARAM" ("FLAG"))``: extensions behind the delimiter mean nothing to us."""
    if not isinstance(entry, tuple) or len(entry) < 2:
        return None
    raw, delimiter = entry[0], entry[1]
    if not isinstance(raw, bytes) or len(raw) > _MOST_OCTETS:
        return None
    told = delimiter.decode("ascii", "replace") if isinstance(delimiter, bytes) else ""
    return Prefix(read_name(raw), told if len(told) == 1 else "", kind)


def namespace_of(path: str, prefixes: Iterable[Prefix]) -> Namespace:
    """Whose folder this is. ``Other Users`` itself belongs to the prefix ``Other Users/``."""
    if path.upper() == "INBOX":
        return Namespace.PERSONAL
    best = (-1, -1)
    found = Namespace.PERSONAL
    for one in prefixes:
        bare = one.path.removesuffix(one.delimiter) if one.delimiter else one.path
        if not path.startswith(one.path) and path != bare:
            continue
        rank = (len(one.path), -_ORDER.index(one.namespace))
        if rank > best:
            best, found = rank, one.namespace
    return found


def with_namespaces(
    folders: Iterable[RemoteFolder], prefixes: Sequence[Prefix]
) -> tuple[RemoteFolder, ...]:
    """The same folders, each with its namespace."""
    return tuple(replace(one, namespace=namespace_of(one.path, prefixes)) for one in folders)
