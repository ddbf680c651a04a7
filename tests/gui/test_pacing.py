"""What each change of a sync asks of the main thread: seldom, and never the same thing twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.changes import Area, Changes
from mel_desktop.model.mail import Flags, Marks
from mel_desktop.ui import main_window
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.pacing import Paced
from tests.gui.test_lists_kept import PATIENCE

NEVER = 10_000_000
Counted = Callable[[type, str], list[object]]


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    """A list that grows with each call of a method."""

    def count(of: type, name: str) -> list[object]:
        calls: list[object] = []
        inner = getattr(of, name)

        def called(self: Any, *given: Any, **named: Any) -> Any:
            calls.append(given or named)
            return inner(self, *given, **named)

        monkeypatch.setattr(of, name, called)
        return calls

    return count


def test_the_first_asking_is_followed_at_once_the_others_once(qtbot: QtBot) -> None:
    """And the last one never left."""
    done: list[int] = []
    asked: list[int] = []
    parent = QObject()
    paced = Paced(lambda: done.append(len(asked)), 30, parent)
    for number in range(49):
        asked.append(number)
        paced.ask()
    qtbot.waitUntil(lambda: done[-1] == 49, timeout=PATIENCE)
    assert done[0] == 1
    assert len(done) < 10


@pytest.mark.usefixtures("qapp")
def test_what_is_done_now_is_not_done_again_for_those_who_waited() -> None:
    done: list[int] = []
    parent = QObject()
    paced = Paced(lambda: done.append(1), NEVER, parent)
    paced.ask()
    paced.ask()
    paced.now()
    assert len(done) == 2
    assert not paced._timer.isActive()


def test_numbers_are_read_now_and_then_while_a_sync_commits(
    window: MainWindow, counted: Counted
) -> None:
    """A tenth of the main thread went into counting what nobody could read so fast."""
    window._counting._gap_ms = NEVER
    read = counted(Facade, "folders")
    some = frozenset({int(one.id) for one in window._folders[:1]})
    for _ in range(20):
        window._on_changed(Changes(Area.MESSAGES | Area.BODIES | Area.FOLDERS, some))
    assert len(read) <= 1
    del read[:]
    window._on_changed(Changes(Area.ACCOUNTS))
    assert len(read) == 1, "another tree is shown at once"


def test_the_last_number_is_shown(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    """Though the change came while none was read."""
    assert main_window.FOLDERS_MS <= 1000
    inbox = next(one for one in window._folders if one.unread)
    ids = facade.message_ids(inbox.id, unread=True)
    for one in ids[:3]:
        facade.flag([one], Flags(Marks.SEEN), Flags())
    qtbot.waitUntil(
        lambda: (
            next(one.unread for one in window._folders if one.id == inbox.id) == inbox.unread - 3
        ),
        timeout=PATIENCE,
    )


def test_brakes_ask_for_folders_only_where_there_are_some(
    window: MainWindow, counted: Counted
) -> None:
    """The names are for the banner."""
    read = counted(Facade, "folders")
    asked = counted(Facade, "brakes")
    window.line_desk.look_at_brakes()
    assert len(asked) == 1
    assert read == []
