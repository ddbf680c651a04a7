"""Attachments under a message: what they are, what fetching them costs, fetch, stop and save."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import MelError
from mel_desktop.model.links import Price
from mel_desktop.model.mail import MessageId, Part
from mel_desktop.model.risky import is_dangerous
from mel_desktop.ui import figures, line_words
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.fetches import Fetch, Fetches
from mel_desktop.ui.flow_layout import FlowLayout
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.outside import open_outside
from mel_desktop.ui.question import Question, ask
from mel_desktop.ui.theme import Theme

NAME_WIDTH: Final = 240


def safe_name(name: str) -> str:
    """A file name that stays in the folder chosen and opens nothing by its look."""
    kept = "".join("_" if one in '/\\:*?"<>|' or not one.isprintable() else one for one in name)
    return kept.strip(" .")[:150] or "attachment"


def decoded_size(part: Part) -> int:
    """Octets of the file: what a server states of base64 is a third more."""
    return part.size * 3 // 4 if not part.local and part.encoding == "base64" else part.size


class AttachmentCard(QFrame):
    """One attachment."""

    open_asked = Signal(object)  # Part
    save_asked = Signal(object)  # Part
    stop_asked = Signal(object)  # Part

    def __init__(self, part: Part, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("attachment")
        self.part = part
        self._local = part.local
        self._price: Price | None = None
        name = self.name = part.filename or self.tr("(unnamed)")
        self.setToolTip(f"{name}\n{part.media_type}")
        icon = QLabel()
        picture = "image" if part.media_type.startswith("image/") else "file"
        icon.setPixmap(theme.icons.pixmap(picture, 20, self.devicePixelRatioF()))
        label = QLabel()
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setText(
            label.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, NAME_WIDTH)
        )
        self._facts = QLabel()
        self._facts.setProperty("muted", True)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(self.tr("Progress of {name}").format(name=name))
        self._progress.hide()
        self._open = QPushButton(self.tr("Open"))
        self._open.setProperty("link", True)
        self._open.setAccessibleName(self.tr("Open the attachment {name}").format(name=name))
        self._open.clicked.connect(lambda: self.open_asked.emit(self.part))
        self._save = QPushButton()
        self._save.setProperty("link", True)
        self._save.setIcon(theme.icons.icon("save"))
        self._save.clicked.connect(lambda: self.save_asked.emit(self.part))
        self._stop = QPushButton(self.tr("Stop"))
        self._stop.setProperty("link", True)
        self._stop.setIcon(theme.icons.icon("close"))
        self._stop.setAccessibleName(self.tr("Stop fetching {name}").format(name=name))
        self._stop.clicked.connect(lambda: self.stop_asked.emit(self.part))
        self._stop.hide()
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(label)
        words.addWidget(self._facts)
        words.addWidget(self._progress)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 4, 4)
        row.setSpacing(8)
        row.addWidget(icon)
        row.addLayout(words)
        row.addWidget(self._open)
        row.addWidget(self._save)
        row.addWidget(self._stop)
        self.show_facts(local=part.local)

    @property
    def facts(self) -> str:
        """What the card says beneath the name."""
        return self._facts.text()

    def show_facts(self, *, local: bool) -> None:
        """Size, and where it is; its price while it is on the server."""
        self._local = local
        self._say_save(self.tr("Save…"), self.tr("Save the attachment {name}"))
        where = self.tr("on this PC") if local else self.tr("on the server")
        words = [figures.size(decoded_size(self.part)), where]
        price = self._price
        if not local and price is not None and price.octets and price.seconds is not None:
            words.append(line_words.about(price.seconds))
        self._facts.setText(" · ".join(words))

    def show_price(self, price: Price) -> None:
        """What fetching it would cost on this line."""
        self._price = price
        self.show_facts(local=self._local)

    def show_fetch(self, fetch: Fetch | None) -> None:
        """How far it is; None: not on its way."""
        running = fetch is not None and fetch.running
        self._progress.setVisible(fetch is not None)
        self._stop.setVisible(running)
        self._open.setVisible(not running)
        self._save.setVisible(not running)
        if fetch is None:
            self.show_facts(local=self._local)
            return
        self._progress.setMaximum(fetch.expected)
        self._progress.setValue(min(fetch.done, fetch.expected))
        said = self.tr("{done} of {size}").format(
            done=figures.size(min(fetch.done, fetch.expected)), size=figures.size(fetch.expected)
        )
        left = fetch.seconds_left()
        if running:
            if left is not None:
                said = f"{said}, {line_words.about(left)}"
        else:
            said = self.tr("{progress} here, stopped").format(progress=said)
            self._say_save(self.tr("Go on…"), self.tr("Go on fetching {name}"))
        self._facts.setText(said)

    def _say_save(self, words: str, spoken: str) -> None:
        self._save.setText(words)
        self._save.setAccessibleName(spoken.format(name=self.name))


class AttachmentsBar(QWidget):
    """All attachments of the message shown. Hidden when there are none."""

    opened = Signal()  # a copy lies outside the vault

    def __init__(
        self, facade: Facade, bridge: Bridge, theme: Theme, notice: Notice, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Attachments"))
        self._facade = facade
        self._bridge = bridge
        self._theme = theme
        self._notice = notice
        self.fetches = Fetches(facade, bridge, self)
        self.fetches.moved.connect(self._on_moved)
        self._message: MessageId | None = None
        self._cards: list[AttachmentCard] = []
        self._is_told = False  # what opening outside means, once a session
        self._flow = FlowLayout(self, spacing=6)
        self._flow.setContentsMargins(16, 6, 16, 6)
        self.hide()

    def show_parts(self, message: MessageId | None, parts: Sequence[Part]) -> None:
        """Show the attachments of a message."""
        if message == self._message and [card.part for card in self._cards] == list(parts):
            return
        self._message = message
        for card in self._cards:
            self._flow.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards = []
        for part in parts:
            card = AttachmentCard(part, self._theme, self)
            card.open_asked.connect(self._on_open)
            card.save_asked.connect(self._on_save)
            card.stop_asked.connect(self._on_stop)
            self._flow.addWidget(card)
            card.show()
            self._cards.append(card)
            self._fill(card)
        self.setVisible(bool(self._cards))

    def cards(self) -> tuple[AttachmentCard, ...]:
        """What is shown."""
        return tuple(self._cards)

    def save_to(self, part: Part, target: Path) -> None:
        """Save, fetching first if the octets are not here."""
        self._when_here(part, lambda message: self._write(message, part, target))

    def open_outside(self, part: Part) -> None:
        """Open a private copy in another program, fetching first if the octets are not here."""
        self._when_here(part, lambda message: self._open_copy(message, part))

    def _when_here(self, part: Part, do: Callable[[MessageId], None]) -> None:
        message = self._message
        if message is None:
            return
        if part.local:
            do(message)
            return

        def fetched() -> None:
            card = self._card(message, part.number)
            if card is not None:
                card.show_facts(local=True)
            do(message)

        self.fetches.start(
            (message, part.number), part.size, done=fetched, failed=self._notice.say_error
        )

    def _fill(self, card: AttachmentCard) -> None:
        message = self._message
        if message is None or card.part.local:
            return
        with self._notice.errors():
            card.show_price(self._facade.price(message, card.part.number))
        fetch = self.fetches.of((message, card.part.number))
        if fetch is not None:
            card.show_fetch(fetch)

    def _card(self, message: MessageId, number: str) -> AttachmentCard | None:
        if message != self._message:
            return None
        return next((one for one in self._cards if one.part.number == number), None)

    def _on_moved(self, key: tuple[MessageId, str]) -> None:
        card = self._card(*key)
        if card is not None:
            card.show_fetch(self.fetches.of(key))

    def _on_stop(self, part: Part) -> None:
        if self._message is not None:
            self.fetches.stop((self._message, part.number))

    def _write(self, message: MessageId, part: Part, target: Path) -> None:
        def done(octets: int) -> None:
            self._notice.say(
                self.tr("{name} saved ({size}).").format(
                    name=target.name, size=figures.size(octets)
                ),
                Tone.INFO,
            )

        self._bridge.run(
            self,
            lambda: self._facade.save_attachment(message, part.number, target),
            done=done,
            failed=self._notice.say_error,
        )

    def _open_copy(self, message: MessageId, part: Part) -> None:
        def done(path: Path) -> None:
            if is_dangerous(path.name, part.media_type):  # the name as it is on the disk counts
                self._facade.vault.clear_outside()
                self._refuse(part)
            elif not open_outside(path):
                self._notice.say(
                    self.tr("No program on this PC opens {name}.").format(name=path.name),
                    Tone.WARNING,
                )
            self.opened.emit()

        self._bridge.run(
            self,
            lambda: self._facade.vault.open_outside_attachment(message, part.number),
            done=done,
            failed=self._notice.say_error,
        )

    def _on_save(self, part: Part) -> None:
        self._agree(part, self.tr("Fetch and save…"), lambda: self._choose_file(part))

    def _on_open(self, part: Part) -> None:
        """Told once what it means; what could run a program is not opened at all."""
        if is_dangerous(part.filename, part.media_type):
            self._refuse(part)
            return

        def go() -> None:
            self._is_told = True
            self._agree(part, self.tr("Fetch and open"), lambda: self.open_outside(part))

        if self._is_told:
            go()
            return
        ask(
            self,
            Question(
                title=self.tr("Open outside the vault"),
                text=self.tr("Open {name} in another program?").format(
                    name=safe_name(part.filename)
                ),
                more=self.tr(
                    "A readable copy is made in a private folder; it is destroyed when you lock or "
                    "leave. What you change in it is lost: save it elsewhere from that program."
                ),
                yes=self.tr("Open"),
                no=self.tr("Cancel"),
                destroys=False,
                yes_ahead=True,
            ),
            go,
        )

    def _refuse(self, part: Part) -> None:
        self._notice.say(
            self.tr(
                "{name} is not opened from here: a file of this type can run a program or a "
                "hostile page. Save it only if you were expecting it and know what it is."
            ).format(name=safe_name(part.filename)),
            Tone.WARNING,
        )

    def _agree(self, part: Part, yes: str, do: Callable[[], None]) -> None:
        """Where it costs, the price is agreed to first."""
        message = self._message
        price = None
        if message is not None and not part.local:
            try:
                price = self._facade.price(message, part.number)
            except MelError as error:
                self._notice.say_error(error)
                return
        offline = self._facade.status().offline  # nothing will be fetched, and that will be told
        if price is None or not price.octets or not price.ask_first or offline:
            do()
            return
        ask(
            self,
            Question(
                title=self.tr("Fetch the attachment"),
                text=self.tr("Fetch {name}? {price}.").format(
                    name=safe_name(part.filename), price=line_words.price(price)
                ),
                more=self.tr("It can be stopped at any time; what has come by then is kept."),
                yes=yes,
                no=self.tr("Later"),
                destroys=False,
            ),
            do,
        )

    def _choose_file(self, part: Part) -> None:
        dialog = QFileDialog(self, self.tr("Save the attachment"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.selectFile(safe_name(part.filename))
        dialog.fileSelected.connect(lambda name: self.save_to(part, Path(name)))
        dialog.open()
