"""Everything of one open profile: what ``app.wiring`` builds and the facade works with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from mel_desktop.app.postponed import close_for_good, is_built
from mel_desktop.model.values import dataclass

if TYPE_CHECKING:
    from mel_desktop.app.leaving import Leaving
    from mel_desktop.app.letters_door import Letters
    from mel_desktop.app.outward import Outward
    from mel_desktop.app.rules_door import RuleWork
    from mel_desktop.app.server_data import ServerData
    from mel_desktop.app.switch import Switch
    from mel_desktop.app.web_sources import WebSources
    from mel_desktop.model.accounts import AccountId
    from mel_desktop.model.policy import Policy
    from mel_desktop.net.protocol_trace import ProtocolTrace
    from mel_desktop.net.smtp import SmtpSubmission
    from mel_desktop.net.transport import Lines
    from mel_desktop.ports import Clock, Network, Randomness, SecretStore
    from mel_desktop.services.account_migration import AccountMigration
    from mel_desktop.services.accounts import Accounts
    from mel_desktop.services.agenda import Agenda
    from mel_desktop.services.attachment_texts import AttachmentTexts
    from mel_desktop.services.backups import Backups
    from mel_desktop.services.directory import Directory
    from mel_desktop.services.doctor import Doctor
    from mel_desktop.services.draft_files import DraftFiles
    from mel_desktop.services.drafting import Drafting
    from mel_desktop.services.exporting import Exporting
    from mel_desktop.services.folderwishes import FolderWishes
    from mel_desktop.services.grants import Grants
    from mel_desktop.services.importing import Importing
    from mel_desktop.services.indexing import IndexService
    from mel_desktop.services.journal import Journal
    from mel_desktop.services.keeping import Keeping
    from mel_desktop.services.ldap_sources import LdapSources
    from mel_desktop.services.links import Links
    from mel_desktop.services.locking import Locking
    from mel_desktop.services.mailbox import MailboxService
    from mel_desktop.services.meters import Meters
    from mel_desktop.services.migration import Migration
    from mel_desktop.services.old_subjects import OldSubjects
    from mel_desktop.services.outbox import Outbox
    from mel_desktop.services.persons import Persons
    from mel_desktop.services.policy_accounts import PolicyAccounts
    from mel_desktop.services.previews import Previews
    from mel_desktop.services.quota import Quotas
    from mel_desktop.services.reading import ReadingService
    from mel_desktop.services.receipts import Receipts
    from mel_desktop.services.records import Records
    from mel_desktop.services.remote_images import RemoteImages
    from mel_desktop.services.retention import Retentions
    from mel_desktop.services.safety import Safety
    from mel_desktop.services.savedsearches import SavedSearches
    from mel_desktop.services.search import SearchService
    from mel_desktop.services.seeding import Seeding
    from mel_desktop.services.serversearch import ServerSearch
    from mel_desktop.services.sessions import Sessions
    from mel_desktop.services.shared_boxes import SharedBoxes
    from mel_desktop.services.soundness import SoundnessService
    from mel_desktop.services.spelling import Spelling
    from mel_desktop.services.storage import StorageService
    from mel_desktop.services.sync import SyncService
    from mel_desktop.services.tables import Tables
    from mel_desktop.services.trust import Trust
    from mel_desktop.services.weekly import WeeklyCheck
    from mel_desktop.store.database import Database
    from mel_desktop.store.vault import Vault
    from mel_desktop.system.extraction import ProcessExtractor
    from mel_desktop.system.locks import EngineLock
    from mel_desktop.system.outside import OutsideFiles


@dataclass(slots=True)
class Services:
    """Everything of one open profile."""

    vault: Vault
    database: Database
    clock: Clock
    randomness: Randomness
    network: Network
    switch: Switch
    lines: Lines
    outward: Outward
    submission: SmtpSubmission
    accounts: Accounts
    grants: Grants
    web_sources: WebSources
    given: PolicyAccounts
    meters: Meters
    links: Links
    sessions: Sessions
    mailbox: MailboxService
    folders: FolderWishes
    journal: Journal
    migration: Migration
    account_migration: AccountMigration
    shared_boxes: SharedBoxes
    sync: SyncService
    reading: ReadingService
    trust: Trust
    search: SearchService
    saved_searches: SavedSearches
    server_search: ServerSearch
    index: IndexService
    old_subjects: OldSubjects
    soundness: SoundnessService
    weekly: WeeklyCheck
    retentions: Retentions
    storage: StorageService
    quotas: Quotas
    extractor: ProcessExtractor
    attachment_texts: AttachmentTexts
    previews: Previews
    drafting: Drafting
    keeping: Keeping
    outbox: Outbox
    letters: Letters
    leaving: Leaving
    rules: RuleWork
    safety: Safety
    draft_files: DraftFiles
    directory: Directory
    ldap: LdapSources
    persons: Persons
    tables: Tables
    records: Records
    trace: ProtocolTrace
    doctor: Doctor
    lock: EngineLock
    policy: Policy
    keyring: SecretStore
    locking: Locking
    outside: OutsideFiles
    erase: Callable[[Path], None]
    in_use: EngineLock | None  # of a temporary vault
    importing: Importing
    exporting: Exporting
    backups: Backups
    seeding: Seeding
    spelling: Spelling
    server_data: ServerData
    remote_images: RemoteImages
    agenda: Agenda
    receipts: Receipts

    def stop(self) -> None:
        """Cut every connection, those being opened too; none is made any more."""
        self.grants.stop()
        self.sessions.stop()
        self.extractor.close()
        for one in (self.lines, self.doctor, self.previews):
            close_for_good(one)

    def abort_doctor(self) -> None:
        """Checks under way are given up."""
        if is_built(self.doctor):
            self.doctor.abort()

    def abort_lines(self, account: AccountId | None) -> None:
        """Connections of an account (None: of all) lead nowhere any more."""
        if is_built(self.lines):
            self.lines.abort(account)

    def forget_ways(self) -> None:
        """Another network: its proxies and certificates are found out anew."""
        if is_built(self.outward):
            self.outward.forget()

    def close(self) -> None:
        """Cut connections, close the store, overwrite the keys, shred what is open outside.

        A temporary vault goes altogether.
        """
        self.stop()
        self.outside.close()
        self.soundness.tell_witness()
        self.database.close()
        self.vault.forget()
        if is_built(self.trace):
            self.trace.clear()
        if self.in_use is not None:
            self.in_use.release()
            self.in_use = None
            self.erase(self.vault.profile)
