"""Merges and their messages in the database.

Rule 1: an item becomes a row of the outbox in the transaction that says so, and only from waiting.
Rule 2: its Message-ID is fixed when the merge is made, and unique here and in the outbox: a second
row for one item is refused by the database itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, cast

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import Area
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Address
from mel_desktop.model.merging import (
    ItemRow,
    ItemState,
    LeftOut,
    MergeId,
    MergeMessage,
    MergeRow,
    MergeState,
)
from mel_desktop.model.outgoing import DraftId, OutboxId
from mel_desktop.model.values import dataclass
from mel_desktop.store.database import Reader, Row, Transaction, Value, to_json
from mel_desktop.store.times import from_text, to_text

# Where an item stands: what its row in the outbox says, while there is one.
_STANDING: Final = """CASE WHEN i.state <> 'queued' THEN i.state
    WHEN o.state IN ('accepted', 'filed') THEN 'sent'
    WHEN o.state IN ('failed', 'unknown') THEN o.state ELSE 'queued' END"""
_MERGES: Final = f"""
    SELECT m.id, m.account_id, m.draft_id, m.subject, m.state, m.left_out, m.created_at,
           count(i.id), sum({_STANDING} = 'waiting'), sum({_STANDING} = 'queued'),
           sum({_STANDING} = 'sent'),
           sum({_STANDING} IN ('failed', 'unknown', 'refused')),
           sum({_STANDING} IN ('taken_back', 'cancelled'))
      FROM merge AS m
      LEFT JOIN merge_item AS i ON i.merge_id = m.id
      LEFT JOIN outbox AS o ON o.id = i.outbox_id"""  # noqa: S608 constants


@dataclass(frozen=True, slots=True)
class WaitingItem:
    """An item whose turn comes."""

    id: int
    merge: MergeId
    draft: DraftId
    to: tuple[Address, ...]
    fields: Mapping[str, str]
    message_id: str


def insert(
    tx: Transaction,
    account: AccountId,
    draft: DraftId,
    subject: str,
    left_out: Iterable[tuple[str, LeftOut]],
    now: datetime,
) -> MergeId:
    """A merge without messages yet."""
    tx.changed(Area.OUTBOX | Area.DRAFTS)
    return MergeId(
        tx.insert(
            """INSERT INTO merge (account_id, draft_id, subject, left_out, created_at, since)
               VALUES (?, ?, ?, ?, ?, ?)""",
            account,
            draft,
            subject,
            to_json([[who, why.value] for who, why in left_out]),
            to_text(now),
            to_text(now),
        )
    )


def insert_items(
    tx: Transaction, merge: MergeId, messages: Sequence[tuple[MergeMessage, str]]
) -> None:
    """Its messages, each with its Message-ID, in their order."""
    tx.many(
        """INSERT INTO merge_item (merge_id, position, who, recipients, fields, message_id)
           VALUES (?, ?, ?, ?, ?, ?)""",
        [
            (
                merge,
                place,
                message.who,
                to_json([[one.name, one.address] for one in message.to]),
                to_json(dict(message.fields)),
                message_id,
            )
            for place, (message, message_id) in enumerate(messages)
        ],
    )


def ahead(reader: Reader, account: AccountId) -> tuple[int, int]:
    """(messages, octets) of merges that stand in the outbox and are about to leave: what is held,
    with a merge that is paused, keeps nobody else waiting.
    """
    row = reader.one(
        """SELECT count(*), coalesce(sum(o.size), 0)
             FROM merge_item AS i JOIN outbox AS o ON o.id = i.outbox_id
            WHERE o.account_id = ? AND o.state IN ('queued', 'sending')""",
        account,
    )
    assert row is not None  # an aggregate
    return cast("int", row[0]), cast("int", row[1])


def next_item(reader: Reader, account: AccountId) -> WaitingItem | None:
    """The item whose turn it is: the oldest merge that runs, in its order."""
    row = reader.one(
        """SELECT i.id, m.id, m.draft_id, i.recipients, i.fields, i.message_id
             FROM merge AS m JOIN merge_item AS i ON i.merge_id = m.id AND i.state = 'waiting'
            WHERE m.account_id = ? AND m.state = 'running'
            ORDER BY m.id, i.position LIMIT 1""",
        account,
    )
    if row is None:
        return None
    id_, merge, draft, recipients, fields, message_id = row
    return WaitingItem(
        id=cast("int", id_),
        merge=MergeId(cast("int", merge)),
        draft=DraftId(cast("int", draft)),
        to=_addresses(recipients),
        fields=json.loads(str(fields)),
        message_id=str(message_id),
    )


def set_queued(tx: Transaction, item: int, outbox: OutboxId) -> None:
    """The item is this row of the outbox from here on."""
    changed = tx.run(
        "UPDATE merge_item SET state = 'queued', outbox_id = ? WHERE id = ? AND state = 'waiting'",
        outbox,
        item,
    )
    if not changed:
        raise LocalRefusal(ErrorCode.USAGE, why="merge-item-not-waiting")
    tx.changed(Area.OUTBOX)


def set_refused(tx: Transaction, item: int, reason: str) -> None:
    """It cannot be made into a message; the others go on."""
    tx.run(
        "UPDATE merge_item SET state = 'refused', reason = ? WHERE id = ? AND state = 'waiting'",
        reason,
        item,
    )
    tx.changed(Area.OUTBOX)


def cancel_waiting(tx: Transaction, merge: MergeId) -> int:
    """What was not made yet is never made; how many."""
    tx.changed(Area.OUTBOX)
    return tx.run(
        "UPDATE merge_item SET state = 'cancelled' WHERE merge_id = ? AND state = 'waiting'", merge
    )


def rows_to_take_back(reader: Reader, merge: MergeId) -> tuple[OutboxId, ...]:
    """Rows of the outbox that have not left and may be taken back."""
    found = reader.all(
        """SELECT o.id FROM merge_item AS i JOIN outbox AS o ON o.id = i.outbox_id
            WHERE i.merge_id = ? AND o.state IN ('queued', 'held') AND o.taken = '[]'
            ORDER BY o.id""",
        merge,
    )
    return tuple(OutboxId(cast("int", id_)) for (id_,) in found)


def set_cancelled(tx: Transaction, outbox: Sequence[OutboxId]) -> None:
    """These items will not leave: said before their rows go."""
    tx.many(
        "UPDATE merge_item SET state = 'cancelled' WHERE outbox_id = ?", [(one,) for one in outbox]
    )


def set_state(
    tx: Transaction, merge: MergeId, to: MergeState, come_from: Sequence[MergeState], now: datetime
) -> bool:
    """Change the state if it is one of ``come_from``; whether it was."""
    changed = tx.run(
        f"""UPDATE merge SET state = ?, since = ?
             WHERE id = ? AND state IN ({", ".join("?" * len(come_from))})""",  # noqa: S608 marks
        to.value,
        to_text(now),
        merge,
        *(one.value for one in come_from),
    )
    if changed:
        tx.changed(Area.OUTBOX | Area.DRAFTS)
    return changed > 0


def exhausted(reader: Reader, account: AccountId) -> tuple[tuple[MergeId, DraftId], ...]:
    """Merges that run and of which nothing waits any more."""
    found = reader.all(
        """SELECT id, draft_id FROM merge AS m WHERE account_id = ? AND state = 'running'
              AND NOT EXISTS (SELECT 1 FROM merge_item
                               WHERE merge_id = m.id AND state = 'waiting')""",
        account,
    )
    return tuple((MergeId(cast("int", one)), DraftId(cast("int", two))) for one, two in found)


def rows(reader: Reader) -> tuple[MergeRow, ...]:
    """Every merge, newest first."""
    return tuple(_merge(one) for one in reader.all(f"{_MERGES} GROUP BY m.id ORDER BY m.id DESC"))


def row(reader: Reader, wanted: MergeId) -> MergeRow:
    """One. LocalRefusal(NOT_FOUND)."""
    found = reader.one(f"{_MERGES} WHERE m.id = ? GROUP BY m.id", wanted)
    if found is None:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="merge")
    return _merge(found)


def items(reader: Reader, merge: MergeId) -> tuple[ItemRow, ...]:
    """What became of each, in their order."""
    found = reader.all(
        f"""SELECT i.who, i.recipients, {_STANDING}, coalesce(o.reason, i.reason),
                   coalesce(o.detail, i.detail), coalesce(o.refused, '[]')
              FROM merge_item AS i LEFT JOIN outbox AS o ON o.id = i.outbox_id
             WHERE i.merge_id = ? ORDER BY i.position""",  # noqa: S608 constants
        merge,
    )
    return tuple(
        ItemRow(
            who=str(who),
            addresses=tuple(one.address for one in _addresses(recipients)),
            state=ItemState(state),
            reason=str(reason),
            detail=str(detail),
            refused=tuple((str(a), str(b)) for a, b in json.loads(str(refused))),
        )
        for who, recipients, state, reason, detail, refused in found
    )


def left_out(reader: Reader, merge: MergeId) -> tuple[tuple[str, LeftOut], ...]:
    """Who was never to get a message, and why."""
    value = reader.value("SELECT left_out FROM merge WHERE id = ?", merge)
    return tuple((str(who), LeftOut(why)) for who, why in json.loads(str(value or "[]")))


def delete(tx: Transaction, merge: MergeId) -> None:
    """Forget a merge and its report; what is in the outbox stays there."""
    tx.run("DELETE FROM merge WHERE id = ?", merge)
    tx.changed(Area.OUTBOX)


def _merge(found: Row) -> MergeRow:
    (id_, account, draft, subject, state, left, created_at, total, waiting, queued, sent, failed,
     given_up) = found  # fmt: skip
    created = from_text(created_at)
    assert created is not None  # the column is NOT NULL
    return MergeRow(
        id=MergeId(cast("int", id_)),
        account=AccountId(cast("int", account)),
        draft=DraftId(cast("int", draft)),
        subject=str(subject),
        state=MergeState(state),
        total=cast("int", total),
        waiting=cast("int", waiting or 0),
        in_outbox=cast("int", queued or 0),
        sent=cast("int", sent or 0),
        failed=cast("int", failed or 0),
        given_up=cast("int", given_up or 0),
        left_out=len(json.loads(str(left))),
        created_at=created,
    )


def _addresses(value: Value) -> tuple[Address, ...]:
    return tuple(Address(name, address) for name, address in json.loads(str(value)))
