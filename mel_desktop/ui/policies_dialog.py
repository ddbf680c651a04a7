"""What IT has decided for this PC: each value in force, who set it, and what was ignored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from PySide6.QtCore import QObject, QSettings, QSize, Qt
from PySide6.QtGui import QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.app.policy_door import window_choices
from mel_desktop.model.policy import Origin, PolicyRow, PolicySource, PolicyTrouble
from mel_desktop.ui import language
from mel_desktop.ui.clear_button import add_clear_button
from mel_desktop.ui.fixed import fixed_words
from mel_desktop.ui.interface_choice import chosen
from mel_desktop.ui.storage_table import ValueTable
from mel_desktop.ui.table_pane import Index, TableModel
from mel_desktop.ui.theme import Theme

WIDTH: Final = 900
HEIGHT: Final = 600
EXPLAINED_LINES: Final = 3
ICON: Final = 16
NBSP: Final = "\N{NO-BREAK SPACE}"


class _Rows(TableModel[PolicyRow]):
    """A lock before what the teacher cannot change; a row is spoken whole."""

    def __init__(
        self,
        columns: Sequence[tuple[str, Callable[[PolicyRow], str]]],
        theme: Theme,
        parent: QObject,
    ) -> None:
        super().__init__(columns, lambda row: row.key, parent)
        self._theme = theme
        self._blank = QPixmap(ICON, ICON)
        self._blank.fill(Qt.GlobalColor.transparent)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text of a cell, or the lock."""
        if index.isValid() and index.column() == 0:
            row = self.values()[index.row()]
            if role == Qt.ItemDataRole.DecorationRole:  # room for one where there is none
                return self._theme.icons.icon("lock") if row.locked else self._blank
            if role == Qt.ItemDataRole.AccessibleTextRole:
                cells = [self.index(index.row(), at).data() for at in range(self.columnCount())]
                return ", ".join([*cells, *([fixed_words()] if row.locked else [])])
        return super().data(index, role)


class PoliciesDialog(QDialog):
    """Looked at only: nothing here can be changed."""

    def __init__(self, facade: Facade, theme: Theme, settings: QSettings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Rules of the establishment"))
        self._place = 0 if language.current() == language.FRENCH else 1
        policy = facade.policies.policy()
        self._rows = facade.policies.rows(window_choices(chosen(settings)))
        self._make_search()
        self._make_table(theme)
        self.explanation = _box(self.tr("Explanation"))
        self.explanation.setFixedHeight(_height(self.explanation, EXPLAINED_LINES))
        self.sources = _box(self.tr("Where was looked"))
        self.sources.setPlainText("\n".join(self._source_words(one) for one in policy.sources))
        self.problems = _box(self.tr("What was ignored"))
        troubles = [self._trouble_words(one) for one in policy.ignored]
        self.problems.setPlainText("\n".join(troubles) or self.tr("Nothing."))
        self.tabs = QTabWidget()
        self.tabs.addTab(self._rules_page(), self.tr("&Rules"))
        self.tabs.addTab(self._looked_page(), self.tr("&Places"))
        if troubles:
            self.tabs.setTabText(1, self.tr("&Places and problems (%n)", "", len(troubles)))
            self.tabs.setTabIcon(1, theme.icons.icon("warning"))
        self._lay_out()
        self._filter()
        self.resize(WIDTH, HEIGHT)
        self.search.setFocus()

    # -- building ----------------------------------------------------------------------------------

    def _make_search(self) -> None:
        self.search = QLineEdit()
        add_clear_button(self.search)
        self.search.setPlaceholderText(self.tr("A part of a name or of a value…"))
        self.search.setAccessibleName(self.tr("Search among the rules"))
        self.search.textChanged.connect(self._filter)
        self.only_set = QCheckBox(self.tr("Only what somebody has &set"))
        self.only_set.toggled.connect(self._filter)
        find = QShortcut(QKeySequence.StandardKey.Find, self)
        find.activated.connect(self.search.setFocus)

    def _make_table(self, theme: Theme) -> None:
        place = self._place
        columns: tuple[tuple[str, Callable[[PolicyRow], str]], ...] = (
            (self.tr("Setting"), lambda row: row.title[place]),
            (self.tr("Area"), lambda row: row.area[place]),
            (self.tr("Value in force"), lambda row: row.shown[place]),
            (self.tr("Set by"), self._set_by),
        )
        self.table: ValueTable[PolicyRow] = ValueTable(
            self.tr("Rules in force"), columns, lambda row: row.key
        )
        self.table.rows = _Rows(columns, theme, self.table)
        self.table.setModel(self.table.rows)
        self.table.setIconSize(QSize(ICON, ICON))
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for column in (0, 2):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._explain())

    def _rules_page(self) -> QWidget:
        above = QHBoxLayout()
        above.setSpacing(14)
        above.addWidget(self.search, 1)
        above.addWidget(self.only_set)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(10)
        column.addLayout(above)
        column.addWidget(self.table, 1)
        column.addWidget(self.explanation)
        return page

    def _looked_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(6)
        for head, box, stretch in (
            (self.tr("Where was looked, the strongest first"), self.sources, 1),
            (self.tr("What could not be understood and was ignored"), self.problems, 2),
        ):
            label = QLabel(head)
            label.setWordWrap(True)
            column.addWidget(label)
            column.addWidget(box, stretch)
        return page

    def _lay_out(self) -> None:
        intro = QLabel(
            self.tr(
                "What your establishment has fixed or proposed for this PC, and what you chose "
                "yourself. A lock: you cannot change it."
            )
        )
        intro.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 18, 12)
        column.setSpacing(10)
        column.addWidget(intro)
        column.addWidget(self.tabs, 1)
        column.addWidget(buttons)

    # -- what is shown -----------------------------------------------------------------------------

    def _filter(self) -> None:
        words = self.search.text().casefold().split()
        only_set = self.only_set.isChecked()
        shown = [
            row
            for row in self._rows
            if (not only_set or row.origin is not Origin.DEFAULT)
            and all(word in self._searched(row) for word in words)
        ]
        self.table.show_values(shown)
        if shown:
            self.table.selectRow(0)
        self._explain()

    def _searched(self, row: PolicyRow) -> str:
        place = self._place
        parts = (row.key, row.title[place], row.area[place], row.shown[place], self._set_by(row))
        return " ".join(parts).casefold().replace(NBSP, " ")

    def _explain(self) -> None:
        rows = self.table.chosen()
        if not rows:
            self.explanation.setPlainText(self.tr("No rule is called so."))
            return
        row = rows[0]
        parts = [row.help[self._place], f"{row.key} · {row.source}" if row.source else row.key]
        if row.fell:
            parts.append(self.tr("What was given could not be understood: the safe side holds."))
        elif row.locked:
            parts.append(fixed_words())
        self.explanation.setPlainText("\n".join(parts))

    def _set_by(self, row: PolicyRow) -> str:
        return {
            Origin.MACHINE: self.tr("Establishment (PC)"),
            Origin.USER: self.tr("Establishment (session)"),
            Origin.TEACHER: self.tr("You"),
            Origin.DEFAULT: self.tr("The program"),
        }[row.origin]

    def _source_words(self, source: PolicySource) -> str:
        states = {
            "read": self.tr("read"),
            "absent": self.tr("not there"),
            "unreadable": self.tr("unreadable"),
        }
        return f"{source.where} – {states[source.state]}"

    def _trouble_words(self, trouble: PolicyTrouble) -> str:
        why = trouble.why_fr if self._place == 0 and trouble.why_fr else trouble.why
        where = f"{trouble.source}, {trouble.key}" if trouble.key else trouble.source
        return f"{where}{NBSP if self._place == 0 else ''}: {why}"


def _box(name: str) -> QPlainTextEdit:
    """Text to be read, copied and reached by the keyboard."""
    box = QPlainTextEdit()
    box.setReadOnly(True)
    box.setTabChangesFocus(True)
    box.setAccessibleName(name)
    return box


def _height(box: QPlainTextEdit, lines: int) -> int:
    return box.fontMetrics().lineSpacing() * lines + 18
