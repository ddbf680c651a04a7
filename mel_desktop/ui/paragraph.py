"""A text of a dialog over its whole width: plain whatever stands in it, and wrapped."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel


def paragraph(
    text: str = "", *, strong: bool = False, muted: bool = False, selectable: bool = False
) -> QLabel:
    """``strong``: a heading; ``muted``: said in passing; ``selectable``: with the mouse."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if selectable:
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if muted:
        label.setProperty("muted", True)
    if strong:
        font = label.font()
        font.setWeight(font.Weight.DemiBold)
        label.setFont(font)
    return label
