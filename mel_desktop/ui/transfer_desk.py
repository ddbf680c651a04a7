"""Opens the dialogs for what comes in from files and goes out to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMessageBox

from mel_desktop.app.facade import Facade
from mel_desktop.model.mail import FolderId
from mel_desktop.ui.actions import Actions
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.folder_tree import FolderTree
from mel_desktop.ui.question import Question, ask
from mel_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from mel_desktop.ui.transfer_backup import BackupDialog
    from mel_desktop.ui.transfer_export import ExportDialog
    from mel_desktop.ui.transfer_import import ImportDialog
    from mel_desktop.ui.transfer_seed import SeedDialog


class TransferDesk(QObject):
    """The commands of the menu for exchanges."""

    restore_asked = Signal()  # the window is to be closed for it

    def __init__(
        self, facade: Facade, bridge: Bridge, theme: Theme, actions: Actions, tree: FolderTree
    ) -> None:
        super().__init__(tree)
        self._facade = facade
        self._bridge = bridge
        self._theme = theme
        self._tree = tree
        slots: tuple[tuple[QAction, Callable[[], object]], ...] = (
            (actions.import_mail, self.open_import),
            (actions.export_mail, self.open_export),
            (actions.backup, self.open_backup),
            (actions.restore, self.ask_restore),
            (actions.seed, self.open_seed),
        )
        for action, slot in slots:
            action.triggered.connect(lambda _=False, call=slot: call())

    def open_import(self) -> ImportDialog:
        """Mail from files."""
        from mel_desktop.ui.transfer_import import ImportDialog  # noqa: PLC0415 seldom

        dialog = ImportDialog(
            self._facade,
            self._bridge,
            self._theme,
            self._tree.window(),
            accounts=self._facade.accounts(),
            folders=self._facade.folders(),
        )
        dialog.open()
        return dialog

    def open_export(self) -> ExportDialog:
        """Mail to files."""
        from mel_desktop.ui.transfer_export import ExportDialog  # noqa: PLC0415 seldom

        shown = self._tree.target()
        dialog = ExportDialog(
            self._facade,
            self._bridge,
            self._theme,
            self._tree.window(),
            accounts=self._facade.accounts(),
            folders=self._facade.folders(),
            current=FolderId(shown) if isinstance(shown, int) else None,
        )
        dialog.open()
        return dialog

    def open_backup(self) -> BackupDialog:
        """The whole vault to one file."""
        from mel_desktop.ui.transfer_backup import BackupDialog  # noqa: PLC0415 seldom

        dialog = BackupDialog(self._facade, self._bridge, self._theme, self._tree.window())
        dialog.open()
        return dialog

    def open_seed(self) -> SeedDialog:
        """Hand-over to another PC."""
        from mel_desktop.ui.transfer_seed import SeedDialog  # noqa: PLC0415 seldom

        dialog = SeedDialog(
            self._facade,
            self._bridge,
            self._theme,
            self._tree.window(),
            accounts=self._facade.accounts(),
        )
        dialog.open()
        return dialog

    def ask_restore(self) -> QMessageBox:
        """A vault is restored while it is closed."""
        return ask(
            self._tree.window(),
            Question(
                title=self.tr("Restore a backup"),
                text=self.tr("Close this vault to restore a backup?"),
                more=self.tr(
                    "The vault that is open now is not erased: its folder is set aside, and stays "
                    "readable with its passphrase."
                ),
                yes=self.tr("Close and restore…"),
                no=self.tr("Cancel"),
                destroys=False,
            ),
            self.restore_asked.emit,
        )
