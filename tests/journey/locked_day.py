"""The child of test_vault_window.py: a vault made, locked with a letter half written, opened again.

Not collected by itself. Under Xvfb the screen itself is looked at: what was on it is gone.
"""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mel_desktop.model.accounts import Secret
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.ui import language
from mel_desktop.ui.application import Session
from tests.journey.hands import WAIT_MS
from tests.support import planted_school

PASSPHRASE = "quatre mots pour une lettre"
LETTER = "Rendez-vous à huit heures devant la grille."


def test_locked_day(qtbot: QtBot, qapp: QApplication) -> None:
    profile = Path(os.environ["MEL_JOURNEY_PROFILE"])
    language.load(qapp, language.FRENCH)
    settings = QSettings(str(profile / "window.ini"), QSettings.Format.IniFormat)
    session = Session(profile, facade=None, offline=True, screenshot=None, settings=settings)
    session.start()
    _make_vault(qtbot, session)
    assert session.facade is not None
    assert session.window is not None
    account = session.facade.add_account(
        planted_school.new_account(planted_school.build_school()), Secret("mot de passe")
    )
    qtbot.waitUntil(session.window.actions_.new.isEnabled, timeout=WAIT_MS)
    composer = session.window.writing.compose(account.id, DraftContent(subject="Sortie"))
    composer.setStyleSheet("background: #00ff00")  # seen from afar
    composer.text.setPlainText(LETTER)
    qtbot.waitUntil(lambda: _green() > 10_000, timeout=WAIT_MS)
    tools = session.window.toolbar
    button = tools.widgetForAction(session.window.actions_.lock)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert session.window is None
    qtbot.waitUntil(lambda: _green() == 0, timeout=WAIT_MS)
    dialog = session.unlock_dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: not dialog.is_busy, timeout=WAIT_MS)
    assert session.facade is None
    for file in profile.rglob("*"):
        assert not file.is_file() or LETTER.encode() not in file.read_bytes()
    qtbot.keyClicks(dialog.passphrase, PASSPHRASE)
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.window is not None, timeout=WAIT_MS)
    (back,) = session.window.writing.composers()
    assert back.text.toPlainText() == LETTER
    session.window.close()
    session.close()


def _make_vault(qtbot: QtBot, session: Session) -> None:
    dialog = session.unlock_dialog
    assert dialog is not None
    dialog.by_passphrase.setChecked(True)
    qtbot.keyClicks(dialog.first, PASSPHRASE)
    qtbot.keyClicks(dialog.second, PASSPHRASE)
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.written.isVisible, timeout=WAIT_MS)
    dialog.written.setChecked(True)
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.window is not None, timeout=WAIT_MS)


def _green() -> int:
    """Points of the composer's colour on the screen (or in its windows, where there is none)."""
    screen = QGuiApplication.primaryScreen()
    if QGuiApplication.platformName() == "xcb":
        pictures = [screen.grabWindow(0).toImage()]
    else:
        shown = [one for one in QApplication.topLevelWidgets() if one.isVisible()]
        pictures = [one.grab().toImage() for one in shown]
    return sum(_count(one) for one in pictures)


def _count(picture: QImage) -> int:
    small = picture.scaled(picture.width() // 4, picture.height() // 4)
    wanted = QColor("#00ff00").rgb()
    return 16 * sum(
        small.pixel(x, y) == wanted for x in range(small.width()) for y in range(small.height())
    )
