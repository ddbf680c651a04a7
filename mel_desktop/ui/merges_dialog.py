"""Merges under way and done: how far each is, pause, go on, cancel, and the report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox, QVBoxLayout, QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.changes import Area, Changes
from mel_desktop.model.merging import ItemState, LeftOut, MergeId, MergeRow, MergeState
from mel_desktop.ui import figures, question
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.question import Question
from mel_desktop.ui.table_pane import TableModel, TablePane
from mel_desktop.ui.theme import Theme


class MergesDialog(QDialog):
    """A view of the store: it follows what leaves."""

    def __init__(self, facade: Facade, bridge: Bridge, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Letters to many"))
        self.pane = MergesPane(facade, theme, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pane)
        bridge.changed.connect(self._on_changed)
        self.resize(860, 460)

    def _on_changed(self, changes: Changes) -> None:
        if changes.areas & Area.OUTBOX:
            self.pane.refresh()


class MergesPane(TablePane[MergeRow]):
    """One line a merge."""

    def __init__(self, facade: Facade, theme: Theme, parent: QWidget) -> None:
        model = TableModel[MergeRow](
            (
                (self.tr("Subject"), lambda one: one.subject),
                (self.tr("Begun"), lambda one: figures.long_date(one.created_at)),
                (self.tr("Left"), lambda one: f"{one.sent} / {one.total}"),
                (self.tr("State"), self._state),
            ),
            lambda one: one.id,
        )
        super().__init__(
            theme, self.tr("Letters to many"), self.tr("No letter was sent to many yet."), model,
            lambda one: one.id, parent,
        )  # fmt: skip
        self._facade = facade
        letters = facade.letters
        self.set_widths((0, -1, -1, -1))
        self.pause = self.add_button(
            self.tr("&Pause"), "Ctrl+P", lambda: self._do(letters.pause_merge)
        )
        self.go_on = self.add_button(
            self.tr("&Go on"), "Ctrl+G", lambda: self._do(letters.resume_merge)
        )
        self.cancel = self.add_button(
            self.tr("&Cancel what has not left"), "Del", lambda: self._do(letters.cancel_merge)
        )
        self.report = self.add_button(self.tr("&Report…"), "Ctrl+S", self._choose_file)
        self.forget = self.add_button(self.tr("&Forget…"), "Shift+Del", self.ask_forget)
        self.refresh()

    def refresh(self) -> None:
        """As the store has it now."""
        with self.notice.errors():
            self.show_rows(self._facade.letters.merges())

    def show_chosen(self, value: MergeRow | None) -> None:
        """Numbers of the chosen one, and what can be done."""
        state = None if value is None else value.state
        open_ = value is not None and bool(value.waiting or value.in_outbox)
        self.pause.setEnabled(open_ and state in (MergeState.RUNNING, MergeState.DONE))
        self.go_on.setEnabled(state is MergeState.PAUSED)
        self.cancel.setEnabled(open_)
        self.report.setEnabled(value is not None)
        self.forget.setEnabled(_is_over(value))
        if value is None:
            self.explanation.clear()
            return
        self.explanation.setText(
            self.tr(
                "{sent} left, {waiting} waiting, {failed} failed, {given_up} given up,"
                " {left_out} without a message."
            ).format(
                sent=value.sent,
                waiting=value.waiting + value.in_outbox,
                failed=value.failed,
                given_up=value.given_up,
                left_out=value.left_out,
            )
        )

    def write_report(self, path: Path) -> None:
        """What became of everybody, as a table for a spreadsheet."""
        chosen = self.chosen()
        if chosen is None:
            return
        with self.notice.errors():
            report = self._facade.letters.merge_report(chosen.id)
            rows = [(self.tr("Who"), self.tr("Addresses"), self.tr("State"), self.tr("Reason"))]
            for one in report.items:
                why = " ".join([one.reason, one.detail, *(reply for _, reply in one.refused)])
                rows.append((one.who, ", ".join(one.addresses), self._item(one.state), why.strip()))
            rows += [(who, "", self.tr("no message"), self._left(why))
                     for who, why in report.left_out]  # fmt: skip
            self._facade.letters.write_report(rows, path)
            self.notice.say(self.tr("The report is saved."))

    def ask_forget(self) -> QMessageBox | None:
        """Forget a merge that is over, once that was confirmed: its messages stay in Sent."""
        chosen = self.chosen()
        if chosen is None or not _is_over(chosen):
            return None
        return question.ask(
            self.window(),
            Question(
                self.tr("Forget the letter to many"),
                self.tr("Forget “{subject}” and its report?").format(subject=chosen.subject),
                self.tr("Forget"),
                self.tr("Keep"),
                more=self.tr("Messages that have left stay in Sent."),
            ),
            lambda: self._forget(chosen.id),
        )

    def _forget(self, merge: MergeId) -> None:
        with self.notice.errors():
            self._facade.letters.delete_merge(merge)
        self.refresh()

    def _do(self, command: Callable[[MergeId], object]) -> None:
        chosen = self.chosen()
        if chosen is not None:
            with self.notice.errors():
                command(chosen.id)
            self.refresh()

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, self.tr("Save the report"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.fileSelected.connect(lambda name: self.write_report(Path(name)))
        dialog.open()

    def _state(self, row: MergeRow) -> str:
        if row.state is MergeState.DONE and row.in_outbox:
            return self.tr("In the outbox")
        return {
            MergeState.RUNNING: self.tr("Under way"),
            MergeState.PAUSED: self.tr("Paused"),
            MergeState.CANCELLED: self.tr("Cancelled"),
            MergeState.DONE: self.tr("Done"),
        }[row.state]

    def _item(self, state: ItemState) -> str:
        return {
            ItemState.WAITING: self.tr("waiting"),
            ItemState.QUEUED: self.tr("in the outbox"),
            ItemState.SENT: self.tr("sent"),
            ItemState.FAILED: self.tr("refused by the server"),
            ItemState.UNKNOWN: self.tr("not sure whether it left"),
            ItemState.TAKEN_BACK: self.tr("taken back"),
            ItemState.CANCELLED: self.tr("cancelled"),
            ItemState.REFUSED: self.tr("could not be made"),
        }[state]

    def _left(self, why: LeftOut) -> str:
        return {
            LeftOut.NO_ADDRESS: self.tr("without an address"),
            LeftOut.BAD_ADDRESS: self.tr("address not valid"),
            LeftOut.TWICE: self.tr("the same message twice"),
            LeftOut.FIELD_MISSING: self.tr("a field is missing"),
        }[why]


def _is_over(row: MergeRow | None) -> bool:
    """Whether nothing of it is to leave any more."""
    over = (MergeState.DONE, MergeState.CANCELLED)
    return row is not None and row.state in over and not row.in_outbox
