"""Folders and messages as screens read them, and how a message comes into the store.

What is shown is "the server said, then the teacher wanted": ``refresh`` is the one place that
computes it. The counters of folders are kept by triggers of the schema, inside each transaction.
Every read is bounded: a page by the index (folder_id, id DESC), rows by the ids asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

from mel_desktop.logic.folding import fold
from mel_desktop.model.mail import (
    Address,
    BodyState,
    Flags,
    Folder,
    FolderId,
    Marks,
    MessageId,
    MessageRow,
    Role,
)
from mel_desktop.model.values import dataclass
from mel_desktop.ports import RemoteMessage
from mel_desktop.store import folderwants, parts
from mel_desktop.store.database import Reader, Row, Transaction, Value, to_json
from mel_desktop.store.times import from_text, to_text

if TYPE_CHECKING:
    from mel_desktop.logic.mime import HeaderFields
    from mel_desktop.store import search

SLOT_S: Final = 600
SEQUENCE_BITS: Final = 6
LAST: Final = (1 << SEQUENCE_BITS) - 1
OLDEST_SLOT: Final = 10_000  # March 1970: leaves room to spill downwards above 0
MOST_AT_ONCE: Final = 1000  # ids in one statement
_read_json: Final = json.JSONDecoder().raw_decode  # of JSON that is our own
_BODIES: Final = {state.value: state for state in BodyState}
_ROLES: Final = {role: place for place, role in enumerate(Role)}


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message that the server listed, with its header read."""

    remote: RemoteMessage
    fields: HeaderFields


# -- Flags ----------------------------------------------------------------------------------------


def keywords_text(keywords: Iterable[str]) -> str:
    """Keywords as stored: sorted, space separated."""
    return " ".join(sorted(keywords))


@lru_cache(maxsize=256)
def flags_of(marks: Value, keywords: Value) -> Flags:
    """Stored marks and keywords as a value."""
    return Flags(Marks(cast("int", marks)), frozenset(cast("str", keywords).split()))


# -- Folders --------------------------------------------------------------------------------------


def folders(reader: Reader, account: int | None = None) -> tuple[Folder, ...]:
    """Inbox, other roles, then by name; of one account or of all, oldest account first."""
    rows = reader.all(
        """SELECT id, account_id, path, delimiter, role, selectable, unread, total, local_bodies,
                  uidvalidity, last_sync_at, complete, subscribed, local
             FROM folder WHERE account_id = ? OR ? IS NULL""",
        account,
        account,
    )
    found = list(folderwants.shown(reader, [_folder(row) for row in rows]))
    found.sort(key=lambda one: (one.account, _ROLES.get(one.role, 99), fold(one.path), one.path))  # type: ignore[arg-type]
    return tuple(found)


def folder(reader: Reader, wanted: int) -> Folder | None:
    """One folder, or None: also for one that is wanted gone."""
    row = reader.one(
        """SELECT id, account_id, path, delimiter, role, selectable, unread, total, local_bodies,
                  uidvalidity, last_sync_at, complete, subscribed, local
             FROM folder WHERE id = ?""",
        wanted,
    )
    found = () if row is None else folderwants.shown(reader, [_folder(row)])
    return found[0] if found else None


def _folder(row: Row) -> Folder:
    (id_, account, path, delimiter, role, selectable, unread, total, bodies, uidvalidity, synced,
     complete, subscribed, local) = row  # fmt: skip
    text, mark = cast("str", path), cast("str", delimiter)
    return Folder(
        id=FolderId(cast("int", id_)),
        account=cast("int", account),
        path=text,
        name=text.rsplit(mark, 1)[-1] if mark else text,
        delimiter=mark,
        role=None if role is None else Role(role),
        selectable=bool(selectable),
        unread=cast("int", unread),
        total=cast("int", total),
        local_bodies=cast("int", bodies),
        uidvalidity=cast("int | None", uidvalidity),
        last_sync_at=from_text(synced),
        complete=bool(complete),
        subscribed=bool(subscribed),
        local=bool(local),
    )


# -- Lists ----------------------------------------------------------------------------------------


def message_ids(
    reader: Reader, wanted: int, *, unread: bool = False, after: int = 0
) -> tuple[MessageId, ...]:
    """Ids of a folder above ``after`` newest first, read from an index alone."""
    listed = (
        """SELECT id FROM message INDEXED BY message_unread
            WHERE folder_id = ? AND id > ? AND hidden = 0 AND marks & 1 = 0 ORDER BY id DESC"""
        if unread
        else """SELECT id FROM message INDEXED BY message_list
                 WHERE folder_id = ? AND id > ? AND hidden = 0 ORDER BY id DESC"""
    )
    # one value: a hundred thousand rows taken one by one last thrice as long
    told = f"SELECT json_group_array(id) FROM ({listed})"  # noqa: S608 constants
    text = reader.value(told, wanted, after)
    return tuple(cast("list[MessageId]", json.loads(cast("str", text))))


def page(
    reader: Reader, wanted: int, *, limit: int, offset: int, unread: bool = False
) -> tuple[MessageRow, ...]:
    """A page of a folder, newest first."""
    found = reader.all(
        """SELECT id FROM message INDEXED BY message_unread
            WHERE folder_id = ? AND hidden = 0 AND marks & 1 = 0
            ORDER BY id DESC LIMIT ? OFFSET ?"""
        if unread
        else """SELECT id FROM message INDEXED BY message_list
                 WHERE folder_id = ? AND hidden = 0 ORDER BY id DESC LIMIT ? OFFSET ?""",
        wanted,
        limit,
        offset,
    )
    return rows(reader, [cast("int", id_) for (id_,) in found])


def rows(reader: Reader, ids: Sequence[int]) -> tuple[MessageRow, ...]:
    """Rows in the order of ``ids``; those that are gone are left out."""
    found: dict[int, MessageRow] = {}
    for start in range(0, len(ids), MOST_AT_ONCE):
        listed = reader.all(
            """SELECT id, folder_id, message_id, subject, from_name, from_address, recipients,
                      sent_at, received_at, size, marks, keywords, has_attachments, body, preview,
                      thread_id, EXISTS (SELECT 1 FROM want WHERE want.message_id = message.id),
                      EXISTS (SELECT 1 FROM kept_here AS k
                               WHERE k.message_id = message.id AND k.state = 'kept'),
                      EXISTS (SELECT 1 FROM pin WHERE pin.message_id = message.id),
                      (SELECT until FROM snooze AS s WHERE s.message_id = message.id)
                 FROM message WHERE id IN (SELECT value FROM json_each(?))""",
            json.dumps(list(ids[start : start + MOST_AT_ONCE])),
        )
        people = _People()
        found.update((cast("int", row[0]), _message_row(row, people)) for row in listed)
    return tuple(found[id_] for id_ in ids if id_ in found)


class _People:
    """Whom the rows of one page name: most messages of a folder name the same ones, so that each
    list, and each person, is read once.
    """

    def __init__(self) -> None:
        self._lists: dict[str, tuple[Address, ...]] = {}
        self._persons: dict[tuple[str, str], Address] = {}

    def to(self, stored: str) -> tuple[Address, ...]:
        """Those in To of a stored list of recipients."""
        named = self._lists.get(stored)
        if named is None:
            told = _read_json(stored)[0].get("to", ())
            named = self._lists[stored] = tuple([self.person(*pair) for pair in told])
        return named

    def person(self, name: str, address: str) -> Address:
        """One of them."""
        who = self._persons.get((name, address))
        if who is None:
            who = self._persons[name, address] = Address(name, address)
        return who


def _message_row(row: Row, people: _People) -> MessageRow:
    """Thousands of these are made while somebody scrolls."""
    (id_, folder_id, message_id, subject, name, address, recipients, sent_at, received_at, size,
     marks, keywords, attachments, body, preview, thread, waiting, only_here, pinned,
     until) = cast("tuple[Any, ...]", row)  # fmt: skip
    received = from_text(received_at)
    assert received is not None
    return MessageRow(
        id_,
        folder_id,
        message_id,
        subject,
        people.person(name, address),
        people.to(recipients),
        from_text(sent_at),
        received,
        size,
        flags_of(marks, keywords),
        bool(attachments),
        _BODIES[body],
        preview,
        thread,
        bool(waiting),
        bool(only_here),
        bool(pinned),
        None if until is None else from_text(until),
    )


# -- Ids ------------------------------------------------------------------------------------------


def first_id(since: datetime) -> int:
    """No message of this date or later has an id below this one."""
    return (int(since.timestamp()) // SLOT_S) << SEQUENCE_BITS


class Ids:
    """Hands out message ids within one transaction.

    Upwards for mail that arrives, downwards for the past that is listed newest first, so that ids
    within a slot keep the server's order. A slot that is used up spills into the next one.
    """

    def __init__(self, reader: Reader, *, downwards: bool = False) -> None:
        self._reader = reader
        self._step = -1 if downwards else 1
        self._next: dict[int, int] = {}  # slot -> the id to try next
        self._spilled: dict[int, int] = {}  # slot that is full -> where to go on

    def look_up(self, dates: Iterable[datetime]) -> None:
        """Learn in one query where the slots of these dates go on: ``take`` asks for each alone."""
        slots = {max(OLDEST_SLOT, int(date.timestamp()) // SLOT_S) for date in dates}
        for slot, used in self._reader.all(
            f"""SELECT s.value, (SELECT {"max" if self._step > 0 else "min"}(id) FROM message
                                  WHERE id BETWEEN s.value << ?2 AND (s.value << ?2) + ?3)
                  FROM json_each(?1) AS s""",  # noqa: S608 constants
            json.dumps(sorted(slots - self._next.keys() - self._spilled.keys())),
            SEQUENCE_BITS,
            LAST,
        ):
            self._next[cast("int", slot)] = self._after(cast("int", slot), used)

    def take(self, date: datetime) -> int:
        """The id for a message of this date; not handed out again by this object."""
        slot = max(OLDEST_SLOT, int(date.timestamp()) // SLOT_S)
        passed = []
        while True:
            while slot in self._spilled:
                passed.append(slot)
                slot = self._spilled[slot]
            id_ = self._next.get(slot)
            if id_ is None:
                id_ = self._edge(slot)
            if id_ >> SEQUENCE_BITS == slot:
                break
            self._spilled[slot] = slot + self._step
            passed.append(slot)
            slot += self._step
        for one in passed:
            self._spilled[one] = slot
        self._next[slot] = id_ + self._step
        return id_

    def _edge(self, slot: int) -> int:
        base = slot << SEQUENCE_BITS
        upwards = self._step > 0
        used = self._reader.value(
            "SELECT max(id) FROM message WHERE id BETWEEN ? AND ?"
            if upwards
            else "SELECT min(id) FROM message WHERE id BETWEEN ? AND ?",
            base,
            base + LAST,
        )
        return self._after(slot, used)

    def _after(self, slot: int, used: Value) -> int:
        base = slot << SEQUENCE_BITS
        if used is None:
            return base if self._step > 0 else base + LAST
        return cast("int", used) + self._step


# -- Coming in ------------------------------------------------------------------------------------


def insert_messages(
    tx: Transaction,
    account: int,
    folder_id: int,
    uidvalidity: int | None,
    incoming: Sequence[Incoming],
    *,
    downwards: bool,
) -> tuple[MessageId, ...]:
    """New messages with location, parts, conversation and index row; their ids, in that order.

    ``uidvalidity`` None: no server has them; the folder is the shelf that they are kept on.
    """
    from mel_desktop.store import search  # noqa: PLC0415 first needed here
    from mel_desktop.store.threads import assign  # noqa: PLC0415 first needed here

    ids = Ids(tx, downwards=downwards)
    order = sorted(  # by date first: mail that was moved or restored has UIDs in any order
        range(len(incoming)),
        key=lambda at: (incoming[at].remote.internal_date, incoming[at].remote.uid),
        reverse=downwards,
    )
    ids.look_up(one.remote.internal_date for one in incoming)
    taken = {at: ids.take(incoming[at].remote.internal_date) for at in order}
    new = [  # ascending: the full-text index likes it
        (taken[at], incoming[at]) for at in sorted(taken, key=taken.__getitem__)
    ]
    threads = assign(tx, account, [(id_, one.fields, one.remote.internal_date) for id_, one in new])
    tx.many(
        """INSERT INTO message (id, account_id, folder_id, marks, keywords, message_id, in_reply_to,
               refs, thread_id, subject, from_name, from_address, recipients, sent_at, received_at,
               size, has_attachments, subject_key)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            _message_values(id_, account, folder_id, thread, one)
            for (id_, one), thread in zip(new, threads, strict=True)
        ],
    )
    if uidvalidity is None:
        shelved = json.dumps([id_ for id_, _ in new])
        tx.run(
            "UPDATE message SET shelf_id = ? WHERE id IN (SELECT value FROM json_each(?))",
            folder_id,
            shelved,
        )
    tx.many(
        """INSERT INTO location (message_id, folder_id, uidvalidity, uid, marks, keywords, modseq)
           VALUES (?, ?, ?, ?, ?, ?, ?)""",
        [
            (id_, folder_id, uidvalidity, one.remote.uid, one.remote.flags.marks.value,
             keywords_text(one.remote.flags.keywords), one.remote.modseq)
            for id_, one in new if uidvalidity is not None
        ],
    )  # fmt: skip
    parts.insert_all(tx, [(id_, one.remote.parts) for id_, one in new])
    search.index_new(tx, [_indexed(id_, one) for id_, one in new])
    return tuple(MessageId(taken[at]) for at in range(len(incoming)))


def _message_values(
    id_: int, account: int, folder_id: int, thread: int, one: Incoming
) -> tuple[Value, ...]:
    from mel_desktop.store.threads import subject_key  # noqa: PLC0415 first needed here

    remote, fields = one.remote, one.fields
    people = (
        ("to", fields.to), ("cc", fields.cc), ("bcc", fields.bcc), ("reply_to", fields.reply_to),
    )  # fmt: skip
    recipients = {
        name: [[who.name, who.address] for who in listed] for name, listed in people if listed
    }
    return (
        id_,
        account,
        folder_id,
        remote.flags.marks.value,
        keywords_text(remote.flags.keywords),
        fields.message_id,
        fields.in_reply_to,
        " ".join(fields.references),
        thread,
        fields.subject,
        fields.sender.name,
        fields.sender.address,
        to_json(recipients),
        None if fields.date is None else to_text(fields.date),
        to_text(remote.internal_date),
        remote.size,
        int(any(part.is_attachment for part in remote.parts)),
        subject_key(fields),
    )


def _indexed(id_: int, incoming: Incoming) -> search.Indexed:
    fields = incoming.fields
    everyone = [who for listed in (fields.to, fields.cc, fields.bcc) for who in listed]
    return (
        id_,
        fields.subject,
        f"{fields.sender.name} {fields.sender.address}",
        " ".join(f"{who.name} {who.address}" for who in everyone),
        "",
        " ".join(one.filename for one in incoming.remote.parts if one.filename),
    )


def bodiless(
    reader: Reader, wanted: int, *, oldest: int, below: int | None, limit: int
) -> tuple[tuple[int, int], ...]:
    """(message, UID) of messages whose text is not here, newest first, from one id to another."""
    rows = reader.all(
        """SELECT m.id, l.uid
             FROM message AS m INDEXED BY message_bodiless
             JOIN location AS l ON l.message_id = m.id
            WHERE m.folder_id = ?1 AND m.body = 0 AND m.hidden = 0 AND m.id >= ?2 AND m.id < ?3
              AND l.folder_id = ?1
              AND NOT EXISTS (SELECT 1 FROM shed AS s WHERE s.message_id = m.id AND s.texts = 1)
            ORDER BY m.id DESC LIMIT ?4""",
        wanted,
        oldest,
        (1 << 62) if below is None else below,
        limit,
    )
    return tuple((cast("int", id_), cast("int", uid)) for id_, uid in rows)


# -- What is shown --------------------------------------------------------------------------------


def refresh(tx: Transaction, ids: Sequence[int]) -> frozenset[int]:
    """Show "the server said, then the teacher wanted" for these; folders that look different."""
    touched: set[int] = set()
    for start in range(0, len(ids), MOST_AT_ONCE):
        touched |= _refresh(tx, json.dumps(list(ids[start : start + MOST_AT_ONCE])))
    return frozenset(touched)


def _refresh(tx: Transaction, listed: str) -> set[int]:
    wants: dict[int, list[Row]] = {}
    for row in tx.all(
        """SELECT message_id, kind, value, folder_id FROM want
            WHERE (state <> 'refused' OR reason = 'keyword-not-kept')
              AND message_id IN (SELECT value FROM json_each(?))""",
        listed,
    ):  # a tag that the server does not keep stays on this PC
        wants.setdefault(cast("int", row[0]), []).append(row)
    shown = tx.all(
        """SELECT m.id, m.folder_id, m.hidden, m.marks, m.keywords, m.unplaced,
                  coalesce(l.folder_id, m.expected_id, m.shelf_id),
                  coalesce(l.marks, m.marks), coalesce(l.keywords, m.keywords),
                  EXISTS (SELECT 1 FROM kept_here AS k
                           WHERE k.message_id = m.id AND k.state <> 'wanted')
             FROM message AS m LEFT JOIN location AS l ON l.message_id = m.id
            WHERE m.id IN (SELECT value FROM json_each(?))""",
        listed,
    )
    touched: set[int] = set()
    updates: list[tuple[Value, ...]] = []
    for row in shown:
        id_, folder_id, hidden, marks, keywords, unplaced, home, said, said_keywords, kept = row
        flags = flags_of(said, said_keywords)
        target = folder_id if home is None else home
        gone = unplaced == 2
        for _, kind, value, wanted_folder in wants.get(cast("int", id_), ()):
            if kind in ("move", "append") and wanted_folder is not None:
                target = wanted_folder
            elif kind == "delete":
                gone = not kept  # else it goes from the server only
            elif kind in ("flag", "unflag"):
                flags = with_flag(flags, cast("str", value), present=kind == "flag")
        new = (target, int(gone), flags.marks.value, keywords_text(flags.keywords))
        if new != (folder_id, hidden, marks, keywords):
            updates.append((*new, id_))
            touched |= {cast("int", folder_id), cast("int", target)}
    tx.many(
        "UPDATE message SET folder_id = ?, hidden = ?, marks = ?, keywords = ? WHERE id = ?",
        updates,
    )
    return touched


def with_flag(flags: Flags, name: str, *, present: bool) -> Flags:
    """The flags with one of them, named as in a want, on or off."""
    mark = Marks.__members__.get(name.upper())
    if mark:
        return Flags(flags.marks | mark if present else flags.marks & ~mark, flags.keywords)
    keywords = flags.keywords | {name} if present else flags.keywords - {name}
    return Flags(flags.marks, keywords)


def drop_messages(tx: Transaction, ids: Sequence[int]) -> None:
    """Forget messages with everything that hangs on them, attachments' octets included."""
    from mel_desktop.store import search  # noqa: PLC0415 first needed here

    for start in range(0, len(ids), MOST_AT_ONCE):
        some = list(ids[start : start + MOST_AT_ONCE])
        search.drop_messages(tx, some)
        tx.run("DELETE FROM message WHERE id IN (SELECT value FROM json_each(?))", json.dumps(some))
