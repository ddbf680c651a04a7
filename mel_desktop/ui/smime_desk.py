"""Own certificates, from the menu of accounts (Shift+F9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from mel_desktop.app.facade import Facade

if TYPE_CHECKING:
    from mel_desktop.ui.certificates_dialog import CertificatesDialog
    from mel_desktop.ui.main_window import MainWindow


class SmimeDesk(QObject):
    """Opened, never waited for."""

    def __init__(self, facade: Facade, window: MainWindow) -> None:
        super().__init__(window)
        self._facade = facade
        self._window = window
        window.actions_.certificates.triggered.connect(lambda: self.open())

    def open(self) -> CertificatesDialog:
        """The list of own certificates."""
        from mel_desktop.ui.certificates_dialog import CertificatesDialog  # noqa: PLC0415 seldom

        dialog = CertificatesDialog(self._facade, self._window.theme, self._window)
        dialog.open()
        return dialog
