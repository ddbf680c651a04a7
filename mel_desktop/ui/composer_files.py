"""The files of a draft: a card each, what they weigh on the way, how long that takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from mel_desktop.model.links import InForce, LinkProfile, Price
from mel_desktop.model.outgoing import DraftAttachment
from mel_desktop.model.risky import is_refused
from mel_desktop.model.safety import FileNature
from mel_desktop.model.values import dataclass
from mel_desktop.ui import figures, line_words
from mel_desktop.ui.flow_layout import FlowLayout
from mel_desktop.ui.theme import Theme

NAME_WIDTH: Final = 240
NEAR: Final = 0.8  # of the largest message
SLOW_S: Final = 30.0
PICTURES: Final = ("image/jpeg", "image/png", "image/webp", "image/bmp", "image/tiff", "image/heic")


@dataclass(frozen=True, slots=True)
class Weight:
    """What a message weighs: its files, those in base64, and all of it with its line ends.

    ``limit`` 0: nobody has said how much the server takes. ``waits``: sent now, it would stay in
    the outbox until there is a better line.
    """

    octets: int
    encoded: int
    wire: int
    limit: int
    price: Price
    force: InForce
    waits: bool


class FileCard(QFrame):
    """One file. Return opens it, F2 renames it, Delete takes it off; a menu has the rest."""

    open_asked = Signal(object)  # DraftAttachment
    rename_asked = Signal(object)
    remove_asked = Signal(object)
    shrink_asked = Signal(object)
    restore_asked = Signal(object)
    aside_asked = Signal(object)

    def __init__(
        self,
        attachment: DraftAttachment,
        nature: FileNature,
        theme: Theme,
        parent: QWidget,
        *,
        is_shrunk: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("attachment")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.attachment = attachment
        self._is_shrunk = is_shrunk
        icon = QLabel()
        name = QLabel()
        name.setTextFormat(Qt.TextFormat.PlainText)
        middle = Qt.TextElideMode.ElideMiddle
        shown = name.fontMetrics().elidedText(attachment.filename, middle, NAME_WIDTH)
        name.setText(f"{shown}  ({figures.size(attachment.size)})")
        self._theme = theme
        self._icon = icon
        self.warning = QLabel()
        self.warning.setTextFormat(Qt.TextFormat.PlainText)
        self.warning.setProperty("wrong", True)
        self.more = QToolButton()
        self.more.setIcon(theme.icons.icon("menu"))
        self.remove = QToolButton()
        self.remove.setIcon(theme.icons.icon("close"))
        for button, words in (
            (self.more, self.tr("What to do with {name}")),
            (self.remove, self.tr("Remove {name}")),
        ):
            button.setIconSize(QSize(14, 14))
            button.setToolTip(words.format(name=attachment.filename))
            button.setAccessibleName(button.toolTip())
        self.remove.clicked.connect(lambda: self.remove_asked.emit(attachment))
        self.more.clicked.connect(self._show_menu)
        self.menu = self._make_menu(is_picture=attachment.media_type in PICTURES)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 3, 4, 3)
        row.setSpacing(6)
        for widget in (icon, name, self.warning, self.more, self.remove):
            row.addWidget(widget)
        self.show_nature(nature)

    def show_nature(self, nature: FileNature) -> None:
        """What a look into the file told."""
        one = self.attachment
        picture = "image" if one.media_type.startswith("image/") else "file"
        name = "lock" if nature.lock else picture
        self._icon.setPixmap(self._theme.icons.pixmap(name, 18, self.devicePixelRatioF()))
        self.warning.setText(self._warning(nature))
        self.warning.setVisible(bool(self.warning.text()))
        parts = (one.filename, figures.size(one.size), self.warning.text())
        said = " – ".join(part for part in parts if part)
        self.setToolTip(said)
        self.setAccessibleName(said)

    def _warning(self, nature: FileNature) -> str:
        if is_refused(self.attachment.filename):
            return self.tr("a program: most servers refuse it")
        if nature.lock:
            return self.tr("encrypted: the national mail service refuses it")
        if nature.inside:
            return self.tr("holds a program: most servers refuse it")
        return ""

    def _make_menu(self, *, is_picture: bool) -> QMenu:
        menu = QMenu(self)
        menu.setAccessibleName(self.more.accessibleName())
        entries = [
            (self.tr("&Open\tReturn"), self.open_asked),
            (self.tr("&Rename…\tF2"), self.rename_asked),
        ]
        if self._is_shrunk:
            entries.append((self.tr("Take the ori&ginal again"), self.restore_asked))
        elif is_picture:
            entries.append((self.tr("&Shrink the photo…"), self.shrink_asked))
        entries += [
            (self.tr("Put elsewhere, give a &link…"), self.aside_asked),
            (self.tr("Re&move\tDel"), self.remove_asked),
        ]
        for words, signal in entries:
            menu.addAction(words).triggered.connect(
                lambda _=False, one=signal: one.emit(self.attachment)
            )
        return menu

    def _show_menu(self) -> None:
        self.menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The same menu by the other button or the menu key."""
        self.menu.popup(event.globalPos())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open."""
        self.open_asked.emit(self.attachment)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return, F2, Delete."""
        signal = {
            Qt.Key.Key_Return: self.open_asked,
            Qt.Key.Key_Enter: self.open_asked,
            Qt.Key.Key_F2: self.rename_asked,
            Qt.Key.Key_Delete: self.remove_asked,
            Qt.Key.Key_Backspace: self.remove_asked,
        }.get(Qt.Key(event.key()))
        if signal is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        else:
            signal.emit(self.attachment)


class FilesBar(QWidget):
    """Hidden while there is no file."""

    card_made = Signal(object)  # FileCard

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._total = 0
        self.cards: list[FileCard] = []
        self.setAccessibleName(self.tr("Attachments"))
        self._flow = FlowLayout(self, spacing=6)
        self._flow.setContentsMargins(14, 6, 14, 6)
        self.size_label = QLabel()
        self.size_label.setTextFormat(Qt.TextFormat.PlainText)
        self.size_label.setAccessibleName(self.tr("Weight of the attachments"))
        self._flow.addWidget(self.size_label)
        self.hide()

    def total(self) -> int:
        """Octets of all files."""
        return self._total

    def show_files(
        self,
        attachments: tuple[DraftAttachment, ...],
        natures: Mapping[int, FileNature],
        shrunk: Mapping[int, int],
    ) -> None:
        """Cards for these, instead of those before; pictures within the text have none."""
        focused = next((n for n, card in enumerate(self.cards) if card.hasFocus()), None)
        while self._flow.count():
            self._flow.takeAt(0)
        for old in self.cards:
            old.hide()
            old.deleteLater()
        files = [one for one in attachments if not one.content_id]
        self.cards = [
            FileCard(
                one,
                natures.get(one.id, FileNature()),
                self._theme,
                self,
                is_shrunk=one.id in shrunk,
            )
            for one in files
        ]
        for card in self.cards:
            self._flow.addWidget(card)
            card.show()
            self.card_made.emit(card)
        self._flow.addWidget(self.size_label)
        self._total = sum(one.size for one in attachments)
        self.setVisible(bool(attachments))
        if focused is not None and self.cards:
            self.cards[min(focused, len(self.cards) - 1)].setFocus()

    def show_natures(self, natures: Mapping[int, FileNature]) -> None:
        """What a look into the files told."""
        for card in self.cards:
            card.show_nature(natures.get(card.attachment.id, FileNature()))

    def show_weight(self, weight: Weight) -> None:
        """Beside the cards: sizes, the limit of the server, the time on the present line."""
        words = [
            self.tr("{size}, about {wire} once sent (+33 %)").format(
                size=figures.size(weight.octets), wire=figures.size(weight.encoded)
            )
        ]
        seconds = weight.price.seconds
        if seconds is not None:
            words.append(line_words.time_up(weight.price))
        over = 0 < weight.limit < weight.wire
        near = not over and weight.limit > 0 and weight.wire > NEAR * weight.limit
        waits = weight.waits and not over
        is_slow = weight.force.profile is not LinkProfile.FULL and (seconds or 0.0) > SLOW_S
        slow = is_slow and not waits
        if over:
            words.append(
                self.tr("Too large: the server takes {limit}").format(
                    limit=figures.size(weight.limit)
                )
            )
        elif near:
            words.append(
                self.tr("Near the limit of the server, {limit}").format(
                    limit=figures.size(weight.limit)
                )
            )
        if waits:
            words.append(self.tr("Big for this line: it will wait for a good one"))
        if slow:
            words.append(self.tr("The line is slow: shrink photos, or send later"))
        self.size_label.setText(" · ".join(words))
        self.size_label.setProperty("muted", not (over or near or slow or waits))
        self.size_label.setProperty("wrong", over)
        self.size_label.setProperty("careful", near or slow or waits)
        self.size_label.style().unpolish(self.size_label)
        self.size_label.style().polish(self.size_label)
