"""Which folder goes where: the table that the assistant proposes and the teacher corrects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QHeaderView, QTableWidget, QWidget

from mel_desktop.model.account_move import FolderPair, MovePlan, PairReason
from mel_desktop.model.mail import Role
from mel_desktop.ui import figures, wording
from mel_desktop.ui.spoken import NamedBox, cell, cell_behind

LEFT: Final = ""


class FoldersTable(QTableWidget):
    """One line a folder: what it is called here, its messages, where they go, and why."""

    chosen = Signal(str, str)  # old path, new path

    def __init__(self, parent: QWidget) -> None:
        super().__init__(0, 4, parent)
        self.setAccessibleName(self.tr("Folders and where their messages go"))
        self.setHorizontalHeaderLabels([
            self.tr("Folder here"),
            self.tr("Messages"),
            self.tr("Goes into"),
            self.tr("Because"),
        ])  # fmt: skip
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
        for column, mode in enumerate((
            QHeaderView.ResizeMode.Stretch,
            QHeaderView.ResizeMode.ResizeToContents,
            QHeaderView.ResizeMode.Stretch,
            QHeaderView.ResizeMode.ResizeToContents,
        )):  # fmt: skip
            header.setSectionResizeMode(column, mode)
        self._choices: list[QComboBox] = []

    def show_pairs(self, plan: MovePlan, pairs: Sequence[FolderPair]) -> None:
        """The table as it stands."""
        self._show(plan.choices, pairs, all_may_stay=False)

    def show_choices(self, choices: Sequence[str], pairs: Sequence[FolderPair]) -> None:
        """The same where nothing can be made, and anything may stay on this PC."""
        self._show(choices, pairs, all_may_stay=True)

    def _show(
        self, choices: Sequence[str], pairs: Sequence[FolderPair], *, all_may_stay: bool
    ) -> None:
        self._choices = []
        self.setRowCount(len(pairs))
        for row, one in enumerate(pairs):
            self.setItem(row, 0, cell(folder_words(one.old, one.role)))
            number = cell(figures.count(one.here))
            number.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.setItem(row, 1, number)
            choice = self._choice(choices, one, may_stay=all_may_stay)
            self.setItem(row, 2, cell_behind(choice))
            self.setCellWidget(row, 2, choice)
            self._choices.append(choice)
            self.setItem(row, 3, cell(self._why(one)))
        height = max((one.sizeHint().height() for one in self._choices), default=24) + 4
        self.verticalHeader().setDefaultSectionSize(height)

    def choice(self, row: int) -> QComboBox:
        """Where the folder of a line goes."""
        return self._choices[row]

    def first(self) -> QWidget:
        """Where the keyboard begins."""
        return self._choices[0] if self._choices else self

    def _choice(self, choices: Sequence[str], one: FolderPair, *, may_stay: bool) -> QComboBox:
        choice = NamedBox()
        choice.setAccessibleName(
            self.tr("Folder {name} goes into").format(name=folder_words(one.old, one.role))
        )
        choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        choice.setMinimumContentsLength(12)
        paths = list(dict.fromkeys((*choices, one.new)))
        for path in sorted(filter(None, paths), key=str.casefold):
            words = folder_words(path, None)
            if path not in choices:
                words = self.tr("{name} (to be made)").format(name=words)
            choice.addItem(words, path)
        if may_stay or one.old.upper() != "INBOX":
            choice.addItem(self.tr("Stays on this PC"), LEFT)
        choice.setCurrentIndex(choice.findData(one.new))
        choice.currentIndexChanged.connect(
            lambda _: self.chosen.emit(one.old, str(choice.currentData()))
        )
        return choice

    def _why(self, one: FolderPair) -> str:
        return {
            PairReason.ROLE: self.tr("same purpose"),
            PairReason.NAME: self.tr("same name"),
            PairReason.USUAL: self.tr("usual name"),
            PairReason.CREATE: self.tr("not there yet"),
            PairReason.HAND: self.tr("your choice"),
            PairReason.LEFT: self.tr("nothing like it there"),
        }[one.reason]


def folder_words(path: str, role: Role | None) -> str:
    """A path as the window names folders."""
    if path.upper() == "INBOX":
        return wording.role_name(Role.INBOX)
    name = "" if role is None else wording.role_name(role)
    return path if name.casefold() in path.casefold() else f"{path} ({name})"
