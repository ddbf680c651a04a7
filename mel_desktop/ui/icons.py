"""The icon set: one family of 24 px line drawings, coloured for the theme in use."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from mel_desktop.ui.shipped import shipped

SIZES: Final = (16, 20, 24, 32, 40)  # of menus and bars, on screens of 100 to 200 %
APPLICATION: Final = "mel-desktop"


def drawing(name: str, colour: QColor, size: int) -> QPixmap:
    """One drawing as a square pixmap of ``size`` device pixels. Transparent if it is missing."""
    return _drawings(name, colour, (size,))[0]


def _drawings(name: str, colour: QColor, sizes: Sequence[int]) -> list[QPixmap]:
    """The same in several sizes: read and understood once, for the window needs a thousand."""
    renderer = QSvgRenderer(
        QByteArray(_source(name).replace(b"currentColor", colour.name().encode()))
    )
    made = []
    for size in sizes:
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        if renderer.isValid():
            painter = QPainter(pixmap)
            renderer.render(painter, QRectF(0, 0, size, size))
            painter.end()
        made.append(pixmap)
    return made


@functools.cache
def _source(name: str) -> bytes:
    file = shipped("icons", f"{name}.svg")
    return file.read_bytes() if file.is_file() else b""


def application_icon() -> QIcon:
    """The program's own icon, in its own colours; drawn once, the application keeps it."""
    icon = QGuiApplication.windowIcon()
    if not icon.isNull():
        return icon
    for pixmap in _drawings(APPLICATION, QColor("#000091"), (16, 24, 32, 48, 64, 128, 256)):
        icon.addPixmap(pixmap)
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
            normal = _drawings(name, ink, SIZES)
            faint = _drawings(name, self._faint, SIZES)
            lit = normal if colour else _drawings(name, self._active, SIZES)
            for off, disabled, on in zip(normal, faint, lit, strict=True):
                icon.addPixmap(off, QIcon.Mode.Normal, QIcon.State.Off)
                icon.addPixmap(disabled, QIcon.Mode.Disabled)
                icon.addPixmap(on, QIcon.Mode.Normal, QIcon.State.On)
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
