"""The columns of the table form, and the words and commands of sorting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QHeaderView, QMenu, QWidget

from mel_desktop.model.organising import Column, ListLook, Sort

USUAL_WIDTHS: Final = {
    Column.FLAG: 28, Column.ATTACHMENT: 28, Column.SENDER: 130, Column.SUBJECT: 220,
    Column.TAGS: 110, Column.BOX: 80, Column.DATE: 78, Column.SIZE: 64,
}  # fmt: skip
SORTS: Final = {
    Column.FLAG: Sort.FLAGGED, Column.ATTACHMENT: Sort.ATTACHMENT, Column.SENDER: Sort.SENDER,
    Column.SUBJECT: Sort.SUBJECT, Column.DATE: Sort.DATE, Column.SIZE: Sort.SIZE,
}  # fmt: skip
ALWAYS: Final = Column.SUBJECT  # what a row is about cannot be hidden
DOWN_FIRST: Final = frozenset({Sort.DATE, Sort.SIZE, Sort.UNREAD, Sort.FLAGGED, Sort.ATTACHMENT})


class ListHead(QHeaderView):
    """Stands above the list; the delegate paints its cells below these."""

    look_asked = Signal(object)  # ListLook

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setAccessibleName(self.tr("Columns"))
        self._model = QStandardItemModel(1, len(Column), self)
        for place, column in enumerate(Column):
            narrow = column in (Column.FLAG, Column.ATTACHMENT)  # no room for words
            item = QStandardItem("" if narrow else self.words(column))
            item.setToolTip(self.words(column))
            item.setAccessibleText(self.words(column))
            self._model.setHorizontalHeaderItem(place, item)
        self.setModel(self._model)
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setStretchLastSection(False)
        self.setMinimumSectionSize(24)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # by keyboard: the menu of the list
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._look = ListLook()
        self.sectionClicked.connect(self._on_clicked)
        self.sectionResized.connect(self._on_changed)
        self.sectionMoved.connect(self._on_changed)
        self.setFixedHeight(self.sizeHint().height())
        self.hide()

    def changeEvent(self, event: QEvent) -> None:
        """Another style sheet, or larger letters: as high as its words need."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self.setFixedHeight(self.sizeHint().height())

    def words(self, column: Column) -> str:
        """The name of a column."""
        return {
            Column.FLAG: self.tr("Flag"),
            Column.ATTACHMENT: self.tr("Attachment"),
            Column.SENDER: self.tr("From"),
            Column.SUBJECT: self.tr("Subject"),
            Column.TAGS: self.tr("Tags"),
            Column.BOX: self.tr("Box"),
            Column.DATE: self.tr("Date"),
            Column.SIZE: self.tr("Size"),
        }[column]

    def sort_words(self, sort: Sort) -> str:
        """What a list may be sorted by."""
        return {
            Sort.DATE: self.tr("Date"),
            Sort.SENDER: self.tr("Sender"),
            Sort.SUBJECT: self.tr("Subject"),
            Sort.SIZE: self.tr("Size"),
            Sort.UNREAD: self.tr("Unread first"),
            Sort.FLAGGED: self.tr("Flagged first"),
            Sort.ATTACHMENT: self.tr("With attachments first"),
        }[sort]

    def show_look(self, look: ListLook) -> None:
        """Columns, widths and the mark of the sort."""
        self._look = look
        every = list(Column)
        with QSignalBlocker(self):
            order = [*look.columns, *(one for one in every if one not in look.columns)]
            for place, column in enumerate(order):
                self.moveSection(self.visualIndex(every.index(column)), place)
            widths = dict(zip(look.columns, look.widths, strict=False))
            for place, column in enumerate(every):
                self.setSectionHidden(place, column not in look.columns)
                if column in look.columns:
                    self.resizeSection(place, widths.get(column, USUAL_WIDTHS[column]))
            sorted_by = next((one for one, sort in SORTS.items() if sort is look.sort), None)
            self.setSortIndicatorShown(sorted_by is not None)
            if sorted_by is not None:
                way = (
                    Qt.SortOrder.AscendingOrder if look.ascending else Qt.SortOrder.DescendingOrder
                )
                self.setSortIndicator(every.index(sorted_by), way)
        self.setVisible(look.table)

    def cells(self, width: int) -> list[tuple[Column, int, int]]:
        """(column, left, width) as they stand; the subject takes what is left of ``width``."""
        every = list(Column)
        found = []
        for place in range(self.count()):
            column = every[self.logicalIndex(place)]
            if not self.isSectionHidden(self.logicalIndex(place)):
                left = self.sectionViewportPosition(self.logicalIndex(place))
                found.append((column, left, self.sectionSize(self.logicalIndex(place))))
        return found

    def fill(self, width: int) -> None:
        """Give the subject what the others leave."""
        every = list(Column)
        others = sum(
            self.sectionSize(place)
            for place, column in enumerate(every)
            if column is not ALWAYS and not self.isSectionHidden(place)
        )
        with QSignalBlocker(self):
            self.resizeSection(every.index(ALWAYS), max(90, width - others))

    def _on_clicked(self, section: int) -> None:
        sort = SORTS.get(list(Column)[section])
        if sort is not None:
            self.look_asked.emit(sorted_by(self._look, sort))

    def _on_changed(self, *_: int) -> None:
        every = list(Column)
        shown = [
            every[self.logicalIndex(place)]
            for place in range(self.count())
            if not self.isSectionHidden(self.logicalIndex(place))
        ]
        widths = tuple(self.sectionSize(every.index(one)) for one in shown)
        self._look = replace(self._look, columns=tuple(shown), widths=widths)
        self.look_asked.emit(self._look)


def sorted_by(look: ListLook, sort: Sort) -> ListLook:
    """The same list by this; again: the other way round."""
    ascending = not look.ascending if look.sort is sort else sort not in DOWN_FIRST
    return replace(look, sort=sort, ascending=ascending)


class LookMenu(QMenu):
    """Sort, form, columns and conversations of the list shown: all of it by keyboard."""

    def __init__(self, head: ListHead, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("How the list looks"))
        self._head = head
        self._look = ListLook()
        self._sorts: dict[Sort, QAction] = {}
        group = QActionGroup(self)
        for sort in Sort:
            action = self.addAction(head.sort_words(sort))
            action.setCheckable(True)
            group.addAction(action)
            action.triggered.connect(lambda _=False, one=sort: self._sort(one))
            self._sorts[sort] = action
        self.addSeparator()
        self.ascending = self._add(self.tr("&Other way round"))
        self.ascending.triggered.connect(self._turn)
        self.table = self._add(self.tr("&Table"))
        self.table.triggered.connect(self._toggle_table)
        self.flat = self._add(self.tr("Opened con&versations: flat"))
        self.flat.triggered.connect(self._toggle_flat)
        self.everywhere = self._add(self.tr("Conversations: with my &answers and other folders"))
        self.columns = self.addMenu(self.tr("&Columns"))
        self.columns.setAccessibleName(self.tr("Columns"))
        self._columns: dict[Column, QAction] = {}
        for column in Column:
            if column is not ALWAYS:
                action = self.columns.addAction(head.words(column))
                action.setCheckable(True)
                action.triggered.connect(lambda _=False, one=column: self._toggle_column(one))
                self._columns[column] = action

    def _add(self, text: str) -> QAction:
        action = self.addAction(text)
        action.setCheckable(True)
        return action

    def show_look(self, look: ListLook) -> None:
        """Tick what is so."""
        self._look = look
        for sort, action in self._sorts.items():
            action.setChecked(sort is look.sort)
        self.ascending.setChecked(look.ascending)
        self.table.setChecked(look.table)
        self.flat.setChecked(look.flat)
        self.columns.setEnabled(look.table)
        for column, action in self._columns.items():
            action.setChecked(column in look.columns)

    def _ask(self, look: ListLook) -> None:
        self._head.look_asked.emit(look)

    def _sort(self, sort: Sort) -> None:
        if sort is not self._look.sort:
            self._ask(sorted_by(self._look, sort))

    def _turn(self) -> None:
        self._ask(replace(self._look, ascending=not self._look.ascending))

    def _toggle_table(self) -> None:
        self._ask(replace(self._look, table=not self._look.table))

    def _toggle_flat(self) -> None:
        self._ask(replace(self._look, flat=not self._look.flat))

    def _toggle_column(self, column: Column) -> None:
        shown: Sequence[Column] = self._look.columns
        widths = dict(zip(shown, self._look.widths, strict=False))
        if column in shown:
            shown = [one for one in shown if one is not column]
        else:
            shown = [one for one in Column if one in shown or one is column]
        new = tuple(widths.get(one, USUAL_WIDTHS[one]) for one in shown)
        self._ask(replace(self._look, columns=tuple(shown), widths=new))
