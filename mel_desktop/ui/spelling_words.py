"""The menu of a mistake: proposals, a word of one's own, what is ignored in this message."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from mel_desktop.app.spelling_door import SpellingDoor
from mel_desktop.model.errors import MelError


class WordMenu(QObject):
    """One a composer: the letter and its subject ignore the same words."""

    failed = Signal(object)  # MelError
    changed = Signal()  # other words are mistakes now

    def __init__(self, door: SpellingDoor, parent: QObject) -> None:
        super().__init__(parent)
        self._door = door
        self._ignored: set[str] = set()
        self.shown: QMenu | None = None

    def is_ignored(self, word: str) -> bool:
        """No mistake in this message."""
        return word in self._ignored

    def ignore(self, word: str) -> None:
        """From now on."""
        self._ignored.add(word)
        self.changed.emit()

    def add(self, word: str) -> None:
        """A word of one's own."""
        try:
            self._door.add_word(word)
        except MelError as error:
            self.failed.emit(error)
            return
        self.changed.emit()

    def show(
        self,
        menu: QMenu,
        word: str,
        guesses: tuple[str, ...],
        where: QPoint,
        replace: Callable[[str], object],
    ) -> None:
        """Proposals ahead of what the field's own menu offers."""
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        first = menu.actions()[0]
        made = [self._proposal(menu, one, replace) for one in guesses]
        if not made:
            none = QAction(self.tr("No proposal"), menu)
            none.setEnabled(False)
            made = [none]
        add = QAction(self.tr("&Add to my words"), menu)
        add.triggered.connect(lambda: self.add(word))
        ignore = QAction(self.tr("&Ignore in this message"), menu)
        ignore.triggered.connect(lambda: self.ignore(word))
        menu.insertActions(first, made)
        menu.insertSeparator(first)
        menu.insertActions(first, [add, ignore])
        menu.insertSeparator(first)
        menu.setAccessibleName(self.tr("Proposals for {word}").format(word=word))
        menu.destroyed.connect(self._forget)
        self.shown = menu
        menu.popup(where)
        menu.setActiveAction(made[0])

    def _proposal(self, menu: QMenu, text: str, replace: Callable[[str], object]) -> QAction:
        action = QAction(text.replace("&", "&&"), menu)
        bold = action.font()
        bold.setBold(True)
        action.setFont(bold)
        action.triggered.connect(lambda: replace(text))
        return action

    def _forget(self) -> None:
        self.shown = None


def units(text: str, letters: int) -> int:
    """How many places the first letters take for Qt, which counts UTF-16."""
    return letters + sum(one > "\uffff" for one in text[:letters])
