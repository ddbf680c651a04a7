"""A layout that sets its widgets in lines and breaks where a line is full."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Left to right, then down. With ``fill_last`` the last widget takes the rest of its line."""

    def __init__(
        self, parent: QWidget | None = None, *, spacing: int = 6, fill_last: bool = False
    ) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._fill_last = fill_last
        self.setSpacing(spacing)

    def addItem(self, item: QLayoutItem) -> None:
        """Append."""
        self._items.append(item)

    def insert(self, place: int, widget: QWidget) -> None:
        """Insert before what stands at ``place``."""
        self.addWidget(widget)
        self._items.insert(place, self._items.pop())
        self.invalidate()

    def count(self) -> int:
        """Number of items."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """None past the end, as Qt wants (the stub says it never is)."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Take out; None past the end, as Qt wants."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """Takes what it needs."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Narrower is higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Height at a width."""
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        """Place the widgets."""
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:
        """Narrowest sensible size."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """The widest single widget."""
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        margins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        margins = self.contentsMargins()
        inner = rect.adjusted(margins.left(), margins.top(), -margins.right(), -margins.bottom())
        x, y, line = inner.x(), inner.y(), 0
        lines: list[list[tuple[QLayoutItem, QRect]]] = [[]]
        for number, item in enumerate(self._items):
            if item.isEmpty():  # hidden: it takes no place
                continue
            hint = item.sizeHint()
            width = min(hint.width(), inner.width())
            if lines[-1] and x + width > inner.right() + 1:
                x, y, line = inner.x(), y + line + self.spacing(), 0
                lines.append([])
            if self._fill_last and number == len(self._items) - 1:
                width = max(width, inner.right() + 1 - x)
            lines[-1].append((item, QRect(QPoint(x, y), QSize(width, hint.height()))))
            x += width + self.spacing()
            line = max(line, hint.height())
        if move:
            for placed in lines:
                tallest = max((area.height() for _, area in placed), default=0)
                for item, area in placed:
                    item.setGeometry(area.translated(0, (tallest - area.height()) // 2))
        return y + line - rect.y() + margins.bottom()
