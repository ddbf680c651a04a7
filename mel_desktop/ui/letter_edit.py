"""What a person writes: the text of a message, and nothing around it.

Rule 1: HTML never reaches the document: it is read as a ``Letter`` (hostile until then) and built
from that. Rule 2: no resource is ever asked for but a picture of the draft itself, by its content
id, from whoever holds the draft (``picture_source``); no file, no host (measured: Qt would read
file://, bare paths and //server/share).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QMimeData, QPoint, QSignalBlocker, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFontInfo,
    QImage,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QTextBlock,
    QTextCursor,
    QTextDocument,
    QTextTable,
)
from PySide6.QtWidgets import QTextEdit, QWidget

from mel_desktop.app import letters
from mel_desktop.model.letter import (
    BLANK,
    Block,
    Inline,
    Letter,
    Picture,
    Run,
    Signature,
)
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.ui.letter_document import (
    IS_SIGNATURE,
    QUOTE,
    QUOTE_STEP,
    Dress,
    Writer,
    block_format,
    content_id_of,
    picture_name,
    picture_of,
    quote_level,
    read,
)
from mel_desktop.ui.mail_browser import decode_picture
from mel_desktop.ui.theme import Theme

MARGIN: Final = 12  # of the document, in pixels
HEAD_LINES: Final = 40  # above a message passed on

_LINE_ENDS: Final = str.maketrans("\u2029\u2028\ufdd0\ufdd1", "\n\n\n\n")


class LetterEdit(QTextEdit):
    """``textChanged`` says that it changed."""

    form_changed = Signal(bool)  # whether it may have formatting now
    picture_menu_asked = Signal(object)  # QPoint on the screen; the picture is selected
    embedded_given = Signal(object, object)  # Letter, Embedded: pasted with pictures inside

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("letter")
        self.setAccessibleName(self.tr("Text of the message"))
        self.setPlaceholderText(self.tr("Write your message…"))
        self.setTabChangesFocus(True)
        self.setAcceptRichText(False)
        self._theme = theme
        self._is_rich = False
        self._pictures: dict[str, QImage] = {}
        self.picture_source: Callable[[str], bytes] = lambda _: b""
        self.intake: Callable[[QMimeData], bool] = lambda _: False  # takes pictures
        theme.changed.connect(self._dress_again)

    # -- content -----------------------------------------------------------------------------------

    @property
    def is_rich(self) -> bool:
        """Whether the letter may have formatting."""
        return self._is_rich

    def set_rich(self, rich: bool) -> None:
        """Formatting or plain text from now on; with the latter formatting is lost."""
        if rich == self._is_rich:
            return
        at = self.textCursor().position()
        if rich:
            self._fill(letters.from_text(self._plain()))
        else:
            text = letters.to_text(self.value())
            self._is_rich = False
            self._show_plain(text)
        cursor = self.textCursor()
        cursor.setPosition(min(at, self.document().characterCount() - 1))
        self.setTextCursor(cursor)
        self.form_changed.emit(rich)

    def show_content(self, content: DraftContent) -> None:
        """Hold the text of this draft, formatted if it has HTML."""
        was_rich = self._is_rich
        self._pictures.clear()
        if content.html:
            self._fill(letters.read_html(content.html))
        else:
            self._is_rich = False
            self._show_plain(content.text)
        self.moveCursor(QTextCursor.MoveOperation.Start)
        if self._is_rich is not was_rich:
            self.form_changed.emit(self._is_rich)

    def letter(self) -> tuple[str, str]:
        """(text, HTML); the HTML is empty for a message in plain text."""
        if not self._is_rich:
            return self._plain(), ""
        value = self.value()
        return letters.to_text(value), letters.to_html(value)

    def value(self) -> Letter:
        """The letter as a value; read anew, so not on every key."""
        return read(self.document()) if self._is_rich else letters.from_text(self._plain())

    def would_lose(self) -> bool:
        """Whether plain text would lose something that is here."""
        return self._is_rich and letters.is_formatted(self.value())

    def dress(self) -> Dress:
        """How letters look now."""
        size = QFontInfo(self.font()).pointSizeF()
        return Dress(self._theme.tones, size, self.width_of)

    # -- putting in --------------------------------------------------------------------------------

    def insert_text(self, text: str) -> None:
        """Text in place of the selection, or where the cursor is."""
        if self._is_rich:
            self._insert(letters.from_text(text))
        else:
            self.textCursor().insertText(text)

    def insert_html(self, html: str) -> None:
        """The same with formatting, through the allow-list and without pictures; its text in a
        plain letter.
        """
        letter = letters.without_pictures(letters.read_html(html))
        if self._is_rich:
            self._insert(letter)
        else:
            self.textCursor().insertText(letters.to_text(letter))

    def insert_letter(self, letter: Letter) -> None:
        """A letter whose pictures are those of the draft."""
        if self._is_rich:
            self._insert(letter)
        else:
            self.textCursor().insertText(letters.to_text(letter))

    # -- pictures ----------------------------------------------------------------------------------

    def width_of(self, content_id: str) -> int:
        """The own width of a picture of the draft; 0: it is not there."""
        return self._picture(content_id).width()

    def hold_picture(self, content_id: str, octets: bytes) -> None:
        """A picture is new, or another one from now on."""
        self._pictures[content_id] = decode_picture(octets)
        kind = QTextDocument.ResourceType.ImageResource
        url = QUrl(picture_name(content_id))
        self.document().addResource(kind, url, self._pictures[content_id])
        with QSignalBlocker(self):  # nothing was written
            self.document().markContentsDirty(0, self.document().characterCount())
        self.viewport().update()

    def put_picture(self, cursor: QTextCursor, picture: Picture) -> None:
        """A picture in the place of what the cursor has selected. One step for undo."""
        cursor.beginEditBlock()
        cursor.insertImage(self.dress().picture(picture))
        cursor.endEditBlock()

    def picture_here(self) -> tuple[QTextCursor, Picture] | None:
        """The picture that is selected, or beside which the cursor stands."""
        cursor = self.textCursor()
        if cursor.hasSelection():
            if cursor.selectionEnd() - cursor.selectionStart() != 1:
                return None
            return self._picture_behind(cursor.selectionStart())
        at = cursor.position()
        return self._picture_behind(at) or (self._picture_behind(at - 1) if at else None)

    def place_of(self, content_id: str) -> int | None:
        """Where the picture stands first; None: nowhere."""
        cursor = self.document().find("\ufffc")
        while not cursor.isNull():
            found = picture_of(cursor.charFormat())
            if found is not None and found.content_id == content_id:
                return cursor.selectionStart()
            cursor = self.document().find("\ufffc", cursor)
        return None

    def _picture_behind(self, position: int) -> tuple[QTextCursor, Picture] | None:
        """The picture that is the character behind a position, selected."""
        if position + 1 >= self.document().characterCount():
            return None
        cursor = QTextCursor(self.document())
        cursor.setPosition(position)
        cursor.setPosition(position + 1, QTextCursor.MoveMode.KeepAnchor)
        form = cursor.charFormat()
        found = picture_of(form) if form.isImageFormat() else None
        return None if found is None else (cursor, found)

    def _picture(self, content_id: str) -> QImage:
        if content_id not in self._pictures:
            self._pictures[content_id] = decode_picture(self.picture_source(content_id))
        return self._pictures[content_id]

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """On a picture, what can be done with it."""
        if event.reason() is QContextMenuEvent.Reason.Mouse:
            at = self.cursorForPosition(event.pos()).position()
            found = self._picture_under(event.pos(), at)
        else:
            found = self.picture_here() if self._is_rich else None
        if found is None:
            super().contextMenuEvent(event)
            return
        self.setTextCursor(found[0])
        self.picture_menu_asked.emit(event.globalPos())
        event.accept()

    def _picture_under(self, point: QPoint, at: int) -> tuple[QTextCursor, Picture] | None:
        for position in (at, at - 1):
            found = self._picture_behind(position) if self._is_rich and position >= 0 else None
            if found is None:
                continue
            before, behind = QTextCursor(found[0]), QTextCursor(found[0])
            before.setPosition(position)
            behind.setPosition(position + 1)
            if self.cursorRect(before).left() <= point.x() <= self.cursorRect(behind).left():
                return found
        return None

    # -- signature and quotation -------------------------------------------------------------------

    def replace_signature(self, signature: str, *, is_html: bool = False, before: str = "") -> None:
        """Put this signature ("" for none) in place of the one that is there, else above what is
        quoted, or at the end; HTML gets its "-- " here. ``before``: the text of the one that is
        there, known by its lines.
        """
        letter = letters.read_html(signature) if is_html else letters.from_text(signature)
        blocks = letters.without_pictures(letter).blocks if signature.strip() else ()
        if blocks and is_html:
            blocks = (letters.normal_line((Run("-- "),)), *blocks)
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        old = self._signed_blocks() or self._blocks_like(before)
        if old:
            self._exchange(cursor, old, blocks)
        elif blocks:
            self._sign(cursor, blocks)
        cursor.endEditBlock()

    def has_quotation(self) -> bool:
        """Whether something is quoted."""
        return any(self._is_quoted(one) for one in self._blocks()) or bool(self._quoted_tables())

    def delete_quotation(self) -> None:
        """Take out quoted lines, and the line above them that says who wrote them; what was written
        between them stays. One step for undo.
        """
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        for table in self._quoted_tables():
            table.removeRows(0, table.rows())
        quoted = [self._is_quoted(one) for one in self._blocks()]
        first = quoted.index(True) if any(quoted) else 0
        if first and self._blocks()[first - 1].text().rstrip().endswith(":"):
            quoted[first - 1] = True
        for at in reversed([at for at, one in enumerate(quoted) if one]):
            self._take_out(cursor, self.document().findBlockByNumber(at))
        cursor.endEditBlock()

    def _is_quoted(self, block: QTextBlock) -> bool:
        return quote_level(block) > 0 or (not self._is_rich and block.text().startswith(">"))

    def _quoted_tables(self) -> list[QTextTable]:
        frames = self.document().rootFrame().childFrames()
        return [
            one for one in frames if isinstance(one, QTextTable) and one.format().intProperty(QUOTE)
        ]

    def _take_out(self, cursor: QTextCursor, block: QTextBlock) -> None:
        cursor.setPosition(block.position())
        move, keep = QTextCursor.MoveOperation, QTextCursor.MoveMode.KeepAnchor
        cursor.movePosition(move.EndOfBlock, keep)
        cursor.removeSelectedText()
        if cursor.currentTable() is not None:  # a quoted line within a cell
            return
        if cursor.block().next().isValid():
            cursor.movePosition(move.NextBlock, keep)
            form = cursor.blockFormat()
            cursor.removeSelectedText()
            cursor.setBlockFormat(form)
        elif cursor.block().previous().isValid():
            form = cursor.block().previous().blockFormat()
            cursor.deletePreviousChar()
            cursor.setBlockFormat(form)
        else:
            cursor.setBlockFormat(block_format())

    def _exchange(
        self, cursor: QTextCursor, old: list[QTextBlock], blocks: tuple[Block, ...]
    ) -> None:
        cursor.setPosition(old[0].position())
        last = old[-1]
        end = last.position() + last.length() - 1
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        if cursor.currentList() is not None:
            cursor.currentList().remove(cursor.block())
        cursor.setBlockFormat(block_format())
        cursor.setBlockCharFormat(self.dress().text())
        if blocks:
            Writer(cursor, self.dress()).insert_blocks((Signature(blocks),), fresh=True)

    def _sign(self, cursor: QTextCursor, blocks: tuple[Block, ...]) -> None:
        quoted = next((one for one in self._blocks() if quote_level(one)), None)
        if quoted is None:
            cursor.movePosition(QTextCursor.MoveOperation.End)
        else:
            above = self._above_head(quoted)
            if above.isValid():
                cursor.setPosition(above.position() + above.length() - 1)
            else:
                cursor.setPosition(0)
                cursor.insertBlock(block_format(), self.dress().text())
                cursor.setPosition(0)
                cursor.setBlockFormat(block_format())
        gap = () if quoted is None else (BLANK,)
        Writer(cursor, self.dress()).insert_blocks((Signature(blocks), *gap), fresh=False)

    def _above_head(self, quoted: QTextBlock) -> QTextBlock:
        """The line above the one that says who wrote what is quoted, or above all of the lines that
        tell of a message passed on.
        """
        above = quoted.previous()
        if not (above.isValid() and above.text().strip()):
            return above
        line = above
        for _ in range(HEAD_LINES):
            if not line.isValid() or not line.text().strip():
                break
            if line.text().startswith("-----"):
                return line.previous()
            line = line.previous()
        return above.previous()

    def _signed_blocks(self) -> list[QTextBlock]:
        return [one for one in self._blocks() if one.blockFormat().property(IS_SIGNATURE)]

    def _blocks_like(self, text: str) -> list[QTextBlock]:
        wanted = [line.strip() for line in text.strip().splitlines()]
        blocks = list(self._blocks()) if wanted else []
        for at in range(len(blocks) - len(wanted) + 1):
            found = blocks[at : at + len(wanted)]
            if [one.text().strip() for one in found] == wanted:
                return found
        return []

    def _blocks(self) -> list[QTextBlock]:
        found = []
        block = self.document().begin()
        while block.isValid():
            found.append(block)
            block = block.next()
        return found

    # -- inside ------------------------------------------------------------------------------------

    def _plain(self) -> str:
        """The text with its blanks that do not break: toPlainText would lose them."""
        return self.document().toRawText().translate(_LINE_ENDS)

    def _show_plain(self, text: str) -> None:
        self.setCurrentCharFormat(self.dress().text())
        self.setPlainText(text)

    def _fill(self, letter: Letter) -> None:
        self._is_rich = True
        self.clear()
        Writer(QTextCursor(self.document()), self.dress()).fill(letter)
        self.document().clearUndoRedoStacks()

    def _insert(self, letter: Letter) -> None:
        cursor = self.textCursor()
        Writer(cursor, self.dress()).insert(letter.blocks)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def _dress_again(self) -> None:
        if not self._is_rich:
            return
        at = self.textCursor().position()
        with QSignalBlocker(self):  # nothing was written
            self._fill(self.value())
            cursor = self.textCursor()
            cursor.setPosition(min(at, self.document().characterCount() - 1))
            self.setTextCursor(cursor)

    # -- Rule 2 ------------------------------------------------------------------------------------

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """A picture of the draft; an empty one, whatever else is asked."""
        url = QUrl(name)
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return QImage()
        content_id = content_id_of(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))
        return self._picture(content_id) if content_id else QImage()

    # -- the clipboard -----------------------------------------------------------------------------

    def createMimeDataFromSelection(self) -> QMimeData:
        """Clean HTML and text of what is selected."""
        if not self._is_rich:
            return super().createMimeDataFromSelection()
        part = QTextDocument()
        QTextCursor(part).insertFragment(self.textCursor().selection())
        letter = read(part)
        data = QMimeData()
        data.setHtml(letters.to_html(letter))
        data.setText(letters.to_text(letter))
        return data

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Text, HTML and (with formatting) pictures; other files are for the window around it."""
        if self._is_rich and holds_pictures(source):
            return True
        return (source.hasText() or source.hasHtml()) and not _has_files(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """What was pasted or dropped, cleaned."""
        if self._is_rich and holds_pictures(source) and self.intake(source):
            return
        if self._is_rich and source.hasHtml():
            self._paste_html(source.html())
        elif source.hasText():
            self.insert_text(source.text())

    def _paste_html(self, html: str) -> None:
        """Foreign HTML: pictures of this draft stay, those inside it are looked at first, others
        are described.
        """
        letter, embedded = letters.read_with_pictures(html)
        inside = {one.content_id for one in embedded}

        def known(one: Picture) -> Inline:
            held = one.content_id in inside or not self._picture(one.content_id).isNull()
            return one if held else letters.described(one)

        letter = letters.redrawn(letter, known)
        if embedded:
            self.embedded_given.emit(letter, embedded)
        else:
            self._insert(letter)

    # -- keys and looks ----------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter on an empty item or quoted line, and after a heading, goes back to body text."""
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if not (self._is_rich and is_enter and not event.modifiers()):
            super().keyPressEvent(event)
            return
        cursor = self.textCursor()
        block = cursor.block()
        if block.length() == 1 and (block.textList() is not None or quote_level(block)):
            self.to_body(cursor)
            return
        heads = block.blockFormat().headingLevel() > 0 and cursor.atBlockEnd()
        super().keyPressEvent(event)
        if heads:
            self.to_body(self.textCursor())

    def to_body(self, cursor: QTextCursor) -> None:
        """Make the cursor's line a line of body text."""
        cursor.beginEditBlock()
        listed = cursor.currentList()
        if listed is not None:
            listed.remove(cursor.block())
        cursor.setBlockFormat(block_format())
        cursor.setBlockCharFormat(self.dress().text())
        cursor.endEditBlock()
        self.setTextCursor(cursor)
        self.setCurrentCharFormat(self.dress().text())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The letter, and a bar beside what is quoted for each level."""
        super().paintEvent(event)
        if not self._is_rich:
            return
        painter = QPainter(self.viewport())
        layout = self.document().documentLayout()
        shift = self.verticalScrollBar().value()
        colour = QColor(self._theme.tones.accent)
        block = self.cursorForPosition(self.viewport().rect().topLeft()).block()
        while block.isValid():
            place = layout.blockBoundingRect(block).translated(0, -shift)
            if place.top() > self.viewport().height():
                break
            for level in range(quote_level(block)):
                left = int(self.document().documentMargin()) + level * QUOTE_STEP
                painter.fillRect(left, int(place.top()), 2, int(place.height()) + 1, colour)
            block = block.next()
        for table in self._quoted_tables():
            place = layout.frameBoundingRect(table).translated(0, -shift)
            for level in range(int(table.format().intProperty(QUOTE))):
                left = int(self.document().documentMargin()) + level * QUOTE_STEP
                painter.fillRect(left, int(place.top()), 2, int(place.height()) + 1, colour)
        painter.end()


PICTURE_ENDINGS: Final = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp")


def holds_pictures(source: QMimeData) -> bool:
    """Whether a picture is what is pasted: as such, or as files."""
    if any(url.isLocalFile() for url in source.urls()):
        return any(url.toLocalFile().lower().endswith(PICTURE_ENDINGS) for url in source.urls())
    return source.hasImage() and not source.hasText()


def _has_files(source: QMimeData) -> bool:
    return any(url.isLocalFile() for url in source.urls())
