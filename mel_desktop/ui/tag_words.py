"""Tags as they are shown: their names, and ink that can be read on their colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from mel_desktop.model.organising import Tag

_USUAL: Final[dict[str, str]] = {  # the names that Thunderbird gave them
    "$label1": str(QT_TRANSLATE_NOOP("Tags", "Important")),
    "$label2": str(QT_TRANSLATE_NOOP("Tags", "Work")),
    "$label3": str(QT_TRANSLATE_NOOP("Tags", "Personal")),
    "$label4": str(QT_TRANSLATE_NOOP("Tags", "To do")),
    "$label5": str(QT_TRANSLATE_NOOP("Tags", "Can wait")),
}
COLOURS: Final = (
    "#c9191e", "#b34000", "#716043", "#18753c", "#006a6f", "#0063cb", "#3a55d1", "#7a3d9c",
    "#a558a0", "#5f5f5f", "#e4794a", "#f5c542",
)  # fmt: skip
CHIP_PAD: Final = 6
LEAST_LETTERS: Final = 3  # of a chip that is cut
MOST_CHIPS: Final = 2
WIDEST: Final = 96


def name_of(tag: Tag) -> str:
    """The name that people see."""
    if tag.name:
        return tag.name
    usual = _USUAL.get(tag.keyword)
    return QCoreApplication.translate("Tags", usual) if usual else tag.keyword


def of_keywords(keywords: frozenset[str], tags: Sequence[Tag]) -> tuple[Tag, ...]:
    """Those among the keywords of a message, in the order of tags."""
    return tuple(one for one in tags if one.keyword in keywords)


def luminance(colour: QColor) -> float:
    """Relative luminance (WCAG 2.1)."""

    def part(value: float) -> float:
        return value / 12.92 if value <= 0.03928 else float(((value + 0.055) / 1.055) ** 2.4)

    red, green, blue = map(part, (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ink_on(ground: QColor) -> QColor:
    """Black or white, whichever reads better: at least 4.5:1 on any colour."""
    light = luminance(ground)
    on_white, on_black = 1.05 / (light + 0.05), (light + 0.05) / 0.05
    return QColor("#ffffff" if on_white >= on_black else "#000000")


def paint_chips(
    painter: QPainter,
    line: QRect,
    chips: Sequence[tuple[str, str]],
    font: QFont,
    *,
    left: bool = False,
) -> int:
    """(name, colour) as chips that end at the right of ``line`` (or begin at its left, as many and
    as long as it has room for); the width that they took.
    """
    if not chips:
        return 0
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * 0.84)
    metrics = QFontMetrics(small)
    shown = list(chips[:MOST_CHIPS])
    if len(chips) > MOST_CHIPS:
        shown.append((f"+{len(chips) - MOST_CHIPS}", ""))
    x = line.left() if left else line.right() + 1
    painter.setFont(small)
    for name, colour in shown if left else reversed(shown):
        room = line.right() + 1 - x - 2 * CHIP_PAD if left else WIDEST
        if room < metrics.averageCharWidth() * LEAST_LETTERS:
            break
        text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, min(WIDEST, room))
        width = metrics.horizontalAdvance(text) + 2 * CHIP_PAD
        x -= 0 if left else width + 4
        box = QRectF(x, line.center().y() - metrics.height() / 2, width, metrics.height() + 1)
        pen = painter.pen()
        if colour:
            ground = QColor(colour)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(box, 4, 4)
            painter.setPen(ink_on(ground))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        painter.setPen(pen)
        x += width + 4 if left else 0
    return line.right() + 1 - x + 2


def paint_arrow(painter: QPainter, at: QPointF, *, down: bool) -> None:
    """The small triangle of a row that opens; pen and brush are the caller's."""
    size = 3.6
    points = (
        [QPointF(-size, -size / 2), QPointF(size, -size / 2), QPointF(0, size / 2 + 1)]
        if down
        else [QPointF(-size / 2, -size), QPointF(-size / 2, size), QPointF(size / 2 + 1, 0)]
    )
    painter.drawPolygon([at + one for one in points])


Boxes = Mapping[int, tuple[str, str]]  # folder -> short name of its box, colour
