"""Icons that are drawn when they are asked for look as if all their sizes stood ready."""

from __future__ import annotations

import gc
import itertools

import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter
from PySide6.QtWidgets import QApplication, QToolButton

from mel_desktop.ui import icons
from mel_desktop.ui.icons import SIZES, IconSet, drawing

INK, FAINT, ACTIVE, OTHER = (QColor(one) for one in ("#161616", "#929292", "#000091", "#c9191e"))
RATIOS = (1.0, 1.25, 1.5, 2.0)
ASKED = (10, 14, 16, 18, 20, 24, 28, 32, 40, 64)


def ready(name: str, colour: QColor | None) -> QIcon:
    """The same with all its pictures in it, in Qt's own engine."""
    icon = QIcon()
    for size in SIZES:
        icon.addPixmap(drawing(name, colour or INK, size), QIcon.Mode.Normal, QIcon.State.Off)
        icon.addPixmap(drawing(name, FAINT, size), QIcon.Mode.Disabled)
        icon.addPixmap(drawing(name, colour or ACTIVE, size), QIcon.Mode.Normal, QIcon.State.On)
    return icon


@pytest.mark.parametrize("colour", [None, OTHER])
@pytest.mark.parametrize("name", ["reply", "trash", "no-such-drawing"])
def test_the_same_pixels_in_every_size_state_and_ratio(
    qapp: QApplication, name: str, colour: QColor | None
) -> None:
    late, early = IconSet(INK, FAINT, ACTIVE).icon(name, colour), ready(name, colour)
    for side, ratio, mode, state in itertools.product(ASKED, RATIOS, QIcon.Mode, QIcon.State):
        one, other = (icon.pixmap(QSize(side, side), ratio, mode, state) for icon in (late, early))
        said = f"{side} px, ratio {ratio}, {mode}, {state}"
        assert one.toImage() == other.toImage(), said
        assert one.devicePixelRatio() == other.devicePixelRatio(), said
    for side in ASKED:
        assert late.actualSize(QSize(side + 3, side)) == early.actualSize(QSize(side + 3, side))
    assert late.availableSizes() == early.availableSizes()


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("rect", [QRect(0, 0, 16, 16), QRect(2, 2, 22, 30), QRect(0, 0, 60, 60)])
def test_painted_the_same(qapp: QApplication, ratio: float, rect: QRect) -> None:
    pictures = []
    for icon in (IconSet(INK, FAINT, ACTIVE).icon("reply"), ready("reply", None)):
        image = QImage(160, 160, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        icon.paint(painter, rect)
        painter.end()
        pictures.append(image)
    assert pictures[0] == pictures[1]


def test_nothing_is_drawn_before_it_is_painted(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = []
    before = icons._drawings

    def watched(name: str, *rest: object) -> object:
        drawn.append(name)
        return before(name, *rest)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(icons, "_drawings", watched)
    icon = IconSet(INK, FAINT, ACTIVE).icon("reply")
    button = QToolButton()
    button.setIcon(icon)
    assert drawn == []
    assert not icon.isNull()
    for _ in range(3):
        icon.pixmap(20, 20)
    assert drawn == ["reply"]


def test_an_icon_outlives_its_set_and_may_be_changed(qapp: QApplication) -> None:
    button = QToolButton()
    button.setIcon(IconSet(INK, FAINT, ACTIVE).icon("reply"))
    gc.collect()
    copy = QIcon(button.icon())
    copy.addPixmap(drawing("trash", INK, 16))  # Qt makes the copy an engine of its own
    del copy
    gc.collect()
    assert button.icon().pixmap(16, 16).toImage() == ready("reply", None).pixmap(16, 16).toImage()
