"""The settings of the window, and the page of what IT has decided."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.policy import Policy
from mel_desktop.ui.actions import Actions
from mel_desktop.ui.interface_choice import CONTRAST, DENSITY, SIZE, choice, wants_plain
from mel_desktop.ui.reader import Reader
from mel_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from mel_desktop.ui.policies_dialog import PoliciesDialog
    from mel_desktop.ui.settings_dialog import SettingsDialog


class SettingsDesk(QObject):
    """Opens the dialogs; what is chosen holds at once."""

    changed = Signal()

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
        self._acts = acts
        self._titles: tuple[tuple[str, str], ...] = ()
        acts.settings.triggered.connect(lambda: self.open_settings())
        acts.policies.triggered.connect(lambda: self.open_policies())
        self._take()

    def open_settings(self) -> SettingsDialog:
        """Pages and a search."""
        from mel_desktop.ui.settings_dialog import SettingsDialog  # noqa: PLC0415 start-up time

        policy = self._facade.vault.policy()
        dialog = SettingsDialog(
            self._settings,
            self._theme,
            self._window,
            policy=policy,
            elsewhere=self._elsewhere(),
            hides=self._facade.vault.lock_settings().hide_notifications,
        )
        dialog.hiding_changed.connect(self._hide_contents)
        dialog.changed.connect(self._take)
        dialog.open()
        return dialog

    def titles(self) -> tuple[tuple[str, str], ...]:
        """What each setting is called, and words by which it is looked for."""
        from mel_desktop.ui.settings_dialog import SettingsDialog  # noqa: PLC0415 start-up time

        if not self._titles:
            dialog = SettingsDialog(
                self._settings, self._theme, self._window, policy=self._facade.vault.policy()
            )
            self._titles = tuple((row.called, row.words) for row in dialog.rows())
            dialog.deleteLater()
        return self._titles

    def find(self, title: str) -> SettingsDialog:
        """The settings at one of them, the keyboard in it."""
        dialog = self.open_settings()
        dialog.go_to(title)
        return dialog

    def open_policies(self) -> PoliciesDialog:
        """Each value in force, and who set it."""
        from mel_desktop.ui.policies_dialog import PoliciesDialog  # noqa: PLC0415 seldom

        dialog = PoliciesDialog(self._facade, self._theme, self._settings, self._window)
        dialog.open()
        return dialog

    def _hide_contents(self, hide: bool) -> None:
        vault = self._facade.vault
        vault.set_lock_settings(replace(vault.lock_settings(), hide_notifications=hide))

    def _take(self) -> None:
        policy = self._facade.vault.policy()
        self._reader.prefers_plain = wants_plain(self._settings, policy)
        dress(self._theme, self._settings)
        self.changed.emit()

    def _elsewhere(self) -> tuple[tuple[QAction, str], ...]:
        """Dialogs that hold settings of their own, with words by which people look for them."""
        acts = self._acts
        return (
            (acts.checks, "vérifications envoi annulation délai heures calmes undo quiet hours"),
            (acts.identities, "signature nom affiché adresse identité name"),
            (acts.password, "mot de passe connexion sign-in"),
            (acts.network, "proxy réseau certificat port serveur network certificate"),
            (acts.line, "forfait données volume budget synchronisation heures data mobile hours"),
            (acts.storage, "espace disque hors ligne durée conservation disk offline retention"),
            (acts.vault, "phrase de passe verrouillage coffre code secours notifications poste "
             "partagé passphrase lock recovery shared idle"),
            (acts.rules, "filtres tri classement sieve filters"),
            (acts.absence, "répondeur vacances absence réponse automatique out of office"),
            (acts.templates, "modèles réponses types templates"),
            (acts.add_account, "compte ajouter boîte account mailbox"),
            (acts.policies, "établissement académie règles imposé verrouillé policy locked"),
        )  # fmt: skip


def dress(theme: Theme, settings: QSettings) -> None:
    """Contrast, letters and density as they were chosen."""
    size = choice(settings, Policy(), SIZE)
    theme.dress(
        contrast=choice(settings, Policy(), CONTRAST),
        size=int(size) if size.isascii() and size.isdigit() and len(size) < 4 else 100,
        compact=choice(settings, Policy(), DENSITY) == "compact",
    )
