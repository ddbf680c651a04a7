"""The copy in Sent: found or made, never twice; and what a copy there says of a lost answer.

A server may keep a copy by itself, and an APPEND may have gone through although its answer got
lost: so Sent is always searched first. A server that is known to keep copies by itself is given
some minutes to do so.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from mel_desktop.logic.pacing import retry_delay
from mel_desktop.logic.recipients import same_key
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import (
    Cancelled,
    ConnectionTrouble,
    ErrorCode,
    MelError,
    ServerBroken,
    ServerSaid,
    StoreTrouble,
)
from mel_desktop.model.mail import Flags, Marks, Role
from mel_desktop.model.outgoing import OutboxState
from mel_desktop.ports import Clock, MailServer, RemoteFolder
from mel_desktop.services.acceptance import Acceptance
from mel_desktop.services.patience import Patience
from mel_desktop.services.sessions import Sessions
from mel_desktop.store import blobs, identities, outbox, submission
from mel_desktop.store.database import Database, Transaction
from mel_desktop.store.outbox import Waiting

if TYPE_CHECKING:
    from mel_desktop.logic.same_letter import Letter

logger = logging.getLogger("mel.outbox")

S = OutboxState
NEW_NAME: Final = "Sent"
LOOKED_AT: Final = 50  # newest copies that are compared where the Message-ID is not there
# Afterwards rows that were filed are forgotten (outbox.FILED_SHOWN), and so is who was alike.
TWINS_KNOWN_FOR: Final = timedelta(days=7)
SERVER_FILES_IN: Final = timedelta(minutes=5)
SERVER_LOOKED_FOR: Final = timedelta(seconds=45)


class Filing:
    """Of one profile, for the outbox."""

    def __init__(
        self,
        database: Database,
        sessions: Sessions,
        clock: Clock,
        acceptance: Acceptance,
    ) -> None:
        self._database = database
        self._sessions = sessions
        self._clock = clock
        self._acceptance = acceptance
        self._patience = Patience()

    def file(self, account: AccountId, rows: Sequence[Waiting]) -> tuple[Waiting, ...]:
        """Those whose copy is in Sent now. Trouble is in the rows; Cancelled | StoreTrouble."""
        filed: list[Waiting] = []
        rows = self._patience.in_order(rows)
        try:
            with self._sessions.mail(account) as server:
                sent = SentFolder(server)
                for one in rows:
                    try:
                        if self._file(one, self._sent_of(one, sent)):
                            filed.append(one)
                            logger.info("outbox %d: filed", one.id)
                    except ServerSaid as error:
                        self._trouble(one, error)
                    except (ConnectionTrouble, ServerBroken):
                        self._patience.note(one.id)
                        raise
        except (Cancelled, StoreTrouble):
            raise
        except MelError as error:  # the line, the sign-in: the wish stays, the next pass sees to it
            logger.info("filing for account %d: %s", account, error)
            self._note(rows, error)
        return tuple(filed)

    def _file(self, one: Waiting, sent: SentFolder) -> bool:
        now = self._clock.now()
        found = sent.has(one.message_id, everywhere=one.state is S.UNKNOWN)
        if one.state is S.UNKNOWN:
            if not self._is_for_more(one) and (found or self._is_there_renamed(one, sent)):
                return self._database.write(partial(self._found, one=one, now=now), durable=True)
            if not sent.exists():  # where no copy can be, its absence says nothing
                self.cannot_search([one], ErrorCode.FOLDER_GONE)
                return False
            self._database.write(partial(outbox.set_checked, wanted=one.id, now=now), durable=True)
            return False
        if (
            found and one.attempts == 0 and not one.reason and not sent.is_of_box
        ):  # we never tried to put it there
            self._database.write(lambda tx: submission.set_files_sent(tx, one.account, True))
        elif not found:
            with self._database.read() as reader:
                files_sent = submission.facts(reader, one.account).files_sent
            files_sent = files_sent and not sent.is_of_box  # its own copies go into the account's
            if files_sent and self._wait_for_server(one, sent, now):
                return False
            if not (files_sent and self._is_there_renamed(one, sent)):
                self._begin(one, files_sent)
                sent.add(self._octets(one), one.accepted_at or now)
        self._database.write(partial(outbox.set_filed, wanted=one.id, now=now), durable=True)
        return True

    def _sent_of(self, one: Waiting, own: SentFolder) -> SentFolder:
        """Where the copy belongs: that of the functional box in From, else the account's."""
        from mel_desktop.logic.mime import parse_header  # noqa: PLC0415 first needed here

        with self._database.read() as reader:
            boxes = identities.sent_folders(reader, one.account)
            head = next(iter(blobs.read(reader, one.blob)), b"") if boxes else b""
        path = boxes.get(same_key(parse_header(head).sender.address)) if boxes else None
        return own if path is None else own.of_box(path)

    def _begin(self, one: Waiting, files_sent: bool) -> None:
        """Before the APPEND: after a kill behind it, the copy is not taken for the server's own.

        A server that was believed to keep copies by itself, and did not, is believed no more.
        """

        def work(tx: Transaction) -> None:
            outbox.set_next_attempt(tx, one.id, max(one.attempts, 1), None)
            if files_sent:
                submission.set_files_sent(tx, one.account, False)

        self._database.write(work)

    def _found(self, tx: Transaction, one: Waiting, now: datetime) -> bool:
        """An unknown message is in Sent."""
        if not self._acceptance.it_left(tx, one.id, now):
            return False
        outbox.set_filed(tx, one.id, now)
        return True

    def _wait_for_server(self, one: Waiting, sent: SentFolder, now: datetime) -> bool:
        """Whether its own copy may still come; then the row is looked at again shortly."""
        since = now - (one.accepted_at or now)
        if not timedelta() <= since < SERVER_FILES_IN or self._is_there_renamed(one, sent):
            return False
        at = now + SERVER_LOOKED_FOR
        self._database.write(
            lambda tx: outbox.set_next_attempt(tx, one.id, one.attempts, at), durable=True
        )
        return True

    def _is_for_more(self, one: Waiting) -> bool:
        """Some had it from an earlier transaction: a copy of that one says nothing of the last."""
        with self._database.read() as reader:
            return bool(outbox.taken(reader, one.id))

    def _is_there_renamed(self, one: Waiting, sent: SentFolder) -> bool:
        letter = letter_of(self._octets(one), one.size)
        if letter.date is None or self._clock.now() - letter.date >= TWINS_KNOWN_FOR:
            return False
        with self._database.read() as reader:
            others = outbox.message_ids(reader, one.account)
            twins = [
                letter_of(next(blobs.read(reader, blob), b""), size)
                for blob, size in outbox.same_subject(reader, one.id)
            ]
        return sent.has_like(letter, others - {one.message_id}, twins)

    def _octets(self, one: Waiting) -> bytes:
        with self._database.read() as reader:
            return b"".join(blobs.read(reader, one.blob))

    def _trouble(self, one: Waiting, error: ServerSaid) -> None:
        """The server refuses the copy: tried again later, the others go on."""
        logger.info("outbox %d, filing: %s", one.id, error)
        at = self._clock.now() + retry_delay(one.attempts + 1, one.id)
        reason, detail = words(error)

        def work(tx: Transaction) -> None:
            if one.state is S.ACCEPTED:
                outbox.set_next_attempt(tx, one.id, one.attempts + 1, at)
                outbox.set_reason(tx, [one.id], reason, detail)

        self._database.write(work, durable=True)
        self.cannot_search([one], error.code)

    def cannot_search(self, rows: Iterable[Waiting], code: ErrorCode) -> None:
        """Why Sent could not be searched for what is unknown, written where that is news."""
        news = [
            one.id
            for one in rows
            if one.state is S.UNKNOWN and one.word.trouble != code.text
        ]  # fmt: skip
        if news:
            self._database.write(lambda tx: outbox.set_search_trouble(tx, news, code.text))

    def _note(self, rows: Sequence[Waiting], error: MelError) -> None:
        if error.code is not ErrorCode.OFFLINE:  # without a line nobody has tried
            self.cannot_search(rows, error.code)
        news = [
            one.id
            for one in rows
            if one.state is S.ACCEPTED and one.reason in ("", ErrorCode.OFFLINE.text)
        ]
        if news:
            self._database.write(lambda tx: outbox.set_reason(tx, news, error.code.text))


def letter_of(header: bytes, size: int) -> Letter:
    """What is compared of a message."""
    from mel_desktop.logic.mime import parse_header  # noqa: PLC0415 first needed here
    from mel_desktop.logic.same_letter import Letter  # noqa: PLC0415 first needed here

    told = parse_header(header)
    people = frozenset(one.address.lower() for one in (*told.to, *told.cc))
    return Letter(told.message_id, told.date, told.subject, people, size)


def words(error: MelError | None) -> tuple[str, str]:
    """(reason, what the server said)."""
    if error is None:
        return "", ""
    return error.code.text, error.said if isinstance(error, ServerSaid) else ""


class SentFolder:
    """Sent of one signed-in connection; made on the server where there is none."""

    def __init__(self, server: MailServer, own: SentFolder | None = None) -> None:
        self._server = server
        self._path: str | None = None
        self._own = own  # of the account, where this one is a box's
        self._boxes: dict[str, SentFolder] = {}

    def exists(self) -> bool:
        """Whether there is such a folder at all."""
        return self._find() is not None

    @property
    def is_of_box(self) -> bool:
        """Whether it was chosen for a functional box."""
        return self._own is not None

    def of_box(self, path: str) -> SentFolder:
        """That of a functional box; this one where the server has no such folder (any more)."""
        found = self._boxes.get(path)
        if found is None:
            found = self
            if any(one.path == path and one.selectable for one in self._server.list_folders()):
                found = SentFolder(self._server, self)
                found._path = path
            else:
                logger.warning("the Sent folder of a functional box is not there")
            self._boxes[path] = found
        return found

    def has(self, message_id: str, *, everywhere: bool = False) -> bool:
        """Whether a copy is there. A folder that does not exist holds none.

        ``everywhere``: of a box, also in the account's, where the server files by itself.
        """
        if everywhere and self._own is not None and self._own.has(message_id):
            return True
        path = self._find()
        if path is None:
            return False
        # Selected anew each time: a folder that is open already may not show what came since.
        self._server.select(path, read_only=True)
        return bool(self._server.find_message_id(message_id))

    def has_like(self, letter: Letter, others: Collection[str], twins: Iterable[Letter]) -> bool:
        """Whether one of the newest copies is this message, its Message-ID apart."""
        from mel_desktop.logic.same_letter import copy_of  # noqa: PLC0415 first needed here

        path = self._find()
        if path is None:
            return False
        self._server.select(path, read_only=True)
        newest = self._server.all_uids()[-LOOKED_AT:]
        rows = self._server.messages(newest) if newest else ()
        copies = [letter_of(one.header, one.size) for one in rows]
        return copy_of(letter, copies, others, twins) is not None

    def add(self, data: bytes, date: datetime) -> None:
        """Put a copy there, read already."""
        path = self._find()
        if path is None:
            path = self._path = self._create()
        self._server.append(path, data, Flags(Marks.SEEN), date)

    def _find(self) -> str | None:
        if self._path is None:
            for folder in self._server.list_folders():
                if folder.role is Role.SENT and folder.selectable:
                    self._path = folder.path
                    break
        return self._path

    def _create(self) -> str:
        """Beside the other folders: some servers keep all of a person's below INBOX."""
        folders = self._server.list_folders()
        below_inbox = _prefix_below_inbox(folders)
        names = [f"{below_inbox}{NEW_NAME}", NEW_NAME] if below_inbox else [NEW_NAME]
        trouble: ServerSaid | None = None
        for name in names:
            try:
                self._server.create_folder(name)
            except ServerSaid as error:
                trouble = error
            else:
                return name
        raise trouble or ServerSaid(ErrorCode.FOLDER_GONE)


def _prefix_below_inbox(folders: Iterable[RemoteFolder]) -> str:
    """``INBOX.`` when every other folder lies below it, else ""."""
    others = [one for one in folders if one.path.upper() != "INBOX"]
    if others and all(one.path.upper().startswith(f"INBOX{one.delimiter}") for one in others):
        return f"INBOX{others[0].delimiter}"
    return ""
