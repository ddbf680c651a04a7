"""A disc with initials: tells correspondents apart at a glance, fetches nothing."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from mel_desktop.model.mail import Address
from mel_desktop.ui.theme import Theme

# Grounds on which white keeps 4.5:1.
_GROUNDS: Final = ("#000091", "#0058b8", "#18753c", "#6e445a", "#716043", "#2f4077", "#a94645")


def initials(person: Address) -> str:
    """One or two letters of a name, or of the address."""
    words = [word for word in person.name.replace("-", " ").split() if word[0].isalpha()]
    if words:
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()
    return (person.address[:1] or person.name.strip()[:2]).upper() or "?"


class Avatar(QWidget):
    """40 px disc; the colour belongs to the address."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(QSize(38, 38))
        self.setAccessibleName(self.tr("Initials of the sender"))
        self._letters = ""
        self._ground = _GROUNDS[0]
        theme.changed.connect(self.update)

    def show_person(self, person: Address) -> None:
        """Show this correspondent."""
        self._letters = initials(person)
        self._ground = _GROUNDS[sum(person.address.lower().encode()) % len(_GROUNDS)]
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Disc and letters."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._ground))
        painter.drawEllipse(self.rect())
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor("#ffffff"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._letters)
        painter.end()
