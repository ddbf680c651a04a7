"""What is on this PC only: drafts being written, and those thrown away."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QModelIndex, Signal, SignalInstance
from PySide6.QtWidgets import QCheckBox, QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.outgoing import Draft, DraftState
from mel_desktop.ui import figures
from mel_desktop.ui.table_pane import TableModel, TablePane
from mel_desktop.ui.theme import Theme

translate = QCoreApplication.translate


class DraftsPane(TablePane[Draft]):
    """Drafts being written; Return opens one. Those thrown away come back from here."""

    open_asked = Signal(object)  # DraftId
    history_asked = Signal(object)  # DraftId
    compare_asked = Signal(object)  # DraftId: another program changed it too

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
        self.thrown = QCheckBox(self.tr("Show those &thrown away"))
        self.thrown.setToolTip(self.tr("Drafts thrown away can be brought back for 30 days."))
        self.thrown.toggled.connect(self.refresh)
        self.add_to_head(self.thrown)
        self._compare = self.add_button(
            self.tr("Compare…"), "Ctrl+M", lambda: self._ask(self.compare_asked)
        )
        self._history = self.add_button(
            self.tr("History…"), "Ctrl+H", lambda: self._ask(self.history_asked)
        )
        self._open = self.add_button(self.tr("Open"), "Ctrl+O", self.open_chosen)
        self._delete = self.add_button(self.tr("Throw away"), "Del", self.delete_chosen)
        self._back = self.add_button(self.tr("Bring back"), "Ctrl+R", self.bring_back)
        self.table.activated.connect(self._on_activated)
        self.set_widths((0, 0, -1))
        self.show_chosen(None)

    def refresh(self) -> None:
        """Read again."""
        with self.notice.errors():
            is_thrown = self.thrown.isChecked()
            self.nothing.setText(
                self.tr("No draft was thrown away in the last 30 days.")
                if is_thrown
                else translate("panes", "No draft.")
            )
            revisions = self._facade.revisions
            self.show_rows(revisions.thrown_away() if is_thrown else self._facade.drafts())

    def show_chosen(self, value: Draft | None) -> None:
        """Buttons follow the choice."""
        is_thrown = self.thrown.isChecked()
        is_rival = value is not None and not is_thrown
        with self.notice.errors():
            is_rival = is_rival and value is not None and self._facade.revisions.has_rival(value.id)
        for button, fits in (
            (self._compare, is_rival),
            (self._history, True),
            (self._open, not is_thrown),
            (self._delete, not is_thrown),
            (self._back, is_thrown),
        ):
            button.setVisible(fits)
            button.setEnabled(fits and value is not None)
        said = self.tr("Drafts are kept on this PC, encrypted.")
        if is_rival:
            said = self.tr("Another program changed this draft too.")
        elif is_thrown:
            said = self.tr("Drafts thrown away can be brought back for 30 days.")
        self.explanation.setText("" if value is None else said)

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

    def bring_back(self) -> None:
        """A draft thrown away is written on."""
        draft = self.chosen()
        if draft is not None and draft.state is DraftState.DELETED:
            with self.notice.errors():
                self._facade.revisions.bring_back(draft.id)
                self.thrown.setChecked(False)
                self.open_asked.emit(draft.id)

    def _ask(self, wanted: SignalInstance) -> None:
        draft = self.chosen()
        if draft is not None:
            wanted.emit(draft.id)

    def _on_activated(self, _: QModelIndex) -> None:
        if self.thrown.isChecked():
            self._ask(self.history_asked)
        else:
            self.open_chosen()


def _names(draft: Draft) -> str:
    people = draft.content.to + draft.content.cc + draft.content.bcc
    return ", ".join(one.name or one.address for one in people)
