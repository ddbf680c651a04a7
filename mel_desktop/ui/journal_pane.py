"""The journal: all that was done here and has not reached the server, why, and the way on."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import Final

from PySide6.QtCore import QCoreApplication, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.mail import Choice, JournalRow, WantKind, WantState
from mel_desktop.model.outgoing import DraftId
from mel_desktop.ui import figures, wording
from mel_desktop.ui.clear_button import add_clear_button
from mel_desktop.ui.spoken import NamedBox
from mel_desktop.ui.table_pane import TableModel, TablePane
from mel_desktop.ui.theme import Theme

translate = QCoreApplication.translate

FOLDER: Final = 2  # columns
ATTEMPTS: Final = 5
ALL_COLUMNS_FROM: Final = 760
LEISURE_MS: Final = 1000
KEYS: Final = {Choice.MINE: "Alt+1", Choice.THEIRS: "Alt+2", Choice.BOTH: "Alt+3"}


class Shown(Enum):
    """Which rows the filter lets through."""

    ALL = "all"
    WAITING = "waiting"
    REFUSED = "refused"
    CONFLICT = "conflict"


class JournalPane(TablePane[JournalRow]):
    """What, where, since when, how often tried, why not; retry, undo, decide."""

    compare_asked = Signal(object)  # DraftId: a draft that another program changed too
    counted = Signal(int)  # rows that ask for a person: refused, or in conflict

    def __init__(self, facade: Facade, theme: Theme, parent: QWidget) -> None:
        self._facade = facade
        self._rows: tuple[JournalRow, ...] = ()
        at = figures.now
        model: TableModel[JournalRow] = TableModel(
            (
                (translate("panes", "Change"), wording.want),
                (translate("panes", "Message"), wording.want_of),
                (translate("panes", "Folder"), lambda one: one.where),
                (translate("panes", "State"), wording.want_standing),
                (translate("panes", "Since"), lambda one: figures.age(one.since, at())),
                (translate("panes", "Attempts"), lambda one: figures.count(one.attempts)),
            ),
            lambda one: one.id,
        )
        super().__init__(
            theme,
            translate("panes", "Waiting changes"),
            translate("panes", "Nothing waits: the server knows all that was done here."),
            model,
            lambda one: one.id,
            parent,
        )
        model.setParent(self)
        self._add_filter()
        self._choices = {
            Choice.MINE: self.add_button(
                self.tr("Keep mine"), KEYS[Choice.MINE], lambda: self.resolve(Choice.MINE)
            ),
            Choice.THEIRS: self.add_button(
                self.tr("Take the other"), KEYS[Choice.THEIRS], lambda: self.resolve(Choice.THEIRS)
            ),
            Choice.BOTH: self.add_button(
                self.tr("Keep both"), KEYS[Choice.BOTH], lambda: self.resolve(Choice.BOTH)
            ),
        }
        self._compare = self.add_button(self.tr("Compare…"), "Ctrl+M", self.compare_chosen)
        self._retry = self.add_button(self.tr("Try again"), "Ctrl+T", self.retry_chosen)
        self._undo = self.add_button(self.tr("Undo"), "Ctrl+Shift+Z", self.undo_chosen)
        self.set_widths((0, 0, 0, -1, -1, -1))
        self._leisure = QTimer(self)
        self._leisure.setSingleShot(True)
        self._leisure.setInterval(LEISURE_MS)
        self._leisure.timeout.connect(self.refresh)
        self.show_chosen(None)

    def _add_filter(self) -> None:
        self.which = NamedBox()
        self.which.setAccessibleName(self.tr("Which changes are shown"))
        for shown, words in (
            (Shown.ALL, self.tr("All")),
            (Shown.WAITING, self.tr("Waiting")),
            (Shown.REFUSED, self.tr("Refused")),
            (Shown.CONFLICT, self.tr("To be decided")),
        ):
            self.which.addItem(words, shown)
        self.words = QLineEdit()
        self.words.setPlaceholderText(self.tr("Filter…"))
        self.words.setAccessibleName(self.tr("Filter the changes by a word"))
        add_clear_button(self.words)
        self.words.setMinimumWidth(100)
        self.words.setMaximumWidth(280)
        self.count = QLabel()
        self.count.setProperty("muted", True)
        self.add_to_head(self.which, self.words, self.count)
        self.which.currentIndexChanged.connect(self._show)
        self.words.textChanged.connect(self._show)

    def refresh(self) -> None:
        """Read again."""
        with self.notice.errors():
            rows = self._facade.journal()
            unnamed = [row.message for row in rows if not row.subject and row.message]
            known = {one.id: one.subject for one in self._facade.message_rows(unnamed)}
            names = {
                one.path: wording.role_name(one.role) for one in self._facade.folders() if one.role
            }
            self._rows = tuple(
                replace(
                    row,
                    subject=row.subject or known.get(row.message, ""),
                    where=names.get(row.where, row.where),
                    detail=names.get(row.detail, row.detail),
                )
                for row in rows
            )
            self._show()
            asking = [one for one in self._rows if one.choices or one.state is WantState.REFUSED]
            self.counted.emit(len(asking))

    def refresh_soon(self) -> None:
        """While it is not shown it is read at leisure: only what asks for a person is told."""
        if self.isVisible():
            self.refresh()
        elif not self._leisure.isActive():
            self._leisure.start()

    def _show(self) -> None:
        rows = [row for row in self._rows if self._fits(row)]
        self.count.setText(
            self.tr("{shown} of {all}").format(
                shown=figures.count(len(rows)), all=figures.count(len(self._rows))
            )
            if len(rows) != len(self._rows)
            else self.tr("%n change(s)", "", len(rows))
        )
        self.nothing.setText(
            self.tr("No change fits the filter.")
            if self._rows
            else self.tr("Nothing waits: the server knows all that was done here.")
        )
        self.show_rows(rows)

    def _fits(self, row: JournalRow) -> bool:
        shown = self.which.currentData()
        states = {
            Shown.ALL: True,
            Shown.WAITING: row.state in {WantState.WAITING, WantState.UNKNOWN},
            Shown.REFUSED: row.state is WantState.REFUSED and not row.choices,
            Shown.CONFLICT: bool(row.choices),
        }
        typed = self.words.text().strip().casefold()
        said = f"{wording.want(row)} {wording.want_of(row)} {row.where}".casefold()
        return states[shown] and all(word in said for word in typed.split())

    def show_chosen(self, value: JournalRow | None) -> None:
        """Say why it waits, and what may be done."""
        self._undo.setEnabled(value is not None and value.undoable)
        self._retry.setEnabled(value is not None and value.retryable)
        for choice, button in self._choices.items():
            button.setVisible(value is not None and bool(value.choices))
            button.setEnabled(value is not None and choice in value.choices)
        is_rival = (
            value is not None and value.kind is WantKind.DRAFT and Choice.BOTH in value.choices
        )
        self._compare.setVisible(is_rival)
        self._compare.setEnabled(is_rival)
        self._retry.setVisible(value is None or not value.choices)
        self.explanation.setText("" if value is None else self._explained(value))

    def _explained(self, row: JournalRow) -> str:
        where = row.where if self.table.isColumnHidden(FOLDER) else ""
        words = [f"{where}." if where else "", wording.want_reason(row)]
        if row.state is WantState.WAITING and not row.reason:
            words.append(self.tr("It reaches the server as soon as the line allows."))
        if row.next_attempt is not None and row.state is WantState.WAITING:
            words.append(
                self.tr("Next attempt: {time}.").format(
                    time=figures.moment(row.next_attempt, figures.now())
                )
            )
        if row.attempts:
            words.append(self.tr("%n attempt(s) so far.", "", row.attempts))
        return " ".join(word for word in words if word)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the explanation tells what the columns cannot."""
        super().resizeEvent(event)
        narrow = event.size().width() < ALL_COLUMNS_FROM
        if narrow is not self.table.isColumnHidden(FOLDER):
            for column in (FOLDER, ATTEMPTS):
                self.table.setColumnHidden(column, narrow)
            self.show_chosen(self.chosen())

    def compare_chosen(self) -> None:
        """Both versions of a draft side by side."""
        row = self.chosen()
        if row is not None and self._compare.isEnabled():
            self.compare_asked.emit(DraftId(int(row.id[1:])))

    def retry_chosen(self) -> None:
        """A refused change waits again."""
        row = self.chosen()
        if row is not None:
            with self.notice.errors():
                self._facade.retry_want(row.id)
                self.refresh()

    def undo_chosen(self) -> None:
        """Take the chosen change back."""
        row = self.chosen()
        if row is not None:
            with self.notice.errors():
                self._facade.undo_want(row.id)
                self.refresh()

    def resolve(self, choice: Choice) -> None:
        """Mine, theirs or both, where another program decided otherwise meanwhile."""
        row = self.chosen()
        if row is not None and choice in row.choices:
            with self.notice.errors():
                self._facade.resolve(row.id, choice)
                self.refresh()
