"""Events of the agenda, and which messages were looked at for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import cast

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.agenda import Answer, Event, EventId, Guest, Standing, StoredEvent
from mel_desktop.model.changes import Area
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Address, MessageId
from mel_desktop.model.values import dataclass
from mel_desktop.store import bodytext, mailbox
from mel_desktop.store.database import Reader, Row, Transaction
from mel_desktop.store.times import from_text, to_text

MOST_ICS = 1024 * 1024
MOST_ROWS = 3000
_COLUMNS = """id, account_id, standing, ics, before_ics, message_id, invited, answered_at"""
Read = Callable[[bytes], Event | None]
CALENDAR = """(p.media_type IN ('text/calendar', 'application/ics')
               OR (p.media_type = 'application/octet-stream' AND p.filename LIKE '%.ics'))"""
RECEIPT = "p.media_type = 'message/disposition-notification'"


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """A message that carries something to be looked at."""

    message: MessageId
    account: AccountId
    number: str


def candidates(
    reader: Reader, account: AccountId, kind: str, since: datetime, most_bytes: int, limit: int
) -> tuple[CalendarPart, ...]:
    """Messages with a part of a kind (CALENDAR, RECEIPT) that were not looked at, oldest first.

    Not those in the trash, the junk or the drafts.
    """
    rows = reader.all(
        f"""SELECT m.id, min(p.number) FROM message AS m
             CROSS JOIN part AS p ON p.message_id = m.id JOIN folder AS f ON f.id = m.folder_id
            WHERE m.id >= ? AND m.account_id = ? AND m.hidden = 0
              AND {kind} AND p.size <= ?
              AND (f.role IS NULL OR f.role NOT IN ('trash', 'junk', 'drafts'))
              AND NOT EXISTS (SELECT 1 FROM calendar_seen AS s WHERE s.message_id = m.id)
            GROUP BY m.id ORDER BY m.id LIMIT ?""",  # noqa: S608 constants
        mailbox.first_id(since),
        account,
        most_bytes,
        limit,
    )
    return tuple(
        CalendarPart(MessageId(cast("int", id_)), account, str(number)) for id_, number in rows
    )


def part_of(reader: Reader, message: MessageId, kind: str) -> CalendarPart | None:
    """The first part of a kind (CALENDAR, RECEIPT) of a message."""
    row = reader.one(
        f"""SELECT m.account_id, p.number FROM message AS m JOIN part AS p ON p.message_id = m.id
             WHERE m.id = ? AND {kind} ORDER BY p.position LIMIT 1""",  # noqa: S608 constants
        message,
    )
    if row is None:
        return None
    return CalendarPart(message, AccountId(cast("int", row[0])), str(row[1]))


def is_seen(reader: Reader, message: MessageId) -> bool:
    """Whether a message was looked at."""
    return reader.value("SELECT 1 FROM calendar_seen WHERE message_id = ?", message) is not None


def seen(tx: Transaction, message: MessageId) -> None:
    """This message was looked at."""
    tx.run("INSERT OR IGNORE INTO calendar_seen (message_id) VALUES (?)", message)


def sender_of(reader: Reader, message: MessageId) -> tuple[Address, str | None]:
    """Who sent a message, and the role of its folder. NOT_FOUND."""
    row = reader.one(
        """SELECT m.from_name, m.from_address, f.role FROM message AS m
             JOIN folder AS f ON f.id = m.folder_id WHERE m.id = ?""",
        message,
    )
    if row is None:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="message")
    return Address(str(row[0]), str(row[1])), None if row[2] is None else str(row[2])


# -- events ----------------------------------------------------------------------------------------


def find(
    reader: Reader, read: Read, account: AccountId, uid: str, recurrence: str
) -> StoredEvent | None:
    """One event, or None."""
    row = reader.one(
        f"""SELECT {_COLUMNS} FROM event
             WHERE account_id = ? AND uid = ? AND recurrence = ?""",  # noqa: S608 constants
        account,
        uid,
        recurrence,
    )
    return None if row is None else _stored(reader, read, row)


def get(reader: Reader, read: Read, event: EventId) -> StoredEvent:
    """One event. NOT_FOUND."""
    row = reader.one(f"SELECT {_COLUMNS} FROM event WHERE id = ?", event)  # noqa: S608 constants
    found = None if row is None else _stored(reader, read, row)
    if found is None:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="event")
    return found


def between(
    reader: Reader, read: Read, since: datetime, until: datetime
) -> tuple[StoredEvent, ...]:
    """Events of every account that may touch a span, and all that belongs to their series."""
    rows = reader.all(
        f"""SELECT {_COLUMNS} FROM event
             WHERE (starts_at < ?1 AND (ends_at IS NULL OR ends_at >= ?2))
                OR (recurrence <> '' AND EXISTS (
                       SELECT 1 FROM event AS whole
                        WHERE whole.account_id = event.account_id AND whole.uid = event.uid
                          AND whole.recurrence = '' AND whole.starts_at < ?1
                          AND (whole.ends_at IS NULL OR whole.ends_at >= ?2)))
             ORDER BY starts_at, id LIMIT ?3""",  # noqa: S608 constants
        to_text(until),
        to_text(since),
        MOST_ROWS,
    )
    found = (_stored(reader, read, row) for row in rows)
    return tuple(one for one in found if one is not None)


def calendar_of(reader: Reader, event: EventId) -> bytes:
    """An event with its zones, as it came. NOT_FOUND."""
    row = reader.one("SELECT ics FROM event WHERE id = ?", event)
    if row is None:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="event")
    return bodytext.unpack(reader, row[0], MOST_ICS)


def ids(reader: Reader, *standings: Standing) -> tuple[EventId, ...]:
    """Events that stand so, by their beginning."""
    marks = ",".join("?" * len(standings))
    rows = reader.all(
        f"SELECT id FROM event WHERE standing IN ({marks}) ORDER BY starts_at, id",  # noqa: S608 only question marks
        *(one.value for one in standings),
    )
    return tuple(EventId(cast("int", id_)) for (id_,) in rows)


def put(
    tx: Transaction,
    account: AccountId,
    event: Event,
    ics: bytes,
    *,
    standing: Standing,
    ends: datetime | None,
    message: MessageId | None,
    invited: str,
) -> EventId:
    """Store an event, or a newer version of it; the one before is kept beside it."""
    (packed,) = bodytext.pack(tx, [ics])
    tx.run(
        """INSERT INTO event (account_id, uid, recurrence, standing, starts_at, ends_at, ics,
                              message_id, invited)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (account_id, uid, recurrence) DO UPDATE
              SET standing = excluded.standing, starts_at = excluded.starts_at,
                  ends_at = excluded.ends_at, before_ics = ics, ics = excluded.ics,
                  message_id = coalesce(excluded.message_id, message_id),
                  invited = CASE excluded.invited WHEN '' THEN invited ELSE excluded.invited END""",
        account,
        event.uid,
        event.recurrence,
        standing.value,
        to_text(event.starts),
        None if ends is None else to_text(ends),
        packed,
        message,
        invited,
    )
    id_ = tx.value(
        "SELECT id FROM event WHERE account_id = ? AND uid = ? AND recurrence = ?",
        account,
        event.uid,
        event.recurrence,
    )
    tx.changed(Area.AGENDA)
    return EventId(cast("int", id_))


def set_standing(
    tx: Transaction, event: EventId, standing: Standing, answered_at: datetime | None = None
) -> None:
    """Where it stands now."""
    tx.run(
        "UPDATE event SET standing = ?, answered_at = coalesce(?, answered_at) WHERE id = ?",
        standing.value,
        None if answered_at is None else to_text(answered_at),
        event,
    )
    tx.changed(Area.AGENDA)


def occurrences_of(reader: Reader, account: AccountId, uid: str) -> tuple[EventId, ...]:
    """Occurrences of a series that stand alone."""
    rows = reader.all(
        "SELECT id FROM event WHERE account_id = ? AND uid = ? AND recurrence <> ''", account, uid
    )
    return tuple(EventId(cast("int", id_)) for (id_,) in rows)


def remove(tx: Transaction, event: EventId) -> None:
    """Forget an event and its occurrences that stand alone."""
    tx.run(
        """DELETE FROM event WHERE id = ?1 OR (recurrence <> '' AND EXISTS (
               SELECT 1 FROM event AS whole WHERE whole.id = ?1 AND whole.recurrence = ''
                  AND whole.account_id = event.account_id AND whole.uid = event.uid))""",
        event,
    )
    tx.changed(Area.AGENDA)


def note_answer(tx: Transaction, event: EventId, guest: Guest, sequence: int, at: datetime) -> None:
    """What a guest answered; an older answer never takes the place of a newer one."""
    tx.run(
        """INSERT INTO event_answer (event_id, address, name, answer, comment, sequence, stamp)
           VALUES (?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (event_id, address) DO UPDATE
              SET name = excluded.name, answer = excluded.answer, comment = excluded.comment,
                  sequence = excluded.sequence, stamp = excluded.stamp
            WHERE (excluded.sequence, excluded.stamp) >= (sequence, stamp)""",
        event,
        guest.who.address.lower(),
        guest.who.name,
        guest.answer.value,
        guest.comment,
        sequence,
        to_text(at),
    )
    tx.changed(Area.AGENDA)


def answered(reader: Reader, event: EventId, address: str) -> tuple[int, datetime] | None:
    """The version of what a guest answered; None: nothing is known."""
    row = reader.one(
        "SELECT sequence, stamp FROM event_answer WHERE event_id = ? AND address = ?",
        event,
        address.lower(),
    )
    at = None if row is None else from_text(row[1])
    return None if row is None or at is None else (cast("int", row[0]), at)


def answers(reader: Reader, event: EventId) -> tuple[Guest, ...]:
    """What guests answered, by address."""
    return tuple(
        Guest(Address(str(name), str(address)), Answer(str(answer)), comment=str(comment))
        for address, name, answer, comment in reader.all(
            """SELECT address, name, answer, comment FROM event_answer
                WHERE event_id = ? ORDER BY address""",
            event,
        )
    )


def _stored(reader: Reader, read: Read, row: Row) -> StoredEvent | None:
    id_, account, standing, ics, before, message, invited, answered_at = row
    event = read(bodytext.unpack(reader, ics, MOST_ICS))
    if event is None:  # written by a newer program: it stays, and is shown by that
        return None
    return StoredEvent(
        EventId(cast("int", id_)),
        AccountId(cast("int", account)),
        event,
        Standing(str(standing)),
        None if message is None else MessageId(cast("int", message)),
        str(invited),
        None if before is None else read(bodytext.unpack(reader, before, MOST_ICS)),
        from_text(answered_at),
    )
