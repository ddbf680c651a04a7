"""A page of the help as it is read: room above headings, lists and tables as wide as the text.

Qt gives Markdown no style sheet of blocks: they are dressed one by one. Lines are never longer than
can be read with ease, however wide the window is.
"""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import (
    QBrush,
    QColor,
    QImage,
    QResizeEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import QTextBrowser, QTextEdit, QWidget

from mel_desktop.app.choosing import matches
from mel_desktop.ui.theme import Theme, Tones

LINE_LETTERS: Final = 95  # of the widest line; 80 is the advice, tables want some more
_INDENT: Final = 24
_ABOVE: Final = {1: 0, 2: 20, 3: 14}  # pixels, by the level of a heading
_BELOW: Final = 6
_EDGE: Final = 2  # the line of a table may stand that much outside


class HelpText(QTextBrowser):
    """Shows what it is given and reads nothing by itself."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setLineWrapMode(QTextEdit.LineWrapMode.FixedPixelWidth)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_page(self, text: str, typed: str = "") -> None:
        """Markdown; at the place of the words that were searched for, else at the top."""
        tones = self._theme.tones
        self.document().setDefaultStyleSheet(f"a {{ color: {tones.accent}; }}")
        self.setMarkdown(text)
        dress(self.document(), tones)
        self.show_words(typed)

    def show_words(self, typed: str) -> None:
        """Scroll to the first paragraph with all the words that were typed, and mark it."""
        self.setExtraSelections([])
        block = find(self.document(), typed)
        if block is None:
            return
        words = QTextCursor(block)
        words.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        look = QTextCharFormat()
        look.setBackground(QColor(self._theme.tones.mark))
        look.setForeground(QColor(self._theme.tones.text))
        marked = QTextEdit.ExtraSelection()
        marked.cursor, marked.format = words, look
        self.setExtraSelections([marked])
        self.show_block(block, above=self.fontMetrics().height() * 3)

    def show_block(self, block: QTextBlock, *, above: int = 0) -> None:
        """Have it at the top, or so many pixels below."""
        top = self.document().documentLayout().blockBoundingRect(block).top()
        self.verticalScrollBar().setValue(int(top) - above)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As wide as the window, but no wider than can be read."""
        super().resizeEvent(event)
        most = self.fontMetrics().averageCharWidth() * LINE_LETTERS
        self.setLineWrapColumnOrWidth(min(self.viewport().width() - _EDGE, most))

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """No file, no picture, whatever a page might name."""
        return QImage() if kind == QTextDocument.ResourceType.ImageResource.value else ""


def find(document: QTextDocument, typed: str) -> QTextBlock | None:
    """The first paragraph with all the words that were typed; None where there is none."""
    if not typed.strip():
        return None
    block = document.begin()
    while block.isValid():
        if matches(typed, block.text()):
            return block
        block = block.next()
    return None


def dress(document: QTextDocument, tones: Tones) -> None:
    """Room about the headings, narrow lists, tables with one thin line."""
    document.setIndentWidth(_INDENT)
    document.setDocumentMargin(10)
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    block = document.begin()
    while block.isValid():
        level = block.blockFormat().headingLevel()
        if level:
            form = block.blockFormat()
            form.setTopMargin(_ABOVE.get(level, 12))
            form.setBottomMargin(_BELOW)
            cursor.setPosition(block.position())
            cursor.setBlockFormat(form)
        block = block.next()
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _dress_table(frame, tones)
    cursor.endEditBlock()


def _dress_table(table: QTextTable, tones: Tones) -> None:
    form = table.format()
    form.setBorder(1)
    form.setBorderCollapse(True)
    form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    form.setBorderBrush(QBrush(QColor(tones.line)))
    form.setCellPadding(5)
    form.setCellSpacing(0)
    form.setTopMargin(6)
    form.setBottomMargin(10)
    form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    table.setFormat(form)
    head = QTextCharFormat()
    head.setBackground(QColor(tones.raised))
    for column in range(table.columns()):
        cell = table.cellAt(0, column)
        merged = cell.format()
        merged.merge(head)
        cell.setFormat(merged)
