"""What waits for an answer: from them by a day that was set, from me to a question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QModelIndex, Signal
from PySide6.QtWidgets import QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.followups import Followup, FollowupKind, FollowupState
from mel_desktop.ui import figures
from mel_desktop.ui.table_pane import TableModel, TablePane
from mel_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from mel_desktop.ui.send_later import DayDialog

translate = QCoreApplication.translate


class FollowupsPane(TablePane[Followup]):
    """Both lists in one table, those that are due first."""

    message_asked = Signal(object)  # MessageId
    answer_asked = Signal(object)  # MessageId: an answer, or a reminder in the same conversation
    counted = Signal(int, bool)  # how many, and whether one is due

    def __init__(self, facade: Facade, theme: Theme, parent: QWidget) -> None:
        self._facade = facade
        at = figures.now
        model: TableModel[Followup] = TableModel(
            (
                (translate("panes", "Awaited"), lambda one: whom(one)),
                (
                    translate("panes", "Subject"),
                    lambda one: one.subject or translate("panes", "(no subject)"),
                ),
                (translate("panes", "People"), lambda one: ", ".join(one.people)),
                (translate("panes", "Sent on"), lambda one: figures.age(one.sent_at, at())),
                (
                    translate("panes", "By"),
                    lambda one: "" if one.due_at is None else figures.plain_date(one.due_at),
                ),
            ),
            lambda one: one.id,
        )
        super().__init__(
            theme,
            translate("panes", "Answers awaited"),
            translate(
                "panes",
                "No answer is awaited. Choose “Remind me if no answer comes” while you write.",
            ),
            model,
            lambda one: one.id,
            parent,
        )
        model.setParent(self)
        self._open = self.add_button(self.tr("Open"), "Ctrl+O", self.open_chosen)
        self._write = self.add_button(self.tr("Write a reminder"), "Ctrl+T", self.write_chosen)
        self._later = self.add_button(self.tr("Another day…"), "Ctrl+H", self.ask_day)
        self._dismiss = self.add_button(self.tr("No longer awaited"), "Del", self.dismiss_chosen)
        self.table.activated.connect(self._on_activated)
        self.set_widths((-1, 0, 0, -1, -1))

    def refresh(self) -> None:
        """Read again."""
        with self.notice.errors():
            self.show_awaited(self._facade.leaving.followups())

    def show_awaited(self, rows: Sequence[Followup]) -> None:
        """What is due first."""
        due = [one for one in rows if one.state is FollowupState.DUE]
        self.show_rows([*due, *(one for one in rows if one.state is not FollowupState.DUE)])
        self.counted.emit(len(rows), bool(due))

    def show_chosen(self, value: Followup | None) -> None:
        """Say what is awaited, and what may be done."""
        here = value is not None and value.message is not None
        theirs = value is not None and value.kind is FollowupKind.FROM_THEM
        self._open.setEnabled(here)
        self._write.setEnabled(here)
        self._write.setText(self.tr("Write a reminder") if theirs else self.tr("Answer"))
        self._write.setAccessibleName(self._write.text())
        self._later.setEnabled(theirs)
        self._dismiss.setEnabled(value is not None)
        self.explanation.setText("" if value is None else self._words(value))

    def _words(self, value: Followup) -> str:
        if value.kind is FollowupKind.FROM_ME:
            return self.tr(
                "This message is to you alone and asks something; you have not answered."
            )
        assert value.due_at is not None
        if value.state is FollowupState.DUE:
            return self.tr("No answer has come by {day}.").format(
                day=figures.plain_date(value.due_at)
            )
        return self.tr("No answer has come yet; you are reminded on {day}.").format(
            day=figures.plain_date(value.due_at)
        )

    def open_chosen(self) -> None:
        """The message itself."""
        one = self.chosen()
        if one is not None and one.message is not None:
            self.message_asked.emit(one.message)

    def write_chosen(self) -> None:
        """An answer in the same conversation."""
        one = self.chosen()
        if one is not None and one.message is not None:
            self.answer_asked.emit(one.message)

    def ask_day(self) -> DayDialog | None:
        """Another day."""
        from mel_desktop.ui.send_later import DayDialog  # noqa: PLC0415 seldom

        one = self.chosen()
        if one is None or one.kind is not FollowupKind.FROM_THEM:
            return None
        dialog = DayDialog(self._facade, one.account, self)
        dialog.chosen.connect(lambda due: self._postpone(one, due))
        dialog.open()
        return dialog

    def _postpone(self, one: Followup, due: object) -> None:
        with self.notice.errors():
            self._facade.leaving.postpone(one.id, due)  # type: ignore[arg-type]
            self.refresh()

    def dismiss_chosen(self) -> None:
        """Nothing is awaited any more."""
        one = self.chosen()
        if one is not None:
            with self.notice.errors():
                self._facade.leaving.dismiss(one.id)
                self.refresh()

    def _on_activated(self, _: QModelIndex) -> None:
        self.open_chosen()


def whom(one: Followup) -> str:
    """From whom, and whether the day has come."""
    if one.kind is FollowupKind.FROM_ME:
        return translate("panes", "From me")
    if one.state is FollowupState.DUE:
        return translate("panes", "From them, due")
    return translate("panes", "From them")
