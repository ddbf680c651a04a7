"""All of search in the window: the box, saved searches, and the ways on from what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.finding import DraftHit
from mel_desktop.ui.actions import Actions
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.folder_tree import FolderTree, Place, Search
from mel_desktop.ui.mail_page import MailPage
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.saved_searches import SavedSearches
from mel_desktop.ui.search_desk import SearchDesk

if TYPE_CHECKING:
    from mel_desktop.ui.search_dialogs import SearchNameDialog


class SearchRoom(QObject):
    """Built once by the window; it says where to go, the window goes there."""

    place_asked = Signal(object)  # Target
    draft_asked = Signal(object)  # DraftId
    person_asked = Signal(object)  # DirectoryHit

    def __init__(
        self, facade: Facade, bridge: Bridge, *, page: MailPage, tree: FolderTree,
        actions: Actions, notice: Notice, window: QWidget,
    ) -> None:  # fmt: skip
        super().__init__(window)
        self.desk = SearchDesk(facade, bridge, page, window)
        self.saved = SavedSearches(facade, bridge, tree, actions, notice, window)
        self.saved.made.connect(self.place_asked)
        page.strip.save_asked.connect(self.save)
        page.strip.draft_asked.connect(self._on_draft)
        page.strip.person_asked.connect(self.person_asked)
        actions.search.triggered.connect(lambda: self.desk.field.setFocus())
        actions.save_search.triggered.connect(lambda: self.save())
        actions.search_server.triggered.connect(lambda: self.desk.ask_server())
        actions.search_help.triggered.connect(lambda: self.desk.open_help())

    def save(self) -> SearchNameDialog | None:
        """Keep what stands in the box under a name."""
        return self.saved.ask_save(self.desk.query())

    def open_saved(self, search: Search) -> None:
        """Show what a saved search finds now."""
        saved = self.saved.find(search)
        if saved is not None:
            self.desk.show_saved(saved.name, saved.query)

    def _on_draft(self, found: DraftHit) -> None:
        if found.outbox is not None:
            self.place_asked.emit(Place.OUTBOX)
        elif found.id is not None:
            self.draft_asked.emit(found.id)
