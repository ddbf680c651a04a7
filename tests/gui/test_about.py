"""What the program says of itself: a later version where IT wants it told, licences of parts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.release_notice import NoticeFacts, NoticeState, ReleaseNotice
from mel_desktop.services.release_notice import ReleaseNotices
from mel_desktop.ui.about import of_notice, open_about
from mel_desktop.ui.licences_dialog import LicencesDialog
from mel_desktop.ui.main_window import MainWindow
from tests.gui.test_accessibility import nameless
from tests.support.cut_words import cut_words
from tests.support.signing import TestKey
from tests.unit.test_release_notice import SERIAL, content

KEY = TestKey()


@pytest.fixture
def told(facade: Facade) -> Facade:
    """A policy wants it told, and a later version is out."""
    until = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    notice = KEY.sign("release", SERIAL, content(expires=until))
    services = facade._services
    release = ReleaseNotices(
        services.database, services.clock, url="https://h.invalid/n", program="0.1.0",
        keys=[KEY.public], fetch=lambda _url: notice,
    )  # fmt: skip
    services.server_data = replace(services.server_data, release=release)
    return facade


def about(window: MainWindow) -> QMessageBox:
    window.actions_.about.trigger()
    return window.findChildren(QMessageBox)[-1]


def test_nothing_is_said_of_versions_without_a_policy(window: MainWindow) -> None:
    box = about(window)
    assert box.text().startswith("Mel Desktop 0.")
    assert box.informativeText().endswith("Rien n’est mesuré ni transmis.")
    box.close()


def test_a_later_version_is_told(told: Facade, window: MainWindow) -> None:
    box = about(window)
    assert box.informativeText().endswith("L’annonce des versions n’a pas encore été lue.")
    box.close()
    told.release_notice(look=True)
    box = open_about(window, told)
    said = box.informativeText()
    assert "La version 0.2 est disponible. Votre service informatique l’installe." in said
    assert "Annonce lue le " in said
    assert list(nameless(box)) == []
    assert list(cut_words(box)) == []
    box.close()


@pytest.mark.usefixtures("window")
def test_every_state_has_its_words() -> None:
    at = datetime(2026, 12, 1, tzinfo=UTC)
    notice = ReleaseNotice((0, 2), "https://h/x", "0" * 64, 1, 1, at)
    said = {state: of_notice(NoticeFacts(state, notice, at)) for state in NoticeState}
    assert said.pop(NoticeState.OFF) == ""
    assert len(set(said.values())) == len(said)
    assert all(text.endswith(".") for text in said.values())
    assert "décembre 2026" in said[NoticeState.CURRENT] or "12/2026" in said[NoticeState.CURRENT]
    failed = of_notice(NoticeFacts(NoticeState.CURRENT, notice, at, "timed-out"))
    assert failed.endswith("La dernière lecture a échoué.")


def test_the_licences_open_from_there_and_are_searched(window: MainWindow, qtbot: QtBot) -> None:
    box = about(window)
    button = next(one for one in box.buttons() if "Licences" in one.text().replace("&", ""))
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    dialog = window.findChild(LicencesDialog)
    assert dialog is not None
    assert dialog.isVisible()
    assert list(nameless(dialog)) == []
    assert "EUPL-1.2" in dialog.text.toPlainText()[:1000]
    qtbot.keyClicks(dialog.search, "GNU LESSER GENERAL")
    qtbot.keyClick(dialog.search, Qt.Key.Key_Return)
    assert dialog.isVisible()  # Enter searches, it does not close
    assert dialog.text.textCursor().selectedText() == "GNU LESSER GENERAL"
    first = dialog.text.textCursor().position()
    while dialog.find_next() and dialog.text.textCursor().position() > first:
        pass
    assert dialog.text.textCursor().position() == first  # round again
    assert dialog.said.text() == "Reprise depuis le début"
    dialog.search.setText("pas là du tout")
    qtbot.mouseClick(dialog.next, Qt.MouseButton.LeftButton)
    assert dialog.said.text() == "Introuvable"
    assert dialog.text.textCursor().position() == first  # what was found before stays in sight
    qtbot.keyClicks(dialog.search, "x")
    assert dialog.said.text() == ""
    assert list(cut_words(dialog)) == []
    assert "do not edit" not in dialog.text.toPlainText()[:1000]
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    QApplication.processEvents()
