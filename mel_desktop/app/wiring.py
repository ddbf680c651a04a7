"""The only place that builds objects and knows which adapter fulfils which port."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from mel_desktop.app import following
from mel_desktop.app import vaults as folders_of_vaults
from mel_desktop.app.connections import (
    HttpsFetch,
    ProtocolTrace,
    lines_of,
    loopback,
    outward_of,
)
from mel_desktop.app.engine import Engine
from mel_desktop.app.facade import Facade
from mel_desktop.app.later import LaterLdap, LaterOAuth
from mel_desktop.app.leaving import leaving_of
from mel_desktop.app.postponed import later
from mel_desktop.app.profile_services import Services
from mel_desktop.app.search_words import load_words
from mel_desktop.app.seldom import (
    AccountMigration,
    AddressBooks,
    AfterWishes,
    Agenda,
    Appending,
    AttachmentTexts,
    Directory,
    DraftFiles,
    Drafting,
    DraftSync,
    Errands,
    Exporting,
    FolderWork,
    Identities,
    ImapConnector,
    Importing,
    IndexService,
    Journal,
    Keeping,
    LdapRefresher,
    LdapSources,
    Letters,
    LocalRules,
    ManageSieve,
    Merging,
    Migration,
    OldSubjects,
    Outbox,
    Persons,
    Previews,
    PupilFiles,
    Quotas,
    ReadingService,
    Receipts,
    RecipientGroups,
    Records,
    Retentions,
    RuleExchange,
    Rules,
    RuleWork,
    Safety,
    SavedSearches,
    SearchService,
    Seeding,
    ServerSearch,
    SharedBoxes,
    SmtpSubmission,
    Spelling,
    StorageService,
    SyncService,
    Tables,
    Templates,
    Trust,
    WeeklyCheck,
)
from mel_desktop.app.server_data import server_data_of
from mel_desktop.app.shipped_templates import shipped_templates
from mel_desktop.app.spelling_door import shipped_words
from mel_desktop.app.switch import Switch
from mel_desktop.app.web_sources import WebReaders, web_sources_of
from mel_desktop.model.accounts import AccountId, Secret
from mel_desktop.model.errors import ErrorCode, MelError, StoreTrouble
from mel_desktop.model.links import LinkProfile
from mel_desktop.model.people import SourceKind
from mel_desktop.model.policy import Policy
from mel_desktop.model.soundness import RepairReport
from mel_desktop.model.storage import Retention
from mel_desktop.model.transfer import BackupFacts
from mel_desktop.model.vault import VaultEntry, VaultStatus
from mel_desktop.ports import Clock, Randomness, SecretStore
from mel_desktop.services import backups
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.backups import Backups, Ways
from mel_desktop.services.folderwishes import FolderWishes
from mel_desktop.services.grants import Grants
from mel_desktop.services.links import Links
from mel_desktop.services.locking import Locking
from mel_desktop.services.mailbox import MailboxService
from mel_desktop.services.meters import Meters
from mel_desktop.services.sessions import Sessions
from mel_desktop.services.sign_in_ways import RememberedWays
from mel_desktop.services.soundness import SoundnessService
from mel_desktop.services.submission_memory import RememberedSubmission
from mel_desktop.store import compaction, escrow, witness
from mel_desktop.store.keyfiles import store_ids
from mel_desktop.store.vault import Vault
from mel_desktop.system import outside as outside_files
from mel_desktop.system.clock import SystemClock, SystemRandomness
from mel_desktop.system.extraction import ProcessExtractor
from mel_desktop.system.hardening import harden_process
from mel_desktop.system.hunspell_engine import Hunspell
from mel_desktop.system.keyring_store import KeyringStore
from mel_desktop.system.locks import EngineLock
from mel_desktop.system.network import SystemNetwork
from mel_desktop.system.outside import OutsideFiles
from mel_desktop.system.policies import read_policy
from mel_desktop.system.state_folder import state_folder

if TYPE_CHECKING:
    from mel_desktop.app.transfer_door import IsCancelled, OnProgress
    from mel_desktop.services.doctor import Doctor
    from mel_desktop.services.remote_images import RemoteImages

SWITCH_S = 0.001  # a thread that computes lets the window paint, and the writer go on


def vault_status(profile: Path) -> VaultStatus:
    """How the vault of a profile can be opened; ``exists`` is False where there is none."""
    with suppress(MelError):  # being restored now, or not to be written: told at opening
        _settle_restore(profile)
    return Vault.status(profile, SystemClock())


def policy(path: Path | None = None) -> Policy:
    """What IT has decided for this PC; ``path``: a file under the system's ones. BAD_FILE."""
    return read_policy(path)


def vaults(data_folder: Path, policy: Policy) -> tuple[VaultEntry, ...]:
    """The vaults of this user on this PC, newest opened first.

    What a crash left of vaults that were to be used once is removed on the way.
    """
    folders_of_vaults.sweep(data_folder, policy)
    for folder in folders_of_vaults.folders(data_folder, policy):
        with suppress(MelError):
            _settle_restore(folder)
    return folders_of_vaults.all_vaults(data_folder, policy, SystemClock())


def new_vault_folder(data_folder: Path, label: str, policy: Policy) -> Path:
    """A fresh folder for ``create_profile``, named after the label. NOT_WRITABLE."""
    return folders_of_vaults.new_folder(data_folder, label, policy)


def create_profile(
    profile: Path,
    *,
    passphrase: Secret | None = None,
    use_keyring: bool = True,
    offline: bool = False,
    label: str = "",
    temporary: bool = False,
    policy: Policy | None = None,
) -> Facade:
    """Make a vault with the given ways in, and open it. At least one way is needed.

    ``temporary``: no way in at all; the vault is erased when the facade is closed. The policy's
    escrow is set up: tell the teacher (``facade.vault.facts()``).
    """
    harden_process()
    policy = read_policy() if policy is None else policy
    folders_of_vaults.sweep(_data_folder(profile), policy)
    _settle_restore(profile)
    secrets = None if temporary else _keyring(use_keyring and policy.vault.keyring_allowed)
    if passphrase is None and secrets is None and not temporary:
        raise StoreTrouble(ErrorCode.NO_KEYRING)
    in_use = folders_of_vaults.hold(profile) if temporary else None  # before it is to be seen
    try:
        vault = Vault.create(
            profile,
            passphrase=None if temporary else passphrase,
            secrets=secrets,
            randomness=SystemRandomness(),
            clock=SystemClock(),
            label=label.strip(),
            temporary=temporary,
            escrowed=following.escrow_of(policy),
        )
        return _open(vault, profile, offline=offline, policy=policy, in_use=in_use)
    except BaseException:
        if in_use is not None:
            in_use.release()
        raise


def open_profile(
    profile: Path,
    *,
    passphrase: Secret | None = None,
    recovery: Secret | None = None,
    private_key: bytes | None = None,
    use_keyring: bool = True,
    offline: bool = False,
    policy: Policy | None = None,
) -> Facade:
    """Unlock and open. StoreTrouble(NO_VAULT | WRONG_PASSPHRASE | VAULT_LOCKED | DAMAGED ...).

    After wrong ones the facts have ``wait_s``, and until then every try is VAULT_LOCKED with
    ``why="wait"``. ``private_key``: the school's, in PEM form.
    """
    harden_process()
    policy = read_policy() if policy is None else policy
    folders_of_vaults.sweep(_data_folder(profile), policy)
    _settle_restore(profile)
    typed = passphrase is not None or recovery is not None or private_key is not None
    if not typed and use_keyring and not policy.vault.keyring_allowed:
        raise StoreTrouble(ErrorCode.VAULT_LOCKED, why="keyring-not-allowed")
    vault = Vault.open(
        profile,
        passphrase=passphrase,
        recovery=recovery,
        private_key=None if private_key is None else escrow.private_from_pem(private_key),
        secrets=None if typed else _keyring(use_keyring),
        randomness=SystemRandomness(),
        clock=SystemClock(),
    )
    return _open(vault, profile, offline=offline, policy=policy)


def repair_profile(
    profile: Path,
    *,
    passphrase: Secret | None = None,
    recovery: Secret | None = None,
    use_keyring: bool = True,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> RepairReport:
    """Mend a store that ``open_profile`` finds DAMAGED, with what its sound pages still hold."""
    from mel_desktop.store import repair  # noqa: PLC0415 seldom

    harden_process()
    _settle_restore(profile)
    vault = Vault.open(
        profile,
        passphrase=passphrase,
        recovery=recovery,
        secrets=_keyring(use_keyring),
        randomness=SystemRandomness(),
        clock=SystemClock(),
    )
    with EngineLock(profile):
        report = repair.repair_file(
            vault.database_path, vault.key_of_pages(), progress=progress, cancelled=cancelled
        )
    forget_witness(profile)  # what a repair saved may be less than what there was, and is told
    return report


def erase_profile(profile: Path, *, state: Path | None = None) -> None:
    """Destroy the keys first, then the files. There is no way back. Works on a damaged vault.

    ``state``: where its owner's PC remembers it; None: where this user's does.
    """
    if not Vault.status(profile).exists and not any(profile.glob("store.*")):
        raise StoreTrouble(ErrorCode.NO_VAULT)
    with EngineLock(profile):  # keys of a restore that was broken off would stay beside it
        with suppress(MelError):
            backups.settle_restore(profile)
        backups.clear_leftover(profile)
    witness.forget(state or state_folder(), store_ids(profile))
    Vault.destroy_keys(profile, secrets=_keyring(True))
    folders_of_vaults.remove_files(profile)


def escrow_pair() -> tuple[bytes, str, str]:
    """For the school: (private key in PEM form, public key as the policy names it, fingerprint)."""
    pem, public = escrow.new_pair()
    return pem, escrow.public_text(public), escrow.fingerprint(public)


def escrow_fingerprint(policy: Policy) -> str:
    """Of the key with which the school can open new vaults; "" without one."""
    return escrow.fingerprint(policy.vault.escrow_key) if policy.vault.escrow_key else ""


def restore_profile(
    source: Path,
    profile: Path,
    *,
    passphrase: Secret | None = None,
    recovery: Secret | None = None,
    use_keyring: bool = True,
    replace: bool = False,
    progress: OnProgress | None = None,
    cancelled: IsCancelled | None = None,
) -> tuple[BackupFacts, Path | None]:
    """Put a backup in the place of a profile that is not open; where the old one went.

    VAULT_EXISTS (without ``replace``) | PROFILE_BUSY | BAD_FILE | DAMAGED | WRONG_PASSPHRASE |
    VAULT_LOCKED | DISK_FULL | Cancelled. It blocks.
    """
    harden_process()
    with EngineLock(profile) if profile.exists() else nullcontext():
        _finish_restore(profile)
        restored = backups.restore(
            source,
            profile,
            Ways(passphrase, recovery, _keyring(use_keyring)),
            clock=SystemClock(),
            randomness=SystemRandomness(),
            replace=replace,
            progress=progress,
            cancelled=cancelled,
        )
        forget_witness(profile)  # an older state, and wanted
    return restored


def forget_witness(profile: Path) -> None:
    """What this PC remembers of the vault of a folder is forgotten."""
    witness.forget(state_folder(), store_ids(profile))


def _settle_restore(profile: Path) -> None:
    """Finish a restore that was broken off between its moves. PROFILE_BUSY: it goes on now."""
    if backups.is_restore_unsettled(profile):
        with EngineLock(profile):
            _finish_restore(profile)


def _finish_restore(profile: Path) -> None:
    """The same, with the lock."""
    if backups.settle_restore(profile):
        forget_witness(profile)


def _keyring(wanted: bool) -> SecretStore | None:
    if not wanted:
        return None
    store = KeyringStore()
    return store if store.available() else None


def keyring_name(deadline_s: float) -> str:
    """Which keyring this session has, "" without one; nothing is asked of it."""
    return KeyringStore(deadline_s=deadline_s).name()


def _data_folder(profile: Path) -> Path:
    """The folder that the vault belongs to, where others of the same user may be."""
    return profile.parent.parent if profile.parent.name == folders_of_vaults.FOLDER else profile


def _open(
    vault: Vault,
    profile: Path,
    *,
    offline: bool,
    policy: Policy,
    in_use: EngineLock | None = None,
) -> Facade:
    sys.setswitchinterval(SWITCH_S)
    lock = EngineLock(profile)
    database = vault.open_database(alone=lambda: lock)
    with suppress(MelError):  # PROFILE_BUSY: another program may be compacting
        lock.acquire(0)
        compaction.clear_leftover(database.path)
        backups.clear_leftover(profile)
        lock.release()
    keyring = KeyringStore()
    following.follow(vault, policy, keyring)
    outside_files.sweep(profile)
    folders_of_vaults.note_opened(profile, SystemClock().now())
    clock: Clock = SystemClock()
    randomness: Randomness = SystemRandomness()
    index = IndexService(database)
    soundness = SoundnessService(database, vault, index, clock, vault.witness(state_folder()))
    switch = Switch(offline=offline)
    accounts = Accounts(database, clock)
    meters, network = Meters(), SystemNetwork()
    links = Links(
        database,
        accounts,
        meters,
        clock,
        switch.is_offline,
        network=network,
        policy=following.link_settings(policy.links),
    )
    outward = outward_of(database, accounts, clock, network, policy.network)
    trace = ProtocolTrace()
    lines = lines_of(switch, outward, trace)
    ways = RememberedWays(database)
    submission = SmtpSubmission(lines=lines, memory=RememberedSubmission(database), ways=ways)
    servers = LaterOAuth(HttpsFetch(lines))
    grants = Grants(database, accounts, servers, clock, randomness, loopback)
    connector = ImapConnector(lines=lines, memory=later(lambda: outward.ways), ways=ways)
    sessions = Sessions(
        accounts,
        connector,
        submission,
        switch.is_offline,
        meters=meters,
        links=links,
        clock=clock,
        grants=grants,
    )
    mailbox = MailboxService(database, clock)
    extractor = ProcessExtractor()
    folders = FolderWishes(database, clock)
    drafting = Drafting(database, accounts, clock, randomness)
    folder_work = FolderWork(database, clock)

    def is_frugal(account: AccountId) -> bool:
        return links.in_force(account).profile is LinkProfile.FRUGAL

    keep = Keeping(database, clock, is_frugal)
    limits = Retention(policy.retention.text_days, policy.retention.attachment_days)
    retentions = Retentions(database, clock, limits)
    quotas = Quotas(database, sessions, clock)
    drafts = DraftSync(database, accounts, clock, randomness, is_frugal)
    trust = Trust(database, accounts, policy.trust)
    reading = ReadingService(database, sessions, clock, trust)
    ldap = LaterLdap(lines)
    web = WebReaders.of(database, lines, accounts, links, meters, grants)
    refreshers = {SourceKind.LDAP: LdapRefresher(database, ldap, clock)} | web.refreshers()
    directory = Directory(database, ldap, clock, switch.is_offline, refreshers)
    following.add_directories(directory, policy.directory)
    search = SearchService(
        database, clock, load_words, lambda typed, limit: directory.search(typed, limit=limit).hits
    )
    texts = AttachmentTexts(database, extractor, clock, lambda typed: search.read(typed))
    folder = policy.sending.templates_folder
    templates = Templates(database, clock, shipped_templates, Path(folder) if folder else None)
    server_data = server_data_of(database, policy, clock, lines, switch.is_offline)
    leaving = leaving_of(database, accounts, clock, reading, policy, links, server_data.signed)
    persons = Persons(database, leaving.followups, clock)
    sending = Outbox(
        database,
        accounts,
        sessions,
        clock,
        leaving.pace,
        lambda *given: leaving.hours.is_late(*given),
        leaving.big_mail,
    )
    migration = Migration(database, accounts)

    def make_doctor() -> Doctor:
        from mel_desktop.app.doctor_parts import doctor_of  # noqa: PLC0415 seldom

        return doctor_of(
            database,
            vault,
            accounts,
            directory,
            clock=clock,
            policy=policy,
            is_offline=switch.is_offline,
            trace=trace,
            outward=outward,
            ways=ways,
            grants=grants,
            release=server_data.release,
        )

    def make_remote_images() -> RemoteImages:
        from mel_desktop.app.remote_reading import remote_images_of  # noqa: PLC0415 seldom

        return remote_images_of(database, accounts, lines, links, meters, reading, policy)

    doctor = later(make_doctor)
    web_sources = later(lambda: web_sources_of(web, database, directory, policy.directory))
    if policy.directory.annuaire:
        web_sources.only  # noqa: B018 built now: it adds what IT gives
    services = Services(
        vault=vault,
        database=database,
        clock=clock,
        randomness=randomness,
        network=network,
        switch=switch,
        lines=lines,
        outward=outward,
        submission=submission,
        accounts=accounts,
        grants=grants,
        given=following.given_accounts(accounts, policy),
        meters=meters,
        links=links,
        sessions=sessions,
        mailbox=mailbox,
        folders=folders,
        journal=Journal(database, mailbox, folders, drafts, drafting, keep),
        migration=migration,
        account_migration=AccountMigration(
            database,
            accounts,
            migration,
            connector,
            reading,
            lambda new, password: doctor.candidate(new, password),
            clock,
            switch.is_offline,
        ),
        shared_boxes=SharedBoxes(database, accounts, sessions, clock),
        sync=SyncService(
            database,
            accounts,
            sessions,
            clock,
            folder_work=Errands(folder_work, keep),
            drafts=AfterWishes(folder_work, drafts, Appending(database, clock, is_frugal)),
            cutoffs=lambda folder: retentions.cutoffs(folder),
            quota=quotas,
        ),
        reading=reading,
        trust=trust,
        search=search,
        saved_searches=SavedSearches(database, search, clock),
        server_search=ServerSearch(database, sessions, links, clock, lambda: search.words()),
        index=index,
        old_subjects=OldSubjects(database),
        soundness=soundness,
        weekly=WeeklyCheck(database, soundness, clock),
        retentions=retentions,
        storage=StorageService(database, clock, retentions),
        quotas=quotas,
        extractor=extractor,
        attachment_texts=texts,
        previews=Previews(database, ProcessExtractor()),  # nobody waits behind the other one
        drafting=drafting,
        keeping=keep,
        outbox=sending,
        letters=Letters(
            Identities(database, accounts, clock),
            templates,
            Merging(database, accounts, directory, templates, sending, clock, randomness),
            RecipientGroups(database, clock),
        ),
        leaving=leaving,
        rules=RuleWork(
            Rules(database, accounts, clock, policy.sending.redirect),
            RuleExchange(database, accounts, clock, sessions, ManageSieve(randomness, lines=lines)),
            LocalRules(database, accounts, clock, mailbox),
        ),
        safety=Safety(
            database,
            accounts,
            clock,
            limits=leaving.pace,
            hours=leaving.hours,
            policy=policy.sending,
            proposed=policy.defaults.sending,
            pupil_files=PupilFiles(database, texts),
        ),
        draft_files=DraftFiles(database, clock),
        directory=directory,
        ldap=LdapSources(database, ldap, switch.is_offline),
        web_sources=web_sources,
        persons=persons,
        tables=Tables(database, directory),
        records=Records(database, clock, persons, policy.retention.families_days),
        trace=trace,
        doctor=doctor,
        lock=lock,
        policy=policy,
        keyring=keyring,
        locking=Locking(database, policy),
        outside=OutsideFiles(profile, randomness),
        erase=erase_profile,
        in_use=in_use,
        importing=Importing(database, clock, folders, AddressBooks(directory)),
        exporting=Exporting(database, clock, reading),
        backups=Backups(database, vault, clock, randomness),
        seeding=Seeding(database, accounts, clock, randomness),
        spelling=Spelling(database, clock, Hunspell, shipped_words),
        server_data=server_data,
        remote_images=later(make_remote_images),
        agenda=Agenda(database, accounts, reading, clock, randomness, trust),
        receipts=Receipts(database, accounts, reading, mailbox, clock, randomness, policy.reading),
    )
    return Facade(services, Engine(services))
