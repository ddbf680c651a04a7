"""Drafts being written, here or in another program, and those thrown away."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QModelIndex, Signal, SignalInstance
from PySide6.QtWidgets import QCheckBox, QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.outgoing import Draft, DraftState, ForeignDraft
from mel_desktop.ui import figures
from mel_desktop.ui.table_pane import TableModel, TablePane
from mel_desktop.ui.theme import Theme

translate = QCoreApplication.translate


AnyDraft = Draft | ForeignDraft


class DraftsPane(TablePane[AnyDraft]):
    """Drafts being written; Return opens one, also what another program left on the server. Those
    thrown away come back from here.
    """

    open_asked = Signal(object)  # DraftId
    foreign_asked = Signal(object)  # MessageId: another program began it
    history_asked = Signal(object)  # DraftId
    compare_asked = Signal(object)  # DraftId: another program changed it too

    def __init__(self, facade: Facade, theme: Theme, parent: QWidget) -> None:
        self._facade = facade
        at = figures.now
        model: TableModel[AnyDraft] = TableModel(
            (
                (
                    translate("panes", "Subject"),
                    lambda one: _subject(one) or translate("panes", "(no subject)"),
                ),
                (translate("panes", "To"), lambda one: _names(one)),
                (translate("panes", "Written on"), lambda one: _place(one)),
                (translate("panes", "Saved"), lambda one: figures.age(one.saved_at, at())),
            ),
            _key,
        )
        super().__init__(
            theme,
            translate("panes", "Drafts being written"),
            translate("panes", "No draft."),
            model,
            _key,
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
        self.set_widths((0, 0, -1, -1))
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
            if is_thrown:
                self.show_rows(revisions.thrown_away())
            else:
                both: tuple[AnyDraft, ...] = (*self._facade.drafts(), *revisions.foreign())
                self.show_rows(sorted(both, key=lambda one: one.saved_at, reverse=True))

    def show_chosen(self, value: AnyDraft | None) -> None:
        """Buttons follow the choice."""
        is_thrown = self.thrown.isChecked()
        is_rival, is_foreign = False, isinstance(value, ForeignDraft)
        with self.notice.errors():
            if isinstance(value, Draft) and not is_thrown:
                is_rival = self._facade.revisions.has_rival(value.id)
        for button, fits in (
            (self._compare, is_rival),
            (self._history, not is_foreign),
            (self._open, not is_thrown),
            (self._delete, not is_thrown),
            (self._back, is_thrown),
        ):
            button.setVisible(fits)
            button.setEnabled(fits and value is not None)
        said = self.tr("Drafts are kept on this PC, encrypted.")
        if is_rival:
            said = self.tr("Another program changed this draft too.")
        elif is_foreign:
            said = self.tr("Written in another program; open it to go on with it here.")
        elif is_thrown:
            said = self.tr("Drafts thrown away can be brought back for 30 days.")
        self.explanation.setText("" if value is None else said)

    def open_chosen(self) -> None:
        """Go on writing."""
        draft = self.chosen()
        if isinstance(draft, ForeignDraft):
            self.foreign_asked.emit(draft.message)
        elif draft is not None:
            self.open_asked.emit(draft.id)

    def delete_chosen(self) -> None:
        """Throw the chosen draft away; that of another program goes to the server's trash."""
        draft = self.chosen()
        with self.notice.errors():
            if isinstance(draft, ForeignDraft):
                self._facade.delete((draft.message,))
                self.refresh()
            elif draft is not None:
                self._facade.delete_draft(draft.id)

    def bring_back(self) -> None:
        """A draft thrown away is written on."""
        draft = self.chosen()
        if isinstance(draft, Draft) and draft.state is DraftState.DELETED:
            with self.notice.errors():
                self._facade.revisions.bring_back(draft.id)
                self.thrown.setChecked(False)
                self.open_asked.emit(draft.id)

    def _ask(self, wanted: SignalInstance) -> None:
        draft = self.chosen()
        if isinstance(draft, Draft):
            wanted.emit(draft.id)

    def _on_activated(self, _: QModelIndex) -> None:
        if self.thrown.isChecked():
            self._ask(self.history_asked)
        else:
            self.open_chosen()


def _key(draft: AnyDraft) -> object:
    if isinstance(draft, ForeignDraft):
        return ("message", draft.message)
    return ("draft", draft.id)


def _subject(draft: AnyDraft) -> str:
    return draft.subject if isinstance(draft, ForeignDraft) else draft.content.subject


def _place(draft: AnyDraft) -> str:
    if isinstance(draft, ForeignDraft):
        return translate("panes", "another device")
    return translate("panes", "this PC")


def _names(draft: AnyDraft) -> str:
    if isinstance(draft, ForeignDraft):
        people = draft.to
    else:
        people = draft.content.to + draft.content.cc + draft.content.bcc
    return ", ".join(one.name or one.address for one in people)
