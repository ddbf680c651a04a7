"""A table of values for the pages of room: sortable by nothing, read by keyboard and by voice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableView, QWidget

from mel_desktop.ui.table_pane import Index, TableModel
from mel_desktop.ui.theme import Theme

T = TypeVar("T")
Columns = Sequence[tuple[str, Callable[[T], str]]]


class _Coloured(TableModel[T]):
    """A square of colour before the first cell."""

    def __init__(
        self,
        columns: Columns[T],
        key: Callable[[T], object],
        colour: Callable[[T], QColor] | None,
        parent: QObject,
    ) -> None:
        super().__init__(columns, key, parent)
        self._colour = colour

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text of a cell, or its colour."""
        if role == Qt.ItemDataRole.DecorationRole and self._colour and index.column() == 0:
            return self._colour(self.values()[index.row()])
        return super().data(index, role)


class ValueTable(QTableView, Generic[T]):
    """The first column takes the room that the others leave."""

    def __init__(
        self,
        name: str,
        columns: Columns[T],
        key: Callable[[T], object],
        *,
        several: bool = False,
        colour: Callable[[T], QColor] | None = None,
    ) -> None:
        """``colour``: of a square before the first cell, as the bar has it."""
        super().__init__()
        self.rows: TableModel[T] = _Coloured(columns, key, colour, self)
        self.setModel(self.rows)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        mode = QAbstractItemView.SelectionMode
        self.setSelectionMode(mode.ExtendedSelection if several else mode.SingleSelection)
        self.setShowGrid(False)
        self.setIconSize(QSize(10, 10))
        self.setMinimumHeight(110)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 10)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)

    def show_values(self, values: Sequence[T]) -> None:
        """Show other values."""
        self.rows.show(values)

    def chosen(self) -> tuple[T, ...]:
        """The chosen values, in the order of the table."""
        places = sorted(one.row() for one in self.selectionModel().selectedRows())
        values = self.rows.values()
        return tuple(values[place] for place in places if place < len(values))


class Bar(QWidget):
    """Parts of a whole, side by side. What it says is said by the words beside it, too."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._parts: tuple[tuple[float, str], ...] = ()
        self.setAccessibleName(name)
        self.setFixedHeight(16)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_parts(self, parts: Sequence[tuple[float, str]], words: str) -> None:
        """(share of the whole, name of a tone), from the left."""
        self._parts = tuple(parts)
        self.setAccessibleDescription(words)
        self.setToolTip(words)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A trough, and the parts in it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tones = self._theme.tones
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QColor(tones.muted))
        painter.setBrush(QColor(tones.surface))
        painter.drawRoundedRect(area, 4, 4)
        painter.setPen(Qt.PenStyle.NoPen)
        inner = area.adjusted(2, 2, -2, -2)
        left = inner.left()
        for share, tone in self._parts:
            width = inner.width() * min(max(share, 0.0), 1.0)
            if width >= 1:
                painter.setBrush(QColor(getattr(tones, tone)))
                painter.drawRect(QRectF(left, inner.top(), max(1.0, width - 1), inner.height()))
            left += width
        painter.end()
