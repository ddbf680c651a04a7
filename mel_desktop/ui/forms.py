"""Small pieces that the pages of the wizard share."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QFormLayout,
    QFrame,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

FIELD_INSET: Final = 6


def form_of(page: QWidget) -> QFormLayout:
    """A form in which nothing is cramped."""
    form = QFormLayout(page)
    form.setContentsMargins(2, 2, 8, 2)
    form.setHorizontalSpacing(16)
    form.setVerticalSpacing(10)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
    return form


def inset(field: QAbstractSpinBox) -> None:
    """Its text as far from the edge as in other fields; style sheets cannot say it of this one."""
    field.lineEdit().setTextMargins(FIELD_INSET, 0, 0, 0)


def muted(text: str = "") -> QLabel:
    """A remark below a field; plain text."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty("muted", True)
    return label


def stacked(field: QWidget, *below: QWidget) -> QWidget:
    """A field with what is said of it, close together: one row of a form."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    for one in (field, *below):
        column.addWidget(one)
    page.setFocusProxy(field)
    return page


def scrolled(page: QWidget) -> QScrollArea:
    """What is longer than a small screen scrolls."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(page)
    return area


def heading(text: str = "") -> QLabel:
    """The title of a page."""
    label = QLabel(text)
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * 1.4)
    font.setWeight(font.Weight.DemiBold)
    label.setFont(font)
    return label
