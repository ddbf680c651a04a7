"""What stands between this PC and its servers: the dialogs, and notices that lead on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Account, AccountId
from mel_desktop.model.changes import AccountStatus, Link
from mel_desktop.model.errors import ErrorCode, MelError
from mel_desktop.ui import wording
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from mel_desktop.ui.certificate_dialog import CertificateDialog
    from mel_desktop.ui.network_dialog import NetworkDialog

C = ErrorCode
CERTIFICATES = frozenset({
    C.CERTIFICATE, C.CERTIFICATE_EXPIRED, C.CERTIFICATE_NAME, C.CERTIFICATE_INSPECTED,
})  # fmt: skip
PROXIES = frozenset({C.PROXY_SIGN_IN, C.PROXY_REFUSED, C.PROXY_UNREACHABLE, C.PROXY_SCRIPT})


class NetworkDesk(QObject):
    """Opens the dialogs; says a trouble once, until it changes."""

    def __init__(
        self, facade: Facade, bridge: Bridge, theme: Theme, notice: Notice, window: QWidget
    ) -> None:
        super().__init__(window)
        self._facade = facade
        self._bridge = bridge
        self._theme = theme
        self._notice = notice
        self._window = window
        self._said: dict[AccountId, str] = {}

    def open(self, account: AccountId) -> NetworkDialog | None:
        """The connection of an account."""
        from mel_desktop.ui.network_dialog import NetworkDialog  # noqa: PLC0415 seldom

        try:
            stored = self._facade.account(account)
        except MelError as error:
            self._notice.say_error(error)
            return None
        dialog = NetworkDialog(self._facade, self._bridge, self._theme, stored, self._window)
        dialog.certificates_asked.connect(lambda: self.show_certificates(account, dialog))
        dialog.open()
        return dialog

    def show_certificates(
        self, account: AccountId, parent: QWidget | None = None
    ) -> CertificateDialog | None:
        """What its servers showed."""
        from mel_desktop.ui.certificate_dialog import CertificateDialog  # noqa: PLC0415 seldom

        try:
            views = self._facade.network.certificates(account)
        except MelError as error:
            self._notice.say_error(error)
            return None
        dialog = CertificateDialog(views, parent or self._window)
        dialog.open()
        return dialog

    def say(self, status: AccountStatus, account: Account) -> None:
        """A trouble for which a person can do something gets a notice, with the way to do it."""
        trouble = status.trouble if status.link is Link.TROUBLE else ""
        code = wording.known_code(trouble) if trouble else None
        portal = str(status.facts.get("portal", "")) if code is C.CAPTIVE_PORTAL else ""
        before = self._said.get(account.id, "")
        now = f"{trouble} {portal}".strip()
        if status.link is Link.CONNECTING or now == before:
            return
        self._said[account.id] = now
        button, call = self._way_on(code, account.id, portal)
        if call is not None and code is not None:
            said = wording.of_code(code, status.facts)
            words = f"{account.email}\N{NO-BREAK SPACE}: {said}"
            self._notice.say(words, Tone.WARNING, button=button, call=call)
        elif before and not trouble:
            self._notice.clear()

    def _way_on(
        self, code: ErrorCode | None, account: AccountId, portal: str
    ) -> tuple[str, Callable[[], None] | None]:
        if portal.startswith(("http://", "https://")):
            return self.tr("Open the page"), partial(self._open_page, portal)
        if code in CERTIFICATES:
            return self.tr("What differs…"), partial(self._show, account)
        if code in PROXIES:
            return self.tr("Connection…"), partial(self._open, account)
        return "", None

    def _open_page(self, portal: str) -> None:
        QDesktopServices.openUrl(QUrl(portal))

    def _show(self, account: AccountId) -> None:
        self.show_certificates(account)

    def _open(self, account: AccountId) -> None:
        self.open(account)
