"""What reading a message needs: its body, its parts, and the octets of parts as they arrive.

Rule 1: a fuller text is never replaced by a shorter one.
Rule 2: octets of a part and the place where a cut transfer resumes change in one transaction.
Rule 3: part "" is the whole message as received; it is listed nowhere.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final, cast

from mel_desktop.logic.mime import Readable
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import Area
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import (
    Address,
    BodyState,
    Flags,
    FolderId,
    Marks,
    MessageId,
    MessageWarning,
    Part,
    ThreadId,
    WarningCode,
)
from mel_desktop.model.values import dataclass
from mel_desktop.store import attachmenttexts, blobs, bodytext, search
from mel_desktop.store import parts as part_rows
from mel_desktop.store.database import Reader, Row, Transaction, Value, to_json
from mel_desktop.store.times import from_text, to_text

WHOLE: Final = ""  # number of the part that is the whole message


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message as far as it is here. ``header`` is b"" and ``text`` "" until the body came."""

    id: MessageId
    account: AccountId
    folder: FolderId
    flags: Flags
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    thread: ThreadId
    subject: str
    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    bcc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    sent_at: datetime | None
    received_at: datetime
    size: int
    body: BodyState
    text: str
    html: str
    header: bytes
    warnings: tuple[MessageWarning, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the server keeps a message."""

    account: AccountId
    path: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class StoredPart:
    """A part and how far its octets are here. ``fetched`` counts encoded octets."""

    part: Part
    blob: int | None
    fetched: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Body:
    """The text of a message as it came. ``header``: its whole header block, b"" if not fetched."""

    message: int
    readable: Readable
    header: bytes = b""
    complete: bool = True

    @property
    def state(self) -> BodyState:
        """What the message has then."""
        return BodyState.LOCAL if self.complete else BodyState.PARTIAL


def put_body(
    tx: Transaction,
    message: int,
    readable: Readable,
    header: bytes,
    *,
    complete: bool,
    now: datetime,
) -> None:
    """Store the readable text and the header of a message, and index it."""
    put_bodies(tx, [Body(message, readable, header, complete=complete)], now)


def put_bodies(tx: Transaction, bodies: Sequence[Body], now: datetime) -> None:
    """``put_body`` for many messages, each once; ascending ids are quickest."""
    known = {
        cast("int", row[0]): row
        for row in tx.all(
            """SELECT id, folder_id, body, subject, from_name, from_address, recipients
                 FROM message WHERE id IN (SELECT value FROM json_each(?))""",
            json.dumps([one.message for one in bodies]),
        )
    }
    wanted = [  # not those that are gone meanwhile
        (one, known[one.message])
        for one in bodies
        if one.message in known and cast("int", known[one.message][2]) <= one.state
    ]
    at = to_text(now)
    tx.many(
        """INSERT INTO body (message_id, text, html, header, warnings, fetched_at)
           VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT (message_id) DO UPDATE SET text = excluded.text, html = excluded.html,
               header = excluded.header, warnings = excluded.warnings,
               fetched_at = excluded.fetched_at""",
        _body_values(tx, [one for one, _ in wanted], at),
    )
    tx.run(
        """UPDATE message SET body = told.value ->> 1, preview = told.value ->> 2
             FROM json_each(?) AS told WHERE message.id = told.value ->> 0""",
        json.dumps([(one.message, one.state, one.readable.preview) for one, _ in wanted]),
    )
    part_rows.put_inner(tx, [(one.message, one.readable.inner) for one, _ in wanted])
    files = attachmenttexts.FileWords(tx, [one.message for one, _ in wanted])
    search.index_again(tx, [_indexed(one, row, files.of(one.message)) for one, row in wanted])
    tx.changed(
        Area.MESSAGES | Area.BODIES | Area.FOLDERS if wanted else Area.NONE,
        folders={cast("int", row[1]) for _, row in wanted},
        messages=[one.message for one, _ in wanted],
    )


def _body_values(tx: Transaction, bodies: Sequence[Body], at: str) -> Sequence[Sequence[Value]]:
    texts = [one.readable.text.encode("utf-8", "replace") for one in bodies]
    layouts = [one.readable.html.encode("utf-8", "replace") for one in bodies]
    headers = [one.header for one in bodies]
    packed = bodytext.pack(tx, [*texts, *layouts, *headers])
    count = len(bodies)
    return [
        (
            one.message,
            text,
            layout if one.readable.html else None,
            header,
            to_json([[warning.code.value, warning.detail] for warning in one.readable.warnings]),
            at,
        )
        for one, text, layout, header in zip(
            bodies, packed[:count], packed[count : 2 * count], packed[2 * count :], strict=True
        )
    ]


def _indexed(one: Body, row: Row, files: str) -> search.Indexed:
    subject, name, address, recipients = row[3:]
    listed = json.loads(str(recipients))
    return (
        one.message,
        str(subject),
        f"{name!s} {address!s}",
        " ".join(f"{who[0]} {who[1]}" for kind in ("to", "cc", "bcc")
                 for who in listed.get(kind, ())),
        one.readable.search_text,
        files,
    )  # fmt: skip


def put_header(tx: Transaction, message: int, header: bytes) -> None:
    """The header block of a message whose text is here already."""
    (packed,) = bodytext.pack(tx, [header])
    tx.run("UPDATE body SET header = ? WHERE message_id = ?", packed, message)
    tx.changed(Area.BODIES, messages=[message])


def message(reader: Reader, wanted: int) -> StoredMessage | None:
    """A message with its text, or None."""
    row = reader.one(
        """SELECT m.id, m.account_id, m.folder_id, m.marks, m.keywords, m.message_id,
                  m.in_reply_to, m.refs, m.thread_id, m.subject, m.from_name, m.from_address,
                  m.recipients, m.sent_at, m.received_at, m.size, m.body,
                  b.text, b.html, b.header, b.warnings
             FROM message AS m LEFT JOIN body AS b ON b.message_id = m.id WHERE m.id = ?""",
        wanted,
    )
    return None if row is None else _message(reader, row)


def text(reader: Reader, wanted: int) -> str:
    """The whole plain text of a message, "" when it is not here."""
    packed = reader.value("SELECT text FROM body WHERE message_id = ?", wanted)
    return bodytext.unpack(reader, packed).decode("utf-8", "replace")


def place(reader: Reader, wanted: int) -> Place | None:
    """Where the server keeps it; None when the server does not have it (yet)."""
    row = reader.one(
        """SELECT f.account_id, f.path, l.uidvalidity, l.uid
             FROM location AS l JOIN folder AS f ON f.id = l.folder_id WHERE l.message_id = ?""",
        wanted,
    )
    if row is None:
        return None
    account, path, uidvalidity, uid = row
    return Place(
        AccountId(cast("int", account)), str(path), cast("int", uidvalidity), cast("int", uid)
    )


def parts(reader: Reader, wanted: int) -> tuple[StoredPart, ...]:
    """All parts in their order, the whole message ("") last if it is known."""
    rows = reader.all(
        f"""SELECT {part_rows.COLUMNS}, p.blob_id, p.fetched, b.complete, b.size
             FROM part AS p LEFT JOIN blob AS b ON b.id = p.blob_id
            WHERE p.message_id = ? ORDER BY p.number = '', p.position""",  # noqa: S608 constant columns
        wanted,
    )
    return tuple(_part(row) for row in rows)


def part(reader: Reader, wanted: int, number: str) -> StoredPart | None:
    """One part, or None."""
    return next((one for one in parts(reader, wanted) if one.part.number == number), None)


def begin_part(tx: Transaction, message: int, number: str, now: datetime) -> int:
    """An empty blob for a part, replacing what an earlier try left; its id."""
    old = tx.value("SELECT blob_id FROM part WHERE message_id = ? AND number = ?", message, number)
    blob = blobs.new_blob(tx, now)
    changed = tx.run(
        "UPDATE part SET blob_id = ?, fetched = 0 WHERE message_id = ? AND number = ?",
        blob,
        message,
        number,
    )
    if not changed:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="part")
    if old is not None:
        tx.run("DELETE FROM blob WHERE id = ? AND complete = 0", old)
    return blob


def append_part(
    tx: Transaction, message: int, number: str, blob: int, data: bytes, fetched: int
) -> None:
    """More octets of a part, and where to resume after them."""
    changed = tx.run(
        "UPDATE part SET fetched = ? WHERE message_id = ? AND number = ? AND blob_id = ?",
        fetched,
        message,
        number,
        blob,
    )
    if not changed:  # deleted or begun anew meanwhile
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="part")
    if data:
        blobs.append(tx, blob, data)


def finish_part(tx: Transaction, message: int, blob: int, sha256: bytes) -> None:
    """The part is here. The same content is kept once."""
    blobs.finish(tx, blob, sha256)
    tx.changed(Area.BODIES, messages=[message])


def put_part(tx: Transaction, message: int, number: str, data: bytes, now: datetime) -> None:
    """Octets of a part that are whole already."""
    blob = blobs.store_bytes(tx, data, now)
    tx.run(
        "UPDATE part SET blob_id = ?, fetched = size WHERE message_id = ? AND number = ?",
        blob,
        message,
        number,
    )
    tx.changed(Area.BODIES, messages=[message])


def put_inner(
    tx: Transaction, message: int, found: Sequence[tuple[Part, bytes]], now: datetime
) -> None:
    """Files inside of a part, with their octets."""
    part_rows.put_inner(tx, [(message, [part for part, _ in found])])
    for part, octets in found:
        put_part(tx, message, part.number, octets, now)


def put_wholes(tx: Transaction, wholes: Sequence[tuple[int, blobs.Packed]], now: datetime) -> None:
    """Whole messages as received, made ready by ``blobs.pack``; not of messages that are gone."""
    messages = [message for message, _ in wholes]
    known = {
        cast("int", id_)
        for (id_,) in tx.all(
            "SELECT id FROM message WHERE id IN (SELECT value FROM json_each(?))",
            json.dumps(messages),
        )
    }
    tx.many(
        """INSERT INTO part (message_id, number, position, media_type, encoding, size, fetched,
                             blob_id)
           VALUES (?1, '', 1000000, 'message/rfc822', '8bit', ?2, ?2, ?3)
           ON CONFLICT (message_id, number) DO UPDATE
              SET blob_id = excluded.blob_id, fetched = part.size""",
        [
            (message, packed.size, blobs.store_packed(tx, packed, now))
            for message, packed in wholes if message in known
        ],
    )  # fmt: skip
    tx.changed(Area.BODIES, messages=known)


def put_whole_blob(tx: Transaction, message: int, blob: int, size: int) -> None:
    """The whole message as received, stored already as a complete blob."""
    tx.run(
        """INSERT INTO part (message_id, number, position, media_type, encoding, size, fetched,
                             blob_id)
           VALUES (?1, '', 1000000, 'message/rfc822', '8bit', ?2, ?2, ?3)
           ON CONFLICT (message_id, number) DO UPDATE
              SET blob_id = excluded.blob_id, fetched = part.size""",
        message,
        size,
        blob,
    )
    tx.changed(Area.BODIES, messages=[message])


def note_whole(tx: Transaction, message: int) -> None:
    """Make room for the whole message as a part."""
    tx.run(
        """INSERT OR IGNORE INTO part (message_id, number, position, media_type, encoding, size)
           SELECT id, '', 1000000, 'message/rfc822', '8bit', size FROM message WHERE id = ?""",
        message,
    )


def put_structure(tx: Transaction, message: int, found: Sequence[Part]) -> None:
    """Parts that were found in the whole message, where the server could not tell them."""
    tx.run("DELETE FROM part WHERE message_id = ? AND number <> '' AND blob_id IS NULL", message)
    part_rows.insert(tx, message, found)
    tx.run(
        "UPDATE message SET has_attachments = ? WHERE id = ?",
        int(any(one.is_attachment for one in found)),
        message,
    )


def _message(reader: Reader, row: Row) -> StoredMessage:
    (id_, account, folder, marks, keywords, message_id, in_reply_to, refs, thread, subject, name,
     address, recipients, sent_at, received_at, size, body, text, html, header,
     warnings) = row  # fmt: skip
    received = from_text(received_at)
    assert received is not None
    return StoredMessage(
        id=MessageId(cast("int", id_)),
        account=AccountId(cast("int", account)),
        folder=FolderId(cast("int", folder)),
        flags=Flags(Marks(marks), frozenset(str(keywords).split())),
        message_id=str(message_id),
        in_reply_to=str(in_reply_to),
        references=tuple(str(refs).split()),
        thread=ThreadId(cast("int", thread)),
        subject=str(subject),
        sender=Address(str(name), str(address)),
        to=_people(recipients, "to"),
        cc=_people(recipients, "cc"),
        bcc=_people(recipients, "bcc"),
        reply_to=_people(recipients, "reply_to"),
        sent_at=from_text(sent_at),
        received_at=received,
        size=cast("int", size),
        body=BodyState(cast("int", body)),
        text=bodytext.unpack(reader, text).decode("utf-8", "replace"),
        html=bodytext.unpack(reader, html).decode("utf-8", "replace"),
        header=bodytext.unpack(reader, header),
        warnings=_warnings(warnings),
    )


def _part(row: Row) -> StoredPart:
    blob, fetched, complete, blob_size = row[10:]
    return StoredPart(
        part=part_rows.part_of(
            row[:10],
            local=bool(complete),
            size=cast("int", blob_size) if complete else None,
        ),
        blob=cast("int | None", blob),
        fetched=cast("int", fetched),
        complete=bool(complete),
    )


def _people(recipients: Value, kind: str) -> tuple[Address, ...]:
    listed = json.loads(str(recipients)).get(kind, ())
    return tuple(Address(str(name), str(address)) for name, address in listed)


def _warnings(stored: Value) -> tuple[MessageWarning, ...]:
    listed = json.loads(str(stored)) if stored else ()
    return tuple(MessageWarning(WarningCode(code), detail) for code, detail in listed)
