"""A strip that says who asks for a receipt of reading. Only a button sends one."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.agenda import ReceiptAsked, ReceiptWish
from mel_desktop.model.errors import MelError
from mel_desktop.model.mail import ReadMessage
from mel_desktop.ui import wording
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.flow_layout import FlowLayout
from mel_desktop.ui.strip import Strip
from mel_desktop.ui.theme import Theme


class ReceiptStrip(Strip):
    """Send, ignore, or never again for this sender."""

    def __init__(self, facade: Facade, bridge: Bridge, theme: Theme, parent: QWidget) -> None:
        super().__init__(facade, bridge, theme, parent)
        self.setObjectName("receiptStrip")
        self._message: ReadMessage | None = None
        self.asked = ReceiptAsked(ReceiptWish.NONE)
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setAccessibleName(self.tr("Receipt of reading"))
        self.send = QPushButton(self.tr("S&end the receipt"))
        self.ignore = QPushButton(self.tr("&Send none"))
        self.never = QPushButton(self.tr("Never for this sen&der"))
        self.buttons = QWidget()
        flow = FlowLayout(self.buttons, spacing=8)
        flow.setContentsMargins(0, 0, 0, 0)
        for button, call in (
            (self.send, self.send_now),
            (self.ignore, self.ignore_now),
            (self.never, self.never_again),
        ):
            button.setAccessibleName(button.text().replace("&", ""))
            button.clicked.connect(call)
            flow.addWidget(button)
        frame = QFrame()
        frame.setObjectName("card")
        column = QVBoxLayout(frame)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(6)
        column.addWidget(self.words)
        column.addWidget(self.buttons)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 6, 12, 6)
        outer.addWidget(frame)

    def show_message(self, found: ReadMessage | None) -> None:
        """Whether this message asks for one, and what was done about it."""
        self._message = found
        self.asked = ReceiptAsked(ReceiptWish.NONE)
        if found is not None:
            try:
                self.asked = self._facade.agenda.receipt_asked(found.id)
            except MelError as error:
                self.words.setText(str(wording.of_error(error)))
        self._fill()

    def _fill(self) -> None:
        from mel_desktop.ui import agenda_words  # noqa: PLC0415 first needed here

        asked = self.asked
        if asked.wish in (ReceiptWish.NONE, ReceiptWish.IGNORED) or asked.to is None:
            self.hide()
            return
        if asked.wish is ReceiptWish.SENT:
            self.words.setText(self.tr("A receipt of reading was sent for this message."))
        else:
            lines = [
                self.tr("{who} asks for a receipt that says that you have seen this message.")
                .format(who=agenda_words.person(asked.to))
            ]  # fmt: skip
            if asked.elsewhere:
                lines.append(
                    self.tr("Careful: the receipt would not go to the address it was sent from.")
                )
            self.words.setText("\n".join(lines))
        self.buttons.setVisible(asked.wish is ReceiptWish.ASKED)
        self.words.setProperty("careful", asked.elsewhere and asked.wish is ReceiptWish.ASKED)
        self.words.style().unpolish(self.words)
        self.words.style().polish(self.words)
        self.show()

    def send_now(self) -> None:
        """Queue it."""
        if self._message is not None:
            try:
                self._facade.agenda.send_receipt(self._message.id)
            except MelError as error:
                self.words.setText(str(wording.of_error(error)))
                return
            self.show_message(self._message)

    def ignore_now(self) -> None:
        """None for this message."""
        self._put_away(never=False)

    def never_again(self) -> None:
        """None for any message of this sender."""
        self._put_away(never=True)

    def _put_away(self, *, never: bool) -> None:
        if self._message is not None:
            try:
                self._facade.agenda.ignore_receipt(self._message.id, never=never)
            except MelError as error:
                self.words.setText(str(wording.of_error(error)))
                return
            self.show_message(self._message)

    def take_focus(self) -> bool:
        """The keyboard goes to the buttons; False where none is shown."""
        if self.isHidden() or self.buttons.isHidden():
            return False
        self.send.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True
