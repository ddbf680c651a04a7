"""What the pictures of the galleries once showed: rows, links, boxes as they should stand."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSettings
from PySide6.QtWidgets import QListWidget, QScrollBar, QTreeWidget, QWidget
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.ui.data_dialog import DataDialog
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.question import Question, ask
from mel_desktop.ui.settings_dialog import SettingsDialog
from mel_desktop.ui.snooze_dialog import SnoozeDialog
from mel_desktop.ui.theme import Theme
from tests.support import agenda_gallery
from tests.support.cut_words import cut_words


def rows(found: QListWidget | QTreeWidget) -> list[QRect]:
    index = [found.model().index(row, 0) for row in range(found.model().rowCount())]
    return [found.visualRect(one) for one in index]


def assert_even(found: QListWidget | QTreeWidget) -> None:
    """One below the other, none over the next, all with air about the letters."""
    places = rows(found)
    assert len(places) > 3
    assert all(below.top() == above.bottom() + 1 for above, below in pairwise(places))
    assert min(one.height() for one in places) >= found.fontMetrics().height() + 6


def test_rows_of_dialogs_do_not_overlap(
    window: MainWindow, facade: Facade, settings: QSettings, theme: Theme, qtbot: QtBot
) -> None:
    for dialog, name in (
        (SettingsDialog(settings, theme, window), "pages"),
        (DataDialog(facade, theme, window), "data"),
        (DataDialog(facade, theme, window), "facts"),
        (SnoozeDialog(facade, facade.accounts()[0].id, 1, window), "presets"),
    ):
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.waitExposed(dialog)
        assert_even(getattr(dialog, name))
        dialog.close()


def test_a_bar_with_nothing_to_scroll_is_not_drawn(theme: Theme, qtbot: QtBot) -> None:
    bar = QScrollBar()
    qtbot.addWidget(bar)
    bar.resize(11, 300)
    bar.setRange(0, 0)
    bar.show()
    middle = bar.grab().toImage().pixelColor(5, 150)
    assert middle == bar.grab().toImage().pixelColor(0, 0)
    bar.setRange(0, 10)
    bar.setPageStep(1000)  # its handle takes all of it
    assert bar.grab().toImage().pixelColor(5, 150) != middle


def test_a_narrow_reader_keeps_its_text(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    mail = window.mail
    message = next(
        one
        for one in mail.model.ids
        if len(facade.show(one).to) > 3 and facade.show(one).attachments
    )
    mail.view.select(message)
    reader = mail.reader
    qtbot.waitUntil(lambda: bool(reader.attachments.cards()), timeout=20_000)
    shown = facade.show(message)
    card = reader.attachments.cards()[0]
    window.resize(1366, 768)
    qtbot.waitUntil(lambda: shown.to[2].address in reader.head.recipients.text(), timeout=20_000)
    assert card._save.text()
    assert card._open.isVisible()
    window.resize(905, 520)
    qtbot.waitUntil(lambda: not card._save.text(), timeout=20_000)
    assert card._save.accessibleName()
    assert card._save.toolTip()
    assert not card._open.isVisible()
    qtbot.waitUntil(lambda: card.geometry().right() < reader.width(), timeout=20_000)
    assert shown.to[0].address in reader.head.recipients.text()
    assert shown.to[1].address not in reader.head.recipients.text()
    people = reader.head.recipients
    assert people.height() >= people.heightForWidth(people.width())


@pytest.mark.parametrize("size", [(960, 500), (905, 520), (683, 384)])
def test_a_low_reader_cuts_neither_the_sender_nor_a_warning(
    window: MainWindow, facade: Facade, qtbot: QtBot, tmp_path: Path, size: tuple[int, int]
) -> None:
    """1920 x 1080 at 200 %: what there is to say of a doubted invitation scrolls, and is whole."""
    scenes = agenda_gallery.Scenes(window, facade, tmp_path)
    scenes.see_invitation_forged()
    window.resize(*size)
    window.mail._on_opened()
    reader, card = window.mail.reader, scenes.card()
    between = card.parentWidget()
    assert between is not None
    qtbot.waitUntil(lambda: not list(cut_words(reader.head)), timeout=9_000)
    qtbot.waitUntil(lambda: not list(cut_words(between)), timeout=9_000)
    assert reader.browser.height() > reader.fontMetrics().height() * 2
    window.activateWindow()
    card.apply.setFocus()
    port = between.parentWidget()
    assert port is not None
    qtbot.waitUntil(
        lambda: port.rect().contains(
            QRect(card.apply.mapTo(port, QPoint(0, 0)), card.apply.size()).center()
        ),
        timeout=9_000,
    )


def test_a_room_with_nothing_in_it_takes_none(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    plain = next(one for one in window.mail.model.ids if not facade.show(one).attachments)
    window.mail.view.select(plain)
    reader = window.mail.reader
    room = reader.strips[0].parentWidget()
    assert room is not None
    shown = [one for one in room.children() if isinstance(one, QWidget) and not one.isHidden()]
    for one in shown:
        one.hide()
    qtbot.waitUntil(lambda: reader.browser.y() - reader.head.geometry().bottom() <= 2)


def test_what_is_undone_is_named_rightly(window: MainWindow, qtbot: QtBot) -> None:
    mail = window.mail
    mail.view.select(mail.model.ids[0])
    window.actions_.archive.trigger()
    qtbot.waitUntil(lambda: bool(window.undo.bar.text), timeout=20_000)
    assert window.undo.bar._button.text() == "Annuler (Ctrl+Z)"


@pytest.mark.parametrize("destroys", [True, False])
def test_questions_have_our_drawings(window: MainWindow, destroys: bool) -> None:
    box = ask(window, Question("t", "text", "yes", "no", destroys=destroys), lambda: None)
    drawn = box.iconPixmap().toImage()
    ink = window.palette().windowText().color()
    assert any(
        drawn.pixelColor(x, y) == ink for x in range(drawn.width()) for y in range(drawn.height())
    )
    box.close()
