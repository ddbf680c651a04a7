"""What the window as a whole does: its toolbar's look, full screen, closing.

Made with the extras, when everything else of the window is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from mel_desktop.model.policy import Policy
from mel_desktop.ui.interface_choice import TOOLBAR, choice

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
        window.toolbar.show_as(choice(window.settings, Policy(), TOOLBAR))

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
