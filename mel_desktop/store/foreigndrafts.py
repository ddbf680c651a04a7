"""Drafts that other programs left in the server's Drafts folder, and what they answer."""

from __future__ import annotations

import json
from typing import cast

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Address, MessageId
from mel_desktop.model.outgoing import DraftId, ForeignDraft
from mel_desktop.model.values import dataclass
from mel_desktop.store.database import Reader, Transaction
from mel_desktop.store.draftcopies import IS_COPY_OF
from mel_desktop.store.times import from_text

MOST_LISTED = 500

_IN_DRAFTS = """message AS m
      JOIN folder AS f ON f.id = m.folder_id
       AND f.role = 'drafts' AND f.on_server = 1 AND f.selectable = 1
      JOIN location AS l ON l.message_id = m.id AND l.folder_id = f.id"""


@dataclass(frozen=True, slots=True)
class Found:
    """A message in Drafts: whose, where (folder, UIDVALIDITY, UID), what it answers."""

    account: AccountId
    at: tuple[int, int, int]
    message_id: str
    size: int
    in_reply_to: str
    references: str


def listed(reader: Reader) -> tuple[ForeignDraft, ...]:
    """Those that are no copy of a draft here, nor a rival of one; newest first."""
    found = []
    for id_, account, recipients, subject, received_at in reader.all(
        f"""SELECT m.id, m.account_id, m.recipients, m.subject, m.received_at
              FROM {_IN_DRAFTS}
             WHERE m.hidden = 0
               AND NOT EXISTS (SELECT 1 FROM {IS_COPY_OF})
             ORDER BY m.received_at DESC, m.id DESC LIMIT ?""",  # noqa: S608 constants
        MOST_LISTED,
    ):
        people = json.loads(str(recipients))
        saved_at = from_text(received_at)
        assert saved_at is not None  # the column is NOT NULL
        found.append(
            ForeignDraft(
                message=MessageId(cast("int", id_)),
                account=AccountId(cast("int", account)),
                to=tuple(
                    Address(name, address)
                    for field in ("to", "cc", "bcc")
                    for name, address in people.get(field) or ()
                ),
                subject=str(subject),
                saved_at=saved_at,
            )
        )
    return tuple(found)


def find(reader: Reader, message: int) -> Found:
    """One message of a Drafts folder. LocalRefusal(NOT_FOUND | USAGE)."""
    row = reader.one(
        f"""SELECT m.account_id, l.folder_id, l.uidvalidity, l.uid, m.message_id, m.size,
                   m.in_reply_to, m.refs
              FROM {_IN_DRAFTS} WHERE m.id = ? AND m.hidden = 0""",  # noqa: S608 constant
        message,
    )
    if row is None:
        is_known = reader.value("SELECT 1 FROM message WHERE id = ?", message) is not None
        if is_known:
            raise LocalRefusal(ErrorCode.USAGE, why="not-a-draft")
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="message")
    (account, folder, uidvalidity, uid, message_id, size, in_reply_to, references) = row
    return Found(
        account=AccountId(cast("int", account)),
        at=(cast("int", folder), cast("int", uidvalidity), cast("int", uid)),
        message_id=str(message_id),
        size=cast("int", size),
        in_reply_to=str(in_reply_to),
        references=str(references),
    )


def answered(reader: Reader, account: int, message_id: str) -> MessageId | None:
    """The message of this account with this Message-ID, if it is here."""
    if not message_id:
        return None
    found = reader.value(
        """SELECT m.id FROM message AS m JOIN folder AS f ON f.id = m.folder_id
            WHERE m.account_id = ? AND m.message_id = ? AND m.message_id <> '' AND m.hidden = 0
            ORDER BY f.role IS 'drafts', m.id LIMIT 1""",
        account,
        message_id,
    )
    return None if found is None else MessageId(cast("int", found))


def put_thread(tx: Transaction, draft: DraftId, in_reply_to: str, references: str) -> None:
    """What a draft answers, as the other program wrote it."""
    tx.run(
        "INSERT OR REPLACE INTO draft_thread (draft_id, in_reply_to, refs) VALUES (?, ?, ?)",
        draft,
        in_reply_to,
        references,
    )


def thread(reader: Reader, draft: DraftId) -> tuple[str, tuple[str, ...]]:
    """(In-Reply-To, References) of a draft that another program began; ("", ()) of others."""
    row = reader.one("SELECT in_reply_to, refs FROM draft_thread WHERE draft_id = ?", draft)
    return ("", ()) if row is None else (str(row[0]), tuple(str(row[1]).split()))


def copy_thread(tx: Transaction, of: DraftId, to: DraftId) -> None:
    """The same for another draft."""
    in_reply_to, references = thread(tx, of)
    if in_reply_to or references:
        put_thread(tx, to, in_reply_to, " ".join(references))
