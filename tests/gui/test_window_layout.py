"""Parts of the window are put together without the style sheet and have it afterwards."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.theme import Theme
from mel_desktop.ui.window_layout import unstyled
from tests.support.windows import shown_window

SHEET = "QLabel { min-height: 321px }"


def test_what_was_put_together_is_styled_at_the_end(
    qtbot: QtBot, qapp: QApplication, theme: Theme
) -> None:
    whole = qapp.styleSheet()
    qapp.setStyleSheet(SHEET)
    try:
        with unstyled():
            outer, label = QWidget(), QLabel("Bonjour")
            qtbot.addWidget(outer)
            QVBoxLayout(outer).addWidget(label)
            label.ensurePolished()
            assert label.minimumHeight() != 321
        outer.show()
        assert label.minimumHeight() == 321
        with pytest.raises(ZeroDivisionError), unstyled():
            raise ZeroDivisionError
        assert qapp.styleSheet() == SHEET
    finally:
        qapp.setStyleSheet(whole)


def test_the_window_has_the_sheet_of_its_theme(
    qapp: QApplication, facade: Facade, theme: Theme, settings: QSettings
) -> None:
    sheets: list[str] = []
    make = MainWindow._make_panes

    def watched(window: MainWindow) -> None:
        sheets.append(qapp.styleSheet())
        make(window)
        sheets.append(qapp.styleSheet())

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(MainWindow, "_make_panes", watched)
        with shown_window(facade, theme, settings):
            sheets.append(qapp.styleSheet())
    assert "QLineEdit" in sheets[0]
    assert sheets == [sheets[0]] * 3
