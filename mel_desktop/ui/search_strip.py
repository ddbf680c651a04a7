"""What stands above the results of a search: their order, what was missed, drafts and people."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.model.finding import DraftHit, SearchOrder, SearchResult
from mel_desktop.model.people import DirectoryHit, EntryKind
from mel_desktop.model.values import dataclass
from mel_desktop.ui import figures
from mel_desktop.ui.spoken import NamedBox
from mel_desktop.ui.theme import Theme

MOST_LINES: Final = 6  # of drafts and people in sight; more scroll
KIND_ICONS: Final = {
    EntryKind.PERSON: "person",
    EntryKind.GROUP: "group",
    EntryKind.SCHOOL: "school",
    EntryKind.SERVICE: "service",
}


class ExtraRole(IntEnum):
    """What a line of the list carries."""

    FOUND = Qt.ItemDataRole.UserRole + 1  # DraftHit | DirectoryHit
    ICON = Qt.ItemDataRole.UserRole + 2


ICON_PX: Final = 16


class ExtrasList(QListView):
    """Drafts, messages of the outbox and entries of the directory; Return opens one."""

    draft_asked = Signal(object)  # DraftHit
    person_asked = Signal(object)  # DirectoryHit

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lines = QStandardItemModel(self)
        self.setModel(self._lines)
        self.setAccessibleName(self.tr("Drafts and people found"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setIconSize(QSize(ICON_PX, ICON_PX))  # the style's own is larger at 200 %
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.activated.connect(self._on_activated)
        self.clicked.connect(self._on_activated)
        theme.changed.connect(self._paint_icons)

    def show_found(self, result: SearchResult) -> None:
        """Fill, and be as high as it takes; hidden when there is nothing."""
        self._lines.clear()
        if result.drafts:
            self._heading(self.tr("Drafts and outbox"))
            for draft in result.drafts:
                self._line(*self._of_draft(draft), draft)
        if result.people:
            self._heading(self.tr("Directory"))
            for person in result.people:
                icon = KIND_ICONS[person.entry.kind]
                entry = person.entry
                words = (entry.name, entry.role, entry.school, entry.email)
                self._line(icon, " · ".join(one for one in words if one), person)
        self._paint_icons()
        number = self._lines.rowCount()
        self.setVisible(number > 0)
        height = sum(self.sizeHintForRow(row) for row in range(min(number, MOST_LINES)))
        self.setFixedHeight(height + 2 * self.frameWidth() + 4)

    def _of_draft(self, draft: DraftHit) -> tuple[str, str]:
        words = (
            draft.subject or self.tr("(no subject)"),
            ", ".join(draft.recipients),
            figures.age(draft.saved_at, figures.now()),
        )
        icon = "drafts" if draft.outbox is None else "outbox"
        return icon, " · ".join(one for one in words if one)

    def _heading(self, text: str) -> None:
        item = QStandardItem(text)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        font = self.font()
        font.setWeight(font.Weight.DemiBold)
        item.setFont(font)
        self._lines.appendRow(item)

    def _line(self, icon: str, text: str, found: DraftHit | DirectoryHit) -> None:
        item = QStandardItem(text)
        item.setEditable(False)
        item.setToolTip(text)
        item.setData(found, ExtraRole.FOUND)
        item.setData(icon, ExtraRole.ICON)
        self._lines.appendRow(item)

    def _paint_icons(self) -> None:
        tones = self._theme.tones
        ratio = self.devicePixelRatioF()
        for row in range(self._lines.rowCount()):
            item = self._lines.item(row)
            name = item.data(ExtraRole.ICON)
            if name is None:
                item.setForeground(QColor(tones.muted))
            else:
                pixmap = self._theme.icons.pixmap(str(name), ICON_PX, ratio, QColor(tones.muted))
                item.setIcon(QIcon(pixmap))

    def _on_activated(self, index: QModelIndex) -> None:
        found = index.data(ExtraRole.FOUND)
        if isinstance(found, DraftHit):
            self.draft_asked.emit(found)
        elif isinstance(found, DirectoryHit):
            self.person_asked.emit(found)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What stands in the strip."""

    order: NamedBox
    save: QPushButton
    missed: QLabel
    unread: QLabel  # attachments that nobody could look into
    server: QPushButton
    extras: ExtrasList


class SearchStrip(QWidget):
    """Hidden while no search is shown; made for the first one."""

    order_chosen = Signal()
    save_asked = Signal()
    server_asked = Signal()
    draft_asked = Signal(object)  # DraftHit
    person_asked = Signal(object)  # DirectoryHit

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("paneHead")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._made: _Parts | None = None
        self.hide()

    @property
    def parts(self) -> _Parts:
        """What stands in it."""
        if self._made is None:
            self._made = parts = self._make()
            self._lay_out(parts)
            parts.order.currentIndexChanged.connect(lambda: self.order_chosen.emit())
            parts.save.clicked.connect(self.save_asked)
            parts.server.clicked.connect(self.server_asked)
            parts.extras.draft_asked.connect(self.draft_asked)
            parts.extras.person_asked.connect(self.person_asked)
        return self._made

    def _make(self) -> _Parts:
        parts = _Parts(
            order=NamedBox(),
            save=QPushButton(self.tr("Save this search…")),
            missed=QLabel(),
            unread=QLabel(),
            server=QPushButton(self.tr("Search on the server too")),
            extras=ExtrasList(self._theme, self),
        )
        parts.order.setAccessibleName(self.tr("Order of the results"))
        parts.order.addItem(self.tr("Newest first"), SearchOrder.NEWEST)
        parts.order.addItem(self.tr("Best match first"), SearchOrder.BEST)
        parts.save.setProperty("link", True)
        parts.save.setAccessibleName(self.tr("Save this search"))
        for label in (parts.missed, parts.unread):
            label.setWordWrap(True)
            label.setProperty("muted", True)
        parts.unread.hide()
        parts.server.setAccessibleName(self.tr("Search on the server too"))
        return parts

    def _lay_out(self, parts: _Parts) -> None:
        first = QHBoxLayout()
        first.addWidget(parts.order)
        first.addStretch(1)
        first.addWidget(parts.save)
        second = QVBoxLayout()
        second.setSpacing(3)
        second.addWidget(parts.missed)
        second.addWidget(parts.unread)
        second.addWidget(parts.server, 0, Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 4, 10, 6)
        column.setSpacing(4)
        column.addLayout(first)
        column.addLayout(second)
        column.addWidget(parts.extras)

    def chosen_order(self) -> SearchOrder:
        """As the box says."""
        found = None if self._made is None else self._made.order.currentData()
        return found if isinstance(found, SearchOrder) else SearchOrder.NEWEST

    def show_found(self, result: SearchResult) -> None:
        """Drafts and people, and the strip itself."""
        parts = self.parts
        self.show()
        parts.extras.show_found(result)

    def say_missed(self, text: str, *, offer: bool) -> None:
        """What the search could not look into; ``offer``: the server could."""
        self.parts.missed.setText(text)
        self.parts.missed.setVisible(bool(text))
        self.parts.server.setVisible(offer)

    def say_unread(self, number: int) -> None:
        """How many attachments have a text that is still to be read; 0: not a word."""
        unread = self.parts.unread
        unread.setText(self.tr("%n attachment(s) are still to be read.", "", number))
        unread.setVisible(number > 0)
