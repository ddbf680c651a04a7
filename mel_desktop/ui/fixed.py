"""What the school's IT has fixed: a lock with its words, beside a field that cannot be changed."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from mel_desktop.ui.icons import drawing

LOCK: Final = 16

translate = QCoreApplication.translate


def fixed_words() -> str:
    """How a lock is said."""
    return translate("fixed", "Fixed by your establishment")


def fix(field: QWidget) -> None:
    """A field that shows what holds and takes nothing else; the reason is spoken with it."""
    field.setEnabled(False)
    field.setToolTip(fixed_words())
    field.setAccessibleDescription(fixed_words())


def unfix(field: QWidget) -> None:
    """It is the teacher's again."""
    field.setEnabled(True)
    field.setToolTip("")
    field.setAccessibleDescription("")


class FixedNote(QWidget):
    """The lock and the words."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lock = QLabel()
        self.words = QLabel(text or fixed_words())
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.words.setProperty("muted", True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._lock, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words, 1)
        self._paint()

    def text(self) -> str:
        """The words."""
        return self.words.text()

    def say(self, text: str) -> None:
        """Other words; none: nothing is shown."""
        self.words.setText(text)
        self.setVisible(bool(text))

    def changeEvent(self, event: QEvent) -> None:
        """The lock has the colour of the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint()

    def _paint(self) -> None:
        ratio = self.devicePixelRatioF()
        colour = self.palette().color(QPalette.ColorRole.PlaceholderText)
        colour.setAlpha(255)
        pixmap = drawing("lock", colour, round(LOCK * ratio))
        pixmap.setDevicePixelRatio(ratio)
        self._lock.setPixmap(pixmap)


def field_with_note(field: QWidget, *, fixed: bool) -> QWidget:
    """The field alone, or fixed with its lock beneath, for one line of a form."""
    if not fixed:
        return field
    both = QWidget()
    fix(field)
    column = QVBoxLayout(both)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    column.addWidget(field)
    column.addWidget(FixedNote())
    return both
