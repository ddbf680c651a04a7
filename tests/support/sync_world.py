"""A profile and a model server together: what the tests of the sync play with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import SyncReport
from mel_desktop.model.mail import Flags, Folder, MessageRow, Role
from mel_desktop.model.sync import SyncOptions
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.mailbox import MailboxService
from mel_desktop.services.sessions import Sessions
from mel_desktop.services.sync import SyncService
from mel_desktop.store.database import Database
from tests.support.clock import JumpingClock
from tests.support.imap_model import ImapModel
from tests.support.store import plant_account, store


class World:
    """One account on one server."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = JumpingClock()
        self.server = ImapModel()
        for path, role in (
            ("Sent", Role.SENT),
            ("Trash", Role.TRASH),
            ("Archive", Role.ARCHIVE),
        ):
            self.server.add_box(path, role)
        self.account: AccountId = plant_account(database)
        accounts = Accounts(database, self.clock)
        self.sessions = Sessions(accounts, self.server, None, lambda: False)  # type: ignore[arg-type]
        self.mailbox = MailboxService(database, self.clock)
        self.service = SyncService(database, accounts, self.sessions, self.clock)

    def sync(self, **options: object) -> SyncReport:
        return self.service.sync(self.account, SyncOptions(**options))  # type: ignore[arg-type]

    def folder(self, name: str = "INBOX") -> Folder:
        return self.mailbox.find_folder(name)

    def rows(self, name: str = "INBOX") -> tuple[MessageRow, ...]:
        return self.mailbox.page(self.folder(name).id, limit=10_000)

    def subjects(self, name: str = "INBOX") -> list[str]:
        """Newest first."""
        return [one.subject for one in self.rows(name)]

    def one(self, subject: str, folder: str = "INBOX") -> MessageRow:
        (found,) = [one for one in self.rows(folder) if one.subject == subject]
        return found

    def shown(self) -> dict[str, list[str]]:
        """Subjects by folder, sorted: comparable with ``ImapModel.contents``."""
        return {
            one.path: sorted(self.subjects(one.path)) for one in self.mailbox.folders() if one.total
        }

    def on_server(self) -> dict[str, list[str]]:
        return {path: found for path, found in self.server.contents().items() if found}

    def server_flags(self, path: str = "INBOX") -> dict[str, Flags]:
        return {one.identity: one.flags for one in self.server.boxes[path].messages.values()}

    def check_counters(self) -> None:
        """The counters that triggers keep are what counting gives."""
        with self.database.read() as reader:
            wrong = reader.all(
                """SELECT f.path, f.total, f.unread, f.local_bodies FROM folder AS f
                    WHERE (f.total, f.unread, f.local_bodies) <> (
                        SELECT count(*), coalesce(sum(m.marks & 1 = 0), 0),
                               coalesce(sum(m.body > 0), 0)
                          FROM message AS m WHERE m.folder_id = f.id AND m.hidden = 0)"""
            )
        assert wrong == []


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """A fresh profile beside a fresh server."""
    with store(folder) as database:
        yield World(database)
