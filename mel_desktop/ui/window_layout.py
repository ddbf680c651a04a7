"""Where the parts of the main window stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from mel_desktop.ui.theme import letters

FOLDERS_WIDTH, PAGES_WIDTH = 238, 1042  # px of 1280


def side_by_side(folders: QWidget, pages: QWidget) -> QSplitter:
    """Folders, and what they hold; only the latter grows."""
    splitter = QSplitter()
    splitter.addWidget(folders)
    splitter.addWidget(pages)
    splitter.setStretchFactor(0, 0)
    splitter.setStretchFactor(1, 1)
    splitter.setChildrenCollapsible(False)
    folders_width = round(FOLDERS_WIDTH * letters())
    splitter.setSizes([folders_width, FOLDERS_WIDTH + PAGES_WIDTH - folders_width])
    return splitter


def stacked(above: Iterable[QWidget], middle: QWidget, below: QWidget) -> QWidget:
    """Notices above, what grows, the status line."""
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for one in above:
        column.addWidget(one)
    column.addWidget(middle, 1)
    column.addWidget(below)
    return whole


def step(panes: Sequence[QWidget], by: int) -> None:
    """The keyboard goes to the next pane (or the one before) of those that are seen."""
    seen = [one for one in panes if one.isVisibleTo(one.window())]
    now = next((place for place, one in enumerate(seen) if one.hasFocus()), -1)
    seen[(now + by) % len(seen)].setFocus(Qt.FocusReason.TabFocusReason)
