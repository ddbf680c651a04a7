"""What this program is, in a box."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

import mel_desktop
from mel_desktop.ui.icons import application_icon

translate = QCoreApplication.translate


def open_about(window: QWidget) -> QMessageBox:
    """Name, version, licence."""
    box = QMessageBox(window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle(translate("MainWindow", "About Mel Desktop"))
    box.setIconPixmap(application_icon().pixmap(64, 64))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(f"Mel Desktop {mel_desktop.__version__}")
    box.setInformativeText(
        translate(
            "MainWindow",
            "Mail and school directory that work without a line, encrypted on this PC.\n"
            "Free software, licence EUPL-1.2. Nothing is measured or reported.",
        )
    )
    box.open()
    return box
