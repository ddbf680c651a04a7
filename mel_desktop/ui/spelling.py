"""The spell check of a composer: mistakes underlined, proposals in the menu, the next mistake.

Rule 1: typing never waits. A turn of the event loop spends ``TURN_S`` at most on looking up; lines
beyond it follow when the window idles. Proposals are made on another thread.
Rule 2: the word that is being typed is not underlined before it is left.
"""

from __future__ import annotations

import time
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QKeySequence,
    QSyntaxHighlighter,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QMenu, QTextEdit, QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.app.spelling_door import SpellingDoor
from mel_desktop.model.spelling import Language, Mistake
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.composer import Composer
from mel_desktop.ui.spelling_dialog import OwnWordsDialog
from mel_desktop.ui.spelling_words import WordMenu, units
from mel_desktop.ui.subject_spelling import SubjectChecker
from mel_desktop.ui.theme import Theme

TURN_S: Final = 0.008
OWN, SIGNATURE = 0, 1  # states of a block; -1: not looked at


def install(composer: Composer, facade: Facade, bridge: Bridge, theme: Theme) -> None:
    """Check what is written in a composer."""
    SpellingMenu(composer, facade, bridge, theme)


class Underliner(QSyntaxHighlighter):
    """Underlines mistakes of a letter."""

    def __init__(
        self, letter: QTextEdit, door: SpellingDoor, colour: QColor, words: WordMenu
    ) -> None:
        super().__init__(letter.document())
        self._letter = letter
        self._door = door
        self._language = Language.OFF
        self._words = words
        words.changed.connect(self._again)
        self._spent = 0.0
        self._waiting: dict[int, None] = {}  # numbers of blocks, in order
        self._held = -1  # block with a word that is being typed
        self._is_typing = False
        self._format = QTextCharFormat()
        self._format.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        self._format.setUnderlineColor(colour)
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self._go_on)
        letter.document().contentsChange.connect(self._on_change)
        letter.cursorPositionChanged.connect(self._on_moved)

    def check_in(self, language: Language) -> None:
        """Underline by this language from now on."""
        self._language = language
        self._again()

    def set_colour(self, colour: QColor) -> None:
        """Of the line under mistakes."""
        self._format.setUnderlineColor(colour)
        self._again()

    def mistakes_of(self, block: QTextBlock) -> tuple[Mistake, ...]:
        """Of a line, whether underlined yet or not; ``start`` as Qt counts, in UTF-16."""
        quoted = block.blockFormat().intProperty(QTextFormat.Property.BlockQuoteLevel) > 0
        if self._language is Language.OFF or quoted or block.userState() == SIGNATURE:
            return ()
        found = self._door.mistakes(block.text(), self._language)
        return tuple(
            Mistake(units(block.text(), one.start), one.text)
            for one in found
            if not self._words.is_ignored(one.text)
        )

    def highlightBlock(self, text: str) -> None:
        """Called by Qt for each line that changed."""
        above = self.previousBlockState() == SIGNATURE
        is_signature = self._door.stands_in_signature(text, before=above)
        self.setCurrentBlockState(SIGNATURE if is_signature else OWN)
        block = self.currentBlock()
        if self._language is Language.OFF or is_signature or not text:
            return
        if self._spent > TURN_S:
            self._waiting[block.blockNumber()] = None
            self._idle.start(0)
            return
        began = time.perf_counter()
        self._underline(block)
        self._spent += time.perf_counter() - began
        self._idle.start(0)  # the next turn has its own time

    def _underline(self, block: QTextBlock) -> None:
        at = self._letter.textCursor().position() - block.position()
        for one in self.mistakes_of(block):
            if self._is_typing and one.end == at:
                self._held = block.blockNumber()
                continue
            self.setFormat(one.start, len(one.text), self._format)

    def _again(self) -> None:
        self._spent = 0.0
        self._waiting.clear()
        with QSignalBlocker(self._letter):  # a line under a word is no change of the letter
            self.rehighlight()

    def _go_on(self) -> None:
        self._spent = 0.0
        while self._waiting and self._spent <= TURN_S:
            number = next(iter(self._waiting))
            del self._waiting[number]
            block = self.document().findBlockByNumber(number)
            self._look_at(block)

    def _look_at(self, block: QTextBlock) -> None:
        if block.isValid():
            with QSignalBlocker(self._letter):
                self.rehighlightBlock(block)

    def _on_change(self, _at: int, removed: int, added: int) -> None:
        self._is_typing = added <= 1 and removed <= 1  # not what was pasted or put there

    def _on_moved(self) -> None:
        if self._held < 0:
            return
        block = self.document().findBlockByNumber(self._held)
        at = self._letter.textCursor().position() - block.position()
        if not any(one.end == at for one in self.mistakes_of(block)):
            self._held = -1
            self._is_typing = False
            self._look_at(block)


class SpellChecker(QObject):
    """Mistakes of one letter, and what is done about them. ``letter`` knows nothing of it."""

    failed = Signal(object)  # MelError
    begun = Signal(object)  # Language: it is checked in it from now on

    def __init__(
        self, letter: QTextEdit, door: SpellingDoor, bridge: Bridge, theme: Theme, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._letter = letter
        self._door = door
        self._bridge = bridge
        self._language = Language.OFF
        self.words = WordMenu(door, self)
        self.words.failed.connect(self.failed)
        self.underliner = Underliner(letter, door, QColor(theme.tones.danger), self.words)
        self._theme = theme
        theme.changed.connect(self._recolour)
        self.ready = False
        for watched in (letter, letter.viewport()):
            watched.installEventFilter(self)

    def check_in(self, language: Language) -> None:
        """By this language from now on, as soon as its dictionary is there."""
        self._language = language
        self._bridge.run(
            self,
            lambda: self._door.load(language),
            done=lambda is_here: self._begin(language, is_here),
            failed=self.failed.emit,
            local=True,
        )

    def _begin(self, language: Language, is_here: bool) -> None:
        if language is self._language:
            self.ready = is_here
            self.underliner.check_in(language)
            self.begun.emit(language)

    def _recolour(self) -> None:
        self.underliner.set_colour(QColor(self._theme.tones.danger))

    @property
    def menu(self) -> QMenu | None:
        """The one that is shown."""
        return self.words.shown

    def next_mistake(self, *, wraps: bool = True, from_start: bool = False) -> bool:
        """Select the next mistake behind the cursor, from the top again after the last."""
        cursor = self._letter.textCursor()
        start = 0 if from_start else cursor.selectionEnd()
        first = self._letter.document().findBlock(start)
        block, wrapped = first, False
        while True:
            for one in self.underliner.mistakes_of(block):
                if wrapped or block.position() + one.start >= start:
                    self._select(block, one)
                    return True
            if wrapped and block == first:
                return False
            block = block.next()
            if not block.isValid():
                if not wraps:
                    return False
                block, wrapped = self._letter.document().begin(), True

    def mistake_at(self, position: int) -> Mistake | None:
        """The mistake in which a position of the document lies."""
        block = self._letter.document().findBlock(position)
        at = position - block.position()
        found = self.underliner.mistakes_of(block)
        return next((one for one in found if one.start <= at <= one.end), None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Menus of the letter, by mouse and by key."""
        if isinstance(event, QContextMenuEvent):
            if event.reason() is QContextMenuEvent.Reason.Mouse:
                at = self._letter.cursorForPosition(event.pos()).position()
                return self._ask_menu(at, event.globalPos())
            return self._ask_menu_here()
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            is_shifted = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
            if event.key() == Qt.Key.Key_F10 and is_shifted:
                return self._ask_menu_here()
        return super().eventFilter(watched, event)

    def _ask_menu_here(self) -> bool:
        corner = self._letter.cursorRect().bottomLeft()
        where = self._letter.viewport().mapToGlobal(corner)
        return self._ask_menu(self._letter.textCursor().position(), where)

    def _ask_menu(self, position: int, where: QPoint) -> bool:
        """Show the menu of a mistake; False leaves it to the letter."""
        found = self.mistake_at(position)
        if found is None:
            return False
        block = self._letter.document().findBlock(position)
        self._select(block, found)
        language = self._language
        self._bridge.run(
            self,
            lambda: self._door.guesses(found.text, language),
            done=lambda guesses: self._show_menu(found.text, guesses, where),
            failed=self.failed.emit,
            local=True,
        )
        return True

    def _show_menu(self, word: str, guesses: tuple[str, ...], where: QPoint) -> None:
        if self._letter.textCursor().selectedText() != word:
            return  # it was typed on meanwhile
        menu = self._letter.createStandardContextMenu()
        self.words.show(menu, word, guesses, where, self._letter.textCursor().insertText)

    def _select(self, block: QTextBlock, one: Mistake) -> None:
        cursor = QTextCursor(self._letter.document())
        cursor.setPosition(block.position() + one.start)
        cursor.setPosition(block.position() + one.end, QTextCursor.MoveMode.KeepAnchor)
        self._letter.setTextCursor(cursor)
        self._letter.ensureCursorVisible()


class SpellingMenu(QObject):
    """What the composer's menu offers: the language, the next mistake, my words."""

    def __init__(self, composer: Composer, facade: Facade, bridge: Bridge, theme: Theme) -> None:
        super().__init__(composer)
        self.setObjectName("spelling")
        self._composer = composer
        self._facade = facade
        self._bridge = bridge
        self._theme = theme
        self.checker = SpellChecker(composer.text, facade.spelling, bridge, theme, self)
        self.checker.failed.connect(composer.notice.say_error)
        self.subject = SubjectChecker(
            composer.subject, facade.spelling, bridge, theme, self.checker.words
        )
        self.subject.failed.connect(composer.notice.say_error)
        self.checker.begun.connect(self.subject.check_in)
        self.menu = QMenu(self.tr("&Spelling"), composer)
        composer.more_menu.addMenu(self.menu)
        self._add_languages()
        self.menu.addSeparator()
        self.next_action = QAction(self.tr("&Next mistake"), composer)
        self.next_action.setShortcut(QKeySequence("F7"))
        self.next_action.triggered.connect(self.next_mistake)
        self.words_action = QAction(self.tr("My &words…"), composer)
        self.words_action.triggered.connect(self.show_words)
        self.menu.addActions([self.next_action, self.words_action])
        composer.addAction(self.next_action)
        self.checker.check_in(facade.spelling.language())

    def _add_languages(self) -> None:
        self._group = QActionGroup(self)
        current = self._facade.spelling.language()
        for language, name in (
            (Language.FRENCH, self.tr("&French")),
            (Language.ENGLISH, self.tr("&English")),
            (Language.OFF, self.tr("N&o spell check")),
        ):
            action = QAction(name, self._group)
            action.setCheckable(True)
            action.setChecked(language is current)
            action.setData(language.value)
            action.triggered.connect(lambda _=False, one=language: self.choose(one))
            self.menu.addAction(action)

    def choose(self, language: Language) -> None:
        """Check this letter, and those to come, by a language."""
        self.checker.check_in(language)
        with self._composer.notice.errors():
            self._facade.spelling.set_language(language)

    def next_mistake(self) -> None:
        """Select it, or say that there is none."""
        if not self.checker.ready:
            self._composer.state.setText(self.tr("This dictionary is not available"))
        elif not self._go_to_next():
            self._composer.state.setText(self.tr("No mistake found"))

    def _go_to_next(self) -> bool:
        """The subject first, then the letter, then from the top again."""
        checker, letter = self.checker, self._composer.text
        in_subject = self._composer.subject.hasFocus()
        if in_subject and self.subject.next_mistake():
            return True
        if checker.next_mistake(wraps=False, from_start=in_subject):
            letter.setFocus()
            return True
        if self.subject.next_mistake(from_start=True):
            return True
        if checker.next_mistake():
            letter.setFocus()
            return True
        return False

    def show_words(self) -> OwnWordsDialog:
        """Words of one's own."""
        parent: QWidget = self._composer
        dialog = OwnWordsDialog(self._facade, self._bridge, self._theme, parent)
        dialog.changed.connect(self.checker.words.changed)
        dialog.open()
        return dialog
