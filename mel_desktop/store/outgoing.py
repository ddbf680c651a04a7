"""Drafts, their revisions and their files in the database.

Rule 1: a revision never changes; saving adds one. Rule 2: a file belongs to a draft and is listed
by revisions; it is deleted when no revision that is kept lists it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, cast

import zstandard

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import Area
from mel_desktop.model.errors import ErrorCode, LocalRefusal, StoreTrouble
from mel_desktop.model.letter import PICTURE_TYPES
from mel_desktop.model.mail import Address, MessageId, Part
from mel_desktop.model.outgoing import (
    Draft,
    DraftAttachment,
    DraftContent,
    DraftId,
    DraftRevision,
    DraftState,
    OutboxId,
)
from mel_desktop.model.values import dataclass
from mel_desktop.store import accounts, draftindex, foreigndrafts
from mel_desktop.store.database import Reader, Row, Transaction, Value, to_json
from mel_desktop.store.packed import inflate
from mel_desktop.store.times import from_text, to_text

REVISIONS_KEPT: Final = 200  # of one draft: the first one and the newest
MAX_CONTENT: Final = 64 * 1024 * 1024
MAX_QUOTED: Final = 16 * 1024 * 1024
DRAWN: Final = frozenset({*PICTURE_TYPES, "image/jpg"})  # within a letter; as some call it

_DRAFT: Final = """
    SELECT d.id, d.account_id, d.reply_to, d.forward, d.state, d.created_at,
           r.revision, r.saved_at, r.content, r.attachments
      FROM draft AS d JOIN draft_revision AS r ON r.draft_id = d.id"""


def insert_draft(
    tx: Transaction,
    account: AccountId,
    *,
    reply_to: MessageId | None,
    forward: MessageId | None,
    now: datetime,
) -> DraftId:
    """A draft without a revision yet; ``add_revision`` must follow in the same transaction.

    USAGE in an account that is kept read-only.
    """
    accounts.refuse_read_only(tx, account)
    at = to_text(now)
    tx.changed(Area.DRAFTS)
    return DraftId(
        tx.insert(
            """INSERT INTO draft (account_id, reply_to, forward, created_at, saved_at)
               VALUES (?, ?, ?, ?, ?)""",
            account,
            reply_to,
            forward,
            at,
            at,
        )
    )


def add_revision(
    tx: Transaction,
    draft: DraftId,
    content: DraftContent,
    attachments: Iterable[int],
    now: datetime,
) -> int:
    """Add the newest revision, index it, and let go of those beyond what is kept; its number."""
    files = list(attachments)
    revision = 1 + cast("int", tx.value("SELECT revision FROM draft WHERE id = ?", draft))
    tx.run(
        """INSERT INTO draft_revision (draft_id, revision, saved_at, subject, content, attachments)
           VALUES (?, ?, ?, ?, ?, ?)""",
        draft,
        revision,
        to_text(now),
        content.subject.encode("utf-8", "replace").decode(),  # half an emoji is no text for SQLite
        _packed(content),
        to_json(files),
    )
    tx.run(
        "UPDATE draft SET revision = ?, saved_at = ? WHERE id = ?", revision, to_text(now), draft
    )
    if revision > REVISIONS_KEPT:
        tx.run(
            "DELETE FROM draft_revision WHERE draft_id = ? AND revision > 1 AND revision <= ?",
            draft,
            revision - REVISIONS_KEPT + 1,
        )
    draftindex.put(tx, draft, content, files)
    tx.changed(Area.DRAFTS)
    return revision


def copy_draft(
    tx: Transaction, of: Draft, account: AccountId, content: DraftContent, now: datetime
) -> Draft:
    """A draft of its own with the files of another: their octets stay where they are, once."""
    made = insert_draft(tx, account, reply_to=of.reply_to, forward=of.forward, now=now)
    files = [
        insert_attachment(
            tx,
            made,
            one.filename,
            one.media_type,
            one.size,
            attachment_blob(tx, of.id, one.id),
            content_id=one.content_id,
        )
        for one in of.attachments
    ]
    foreigndrafts.copy_thread(tx, of.id, made)
    add_revision(tx, made, content, files, now)
    return draft(tx, made)


def draft(reader: Reader, wanted: DraftId, revision: int | None = None) -> Draft:
    """One draft at its newest or the given revision. LocalRefusal(NOT_FOUND)."""
    if revision is None:
        row = reader.one(f"{_DRAFT} AND r.revision = d.revision WHERE d.id = ?", wanted)
    else:
        row = reader.one(f"{_DRAFT} WHERE d.id = ? AND r.revision = ?", wanted, revision)
    if row is None:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="draft")
    return _draft(reader, row)


def index_again(tx: Transaction, drafts: Sequence[int]) -> None:
    """Index these drafts anew, as their newest revisions are."""
    for id_, content, attachments in tx.all(
        """SELECT d.id, r.content, r.attachments
             FROM draft AS d
             JOIN draft_revision AS r ON r.draft_id = d.id AND r.revision = d.revision
            WHERE d.id IN (SELECT value FROM json_each(?)) ORDER BY d.id""",
        to_json(list(drafts)),
    ):
        draftindex.put(tx, cast("int", id_), _unpacked(content), json.loads(str(attachments)))


def drafts(reader: Reader, state: DraftState) -> tuple[Draft, ...]:
    """Drafts in a state, newest first."""
    rows = reader.all(
        f"""{_DRAFT} AND r.revision = d.revision
             WHERE d.state = ? ORDER BY d.saved_at DESC, d.id DESC""",
        state.value,
    )
    return tuple(_draft(reader, row) for row in rows)


def outbox_of_drafts(reader: Reader) -> dict[DraftId, OutboxId]:
    """Where drafts that were queued stand in the outbox."""
    listed = reader.all(
        """SELECT o.draft_id, max(o.id) FROM outbox AS o JOIN draft AS d ON d.id = o.draft_id
            WHERE d.state = 'queued' GROUP BY o.draft_id"""
    )
    return {DraftId(cast("int", draft)): OutboxId(cast("int", outbox)) for draft, outbox in listed}


def state_of(reader: Reader, wanted: DraftId) -> DraftState:
    """The state alone. LocalRefusal(NOT_FOUND)."""
    value = reader.value("SELECT state FROM draft WHERE id = ?", wanted)
    if value is None:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="draft")
    return DraftState(value)


def set_state(tx: Transaction, wanted: DraftId, state: DraftState, now: datetime) -> None:
    """Editing, queued, sent or deleted."""
    tx.run(
        "UPDATE draft SET state = ?, saved_at = ? WHERE id = ?", state.value, to_text(now), wanted
    )
    tx.changed(Area.DRAFTS)


def history(reader: Reader, wanted: DraftId) -> tuple[DraftRevision, ...]:
    """Revisions kept, newest first. LocalRefusal(NOT_FOUND)."""
    state_of(reader, wanted)
    found = []
    for number, saved_at, content in reader.all(
        """SELECT revision, saved_at, content FROM draft_revision
            WHERE draft_id = ? ORDER BY revision DESC""",
        wanted,
    ):
        held = _unpacked(content)
        found.append(
            DraftRevision(
                cast("int", number),
                _instant(saved_at),
                held.subject,
                len(held.text.encode("utf-8", "replace"))
                + len(held.html.encode("utf-8", "replace")),
            )
        )
    return tuple(found)


# -- files of a draft ------------------------------------------------------------------------------


def insert_attachment(
    tx: Transaction,
    owner: DraftId,
    filename: str,
    media_type: str,
    size: int,
    blob: int,
    *,
    content_id: str = "",
    original: int | None = None,
) -> int:
    """A file of a draft, in no revision yet: ``add_revision`` lists it. Its id.

    ``original``: the file of the same draft in whose place it stands.
    """
    return tx.insert(
        """INSERT INTO draft_attachment (draft_id, filename, media_type, size, blob_id, content_id,
               original_id)
           VALUES (?, ?, ?, ?, ?, ?, ?)""",
        owner,
        filename,
        media_type,
        size,
        blob,
        content_id,
        original,
    )


def originals(reader: Reader, owner: DraftId) -> dict[int, int]:
    """Files of the newest revision that stand in the place of others -> the first of those, as
    long as it is kept.
    """
    rows = reader.all("SELECT id, original_id FROM draft_attachment WHERE draft_id = ?", owner)
    before = {cast("int", id_): cast("int | None", original) for id_, original in rows}
    found = {}
    for one in draft(reader, owner).attachments:
        first = before[one.id]
        while first is not None and before.get(first) is not None:
            first = before[first]
        if first is not None:
            found[one.id] = first
    return found


def set_attachment_size(tx: Transaction, attachment: int, size: int) -> None:
    """The size, once the whole file was read."""
    tx.run("UPDATE draft_attachment SET size = ? WHERE id = ?", size, attachment)


def remove_attachment(tx: Transaction, attachment: int) -> None:
    """Forget a file that no revision lists (its copy was not finished)."""
    tx.run("DELETE FROM draft_attachment WHERE id = ?", attachment)


def attachment_blob(reader: Reader, owner: DraftId, attachment: int) -> int:
    """Where the octets of a file are. LocalRefusal(NOT_FOUND)."""
    blob = reader.value(
        "SELECT blob_id FROM draft_attachment WHERE id = ? AND draft_id = ?", attachment, owner
    )
    if blob is None:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="attachment")
    return cast("int", blob)


def pictures(reader: Reader, owner: DraftId) -> dict[str, int]:
    """Content id -> newest file, of all pictures that any revision of a draft had in its text."""
    rows = reader.all(
        """SELECT content_id, id FROM draft_attachment
            WHERE draft_id = ? AND content_id <> '' ORDER BY id""",
        owner,
    )
    return {str(content_id): cast("int", id_) for content_id, id_ in rows}


def remove_unlisted(tx: Transaction, before: datetime) -> int:
    """Delete files that no revision lists, begun earlier than ``before``; how many."""
    return tx.run(
        """DELETE FROM draft_attachment
            WHERE blob_id IN (SELECT id FROM blob WHERE created_at < ?)
              AND NOT EXISTS (SELECT 1 FROM draft_revision AS r, json_each(r.attachments) AS j
                               WHERE r.draft_id = draft_attachment.draft_id
                                 AND j.value = draft_attachment.id)""",
        to_text(before),
    )


def remove_old(tx: Transaction, before: datetime) -> int:
    """Delete for good drafts that were sent or thrown away earlier than ``before``; how many."""
    return tx.run(
        """DELETE FROM draft
            WHERE state IN ('sent', 'deleted') AND saved_at < ?
              AND NOT EXISTS (SELECT 1 FROM outbox WHERE draft_id = draft.id
                                 AND state <> 'filed')""",
        to_text(before),
    )


# -- what an answer needs of a message -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Original:
    """A message that is answered or passed on, as far as it is here."""

    id: MessageId
    account: AccountId
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    subject: str
    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    sent_at: datetime | None
    received_at: datetime
    text: str  # "" when it is not here


def original(reader: Reader, message: MessageId) -> Original:
    """LocalRefusal(NOT_FOUND)."""
    from mel_desktop.store import bodytext  # noqa: PLC0415 first needed here

    row = reader.one(
        """SELECT m.account_id, m.message_id, m.in_reply_to, m.refs, m.subject, m.from_name,
                  m.from_address, m.recipients, m.sent_at, m.received_at, b.text
             FROM message AS m LEFT JOIN body AS b ON b.message_id = m.id WHERE m.id = ?""",
        message,
    )
    if row is None:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="message")
    (account, message_id, in_reply_to, refs, subject, name, address, recipients, sent_at,
     received_at, text) = row  # fmt: skip
    people = json.loads(str(recipients))
    return Original(
        id=message,
        account=AccountId(cast("int", account)),
        message_id=str(message_id),
        in_reply_to=str(in_reply_to),
        references=tuple(str(refs).split()),
        subject=str(subject),
        sender=Address(str(name), str(address)),
        to=_addresses(people.get("to")),
        cc=_addresses(people.get("cc")),
        reply_to=_addresses(people.get("reply_to")),
        sent_at=from_text(sent_at),
        received_at=_instant(received_at),
        text=bodytext.beginning(reader, text, MAX_QUOTED).decode("utf-8", "replace"),
    )


def original_html(reader: Reader, message: MessageId) -> str:
    """The formatted text as received: hostile. "" when there is none, or it is not here."""
    from mel_desktop.store import bodytext  # noqa: PLC0415 first needed here

    packed = reader.value("SELECT html FROM body WHERE message_id = ?", message)
    return bodytext.beginning(reader, packed, MAX_QUOTED).decode("utf-8", "replace")


def message_pictures(reader: Reader, message: MessageId) -> dict[str, tuple[Part, int]]:
    """Content id, case folded -> pictures that are wholly here, with their blobs."""
    found: dict[str, tuple[Part, int]] = {}
    for part, blob in _parts(reader, message):
        if part.media_type == "image/jpg":  # what some call it
            part = replace(part, media_type="image/jpeg")
        if part.content_id and blob is not None and part.media_type in PICTURE_TYPES:
            found.setdefault(part.content_id.casefold(), (part, blob))
    return found


def message_files(reader: Reader, message: MessageId) -> tuple[tuple[Part, int | None], ...]:
    """Files of a message that is passed on and, where they are wholly here, their blobs: what the
    reader lists, and pictures of its text that no letter of ours can show.
    """
    from mel_desktop.logic.inner_parts import (  # noqa: PLC0415 first needed here
        without_read_containers,
    )
    from mel_desktop.logic.mime import listed_files  # noqa: PLC0415 first needed here
    from mel_desktop.logic.sanitize import sanitize  # noqa: PLC0415 first needed here

    pairs = _parts(reader, message)
    safe = sanitize(original_html(reader, message)).html
    files = without_read_containers([part for part, _ in pairs])
    listed = {part.number for part in listed_files(files, safe)}
    return tuple(
        (part, blob)
        for part, blob in pairs
        if part.number in listed
        or (part.media_type.startswith("image/") and part.media_type not in DRAWN)
    )


def _parts(reader: Reader, message: MessageId) -> tuple[tuple[Part, int | None], ...]:
    from mel_desktop.store import reading  # noqa: PLC0415 first needed here

    return tuple(
        (one.part, one.blob if one.complete else None)
        for one in reading.parts(reader, message)
        if one.part.number != reading.WHOLE
    )


# -- inside ----------------------------------------------------------------------------------------


def _draft(reader: Reader, row: Row) -> Draft:
    (id_, account, reply_to, forward, state, created_at, revision, saved_at, content,
     attachments) = row  # fmt: skip
    return Draft(
        id=DraftId(cast("int", id_)),
        account=AccountId(cast("int", account)),
        revision=cast("int", revision),
        content=_unpacked(content),
        attachments=_attachments(reader, json.loads(str(attachments))),
        reply_to=None if reply_to is None else MessageId(cast("int", reply_to)),
        forward=None if forward is None else MessageId(cast("int", forward)),
        state=DraftState(state),
        created_at=_instant(created_at),
        saved_at=_instant(saved_at),
    )


def _attachments(reader: Reader, ids: list[int]) -> tuple[DraftAttachment, ...]:
    found = []
    for one in ids:
        row = reader.one(
            "SELECT filename, media_type, size, content_id FROM draft_attachment WHERE id = ?",
            one,
        )
        if row is None:  # a foreign key cannot watch JSON: say so instead of sending without it
            raise StoreTrouble(ErrorCode.DAMAGED, attachment=one)
        found.append(
            DraftAttachment(one, str(row[0]), str(row[1]), cast("int", row[2]), str(row[3]))
        )
    return tuple(found)


def _packed(content: DraftContent) -> bytes:
    def pairs(addresses: tuple[Address, ...]) -> list[list[str]]:
        return [[one.name, one.address] for one in addresses]

    value = {
        "to": pairs(content.to),
        "cc": pairs(content.cc),
        "bcc": pairs(content.bcc),
        "subject": content.subject,
        "text": content.text,
        "html": content.html,
        "from": pairs((content.sender,) if content.sender else ()),
        "confirm": content.confirm,
        "receipt": content.receipt,
    }
    octets = to_json(value).encode("utf-8", "surrogatepass")
    return zstandard.ZstdCompressor(level=3).compress(octets)


def _unpacked(value: Value) -> DraftContent:
    content = json.loads(inflate(value, MAX_CONTENT).decode("utf-8", "surrogatepass"))
    return DraftContent(
        to=_addresses(content["to"]),
        cc=_addresses(content["cc"]),
        bcc=_addresses(content["bcc"]),
        subject=content["subject"],
        text=content["text"],
        html=content["html"],
        sender=next(iter(_addresses(content.get("from"))), None),
        confirm=bool(content.get("confirm")),
        receipt=bool(content.get("receipt")),
    )


def _addresses(value: object) -> tuple[Address, ...]:
    pairs = cast("list[list[str]]", value or [])
    return tuple(Address(name, address) for name, address in pairs)


def _instant(value: Value) -> datetime:
    instant = from_text(value)
    assert instant is not None  # the column is NOT NULL
    return instant
