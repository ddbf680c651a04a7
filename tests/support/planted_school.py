"""A real profile, encrypted, filled with the embedded school: what the tests of the window read.

The mail comes through the real sync from a server in memory that holds raw messages; no socket is
opened. The profile is made once a run and copied for each test.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.demo.mailboxes import StoredMessage
from mel_desktop.demo.messages import build_mailbox
from mel_desktop.demo.school import School, annuaire_csv, build_school, people_csv
from mel_desktop.logic.mime_structure import split_structure
from mel_desktop.model.accounts import (
    Account,
    AccountId,
    Endpoint,
    NewAccount,
    Secret,
    Security,
)
from mel_desktop.model.mail import Address, Flags, Marks, Role
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.model.policy import Policy
from mel_desktop.model.sync import Bodies, SyncOptions
from mel_desktop.ports import (
    Answer,
    Ask,
    Hints,
    Meter,
    RemoteFlags,
    RemoteFolder,
    RemoteMessage,
    RemoteStatus,
    ServerCaps,
)
from mel_desktop.services.reading import ReadingService
from mel_desktop.services.sessions import Sessions
from mel_desktop.services.sync import SyncService
from mel_desktop.store import keyfiles
from mel_desktop.store.vault import Vault
from mel_desktop.system.clock import SystemClock, SystemRandomness
from tests.support.plain_pump import plain_pump

PASSPHRASE = Secret("quatre mots pour la classe")
ROLES = {
    "INBOX": Role.INBOX,
    "Envoyés": Role.SENT,
    "Brouillons": Role.DRAFTS,
    "Corbeille": Role.TRASH,
    "Indésirables": Role.JUNK,
    "Archives": Role.ARCHIVE,
}
MARKS = {
    "\\Seen": Marks.SEEN,
    "\\Answered": Marks.ANSWERED,
    "\\Flagged": Marks.FLAGGED,
    "\\Draft": Marks.DRAFT,
    "$Forwarded": Marks.FORWARDED,
}


class RawServer:
    """ports.MailConnector and MailServer over raw messages. It is only read."""

    def __init__(self, messages: Sequence[StoredMessage]) -> None:
        self.caps = ServerCaps()
        self._folders: dict[str, dict[int, StoredMessage]] = {name: {} for name in ROLES}
        for message in messages:
            box = self._folders.setdefault(message.folder, {})
            box[len(box) + 1] = message
        self._box: dict[int, StoredMessage] = {}

    def connect(self, account: Account, password: Secret, meter: Meter, **_: object) -> RawServer:
        return self

    def list_folders(self) -> tuple[RemoteFolder, ...]:
        return tuple(RemoteFolder(path, "/", ROLES.get(path), True) for path in self._folders)

    def select(self, path: str, *, read_only: bool = False) -> RemoteStatus:
        self._box = self._folders[path]
        return RemoteStatus(1, len(self._box) + 1, len(self._box))

    def status(self, path: str) -> RemoteStatus:
        box = self._folders[path]
        return RemoteStatus(1, len(box) + 1, len(box))

    def all_uids(self) -> tuple[int, ...]:
        return tuple(sorted(self._box))

    def flags(self, uids: Sequence[int] | None, changed_since: int | None) -> Iterator[RemoteFlags]:
        for uid in sorted(self._box) if uids is None else uids:
            yield RemoteFlags(uid, self._flags(self._box[uid]))

    def messages(self, uids: Sequence[int]) -> Iterator[RemoteMessage]:
        for uid in uids:
            one = self._box[uid]
            yield RemoteMessage(
                uid,
                self._flags(one),
                one.received_at.astimezone(UTC),
                len(one.data),
                _header(one.data),
                tuple(found.part for found in split_structure(one.data)),
            )

    def part(self, uid: int, section: str, offset: int, length: int) -> bytes:
        return _section(self._box[uid].data, section)[offset : offset + length]

    def texts(
        self, wanted: Sequence[tuple[int, tuple[str, ...]]], limit: int
    ) -> Iterator[tuple[int, dict[str, bytes]]]:
        for uid, sections in wanted:
            data = self._box[uid].data
            yield uid, {section: _section(data, section)[:limit] for section in sections}

    @property
    def hints(self) -> Hints:
        return Hints()

    def pump(self, asks: Iterable[Ask | None]) -> Generator[Answer, None, None]:
        return plain_pump(self, asks)  # type: ignore[arg-type]

    def alive(self) -> bool:
        return True

    def close(self) -> None:
        pass

    def abort(self) -> None:
        pass

    @staticmethod
    def _flags(message: StoredMessage) -> Flags:
        marks = Marks.NONE
        for flag in message.flags:
            marks |= MARKS[flag]
        return Flags(marks)


def _header(data: bytes) -> bytes:
    match = re.search(rb"\r?\n\r?\n", data)
    return data if match is None else data[: match.end()]


def _section(data: bytes, section: str) -> bytes:
    if section == "":
        return data
    if section == "HEADER":
        return _header(data)
    return next(
        data[found.start : found.end]
        for found in split_structure(data)
        if found.part.number == section
    )


def new_account(school: School) -> NewAccount:
    """The teacher whose profile it is."""
    return NewAccount(
        email=school.me.address,
        login="cmartin",
        name=school.me.name,
        imap=Endpoint("imap.ac-exemple.invalid", 993, Security.TLS),
        smtp=Endpoint("smtp.ac-exemple.invalid", 465, Security.TLS),
    )


def fill(
    facade: Facade, folder: Path, school: School, now: datetime, *, without_text: int = 0
) -> AccountId:
    """Mail, directory, two drafts and two waiting messages. ``folder`` is for the CSV files."""
    services = facade._services
    account = facade.add_account(new_account(school), Secret("mot de passe"))
    messages = build_mailbox(school, now)
    server = RawServer(messages)
    sessions = Sessions(services.accounts, server, None, lambda: False)  # type: ignore[arg-type]
    sync = SyncService(services.database, services.accounts, sessions, services.clock)
    bodies = Bodies.NONE if without_text else Bodies.ALL
    report = sync.sync(account.id, SyncOptions(bodies=bodies, window_days=10_000))
    assert not report.failures, report.failures
    if not without_text:  # each was opened once: its header and its HTML are here too
        reading = ReadingService(services.database, sessions, services.clock)
        for box in facade.folders(account.id):
            for message in facade.message_ids(box.id):
                reading.load(message)
    people, schools = folder / "personnels.csv", folder / "annuaire.csv"
    people.write_text(people_csv(school), encoding="utf-8")
    schools.write_text(annuaire_csv(school), encoding="utf-8")
    facade.import_directory([people, schools])
    colleague = school.staff[3]
    facade.new_draft(
        account.id,
        DraftContent(
            to=(Address(colleague.name, colleague.address),),
            subject="Sortie au musée : accompagnateurs",
            text="Bonjour,\n\nIl nous manque encore un accompagnateur pour jeudi.\n",
        ),
    )
    facade.new_draft(account.id, DraftContent(subject="Appréciations du trimestre", text="6e A :"))
    for subject, to in (("Réunion de jeudi", school.staff[4]), ("Clé de la salle 12", colleague)):
        draft = facade.new_draft(
            account.id,
            DraftContent(
                to=(Address(to.name, to.address),), subject=subject, text="Bonjour,\nD’accord."
            ),
        )
        facade.send(draft.id)
    return account.id


def make_profile(profile: Path, folder: Path) -> School:
    """A closed profile with everything in it."""
    school = build_school()
    facade = wiring.create_profile(profile, passphrase=PASSPHRASE, use_keyring=False, offline=True)
    try:
        fill(facade, folder, school, datetime.now(UTC))
    finally:
        facade.close()
    return school


def open_profile(profile: Path, policy: Policy | None = None) -> Facade:
    """Open a copy, without any network. The passphrase of a vault is worked out once (Argon2id)."""
    vault_id = keyfiles.read(profile).store_id
    if vault_id not in _FIRST:
        _FIRST[vault_id] = Vault.open(
            profile,
            passphrase=PASSPHRASE,
            recovery=None,
            secrets=None,
            randomness=SystemRandomness(),
            clock=SystemClock(),
        )
    first = _FIRST[vault_id]
    # A new one with keys of its own, which are overwritten when it is closed.
    vault = Vault(profile, first._header, first._vault_key, SystemRandomness(), SystemClock())
    return wiring._open(vault, profile, offline=True, policy=policy or Policy())


_FIRST: dict[str, Vault] = {}  # by the id of the vault
