"""What the main window offers when something does not work: the doctor and what helps at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from mel_desktop.app.facade import Facade
from mel_desktop.model.changes import Check
from mel_desktop.model.doctor import Remedy
from mel_desktop.ui.account_desk import AccountDesk
from mel_desktop.ui.actions import Actions
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from mel_desktop.ui.doctor_dialog import DoctorDialog


class DoctorDesk(QObject):
    """Opens the page and carries out its buttons."""

    def __init__(
        self,
        facade: Facade,
        bridge: Bridge,
        theme: Theme,
        actions: Actions,
        accounts: AccountDesk,
    ) -> None:
        super().__init__(accounts.window)
        self._facade = facade
        self._bridge = bridge
        self._theme = theme
        self._actions = actions
        self._accounts = accounts
        self._window = accounts.window
        actions.doctor.triggered.connect(lambda _=False: self.open())

    def open(self) -> DoctorDialog:
        """The page; it looks at once."""
        from mel_desktop.ui.doctor_dialog import DoctorDialog  # noqa: PLC0415 seldom

        dialog = DoctorDialog(self._facade, self._bridge, self._theme, self._window)
        dialog.remedy_asked.connect(lambda check: self._help(dialog, check))
        dialog.open()
        return dialog

    def _help(self, dialog: DoctorDialog, check: Check) -> None:
        if check.remedy is Remedy.PORTAL:
            QDesktopServices.openUrl(portal(check))
            return
        dialog.close()  # what helps opens a window of its own
        if check.remedy is Remedy.PASSWORD and check.account is not None:
            self._accounts.ask_password(self._facade.account(check.account))
        action = {
            Remedy.LINE: self._actions.line,
            Remedy.STORAGE: self._actions.storage,
            Remedy.VAULT: self._actions.check,
        }.get(check.remedy)
        if action is not None:
            action.trigger()


def portal(check: Check) -> QUrl:
    """The page of the network, in plain HTTP: that is how it is told from a page of ours."""
    url = QUrl()
    url.setScheme("http")
    url.setHost(str(dict(check.facts).get("portal", "")))
    return url
