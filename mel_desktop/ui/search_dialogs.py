"""The name of a saved search, and the help on what can be typed into the search box."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

LONGEST: Final = 80


class SearchNameDialog(QDialog):
    """A name for a search; ``taken``: names that other searches have."""

    named = Signal(str)

    def __init__(
        self, name: str, query: str, taken: Sequence[str], *, renamed: bool, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(
            self.tr("Rename the search") if renamed else self.tr("Save this search")
        )
        self._taken = frozenset(one.casefold() for one in taken)
        self.name = QLineEdit(name[:LONGEST])
        self.name.setAccessibleName(self.tr("Name of the search"))
        self.name.setMaxLength(LONGEST)
        self.name.selectAll()
        asked = QLabel(query)
        asked.setTextFormat(Qt.TextFormat.PlainText)
        asked.setProperty("muted", True)
        asked.setWordWrap(True)
        self.trouble = QLabel()
        self.trouble.setProperty("wrong", True)
        self.trouble.setWordWrap(True)
        self.trouble.setAccessibleName(self.tr("What is wrong"))
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.addRow(self.tr("&Name"), self.name)
        form.addRow(self.tr("Searches for"), asked)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._ok.setText(self.tr("Rename") if renamed else self.tr("Save"))
        self._ok.setProperty("primary", True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addLayout(form)
        column.addWidget(self.trouble)
        column.addWidget(buttons)
        self.name.textChanged.connect(self._check)
        self._check()
        self.resize(420, 0)
        self.name.setFocus()

    def accept(self) -> None:
        """Tell the name."""
        if self._ok.isEnabled():
            self.named.emit(self.name.text().strip())
            super().accept()

    def _check(self) -> None:
        name = " ".join(self.name.text().split())
        taken = name.casefold() in self._taken
        words = self.tr("A saved search has this name already.") if taken else ""
        self.trouble.setText(words)
        self.trouble.setVisible(taken)
        self._ok.setEnabled(bool(name) and not taken)


class SearchHelp(QDialog):
    """What can be typed. Return puts the chosen example into the search box."""

    example_chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Help with the search"))
        words = QLabel(
            self.tr(
                "Accents and capitals do not matter. Other forms of a word are found too (élève,"
                " élèves), and so are school abbreviations and what they stand for (AESH, PAP…)."
            )
        )
        words.setWordWrap(True)
        self.table = QTableWidget(0, 2)
        self.table.setAccessibleName(self.tr("What can be typed"))
        self.table.setHorizontalHeaderLabels([self.tr("Type"), self.tr("to find")])
        self.table.verticalHeader().hide()
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setWordWrap(True)
        self.table.setTabKeyNavigation(False)  # Tab leads on to the buttons
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for typed, meaning in self._lines():
            row = self.table.rowCount()
            self.table.insertRow(row)
            self.table.setItem(row, 0, QTableWidgetItem(typed))
            self.table.setItem(row, 1, QTableWidgetItem(meaning))
        self.table.resizeRowsToContents()
        self.table.setCurrentCell(0, 0)
        self.table.activated.connect(lambda index: self._choose(index.row()))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        use = buttons.addButton(
            self.tr("Put into the search box"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        use.setProperty("primary", True)
        buttons.button(QDialogButtonBox.StandardButton.Close).setText(self.tr("Close"))
        use.clicked.connect(lambda: self._choose(self.table.currentRow()))
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addWidget(words)
        column.addWidget(self.table, 1)
        column.addWidget(buttons)
        self.resize(620, 360)
        self.table.setFocus()

    def _choose(self, row: int) -> None:
        item = self.table.item(row, 0)
        if item is not None:
            self.example_chosen.emit(item.text())
            self.accept()

    def _lines(self) -> tuple[tuple[str, str], ...]:
        return (
            (self.tr('"class council"'), self.tr("these words one after the other, exactly")),
            (self.tr("meet*"), self.tr("words that begin so")),
            (self.tr("-holidays"), self.tr("messages without this word")),
            (self.tr("outing OR museum"), self.tr("one word or the other")),
            (self.tr("class (outing OR museum)"), self.tr("brackets hold words together")),
            (self.tr("from:durand"), self.tr("by the sender")),
            (self.tr("to:martin"), self.tr("by a recipient, in copy too")),
            (self.tr("subject:timetable"), self.tr("in the subject only")),
            (self.tr("file:programme"), self.tr("in names and text of attachments")),
            (self.tr("has:attachment"), self.tr("with attachments")),
            (self.tr("after:2026-09-01"), self.tr("on this day or later")),
            (self.tr("before:yesterday"), self.tr("before this day")),
            (self.tr("folder:sent"), self.tr("in folders of this name")),
            (self.tr("is:unread"), self.tr("also read, flagged, answered, forwarded, draft")),
            (self.tr("size:>1Mo"), self.tr("of this size or more; with < less")),
            (self.tr("tag:urgent"), self.tr("with this tag")),
            (self.tr("account:ac-rennes"), self.tr("of this account")),
        )
