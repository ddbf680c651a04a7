"""Trust in the message shown: details (F7), and a report to the help desk (Shift+F7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QInputDialog

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import MelError
from mel_desktop.model.mail import FolderId, MessageId
from mel_desktop.ui.language import current
from mel_desktop.ui.question import Question, ask

if TYPE_CHECKING:
    from mel_desktop.ui.main_window import MainWindow
    from mel_desktop.ui.trust_dialog import TrustDialog


class TrustDesk(QObject):
    """Opened, never waited for."""

    def __init__(self, facade: Facade, window: MainWindow) -> None:
        super().__init__(window)
        self._facade = facade
        self._window = window
        acts = window.actions_
        acts.trust.triggered.connect(lambda: self.open_details())
        acts.report.triggered.connect(lambda: self.report())

    def open_details(self) -> TrustDialog | None:
        """All that was found of the message shown."""
        from mel_desktop.ui.trust_dialog import TrustDialog  # noqa: PLC0415 seldom

        found = self._window.mail.reader.message()
        if found is None or found.shield is None:
            return None
        dialog = TrustDialog(found, self._window.theme, self._window)
        dialog.open()
        return dialog

    def report(self) -> QObject | None:
        """Send the message shown to the help desk, after its address is known and confirmed."""
        found = self._window.mail.reader.message()
        if found is None:
            return None
        to = ""
        with self._window.notice.errors():
            to, _ = self._facade.trust.report_address()
        if to:
            question = Question(
                self.tr("Report a message"),
                self.tr("Send this message to {to} as suspicious?").format(to=to),
                self.tr("&Report"),
                self.tr("&Cancel"),
                self.tr("It is sent as an attachment, with its true origin."),
                destroys=False,
                yes_ahead=True,
            )
            return ask(self._window, question, lambda: self._send(found.id, to))
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle(self.tr("Report a message"))
        dialog.setLabelText(self.tr("Address of the help desk of your académie (asked once):"))
        dialog.setOkButtonText(self.tr("Report"))
        dialog.setTextValue("")
        dialog.textValueSelected.connect(lambda typed: self._send(found.id, typed))
        dialog.open()
        return dialog

    def _send(self, message: MessageId, to: str) -> None:
        """With all of it, where the line allows; else with what is here."""
        self._window.bridge.run(
            self,
            lambda: self._facade.load_raw(message),
            done=lambda _: self._queue(message, to),
            failed=lambda _: self._queue(message, to),
        )

    def _queue(self, message: MessageId, to: str) -> None:
        try:
            self._facade.trust.report(message, to, current())
            junk = self._facade.organise.junk_folder(message)
        except MelError as error:
            self._window.notice.say_error(error)
            return
        self._facade.wake()
        text = self.tr("The message was reported; it leaves with the next sending.")
        if junk is None:
            self._window.notice.say(text)
            return
        self._window.notice.say(
            text,
            button=self.tr("Move it to junk"),
            call=lambda: self._junk(message, junk.id),
        )

    def _junk(self, message: MessageId, folder: FolderId) -> None:
        self._window.notice.clear()
        self._window.mail.commands.move_to((message,), folder)
