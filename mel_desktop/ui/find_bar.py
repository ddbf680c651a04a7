"""Finds words in the text being read."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QTextCursor, QTextDocument
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QTextEdit, QToolButton, QWidget

from mel_desktop.ui.clear_button import add_clear_button
from mel_desktop.ui.theme import Theme


class FindBar(QWidget):
    """Hidden until it is asked for; Enter and Shift+Enter go on and back, Escape closes."""

    def __init__(self, theme: Theme, text: QTextEdit, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = text
        self._theme = theme
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Find in this text"))
        self.field.setAccessibleName(self.tr("Find in this text"))
        add_clear_button(self.field)
        self.said = QLabel()
        self.said.setProperty("muted", True)
        self.before = self._button(self.tr("Find the one before"), "↑")
        self.after = self._button(self.tr("Find the next one"), "↓")
        self.close_button = self._button(self.tr("Close the search in this text"), "×")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 12, 6)
        row.setSpacing(6)
        row.addWidget(self.field, 1)
        row.addWidget(self.said)
        for button in (self.before, self.after, self.close_button):
            row.addWidget(button)
        self.field.textChanged.connect(self._from_here)
        self.before.clicked.connect(lambda: self.step(back=True))
        self.after.clicked.connect(lambda: self.step())
        self.close_button.clicked.connect(self.end)
        self.hide()

    def _button(self, name: str, sign: str) -> QToolButton:
        button = QToolButton()
        button.setText(sign)
        button.setAccessibleName(name)
        button.setToolTip(name)
        return button

    def begin(self) -> None:
        """Open it, with what is chosen in the text."""
        chosen = self._text.textCursor().selectedText()
        self.show()
        if chosen and len(chosen) < 80 and "\u2029" not in chosen:
            self.field.setText(chosen)
        self.field.selectAll()
        self.field.setFocus()

    def end(self) -> None:
        """Close it; the keyboard goes back to the text."""
        self.hide()
        self._text.setFocus()

    def step(self, *, back: bool = False) -> None:
        """The next place with these words, around the end."""
        self._find(back=back)

    def event(self, event: QEvent) -> bool:
        """Escape is for the search before it is for the window."""
        is_key = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if is_key and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Escape."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.step(back=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() == Qt.Key.Key_Escape:
            self.end()
        else:
            super().keyPressEvent(event)

    def _from_here(self) -> None:
        cursor = self._text.textCursor()
        cursor.setPosition(cursor.selectionStart())
        self._text.setTextCursor(cursor)
        self._find(back=False)

    def _find(self, *, back: bool) -> None:
        words = self.field.text()
        if not words:
            self.said.clear()
            return
        flags = QTextDocument.FindFlag.FindBackward if back else QTextDocument.FindFlag(0)
        if self._text.find(words, flags):
            self.said.clear()
            return
        before = self._text.textCursor()
        end = QTextCursor.MoveOperation.End if back else QTextCursor.MoveOperation.Start
        self._text.moveCursor(end)
        if self._text.find(words, flags):
            self.said.setText(self.tr("Went on from the other end"))
            return
        self._text.setTextCursor(before)
        self.said.setText(self.tr("Not found"))
