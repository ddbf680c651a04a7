"""What a strip of the reader is: hidden until there is something to say about the message shown."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.mail import ReadMessage
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.theme import Theme


class Strip(QWidget):
    """Hidden until there is something to say about the message shown."""

    changed = Signal()  # what the strip did changed the message: it is read again

    def __init__(self, facade: Facade, bridge: Bridge, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._facade = facade
        self._bridge = bridge
        self._theme = theme
        self.hide()

    def show_message(self, found: ReadMessage | None) -> None:
        """Say what there is to say of this message; None: no message, or several, are chosen."""
