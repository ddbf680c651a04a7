"""How a page of the help is laid out and searched: lines, tables, the place that was looked for."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QTextTable
from pytestqt.qtbot import QtBot

from mel_desktop.ui.help_desk import GUIDE, KEYS, HelpWindow
from mel_desktop.ui.help_text import LINE_LETTERS, find
from mel_desktop.ui.main_window import MainWindow


@pytest.fixture
def shown(window: MainWindow) -> HelpWindow:
    return window.extras.help.open(GUIDE)


def tables(shown: HelpWindow) -> list[QTextTable]:
    frames = shown.browser.document().rootFrame().childFrames()
    return [one for one in frames if isinstance(one, QTextTable)]


@pytest.mark.parametrize("width", [560, 820, 1366, 2400])
def test_no_line_is_cut_nor_too_long(shown: HelpWindow, qtbot: QtBot, width: int) -> None:
    shown.resize(width, 500)
    browser = shown.browser
    most = browser.fontMetrics().averageCharWidth() * LINE_LETTERS
    for page in (GUIDE, "accessibility", KEYS):
        shown.show_page(page)
        qtbot.waitUntil(
            lambda: browser.document().size().width() <= browser.viewport().width(), timeout=9_000
        )
        assert browser.document().textWidth() <= most, page


def test_tables_have_lines_of_the_theme_and_a_head(shown: HelpWindow) -> None:
    tones = shown.browser._theme.tones
    assert len(tables(shown)) >= 3
    for table in tables(shown):
        assert table.format().borderCollapse()
        assert table.format().borderBrush().color().name() == tones.line
        ground = [table.cellAt(row, 0).format().background().color().name() for row in (0, 1)]
        assert ground[0] == tones.raised != ground[1]


def test_headings_have_room_above(shown: HelpWindow) -> None:
    block = shown.browser.document().begin()
    seen = 0
    while block.isValid():
        form = block.blockFormat()
        if form.headingLevel() > 1:
            assert form.topMargin() >= 14
            seen += 1
        block = block.next()
    assert seen > 8


def test_a_search_goes_to_the_words_and_marks_them(shown: HelpWindow) -> None:
    shown.search.setText("quota")
    assert shown.page() == GUIDE
    browser = shown.browser
    (marked,) = browser.extraSelections()
    assert "quota" in marked.cursor.selectedText()
    at = browser.cursorRect(marked.cursor)
    line = browser.viewport().grab(QRect(0, at.top(), browser.viewport().width(), 4)).toImage()
    mark = QColor(browser._theme.tones.mark).rgb()
    assert any(line.pixel(x, 1) == mark for x in range(line.width())), "seen, not only chosen"
    place = browser.verticalScrollBar().value()
    assert place > 200
    top = browser.cursorRect(marked.cursor).top()
    assert 0 <= top < browser.viewport().height()
    shown.search.setText("zzyzx")
    assert browser.extraSelections() == []
    shown.search.setText("quotà")  # accents are set aside here as well
    assert len(browser.extraSelections()) == 1
    shown.show_page("offline")
    assert browser.extraSelections() == []
    assert browser.verticalScrollBar().value() == 0


def test_nothing_typed_is_found_nowhere(shown: HelpWindow) -> None:
    assert find(shown.browser.document(), "  ") is None
    assert find(shown.browser.document(), "zzyzx") is None
