"""Finds our messages again under new UIDs: by EMAILID (RFC 8474) where both sides have one, else by
Message-ID, date and size, all three the same.

Message-ID alone is only a hint (duplicates are normal). A message without wishes is linked as soon
as one like it is listed; one with wishes is held until the whole folder was listed, since a wish
may only be carried out on a message that is certainly the one meant.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from mel_desktop.logic.syncplan import pair
from mel_desktop.model.values import dataclass

Key = tuple[str, str, int]  # Message-ID, INTERNALDATE as stored, size


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A message of ours whose UID is not known. ``here``: expected in the folder being listed."""

    message: int
    key: Key
    here: bool
    has_wants: bool
    email_id: str = ""


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
        self._by_key: dict[Key, list[Unplaced]] = {}
        self._by_email_id: dict[str, list[Unplaced]] = {}
        self._taken: set[int] = set()
        for one in sorted(unplaced, key=lambda one: (not one.here, one.message)):
            self._by_key.setdefault(one.key, []).append(one)
            if one.email_id:
                self._by_email_id.setdefault(one.email_id, []).append(one)
        self._held: dict[tuple[str, Key], list[int]] = {}

    def offer(self, uid: int, key: Key, email_id: str = "") -> int | Offer:
        """The message that this UID is, or what to do with it."""
        pool = self._pool(email_id, key)
        if not pool:
            return Offer.NEW
        if any(one.has_wants for one in pool):
            self._held.setdefault((email_id, key), []).append(uid)
            return Offer.HOLD
        self._taken.add(pool[0].message)
        return pool[0].message

    def close(self) -> Links:
        """Decide on what was held, now that everything was listed."""
        links: list[tuple[int, int]] = []
        uncertain: list[int] = []
        new: list[int] = []
        for (email_id, key), uids in sorted(self._held.items()):
            pool = self._pool(email_id, key)
            expected = [one for one in pool if one.here] or pool
            pairs, certain = pair([one.message for one in expected], uids)
            links += [(uid, message) for message, uid in pairs]
            self._taken |= {message for message, _ in pairs}
            new += sorted(uids)[len(pairs) :]
            if not certain:
                wished = {one.message for one in expected if one.has_wants}
                uncertain += [message for message, _ in pairs if message in wished]
        self._held.clear()
        return Links(tuple(links), tuple(uncertain), tuple(new))

    def _pool(self, email_id: str, key: Key) -> list[Unplaced]:
        """Messages that this may be, those expected here first."""
        named = self._by_email_id.get(email_id, ()) if email_id else ()
        pool = [one for one in named if one.message not in self._taken]
        if pool:
            return pool
        return [
            one
            for one in self._by_key.get(key, ())
            if one.message not in self._taken and not (email_id and one.email_id)
        ]
