"""Drafts written in a webmail or on a phone: continued here as if they had been begun here.

Rule 1: all of it is here (text, HTML, files) before a draft is made of it; half a draft never takes
the place of a whole one.
Rule 2: its HTML is a stranger's and is sanitised.
Rule 3: the message on the server is agreed as the draft's first copy: services.draftsync sees what
others do to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from mel_desktop.logic.identities import addressed, sender_of
from mel_desktop.model.accounts import Account
from mel_desktop.model.errors import ConnectionTrouble, ErrorCode, LocalRefusal
from mel_desktop.model.letter import PICTURE_TYPES
from mel_desktop.model.mail import Address, BodyState, MessageId, Part, ReadMessage
from mel_desktop.model.outgoing import Draft, DraftContent, DraftId, DraftState, ForeignDraft
from mel_desktop.model.values import dataclass
from mel_desktop.ports import Clock
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.drafting import MAX_FILES_BYTES
from mel_desktop.store import draftcopies, foreigndrafts, identities, outgoing
from mel_desktop.store.database import Database, Reader, Transaction

if TYPE_CHECKING:
    from mel_desktop.services.reading import ReadingService
    from mel_desktop.store import reading as rows

SEALED: Final = frozenset(
    {"application/pgp-encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"}
)
_IN_THE_TEXT: Final = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext"})


@dataclass(frozen=True, slots=True)
class ForeignFile:
    """A file of a message, wholly here. ``content_id``: a picture within the text."""

    filename: str
    media_type: str
    size: int
    blob: int
    content_id: str = ""


class ForeignDrafts:
    """What lies in Drafts and was not put there by this program."""

    def __init__(
        self, database: Database, accounts: Accounts, reading: ReadingService, clock: Clock
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._reading = reading
        self._clock = clock

    def listed(self) -> tuple[ForeignDraft, ...]:
        """Those that are not continued here yet, newest first."""
        with self._database.read() as reader:
            return foreigndrafts.listed(reader)

    def begun(self, message: MessageId) -> DraftId | None:
        """The draft here whose copy a message is, or None."""
        with self._database.read() as reader:
            return draftcopies.draft_of(reader, message)

    def take(self, message: MessageId) -> Draft:
        """Continue one here; what is not here yet is fetched. The same draft when asked again.

        NOT_FOUND | USAGE | TOO_LARGE | NOT_LOCAL(draft-not-here).
        """
        with self._database.read() as reader:
            known = self._known(reader, message)
            found = foreigndrafts.find(reader, message) if known is None else None
        if known is not None or found is None:
            assert known is not None
            return known
        account = self._accounts.get(found.account)
        read = self._whole(message)

        def work(tx: Transaction) -> Draft:
            again = self._known(tx, message)  # another window was quicker
            if again is not None:
                return again
            now, place = self._clock.now(), foreigndrafts.find(tx, message)
            answered = foreigndrafts.answered(tx, account.id, place.in_reply_to)
            draft = outgoing.insert_draft(tx, account.id, reply_to=answered, forward=None, now=now)
            files = [
                outgoing.insert_attachment(
                    tx, draft, one.filename, one.media_type, one.size, one.blob,
                    content_id=one.content_id,
                )
                for one in files_of(tx, message, read.html_safe)
            ]  # fmt: skip
            content = content_of(read, _sender(tx, account, read.sender))
            revision = outgoing.add_revision(tx, draft, content, files, now)
            references = " ".join(read.references) or place.references
            foreigndrafts.put_thread(tx, draft, place.in_reply_to, references)
            draftcopies.agree(tx, draft, revision, place.message_id, place.size, place.at)
            return outgoing.draft(tx, draft)

        return self._database.write(work, durable=True)

    # -- inside ------------------------------------------------------------------------------------

    def _known(self, reader: Reader, message: MessageId) -> Draft | None:
        found = draftcopies.draft_of(reader, message)
        if found is None:
            return None
        draft = outgoing.draft(reader, found)
        if draft.state is not DraftState.EDITING:
            raise LocalRefusal(ErrorCode.USAGE, why="draft-not-written")
        return draft

    def _whole(self, message: MessageId) -> ReadMessage:
        return load_whole(self._database, self._reading, message)


def load_whole(database: Database, reading: ReadingService, message: MessageId) -> ReadMessage:
    """A message with its files here. TOO_LARGE | NOT_LOCAL(draft-not-here) | USAGE."""
    from mel_desktop.store import reading as rows  # noqa: PLC0415 first needed here

    try:
        read = reading.load(message)
    except ConnectionTrouble as error:
        raise LocalRefusal(ErrorCode.NOT_LOCAL, why="draft-not-here") from error
    if read.formatting is not None or read.body is BodyState.ABSENT:
        raise LocalRefusal(ErrorCode.NOT_LOCAL, why="draft-not-here")
    if read.body is BodyState.PARTIAL:
        raise LocalRefusal(ErrorCode.TOO_LARGE)
    with database.read() as reader:
        parts = _file_parts(rows.parts(reader, message))
    if any(one.part.media_type in SEALED for one in parts):
        raise LocalRefusal(ErrorCode.USAGE, why="draft-sealed")
    if sum(one.part.size for one in parts) > MAX_FILES_BYTES * 4 // 3:  # as they are encoded
        raise LocalRefusal(ErrorCode.TOO_LARGE, limit=MAX_FILES_BYTES)
    try:
        for one in parts:
            reading.fetch(message, one.part.number)
    except ConnectionTrouble as error:
        raise LocalRefusal(ErrorCode.NOT_LOCAL, why="draft-not-here") from error
    return read


def content_of(read: ReadMessage, sender: Address | None) -> DraftContent:
    """What a message that was read says, as a draft."""
    return DraftContent(
        to=read.to,
        cc=read.cc,
        bcc=read.bcc,
        subject=read.subject,
        text=read.text,
        html=read.html_safe,
        sender=sender,
    )


def files_of(reader: Reader, message: MessageId, html: str) -> tuple[ForeignFile, ...]:
    """The files of a message; pictures that the text draws, each once, have the content id that it
    names. What cannot be drawn within a letter is a file like any other. NOT_LOCAL.
    """
    from mel_desktop.logic.html_reading import content_ids  # noqa: PLC0415 first needed here
    from mel_desktop.logic.mime import safe_filename  # noqa: PLC0415 first needed here
    from mel_desktop.store import reading as rows  # noqa: PLC0415 first needed here

    drawn = {one.casefold(): one for one in content_ids(html)}
    found = []
    for one in _file_parts(rows.parts(reader, message)):
        if not one.complete or one.blob is None:
            raise LocalRefusal(ErrorCode.NOT_LOCAL, why="draft-not-here")
        part = one.part
        kind = "image/jpeg" if part.media_type == "image/jpg" else part.media_type
        content_id = drawn.pop(part.content_id.casefold(), "") if kind in PICTURE_TYPES else ""
        name = safe_filename(part.filename, kind)
        found.append(ForeignFile(name, kind, part.size, one.blob, content_id))
    return tuple(found)


def _file_parts(parts: Sequence[rows.StoredPart]) -> tuple[rows.StoredPart, ...]:
    """All but the text; an invitation is shown within the text, and is a file all the same."""
    from mel_desktop.logic.mime import text_sections  # noqa: PLC0415 first needed here
    from mel_desktop.store import reading as rows  # noqa: PLC0415 first needed here

    listed = [one for one in parts if one.part.number != rows.WHOLE]
    texts = {part.number for part in text_sections([one.part for one in listed]) if _is_text(part)}
    return tuple(one for one in listed if one.part.number not in texts)


def _is_text(part: Part) -> bool:
    return part.media_type in _IN_THE_TEXT or not part.media_type.startswith("text/")


def _sender(reader: Reader, account: Account, written: Address) -> Address | None:
    """The identity that the draft names, if it is one of this account."""
    ours = identities.of_account(reader, account)
    found = addressed(ours, (written,))
    return None if found is None else sender_of(found, account)
