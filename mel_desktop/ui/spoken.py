"""What a screen reader says where Qt would say nothing."""

from __future__ import annotations

import sys
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QComboBox, QTableWidgetItem, QWidget

# Qt gives AT-SPI the value of a box as its name, and what it is for only where a label is its buddy
_VALUE_IS_NAME: Final = sys.platform.startswith("linux")


def empty_cell() -> str:
    """Of a cell of a table where nothing stands."""
    return QCoreApplication.translate("spoken", "empty")


def cell(text: str) -> QTableWidgetItem:
    """A cell with its whole text as its tip; one where nothing stands says so."""
    made = QTableWidgetItem(text)
    made.setToolTip(text)
    made.setData(Qt.ItemDataRole.AccessibleTextRole, text or empty_cell())
    return made


def cell_behind(box: QComboBox) -> QTableWidgetItem:
    """A cell that a box covers: it says what the box is for."""
    made = QTableWidgetItem()
    made.setData(Qt.ItemDataRole.AccessibleTextRole, box.accessibleName())
    return made


def announce(widget: QWidget, text: str, *, at_once: bool = False) -> None:
    """Have it read although the focus is elsewhere (EN 301 549, 11.4.1.3)."""
    if QAccessible.isActive():
        event = QAccessibleAnnouncementEvent(widget, text)
        level = QAccessible.AnnouncementPoliteness
        event.setPoliteness(level.Assertive if at_once else level.Polite)
        QAccessible.updateAccessibility(event)


class NamedBox(QComboBox):
    """A box whose accessible name is told on Linux too, in front of its description."""

    def __init__(self) -> None:
        super().__init__()
        self._more = ""

    def setAccessibleName(self, name: str) -> None:
        """What is chosen with it."""
        super().setAccessibleName(name)
        self.setAccessibleDescription(self._more)

    def setAccessibleDescription(self, description: str) -> None:
        """What is said after the name."""
        self._more = description
        parts = (self.accessibleName() if _VALUE_IS_NAME else "", description)
        super().setAccessibleDescription(". ".join(part for part in parts if part))
