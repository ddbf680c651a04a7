"""What a person does with folders: new, rename, delete, subscribe. All of it is offline work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QMessageBox, QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.mail import Folder, FolderId
from mel_desktop.ui import wording
from mel_desktop.ui.actions import Actions
from mel_desktop.ui.folder_tree import FolderTree, Search
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.question import Question, ask

if TYPE_CHECKING:
    from mel_desktop.ui.folder_dialogs import FolderNameDialog


class FolderDesk(QObject):
    """The commands of the tree; menus, keys and the context menu lead here."""

    made = Signal(object)  # FolderId: a new folder, to be shown

    def __init__(
        self, facade: Facade, tree: FolderTree, actions: Actions, notice: Notice, window: QWidget
    ) -> None:
        super().__init__(window)
        self._facade = facade
        self._tree = tree
        self._actions = actions
        self._notice = notice
        self._window = window
        self._folders: tuple[Folder, ...] = ()
        tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        tree.customContextMenuRequested.connect(self._open_menu)
        tree.delete_asked.connect(self.ask_delete)
        tree.chosen.connect(lambda _: self.set_enabled())
        slots: tuple[tuple[object, Callable[[], object]], ...] = (
            (actions.new_folder, self.ask_new),
            (actions.rename_folder, self.ask_rename),
            (actions.delete_folder, self.ask_delete),
            (actions.subscribe_folder, self.toggle_subscribed),
        )
        for action, slot in slots:
            action.triggered.connect(lambda _=False, call=slot: call())  # type: ignore[attr-defined]

    def take_folders(self, folders: Sequence[Folder]) -> None:
        """These are the folders now."""
        self._folders = tuple(folders)
        self.set_enabled()

    def set_enabled(self) -> None:
        """A role protects its folder; what waits already can still be renamed."""
        folder = self.chosen()
        own = folder is not None and folder.role is None
        self._actions.new_folder.setEnabled(bool(self._folders))
        self._actions.rename_folder.setEnabled(own)
        self._actions.delete_folder.setEnabled(own)
        self._actions.subscribe_folder.setEnabled(own)
        subscribed = folder is not None and folder.subscribed
        self._actions.subscribe_folder.setChecked(own and subscribed)

    def chosen(self) -> Folder | None:
        """The folder chosen in the tree."""
        target = self._tree.target()
        return next((one for one in self._folders if one.id == target), None)

    # -- commands ----------------------------------------------------------------------------------

    def ask_new(self) -> FolderNameDialog | None:
        """A name for a new folder, under the chosen one."""
        from mel_desktop.ui.folder_dialogs import FolderNameDialog  # noqa: PLC0415 seldom

        chosen = self.chosen()
        account = chosen.account if chosen else self._folders[0].account if self._folders else None
        if account is None:
            return None
        under = chosen if chosen is not None and chosen.role is None else None
        dialog = FolderNameDialog(self._of(account), None, under, self._window)
        dialog.named.connect(lambda path: self._make(AccountId(account), path))
        dialog.open()
        return dialog

    def ask_rename(self) -> FolderNameDialog | None:
        """Another name for the chosen folder."""
        from mel_desktop.ui.folder_dialogs import FolderNameDialog  # noqa: PLC0415 seldom

        folder = self.chosen()
        if folder is None or folder.role is not None:
            return None
        dialog = FolderNameDialog(self._of(folder.account), folder, None, self._window)
        dialog.named.connect(lambda path: self._rename(folder.id, path))
        dialog.open()
        return dialog

    def ask_delete(self) -> QMessageBox | None:
        """Tell what becomes of the messages, then ask."""
        folder = self.chosen()
        if folder is None or folder.role is not None:
            return None
        return ask(
            self._window,
            Question(
                title=self.tr("Delete the folder"),
                text=self.tr("Delete the folder “{name}”?").format(name=folder.name),
                more=self._what_goes(folder),
                yes=self.tr("Delete"),
                no=self.tr("Keep"),
            ),
            lambda: self._delete(folder.id),
        )

    def _what_goes(self, folder: Folder) -> str:
        """Of the folder and of all that lie in it."""
        below = [
            one
            for one in self._of(folder.account)
            if folder.delimiter and one.path.startswith(folder.path + folder.delimiter)
        ]
        number = folder.total + sum(one.total for one in below)
        words = []
        if below:
            words.append(self.tr("%n folder(s) in it go too.", "", len(below)))
        words.append(
            self.tr("%n message(s) go to the trash first.", "", number)
            if number
            else self.tr("No message is in it.")
        )
        return " ".join(words)

    def toggle_subscribed(self) -> None:
        """Subscribe to the chosen folder, or no longer."""
        folder = self.chosen()
        if folder is not None and folder.role is None:
            with self._notice.errors():
                self._facade.subscribe_folder(folder.id, not folder.subscribed)

    # -- inside ------------------------------------------------------------------------------------

    def _of(self, account: int) -> list[Folder]:
        return [one for one in self._folders if one.account == account]

    def _make(self, account: AccountId, path: str) -> None:
        with self._notice.errors():
            self.made.emit(self._facade.create_folder(account, path))

    def _rename(self, folder: FolderId, path: str) -> None:
        with self._notice.errors():
            self._facade.rename_folder(folder, path)

    def _delete(self, folder: FolderId) -> None:
        with self._notice.errors():
            self._facade.delete_folder(folder)

    def _open_menu(self, place: QPoint) -> None:
        menu = self.menu(self._tree.full_account(self._tree.indexAt(place)))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._tree.viewport().mapToGlobal(place))

    def menu(self, full: AccountId | None = None) -> QMenu:
        """The commands for the chosen folder, or of an account whose mailbox is nearly full."""
        acts = self._actions
        menu = QMenu(self._tree)
        if full is not None:
            menu.setAccessibleName(self.tr("Mailbox nearly full"))
            room = menu.addAction(self.tr("Make room on the server…"))
            room.triggered.connect(lambda: self._tree.quota_asked.emit(full))
            return menu
        folder = self.chosen()
        if isinstance(self._tree.target(), Search):
            menu.setAccessibleName(self.tr("Saved search"))
            menu.addActions([acts.rename_search, acts.delete_search])
            return menu
        name = self.tr("Folders") if folder is None else wording.folder_name(folder)
        menu.setAccessibleName(name)
        menu.addActions([acts.new_folder, acts.rename_folder, acts.delete_folder])
        menu.addSeparator()
        menu.addAction(acts.subscribe_folder)
        return menu
