"""The only place that builds objects and knows which adapter fulfils which port."""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mel_desktop.app.engine import Engine
from mel_desktop.app.facade import Facade
from mel_desktop.app.later import LaterLdap, LaterProbe
from mel_desktop.app.search_words import load_words
from mel_desktop.app.switch import Switch
from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.model.links import LinkProfile
from mel_desktop.model.vault import VaultStatus
from mel_desktop.net.imap import ImapConnector
from mel_desktop.net.smtp import SmtpSubmission
from mel_desktop.net.transport import Lines
from mel_desktop.ports import Clock, Network, Randomness, SecretStore
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.attachment_texts import AttachmentTexts
from mel_desktop.services.directory import Directory
from mel_desktop.services.doctor import Doctor
from mel_desktop.services.drafting import Drafting
from mel_desktop.services.draftsync import DraftSync
from mel_desktop.services.folderwishes import FolderWishes
from mel_desktop.services.folderwork import FolderWork
from mel_desktop.services.indexing import IndexService
from mel_desktop.services.journal import AfterWishes, Journal
from mel_desktop.services.links import Links
from mel_desktop.services.mailbox import MailboxService
from mel_desktop.services.meters import Meters
from mel_desktop.services.migration import Migration
from mel_desktop.services.outbox import Outbox
from mel_desktop.services.reading import ReadingService
from mel_desktop.services.savedsearches import SavedSearches
from mel_desktop.services.search import SearchService
from mel_desktop.services.serversearch import ServerSearch
from mel_desktop.services.sessions import Sessions
from mel_desktop.services.sync import SyncService
from mel_desktop.store.database import Database
from mel_desktop.store.vault import Vault
from mel_desktop.system.clock import SystemClock, SystemRandomness
from mel_desktop.system.extraction import ProcessExtractor
from mel_desktop.system.hardening import harden_process
from mel_desktop.system.keyring_store import KeyringStore
from mel_desktop.system.locks import EngineLock
from mel_desktop.system.network import SystemNetwork

SWITCH_S = 0.001  # a thread that computes lets the window paint, and the writer go on


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
    submission: SmtpSubmission
    accounts: Accounts
    meters: Meters
    links: Links
    sessions: Sessions
    mailbox: MailboxService
    folders: FolderWishes
    journal: Journal
    migration: Migration
    sync: SyncService
    reading: ReadingService
    search: SearchService
    saved_searches: SavedSearches
    server_search: ServerSearch
    index: IndexService
    extractor: ProcessExtractor
    attachment_texts: AttachmentTexts
    drafting: Drafting
    outbox: Outbox
    directory: Directory
    doctor: Doctor
    lock: EngineLock

    def stop(self) -> None:
        """Cut every connection, those being opened too; none is made any more."""
        self.sessions.stop()
        self.lines.close()
        self.extractor.close()

    def close(self) -> None:
        """Cut connections, then close the store."""
        self.stop()
        self.database.close()


def vault_status(profile: Path) -> VaultStatus:
    """How the vault of a profile can be opened; ``exists`` is False where there is none."""
    return Vault.status(profile)


def create_profile(
    profile: Path,
    *,
    passphrase: Secret | None = None,
    use_keyring: bool = True,
    offline: bool = False,
) -> Facade:
    """Make a vault with the given ways in, and open it. At least one way is needed."""
    harden_process()
    secrets = _keyring(use_keyring)
    if passphrase is None and secrets is None:
        raise StoreTrouble(ErrorCode.NO_KEYRING)
    vault = Vault.create(
        profile,
        passphrase=passphrase,
        secrets=secrets,
        randomness=SystemRandomness(),
        clock=SystemClock(),
    )
    return _open(vault, profile, offline=offline)


def open_profile(
    profile: Path,
    *,
    passphrase: Secret | None = None,
    recovery: Secret | None = None,
    use_keyring: bool = True,
    offline: bool = False,
) -> Facade:
    """Unlock and open. StoreTrouble(NO_VAULT | WRONG_PASSPHRASE | VAULT_LOCKED | DAMAGED ...)."""
    harden_process()
    vault = Vault.open(
        profile,
        passphrase=passphrase,
        recovery=recovery,
        secrets=_keyring(use_keyring),
        randomness=SystemRandomness(),
        clock=SystemClock(),
    )
    return _open(vault, profile, offline=offline)


def erase_profile(profile: Path) -> None:
    """Destroy the keys first, then the files. There is no way back."""
    if not Vault.status(profile).exists:
        raise StoreTrouble(ErrorCode.NO_VAULT)
    lock = EngineLock(profile)
    lock.acquire(0)
    lock.release()
    Vault.destroy_keys(profile, secrets=_keyring(True))
    for path in (*sorted(profile.glob("store.*")), profile / "engine.lock"):
        path.unlink(missing_ok=True)
    with suppress(OSError):  # somebody keeps other files there: they are not ours to destroy
        profile.rmdir()


def _keyring(wanted: bool) -> SecretStore | None:
    if not wanted:
        return None
    store = KeyringStore()
    return store if store.available() else None


def _open(vault: Vault, profile: Path, *, offline: bool) -> Facade:
    sys.setswitchinterval(SWITCH_S)
    database = vault.open_database()
    clock: Clock = SystemClock()
    randomness: Randomness = SystemRandomness()
    switch = Switch(offline=offline)
    accounts = Accounts(database, clock)
    meters, network = Meters(), SystemNetwork()
    links = Links(database, accounts, meters, clock, switch.is_offline, network=network)
    lines = Lines(switch.is_offline)
    submission = SmtpSubmission(lines=lines)
    sessions = Sessions(
        accounts,
        ImapConnector(lines=lines),
        submission,
        switch.is_offline,
        meters=meters,
        links=links,
        clock=clock,
    )
    mailbox = MailboxService(database, clock)
    extractor = ProcessExtractor()
    folders = FolderWishes(database, clock)
    drafting = Drafting(database, accounts, clock, randomness)
    folder_work = FolderWork(database, clock)
    drafts = DraftSync(
        database,
        accounts,
        clock,
        randomness,
        lambda account: links.in_force(account).profile is LinkProfile.FRUGAL,
    )
    directory = Directory(database, LaterLdap(lines), clock, switch.is_offline)
    search = SearchService(
        database, clock, load_words, lambda typed, limit: directory.search(typed, limit=limit).hits
    )
    services = Services(
        vault=vault,
        database=database,
        clock=clock,
        randomness=randomness,
        network=network,
        switch=switch,
        lines=lines,
        submission=submission,
        accounts=accounts,
        meters=meters,
        links=links,
        sessions=sessions,
        mailbox=mailbox,
        folders=folders,
        journal=Journal(database, mailbox, folders, drafts, drafting),
        migration=Migration(database, accounts),
        sync=SyncService(
            database,
            accounts,
            sessions,
            clock,
            folder_work=folder_work,
            drafts=AfterWishes(folder_work, drafts),
        ),
        reading=ReadingService(database, sessions, clock),
        search=search,
        saved_searches=SavedSearches(database, search, clock),
        server_search=ServerSearch(database, sessions, links, clock),
        index=IndexService(database),
        extractor=extractor,
        attachment_texts=AttachmentTexts(database, extractor, clock, search.read),
        drafting=drafting,
        outbox=Outbox(database, accounts, sessions, clock),
        directory=directory,
        doctor=Doctor(database, vault, accounts, LaterProbe(lines), clock, switch.is_offline),
        lock=EngineLock(profile),
    )
    return Facade(services, Engine(services))
