"""The assistant that takes an account to another host: ``facade.migration``.

``compare``, ``carry`` and ``go_on`` talk to servers and block: the window calls them through
``Facade.in_background``. All else is local. Raises model.errors only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mel_desktop.app.rounds import sync_account
from mel_desktop.logic import folder_mapping
from mel_desktop.model.account_move import (
    CarryReport,
    FolderPair,
    MoveEnd,
    MovePlan,
    MoveStatus,
)
from mel_desktop.model.accounts import Account, AccountId, Moved, NewHosts, Secret
from mel_desktop.model.errors import Cancelled, ErrorCode, LocalRefusal
from mel_desktop.model.mail import FolderId
from mel_desktop.model.people import ImportReport
from mel_desktop.model.shared_boxes import BoxJoined, BoxPlan, SharedRoot
from mel_desktop.model.sync import Progress, SyncOptions

if TYPE_CHECKING:
    from mel_desktop.app.engine import Engine
    from mel_desktop.app.profile_services import Services

IsCancelled = Callable[[], bool]


class MigrationDoor:
    """Reached as ``facade.migration``."""

    def __init__(self, services: Services, engine: Engine) -> None:
        self._services = services
        self._engine = engine

    # -- before anything is changed ----------------------------------------------------------------

    def compare(
        self, account: AccountId, hosts: NewHosts, password: Secret | None = None
    ) -> MovePlan:
        """Sign in at the new servers and look at their folders. Nothing changes. It blocks.

        POLICY for servers that IT does not allow, before the password is tried.
        """
        self._allow(account, hosts)
        return self._services.account_migration.compare(account, hosts, password)

    @staticmethod
    def with_choice(plan: MovePlan, pairs: Sequence[FolderPair], old: str, new: str) -> tuple[
        FolderPair, ...
    ]:  # fmt: skip
        """The table with a folder that a person chose; "" leaves its messages here. USAGE."""
        known: Mapping[str, int] = {
            one.new: one.there for one in plan.pairs if one.there is not None
        } | dict.fromkeys(set(plan.choices) - {one.new for one in plan.pairs}, 0)
        return folder_mapping.with_choice(pairs, old, new, known)

    def save_plan(self, plan: MovePlan, pairs: Sequence[FolderPair]) -> None:
        """Keep it for another day. USAGE while a move is under way."""
        self._services.account_migration.save_plan(plan, pairs)

    def forget_plan(self, account: AccountId) -> None:
        """It is not wanted any more."""
        self._services.account_migration.forget(account)

    def status(self, account: AccountId) -> MoveStatus | None:
        """Where the move of an account stands; None: there was none. NOT_FOUND."""
        return self._services.account_migration.status(account)

    def note(self, account: AccountId, notes: str, *, keep_signature: bool = True) -> None:
        """What the teacher noted of the old filters. NOT_FOUND | TOO_LARGE."""
        self._services.account_migration.note(account, notes, keep_signature=keep_signature)

    def import_contacts(self, files: Sequence[Path]) -> tuple[ImportReport, ...]:
        """Contacts that the old webmail exported: LDIF, vCard or CSV. BAD_FILE | TOO_LARGE."""
        return self._services.directory.import_files(files)

    def newest(self, account: Account) -> Account:
        """The account that went away from an old one; any other one itself."""
        if not account.read_only:
            return account
        every = [one for one in self._services.accounts.all() if not one.read_only]
        states = {one.id: self.status(one.id) for one in every}
        return next(
            (
                one
                for one in every
                if (known := states[one.id]) is not None and known.old_account == account.id
            ),
            account,
        )

    def writing(self, account: AccountId) -> AccountId:
        """From which account one writes about a message: never from an old one. NOT_FOUND."""
        return self.newest(self._services.accounts.get(account)).id

    def _allow(self, account: AccountId, hosts: NewHosts) -> None:
        email = hosts.email or self._services.accounts.get(account).email
        self._services.given.check(email, hosts.imap, hosts.smtp)

    def takes_changes(self, folder: FolderId) -> bool:
        """Whether anything may be changed in a folder: not in an account kept read-only."""
        listed = self._services.mailbox.folders()
        owner = next((one.account for one in listed if one.id == folder), None)
        kept = {one.id for one in self._services.accounts.all() if one.read_only}
        return owner not in kept

    # -- a functional box ------------------------------------------------------------------------

    def shared_roots(self, box: AccountId, into: AccountId) -> tuple[SharedRoot, ...]:
        """Shared boxes that an account shows, the one that is called like ``box`` ahead."""
        return self._services.shared_boxes.roots(box, into)

    def compare_box(self, box: AccountId, into: AccountId, root: SharedRoot) -> BoxPlan:
        """The box held against a shared one, with the rights there. It blocks."""
        return self._services.shared_boxes.compare(box, into, root)

    @staticmethod
    def with_shared(
        plan: BoxPlan, pairs: Sequence[FolderPair], old: str, new: str
    ) -> tuple[FolderPair, ...]:
        """The table with a shared folder that a person chose; "" leaves its messages here."""
        if new and new not in plan.root.folders:
            raise LocalRefusal(ErrorCode.NOT_FOUND, kind="folder")
        return folder_mapping.with_choice(
            pairs, old, new, dict.fromkeys(plan.root.folders, 0), may_leave=True
        )

    def join_box(self, plan: BoxPlan, pairs: Sequence[FolderPair]) -> BoxJoined:
        """The box ends as an account and goes on as a shared folder. USAGE."""
        self._engine.cut(plan.box)
        joined = self._services.shared_boxes.join(plan, pairs)
        self._engine.cut(plan.box)
        self._engine.wake()
        return joined

    # -- going over --------------------------------------------------------------------------------

    def move(
        self, plan: MovePlan, pairs: Sequence[FolderPair], password: Secret | None = None
    ) -> Moved:
        """Go over with all mail and work; the next sync finds it there. USAGE | POLICY."""
        self._allow(plan.account, plan.hosts)
        self._engine.cut(plan.account)
        moved = self._services.account_migration.move(plan, pairs, password)
        self._engine.cut(plan.account)  # what was opened while it went
        self._engine.wake()
        return moved

    def price_of_carrying(self, account: AccountId) -> tuple[int, int, int]:
        """(messages to carry up, octets to be fetched for it, octets to be sent). USAGE."""
        return self._services.account_migration.price_of_carrying(account)

    def look(self, account: AccountId, progress: Callable[[Progress], None] | None = None) -> None:
        """Read both sides, so that it is known what only the old host has. It blocks."""
        with self._engine.alone():
            known = self.status(account)
            for one in (None if known is None else known.old_account, account):
                if one is not None:
                    sync_account(self._services, one, SyncOptions(), progress, by_hand=True)

    def carry(
        self,
        account: AccountId,
        *,
        max_octets: int | None = None,
        progress: Callable[[int, int], None] | None = None,
        cancelled: IsCancelled | None = None,
    ) -> CarryReport:
        """Make ready to go up what only the old host has, and wake the sync that does it."""

        def stops() -> bool:
            return self._engine.is_stopping() or (cancelled is not None and cancelled())

        report = self._services.account_migration.carry(
            account, max_octets=max_octets, progress=progress, cancelled=stops
        )
        if stops():
            raise Cancelled
        self._engine.wake(by_hand=True)
        return report

    def finish(self, account: AccountId, *, accept: bool = False) -> MoveEnd:
        """End the old account on this PC; its server is not touched. NEEDS_DECISION | USAGE."""
        known = self.status(account)
        old = None if known is None else known.old_account
        if old is not None:
            self._engine.cut(old)
        end = self._services.account_migration.finish(account, accept=accept)
        if old is not None:
            self._engine.cut(old)
        self._engine.wake()
        return end
