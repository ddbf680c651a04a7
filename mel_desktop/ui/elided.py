"""A button that looks like a link and shortens its words rather than widen the window."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

_ROOM = 20  # padding and border of a link button, both sides


class ElidedButton(QPushButton):
    """Screen readers and the tool tip always get the whole words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("link", True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._words = ""

    @property
    def words(self) -> str:
        """The whole words."""
        return self._words

    def say(self, words: str) -> None:
        """Show these words, as far as there is room."""
        if words != self._words:
            self._words = words
            self.setAccessibleName(words)
            self.setToolTip(words)
            self.updateGeometry()
            self._fit()

    def sizeHint(self) -> QSize:
        """Room for all of it."""
        hint = super().sizeHint()
        return QSize(self._needed() + _ROOM, hint.height())

    def minimumSizeHint(self) -> QSize:
        """Room for a few words."""
        hint = super().minimumSizeHint()
        return QSize(min(self._needed() + _ROOM, 120), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width, other words."""
        super().resizeEvent(event)
        self._fit()

    def _needed(self) -> int:
        icon = 0 if self.icon().isNull() else self.iconSize().width() + 6
        return self.fontMetrics().horizontalAdvance(self._words) + icon

    def _fit(self) -> None:
        icon = 0 if self.icon().isNull() else self.iconSize().width() + 6
        room = self.width() - _ROOM - icon + 4  # elidedText counts a little more than it needs
        self.setText(self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, room))
