"""What a person writes: the text of a message, and nothing around it."""

from __future__ import annotations

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from mel_desktop.model.outgoing import DraftContent


class LetterEdit(QPlainTextEdit):
    """``textChanged`` says that it changed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("letter")
        self.setAccessibleName(self.tr("Text of the message"))
        self.setPlaceholderText(self.tr("Write your message…"))
        self.setTabChangesFocus(True)

    def show_content(self, content: DraftContent) -> None:
        """Hold the text of this draft."""
        self.setPlainText(content.text)

    def letter(self) -> tuple[str, str]:
        """(text, HTML); the HTML is empty for a message in plain text."""
        return self.toPlainText(), ""
