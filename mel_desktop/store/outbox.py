"""Outgoing messages in the database: final bytes, states, and what the server said.

Rule 1: bytes, Message-ID and envelope never change after the row was made.
Rule 2: every change of state names the states it may come from, so that a late thread, a second
program or a person who clicks at the wrong moment changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, cast

from mel_desktop.logic.delivery_codes import LETTERS_NOT_TAKEN
from mel_desktop.logic.recipients import needs_utf8
from mel_desktop.logic.unanswered import is_absent, next_search, ways
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import Area
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import MessageId
from mel_desktop.model.outgoing import DraftId, OutboxId, OutboxRow, OutboxState
from mel_desktop.model.sending import (
    NOTHING_KNOWN,
    OutboxDetails,
    Recipient,
    RecipientState,
    WordOfSent,
)
from mel_desktop.model.values import dataclass
from mel_desktop.ports import RefusedRecipient
from mel_desktop.store.database import Reader, Row, Transaction, to_json
from mel_desktop.store.times import from_text, to_text

S = OutboxState
_OUTCOMES: Final = {
    "failed": RecipientState.UNDELIVERED,
    "delayed": RecipientState.DELAYED,
    "delivered": RecipientState.DELIVERED,
    "relayed": RecipientState.RELAYED,
}
AT_REST: Final = (S.QUEUED, S.HELD, S.FAILED)  # nobody works on it, and it may still leave
DETAIL: Final = 300  # characters kept of what a server said

_COLUMNS: Final = """id, account_id, draft_id, message_id, subject, recipients, state, since,
    attempts, max(coalesce(next_attempt, ''), coalesce(not_before, '')), reason, detail, size,
    (SELECT count(*) FROM delivery AS d WHERE d.account_id = outbox.account_id
        AND d.message_id = outbox.message_id AND d.outcome = 'failed')"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the outbox needs of a row to work on it."""

    id: OutboxId
    account: AccountId
    draft: DraftId | None
    message_id: str
    sender: str
    recipients: tuple[str, ...]
    blob: int
    size: int
    state: OutboxState
    attempts: int
    not_before: datetime | None
    next_attempt: datetime | None
    accepted_at: datetime | None
    reason: str
    since: datetime | None = None
    word: WordOfSent = NOTHING_KNOWN
    at_once: bool = False
    confirm: bool = False  # a report of delivery is asked for


def insert(
    tx: Transaction,
    *,
    account: AccountId,
    draft: DraftId | None,
    message_id: str,
    subject: str,
    sender: str,
    recipients: Sequence[str],
    blob: int,
    size: int,
    not_before: datetime | None,
    now: datetime,
    confirm: bool = False,
) -> OutboxId:
    """A message that is ready to leave."""
    tx.changed(Area.OUTBOX)
    return OutboxId(
        tx.insert(
            """INSERT INTO outbox (account_id, draft_id, message_id, subject, sender, recipients,
                   blob_id, size, state, not_before, since, confirm)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?, ?)""",
            account,
            draft,
            message_id,
            subject,
            sender,
            to_json(list(recipients)),
            blob,
            size,
            None if not_before is None else to_text(not_before),
            to_text(now),
            int(confirm),
        )
    )


def row(reader: Reader, wanted: OutboxId) -> OutboxRow:
    """One row as screens show it. LocalRefusal(NOT_FOUND)."""
    found = reader.one(f"SELECT {_COLUMNS} FROM outbox WHERE id = ?", wanted)  # noqa: S608 a constant
    if found is None:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="outbox")
    return _shown(found)


def rows(reader: Reader, filed_since: datetime) -> tuple[OutboxRow, ...]:
    """Newest first: all that is open, and what was filed lately."""
    found = reader.all(
        f"""SELECT {_COLUMNS} FROM outbox
             WHERE state <> 'filed' OR since >= ? ORDER BY id DESC""",  # noqa: S608 a constant
        to_text(filed_since),
    )
    return tuple(_shown(one) for one in found)


def open_rows(reader: Reader, account: AccountId) -> tuple[Waiting, ...]:
    """All that is not done with, in the order in which it was queued."""
    found = reader.all(
        """SELECT id, account_id, draft_id, message_id, sender, recipients, blob_id, size, state,
                  attempts, not_before, next_attempt, checked_at, accepted_at, reason, since,
                  search_trouble, at_once, confirm
             FROM outbox WHERE account_id = ? AND state <> 'filed' ORDER BY id""",
        account,
    )
    return tuple(_waiting(one) for one in found)


def next_due(reader: Reader, account: AccountId, now: datetime) -> datetime | None:
    """When the next message that waits for an hour, or Sent for its second search, is due."""
    found = reader.value(
        """SELECT min(max(coalesce(next_attempt, ''), coalesce(not_before, ''))) FROM outbox
            WHERE account_id = ?1 AND state = 'queued'
              AND max(coalesce(next_attempt, ''), coalesce(not_before, '')) > ?2""",
        account,
        to_text(now),
    )
    words = [one.word for one in open_rows(reader, account) if one.state is S.UNKNOWN]
    searches = [at for at in map(next_search, words) if at > now]
    return min((at for at in (from_text(found), *searches) if at is not None), default=None)


def message_ids(reader: Reader, account: AccountId) -> frozenset[str]:
    """Of every row of an account."""
    found = reader.all("SELECT message_id FROM outbox WHERE account_id = ?", account)
    return frozenset(str(one) for (one,) in found)


def same_subject(reader: Reader, wanted: OutboxId) -> tuple[tuple[int, int], ...]:
    """Blob and size of the account's other messages with this one's subject, blanks apart, whatever
    became of them.
    """
    found = reader.all(
        """SELECT o.id, o.blob_id, o.size, o.subject FROM outbox AS o
             JOIN outbox AS mine ON mine.account_id = o.account_id WHERE mine.id = ?""",
        wanted,
    )
    subjects = {id_: "".join(str(subject).split()) for id_, _, _, subject in found}
    return tuple(
        (cast("int", blob), cast("int", size))
        for id_, blob, size, _ in found
        if id_ != wanted and subjects[id_] == subjects[wanted]
    )


def account_of(reader: Reader, wanted: OutboxId) -> AccountId:
    """Whose message it is. LocalRefusal(NOT_FOUND)."""
    found = reader.value("SELECT account_id FROM outbox WHERE id = ?", wanted)
    if found is None:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="outbox")
    return AccountId(cast("int", found))


def draft_of(reader: Reader, wanted: OutboxId) -> DraftId | None:
    """The draft that it was made from, if that is still here."""
    found = reader.value("SELECT draft_id FROM outbox WHERE id = ?", wanted)
    return None if found is None else DraftId(cast("int", found))


def move(
    tx: Transaction,
    wanted: OutboxId,
    to: OutboxState,
    *,
    come_from: Iterable[OutboxState],
    now: datetime,
    reason: str = "",
    detail: str = "",
) -> bool:
    """Change the state if it is one of ``come_from``; whether it was."""
    places = [state.value for state in come_from]
    moved = tx.run(
        f"""UPDATE outbox
               SET state = ?, since = CASE WHEN state = ? THEN since ELSE ? END,
                   reason = ?, detail = ?
             WHERE id = ? AND state IN ({", ".join("?" * len(places))})""",  # noqa: S608 marks only
        to.value,
        to.value,
        to_text(now),
        reason,
        detail[:DETAIL],
        wanted,
        *places,
    )
    if moved:
        tx.changed(Area.OUTBOX)
    return moved > 0


def claim(
    tx: Transaction,
    wanted: OutboxId,
    now: datetime,
    tried: Sequence[str] = (),
    planned: datetime | None = None,
) -> bool:
    """Queued to sending, if it is still queued: whoever gets True hands it over, nobody else.

    ``tried``: the recipients of this hand-over; () for all that are left. ``planned``: the hour
    that was looked at; one that a person has chosen since is not passed over.
    """
    hour = from_text(tx.value("SELECT not_before FROM outbox WHERE id = ?", wanted))
    if hour is not None and hour != planned and hour > now:
        return False
    claimed = move(tx, wanted, S.SENDING, come_from=(S.QUEUED,), now=now)
    if claimed:
        tx.run(
            """UPDATE outbox SET handed_over = 0, checked_at = NULL, search_trouble = '',
                      next_attempt = NULL, tried = ?
                WHERE id = ?""",
            to_json(list(tried)),
            wanted,
        )
    return claimed


def tried(reader: Reader, wanted: OutboxId) -> tuple[str, ...]:
    """The recipients of the last hand-over; () for all that were left."""
    return tuple(str(one) for one in _list(reader, "tried", wanted))


def hold(tx: Transaction, wanted: Iterable[OutboxId], reason: str, now: datetime) -> None:
    """Queued rows stay until a person says more, and why."""
    for one in wanted:
        move(tx, one, S.HELD, come_from=(S.QUEUED,), now=now, reason=reason)


def hold_back(tx: Transaction, wanted: OutboxId, until: datetime, reason: str, detail: str) -> None:
    """Queued, but not due before ``until``, and why."""
    tx.run(
        """UPDATE outbox SET next_attempt = ?, reason = ?, detail = ?
            WHERE id = ? AND state = 'queued'""",
        to_text(until),
        reason,
        detail,
        wanted,
    )
    tx.changed(Area.OUTBOX)


def set_handed_over(tx: Transaction, wanted: OutboxId, tried: Sequence[str]) -> None:
    """The final dot is about to leave: from here on the server may have it, for ``tried`` alone."""
    tx.run(
        "UPDATE outbox SET handed_over = 1, tried = ? WHERE id = ?", to_json(list(tried)), wanted
    )


def recover(tx: Transaction, account: AccountId, now: datetime) -> None:
    """Rows found in sending when nobody sends: a kill or a fault cut the last try short.

    Before the final dot nothing can have been taken: back into the queue. After it: unknown.
    """
    changed = tx.run(
        """UPDATE outbox SET state = 'queued', since = ?
            WHERE account_id = ? AND state = 'sending' AND handed_over = 0""",
        to_text(now),
        account,
    )
    changed += tx.run(
        """UPDATE outbox SET state = 'unknown', since = ?, reason = ?, checked_at = NULL
            WHERE account_id = ? AND state = 'sending' AND handed_over = 1""",
        to_text(now),
        ErrorCode.SENDING_UNKNOWN.text,
        account,
    )
    if changed:
        tx.changed(Area.OUTBOX)


def set_next_attempt(tx: Transaction, wanted: OutboxId, attempts: int, at: datetime | None) -> None:
    """How often it was tried and when it is due again."""
    tx.run(
        "UPDATE outbox SET attempts = ?, next_attempt = ? WHERE id = ?",
        attempts,
        None if at is None else to_text(at),
        wanted,
    )
    tx.changed(Area.OUTBOX)


def set_hour(tx: Transaction, wanted: OutboxId, at: datetime | None, now: datetime) -> None:
    """Queued for this hour, as if it had been queued now."""
    tx.run(
        """UPDATE outbox SET not_before = ?, next_attempt = NULL, since = ?, reason = '',
                  detail = '', attempts = 0 WHERE id = ? AND state = 'queued'""",
        None if at is None else to_text(at),
        to_text(now),
        wanted,
    )
    tx.changed(Area.OUTBOX)


def details(reader: Reader, wanted: OutboxId, now: datetime) -> OutboxDetails:
    """What is known of each recipient, and what a person may do. LocalRefusal(NOT_FOUND)."""
    found = reader.one(
        """SELECT o.account_id, o.message_id, o.recipients, o.not_before, o.state,
                  o.state = 'failed' AND o.reason = ?1, o.confirm,
                  (SELECT m.id FROM message AS m JOIN folder AS f ON f.id = m.folder_id
                    WHERE m.account_id = o.account_id AND m.message_id = o.message_id
                      AND m.hidden = 0 AND (f.role = 'sent' OR f.local = 1)
                    ORDER BY f.local LIMIT 1)
             FROM outbox AS o WHERE o.id = ?2""",
        ErrorCode.NO_SMTPUTF8.text,
        wanted,
    )
    if found is None:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="outbox")
    account, message_id, everybody, not_before, standing, no_utf8, confirm, copy = found
    word = word_of_sent(reader, wanted)
    came_back = {
        str(who): Recipient(str(who), _OUTCOMES[str(outcome)], str(status), str(said))
        for who, outcome, status, said in reader.all(
            """SELECT recipient, outcome, status, said FROM delivery
                WHERE account_id = ? AND message_id = ? ORDER BY id""",
            account,
            message_id,
        )
    }
    held, lost = set(taken(reader, wanted)), dict(refused(reader, wanted))
    gone = set(left_out(reader, wanted))
    people = []
    for address in (str(one) for one in json.loads(str(everybody))):
        state = RecipientState.TAKEN if address in held else RecipientState.WAITING
        plain = Recipient(address, state)
        if address in lost:
            plain = Recipient(address, RecipientState.REFUSED, said=lost[address])
        elif address in gone:
            plain = Recipient(address, RecipientState.LEFT_OUT)
        elif no_utf8 and needs_utf8(address):
            plain = Recipient(address, RecipientState.REFUSED, LETTERS_NOT_TAKEN)
        people.append(came_back.pop(address.lower(), plain))
    return OutboxDetails(
        (*people, *came_back.values()),
        from_text(not_before),
        word.checked_at,
        None if copy is None else MessageId(cast("int", copy)),
        word=word,
        is_absent=is_absent(word),
        ways=ways(OutboxState(standing), people, word, now),
        confirm=bool(confirm),
    )


def set_due_now(tx: Transaction, wanted: OutboxId) -> None:
    """A person wants it to be tried now, whatever was planned."""
    tx.run("UPDATE outbox SET next_attempt = NULL, not_before = NULL WHERE id = ?", wanted)
    tx.changed(Area.OUTBOX)


def set_reason(tx: Transaction, wanted: Iterable[OutboxId], reason: str, detail: str = "") -> None:
    """Why rows wait, where that is not said already."""
    for one in wanted:
        if tx.run(
            "UPDATE outbox SET reason = ?, detail = ? WHERE id = ? AND reason <> ?",
            reason,
            detail[:DETAIL],
            one,
            reason,
        ):
            tx.changed(Area.OUTBOX)


def postpone(tx: Transaction, account: AccountId, until: datetime, reason: str) -> None:
    """The server takes nothing from this account for now: nothing is due before ``until``."""
    tx.run(
        """UPDATE outbox SET next_attempt = ?, reason = ?
            WHERE account_id = ? AND state = 'queued'
              AND (next_attempt IS NULL OR next_attempt < ?)""",
        to_text(until),
        reason,
        account,
        to_text(until),
    )


def set_accepted(tx: Transaction, wanted: OutboxId, now: datetime) -> None:
    """When it was taken; from here on attempts are those of filing."""
    tx.run(
        "UPDATE outbox SET accepted_at = ?, attempts = 0, next_attempt = NULL WHERE id = ?",
        to_text(now),
        wanted,
    )


def set_kept_here(tx: Transaction, wanted: OutboxId, reason: str, now: datetime) -> bool:
    """Accepted, and a person wants it filed on the server no more; whether it was accepted."""
    return move(tx, wanted, S.FILED, come_from=(S.ACCEPTED,), now=now, reason=reason)


def set_filed(tx: Transaction, wanted: OutboxId, now: datetime) -> None:
    """The copy is in Sent. Refused recipients stay said."""
    tx.run(
        """UPDATE outbox
              SET state = 'filed', since = ?, next_attempt = NULL,
                  reason = CASE WHEN refused = '[]' THEN '' ELSE reason END,
                  detail = CASE WHEN refused = '[]' THEN '' ELSE detail END
            WHERE id = ? AND state = 'accepted'""",
        to_text(now),
        wanted,
    )
    tx.changed(Area.OUTBOX)


def note_taken(
    tx: Transaction, wanted: OutboxId, taken: Iterable[str], gone: Iterable[RefusedRecipient]
) -> None:
    """Recipients that the server took or refused for good in one hand-over: they are settled."""
    held = [*_list(tx, "taken", wanted), *taken]
    lost = [
        *_list(tx, "refused", wanted),
        *([one.address, f"{one.reply_code} {one.reply}".strip()[:DETAIL]] for one in gone),
    ]
    tx.run(
        "UPDATE outbox SET taken = ?, refused = ? WHERE id = ?",
        to_json(held),
        to_json(lost),
        wanted,
    )


def taken(reader: Reader, wanted: OutboxId) -> tuple[str, ...]:
    """Recipients for whom the server has taken the message already."""
    return tuple(str(one) for one in _list(reader, "taken", wanted))


def refused(reader: Reader, wanted: OutboxId) -> tuple[tuple[str, str], ...]:
    """Recipients that the server did not take although it took the message, with its replies."""
    pairs = cast("list[list[str]]", _list(reader, "refused", wanted))
    return tuple((address, reply) for address, reply in pairs)


def recipients_left(reader: Reader, wanted: OutboxId) -> tuple[str, ...]:
    """Envelope recipients that are not settled yet."""
    settled = {*taken(reader, wanted), *(address for address, _ in refused(reader, wanted))}
    settled.update(left_out(reader, wanted))
    everybody = [str(one) for one in _list(reader, "recipients", wanted)]
    return tuple(address for address in everybody if address not in settled)


def _list(reader: Reader, column: str, wanted: OutboxId) -> list[object]:
    found = reader.value(f"SELECT {column} FROM outbox WHERE id = ?", wanted)  # noqa: S608 ours
    return cast("list[object]", json.loads(str(found or "[]")))


def set_checked(tx: Transaction, wanted: OutboxId, now: datetime) -> None:
    """Sent was searched for its Message-ID, and it was not there.

    An answer that got lost in the future was lost under a wrong clock: it counts as lost now.
    """
    tx.run(
        """UPDATE outbox SET checked_at = ?1, search_trouble = '', since = min(since, ?1)
            WHERE id = ?2""",
        to_text(now),
        wanted,
    )
    tx.changed(Area.OUTBOX)


def set_search_trouble(tx: Transaction, wanted: Iterable[OutboxId], code: str) -> None:
    """Sent could not be searched for what is unknown, and why."""
    for one in wanted:
        tx.run("UPDATE outbox SET search_trouble = ? WHERE id = ? AND state = 'unknown'", code, one)
    tx.changed(Area.OUTBOX)


def word_of_sent(reader: Reader, wanted: OutboxId) -> WordOfSent:
    """What Sent has said of a message whose answer got lost. LocalRefusal(NOT_FOUND)."""
    found = reader.one("SELECT since, checked_at, search_trouble FROM outbox WHERE id = ?", wanted)
    if found is None:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="outbox")
    since, checked, trouble = found
    return WordOfSent(from_text(since), from_text(checked), str(trouble))


def set_at_once(tx: Transaction, wanted: OutboxId) -> None:
    """A person wants it to go on any line."""
    tx.run("UPDATE outbox SET at_once = 1 WHERE id = ?", wanted)


def leave_out(tx: Transaction, wanted: OutboxId, people: Iterable[str]) -> None:
    """A person lets these recipients be: it is not sent to them any more."""
    told = [*left_out(tx, wanted), *people]
    tx.run("UPDATE outbox SET left_out = ? WHERE id = ?", to_json(told), wanted)
    tx.changed(Area.OUTBOX)


def left_out(reader: Reader, wanted: OutboxId) -> tuple[str, ...]:
    """Recipients whom a person let be."""
    return tuple(str(one) for one in _list(reader, "left_out", wanted))


def accepted_at(reader: Reader, wanted: OutboxId) -> datetime | None:
    """When the server took it, if it did."""
    return from_text(reader.value("SELECT accepted_at FROM outbox WHERE id = ?", wanted))


def blob_of(reader: Reader, wanted: OutboxId) -> int:
    """Where its octets are. LocalRefusal(NOT_FOUND)."""
    found = reader.value("SELECT blob_id FROM outbox WHERE id = ?", wanted)
    if found is None:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="outbox")
    return cast("int", found)


def delete(tx: Transaction, wanted: OutboxId) -> None:
    """Forget a row (taken back into the drafts)."""
    tx.run("DELETE FROM outbox WHERE id = ?", wanted)
    tx.changed(Area.OUTBOX)


def remove_old(tx: Transaction, before: datetime) -> int:
    """Forget rows that were filed earlier than ``before``: the copy is in Sent; how many."""
    return tx.run("DELETE FROM outbox WHERE state = 'filed' AND since < ?", to_text(before))


# -- inside ----------------------------------------------------------------------------------------


def _shown(found: Row) -> OutboxRow:
    (id_, account, draft, message_id, subject, recipients, state, since, attempts, next_attempt,
     reason, detail, size, undelivered) = found  # fmt: skip
    since_at = from_text(since)
    assert since_at is not None  # the column is NOT NULL
    return OutboxRow(
        id=OutboxId(cast("int", id_)),
        account=AccountId(cast("int", account)),
        draft=None if draft is None else DraftId(cast("int", draft)),
        message_id=str(message_id),
        subject=str(subject),
        recipients=tuple(json.loads(str(recipients))),
        state=OutboxState(state),
        since=since_at,
        attempts=cast("int", attempts),
        next_attempt=from_text(next_attempt) if next_attempt else None,
        reason=str(reason),
        reason_detail=str(detail),
        size=cast("int", size),
        undelivered=cast("int", undelivered),
    )


def _waiting(found: Row) -> Waiting:
    (id_, account, draft, message_id, sender, recipients, blob, size, state, attempts, not_before,
     next_attempt, checked_at, accepted_at, reason, since, trouble, at_once,
     confirm) = found  # fmt: skip
    since_at, checked = from_text(since), from_text(checked_at)
    return Waiting(
        id=OutboxId(cast("int", id_)),
        account=AccountId(cast("int", account)),
        draft=None if draft is None else DraftId(cast("int", draft)),
        message_id=str(message_id),
        sender=str(sender),
        recipients=tuple(json.loads(str(recipients))),
        blob=cast("int", blob),
        size=cast("int", size),
        state=OutboxState(state),
        attempts=cast("int", attempts),
        not_before=from_text(not_before),
        next_attempt=from_text(next_attempt),
        accepted_at=from_text(accepted_at),
        reason=str(reason),
        since=since_at,
        word=WordOfSent(since_at, checked, str(trouble)),
        at_once=bool(at_once),
        confirm=bool(confirm),
    )
