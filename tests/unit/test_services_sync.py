"""The sync against a server in memory, with its nasty switches one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mel_desktop.model.errors import ConnectionTrouble, ErrorCode, LocalRefusal, ServerBroken
from mel_desktop.model.mail import BodyState, Flags, Marks, WantState
from mel_desktop.model.sync import Bodies, SyncOptions
from tests.support.imap_model import Box, Switches
from tests.support.sync_world import World, world

SEEN = Flags(Marks.SEEN)
FLAGGED = Flags(Marks.FLAGGED)
NONE = Flags()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        yield made


SERVERS = {
    "qresync": Switches(),
    "condstore": Switches(qresync=False),
    "plain": Switches(condstore=False, qresync=False, list_status=False),
    "no-move": Switches(move=False),
    "no-copyuid": Switches(tell_copies=False),
    "rfc3501": Switches(
        move=False, uidplus=False, condstore=False, qresync=False, list_status=False,
        tell_copies=False,
    ),
}  # fmt: skip


@pytest.fixture(params=SERVERS, ids=list(SERVERS))
def anywhere(request: pytest.FixtureRequest, home: World) -> World:
    home.server.switches = replace(SERVERS[request.param])
    return home


def equal(home: World) -> None:
    assert home.shown() == home.on_server()
    home.check_counters()


def test_first_sync_brings_everything_newest_first(anywhere: World) -> None:
    for _ in range(120):
        anywhere.server.deliver()
    anywhere.server.deliver("Archive")
    report = anywhere.sync()
    assert report.new == 121
    assert report.bodies == 121
    assert report.complete
    assert report.folders == 4
    assert anywhere.subjects() == [f"m{number}" for number in range(120, 0, -1)]
    assert anywhere.server.fetched[:50] == [("INBOX", uid) for uid in range(71, 121)]
    inbox = anywhere.folder()
    assert (inbox.total, inbox.unread, inbox.local_bodies) == (120, 120, 120)
    assert inbox.complete
    equal(anywhere)
    reached = report.milestones
    assert None not in (reached.first_list, reached.first_bodies, reached.inbox_headers)


def test_second_sync_fetches_nothing_again(anywhere: World) -> None:
    for _ in range(60):
        anywhere.server.deliver()
    anywhere.sync()
    anywhere.server.fetched.clear()
    anywhere.server.texts_fetched.clear()
    report = anywhere.sync()
    assert (report.new, report.changed, report.vanished, report.bodies) == (0, 0, 0, 0)
    assert anywhere.server.fetched == []
    assert anywhere.server.texts_fetched == []


def test_nothing_changed_costs_one_command_with_list_status(home: World) -> None:
    home.server.deliver()
    home.sync()
    home.server.commands.clear()
    home.sync()
    assert home.server.commands == ["LIST"]


def test_new_flags_and_deletions_come(anywhere: World) -> None:
    for _ in range(10):
        anywhere.server.deliver()
    anywhere.sync()
    anywhere.server.deliver()
    anywhere.server.set_flags("INBOX", 3, Flags(Marks.SEEN, frozenset({"$label1"})))
    anywhere.server.expunge("INBOX", 5)
    report = anywhere.sync()
    assert (report.new, report.changed, report.vanished) == (1, 1, 1)
    assert anywhere.one("m3").flags == Flags(Marks.SEEN, frozenset({"$label1"}))
    equal(anywhere)


def test_offline_flags_are_carried_out(anywhere: World) -> None:
    for _ in range(4):
        anywhere.server.deliver()
    anywhere.sync()
    ids = [one.id for one in anywhere.rows()]
    anywhere.mailbox.flag(ids, Flags(Marks.SEEN, frozenset({"classe"})), NONE)
    anywhere.mailbox.flag(ids[:1], NONE, SEEN)
    assert anywhere.folder().unread == 1
    assert all(one.waiting for one in anywhere.rows())
    anywhere.sync()
    assert anywhere.mailbox.journal() == ()
    flags = anywhere.server_flags()
    assert flags["m4"] == Flags(Marks.NONE, frozenset({"classe"}))
    assert flags["m1"] == Flags(Marks.SEEN, frozenset({"classe"}))
    equal(anywhere)


def test_offline_move_and_delete_are_carried_out(anywhere: World) -> None:
    for _ in range(5):
        anywhere.server.deliver()
    anywhere.sync()
    first = [anywhere.one("m1").id, anywhere.one("m2").id]
    anywhere.mailbox.move(first, anywhere.folder("archive").id)
    anywhere.mailbox.delete([anywhere.one("m3").id])
    body = anywhere.one("m1", "Archive")
    assert anywhere.shown() == {"INBOX": ["m4", "m5"], "Archive": ["m1", "m2"], "Trash": ["m3"]}
    anywhere.server.texts_fetched.clear()
    anywhere.sync()
    assert anywhere.on_server() == {"INBOX": ["m4", "m5"], "Archive": ["m1", "m2"], "Trash": ["m3"]}
    assert anywhere.mailbox.journal() == ()
    anywhere.sync()
    equal(anywhere)
    assert anywhere.one("m1", "Archive").id == body.id
    assert anywhere.server.texts_fetched == []
    anywhere.mailbox.delete([anywhere.one("m3", "Trash").id])
    assert "Trash" not in anywhere.shown()
    anywhere.sync()
    anywhere.sync()
    assert anywhere.server.destroyed[-1] == "m3"
    equal(anywhere)


@pytest.mark.parametrize("performed", [False, True])
@pytest.mark.parametrize("command", ["STORE", "MOVE", "COPY", "EXPUNGE", "FETCH", "TEXTS"])
def test_a_lost_answer_is_looked_at_before_anything_is_redone(
    anywhere: World, command: str, performed: bool
) -> None:
    for _ in range(3):
        anywhere.server.deliver()
    anywhere.sync()
    anywhere.server.deliver()
    anywhere.mailbox.move([anywhere.one("m1").id], anywhere.folder("archive").id)
    anywhere.mailbox.delete([anywhere.one("m2").id])
    anywhere.mailbox.flag([anywhere.one("m3").id], FLAGGED, NONE)
    left = [1]

    def lose(name: str, done: bool) -> bool:
        if name == command and done is performed and left:
            left.pop()
            return True
        return False

    anywhere.server.lose = lose
    try:
        anywhere.sync()
    except ConnectionTrouble:
        if command in ("STORE", "MOVE", "COPY"):
            states = {one.state for one in anywhere.mailbox.journal()}
            assert states & {WantState.UNKNOWN}
    for _ in range(2):
        report = anywhere.sync()
    assert report.complete
    assert anywhere.on_server() == {"INBOX": ["m3", "m4"], "Archive": ["m1"], "Trash": ["m2"]}
    assert anywhere.server_flags()["m3"] == FLAGGED
    assert anywhere.mailbox.journal() == ()
    equal(anywhere)


def test_resumes_where_it_was_cut(anywhere: World) -> None:
    for _ in range(1300):
        anywhere.server.deliver()
    seen = []

    def lose(name: str, done: bool) -> bool:
        if name == "FETCH" and done:
            seen.append(name)
        return len(seen) == 2

    anywhere.server.lose = lose
    with pytest.raises(ConnectionTrouble):
        anywhere.sync(bodies=Bodies.NONE)
    here = anywhere.folder()
    assert (here.total, here.complete) == (50, False)
    anywhere.server.lose = None
    anywhere.server.fetched.clear()
    report = anywhere.sync(bodies=Bodies.NONE)
    assert report.new == 1250
    assert len(anywhere.server.fetched) == 1250
    assert anywhere.subjects() == [f"m{number}" for number in range(1300, 0, -1)]
    equal(anywhere)


def test_same_date_for_all_keeps_the_servers_order(home: World) -> None:
    for _ in range(700):
        home.server.deliver(date=home.clock.now())
    home.sync(bodies=Bodies.NONE)
    home.server.deliver(date=home.clock.now())
    home.sync(bodies=Bodies.NONE)
    assert home.subjects() == [f"m{number}" for number in range(701, 0, -1)]


def test_mass_deletion_is_not_believed_at_first(anywhere: World) -> None:
    for _ in range(60):
        anywhere.server.deliver()
    anywhere.sync()
    for uid in range(1, 31):
        anywhere.server.expunge("INBOX", uid)
    anywhere.server.deliver()
    for _ in range(2):
        report = anywhere.sync()
        assert [(one.code, one.folder, one.count) for one in report.refusals] == [
            ("mass-deletion", "INBOX", 30)
        ]
        assert not report.complete
    assert anywhere.folder().total == 61  # the new one came, nothing went
    report = anywhere.sync(accept_mass_deletion=True)
    assert report.vanished == 30
    assert report.complete
    equal(anywhere)


def test_mass_deletion_that_lasts_is_believed(anywhere: World) -> None:
    for _ in range(30):
        anywhere.server.deliver()
    anywhere.sync()
    for uid in range(1, 31):
        anywhere.server.expunge("INBOX", uid)
    assert anywhere.sync().refusals
    anywhere.clock.jump(hours=2)
    assert not anywhere.sync().refusals
    equal(anywhere)


def test_mass_deletion_seen_by_a_wrong_clock_is_believed_in_time(home: World) -> None:
    for _ in range(30):
        home.server.deliver()
    home.sync()
    for uid in range(1, 31):
        home.server.expunge("INBOX", uid)
    home.clock.jump(days=4000)
    assert home.sync().refusals
    home.clock.jump(days=-4000)
    assert home.sync().refusals
    home.clock.jump(hours=2)
    assert not home.sync().refusals


def test_a_folder_that_looks_empty_for_a_while_loses_nothing(anywhere: World) -> None:
    for _ in range(40):
        anywhere.server.deliver()
    anywhere.sync()
    anywhere.server.switches.looks_empty = frozenset({"INBOX"})
    assert anywhere.sync().refusals
    assert anywhere.folder().total == 40
    anywhere.server.switches.looks_empty = frozenset()
    anywhere.server.fetched.clear()
    anywhere.clock.jump(hours=2)
    assert anywhere.sync().complete
    assert anywhere.server.fetched == []
    equal(anywhere)


def test_vanished_that_lies_is_checked_against_every_uid(home: World) -> None:
    for _ in range(40):
        home.server.deliver()
    home.sync()
    home.server.switches.vanished_lie = True
    home.server.deliver()
    report = home.sync()
    assert report.complete
    assert report.vanished == 0
    equal(home)


def test_exists_that_lies_changes_nothing(anywhere: World) -> None:
    anywhere.server.switches.exists_lie = 3
    for _ in range(5):
        anywhere.server.deliver()
    anywhere.sync()
    anywhere.server.deliver()
    anywhere.server.expunge("INBOX", 2)
    anywhere.sync()
    equal(anywhere)
    anywhere.server.fetched.clear()
    anywhere.sync()
    assert anywhere.server.fetched == []


def test_uidvalidity_change_keeps_messages_bodies_and_wishes(anywhere: World) -> None:
    for _ in range(70):
        anywhere.server.deliver()
    anywhere.sync()
    ids = {one.subject: one.id for one in anywhere.rows()}
    anywhere.mailbox.flag([ids["m1"]], FLAGGED, NONE)
    anywhere.mailbox.move([ids["m2"]], anywhere.folder("archive").id)
    anywhere.server.texts_fetched.clear()
    anywhere.server.renumber("INBOX")
    report = anywhere.sync()
    assert report.new == 0
    anywhere.sync()
    assert anywhere.server.texts_fetched == []
    assert anywhere.server_flags()["m1"] == FLAGGED
    assert anywhere.on_server()["Archive"] == ["m2"]
    found = {one.subject: one.id for name in ("INBOX", "Archive") for one in anywhere.rows(name)}
    assert found == ids
    assert anywhere.mailbox.journal() == ()
    equal(anywhere)


def test_after_renumbering_a_wish_on_one_of_two_twins_is_reported(anywhere: World) -> None:
    for _ in range(2):
        anywhere.server.deliver(
            subject="twin", message_id="same@exemple.invalid", date=anywhere.clock.now()
        )
    anywhere.sync()
    anywhere.mailbox.delete([anywhere.rows()[0].id])
    anywhere.server.renumber("INBOX")
    anywhere.sync()
    (row,) = anywhere.mailbox.journal()
    assert (row.state, row.reason) == (WantState.REFUSED, "renumbered")
    assert anywhere.on_server() == {"INBOX": ["m1", "m2"]}
    assert anywhere.subjects() == ["twin", "twin"]


def test_renumbered_and_emptied_is_a_mass_deletion(anywhere: World) -> None:
    for _ in range(40):
        anywhere.server.deliver()
    anywhere.sync()
    for uid in range(1, 41):
        anywhere.server.expunge("INBOX", uid)
    anywhere.server.boxes["INBOX"].uidvalidity += 5
    for _ in range(2):
        (refusal,) = anywhere.sync().refusals
        assert (refusal.code, refusal.count) == ("mass-deletion", 40)
    assert anywhere.folder().total == 40
    anywhere.sync(accept_mass_deletion=True)
    equal(anywhere)


@pytest.mark.parametrize(("source", "target"), [("INBOX", "Archive"), ("Archive", "INBOX")])
def test_moved_by_another_client_keeps_id_and_body(
    anywhere: World, source: str, target: str
) -> None:
    for _ in range(3):
        uid = anywhere.server.deliver(source)
    anywhere.sync()
    before = anywhere.one("m3", source)
    assert before.body is BodyState.LOCAL
    anywhere.server.transfer(source, uid, target)
    anywhere.sync()
    after = anywhere.one("m3", target)
    assert (after.id, after.body) == (before.id, BodyState.LOCAL)
    equal(anywhere)


def test_folder_renamed_on_the_server_keeps_its_messages(anywhere: World) -> None:
    anywhere.server.add_box("3eB")
    for _ in range(30):
        anywhere.server.deliver("3eB")
    anywhere.sync()
    ids = {one.id for one in anywhere.rows("3eB")}
    anywhere.server.boxes["Troisièmes"] = anywhere.server.boxes.pop("3eB")
    anywhere.server.texts_fetched.clear()
    report = anywhere.sync()
    assert report.complete
    assert {one.id for one in anywhere.rows("Troisièmes")} == ids
    assert anywhere.server.texts_fetched == []
    with pytest.raises(LocalRefusal):
        anywhere.folder("3eB")
    equal(anywhere)


def test_folder_gone_with_much_in_it_waits_for_a_person(anywhere: World) -> None:
    anywhere.server.add_box("3eB")
    for _ in range(30):
        anywhere.server.deliver("3eB")
    anywhere.sync()
    del anywhere.server.boxes["3eB"]
    (refusal,) = anywhere.sync().refusals
    assert (refusal.code, refusal.folder, refusal.count) == ("mass-deletion", "3eB", 30)
    assert anywhere.folder("3eB").total == 30
    assert not anywhere.sync(accept_mass_deletion=True).refusals
    equal(anywhere)


def test_folder_gone_with_little_in_it_goes(anywhere: World) -> None:
    anywhere.server.boxes["3eB"] = Box(uidvalidity=77)
    anywhere.server.deliver("3eB")
    anywhere.sync()
    anywhere.mailbox.flag([anywhere.one("m1", "3eB").id], SEEN, NONE)
    del anywhere.server.boxes["3eB"]
    report = anywhere.sync()
    assert [(one.code, one.count) for one in report.refusals] == [("message-gone", 1)]
    equal(anywhere)


def test_move_into_a_folder_that_is_gone_is_refused(anywhere: World) -> None:
    anywhere.server.add_box("3eB")
    anywhere.server.deliver()
    anywhere.sync()
    anywhere.mailbox.move([anywhere.one("m1").id], anywhere.folder("3eB").id)
    del anywhere.server.boxes["3eB"]
    anywhere.sync()
    anywhere.sync()
    (row,) = anywhere.mailbox.journal()
    assert (row.state, row.reason) == (WantState.REFUSED, "folder-gone")
    equal(anywhere)  # shown where it is
    anywhere.mailbox.undo(row.id)
    assert anywhere.mailbox.journal() == ()


def test_an_empty_folder_list_is_not_believed(home: World) -> None:
    home.server.deliver()
    home.sync()
    kept = dict(home.server.boxes)
    home.server.boxes.clear()
    with pytest.raises(ServerBroken):
        home.sync()
    home.server.boxes.update(kept)
    equal(home)


def test_one_refused_message_does_not_hold_up_the_others(anywhere: World) -> None:
    for _ in range(7):
        anywhere.server.deliver()
    anywhere.sync()
    anywhere.mailbox.flag([one.id for one in anywhere.rows()], SEEN, NONE)
    anywhere.server.switches.refuse = lambda command, uid: command == "STORE" and uid == 4
    report = anywhere.sync()
    anywhere.server.switches.refuse = None
    assert [one.code for one in report.failures] == ["server-refused"]
    (row,) = anywhere.mailbox.journal()
    assert (row.state, row.reason, row.undoable) == (WantState.REFUSED, "server-refused", True)
    assert anywhere.folder().unread == 1  # shown as it is on the server
    equal(anywhere)


@pytest.mark.parametrize("command", ["FETCH", "TEXTS"])
def test_one_message_that_cannot_be_fetched_does_not_stop_the_folder(
    anywhere: World, command: str
) -> None:
    for _ in range(60):
        anywhere.server.deliver()
    anywhere.server.switches.refuse = lambda name, uid: name == command and uid == 17
    report = anywhere.sync()
    anywhere.server.switches.refuse = None
    assert [one.scope for one in report.failures][:1] == ["message"]
    assert anywhere.folder().local_bodies == 59
    anywhere.sync()
    equal(anywhere)
    assert anywhere.folder().local_bodies == 60


@pytest.mark.parametrize("hangs_up", [False, True], ids=["nonsense", "BYE"])
@pytest.mark.parametrize("command", ["FETCH", "TEXTS"])
def test_one_message_that_costs_the_line_does_not_stop_the_folder(
    anywhere: World, command: str, hangs_up: bool
) -> None:
    for _ in range(150):
        anywhere.server.deliver()
    switches = anywhere.server.switches
    switches.hangs_up = hangs_up
    switches.breaks = lambda name, uid: name == command and uid in (17, 18, 133)
    report = anywhere.sync(bodies=Bodies.ALL)
    told = ("server-refused" if hangs_up else "protocol", "message", "INBOX")
    assert {(one.code, one.scope, one.folder) for one in report.failures} == {told}
    assert len(report.failures) == 3
    here = anywhere.folder()
    assert (here.total, here.local_bodies) == (147 if command == "FETCH" else 150, 147)
    assert anywhere.server.connects < 40

    anywhere.server.connects = 0
    anywhere.server.deliver()
    report = anywhere.sync(bodies=Bodies.ALL)
    assert (report.new, len(report.failures)) == (1, 3), "still said, no longer stumbled over"
    assert anywhere.server.connects == 0

    switches.breaks = None
    anywhere.clock.jump(hours=2)
    assert anywhere.sync(bodies=Bodies.ALL).complete, "asked for again after a pause"
    assert anywhere.folder().local_bodies == 151
    equal(anywhere)


def test_a_server_that_answers_nonsense_to_everything_is_left_alone(home: World) -> None:
    for _ in range(600):
        home.server.deliver()
    home.server.switches.breaks = lambda name, _: name == "FETCH"
    with pytest.raises(ServerBroken):
        home.sync()
    assert home.server.connects < 20, "servers lock out who signs in too often"


@pytest.mark.parametrize("code", [ErrorCode.SERVER_REFUSED, ErrorCode.SERVER_TEMPORARY])
def test_a_folder_that_cannot_be_read_at_all_is_given_up_soon(home: World, code: ErrorCode) -> None:
    for _ in range(600):
        home.server.deliver()
    home.server.switches.refusal = code
    home.server.switches.refuse = lambda name, _: name == "FETCH"
    report = home.sync()
    assert (report.failures[-1].code, report.failures[-1].folder) == (code.text, "INBOX")
    assert len(report.failures) < 100
    assert home.server.commands.count("FETCH") < 200
    home.server.switches.refuse = None
    assert home.sync().complete
    equal(home)


def test_an_answer_that_nobody_can_read_is_said(anywhere: World) -> None:
    for _ in range(3):
        anywhere.server.deliver()
    anywhere.server.switches.unreadable = frozenset({2})
    report = anywhere.sync()
    assert [(one.code, one.scope) for one in report.failures] == [("protocol", "message")]
    assert anywhere.subjects() == ["m3", "m1"]


def test_a_wish_taken_back_before_its_command_leaves_is_not_carried_out(anywhere: World) -> None:
    for _ in range(4):
        anywhere.server.deliver("Trash")
    anywhere.sync()
    ids = {one.subject: one.id for one in anywhere.rows("Trash")}
    anywhere.mailbox.flag([ids["m1"], ids["m4"]], SEEN, NONE)
    anywhere.mailbox.flag([ids["m4"]], FLAGGED, NONE)
    anywhere.mailbox.delete([ids["m2"], ids["m3"]])
    meanwhile: list[str] = []

    def between(command: str) -> None:
        if command == "STORE" and not meanwhile:  # the plan is made, its first command leaves
            meanwhile.append(command)
            (row,) = [one for one in anywhere.mailbox.journal() if one.message == ids["m3"]]
            anywhere.mailbox.undo(row.id)
            standing = [
                one
                for one in anywhere.mailbox.journal()
                if one.message in (ids["m1"], ids["m4"]) and one.state is WantState.WAITING
            ]
            for one in standing:
                anywhere.mailbox.undo(one.id)

    anywhere.server.between = between
    anywhere.sync()
    anywhere.server.between = None
    assert meanwhile
    anywhere.sync()
    assert anywhere.server.destroyed == ["m2"]
    assert anywhere.on_server()["Trash"] == ["m1", "m3", "m4"]
    assert anywhere.mailbox.journal() == ()
    flags = anywhere.server_flags("Trash")
    assert sorted([bool(flags["m1"].marks), bool(flags["m4"].marks)]) == [False, True], (
        "one command had left, the other had not"
    )
    equal(anywhere)


def test_a_folders_trouble_does_not_stop_the_next(home: World) -> None:
    home.server.deliver("Archive")
    home.server.deliver()
    home.server.switches.list_status = False
    home.sync()
    home.server.deliver("Archive")
    selected = []

    def between(name: str) -> None:
        if name == "SELECT":
            selected.append(name)
            if len(selected) == 1:  # INBOX goes away under us
                home.server.boxes["gone"] = home.server.boxes.pop("INBOX")
            elif "gone" in home.server.boxes:
                home.server.boxes["INBOX"] = home.server.boxes.pop("gone")

    home.server.between = between
    report = home.sync()
    home.server.between = None
    assert [(one.code, one.folder) for one in report.failures] == [("folder-gone", "INBOX")]
    assert "m3" in home.subjects("Archive")


def test_server_without_uidplus_never_expunges_what_others_marked(home: World) -> None:
    home.server.switches = Switches(move=False, uidplus=False, tell_copies=False)
    for _ in range(3):
        home.server.deliver("Trash")
    home.sync()
    home.server.set_flags("Trash", 2, Flags(Marks.DELETED))
    home.mailbox.delete([home.one("m1", "Trash").id])
    home.sync()
    assert home.on_server() == {"Trash": ["m1", "m2", "m3"]}
    (row,) = home.mailbox.journal()
    assert (row.state, row.reason) == (WantState.REFUSED, "not-removable")


def test_wished_while_the_answer_was_lost_wins(anywhere: World) -> None:
    anywhere.server.deliver()
    anywhere.sync()
    id_ = anywhere.one("m1").id
    anywhere.mailbox.flag([id_], SEEN, NONE)
    anywhere.server.lose = lambda name, done: name == "STORE" and done
    with pytest.raises(ConnectionTrouble):
        anywhere.sync()
    anywhere.server.lose = None
    anywhere.mailbox.flag([id_], NONE, SEEN)
    anywhere.sync()
    assert anywhere.server_flags()["m1"] == NONE
    assert anywhere.one("m1").flags == NONE
    assert anywhere.mailbox.journal() == ()


def test_dry_run_changes_nothing(anywhere: World) -> None:
    for _ in range(3):
        anywhere.server.deliver()
    report = anywhere.sync(dry_run=True)
    assert report.new == 3
    assert anywhere.mailbox.folders() == ()
    anywhere.sync()
    anywhere.mailbox.flag([anywhere.one("m1").id], SEEN, NONE)
    anywhere.server.deliver()
    anywhere.server.expunge("INBOX", 2)
    before = anywhere.on_server()
    anywhere.server.commands.clear()
    report = anywhere.sync(dry_run=True)
    assert (report.new, report.vanished) == (1, 1)
    assert anywhere.on_server() == before
    assert {"STORE", "FETCH", "TEXTS"}.isdisjoint(anywhere.server.commands)
    assert len(anywhere.mailbox.journal()) == 1
    assert sorted(anywhere.subjects()) == ["m1", "m2", "m3"]


def test_bodies_by_window(home: World) -> None:
    old = home.clock.now() - timedelta(days=200)
    for _ in range(70):
        home.server.deliver(date=old)
    home.server.deliver("Archive", date=old)
    home.server.deliver("Archive")
    home.server.deliver("Trash")
    report = home.sync()
    assert report.bodies == 51  # the 50 newest of the inbox, and what is recent elsewhere
    assert home.sync(bodies=Bodies.NONE).bodies == 0
    assert home.sync(bodies=Bodies.ALL).bodies == 22


def test_only_chosen_folders(home: World) -> None:
    home.server.deliver()
    home.server.deliver("Archive")
    report = home.sync(folders=("archive",))
    assert report.folders == 1
    assert home.shown() == {"Archive": ["m2"]}
    with pytest.raises(LocalRefusal):
        home.sync(folders=("nulle part",))


def test_a_long_text_is_cut_and_says_so(home: World) -> None:
    home.server.deliver(text=b"x " * 100_000)
    home.sync()
    assert home.one("m1").body is BodyState.PARTIAL


def test_progress_ends_complete(home: World) -> None:
    for _ in range(3):
        home.server.deliver()
    told: list[tuple[int, int]] = []
    home.service.sync(
        home.account, SyncOptions(), lambda now: told.append((now.done, now.expected))
    )
    assert told[-1] == (6, 6)


def test_a_kept_line_that_died_meanwhile_is_opened_anew_once(home: World) -> None:
    home.server.deliver()
    home.sync()
    with home.sessions.mail(home.account) as kept:
        kept.close()
    home.server.deliver()
    assert home.sync().new == 1
    home.server.lose = lambda name, done: name == "LIST"
    home.server.commands.clear()
    with pytest.raises(ConnectionTrouble):
        home.sync()
    assert home.server.commands == ["LIST", "LIST"]
