"""A sync that keeps messages here, on a real server, killed by the test at the worst moment.

``python -m tests.support.keeping_child FOLDER WHERE``: syncs and hangs at WHERE, saying so.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mel_desktop.model.accounts import Account, AccountId, Secret
from mel_desktop.net.imap import ImapConnector, ImapSession
from mel_desktop.ports import Hints, Meter
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.folderwork import FolderWork
from mel_desktop.services.keeping import Errands, Keeping
from mel_desktop.services.mailbox import MailboxService
from mel_desktop.services.quota import Quotas
from mel_desktop.services.reading import ReadingService
from mel_desktop.services.sessions import Sessions
from mel_desktop.services.sync import SyncService
from mel_desktop.store import keeping
from mel_desktop.store.database import Database
from mel_desktop.system.clock import SystemClock

KEY = bytes(range(32))
COMMANDS = ("store", "expunge", "append")
STEPS = ("set_removing", "stay", "begin_return", "returned")  # of store.keeping
WHERE = [f"{when}-{what}" for what in (*COMMANDS, *STEPS) for when in ("before", "after")]


class Connector(ImapConnector):
    """The real one; calls ``at`` before and after each command that changes the server."""

    def __init__(self, at: Callable[[str], None]) -> None:
        super().__init__()
        self._at = at

    def connect(
        self,
        account: Account,
        password: Secret,
        meter: Meter,
        *,
        hints: Hints | None = None,
        folders: bool = False,
    ) -> ImapSession:
        session = super().connect(account, password, meter, hints=hints, folders=folders)
        for name in COMMANDS:
            setattr(session, name, self._watched(name, getattr(session, name)))
        return session

    def _watched(self, name: str, real: Callable[..., object]) -> Callable[..., object]:
        def called(*args: object) -> object:
            self._at(f"before-{name}")
            answer = real(*args)
            self._at(f"after-{name}")
            return answer

        return called


class Desk:
    """A profile with one account and all that keeping needs."""

    def __init__(self, database: Database, at: Callable[[str], None] = lambda where: None) -> None:
        clock = SystemClock()
        self.database = database
        self.accounts = Accounts(database, clock)
        self.sessions = Sessions(self.accounts, Connector(at), None, lambda: False)  # type: ignore[arg-type]
        self.mailbox = MailboxService(database, clock)
        self.reading = ReadingService(database, self.sessions, clock)
        self.keeping = Keeping(database, clock)
        self.quotas = Quotas(database, self.sessions, clock)
        self.service = SyncService(
            database,
            self.accounts,
            self.sessions,
            clock,
            folder_work=Errands(FolderWork(database, clock), self.keeping),
            quota=self.quotas,
        )

    @property
    def account(self) -> AccountId:
        return self.accounts.all()[0].id


@contextmanager
def desk(folder: Path, at: Callable[[str], None] = lambda where: None) -> Iterator[Desk]:
    database = Database(folder / "store.db", KEY)
    made = Desk(database, at)
    try:
        yield made
    finally:
        made.sessions.drop()
        database.close()


def main(folder: Path, where: str) -> None:
    def at(here: str) -> None:
        if here == where:
            sys.stdout.write(f"{where}\n")
            sys.stdout.flush()
            threading.Event().wait(60)

    for name in STEPS:
        real = getattr(keeping, name)

        def watched(*args: object, real: Callable[..., object] = real, name: str = name,
                    **given: object) -> object:  # fmt: skip
            at(f"before-{name}")  # within the transaction: nothing of it stands yet
            answer = real(*args, **given)
            at(f"after-{name}")
            return answer

        setattr(keeping, name, watched)
    from mel_desktop.model.sync import SyncOptions

    with desk(folder, at) as made:
        made.service.sync(made.account, SyncOptions())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
