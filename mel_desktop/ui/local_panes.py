"""What is on this PC only: drafts being written."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QModelIndex, Signal
from PySide6.QtWidgets import QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.outgoing import Draft
from mel_desktop.ui import figures
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


def _names(draft: Draft) -> str:
    people = draft.content.to + draft.content.cc + draft.content.bcc
    return ", ".join(one.name or one.address for one in people)
