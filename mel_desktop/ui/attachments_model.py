"""The rows of the list of all attachments: more come when they are looked at; files dragged out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from PySide6.QtCore import QMimeData, QModelIndex, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap

from mel_desktop.app.facade import Facade
from mel_desktop.model.documents import AttachmentRow
from mel_desktop.model.mail import MessageId
from mel_desktop.ui.attachments_files import (
    FILES_MIME,
    ICONS,
    FileDrag,
    Thumbnails,
    kind_name,
    of_row,
)
from mel_desktop.ui.table_pane import Index, TableModel
from mel_desktop.ui.theme import Theme

PAGE: Final = 200
SHARP: Final = 24  # logical pixels that an icon is drawn for
SIZES: Final = frozenset({4})  # columns that stand at the right


class AttachmentsModel(TableModel[AttachmentRow]):
    """``more_asked``: the view came to the end of what is there."""

    more_asked = Signal()

    def __init__(
        self,
        columns: Sequence[tuple[str, Callable[[AttachmentRow], str]]],
        *,
        facade: Facade,
        theme: Theme,
        thumbnails: Thumbnails,
    ) -> None:
        super().__init__(columns, key)
        self._facade = facade
        self._theme = theme
        self._thumbnails = thumbnails
        self.has_more = False
        self.side = 0  # logical pixels of a picture before a name
        self.written: Callable[[], object] = lambda: None
        thumbnails.made.connect(self._on_made)

    def canFetchMore(self, parent: Index) -> bool:
        """Whether a page was full."""
        return self.has_more and not parent.isValid()

    def fetchMore(self, parent: Index) -> None:
        """Asked once a page."""
        if self.canFetchMore(parent):
            self.has_more = False
            self.more_asked.emit()

    def append(self, rows: Sequence[AttachmentRow]) -> None:
        """The next page; a row that moved there meanwhile is not shown twice."""
        known = {key(one) for one in self._rows}
        new = tuple(one for one in rows if key(one) not in known)
        if new:
            count = len(self._rows)
            self.beginInsertRows(QModelIndex(), count, count + len(new) - 1)
            self._rows += new
            self.endInsertRows()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts; before the name what kind it is, or what it shows."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            file = of_row(self._rows[index.row()])
            image = self._thumbnails.of(file)
            if image is not None:
                return QIcon(QPixmap.fromImage(image))
            return self._icon(ICONS[file.kind])
        if role == Qt.ItemDataRole.AccessibleDescriptionRole and index.column() == 0:
            return kind_name(of_row(self._rows[index.row()]).kind)
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in SIZES:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return super().data(index, role)

    def _icon(self, name: str) -> QIcon:
        """In the middle of its room where that is the room of a thumbnail."""
        if self.side <= SHARP:
            return self._theme.icons.icon(name)
        ratio = 2.0
        room = QPixmap(round(self.side * ratio), round(self.side * ratio))
        room.setDevicePixelRatio(ratio)
        room.fill(Qt.GlobalColor.transparent)
        painter = QPainter(room)
        at = (self.side - SHARP) // 2
        painter.drawPixmap(at, at, self._theme.icons.pixmap(name, SHARP, ratio))
        painter.end()
        return QIcon(room)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """What is here may be dragged out."""
        flags = super().flags(index)
        if index.isValid() and self._rows[index.row()].local:
            flags |= Qt.ItemFlag.ItemIsDragEnabled
        return flags

    def mimeTypes(self) -> list[str]:
        """Ours, and files."""
        return [FILES_MIME, "text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The files of these rows that are here and cannot run anything."""
        places = sorted({one.row() for one in indexes})
        files = [of_row(self._rows[place]) for place in places]
        free = [one for one in files if one.local and not one.is_dangerous]
        return FileDrag(self._facade, free, self.written)

    def _on_made(self, wanted: tuple[MessageId, str]) -> None:
        for place, row in enumerate(self._rows):
            if key(row) == wanted:
                at = self.index(place, 0)
                self.dataChanged.emit(at, at, [Qt.ItemDataRole.DecorationRole])


def key(row: AttachmentRow) -> tuple[int, str]:
    """Which one it is."""
    return row.message, row.part
