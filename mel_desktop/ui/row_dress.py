"""Letters and colours of the rows of a list, made once: a screen of rows is painted sixty times a
second, and each font, its measures and each colour cost as much as the drawing of a word.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

SMALL: Final = 0.92  # of the font of the list: dates, numbers
NARROWEST: Final = 2  # px: a line holds no more letters than its width divided by this
FITTED: Final = 128  # texts of a font that are remembered
_RIGHT: Final = Qt.TextElideMode.ElideRight
_BREAKS: Final = {ord(one): " " for one in "\n\r\t\u2028\u2029"}


@lru_cache(maxsize=128)
def colour(name: str) -> QColor:
    """The colour of a name of the theme. Nobody changes it."""
    return QColor(name)


class Face:
    """A font and its measures; what it made fit lately is remembered: rows are painted again."""

    __slots__ = ("ascent", "fitted", "font", "height", "metrics")

    def __init__(self, font: QFont) -> None:
        self.font = font
        self.metrics = metrics = QFontMetrics(font)
        self.height = metrics.height()
        self.ascent = metrics.ascent()

        @lru_cache(maxsize=FITTED)
        def fitted(text: str, room: int) -> tuple[str, int]:
            """As much of a text as one line of this width shows, and how wide that is."""
            most = max(1, room // NARROWEST)
            if len(text) > most:
                text = f"{text[:most]}…"
            if not text.isprintable():
                text = text.translate(_BREAKS)
            shown = metrics.elidedText(text, _RIGHT, room)
            return shown, metrics.horizontalAdvance(shown)

        self.fitted = fitted

    def width(self, text: str) -> int:
        """How wide a text is."""
        return self.metrics.horizontalAdvance(text)

    def paint(
        self, painter: QPainter, area: QRect, text: str, ink: QColor, *, right: bool = False
    ) -> int:
        """One line in the middle of the area's height; the width that it took."""
        room = area.width()
        shown, width = self.fitted(text, room)
        left = area.left() + room - width if right else area.left()
        top = area.top() + (area.height() - self.height) // 2
        painter.setFont(self.font)
        painter.setPen(ink)
        painter.drawText(QPointF(left, top + self.ascent), shown)
        return width


class Dress:
    """The fonts of a list that is written in ``font``."""

    __slots__ = ("bold", "font", "plain", "small")

    def __init__(self, font: QFont) -> None:
        self.font = QFont(font)
        self.plain = Face(self.font)
        bold, small = QFont(font), QFont(font)
        bold.setWeight(QFont.Weight.DemiBold)
        small.setPointSizeF(font.pointSizeF() * SMALL)
        self.bold, self.small = Face(bold), Face(small)
