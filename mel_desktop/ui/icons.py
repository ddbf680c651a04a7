"""The icon set: one family of 24 px line drawings, coloured for the theme in use."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from mel_desktop.ui.shipped import shipped

SIZES: Final = (16, 20, 24, 32, 40, 48, 64)
APPLICATION: Final = "mel-desktop"


def drawing(name: str, colour: QColor, size: int) -> QPixmap:
    """One drawing as a square pixmap of ``size`` device pixels. Transparent if it is missing."""
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    source = shipped("icons", f"{name}.svg")
    if not source.is_file():
        return pixmap
    text = source.read_text(encoding="utf-8").replace("currentColor", colour.name())
    renderer = QSvgRenderer(QByteArray(text.encode()))
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap


def application_icon() -> QIcon:
    """The program's own icon, in its own colours."""
    icon = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        icon.addPixmap(drawing(APPLICATION, QColor("#000091"), size))
    return icon


class IconSet:
    """Icons in the colours of one theme, each drawn once."""

    def __init__(self, ink: QColor, faint: QColor, active: QColor) -> None:
        self._ink = ink
        self._faint = faint
        self._active = active
        self._kept: dict[tuple[str, str], QIcon] = {}
        self._pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}

    def icon(self, name: str, colour: QColor | None = None) -> QIcon:
        """A themed icon: ink, faint when disabled, the accent when checked or selected."""
        ink = colour or self._ink
        key = (name, ink.name())
        icon = self._kept.get(key)
        if icon is None:
            icon = QIcon()
            for size in SIZES:
                normal = drawing(name, ink, size)
                icon.addPixmap(normal, QIcon.Mode.Normal, QIcon.State.Off)
                icon.addPixmap(drawing(name, self._faint, size), QIcon.Mode.Disabled)
                lit = normal if colour else drawing(name, self._active, size)
                icon.addPixmap(lit, QIcon.Mode.Normal, QIcon.State.On)
            self._kept[key] = icon
        return icon

    def pixmap(self, name: str, size: int, ratio: float, colour: QColor | None = None) -> QPixmap:
        """A drawing of ``size`` logical pixels for a screen of this device pixel ratio."""
        ink = colour or self._ink
        key = (name, ink.name(), size, ratio)
        pixmap = self._pixmaps.get(key)
        if pixmap is None:
            pixmap = drawing(name, ink, round(size * ratio))
            pixmap.setDevicePixelRatio(ratio)
            self._pixmaps[key] = pixmap
        return pixmap
