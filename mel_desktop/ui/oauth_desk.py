"""What a person does with accounts that sign in on a provider's page; used by the account desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Account, AccountId, NewAccount
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from mel_desktop.ui.oauth_dialog import OAuthDialog


class OAuthDesk(QObject):
    """Dialogs of such accounts."""

    def __init__(
        self, facade: Facade, bridge: Bridge, theme: Theme, notice: Notice, window: QWidget
    ) -> None:
        super().__init__(window)
        self._facade = facade
        self._bridge = bridge
        self._theme = theme
        self._notice = notice
        self._window = window

    def add(self) -> OAuthDialog:
        """Open the dialog for a new account."""
        return self._open(None)

    def go_on(self, known: NewAccount) -> OAuthDialog:
        """Open it with what the wizard knows of the account."""
        dialog = self._open(None)
        dialog.begin_with(known)
        return dialog

    def sign_in_again(self, account: Account) -> OAuthDialog:
        """Open it for an account whose grant has ended."""
        dialog = self._open(account)
        dialog.signed_in.connect(self._notice.clear)
        return dialog

    def _open(self, account: Account | None) -> OAuthDialog:
        from mel_desktop.ui.oauth_dialog import OAuthDialog  # noqa: PLC0415 seldom

        dialog = OAuthDialog(self._facade, self._bridge, self._theme, self._window, account)
        dialog.open()
        return dialog

    def remove(self, account: AccountId) -> None:
        """Give the grant back, then forget the account; what could not be given back is said."""
        door = self._facade.sign_in

        def done(was_given_back: bool) -> None:
            with self._notice.errors():
                self._facade.remove_account(account)
            if not was_given_back:
                self._notice.say(
                    self.tr(
                        "The account is removed. What you granted could not be taken back at the "
                        "provider: remove it there, on the page of your account."
                    ),
                    Tone.INFO,
                )

        self._bridge.run(
            self, lambda: door.give_back(account), done=done, failed=self._notice.say_error
        )
