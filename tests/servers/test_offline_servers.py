"""Offline work on Dovecot and Cyrus: folders, copies of drafts, accounts that move."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mel_desktop.model.accounts import Account, AccountId, NewHosts, Secret
from mel_desktop.model.changes import SyncReport
from mel_desktop.model.errors import ConnectionTrouble, ErrorCode
from mel_desktop.model.links import LinkProfile
from mel_desktop.model.mail import Address, Flags, Folder, Marks, WantState
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.model.sync import SyncOptions
from mel_desktop.net.imap import ImapConnector
from mel_desktop.ports import MailServer, Meter
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.appending import Appending
from mel_desktop.services.drafting import Drafting
from mel_desktop.services.draftsync import DraftSync
from mel_desktop.services.folderwishes import FolderWishes
from mel_desktop.services.folderwork import FolderWork
from mel_desktop.services.journal import AfterWishes, Journal
from mel_desktop.services.mailbox import MailboxService
from mel_desktop.services.migration import Migration
from mel_desktop.services.sessions import Sessions
from mel_desktop.services.sync import SyncService
from mel_desktop.store.database import Database
from mel_desktop.system.clock import SystemClock, SystemRandomness
from tests.support.imap_servers import Cyrus, Dovecot, ImapServer, MailUser
from tests.support.store import store

pytestmark = pytest.mark.servers

DATE = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
CHANGING = frozenset(
    {
        "create_folder",
        "rename_folder",
        "delete_folder",
        "append",
        "store",
        "expunge",
        "subscribe",
        "move",
    }
)


def message(number: int) -> bytes:
    return (
        f"From: zoe.lefevre@ac-demo.fr\r\nSubject: Sujet {number}\r\n"
        f"Message-ID: <m{number}@ac-demo.fr>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\nBonjour.\r\n"
    ).encode()


class Cutting(ImapConnector):
    """The real connector; ends the line before or after a chosen command, as a kill would."""

    def __init__(self) -> None:
        super().__init__()
        self.cut: tuple[str, bool] | None = None  # (command, after it)
        self.texts = 0

    def connect(  # type: ignore[override]
        self, account: Account, password: Secret, meter: Meter, **options: object
    ) -> MailServer:
        session = super().connect(account, password, meter, **options)  # type: ignore[arg-type]
        watch = self

        class Watched:
            def __getattr__(self, name: str) -> object:
                real = getattr(session, name)
                if name not in CHANGING:
                    return real

                def called(*args: object, **kwargs: object) -> object:
                    watch.end(session, name, after=False)
                    answer = real(*args, **kwargs)
                    watch.end(session, name, after=True)
                    return answer

                return called

        return Watched()  # type: ignore[return-value]

    def end(self, session: MailServer, name: str, *, after: bool) -> None:
        if self.cut == (name, after):
            self.cut = None
            session.abort()
            raise ConnectionTrouble(ErrorCode.CONNECTION_LOST)


class Clock(SystemClock):
    """The real one, put forward by hand."""

    ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


class Home:
    """A profile with one account on a real server."""

    def __init__(self, database: Database, server: ImapServer, user: MailUser) -> None:
        self.database, self.server, self.user = database, server, user
        self.clock = Clock()
        accounts = Accounts(database, self.clock)
        self.connector = Cutting()
        self.sessions = Sessions(accounts, self.connector, None, lambda: False)  # type: ignore[arg-type]
        self.mailbox = MailboxService(database, self.clock)
        self.folders = FolderWishes(database, self.clock)
        self.drafting = Drafting(database, accounts, self.clock, SystemRandomness())
        self.drafts = DraftSync(database, accounts, self.clock, SystemRandomness())
        self.journal = Journal(database, self.mailbox, self.folders, self.drafts, self.drafting)
        self.migration = Migration(database, accounts)
        work = FolderWork(database, self.clock)
        self.service = SyncService(
            database,
            accounts,
            self.sessions,
            self.clock,
            folder_work=work,
            drafts=AfterWishes(work, self.drafts, Appending(self.database, self.clock)),
        )
        self.account: AccountId = accounts.add(server.new_account(user), user.secret).id

    def sync(self) -> SyncReport:
        return self.service.sync(self.account, SyncOptions(link=LinkProfile.THRIFTY))

    def deliver(self, numbers: range, folder: str = "INBOX") -> None:
        self.server.deliver_all(
            self.user,
            folder,
            [(message(one), (), DATE + timedelta(minutes=one)) for one in numbers],
        )

    def folder(self, name: str) -> Folder:
        return self.mailbox.find_folder(name)

    def subjects(self, name: str = "INBOX") -> list[str]:
        rows = self.mailbox.page(self.folder(name).id, limit=1000)
        return sorted(one.subject for one in rows)

    def own(self) -> list[str]:
        return sorted(one.path for one in self.mailbox.folders() if one.role is None)

    def boxes(self) -> list[str]:
        with self.server.observer(self.user) as box:
            names = {one.name for one in box.folder.list() if "\\Noselect" not in one.flags}
        special = {one.path for one in self.mailbox.folders() if one.role is not None}
        return sorted(names - special)

    def on_server(self, folder: str) -> list[str]:
        with self.server.observer(self.user, folder) as box:
            return sorted(one.subject for one in box.fetch(mark_seen=False, bulk=True))


@pytest.fixture(params=["dovecot", "cyrus"])
def server(request: pytest.FixtureRequest) -> ImapServer:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Dovecot | Cyrus)
    return found


@pytest.fixture
def home(server: ImapServer, tmp_path: Path) -> Iterator[Home]:
    with store(tmp_path) as database:
        made = Home(database, server, server.new_user())
        made.deliver(range(1, 4))
        made.sync()
        yield made
        made.sessions.drop()


def path(home: Home, *names: str) -> str:
    return home.folder("inbox").delimiter.join(names)


def test_folders_made_renamed_and_deleted_offline(home: Home) -> None:
    outer, inner = "Élèves & œuvres", path(home, "Élèves & œuvres", "3e B")
    home.folders.create(home.account, outer)
    folder = home.folders.create(home.account, inner)
    one, two = home.mailbox.message_ids(home.folder("inbox").id)[:2]
    home.mailbox.move([one], folder)
    report = home.sync()
    assert report.complete, report
    assert home.boxes() == [outer, inner]
    assert home.on_server(inner) == ["Sujet 3"]
    home.mailbox.move([two], folder)
    home.folders.rename(home.folder(outer).id, "Été")
    assert home.own() == ["Été", path(home, "Été", "3e B")]
    assert home.sync().complete
    assert home.boxes() == home.own() == ["Été", path(home, "Été", "3e B")]
    assert home.on_server(path(home, "Été", "3e B")) == ["Sujet 2", "Sujet 3"]
    assert home.folder("3e B").id == folder
    home.folders.subscribe(folder, subscribed=False)
    assert home.sync().complete
    assert not home.folder("3e B").subscribed
    home.folders.delete(home.folder("Été").id)
    assert home.own() == []
    assert home.subjects("Trash") == ["Sujet 2", "Sujet 3"]
    report = home.sync()
    assert report.complete, report
    assert home.boxes() == []
    assert home.on_server("Trash") == ["Sujet 2", "Sujet 3"]
    assert home.journal.rows() == ()
    home.sync()
    assert home.subjects("Trash") == ["Sujet 2", "Sujet 3"]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("command", ["create_folder", "rename_folder", "delete_folder"])
def test_a_line_that_ends_between_steps(home: Home, command: str, after: bool) -> None:
    folder = home.folders.create(home.account, "Été")
    home.mailbox.move(home.mailbox.message_ids(home.folder("inbox").id)[:1], folder)
    if command != "create_folder":
        home.sync()
    wishes: dict[str, Callable[[], object]] = {
        "create_folder": lambda: None,
        "rename_folder": lambda: home.folders.rename(folder, "Hiver"),
        "delete_folder": lambda: home.folders.delete(folder),
    }
    wishes[command]()
    home.connector.cut = (command, after)
    with pytest.raises(ConnectionTrouble):
        home.sync()
    assert home.journal.rows()[-1].state is WantState.UNKNOWN
    assert home.sync().complete
    assert home.journal.rows() == ()
    expected = {"create_folder": ["Été"], "rename_folder": ["Hiver"], "delete_folder": []}[command]
    assert home.boxes() == home.own() == expected
    where = expected[0] if expected else "Trash"
    assert home.on_server(where) == ["Sujet 3"]
    home.sync()
    assert home.subjects(where) == ["Sujet 3"]


def test_a_message_that_came_meanwhile_keeps_its_folder(home: Home) -> None:
    home.deliver(range(10, 12), "Été")
    home.sync()
    home.folders.delete(home.folder("Été").id)
    home.deliver(range(12, 13), "Été")
    report = home.sync()
    assert [one.code for one in report.failures] == ["folder-not-empty"]
    assert home.on_server("Été") == ["Sujet 12"]
    home.sync()
    assert home.subjects("Été") == ["Sujet 12"]
    assert home.on_server("Trash") == ["Sujet 10", "Sujet 11"]


def write(home: Home, text: str) -> int:
    content = DraftContent(
        to=(Address("Zoé", "zoe@ac-demo.fr"),), subject="Sortie au musée", text=text
    )
    return home.drafting.create(home.account, content).id


def copies(home: Home) -> list[tuple[str, set[str]]]:
    with home.server.observer(home.user, "Drafts") as box:
        found = box.fetch(mark_seen=False, bulk=True)
        return [(one.text.strip(), set(one.flags) - {"\\Recent"}) for one in found]


def edit(home: Home, draft: int, text: str) -> None:
    before = home.drafting.get(draft)  # type: ignore[arg-type]
    home.drafting.save(before.id, replace(before.content, text=text))
    home.clock.ahead += timedelta(seconds=30)


def test_one_copy_of_a_draft(home: Home) -> None:
    draft = write(home, "un")
    assert home.sync().complete
    assert copies(home) == [("un", {"\\Draft", "\\Seen"})]
    edit(home, draft, "deux")
    assert home.sync().complete
    assert [text for text, _ in copies(home)] == ["deux"]
    home.drafting.delete(home.drafting.get(draft).id)  # type: ignore[arg-type]
    assert home.sync().complete
    assert copies(home) == []
    assert home.journal.rows() == ()


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("command", ["append", "store", "expunge"])
def test_a_lost_answer_never_makes_two_copies(home: Home, command: str, after: bool) -> None:
    draft = write(home, "un")
    home.sync()
    edit(home, draft, "deux")
    home.connector.cut = (command, after)
    with pytest.raises(ConnectionTrouble):
        home.sync()
    assert home.sync().complete
    assert [text for text, _ in copies(home)] == ["deux"]
    home.sync()
    assert [text for text, _ in copies(home)] == ["deux"]
    assert home.journal.rows() == ()


def test_edited_on_the_webmail_meanwhile(home: Home) -> None:
    draft = write(home, "un")
    home.sync()
    with home.server.observer(home.user, "Drafts") as box:
        (ours,) = box.fetch(mark_seen=False)
        box.append(
            ours.obj.as_bytes()
            .replace(b"un", b"la leur")
            .replace(b"Message-ID: <", b"Message-ID: <x"),
            "Drafts",
            flag_set=["\\Draft"],
        )
        box.delete([str(ours.uid)])
    edit(home, draft, "deux")
    report = home.sync()
    assert [one.code for one in report.refusals] == ["draft-edited-elsewhere"]
    assert [text for text, _ in copies(home)] == ["la leur"]
    assert home.drafting.get(draft).content.text == "deux"  # type: ignore[arg-type]


def test_an_account_moves_to_another_host(dovecot: Dovecot, cyrus: Cyrus, tmp_path: Path) -> None:
    with store(tmp_path) as database:
        home = Home(database, dovecot, dovecot.new_user())
        home.deliver(range(1, 31))
        home.deliver(range(40, 45), "Élèves")
        home.sync()
        ids = set(home.mailbox.message_ids(home.folder("inbox").id))
        bodies = home.folder("inbox").local_bodies
        assert bodies == 30
        draft = write(home, "un")
        home.sync()
        first = home.mailbox.message_ids(home.folder("inbox").id)
        home.mailbox.flag(first[:1], Flags(Marks.FLAGGED), Flags())
        home.mailbox.move(first[1:2], home.folder("Élèves").id)
        # the same mail on the new host, as a migration of IT would have put it there
        user = cyrus.new_user()
        other = Home.__new__(Home)
        other.server, other.user = cyrus, user
        other.deliver(range(1, 31))
        other.deliver(range(40, 45), "Élèves")
        new = cyrus.new_account(user)
        moved = home.migration.move(
            home.account,
            NewHosts(new.imap, new.smtp, email=new.email, login=new.login, ca_pem=new.ca_pem),
            user.secret,
        )
        assert (moved.messages, moved.waiting) == (35, 3)
        home.server, home.user = cyrus, user
        home.sessions.drop()
        received = home.sessions.meter(home.account).received
        for _ in range(2):
            report = home.sync()
        assert not report.failures, report
        assert home.sessions.meter(home.account).received - received < 60_000
        inbox = home.folder("inbox")
        assert set(home.mailbox.message_ids(inbox.id)) == ids - {first[1]}
        assert inbox.local_bodies == 29
        assert "Sujet 29" in home.on_server("Élèves")
        assert cyrus.seen_flags(user, "INBOX")[30] == {"\\Flagged"}
        assert home.drafting.get(draft).content.text == "un"  # type: ignore[arg-type]
        edit(home, draft, "deux")
        home.sync()
        home.sync()
        home.sessions.drop()
