"""The spell check of the subject: mistakes underlined, proposals by the menu key, as in the letter.

A line edit has no highlighter: an input method's event carries the lines under words. It is not
sent while a letter is being put together (a dead key, an input method), which it would break off.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QInputMethodEvent,
    QKeyEvent,
    QTextCharFormat,
)
from PySide6.QtWidgets import QLineEdit, QMenu

from mel_desktop.app.spelling_door import SpellingDoor
from mel_desktop.model.spelling import Language, Mistake
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.spelling_words import WordMenu, units
from mel_desktop.ui.theme import Theme


class SubjectChecker(QObject):
    """Mistakes of one line. ``field`` knows nothing of it."""

    failed = Signal(object)  # MelError

    def __init__(
        self, field: QLineEdit, door: SpellingDoor, bridge: Bridge, theme: Theme, words: WordMenu
    ) -> None:
        super().__init__(field)
        self._field = field
        self._door = door
        self._bridge = bridge
        self._theme = theme
        self._words = words
        self._language = Language.OFF
        self._is_composing = self._is_drawing = self._is_typing = False
        self.underlined: tuple[Mistake, ...] = ()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._draw)
        field.textEdited.connect(self._on_typed)
        field.textChanged.connect(self.refresh)
        field.cursorPositionChanged.connect(self.refresh)
        field.installEventFilter(self)
        theme.changed.connect(self.refresh)
        words.changed.connect(self.refresh)

    def check_in(self, language: Language) -> None:
        """By this language from now on."""
        self._language = language
        self.refresh()

    def mistakes(self) -> tuple[Mistake, ...]:
        """``start`` as Qt counts. The subject that another wrote is left alone until it is
        changed.
        """
        text = self._field.text()
        begin = self._door.own_part(text)
        if self._language is Language.OFF or (begin and not self._field.isModified()):
            return ()
        return tuple(
            Mistake(units(text, begin + one.start), one.text)
            for one in self._door.mistakes(text[begin:], self._language)
            if not self._words.is_ignored(one.text)
        )

    def next_mistake(self, *, from_start: bool = False) -> bool:
        """Select the next one behind the cursor; False: there is none there."""
        field = self._field
        start = 0 if from_start else field.selectionEnd()
        if start < 0:
            start = field.cursorPosition()
        found = next((one for one in self.mistakes() if one.start >= start), None)
        if found is not None:
            field.setSelection(found.start, found.end - found.start)
            field.setFocus()
        return found is not None

    def refresh(self) -> None:
        """Lines under words, anew: once the field is done with the key that it is handling."""
        self._soon.start(0)

    def _draw(self) -> None:
        if self._is_composing:
            return
        field = self._field
        at = field.cursorPosition()
        shown = tuple(one for one in self.mistakes() if not (self._is_typing and one.end == at))
        if not shown and not self.underlined:
            return
        self.underlined = shown
        form = QTextCharFormat()
        form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        form.setUnderlineColor(QColor(self._theme.tones.danger))
        lines = [
            QInputMethodEvent.Attribute(
                QInputMethodEvent.AttributeType.TextFormat, one.start - at, one.end - one.start,
                form,
            )
            for one in shown
        ]  # fmt: skip
        self._is_drawing = True
        QCoreApplication.sendEvent(field, QInputMethodEvent("", lines))
        self._is_drawing = False

    # -- inside ------------------------------------------------------------------------------------

    def _on_typed(self) -> None:
        self._is_typing = True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What is put together; the menu, by mouse and by key."""
        if isinstance(event, QInputMethodEvent) and not self._is_drawing:
            self._is_composing = bool(event.preeditString())
        elif isinstance(event, QContextMenuEvent):
            is_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
            at = self._field.cursorPositionAt(event.pos()) if is_mouse else None
            return self._ask_menu(at, event.globalPos() if is_mouse else None)
        elif event.type() is QEvent.Type.FocusOut:
            self._is_typing = False
            self.refresh()
        elif event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            is_shifted = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
            if event.key() == Qt.Key.Key_F10 and is_shifted:
                return self._ask_menu(None, None)
        return super().eventFilter(watched, event)

    def _ask_menu(self, position: int | None, where: QPoint | None) -> bool:
        """Show the menu of a mistake; False leaves it to the field."""
        field = self._field
        at = field.cursorPosition() if position is None else position
        found = next((one for one in self.mistakes() if one.start <= at <= one.end), None)
        if found is None:
            return False
        field.setSelection(found.start, found.end - found.start)
        place = where or field.mapToGlobal(field.rect().bottomLeft())
        language = self._language

        def show(guesses: tuple[str, ...]) -> None:
            if field.selectedText() == found.text:  # else it was typed on meanwhile
                menu: QMenu = field.createStandardContextMenu()
                self._words.show(menu, found.text, guesses, place, field.insert)

        self._bridge.run(
            self,
            lambda: self._door.guesses(found.text, language),
            done=show,
            failed=self.failed.emit,
            local=True,
        )
        return True
