"""A functional box whose shared password ended goes on as a shared folder of the person's account.

Rule 1: nothing is asked of the box's own server, and nothing deleted anywhere: its rows move to the
shared folders and are found there again by Message-ID, date and size, texts and wishes included.
Rule 2: what has no shared counterpart stays, on a folder of this PC.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol, runtime_checkable

from mel_desktop.logic import box_mapping
from mel_desktop.logic.folder_mapping import OldFolder
from mel_desktop.logic.recipients import same_key
from mel_desktop.model.account_move import FolderPair
from mel_desktop.model.accounts import Account, AccountId
from mel_desktop.model.changes import Area
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.identities import UNSTORED, EnvelopeSender, Identity, IdentityKind
from mel_desktop.model.mail import Role
from mel_desktop.model.outgoing import DraftState
from mel_desktop.model.shared_boxes import BoxJoined, BoxPlan, SharedRoot
from mel_desktop.ports import Clock
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.sessions import Lane, Sessions
from mel_desktop.store import accounts as account_rows
from mel_desktop.store import identities, mailbox, moving, outgoing, shared_boxes
from mel_desktop.store.database import Database, Transaction


@runtime_checkable
class RightsTeller(Protocol):
    """What a connection may tell besides: which rights one has (RFC 4314)."""

    def rights(self, path: str) -> str | None:
        """MYRIGHTS: letters of RFC 4314; None where the server keeps none or does not say."""
        ...


class SharedBoxes:
    """Boxes of one profile."""

    def __init__(
        self, database: Database, accounts: Accounts, sessions: Sessions, clock: Clock
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._sessions = sessions
        self._clock = clock

    def roots(self, box: AccountId, into: AccountId) -> tuple[SharedRoot, ...]:
        """Shared boxes that the person's account shows, the one that is called like it ahead."""
        address = self._accounts.get(box).email
        with self._database.read() as reader:
            return box_mapping.roots(shared_boxes.of_others(reader, into), address)

    def compare(self, box: AccountId, into: AccountId, root: SharedRoot) -> BoxPlan:
        """The box held against a shared one; the server is asked for the rights. It blocks."""
        self._checked(box, into)
        with self._database.read() as reader:
            old = [
                OldFolder(one.path, one.delimiter, one.role, one.total)
                for one in mailbox.folders(reader, box)
                if not one.local and one.selectable
            ]
        pairs = box_mapping.propose(old, root)
        main = next((one.new for one in pairs if one.role is Role.INBOX and one.new), root.path)
        with self._sessions.mail(into, Lane.READER) as server:
            rights = server.rights(main) if isinstance(server, RightsTeller) else None
        return BoxPlan(box, into, root, pairs, rights, sum(one.messages for one in old))

    def join(self, plan: BoxPlan, pairs: Sequence[FolderPair] | None = None) -> BoxJoined:
        """The box ends as an account and goes on as a shared folder, in one transaction.

        USAGE while a message of it is on its way, or its folder may not be read.
        """
        box, into = self._checked(plan.box, plan.into)
        if not plan.may_read:
            raise LocalRefusal(ErrorCode.USAGE, why="box-not-readable")
        chosen = tuple(pairs or plan.pairs)
        paths = {one.old: one.new for one in chosen}
        sent = next((one.new for one in chosen if one.role is Role.SENT), "")

        def work(tx: Transaction) -> BoxJoined:
            if moving.is_sending(tx, box.id):
                raise LocalRefusal(ErrorCode.USAGE, why="sending-under-way")
            own = identities.of_account(tx, box)[0]
            self._name_senders(tx, box, own)
            shared, kept = shared_boxes.take_over(tx, box, into.id, paths)
            drafts, letters = shared_boxes.take_letters(tx, box.id, into.id)
            known = next(
                (
                    one
                    for one in identities.of_account(tx, into)
                    if same_key(one.address) == same_key(box.email)
                ),
                None,
            )
            wanted = Identity(
                id=UNSTORED if known is None else known.id,
                account=into.id,
                kind=IdentityKind.BOX,
                name=own.name or box.name,
                address=box.email,
                reply_to=own.reply_to,
                organisation=own.organisation,
                envelope=EnvelopeSender.IDENTITY,
                signature=own.signature,
                sent_folder=sent,
            )
            saved = identities.save(tx, wanted)
            account_rows.remove_account(tx, box.id)
            tx.changed(Area.ACCOUNTS | Area.FOLDERS | Area.MESSAGES)
            return BoxJoined(replace(wanted, id=saved), shared, kept, drafts, letters)

        return self._database.write(work, durable=True)

    # -- inside ------------------------------------------------------------------------------------

    def _checked(self, box: AccountId, into: AccountId) -> tuple[Account, Account]:
        if box == into:
            raise LocalRefusal(ErrorCode.USAGE, why="same-account")
        old, new = self._accounts.get(box), self._accounts.get(into)
        if old.read_only or new.read_only:
            raise LocalRefusal(ErrorCode.USAGE, why="account-read-only")
        return old, new

    def _name_senders(self, tx: Transaction, box: Account, own: Identity) -> None:
        """Drafts that were written as the account itself are written as the box from here on."""
        for one in outgoing.drafts(tx, DraftState.EDITING):
            if one.account == box.id and one.content.sender is None:
                content = replace(one.content, sender=own.sender)
                files = [file.id for file in one.attachments]
                outgoing.add_revision(tx, one.id, content, files, self._clock.now())
