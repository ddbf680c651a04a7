"""The licences of all that ships with the program, as a text that can be searched."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.ui.shipped import shipped


class LicencesDialog(QDialog):
    """Text only; Enter in the field goes to the next place."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Licences"))
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(self.tr("Licences of its parts"))
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.text.setPlainText(_text())
        self.search = QLineEdit()
        self.search.setAccessibleName(self.tr("Search in the licences"))
        self.search.returnPressed.connect(self.find_next)
        self.next = QPushButton(self.tr("&Next"))
        self.next.setAccessibleName(self.tr("Find the next one"))
        self.next.setAutoDefault(False)
        self.next.clicked.connect(self.find_next)
        self.said = QLabel()
        self.said.setProperty("muted", True)
        self.said.setAccessibleName(self.tr("What the search found"))
        self.search.textEdited.connect(lambda _: self.said.clear())
        label = QLabel(self.tr("&Search:"))
        label.setBuddy(self.search)
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self.search, 1)
        row.addWidget(self.said)
        row.addWidget(self.next)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        button = close.button(QDialogButtonBox.StandardButton.Close)
        button.setAutoDefault(False)  # Enter is the search's
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addLayout(row)
        column.addWidget(self.text, 1)
        column.addWidget(close)
        self.resize(760, 560)
        self.search.setFocus()

    def find_next(self) -> bool:
        """Select the next place of what was typed, from the top again after the last."""
        wanted = self.search.text().strip()
        self.said.clear()
        if not wanted:
            return False
        if self.text.find(wanted):
            return True
        before = self.text.textCursor()
        self.text.moveCursor(QTextCursor.MoveOperation.Start)
        if self.text.find(wanted):
            self.said.setText(self.tr("Went on from the top"))
            return True
        self.text.setTextCursor(before)
        self.said.setText(self.tr("Not found"))
        return False


def _text() -> str:
    """Without the lines for developers below its title."""
    text = shipped("docs", "third-party-licences.txt").read_text(encoding="utf-8")
    head, _, rest = text.partition("\n\n")
    return f"{head.splitlines()[0]}\n\n{rest}"
