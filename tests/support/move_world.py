"""An account on a real server that is to go over to another real one."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from mel_desktop.model.accounts import Account, AccountId, NewHosts, Secret
from mel_desktop.model.changes import Check, SyncReport
from mel_desktop.model.errors import ConnectionTrouble, ErrorCode
from mel_desktop.model.links import LinkProfile
from mel_desktop.model.mail import Folder
from mel_desktop.model.sync import Bodies, SyncOptions
from mel_desktop.net.imap import ImapConnector
from mel_desktop.ports import MailServer, Meter
from mel_desktop.services.account_migration import AccountMigration
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.appending import Appending
from mel_desktop.services.drafting import Drafting
from mel_desktop.services.draftsync import DraftSync
from mel_desktop.services.folderwishes import FolderWishes
from mel_desktop.services.folderwork import FolderWork
from mel_desktop.services.identities import Identities
from mel_desktop.services.journal import AfterWishes, Journal
from mel_desktop.services.mailbox import MailboxService
from mel_desktop.services.migration import Migration
from mel_desktop.services.reading import ReadingService
from mel_desktop.services.sessions import Sessions
from mel_desktop.services.sync import SyncService
from mel_desktop.store.database import Database
from mel_desktop.system.clock import SystemClock, SystemRandomness
from tests.support.imap_servers import ImapServer, MailUser

DATE = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TEXT = "Bonjour, voici le compte rendu de la réunion.\r\n" * 300


def letter(number: int, text: str = TEXT) -> bytes:
    return (
        f"From: zoe.lefevre@ac-demo.fr\r\nSubject: Sujet {number}\r\n"
        f"Message-ID: <m{number}@ac-demo.fr>\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}"
    ).encode()


class Faulty(ImapConnector):
    """The real connector; the line ends before or after a command that changes the server."""

    def __init__(self) -> None:
        super().__init__()
        self.roll: random.Random | None = None
        self.at_change: Callable[[], None] = lambda: None
        self.changes: list[tuple[str, str]] = []  # (host and port, command)

    def connect(  # type: ignore[override]
        self, account: Account, password: Secret, meter: Meter, **options: object
    ) -> MailServer:
        session = super().connect(account, password, meter, **options)  # type: ignore[arg-type]
        watch = self
        where = f"{account.imap.host}:{account.imap.port}:{account.login}"

        class Watched:
            def __getattr__(self, name: str) -> object:
                real = getattr(session, name)
                if name not in CHANGING:
                    return real

                def called(*args: object, **kwargs: object) -> object:
                    watch.may_end(session)
                    watch.changes.append((where, name))
                    answer = real(*args, **kwargs)
                    watch.may_end(session)
                    return answer

                return called

        return Watched()  # type: ignore[return-value]

    def may_end(self, session: MailServer) -> None:
        self.at_change()
        if self.roll is not None and self.roll.random() < 0.2:
            session.abort()
            raise ConnectionTrouble(ErrorCode.CONNECTION_LOST)


CHANGING = frozenset({
    "create_folder", "rename_folder", "delete_folder", "append", "store", "expunge", "subscribe",
    "move", "copy", "expunge_deleted",
})  # fmt: skip


class Ahead(SystemClock):
    """The real one, put forward by hand."""

    ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


class MoveWorld:
    """A profile with one account on a real server."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = Ahead()
        self.connector = Faulty()
        self.accounts = Accounts(database, self.clock)
        accounts, clock = self.accounts, self.clock
        self.sessions = Sessions(accounts, self.connector, None, lambda: False)  # type: ignore[arg-type]
        self.mailbox = MailboxService(database, clock)
        self.folders = FolderWishes(database, clock)
        self.drafting = Drafting(database, accounts, clock, SystemRandomness())
        self.drafts = DraftSync(database, accounts, clock, SystemRandomness())
        self.journal = Journal(database, self.mailbox, self.folders, self.drafts, self.drafting)
        self.identities = Identities(database, accounts, clock)
        self.reading = ReadingService(database, self.sessions, clock)
        self.checks: tuple[Check, ...] = ()
        self.assistant = AccountMigration(
            database,
            accounts,
            Migration(database, accounts),
            self.connector,
            self.reading,
            lambda new, password: self.checks,
            clock,
            lambda: False,
        )
        work = FolderWork(database, clock)
        self.service = SyncService(
            database,
            accounts,
            self.sessions,
            clock,
            folder_work=work,
            drafts=AfterWishes(work, self.drafts, Appending(database, clock)),
        )
        self.account = AccountId(0)

    def begin(self, server: ImapServer, user: MailUser) -> None:
        self.account = self.accounts.add(server.new_account(user), user.secret).id

    def sync(self, account: AccountId | None = None) -> SyncReport:
        chosen = self.account if account is None else account
        read_only = self.accounts.get(chosen).read_only
        options = SyncOptions(
            link=LinkProfile.THRIFTY, bodies=Bodies.NONE if read_only else Bodies.RECENT
        )
        report = self.service.sync(chosen, options)
        self.assistant.tidy(chosen)
        return report

    def folder(self, name: str, account: AccountId | None = None) -> Folder:
        return self.mailbox.find_folder(name, self.account if account is None else account)

    def subjects(self, name: str = "inbox", account: AccountId | None = None) -> list[str]:
        rows = self.mailbox.page(self.folder(name, account).id, limit=1000)
        return sorted(one.subject for one in rows)


def hosts_of(server: ImapServer, user: MailUser) -> NewHosts:
    new = server.new_account(user)
    return NewHosts(new.imap, new.smtp, email=new.email, login=new.login, ca_pem=new.ca_pem)


def deliver(
    server: ImapServer, user: MailUser, numbers: range, folder: str = "INBOX", text: str = TEXT
) -> None:
    server.deliver_all(
        user,
        folder,
        [(letter(one, text), (), DATE + timedelta(minutes=one)) for one in numbers],
    )


def on_server(server: ImapServer, user: MailUser, folder: str) -> list[str]:
    with server.observer(user, folder) as box:
        return sorted(one.subject for one in box.fetch(mark_seen=False, bulk=True))
