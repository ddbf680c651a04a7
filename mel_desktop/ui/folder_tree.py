"""The folders of every account, and the places on this PC: drafts, outbox, journal, directory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from enum import Enum
from typing import Final

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QTreeView,
    QWidget,
)

from mel_desktop.model.accounts import Account, AccountId
from mel_desktop.model.finding import SavedSearch, SavedSearchId
from mel_desktop.model.mail import Folder, FolderId, MessageId, Role
from mel_desktop.model.organising import View
from mel_desktop.model.values import dataclass
from mel_desktop.ui import figures, wording
from mel_desktop.ui.folder_delegate import FolderDelegate, FolderRole
from mel_desktop.ui.message_list import MIME
from mel_desktop.ui.theme import Theme


class Place(Enum):
    """What is not a folder of a server."""

    DRAFTS = "drafts"
    OUTBOX = "outbox"
    FOLLOWUPS = "followups"
    JOURNAL = "journal"
    DIRECTORY = "directory"
    ATTACHMENTS = "attachments"
    AGENDA = "agenda"


@dataclass(frozen=True, slots=True)
class Search:
    """A saved search."""

    id: SavedSearchId


Target = FolderId | Place | Search | View
Full = tuple[int, str]  # per cent that are passed (model.storage.LEVELS), and words


_PLACE_ICONS: Final = {
    Place.DRAFTS: "drafts",
    Place.OUTBOX: "outbox",
    Place.FOLLOWUPS: "waiting",
    Place.JOURNAL: "journal",
    Place.DIRECTORY: "directory",
    Place.ATTACHMENTS: "attachment",
    Place.AGENDA: "agenda",
}
_VIEW_ICONS: Final = {
    View.INBOXES: "boxes",
    View.UNREAD: "unread",
    View.FLAGGED: "flag",
    View.SNOOZED: "sleep",
}


class FolderModel(QStandardItemModel):
    """Rebuilt when folders come or go; counts are set in place."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shape: tuple[object, ...] = ()
        self._folders: dict[FolderId, QStandardItem] = {}
        self._places: dict[Place, QStandardItem] = {}
        self._searches: dict[Search, QStandardItem] = {}
        self._views: dict[View, QStandardItem] = {}
        self._heads: dict[AccountId, QStandardItem] = {}
        self._full: Mapping[AccountId, Full] = {}

    def show(
        self,
        accounts: Sequence[Account],
        folders: Sequence[Folder],
        searches: Sequence[SavedSearch] = (),
    ) -> bool:
        """Show these folders and saved searches; True when items were made anew."""
        shape = (
            tuple((one.id, one.name) for one in searches),
            tuple((one.id, one.email, one.read_only) for one in accounts),
            tuple((one.id, one.path, one.role, one.selectable) for one in folders),
        )
        rebuilt = shape != self._shape or not self._places
        if rebuilt:
            self._shape = shape
            self._build(accounts, folders)
            self._build_searches(searches)
        for folder in folders:
            item = self._folders[folder.id]
            number = folder.total if folder.role is Role.DRAFTS else folder.unread
            waits = self.tr("waits for the line") if folder.waiting else ""
            item.setData(folder.waiting, FolderRole.WAITS)
            unread = self.tr("{n} unread", "", folder.unread).format(n=figures.count(folder.unread))
            told = "" if folder.role is Role.DRAFTS else unread
            _count(item, number, loud=False, told=told, said=waits)
            total = self.tr("{name}: {total} message(s)", "", folder.total).format(
                name=folder.name, total=figures.count(folder.total)
            )
            item.setToolTip("\n".join(filter(None, (f"{total}, {unread}", waits))))
        return rebuilt

    def show_full(self, full: Mapping[AccountId, Full]) -> None:
        """Mailboxes that are nearly full on their server."""
        self._full = full
        for account, item in self._heads.items():
            level, words = full.get(account, (0, ""))
            item.setData(level, FolderRole.FULL)
            item.setData(", ".join(filter(None, (item.text(), words))),
                         Qt.ItemDataRole.AccessibleTextRole)  # fmt: skip
            more = (words, self.tr("Return or a click: make room")) if words else ()
            item.setToolTip("\n".join((item.text(), *more)))

    def set_place_count(self, place: Place, number: int, *, loud: bool = False) -> None:
        """The number beside a place on this PC."""
        item = self._places.get(place)
        if item is not None:
            _count(item, number, loud=loud)

    def set_view_count(self, view: View, number: int) -> None:
        """Unread messages of a view over all accounts; of the snoozed ones all."""
        item = self._views.get(view)
        if item is not None:
            unread = self.tr("{n} unread", "", number).format(n=figures.count(number))
            told = unread if view in {View.INBOXES, View.FLAGGED} else ""
            _count(item, number, loud=False, told=told)

    def view_name(self, view: View) -> str:
        """As it stands in the tree."""
        return {
            View.INBOXES: self.tr("All boxes"),
            View.UNREAD: self.tr("Unread"),
            View.FLAGGED: self.tr("Flagged"),
            View.SNOOZED: self.tr("Snoozed"),
        }[view]

    def set_search_count(self, search: Search, number: int) -> None:
        """How many messages a saved search finds."""
        item = self._searches.get(search)
        if item is not None:
            _count(item, number, loud=False)

    def index_of(self, target: Target | None) -> QModelIndex:
        """Where a folder or place stands; invalid when it is not there."""
        item: QStandardItem | None = None
        if isinstance(target, Place):
            item = self._places.get(target)
        elif isinstance(target, Search):
            item = self._searches.get(target)
        elif isinstance(target, View):
            item = self._views.get(target)
        elif target is not None:
            item = self._folders.get(target)
        return QModelIndex() if item is None else self.indexFromItem(item)

    def _build(self, accounts: Sequence[Account], folders: Sequence[Folder]) -> None:
        self.clear()
        self._folders.clear()
        self._places.clear()
        self._searches.clear()
        self._heads.clear()
        self._views.clear()
        if accounts:
            head = _heading(self.tr("All accounts"))
            self.appendRow(head)
            for view in View:
                item = QStandardItem(self.view_name(view))
                item.setEditable(False)
                item.setData(view, FolderRole.VIEW)
                item.setData(_VIEW_ICONS[view], FolderRole.ICON)
                self._views[view] = item
                head.appendRow(item)
        for account in accounts:
            words = account.email
            if account.read_only:
                words = self.tr("Old account, read-only – {email}").format(email=words)
            head = _heading(words)
            head.setData(account.id, FolderRole.ACCOUNT)
            self._heads[account.id] = head
            self.appendRow(head)
            by_path: dict[str, QStandardItem] = {}
            for folder in (one for one in folders if one.account == account.id):
                item = QStandardItem(wording.folder_name(folder))
                item.setEditable(False)
                item.setData(folder.id, FolderRole.FOLDER)
                item.setData(folder.role.value if folder.role else "folder", FolderRole.ICON)
                item.setEnabled(folder.selectable)
                self._folders[folder.id] = item
                by_path[folder.path] = item
                under = head if folder.role else _parent(head, by_path, folder)
                under.appendRow(item)
        self.show_full(self._full)
        head = _heading(self.tr("On this PC"))
        self.appendRow(head)
        names = {
            Place.DRAFTS: self.tr("Drafts being written"),
            Place.OUTBOX: self.tr("Outbox"),
            Place.FOLLOWUPS: self.tr("Answers awaited"),
            Place.JOURNAL: self.tr("Waiting changes"),
            Place.DIRECTORY: self.tr("Directory"),
            Place.ATTACHMENTS: self.tr("Attachments"),
            Place.AGENDA: self.tr("Agenda"),
        }
        for place, name in names.items():
            item = QStandardItem(name)
            item.setEditable(False)
            item.setData(place, FolderRole.PLACE)
            item.setData(_PLACE_ICONS[place], FolderRole.ICON)
            self._places[place] = item
            head.appendRow(item)

    def _build_searches(self, searches: Sequence[SavedSearch]) -> None:
        if not searches:
            return
        head = _heading(self.tr("Saved searches"))
        self.insertRow(self.rowCount() - 1, head)
        for one in searches:
            item = QStandardItem(one.name)
            item.setEditable(False)
            item.setToolTip(one.query)
            item.setData(Search(one.id), FolderRole.SEARCH)
            item.setData("search", FolderRole.ICON)
            self._searches[Search(one.id)] = item
            head.appendRow(item)


def _parent(
    head: QStandardItem, by_path: dict[str, QStandardItem], folder: Folder
) -> QStandardItem:
    """The item above a folder. Servers may list a folder without the one above it."""
    names = folder.path.split(folder.delimiter)[:-1] if folder.delimiter else []
    above = head
    for depth, name in enumerate(names):
        path = folder.delimiter.join(names[: depth + 1])
        item = by_path.get(path)
        if item is None:
            item = QStandardItem(name)
            item.setEditable(False)
            item.setSelectable(False)
            item.setData("folder", FolderRole.ICON)
            above.appendRow(item)
            by_path[path] = item
        above = item
    return above


def _heading(text: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setEditable(False)
    item.setSelectable(False)
    item.setToolTip(text)
    return item


def _count(on: QStandardItem, number: int, *, loud: bool, told: str = "", said: str = "") -> None:
    number_told = (told or str(number)) if number else ""
    spoken = ", ".join(part for part in (on.text(), number_told, said) if part)
    for role, value in (
        (FolderRole.COUNT, number), (FolderRole.LOUD, loud),
        (Qt.ItemDataRole.AccessibleTextRole, spoken),
    ):  # fmt: skip
        if on.data(role) != value:
            on.setData(value, role)


class FolderTree(QTreeView):
    """Choosing an item emits ``chosen``; messages may be dropped on a folder."""

    chosen = Signal(object)  # Target
    chosen_again = Signal()  # a click on what is chosen already
    dropped = Signal(object, object, bool)  # tuple[MessageId, ...], FolderId, whether copied
    delete_asked = Signal()  # Del on a folder
    quota_asked = Signal(object)  # AccountId: its mailbox is nearly full

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("folders")
        self.setAccessibleName(self.tr("Folders"))
        self._model = FolderModel(self)
        self.setModel(self._model)
        self.setItemDelegate(FolderDelegate(theme, self))
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(14)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setExpandsOnDoubleClick(True)
        self.setAcceptDrops(True)
        self.setMinimumWidth(150)
        self._target: Target | None = None
        # (messages, unread ones) that sleep, by folder: they do not count
        self.asleep: Callable[[], Mapping[FolderId, tuple[int, int]]] = dict
        self.clicked.connect(self._on_clicked)
        theme.changed.connect(self.viewport().update)

    def folder_model(self) -> FolderModel:
        """The model, for counts and tests."""
        return self._model

    def show_folders(
        self,
        accounts: Sequence[Account],
        folders: Sequence[Folder],
        searches: Sequence[SavedSearch] = (),
    ) -> None:
        """Bring the tree up to date; the choice stays."""
        kept = self._target
        if self._model.show(accounts, awake(folders, self.asleep()), searches):
            self.expandAll()
            self.choose(kept, quietly=True)

    def show_full(self, full: Mapping[AccountId, Full]) -> None:
        """Mailboxes that are nearly full on their server."""
        self._model.show_full(full)

    @staticmethod
    def full_account(index: QModelIndex) -> AccountId | None:
        """The account of a heading with a mark; None elsewhere."""
        account = index.data(FolderRole.ACCOUNT)
        return AccountId(account) if account is not None and index.data(FolderRole.FULL) else None

    def target(self) -> Target | None:
        """What is chosen."""
        return self._target

    def choose(self, target: Target | None, *, quietly: bool = False) -> bool:
        """Choose a folder or place; False when it is not there."""
        index = self._model.index_of(target)
        if not index.isValid():
            return False
        if quietly:
            self._target = target
        self.setCurrentIndex(index)
        return True

    def currentChanged(
        self,
        current: QModelIndex | QPersistentModelIndex,
        previous: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Tell what is chosen now; headings are not a choice."""
        super().currentChanged(current, previous)
        if not current.isValid():
            return
        target: Target | None = next(
            (found for role in _TARGETS if (found := current.data(role)) is not None),
            None,
        )
        if target is not None and target != self._target:
            self._target = target
            self.chosen.emit(target)

    def selectionCommand(
        self, index: QModelIndex | QPersistentModelIndex, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        """What is chosen stays so while a heading has the keyboard or the mouse."""
        if index.isValid() and not index.flags() & Qt.ItemFlag.ItemIsSelectable:
            return QItemSelectionModel.SelectionFlag.NoUpdate
        return super().selectionCommand(index, event)

    def _on_clicked(self, index: QModelIndex) -> None:
        if any(index.data(role) is not None for role in _TARGETS):
            self.chosen_again.emit()
        account = self.full_account(index)
        if account is not None:
            self.quota_asked.emit(account)

    def event(self, event: QEvent) -> bool:
        """Del means the folder here, never the message that is chosen beside it."""
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Delete
            and event.modifiers() == Qt.KeyboardModifier.NoModifier
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Del asks for the deletion of the chosen folder; Return on a mark makes room."""
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if event.key() == Qt.Key.Key_Delete and plain:
            self.delete_asked.emit()
            return
        account = self.full_account(self.currentIndex())
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and account is not None:
            self.quota_asked.emit(account)
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Only messages of ours."""
        if event.mimeData().hasFormat(MIME):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Only onto folders; Ctrl makes it a copy."""
        index = self.indexAt(event.position().toPoint())
        if index.data(FolderRole.FOLDER) is not None and event.mimeData().hasFormat(MIME):
            event.setDropAction(_drop_action(event))
            event.accept()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        """Ask for the move or the copy."""
        folder = self.indexAt(event.position().toPoint()).data(FolderRole.FOLDER)
        data = bytes(event.mimeData().data(MIME).data())
        ids = tuple(MessageId(int(one)) for one in data.split())
        if folder is not None and ids:
            action = _drop_action(event)
            event.setDropAction(action)
            event.accept()
            self.dropped.emit(ids, folder, action == Qt.DropAction.CopyAction)


_TARGETS: Final = (FolderRole.PLACE, FolderRole.SEARCH, FolderRole.VIEW, FolderRole.FOLDER)


def awake(
    folders: Sequence[Folder], asleep: Mapping[FolderId, tuple[int, int]]
) -> Sequence[Folder]:
    """The same folders, counted without what sleeps in them."""
    if not asleep:
        return folders
    nothing = (0, 0)
    return [
        replace(one, total=one.total - asleep.get(one.id, nothing)[0],
                unread=one.unread - asleep.get(one.id, nothing)[1])
        for one in folders
    ]  # fmt: skip


def _drop_action(event: QDropEvent) -> Qt.DropAction:
    wants_copy = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    return Qt.DropAction.CopyAction if wants_copy else Qt.DropAction.MoveAction
