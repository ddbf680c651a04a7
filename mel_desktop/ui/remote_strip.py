"""Remote pictures of a message: what is blocked and why, and the ways to let them come."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import ErrorCode, MelError
from mel_desktop.model.mail import MessageId, ReadMessage
from mel_desktop.ui import line_words, wording
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from mel_desktop.model.remote_images import RemoteView


class RemoteStrip(QWidget):
    """Hidden where a message has no remote pictures, or all it may show are there."""

    came = Signal()  # pictures, or the leave to show them

    def __init__(self, facade: Facade, bridge: Bridge, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._facade = facade
        self._bridge = bridge
        self._theme = theme
        self._message: MessageId | None = None
        self._sender = ""
        self._running: set[MessageId] = set()
        self._trouble = ""
        frame = QWidget()
        frame.setObjectName("remoteStrip")
        self._icon = QLabel()
        self._icon.setFixedSize(20, 20)
        self._text = QLabel()
        self._text.setWordWrap(True)
        self.once = QPushButton(self.tr("Show the images"))
        self.always = QPushButton(self.tr("Always for this sender"))
        self.always.setProperty("link", True)
        self.no_more = QPushButton(self.tr("No longer for this sender"))
        self.no_more.setProperty("link", True)
        self.once.clicked.connect(self.show_once)
        self.always.clicked.connect(self.show_always)
        self.no_more.clicked.connect(self._forget)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        for button in (self.once, self.always, self.no_more):
            buttons.addWidget(button)
        buttons.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self._text)
        words.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(22, 6, 16, 6)
        row.setSpacing(10)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        theme.changed.connect(self._paint)
        self._paint()
        self.hide()

    @property
    def text(self) -> str:
        """What is said now; "" when hidden."""
        return "" if self.isHidden() else self._text.text()

    def view(self, found: ReadMessage) -> RemoteView | None:
        """How the pictures of a message stand; None where it has none."""
        if not found.remote_images:
            return None
        try:
            return self._facade.remote.view(found.id)
        except MelError:
            return None

    def show_message(self, found: ReadMessage | None, *, plain: bool = False) -> None:
        """Say what there is to say; begin to fetch what was allowed before and costs little."""
        from mel_desktop.model.remote_images import Consent  # noqa: PLC0415 first needed here

        if found is not None and found.clipped:
            found = None  # what its rest would fetch is not known yet
        is_other = found is None or found.id != self._message
        self._message = None if found is None else found.id
        if is_other:
            self._trouble = ""
        view = None if found is None or plain else self.view(found)
        if found is None or view is None or not (view.shown or view.following):
            self.hide()
            return
        self._sender = found.sender.address
        self._say(found.id, view)
        if is_other and view.missing and view.consent is Consent.SENDER and not self._costs():
            self._fetch(found.id)

    # -- consent -----------------------------------------------------------------------------------

    def show_once(self) -> None:
        """The pictures of this message."""
        message = self._message
        if message is None or self.once.isHidden():
            return
        with self._told():
            self._facade.remote.allow_once(message)
            self._fetch(message)

    def show_always(self) -> None:
        """Those of this sender, from here on."""
        message = self._message
        if message is None or self.always.isHidden():
            return
        with self._told():
            self._facade.remote.allow_sender(message)
            self._fetch(message)

    def _forget(self) -> None:
        with self._told():
            self._facade.remote.forget_sender(self._sender)
            self.came.emit()

    # -- what is said ------------------------------------------------------------------------------

    def _say(self, message: MessageId, view: RemoteView) -> None:
        from mel_desktop.model.remote_images import Consent  # noqa: PLC0415 first needed here

        asks = view.consent is Consent.ASK
        waits = bool(view.missing) and message not in self._running
        words = [self._trouble] if self._trouble else []
        if message in self._running:
            words.append(self.tr("The images are being fetched…"))
        elif asks and view.shown:
            words.append(
                self.tr(
                    "%n remote image(s) blocked: the sender does not learn that you read this.",
                    "",
                    view.shown,
                )
            )
        elif view.consent is Consent.NEVER:
            words.append(self.tr("Your establishment does not let remote images be shown."))
        elif waits:
            words.append(self.tr("%n image(s) not fetched yet.", "", len(view.missing)))
        if view.failed:
            words.append(self.tr("%n image(s) could not be had.", "", len(view.failed)))
        if view.following:
            words.append(
                self.tr(
                    "%n tracking image(s), never shown: they would tell when you read.",
                    "",
                    view.following,
                )
            )
        if asks and view.shown and not view.sure:
            words.append(self.tr("Nothing proves that the sender is who it says."))
        if (asks or waits) and view.shown:
            words.extend(self._price(message))
        self._text.setText(" ".join(words))
        self._text.setAccessibleName(self._text.text())
        fetch = view.shown > 0 and message not in self._running and (asks or waits)
        self.once.setVisible(fetch)
        label = self.tr("Always for {address}").format(address=self._sender)
        self.always.setText(label.replace("&", "&&"))
        self.always.setAccessibleName(label)
        self.always.setVisible(fetch and asks and view.sure)
        self.no_more.setVisible(view.consent is Consent.SENDER)
        speaks = bool(words)
        self.setVisible(speaks)

    def _price(self, message: MessageId) -> list[str]:
        if self._facade.status().offline:
            return [self.tr("You are offline: they can be fetched when you are online again.")]
        try:
            price = self._facade.remote.price(message)
        except MelError:
            return []
        return [line_words.price(price)] if price.ask_first and price.octets else []

    def _costs(self) -> bool:
        if self._message is None or self._facade.status().offline:
            return True
        try:
            return self._facade.remote.price(self._message).ask_first
        except MelError:
            return True

    # -- fetching ----------------------------------------------------------------------------------

    def _fetch(self, message: MessageId) -> None:
        self._running.add(message)
        self._trouble = ""

        def done(_: RemoteView) -> None:
            self._running.discard(message)
            self._tell(message)

        def failed(error: MelError) -> None:
            self._running.discard(message)
            if error.code is not ErrorCode.OFFLINE:  # that is said by itself
                self._trouble = wording.of_error(error).text
            self._tell(message)

        self._bridge.run(self, lambda: self._facade.remote.fetch(message), done=done, failed=failed)
        self._tell(message)

    def _tell(self, message: MessageId) -> None:
        if message == self._message:
            self.came.emit()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Errors of a command are said in the strip."""
        try:
            yield
        except MelError as error:
            self._trouble = wording.of_error(error).text
            self.came.emit()

    def _paint(self) -> None:
        self._icon.setPixmap(self._theme.icons.icon("image-off").pixmap(20, 20))
