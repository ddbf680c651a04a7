"""Keeps one copy of each draft in the server's Drafts folder, on a sync's way.

Rule 1: the Message-ID of an APPEND is stored before it leaves; a lost answer is looked up by it.
Rule 2: a copy is removed only where its UID, UIDVALIDITY and Message-ID are those that we put
there (after a renumbering: Message-ID and size), by UID EXPUNGE.
Rule 3: what another client made of a copy is never touched: a conflict, and a person decides.
Rule 4: a draft that another client wrote and that is continued here is moved to the trash when ours
takes its place; nothing that others wrote is destroyed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from mel_desktop.logic.compose import compose_draft
from mel_desktop.logic.folding import fold
from mel_desktop.logic.mime import HeaderFields, parse_header
from mel_desktop.logic.recipients import check
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import Failure, Refusal
from mel_desktop.model.errors import ErrorCode, LocalRefusal, Scope, ServerSaid
from mel_desktop.model.mail import Address, Choice, Flags, Marks
from mel_desktop.model.outgoing import Draft, DraftState
from mel_desktop.ports import Clock, MailServer, Randomness, RemoteStatus
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.drafting import Drafting, files_of, final_message
from mel_desktop.services.mailbox import MailboxService
from mel_desktop.store import draftcopies, outgoing, smime
from mel_desktop.store.database import Database, Reader, Transaction
from mel_desktop.store.draftcopies import DraftCopy

QUIET: Final = timedelta(seconds=20)  # of writing, before a copy is replaced
FRUGAL_BYTES: Final = 1024 * 1024  # of files; more does not go over a frugal line
MOST_LOOKED_AT: Final = 50  # newest messages of Drafts, for what became of a copy
NOT_NOW: Final = frozenset({ErrorCode.SERVER_TEMPORARY, ErrorCode.MAILBOX_FULL})
DONE_WITH: Final = (DraftState.SENT, DraftState.DELETED)


class DraftSync:
    """An errand of the sync (services.syncrun.Errand), and what a person decides of copies."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        clock: Clock,
        randomness: Randomness,
        is_frugal: Callable[[AccountId], bool] = lambda account: False,
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._clock = clock
        self._randomness = randomness
        self._is_frugal = is_frugal
        self._removed: dict[
            AccountId, list[tuple[int, int, int]]
        ] = {}  # accounts sync side by side

    def waits(self, account: AccountId) -> bool:
        """Whether a copy is to be made, replaced, removed or looked for."""
        return bool(self._due(account))

    def perform(self, server: MailServer, account: AccountId) -> Sequence[Refusal | Failure]:
        """Do it. Trouble with one draft is told; connection trouble is raised."""
        told: list[Refusal | Failure] = []
        due = self._due(account)
        with self._database.read() as reader:
            folder = draftcopies.drafts_folder(reader, account)
        if folder is None or not due:
            return told
        work = _CopyWork(self._database, self._accounts, self._randomness, server, account, folder)
        self._removed[account] = work.removed
        for copy in due:
            try:
                told += work.bring(copy)
            except (ServerSaid, LocalRefusal) as error:
                told.append(Failure(error.code.text, Scope.MESSAGE.name.lower(), folder[1]))
                if error.code in NOT_NOW:
                    break
                self._database.write(
                    partial(
                        draftcopies.refuse,
                        draft=copy.draft,
                        folder=folder[0],
                        revision=copy.newest,
                        reason=error.code.text,
                    ),
                    durable=True,
                )
        return told

    def tidy(self, account: AccountId) -> None:
        """What this sync listed before it was removed is not listed here until the next one."""
        removed = self._removed.pop(account, [])
        if removed:
            self._database.write(lambda tx: draftcopies.drop_messages(tx, removed))

    # -- the journal -------------------------------------------------------------------------------

    def retry(self, draft: int) -> None:
        """A copy that the server refused is tried again. NOT_FOUND | USAGE."""

        def work(tx: Transaction) -> None:
            copy = _known(tx, draft)
            if copy.state != "refused":
                raise LocalRefusal(ErrorCode.USAGE, why="not-refused")
            draftcopies.set_state(tx, draft, "waiting")

        self._database.write(work, durable=True)

    def resolve(
        self, draft: int, choice: Choice, drafting: Drafting, mailbox: MailboxService
    ) -> None:
        """Decide what becomes of a draft that another client changed or removed. USAGE.

        MINE puts ours in its place (theirs goes to the trash by a wish of its own), THEIRS throws
        ours away (its history stays for a while), BOTH keeps both.
        """
        with self._database.read() as reader:
            copy = _known(reader, draft)
            rivals = draftcopies.rivals(reader, draft)
        if copy.state != "conflict":
            raise LocalRefusal(ErrorCode.USAGE, why="no-conflict")
        if choice is Choice.THEIRS:
            if copy.draft_state is DraftState.EDITING:
                drafting.delete(copy.draft)
        elif choice is Choice.MINE and rivals:
            mailbox.delete(rivals)
        self._database.write(lambda tx: draftcopies.forget(tx, draft), durable=True)

    # -- inside ------------------------------------------------------------------------------------

    def _due(self, account: AccountId) -> tuple[DraftCopy, ...]:
        quiet_since = self._clock.now() - QUIET
        with self._database.read() as reader:
            if draftcopies.drafts_folder(reader, account) is None:
                return ()
            copies = draftcopies.of_account(reader, account)
            chosen = [one for one in copies if _is_due(one) and _is_quiet(one, quiet_since)]
            chosen = [one for one in chosen if not _is_unbegun(reader, one)]
            chosen = [one for one in chosen if not _stays_here(reader, one)]
            if chosen and self._is_frugal(account):
                chosen = [one for one in chosen if not _is_heavy(reader, one)]
        return tuple(chosen)


def _known(reader: Reader, draft: int) -> DraftCopy:
    copy = draftcopies.one(reader, draft)
    if copy is None:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="journal")
    return copy


def _is_due(copy: DraftCopy) -> bool:
    if copy.state == "conflict":
        return copy.draft_state in DONE_WITH  # nothing of ours is there; the row goes
    if copy.draft_state in DONE_WITH or copy.pending_id:
        return True
    if copy.draft_state is not DraftState.EDITING:
        return False
    if copy.state == "refused":
        return copy.newest > copy.pending_revision
    return copy.newest > copy.revision or not copy.lies_there


def _is_quiet(copy: DraftCopy, since: datetime) -> bool:
    """A first copy goes at once; one that is replaced waits until the person pauses."""
    is_first = not copy.revision and not copy.pending_id
    return copy.draft_state in DONE_WITH or is_first or copy.saved_at <= since


def _stays_here(reader: Reader, copy: DraftCopy) -> bool:
    """What is to leave encrypted is put on no server in clear."""
    return copy.draft_state not in DONE_WITH and smime.wished(reader, copy.draft).encrypt


def _is_unbegun(reader: Reader, copy: DraftCopy) -> bool:
    """Nothing was written yet, and nothing is on the server."""
    return (
        not copy.revision and not copy.pending_id and _is_blank(outgoing.draft(reader, copy.draft))
    )


def _is_heavy(reader: Reader, copy: DraftCopy) -> bool:
    if copy.draft_state in DONE_WITH:
        return False
    files = outgoing.draft(reader, copy.draft).attachments
    return sum(one.size for one in files) > FRUGAL_BYTES


class _CopyWork:
    """The copies of one account over one connection."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        randomness: Randomness,
        server: MailServer,
        account: AccountId,
        folder: tuple[int, str],
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._randomness = randomness
        self._server = server
        self._account = account
        self._folder, self._path = folder
        self.removed: list[tuple[int, int, int]] = []  # (folder, UIDVALIDITY, UID)
        self._fresh: tuple[str, int, int] = ("", 0, 0)  # (Message-ID, UID, size) of an APPEND

    def bring(self, copy: DraftCopy) -> list[Refusal | Failure]:
        """One draft: as it is here, so its copy."""
        status = self._server.select(self._path)
        if copy.pending_id:
            copy = self._look_for_pending(copy, status)
        if copy.draft_state in DONE_WITH:
            self._take_away(copy, status)
            return []
        if copy.draft_state is not DraftState.EDITING or copy.state == "conflict":
            return []
        if copy.revision and self._ours(copy, status) is None:
            return [self._conflict(copy)]
        if copy.newest > copy.revision:
            self._append(copy, status)
        return []

    def _look_for_pending(self, copy: DraftCopy, status: RemoteStatus) -> DraftCopy:
        """An answer got lost: the copy stands there, or the APPEND is as if never sent."""
        found = self._server.find_message_id(copy.pending_id)
        if found:
            (row,) = tuple(self._server.messages([found[-1]])) or (None,)
            self._settle(copy, status, found[-1], 0 if row is None else row.size)
        else:
            self._database.write(lambda tx: draftcopies.clear_pending(tx, copy.draft))
        with self._database.read() as reader:
            return _known(reader, copy.draft)

    def _append(self, copy: DraftCopy, status: RemoteStatus) -> None:
        account = self._accounts.get(self._account)
        token, boundary = self._randomness.token(16), self._randomness.token(16).hex()
        with self._database.read() as reader:
            draft = outgoing.draft(reader, copy.draft)
            bcc = _usable(draft.content.bcc)
            content = replace(
                draft.content,
                to=_usable(draft.content.to),
                cc=_usable(draft.content.cc),
                bcc=(),
            )
            message = final_message(
                reader, replace(draft, content=content), account, token, boundary, draft.saved_at
            )
            data = b"".join(compose_draft(message, bcc, files_of(reader, draft)))
        self._database.write(
            lambda tx: draftcopies.begin(
                tx, copy.draft, self._folder, message.message_id, draft.revision
            ),
            durable=True,
        )
        flags = Flags(Marks.DRAFT | Marks.SEEN)
        uid = self._server.append(self._path, data, flags, draft.saved_at)
        if uid is None:
            self._server.select(self._path)
            uid = next(iter(self._server.find_message_id(message.message_id)[-1:]), None)
        with self._database.read() as reader:
            begun = _known(reader, copy.draft)
        self._settle(begun, status, uid, len(data))

    def _settle(self, copy: DraftCopy, status: RemoteStatus, uid: int | None, size: int) -> None:
        """The new copy stands: the old one goes, if it is still the one that we put there."""
        old = self._ours(copy, status) if copy.revision else None
        if old is not None and old != uid:
            self._let_go(copy, old, status)
        self._database.write(
            lambda tx: draftcopies.promote(
                tx, copy.draft, self._folder, status.uidvalidity, uid, size
            ),
            durable=True,
        )

    def _take_away(self, copy: DraftCopy, status: RemoteStatus) -> None:
        uid = self._ours(copy, status) if copy.revision and copy.state != "conflict" else None
        if uid is not None:
            self._let_go(copy, uid, status)
        self._database.write(lambda tx: draftcopies.forget(tx, copy.draft), durable=True)

    def _ours(self, copy: DraftCopy, status: RemoteStatus) -> int | None:
        """The UID of our copy, if it stands there as we put it."""
        if not copy.message_id:  # of another program that gave it none: its place and its size
            same_place = copy.uid is not None and copy.uidvalidity == status.uidvalidity
            listed = self._server.messages([copy.uid]) if copy.uid and same_place else ()
            return next((one.uid for one in listed if one.size == copy.size), None)
        found = self._server.find_message_id(copy.message_id)
        if copy.uid is not None and copy.uidvalidity == status.uidvalidity:
            return copy.uid if copy.uid in found else None
        if len(found) != 1:
            return None
        rows = tuple(self._server.messages(found))
        if not rows or (copy.size and rows[0].size != copy.size):
            return None
        uid = found[0]
        self._database.write(lambda tx: draftcopies.adopt(tx, copy.draft, status.uidvalidity, uid))
        return uid

    def _let_go(self, copy: DraftCopy, uid: int, status: RemoteStatus) -> None:
        """Ours for good; what another program wrote to the trash, or (without one) not at all."""
        if not copy.is_foreign:
            self._remove(uid, status)
            return
        with self._database.read() as reader:
            trash = draftcopies.trash_folder(reader, self._account)
        if trash is None:
            return
        if self._server.caps.move:
            self._server.move([uid], trash[1])
            self._note_removed(uid, status)
        else:
            self._server.copy([uid], trash[1])
            self._remove(uid, status)

    def _remove(self, uid: int, status: RemoteStatus) -> None:
        self._server.store([uid], Flags(Marks.DELETED), Flags())
        if self._server.caps.uidplus:
            self._server.expunge([uid])
        else:
            marked = [
                one.uid
                for one in self._server.flags(None, None)
                if Marks.DELETED in one.flags.marks
            ]
            if marked != [uid]:  # a bare EXPUNGE would take another message along
                return
            self._server.expunge_deleted()
        self._note_removed(uid, status)

    def _note_removed(self, uid: int, status: RemoteStatus) -> None:
        """Not listed any more, now; and not again because this sync had listed it before."""
        gone = (self._folder, status.uidvalidity, uid)
        self.removed.append(gone)
        self._database.write(lambda tx: draftcopies.drop_messages(tx, [gone]))

    def _conflict(self, copy: DraftCopy) -> Refusal:
        rival = self._rival(copy)
        reason = draftcopies.EDITED_ELSEWHERE if rival else draftcopies.GONE_ELSEWHERE
        self._database.write(
            lambda tx: draftcopies.set_state(tx, copy.draft, "conflict", reason, rival),
            durable=True,
        )
        return Refusal(reason, self._path, 1)

    def _rival(self, copy: DraftCopy) -> str:
        """Message-ID of the newest message that another client seems to have made of our copy."""
        with self._database.read() as reader:
            draft = outgoing.draft(reader, copy.draft)
            parent = "" if draft.reply_to is None else _message_id_of(reader, draft)
            own = {one.message_id for one in draftcopies.of_account(reader, self._account)}
        uids = [one for one in self._server.all_uids() if copy.uid is None or one > copy.uid]
        newest = uids[-MOST_LOOKED_AT:]
        for row in sorted(self._server.messages(newest), key=lambda one: -one.uid):
            fields = parse_header(row.header)
            if fields.message_id in own and fields.message_id != copy.message_id:
                continue
            if fields.message_id and _looks_like(fields, copy, parent):
                return fields.message_id
        return ""


def _looks_like(fields: HeaderFields, copy: DraftCopy, parent: str) -> bool:
    if copy.message_id and copy.message_id in (
        fields.message_id,
        fields.in_reply_to,
        *fields.references,
    ):
        return True
    if parent and fields.in_reply_to == parent:
        return True
    return bool(copy.subject.strip()) and fold(fields.subject) == fold(copy.subject.strip())


def _message_id_of(reader: Reader, draft: Draft) -> str:
    assert draft.reply_to is not None
    return outgoing.original(reader, draft.reply_to).message_id


def _is_blank(draft: Draft) -> bool:
    content = draft.content
    typed = (*content.to, *content.cc, *content.bcc, *draft.attachments)
    return not (typed or f"{content.subject}{content.text}{content.html}".strip())


def _usable(addresses: Sequence[Address]) -> tuple[Address, ...]:
    """Those that are whole already: a draft may hold half of one."""
    found: list[Address] = []
    for one in addresses:
        try:
            found += check((one,))
        except LocalRefusal:
            continue
    return tuple(found)
