"""The formatting of a letter: one bar of few things, each with a key."""

from __future__ import annotations

import html as entities
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QFont,
    QIcon,
    QKeySequence,
    QPixmap,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextListFormat,
)
from PySide6.QtWidgets import QInputDialog, QMenu, QToolBar, QToolButton, QWidget

from mel_desktop.app import letters
from mel_desktop.model.letter import Colour, Line, Look, Mark, Run
from mel_desktop.ui.letter_document import (
    QUOTE,
    block_format,
    list_format,
    look_of,
    quote_level,
)
from mel_desktop.ui.question import Question, ask

if TYPE_CHECKING:
    from mel_desktop.ui.letter_edit import LetterEdit

RICH: Final = "composer/formatting"  # whether a new message begins with formatting
HEADING: Final = 3


class FormatBar(QToolBar):
    """Shown while the letter may have formatting. ``form_action`` says whether it may."""

    picture_asked = Signal()

    def __init__(self, letter: LetterEdit, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("formats")
        self.setAccessibleName(self.tr("Formatting"))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._letter = letter
        self._holder = parent
        self._settings: QSettings | None = None
        self.form_action = QAction(self.tr("Formatting"), parent)
        self.form_action.setCheckable(True)
        self.form_action.setShortcut(QKeySequence("Ctrl+Shift+F"))
        self.form_action.setToolTip(
            self._with_key(self.tr("Formatting, or plain text"), self.form_action)
        )
        self.form_action.triggered.connect(self._ask_form)
        self._actions: list[QAction] = []
        self._make_marks()
        self.addSeparator()
        self._make_blocks()
        self.addSeparator()
        self._make_others()
        letter.cursorPositionChanged.connect(self._show_state)
        letter.currentCharFormatChanged.connect(lambda _: self._show_state())
        letter.form_changed.connect(lambda _: self.show_form())
        self.show_form()

    def remember_in(self, settings: QSettings) -> None:
        """Where the last choice is kept."""
        self._settings = settings

    def begins_rich(self) -> bool:
        """Whether a new message begins with formatting: as chosen last; plain at first."""
        return self._settings is not None and self._settings.value(RICH, "0") in ("1", 1)

    def show_form(self) -> None:
        """The bar and its keys as the letter is now."""
        rich = self._letter.is_rich
        self.form_action.setChecked(rich)
        for action in self._actions:
            action.setEnabled(rich)
        self.setVisible(rich)
        self._show_state()

    # -- building ----------------------------------------------------------------------------------

    def _make_marks(self) -> None:
        self.bold = self._add(self.tr("B"), self.tr("Bold"), "Ctrl+B", self._bold)
        self.italic = self._add(self.tr("I"), self.tr("Italic"), "Ctrl+I", self._italic)
        self.underline = self._add(self.tr("U"), self.tr("Underline"), "Ctrl+U", self._underline)
        for action, change in (
            (self.bold, QFont.setBold),
            (self.italic, QFont.setItalic),
            (self.underline, QFont.setUnderline),
        ):
            font = QFont(self.font())
            change(font, True)
            action.setFont(font)
            button = self.widgetForAction(action)
            button.setFont(font)
            action.setCheckable(True)

    def _make_blocks(self) -> None:
        self.heading = self._add(self.tr("Heading"), "", "Ctrl+Alt+1", self._heading)
        self.bullets = self._add(self.tr("• List"), self.tr("List"), "Ctrl+Shift+L", self._bullets)
        self.numbers = self._add(
            self.tr("1. List"), self.tr("Numbered list"), "Ctrl+Shift+N", self._numbers
        )
        self.quote = self._add(self.tr("Quote"), "", "Ctrl+Shift+Q", self._quote)
        for action in (self.heading, self.bullets, self.numbers, self.quote):
            action.setCheckable(True)

    def _make_others(self) -> None:
        self.link = self._add(self.tr("Link…"), "", "Ctrl+K", self._ask_link)
        self.picture = self._add(
            self.tr("Picture…"), "", "Ctrl+Shift+P", lambda: self.picture_asked.emit()
        )
        self.colour_menu = QMenu(self.tr("Colour"), self)
        for colour, name in self._colour_names():
            swatch = QPixmap(14, 14)
            swatch.fill(self._letter.dress().colour(colour) if colour else Qt.GlobalColor.gray)
            action = self.colour_menu.addAction(QIcon(swatch) if colour else QIcon(), name)
            action.triggered.connect(lambda _=False, one=colour: self.set_colour(one))
        self.colour = QToolButton()
        self.colour.setText(self.tr("Colour"))
        self.colour.setAccessibleName(self.tr("Colour of the text"))
        self.colour.setToolTip(self.tr("Colour of the text"))
        self.colour.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.colour.setMenu(self.colour_menu)
        self.colour.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.addWidget(self.colour)
        self.removal = self._add(
            self.tr("Clear"), self.tr("Remove formatting"), "Ctrl+Space", self.remove_formats
        )

    def _colour_names(self) -> tuple[tuple[Colour | None, str], ...]:
        return (
            (None, self.tr("Colour of the theme")),
            (Colour.RED, self.tr("Red")),
            (Colour.ORANGE, self.tr("Orange")),
            (Colour.GREEN, self.tr("Green")),
            (Colour.BLUE, self.tr("Blue")),
            (Colour.PURPLE, self.tr("Purple")),
        )

    def _add(self, text: str, name: str, key: str, call: Callable[[], None]) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(key))
        action.setToolTip(self._with_key(name or text.rstrip("…"), action))
        action.triggered.connect(lambda: call())
        self.addAction(action)
        button = self.widgetForAction(action)
        button.setAccessibleName(name or text)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._holder.addAction(action)  # its key works from every field of the window
        self._actions.append(action)
        return action

    def _with_key(self, name: str, action: QAction) -> str:
        key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        return f"{name} ({key})"

    # -- form --------------------------------------------------------------------------------------

    def _ask_form(self) -> None:
        if not self._letter.would_lose():
            self._set_form(not self._letter.is_rich)
            return
        self.show_form()  # still as it was
        ask(
            self.window(),
            Question(
                title=self.tr("Plain text"),
                text=self.tr("Remove all formatting from this message?"),
                yes=self.tr("Remove formatting"),
                no=self.tr("Keep formatting"),
            ),
            lambda: self._set_form(False),
        )

    def _set_form(self, rich: bool) -> None:
        self._letter.set_rich(rich)
        if self._settings is not None:
            self._settings.setValue(RICH, "1" if rich else "0")
        self._letter.setFocus()

    # -- marks -------------------------------------------------------------------------------------

    def _bold(self) -> None:
        form = QTextCharFormat()
        form.setFontWeight(QFont.Weight.Bold if self.bold.isChecked() else QFont.Weight.Normal)
        self._letter.mergeCurrentCharFormat(form)

    def _italic(self) -> None:
        form = QTextCharFormat()
        form.setFontItalic(self.italic.isChecked())
        self._letter.mergeCurrentCharFormat(form)

    def _underline(self) -> None:
        form = QTextCharFormat()
        form.setFontUnderline(self.underline.isChecked())
        self._letter.mergeCurrentCharFormat(form)

    def set_colour(self, colour: Colour | None) -> None:
        """The selected text, or what is written next, in one of the few colours."""
        form = self._letter.currentCharFormat()
        look = look_of(form)
        heading = self._letter.textCursor().blockFormat().headingLevel()
        dressed = self._letter.dress().text(Look(look.marks, colour, look.href), heading)
        cursor = self._letter.textCursor()
        if colour is not None and cursor.hasSelection():
            self._letter.mergeCurrentCharFormat(self._letter.dress().text_colour(colour))
        elif cursor.hasSelection():
            cursor.setCharFormat(dressed)
            self._letter.setTextCursor(cursor)
        else:
            self._letter.setCurrentCharFormat(dressed)
        self._letter.setFocus()

    def remove_formats(self) -> None:
        """Body text without marks, colour or link, where the selection is."""
        cursor = self._letter.textCursor()
        heading = cursor.blockFormat().headingLevel()
        if cursor.hasSelection():
            cursor.setCharFormat(self._letter.dress().text(heading=heading))
        else:
            self._letter.setCurrentCharFormat(self._letter.dress().text(heading=heading))
        self._show_state()

    # -- lines -------------------------------------------------------------------------------------

    def _heading(self) -> None:
        level = HEADING if self.heading.isChecked() else 0

        def change(cursor: QTextCursor) -> None:
            if cursor.currentList() is not None:
                cursor.currentList().remove(cursor.block())
            cursor.setBlockFormat(block_format(quote_level(cursor.block()), heading=level))
            usual = self._letter.dress().text(heading=level)
            cursor.setBlockCharFormat(usual)
            cursor.movePosition(QTextCursor.MoveOperation.StartOfBlock)
            cursor.movePosition(
                QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor
            )
            cursor.setCharFormat(usual)

        self._each_line(change)
        self._letter.setCurrentCharFormat(self._letter.dress().text(heading=level))

    def _quote(self) -> None:
        level = 1 if self.quote.isChecked() else 0

        def change(cursor: QTextCursor) -> None:
            form = QTextBlockFormat(cursor.blockFormat())
            fresh = block_format(level)
            form.setProperty(QUOTE, level)
            form.setLeftMargin(fresh.leftMargin())
            cursor.setBlockFormat(form)

        self._each_line(change)

    def _bullets(self) -> None:
        self._set_list(ordered=False, wanted=self.bullets.isChecked())

    def _numbers(self) -> None:
        self._set_list(ordered=True, wanted=self.numbers.isChecked())

    def _set_list(self, *, ordered: bool, wanted: bool) -> None:
        if wanted:
            cursor = self._letter.textCursor()
            cursor.createList(list_format(ordered, 1))
        else:

            def change(cursor: QTextCursor) -> None:
                listed = cursor.currentList()
                if listed is not None:
                    listed.remove(cursor.block())
                    cursor.setBlockFormat(block_format(quote_level(cursor.block())))

            self._each_line(change)
        self._show_state()

    def _each_line(self, change: Callable[[QTextCursor], None]) -> None:
        chosen = self._letter.textCursor()
        cursor = QTextCursor(self._letter.document())
        last = self._letter.document().findBlock(chosen.selectionEnd())
        block = self._letter.document().findBlock(chosen.selectionStart())
        cursor.beginEditBlock()
        while block.isValid() and block.position() <= last.position():
            cursor.setPosition(block.position())
            change(cursor)
            block = block.next()
        cursor.endEditBlock()
        self._show_state()

    # -- links -------------------------------------------------------------------------------------

    def _ask_link(self) -> None:
        dialog = QInputDialog(self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Link"))
        dialog.setLabelText(self.tr("Address of the page (https://…) or of a person:"))
        form = self._letter.textCursor().charFormat()
        dialog.setTextValue(form.anchorHref() if form.isAnchor() else "")
        dialog.setOkButtonText(self.tr("Put in"))
        dialog.setCancelButtonText(self.tr("Cancel"))
        dialog.resize(460, dialog.sizeHint().height())
        dialog.textValueSelected.connect(self.put_link)
        dialog.open()

    def put_link(self, typed: str) -> None:
        """Make the selection a link; without one the address itself. Others than pages and
        people are not taken.
        """
        href = _clean_address(typed)
        if not href:
            return
        cursor = self._letter.textCursor()
        shown = cursor.selectedText() or typed.strip()
        cursor.insertText(shown, self._letter.dress().text(Look(href=href)))
        self._letter.setTextCursor(cursor)
        self._letter.setCurrentCharFormat(self._letter.dress().text())  # what follows is no link
        self._letter.setFocus()

    # -- state -------------------------------------------------------------------------------------

    def _show_state(self) -> None:
        cursor = self._letter.textCursor()
        look = look_of(self._letter.currentCharFormat())
        heading = cursor.blockFormat().headingLevel() > 0
        listed = cursor.currentList()
        style = listed.format().style() if listed is not None else None
        self.bold.setChecked(Mark.BOLD in look.marks and not heading)
        self.italic.setChecked(Mark.ITALIC in look.marks)
        self.underline.setChecked(Mark.UNDERLINE in look.marks)
        self.heading.setChecked(heading)
        self.quote.setChecked(quote_level(cursor.block()) > 0)
        self.numbers.setChecked(style is QTextListFormat.Style.ListDecimal)
        self.bullets.setChecked(style is not None and not self.numbers.isChecked())


def _clean_address(typed: str) -> str:
    """The address as the allow-list takes it; "" for one that it does not."""
    typed = typed.strip()
    if "://" not in typed and not typed.lower().startswith("mailto:"):
        typed = f"mailto:{typed}" if "@" in typed else f"https://{typed}"
    letter = letters.read_html(f'<p><a href="{entities.escape(typed)}">x</a></p>')
    first = letter.blocks[0] if letter.blocks else None
    inlines = first.inlines if isinstance(first, Line) else ()
    return next((one.look.href for one in inlines if isinstance(one, Run)), "")
