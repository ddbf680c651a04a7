"""As high as what is in it where there is room; scrolled where a window is low.

A layout that has too little height cuts wrapped words in the middle of a line. Here they are whole,
and what has the keyboard is in sight.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QSizePolicy, QWidget

LINES = 4  # of the least height


class Room(QScrollArea):
    """``card`` must have a layout. Rooms may stand in rooms."""

    def __init__(self, card: QWidget, *, framed: bool = True) -> None:
        super().__init__()
        self._card = card
        self._edge = 2 if framed else 0
        if not framed:
            self.setFrameShape(QFrame.Shape.NoFrame)
            self.viewport().setAutoFillBackground(False)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it has the keys
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setWidget(card)
        card.setAutoFillBackground(framed)
        card.installEventFilter(self)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus)

    def sizeHint(self) -> QSize:
        """That of the card at this width."""
        card = self._card
        width = self.viewport().width() or card.sizeHint().width()
        layout = card.layout()
        high = card.sizeHint().height()
        if layout is not None and layout.hasHeightForWidth():
            high = max(layout.totalHeightForWidth(width), layout.totalMinimumSize().height())
        return QSize(card.sizeHint().width(), high + self._edge)

    def minimumSizeHint(self) -> QSize:
        """A few lines."""
        return QSize(220, min(self.fontMetrics().height() * LINES, self.sizeHint().height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width makes another height."""
        super().resizeEvent(event)
        self.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """So does another content."""
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def _on_focus(self, _: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self._card.isAncestorOf(now):
            self.ensureWidgetVisible(now, 0, 8)
