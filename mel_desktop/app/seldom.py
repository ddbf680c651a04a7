"""Classes of the wiring and the facade that an idle window does not need; see ``postponed``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mel_desktop.app.postponed import postponed

if TYPE_CHECKING:
    from mel_desktop.app.agenda_door import AgendaDoor
    from mel_desktop.app.attachments_door import AttachmentsDoor
    from mel_desktop.app.contacts_door import ContactsDoor
    from mel_desktop.app.doctor_door import DoctorDoor
    from mel_desktop.app.file_door import FileDoor
    from mel_desktop.app.ldap_door import LdapDoor
    from mel_desktop.app.letters_door import Letters, LettersDoor
    from mel_desktop.app.migration_door import MigrationDoor
    from mel_desktop.app.network_door import NetworkDoor
    from mel_desktop.app.people_door import PeopleDoor
    from mel_desktop.app.records_door import RecordsDoor
    from mel_desktop.app.remote_door import RemoteDoor
    from mel_desktop.app.rules_door import RulesDoor, RuleWork
    from mel_desktop.app.sign_in_door import SignInDoor
    from mel_desktop.app.smime_door import SmimeDoor
    from mel_desktop.app.spelling_door import SpellingDoor
    from mel_desktop.app.transfer_door import TransferDoor
    from mel_desktop.app.trust_door import TrustDoor
    from mel_desktop.app.web_sources_door import WebSourcesDoor
    from mel_desktop.net.imap import ImapConnector
    from mel_desktop.net.managesieve import ManageSieve
    from mel_desktop.net.smtp import SmtpSubmission
    from mel_desktop.services.account_migration import AccountMigration
    from mel_desktop.services.address_books import AddressBooks
    from mel_desktop.services.agenda import Agenda
    from mel_desktop.services.annuaire import AnnuaireRefresher, AnnuaireSources, PcLine
    from mel_desktop.services.appending import Appending
    from mel_desktop.services.attachment_texts import AttachmentTexts
    from mel_desktop.services.big_mail import BigMail
    from mel_desktop.services.directory import Directory
    from mel_desktop.services.draft_files import DraftFiles
    from mel_desktop.services.drafting import Drafting
    from mel_desktop.services.draftsync import DraftSync
    from mel_desktop.services.exporting import Exporting
    from mel_desktop.services.folderwork import FolderWork
    from mel_desktop.services.followups import Followups
    from mel_desktop.services.foreign_drafts import ForeignDrafts
    from mel_desktop.services.identities import Identities
    from mel_desktop.services.importing import Importing
    from mel_desktop.services.indexing import IndexService
    from mel_desktop.services.journal import AfterWishes, Journal
    from mel_desktop.services.keeping import Errands, Keeping
    from mel_desktop.services.ldap_refresh import LdapRefresher
    from mel_desktop.services.ldap_sources import LdapSources
    from mel_desktop.services.local_rules import LocalRules
    from mel_desktop.services.merging import Merging
    from mel_desktop.services.migration import Migration
    from mel_desktop.services.old_subjects import OldSubjects
    from mel_desktop.services.outbox import Outbox
    from mel_desktop.services.persons import Persons
    from mel_desktop.services.policy_accounts import PolicyAccounts
    from mel_desktop.services.previews import Previews
    from mel_desktop.services.pupil_files import PupilFiles
    from mel_desktop.services.quota import Quotas
    from mel_desktop.services.reading import ReadingService
    from mel_desktop.services.receipts import Receipts
    from mel_desktop.services.recipient_groups import RecipientGroups
    from mel_desktop.services.records import Records
    from mel_desktop.services.retention import Retentions
    from mel_desktop.services.revisions import Revisions
    from mel_desktop.services.rule_exchange import RuleExchange
    from mel_desktop.services.rules import Rules
    from mel_desktop.services.safety import Safety
    from mel_desktop.services.savedsearches import SavedSearches
    from mel_desktop.services.search import SearchService
    from mel_desktop.services.seeding import Seeding
    from mel_desktop.services.sending_hours import SendingHours
    from mel_desktop.services.serversearch import ServerSearch
    from mel_desktop.services.shared_boxes import SharedBoxes
    from mel_desktop.services.snooze import Snoozes
    from mel_desktop.services.spelling import Spelling
    from mel_desktop.services.storage import StorageService
    from mel_desktop.services.sync import SyncService
    from mel_desktop.services.tables import Tables
    from mel_desktop.services.tags import Tags
    from mel_desktop.services.templates import Templates
    from mel_desktop.services.tidying import Tidying
    from mel_desktop.services.trust import Trust
    from mel_desktop.services.undoing import Undoing
    from mel_desktop.services.views import Views
    from mel_desktop.services.weekly import WeeklyCheck
else:
    AgendaDoor = postponed("mel_desktop.app.agenda_door", "AgendaDoor")
    AttachmentsDoor = postponed("mel_desktop.app.attachments_door", "AttachmentsDoor")
    ContactsDoor = postponed("mel_desktop.app.contacts_door", "ContactsDoor")
    DoctorDoor = postponed("mel_desktop.app.doctor_door", "DoctorDoor")
    FileDoor = postponed("mel_desktop.app.file_door", "FileDoor")
    LdapDoor = postponed("mel_desktop.app.ldap_door", "LdapDoor")
    Letters = postponed("mel_desktop.app.letters_door", "Letters")
    LettersDoor = postponed("mel_desktop.app.letters_door", "LettersDoor")
    MigrationDoor = postponed("mel_desktop.app.migration_door", "MigrationDoor")
    NetworkDoor = postponed("mel_desktop.app.network_door", "NetworkDoor")
    PeopleDoor = postponed("mel_desktop.app.people_door", "PeopleDoor")
    RecordsDoor = postponed("mel_desktop.app.records_door", "RecordsDoor")
    RemoteDoor = postponed("mel_desktop.app.remote_door", "RemoteDoor")
    RuleWork = postponed("mel_desktop.app.rules_door", "RuleWork")
    RulesDoor = postponed("mel_desktop.app.rules_door", "RulesDoor")
    SignInDoor = postponed("mel_desktop.app.sign_in_door", "SignInDoor")
    SmimeDoor = postponed("mel_desktop.app.smime_door", "SmimeDoor")
    SpellingDoor = postponed("mel_desktop.app.spelling_door", "SpellingDoor")
    TransferDoor = postponed("mel_desktop.app.transfer_door", "TransferDoor")
    TrustDoor = postponed("mel_desktop.app.trust_door", "TrustDoor")
    WebSourcesDoor = postponed("mel_desktop.app.web_sources_door", "WebSourcesDoor")
    ImapConnector = postponed("mel_desktop.net.imap", "ImapConnector")
    ManageSieve = postponed("mel_desktop.net.managesieve", "ManageSieve")
    SmtpSubmission = postponed("mel_desktop.net.smtp", "SmtpSubmission")
    AccountMigration = postponed("mel_desktop.services.account_migration", "AccountMigration")
    AddressBooks = postponed("mel_desktop.services.address_books", "AddressBooks")
    Agenda = postponed("mel_desktop.services.agenda", "Agenda")
    AnnuaireRefresher = postponed("mel_desktop.services.annuaire", "AnnuaireRefresher")
    AnnuaireSources = postponed("mel_desktop.services.annuaire", "AnnuaireSources")
    PcLine = postponed("mel_desktop.services.annuaire", "PcLine")
    Appending = postponed("mel_desktop.services.appending", "Appending")
    AttachmentTexts = postponed("mel_desktop.services.attachment_texts", "AttachmentTexts")
    BigMail = postponed("mel_desktop.services.big_mail", "BigMail")
    Directory = postponed("mel_desktop.services.directory", "Directory")
    DraftFiles = postponed("mel_desktop.services.draft_files", "DraftFiles")
    Drafting = postponed("mel_desktop.services.drafting", "Drafting")
    DraftSync = postponed("mel_desktop.services.draftsync", "DraftSync")
    Exporting = postponed("mel_desktop.services.exporting", "Exporting")
    FolderWork = postponed("mel_desktop.services.folderwork", "FolderWork")
    Followups = postponed("mel_desktop.services.followups", "Followups")
    ForeignDrafts = postponed("mel_desktop.services.foreign_drafts", "ForeignDrafts")
    Identities = postponed("mel_desktop.services.identities", "Identities")
    Importing = postponed("mel_desktop.services.importing", "Importing")
    IndexService = postponed("mel_desktop.services.indexing", "IndexService")
    AfterWishes = postponed("mel_desktop.services.journal", "AfterWishes")
    Journal = postponed("mel_desktop.services.journal", "Journal")
    Errands = postponed("mel_desktop.services.keeping", "Errands")
    Keeping = postponed("mel_desktop.services.keeping", "Keeping")
    LdapRefresher = postponed("mel_desktop.services.ldap_refresh", "LdapRefresher")
    LdapSources = postponed("mel_desktop.services.ldap_sources", "LdapSources")
    LocalRules = postponed("mel_desktop.services.local_rules", "LocalRules")
    Merging = postponed("mel_desktop.services.merging", "Merging")
    Migration = postponed("mel_desktop.services.migration", "Migration")
    OldSubjects = postponed("mel_desktop.services.old_subjects", "OldSubjects")
    Outbox = postponed("mel_desktop.services.outbox", "Outbox")
    Persons = postponed("mel_desktop.services.persons", "Persons")
    PolicyAccounts = postponed("mel_desktop.services.policy_accounts", "PolicyAccounts")
    Previews = postponed("mel_desktop.services.previews", "Previews")
    PupilFiles = postponed("mel_desktop.services.pupil_files", "PupilFiles")
    Quotas = postponed("mel_desktop.services.quota", "Quotas")
    ReadingService = postponed("mel_desktop.services.reading", "ReadingService")
    Receipts = postponed("mel_desktop.services.receipts", "Receipts")
    RecipientGroups = postponed("mel_desktop.services.recipient_groups", "RecipientGroups")
    Records = postponed("mel_desktop.services.records", "Records")
    Retentions = postponed("mel_desktop.services.retention", "Retentions")
    Revisions = postponed("mel_desktop.services.revisions", "Revisions")
    RuleExchange = postponed("mel_desktop.services.rule_exchange", "RuleExchange")
    Rules = postponed("mel_desktop.services.rules", "Rules")
    Safety = postponed("mel_desktop.services.safety", "Safety")
    SavedSearches = postponed("mel_desktop.services.savedsearches", "SavedSearches")
    SearchService = postponed("mel_desktop.services.search", "SearchService")
    Seeding = postponed("mel_desktop.services.seeding", "Seeding")
    SendingHours = postponed("mel_desktop.services.sending_hours", "SendingHours")
    ServerSearch = postponed("mel_desktop.services.serversearch", "ServerSearch")
    SharedBoxes = postponed("mel_desktop.services.shared_boxes", "SharedBoxes")
    Snoozes = postponed("mel_desktop.services.snooze", "Snoozes")
    Spelling = postponed("mel_desktop.services.spelling", "Spelling")
    StorageService = postponed("mel_desktop.services.storage", "StorageService")
    SyncService = postponed("mel_desktop.services.sync", "SyncService")
    Tables = postponed("mel_desktop.services.tables", "Tables")
    Tags = postponed("mel_desktop.services.tags", "Tags")
    Templates = postponed("mel_desktop.services.templates", "Templates")
    Tidying = postponed("mel_desktop.services.tidying", "Tidying")
    Trust = postponed("mel_desktop.services.trust", "Trust")
    Undoing = postponed("mel_desktop.services.undoing", "Undoing")
    Views = postponed("mel_desktop.services.views", "Views")
    WeeklyCheck = postponed("mel_desktop.services.weekly", "WeeklyCheck")

__all__ = [
    "AccountMigration",
    "AddressBooks",
    "AfterWishes",
    "Agenda",
    "AgendaDoor",
    "AnnuaireRefresher",
    "AnnuaireSources",
    "Appending",
    "AttachmentTexts",
    "AttachmentsDoor",
    "BigMail",
    "ContactsDoor",
    "Directory",
    "DoctorDoor",
    "DraftFiles",
    "DraftSync",
    "Drafting",
    "Errands",
    "Exporting",
    "FileDoor",
    "FolderWork",
    "Followups",
    "ForeignDrafts",
    "Identities",
    "ImapConnector",
    "Importing",
    "IndexService",
    "Journal",
    "Keeping",
    "LdapDoor",
    "LdapRefresher",
    "LdapSources",
    "Letters",
    "LettersDoor",
    "LocalRules",
    "ManageSieve",
    "Merging",
    "Migration",
    "MigrationDoor",
    "NetworkDoor",
    "OldSubjects",
    "Outbox",
    "PcLine",
    "PeopleDoor",
    "Persons",
    "PolicyAccounts",
    "Previews",
    "PupilFiles",
    "Quotas",
    "ReadingService",
    "Receipts",
    "RecipientGroups",
    "Records",
    "RecordsDoor",
    "RemoteDoor",
    "Retentions",
    "Revisions",
    "RuleExchange",
    "RuleWork",
    "Rules",
    "RulesDoor",
    "Safety",
    "SavedSearches",
    "SearchService",
    "Seeding",
    "SendingHours",
    "ServerSearch",
    "SharedBoxes",
    "SignInDoor",
    "SmimeDoor",
    "SmtpSubmission",
    "Snoozes",
    "Spelling",
    "SpellingDoor",
    "StorageService",
    "SyncService",
    "Tables",
    "Tags",
    "Templates",
    "Tidying",
    "TransferDoor",
    "Trust",
    "TrustDoor",
    "Undoing",
    "Views",
    "WebSourcesDoor",
    "WeeklyCheck",
]
