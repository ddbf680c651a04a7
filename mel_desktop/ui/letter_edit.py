"""What a person writes: the text of a message, and nothing around it."""

from __future__ import annotations

from PySide6.QtGui import QTextCursor, QTextDocumentFragment
from PySide6.QtWidgets import QTextEdit, QWidget

from mel_desktop.model.outgoing import DraftContent


class LetterEdit(QTextEdit):
    """``textChanged`` says that it changed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("letter")
        self.setAccessibleName(self.tr("Text of the message"))
        self.setPlaceholderText(self.tr("Write your message…"))
        self.setTabChangesFocus(True)
        self.setAcceptRichText(False)
        self._is_rich = False

    @property
    def is_rich(self) -> bool:
        """Whether the letter may have formatting."""
        return self._is_rich

    def set_rich(self, rich: bool) -> None:
        """Formatting or plain text from now on; with the latter formatting is lost."""
        self._is_rich = rich

    def show_content(self, content: DraftContent) -> None:
        """Hold the text of this draft."""
        self.setPlainText(content.text)

    def letter(self) -> tuple[str, str]:
        """(text, HTML); the HTML is empty for a message in plain text."""
        return self.toPlainText(), ""

    def insert_text(self, text: str) -> None:
        """Text in place of the selection, or where the cursor is."""
        self.textCursor().insertText(text)

    def insert_html(self, html: str) -> None:
        """The same with formatting, through the allow-list; its text in a plain letter."""
        self.insert_text(QTextDocumentFragment.fromHtml(html).toPlainText())

    def replace_signature(self, signature: str, *, is_html: bool = False) -> None:
        """Put this signature in place of the one that is there; above what is quoted."""
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(signature)
