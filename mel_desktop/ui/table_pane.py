"""A pane with a table of values, an explanation of the chosen row and its buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.ui.notice import Notice
from mel_desktop.ui.spoken import empty_cell
from mel_desktop.ui.theme import Theme

ROWS_MEASURED: Final = 50  # for the width of a column; Qt would look at a thousand
T = TypeVar("T")
Index = QModelIndex | QPersistentModelIndex


class TableModel(QAbstractTableModel, Generic[T]):
    """Rows of values; a column is a heading and a function from the value to its text."""

    def __init__(
        self,
        columns: Sequence[tuple[str, Callable[[T], str]]],
        key: Callable[[T], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._key = key
        self._rows: tuple[T, ...] = ()

    def rowCount(self, parent: Index | None = None) -> int:
        """Number of values."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Number of columns."""
        return 0 if parent is not None and parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text of a cell."""
        if index.isValid() and role in {
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.AccessibleTextRole,
        }:
            text = self._columns[index.column()][1](self._rows[index.row()])
            return text or (empty_cell() if role == Qt.ItemDataRole.AccessibleTextRole else text)
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Headings at the left of their columns."""
        if orientation is not Qt.Orientation.Horizontal or section >= len(self._columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section][0]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def values(self) -> tuple[T, ...]:
        """All values."""
        return self._rows

    def show(self, rows: Sequence[T]) -> None:
        """Show other values; in place where only texts changed."""
        new = tuple(rows)
        if list(map(self._key, new)) == list(map(self._key, self._rows)):
            self._rows = new
            if new:
                self.dataChanged.emit(
                    self.index(0, 0), self.index(len(new) - 1, len(self._columns) - 1)
                )
            return
        self.beginResetModel()
        self._rows = new
        self.endResetModel()


class TablePane(QWidget, Generic[T]):
    """Heading, table (or a word that there is nothing), explanation, buttons."""

    def __init__(
        self,
        theme: Theme,
        title: str,
        empty: str,
        model: TableModel[T],
        key: Callable[[T], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._key = key
        self.model = model
        self.notice = Notice(theme, self)
        self.table = QTableView()
        self.table.setModel(model)
        self.table.setAccessibleName(title)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 16)
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.horizontalHeader().setResizeContentsPrecision(ROWS_MEASURED)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.table.selectionModel().selectionChanged.connect(self._on_selected)
        self.explanation = QLabel()
        self.explanation.setWordWrap(True)
        self.explanation.setTextFormat(Qt.TextFormat.PlainText)
        self.explanation.setAccessibleName(self.tr("Explanation"))
        self.explanation.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        self.buttons.addStretch(1)
        nothing = self.nothing = QLabel(empty)
        nothing.setProperty("muted", True)
        nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        nothing.setWordWrap(True)
        nothing.setContentsMargins(24, 24, 24, 24)
        self._stack = QStackedWidget()
        self._stack.addWidget(nothing)
        self._stack.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._head = heading(title)
        column.addWidget(self._head)
        column.addWidget(self.notice)
        column.addWidget(self._stack, 1)
        foot = QWidget()
        foot.setObjectName("bar")
        foot.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(foot)
        row.setContentsMargins(16, 8, 12, 8)
        row.addWidget(self.explanation, 1)
        row.addLayout(self.buttons)
        column.addWidget(foot)

    def add_to_head(self, *widgets: QWidget) -> None:
        """Something beside the heading: a filter."""
        row = self._head.layout()
        if row is not None:
            for widget in widgets:
                row.addWidget(widget)

    def give_room(self, widget: QWidget) -> None:
        """Something beside the heading grows as the heading does."""
        row = self._head.layout()
        if isinstance(row, QHBoxLayout):
            row.setStretchFactor(widget, 2)

    def add_button(self, text: str, shortcut: str, call: Callable[[], object]) -> QPushButton:
        """A button under the table, with its key."""
        button = QPushButton(text)
        button.setAccessibleName(text)
        keys = QKeySequence(shortcut)
        button.setToolTip(f"{text} ({keys.toString(QKeySequence.SequenceFormat.NativeText)})")
        button.clicked.connect(call)
        key = QShortcut(keys, self)
        key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        key.activated.connect(button.click)
        button.setEnabled(False)
        self.buttons.addWidget(button)
        return button

    def set_widths(self, widths: Sequence[int]) -> None:
        """Columns with 0 share what those with -1, as wide as their texts, leave."""
        header = self.table.horizontalHeader()
        modes = {0: QHeaderView.ResizeMode.Stretch, -1: QHeaderView.ResizeMode.ResizeToContents}
        for column, width in enumerate(widths):
            header.setSectionResizeMode(column, modes[width])

    def show_rows(self, rows: Sequence[T]) -> None:
        """Show other values; the choice stays where it can."""
        chosen = self.chosen()
        kept = None if chosen is None else self._key(chosen)
        self.model.show(rows)
        self._stack.setCurrentIndex(1 if rows else 0)
        places = [place for place, row in enumerate(rows) if self._key(row) == kept]
        if places:
            self.table.selectRow(places[0])
        elif rows:
            self.table.selectRow(0)
        self._on_selected()

    def chosen(self) -> T | None:
        """The chosen value."""
        rows = self.table.selectionModel().selectedRows()
        place = rows[0].row() if rows else -1
        values = self.model.values()
        return values[place] if 0 <= place < len(values) else None

    def refresh(self) -> None:
        """Read again (for subclasses)."""

    def show_chosen(self, value: T | None) -> None:
        """Explain the chosen value and set the buttons (for subclasses)."""

    def _on_selected(self) -> None:
        self.show_chosen(self.chosen())


def heading(text: str) -> QWidget:
    """The head of a pane."""
    head = QWidget()
    head.setObjectName("paneHead")
    head.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    label = QLabel(text)
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * 1.2)
    font.setWeight(font.Weight.DemiBold)
    label.setFont(font)
    row = QHBoxLayout(head)
    row.setContentsMargins(16, 9, 16, 9)
    row.setSpacing(8)
    row.addWidget(label, 1)
    return head
