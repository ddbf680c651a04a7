"""Searches kept under a name: shown below the folders, counted when there is time, live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.finding import SavedSearch, SavedSearchId
from mel_desktop.ui.actions import Actions
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.folder_tree import FolderTree, Search
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.question import Question, ask

if TYPE_CHECKING:
    from mel_desktop.ui.search_dialogs import SearchNameDialog

COUNT_MS: Final = 1500  # after a change: many changes are counted once


def whole(query: str) -> str:
    """Nobody is typing it any more: its last word is whole."""
    return f"{query} "


class SavedSearches(QObject):
    """Commands on saved searches, and their numbers in the tree."""

    changed = Signal()  # the tree is to be shown anew
    made = Signal(object)  # Search

    def __init__(
        self, facade: Facade, bridge: Bridge, tree: FolderTree, actions: Actions, notice: Notice,
        window: QWidget,
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._facade = facade
        self._bridge = bridge
        self._tree = tree
        self._actions = actions
        self._notice = notice
        self._window = window
        self.all: tuple[SavedSearch, ...] = ()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(COUNT_MS)
        self._pause.timeout.connect(self.count)
        tree.chosen.connect(lambda _: self.set_enabled())
        tree.delete_asked.connect(self.ask_delete)
        actions.rename_search.triggered.connect(lambda: self.ask_rename())
        actions.delete_search.triggered.connect(lambda: self.ask_delete())
        self.set_enabled()

    def read(self) -> tuple[SavedSearch, ...]:
        """From the store."""
        with self._notice.errors():
            self.all = self._facade.finding.saved()
        self.count_soon()
        return self.all

    def count_soon(self) -> None:
        """Messages changed."""
        if self.all and not self._pause.isActive():
            self._pause.start()

    def count(self) -> None:
        """The numbers, one search after the other, beside the window's thread."""
        searches, finding = self.all, self._facade.finding

        def work() -> dict[SavedSearchId, int]:
            return {one.id: finding.count(whole(one.query)) for one in searches}

        if searches:
            self._bridge.run(self, work, done=self._show, failed=self._notice.say_error, local=True)

    def _show(self, numbers: dict[SavedSearchId, int]) -> None:
        for search, number in numbers.items():
            self._tree.folder_model().set_search_count(Search(search), number)

    def set_enabled(self) -> None:
        """The commands follow the choice in the tree."""
        chosen = self.chosen() is not None
        self._actions.rename_search.setEnabled(chosen)
        self._actions.delete_search.setEnabled(chosen)

    def chosen(self) -> SavedSearch | None:
        """The saved search chosen in the tree."""
        target = self._tree.target()
        return self.find(target) if isinstance(target, Search) else None

    def find(self, search: Search) -> SavedSearch | None:
        """One of them."""
        return next((one for one in self.all if one.id == search.id), None)

    # -- commands ----------------------------------------------------------------------------------

    def ask_save(self, query: str) -> SearchNameDialog | None:
        """A name for what is searched for now."""
        from mel_desktop.ui.search_dialogs import SearchNameDialog  # noqa: PLC0415 seldom

        query = query.strip()
        if not query:
            return None
        taken = [one.name for one in self.all]
        dialog = SearchNameDialog(query, query, taken, renamed=False, parent=self._window)
        dialog.named.connect(lambda name: self._save(name, query))
        dialog.open()
        return dialog

    def ask_rename(self) -> SearchNameDialog | None:
        """Another name for the chosen one."""
        from mel_desktop.ui.search_dialogs import SearchNameDialog  # noqa: PLC0415 seldom

        saved = self.chosen()
        if saved is None:
            return None
        taken = [one.name for one in self.all if one.id != saved.id]
        dialog = SearchNameDialog(saved.name, saved.query, taken, renamed=True, parent=self._window)
        dialog.named.connect(lambda name: self._rename(saved, name))
        dialog.open()
        return dialog

    def ask_delete(self) -> QMessageBox | None:
        """Forget the chosen one; no message is touched."""
        saved = self.chosen()
        if saved is None:
            return None
        return ask(
            self._window,
            Question(
                title=self.tr("Delete the saved search"),
                text=self.tr("Delete the saved search “{name}”?").format(name=saved.name),
                more=self.tr("No message is deleted."),
                yes=self.tr("Delete"),
                no=self.tr("Keep"),
            ),
            lambda: self._delete(saved),
        )

    def _save(self, name: str, query: str) -> None:
        with self._notice.errors():
            saved = self._facade.finding.save(name, query)
            self.changed.emit()
            self.made.emit(Search(saved.id))

    def _rename(self, saved: SavedSearch, name: str) -> None:
        with self._notice.errors():
            self._facade.finding.change_saved(saved.named(name))
            self.changed.emit()

    def _delete(self, saved: SavedSearch) -> None:
        with self._notice.errors():
            self._facade.finding.delete_saved(saved.id)
            self.changed.emit()
