"""The cross at the end of a field, with the name that Qt does not give it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLineEdit, QToolButton


def add_clear_button(field: QLineEdit) -> None:
    """Offer to empty the field, for screen readers too."""
    field.setClearButtonEnabled(True)
    words = QCoreApplication.translate("ClearButton", "Empty the field")
    for button in field.findChildren(QToolButton):
        button.setAccessibleName(words)
        button.setToolTip(words)
