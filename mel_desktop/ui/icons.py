"""The icon set: one family of 24 px line drawings, coloured for the theme in use."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from mel_desktop.ui.shipped import shipped

SIZES: Final = (16, 20, 24, 32, 40)  # of menus and bars, on screens of 100 to 200 %
APPLICATION: Final = "mel-desktop"


def drawing(name: str, colour: QColor, size: int) -> QPixmap:
    """One drawing as a square pixmap of ``size`` device pixels. Transparent if it is missing."""
    return _drawings(name, (colour,), (size,))[0]


def _drawings(name: str, colours: Sequence[QColor], sizes: Sequence[int]) -> list[QPixmap]:
    """In each colour all sizes, each colour read and understood once.

    What is returned is a copy: the picture that was painted upon keeps the painter's tables, three
    times its own size.
    """
    made = []
    for colour in colours:
        renderer = QSvgRenderer(
            QByteArray(_source(name).replace(b"currentColor", colour.name().encode()))
        )
        for size in sizes:
            pixmap = QPixmap(size, size)
            pixmap.fill(Qt.GlobalColor.transparent)
            if renderer.isValid():
                painter = QPainter(pixmap)
                renderer.render(painter, QRectF(0, 0, size, size))
                painter.end()
            made.append(pixmap.copy())
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
    for pixmap in _drawings(APPLICATION, (QColor("#000091"),), (16, 24, 32, 48, 64, 128, 256)):
        icon.addPixmap(pixmap)
    return icon


class _Drawn(QIconEngine):
    """Draws when it is asked, and keeps what it drew: of sixty icons a window shows fifteen, each
    in one size. What it answers is what an icon with all of SIZES in it would.
    """

    def __init__(self, name: str, ink: QColor, faint: QColor, on: QColor) -> None:
        super().__init__()
        self._name = name
        self._colours = (ink, faint, on)
        self._kept: dict[int, QIcon] = {}

    def _of(self, wanted: QSize, scale: float) -> QIcon:
        """With the smallest of SIZES that fills ``wanted``, else the largest."""
        area = wanted.width() * wanted.height() * scale * scale
        size = next((one for one in SIZES if one * one >= area), SIZES[-1])
        icon = self._kept.get(size)
        if icon is None:
            off, disabled, on = _drawings(self._name, self._colours, (size,))
            icon = QIcon()
            icon.addPixmap(off, QIcon.Mode.Normal, QIcon.State.Off)
            icon.addPixmap(disabled, QIcon.Mode.Disabled)
            icon.addPixmap(on, QIcon.Mode.Normal, QIcon.State.On)
            self._kept[size] = icon
        return icon

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """For a screen of one pixel to the point."""
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(
        self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float
    ) -> QPixmap:
        """``size`` in points, ``scale`` pixels to each."""
        return self._of(size, scale).pixmap(size, scale, mode, state)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """As the engine of pixmaps does: sharp on the device that is painted upon."""
        device = painter.device()
        ratio = device.devicePixelRatio() if device else 1.0
        painter.drawPixmap(rect, self.scaledPixmap(rect.size(), mode, state, ratio))

    def actualSize(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QSize:
        """Never larger than the largest of SIZES."""
        side = min(size.width(), size.height(), SIZES[-1])
        return QSize(side, side)

    def availableSizes(
        self, mode: QIcon.Mode = QIcon.Mode.Normal, state: QIcon.State = QIcon.State.Off
    ) -> list[QSize]:
        """All of SIZES."""
        return [QSize(one, one) for one in SIZES]

    def key(self) -> str:
        """Of this kind of engine."""
        return "mel-drawn"

    def clone(self) -> QIconEngine:
        """For an icon that is changed where another shares it; Qt owns it from then on."""
        made = _Drawn(self._name, *self._colours)
        _CLONES.append(made)
        return made


# What Qt owns while Python counts no reference to it: else it is taken away under Qt's hands.
_CLONES: Final[list[_Drawn]] = []


class IconSet:
    """Icons in the colours of one theme, each drawn once, when it is first painted."""

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
            on = colour or self._active
            icon = QIcon(_Drawn(name, ink, self._faint, on))
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
