"""What the columns of a table are: guessed by their headings, corrected by whoever writes."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QHeaderView, QTableWidget, QWidget

from mel_desktop.app.letters_door import ADDRESS, UNUSED
from mel_desktop.model.merging import Table
from mel_desktop.ui.spoken import NamedBox, cell, cell_behind

SAMPLES: Final = 3
SHOWN_ROWS: Final = 5


class ColumnsTable(QTableWidget):
    """One line a column: its heading, some of what stands there, what it is."""

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(0, 3, parent)
        self.setAccessibleName(self.tr("Columns of the file"))
        self.setHorizontalHeaderLabels(
            [self.tr("Column"), self.tr("For example"), self.tr("Is used as")]
        )
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its choices are what is walked through
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        self._choices: list[QComboBox] = []
        self.hide()

    def show_table(self, table: Table, mapping: tuple[str, ...], fields: tuple[str, ...]) -> None:
        """A table as it was understood; ``fields``: what a column may be besides."""
        self._choices = []
        self.setRowCount(len(table.columns))
        for place, (heading, meant) in enumerate(zip(table.columns, mapping, strict=True)):
            cells = (row[place].strip() for row in table.rows if place < len(row))
            samples = [cell for cell in cells if cell][:SAMPLES]
            self.setItem(place, 0, cell(heading))
            self.setItem(place, 1, cell(" · ".join(samples)))
            choice = self._choice(heading, meant, fields)
            self.setItem(place, 2, cell_behind(choice))
            self.setCellWidget(place, 2, choice)
            self._choices.append(choice)
        height = max((one.sizeHint().height() for one in self._choices), default=24) + 4
        self.verticalHeader().setDefaultSectionSize(height)
        rows = min(SHOWN_ROWS, len(table.columns))
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows * height + 4)
        self.show()

    def mapping(self) -> tuple[str, ...]:
        """For each column the field it is, ADDRESS or UNUSED."""
        return tuple(str(one.currentData()) for one in self._choices)

    def choice(self, place: int) -> QComboBox:
        """What the column at a place is."""
        return self._choices[place]

    def _choice(self, heading: str, meant: str, fields: tuple[str, ...]) -> QComboBox:
        choice = NamedBox()
        choice.setAccessibleName(self.tr("Column {name} is used as").format(name=heading))
        choice.addItem(self.tr("Address"), ADDRESS)
        choice.addItem(self.tr("Not used"), UNUSED)
        own = [heading.strip()] if heading.strip() else []
        known = [one for one in (meant, *own, *fields) if one not in (ADDRESS, UNUSED)]
        for name in {one.casefold(): one for one in reversed(known)}.values():
            choice.addItem(f"{{{name}}}", name)
        choice.setCurrentIndex(choice.findData(meant))
        choice.currentIndexChanged.connect(lambda: self._on_chosen(choice))
        return choice

    def _on_chosen(self, chosen: QComboBox) -> None:
        """A field comes of one column: another one that was it is not used any more."""
        name = chosen.currentData()
        for other in self._choices:
            is_same = other is not chosen and other.currentData() == name
            if is_same and name not in (ADDRESS, UNUSED):
                other.blockSignals(True)
                other.setCurrentIndex(other.findData(UNUSED))
                other.blockSignals(False)
        self.changed.emit()
