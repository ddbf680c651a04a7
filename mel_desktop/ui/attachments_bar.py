"""Attachments under a message: what they are, what fetching them costs, looked at, fetched, saved,
opened outside, dragged out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import (
    QDrag,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import MelError
from mel_desktop.model.mail import MessageId, Part
from mel_desktop.ui import figures, line_words
from mel_desktop.ui.attachments_files import (
    FileDrag,
    FileOf,
    Thumbnails,
    as_part,
    of_part,
)
from mel_desktop.ui.attachments_saving import SavingFiles, here
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.fetches import Fetches
from mel_desktop.ui.flow_layout import FlowLayout
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.outside import open_outside
from mel_desktop.ui.question import Question, ask
from mel_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from mel_desktop.ui.attachments_card import AttachmentCard
    from mel_desktop.ui.preview_window import PreviewWindow

MOST_ROWS: Final = 3  # of cards that are seen at once
NARROW_BELOW: Final = 400  # px of the bar; cards then say less


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
        self._inner = QWidget()
        self._inner.setObjectName("sheet")
        self._flow = FlowLayout(self._inner, spacing=6)
        self._flow.setContentsMargins(16, 6, 16, 6)
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(self._inner)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._scroll)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 0, 16, 6)
        foot.addWidget(self.all_button)
        foot.addStretch(1)
        column.addLayout(foot)
        self.hide()

    def show_parts(self, message: MessageId | None, parts: Sequence[Part]) -> None:
        """Show the attachments of a message."""
        from mel_desktop.ui.attachments_card import (  # noqa: PLC0415 first needed here
            AttachmentCard,
        )

        if message == self._message and [card.part for card in self._cards] == list(parts):
            return
        self._message = message
        for card in self._cards:
            self._flow.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards = []
        for part in parts:
            card = AttachmentCard(part, self._theme, self._inner)
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
        self._fit()
        self.setVisible(bool(self._cards))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As high as its rows, as far as the text keeps its room; more rows are scrolled to."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if not self._cards:
            return
        for card in self._cards:
            card.set_narrow(self.width() < NARROW_BELOW)
        row = max(card.sizeHint().height() for card in self._cards)
        most = MOST_ROWS * (row + self._flow.spacing()) + 12
        self._scroll.setFixedHeight(min(most, self._flow.heightForWidth(self.width())))

    def _show_all_button(self) -> None:
        from mel_desktop.ui.attachments_card import decoded_size  # noqa: PLC0415 first needed here

        several = len(self._cards) > 1
        self.all_button.setVisible(several)
        if several:
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
        # Start-up time: nobody looks at a file before the window is there.
        from mel_desktop.ui.preview_window import PreviewWindow  # noqa: PLC0415

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
        elif file.message == self._message:  # a file of an attached message
            self._on_open(as_part(file))

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
                self._fit()

    def _on_thumbnail(self, key: tuple[MessageId, str]) -> None:
        card = self._card(*key)
        if card is not None:
            self._ask_thumbnail(card)

    def _step(self, card: AttachmentCard, by: int) -> None:
        place = self._cards.index(card) + by
        if 0 <= place < len(self._cards):
            self._cards[place].setFocus(Qt.FocusReason.TabFocusReason)
            self._scroll.ensureWidgetVisible(self._cards[place])

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
        from mel_desktop.model.risky import is_dangerous  # noqa: PLC0415 first needed here
        from mel_desktop.ui.attachments_card import safe_name  # noqa: PLC0415 first needed here

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
        from mel_desktop.model.risky import is_dangerous  # noqa: PLC0415 first needed here

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
        from mel_desktop.model.risky import is_dangerous  # noqa: PLC0415 first needed here

        if is_dangerous(part.filename, part.media_type):  # asked first, as with all of them
            self.saving.ask_save([one for one in self.files() if one.part == part.number])
            return
        self._agree(part, self.tr("Fetch and save…"), lambda: self._choose_file(part))

    def _on_open(self, part: Part) -> None:
        """Told once what it means; what could run a program is not opened at all."""
        from mel_desktop.model.risky import is_dangerous  # noqa: PLC0415 first needed here
        from mel_desktop.ui.attachments_card import safe_name  # noqa: PLC0415 first needed here

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
        from mel_desktop.ui.attachments_card import safe_name  # noqa: PLC0415 first needed here

        self._notice.say(
            self.tr(
                "{name} is not opened from here: a file of this type can run a program or a "
                "hostile page. Save it only if you were expecting it and know what it is."
            ).format(name=safe_name(part.filename)),
            Tone.WARNING,
        )

    def _agree(self, part: Part, yes: str, do: Callable[[], None]) -> None:
        """Where it costs, the price is agreed to first."""
        from mel_desktop.ui.attachments_card import safe_name  # noqa: PLC0415 first needed here

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
        from mel_desktop.ui.attachments_card import safe_name  # noqa: PLC0415 first needed here

        dialog = QFileDialog(self, self.tr("Save the attachment"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.selectFile(safe_name(part.filename))
        dialog.fileSelected.connect(lambda name: self.save_to(part, Path(name)))
        dialog.open()
