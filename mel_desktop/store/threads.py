"""Conversations of messages that come in, a batch at a time: as if each came alone, in order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final, cast

from mel_desktop.logic import conversations
from mel_desktop.logic.mime import HeaderFields
from mel_desktop.store.database import Transaction

NO_NAMES: Final = frozenset[int]()


def assign(
    tx: Transaction, account: int, arriving: Sequence[tuple[int, HeaderFields]]
) -> list[int]:
    """The conversation of each new (id, header), before their rows are written.

    Conversations that they turn out to connect are joined, in the rows that are there as well.
    """
    chains = [conversations.ancestors(one.in_reply_to, one.references) for _, one in arriving]
    weave = _Weave()
    weave.learn(tx, account, {*(name for chain in chains for name in chain),
                              *(one.message_id for _, one in arriving)})  # fmt: skip
    for place, ((id_, fields), above) in enumerate(zip(arriving, chains, strict=True)):
        weave.add(place, id_, fields.message_id, above)
    weave.join_rows(tx, account)
    return weave.assigned


class _Weave:
    """Who is in which conversation, while a batch is worked through."""

    def __init__(self) -> None:
        self.assigned: list[int] = []
        self._of: dict[str, set[int]] = {}  # Message-ID -> conversations of messages that have it
        self._ids: dict[int, set[str]] = {}  # the same, the other way round
        self._places: dict[int, list[int]] = {}  # conversation -> places in ``assigned``
        self._joined: list[tuple[int, int]] = []  # (from, to), in order

    def learn(self, tx: Transaction, account: int, message_ids: set[str]) -> None:
        """What the rows say about these Message-IDs."""
        message_ids.discard("")
        for message_id, thread in tx.all(
            """SELECT message_id, thread_id FROM message
                WHERE account_id = ? AND message_id <> ''
                  AND message_id IN (SELECT value FROM json_each(?))""",
            account,
            json.dumps(sorted(message_ids)),
        ):
            self._note(cast("str", message_id), cast("int", thread))

    def add(self, place: int, id_: int, own: str, above: tuple[str, ...]) -> None:
        """One more message: its conversation, and those that it connects."""
        root = above[0] if above else own
        if not root:
            self._put(place, own, id_)
            return
        names = {int(conversations.named_after(root))}
        for related in (*above, own):
            names |= self._of.get(related, NO_NAMES)
        if own and own != root:  # answers that came before it named their conversation after it
            names.add(int(conversations.named_after(own)))
        kept = min(names)
        for other in names:
            if other != kept:
                self._join(other, kept)
        self._put(place, own, kept)

    def join_rows(self, tx: Transaction, account: int) -> None:
        """The same in the rows that were there before."""
        if not self._joined:
            return
        every = {thread for pair in self._joined for thread in pair}
        known = {
            cast("int", thread)
            for (thread,) in tx.all(
                """SELECT DISTINCT thread_id FROM message
                    WHERE account_id = ? AND thread_id IN (SELECT value FROM json_each(?))""",
                account,
                json.dumps(sorted(every)),
            )
        }
        updates = []
        for other, kept in self._joined:
            if other in known:
                updates.append((kept, other, account))
                known.discard(other)
                known.add(kept)
        tx.many("UPDATE message SET thread_id = ? WHERE thread_id = ? AND account_id = ?", updates)

    def _put(self, place: int, own: str, thread: int) -> None:
        self.assigned.append(thread)
        self._places.setdefault(thread, []).append(place)
        if own:
            self._note(own, thread)

    def _note(self, message_id: str, thread: int) -> None:
        self._of.setdefault(message_id, set()).add(thread)
        self._ids.setdefault(thread, set()).add(message_id)

    def _join(self, other: int, kept: int) -> None:
        self._joined.append((other, kept))
        for message_id in self._ids.pop(other, ()):
            self._of[message_id].discard(other)
            self._note(message_id, kept)
        places = self._places.pop(other, [])
        for place in places:
            self.assigned[place] = kept
        if places:
            self._places.setdefault(kept, []).extend(places)
