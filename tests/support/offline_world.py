"""A profile and a model server with all offline work: folders, drafts, the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mel_desktop.model.errors import ConnectionTrouble
from mel_desktop.model.mail import Address, JournalRow, Role
from mel_desktop.model.outgoing import Draft, DraftContent
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.appending import Appending
from mel_desktop.services.drafting import Drafting
from mel_desktop.services.draftsync import DraftSync
from mel_desktop.services.folderwishes import FolderWishes
from mel_desktop.services.folderwork import FolderWork
from mel_desktop.services.journal import AfterWishes, Journal
from mel_desktop.services.migration import Migration
from mel_desktop.services.sync import SyncService
from mel_desktop.store.database import Database
from mel_desktop.system.clock import SystemRandomness
from tests.support.store import store
from tests.support.sync_world import World


class OfflineWorld(World):
    """One account on one server, everything wired as in the program."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.server.add_box("Drafts", Role.DRAFTS)
        accounts = Accounts(database, self.clock)
        self.frugal = False
        self.folders = FolderWishes(database, self.clock)
        self.work = FolderWork(database, self.clock)
        self.drafting = Drafting(database, accounts, self.clock, SystemRandomness())
        self.drafts = DraftSync(
            database, accounts, self.clock, SystemRandomness(), lambda account: self.frugal
        )
        self.journal = Journal(database, self.mailbox, self.folders, self.drafts, self.drafting)
        self.migration = Migration(database, accounts)
        self.service = SyncService(
            database,
            accounts,
            self.sessions,
            self.clock,
            folder_work=self.work,
            drafts=AfterWishes(self.work, self.drafts, Appending(self.database, self.clock)),
        )

    def paths(self) -> list[str]:
        """Folders as the screen lists them, without those that have a role."""
        return [one.path for one in self.mailbox.folders() if one.role is None]

    def boxes(self) -> list[str]:
        """Folders as the server has them, without those that have a role."""
        return sorted(path for path, box in self.server.boxes.items() if box.role is None)

    def row(self) -> JournalRow:
        (found,) = self.journal.rows()
        return found

    def lose_at(self, wanted: str, *, performed: bool) -> None:
        """The line is lost at the next command of this name, before or after it was performed."""
        left = [True]

        def lose(name: str, done: bool) -> bool:
            if left and name == wanted and done == performed:
                left.clear()
                return True
            return False

        self.server.lose = lose

    def sync_cut(self) -> None:
        """A sync that the line does not survive."""
        try:
            self.sync()
        except ConnectionTrouble:
            return
        raise AssertionError("the line held")

    def write(self, text: str = "Bonjour", subject: str = "Sortie au musée") -> Draft:
        return self.drafting.create(
            self.account,
            DraftContent(
                to=(Address("Zoé", "zoe@exemple.invalid"),),
                bcc=(Address("", "secret@exemple.invalid"),),
                subject=subject,
                text=text,
            ),
        )

    def copies(self) -> list[bytes]:
        """What lies in Drafts on the server."""
        box = self.server.boxes["Drafts"]
        return [box.messages[uid].header + box.messages[uid].text for uid in sorted(box.messages)]


Wish = Callable[[OfflineWorld], object]


@contextmanager
def offline_world(folder: Path) -> Iterator[OfflineWorld]:
    """A fresh profile beside a fresh server."""
    with store(folder) as database:
        yield OfflineWorld(database)
