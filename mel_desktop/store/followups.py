"""Answers that are waited for, and questions that were not answered."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, cast

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import Area
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import MessageId
from mel_desktop.model.outgoing import DraftId
from mel_desktop.model.values import dataclass
from mel_desktop.store.database import Reader, Row, Transaction, to_json
from mel_desktop.store.times import from_text, to_text

MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Awaited:
    """A row of table followup whose message was sent."""

    id: int
    account: AccountId
    message: MessageId | None
    message_id: str
    subject: str
    people: tuple[str, ...]
    sent_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """A message of the same conversation that came later. ``header`` None: it is not here."""

    sender: str
    in_reply_to: str
    references: tuple[str, ...]
    subject: str
    header: bytes | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A message of the inbox that may ask something of its reader."""

    message: MessageId
    account: AccountId
    message_id: str
    subject: str
    sender: str
    to: tuple[str, ...]
    received_at: datetime
    text: str


def wish(
    tx: Transaction,
    account: AccountId,
    draft: DraftId,
    *,
    subject: str,
    people: Sequence[str],
    due: datetime,
    now: datetime,
) -> None:
    """An answer to this draft will be waited for; the newest wish counts."""
    tx.run("DELETE FROM followup WHERE draft_id = ?", draft)
    tx.insert(
        """INSERT INTO followup (account_id, draft_id, subject, people, sent_at, due_at)
           VALUES (?, ?, ?, ?, ?, ?)""",
        account,
        draft,
        subject,
        to_json(list(people)),
        to_text(now),
        to_text(due),
    )


def wait_for(tx: Transaction, message: MessageId, due: datetime) -> None:
    """An answer to a message that was sent is waited for. NOT_FOUND."""
    found = tx.one(
        """SELECT m.account_id, m.message_id, m.subject, m.recipients, m.received_at
             FROM message AS m WHERE m.id = ? AND m.message_id <> ''""",
        message,
    )
    if found is None:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="message")
    account, message_id, subject, recipients, sent = found
    told = json.loads(str(recipients))
    people = [pair[1] for kind in ("to", "cc", "bcc") for pair in told.get(kind, ())]
    tx.run("DELETE FROM followup WHERE account_id = ? AND message_id = ?", account, message_id)
    tx.insert(
        """INSERT INTO followup (account_id, message_id, subject, people, sent_at, due_at)
           VALUES (?, ?, ?, ?, ?, ?)""",
        account,
        message_id,
        subject,
        to_json(people),
        sent,
        to_text(due),
    )
    tx.changed(Area.OUTBOX)


def link(tx: Transaction) -> int:
    """Wishes of drafts that are in the outbox now learn the Message-ID, once more after an undo."""
    return tx.run(
        """UPDATE followup AS f
              SET message_id = (SELECT o.message_id FROM outbox AS o WHERE o.draft_id = f.draft_id
                                 ORDER BY o.id DESC LIMIT 1)
            WHERE f.draft_id IS NOT NULL
              AND EXISTS (SELECT 1 FROM outbox AS o
                           WHERE o.draft_id = f.draft_id AND o.message_id <> f.message_id)"""
    )


def awaited(reader: Reader) -> tuple[Awaited, ...]:
    """Of messages that left, the first due first."""
    rows = reader.all(
        """SELECT f.id, f.account_id, f.message_id, f.subject, f.people, f.due_at,
                  coalesce(o.accepted_at, f.sent_at),
                  (SELECT m.id FROM message AS m
                    WHERE m.account_id = f.account_id AND m.message_id = f.message_id
                      AND m.hidden = 0 LIMIT 1) AS copy
             FROM followup AS f LEFT JOIN outbox AS o ON o.message_id = f.message_id
            WHERE f.state = 'waiting' AND f.message_id <> ''
              AND (o.accepted_at IS NOT NULL OR (o.id IS NULL AND copy IS NOT NULL))
            ORDER BY f.due_at LIMIT ?""",
        MOST,
    )
    return tuple(_awaited(one) for one in rows)


def _awaited(found: Row) -> Awaited:
    id_, account, message_id, subject, people, due, sent, copy = found
    return Awaited(
        cast("int", id_),
        AccountId(cast("int", account)),
        None if copy is None else MessageId(cast("int", copy)),
        str(message_id),
        str(subject),
        tuple(json.loads(str(people))),
        cast("datetime", from_text(sent)),
        cast("datetime", from_text(due)),
    )


def later_in_conversation(reader: Reader, one: Awaited) -> tuple[Answer, ...]:
    """What came after it in its conversation, from whomever."""
    from mel_desktop.store import bodytext  # noqa: PLC0415 first needed here

    rows = reader.all(
        """SELECT a.from_address, a.in_reply_to, a.refs, a.subject,
                  (SELECT header FROM body AS b WHERE b.message_id = a.id)
             FROM message AS m
             JOIN message AS a ON a.thread_id = m.thread_id AND a.account_id = m.account_id
            WHERE m.id = ? AND a.id <> m.id AND a.message_id <> m.message_id
              AND (a.received_at > m.received_at
                   OR m.message_id = a.in_reply_to OR instr(a.refs, m.message_id) > 0)
            ORDER BY a.id DESC LIMIT 50""",
        one.message,
    )
    return tuple(
        Answer(
            str(sender),
            str(parent),
            tuple(str(refs).split()),
            str(subject),
            None if header is None else bodytext.unpack(reader, header),
        )
        for sender, parent, refs, subject, header in rows
    )


def set_state(tx: Transaction, wanted: int, state: str) -> None:
    """Answered, dismissed. NOT_FOUND."""
    if not tx.run("UPDATE followup SET state = ? WHERE id = ?", state, wanted):
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="followup")
    tx.changed(Area.OUTBOX)


def postpone(tx: Transaction, wanted: int, due: datetime) -> None:
    """Another day. NOT_FOUND."""
    if not tx.run(
        "UPDATE followup SET due_at = ?, told = 0, state = 'waiting' WHERE id = ?",
        to_text(due),
        wanted,
    ):
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="followup")
    tx.changed(Area.OUTBOX)


def tell_due(tx: Transaction, now: datetime, live: Sequence[int]) -> int:
    """How many of these are due and were not told of yet; from here on they were."""
    return tx.run(
        """UPDATE followup SET told = 1
            WHERE told = 0 AND state = 'waiting' AND due_at <= ?
              AND id IN (SELECT value FROM json_each(?))""",
        to_text(now),
        to_json(list(live)),
    )


def asked(
    reader: Reader, since: datetime, until: datetime, senders: Iterable[str] | None = None
) -> tuple[Asked, ...]:
    """Unanswered messages of inboxes of that time whose beginning holds a question mark, from
    people who were written to before (from these addresses only, if given); newest first.
    """
    source = "folder AS f JOIN message AS m ON m.folder_id = f.id"
    if senders is not None:
        source = """json_each(?) AS who
             CROSS JOIN message AS m ON m.from_address = who.value COLLATE NOCASE
             CROSS JOIN folder AS f ON f.id = m.folder_id"""
    rows = reader.all(
        f"""SELECT m.id, m.account_id, m.message_id, m.subject, m.from_address, m.recipients,
                  m.received_at, m.preview
             FROM {source}
            WHERE f.role = 'inbox' AND m.hidden = 0 AND m.marks & 4 = 0
              AND m.received_at BETWEEN ? AND ? AND m.preview LIKE '%?%'
              AND EXISTS (SELECT 1 FROM correspondent AS c WHERE c.address = lower(m.from_address))
              AND NOT EXISTS (SELECT 1 FROM question_dismissed AS d WHERE d.message_id = m.id)
              AND NOT EXISTS (SELECT 1 FROM message AS s JOIN folder AS sf ON sf.id = s.folder_id
                               WHERE s.thread_id = m.thread_id AND s.account_id = m.account_id
                                 AND sf.role = 'sent' AND s.received_at >= m.received_at)
              AND NOT EXISTS (SELECT 1 FROM draft AS w
                               WHERE w.reply_to = m.id AND w.state IN ('queued', 'sent'))
            ORDER BY m.id DESC LIMIT 200""",  # noqa: S608 constants
        *(() if senders is None else (to_json(list(senders)),)),
        to_text(since),
        to_text(until),
    )
    found = []
    for id_, account, message_id, subject, sender, recipients, received, text in rows:
        told = json.loads(str(recipients))
        people = [*told.get("to", ()), *told.get("cc", ())]
        found.append(
            Asked(
                MessageId(cast("int", id_)),
                AccountId(cast("int", account)),
                str(message_id),
                str(subject),
                str(sender),
                tuple(str(pair[1]) for pair in people),
                cast("datetime", from_text(received)),
                str(text),
            )
        )
    return tuple(found)


def dismiss_question(tx: Transaction, message: MessageId) -> None:
    """No answer is meant. NOT_FOUND."""
    if tx.value("SELECT 1 FROM message WHERE id = ?", message) is None:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="message")
    tx.run("INSERT OR IGNORE INTO question_dismissed (message_id) VALUES (?)", message)
    tx.changed(Area.OUTBOX)
