"""Drafts: written offline, kept in revisions, on disk before any call returns.

Nothing here talks to a server. ``send`` fixes the final bytes and hands them to the outbox.
"""

from __future__ import annotations

import hashlib
import logging
import mimetypes
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mel_desktop.logic import replies
from mel_desktop.logic.identities import addressed, default_of, of_sender, sender_of
from mel_desktop.logic.recipients import check, checked_content, envelope, needs_utf8, same_key
from mel_desktop.model.accounts import Account, AccountId
from mel_desktop.model.errors import ErrorCode, LocalRefusal, ServerSaid
from mel_desktop.model.letter import Letter
from mel_desktop.model.mail import Address, MessageId
from mel_desktop.model.outgoing import (
    Draft,
    DraftAttachment,
    DraftContent,
    DraftId,
    DraftRevision,
    DraftState,
    OutboxId,
    OutboxRow,
)
from mel_desktop.ports import Clock, Randomness
from mel_desktop.services.accounts import Accounts
from mel_desktop.store import (
    blobs,
    foreigndrafts,
    identities,
    outbox,
    outgoing,
    submission,
)
from mel_desktop.store.database import Database, Reader, Transaction

if TYPE_CHECKING:
    from mel_desktop.logic.compose import AttachedFile, Outgoing
    from mel_desktop.model.revisions import RivalFile

logger = logging.getLogger("mel.drafting")

MAX_FILES_BYTES: Final = 50 * 1024 * 1024  # of one draft; servers of schools take 5 to 30 MB
BATCH: Final = 4 * 1024 * 1024  # octets of a file in one transaction: autosave never waits long


class Drafting:
    """Drafts of one profile."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        clock: Clock,
        randomness: Randomness,
        *,
        language: str = "fr",
        zone: tzinfo | None = None,
    ) -> None:
        """``language`` and ``zone`` (None: that of the computer) are those of quotations."""
        self._database = database
        self._accounts = accounts
        self._clock = clock
        self._randomness = randomness
        self._words = replies.phrases(language)
        self._zone = zone

    # -- beginning ---------------------------------------------------------------------------------

    def create(
        self,
        account: AccountId,
        content: DraftContent,
        *,
        reply_to: MessageId | None = None,
        forward: MessageId | None = None,
    ) -> Draft:
        """Create a draft; one that passes a message on gets those of its files that are here."""
        from mel_desktop.logic.html_reading import content_ids  # noqa: PLC0415 first needed here
        from mel_desktop.services import draft_pictures  # noqa: PLC0415 seldom

        self._accounts.get(account)

        def work(tx: Transaction) -> Draft:
            now = self._clock.now()
            for message in (reply_to, forward):
                if message is not None:
                    outgoing.original(tx, message)  # NOT_FOUND before a foreign key says less
            draft = outgoing.insert_draft(tx, account, reply_to=reply_to, forward=forward, now=now)
            shown = content_ids(content.html)
            files = [] if forward is None else self._forwarded(tx, draft, forward, shown)
            files += draft_pictures.taken_over(tx, draft, (forward, reply_to), shown)
            outgoing.add_revision(tx, draft, content, files, now)
            return outgoing.draft(tx, draft)

        return self._database.write(work, durable=True)

    def reply_content(
        self,
        message: MessageId,
        *,
        to_all: bool,
        selected: str = "",
        selected_html: str = "",
        formatted: bool = False,
    ) -> DraftContent:
        """Recipients, subject and quoted text of an answer: of what is selected, if anything.

        ``formatted``: an HTML message keeps its look, as small HTML; pictures only if selected.
        """
        from mel_desktop.logic.html_reading import read_html  # noqa: PLC0415 first needed here
        from mel_desktop.logic.html_writing import (  # noqa: PLC0415 first needed here
            to_html,
            to_text,
            without_pictures,
        )
        from mel_desktop.services import draft_pictures  # noqa: PLC0415 seldom

        original = self._original(message)
        chosen = bool(selected.strip() or selected_html)
        with self._database.read() as reader:
            everyone = identities.everyone(reader)
            html = outgoing.original_html(reader, message) if not chosen else selected_html
            letter = read_html(html) if formatted and html else Letter()
            if chosen:
                letter = draft_pictures.with_pictures_of(reader, message, letter)
            else:
                letter = without_pictures(letter)
        to, cc = replies.reply_recipients(
            sender=original.sender,
            reply_to=original.reply_to,
            to=original.to,
            cc=original.cc,
            own=[one.address for _, of_one in everyone for one in of_one],
            to_all=to_all,
        )
        local_date = self._local(original.sent_at or original.received_at)
        content = DraftContent(
            to=to,
            cc=cc,
            sender=self._sender_for(original),
            subject=replies.reply_subject(original.subject),
        )
        quoted = replies.reply_letter(
            letter, sender=original.sender, local_date=local_date, words=self._words
        )
        if quoted is not None:
            return replace(content, text=to_text(quoted), html=to_html(quoted))
        text = replies.reply_text(
            selected if selected.strip() else original.text,
            sender=original.sender,
            local_date=local_date,
            words=self._words,
        )
        return replace(content, text=text)

    def forward_content(
        self,
        message: MessageId,
        *,
        selected: str = "",
        selected_html: str = "",
        formatted: bool = False,
    ) -> DraftContent:
        """Subject and quoted text of a message passed on; files that are not here are named.

        ``formatted``: an HTML message keeps its look, as small HTML, and its pictures.
        """
        from mel_desktop.logic.html_reading import read_html  # noqa: PLC0415 first needed here
        from mel_desktop.logic.html_writing import (  # noqa: PLC0415 first needed here
            to_html,
            to_text,
        )
        from mel_desktop.services import draft_pictures  # noqa: PLC0415 seldom

        original = self._original(message)
        chosen = bool(selected.strip() or selected_html)
        with self._database.read() as reader:
            files = outgoing.message_files(reader, message)
            html = outgoing.original_html(reader, message) if not chosen else selected_html
            letter = read_html(html) if formatted and html else Letter()
            letter = draft_pictures.with_pictures_of(reader, message, letter)
        head = replies.forward_head(
            sender=original.sender,
            to=original.to,
            cc=original.cc,
            subject=original.subject,
            local_date=self._local(original.sent_at or original.received_at),
            missing=[part.filename or part.media_type for part, blob in files if blob is None],
            words=self._words,
        )
        content = DraftContent(
            sender=self._sender_for(original), subject=replies.forward_subject(original.subject)
        )
        quoted = replies.forward_letter(letter, head)
        if quoted is not None:
            return replace(content, text=to_text(quoted), html=to_html(quoted))
        text = selected if selected.strip() else original.text
        return replace(content, text=replies.forward_text(text, head))

    # -- writing -----------------------------------------------------------------------------------

    def save(self, draft: DraftId, content: DraftContent) -> Draft:
        """Keep a new revision if anything changed; on disk when this returns."""
        from mel_desktop.services import draft_pictures  # noqa: PLC0415 seldom

        def work(tx: Transaction) -> Draft:
            current = self._editable(tx, draft)
            if current.content == content:
                return current
            files = draft_pictures.files_of_revision(tx, current, content.html)
            outgoing.add_revision(tx, draft, content, files, self._clock.now())
            return outgoing.draft(tx, draft)

        return self._database.write(work, durable=True)

    def save_with(self, draft: DraftId, content: DraftContent, files: Sequence[RivalFile]) -> Draft:
        """The same with just these files: those of the draft, and blobs of a message. TOO_LARGE."""

        def work(tx: Transaction) -> Draft:
            current = self._editable(tx, draft)
            if sum(one.size for one in files) > MAX_FILES_BYTES:
                raise LocalRefusal(ErrorCode.TOO_LARGE, limit=MAX_FILES_BYTES)
            listed = []
            for one in files:
                if one.mine is not None:
                    outgoing.attachment_blob(tx, draft, one.mine)  # NOT_FOUND for a stranger's
                    listed.append(one.mine)
                elif one.theirs is not None:
                    listed.append(
                        outgoing.insert_attachment(
                            tx, draft, one.filename, one.media_type, one.size, one.theirs,
                            content_id=one.content_id,
                        )
                    )  # fmt: skip
            if current.content == content and listed == [one.id for one in current.attachments]:
                return current
            outgoing.add_revision(tx, draft, content, listed, self._clock.now())
            return outgoing.draft(tx, draft)

        return self._database.write(work, durable=True)

    def attach(self, draft: DraftId, file: Path, *, media_type: str = "") -> DraftAttachment:
        """Copy a file into the vault in pieces; the draft lists it once it is whole.

        A kill half-way leaves a piece that no revision lists; it is cleared away later.
        """
        from mel_desktop.logic.compose import safe_filename  # noqa: PLC0415 first needed here

        with opened_file(file) as (chunks, expected):
            name = safe_filename(file.name)
            kind = media_type or mimetypes.guess_type(name)[0] or "application/octet-stream"

            def begin(tx: Transaction) -> tuple[int, int]:
                self._check_room(self._editable(tx, draft), expected)
                blob = blobs.new_blob(tx, self._clock.now())
                return outgoing.insert_attachment(tx, draft, name, kind, 0, blob), blob

            attachment, blob = self._database.write(begin)
            try:
                digest, size = self._copy(chunks, blob)
                return self._list(draft, attachment, blob, digest, size)
            except BaseException:
                self._database.write(lambda tx: self._give_up(tx, attachment))
                raise

    def detach(self, draft: DraftId, attachment: int) -> Draft:
        """Take a file off the newest revision; older revisions keep it."""

        def work(tx: Transaction) -> Draft:
            current = self._editable(tx, draft)
            kept = [one.id for one in current.attachments if one.id != attachment]
            if len(kept) == len(current.attachments):
                raise LocalRefusal(ErrorCode.NOT_FOUND, kind="attachment")
            outgoing.add_revision(tx, draft, current.content, kept, self._clock.now())
            return outgoing.draft(tx, draft)

        return self._database.write(work, durable=True)

    def read_attachment(self, draft: DraftId, attachment: int) -> Iterator[bytes]:
        """The octets of a file, in chunks; each is read from the store when it is asked for."""
        with self._database.read() as reader:
            blob = outgoing.attachment_blob(reader, draft, attachment)
            yield from blobs.read(reader, blob)

    # -- reading -----------------------------------------------------------------------------------

    def all(self) -> tuple[Draft, ...]:
        """Drafts being written, newest first."""
        with self._database.read() as reader:
            return outgoing.drafts(reader, DraftState.EDITING)

    def get(self, draft: DraftId, revision: int | None = None) -> Draft:
        """One draft at its newest or the given revision. LocalRefusal(NOT_FOUND)."""
        with self._database.read() as reader:
            return outgoing.draft(reader, draft, revision)

    def history(self, draft: DraftId) -> tuple[DraftRevision, ...]:
        """Revisions kept, newest first."""
        with self._database.read() as reader:
            return outgoing.history(reader, draft)

    def restore(self, draft: DraftId, revision: int) -> Draft:
        """Make an old revision the newest again; a draft thrown away comes back to life."""

        def work(tx: Transaction) -> Draft:
            now = self._clock.now()
            if outgoing.state_of(tx, draft) is DraftState.DELETED:
                outgoing.set_state(tx, draft, DraftState.EDITING, now)
            self._editable(tx, draft)
            old = outgoing.draft(tx, draft, revision)
            files = [one.id for one in old.attachments]
            outgoing.add_revision(tx, draft, old.content, files, now)
            return outgoing.draft(tx, draft)

        return self._database.write(work, durable=True)

    def delete(self, draft: DraftId) -> None:
        """Throw a draft away; ``restore`` still finds it for a while."""

        def work(tx: Transaction) -> None:
            self._editable(tx, draft)
            outgoing.set_state(tx, draft, DraftState.DELETED, self._clock.now())

        self._database.write(work, durable=True)

    # -- sending -----------------------------------------------------------------------------------

    def send(
        self,
        draft: DraftId,
        *,
        not_before: datetime | None = None,
        revision: int | None = None,
    ) -> OutboxRow:
        """Fix bytes, Message-ID and envelope, and queue them: one transaction, all or nothing.

        NO_RECIPIENT | BAD_ADDRESS | NO_SMTPUTF8 | DISK_FULL; the draft then stays as it was.
        ``revision``: the one that was looked at; NEEDS_DECISION when it is no longer the newest.
        """
        token, boundary = self._randomness.token(16), self._randomness.token(16).hex()
        opened = self.get(draft)
        people = envelope(opened.content)  # refuse before the writer's time is taken
        account = self._accounts.get(opened.account)
        self._check_letters(account, people)

        def work(tx: Transaction) -> OutboxRow:
            now = self._clock.now()
            current = self._editable(tx, draft)
            if revision not in (None, current.revision):
                raise LocalRefusal(ErrorCode.NEEDS_DECISION, why="draft-changed")
            message = final_message(tx, current, account, token, boundary, now)
            return outbox.row(tx, enqueue(tx, current, account, message, now, not_before))

        queued = self._database.write(work, durable=True)
        logger.info("outbox %d: queued, %d octets", queued.id, queued.size)
        return queued

    # -- inside ------------------------------------------------------------------------------------

    def _check_letters(self, account: Account, people: Sequence[str]) -> None:
        """Addresses that the server is known not to take; one never met is asked in its time."""
        asks = [place for place, one in enumerate(people, start=1) if needs_utf8(one)]
        if not asks:
            return
        with self._database.read() as reader:
            if submission.lacks(reader, account, "SMTPUTF8"):
                raise ServerSaid(ErrorCode.NO_SMTPUTF8, position=asks[0])  # by its last EHLO

    def _original(self, message: MessageId) -> outgoing.Original:
        with self._database.read() as reader:
            return outgoing.original(reader, message)

    def _sender_for(self, original: outgoing.Original) -> Address | None:
        """The identity to which a message was addressed (or that wrote it) answers it."""
        account = self._accounts.get(original.account)
        with self._database.read() as reader:
            ours = identities.of_account(reader, account)
        found = addressed(ours, original.to, original.cc, (original.sender,))
        return sender_of(found or default_of(ours), account)

    def _local(self, instant: datetime) -> datetime:
        return instant.astimezone(self._zone)

    def _editable(self, tx: Transaction, draft: DraftId) -> Draft:
        current = outgoing.draft(tx, draft)
        if current.state is not DraftState.EDITING:
            raise LocalRefusal(ErrorCode.USAGE, why=f"draft-{current.state.value}")
        return current

    def _check_room(self, current: Draft, more: int) -> None:
        if sum(one.size for one in current.attachments) + more > MAX_FILES_BYTES:
            raise LocalRefusal(ErrorCode.TOO_LARGE, limit=MAX_FILES_BYTES)

    def _forwarded(
        self, tx: Transaction, draft: DraftId, message: MessageId, shown: Iterable[str]
    ) -> list[int]:
        """Its files; a picture that the text shows (``shown``) is none."""
        from mel_desktop.logic.compose import safe_filename  # noqa: PLC0415 first needed here

        in_text = {one.casefold() for one in shown}
        return [
            outgoing.insert_attachment(
                tx, draft, safe_filename(part.filename), part.media_type, part.size, blob
            )
            for part, blob in outgoing.message_files(tx, message)
            if blob is not None and part.content_id.casefold() not in in_text
        ]

    def _copy(self, chunks: Iterator[bytes], blob: int) -> tuple[bytes, int]:
        """Octets into the blob, some megabytes a transaction; SHA-256 and size."""
        digest, size = hashlib.sha256(), 0
        batch: list[bytes] = []
        held = 0

        def flush() -> None:
            pieces = tuple(batch)
            self._database.write(lambda tx: [blobs.append(tx, blob, piece) for piece in pieces])
            batch.clear()

        for chunk in chunks:
            size += len(chunk)
            if size > MAX_FILES_BYTES:  # it grew while it was read
                raise LocalRefusal(ErrorCode.TOO_LARGE, limit=MAX_FILES_BYTES)
            digest.update(chunk)
            batch.append(chunk)
            held += len(chunk)
            if held >= BATCH:
                flush()
                held = 0
        flush()
        return digest.digest(), size

    def _list(
        self, draft: DraftId, attachment: int, blob: int, digest: bytes, size: int
    ) -> DraftAttachment:
        def work(tx: Transaction) -> DraftAttachment:
            current = self._editable(tx, draft)
            self._check_room(current, size)
            blobs.finish(tx, blob, digest)
            outgoing.set_attachment_size(tx, attachment, size)
            files = [*(one.id for one in current.attachments), attachment]
            outgoing.add_revision(tx, draft, current.content, files, self._clock.now())
            return outgoing.draft(tx, draft).attachments[-1]

        return self._database.write(work, durable=True)

    def _give_up(self, tx: Transaction, attachment: int) -> None:
        outgoing.remove_attachment(tx, attachment)
        blobs.drop_unused(tx)


def final_message(
    reader: Reader, current: Draft, account: Account, token: bytes, boundary: str, now: datetime
) -> Outgoing:
    """What the bytes of a draft depend on. LocalRefusal(BAD_ADDRESS)."""
    from mel_desktop.logic.compose import (  # noqa: PLC0415 first needed here
        Outgoing,
        new_message_id,
        one_line,
    )
    from mel_desktop.logic.html_text import html_to_text  # noqa: PLC0415 first needed here
    from mel_desktop.services import draft_pictures  # noqa: PLC0415 seldom

    content = checked_content(current.content)
    identity = of_sender(identities.of_account(reader, account), content.sender)
    sender = check((content.sender or identity.sender,))[0]
    in_reply_to, references = foreigndrafts.thread(reader, current.id)
    parent = current.reply_to if current.reply_to is not None else current.forward
    if parent is not None:
        original = outgoing.original(reader, parent)
        references = replies.thread_references(
            original.message_id, original.references, original.in_reply_to
        )
        in_reply_to = original.message_id if current.reply_to is not None else ""
    return Outgoing(
        sender=sender,
        to=content.to,
        cc=content.cc,
        subject=one_line(content.subject),
        text=content.text or html_to_text(content.html),
        html=draft_pictures.as_sent(current),
        date=now,
        message_id=new_message_id(sender.address, token),
        boundary=boundary,
        in_reply_to=in_reply_to,
        references=references,
        reply_to=(Address("", identity.reply_to),) if identity.reply_to else (),
        organisation=identity.organisation,
        receipt_to=sender.address if content.receipt else "",
    )


def enqueue(
    tx: Transaction,
    current: Draft,
    account: Account,
    message: Outgoing,
    now: datetime,
    not_before: datetime | None = None,
) -> OutboxId:
    """A draft into the outbox, within the transaction that read it. NO_RECIPIENT."""
    from mel_desktop.logic.compose import compose  # noqa: PLC0415 first needed here
    from mel_desktop.model.identities import EnvelopeSender  # noqa: PLC0415 first needed here
    from mel_desktop.services.smime_sending import protected  # noqa: PLC0415 seldom

    recipients = envelope(current.content)
    identity = of_sender(identities.of_account(tx, account), current.content.sender)
    is_ours = same_key(identity.address) == same_key(message.sender.address)
    by_account = identity.envelope is EnvelopeSender.ACCOUNT or not is_ours
    pieces = protected(
        tx,
        current.id,
        message.sender.address,
        people=(*message.to, *message.cc),
        has_bcc=bool(current.content.bcc),
        boundary=message.boundary,
        now=now,
        pieces=compose(message, files_of(tx, current)),
    )
    blob, size = _store(tx, pieces, now)
    row = outbox.insert(
        tx,
        account=account.id,
        draft=current.id,
        message_id=message.message_id,
        subject=message.subject,
        sender=account.email if by_account else message.sender.address,
        recipients=recipients,
        blob=blob,
        size=size,
        not_before=not_before,
        now=now,
        confirm=current.content.confirm,
    )
    outgoing.set_state(tx, current.id, DraftState.QUEUED, now)
    return row


def files_of(reader: Reader, current: Draft) -> list[AttachedFile]:
    """The files of a draft, read from the store when their octets are wanted."""
    from mel_desktop.logic.compose import AttachedFile  # noqa: PLC0415 first needed here

    return [
        AttachedFile(
            one.filename, one.media_type, _reading(reader, current.id, one.id), one.content_id
        )
        for one in current.attachments
    ]


@contextmanager
def opened_file(file: Path) -> Iterator[tuple[Iterator[bytes], int]]:
    """Chunks and present size of a regular file. LocalRefusal(BAD_FILE), without its name."""
    try:
        if not stat.S_ISREG(file.stat().st_mode):  # before open: a pipe would block
            raise LocalRefusal(ErrorCode.BAD_FILE, why="not-a-file")
        with file.open("rb") as stream:
            yield iter(partial(stream.read, blobs.CHUNK), b""), file.stat().st_size
    except OSError as error:
        raise LocalRefusal(ErrorCode.BAD_FILE, errno=error.errno or 0) from error


def _reading(reader: Reader, draft: DraftId, attachment: int) -> Callable[[], Iterator[bytes]]:
    return lambda: blobs.read(reader, outgoing.attachment_blob(reader, draft, attachment))


def _store(tx: Transaction, pieces: Iterable[bytes], now: datetime) -> tuple[int, int]:
    """The final bytes into a blob of their own; its id and size."""
    blob, digest, size = blobs.new_blob(tx, now), hashlib.sha256(), 0
    held = bytearray()
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
        held += piece
        if len(held) >= blobs.CHUNK:
            blobs.append(tx, blob, bytes(held))
            held.clear()
    if held:
        blobs.append(tx, blob, bytes(held))
    return blobs.finish(tx, blob, digest.digest()), size
