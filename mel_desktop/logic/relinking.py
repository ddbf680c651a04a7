"""Finds our messages again under new UIDs: by Message-ID, date and size, all three the same.

Message-ID alone is only a hint (duplicates are normal). A message without wishes is linked as soon
as one like it is listed; one with wishes is held until the whole folder was listed, since a wish
may only be carried out on a message that is certainly the one meant.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from mel_desktop.logic.syncplan import pair

Key = tuple[str, str, int]  # Message-ID, INTERNALDATE as stored, size


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A message of ours whose UID is not known. ``here``: expected in the folder being listed."""

    message: int
    key: Key
    here: bool
    has_wants: bool


class Offer(Enum):
    """What to do with a listed message."""

    NEW = "new"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Links:
    """The end of a listing: UID -> message; messages that may be another's; UIDs that are new."""

    links: tuple[tuple[int, int], ...]
    uncertain: tuple[int, ...]
    new: tuple[int, ...]


class Relinking:
    """One listing of one folder."""

    def __init__(self, unplaced: Iterable[Unplaced]) -> None:
        self._pools: dict[Key, list[Unplaced]] = {}
        for one in sorted(unplaced, key=lambda one: (not one.here, one.message)):
            self._pools.setdefault(one.key, []).append(one)
        self._held: dict[Key, list[int]] = {}

    def offer(self, uid: int, key: Key) -> int | Offer:
        """The message that this UID is, or what to do with it."""
        pool = self._pools.get(key)
        if not pool:
            return Offer.NEW
        if any(one.has_wants for one in pool):
            self._held.setdefault(key, []).append(uid)
            return Offer.HOLD
        return pool.pop(0).message

    def close(self) -> Links:
        """Decide on what was held, now that everything was listed."""
        links: list[tuple[int, int]] = []
        uncertain: list[int] = []
        new: list[int] = []
        for key, uids in sorted(self._held.items()):
            pool = self._pools[key]
            expected = [one for one in pool if one.here] or pool
            pairs, certain = pair([one.message for one in expected], uids)
            links += [(uid, message) for message, uid in pairs]
            new += sorted(uids)[len(pairs) :]
            if not certain:
                wished = {one.message for one in expected if one.has_wants}
                uncertain += [message for message, _ in pairs if message in wished]
        self._held.clear()
        return Links(tuple(links), tuple(uncertain), tuple(new))
