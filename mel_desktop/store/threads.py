"""Conversations of messages that come in, a batch at a time: as if each came alone, in order.

``meta`` holds 'subjects.below': messages with a lower id may have come before there were subject
keys (schema 8) and are still to be looked at; 0: none is. No row: all of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from mel_desktop.logic import conversations
from mel_desktop.logic.conversations import Member
from mel_desktop.model.changes import Area
from mel_desktop.store.database import Reader, Row, Transaction
from mel_desktop.store.times import from_text, to_text

if TYPE_CHECKING:
    from mel_desktop.logic.mime import HeaderFields

NO_NAMES: Final = frozenset[int]()
SUBJECTS_BELOW: Final = "subjects.below"
SLICE: Final = 100  # messages of one transaction


def assign(
    tx: Transaction, account: int, arriving: Sequence[tuple[int, HeaderFields, datetime]]
) -> list[int]:
    """The conversation of each new (id, header, INTERNALDATE), before their rows are written.

    Conversations that they turn out to connect are joined, in the rows that are there as well.
    """
    chains = [conversations.ancestors(one.in_reply_to, one.references) for _, one, _ in arriving]
    members = _members(tx, account, arriving)
    weave = _Weave()
    weave.learn(tx, account, {*(name for chain in chains for name in chain),
                              *(one.message_id for _, one, _ in arriving)})  # fmt: skip
    weave.learn_subjects(tx, account, [one for one in members if one is not None])
    for place, ((id_, fields, _), above) in enumerate(zip(arriving, chains, strict=True)):
        weave.add(place, id_, fields.message_id, above, members[place])
    weave.join_rows(tx, account)
    return weave.assigned


def subject_key(fields: HeaderFields) -> int:
    """What is stored of a message: 0 where it has references."""
    if fields.in_reply_to or fields.references:
        return 0
    return conversations.subject_key(fields.subject)


def lacks_subjects(reader: Reader) -> bool:
    """Whether there are messages that may still be without their subject key."""
    return _subjects_below(reader) != 0


def fill_subjects(tx: Transaction) -> int:
    """The subject keys of some more messages that came before there were any, and the
    conversations that these join; how many were looked at, 0: that is done. Newest first.
    """
    below = _subjects_below(tx)
    rows = tx.all(
        """SELECT id, account_id, thread_id, subject, in_reply_to <> '' OR refs <> '', subject_key,
                  from_address, recipients, received_at
             FROM message WHERE id < ? ORDER BY id DESC LIMIT ?""",
        1 << 62 if below is None else below,
        SLICE,
    )
    tx.run(
        "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)",
        SUBJECTS_BELOW,
        str(rows[-1][0] if rows else 0),
    )
    found: dict[int, list[tuple[int, Row]]] = {}
    for id_, account, thread, subject, answers, key, *rest in rows:
        wanted = 0 if answers or key else conversations.subject_key(str(subject))
        if wanted:
            tx.run("UPDATE message SET subject_key = ? WHERE id = ?", wanted, id_)
            told = (cast("int", thread), (wanted, thread, *rest))
            found.setdefault(cast("int", account), []).append(told)
    for account, some in found.items():
        ours = _own(tx, account)
        members = [_member(row, ours) for _, row in some]
        weave = _Weave()
        weave.learn_subjects(tx, account, members)
        for (thread, _), member in zip(some, members, strict=True):
            weave.join_subjects(thread, member)
        weave.join_rows(tx, account)
    return len(rows)


def _subjects_below(reader: Reader) -> int | None:
    value = reader.value("SELECT value FROM meta WHERE name = ?", SUBJECTS_BELOW)
    return None if value is None else int(str(value))


def _members(
    tx: Transaction, account: int, arriving: Sequence[tuple[int, HeaderFields, datetime]]
) -> list[Member | None]:
    keys = [subject_key(one) for _, one, _ in arriving]
    if not any(keys):
        return [None] * len(keys)
    ours = _own(tx, account)
    return [
        Member(key, _people(fields.sender.address, _addresses(fields), ours), at) if key else None
        for key, (_, fields, at) in zip(keys, arriving, strict=True)
    ]


def _addresses(fields: HeaderFields) -> Iterable[str]:
    return (who.address for listed in (fields.to, fields.cc, fields.bcc) for who in listed)


def _people(sender: str, others: Iterable[str], ours: frozenset[str]) -> frozenset[str]:
    return frozenset(one.lower() for one in (sender, *others) if one) - ours


def _own(reader: Reader, account: int) -> frozenset[str]:
    """Addresses of the owner of the mailbox: everybody has to do with him."""
    rows = reader.all(
        """SELECT lower(email) FROM account WHERE id = ?1
            UNION SELECT lower(login) FROM account WHERE id = ?1
            UNION SELECT lower(address) FROM identity WHERE account_id = ?1""",
        account,
    )
    return frozenset(cast("str", row[0]) for row in rows)


class _Weave:
    """Who is in which conversation, while a batch is worked through."""

    def __init__(self) -> None:
        self.assigned: list[int] = []
        self._of: dict[str, set[int]] = {}  # Message-ID -> conversations of messages that have it
        self._ids: dict[int, set[str]] = {}  # the same, the other way round
        self._places: dict[int, list[int]] = {}  # conversation -> places in ``assigned``
        self._joined: list[tuple[int, int]] = []  # (from, to), in order
        self._now: dict[int, int] = {}  # a conversation that was joined -> the one it is in
        # key without sign -> members: of rows (their conversation), of this batch (their place)
        self._rows: dict[int, list[tuple[Member, int]]] = {}
        self._new: dict[int, list[tuple[Member, int]]] = {}

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

    def learn_subjects(self, tx: Transaction, account: int, members: Sequence[Member]) -> None:
        """Rows without references that may belong to these by their subjects."""
        if not members:
            return
        wanted = {-one.key for one in members} | {one.key for one in members if one.key < 0}
        ours = _own(tx, account)
        rows = tx.all(
            """SELECT subject_key, thread_id, from_address, recipients, received_at
                 FROM message INDEXED BY message_subject_key
                WHERE account_id = ? AND subject_key <> 0
                  AND subject_key IN (SELECT value FROM json_each(?))
                  AND received_at BETWEEN ? AND ?""",
            account,
            json.dumps(sorted(wanted)),
            *_around(members),
        )
        for row in rows:
            member = _member(row, ours)
            self._rows.setdefault(abs(member.key), []).append((member, cast("int", row[1])))

    def add(
        self, place: int, id_: int, own: str, above: tuple[str, ...], member: Member | None = None
    ) -> None:
        """One more message: its conversation, and those that it connects."""
        root = above[0] if above else own
        same = self._same_subject(member)
        if member is not None:
            self._new.setdefault(abs(member.key), []).append((member, place))
        if not root and not same:
            self._put(place, own, id_)
            return
        names = {int(conversations.named_after(root)) if root else id_, *same}
        for related in (*above, own):
            names |= self._of.get(related, NO_NAMES)
        if own and own != root:  # answers that came before it named their conversation after it
            names.add(int(conversations.named_after(own)))
        kept = min(names)
        for other in names:
            if other != kept:
                self._join(other, kept)
        self._put(place, own, kept)

    def join_subjects(self, thread: int, member: Member) -> None:
        """A row that was without its subject key: the conversations that it connects."""
        names = {self._thread(thread), *self._same_subject(member)}
        kept = min(names)
        for other in names - {kept}:
            self._join(other, kept)

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
        rows = tx.all(
            """SELECT id, folder_id FROM message
                WHERE account_id = ? AND thread_id IN (SELECT value FROM json_each(?))""",
            account,
            json.dumps([other for _, other, _ in updates]),
        )
        if rows:
            ids, folders = zip(*cast("list[tuple[int, int]]", rows), strict=True)
            tx.changed(Area.MESSAGES, folders, ids)
        tx.many("UPDATE message SET thread_id = ? WHERE thread_id = ? AND account_id = ?", updates)

    def _same_subject(self, member: Member | None) -> set[int]:
        """Conversations of messages that a subject joins this one to."""
        if member is None:
            return set()
        key = abs(member.key)
        together = conversations.belong_together
        found = {
            self._thread(thread)
            for other, thread in self._rows.get(key, ())
            if together(member, other)
        }
        return found | {
            self.assigned[place]
            for other, place in self._new.get(key, ())
            if together(member, other)
        }

    def _thread(self, thread: int) -> int:
        while thread in self._now:
            thread = self._now[thread]
        return thread

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
        self._now[other] = kept
        for message_id in self._ids.pop(other, ()):
            self._of[message_id].discard(other)
            self._note(message_id, kept)
        places = self._places.pop(other, [])
        for place in places:
            self.assigned[place] = kept
        if places:
            self._places.setdefault(kept, []).extend(places)


def _around(members: Sequence[Member]) -> tuple[str, str]:
    """The days in which those are that they may belong to; absurd dates bound nothing."""
    first, last = min(one.at for one in members), max(one.at for one in members)
    try:
        return to_text(first - conversations.NEAR), to_text(last + conversations.NEAR)
    except OverflowError:
        return "", "9"


def _member(row: Row, ours: frozenset[str]) -> Member:
    key, _, sender, recipients, received = row
    told = json.loads(cast("str", recipients))
    others = (who[1] for name in ("to", "cc", "bcc") for who in told.get(name, ()))
    at = from_text(received)
    assert at is not None  # the column is NOT NULL
    return Member(cast("int", key), _people(cast("str", sender), others, ours), at)
