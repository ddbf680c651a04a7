"""Folders wished for offline: shown at once, carried out in order, undone where refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mel_desktop.logic.folder_names import after, check_path, is_within, prefix, renamed
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Choice, WantKind, WantState
from mel_desktop.store.database import Transaction
from tests.support.offline_world import OfflineWorld, offline_world


@pytest.fixture
def home(tmp_path: Path) -> Iterator[OfflineWorld]:
    with offline_world(tmp_path) as made:
        for _ in range(3):
            made.server.deliver()
        made.server.add_box("Élèves")
        made.server.add_box("Élèves/3eB")
        made.server.deliver("Élèves/3eB")
        made.sync()
        yield made


def refused(work: object, why: str) -> None:
    with pytest.raises(LocalRefusal) as caught:
        work()  # type: ignore[operator]
    assert caught.value.code is ErrorCode.USAGE
    assert caught.value.facts["why"] == why


def test_a_folder_made_offline_is_there_at_once_and_messages_go_into_it(home: OfflineWorld) -> None:
    folder = home.folders.create(home.account, "Conseils/Été 2026")
    assert "Conseils/Été 2026" in home.paths()
    assert home.folder("Conseils/Été 2026").waiting
    home.mailbox.move([home.one("m1").id], folder)
    home.mailbox.copy([home.one("m2").id], folder)
    assert home.subjects("Conseils/Été 2026") == ["m1"]
    kinds = [row.kind for row in home.journal.rows()]
    assert kinds == [WantKind.COPY, WantKind.MOVE, WantKind.CREATE_FOLDER]
    report = home.sync()
    assert report.complete, report
    assert home.server.contents()["Conseils/Été 2026"] == ["m1", "m2"]
    home.sync()  # a copy is listed by the sync after the one that made it
    assert sorted(home.subjects("Conseils/Été 2026")) == ["m1", "m2"]
    assert home.journal.rows() == ()
    assert home.folder(str(folder)).path == "Conseils/Été 2026"
    assert not home.folder(str(folder)).waiting
    home.check_counters()


def test_a_rename_takes_all_below_it_along_and_fetches_nothing_again(home: OfflineWorld) -> None:
    folder = home.folder("Élèves")
    before = list(home.server.fetched)
    home.folders.rename(folder.id, "Classes")
    assert home.paths() == ["Classes", "Classes/3eB"]
    inner = home.folder("3eB")
    home.folders.create(home.account, "Classes/4eA")
    home.folders.rename(inner.id, "Classes/3e B")
    assert home.paths() == ["Classes", "Classes/3e B", "Classes/4eA"]
    assert home.sync().complete
    assert home.boxes() == ["Classes", "Classes/3e B", "Classes/4eA"]
    assert home.paths() == home.boxes()
    assert home.folder("Classes").id == folder.id
    assert home.folder("3e B").id == inner.id
    assert home.subjects("3e B") == ["m4"]
    assert home.server.fetched == before
    assert home.journal.rows() == ()


def test_delete_moves_the_messages_to_the_trash_first(home: OfflineWorld) -> None:
    home.folders.delete(home.folder("Élèves").id)
    assert home.paths() == []
    assert home.subjects("Trash") == ["m4"]
    report = home.sync()
    assert report.complete, report
    assert home.boxes() == []
    assert home.server.contents()["Trash"] == ["m4"]
    assert home.server.destroyed == []
    assert home.subjects("Trash") == ["m4"]
    assert home.journal.rows() == ()
    assert home.paths() == []


def test_delete_for_good_expunges_just_those_messages(home: OfflineWorld) -> None:
    home.folders.delete(home.folder("3eB").id, for_good=True)
    assert home.sync().complete
    assert home.boxes() == ["Élèves"]
    assert home.server.destroyed == ["m4"]


def test_a_message_that_nobody_saw_keeps_its_folder(home: OfflineWorld) -> None:
    home.folders.delete(home.folder("3eB").id)
    home.server.deliver("Élèves/3eB")
    report = home.sync()
    assert home.server.contents()["Élèves/3eB"] == ["m5"]
    assert home.server.destroyed == []
    assert [one.code for one in report.failures] == ["folder-not-empty"]
    row = home.row()
    assert (row.kind, row.state, row.reason) == (
        WantKind.DELETE_FOLDER, WantState.REFUSED, "folder-not-empty",
    )  # fmt: skip
    assert row.retryable
    assert home.subjects("3eB") == ["m5"], "it is shown again"
    home.journal.retry(row.id)
    assert home.subjects("Trash") == ["m5", "m4"]
    assert home.sync().complete
    assert home.boxes() == ["Élèves"]
    assert home.journal.rows() == ()


def test_undo_of_a_deletion_brings_its_messages_back(home: OfflineWorld) -> None:
    home.folders.delete(home.folder("3eB").id)
    (row,) = [one for one in home.journal.rows() if one.kind is WantKind.DELETE_FOLDER]
    home.journal.undo(row.id)
    assert home.journal.rows() == ()
    assert home.subjects("3eB") == ["m4"]
    home.sync()
    assert home.boxes() == ["Élèves", "Élèves/3eB"]


def test_undo_of_a_new_folder_sends_its_messages_home(home: OfflineWorld) -> None:
    folder = home.folders.create(home.account, "Vide")
    home.mailbox.move([home.one("m1").id], folder)
    home.folders.create(home.account, "Vide/Dedans")
    _, inner, outer = home.journal.rows()
    assert (inner.undoable, outer.undoable) == (True, False)
    refused(lambda: home.journal.undo(outer.id), "others-depend")
    home.journal.undo(inner.id)
    home.journal.undo(outer.id)
    assert "Vide" not in home.paths()
    assert sorted(home.subjects()) == ["m1", "m2", "m3"]
    assert home.journal.rows() == ()
    home.check_counters()


def test_a_folder_made_and_deleted_offline_never_reaches_the_server(home: OfflineWorld) -> None:
    folder = home.folders.create(home.account, "Vide")
    home.mailbox.move([home.one("m1").id], folder)
    home.folders.delete(folder)
    assert home.subjects("Trash") == ["m1"]
    home.server.commands.clear()
    assert home.sync().complete
    assert "CREATE" not in home.server.commands
    assert home.server.contents()["Trash"] == ["m1"]


@pytest.mark.parametrize("code", [ErrorCode.SERVER_REFUSED, ErrorCode.SERVER_TEMPORARY])
def test_a_refused_folder(
    home: OfflineWorld, code: ErrorCode, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mel_desktop.model.errors import ServerSaid
    from tests.support.imap_model import Connection

    def no(self: Connection, path: str) -> None:
        raise ServerSaid(code)

    monkeypatch.setattr(Connection, "create_folder", no)
    folder = home.folders.create(home.account, "Interdit")
    home.mailbox.move([home.one("m1").id], folder)
    report = home.sync()
    assert [one.code for one in report.failures] == [code.text]
    move, create = home.journal.rows()
    assert create.reason == code.text
    monkeypatch.undo()
    if code is ErrorCode.SERVER_TEMPORARY:
        assert (move.state, create.state) == (WantState.WAITING, WantState.WAITING)
        assert home.subjects("Interdit") == ["m1"]
        home.sync()
        assert "Interdit" not in home.boxes(), "not before its time"
        home.clock.jump(minutes=5)
        home.sync()
        assert home.server.contents()["Interdit"] == ["m1"]
        assert home.journal.rows() == ()
        return
    assert (move.state, create.state) == (WantState.REFUSED, WantState.REFUSED)
    assert (move.reason, move.retryable) == ("folder-not-made", False)
    assert "Interdit" not in home.paths()
    assert sorted(home.subjects()) == ["m1", "m2", "m3"]
    home.journal.undo(move.id)
    home.journal.retry(create.id)
    assert "Interdit" in home.paths()
    home.sync()
    assert "Interdit" in home.boxes()


def test_a_refused_rename_shows_the_old_name_and_later_wishes_follow(home: OfflineWorld) -> None:
    home.folders.rename(home.folder("Élèves").id, "Classes")
    home.folders.create(home.account, "Classes/4eA")
    home.server.add_box("Classes")  # another client was quicker
    report = home.sync()
    assert [one.code for one in report.failures] == ["folder-exists"]
    assert home.boxes() == ["Classes", "Élèves", "Élèves/3eB", "Élèves/4eA"]
    assert sorted(home.paths()) == home.boxes()
    home.journal.undo(home.row().id)
    assert home.journal.rows() == ()


def test_subscriptions(home: OfflineWorld) -> None:
    folder = home.folder("3eB")
    home.folders.subscribe(folder.id, subscribed=False)
    assert not home.folder("3eB").subscribed
    home.folders.subscribe(folder.id, subscribed=True)
    assert home.journal.rows() == ()
    home.folders.subscribe(folder.id, subscribed=False)
    assert home.row().kind is WantKind.UNSUBSCRIBE
    home.sync()
    assert not home.server.boxes["Élèves/3eB"].subscribed
    assert not home.folder("3eB").subscribed
    assert home.journal.rows() == ()


@pytest.mark.parametrize("performed", [False, True])
@pytest.mark.parametrize("command", ["CREATE", "RENAME", "DELETE", "SUBSCRIBE"])
def test_a_lost_answer_is_looked_at_before_anything_is_done_again(
    home: OfflineWorld, command: str, performed: bool
) -> None:
    folder = home.folder("3eB")
    if command == "CREATE":
        home.folders.create(home.account, "Neuf")
    elif command == "RENAME":
        home.folders.rename(folder.id, "Élèves/3eC")
    elif command == "DELETE":
        home.folders.delete(folder.id)
    else:
        home.folders.subscribe(folder.id, subscribed=False)
    home.lose_at(command, performed=performed)
    home.sync_cut()
    (row,) = home.journal.rows()
    assert row.state is WantState.UNKNOWN
    assert not row.undoable
    refused(lambda: home.journal.undo(row.id), "on-its-way")
    home.server.lose = None
    home.server.commands.clear()
    assert home.sync().complete
    assert home.journal.rows() == ()
    if command != "SUBSCRIBE":
        assert home.server.commands.count(command) == (0 if performed else 1)
    expected = {
        "CREATE": ["Neuf", "Élèves", "Élèves/3eB"],
        "RENAME": ["Élèves", "Élèves/3eC"],
        "DELETE": ["Élèves"],
        "SUBSCRIBE": ["Élèves", "Élèves/3eB"],
    }[command]
    assert home.boxes() == expected
    assert sorted(home.paths()) == expected
    assert home.server.destroyed == []


def test_what_cannot_be(home: OfflineWorld) -> None:
    create, account = home.folders.create, home.account
    refused(lambda: create(account, ""), "folder-name-empty")
    refused(lambda: create(account, "A//B"), "folder-name-empty")
    refused(lambda: create(account, " A"), "folder-name-spaces")
    refused(lambda: create(account, "A\x07B"), "folder-name-characters")
    refused(lambda: create(account, "A*"), "folder-name-characters")
    refused(lambda: create(account, "é" * 101), "folder-name-long")
    refused(lambda: create(account, "eleves"), "folder-exists")
    refused(lambda: create(account, "inbox"), "folder-exists")
    for name in ("inbox", "trash", "sent"):
        folder = home.folder(name).id
        refused(lambda f=folder: home.folders.rename(f, "Autre"), "folder-protected")
        refused(lambda f=folder: home.folders.delete(f), "folder-protected")
    outer = home.folder("Élèves").id
    refused(lambda: home.folders.rename(outer, "Élèves/Dedans"), "folder-into-itself")
    refused(lambda: home.folders.rename(outer, "Archive"), "folder-exists")
    refused(lambda: home.mailbox.copy([home.one("m1").id], home.folder().id), "already-there")
    home.database.write(lambda tx: tx.run("UPDATE folder SET complete = 0"))
    refused(lambda: home.folders.delete(outer), "folder-incomplete")
    assert home.journal.rows() == ()


def conflict(home: OfflineWorld) -> str:
    """m1 is wanted in Archive; another client moved it to Sent."""
    home.mailbox.move([home.one("m1").id], home.folder("archive").id)
    home.server.transfer("INBOX", 1, "Sent")
    home.sync()
    row = home.row()
    assert (row.state, row.reason, row.where) == (WantState.REFUSED, "moved-elsewhere", "Sent")
    assert row.choices == tuple(Choice)
    assert not row.retryable
    assert home.subjects("Sent") == ["m1"]
    return row.id


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice.MINE, {"Archive": ["m1"], "Sent": []}),
        (Choice.THEIRS, {"Archive": [], "Sent": ["m1"]}),
        (Choice.BOTH, {"Archive": ["m1"], "Sent": ["m1"]}),
    ],
)
def test_moved_elsewhere_is_for_a_person_to_decide(
    home: OfflineWorld, choice: Choice, expected: dict[str, list[str]]
) -> None:
    row = conflict(home)
    with pytest.raises(LocalRefusal) as caught:
        home.journal.retry(row)
    assert caught.value.code is ErrorCode.NEEDS_DECISION
    home.journal.resolve(row, choice)
    assert home.sync().complete
    assert home.journal.rows() == ()
    home.sync()  # a copy is listed by the sync after the one that made it
    for name, subjects in expected.items():
        assert home.server.contents()[name] == subjects
        assert home.subjects(name) == subjects
    refused(lambda: home.journal.resolve(own_flag(home), choice), "no-conflict")


def own_flag(home: OfflineWorld) -> str:
    from mel_desktop.model.mail import Flags, Marks

    home.mailbox.flag([home.one("m2").id], Flags(Marks.FLAGGED), Flags())
    return home.row().id


def test_retry_of_a_refused_wish(home: OfflineWorld) -> None:
    home.mailbox.move([home.one("m1").id], home.folder("archive").id)
    refused(lambda: home.journal.retry(home.row().id), "not-refused")

    def work(tx: Transaction) -> None:
        tx.run("UPDATE want SET state = 'refused', reason = 'server-refused'")

    home.database.write(work)
    assert home.row().retryable
    home.journal.retry(home.row().id)
    assert home.subjects("archive") == ["m1"]
    home.sync()
    assert home.server.contents()["Archive"] == ["m1"]


def test_a_move_whose_copy_went_through_cannot_be_taken_back(home: OfflineWorld) -> None:
    home.mailbox.move([home.one("m1").id], home.folder("archive").id)
    home.database.write(lambda tx: tx.run("UPDATE want SET copied_uid = 7"))
    assert not home.row().undoable


@pytest.mark.parametrize("row", ["f", "f99", "d7", "x1", "", "f-1", "12"])
def test_rows_that_are_not_there(home: OfflineWorld, row: str) -> None:
    for work in (home.journal.retry, lambda one: home.journal.resolve(one, Choice.MINE)):
        with pytest.raises(LocalRefusal):
            work(row)


def test_the_words_of_paths() -> None:
    assert renamed("A/B/C", "A/B", "X", "/") == "X/C"
    assert renamed("A/BC", "A/B", "X", "/") == "A/BC"
    assert after("A/B", [("A", "X"), ("X/B", "Y")], "/") == "Y"
    assert not is_within("AB", "A", "/")
    assert not is_within("A/B", "A", "")
    assert prefix(["INBOX", "INBOX.Sent"], ".") == "INBOX."
    assert prefix(["INBOX", "Sent"], ".") == ""
    assert prefix(["INBOX"], ".") == ""
    assert check_path("e\u0301", "/") == "é"
