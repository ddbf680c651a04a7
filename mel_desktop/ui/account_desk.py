"""What a person does with accounts: add, give a password, remove; and what accounts ask for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QDialog, QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Account, AccountId, AuthKind, Secret
from mel_desktop.model.changes import Link, Status
from mel_desktop.model.errors import MelError
from mel_desktop.model.storage import KeptState
from mel_desktop.ui import wording
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.network_desk import NetworkDesk
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.oauth_desk import OAuthDesk
from mel_desktop.ui.question import Question, ask
from mel_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from mel_desktop.ui.box_dialog import BoxDialog
    from mel_desktop.ui.data_dialog import DataDialog
    from mel_desktop.ui.migration_dialog import MigrationDialog
    from mel_desktop.ui.wizard import AccountWizard


class AccountDesk(QObject):
    """Dialogs about accounts, and the notice that a refused password brings."""

    def __init__(
        self, facade: Facade, bridge: Bridge, theme: Theme, notice: Notice, window: QWidget
    ) -> None:
        super().__init__(window)
        self._facade = facade
        self._bridge = bridge
        self._theme = theme
        self._notice = notice
        self.window = window
        self.oauth = OAuthDesk(facade, bridge, theme, notice, window)
        self._troubles: dict[AccountId, str] = {}
        self.network = NetworkDesk(facade, bridge, theme, notice, window)

    def add(self) -> AccountWizard:
        """Open the wizard."""
        from mel_desktop.ui.wizard import AccountWizard  # noqa: PLC0415 seldom

        wizard = AccountWizard(self._facade, self._bridge, self._theme, self.window)
        with self._notice.errors():
            offers = self._facade.policies.offered()
            if offers:
                wizard.offer(offers[0])
        wizard.by_page_asked.connect(self.oauth.go_on)
        wizard.open()
        return wizard

    def migrate(self, account: AccountId) -> MigrationDialog | None:
        """Take it to another service, or see how far that is."""
        from mel_desktop.ui.migration_dialog import MigrationDialog  # noqa: PLC0415 seldom

        try:
            chosen = self._facade.migration.newest(self._facade.account(account))
        except MelError as error:
            self._notice.say_error(error)
            return None
        dialog = MigrationDialog(self._facade, self._bridge, self._theme, chosen, self.window)
        dialog.open()
        return dialog

    def join_box(self, account: AccountId) -> BoxDialog | None:
        """A functional box goes on as a shared folder of another account."""
        from mel_desktop.ui.box_dialog import BoxDialog  # noqa: PLC0415 seldom

        accounts = [one for one in self._facade.accounts() if not one.read_only]
        box = next((one for one in accounts if one.id == account), None)
        others = [one for one in accounts if one.id != account]
        if box is None or not others:
            self._notice.say(
                self.tr("Add your own account first: the box becomes a shared folder of it.")
            )
            return None
        dialog = BoxDialog(self._facade, self._bridge, self._theme, box, others, self.window)
        dialog.open()
        return dialog

    def show_data(self) -> DataDialog:
        """What is known of mail services, and its renewal by a file."""
        from mel_desktop.ui.data_dialog import DataDialog  # noqa: PLC0415 seldom

        dialog = DataDialog(self._facade, self._theme, self.window)
        dialog.open()
        return dialog

    def greet(self) -> None:
        """No account yet: one that IT gives is asked for at once, only its password is missing."""
        QTimer.singleShot(0, self, self._add_given)

    def _add_given(self) -> None:
        with self._notice.errors():
            if self._facade.policies.offered():
                self.add()

    def ask_password(self, account: Account) -> QDialog:
        """Ask for a new password, or for a sign-in on the provider's page."""
        from mel_desktop.ui.dialogs import PasswordDialog  # noqa: PLC0415 first needed here

        if account.auth is AuthKind.OAUTH2:
            return self.oauth.sign_in_again(account)
        trouble = self._troubles.get(account.id, "")
        reason = str(wording.of_text(trouble)) if wording.is_sign_in(trouble) else ""
        dialog = PasswordDialog(account, reason, self.window)
        dialog.given.connect(lambda secret: self.use_password(account.id, secret))
        dialog.open()
        return dialog

    def _ask_again(self, account: Account) -> None:
        self.ask_password(account)

    def use_password(self, account: AccountId, secret: Secret) -> None:
        """Store it, lift the hold, try at once."""
        with self._notice.errors():
            self._facade.set_password(account, secret)
            self._notice.clear()
            self._facade.wake()

    def ask_remove(self, account: Account) -> None:
        """Ask before an account is forgotten."""
        if account.read_only:  # its end tells what is only there
            self.migrate(account.id)
            return
        more = self.tr(
            "Its messages stay on the server. Drafts and messages that wait to be sent are lost."
        )
        with self._notice.errors():
            kept = self._facade.storage.kept()
            only = [
                one for one in kept if one.account == account.id and one.state is KeptState.KEPT
            ]
            if only:
                more += " " + self.tr(
                    "%n message(s) are on this PC only: they are lost for good.", "", len(only)
                )
        ask(
            self.window,
            Question(
                title=self.tr("Remove an account"),
                text=self.tr("Remove {email} from this PC?").format(email=account.email),
                more=more,
                yes=self.tr("Remove"),
                no=self.tr("Keep"),
            ),
            lambda: self._remove(account),
        )

    def _remove(self, account: Account) -> None:
        if account.auth is AuthKind.OAUTH2:
            self.oauth.remove(account.id)
            return
        with self._notice.errors():
            self._facade.remove_account(account.id)

    def say_troubles(self, status: Status, accounts: Sequence[Account]) -> None:
        """A refused password asks for a person; other troubles stand in the status line."""
        for one in status.accounts:
            account = next((known for known in accounts if known.id == one.account), None)
            trouble = one.trouble if one.link is Link.TROUBLE else ""
            before = self._troubles.get(one.account, "")
            self._troubles[one.account] = trouble
            if account is not None:
                self.network.say(one, account)
            if account is None or trouble == before:
                continue
            if wording.is_sign_in(trouble):
                self._ask_by_notice(account, str(wording.of_text(trouble, one.host)))
            elif wording.is_sign_in(before) and one.link is not Link.CONNECTING:
                self._notice.clear()

    def _ask_by_notice(self, account: Account, words: str) -> None:
        self._notice.say(
            f"{account.email}\N{NO-BREAK SPACE}: {words}",
            Tone.WARNING,
            button=self.tr("Sign in again…")
            if account.auth is AuthKind.OAUTH2
            else self.tr("Type the password…"),
            call=lambda: self._ask_again(account),
        )
