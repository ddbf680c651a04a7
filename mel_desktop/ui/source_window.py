"""The raw source of a message, or all its header fields: to be read, searched and copied."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QFontDatabase, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QTextEdit, QVBoxLayout, QWidget

from mel_desktop.model.mail import ReadMessage
from mel_desktop.ui import figures
from mel_desktop.ui.find_bar import FindBar
from mel_desktop.ui.theme import Theme

MOST_SHOWN: Final = 2_000_000  # octets; more is saved, not looked at


class TextWindow(QDialog):
    """A fixed-width text with a search of its own."""

    def __init__(self, title: str, text: str, note: str, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.text = QTextEdit()
        self.text.setReadOnly(True)
        self.text.setAcceptRichText(False)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(title)
        self.text.setLineWrapMode(QTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.text.setPlainText(text)
        self.note = QLabel(note)
        self.note.setProperty("muted", True)
        self.note.setWordWrap(True)
        self.note.setVisible(bool(note))
        self.find_bar = FindBar(theme, self.text, self)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        find = buttons.addButton(self.tr("&Find…"), QDialogButtonBox.ButtonRole.ActionRole)
        find.setAutoDefault(False)
        find.clicked.connect(self.find_bar.begin)
        buttons.rejected.connect(self.reject)
        seek = QShortcut(QKeySequence("Ctrl+F"), self)
        seek.activated.connect(self.find_bar.begin)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addWidget(self.note)
        column.addWidget(self.text, 1)
        column.addWidget(self.find_bar)
        column.addWidget(buttons)
        self.resize(860, 560)
        self.text.setFocus()


class SourceWindow(TextWindow):
    """Octets as they came, whatever they are."""

    def __init__(self, raw: bytes, theme: Theme, parent: QWidget) -> None:
        shown = raw[:MOST_SHOWN]
        try:
            text = shown.decode("utf-8")
        except UnicodeDecodeError:
            text = shown.decode("latin-1")  # every octet is something
        text = text.replace("\r\n", "\n").replace("\x00", "\N{SYMBOL FOR NULL}")
        note = ""
        if len(raw) > len(shown):
            note = QCoreApplication.translate("SourceWindow", "The first {shown} of {size}.")
            note = note.format(shown=figures.size(len(shown)), size=figures.size(len(raw)))
        title = QCoreApplication.translate("SourceWindow", "Source of the message")
        super().__init__(title, text, note, theme, parent)


class HeadersWindow(TextWindow):
    """All header fields, decoded."""

    def __init__(self, found: ReadMessage, theme: Theme, parent: QWidget) -> None:
        lines = [f"{name}: {value}" for name, values in found.headers.items() for value in values]
        title = QCoreApplication.translate("SourceWindow", "Header of the message")
        super().__init__(title, "\n".join(lines), "", theme, parent)
