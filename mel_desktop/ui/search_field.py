"""The search box: words to type, and operators that are complete as chips before them.

What is asked for is the chips and the words together: ``query``. A chip goes by its cross, by
Delete on it or by Backspace before the first letter; Return on it puts it back among the words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from mel_desktop.model.finding import Operator, TypedQuery
from mel_desktop.model.patterns import late
from mel_desktop.ui.clear_button import add_clear_button
from mel_desktop.ui.search_operators import OperatorList

Split = Callable[[str], TypedQuery]
Offer = Callable[[str], Sequence[tuple[Operator, str]]]

SHARE: Final = 0.62  # of the box, for chips
LEAST: Final = 14  # letters of a chip, its cross included, before chips are words again
GAP: Final = 3
BESIDE: Final = 33  # of a chip: its edges and the cross
MOST_WIDTH: Final = 260
OR_WORDS: Final = ("OU ", "OR ", "| ")
_WORD: Final = late(r"(?:^|(?<=[\s(]))-?[^\W\d_](?:[^\W\d_]|-)*$")
_ERASING: Final = frozenset({Qt.Key.Key_Delete, Qt.Key.Key_Backspace})
_EDITING: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2})
_STEPS: Final = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class Chip(QFrame):
    """One operator."""

    remove_asked = Signal()
    edit_asked = Signal()
    step_asked = Signal(int)

    def __init__(self, operator: str, box: QWidget) -> None:
        super().__init__(box)
        self._box = box
        self.setObjectName("chip")
        self.operator = operator
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setAccessibleName(self.tr("Condition {operator}").format(operator=operator))
        self.setAccessibleDescription(self.tr("Delete removes it, Return changes it"))
        self.setToolTip(operator)
        self.label = QLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.cross = QToolButton()
        self.cross.setText("×")
        self.cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.cross.setAccessibleName(self.tr("Remove {operator}").format(operator=operator))
        self.cross.setToolTip(self.tr("Remove {operator}").format(operator=operator))
        self.cross.clicked.connect(self.remove_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 1, 0)
        row.setSpacing(0)
        row.addWidget(self.label, 1)
        row.addWidget(self.cross)

    def wanted(self) -> int:
        """The width that shows it whole."""
        text = self.label.fontMetrics().horizontalAdvance(self.operator)
        return min(MOST_WIDTH, text + BESIDE)

    def fit(self, width: int, height: int) -> None:
        """As wide as this, the middle cut out of what is longer."""
        self.cross.setFixedSize(QSize(min(20, height), height - 2))
        metrics = self.label.fontMetrics()
        room = max(0, width - BESIDE)
        self.label.setText(
            metrics.elidedText(self.operator, Qt.TextElideMode.ElideMiddle, room + 1)
        )
        self.setFixedSize(width, height)

    def event(self, event: QEvent) -> bool:
        """Delete means the chip here, never the message that is chosen."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
            if plain and event.key() in _ERASING | _EDITING:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Remove, change, step; what is typed goes to the box."""
        if event.key() in _ERASING:
            self.remove_asked.emit()
        elif event.key() in _EDITING:
            self.edit_asked.emit()
        elif event.key() in _STEPS:
            self.step_asked.emit(_STEPS[Qt.Key(event.key())])
        else:
            if event.text() and event.text().isprintable():
                self._box.setFocus()
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click is for the chip, not for the words behind it."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click changes it."""
        self.edit_asked.emit()


class SearchField(QLineEdit):
    """Down goes to the operators that are offered, else to the results; in an empty box it opens
    the help.
    """

    help_asked = Signal()
    down_asked = Signal()
    query_changed = Signal()

    def __init__(self, split: Split, offer: Offer) -> None:
        super().__init__()
        self._split = split
        self._offer = offer
        self._chips: list[Chip] = []
        self._hint = ""
        self._quiet = 0
        self._newest: tuple[Chip, int] | None = None  # and where it stood among the words
        self.operators = OperatorList(self)
        self.operators.operator_chosen.connect(self._put_operator)
        add_clear_button(self)
        clear = self.findChild(QAction, "_q_qlineeditclearaction")
        if clear is not None:
            clear.triggered.connect(self._drop_chips)
        self.textEdited.connect(self._on_edited)
        self.textChanged.connect(self._on_text)
        self.returnPressed.connect(self.operators.leave)

    # -- content -----------------------------------------------------------------------------------

    def query(self) -> str:
        """All of it as it could be typed: a space at the end says that the last word is whole."""
        return " ".join([*self._names(), self.text()])

    def set_query(self, query: str) -> None:
        """Replace all of it; operators with a space behind them become chips."""
        told = self._split(query)
        with self.quietly():
            self.setText(query)
            if self._has_room(told.operators):
                self.setText(told.words)
                self._add(told.operators)
        self._on_text()

    @contextmanager
    def quietly(self) -> Iterator[None]:
        """Nobody is told. (Signals that are blocked would leave the clear button as it was.)"""
        self._quiet += 1
        try:
            yield
        finally:
            self._quiet -= 1

    def _on_text(self) -> None:
        if not self._quiet:
            self.query_changed.emit()

    def chips(self) -> tuple[Chip, ...]:
        """What stands before the words."""
        return tuple(self._chips)

    def setText(self, text: str | None) -> None:
        """These words and no chip."""
        self._drop_chips(quietly=True)
        super().setText(text)

    def clear(self) -> None:
        """Nothing at all."""
        self._drop_chips(quietly=True)
        self.operators.leave()
        super().clear()

    def setPlaceholderText(self, text: str) -> None:
        """Shown while there is neither word nor chip."""
        self._hint = text
        super().setPlaceholderText("" if self._chips else text)

    # -- chips -------------------------------------------------------------------------------------

    def _on_edited(self, text: str) -> None:
        text = self._with_or(text)
        told = self._split(text)
        if told.operators and self._has_room([*self._names(), *told.operators]):
            behind = len(text) - self.cursorPosition()
            with self.quietly():
                super().setText(told.words)
                self.setCursorPosition(max(0, len(told.words) - behind))
            self._add(told.operators)
            self._newest = self._chips[-1], self.cursorPosition()
            self.query_changed.emit()
        self._suggest()

    def _with_or(self, text: str) -> str:
        """ "OU" was typed behind an operator: that one stays beside it, among the words."""
        if self._newest is None:
            return text
        chip, place = self._newest
        typed = text[place : self.cursorPosition()]
        if typed and not any(one.startswith(typed) for one in OR_WORDS):
            self._newest = None
        elif typed in OR_WORDS and chip in self._chips:
            self._newest = None
            self._take_out(chip)
            with self.quietly():
                super().setText(f"{text[:place]}{chip.operator} {text[place:]}")
                self.setCursorPosition(place + len(chip.operator) + 1 + len(typed))
            return self.text()
        return text

    def _names(self) -> list[str]:
        return [one.operator for one in self._chips]

    def _has_room(self, operators: Sequence[str]) -> bool:
        """Whole, or with the middle cut out of those that are long."""
        metrics = self.fontMetrics()
        least = LEAST * metrics.averageCharWidth()
        return self._room() >= sum(
            GAP + min(least, metrics.horizontalAdvance(one) + BESIDE) for one in operators
        )

    def _room(self) -> int:
        return int(self.width() * SHARE)

    def _add(self, operators: Sequence[str]) -> None:
        known = set(self._names())
        for operator in operators:
            if operator in known:
                continue
            chip = Chip(operator, self)
            chip.remove_asked.connect(lambda chip=chip: self._remove(chip))
            chip.edit_asked.connect(lambda chip=chip: self._edit(chip))
            chip.step_asked.connect(lambda by, chip=chip: self._step(chip, by))
            QWidget.setTabOrder(self._chips[-1] if self._chips else self, chip)
            self._chips.append(chip)
        self._lay_out()

    def _remove(self, chip: Chip) -> None:
        place = self._chips.index(chip)
        self._take_out(chip)
        if self._chips:
            self._chips[min(place, len(self._chips) - 1)].setFocus()
        else:
            self.setFocus()
        self.query_changed.emit()

    def _edit(self, chip: Chip) -> None:
        """Back among the words, in front, its end ready to be changed."""
        self._take_out(chip)
        words = self.text()
        with self.quietly():
            super().setText(f"{chip.operator} {words}" if words else chip.operator)
            self.setCursorPosition(len(chip.operator))
        self.setFocus()
        self.query_changed.emit()

    def _step(self, chip: Chip, by: int) -> None:
        place = self._chips.index(chip) + by
        if place >= len(self._chips):
            self.setFocus()
        else:
            self._chips[max(0, place)].setFocus()

    def _take_out(self, chip: Chip) -> None:
        self._chips.remove(chip)
        chip.hide()
        chip.deleteLater()
        self._lay_out()

    def _drop_chips(self, _: bool = False, *, quietly: bool = False) -> None:
        had = bool(self._chips)
        for chip in self._chips:
            chip.hide()
            chip.deleteLater()
        self._chips = []
        self._lay_out()
        if had and not quietly:
            self.query_changed.emit()

    def _lay_out(self) -> None:
        """Chips side by side; where they became too narrow the last ones are words again."""
        words = self.text()
        while self._chips and not self._has_room(self._names()):
            chip = self._chips.pop()
            chip.hide()
            chip.deleteLater()
            words = f"{chip.operator} {words}"
        if words != self.text():
            with self.quietly():
                super().setText(words)
        left = 5
        widths = _shares([one.wanted() for one in self._chips], self._room())
        height = max(16, min(self.height() - 6, self.fontMetrics().height() + 4))
        for chip, width in zip(self._chips, widths, strict=True):
            chip.fit(width, height)
            chip.move(left, (self.height() - height) // 2)
            chip.show()
            left += width + GAP
        self.setTextMargins(left - 5 if self._chips else 0, 0, 0, 0)
        super().setPlaceholderText("" if self._chips else self._hint)
        said = ", ".join(self._names())
        self.setAccessibleDescription(
            self.tr("Conditions: {list}").format(list=said) if said else ""
        )

    # -- operators ---------------------------------------------------------------------------------

    def _suggest(self) -> None:
        word = _WORD.search(self.text()[: self.cursorPosition()])
        self.operators.offer(self._offer(word[0]) if word is not None else ())

    def _put_operator(self, spelling: str) -> None:
        end = self.cursorPosition()
        word = _WORD.search(self.text()[:end])
        start = word.start() if word is not None else end
        whole = spelling if spelling.endswith(":") else f"{spelling} "
        text = self.text()[:start] + whole + self.text()[end:].lstrip()
        super().setText(text)
        self.setCursorPosition(start + len(whole))
        self._on_edited(text)

    # -- Qt ----------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Escape closes the list of operators first."""
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
            and self.operators.isVisible()
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down leads on; Backspace and Left before the first letter reach the chips."""
        at_start = not self.cursorPosition() and not self.hasSelectedText()
        if event.key() == Qt.Key.Key_Escape and self.operators.isVisible():
            self.operators.leave()
        elif event.key() == Qt.Key.Key_Down:
            self._go_down()
        elif self._chips and at_start and event.key() == Qt.Key.Key_Backspace:
            self._take_out(self._chips[-1])
            self.query_changed.emit()
        elif self._chips and at_start and event.key() == Qt.Key.Key_Left:
            self._chips[-1].setFocus()
        else:
            super().keyPressEvent(event)

    def _go_down(self) -> None:
        if self.operators.isVisible():
            self.operators.enter()
        else:
            (self.down_asked if self.query().strip() else self.help_asked).emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Whoever goes on does not want an operator."""
        super().focusOutEvent(event)
        if not self.operators.hasFocus():
            self.operators.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Chips take what there is."""
        super().resizeEvent(event)
        self._lay_out()


def _shares(wanted: Sequence[int], room: int) -> list[int]:
    """Widths that fit into ``room``: what is narrow stays whole, the others share the rest."""
    left = room - GAP * len(wanted)
    found = [0] * len(wanted)
    waiting = sorted(range(len(wanted)), key=lambda place: wanted[place])
    while waiting:
        place = waiting.pop(0)
        found[place] = min(wanted[place], left // (len(waiting) + 1))
        left -= found[place]
    return found
