"""What a teacher does with messages: wishes shown at once, overtaken, undone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mel_desktop.model.changes import Area, Changes
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Flags, Marks, MessageId, Role, WantKind, WantState
from mel_desktop.store.database import Transaction
from tests.support.store import plant_account, plant_folder
from tests.support.sync_world import World, world

SEEN, FLAGGED, NONE = Flags(Marks.SEEN), Flags(Marks.FLAGGED), Flags()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        for _ in range(3):
            made.server.deliver()
        made.server.deliver("Trash")
        made.server.add_box("Élèves/3eB")
        made.sync()
        yield made


def kinds(home: World) -> list[tuple[WantKind, str]]:
    return [(one.kind, one.detail) for one in home.mailbox.journal()]


def set_want(home: World, **values: str) -> None:
    def work(tx: Transaction) -> None:
        for name, value in values.items():
            tx.run(f"UPDATE want SET {name} = ?", value)

    home.database.write(work)


def test_folders_in_the_order_of_screens(home: World) -> None:
    assert [one.path for one in home.mailbox.folders()] == [
        "INBOX", "Sent", "Trash", "Archive", "Élèves/3eB",
    ]  # fmt: skip
    assert home.folder("Élèves/3eB").name == "3eB"


@pytest.mark.parametrize("name", ["inbox", "INBOX", "Inbox", " 1 "])
def test_find_the_inbox(home: World, name: str) -> None:
    assert home.folder(name).role is Role.INBOX


@pytest.mark.parametrize("name", ["Élèves/3eB", "eleves/3EB", "3eb"])
def test_find_a_folder_by_path_or_last_name(home: World, name: str) -> None:
    assert home.folder(name).path == "Élèves/3eB"


def test_find_no_folder_or_too_many(home: World) -> None:
    with pytest.raises(LocalRefusal) as caught:
        home.folder("nulle part")
    assert caught.value.code is ErrorCode.NOT_FOUND
    home.server.add_box("Anciens/3eB")
    home.sync()
    with pytest.raises(LocalRefusal) as caught:
        home.folder("3eB")
    assert caught.value.code is ErrorCode.USAGE


def test_a_flag_is_shown_at_once_and_told(home: World) -> None:
    told: list[Changes] = []
    home.database.listen(told.append)
    id_ = home.one("m1").id
    home.mailbox.flag([id_], Flags(Marks.SEEN, frozenset({"classe"})), NONE)
    assert home.one("m1").flags == Flags(Marks.SEEN, frozenset({"classe"}))
    assert home.one("m1").waiting
    assert home.folder().unread == 2
    assert told[0].areas & Area.JOURNAL
    assert told[0].messages == {id_}
    assert kinds(home) == [(WantKind.FLAG, "seen"), (WantKind.FLAG, "classe")]


def test_seen_then_unseen_before_a_sync_is_nothing(home: World) -> None:
    id_ = home.one("m1").id
    home.mailbox.flag([id_], SEEN, NONE)
    home.mailbox.flag([id_], NONE, SEEN)
    assert home.mailbox.journal() == ()
    assert not home.one("m1").waiting
    home.mailbox.flag([id_], NONE, FLAGGED)  # it has none
    assert home.mailbox.journal() == ()


def test_unseen_after_an_unknown_seen_is_a_wish(home: World) -> None:
    id_ = home.one("m1").id
    home.mailbox.flag([id_], SEEN, NONE)
    set_want(home, state="unknown")
    home.mailbox.flag([id_], NONE, SEEN)
    assert kinds(home) == [(WantKind.UNFLAG, "seen")]
    assert home.one("m1").flags == NONE


def test_the_last_move_counts_and_home_is_nothing(home: World) -> None:
    id_ = home.one("m1").id
    home.mailbox.move([id_], home.folder("archive").id)
    home.mailbox.move([id_], home.folder("sent").id)
    assert kinds(home) == [(WantKind.MOVE, "Sent")]
    assert home.subjects("Sent") == ["m1"]
    home.mailbox.move([id_], home.folder("inbox").id)
    assert home.mailbox.journal() == ()
    assert home.subjects() == ["m3", "m2", "m1"]
    home.check_counters()


def test_delete_moves_to_the_trash_then_is_for_good(home: World) -> None:
    id_ = home.one("m1").id
    home.mailbox.delete([id_])
    assert sorted(home.subjects("Trash")) == ["m1", "m4"]
    home.mailbox.delete([id_])
    assert home.subjects("Trash") == ["m4"]
    assert kinds(home) == [(WantKind.DELETE, "")]
    assert home.mailbox.rows([id_])[0].waiting
    home.mailbox.undo(home.mailbox.journal()[0].id)
    assert "m1" in home.subjects()
    home.check_counters()


def test_without_a_trash_delete_is_for_good(home: World) -> None:
    home.database.write(lambda tx: tx.run("UPDATE folder SET role = NULL WHERE role = 'trash'"))
    home.mailbox.delete([home.one("m1").id])
    assert kinds(home) == [(WantKind.DELETE, "")]


def test_refused_and_undone(home: World) -> None:
    home.mailbox.flag([home.one("m1").id], SEEN, NONE)
    set_want(home, state="refused", reason="read-only")
    (row,) = home.mailbox.journal()
    assert (row.state, row.reason, row.undoable) == (WantState.REFUSED, "read-only", True)
    home.mailbox.flag([home.one("m1").id], SEEN, NONE)  # wished again: it waits again
    (row,) = home.mailbox.journal()
    assert row.state is WantState.WAITING
    home.mailbox.undo(row.id)
    assert home.mailbox.journal() == ()
    assert home.one("m1").flags == NONE


@pytest.mark.parametrize("row", ["99", "", "x", "-1"])
def test_undo_of_nothing(home: World, row: str) -> None:
    with pytest.raises(LocalRefusal) as caught:
        home.mailbox.undo(row)
    assert caught.value.code is ErrorCode.NOT_FOUND


def test_undo_of_what_is_on_its_way(home: World) -> None:
    home.mailbox.flag([home.one("m1").id], SEEN, NONE)
    set_want(home, state="unknown")
    (row,) = home.mailbox.journal()
    assert not row.undoable
    with pytest.raises(LocalRefusal) as caught:
        home.mailbox.undo(row.id)
    assert caught.value.code is ErrorCode.USAGE


def test_refusals_change_nothing(home: World) -> None:
    id_ = home.one("m1").id
    other = plant_account(home.database, "autre@ac-exemple.fr")
    elsewhere = plant_folder(home.database, other)
    for work in (
        lambda: home.mailbox.move([id_], elsewhere),
        lambda: home.mailbox.move([id_], 999),  # type: ignore[arg-type]
        lambda: home.mailbox.flag([id_, MessageId(5)], SEEN, NONE),
        lambda: home.mailbox.flag([id_], SEEN, SEEN),
    ):
        with pytest.raises(LocalRefusal):
            work()
    assert home.mailbox.journal() == ()


def test_a_thousand_at_once_is_quick(home: World) -> None:
    for _ in range(1000):
        home.server.deliver()
    home.sync()
    ids = home.mailbox.message_ids(home.folder().id)[:1000]
    start = time.process_time()  # others may keep the processor
    home.mailbox.flag(ids, FLAGGED, NONE)
    home.mailbox.move(ids, home.folder("archive").id)
    home.mailbox.delete(ids)
    assert time.process_time() - start < 3  # 0.2 s on an idle machine
    assert len(home.mailbox.journal()) == 2000
    assert home.folder("trash").total == 1001
    home.check_counters()
    assert home.mailbox.message_ids(home.folder("trash").id, unread=True)[0] == ids[0]
