"""The one door: everything that the window, the command line and the demo may ask for.

Reads are bounded and local. Commands change the store and return at once; the engine carries them
to the servers. Only the methods under "Network" talk to servers in the calling thread: the command
line calls them directly, the window through ``in_background``.
All raise model.errors only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from mel_desktop.app.drafts_door import DraftsDoor
from mel_desktop.app.finding_door import FindingDoor
from mel_desktop.app.leaving_door import LeavingDoor
from mel_desktop.app.organise_door import OrganiseDoor
from mel_desktop.app.policy_door import PolicyDoor
from mel_desktop.app.reading_facade import ReadingFacade
from mel_desktop.app.rounds import Wanted
from mel_desktop.app.safety_door import SafetyDoor
from mel_desktop.app.seldom import (
    AgendaDoor,
    AttachmentsDoor,
    DoctorDoor,
    LettersDoor,
    MigrationDoor,
    NetworkDoor,
    RulesDoor,
    SignInDoor,
    SpellingDoor,
    TransferDoor,
)
from mel_desktop.app.soundness_door import SoundnessDoor
from mel_desktop.app.storage_door import StorageDoor
from mel_desktop.app.vault_door import VaultDoor
from mel_desktop.logic import recipients
from mel_desktop.logic.recipients import envelope
from mel_desktop.model.accounts import Account, AccountId, Moved, NewAccount, NewHosts, Secret
from mel_desktop.model.changes import Changes, Check, Status, SyncReport
from mel_desktop.model.finding import SearchResult
from mel_desktop.model.links import Brake, InForce, LinkSettings, Price, Traffic
from mel_desktop.model.mail import (
    Address,
    Choice,
    Flags,
    Folder,
    FolderId,
    JournalRow,
    MessageId,
    MessageRow,
    ReadMessage,
)
from mel_desktop.model.outgoing import (
    Draft,
    DraftAttachment,
    DraftContent,
    DraftId,
    DraftRevision,
    OutboxId,
    OutboxRow,
    SendReport,
)
from mel_desktop.model.release_notice import NoticeFacts
from mel_desktop.model.sync import Progress, SyncOptions

if TYPE_CHECKING:
    from mel_desktop.app.discovery_door import DiscoveryDoor
    from mel_desktop.app.engine import Engine
    from mel_desktop.app.profile_services import Services

T = TypeVar("T")


class Facade(ReadingFacade):
    """An open profile. Built by app.wiring only; ``close`` it."""

    def __init__(self, services: Services, engine: Engine) -> None:
        super().__init__(services)
        self._engine = engine
        self.transfer = TransferDoor(services, engine)
        self.attachments = AttachmentsDoor(services)
        self.migration = MigrationDoor(services, engine)
        self.checkup = DoctorDoor(services)
        self.network = NetworkDoor(services, engine)
        self.rules = RulesDoor(services, engine)
        self.sign_in = SignInDoor(services, engine)
        self.policies = PolicyDoor(services)
        self.agenda = AgendaDoor(services, engine)
        self.organise = OrganiseDoor(services, engine)

    # -- Life ------------------------------------------------------------------------------------

    def close(self) -> None:
        """Stop the engine, cut connections, checkpoint and close the store."""
        self._engine.stop()
        self._services.close()

    def listen(self, listener: Callable[[Changes], None]) -> Callable[[], None]:
        """Call ``listener`` (on an engine or writer thread) after each commit; returns undo."""
        return self._services.database.listen(listener)

    def listen_status(self, listener: Callable[[Status], None]) -> Callable[[], None]:
        """Call ``listener`` (on an engine thread) when the state of accounts moves."""
        return self._engine.listen_status(listener)

    def status(self) -> Status:
        """What is here, what waits, how old it is."""
        return self._engine.status()

    def start_engine(self) -> None:
        """Begin background sync and sending (the window does; the command line does not)."""
        self._engine.start()

    def watch(
        self,
        accounts: Sequence[AccountId],
        options: SyncOptions,
        on_report: Callable[[SyncReport], None],
    ) -> None:
        """Begin background sync of these accounts, each time anew when the server has news.

        ``on_report`` is called on an engine thread after each sync. Ends with ``close``.
        """
        self._engine.start(Wanted(options, frozenset(accounts), by_hand=True, on_report=on_report))

    def wake(self) -> None:
        """Sync and send now, whatever the hours of sync: F5, the line is back."""
        self._engine.wake(by_hand=True)

    def set_offline(self, offline: bool) -> None:
        """Work without any network until told otherwise; opens no socket."""
        self._engine.set_offline(offline)

    def in_background(self, work: Callable[[], T]) -> Future[T]:
        """Run a network method of this facade on an engine thread."""
        return self._engine.run(work)

    @property
    def storage(self) -> StorageDoor:
        """Room on this PC and on the server."""
        return StorageDoor(self._services, self._engine)

    # -- Vault -----------------------------------------------------------------------------------

    @property
    def vault(self) -> VaultDoor:
        """The vault: ways in, lock, change of key, what is open outside."""
        return VaultDoor(self._services, self._engine)

    @property
    def soundness(self) -> SoundnessDoor:
        """Checks of the store, what was noticed, repair."""
        return SoundnessDoor(self._services, self._engine)

    # -- Accounts --------------------------------------------------------------------------------

    def accounts(self) -> tuple[Account, ...]:
        """All accounts, oldest first."""
        return self._services.accounts.all()

    def account(self, account: AccountId) -> Account:
        """One account. LocalRefusal(NOT_FOUND)."""
        return self._services.accounts.get(account)

    def add_account(self, new: NewAccount, password: Secret | None) -> Account:
        """Store an account; nothing is tried on the network. POLICY."""
        self._services.given.check(new.email, new.imap, new.smtp)
        account = self._services.accounts.add(new, password)
        self._engine.wake()
        return account

    def remove_account(self, account: AccountId) -> None:
        """Forget the account and all that belongs to it, on this PC only."""
        self._engine.cut(account)
        self._services.accounts.remove(account)
        self._engine.cut(account)  # what was opened while it went
        self._engine.wake()

    def migrate_account(
        self, account: AccountId, hosts: NewHosts, password: Secret | None = None
    ) -> Moved:
        """Go over to other servers with all mail and work; the next sync finds it there.

        USAGE | POLICY.
        """
        email = hosts.email or self._services.accounts.get(account).email
        self._services.given.check(email, hosts.imap, hosts.smtp)
        self._engine.cut(account)
        moved = self._services.migration.move(account, hosts, password)
        self._engine.cut(account)  # what was opened while it went
        self._engine.wake()
        return moved

    def set_password(self, account: AccountId, password: Secret) -> None:
        """A new password from a person: lifts the hold."""
        self._services.accounts.set_password(account, password)
        self._engine.cut(account)
        self._engine.wake()

    @property
    def discovery(self) -> DiscoveryDoor:
        """Servers of an address, the table of mail services, signed data."""
        from mel_desktop.app.discovery_door import DiscoveryDoor  # noqa: PLC0415 seldom

        return DiscoveryDoor(self._services)

    def release_notice(self, *, look: bool = False) -> NoticeFacts:
        """Whether a later version is out, where a policy wants that told; ``look``: ask now, which
        blocks: OFFLINE | Cancelled.
        """
        notices = self._services.server_data.release
        return notices.look() if look else notices.facts()

    # -- Line and budget ---------------------------------------------------------------------------

    def link_settings(self, account: AccountId) -> LinkSettings:
        """Profile, budgets and hours that were set. LocalRefusal(NOT_FOUND)."""
        return self._services.links.settings(account)

    def set_link_settings(self, account: AccountId, settings: LinkSettings) -> None:
        """Replace them; in force at once. LocalRefusal(NOT_FOUND | USAGE)."""
        self._services.links.set_settings(account, settings)
        if self._services.links.is_closed(account):
            self._engine.cut(account)
        self._engine.wake()

    def traffic(self, account: AccountId) -> Traffic:
        """Octets on the wire: since the program started, today, this month."""
        return self._services.links.traffic(account)

    def in_force(self, account: AccountId) -> InForce:
        """The link profile in force, and why."""
        return self._services.links.in_force(account)

    def price(self, message: MessageId, part: str) -> Price:
        """What fetching the rest of a part costs; "": what opening the message would fetch."""
        return self._services.links.price(message, part)

    def price_of_rest(self, account: AccountId) -> Price:
        """What texts and attachments cost that are still on the server, within the window."""
        return self._services.links.price_of_rest(account)

    def brakes(self) -> tuple[Brake, ...]:
        """Folders of which too much is gone to be believed."""
        return self._services.links.brakes()

    def accept_brake(self, folder: FolderId) -> None:
        """It is meant: forget what is gone at the next sync, which begins now. NOT_FOUND."""
        self._services.links.accept_brake(folder)
        self._engine.wake(by_hand=True)

    # -- Folders and messages ----------------------------------------------------------------------

    def folders(self, account: AccountId | None = None) -> tuple[Folder, ...]:
        """Folders in the order of screens: inbox, other roles, then by name."""
        return self._services.mailbox.folders(account)

    def find_folder(self, name: str, account: AccountId | None = None) -> Folder:
        """By id, path, role name ("inbox") or last name, case ignored. NOT_FOUND | USAGE."""
        return self._services.mailbox.find_folder(name, account)

    def message_ids(
        self, folder: FolderId, *, unread: bool = False, after: int = 0
    ) -> tuple[MessageId, ...]:
        """Ids of a folder newest first: what a list model holds. ``after``: above this one only."""
        return self._services.mailbox.message_ids(folder, unread=unread, after=after)

    def message_rows(self, ids: Sequence[MessageId]) -> tuple[MessageRow, ...]:
        """Rows for a slice of ids, in that order; ids that are gone are left out."""
        return self._services.mailbox.rows(ids)

    def messages(
        self, folder: FolderId, *, limit: int = 50, offset: int = 0, unread: bool = False
    ) -> tuple[MessageRow, ...]:
        """A page of a folder, newest first."""
        return self._services.mailbox.page(folder, limit=limit, offset=offset, unread=unread)

    def show(self, message: MessageId, most: int = 0) -> ReadMessage:
        """A message as far as it is here; ``most``: the first characters of HTML. NOT_FOUND."""
        return self._services.reading.show(message, most)

    def raw(self, message: MessageId) -> bytes:
        """The whole message as received, if it is here. NOT_FOUND | NOT_LOCAL."""
        return self._services.reading.raw(message)

    def inline_image(self, message: MessageId, content_id: str) -> tuple[str, bytes] | None:
        """(media type, octets) of a cid: image if it is here, else None."""
        return self._services.reading.inline_image(message, content_id)

    def save_attachment(self, message: MessageId, part: str, target: Path) -> int:
        """Write a local attachment to a file; its size. NOT_FOUND | NOT_LOCAL | DISK_FULL."""
        return self._services.reading.save(message, part, target)

    def flag(self, ids: Sequence[MessageId], add: Flags, remove: Flags) -> None:
        """Want flags added and removed; shown at once, carried out when the line allows."""
        self._services.mailbox.flag(ids, add, remove)
        self._engine.wake()

    def move(self, ids: Sequence[MessageId], folder: FolderId) -> None:
        """Want messages in another folder of their account. USAGE across accounts."""
        self._services.mailbox.move(ids, folder)
        self._engine.wake()

    def delete(self, ids: Sequence[MessageId]) -> None:
        """Want messages in the trash; those in the trash (or without one) gone for good."""
        self._services.mailbox.delete(ids)
        self._engine.wake()

    def journal(self) -> tuple[JournalRow, ...]:
        """What waits for the server, newest first."""
        return self._services.journal.rows()

    def undo_want(self, row: str) -> None:
        """Take back a piece of offline work that waits or was refused."""
        self._services.journal.undo(row)
        self._engine.wake()

    def retry_want(self, row: str) -> None:
        """A refused piece waits again. NOT_FOUND | USAGE | NEEDS_DECISION in a conflict."""
        self._services.journal.retry(row)
        self._engine.wake()

    def resolve(self, row: str, choice: Choice) -> None:
        """Decide a conflict with another client. NOT_FOUND | USAGE."""
        self._services.journal.resolve(row, choice)
        self._engine.wake()

    def copy(self, ids: Sequence[MessageId], folder: FolderId) -> None:
        """Want copies in another folder; shown there once the server has them. USAGE."""
        self._services.mailbox.copy(ids, folder)
        self._engine.wake()

    def create_folder(self, account: AccountId, path: str) -> FolderId:
        """Want a folder; it may be used at once. USAGE with ``why``."""
        folder = self._services.folders.create(account, path)
        self._engine.wake()
        return folder

    def rename_folder(self, folder: FolderId, path: str) -> None:
        """Want a folder, with all below it, under another path. NOT_FOUND | USAGE."""
        self._services.folders.rename(folder, path)
        self._engine.wake()

    def delete_folder(self, folder: FolderId, *, for_good: bool = False) -> None:
        """Want a folder gone with all below it; its messages go to the trash first, or (a clear
        choice) for good. NOT_FOUND | USAGE.
        """
        self._services.folders.delete(folder, for_good=for_good)
        self._engine.wake()

    def subscribe_folder(self, folder: FolderId, subscribed: bool) -> None:
        """Want a folder among those that clients list which show only these, or not."""
        self._services.folders.subscribe(folder, subscribed=subscribed)
        self._engine.wake()

    def search(self, query: str, *, limit: int = 50) -> SearchResult:
        """Local full-text search: words, "phrases", prefix*, -not; accents ignored."""
        return self._services.search.search(query, limit=limit)

    @property
    def finding(self) -> FindingDoor:
        """Search as the window wants it, saved searches, the server's search."""
        return FindingDoor(self._services, self._engine)

    @property
    def letters(self) -> LettersDoor:
        """Identities, templates, one letter to many."""
        return LettersDoor(self._services, self._engine)

    @property
    def spelling(self) -> SpellingDoor:
        """Spell check."""
        return SpellingDoor(self._services)

    # -- Drafts and outbox -------------------------------------------------------------------------

    def new_draft(
        self,
        account: AccountId,
        content: DraftContent,
        *,
        reply_to: MessageId | None = None,
        forward: MessageId | None = None,
    ) -> Draft:
        """Create a draft. Content stands as given."""
        return self._services.drafting.create(account, content, reply_to=reply_to, forward=forward)

    def parse_recipients(self, typed: str) -> tuple[Address, ...]:
        """What a person typed: "Nom <a@b>, c@d". LocalRefusal(BAD_ADDRESS)."""
        return recipients.parse(typed)

    def plain_text(self, html: str) -> str:
        """The text form of HTML that a person wrote."""
        from mel_desktop.logic.html_text import html_to_text  # noqa: PLC0415 first needed here

        return html_to_text(html)

    def reply_content(
        self,
        message: MessageId,
        *,
        to_all: bool,
        selected: str = "",
        selected_html: str = "",
        formatted: bool = False,
    ) -> DraftContent:
        """Recipients, subject and quoted text of an answer (RFC 5322 3.6.2, 3.6.4)."""
        return self._services.drafting.reply_content(
            message,
            to_all=to_all,
            selected=selected,
            selected_html=selected_html,
            formatted=formatted,
        )

    def forward_content(
        self,
        message: MessageId,
        *,
        selected: str = "",
        selected_html: str = "",
        formatted: bool = False,
    ) -> DraftContent:
        """Subject and quoted text of a message passed on."""
        return self._services.drafting.forward_content(
            message, selected=selected, selected_html=selected_html, formatted=formatted
        )

    def save_draft(self, draft: DraftId, content: DraftContent) -> Draft:
        """Keep a new revision, on disk when this returns; the same content makes no revision."""
        return self._services.drafting.save(draft, content)

    def attach(self, draft: DraftId, file: Path, *, media_type: str = "") -> DraftAttachment:
        """Copy a file into the vault. BAD_FILE | TOO_LARGE | DISK_FULL."""
        return self._services.drafting.attach(draft, file, media_type=media_type)

    def detach(self, draft: DraftId, attachment: int) -> Draft:
        """Take an attachment off the newest revision."""
        return self._services.drafting.detach(draft, attachment)

    def drafts(self) -> tuple[Draft, ...]:
        """Drafts being written, newest first."""
        return self._services.drafting.all()

    def draft(self, draft: DraftId, revision: int | None = None) -> Draft:
        """One draft at its newest or the given revision."""
        return self._services.drafting.get(draft, revision)

    def draft_history(self, draft: DraftId) -> tuple[DraftRevision, ...]:
        """Every revision kept, newest first."""
        return self._services.drafting.history(draft)

    @property
    def revisions(self) -> DraftsDoor:
        """History of drafts compared, drafts thrown away, drafts changed elsewhere too."""
        return DraftsDoor(self._services, self._engine)

    def restore_draft(self, draft: DraftId, revision: int) -> Draft:
        """Make an old revision the newest again (as a new revision)."""
        return self._services.drafting.restore(draft, revision)

    def delete_draft(self, draft: DraftId) -> None:
        """Throw a draft away."""
        self._services.drafting.delete(draft)

    def send(
        self,
        draft: DraftId,
        *,
        not_before: datetime | None = None,
        remind_at: datetime | None = None,
        accepted: frozenset[str] = frozenset(),
        may_undo: bool = False,
    ) -> OutboxRow:
        """Fix the final bytes and the Message-ID and queue them. NO_RECIPIENT | BAD_ADDRESS |
        NEEDS_DECISION with ``warnings`` not among ``accepted`` | POLICY with those forbidden.

        ``may_undo``: it is held for as long as the window shows how to take it back.
        """
        envelope(self._services.drafting.get(draft).content)  # what cannot be sent is told first
        safety = self._services.safety
        revision = safety.require(draft, accepted, not_before)
        if remind_at is not None:
            self._services.leaving.followups.wish(draft, remind_at)
        hour = safety.held_until(not_before) if may_undo else not_before
        row = self._services.drafting.send(draft, not_before=hour, revision=revision)
        self._engine.wake_at(hour)
        return row

    @property
    def safety(self) -> SafetyDoor:
        """Checks before a message leaves, and how it is taken back."""
        return SafetyDoor(self._services)

    @property
    def leaving(self) -> LeavingDoor:
        """When messages leave, what comes back, what waits for an answer."""
        return LeavingDoor(self._services, self._engine)

    def outbox(self) -> tuple[OutboxRow, ...]:
        """Outgoing messages newest first, filed ones of the last days included."""
        return self._services.outbox.rows()

    def retry_outbox(self, row: OutboxId) -> None:
        """Queue a failed or held message again; UNKNOWN only after Sent was looked at."""
        self._services.outbox.retry(row)
        self._engine.wake()

    def cancel_outbox(self, row: OutboxId) -> Draft:
        """Take a message that is not on its way back into the drafts."""
        return self._services.outbox.cancel(row)

    # -- Network: blocks; the window calls these through in_background -----------------------------

    def test_account(self, account: AccountId) -> tuple[Check, ...]:
        """Try the servers of an account, step by step."""
        return self.checkup.spelt_out(self._services.doctor.account(account))

    def try_account(self, new: NewAccount, password: Secret) -> tuple[Check, ...]:
        """Try servers before an account is stored: one sign-in, no retry. POLICY."""
        self._services.given.check(new.email, new.imap, new.smtp)
        return self.checkup.spelt_out(self._services.doctor.candidate(new, password))

    def sync(
        self,
        account: AccountId,
        options: SyncOptions,
        progress: Callable[[Progress], None] | None = None,
    ) -> SyncReport:
        """Send what waits, then bring this account up to date once."""
        return self._engine.sync_once(account, options, progress)

    def plan(self, account: AccountId) -> SyncReport:
        """What a sync would do now; nothing is done."""
        return self._engine.sync_once(account, SyncOptions(dry_run=True))

    def load_body(self, message: MessageId) -> ReadMessage:
        """Fetch the text of a message if it is not here, then ``show`` it."""
        return self._services.reading.load(message)

    def load_raw(self, message: MessageId) -> bytes:
        """Fetch the whole message if it is not here."""
        return self._services.reading.load_raw(message)

    def fetch_attachment(
        self, message: MessageId, part: str, progress: Callable[[int, int], None] | None = None
    ) -> None:
        """Fetch an attachment in slices; resumes where an earlier try stopped."""
        self._services.reading.fetch(message, part, progress)

    def send_now(self, row: OutboxId | None = None) -> SendReport:
        """One pass over the outbox of every account (or one message)."""
        return self._engine.send_once(row)
