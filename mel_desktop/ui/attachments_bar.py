"""Attachments under a message: what they are, what fetching them costs, looked at, fetched, saved,
opened outside, dragged out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDrag,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPixmap,
)
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
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
from mel_desktop.ui.attachments_files import (
    ICONS,
    THUMBNAIL,
    FileDrag,
    FileOf,
    Thumbnails,
    kind_name,
    of_part,
)
from mel_desktop.ui.attachments_saving import SavingFiles, here
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.fetches import Fetch, Fetches
from mel_desktop.ui.flow_layout import FlowLayout
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.outside import open_outside
from mel_desktop.ui.preview_window import PreviewWindow
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
    look_asked = Signal(object)  # Part
    menu_asked = Signal(object, object)  # Part, QPoint of the screen
    drag_asked = Signal(object)  # Part
    step_asked = Signal(int)  # -1, 1: the card before, the next one

    def __init__(self, part: Part, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("attachment")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._pressed: QPoint | None = None
        self.part = part
        self._local = part.local
        self._price: Price | None = None
        name = self.name = part.filename or self.tr("(unnamed)")
        self.setToolTip(f"{name}\n{part.media_type}")
        self._icon = QLabel()
        self.kind = of_part(MessageId(0), part).kind
        picture = ICONS[self.kind]
        self._icon.setPixmap(theme.icons.pixmap(picture, 20, self.devicePixelRatioF()))
        self._icon.setAccessibleName(kind_name(self.kind))
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
        self._look = QPushButton()
        self._look.setProperty("link", True)
        self._look.setIcon(theme.icons.icon("eye"))
        self._look.setToolTip(self.tr("Look at it here (F3)"))
        self._look.setAccessibleName(self.tr("Look at {name} here").format(name=name))
        self._look.clicked.connect(lambda: self.look_asked.emit(self.part))
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
        row.addWidget(self._icon)
        row.addLayout(words)
        row.addWidget(self._look)
        row.addWidget(self._open)
        row.addWidget(self._save)
        row.addWidget(self._stop)
        self.show_facts(local=part.local)

    @property
    def is_local(self) -> bool:
        """Whether its octets are here by now."""
        return self._local

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
        self.setAccessibleName(f"{self.name}, {self._facts.text()}")

    @property
    def thumbnail(self) -> QPixmap:
        """What stands before the name."""
        return self._icon.pixmap()

    def show_thumbnail(self, image: QImage) -> None:
        """A picture of what is in it, instead of the icon of its kind."""
        ratio = self.devicePixelRatioF()
        side = round(THUMBNAIL * ratio)
        pixmap = QPixmap.fromImage(
            image.scaled(
                QSize(side, side),
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )
        pixmap.setDevicePixelRatio(ratio)
        self._icon.setPixmap(pixmap)

    # -- hand and keys -----------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space looks, Return opens, the arrows go on."""
        key = Qt.Key
        if event.key() == key.Key_Space:
            self.look_asked.emit(self.part)
        elif event.key() in (key.Key_Return, key.Key_Enter):
            self.open_asked.emit(self.part)
        elif event.key() in (key.Key_Left, key.Key_Up):
            self.step_asked.emit(-1)
        elif event.key() in (key.Key_Right, key.Key_Down):
            self.step_asked.emit(1)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """By mouse or key."""
        self.menu_asked.emit(self.part, event.globalPos())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Where a drag may begin."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Far enough: it is dragged."""
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        way = (event.position().toPoint() - self._pressed).manhattanLength()
        if way >= QApplication.startDragDistance():
            self._pressed = None
            self.drag_asked.emit(self.part)

    def mouseReleaseEvent(self, _: QMouseEvent) -> None:
        """No drag."""
        self._pressed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Looks at it."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.look_asked.emit(self.part)

    def show_price(self, price: Price) -> None:
        """What fetching it would cost on this line."""
        self._price = price
        self.show_facts(local=self._local)

    def show_fetch(self, fetch: Fetch | None) -> None:
        """How far it is; None: not on its way."""
        running = fetch is not None and fetch.running
        self._progress.setVisible(fetch is not None)
        self._stop.setVisible(running)
        self._look.setVisible(not running)
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
    contact_asked = Signal(object)  # OwnContact, of a card that is looked at

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
        self.saving = SavingFiles(facade, bridge, notice, self)
        self.thumbnails = Thumbnails(facade, bridge, self)
        self.thumbnails.made.connect(self._on_thumbnail)
        self.all_button = QPushButton()
        self.all_button.setProperty("link", True)
        self.all_button.setIcon(theme.icons.icon("save"))
        self.all_button.clicked.connect(self.save_all)
        self.all_button.setParent(self)
        self.all_button.hide()
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
        self._flow.removeWidget(self.all_button)
        for part in parts:
            card = AttachmentCard(part, self._theme, self)
            card.open_asked.connect(self._on_open)
            card.save_asked.connect(self._on_save)
            card.stop_asked.connect(self._on_stop)
            card.look_asked.connect(self.look)
            card.menu_asked.connect(self._on_menu)
            card.drag_asked.connect(self._on_drag)
            card.step_asked.connect(lambda by, card=card: self._step(card, by))
            self._flow.addWidget(card)
            card.show()
            self._cards.append(card)
            self._fill(card)
        self._show_all_button()
        self.setVisible(bool(self._cards))

    def _show_all_button(self) -> None:
        several = len(self._cards) > 1
        self.all_button.setVisible(several)
        if several:
            self._flow.addWidget(self.all_button)
            size = figures.size(sum(decoded_size(card.part) for card in self._cards))
            words = self.tr("Save all %n ({size})…", "", len(self._cards)).format(size=size)
            self.all_button.setText(words)
            self.all_button.setAccessibleName(words)

    # -- several, and what is looked at ------------------------------------------------------------

    def files(self) -> tuple[FileOf, ...]:
        """All of them, as they are passed on."""
        message = self._message
        if message is None:
            return ()
        told = (of_part(message, card.part) for card in self._cards)
        return tuple(
            here(one) if card.is_local else one for one, card in zip(told, self._cards, strict=True)
        )

    def save_all(self) -> None:
        """Into a folder chosen once."""
        if self._cards:
            self.saving.ask_save(self.files())

    def focused(self) -> Part | None:
        """The part whose card has the focus."""
        return next(
            (
                card.part
                for card in self._cards
                if card.hasFocus() or card.isAncestorOf(QApplication.focusWidget() or self)
            ),
            None,
        )

    def focus_first(self) -> None:
        """The keyboard goes to the attachments."""
        if self._cards:
            self._cards[0].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def look(self, part: Part | None = None) -> PreviewWindow | None:
        """Look at one, the one with the focus, or the first."""
        files = self.files()
        wanted = part or self.focused()
        numbers = [one.part for one in files]
        place = numbers.index(wanted.number) if wanted and wanted.number in numbers else 0
        if not files:
            return None
        window = PreviewWindow(
            self._facade, self._bridge, self._theme, files=files, place=place, parent=self
        )
        window.open_asked.connect(self._open_looked_at)
        window.contact_asked.connect(self.contact_asked)
        window.fetched.connect(self._on_looked_at)
        window.show()
        return window

    def _open_looked_at(self, file: FileOf) -> None:
        card = self._card(*file.key)
        if card is not None:
            self._on_open(card.part)

    def _on_looked_at(self, file: FileOf) -> None:
        card = self._card(*file.key)
        if card is not None:
            card.show_facts(local=True)
            self._ask_thumbnail(card)

    def _ask_thumbnail(self, card: AttachmentCard) -> None:
        if self._message is not None:
            file = of_part(self._message, card.part)
            image = self.thumbnails.of(here(file) if card.is_local else file)
            if image is not None:
                card.show_thumbnail(image)

    def _on_thumbnail(self, key: tuple[MessageId, str]) -> None:
        card = self._card(*key)
        if card is not None:
            self._ask_thumbnail(card)

    def _step(self, card: AttachmentCard, by: int) -> None:
        place = self._cards.index(card) + by
        if 0 <= place < len(self._cards):
            self._cards[place].setFocus(Qt.FocusReason.TabFocusReason)

    def menu_of(self, part: Part) -> QMenu:
        """What can be done with one, by mouse or key."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        entries: list[tuple[str, str, Callable[[], object]]] = [
            ("eye", self.tr("&Look at it here"), lambda: self.look(part)),
            ("file", self.tr("&Open in another program…"), lambda: self._on_open(part)),
            ("save", self.tr("&Save…"), lambda: self._on_save(part)),
        ]
        if len(self._cards) > 1:
            entries.append(("save", self.tr("Save &all…"), self.save_all))
        for icon, words, call in entries:
            menu.addAction(self._theme.icons.icon(icon), words, call)
        return menu

    def _on_menu(self, part: Part, place: QPoint) -> None:
        self.menu_of(part).popup(place)

    def drag_of(self, part: Part) -> FileDrag | None:
        """What is dragged out; None while the octets are not here."""
        files = [one for one in self.files() if one.part == part.number and one.local]
        return FileDrag(self._facade, files, self.opened.emit) if files else None

    def _on_drag(self, part: Part) -> None:
        if is_dangerous(part.filename, part.media_type):
            self._refuse(part)
            return
        data = self.drag_of(part)
        if data is None:
            self._notice.say(
                self.tr("Fetch {name} first: it is still on the server.").format(
                    name=safe_name(part.filename)
                )
            )
            return
        drag = QDrag(self)
        drag.setMimeData(data)
        drag.setPixmap(self._theme.icons.pixmap("file", 32, self.devicePixelRatioF()))
        drag.exec(Qt.DropAction.CopyAction)

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
                self._ask_thumbnail(card)
            do(message)

        self.fetches.start(
            (message, part.number), part.size, done=fetched, failed=self._notice.say_error
        )

    def _fill(self, card: AttachmentCard) -> None:
        message = self._message
        if message is None:
            return
        if card.part.local:
            self._ask_thumbnail(card)
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
