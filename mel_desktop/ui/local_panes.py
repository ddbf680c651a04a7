"""What is on this PC only: drafts being written and the outbox."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QModelIndex, Signal
from PySide6.QtWidgets import QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.outgoing import Draft, OutboxRow, OutboxState
from mel_desktop.ui import figures, wording
from mel_desktop.ui.table_pane import TableModel, TablePane
from mel_desktop.ui.theme import Theme

translate = QCoreApplication.translate


class DraftsPane(TablePane[Draft]):
    """Drafts being written; Return opens one."""

    open_asked = Signal(object)  # DraftId

    def __init__(self, facade: Facade, theme: Theme, parent: QWidget) -> None:
        self._facade = facade
        at = figures.now
        model: TableModel[Draft] = TableModel(
            (
                (
                    translate("panes", "Subject"),
                    lambda one: one.content.subject or translate("panes", "(no subject)"),
                ),
                (translate("panes", "To"), lambda one: _names(one)),
                (translate("panes", "Saved"), lambda one: figures.age(one.saved_at, at())),
            ),
            lambda one: one.id,
        )
        super().__init__(
            theme,
            translate("panes", "Drafts being written"),
            translate("panes", "No draft."),
            model,
            lambda one: one.id,
            parent,
        )
        model.setParent(self)
        self._open = self.add_button(self.tr("Open"), "Ctrl+O", self.open_chosen)
        self._delete = self.add_button(self.tr("Throw away"), "Del", self.delete_chosen)
        self.table.activated.connect(self._on_activated)
        self.set_widths((0, 0, -1))

    def refresh(self) -> None:
        """Read again."""
        with self.notice.errors():
            self.show_rows(self._facade.drafts())

    def show_chosen(self, value: Draft | None) -> None:
        """Buttons follow the choice."""
        self._open.setEnabled(value is not None)
        self._delete.setEnabled(value is not None)
        self.explanation.setText(
            "" if value is None else self.tr("Drafts are kept on this PC, encrypted.")
        )

    def open_chosen(self) -> None:
        """Go on writing."""
        draft = self.chosen()
        if draft is not None:
            self.open_asked.emit(draft.id)

    def delete_chosen(self) -> None:
        """Throw the chosen draft away."""
        draft = self.chosen()
        if draft is not None:
            with self.notice.errors():
                self._facade.delete_draft(draft.id)

    def _on_activated(self, _: QModelIndex) -> None:
        self.open_chosen()


class OutboxPane(TablePane[OutboxRow]):
    """Every outgoing message, where it stands and why, and the way on."""

    edit_asked = Signal(object)  # DraftId

    def __init__(self, facade: Facade, theme: Theme, parent: QWidget) -> None:
        self._facade = facade
        at = figures.now
        model: TableModel[OutboxRow] = TableModel(
            (
                (translate("panes", "State"), lambda one: wording.outbox_state(one.state)),
                (
                    translate("panes", "Subject"),
                    lambda one: one.subject or translate("panes", "(no subject)"),
                ),
                (translate("panes", "To"), lambda one: ", ".join(one.recipients)),
                (translate("panes", "Since"), lambda one: figures.age(one.since, at())),
                (translate("panes", "Size"), lambda one: figures.size(one.size)),
            ),
            lambda one: one.id,
        )
        super().__init__(
            theme,
            translate("panes", "Outbox"),
            translate("panes", "Nothing waits to be sent."),
            model,
            lambda one: one.id,
            parent,
        )
        model.setParent(self)
        self._retry = self.add_button(self.tr("Try again"), "Ctrl+T", self.retry_chosen)
        self._edit = self.add_button(self.tr("Back to drafts"), "Ctrl+O", self.edit_chosen)
        self.set_widths((-1, 0, 0, -1, -1))

    def refresh(self) -> None:
        """Read again."""
        with self.notice.errors():
            self.show_rows(self._facade.outbox())

    def show_chosen(self, value: OutboxRow | None) -> None:
        """Say why, and what may be done."""
        states = OutboxState
        state = None if value is None else value.state
        self._retry.setEnabled(state in {states.HELD, states.FAILED, states.UNKNOWN})
        self._edit.setEnabled(state in {states.QUEUED, states.HELD, states.FAILED})
        if value is None:
            self.explanation.clear()
            return
        words = [wording.outbox_reason(value)]
        if state is states.QUEUED and not value.reason:
            words.append(self.tr("It leaves by itself as soon as the line allows."))
        if value.next_attempt is not None and state in {states.QUEUED, states.HELD}:
            words.append(
                self.tr("Next attempt: {time}.").format(
                    time=figures.moment(value.next_attempt, figures.now())
                )
            )
        if value.attempts:
            words.append(self.tr("%n attempt(s) so far.", "", value.attempts))
        self.explanation.setText(" ".join(word for word in words if word))

    def retry_chosen(self) -> None:
        """Queue it again."""
        row = self.chosen()
        if row is not None:
            with self.notice.errors():
                self._facade.retry_outbox(row.id)

    def edit_chosen(self) -> None:
        """Take it back into the drafts and open it."""
        row = self.chosen()
        if row is not None:
            with self.notice.errors():
                self.edit_asked.emit(self._facade.cancel_outbox(row.id).id)


def _names(draft: Draft) -> str:
    people = draft.content.to + draft.content.cc + draft.content.bcc
    return ", ".join(one.name or one.address for one in people)
