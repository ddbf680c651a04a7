"""The list of operators under the search box while the first letters of one are typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QGuiApplication,
    QKeyEvent,
    QPainter,
    QPalette,
)
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from mel_desktop.model.finding import Operator, OperatorKind

MOST_ROWS: Final = 8
WIDTH: Final = 420
SPELLING: Final = Qt.ItemDataRole.UserRole
MEANING: Final = Qt.ItemDataRole.UserRole + 1
_MOVING: Final = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})
_CHOOSING: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab})


class _Line(QStyledItemDelegate):
    """What is typed, strong; what it is for, beside it."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """One line with some room."""
        return QSize(160, option.fontMetrics.height() + 10)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Two columns."""
        palette = option.palette
        painter.save()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(option.rect, palette.color(QPalette.ColorRole.Highlight))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, palette.color(QPalette.ColorRole.AlternateBase))
        text = palette.color(
            QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text
        )
        muted = QGuiApplication.palette().color(QPalette.ColorRole.PlaceholderText)
        quiet = text if chosen else muted  # (a widget's own is made paler by its style sheet)
        area = option.rect.adjusted(10, 0, -8, 0)
        bold = QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold)
        first = max(110, area.width() // 3)
        _draw(painter, QRect(area.left(), area.top(), first, area.height()),
              str(index.data(SPELLING)), bold, text)  # fmt: skip
        _draw(painter, area.adjusted(first + 8, 0, 0, 0), str(index.data(MEANING)), option.font,
              quiet)  # fmt: skip
        painter.restore()


def _draw(painter: QPainter, area: QRect, text: str, font: QFont, colour: QColor) -> None:
    painter.setFont(font)
    painter.setPen(colour)
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


class OperatorList(QListWidget):
    """A part of the window, not a window: typing goes on. Down comes here, Return or Tab chooses,
    Escape goes back, anything else goes to the box.
    """

    operator_chosen = Signal(str)

    def __init__(self, box: QWidget) -> None:
        super().__init__(box)
        self._box = box
        self.setObjectName("suggestions")
        self.setAccessibleName(self.tr("Operators of the search"))
        self.setItemDelegate(_Line(self))
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemClicked.connect(self._choose)
        self.hide()

    def offer(self, operators: Sequence[tuple[Operator, str]]) -> None:
        """Show these under the box; none: go away."""
        if not operators:
            self.leave()
            return
        self.clear()
        for operator, spelling in operators[:MOST_ROWS]:
            item = QListWidgetItem(self)
            meaning = self._meaning(operator, spelling)
            item.setData(SPELLING, spelling)
            item.setData(MEANING, meaning)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{spelling} {meaning}")
            item.setToolTip(f"{spelling} {meaning}")
        self._place()
        self.show()
        self.raise_()

    def leave(self) -> None:
        """Go away; the focus goes back to the box."""
        if self.hasFocus():
            self._box.setFocus()
        self.hide()

    def enter(self) -> None:
        """The keyboard comes here."""
        self.setCurrentRow(0)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _place(self) -> None:
        window = self._box.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        height = self.sizeHintForRow(0) * self.count() + 2 * self.frameWidth() + 2
        below = self._box.mapTo(window, QPoint(0, self._box.height() + 1))
        width = min(max(self._box.width(), WIDTH), window.width() - 8)
        left = max(4, min(below.x(), window.width() - width - 4))
        room = window.height() - below.y() - 8
        self.setGeometry(left, below.y(), width, max(40, min(height, room)))

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            spelling = str(item.data(SPELLING))
            self.leave()
            self._box.setFocus()
            self.operator_chosen.emit(spelling)

    # -- Qt ----------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Keys here are no commands of the window."""
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def focusNextPrevChild(self, _: bool) -> bool:
        """Tab chooses."""
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, choose, go back; the box has the rest."""
        key = event.key()
        if key in _CHOOSING:
            self._choose(self.currentItem())
        elif key == Qt.Key.Key_Escape or (key == Qt.Key.Key_Up and self.currentRow() <= 0):
            is_up = key == Qt.Key.Key_Up
            self._box.setFocus()
            self.setVisible(is_up)
        elif key in _MOVING:
            super().keyPressEvent(event)
        else:
            self._box.setFocus()
            QCoreApplication.sendEvent(self._box, event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Gone elsewhere: nobody chooses any more."""
        super().focusOutEvent(event)
        if not self._box.hasFocus() and event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self.hide()

    # -- words -------------------------------------------------------------------------------------

    def _meaning(self, operator: Operator, spelling: str) -> str:
        words = {
            OperatorKind.SENDER: self.tr("by the sender"),
            OperatorKind.RECIPIENT: self.tr("by a recipient, in copy too"),
            OperatorKind.SUBJECT: self.tr("in the subject only"),
            OperatorKind.TEXT: self.tr("in the text only"),
            OperatorKind.FILES: self.tr("in names and text of attachments"),
            OperatorKind.HAS: self.tr("with attachments"),
            OperatorKind.AFTER: self.tr("on this day or later"),
            OperatorKind.BEFORE: self.tr("before this day"),
            OperatorKind.FOLDER: self.tr("in folders of this name"),
            OperatorKind.ACCOUNT: self.tr("of this account"),
            OperatorKind.UNREAD: self.tr("unread"),
            OperatorKind.FLAGGED: self.tr("flagged"),
            OperatorKind.STATE: self.tr("read, answered, forwarded, draft…"),
            OperatorKind.SIZE: self.tr("of this size or more; with < less"),
            OperatorKind.KEYWORD: self.tr("with this tag"),
        }[operator.kind]
        is_french = spelling.removeprefix("-") in operator.french
        other = (operator.english if is_french else operator.french)[0]
        return f"{words} · {other}"
