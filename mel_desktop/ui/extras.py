"""Desks that the main window carries but does not need to know: each listens to what it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from mel_desktop.ui.smime_desk import SmimeDesk
from mel_desktop.ui.trust_desk import TrustDesk

if TYPE_CHECKING:
    from mel_desktop.app.facade import Facade
    from mel_desktop.ui.main_window import MainWindow


class Extras(QObject):
    """Made last, when all panes, menus and actions of the window are there."""

    def __init__(self, facade: Facade, window: MainWindow) -> None:
        super().__init__(window)
        self.trust = TrustDesk(facade, window)
        self.smime = SmimeDesk(facade, window)
