"""What a profile without an account shows."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from mel_desktop.ui.icons import application_icon


class Welcome(QWidget):
    """One sentence, one button, and where to read more."""

    add_asked = Signal()
    help_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        icon = QLabel()
        icon.setPixmap(application_icon().pixmap(64, 64))
        title = QLabel(self.tr("Welcome"))
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.8)
        font.setWeight(font.Weight.DemiBold)
        title.setFont(font)
        words = QLabel(self.tr("Add your mail account. Everything is kept encrypted on this PC."))
        words.setProperty("muted", True)
        words.setWordWrap(True)
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.button = QPushButton(self.tr("Add an account…"))
        self.button.setProperty("primary", True)
        self.button.setAccessibleName(self.tr("Add an account"))
        self.button.clicked.connect(self.add_asked)
        self.help = QPushButton(self.tr("The first day, step by step"))
        self.help.setProperty("link", True)
        self.help.setAccessibleName(self.help.text())
        self.help.clicked.connect(self.help_asked)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addStretch(1)
        for widget in (icon, title, words, self.button, self.help):
            if widget is words:  # the whole width, or its lines would be cut off
                column.addWidget(widget)
            else:
                column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
