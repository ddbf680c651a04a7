"""No key and no underlined letter means two things in one window, in French and in English."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QMenuBar, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.ui import language
from mel_desktop.ui.folder_tree import Place
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.theme import LIGHT, Theme
from tests.support import directory_gallery, window_gallery, writing_gallery
from tests.support.keys import ambiguous, double_mnemonics
from tests.support.windows import delete_now, shown_window

SCENES = tuple(
    name
    for name in (*writing_gallery.SCENES, *window_gallery.SCENES)
    # a list under a field, and dialogs that only wait or search
    if name not in {"completion", "group_recipients", "wizard_servers"}
)


@pytest.fixture(params=(language.FRENCH, language.ENGLISH))
def spoken(
    request: pytest.FixtureRequest, qapp: QApplication, facade: Facade, settings: QSettings
) -> Iterator[MainWindow]:
    language.load(qapp, request.param)
    theme = Theme(LIGHT)
    try:
        with shown_window(facade, theme, settings) as window:
            yield window
    finally:
        delete_now(theme)
        language.load(qapp, language.FRENCH)


def doubled(shown: QWidget) -> list[str]:
    """What is wrong in a window and in its menus."""
    if isinstance(shown, QMenu):
        return double_mnemonics(shown)
    wrong = ambiguous(shown)
    for menu in (*shown.findChildren(QMenu), *shown.findChildren(QMenuBar)):
        if menu.window() is shown or menu.parent() is shown:
            wrong += double_mnemonics(menu)
    return sorted(set(wrong))


def test_no_key_means_two_things_in_any_screen(
    spoken: MainWindow, facade: Facade, tmp_path: Path
) -> None:
    scenes = window_gallery.Scenes(spoken, facade, tmp_path)
    wrong = {}
    for name in SCENES:
        shown = scenes.see(name)
        wrong[name] = doubled(shown)
        if not isinstance(shown, QMainWindow):
            shown.close()
    assert {name: those for name, those in wrong.items() if those} == {}


def test_no_key_means_two_things_in_any_screen_of_the_directory(
    spoken: MainWindow, facade: Facade, tmp_path: Path
) -> None:
    scenes = directory_gallery.Scenes(spoken, facade, tmp_path)
    wrong = {}
    for name in directory_gallery.SCENES:
        shown = scenes.see(name)
        wrong[name] = doubled(shown)
        if not isinstance(shown, QMainWindow):
            shown.close()
    assert {name: those for name, those in wrong.items() if those} == {}


def test_no_key_means_two_things_in_any_pane(spoken: MainWindow) -> None:
    wrong = {}
    for place in Place:
        spoken.go(place)
        wrong[place.value] = doubled(spoken)
    assert {name: those for name, those in wrong.items() if those} == {}


def test_taking_a_message_back_has_its_key_for_itself(
    spoken: MainWindow, facade: Facade, tmp_path: Path
) -> None:
    window_gallery.Scenes(spoken, facade, tmp_path).see("undo_bar")
    spoken.go(Place.JOURNAL)
    assert ambiguous(spoken) == []


def test_what_is_doubled_is_found(qtbot: QtBot) -> None:
    window, inner, aside = QWidget(), QPushButton("&Attendre"), QPushButton("&Annuler")
    qtbot.addWidget(window)
    inner.setParent(window)
    aside.setParent(window)
    assert ambiguous(window) == ["Alt+A: &Attendre | &Annuler"]
    aside.setEnabled(False)
    assert ambiguous(window) == []
    action = QAction("Ranger", window)
    action.setShortcut(QKeySequence("Ctrl+K"))
    window.addAction(action)
    key = QShortcut(QKeySequence("Ctrl+K"), inner)
    key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    assert ambiguous(window) == ["Ctrl+K: Ranger | key in QPushButton"]
    action.setEnabled(False)
    assert ambiguous(window) == []
    menu = QMenu(window)
    menu.addAction("&Attendre")
    menu.addMenu("P&lus").addAction("&Annuler")
    assert double_mnemonics(menu) == []
    menu.addAction("&Annuler")
    assert double_mnemonics(menu) == ["Alt+A: &Attendre | &Annuler"]
