"""Messages and folders that are ours under another name; copies; brakes that a person lets go."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mel_desktop.model.changes import Failure, Refusal
from mel_desktop.model.errors import ConnectionTrouble
from mel_desktop.model.mail import BodyState, Flags, Marks, MessageId, Role, WantKind, WantState
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.sync import SyncService
from mel_desktop.store import mailbox, relinkstate
from tests.support.imap_model import ImapModel, Switches
from tests.support.sync_world import World, world

SEEN = Flags(Marks.SEEN)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        yield made


def wish_copy(home: World, message: MessageId, folder: int) -> None:
    home.database.write(
        lambda tx: tx.run(
            """INSERT INTO want (message_id, kind, value, folder_id, since)
               VALUES (?, 'copy', ?, ?, '2026-11-23T08:00:00Z')""",
            message,
            str(folder),
            folder,
        )
    )


def accept(home: World, name: str = "INBOX") -> None:
    folder = home.folder(name).id
    home.database.write(lambda tx: tx.run("UPDATE folder SET accepted = 1 WHERE id = ?", folder))


def suspects(home: World, name: str = "INBOX") -> tuple[int, int]:
    with home.database.read() as reader:
        row = reader.one(
            "SELECT suspect_count, accepted FROM folder WHERE id = ?", home.folder(name).id
        )
    assert row is not None
    return int(str(row[0])), int(str(row[1]))


# -- copies ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("tell", [True, False])
@pytest.mark.parametrize(("cut", "performed"), [(False, False), (True, False), (True, True)])
def test_a_copy_is_made_once(home: World, tell: bool, cut: bool, performed: bool) -> None:
    home.server.switches.tell_copies = tell
    for _ in range(3):
        home.server.deliver()
    home.sync()
    wish_copy(home, home.one("m1").id, home.folder("Archive").id)
    wish_copy(home, home.one("m1").id, home.folder("Sent").id)
    if cut:
        home.server.lose = lambda name, done: name == "COPY" and done is performed
        with pytest.raises(ConnectionTrouble):
            home.sync()
        home.server.lose = None
    for _ in range(2):
        assert home.sync().complete
    assert home.on_server() == {"INBOX": ["m1", "m2", "m3"], "Archive": ["m1"], "Sent": ["m1"]}
    assert home.mailbox.journal() == ()
    assert home.shown() == home.on_server()


def test_a_copy_goes_before_the_move_and_the_deletion_of_its_message(home: World) -> None:
    for _ in range(2):
        home.server.deliver("Trash")
    home.sync()
    first, second = home.one("m1", "Trash").id, home.one("m2", "Trash").id
    archive = home.folder("Archive").id
    wish_copy(home, first, archive)
    home.mailbox.delete([first])
    wish_copy(home, second, archive)
    home.mailbox.move([second], home.folder("Sent").id)
    for _ in range(2):
        home.sync()
    assert home.on_server() == {"Archive": ["m1", "m2"], "Sent": ["m2"]}
    assert home.mailbox.journal() == ()


def test_a_copy_that_is_refused_is_reported(home: World) -> None:
    home.server.deliver()
    home.sync()
    wish_copy(home, home.one("m1").id, home.folder("Archive").id)
    home.server.switches.refuse = lambda name, _: name == "COPY"
    report = home.sync()
    assert [one.code for one in report.failures] == ["server-refused"]
    (row,) = home.mailbox.journal()
    assert (row.kind, row.state) == (WantKind.COPY, WantState.REFUSED)


# -- folders --------------------------------------------------------------------------------------


@pytest.mark.parametrize("objectid", [True, False])
def test_a_renamed_folder_is_known_again_and_nothing_is_fetched(
    home: World, objectid: bool
) -> None:
    home.server.switches = Switches(objectid=objectid)
    home.server.add_box("3eB")
    home.server.add_box("3eB/Sorties")
    for _ in range(30):
        home.server.deliver("3eB")
    home.server.deliver("3eB/Sorties")
    home.server.deliver()
    home.sync()
    ids = {one.subject: one.id for one in home.rows("3eB")}
    folder = home.folder("3eB").id
    home.mailbox.flag([ids["m3"]], SEEN, Flags())
    home.mailbox.move([home.one("m32").id], folder)
    home.server.rename("3eB", "Troisièmes")
    home.server.fetched.clear()
    assert home.sync().complete
    assert home.server.fetched == []
    assert home.folder("Troisièmes").id == folder
    assert home.server_flags("Troisièmes")["m3"] == SEEN
    assert home.on_server()["Troisièmes/Sorties"] == ["m31"]
    assert home.mailbox.journal() == ()
    assert home.shown() == home.on_server()
    assert {one.subject: one.id for one in home.rows("Troisièmes")}.items() >= ids.items()


def test_folders_that_share_their_uidvalidity_are_not_taken_for_each_other(home: World) -> None:
    """As on servers that always say 1: counters prove nothing there."""
    for name in ("3eA", "3eB"):
        home.server.add_box(name).uidvalidity = 1
        home.server.deliver(name)
    home.sync()
    del home.server.boxes["3eA"]
    del home.server.boxes["3eB"]
    home.server.add_box("3eC").uidvalidity = 1
    home.server.deliver("3eC")
    home.sync()
    assert home.shown() == home.on_server() == {"3eC": ["m3"]}


# -- another host ---------------------------------------------------------------------------------


def moved_to(home: World, *, prefix: str = "INBOX/") -> ImapModel:
    """The same mail on another host: other UIDs, other paths, the same messages."""
    new = ImapModel()
    for path, box in home.server.boxes.items():
        if path != "INBOX":
            new.add_box(prefix + path, box.role)
        for one in box.messages.values():
            new._put("INBOX" if path == "INBOX" else prefix + path, replace(one))
    new.renumber("INBOX")
    return new


def use(home: World, server: ImapModel) -> None:
    home.database.write(lambda tx: relinkstate.unplace_account(tx, home.account))
    home.sessions.drop()
    home.server = server
    home.sessions._connector = server


@pytest.mark.parametrize("objectid", [True, False])
def test_an_account_on_another_host_keeps_messages_texts_and_wishes(
    home: World, objectid: bool
) -> None:
    home.server.switches.objectid = objectid
    home.server.add_box("Classes")
    for _ in range(60):
        home.server.deliver()
    for name in ("Classes", "Sent", "Archive"):
        home.server.deliver(name)
    home.sync()
    ids = {
        one.subject: one.id
        for name in ("INBOX", "Classes", "Sent", "Archive")
        for one in home.rows(name)
    }
    home.mailbox.flag([ids["m1"]], SEEN, Flags())
    home.mailbox.move([ids["m2"]], home.folder("Classes").id)
    new = moved_to(home)
    new.switches.objectid = objectid
    use(home, new)
    assert len(home.rows()) == 59, "shown meanwhile"
    report = home.sync()
    assert report.complete, report
    assert report.new == 0
    home.sync()
    assert new.texts_fetched == []
    assert home.server_flags()["m1"] == SEEN
    assert home.on_server()["INBOX/Classes"] == ["m2", "m61"]
    assert home.mailbox.journal() == ()
    found = {
        one.subject: one.id
        for name in ("INBOX", "INBOX/Classes", "sent", "archive")
        for one in home.rows(name)
    }
    assert found == ids
    assert home.shown() == home.on_server()


def test_what_another_host_does_not_have_is_reported_and_kept(home: World) -> None:
    for _ in range(60):
        home.server.deliver()
    home.sync()
    new = moved_to(home)
    for uid in sorted(new.boxes["INBOX"].messages)[:30]:
        new.expunge("INBOX", uid)
    use(home, new)
    (refusal,) = home.sync().refusals
    assert (refusal.code, refusal.count) == ("mass-deletion", 30)
    assert len(home.rows()) == 60


# -- messages -------------------------------------------------------------------------------------


def test_a_message_that_another_client_moved_elsewhere_is_a_conflict(home: World) -> None:
    for _ in range(3):
        home.server.deliver()
    home.sync()
    message = home.one("m2").id
    home.mailbox.move([message], home.folder("Archive").id)
    home.server.transfer("INBOX", 2, "Sent")
    report = home.sync()
    (row,) = home.mailbox.journal()
    assert (row.state, row.reason) == (WantState.REFUSED, "moved-elsewhere")
    with home.database.read() as reader:
        detail = reader.value("SELECT detail FROM want")
    assert json.loads(str(detail)) == {"where": home.folder("Sent").id}
    assert home.one("m2", "Sent").id == message
    assert report.new == 0
    assert home.shown() == home.on_server()


def test_a_move_of_ours_whose_answer_was_lost_is_no_conflict_with_a_later_one(home: World) -> None:
    for _ in range(3):
        home.server.deliver()
    home.sync()
    message = home.one("m2").id
    home.mailbox.move([message], home.folder("Sent").id)
    home.database.write(lambda tx: tx.run("UPDATE want SET state = 'unknown'"))  # killed here
    home.server.transfer("INBOX", 2, "Sent")  # the server had heard it
    home.mailbox.move([message], home.folder("Trash").id)
    home.mailbox.move([message], home.folder("Archive").id)
    for _ in range(2):
        assert home.sync().refusals == ()
    assert home.mailbox.journal() == ()
    assert home.one("m2", "Archive").id == message
    assert home.shown() == home.on_server()


def test_a_message_that_another_client_moved_where_we_want_it_is_no_conflict(home: World) -> None:
    for _ in range(3):
        home.server.deliver()
    home.sync()
    message = home.one("m2").id
    home.mailbox.move([message], home.folder("Archive").id)
    home.server.transfer("INBOX", 2, "Archive")
    for _ in range(2):
        home.sync()
    assert home.mailbox.journal() == ()
    assert home.one("m2", "Archive").id == message


def test_emailid_finds_a_message_whose_header_tells_nothing(home: World) -> None:
    home.server.switches = Switches(objectid=True)
    for _ in range(3):
        home.server.deliver(message_id="")
    home.sync()
    message = home.one("m2").id
    home.server.transfer("INBOX", 2, "Archive")
    home.server.texts_fetched.clear()
    home.sync()
    assert home.one("m2", "Archive").id == message
    assert home.one("m2", "Archive").body is BodyState.LOCAL
    assert home.server.texts_fetched == []


# -- brakes ---------------------------------------------------------------------------------------


def test_a_person_lets_go_exactly_the_brake_that_was_seen(home: World) -> None:
    for _ in range(90):
        home.server.deliver()
    home.sync()
    for uid in range(1, 31):
        home.server.expunge("INBOX", uid)
    assert home.sync().refusals
    assert suspects(home) == (30, 0)
    accept(home)
    for uid in range(31, 50):  # more is gone since
        home.server.expunge("INBOX", uid)
    (refusal,) = home.sync().refusals
    assert refusal.count == 49
    assert suspects(home) == (49, 0)
    assert len(home.rows()) == 90
    accept(home)
    report = home.sync()
    assert (report.refusals, report.vanished) == ((), 49)
    assert suspects(home) == (0, 0)
    for uid in range(50, 91):
        home.server.expunge("INBOX", uid)
    assert home.sync().refusals, "the next brake is another one"


def test_a_person_lets_a_whole_folder_go(home: World) -> None:
    home.server.add_box("3eB")
    for _ in range(30):
        home.server.deliver("3eB")
    home.sync()
    del home.server.boxes["3eB"]
    assert home.sync().refusals
    assert suspects(home, "3eB") == (30, 0)
    accept(home, "3eB")
    assert home.sync().refusals == ()
    assert home.shown() == home.on_server() == {}


# -- errands --------------------------------------------------------------------------------------


class Noting:
    """An errand that notes when it was sent."""

    def __init__(self, server: ImapModel, told: tuple[Refusal | Failure, ...] = ()) -> None:
        self.server, self.told = server, told
        self.waiting = True
        self.before: list[list[str]] = []
        self.tidied: list[list[str]] = []

    def waits(self, account: int) -> bool:
        return self.waiting

    def perform(self, server: object, account: int) -> tuple[Refusal | Failure, ...]:
        self.before.append(list(self.server.commands))
        self.waiting = False
        return self.told

    def tidy(self, account: int) -> None:
        self.tidied.append(list(self.server.commands))


def test_errands_are_done_at_their_time_and_what_they_tell_is_reported(home: World) -> None:
    for _ in range(2):
        home.server.deliver()
    home.sync()
    home.mailbox.flag([home.one("m1").id], SEEN, Flags())
    home.server.deliver()
    work = Noting(home.server, (Refusal("folder-exists", "3eB", 1),))
    drafts = Noting(home.server, (Failure("mailbox-full", "account"),))
    service = SyncService(
        home.database,
        Accounts(home.database, home.clock),
        home.sessions,
        home.clock,
        folder_work=work,
        drafts=drafts,
    )
    home.service = service
    home.server.commands.clear()
    assert home.sync(dry_run=True).complete
    assert (work.before, drafts.before) == ([], [])
    home.server.commands.clear()
    report = home.sync()
    assert [one.code for one in report.refusals] == ["folder-exists"]
    assert [one.code for one in report.failures] == ["mailbox-full"]
    assert work.before == [["LIST"]]
    assert home.server.commands[:2] == ["LIST", "LIST"]
    assert "STORE" in drafts.before[0], "wishes go first"
    assert drafts.tidied == [home.server.commands], "when all is here"
    assert home.shown() == home.on_server()


def test_a_folder_made_here_stays_until_the_server_is_told(home: World) -> None:
    home.server.deliver()
    home.sync()

    def make(tx):  # type: ignore[no-untyped-def]
        folder = tx.insert(
            "INSERT INTO folder (account_id, path, on_server) VALUES (?, 'Neuf', 0)", home.account
        )
        tx.run(
            """INSERT INTO folder_want (account_id, folder_id, kind, path, since)
               VALUES (?, ?, 'create', 'Neuf', '2026-11-23T08:00:00Z')""",
            home.account,
            folder,
        )

    home.database.write(make)
    home.sync()
    with home.database.read() as reader:
        assert "Neuf" in {one.path for one in mailbox.folders(reader)}
    assert home.folder("sent").role is Role.SENT


def test_two_folders_that_show_the_double_of_one_lost_message(home: World) -> None:
    def twin(path: str) -> None:
        home.server.deliver(
            path, subject="twin", message_id="twin@exemple.invalid", date=home.clock.now()
        )

    home.server.switches = Switches(condstore=True, qresync=True, list_status=True)
    twin("Trash")
    home.sync()
    (uid,) = home.server.boxes["Trash"].messages
    home.server.transfer("Trash", uid, "Archive")
    twin("Trash")
    home.server.octets_each = 100
    home.sync(max_bytes=900)  # what was lost is looked for again in both folders
    home.server.octets_each = 0
    assert home.sync().complete
    assert home.shown() == {"Archive": ["twin"], "Trash": ["twin"]}


def test_a_copy_is_not_taken_for_deleted_because_its_original_was(home: World) -> None:
    """Without MOVE: COPY, STORE \\Deleted, and the line ends before the answer."""
    home.server.switches = Switches(move=False, condstore=True, list_status=True)
    home.server.deliver()
    home.sync()
    home.mailbox.move([home.one("m1").id], home.folder("Archive").id)
    home.server.lose = lambda name, done: name == "STORE" and done
    with pytest.raises(ConnectionTrouble):
        home.sync()
    home.server.lose = None
    for _ in range(3):
        assert home.sync().complete
    assert home.on_server() == {"Archive": ["m1"]}
    assert home.one("m1", "Archive").flags == home.server_flags("Archive")["m1"] == Flags()
