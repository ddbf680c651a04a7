"""The sync on Dovecot, Cyrus and pymap: the same cases, looked at through imap_tools."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mel_desktop.model.accounts import Account, AccountId, Secret
from mel_desktop.model.changes import SyncReport
from mel_desktop.model.errors import ConnectionTrouble, ErrorCode
from mel_desktop.model.links import LinkProfile
from mel_desktop.model.mail import BodyState, Flags, Folder, Marks, MessageId, Role
from mel_desktop.model.sync import Bodies, SyncOptions
from mel_desktop.net.imap import ImapConnector, ImapSession
from mel_desktop.ports import Answer, Ask, Hints, Meter
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.mailbox import MailboxService
from mel_desktop.services.sessions import Sessions
from mel_desktop.services.sync import SyncService
from mel_desktop.services.sync_parts import SLICE
from mel_desktop.store import blobs, reading
from mel_desktop.store.database import Database
from mel_desktop.system.clock import SystemClock
from tests.support.cut_line import CutLine
from tests.support.imap_servers import Dovecot, ImapServer, MailUser, ProcessServer
from tests.support.store import store

pytestmark = pytest.mark.servers

NEWEST = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
NONE = Flags()
SEEN = Flags(Marks.SEEN)


def message(number: int, *, text: str = "Bonjour,\r\nà demain.", reply_to: int = 0) -> bytes:
    lines = [
        "From: =?utf-8?q?Zo=C3=A9?= <zoe.lefevre@ac-demo.fr>",
        "To: paul.durand@ac-demo.fr",
        f"Subject: Sujet {number}",
        f"Message-ID: <m{number}@ac-demo.fr>",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    ]
    if reply_to:
        lines.append(f"In-Reply-To: <m{reply_to}@ac-demo.fr>")
    return "\r\n".join([*lines, "", text, ""]).encode()


def with_attachment(number: int, size: int) -> bytes:
    line = b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5\r\n"
    return (
        b"From: zoe.lefevre@ac-demo.fr\r\nSubject: Sujet %d\r\nMessage-ID: <m%d@ac-demo.fr>\r\n"
        b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n"
        b"--B\r\nContent-Type: text/plain\r\n\r\nVoici le dossier.\r\n"
        b"--B\r\nContent-Type: application/pdf; name=dossier.pdf\r\n"
        b"Content-Transfer-Encoding: base64\r\n"
        b"Content-Disposition: attachment; filename=dossier.pdf\r\n\r\n"
        % (number, number)
        + line * (size // len(line))
        + b"--B--\r\n"
    )


Cut = Callable[[str], None]


class Watching(ImapConnector):
    """The real connector; counts rows and texts that came, and breaks the line when told to."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = 0
        self.texts = 0
        self.learnt: Hints | None = None
        self.before: Cut | None = None
        self.after: Cut | None = None

    def connect(
        self,
        account: Account,
        password: Secret,
        meter: Meter,
        *,
        hints: Hints | None = None,
        folders: bool = False,
    ) -> ImapSession:
        # what Sessions will ask for once it keeps hints
        session = super().connect(
            account, password, meter, hints=hints or self.learnt, folders=True
        )
        self.learnt = session.hints
        watch = self

        def pump(asks: Iterable[Ask | None]) -> Iterator[Answer]:
            for answer in session.pump(asks):
                watch.rows += len(answer.rows)
                watch.texts += len(answer.texts)
                yield answer

        class Watched:
            def __getattr__(self, name: str) -> object:
                real = getattr(session, name)
                if name in ("caps", "hints", "close", "abort"):
                    return real
                if name == "pump":
                    return pump

                def called(*args: object, **kwargs: object) -> object:
                    if watch.before is not None:
                        watch.before(name)
                    answer = real(*args, **kwargs)
                    if watch.after is not None:
                        watch.after(name)
                    return answer

                return called

        return Watched()  # type: ignore[return-value]


class Home:
    """A profile with one account on a real server."""

    def __init__(
        self, database: Database, server: ImapServer, user: MailUser, *, port: int | None = None
    ) -> None:
        self.server, self.user, self.database = server, user, database
        clock = SystemClock()
        accounts = Accounts(database, clock)
        self.connector = Watching()
        self.sessions = Sessions(accounts, self.connector, None, lambda: False)  # type: ignore[arg-type]
        self.mailbox = MailboxService(database, clock)
        self.service = SyncService(database, accounts, self.sessions, clock)
        new = server.new_account(user)
        if port is not None:
            new = replace(new, imap=replace(new.imap, port=port))
        self.account: AccountId = accounts.add(new, user.secret).id

    def sync(self, **options: object) -> SyncReport:
        return self.service.sync(self.account, SyncOptions(**options))  # type: ignore[arg-type]

    def deliver(self, numbers: Sequence[int], folder: str = "INBOX") -> None:
        self.server.deliver_all(
            self.user,
            folder,
            [(message(one), (), NEWEST - timedelta(minutes=3000 - one)) for one in numbers],
        )

    def folder(self, name: str) -> Folder:
        return self.mailbox.find_folder(name)

    def subjects(self, name: str = "INBOX") -> list[str]:
        rows = self.mailbox.page(self.folder(name).id, limit=10_000)
        return [one.subject for one in rows]

    def id(self, number: int, name: str = "INBOX") -> MessageId:
        return self.ids(name)[number]

    def ids(self, name: str = "INBOX") -> dict[int, MessageId]:
        """By the number in the subject."""
        rows = self.mailbox.page(self.folder(name).id, limit=10_000)
        return {int(one.subject.split()[1]): one.id for one in rows}

    def on_server(self, folder: str = "INBOX") -> dict[str, set[str]]:
        """Subject -> flags, as imap_tools sees them."""
        with self.server.observer(self.user, folder) as box:
            listed = box.fetch(headers_only=True, mark_seen=False, bulk=True)
            return {one.subject: set(one.flags) - {"\\Recent"} for one in listed}

    def equal(self, *folders: str) -> None:
        for name in folders or ("INBOX",):
            assert sorted(self.subjects(name)) == sorted(self.on_server(name))


@pytest.fixture
def home(server: ImapServer, tmp_path: Path) -> Iterator[Home]:
    with store(tmp_path) as database:
        made = Home(database, server, server.new_user())
        yield made
        made.sessions.drop()


def numbers(first: int, last: int) -> list[str]:
    """Subjects newest first."""
    return [f"Sujet {one}" for one in range(last, first - 1, -1)]


def test_first_sync_then_nothing_again(home: Home) -> None:
    home.deliver(range(1, 71))
    home.deliver([100], "Classes")
    report = home.sync()
    assert report.complete, report
    assert report.new == 71
    assert report.bodies == 71
    assert report.bytes_received > 0
    assert home.subjects() == numbers(1, 70)
    inbox = home.folder("inbox")
    assert (inbox.total, inbox.unread, inbox.local_bodies) == (70, 70, 70)
    roles = {one.role for one in home.mailbox.folders()}
    assert {Role.INBOX, Role.SENT, Role.DRAFTS, Role.TRASH, Role.JUNK} <= roles
    rows = home.connector.rows, home.connector.texts
    again = home.sync()
    assert (again.new, again.changed, again.vanished, again.bodies) == (0, 0, 0, 0)
    assert (home.connector.rows, home.connector.texts) == rows


def test_changes_by_another_client_come(home: Home) -> None:
    home.deliver(range(1, 11))
    home.sync()
    before = home.ids()
    with home.server.observer(home.user) as box:
        uids = {one.subject: str(one.uid) for one in box.fetch(mark_seen=False, bulk=True)}
        box.flag(uids["Sujet 3"], ["\\Seen", "\\Flagged"], True)
        box.delete(uids["Sujet 4"])
        box.move(uids["Sujet 5"], "Sent")
    home.deliver([11])
    report = home.sync()
    assert report.complete, report
    assert report.changed == 1
    row = home.mailbox.rows([before[3]])[0]
    assert row.flags == Flags(Marks.SEEN | Marks.FLAGGED)
    assert home.mailbox.rows([before[4]]) == ()
    moved = home.mailbox.rows([before[5]])[0]
    assert (moved.folder, moved.body) == (home.folder("sent").id, BodyState.LOCAL)
    home.equal("INBOX", "Sent")


def test_offline_work_is_carried_out(home: Home) -> None:
    home.deliver(range(1, 9))
    home.sync()
    ids = home.ids()
    keyword = home.server.name != "pymap"
    flags = Flags(Marks.SEEN | Marks.FLAGGED, frozenset({"classe"} if keyword else ()))
    home.mailbox.flag([ids[1], ids[2]], flags, NONE)
    home.mailbox.move([ids[3], ids[4]], home.folder("junk").id)
    home.mailbox.delete([ids[5]])
    assert sorted(home.subjects("Junk")) == ["Sujet 3", "Sujet 4"]
    texts = home.connector.texts
    report = home.sync()
    assert report.complete, report
    assert home.mailbox.journal() == ()
    inbox = home.on_server()
    wanted = {"\\Seen", "\\Flagged"} | ({"classe"} if keyword else set())
    assert inbox["Sujet 1"] == inbox["Sujet 2"] == wanted
    assert set(inbox) == {f"Sujet {number}" for number in (1, 2, 6, 7, 8)}
    home.mailbox.delete([ids[5]])  # in the trash: for good
    home.sync()
    home.sync()
    assert home.on_server("Trash") == {}
    home.equal("INBOX", "Junk", "Trash")
    assert home.id(3, "Junk") == ids[3]
    assert home.connector.texts == texts


@pytest.mark.parametrize("performed", [False, True])
@pytest.mark.parametrize("command", ["store", "move", "expunge"])
def test_line_lost_around_a_command(home: Home, command: str, performed: bool) -> None:
    home.deliver(range(1, 5))
    home.deliver([9], "Trash")
    home.sync()
    home.mailbox.flag([home.id(1)], SEEN, NONE)
    home.mailbox.move([home.id(2)], home.folder("junk").id)
    home.mailbox.delete([home.id(9, "Trash")])

    def cut(name: str) -> None:
        if name == command:
            home.connector.before = home.connector.after = None
            raise ConnectionTrouble(ErrorCode.CONNECTION_LOST)

    if performed:
        home.connector.after = cut
    else:
        home.connector.before = cut
    with pytest.raises(ConnectionTrouble):
        home.sync()
    for _ in range(2):
        report = home.sync()
    assert report.complete, report
    assert home.mailbox.journal() == ()
    assert home.on_server()["Sujet 1"] == {"\\Seen"}
    assert set(home.on_server()) == {"Sujet 1", "Sujet 3", "Sujet 4"}
    assert set(home.on_server("Junk")) == {"Sujet 2"}
    assert home.on_server("Trash") == {}
    home.equal("INBOX", "Junk", "Trash")


def test_attachments_stay_on_the_server(home: Home) -> None:
    raw = with_attachment(1, 3_000_000)
    home.server.deliver(home.user, "INBOX", raw, date=NEWEST)
    report = home.sync()
    assert report.complete, report
    row = home.mailbox.rows([home.id(1)])[0]
    assert row.has_attachments
    assert row.body is BodyState.LOCAL
    assert row.preview.startswith("Voici le dossier")
    assert report.bytes_received < 100_000


def test_folder_renamed_on_the_server(home: Home) -> None:
    home.deliver(range(1, 31), "Troisième B")
    home.sync()
    before = home.id(7, "Troisième B")
    texts = home.connector.texts
    with home.server.observer(home.user) as box:
        box.folder.rename("Troisième B", "Quatrième B")
    home.sessions.drop()  # pymap ends a connection whose selected folder is gone
    report = home.sync()
    assert report.complete, report
    assert home.id(7, "Quatrième B") == before
    assert home.connector.texts == texts
    home.equal("Quatrième B")


def test_folder_made_anew_under_the_same_name_changes_uidvalidity(home: Home) -> None:
    home.deliver(range(1, 6), "Classes")
    home.sync()
    old = home.folder("Classes").uidvalidity
    ids = home.ids("Classes")
    home.mailbox.flag([ids[2]], SEEN, NONE)
    with home.server.observer(home.user) as box:
        box.folder.delete("Classes")
        box.folder.create("Classes")
    home.deliver([5, 4, 3, 2], "Classes")  # other UIDs, and one is missing
    texts = home.connector.texts
    report = home.sync()
    assert home.folder("Classes").uidvalidity != old or home.server.name == "pymap"
    assert report.complete, report
    home.sync()
    assert home.on_server("Classes")["Sujet 2"] == {"\\Seen"}
    assert home.ids("Classes") == {number: ids[number] for number in range(2, 6)}
    assert home.connector.texts == texts
    home.equal("Classes")


def test_mass_deletion_waits_for_a_person(home: Home) -> None:
    home.deliver(range(1, 31))
    home.sync()
    with home.server.observer(home.user) as box:
        box.delete([str(uid) for uid in box.uids()])
    report = home.sync()
    assert [(one.code, one.count) for one in report.refusals] == [("mass-deletion", 30)]
    assert len(home.subjects()) == 30
    assert home.sync(accept_mass_deletion=True).complete
    assert home.subjects() == []


def test_server_gone_and_back(server: ImapServer, home: Home) -> None:
    if not isinstance(server, ProcessServer):
        pytest.skip("pymap keeps its mailboxes in memory only")
    home.deliver(range(1, 4))
    home.sync()
    home.mailbox.flag([home.id(2)], SEEN, NONE)
    server.stop()
    try:
        with pytest.raises(ConnectionTrouble):
            home.sync()
        assert len(home.mailbox.journal()) == 1
    finally:
        server.start()
    assert home.sync().complete
    assert home.on_server()["Sujet 2"] == {"\\Seen"}


def test_two_thousand_messages(dovecot: Dovecot, tmp_path: Path) -> None:
    with store(tmp_path) as database:
        home = Home(database, dovecot, dovecot.new_user())
        home.deliver(range(1, 2001))
        report = home.sync(bodies=Bodies.ALL)
        assert report.complete, report
        assert (report.new, report.bodies) == (2000, 2000)
        assert home.subjects() == numbers(1, 2000)
        counted = home.connector.rows, home.connector.texts
        assert counted == (2000, 2000)
        again = home.sync(bodies=Bodies.ALL)
        assert (again.new, again.changed, again.bodies) == (0, 0, 0)
        assert (home.connector.rows, home.connector.texts) == counted
        assert again.bytes_received < 5_000
        ids = home.ids()
        home.mailbox.flag([ids[number] for number in range(1, 1001)], SEEN, NONE)
        home.sync()
        assert sum(flags == {"\\Seen"} for flags in home.on_server().values()) == 1000
        home.sessions.drop()


def test_conversations_hold_together(home: Home) -> None:
    home.server.deliver(home.user, "INBOX", message(1), date=NEWEST)
    home.server.deliver(home.user, "INBOX", message(2, reply_to=1), date=NEWEST)
    home.server.deliver(home.user, "Sent", message(3, reply_to=2), date=NEWEST)
    home.server.deliver(home.user, "INBOX", message(4), date=NEWEST)
    home.sync()
    threads = {
        one.subject: one.thread
        for name in ("inbox", "sent")
        for one in home.mailbox.page(home.folder(name).id, limit=10)
    }
    assert threads["Sujet 1"] == threads["Sujet 2"] == threads["Sujet 3"]
    assert threads["Sujet 4"] != threads["Sujet 1"]


def test_a_message_that_dovecot_hangs_up_over_does_not_stop_the_folder(
    dovecot: Dovecot, tmp_path: Path
) -> None:
    user = dovecot.new_user()
    with store(tmp_path) as database:
        home = Home(database, dovecot, user)
        home.deliver(range(1, 41))
        files = sorted((dovecot.maildir(user)).glob("[cn][ue][rw]/*"), key=lambda one: one.name)
        broken = next(one for one in files if b"Subject: Sujet 17\n" in one.read_bytes())
        broken.chmod(0)
        (dovecot.maildir(user) / "dovecot.index.cache").unlink()
        report = home.sync(bodies=Bodies.ALL)
        assert [(one.code, one.scope) for one in report.failures] == [("server-refused", "message")]
        assert home.folder("INBOX").total == 39
        home.deliver([41])
        report = home.sync(bodies=Bodies.ALL)
        assert report.new == 1
        assert home.folder("INBOX").local_bodies == 40
        home.sessions.drop()


FULL = LinkProfile.FULL


def test_nothing_changed_costs_few_turns_and_octets(home: Home) -> None:
    home.deliver(range(1, 21))
    for number in range(1, 16):
        home.deliver([100 + number], f"Classe {number}")
    home.sync()
    home.sync()
    home.sessions.drop()
    report = home.sync()
    assert report.complete, report
    if home.server.name == "dovecot":
        assert report.flights <= 4
        assert report.bytes_received + report.bytes_sent <= 8_000
    else:  # without HIGHESTMODSEQ in STATUS each folder is looked into
        assert report.flights <= 8


def test_few_changes_in_many_folders_cost_few_turns(home: Home) -> None:
    names = [f"Classe {number}" for number in range(1, 8)]
    for at, name in enumerate(names):
        home.deliver(range(100 * at + 1, 100 * at + 11), name)
    home.sync()
    with home.server.observer(home.user) as box:
        for at, name in enumerate(names):
            box.folder.set(name)
            uids = {one.subject: str(one.uid) for one in box.fetch(mark_seen=False, bulk=True)}
            box.flag(uids[f"Sujet {100 * at + 2}"], ["\\Seen"], True)
            box.delete(uids[f"Sujet {100 * at + 3}"])
    for at, name in enumerate(names):
        home.deliver([100 * at + 50], name)
    home.sessions.drop()
    report = home.sync()
    assert report.complete, report
    assert (report.new, report.changed, report.vanished, report.bodies) == (7, 7, 7, 7)
    home.equal(*names)
    if home.server.name == "dovecot":
        assert report.flights <= 6


@pytest.mark.parametrize("at", [9_000, 20_011, 70_000, 199_999, 333_333, 500_001])
def test_a_cut_at_any_octet_loses_at_most_a_slice(
    dovecot: Dovecot, tmp_path: Path, at: int
) -> None:
    content = random.Random(5).randbytes(400_000)
    noise = base64.encodebytes(content).replace(b"\n", b"\r\n")
    raw = with_attachment(1, 0).removesuffix(b"--B--\r\n") + noise + b"--B--\r\n"
    with store(tmp_path) as database:
        line = CutLine(dovecot.imap_port)
        try:
            home = Home(database, dovecot, dovecot.new_user(), port=line.port)
            dovecot.deliver(home.user, "INBOX", raw, date=NEWEST)
            home.sync()
            home.sessions.drop()
            before, line.left = line.carried, at
            with pytest.raises(ConnectionTrouble):
                home.sync(link=FULL)
            report = home.sync(link=FULL)
            assert report.complete, report
            again = line.carried - before - len(noise)
            assert again <= SLICE + 30_000, "a slice, two sign-ins, and what TLS adds"
            message_id = home.id(1)
            with database.read() as reader:
                part = reading.part(reader, message_id, "2")
                assert part is not None
                assert part.complete
                assert part.blob is not None
                assert b"".join(blobs.read(reader, part.blob)) == content
            home.sessions.drop()
        finally:
            line.close()


def test_the_mirror_is_byte_for_byte(home: Home) -> None:
    raws = {
        1: message(1),
        2: with_attachment(2, 1_700_000),
        3: b"Subject: Sujet 3\r\n\r\n\xff\xfe huit bits \x80\r\n" + b"x" * 3000 + b"\r\n",
        4: b"Subject: Sujet 4\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n\r\n-",
        5: b"Subject: Sujet 5\r\nContent-Transfer-Encoding: base64\r\n\r\n####\r\n",
    }
    for number, raw in raws.items():
        home.server.deliver(home.user, "INBOX", raw, date=NEWEST - timedelta(minutes=100 - number))
    report = home.sync(link=FULL, bodies=Bodies.ALL)
    assert report.complete, report
    with home.server.observer(home.user) as box:
        status, found = box.client.uid("FETCH", "1:*", "(BODY.PEEK[])")
        assert status == "OK"
        theirs = sorted(one[1] for one in found if isinstance(one, tuple))
    ours = []
    for id_ in home.ids().values():
        with home.database.read() as reader:
            whole = reading.part(reader, id_, "")
            assert whole is not None
            assert whole.blob is not None
            ours.append(b"".join(blobs.read(reader, whole.blob)))
    assert sorted(ours) == theirs
    assert all(one.body is BodyState.LOCAL for one in home.mailbox.rows(list(home.ids().values())))
    again = home.sync(link=FULL, bodies=Bodies.ALL)
    assert again.bytes_received < 8_000
