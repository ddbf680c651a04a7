"""The settings of the window, and the page of what IT has decided."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSettings
from PySide6.QtWidgets import QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.ui.actions import Actions
from mel_desktop.ui.dialogs import SettingsDialog
from mel_desktop.ui.interface_choice import wants_plain
from mel_desktop.ui.policies_dialog import PoliciesDialog
from mel_desktop.ui.reader import Reader
from mel_desktop.ui.theme import Theme


class SettingsDesk(QObject):
    """Opens the dialogs; what is chosen holds at once."""

    def __init__(
        self,
        facade: Facade,
        theme: Theme,
        settings: QSettings,
        acts: Actions,
        reader: Reader,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._facade = facade
        self._theme = theme
        self._settings = settings
        self._reader = reader
        self._window = window
        acts.settings.triggered.connect(lambda: self.open_settings())
        acts.policies.triggered.connect(lambda: self.open_policies())
        self._take()

    def open_settings(self) -> SettingsDialog:
        """Language, theme, how messages open."""
        policy = self._facade.vault.policy()
        dialog = SettingsDialog(self._settings, self._theme, self._window, policy=policy)
        dialog.changed.connect(self._take)
        dialog.open()
        return dialog

    def open_policies(self) -> PoliciesDialog:
        """Each value in force, and who set it."""
        dialog = PoliciesDialog(self._facade, self._theme, self._settings, self._window)
        dialog.open()
        return dialog

    def _take(self) -> None:
        policy = self._facade.vault.policy()
        self._reader.prefers_plain = wants_plain(self._settings, policy)
