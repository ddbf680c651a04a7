"""How the rows of the folder tree are drawn, and what its items carry for that."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QPainter,
)
from PySide6.QtWidgets import (
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from mel_desktop.ui import figures
from mel_desktop.ui.theme import Theme


class FolderRole(IntEnum):
    """What items carry."""

    FOLDER = Qt.ItemDataRole.UserRole + 1  # FolderId
    PLACE = Qt.ItemDataRole.UserRole + 2
    COUNT = Qt.ItemDataRole.UserRole + 3  # the number at the right
    ICON = Qt.ItemDataRole.UserRole + 4  # icon name
    LOUD = Qt.ItemDataRole.UserRole + 5  # the number wants attention
    WAITS = Qt.ItemDataRole.UserRole + 6  # the server does not know yet
    SEARCH = Qt.ItemDataRole.UserRole + 7  # Search
    ACCOUNT = Qt.ItemDataRole.UserRole + 8  # AccountId, of the heading above its folders
    VIEW = Qt.ItemDataRole.UserRole + 10  # View
    FULL = Qt.ItemDataRole.UserRole + 9  # its mailbox is so full on the server: 0, 80, 90, 95


LOUD: Final = 95  # per cent: the server will soon take nothing
QUIET: Final = frozenset(
    {"drafts", "outbox", "waiting", "journal", "search", "sleep", "flag"}
)  # a number, but nothing to be read


class FolderDelegate(QStyledItemDelegate):
    """Icon, name, number at the right; headings small and quiet."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """A little more room above headings."""
        heading = index.data(FolderRole.ICON) is None
        return QSize(120, option.fontMetrics.height() + (16 if heading else 11))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Rounded selection, icon, name, number."""
        tones = self._theme.tones
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        name = str(index.data(Qt.ItemDataRole.DisplayRole))
        icon = index.data(FolderRole.ICON)
        area = option.rect.adjusted(2, 1, -6, -1)
        font = QFont(option.font)
        if icon is None:
            font.setPointSizeF(font.pointSizeF() * 0.9)
            font.setWeight(QFont.Weight.DemiBold)
            self._heading(painter, option, index, name, font)
            painter.restore()
            return
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if selected or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tones.selected if selected else tones.raised))
            painter.drawRoundedRect(area, 6, 6)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(tones.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area, 6, 6)
        number = int(index.data(FolderRole.COUNT) or 0)
        loud = bool(index.data(FolderRole.LOUD))
        colour = tones.selected_text if selected else tones.text
        ratio = painter.device().devicePixelRatioF()
        ink = QColor(tones.accent if selected else tones.muted)
        pixmap = self._theme.icons.pixmap(str(icon), 18, ratio, ink)
        painter.drawPixmap(area.left() + 6, area.center().y() - 8, pixmap)
        right = 8
        if number:
            if loud or str(icon) not in QUIET:
                font.setWeight(QFont.Weight.DemiBold)
            right += self._number(painter, area, number, font, loud=loud)
        if index.data(FolderRole.WAITS):
            waits = self._theme.icons.pixmap("waiting", 14, ratio, QColor(tones.muted))
            painter.drawPixmap(area.right() - right - 14, area.center().y() - 6, waits)
            right += 18
        line = area.adjusted(32, 0, -right, 0)
        self._line(painter, line, name, font, colour)
        painter.restore()

    def _heading(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
        name: str,
        font: QFont,
    ) -> None:
        """An account, with a mark where its mailbox is nearly full."""
        tones = self._theme.tones
        area = option.rect.adjusted(2, 1, -6, -1)
        line = area.adjusted(12, 6, 0, 0)
        level = int(index.data(FolderRole.FULL) or 0)
        if level:
            ink = QColor(tones.danger if level >= LOUD else tones.warning)
            ratio = painter.device().devicePixelRatioF()
            mark = self._theme.icons.pixmap("warning", 16, ratio, ink)
            painter.drawPixmap(line.right() - 22, line.center().y() - 7, mark)
            line = line.adjusted(0, 0, -26, 0)
            if option.state & QStyle.StateFlag.State_MouseOver:
                font.setUnderline(True)
        if level and option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(tones.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(0, 5, 0, 0), 6, 6)
        self._line(painter, line, name, font, tones.muted)

    def _number(
        self, painter: QPainter, area: QRect, number: int, font: QFont, *, loud: bool
    ) -> int:
        tones = self._theme.tones
        painter.setFont(font)
        text = figures.count(number)
        width = painter.fontMetrics().horizontalAdvance(text)
        painter.setPen(QColor(tones.danger if loud else tones.accent))
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(area.adjusted(0, 0, -8, 0), flags, text)
        return width + 8

    @staticmethod
    def _line(painter: QPainter, area: QRect, text: str, font: QFont, colour: str) -> None:
        painter.setFont(font)
        painter.setPen(QColor(colour))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, area.width())
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(area, flags, shown)
