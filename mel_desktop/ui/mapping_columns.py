"""One line a column of a table: its heading, some of what stands there, what it is read as."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QTableWidget,
    QWidget,
)

from mel_desktop.model.tables import Because, ColumnGuess, Field, TableLook
from mel_desktop.ui import mapping_words
from mel_desktop.ui.spoken import NamedBox, cell, cell_behind

SAMPLES: Final = 3
SHOWN_ROWS: Final = 6


class MeaningsTable(QTableWidget):
    """Its choices are walked through by Tab; the table itself is not entered."""

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(0, 3, parent)
        self.setAccessibleName(self.tr("Columns of the file"))
        self.setHorizontalHeaderLabels(
            [self.tr("Column"), self.tr("For example"), self.tr("Is read as")]
        )
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Interactive)
        self._choices: list[_Choice] = []

    def show_look(self, look: TableLook) -> None:
        """The columns of a table, as they were understood."""
        self._choices = []
        self.setRowCount(len(look.columns.headings))
        for place, (heading, guess) in enumerate(
            zip(look.columns.headings, look.guesses, strict=True)
        ):
            cells = (row[place] for row in look.rows if place < len(row))
            samples = list(dict.fromkeys(cell for cell in cells if cell))[:SAMPLES]
            name = heading or f"#{place + 1}"
            self.setItem(place, 0, cell(name))
            shown = "" if guess.sensitive else " · ".join(samples)
            self.setItem(place, 1, cell(shown))
            choice = _Choice(guess)
            choice.setAccessibleName(self.tr("Column {name} is read as").format(name=name))
            choice.currentIndexChanged.connect(self.changed)
            self.setItem(place, 2, cell_behind(choice))
            self.setCellWidget(place, 2, choice)
            self._choices.append(choice)
        height = max((one.sizeHint().height() for one in self._choices), default=24) + 4
        self.verticalHeader().setDefaultSectionSize(height)
        self.resizeColumnToContents(0)
        self.setColumnWidth(0, min(self.columnWidth(0), 240))
        widest = max((one.sizeHint().width() for one in self._choices), default=0)
        self.setColumnWidth(2, min(widest + 28, 330))
        rows = min(SHOWN_ROWS, max(1, len(self._choices)))
        self.setMinimumHeight(self.horizontalHeader().sizeHint().height() + rows * height + 4)

    def fields(self) -> tuple[Field | None, ...]:
        """What each column is read as; None: not read."""
        return tuple(one.field() for one in self._choices)

    def choice(self, place: int) -> QComboBox:
        """What the column at a place is read as."""
        return self._choices[place]


class _Choice(NamedBox):
    """What one column is. One that is never read by its heading cannot be chosen otherwise."""

    def __init__(self, guess: ColumnGuess) -> None:
        super().__init__()
        if guess.sensitive is not None:
            self.addItem(mapping_words.never_read(guess.sensitive), None)
            if guess.because is not Because.CONTENT:
                self.setEnabled(False)
                return
        self.addItem(self.tr("Not read"), None)
        for field, words in mapping_words.fields().items():
            self.addItem(words, field)
        if guess.field is not None:
            self.setCurrentIndex(self.findData(guess.field))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def field(self) -> Field | None:
        """What is chosen."""
        chosen = self.currentData()
        return chosen if isinstance(chosen, Field) else None

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel moves the list, not a choice that happens to lie under it."""
        event.ignore()
