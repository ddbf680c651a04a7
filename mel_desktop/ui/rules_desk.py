"""What the main window offers about rules: the dialogs, a rule from a message, the absence told."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QLocale, QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import Area, Changes
from mel_desktop.ui.actions import Actions
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.mail_page import MailPage
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from mel_desktop.model.rules import Absence, RuleBook
    from mel_desktop.ui.absence_dialog import AbsenceDialog
    from mel_desktop.ui.rule_edit import RuleEdit
    from mel_desktop.ui.rules_dialog import RulesDialog


class RulesDesk(QObject):
    """Opened, never waited for."""

    def __init__(
        self, facade: Facade, bridge: Bridge, theme: Theme, acts: Actions, page: MailPage,
        window: QWidget,
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._facade = facade
        self._bridge = bridge
        self._theme = theme
        self._acts = acts
        self._page = page
        self._window = window
        self.banner = Notice(theme, window)
        acts.rules.triggered.connect(lambda: self.open())
        acts.absence.triggered.connect(lambda: self.open_absence())
        acts.rule_from.triggered.connect(lambda: self.begin())
        page.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        page.view.customContextMenuRequested.connect(self._open_menu)
        bridge.changed.connect(self._on_changed)
        self.look()

    def open(self) -> RulesDialog | None:
        """The rules of the account whose folder is shown."""
        from mel_desktop.ui.rules_dialog import RulesDialog  # noqa: PLC0415 seldom

        if not self._facade.accounts():
            return None
        folder = self._page.folder()
        dialog = RulesDialog(
            self._facade, self._bridge, self._theme, self._window,
            account=None if folder is None else AccountId(folder.account),
            folder=None if folder is None else folder.id,
        )  # fmt: skip
        dialog.open()
        return dialog

    def open_absence(self, account: AccountId | None = None) -> AbsenceDialog | None:
        """The absence message."""
        from mel_desktop.ui.absence_dialog import AbsenceDialog  # noqa: PLC0415 seldom

        if not self._facade.accounts():
            return None
        folder = self._page.folder()
        if account is None and folder is not None:
            account = AccountId(folder.account)
        dialog = AbsenceDialog(self._facade, self._bridge, self._theme, self._window, account)
        dialog.open()
        return dialog

    def begin(self) -> RuleEdit | None:
        """A rule from the chosen message."""
        ids = self._page.view.selected_ids()
        dialog = self.open() if ids else None
        if dialog is None:
            return None
        made: RuleEdit | None = None
        with dialog.notice.errors():
            made = dialog.write(self._facade.rules.rule_from(ids[0]))
        return made

    def menu(self) -> QMenu:
        """Of the list of messages: what is wanted most, and a rule from this message."""
        acts = self._acts
        menu = QMenu(self._page.view)
        menu.setAccessibleName(self.tr("Message"))
        for group in (
            (acts.reply, acts.reply_all, acts.forward),
            (acts.read, acts.flag, acts.move, acts.copy, acts.delete),
            (acts.rule_from, acts.add_contact),
        ):
            menu.addActions(list(group))
            menu.addSeparator()
        return menu

    def _open_menu(self, place: QPoint) -> None:
        if self._page.view.selected_ids():
            menu = self.menu()
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self._page.view.viewport().mapToGlobal(place))

    # -- the absence -------------------------------------------------------------------------------

    def _on_changed(self, changes: Changes) -> None:
        if changes.areas & (Area.RULES | Area.ACCOUNTS):
            self.look()

    def look(self) -> None:
        """Tell while an absence message is active: it is easily forgotten."""
        with self.banner.errors():
            accounts = self._facade.accounts()
            for action in (self._acts.rules, self._acts.absence, self._acts.rule_from):
                action.setEnabled(bool(accounts))
            today = QDate.currentDate()
            now = date(today.year(), today.month(), today.day())
            for account in accounts:
                book = self._facade.rules.book(account.id)
                if is_active(book.absence, now):
                    self._tell(book, account.email)
                    return
            self.banner.clear()

    def _tell(self, book: RuleBook, email: str) -> None:
        absence, account = book.absence, book.account
        text = self.tr("An absence message answers for {email}.").format(email=email)
        if not book.absence_on_server:
            text = self.tr("The absence message of {email} is not on the server yet.").format(
                email=email
            )
        elif absence.until is not None:
            day = QDate(absence.until.year, absence.until.month, absence.until.day)
            until = QLocale().toString(day, QLocale.FormatType.ShortFormat)
            text = self.tr("An absence message answers for {email} until {until}.").format(
                email=email, until=until
            )

        def change() -> None:
            self.open_absence(account)

        self.banner.say(text, button=self.tr("Change…"), call=change)


def is_active(absence: Absence, today: date) -> bool:
    """Whether it answers on this day."""
    if not absence.enabled:
        return False
    begun = absence.since is None or absence.since <= today
    return begun and (absence.until is None or today <= absence.until)
