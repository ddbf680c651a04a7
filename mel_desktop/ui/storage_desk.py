"""What a person does about room: the dialog, the warnings of the quota, keeping messages here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QSettings
from PySide6.QtWidgets import QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Account, AccountId
from mel_desktop.model.changes import Area, Changes
from mel_desktop.model.mail import MessageId
from mel_desktop.model.storage import QuotaState
from mel_desktop.ui import storage_words
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.folder_tree import FolderTree
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.status_line import StatusLine
from mel_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from mel_desktop.ui.storage_dialog import StorageDialog

LOUD: Final = 90  # per cent: a notice; from 80 on the status line tells


class StorageDesk(QObject):
    """Opened, never waited for."""

    def __init__(
        self,
        facade: Facade,
        bridge: Bridge,
        theme: Theme,
        *,
        notice: Notice,
        settings: QSettings,
        status_line: StatusLine,
        tree: FolderTree,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._facade = facade
        self._bridge = bridge
        self._theme = theme
        self._notice = notice
        self._settings = settings
        self._status_line = status_line
        self._tree = tree
        status_line.quota_asked.connect(lambda: self.open_quota())
        tree.quota_asked.connect(self.open_quota)
        self._window = window
        self._accounts: tuple[Account, ...] = ()
        self._worst: QuotaState | None = None
        self._dialog: StorageDialog | None = None
        bridge.changed.connect(self.take_changes)
        self.look()

    # -- the dialog --------------------------------------------------------------------------------

    def open(self) -> StorageDialog:
        """The dialog; the one that is open comes forward."""
        from mel_desktop.ui.storage_dialog import StorageDialog  # noqa: PLC0415 seldom

        if self._dialog is None:
            dialog = StorageDialog(self._facade, self._bridge, self._theme, self._window)
            dialog.quota_asked.connect(self.look)
            dialog.destroyed.connect(self._on_gone)
            dialog.finished.connect(self._on_gone)
            self._dialog = dialog
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()
        return self._dialog

    def open_quota(self, account: AccountId | None = None) -> StorageDialog:
        """The server's page, of the fullest mailbox unless one is named."""
        dialog = self.open()
        worst = None if self._worst is None else self._worst.account
        dialog.show_quota(account or worst)
        return dialog

    def _on_gone(self, _: object = None) -> None:
        self._dialog = None

    # -- quota -------------------------------------------------------------------------------------

    def take_changes(self, changes: Changes) -> None:
        """What the store says has changed."""
        if changes.areas & Area.ACCOUNTS:
            self.look()
        if self._dialog is not None and changes.areas & (Area.JOURNAL | Area.ACCOUNTS):
            dialog = self._dialog
            if dialog.page() is dialog.quota:
                dialog.quota.refresh()

    def look(self) -> None:
        """Tell of mailboxes that get full: quietly from 80 %, aloud once at 90 and at 95."""
        with self._notice.errors():
            self._accounts = self._facade.accounts()
            states = self._facade.storage.quotas()
            self._worst = worst = max(states, key=lambda one: one.share, default=None)
            if worst is None or not worst.level:
                self._status_line.show_quota("")
            else:
                self._status_line.show_quota(storage_words.quota_short(self._email(worst), worst))
            fullest = sorted((one for one in states if one.level), key=lambda one: one.share)
            self._tree.show_full(
                {one.account: (one.level, storage_words.quota_mark(one)) for one in fullest}
            )
            for one in states:
                self._warn(one)

    def _warn(self, one: QuotaState) -> None:
        name = f"quota/{one.account}/{one.resource}"
        known = str(self._settings.value(name, "0"))
        before = int(known) if known.isdecimal() else 0
        if one.level == before:
            return
        self._settings.setValue(name, one.level)
        if one.level > before and one.level >= LOUD:
            self._notice.say(
                storage_words.quota_warning(self._email(one), one),
                Tone.WARNING,
                button=self.tr("Make room…"),
                call=lambda: self._make_room(one.account),
            )

    def _make_room(self, account: AccountId) -> None:
        self.open_quota(account)

    def _email(self, state: QuotaState) -> str:
        return next((one.email for one in self._accounts if one.id == state.account), "")

    # -- messages ----------------------------------------------------------------------------------

    def ask_keep(self, messages: Sequence[MessageId]) -> None:
        """Keep these here and remove them there, once a person said so again."""
        from mel_desktop.ui.storage_quota import ask_keep  # noqa: PLC0415 seldom

        with self._notice.errors():
            rows = self._facade.message_rows(messages)
            if rows:
                ids = [row.id for row in rows]
                ask_keep(
                    self._window, len(ids), sum(row.size for row in rows), lambda: self._keep(ids)
                )

    def _keep(self, messages: Sequence[MessageId]) -> None:
        with self._notice.errors():
            self._facade.storage.keep_here(messages)
            self._notice.say(
                self.tr(
                    "%n message(s) will be fetched whole, verified, then removed from the server.",
                    "",
                    len(messages),
                ),
                button=self.tr("See them"),
                call=lambda: self._make_room_of(messages),
            )

    def _make_room_of(self, messages: Sequence[MessageId]) -> None:
        kept = {one.id: one.account for one in self._facade.storage.kept()}
        self.open_quota(next((kept[one] for one in messages if one in kept), None))
