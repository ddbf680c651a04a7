"""What the window as a whole does: its toolbar's look, full screen, closing.

Made with the extras, when everything else of the window is there.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from mel_desktop.model.policy import Policy
from mel_desktop.ui.interface_choice import TOOLBAR, choice
from mel_desktop.ui.layout_desk import CLASSIC, LIST, WIDE

if TYPE_CHECKING:
    from mel_desktop.ui.main_window import MainWindow


class WindowDesk(QObject):
    """Small commands of the window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        acts = window.actions_
        acts.full_screen.toggled.connect(self._show_full)
        acts.close_window.triggered.connect(lambda: window.close())
        window.settings_desk.changed.connect(self._take)
        window.layout_desk.changed.connect(self._mark_layout)
        window.toolbar.show_as(choice(window.settings, Policy(), TOOLBAR))
        self.layouts = self._add_layouts()
        self._mark_layout(window.layout_desk.layout)

    def _add_layouts(self) -> dict[str, QAction]:
        """The layouts by name, in the menu before the command that goes to the next one."""
        after = self._window.actions_.layout
        group = QActionGroup(self)
        menu = QMenu(self.tr("Layout"), self._window)
        made = {}
        for layout, words in (
            (WIDE, self.tr("Three columns")),
            (CLASSIC, self.tr("Message below the list")),
            (LIST, self.tr("List alone")),
        ):
            action = menu.addAction(words, partial(self._window.layout_desk.choose, layout))
            action.setCheckable(True)
            group.addAction(action)
            made[layout] = action
        for place in after.associatedObjects():
            if isinstance(place, QMenu):
                place.insertMenu(after, menu)
        return made

    def _mark_layout(self, layout: str) -> None:
        self.layouts[layout].setChecked(True)

    def _take(self) -> None:
        settings = self._window.settings
        self._window.toolbar.show_as(choice(settings, Policy(), TOOLBAR))
        self._window.layout_desk.take_settings()

    def _show_full(self, full: bool) -> None:
        window = self._window
        if full:
            window.showFullScreen()
        else:
            window.showNormal()
