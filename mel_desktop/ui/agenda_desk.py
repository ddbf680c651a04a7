"""The agenda and the answers to invitations and receipts, in the main window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from mel_desktop.model.changes import Area, Changes
from mel_desktop.model.mail import MessageId
from mel_desktop.ui.folder_tree import Place
from mel_desktop.ui.invitation_strip import InvitationStrip
from mel_desktop.ui.receipt_strip import ReceiptStrip

if TYPE_CHECKING:
    from mel_desktop.app.facade import Facade
    from mel_desktop.ui.agenda_pane import AgendaPane
    from mel_desktop.ui.main_window import MainWindow


class AgendaDesk(QObject):
    """Connects the pane, its place and the keys."""

    def __init__(self, facade: Facade, window: MainWindow) -> None:
        super().__init__(window)
        self._facade = facade
        self._window = window
        acts = window.actions_
        acts.agenda.triggered.connect(self.open)
        acts.answer_invitation.triggered.connect(self.answer_invitation)
        acts.answer_receipt.triggered.connect(self.answer_receipt)
        window.bridge.changed.connect(self._on_changed)

    @property
    def pane(self) -> AgendaPane:
        """The page, made when it is first gone to."""
        return self._window.late.agenda

    def open(self) -> None:
        """Show the agenda."""
        if self._window.tree.target() == Place.AGENDA:
            self._window.end_search()
        else:
            self._window.tree.choose(Place.AGENDA)

    def answer_invitation(self) -> None:
        """The keyboard goes to the answers of the card."""
        strips = self._window.mail.reader.strips
        if not any(one.take_focus() for one in strips if isinstance(one, InvitationStrip)):
            self._window.notice.say(self.tr("This message has no invitation to be answered."))

    def answer_receipt(self) -> None:
        """The keyboard goes to the buttons about the receipt."""
        strips = self._window.mail.reader.strips
        if not any(one.take_focus() for one in strips if isinstance(one, ReceiptStrip)):
            self._window.notice.say(self.tr("This message asks for no receipt."))

    def open_message(self, message: MessageId) -> None:
        """In its folder."""
        with self._window.notice.errors():
            found = self._facade.show(message)
            self._window._show_read(found)

    def _on_changed(self, changes: Changes) -> None:
        is_shown = self._window.late.is_shown(Place.AGENDA)
        if changes.areas & Area.AGENDA and is_shown and self.pane.isVisible():
            self.pane.refresh()
