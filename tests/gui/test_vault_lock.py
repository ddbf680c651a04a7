"""Locking: windows go first, drafts are kept, the way back, and everything that locks by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.model.vault import LockSettings
from mel_desktop.ui.application import Session
from mel_desktop.ui.folder_tree import Place
from mel_desktop.ui.idle_watch import IdleWatch
from mel_desktop.ui.lock_desk import Why
from mel_desktop.ui.settings_dialog import SettingsDialog
from mel_desktop.ui.theme import Theme
from tests.gui.vault_hands import WAIT_MS, begin, end, unlock, wait_locked


@pytest.fixture
def session(facade: Facade, settings: QSettings, theme: Theme) -> Iterator[Session]:
    made = begin(facade, settings)
    yield made
    end(made)


def test_lock_blanks_at_once_keeps_the_draft_and_comes_back(session: Session, qtbot: QtBot) -> None:
    window, facade = session.window, session.facade
    assert window is not None
    assert facade is not None
    folder = next(one for one in facade.folders() if one.role and one.role.value == "archive")
    window.tree.choose(folder.id)
    message = window.mail.view.messages().ids[1]
    window.mail.view.select(message)
    composer = window.compose(DraftContent(subject="Sortie"))
    assert composer is not None
    composer.text.setPlainText("Rendez-vous à huit heures")
    composer.to._field.setText("Claire <claire.martin@ac-exemple.invalid>")
    composer.text.moveCursor(composer.text.textCursor().MoveOperation.End)
    window.settings_desk.open_settings()  # a modal dialog muffles the shortcuts of its window
    modal = window.findChild(SettingsDialog)
    assert modal is not None
    qtbot.waitUntil(lambda: QGuiApplication.focusWindow() is modal.windowHandle(), timeout=WAIT_MS)
    QTest.keyPress(modal.windowHandle(), Qt.Key.Key_F12)
    qtbot.waitUntil(lambda: session.window is None, timeout=WAIT_MS)
    shown = [one for one in QApplication.topLevelWidgets() if one.isVisible()]
    assert shown == [session.unlock_dialog], "nothing else is on screen, before the store closes"
    assert session.unlock_dialog is not None
    assert session.unlock_dialog.is_busy
    wait_locked(qtbot, session)
    with pytest.raises(StoreTrouble):
        facade.folders()
    with pytest.raises(RuntimeError):
        composer.isVisible()  # destroyed, its text with it
    again = unlock(qtbot, session)
    assert again is not window
    assert again.tree.target() == folder.id
    qtbot.waitUntil(lambda: again.mail.reader.message() is not None, timeout=WAIT_MS)
    assert again.mail.reader.message().id == message  # type: ignore[union-attr]
    (back,) = again.writing.composers()
    assert back.subject.text() == "Sortie"
    assert back.text.toPlainText() == "Rendez-vous à huit heures"
    assert back.text.textCursor().atEnd()
    assert [one.address for one in back.to.addresses()] == ["claire.martin@ac-exemple.invalid"]


def test_a_draft_that_cannot_be_saved_is_not_lost(
    session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, facade = session.window, session.facade
    assert window is not None
    assert facade is not None
    composer = window.compose(DraftContent(subject="Plein"))
    assert composer is not None
    composer.text.setPlainText("le disque est plein")

    def full(*_: object, **__: object) -> None:
        raise StoreTrouble(ErrorCode.DISK_FULL)

    monkeypatch.setattr(facade, "new_draft", full)
    session.lock(Why.ASKED)
    wait_locked(qtbot, session)
    again = unlock(qtbot, session)
    (back,) = again.writing.composers()
    assert back.text.toPlainText() == "le disque est plein"
    assert again.notice.text
    assert back.save()


def test_places_without_mail_come_back_too(session: Session, qtbot: QtBot) -> None:
    assert session.window is not None
    session.window.tree.choose(Place.DIRECTORY)
    session.window.actions_.lock.trigger()
    wait_locked(qtbot, session)
    again = unlock(qtbot, session)
    assert again.pages.currentWidget() is again.directory


class Clocks:
    """Two clocks that stand until they are moved."""

    def __init__(self) -> None:
        self.steady, self.wall = 100.0, 1_000_000.0

    def move(self, seconds: float, *, asleep: bool = False) -> None:
        self.wall += seconds
        self.steady += 0 if asleep else seconds


def test_idle_locks_but_not_while_someone_types(session: Session, qtbot: QtBot) -> None:
    desk, window = session.lock_desk, session.window
    assert desk is not None
    assert window is not None
    clocks = Clocks()
    watch = IdleWatch(desk, steady=lambda: clocks.steady, wall=lambda: clocks.wall)
    watch.idle.connect(lambda: desk._lock(Why.IDLE))
    composer = window.compose(DraftContent(subject="Long"))
    assert composer is not None
    watch.start(2)
    for _ in range(10):  # 300 seconds, with a key in a composer now and then
        clocks.move(30)
        QTest.keyClick(composer.windowHandle(), Qt.Key.Key_A)
        watch.look()
    assert session.window is window
    for _ in range(3):
        clocks.move(30)
        watch.look()
    assert session.window is window
    clocks.move(31)
    watch.look()
    assert session.window is None
    dialog = wait_locked(qtbot, session)
    assert "Personne" in dialog.notice.text


def test_never_idle_when_so_set_and_asleep_by_the_clocks(qtbot: QtBot) -> None:
    clocks = Clocks()
    watch = IdleWatch(steady=lambda: clocks.steady, wall=lambda: clocks.wall)
    said: list[str] = []
    watch.idle.connect(lambda: said.append("idle"))
    watch.slept.connect(lambda: said.append("slept"))
    watch.start(0)
    for _ in range(100):
        clocks.move(50)
        watch.look()
    assert said == []
    clocks.move(3600, asleep=True)  # a clock that stands still while the computer sleeps
    watch.look()
    assert said == ["slept"]
    watch.look()
    assert said == ["slept"]
    clocks.move(3600)
    watch.look()
    assert said == ["slept", "slept"]
    watch.stop()


def test_settings_decide_what_locks(session: Session, qtbot: QtBot) -> None:
    desk, facade = session.lock_desk, session.facade
    assert desk is not None
    assert facade is not None
    page = desk.open_vault()
    page.on_screen.setChecked(False)
    page.on_sleep.setChecked(False)
    page.minutes.setValue(3)
    assert facade.vault.lock_settings() == LockSettings(3, False, False)
    session.watch.locked.emit()
    session.watch.sleeping.emit()
    assert session.window is not None
    page.on_screen.setChecked(True)
    session.watch.locked.emit()
    assert session.window is None
    dialog = wait_locked(qtbot, session)
    assert "écran" in dialog.notice.text


def test_locking_works_while_work_runs(session: Session, qtbot: QtBot) -> None:
    window, facade = session.window, session.facade
    assert window is not None
    assert facade is not None
    calls: list[object] = []
    window.bridge.run(window, facade.soundness.check, done=calls.append, failed=calls.append)
    facade.wake()
    window.actions_.lock.trigger()
    wait_locked(qtbot, session)
    assert calls == [], "nobody is called back in a window that went"
